"""Read which parts of Markdown are running text: not code, not formulas, not addresses of links.

Reads Markdown as the page does (blocks.py), but shows nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from typing import Any

from uso_lib.plain_text import visible

#: What stands for code and the like within a paragraph, so that the words beside it do not touch.
_GAP = " \u2026 "
#: Words a full stop follows although the sentence goes on.
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:esim|mm|ns|ts|ks|vrt|eli|n|v|p|sis|ym|yms|jne|huom|ml|lkm)\.$", re.IGNORECASE
)
_WORD = re.compile(r"\w")
#: So far back a sentence's end is looked for.
_NEAR = 60
_QUOTES = "\"'\u201d\u2019\u00bb(\u2013- "


def running_texts(source: str) -> list[str]:
    """Return the running text of every paragraph, item of a list and cell of a table, in order."""
    if not source.strip():
        return []
    return [text for text in _texts(_parser()(visible(source))) if text.strip()]


def begins_sentence(text: str, mark: str, *, unseen: Collection[str] = ()) -> bool:
    """Tell whether a mark is the first word of a sentence that goes on after it.

    Parameters
    ----------
    text
        The running text of one paragraph or heading; other marks in it are single characters.
    unseen
        Marks that show nothing.
    """
    place = text.find(mark)
    if place < 0 or not _WORD.search(text, place + 1):
        return False
    near = text[max(0, place - _NEAR) : place]
    before = "".join(one for one in near if one not in unseen).rstrip(_QUOTES)
    if not before:
        return place <= _NEAR
    return before[-1] in ".!?" and not _ABBREVIATION.search(before)


def _texts(tokens: list[Mapping[str, Any]]) -> Iterator[str]:
    """Give the texts of blocks; a block holds either further blocks or pieces of a line."""
    for token in tokens:
        children = token.get("children")
        if children is None:
            continue
        if token["type"] in ("paragraph", "block_text", "heading", "table_cell"):
            yield "".join(map(_inline, children))
        else:
            yield from _texts(children)


def _inline(token: Mapping[str, Any]) -> str:
    if token["type"] == "text":
        return str(token["raw"])
    if token["type"] in ("softbreak", "linebreak"):
        return " "
    return "".join(map(_inline, token["children"])) if "children" in token else _GAP


@cache
def _parser() -> Callable[[str], list[Mapping[str, Any]]]:
    import mistune
    from mistune.plugins.math import math

    parse: Any = mistune.create_markdown(renderer=None, plugins=["table", "strikethrough", math])
    return lambda source: list(parse(source))

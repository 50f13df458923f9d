"""Read every number a report shows: text, tables, alternative texts, labels, the texts inside its figures.

Does not judge anything and keeps no markup: a passage is a piece of text with what stands around it.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser
from urllib.parse import unquote

SOFT_HYPHEN = "\u00ad"
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_UNSEEN = frozenset({"style", "script", "template"})
_BLOCKS = frozenset({"p", "li", "td", "th", "dt", "dd", "caption", "figure", "h1", "h2", "h3", "h4"})
_READ_ATTRIBUTES = ("alt", "aria-label", "title")
#: Inside these are headings and the list of them.
_HEADED = frozenset({"h1", "h2", "h3", "nav"})
#: Class → whether what is inside is the writer's own; the figures put into own text in the place of words are
#: the workbench's again. Nothing a writer brings may have these classes (reports/cleaning.py).
_OWNERS = {"words": True, "printed": True, "typed": True, "bound": False}
_DIGIT = re.compile(r"\d")
#: More levels than any report has; deeper ones are read as if they stood beside each other.
_DEEPEST = 200


@dataclass
class Passage:
    """Hold one piece of text with a digit in it.

    Parameters
    ----------
    section
        Id of the nearest section around it, "" outside.
    kind
        ``cell``, ``text``, ``heading``, ``alt``, ``label`` or ``figure`` (text inside an image).
    about
        What it is about: heading of table, row and column; the figure's words; the whole paragraph.
    own
        Whether it is the writer's own text, or what their own code put out.
    bound
        The word in whose place it stands in own text, "" elsewhere.
    """

    section: str
    kind: str
    text: str
    about: str = ""
    own: bool = False
    bound: str = ""


@dataclass
class _Table:
    """Hold where in a table the reader is."""

    caption: str = ""
    header: list[str] = field(default_factory=list)
    row: list[str] = field(default_factory=list)
    rows: int = 0


def passages(page: str) -> list[Passage]:
    """Return every passage of a page in the order of its bytes."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.found


def figure_texts(source: str) -> tuple[str, ...]:
    """Return the texts of an SVG image given as a data address; nothing for another kind of image."""
    return _svg_texts(source) if source.startswith("data:image/svg+xml") else ()


@lru_cache(maxsize=128)
def _svg_texts(source: str) -> tuple[str, ...]:
    """Read an image, once: whoever holds pages against each other reads the same pictures again and again."""
    head, _, data = source.partition(",")
    try:
        svg = base64.b64decode(data).decode("utf-8") if head.endswith("base64") else unquote(data)
    except (binascii.Error, ValueError):
        return ()
    return tuple(one.text for one in passages(svg))


class _Reader(HTMLParser):
    """Collect passages while the page is read once."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Passage] = []
        self._open: list[str] = []
        self._sections: list[tuple[int, str]] = []
        self._tables: list[_Table] = []
        self._blocks: list[tuple[int, int, list[str]]] = []
        self._owners: list[tuple[int, bool, str]] = []
        self._unseen = 0

    def updatepos(self, i: int, j: int) -> int:
        """Count no lines: nobody asks where on the page something stands."""
        del i
        return j

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._attributes(tag, given)
        if tag in _VOID or len(self._open) > _DEEPEST:
            return
        self._open.append(tag)
        depth = len(self._open)
        self._unseen += tag in _UNSEEN
        if tag == "section" and given.get("id"):
            self._sections.append((depth, given["id"]))
        owners = [_OWNERS[one] for one in given.get("class", "").split() if one in _OWNERS]
        word = given.get("value", "")
        self._owners += [(depth, own or not word, "" if own else word) for own in owners[:1]]
        if tag == "table":
            self._tables.append(_Table())
        if tag == "tr" and self._tables:
            self._tables[-1].row = []
            self._tables[-1].rows += 1
        if tag in _BLOCKS:
            self._blocks.append((depth, len(self.found), []))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._attributes(tag, {name: value or "" for name, value in attrs})

    def handle_endtag(self, tag: str) -> None:
        if tag not in self._open:
            return
        while self._open:
            self._close(last := self._open[-1])
            if last == tag:
                return

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        text = _one_line(data)
        if not text:
            return
        for _, _, words in self._blocks:
            words.append(text)
        inside = any(tag in ("td", "th") for tag in self._open[-4:])
        heading = not inside and not _HEADED.isdisjoint(self._open)
        self._add("cell" if inside else "heading" if heading else "text", text)

    def _attributes(self, tag: str, given: dict[str, str]) -> None:
        if self._unseen:
            return
        for name in _READ_ATTRIBUTES:
            if name in given:
                self._add("alt" if name == "alt" else "label", _one_line(given[name]))
        if tag == "img":
            for text in figure_texts(given.get("src", "")):
                self._add("figure", text)

    def _add(self, kind: str, text: str) -> None:
        if _DIGIT.search(text):
            section = self._sections[-1][1] if self._sections else ""
            _, own, bound = self._owners[-1] if self._owners else (0, False, "")
            self.found.append(Passage(section, kind, text, own=own, bound=bound))

    def _close(self, tag: str) -> None:
        depth = len(self._open)
        self._open.pop()
        self._unseen -= tag in _UNSEEN
        if self._sections and self._sections[-1][0] == depth:
            self._sections.pop()
        if self._owners and self._owners[-1][0] == depth:
            self._owners.pop()
        if self._blocks and self._blocks[-1][0] == depth:
            _, start, words = self._blocks.pop()
            self._end_block(tag, start, " ".join(words))
        if tag == "table" and self._tables:
            self._tables.pop()

    def _end_block(self, tag: str, start: int, words: str) -> None:
        table = self._tables[-1] if self._tables else None
        about = words
        if table is not None and tag == "caption":
            table.caption = words
        elif table is not None and tag in ("td", "th"):
            column = len(table.row)
            table.row.append(words)
            if table.rows == 1:
                table.header.append(words)
            head = table.header[column] if column < len(table.header) else ""
            about = f"{table.caption} | {table.row[0]} | {head}"
        for one in self.found[start:]:
            one.about = f"{one.about} | {about}" if one.about and one.about != about else about


def _one_line(text: str) -> str:
    return re.sub(r"[ \t\r\n]+", " ", text.replace(SOFT_HYPHEN, "")).strip(" ")

"""Find every number a section shows that its own list of numbers does not hold."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from typing import Any

from uso_lib.presentation.sections.row_result import RowResult
from uso_lib.presentation.words.finnish import MINUS, NBSP, number

NUMBER = re.compile(r"\d{1,3}(?:\u00a0\d{3})+(?:,\d+)?|\d+(?:,\d+)?")
_IMAGE = re.compile(r'<img\b[^>]*\balt="([^"]*)"[^>]*>')
_TAG = re.compile(r"<[^>]*>")
#: Parts of a section that hold declared text only: definitions, notes, sources, breaks.
_PROSE = re.compile(
    r'<p class="(?:note|source|mark)">.*?</p>|<ul class="(?:breaks|definitions)">.*?</ul>'
    r'|<div class="source">.*?</div>|<div class="missing">.*?</dl>',
    re.DOTALL,
)
#: Years and months, and durations counted from them, are periods, not figures.
_PERIOD = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}/(?:19|20)\d\d\b")


def shown_text(section_html: str) -> str:
    """Return what a reader sees of a section: texts, tables and the alt texts of figures."""
    text = _IMAGE.sub(lambda found: f" {found.group(1)} ", _PROSE.sub(" ", section_html))
    return html.unescape(_TAG.sub(" | ", text))


def declared_text(result: RowResult) -> list[str]:
    """Return the declared names that hold numbers of their own: titles, subjects, wordings, categories."""
    indicators = [one.indicator for one in result.by_id.values()]
    texts = [text for one in indicators for text in (one.title, one.short or "")]
    texts += [text for one in indicators if one.wording for text in (one.wording.subject, one.wording.level)]
    texts += [category.title for one in result.breakdowns for category in one.breakdown.categories]
    texts += [one.breakdown.title for one in result.breakdowns]
    texts += [one.criterion.title for one in result.criteria] + [one.reason for one in result.criteria]
    texts += [spec.title for spec in result.row.figures]
    texts += ["118 §", "410/2015", "1\u00a0000 as.", "tuhatta", "12 kuukauden"]
    return texts


def unlisted_numbers(section_html: str, numbers: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    """Return the shown numbers that no line holds, in the order they are read.

    Parameters
    ----------
    numbers
        ``columns`` and ``data`` as a section lists them.
    names
        Declared texts whose own numbers ("15–64-vuotiaat") are not figures.
    """
    listed = listed_numbers(numbers)
    spoken = {found for name in names for found in NUMBER.findall(name)}
    text = _PERIOD.sub(" ", shown_text(section_html)).replace(MINUS, " ").replace("+", " ")
    return [found for found in NUMBER.findall(text) if found not in listed and found not in spoken]


def listed_numbers(numbers: Mapping[str, Any]) -> set[str]:
    """Return every listed number as text, with the decimals it may be shown with."""
    columns = {name: place for place, name in enumerate(numbers["columns"])}
    found: set[str] = set()
    for line in numbers["data"]:
        value, decimals = line[columns["value"]], line[columns["decimals"]]
        if value is not None:
            found |= {number(abs(value), decimals), number(abs(value), 1) if decimals > 1 else ""}
        found |= {number(line[columns[name]]) for name in ("n", "of") if line[columns[name]] is not None}
    return found


def plain(text: str) -> str:
    """Return text with ordinary spaces and hyphens, so that expectations can be typed."""
    return text.replace(NBSP, " ").replace(MINUS, "-")

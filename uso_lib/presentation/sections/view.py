"""The finished section that a notebook cell shows and the report exporter reads.

Does not make its contents: sections.py, summary.py and their neighbours do.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from uso_lib.presentation.sections.notebook_look import dressed
from uso_lib.presentation.sections.numbers import Line, table_of
from uso_lib.presentation.sections.row_result import Missing
from uso_lib.regions import Municipality

#: The media type under which the exporter finds what a section holds.
SECTION_MEDIA_TYPE = "application/vnd.uso.section+json"
#: The media type that says: for the person at the desk, never in a report.
DESK_MEDIA_TYPE = "application/vnd.uso.desk+json"
SCHEMA = 1


@dataclass(frozen=True)
class SectionView:
    """Hold one section: what is read (html), what is printed without a browser (text), what it holds (data).

    Parameters
    ----------
    html
        The section as HTML without its heading; empty when the section is not part of this report.
    text
        A short plain text for places that show no HTML.
    data
        What the exporter collects (numbers, missing indicators, newest period); empty for texts without
        numbers.
    desk
        Whether it is meant for the person at the desk only: the exporter leaves it out of the report.
    proof
        Further media types that the numbers can be recomputed from, where the report's proof lacks them.
    """

    html: str
    text: str
    data: Mapping[str, Any] = field(default_factory=dict)
    desk: bool = False
    proof: Mapping[str, Any] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Tell whether the section is left out of this report."""
        return not self.html

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Return what Jupyter shows; an empty section shows no HTML, and the exporter drops its heading."""
        del include, exclude
        if self.empty:
            return {"text/plain": self.text}
        bundle: dict[str, Any] = {"text/html": dressed(self.html), "text/plain": self.text, **self.proof}
        if self.desk:
            return bundle | {DESK_MEDIA_TYPE: {"schema": SCHEMA}}
        if self.data:
            bundle[SECTION_MEDIA_TYPE] = _packed(self.data)
        return bundle

    def __repr__(self) -> str:
        return self.text


def _packed(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return a section's data with its lines as one text: thousands of short lists would be copied often."""
    numbers = data["numbers"]
    lines = json.dumps(numbers["data"], ensure_ascii=False, separators=(",", ":"))
    return {**data, "numbers": {**numbers, "data": lines}}


#: A section outside the chosen themes.
EMPTY = SectionView("", "")


def section_data(
    slug: str,
    municipality: Municipality,
    *,
    kind: str,
    title: str,
    section: str = "",
    theme: str | None = None,
    rows: int = 0,
    missing: Iterable[Missing] = (),
    newest: str | None = None,
    facts: Mapping[str, Any] | None = None,
    lines: Iterable[Line] = (),
    texts: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return what the exporter collects from a section.

    Parameters
    ----------
    kind
        ``cover``, ``summary``, ``row``, ``figure``, ``reforms``, ``peers`` or ``sources``.
    section
        Row id; the kind by default.
    rows
        How many indicators of the section have a figure.
    newest
        Newest observed period.
    lines
        Every number the section shows.
    texts
        What the section says in words, for slides.
    """
    return {
        "schema": SCHEMA,
        "member": slug,
        "code": municipality.code,
        "kind": kind,
        "id": section or kind,
        "theme": theme,
        "title": title,
        "rows": rows,
        "missing": [
            {"row": one.row, "indicator": one.indicator, "title": one.title, "fill": one.fill}
            for one in missing
        ],
        "newest": newest,
        "facts": dict(facts or {}),
        "numbers": table_of(lines),
        "texts": dict(texts or {}),
    }

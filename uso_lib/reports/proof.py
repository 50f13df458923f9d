"""Join the numbers of a report with what they can be recomputed from, and enclose both in its page.

Every line of the harvest is recomputed here once: one that does not come out as it was told is carried as
given and counted as not recomputed. Does not compute figures and does not choose cells (the notebook's last
cell brings them).
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import Any

from uso_lib.errors import ReportError
from uso_lib.reports.bound_figures import bound_text
from uso_lib.reports.bound_lines import lines_of
from uso_lib.reports.declared import Declared
from uso_lib.reports.harvest import HEADING_CELL, Harvest, section_data
from uso_lib.reports.proof_lines import as_float, cells_of, columns_of, given_line, told_line
from uso_lib.reports.reading import readings_of
from uso_lib.verification.lines import Line, Result
from uso_lib.verification.measures import Recomputation
from uso_lib.verification.packing import enclose, page_digest
from uso_lib.verification.proof import Proof
from uso_lib.verification.readings import as_content

PROOF_MIME = "application/vnd.uso.proof+json"
#: A figure with numbers that no row of the report shows brings a proof that holds them too.
FIGURE_PROOF_MIME = "application/vnd.uso.figure-proof+json"
SCHEMA = 1
#: What sets a line of the harvest apart from others.
_KEY = (
    "row",
    "indicator",
    "title",
    "measure",
    "group",
    "area",
    "area_name",
    "period",
    "value",
    "decimals",
    "mark",
)
_OF_KEY = itemgetter(*_KEY)
#: What in a template is no text: its own code, and tags.
_CODE = re.compile(r"\{[{%#].*?[}%#]\}|<[^>]*>", re.DOTALL)
_HEADING = re.compile(r"^#{1,3}[ \t]+(.*\d.*?)[ \t]*#*[ \t]*$", re.MULTILINE)


@dataclass(frozen=True)
class Carried:
    """Hold what the notebook's proof cell brings.

    Parameters
    ----------
    content
        Plain data: cells, declarations, tables.
    declared
        Texts with numbers that are printed as they stand, the headings of the template among them.
    """

    content: Mapping[str, Any]
    declared: tuple[str, ...]


def carried(notebook: Mapping[str, Any]) -> Carried | None:
    """Return what a notebook's proof cell brings, None when it has no such cell.

    Raises
    ------
    ReportError
        It is of another schema, or cannot be read.
    """
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    held = [output.get("data", {}) for output in outputs]
    found = [one[PROOF_MIME] for one in held if PROOF_MIME in one][-1:]
    if not found:
        return None
    found += [one[FIGURE_PROOF_MIME] for one in held if FIGURE_PROOF_MIME in one]
    read = [(content_of(data) or {}, data) for data in found]
    content, data = max(read, key=lambda pair: _extent(pair[0]))
    if data.get("schema") != SCHEMA or not content:
        message = f"The proof says schema {data.get('schema')!r}, but this version reads {SCHEMA}."
        raise ReportError(message if content else "The proof cannot be read.")
    return Carried(content, (*data["declared"], *_headings(notebook)))


def content_of(data: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the content that an output brings as one text, None when it is no proof's."""
    try:
        content = json.loads(data["content"])
    except (KeyError, TypeError, ValueError, RecursionError):
        return None
    return content if isinstance(content, Mapping) else None


def _extent(content: Mapping[str, Any]) -> tuple[int, ...]:
    """Return how much a proof holds."""
    return tuple(len(content.get(part, ())) for part in ("groups", "indicators", "maps"))


def with_proof(
    page: str, notebook: Mapping[str, Any], harvested: Harvest, *, standing: Sequence[str] = ()
) -> tuple[str, dict[str, Any]]:
    """Return a page with its proof enclosed, and the proof with the values; nothing when there is no cell.

    Parameters
    ----------
    page
        The exported page, which the proof's fingerprint and readings are of.
    standing
        Texts with numbers that the page's template holds.
    """
    brought = carried(notebook)
    if brought is None:
        return page, {}
    content = dict(brought.content)
    sections, content["given"] = _recomputed(harvested, content)
    bound, unseen = _bound(notebook, harvested, sections, content)
    every = [*sections, unseen]
    named = [[cells_of(line) for line, _ in told] for told in every]
    results = dict(zip(chain.from_iterable(named), chain.from_iterable(every), strict=True))
    place = {cells: number for number, cells in enumerate(results)}
    inside: dict[str, list[int]] = {}
    for anchor, lines in zip(_anchors(notebook), named[:-1], strict=True):
        inside.setdefault(anchor, []).extend(place[cells] for cells in lines)
    placed = {word: [place[cells] for cells in held] for word, held in bound.items()}
    content["member"] = harvested.sections[0].member
    content["lines"] = columns_of(list(results))
    declared, told = Declared((*brought.declared, *standing)), list(results.values())
    readings = readings_of(page, told, inside=inside, declared=declared, bound=placed, proof=Proof(content))
    content["readings"] = as_content(readings)
    content["page_sha256"] = page_digest(page)
    values = [result.value for _, result in results.values()]
    return enclose(page, content), content | {"values": values}


def standing_texts(template: Path) -> list[str]:
    """Return the texts with a number that a report's template holds."""
    found = []
    for file in sorted(template.glob("*.html.j2")):
        source = _CODE.sub("\0", file.read_text(encoding="utf-8"))
        found += [" ".join(text.split()) for text in source.split("\0")]
    return [html.unescape(text) for text in found if re.search(r"\d", text)]


def _recomputed(
    harvested: Harvest, content: Mapping[str, Any]
) -> tuple[list[list[tuple[Line, Result]]], dict[str, float | None]]:
    """Return the proof's lines of every section, and the figures of lines that could not be recomputed."""
    recomputation = Recomputation(Proof({**content, "lines": columns_of([])}))
    known: dict[tuple[Any, ...], tuple[Line, Result]] = {}
    given: dict[str, float | None] = {}
    sections = []
    for section in harvested.sections:
        keys = list(map(_OF_KEY, section.numbers))
        for key, number in zip(keys, section.numbers, strict=True):
            if key in known:
                continue
            told = told_line(number, recomputation)
            if told is None:
                name = f"{number['indicator']}/{len(given)}"
                told, given[name] = given_line(number, name), as_float(number["value"])
            known[key] = told
        sections.append([known[key] for key in keys])
    return sections, given


def _bound(
    notebook: Mapping[str, Any],
    harvested: Harvest,
    sections: Sequence[Sequence[tuple[Line, Result]]],
    content: Mapping[str, Any],
) -> tuple[dict[str, list[tuple[Any, ...]]], list[tuple[Line, Result]]]:
    """Return bound word → the lines its figure shows, and those of them that no section tells."""
    texts = [bound_text(cell) for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    figures = {one.word: one for text in texts for one in text.figures.values()}
    if not figures:
        return {}, []
    lines: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}
    for section, told in zip(harvested.sections, sections, strict=True):
        for number, (line, _) in zip(section.numbers, told, strict=True):
            name = (number["indicator"], number["measure"], number["group"], _brief(number["value"]))
            lines.setdefault(name, []).append(cells_of(line))
    found = {
        word: [cells for *name, value in one.told for cells in lines.get((*name, _brief(value)), ())]
        for word, one in figures.items()
    }
    unseen: list[tuple[Line, Result]] = []
    for word, cells in found.items():
        if not cells:
            made = lines_of(figures[word], harvested.numbers, content)
            unseen += made
            cells += [cells_of(line) for line, _ in made]
    return {word: cells for word, cells in found.items() if cells}, unseen


def _brief(value: Any) -> str:
    """Return a number to so many digits that two ways of writing it down agree."""
    return "" if value is None else f"{float(value):.10g}"


def _anchors(notebook: Mapping[str, Any]) -> list[str]:
    """Return the anchor of every section in the order of the notebook: that of its heading."""
    found, anchor = [], ""
    for cell in notebook["cells"]:
        if cell.get("id", "").startswith(HEADING_CELL):
            anchor = cell["id"].removeprefix(HEADING_CELL)
        found += [anchor for output in cell.get("outputs", []) if section_data(output) is not None]
    return found


def _headings(notebook: Mapping[str, Any]) -> list[str]:
    """Return the headings with a number in cells of the template."""
    cells = [cell for cell in notebook["cells"] if cell.get("id", "").startswith(HEADING_CELL)]
    return [heading for cell in cells for heading in _HEADING.findall(str(cell["source"]))]

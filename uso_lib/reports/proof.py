"""Join the numbers of a report with what they can be recomputed from, and enclose both in its page.

Every line of the harvest is recomputed here once: one that does not come out as it was told is carried as
given and counted as not recomputed. Does not compute figures and does not choose cells (the notebook's last
cell brings them).
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from uso_lib.errors import ReportError
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
    headings
        The headings the notebook's writer added.
    """

    content: Mapping[str, Any]
    declared: tuple[str, ...]
    headings: tuple[str, ...]


def carried(notebook: Mapping[str, Any]) -> Carried | None:
    """Return what a notebook's proof cell brings, None when it has no such cell.

    Raises
    ------
    ReportError
        It is of another schema.
    """
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    found = [output["data"][PROOF_MIME] for output in outputs if PROOF_MIME in output.get("data", {})]
    if not found:
        return None
    data = found[-1]
    if data.get("schema") != SCHEMA:
        message = f"The proof says schema {data.get('schema')!r}, but this version reads {SCHEMA}."
        raise ReportError(message)
    theirs, added = _headings(notebook)
    return Carried(data["content"], (*data["declared"], *theirs), tuple(added))


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
    results = {cells_of(line): (line, result) for told in sections for line, result in told}
    place = {cells: number for number, cells in enumerate(results)}
    inside: dict[str, list[int]] = {}
    for anchor, told in zip(_anchors(notebook), sections, strict=True):
        inside.setdefault(anchor, []).extend(place[cells_of(line)] for line, _ in told)
    content["member"] = harvested.sections[0].member
    content["lines"] = columns_of(list(results))
    declared = Declared((*brought.declared, *standing))
    readings = readings_of(
        page, list(results.values()), inside=inside, declared=declared, headings=brought.headings,
        proof=Proof(content),
    )  # fmt: skip
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
        keys = [tuple(number[name] for name in _KEY) for number in section.numbers]
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


def _anchors(notebook: Mapping[str, Any]) -> list[str]:
    """Return the anchor of every section in the order of the notebook: that of its heading."""
    found, anchor = [], ""
    for cell in notebook["cells"]:
        if cell.get("id", "").startswith(HEADING_CELL):
            anchor = cell["id"].removeprefix(HEADING_CELL)
        found += [anchor for output in cell.get("outputs", []) if section_data(output) is not None]
    return found


def _headings(notebook: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Return the headings with a number in cells of the template, and those in the writer's own cells."""
    found: tuple[list[str], list[str]] = [], []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            added = not cell.get("id", "").startswith(HEADING_CELL)
            found[added].extend(_HEADING.findall(str(cell["source"])))
    return found

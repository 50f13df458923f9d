"""Run the notebook composed for a member, and tell apart what stays on the desk and what the report shows.

A consultant's cell can fail, repeat a section or bring data of its own: none of it may stop the report or
enter its numbers twice. Does not compose (notes/), export or publish.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from uso_lib.errors import ReportError
from uso_lib.notes.cells import CODE, NOTICE, Cell
from uso_lib.notes.desk import Prepared
from uso_lib.notes.forms import as_json_cell
from uso_lib.reports.execute import Executed, execute
from uso_lib.reports.harvest import FOREIGN, SECTION_MIME, harvest, section_data
from uso_lib.reports.own_cells import defines, summaries
from uso_lib.reports.own_failures import told
from uso_lib.reports.proof import PROOF_MIME, SCHEMA, content_of
from uso_lib.reports.section_cache import Sections
from uso_lib.reports.template_parameters import Parameters

SLOWER = "Run by the standard kernel, more slowly and with the same result: {reason}"
WORDS_MIME = "application/vnd.uso.words+json"
#: What a section becomes that the report has elsewhere: its numbers are told here too, but count once.
REPEATED = {"kind": "figure", "rows": 0, "missing": [], "newest": None, "facts": {}, "texts": {}}
NO_NUMBERS: Mapping[str, Any] = {"numbers": {"columns": [], "data": "[]"}}


@dataclass(frozen=True)
class Ran:
    """Hold a run notebook.

    Parameters
    ----------
    notebook
        Everything, for the desk: failed own cells show their error.
    shown
        What the report is made of.
    failed
        Own code cells that are left out → why.
    messages
        What the person who makes the report shall be told, one line each.
    """

    notebook: Any
    shown: Any
    failed: Mapping[str, str] = field(default_factory=dict)
    messages: tuple[str, ...] = ()


def run_composed(
    prepared: Prepared,
    target: Path,
    *,
    parameters: Parameters,
    workspace: Path,
    sections: Sections | None = None,
) -> Ran:
    """Execute a prepared notebook.

    Parameters
    ----------
    target
        Where the executed notebook goes; on failure it holds the cells run so far and the error.
    sections
        Those that need not be run again; takes what they show.

    Raises
    ------
    ReportError
        A generated cell failed, also without the consultant's own versions of the first cells.
    """
    own = set(prepared.composition.own)
    template = {cell.id: cell for cell in prepared.generated if cell.id in own}
    first = {name: _as_node(cell) for name, cell in template.items() if _is_first(cell)}
    executed, messages = _executed(
        prepared,
        target,
        own - set(first),
        first,
        parameters=parameters,
        workspace=workspace,
        # With own versions of the first cells the code before the sections may read anything.
        sections=None if first else sections,
    )
    unreadable = _unreadable(executed.notebook, own)
    failed = {**executed.failed, **unreadable}
    messages += tuple(SLOWER.format(reason=reason) for reason in executed.fell_back)
    messages += tuple(summaries(failed, executed.notebook))
    shown = _shown(executed.notebook, own, failed, versions=template)
    for cell in executed.notebook["cells"]:
        if cell.get("id") in unreadable:
            told(cell, unreadable[cell["id"]])
    return Ran(executed.notebook, shown, failed, messages)


def _executed(
    prepared: Prepared,
    target: Path,
    apart: Collection[str],
    first: Mapping[str, Any],
    **settings: Any,
) -> tuple[Executed, tuple[str, ...]]:
    """Execute; if that fails with own versions of the first cells, once more with the generated ones."""
    try:
        done = execute(prepared.notebook, target, own=apart, **settings)
    except ReportError as problem:
        if not first:
            raise
        notebook = copy.deepcopy(prepared.notebook)
        notebook["cells"] = [first.get(cell["id"], cell) for cell in notebook["cells"]]
        done = execute(notebook, target, own=apart, **settings)
        named = ", ".join(sorted(first))
        return done, (f"The report was made without your own version of {named}: with it, {problem}",)
    return done, ()


def _is_first(cell: Cell) -> bool:
    """Tell whether later cells use what a generated cell defines."""
    return cell.kind == CODE and defines(cell.source)


def _as_node(cell: Cell) -> Any:
    import nbformat

    return nbformat.from_dict(as_json_cell(cell))  # type: ignore[no-untyped-call]


def _unreadable(notebook: Any, own: Collection[str]) -> dict[str, str]:
    """Return own cells that show a section no report can be made of → why."""
    found = {}
    for cell in notebook["cells"]:
        if cell.get("id") not in own or not any(map(section_data, cell.get("outputs", []))):
            continue
        try:
            harvest({"cells": [cell]})
        except (ReportError, LookupError, TypeError, ValueError, AttributeError) as problem:
            found[cell["id"]] = f"it shows data that are no section of a report ({problem})"
    return found


def _shown(notebook: Any, own: Collection[str], failed: Collection[str], *, versions: Collection[str]) -> Any:
    """Return a copy without failed cells and notices, and with every section's numbers once.

    Parameters
    ----------
    versions
        Own cells that stand in the place of generated ones and may bring what these bring.
    """
    shown = copy.deepcopy(notebook)
    shown["cells"] = [cell for cell in shown["cells"] if _belongs(cell, own, failed)]
    mine = [cell for cell in shown["cells"] if cell.get("id") in own and cell["id"] not in versions]
    rest = [cell for cell in shown["cells"] if cell.get("id") not in own or cell["id"] in versions]
    told = {_name(data) for cell in rest for data in map(section_data, cell.get("outputs", [])) if data}
    codes = {_code(output) for output in _outputs(rest)} if mine else set()
    for cell in mine:
        for output in cell.get("outputs", []):
            _limit(output, codes)
            _count_once(output, told)
    return shown


def _belongs(cell: Any, own: Collection[str], failed: Collection[str]) -> bool:
    name = cell.get("id", "")
    return name not in failed and (name in own or not name.startswith(NOTICE))


def _limit(output: Any, codes: Collection[str | None]) -> None:
    """Take out of an own cell's output what would be taken for the report's own words and proof."""
    data = output.get("data", {})
    data.pop(WORDS_MIME, None)
    code = _code(output)
    if code is None or code not in codes:
        data.pop(PROOF_MIME, None)


def _count_once(output: Any, told: set[tuple[str, str, str]]) -> None:
    data = section_data(output)
    if data is None:
        return
    if data["member"] not in {member for member, _, _ in told}:
        output["data"][SECTION_MIME] = {**data, **REPEATED, **NO_NUMBERS, "kind": FOREIGN}
    elif _name(data) in told:
        output["data"][SECTION_MIME] = {**data, **REPEATED}
    else:
        told.add(_name(data))


def _outputs(cells: Iterable[Any]) -> Iterator[Any]:
    for cell in cells:
        yield from cell.get("outputs", [])


def _code(output: Any) -> str | None:
    """Return whose proof an output brings, None when it is none this version reads."""
    data = output.get("data", {}).get(PROOF_MIME)
    if not isinstance(data, Mapping) or data.get("schema") != SCHEMA or "declared" not in data:
        return None
    code = (content_of(data) or {}).get("code")
    return code if isinstance(code, str) else None


def _name(data: Mapping[str, Any]) -> tuple[str, str, str]:
    return data["member"], data["kind"], data["id"]

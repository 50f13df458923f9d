"""Execute a member's notebook with papermill: the generated cells, then the consultant's own code.

Runs the standard kernel through papermill's Python interface, in the caller's process. Does not export,
publish or choose parameters, and never changes the working folder.
"""

from __future__ import annotations

import ast
import copy
import json
import re
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from uso_lib.errors import ReportError
from uso_lib.reports.kernel import KERNEL, connection, kernel_desk
from uso_lib.reports.own_cells import SKIPPED, is_own_code, run_own_cells
from uso_lib.reports.traces import without_places, without_traces

CELL_TIMEOUT_SECONDS = 600
NOTEBOOK_FORMAT = 4

Parameters = Mapping[str, str | list[str] | None]


def declared_parameters(template: Path) -> tuple[str, ...]:
    """Read which parameters a notebook declares in its cell tagged ``parameters``.

    Raises
    ------
    ReportError
        The notebook cannot be read, has no or several such cells, or the cell holds more than plain
        assignments.
    """
    try:
        notebook = json.loads(template.read_text(encoding="utf-8"))
        # Half a character can be read but not written again: it would stop every report half-way.
        json.dumps(notebook, ensure_ascii=False).encode("utf-8")
        cells = [cell for cell in notebook["cells"] if "parameters" in cell["metadata"].get("tags", [])]
    except (OSError, ValueError, KeyError, TypeError) as problem:
        message = f"{template} cannot be read as a notebook ({type(problem).__name__}). Restore it with git."
        raise ReportError(message) from problem
    if len(cells) != 1:
        message = f"{template} must have exactly one cell tagged 'parameters', it has {len(cells)}."
        raise ReportError(message)
    if notebook.get("nbformat") != NOTEBOOK_FORMAT:
        message = f"{template} is not of notebook format {NOTEBOOK_FORMAT}. Restore it with git."
        raise ReportError(message)
    return _assigned_names(cells[0].get("source"), template)


def check_parameters(template: Path, passed: Parameters) -> None:
    """Refuse parameters the notebook does not declare, and declared ones that are not passed.

    papermill itself only warns of an unknown parameter, and runs a parameter's name as code.

    Raises
    ------
    ReportError
        The two sets of names differ.
    """
    declared = declared_parameters(template)
    if set(declared) != set(passed):
        message = (
            f"{template} declares the parameters {', '.join(declared)}, "
            f"but the report is made with {', '.join(passed)}. Correct the notebook's parameters cell."
        )
        raise ReportError(message)


@dataclass(frozen=True)
class Executed:
    """Hold an executed notebook.

    Parameters
    ----------
    notebook
        nbformat's NotebookNode without times, paths and other traces of the run.
    failed
        Own code cells that failed: id → why, one line. In the notebook they show a short error.
    """

    notebook: Any
    failed: Mapping[str, str] = field(default_factory=dict)


def execute(
    notebook: Path | Any, target: Path, *, parameters: Parameters, workspace: Path, own: Collection[str] = ()
) -> Executed:
    """Execute a template, or a notebook composed of it, and write the executed notebook.

    Parameters
    ----------
    notebook
        A file, or a notebook as nbformat reads it.
    target
        Where the executed notebook goes; on failure it holds the cells run so far and the error.
    parameters
        Exactly the parameters the template declares.
    workspace
        Root of the workspace the kernel shall use.
    own
        Ids of the consultant's own cells. Code among them runs after the rest, in a kernel of its own, and
        cannot make this call fail (own_cells.py).

    Raises
    ------
    ReportError
        A generated cell failed, took too long, or the kernel died.
    """
    with tempfile.TemporaryDirectory(prefix="uso-", ignore_cleanup_errors=True) as folder:
        source, kept = Path(folder) / target.name, {}
        if isinstance(notebook, Path):
            source = notebook
        else:
            kept = _write_without_own_code(notebook, source, own)
        check_parameters(source, parameters)
        executed = _papermill(source, target, parameters, workspace)
    for cell in executed.cells:
        if cell.get("id") in kept:
            cell["metadata"] = kept[cell["id"]]
    if not kept:
        return Executed(without_traces(executed, workspace=workspace))
    run = run_own_cells(executed, kept, workspace=workspace)
    executed["cells"] = [run.cells.get(cell.get("id"), cell) for cell in executed.cells]
    failed = {name: str(without_places(reason, workspace)) for name, reason in run.failed.items()}
    return Executed(without_traces(executed, workspace=workspace, telling=failed), failed)


def _write_without_own_code(notebook: Any, target: Path, own: Collection[str]) -> dict[str, Any]:
    """Write a notebook whose own code cells are passed over; return the metadata they had."""
    import nbformat

    prepared, kept = copy.deepcopy(notebook), {}
    for cell in prepared.cells:
        if is_own_code(cell, own):
            kept[cell["id"]] = cell["metadata"]
            cell["metadata"] = type(cell["metadata"])({"tags": [SKIPPED]})
            cell["outputs"], cell["execution_count"] = [], None
    nbformat.write(prepared, target)  # type: ignore[no-untyped-call]
    return kept


def _papermill(source: Path, target: Path, parameters: Parameters, workspace: Path) -> Any:
    import papermill
    from nbclient.exceptions import DeadKernelError
    from papermill.exceptions import PapermillException

    with kernel_desk(workspace) as desk:
        try:
            return papermill.execute_notebook(
                str(source),
                str(target),
                parameters=dict(parameters),
                kernel_name=KERNEL,
                progress_bar=False,
                request_save_on_cell_execute=False,
                execution_timeout=CELL_TIMEOUT_SECONDS,
                config=connection(desk),
            )
        except (PapermillException, DeadKernelError, TimeoutError) as problem:
            message = _reason(problem)
            raise ReportError(message) from problem


def _assigned_names(source: Any, template: Path) -> tuple[str, ...]:
    names: list[str] = []
    try:
        statements = ast.parse("".join(source)).body
    except (SyntaxError, ValueError, TypeError) as problem:
        message = f"The parameters cell of {template} is not valid Python ({problem}). Restore it with git."
        raise ReportError(message) from problem
    for statement in statements:
        if not isinstance(statement, ast.Assign) or not all(
            isinstance(t, ast.Name) for t in statement.targets
        ):
            message = f"The parameters cell of {template} may hold only lines of the form name = value."
            raise ReportError(message)
        names += [target.id for target in statement.targets if isinstance(target, ast.Name)]
    return tuple(names)


def _reason(problem: BaseException) -> str:
    """Say in one line what failed, without terminal colours and traceback."""
    if getattr(problem, "ename", None):
        return f"{problem.ename}: {_plain(str(problem.evalue))}"  # type: ignore[attr-defined]
    return f"{type(problem).__name__}: {_plain(str(problem))}"


def _plain(text: str) -> str:
    lines = re.sub(r"\x1b\[[0-9;]*m", "", text).strip().splitlines()
    return "; ".join(line.strip() for line in lines if line.strip())[:500]

"""Execute a member's notebook with papermill: the generated cells, then the consultant's own code.

Runs papermill's Python interface in the caller's process, with the engine ``uso``. Does not export,
publish or choose parameters, and never changes the working folder.
"""

from __future__ import annotations

import copy
import re
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from uso_lib.engine.held import reasons
from uso_lib.errors import ReportError
from uso_lib.reports.kernel import KERNEL, connection, kernel_desk
from uso_lib.reports.own_cells import SKIPPED, is_own_code, run_own_cells
from uso_lib.reports.section_cache import Sections
from uso_lib.reports.template_parameters import Parameters, check_parameters
from uso_lib.reports.traces import without_places, without_traces

CELL_TIMEOUT_SECONDS = 600
#: Our own papermill engine (uso_lib/engine/).
ENGINE = "uso"


@dataclass(frozen=True)
class Executed:
    """Hold an executed notebook.

    Parameters
    ----------
    notebook
        nbformat's NotebookNode without times, paths and other traces of the run.
    failed
        Own code cells that failed: id → why, one line. In the notebook they show a short error.
    fell_back
        Why the standard kernel ran the notebook, or own cells, instead of a warm one.
    """

    notebook: Any
    failed: Mapping[str, str] = field(default_factory=dict)
    fell_back: tuple[str, ...] = ()


def execute(
    notebook: Path | Any,
    target: Path,
    *,
    parameters: Parameters,
    workspace: Path,
    own: Collection[str] = (),
    sections: Sections | None = None,
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
    sections
        Of a composed notebook: those that need not be run again; takes what all of them show.

    Raises
    ------
    ReportError
        A generated cell failed, took too long, or the kernel died.
    """
    with tempfile.TemporaryDirectory(prefix="uso-", ignore_cleanup_errors=True) as folder:
        source, kept, shown = Path(folder) / target.name, {}, {}
        if isinstance(notebook, Path):
            source = notebook
        else:
            code = [
                cell for cell in notebook.cells if cell.cell_type == "code" and not is_own_code(cell, own)
            ]
            shown = sections.reusable(code) if sections else {}
            kept = _write_without_own_code(notebook, source, own, shown)
        check_parameters(source, parameters)
        executed = _papermill(source, target, parameters, workspace)
    for cell in executed.cells:
        if cell.get("id") in kept:
            cell["metadata"] = kept[cell["id"]]
    if sections:
        _put_back(executed, notebook, shown)
    if not kept:
        return Executed(_clean(executed, sections, workspace=workspace), fell_back=reasons())
    run = run_own_cells(executed, kept, workspace=workspace)
    executed["cells"] = [run.cells.get(cell.get("id"), cell) for cell in executed.cells]
    failed = {name: str(without_places(reason, workspace)) for name, reason in run.failed.items()}
    clean = _clean(executed, sections, workspace=workspace, telling=failed)
    return Executed(clean, failed, reasons())


def _clean(executed: Any, sections: Sections | None, **settings: Any) -> Any:
    """Return a notebook without traces of the run, its sections taken to be kept."""
    clean = without_traces(executed, **settings)
    if sections:
        sections.take(clean.cells)
    return clean


def _write_without_own_code(
    notebook: Any, target: Path, own: Collection[str], shown: Collection[str]
) -> dict[str, Any]:
    """Write a notebook whose own code cells and known sections are passed over.

    Returns
    -------
    The metadata the own cells had.
    """
    import nbformat

    prepared, kept = copy.deepcopy(notebook), {}
    for cell in prepared.cells:
        if is_own_code(cell, own):
            kept[cell["id"]] = cell["metadata"]
            cell["metadata"] = type(cell["metadata"])({"tags": [SKIPPED]})
            cell["outputs"], cell["execution_count"] = [], None
        elif cell["id"] in shown:
            cell["metadata"]["tags"] = [*cell["metadata"].get("tags", []), SKIPPED]
    nbformat.write(prepared, target)  # type: ignore[no-untyped-call]
    return kept


def _put_back(executed: Any, notebook: Any, shown: Mapping[str, list[Any]]) -> None:
    """Give the sections that were passed over what they showed, and count as if they had been run."""
    import nbformat

    metadata = {cell["id"]: cell["metadata"] for cell in notebook.cells}
    count = 0
    for cell in executed.cells:
        if cell.get("id") in shown:
            outputs = [nbformat.from_dict(output) for output in shown[cell["id"]]]  # type: ignore[no-untyped-call]
            cell["outputs"], cell["metadata"] = outputs, metadata[cell["id"]]
        elif cell.cell_type != "code" or cell.execution_count is None:
            continue
        count += 1
        cell["execution_count"] = count
        for output in cell["outputs"]:
            if "execution_count" in output:
                output["execution_count"] = count


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
                engine_name=ENGINE,
                progress_bar=False,
                request_save_on_cell_execute=False,
                execution_timeout=CELL_TIMEOUT_SECONDS,
                config=connection(desk),
            )
        except (PapermillException, DeadKernelError, TimeoutError) as problem:
            message = _reason(problem)
            raise ReportError(message) from problem


def _reason(problem: BaseException) -> str:
    """Say in one line what failed, without terminal colours and traceback."""
    if getattr(problem, "ename", None):
        return f"{problem.ename}: {_plain(str(problem.evalue))}"  # type: ignore[attr-defined]
    return f"{type(problem).__name__}: {_plain(str(problem))}"


def _plain(text: str) -> str:
    lines = re.sub(r"\x1b\[[0-9;]*m", "", text).strip().splitlines()
    return "; ".join(line.strip() for line in lines if line.strip())[:500]

"""Run the code cells a consultant added, apart from the generated ones.

They run in a kernel of their own after the report's cells, on the same figures: whatever one of them does,
the generated cells have been executed already. One that fails, hangs, prints without end or kills the
kernel is told and left out, and the others go on. Does not decide which cells are the consultant's (notes/),
and does not take anything out of the notebook.
"""

from __future__ import annotations

import ast
import copy
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from uso_lib.reports.own_failures import is_told, told
from uso_lib.reports.traces import INJECTED

if TYPE_CHECKING:
    from uso_lib.reports.own_kernel import OwnKernel

#: How long the consultant's code cells may take: one of them, and all together.
CELL_SECONDS = 60
TOTAL_SECONDS = 300
SKIPPED = "skip-execution"
OUT_OF_TIME = f"the own cells before it took more than {TOTAL_SECONDS} s together"


@dataclass
class OwnRun:
    """Hold how the consultant's code cells went.

    Parameters
    ----------
    cells
        Id → the cell as executed.
    failed
        Id → why the report leaves it out, one line.
    seconds
        How long the cells ran; starting kernels does not count.
    """

    cells: dict[str, Any] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0


def is_own_code(cell: Mapping[str, Any], own: Collection[str]) -> bool:
    """Tell whether a cell is code of the consultant that runs apart."""
    return cell["cell_type"] == "code" and cell.get("id") in own


def run_own_cells(
    notebook: Any,
    own: Collection[str],
    *,
    workspace: Path,
    cell_seconds: float | None = None,
    total_seconds: float | None = None,
) -> OwnRun:
    """Run a notebook's own code cells in a kernel that knows what the generated cells define.

    Parameters
    ----------
    notebook
        The notebook with its generated cells executed; it is not changed.
    own
        Ids of the cells to run, in the order of the notebook.
    cell_seconds, total_seconds
        Instead of `CELL_SECONDS` and `TOTAL_SECONDS`.
    """
    from uso_lib.reports.own_kernel import own_kernel

    most = total_seconds or TOTAL_SECONDS
    waiting = [cell for cell in notebook.cells if is_own_code(cell, own) and cell.get("source", "").strip()]
    waiting = [cell for cell in waiting if SKIPPED not in cell["metadata"].get("tags", [])]
    known = [cell for cell in notebook.cells if _is_setup(cell, own)]
    result = OwnRun()
    while waiting and result.seconds < most:
        replayed = [*known, *(cell for cell in result.cells.values() if _again(cell, result))]
        with own_kernel(workspace, seconds=cell_seconds or CELL_SECONDS) as kernel:
            if _ready(kernel, replayed, result, waiting):
                _run(kernel, waiting, result, most)
    result.failed |= dict.fromkeys((cell["id"] for cell in waiting), OUT_OF_TIME)
    for cell in notebook.cells:
        reason, done = result.failed.get(cell.get("id")), result.cells.get(cell.get("id"))
        if reason and not is_told(done or {}):
            result.cells[cell["id"]] = told(done or copy.deepcopy(cell), reason)
    return result


def _ready(kernel: OwnKernel, replayed: list[Any], result: OwnRun, waiting: list[Any]) -> bool:
    """Bring a new kernel to where the last one was; a cell that fails now although it did not is left out."""
    from uso_lib.reports.own_kernel import KernelLost

    for cell in replayed:
        try:
            _, reason = kernel.run(cell)
        except KernelLost as lost:
            reason = str(lost)
        if reason and cell["id"] in result.cells:
            result.failed[cell["id"]] = reason
            return False
        if reason:  # the report's own beginning does not run a second time: nothing of the consultant's can
            result.failed |= {one["id"]: f"the notebook's first cells failed: {reason}" for one in waiting}
            waiting.clear()
            return False
    return True


def _run(kernel: OwnKernel, waiting: list[Any], result: OwnRun, most: float) -> None:
    """Run the cells that wait until one of them takes the kernel with it."""
    from uso_lib.reports.own_kernel import KernelLost

    while waiting and result.seconds < most:
        cell, began = waiting.pop(0), time.monotonic()
        try:
            result.cells[cell["id"]], reason = kernel.run(cell)
        except KernelLost as lost:
            result.cells[cell["id"]] = lost.cell
            result.failed[cell["id"]] = str(lost)
            return
        finally:
            result.seconds += time.monotonic() - began
        if reason:
            result.failed[cell["id"]] = reason


def _is_setup(cell: Any, own: Collection[str]) -> bool:
    generated = cell["cell_type"] == "code" and not is_own_code(cell, own)
    return generated and (INJECTED in cell["metadata"].get("tags", []) or defines(cell["source"]))


def _again(cell: Any, result: OwnRun) -> bool:
    return cell["id"] not in result.failed and defines(cell["source"])


def defines(source: str) -> bool:
    """Tell whether code leaves something behind for later cells: any statement but an expression."""
    try:
        return any(not isinstance(statement, ast.Expr) for statement in ast.parse(source).body)
    except (SyntaxError, ValueError):  # a magic command, or a cell that will tell its error itself
        return True


def summaries(failed: Mapping[str, str], notebook: Any) -> Iterator[str]:
    """Give one line for each cell that is left out, in the order of the notebook.

    Parameters
    ----------
    failed
        Id → why.
    """
    for cell in notebook["cells"]:
        reason = failed.get(cell.get("id", ""))
        if reason:
            yield f"Own cell “{first_words(cell['source'])}” is left out of the report: {reason}"


def first_words(source: str, most: int = 40) -> str:
    """Return the beginning of a cell's first line that says something."""
    line = next((line.strip() for line in source.splitlines() if line.strip()), "")
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"

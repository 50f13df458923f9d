"""Programs that make reports one way or another and tell what each took; ways.py starts them.

They make of each member an executed notebook and a page: `interface` by nbconvert's own template as the plain
commands do, `engine` by the workbench's exporter; `bare` and `drawing` make neither. Run in a workspace as
``python -m uso_lib.bench.programs WAY FOLDER WORKERS MEMBER…``; prints a JSON list of seconds per member, the
start of the program not included.
"""

from __future__ import annotations

import ast
import json
import multiprocessing
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

from nbconvert import HTMLExporter

from uso_lib.bench.plain_figures import draw_ours, draw_plainly, pictures, seconds
from uso_lib.engine.held import close_nursery, open_nursery
from uso_lib.engine.warm import freeze, warm_results, warm_up
from uso_lib.reports.export import exporter_of
from uso_lib.situation import open_situation
from uso_lib.workspace import Workspace, find_workspace


def interface(folder: Path, members: Sequence[str]) -> list[float]:
    """Use papermill's Python interface and one exporter, in one process."""
    exporter: Any = HTMLExporter()  # type: ignore[no-untyped-call]
    workspace, seconds = find_workspace(), list[float]()
    for member in members:
        began = time.perf_counter()
        _notebook_and_page(workspace, member, folder, exporter, engine=None)
        seconds.append(time.perf_counter() - began)
    return seconds


def engine(folder: Path, members: Sequence[str], workers: int) -> list[float]:
    """Use the engine of the workbench: a process per report, forked from this one, which is warm."""
    workspace = _warmed(members)
    exporter = exporter_of(workspace.report_template)
    freeze()

    def make(member: str) -> None:
        open_nursery()
        try:
            _notebook_and_page(workspace, member, folder, exporter, engine="uso")
        finally:
            close_nursery()

    return _in_processes(make, members, workers)


def bare(folder: Path, members: Sequence[str], workers: int) -> list[float]:  # noqa: ARG001 - one form for all
    """Run the code of the notebook's cells without a kernel, in processes forked from this one."""
    workspace = _warmed(members)
    cells = _code_cells(workspace.template)
    freeze()

    def draw(member: str) -> None:
        names: dict[str, Any] = {}
        for cell in cells:
            _run(cell["source"], names)
            if "parameters" in cell["metadata"].get("tags", ()):
                names["member"] = member

    return _in_processes(draw, members, workers)


def drawing(folder: Path, members: Sequence[str], workers: int) -> list[float]:  # noqa: ARG001 - likewise
    """Draw the pictures of one report as it does and plainly (plain_figures.py), both once before."""
    situation = open_situation(members[0])
    pictures(situation)
    for draw in (draw_ours, draw_plainly):
        draw(situation)
    return [seconds(draw, situation) for draw in (draw_ours, draw_plainly)]


def _warmed(members: Sequence[str]) -> Workspace:
    workspace = find_workspace()
    warm_up()
    warm_results(workspace.root, members[0])
    return workspace


def _notebook_and_page(
    workspace: Workspace, member: str, folder: Path, exporter: Any, *, engine: str | None
) -> None:
    import papermill

    executed = papermill.execute_notebook(
        str(workspace.template), str(folder / f"{member}.ipynb"), parameters={"member": member},
        kernel_name="python3", engine_name=engine, progress_bar=False,
        request_save_on_cell_execute=engine is None,
    )  # fmt: skip
    page, _ = exporter.from_notebook_node(executed)
    (folder / f"{member}.html").write_text(page, encoding="utf-8")


def _code_cells(template: Path) -> list[dict[str, Any]]:
    content = json.loads(template.read_text(encoding="utf-8"))
    cells = [one | {"source": "".join(one["source"])} for one in content["cells"]]
    return [one for one in cells if one["cell_type"] == "code"]


def _run(source: str, names: dict[str, Any]) -> None:
    """Run a cell and ask its last expression for what a notebook would show."""
    body = ast.parse(source).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), "cell", "exec"), names)  # noqa: S102 - the template's own code
    if isinstance(last, ast.Expr):
        shown = eval(compile(ast.Expression(last.value), "cell", "eval"), names)  # noqa: S307 - likewise
        if hasattr(shown, "_repr_mimebundle_"):
            shown._repr_mimebundle_()


def _in_processes(make: Callable[[str], None], members: Sequence[str], workers: int) -> list[float]:
    """Call a function for every member, each in a forked process, a few at a time; return the seconds."""
    context = multiprocessing.get_context("fork")
    waiting, working, seconds = deque(members), dict[Any, tuple[str, float, Any]](), dict[str, float]()
    while waiting or working:
        while waiting and len(working) < workers:
            member = waiting.popleft()
            process = context.Process(target=make, args=(member,))
            process.start()
            working[process.sentinel] = member, time.perf_counter(), process
        for sentinel in wait(list(working)):
            member, began, process = working.pop(sentinel)
            process.join()
            seconds[member] = time.perf_counter() - began
            if process.exitcode:
                sys.exit(f"{member}: its process ended with status {process.exitcode}")
    return [seconds[member] for member in members]


def main(arguments: Sequence[str]) -> None:
    """Run one program."""
    way, folder, workers, *members = arguments
    if way == "interface":
        found = interface(Path(folder), members)
    else:
        found = {"engine": engine, "bare": bare, "drawing": drawing}[way](Path(folder), members, int(workers))
    print(json.dumps(found))  # noqa: T201 - this is what the program is for


if __name__ == "__main__":
    main(sys.argv[1:])

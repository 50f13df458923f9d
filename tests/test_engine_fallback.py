"""A notebook that the warm engine cannot run is run by the standard kernel, says so, and gives the same."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import papermill
import pytest
from nbformat import v4, write
from papermill.exceptions import PapermillExecutionError
from report_fakes import job

from uso_lib.engine import held, nursery
from uso_lib.engine.papermill_engine import FELL_BACK
from uso_lib.reports import publish
from uso_lib.reports.batch import run

pytestmark = pytest.mark.slow

CELLS = ["import os", "print('a')", "1 + 1"]
#: A cell that, in a warm kernel only, takes the process that starts kernels with it.
KILLS_NURSERY = """import multiprocessing, os, signal, sys, time
if "uso_lib.engine.nursery" in sys.modules:
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(30)"""


@pytest.fixture(autouse=True)
def own_nursery(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let kernels be forked although the tests' process may have threads, which do nothing meanwhile."""
    monkeypatch.setattr(held, "has_threads", lambda: False)
    held.reasons()
    yield
    held.close_nursery()
    held.reasons()


def executed(folder: Path, cells: list[str], name: str = "python3", **settings: Any) -> Any:
    """Execute cells with our engine and return the notebook."""
    spec = {"name": name, "display_name": name, "language": "python"}
    source = folder / "in.ipynb"
    made = v4.new_notebook(cells=[v4.new_code_cell(one) for one in cells], metadata={"kernelspec": spec})
    write(made, source)
    return papermill.execute_notebook(
        str(source), str(folder / "out.ipynb"), engine_name="uso", progress_bar=False, **settings
    )


def outputs(notebook: Any) -> list[Any]:
    return [cell.outputs for cell in notebook.cells]


def why(notebook: Any) -> str:
    told: str = notebook.metadata.papermill.get(FELL_BACK, "")
    return told


def refuse(*given: Any, **named: Any) -> None:
    message = "no process can be had"
    raise BlockingIOError(11, message)


def die(*given: Any) -> None:
    os._exit(3)


def sleep(*given: Any) -> None:
    signal.pause()


def test_a_warm_kernel_needs_no_fall_back(tmp_path: Path) -> None:
    found = executed(tmp_path, CELLS)
    assert why(found) == ""
    assert found.cells[2].outputs[0].data["text/plain"] == "2"


@pytest.mark.parametrize(
    ("place", "name", "instead", "reason"),
    [
        (nursery.Nursery, "__init__", refuse, "no process can be had"),
        (nursery.Nursery, "start", refuse, "no process can be had"),
        (nursery, "run_kernel", die, "Kernel died before replying"),
        (nursery, "run_kernel", sleep, "Kernel didn't respond in 10 seconds"),
    ],
    ids=["no nursery", "no process", "dies at once", "never answers"],
)
def test_a_kernel_that_does_not_come_is_started_the_usual_way(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    place: Any,
    name: str,
    instead: Callable[..., Any],
    reason: str,
) -> None:
    usual = executed(tmp_path, CELLS)
    monkeypatch.setattr(place, name, instead)
    found = executed(tmp_path, CELLS, start_timeout=10)
    assert reason in why(found)
    assert outputs(found) == outputs(usual)


def test_a_lost_nursery_lets_the_notebook_begin_again(tmp_path: Path) -> None:
    found = executed(tmp_path, ["print('a')", KILLS_NURSERY, "print('b')"])
    assert why(found) == nursery.LOST
    assert [[one.text for one in shown] for shown in outputs(found)] == [["a\n"], [], ["b\n"]]


def test_a_cells_own_error_is_no_reason_to_fall_back(tmp_path: Path) -> None:
    count = tmp_path / "count"
    cells = [f"open({str(count)!r}, 'a').write('x')", "1 / 0"]
    with pytest.raises(PapermillExecutionError, match="division by zero"):
        executed(tmp_path, cells)
    assert count.read_text(encoding="utf-8") == "x", "the notebook was run once"
    assert FELL_BACK not in (tmp_path / "out.ipynb").read_text(encoding="utf-8")


@pytest.mark.parametrize("cell", ["import time; time.sleep(60)", "import os; os._exit(1)"])
def test_a_time_out_and_a_dead_kernel_are_no_reason_to_fall_back(tmp_path: Path, cell: str) -> None:
    count = tmp_path / "count"
    with pytest.raises(Exception, match=r"timed out|Kernel died"):
        executed(tmp_path, [f"open({str(count)!r}, 'a').write('x')", cell], execution_timeout=2)
    assert count.read_text(encoding="utf-8") == "x", "the notebook was run once"


def test_a_kernel_of_another_python_is_started_the_usual_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "kernels" / "other"
    folder.mkdir(parents=True)
    start = ["/usr/bin/env", sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": start, "display_name": "Other", "language": "python"}
    (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    found = executed(tmp_path, CELLS, "other")
    assert "the kernel 'other' is not this environment's own Python" in why(found)
    assert outputs(found) == outputs(executed(tmp_path, CELLS))


def test_a_report_that_fell_back_is_the_same_and_the_run_says_so(tmp_path: Path) -> None:
    usual, lost = (tmp_path / name for name in ("usual", "lost"))
    for folder, killing in ((usual, "if False:\n    pass"), (lost, KILLS_NURSERY)):
        assert run([job(folder, extra=killing)], workers=1, show_progress=False).failed == ()
    (told,) = json.loads((lost / "outputs" / "run.json").read_text(encoding="utf-8"))["members"]
    assert told["notes"] == [
        f"Run by the standard kernel, more slowly and with the same result: {nursery.LOST}"
    ]
    for name in (publish.REPORT, publish.CSV, publish.WORKBOOK):
        made = [(folder / "outputs" / "tornio" / name).read_bytes() for folder in (usual, lost)]
        assert made[0] == made[1]

"""Our papermill engine against papermill's own: the same outputs, errors, timings and written notebook."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from engine_notebooks import NOTEBOOKS

pytestmark = pytest.mark.slow

SPAWNED = ["plain", "errors", "rich", "streams", "dies", "process"]
Results = dict[str, dict[str, Any]]


def results(folder: Path, engine: str, names: list[str], method: str = "") -> Results:
    """Execute notebooks in a process of its own."""
    place = folder / f"{engine}{method}"
    place.mkdir()
    file = folder / f"{engine}{method}.json"
    script = Path(__file__).with_name("engine_notebooks.py")
    command = [sys.executable, str(script), engine, str(place), str(file), *names]
    environment = {**os.environ, "USO_START_METHOD": method, "PYTHONWARNINGS": ""}
    subprocess.run(command, check=True, timeout=500, env=environment, capture_output=True)
    found: Results = json.loads(file.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def standard(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return results(tmp_path_factory.mktemp("a"), "nbclient", list(NOTEBOOKS))


@pytest.fixture(scope="module")
def forked(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return results(tmp_path_factory.mktemp("b"), "uso", list(NOTEBOOKS))


@pytest.fixture(scope="module")
def spawned(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return results(tmp_path_factory.mktemp("c"), "uso", SPAWNED, "spawn")


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_forked_kernel_gives_what_the_standard_kernel_gives(
    name: str, forked: Results, standard: Results
) -> None:
    for mine, theirs in zip(forked[name]["cells"], standard[name]["cells"], strict=True):
        assert mine == theirs
    assert forked[name] == standard[name]


@pytest.mark.parametrize("name", SPAWNED)
def test_a_spawned_kernel_gives_the_same(name: str, spawned: Results, standard: Results) -> None:
    assert spawned[name] == standard[name]


def said_by(code: str) -> str:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout


def test_a_process_that_leaves_its_nursery_open_ends_all_the_same() -> None:
    code = "from uso_lib.engine.held import forks, open_nursery; open_nursery(); print(forks())"
    assert said_by(code) == "True\n"


#: What a warm kernel has imported when a cell runs that the process it was forked from had not.
IMPORTED_LATER = """
import sys, nbformat, papermill
from nbformat.v4 import new_code_cell, new_notebook
from uso_lib.engine.held import close_nursery, open_nursery
from uso_lib.engine.warm import warm_up
warm_up()
open_nursery()
known = f"known = {sorted(sys.modules)!r}"
told = "import pandas, sys\\nsorted(set(sys.modules) - set(known))"
cells = [new_code_cell(known), new_code_cell(told)]
spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": spec}), "asked.ipynb")
done = papermill.execute_notebook("asked.ipynb", "told.ipynb", engine_name="uso", progress_bar=False)
print(done.cells[1].outputs[-1].data["text/plain"])
close_nursery()
"""


def test_a_warm_kernel_imports_nothing_more(tmp_path: Path) -> None:
    command = [sys.executable, "-c", IMPORTED_LATER]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"
    assert "ebugger" not in done.stderr  # debugpy, imported where a terminal could be, keeps its warning


#: What warming changed of the process that does it, but for modules.
CHANGED = """
import os, sys
hook, variables = sys.breakpointhook, dict(os.environ)
from uso_lib.engine.warm import warm_up
warm_up()
print("debugpy" in sys.modules, sys.breakpointhook is hook, dict(os.environ) == variables)
"""


def test_a_warm_process_keeps_its_own_debugger_and_environment() -> None:
    assert said_by(CHANGED) == "True True True\n"


#: A file of before, let go of when its number could have got another owner.
LET_GO = """
import os, tempfile
from uso_lib.engine.leash import close_inherited_files
lock = tempfile.NamedTemporaryFile()
before = os.readlink(f"/proc/self/fd/{lock.fileno()}") == lock.name
close_inherited_files()
after = os.readlink(f"/proc/self/fd/{lock.fileno()}")
ends = os.pipe()
lock.file.close()
print(before, after, os.write(ends[1], b"x"), os.read(ends[0], 1))
"""


def test_a_forked_process_lets_go_of_files_without_freeing_their_numbers() -> None:
    assert said_by(LET_GO) == "True /dev/null 1 b'x'\n"


#: A kernel that stays, and leads no process group: as one that has only just been forked.
JUST_FORKED = """
import os, time
from uso_lib.engine import nursery
nursery.run_kernel = lambda *given: time.sleep(600)
made = nursery.Nursery(fork=True)
kernel = made.start([], {}, None)
began = time.monotonic()
made.close()
print(time.monotonic() - began < 10, os.path.exists(f"/proc/{kernel.pid}"))
"""


def test_a_kernel_that_was_only_just_forked_ends_with_its_nursery() -> None:
    assert said_by(JUST_FORKED) == "True False\n"

"""Own code cells: whatever one of them does, the report's own cells and the other own cells are untouched."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import v4
from report_fakes import template

from uso_lib.errors import ReportError
from uso_lib.reports import own_cells, own_failures
from uso_lib.reports.execute import Executed, execute
from uso_lib.reports.harvest import harvest

PASSED = {"member": "tornio", "peers": ["Iisalmi", "Kokkola"], "themes": ["talous"]}
LAST = "print('viimeinen', member, tunnus)"


def composed(folder: Path, *sources: str, extra: str = "") -> tuple[Any, list[str]]:
    """Return the fake template with own code cells before its last cell and behind it."""
    notebook = nbformat.read(template(folder / "t.ipynb", extra=extra), as_version=4)
    cells = [
        v4.new_code_cell(source, id=f"own-{number}", metadata={"tags": ["oma"]})
        for number, source in enumerate(sources)
    ]
    notebook.cells[-1:] = [*cells[:-1], notebook.cells[-1], *cells[-1:]]
    return notebook, [cell.id for cell in cells]


def run(folder: Path, *sources: str, extra: str = "") -> tuple[Executed, dict[str, Any]]:
    notebook, own = composed(folder, *sources, extra=extra)
    done = execute(notebook, folder / "out.ipynb", parameters=PASSED, workspace=folder, own=own)
    return done, {cell.id: cell for cell in done.notebook.cells}


def printed(cell: Any) -> str:
    return "".join(one.text for one in cell.outputs if one.output_type == "stream")


CASES = {
    "exception": ("1 / 0", "ZeroDivisionError: division by zero"),
    "syntax": ("joo joo", "SyntaxError"),
    "sys.exit": ("import sys\nsys.exit(3)", "SystemExit: 3"),
    "exit": ("exit()", "it ends the kernel"),
    "killed": ("import os\nos._exit(9)", "it killed the kernel"),
    "endless": ("while True:\n    pass", "it did not end in 6 s"),
    "stubborn": (
        "import time\nwhile True:\n    try:\n        time.sleep(60)\n    except BaseException:\n        pass",
        "it did not end in 6 s",
    ),
    "megabytes": ("while True:\n    print('x' * 10_000)", "it showed more than 1 MB"),
    "picture": (
        "from IPython.display import HTML\nHTML('x' * 30_000_000)",
        "it showed more than 20 MB",
    ),
}


@pytest.mark.slow
def test_failing_own_cells_stop_neither_the_report_nor_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_cells, "CELL_SECONDS", 6)
    sources = [source for case, _ in CASES.values() for source in (f"a{len(case)} = 1", case)]
    done, cells = run(tmp_path, *sources, "tunnus = 'A'", LAST)
    wrong = {f"own-{2 * number + 1}": one for number, one in enumerate(CASES.values())}
    assert list(done.failed) == list(wrong)
    for name, (source, reason) in wrong.items():
        assert done.failed[name].startswith(reason)
        assert "\n" not in done.failed[name]
        (error,) = [one for one in cells[name].outputs if one.output_type == "error"]
        assert error.traceback == [f"Solu jäi pois raportista: {own_failures.in_finnish(done.failed[name])}"]
        assert len(json.dumps(cells[name])) < 10_000
        assert cells[name].source == source
        assert cells[name].metadata == {"tags": ["oma"]}
    last = f"own-{len(sources) + 1}"
    assert printed(cells[last]) == "viimeinen tornio A\n", "the others keep what was defined before"
    assert harvest(done.notebook).sections[1].numbers[0]["value"] == 1234.5678


@pytest.mark.slow
def test_nothing_an_own_cell_does_reaches_the_generated_ones(tmp_path: Path) -> None:
    spoiling = "member = None\nimport builtins, IPython.display\nIPython.display.display = None"
    done, cells = run(tmp_path, "tunnus = 1", spoiling, LAST, extra="bundle['text/html'] = member")
    assert done.failed == {}
    assert cells["lainakanta"].outputs[0].data["text/html"] == "tornio"
    assert printed(cells["own-2"]) == "viimeinen None 1\n", "own cells see what own cells did"


@pytest.mark.slow
def test_a_notebook_without_own_code_is_executed_as_the_template(tmp_path: Path) -> None:
    made = template(tmp_path / "t.ipynb")
    plain = execute(made, tmp_path / "a.ipynb", parameters=PASSED, workspace=tmp_path)
    notebook = nbformat.read(made, as_version=4)
    notebook.cells.append(v4.new_markdown_cell("Omaa tekstiä", id="own"))
    words = execute(notebook, tmp_path / "b.ipynb", parameters=PASSED, workspace=tmp_path, own=["own"])
    assert json.dumps(words.notebook.cells[:-1]) == json.dumps(plain.notebook.cells)


@pytest.mark.slow
def test_own_cells_get_no_more_time_than_they_have_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_cells, "TOTAL_SECONDS", 2)
    done, _ = run(tmp_path, "import time; time.sleep(3)", "tunnus = 1", LAST)
    assert list(done.failed) == ["own-1", "own-2"]
    assert "together" in done.failed["own-1"]
    (error,) = done.notebook.cells[-1].outputs
    assert error.traceback == [
        "Solu jäi pois raportista: omat solut ennen sitä veivät yhteensä yli 300 sekuntia."
    ]


@pytest.mark.slow
def test_an_expected_exception_and_a_skipped_cell_are_no_failures(tmp_path: Path) -> None:
    notebook, own = composed(tmp_path, "raise ValueError('odotettu')", "os._exit(1)")
    notebook.cells[-3].metadata["tags"] = ["raises-exception"]
    notebook.cells[-1].metadata["tags"] = ["skip-execution"]
    done = execute(notebook, tmp_path / "out.ipynb", parameters=PASSED, workspace=tmp_path, own=own)
    assert done.failed == {}
    assert done.notebook.cells[-1].metadata["tags"] == ["skip-execution"]


@pytest.mark.slow
def test_an_own_cell_tagged_as_parameters_takes_nothing_over(tmp_path: Path) -> None:
    notebook, own = composed(tmp_path, 'member = "kemi"', "print(member)")
    notebook.cells[-3].metadata["tags"] = ["parameters"]
    done = execute(notebook, tmp_path / "out.ipynb", parameters=PASSED, workspace=tmp_path, own=own)
    assert printed(done.notebook.cells[-1]) == "kemi\n"
    assert sum(cell.metadata.get("tags") == ["injected-parameters"] for cell in done.notebook.cells) == 1


@pytest.mark.slow
def test_an_error_names_no_folder(tmp_path: Path) -> None:
    done, cells = run(tmp_path, f"open('{tmp_path}/ei-ole.csv')", "tunnus = 1", LAST)
    assert str(tmp_path) not in json.dumps(done.notebook)
    assert str(tmp_path) not in done.failed["own-0"]
    assert "./ei-ole.csv" in json.dumps(cells["own-0"].outputs)


@pytest.mark.slow
def test_an_error_of_the_workbench_is_told_in_its_finnish_line(tmp_path: Path) -> None:
    wrong = "from uso_lib.errors import UsoError\nraise UsoError('No such row.', finnish='Riviä ei ole.')"
    done, cells = run(tmp_path, wrong, "tunnus = 1", LAST)
    assert done.failed == {"own-0": "UsoError: No such row."}
    (error,) = cells["own-0"].outputs
    assert error.traceback == ["Solu jäi pois raportista: Riviä ei ole."]


@pytest.mark.parametrize(
    "reason",
    [
        *(own_failures.ENDED_KERNEL, own_failures.KILLED_KERNEL, own_cells.OUT_OF_TIME),
        *(own_failures.too_long(60), own_failures.too_long(0.5), own_failures.too_much(20_000_000)),
        "the notebook's first cells failed: NameError: x",
        "it shows data that are no section of a report ('rows')",
    ],
)
def test_every_reason_of_the_run_is_told_in_finnish(reason: str) -> None:
    finnish = own_failures.in_finnish(reason)
    assert finnish != reason
    assert finnish.endswith(".")
    assert [number for number in re.findall(r"\d+", reason) if number not in finnish] == []


@pytest.mark.slow
def test_a_generated_cell_that_fails_is_still_an_error(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="ValueError: ei lukuja"):
        run(tmp_path, "1", "tunnus = 1", LAST, extra="raise ValueError('ei lukuja')")
    assert "USO_WORKSPACE" not in os.environ


@pytest.mark.parametrize(
    ("source", "defining"),
    [("x", False), ("situation.section('x')", False), ("x = 1", True), ("%matplotlib inline", True),
     ("import os", True), ("'''words'''", False), ("", False)],
)  # fmt: skip
def test_what_leaves_something_behind_is_told_apart(source: str, *, defining: bool) -> None:
    assert own_cells.defines(source) is defining

"""Executing a notebook: parameters are checked, failures are told in one line, no trace of the run stays."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import matplotlib
import nbformat
import pytest
from nbformat import v4
from report_fakes import PARAMETERS, template

from uso_lib.errors import ReportError
from uso_lib.reports.execute import execute
from uso_lib.reports.harvest import harvest
from uso_lib.reports.template_parameters import check_parameters, declared_parameters
from uso_lib.reports.traces import INJECTED, without_traces

PASSED = {"member": "tornio", "peers": ["Iisalmi", "Kokkola"], "themes": ["talous"]}


def with_parameters_cell(folder: Path, *sources: str) -> Path:
    target = folder / "t.ipynb"
    cells = [v4.new_code_cell(source, metadata={"tags": ["parameters"]}) for source in sources]
    nbformat.write(v4.new_notebook(cells=cells), target)
    return target


def run(tmp_path: Path, **settings: Any) -> Any:
    made = template(tmp_path / "t.ipynb", **settings)
    return execute(made, tmp_path / "out.ipynb", parameters=PASSED, workspace=tmp_path).notebook


def test_declared_parameters_are_read_from_the_tagged_cell(tmp_path: Path) -> None:
    assert declared_parameters(with_parameters_cell(tmp_path, PARAMETERS)) == ("member", "peers", "themes")


@pytest.mark.parametrize(
    ("sources", "reason"),
    [
        ([], "exactly one cell"),
        ([PARAMETERS, PARAMETERS], "it has 2"),
        (["import os"], "name = value"),
        (['a.b = "x"'], "name = value"),
        (["member = ("], "not valid Python"),
    ],
)
def test_a_strange_parameters_cell_is_refused(tmp_path: Path, sources: list[str], reason: str) -> None:
    with pytest.raises(ReportError, match=reason):
        declared_parameters(with_parameters_cell(tmp_path, *sources))


def test_a_broken_notebook_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.ipynb").write_text('{"cells": [', encoding="utf-8")
    with pytest.raises(ReportError, match=r"Restore it with git"):
        declared_parameters(tmp_path / "t.ipynb")


@pytest.mark.parametrize(
    ("key", "value", "reason"), [("nbformat", 99, "notebook format 4"), ("source", None, "not valid Python")]
)
def test_a_notebook_that_papermill_could_not_run_is_refused(
    tmp_path: Path, key: str, value: object, reason: str
) -> None:
    file = with_parameters_cell(tmp_path, PARAMETERS)
    notebook = json.loads(file.read_text(encoding="utf-8"))
    (notebook if key in notebook else notebook["cells"][0])[key] = value
    file.write_text(json.dumps(notebook), encoding="utf-8")
    with pytest.raises(ReportError, match=reason):
        declared_parameters(file)


@pytest.mark.parametrize("passed", [{"member": "x"}, {**PASSED, "import os; os": ["x"]}])
def test_only_the_declared_parameters_are_passed(tmp_path: Path, passed: dict[str, Any]) -> None:
    with pytest.raises(ReportError, match="declares the parameters member, peers, themes"):
        check_parameters(with_parameters_cell(tmp_path, PARAMETERS), passed)


@pytest.mark.slow
def test_the_executed_notebook_states_its_parameters_and_keeps_no_trace(tmp_path: Path) -> None:
    notebook = run(tmp_path, extra="import sys; print('varo' + 'itus', file=sys.stderr)")
    (injected,) = [cell for cell in notebook.cells if INJECTED in cell.metadata.get("tags", [])]
    assert injected.id == INJECTED
    assert 'peers = ["Iisalmi", "Kokkola"]' in injected.source
    assert harvest(notebook).sections[1].numbers[0]["value"] == 1234.5678
    text = json.dumps(notebook)
    assert "papermill" not in text
    assert "varoitus" not in text
    assert str(tmp_path) not in text
    assert not re.search(r"20\d\d-\d\d-\d\dT", text)


@pytest.mark.slow
def test_two_runs_give_the_same_notebook(tmp_path: Path) -> None:
    assert json.dumps(run(tmp_path)) == json.dumps(run(tmp_path))


@pytest.mark.slow
def test_the_kernel_works_in_the_given_workspace_and_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("USO_WORKSPACE", raising=False)
    # Where kernels are not forked each of them imports matplotlib, which keeps a list of fonts at home.
    monkeypatch.setenv("MPLCONFIGDIR", matplotlib.get_configdir())
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    # The folders themselves are taken out of what is shown.
    same = f"os.environ['USO_WORKSPACE'] == {str(tmp_path)!r}, sys.prefix == {sys.prefix!r}"
    probe = f"import os, sys; bundle['text/html'] = str(({same}))"
    notebook = run(tmp_path, extra=probe)
    (shown,) = [out.data["text/html"] for out in notebook.cells[-1].outputs]
    assert shown == "(True, True)"
    assert "USO_WORKSPACE" not in os.environ
    assert not (tmp_path / "home").exists(), "nothing of a run belongs into the user's home"
    assert "without encryption" not in capfd.readouterr().err, "the kernel talks through files, not ports"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        ("raise ValueError('ei lukuja\\ntoinen rivi')", "ValueError: ei lukuja; toinen rivi"),
        ("import os; os._exit(1)", "DeadKernelError"),
    ],
)
def test_a_failure_is_told_in_one_line(tmp_path: Path, extra: str, reason: str) -> None:
    with pytest.raises(ReportError) as caught:
        run(tmp_path, extra=extra)
    assert str(caught.value).startswith(reason)
    assert "\n" not in str(caught.value)
    assert "\x1b" not in str(caught.value)


def test_traces_are_removed_from_a_copy() -> None:
    cell = v4.new_code_cell(
        "1", metadata={"papermill": {"start_time": "x"}, "execution": {}, "tags": [INJECTED]}
    )
    notebook = v4.new_notebook(cells=[cell], metadata={"papermill": {"output_path": "/home/x"}})
    assert without_traces(notebook).cells[0].metadata == {"tags": [INJECTED]}
    assert "papermill" in notebook.metadata


def test_folders_errors_and_addresses_in_memory_are_taken_out(tmp_path: Path) -> None:
    home = Path.home() / "kuvat" / "x.png"
    said = f"{tmp_path}/data.csv {home} C:\\\\Users\\\\maija\\\\x /home/maija/x <Line at 0x7f0012345678>"
    outputs = [
        v4.new_output("stream", text=f"{tmp_path}/data.csv\n"),
        v4.new_output("display_data", data={"text/plain": said, "application/json": {"at": str(tmp_path)}}),
        v4.new_output("error", ename="SystemExit", evalue="0", traceback=[f"{home}"]),
    ]
    cell = v4.new_code_cell(f"open('{tmp_path}/data.csv')", outputs=outputs)
    outputs[0].text += repr(f"a\n{tmp_path}/b")
    (clean,) = without_traces(v4.new_notebook(cells=[cell]), workspace=tmp_path).cells
    assert clean.source == "open('./data.csv')"
    assert [one.output_type for one in clean.outputs] == ["stream", "display_data"]
    assert clean.outputs[0].text == "./data.csv\n" + repr("a\n./b")
    shown = clean.outputs[1].data["text/plain"]
    assert shown == "./data.csv ~/kuvat/x.png ~\\\\x ~/x <Line>"
    assert clean.outputs[1].data["application/json"] == {"at": "."}
    assert "language_info" in without_traces(v4.new_notebook()).metadata


def test_half_a_character_is_told_before_anything_runs(tmp_path: Path) -> None:
    file = with_parameters_cell(tmp_path, PARAMETERS)
    file.write_text(file.read_text(encoding="utf-8").replace("tornio", "tor\\ud800nio"), encoding="utf-8")
    with pytest.raises(ReportError, match="cannot be read as a notebook"):
        declared_parameters(file)

"""What would stop every report is found beforehand: snapshot, templates, the folder of reports."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from made_figures import figures, imported, live_table, published

from uso_lib.editions import record_file, tables_folder
from uso_lib.reports.readiness import data_problems, outputs_problems, snapshot_problems, template_problems
from uso_lib.workspace import Workspace


@pytest.fixture
def workspace(root: Path, tmp_path: Path) -> Workspace:
    shutil.copytree(root / "notebooks", tmp_path / "notebooks")
    return Workspace(tmp_path)


@pytest.fixture
def snapshot(root: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(root / "uso_lib" / "snapshot", tmp_path / "snapshot"))


def test_a_sound_workbench_has_no_problems(workspace: Workspace, snapshot: Path) -> None:
    assert list(snapshot_problems(snapshot)) == []
    assert list(template_problems(workspace)) == []
    assert list(outputs_problems(workspace.outputs, ["tornio"])) == []
    assert not workspace.outputs.exists()


def test_damaged_tables_and_registers_are_told_together(snapshot: Path) -> None:
    for name in ("vakiluku.parquet", "municipalities.parquet", "mergers.parquet", "boundaries.json"):
        (snapshot / name).write_bytes(b"PAR1")
    told = list(snapshot_problems(snapshot))
    names = ["vakiluku.parquet", "municipalities.parquet", "mergers.parquet", "boundaries.json"]
    assert [problem.file.name for problem in told] == names
    assert all("make snapshot" in str(problem) for problem in told)


def test_a_damaged_manifest_is_told_once_and_names_its_file_once(snapshot: Path) -> None:
    (snapshot / "manifest.json").write_text("{", encoding="utf-8")
    (problem,) = snapshot_problems(snapshot)
    assert str(problem).count("manifest.json") == 1
    assert "the manifest is damaged" in problem.reason


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("page.html.j2", None, "is missing"),
        ("overview.html.j2", None, "is missing"),
        ("index.html.j2", b"<p>\n{% if %}", "not valid on line 2"),
        ("conf.json", b"{", "damaged"),
        ("report.css", b"\xff", "damaged"),
    ],
)
def test_a_report_template_of_no_use_is_told(
    workspace: Workspace, name: str, content: bytes | None, reason: str
) -> None:
    file = workspace.report_template / name
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    (problem,) = template_problems(workspace)
    assert (problem.file, problem.hint) == (file, "restore it with git")
    assert reason in problem.reason


def test_a_broken_notebook_is_told_once_and_named_once(workspace: Workspace) -> None:
    workspace.template.write_text("{", encoding="utf-8")
    (problem,) = template_problems(workspace)
    assert str(problem).count("situation.ipynb") == 1
    assert "cannot be read as a notebook" in problem.reason


def test_whatever_stands_in_the_place_of_a_report_is_told(tmp_path: Path) -> None:
    outputs = tmp_path / "outputs"
    (outputs / "index.html").mkdir(parents=True)
    (outputs / "run.json").mkdir()
    (outputs / "tornio").write_text("mine", encoding="utf-8")
    (outputs / "juva").symlink_to(tmp_path / "nowhere")
    told = [problem.file.name for problem in outputs_problems(outputs, ["tornio", "juva", "kannus"])]
    assert told == ["tornio", "juva", "index.html", "run.json"]


def test_an_outputs_link_to_nowhere_is_told(tmp_path: Path) -> None:
    (tmp_path / "outputs").symlink_to(tmp_path / "nowhere")
    (problem,) = outputs_problems(tmp_path / "outputs", ["tornio"])
    assert problem.reason == "the folder of reports is no folder"


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda path, mode: Path(path).name != "tornio")  # noqa: ARG005
    (tmp_path / "tornio").mkdir()
    (problem,) = outputs_problems(tmp_path, ["tornio"])
    assert problem.reason == "the member's folder cannot be written to"
    (problem,) = outputs_problems(tmp_path / "tornio", [])
    assert problem.reason == "the folder of reports cannot be written to"


def test_sound_fetched_figures_and_none_at_all_have_no_problems(tmp_path: Path) -> None:
    assert list(data_problems(tmp_path / "data")) == []
    published(tmp_path)
    imported(tmp_path, figures(), table=live_table("other"))
    assert list(data_problems(tmp_path)) == []


def test_damaged_fetched_figures_are_told_together_with_their_way_out(tmp_path: Path) -> None:
    altered, missing = published(tmp_path), imported(tmp_path, figures(), table=live_table("other"))
    published(tmp_path, table=live_table("third"))
    (tables_folder(tmp_path) / altered.file).write_bytes(b"PAR1")
    (tables_folder(tmp_path) / missing.file).unlink()
    record_file(tmp_path, "third").write_text("{", encoding="utf-8")
    gone, record, changed = data_problems(tmp_path)
    assert (gone.file.name, gone.reason) == (missing.file, "a file of fetched figures is missing")
    assert "uso import lelut.xlsx --as other" in gone.hint
    assert (record.file.name, str(record).count("third.json")) == ("third.json", 1)
    assert (changed.file.name, changed.reason) == (altered.file, "the file is not what its record says")
    assert "uso fetch --table toy" in changed.hint

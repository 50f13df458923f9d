"""Everything is checked before anything is written, and everything wrong is told at once."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from uso_lib.errors import InputErrors
from uso_lib.reports import plan as planning
from uso_lib.reports.plan import check, network_members, plan
from uso_lib.workspace import Workspace


@pytest.fixture
def workspace(root: Path, tmp_path: Path) -> Workspace:
    """Return a copy of the checkout's own workspace that a test may break."""
    shutil.copytree(root / "parameters", tmp_path / "parameters")
    shutil.copytree(root / "notebooks", tmp_path / "notebooks")
    return Workspace(tmp_path)


@pytest.fixture
def snapshot(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the snapshot that planning uses."""
    copy = tmp_path / "snapshot"
    shutil.copytree(root / "uso_lib" / "snapshot", copy)
    monkeypatch.setattr(planning, "SNAPSHOT", copy)
    return copy


def spoil(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")


def problems_of(workspace: Workspace, *names: str) -> str:
    with pytest.raises(InputErrors) as caught:
        plan(workspace, names)
    return str(caught.value)


def test_the_bundled_workspace_is_sound(workspace: Workspace) -> None:
    assert check(workspace) == []


def test_a_job_passes_resolved_peers_and_themes(workspace: Workspace) -> None:
    (job,) = plan(workspace, ["Torneå"])
    assert job.member == "tornio"
    assert list(job.parameters) == ["member", "peers", "themes"]
    assert job.parameters["peers"] == [
        "Iisalmi", "Kokkola", "Oulu", "Raisio", "Kemi", "Riihimäki", "Rovaniemi", "Kuusamo", "Raahe",
    ]  # fmt: skip
    assert job.parameters["themes"] == ["vaesto", "elinvoima", "hyvinvointi", "talous", "ymparisto"]
    assert job.parameter_file == workspace.parameters / "tornio.yml"
    assert job.outputs == workspace.outputs


def test_without_names_all_members_are_planned_in_the_networks_order(workspace: Workspace) -> None:
    _, members = network_members(workspace)
    assert [job.member for job in plan(workspace)] == [member.slug for member in members]
    assert len(members) == 18


def test_a_member_named_twice_is_made_once(workspace: Workspace) -> None:
    assert [job.member for job in plan(workspace, ["851", "juva", "tornio"])] == ["tornio", "juva"]


def test_problems_of_all_named_members_come_together_and_nothing_is_written(workspace: Workspace) -> None:
    spoil(workspace.parameters / "tornio.yml", "- Iisalmi", "- Iisalmmi")
    spoil(workspace.parameters / "juva.yml", "- Rantasalmi", "- Juva")
    told = problems_of(workspace, "tornio", "juva", "kemi", "olematon")
    for part in ("4 problems", "Iisalmmi", "juva.yml", "Kemi", "olematon"):
        assert part in told
    assert not workspace.outputs.exists()


def test_another_members_mistakes_do_not_stop_a_sound_one(workspace: Workspace) -> None:
    spoil(workspace.parameters / "juva.yml", "- Rantasalmi", "- Juva")
    assert [job.member for job in plan(workspace, ["tornio"])] == ["tornio"]
    assert any("juva.yml" in str(problem.file) for problem in check(workspace))


def test_a_damaged_table_is_told_before_anything_runs(workspace: Workspace, snapshot: Path) -> None:
    damaged = snapshot / "avainluvut.parquet"
    damaged.write_bytes(damaged.read_bytes()[:-100])
    (snapshot / "vakiluku.parquet").unlink()
    told = problems_of(workspace, "tornio")
    assert "avainluvut.parquet: the file is not what the snapshot's manifest says" in told
    assert "vakiluku.parquet: a file of the snapshot is missing" in told


def test_an_unreadable_snapshot_manifest_is_told(workspace: Workspace, snapshot: Path) -> None:
    (snapshot / "manifest.json").write_text("{", encoding="utf-8")
    assert "manifest.json" in problems_of(workspace, "tornio")


def test_other_parameters_in_the_template_are_told(workspace: Workspace) -> None:
    notebook = json.loads(workspace.template.read_text(encoding="utf-8"))
    (cell,) = [cell for cell in notebook["cells"] if "parameters" in cell["metadata"].get("tags", [])]
    cell["source"] = 'member = "tornio"\nverrokit = None'
    workspace.template.write_text(json.dumps(notebook), encoding="utf-8")
    told = problems_of(workspace, "tornio")
    assert "declares member, verrokit" in told
    assert "exactly member, peers, themes" in told


def test_a_missing_report_template_is_told(workspace: Workspace) -> None:
    (workspace.report_template / "report.css").unlink()
    assert "report.css: a file of the report template is missing" in problems_of(workspace, "tornio")


def test_a_place_for_the_reports_that_cannot_be_written_to_is_told(workspace: Workspace) -> None:
    workspace.outputs.write_text("mine", encoding="utf-8")
    assert "outputs: the folder of reports is no folder" in problems_of(workspace, "tornio")
    assert workspace.outputs.read_text(encoding="utf-8") == "mine"


def test_the_list_is_headed_by_network_and_season(workspace: Workspace) -> None:
    heading, members = network_members(workspace)
    assert heading == "USO-verkosto, kausi 2023–2024"
    assert members[3].name == "Tornio"

"""The command uso notes: what it lists, restores and shows again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from notes_world import executed_copy, generated

from uso_lib.cli import main
from uso_lib.notes.desk import before_publishing, prepare, stamped
from uso_lib.workspace import Workspace

Data = dict[str, Any]
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def workspace(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Return a workspace with the real parameters and template, where Juva has a notebook."""
    shutil.copytree(root / "parameters", tmp_path / "parameters")
    (tmp_path / "notebooks").mkdir()
    shutil.copy(root / "notebooks" / "situation.ipynb", tmp_path / "notebooks")
    monkeypatch.setenv("USO_WORKSPACE", str(tmp_path))
    report(Workspace(tmp_path))
    return Workspace(tmp_path)


def desk(workspace: Workspace) -> Path:
    return workspace.outputs / "juva" / "situation.ipynb"


def report(workspace: Workspace) -> Any:
    """Make Juva's notebook as a report does, without running it."""
    prepared = prepare(workspace.notes, "juva", workspace.template, desk(workspace))
    made = stamped(executed_copy(prepared.notebook), prepared)
    before_publishing(prepared)
    desk(workspace).parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(made, desk(workspace))
    return made


def write(workspace: Workspace, after: str, text: str) -> None:
    doc = json.loads(desk(workspace).read_text(encoding="utf-8"))
    order = [cell["id"] for cell in doc["cells"]]
    doc["cells"].insert(order.index(after) + 1, generated(f"{len(order):08x}", text, "markdown"))
    desk(workspace).write_text(json.dumps(doc), encoding="utf-8")


def hide(workspace: Workspace, name: str) -> None:
    doc = json.loads(desk(workspace).read_text(encoding="utf-8"))
    doc["cells"] = [cell for cell in doc["cells"] if cell["id"] != name]
    desk(workspace).write_text(json.dumps(doc), encoding="utf-8")


def leave(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert isinstance(left.value.code, int)
    return left.value.code


def said(capsys: Captured, *arguments: str, status: int = 0) -> str:
    assert leave("notes", *arguments) == status
    told = capsys.readouterr()
    return told.out if status == 0 else told.err


def test_everything_written_is_gathered_and_listed(workspace: Workspace, capsys: Captured) -> None:
    write(workspace, "section-lainakanta", "# Huomio lainoista\n\nToinen kappale")
    hide(workspace, "section-hyte")
    told = said(capsys, "juva")
    assert "juva: 1 own cell, 1 hidden generated cell" in told
    assert "markdown  Lainakannan kehitys  ·  # Huomio lainoista Toinen kappale" in told
    assert "hidden    section-hyte  (show it: uso notes juva --show section-hyte)" in told
    assert (workspace.notes / "juva.ipynb").is_file()


def test_a_member_without_words_has_none(workspace: Workspace, capsys: Captured) -> None:
    assert "juva: 0 own cells, 0 hidden generated cells" in said(capsys, "Juva")
    assert not (workspace.notes / "juva.ipynb").exists()
    assert "no versions" in said(capsys, "juva", "--versions")


def test_an_earlier_version_is_restored_and_the_present_one_kept(
    workspace: Workspace, capsys: Captured
) -> None:
    write(workspace, "cover", "ensimmäinen")
    said(capsys, "juva")
    write(workspace, "cover", "toinen")
    said(capsys, "juva")
    told = said(capsys, "juva", "--versions")
    assert told.count("own cell") == 2
    assert told.splitlines()[0].endswith("2 own cells  (present)")
    assert "1 own cell)" in said(capsys, "juva", "--restore")
    made = report(workspace)
    shown = [cell.source for cell in made.cells]
    assert "ensimmäinen" in shown
    assert "toinen" not in shown
    newest = said(capsys, "juva", "--versions").splitlines()
    wanted = next(line.split()[0] for line in newest if "2 own cells" in line)
    said(capsys, "juva", "--restore", wanted)
    assert {"ensimmäinen", "toinen"} <= {cell.source for cell in report(workspace).cells}


def test_a_hidden_cell_is_shown_again(workspace: Workspace, capsys: Captured) -> None:
    hide(workspace, "section-hyte")
    assert "section-hyte" not in [cell.id for cell in report(workspace).cells]
    assert "is in the report again" in said(capsys, "juva", "--show", "section-hyte")
    assert "section-hyte" in [cell.id for cell in report(workspace).cells]
    assert "Hidden: none." in said(capsys, "juva", "--show", "section-hyte", status=2)


def test_notes_that_cannot_be_read_are_restored_without_reading_json(
    workspace: Workspace, capsys: Captured
) -> None:
    write(workspace, "cover", "ensimmäinen")
    said(capsys, "juva")
    file = workspace.notes / "juva.ipynb"
    sound = file.read_bytes()
    file.write_text(sound.decode()[:-20], encoding="utf-8")
    told = said(capsys, "juva", status=2)
    assert str(file) in told
    assert "uso notes juva --restore" in told
    assert "Traceback" not in told
    said(capsys, "juva", "--restore")
    assert file.read_bytes() == sound
    assert "1 own cell" in said(capsys, "juva")


def test_one_thing_at_a_time(workspace: Workspace, capsys: Captured) -> None:
    assert "one of --restore" in said(capsys, "juva", "--versions", "--show", "summary", status=2)
    assert "Helsinki" in said(capsys, "Helsinki", status=2)

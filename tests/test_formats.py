"""The formats of a report: what is asked for is made, what cannot be made is told and holds nothing back."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from report_fakes import REPORT_TEMPLATE, ROOT, template

from uso_lib.cli import main
from uso_lib.errors import ReportError
from uso_lib.reports import batch, companions, history, publish
from uso_lib.reports.batch import Run
from uso_lib.reports.chromium import NAMES
from uso_lib.reports.formats import parse_formats
from uso_lib.reports.job import Job, Outcome
from uso_lib.reports.manifest import digest
from uso_lib.reports.run_record import RunRecord
from uso_lib.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Return a workspace with the real parameters and templates and a notebook that needs a moment only."""
    shutil.copytree(ROOT / "parameters", tmp_path / "parameters")
    shutil.copytree(REPORT_TEMPLATE, tmp_path / "notebooks" / "report_template")
    shutil.copytree(ROOT / "notebooks" / "slides_template", tmp_path / "notebooks" / "slides_template")
    template(tmp_path / "notebooks" / "situation.ipynb")
    monkeypatch.setenv("USO_WORKSPACE", str(tmp_path))
    return Workspace(tmp_path)


def leave(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert isinstance(left.value.code, int)
    return left.value.code


@pytest.mark.parametrize(
    ("text", "formats"),
    [
        ("html", ("html",)),
        ("pdf", ("html", "pdf")),
        ("slides, PDF ,html,pdf", ("html", "pdf", "slides")),
    ],
)
def test_formats_are_read_in_any_order_and_case(text: str, formats: tuple[str, ...]) -> None:
    assert parse_formats(text) == formats


@pytest.mark.parametrize(
    ("text", "nearest"),
    [("pfd", "pdf"), ("html,slide", "slides"), ("", "html"), ("html,,pdf", "slides"), ("pdf;slides", "pdf")],
)
def test_an_unknown_format_is_told_in_one_line_before_anything_starts(
    text: str, nearest: str, workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert leave("report", "tornio", "--format", text) == 2
    streams = capsys.readouterr()
    assert streams.out == ""
    assert len(streams.err.splitlines()) == 1
    assert nearest in streams.err
    assert re.search(r"[.?] Several are separated by commas", streams.err), "sentences end"
    assert '""' not in streams.err
    assert not workspace.outputs.exists()


def test_a_slides_template_that_is_missing_is_told_before_anything_starts(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    (workspace.slides_template / "slides.css").unlink()
    assert leave("report", "tornio", "--format", "slides") == 2
    assert "slides.css" in capsys.readouterr().err
    assert not workspace.outputs.exists()


def test_what_an_interrupted_run_left_is_made_in_the_same_formats(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[list[Job]] = []

    def half(jobs: Sequence[Job], **settings: object) -> Run:
        now = datetime.now(UTC)
        asked.append(list(jobs))
        record = RunRecord(jobs, 1, now)
        record.add(Outcome(jobs[0].member, 1.0))
        record.write(finished=now, interrupted=True)
        return Run((record.outcomes[jobs[0].member],), now, now, workers=1, interrupted=True)

    monkeypatch.setattr(batch, "run", half)
    assert leave("report", "tornio", "juva", "--format", "slides,pdf", "--publish-anyway") == 130
    assert "Make the rest: uso report --all --resume" in capsys.readouterr().err
    assert leave("report", "--all", "--resume") == 130
    assert [[one.member for one in jobs] for jobs in asked] == [["tornio", "juva"], ["juva"]]
    assert asked[1][0].formats == asked[0][0].formats
    assert asked[1][0].publish_anyway
    assert leave("report", "--resume") == 0
    assert "The last run finished everything" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.xdist_group("pdf")
def test_all_formats_are_made_listed_and_taken_away_again(
    workspace: Workspace, chromium: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert leave("report", "tornio", "--format", "html,pdf,slides", "-q") == 0
    folder = workspace.outputs / "tornio"
    record = json.loads((folder / publish.MANIFEST).read_text(encoding="utf-8"))
    for name in publish.COMPANIONS:
        about = {"sha256": digest(folder / name), "bytes": (folder / name).stat().st_size}
        assert record["files"][name] == about
    assert len(record["slides_template_sha256"]) == 64
    assert (folder / publish.PDF).read_bytes()[:8] == b"%PDF-1.7"
    index = (workspace.outputs / "index.html").read_text(encoding="utf-8")
    assert 'href="tornio/situation.pdf"' in index
    assert 'href="tornio/slides.html"' in index
    assert leave("report", "tornio", "-q") == 0
    names = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
    assert names == {*publish.PUBLISHED, history.FOLDER}
    assert "slides.html" not in (workspace.outputs / "index.html").read_text(encoding="utf-8")
    assert capsys.readouterr().err == ""


@pytest.mark.slow
def test_without_chromium_the_report_is_published_and_the_reason_told_once(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(without_browsers(tmp_path)))
    monkeypatch.delenv("USO_CHROMIUM", raising=False)
    assert leave("report", "tornio", "juva", "--format", "pdf,slides", "-q") == 1
    streams = capsys.readouterr()
    assert "2 of 2 reports made" in streams.out
    assert streams.err.count("Install the package 'chromium'") == 1
    assert "Without situation.pdf: tornio, juva: " in streams.err
    for member in ("tornio", "juva"):
        names = {path.name for path in (workspace.outputs / member).iterdir()}
        assert names == {*publish.PUBLISHED, publish.SLIDES, history.FOLDER}
    run = json.loads((workspace.outputs / "run.json").read_text(encoding="utf-8"))
    assert [(one["status"], list(one["lacking"])) for one in run["members"]] == [("ok", [publish.PDF])] * 2


def without_browsers(folder: Path) -> Path:
    """Return a folder with the programs of the path but no browser."""
    bare = folder / "bin"
    bare.mkdir()
    for place in os.environ["PATH"].split(os.pathsep):
        for program in Path(place).glob("*") if Path(place).is_dir() else ():
            if program.name not in NAMES and not (bare / program.name).exists():
                (bare / program.name).symlink_to(program)
    return bare


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        (ReportError("Chromium printed nothing."), "Chromium printed nothing."),
        (OSError("full"), "OSError: full"),
    ],
)
def test_a_half_made_companion_is_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, problem: Exception, told: str
) -> None:
    def half(made: Path) -> None:
        (made / publish.PDF).write_bytes(b"%PDF")
        raise problem

    monkeypatch.setattr(companions, "_write_pdf", half)
    notebook: Any = None
    lacking = companions.make_companions(notebook, tmp_path, formats=("html", "pdf"), slides_template=None)
    assert lacking == {publish.PDF: told}
    assert list(tmp_path.iterdir()) == []

"""One member's report: what remains when even its failure cannot be written down."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from made_figures import figures, live_table, published
from report_fakes import job

from uso_lib.errors import ReportError
from uso_lib.reports import composed, publish, report
from uso_lib.reports.execute import Executed
from uso_lib.reports.inputs import inputs_of
from uso_lib.reports.job import Job
from uso_lib.reports.manifest import fetched_origin
from uso_lib.reports.traces import without_places

#: A table that the reports of report_fakes.py are made of.
USED = "vaerak_11ra"


def cut_short(notebook: Any, target: Path, **given: Any) -> None:
    """Stand for a disk that is full in the middle of the executed notebook."""
    target.write_text('{"cells": [', encoding="utf-8")
    raise OSError(28, "No space left on device")


def test_the_first_reason_is_told_when_the_failure_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composed, "execute", cut_short)
    outcome = report.make_report(job(tmp_path))
    assert outcome.error.startswith("A file or folder cannot be read or written ([Errno 28] No space left")
    assert "then: uso report tornio (" in outcome.error
    assert publish.FAILED_NOTEBOOK in outcome.error
    assert list((tmp_path / "outputs").iterdir()) == []


def stopped(notebook: Any, target: Path, **given: Any) -> None:
    """Stand for a cell that fails and names a file of this machine."""
    notebook = json.loads(nbformat.writes(notebook))
    notebook["cells"][-1]["outputs"] = [
        {"output_type": "error", "ename": "E", "evalue": "x", "traceback": [f"{target.parent}/x.py, line 3"]}
    ]
    target.write_text(json.dumps(notebook), encoding="utf-8")
    message = f"{given['workspace']}/notebooks/tornio.ipynb cannot be read"
    raise ReportError(message)


def test_a_failed_report_tells_the_reason_but_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composed, "execute", stopped)
    outcome = report.make_report(job(tmp_path))
    assert str(tmp_path) in outcome.error, "the person at the machine sees where"
    failed = (tmp_path / "outputs" / "tornio" / publish.FAILED_NOTEBOOK).read_text(encoding="utf-8")
    assert "./notebooks/tornio.ipynb cannot be read" in failed
    assert "x.py, line 3" in failed
    assert str(tmp_path) not in failed
    assert without_places(outcome.error, tmp_path).startswith("./notebooks/tornio.ipynb cannot")


def fetching(data: Path, times: int, table: str = USED) -> Any:
    """Stand for an execution during which figures are fetched, the first `times` times."""
    done = 0

    def execute(notebook: Any, target: Path, **given: Any) -> Executed:
        nonlocal done
        done += 1
        if done <= times:
            changed = figures({"n": {"2024": {"020": float(done)}, "2025": {"020": 1.0}}})
            published(data, changed, table=live_table(table))
        return Executed(notebook)

    return execute


def executed_once(one: Job, folder: Path) -> Any:
    """Execute a job's notebook the way a report does; return the editions and inputs it was made of."""
    done = report._executed(one, folder / "raw.ipynb", [])
    return done.fetched, done.inputs


@pytest.mark.parametrize("times", [0, 1, 2])
def test_a_report_is_made_of_figures_that_stay_the_same_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    data = tmp_path / "data"
    published(data, table=live_table(USED))
    monkeypatch.setattr(composed, "execute", fetching(data, times))
    one = replace(job(tmp_path), data=data)
    used, inputs = executed_once(one, tmp_path)
    assert used == fetched_origin(data)
    assert inputs == inputs_of(one)
    (edition,) = used[USED]
    assert (edition["kind"], edition["updated"]) == ("fetched", "2026-05-04T05:00:00Z")
    assert edition["vintage"] == "vuosina 2024–2025, haettu 21.11.2026, julkaistu 4.5.2026"
    assert len(edition["sha256"]) == 64


def test_a_fetch_that_never_ends_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "data"
    published(data, table=live_table(USED))
    monkeypatch.setattr(composed, "execute", fetching(data, 99))
    outcome = report.make_report(replace(job(tmp_path), data=data))
    assert "Figures, parameters or templates were changed while the report was being made" in outcome.error


def test_figures_the_report_does_not_use_may_change_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    published(data)
    monkeypatch.setattr(composed, "execute", fetching(data, 99, "toy"))
    # The made-up template's code stands for the calls that the real one consists of.
    monkeypatch.setattr("uso_lib.reports.inputs._has_free_code", lambda _: False)
    one = replace(job(tmp_path), data=data)
    _, inputs = executed_once(one, tmp_path)
    assert "toy" not in inputs["figures"]
    assert inputs == inputs_of(one)


def test_without_fetched_figures_the_record_names_none(tmp_path: Path) -> None:
    assert fetched_origin(None) == {}
    assert fetched_origin(tmp_path / "data") == {}

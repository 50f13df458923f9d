"""One member's report: what remains when even its failure cannot be written down."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
from report_fakes import job

from uso_lib.reports import publish, report


def cut_short(template: Path, target: Path, **given: Any) -> None:
    """Stand for a disk that is full in the middle of the executed notebook."""
    target.write_text('{"cells": [', encoding="utf-8")
    raise OSError(28, "No space left on device")


def test_the_first_reason_is_told_when_the_failure_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "execute", cut_short)
    outcome = report.make_report(job(tmp_path), cast(Any, None))
    assert outcome.error.startswith("OSError: [Errno 28] No space left on device; nor could ")
    assert publish.FAILED_NOTEBOOK in outcome.error
    assert list((tmp_path / "outputs").iterdir()) == []

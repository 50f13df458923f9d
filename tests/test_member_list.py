"""The list of members: columns, unknown figures, damaged reports."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from uso_lib.commands.member_list import lines
from uso_lib.situation import Situation
from uso_lib.workspace import Workspace


@pytest.fixture
def workspace(root: Path, tmp_path: Path) -> Workspace:
    shutil.copytree(root / "parameters", tmp_path / "parameters")
    return Workspace(tmp_path)


def test_every_member_has_a_line_under_the_headings(workspace: Workspace) -> None:
    shown = lines(workspace)
    assert len(shown) == 19
    assert shown[0].startswith("member ")
    assert "20,823" in shown[4]
    assert shown[4].endswith("  none yet")
    assert shown[0].index("report") == shown[4].index("none yet")


def test_a_report_with_a_manifest_of_no_use_counts_as_none(workspace: Workspace) -> None:
    (workspace.outputs / "tornio").mkdir(parents=True)
    (workspace.outputs / "tornio" / "manifest.json").write_text('{"schema": 1}', encoding="utf-8")
    assert lines(workspace)[4].endswith("  none yet")


def test_an_unknown_population_is_not_zero(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    compare = Situation.compare

    def without_value(*given: Any) -> Any:
        return replace(compare(*given), value=None)

    monkeypatch.setattr(Situation, "compare", without_value)
    assert lines(workspace)[4].split()[:4] == ["tornio", "851", "?", "?"]

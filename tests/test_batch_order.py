"""One worker or eight, any order, forked or spawned: the same members give the same bytes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from report_fakes import ROOT

from uso_lib.reports import publish

pytestmark = pytest.mark.slow

MEMBERS = ("tornio", "juva", "imatra", "kuhmo")
COMPARED = [name for name in (publish.SLIDES, *publish.PUBLISHED) if name != publish.MANIFEST]


def made(folder: Path, *members: str, workers: int, method: str = "") -> dict[str, bytes]:
    """Make reports with the real command and return their files."""
    for name in ("parameters", "notebooks"):
        shutil.copytree(ROOT / name, folder / name)
    command = [sys.executable, "-m", "uso_lib.cli", "report", *members, "-j", str(workers), "-q"]
    environment = {**os.environ, "USO_WORKSPACE": str(folder), "USO_START_METHOD": method}
    done = subprocess.run(
        [*command, "--format", "html,slides"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "standard kernel" not in done.stderr
    return {
        f"{member}/{name}": (folder / "outputs" / member / name).read_bytes()
        for member in members
        for name in COMPARED
    }


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return made(tmp_path_factory.mktemp("alone") / "w", *MEMBERS, workers=1)


def differing(first: dict[str, bytes], second: dict[str, bytes]) -> list[str]:
    return [name for name in second if first[name] != second[name]]


def test_eight_workers_in_reverse_order_give_the_bytes_of_one(
    alone: dict[str, bytes], tmp_path: Path
) -> None:
    many = made(tmp_path / "w", *reversed(MEMBERS), workers=8)
    assert sorted(many) == sorted(alone)
    assert differing(alone, many) == []


def test_spawned_processes_give_the_bytes_of_forked_ones(alone: dict[str, bytes], tmp_path: Path) -> None:
    assert differing(alone, made(tmp_path / "w", *MEMBERS[:2], workers=2, method="spawn")) == []

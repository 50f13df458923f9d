"""The same inputs give the same bytes: in another folder, language and time zone, by more workers."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from uso_lib.reports import publish

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("same_bytes")]

MEMBERS = ("kuhmoinen", "kannus")
#: Keys of a manifest that tell when, not what.
TIMES = ("started", "finished")
#: Two ways to run that differ in everything that must not matter.
RUNS: dict[str, tuple[list[str], dict[str, str]]] = {
    "one": (["-j", "1"], {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8", "COLUMNS": "80"}),
    "the other": (
        ["-j", "2"],
        {
            "PYTHONHASHSEED": "4242", "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "LANG": "fi_FI.UTF-8",
            "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "COLUMNS": "200", "MPLBACKEND": "agg",
            "USO_UNRELATED": "x",
        },
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def runs(root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Make the reports of two members in both ways and return the folders of reports."""
    base, workspaces = tmp_path_factory.mktemp("runs"), {}
    for name, (_, settings) in RUNS.items():
        # papermill notes the folder in the notebook: without UTF-8 it could not write a letter like ö.
        workspaces[name] = base / name / ("workspace" if settings.get("PYTHONUTF8") == "0" else "työtila")
        for folder in ("parameters", "notebooks"):
            shutil.copytree(root / folder, workspaces[name] / folder)
    made = {}
    for name, (options, settings) in RUNS.items():
        workspace = workspaces[name]
        members = MEMBERS if name == "one" else MEMBERS[::-1]
        command = [sys.executable, "-m", "uso_lib.cli", "report", *members, "--quiet", *options]
        environment = {**os.environ, **settings, "USO_WORKSPACE": str(workspace)}
        done = subprocess.run(
            command, cwd=root, env=environment, capture_output=True, text=True, check=False, encoding="utf-8"
        )
        assert done.returncode == 0, done.stderr
        made[name] = workspace / "outputs"
    return made


@pytest.mark.parametrize("member", MEMBERS)
@pytest.mark.parametrize("file", [name for name in publish.PUBLISHED if name != publish.MANIFEST])
def test_a_file_is_the_same(runs: dict[str, Path], member: str, file: str) -> None:
    digests = {
        hashlib.sha256((outputs / member / file).read_bytes()).hexdigest() for outputs in runs.values()
    }
    assert len(digests) == 1


@pytest.mark.parametrize("member", MEMBERS)
def test_only_the_times_of_a_manifest_differ(runs: dict[str, Path], member: str) -> None:
    one, other = (_without_times(outputs / member / publish.MANIFEST) for outputs in runs.values())
    assert one == other


def test_the_list_of_members_is_the_same(runs: dict[str, Path]) -> None:
    assert len({(outputs / "index.html").read_bytes() for outputs in runs.values()}) == 1


def _without_times(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    times = {key: content.pop(key) for key in TIMES}
    assert all(times.values())
    return content

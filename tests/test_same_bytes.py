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
from uso_lib.reports.index import Member, write_index

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("same_bytes")]

MEMBERS = ("kuhmoinen", "kannus")
FILES = [name for name in (publish.SLIDES, *publish.PUBLISHED) if name != publish.MANIFEST]
#: Keys of a manifest that tell when, not what.
TIMES = ("started", "finished")
#: What differs from the way the network's reports were made, and must not matter.
SETTINGS = {
    "PYTHONHASHSEED": "4242", "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "LANG": "fi_FI.UTF-8",
    "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "COLUMNS": "200", "MPLBACKEND": "agg",
    "USO_UNRELATED": "x",
}  # fmt: skip


@pytest.fixture(scope="module")
def runs(root: Path, network: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Make two members' reports in another way; return the network's folder of reports and the new one."""
    workspace = tmp_path_factory.mktemp("other") / "workspace"
    for folder in ("parameters", "notebooks"):
        shutil.copytree(root / folder, workspace / folder)
    command = [sys.executable, "-m", "uso_lib.cli", "report", *MEMBERS[::-1], "--quiet", "-j", "1"]
    command += ["--format", "html,slides"]
    environment = {**os.environ, **SETTINGS, "USO_WORKSPACE": str(workspace)}
    done = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, check=False, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    return network, workspace / "outputs"


@pytest.mark.parametrize("member", MEMBERS)
@pytest.mark.parametrize(
    "file", [name for name in (publish.SLIDES, *publish.PUBLISHED) if name != publish.MANIFEST]
)
def test_a_file_is_the_same(runs: tuple[Path, Path], member: str, file: str) -> None:
    digests = {hashlib.sha256((outputs / member / file).read_bytes()).hexdigest() for outputs in runs}
    assert len(digests) == 1


@pytest.mark.parametrize("member", MEMBERS)
def test_only_the_times_of_a_manifest_differ(runs: tuple[Path, Path], member: str) -> None:
    one, other = (_without_times(outputs / member / publish.MANIFEST) for outputs in runs)
    assert one == other


def test_the_list_of_members_is_the_same(runs: tuple[Path, Path], root: Path, tmp_path: Path) -> None:
    network, other = runs
    for outputs in (network, other):
        for member in MEMBERS:
            shutil.copytree(outputs / member, tmp_path / outputs.parent.name / member)
    listed = tuple(Member(member, member.title()) for member in MEMBERS)
    template = root / "notebooks" / "report_template"
    pages = {
        write_index(
            tmp_path / outputs.parent.name, listed, report_template=template, heading="x"
        ).read_bytes()
        for outputs in runs
    }
    assert len(pages) == 1


def _without_times(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    times = {key: content.pop(key) for key in TIMES}
    assert all(times.values())
    return content

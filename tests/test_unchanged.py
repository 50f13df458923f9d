"""Telling that nothing has changed: what it reads and what it must not need."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from uso_lib.reports.inputs import packages
from uso_lib.reports.manifest import as_json, read_manifest

#: What only making a report needs.
HEAVY = (
    "papermill", "nbformat", "nbconvert", "nbclient", "jupyter_client", "matplotlib", "seaborn", "IPython",
    "xlsxwriter", "nh3", "mistune", "zmq",
)  # fmt: skip
MANIFEST = {"schema": 1, "facts": {}, "rows": {}, "missing": [], "files": {}, "finished": "2026-01-01"}


def test_deciding_imports_nothing_that_only_making_needs() -> None:
    code = (
        "import sys, uso_lib.cli, uso_lib.reports.plan, uso_lib.reports.batch, uso_lib.reports.why,"
        " uso_lib.reports.index, uso_lib.reports.lock, uso_lib.reports.statement;"
        f"print(*[name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_packages_are_told_as_their_metadata_tell_them() -> None:
    told = {str(one.metadata["Name"]).lower(): one.version for one in metadata.distributions()}
    assert {**packages(), "python": ""} == {"python": "", **told}


@pytest.mark.parametrize("proof", [{}, {"lines": {"texts": ["a"]}, "values": [1.5, None]}])
def test_a_manifest_is_read_without_its_proof(tmp_path: Path, proof: dict[str, object]) -> None:
    file = tmp_path / "manifest.json"
    file.write_text(as_json({**MANIFEST, "desk": {"proof": [1]}, "proof": proof}), encoding="utf-8")
    assert read_manifest(file) == {**MANIFEST, "desk": {"proof": [1]}}
    assert json.loads(file.read_text(encoding="utf-8"))["proof"] == proof


def test_a_manifest_that_is_cut_off_is_none(tmp_path: Path) -> None:
    file, whole = tmp_path / "manifest.json", as_json({**MANIFEST, "proof": {"values": [1, 2]}})
    for end in (len(whole) - 2, len(whole) // 2, 0):
        file.write_text(whole[:end], encoding="utf-8")
        assert read_manifest(file) is None

"""The environment is one: conda's file, the lock and the requirement lists say the same."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from ruamel.yaml import YAML

PINNED = re.compile(r"^(?P<name>[A-Za-z0-9_.-]+)==(?P<version>[^\s;\\]+)")


def locked(root: Path) -> dict[str, set[str]]:
    """Return package → versions of the lock (several where markers fork)."""
    found: dict[str, set[str]] = {}
    for line in (root / "requirements.lock").read_text(encoding="utf-8").splitlines():
        if match := PINNED.match(line):
            found.setdefault(normal(match["name"]), set()).add(match["version"])
    return found


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def named(file: Path) -> list[str]:
    lines = (line.split("#")[0].strip() for line in file.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line]


def test_conda_takes_python_from_conda_and_everything_else_from_the_lock(root: Path) -> None:
    environment = YAML(typ="safe").load((root / "environment.yml").read_text(encoding="utf-8"))
    conda = [item for item in environment["dependencies"] if isinstance(item, str)]
    (pip,) = [item["pip"] for item in environment["dependencies"] if isinstance(item, dict)]
    assert [re.split(r"[=<>!~]", item)[0] for item in conda] == ["python", "pip"]
    assert pip == ["-r requirements.lock"], "everything but Python comes from the lock"
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (python,) = [item for item in conda if item.startswith("python=")]
    minimum = project["requires-python"].removeprefix(">=")
    assert python == f"python={minimum}"


@pytest.mark.parametrize("listing", ["requirements.in", "requirements-dev.in"])
def test_every_named_package_is_locked(root: Path, listing: str) -> None:
    versions = locked(root)
    assert [name for name in named(root / listing) if normal(name) not in versions] == []


def test_every_locked_package_carries_hashes_and_no_address(root: Path) -> None:
    text = (root / "requirements.lock").read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=\S)", text.strip())
    assert len(blocks) > 100
    assert [block.split("\n")[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert "http://" not in text
    assert "https://" not in text


def test_packages_that_stay_are_required(root: Path) -> None:
    required = set(named(root / "requirements.in"))
    assert {"jupyterlab", "papermill", "pandas", "seaborn", "nbconvert", "pyjstat"} <= required

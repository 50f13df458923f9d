"""Shared fixtures: the checkout, the published figures, and a real browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from playwright import sync_api

ROOT = Path(__file__).resolve().parents[1]
FIGURES = ROOT.parent / "shared" / "figures"
LONGEST = frozenset({
    "test_accessibility", "test_batch_crashes", "test_batch_kills", "test_desk_lab", "test_engine",
    "test_hostile", "test_kill", "test_own_cells", "test_privacy", "test_verified_network",
})  # fmt: skip
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Run two processes more than there are processors: many tests wait for browsers, servers and batches."""
    return (os.cpu_count() or 1) + 2


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take minutes: no process shall be left alone with one at the end."""
    items.sort(key=lambda one: one.path.stem not in LONGEST)


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the root of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def figures() -> Path:
    """Return the folder of raw published figures; skip where it is not beside the checkout."""
    if not FIGURES.is_dir():
        pytest.skip("../shared/figures is not beside this checkout: nothing to compare the snapshot with")
    return FIGURES


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of a Chromium; without one CI fails and a developer's run says so in its summary."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        message = "no Chromium on this machine: install the package 'chromium' to run the browser tests"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return found


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    """Return a running Chromium, as playwright drives it."""
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium)
        yield started
        started.close()


@pytest.fixture(scope="session")
def network(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the outputs folder of all members' reports and slides, made once by the real command.

    Shared by all processes. Read only: a test that changes something copies it first. Where USO_REPORTS names
    a folder of finished reports, as in CI after `make reports`, these are taken.
    """
    if ready := os.environ.get("USO_REPORTS"):
        return Path(ready)
    base = tmp_path_factory.getbasetemp()
    # Under xdist every process has a folder of its own below the run's common one.
    common = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    workspace, done = common / "network", common / "network.done"
    with FileLock(common / "network.lock"):
        if not done.exists():
            shutil.rmtree(workspace, ignore_errors=True)
            for folder in ("parameters", "notebooks"):
                shutil.copytree(root / folder, workspace / folder)
            _report_all(workspace)
            done.touch()
    return workspace / "outputs"


@pytest.fixture(scope="session")
def tell(
    pytestconfig: pytest.Config, record_testsuite_property: Callable[[str, object], None]
) -> Callable[[str, object], None]:
    """Return what reports a count: into the test record, and on the screen of a verbose run."""
    screen = pytestconfig.pluginmanager.get_plugin("terminalreporter")

    def told(name: str, count: object) -> None:
        record_testsuite_property(name, str(count))
        if screen is not None and pytestconfig.get_verbosity() > 0:
            screen.write_line(f" {name}: {count}")

    return told


def _report_all(workspace: Path) -> None:
    command = [sys.executable, "-m", "uso_lib.cli", "report", "--all", "--quiet", "--format", "html,slides"]
    environment = {**os.environ, "USO_WORKSPACE": str(workspace)}
    made = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr

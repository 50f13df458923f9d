"""Shared fixtures: the checkout, the published figures, and a real browser."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FIGURES = ROOT.parent / "shared" / "figures"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


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

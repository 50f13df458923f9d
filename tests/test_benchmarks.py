"""The benchmarks run on a small size and tell what they should; how fast is not tested here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


def run(root: Path, script: str, *arguments: str) -> list[list[str]]:
    """Run a benchmark and return the cells of its table."""
    command = [sys.executable, str(root / "benchmarks" / script), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, cwd=root)
    assert done.returncode == 0, done.stderr
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in done.stdout.splitlines()]


@pytest.mark.slow
def test_both_ways_of_reading_a_cube_give_every_row(root: Path) -> None:
    heading, _, plain, own = run(root, "parse_cube.py", "--cells", "60000", "--rounds", "1")
    cells = 309 * 102 * 2
    assert heading[0] == f"{cells} cells"
    assert [int(row[-1].replace(" ", "")) for row in (plain, own)] == [cells, cells]
    assert all(float(row[1]) > 0 and float(row[3]) > 20 for row in (plain, own))


@pytest.mark.slow
def test_a_refresh_is_measured_and_the_second_finds_nothing_new(root: Path) -> None:
    heading, _, small = run(root, "refresh.py", "8:2", "--service", "vero")
    found = dict(zip(heading, small, strict=True))
    assert found["municipalities:years"] == "8:2"
    assert int(found["tables"]) >= 3
    assert int(found["calls"]) > int(found["again, calls"]) > 0
    assert int(found["rows"]) >= 8 * 2 * int(found["tables"])

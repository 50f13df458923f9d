"""Publish two versions of a table in turn until killed; run by test_fetched.py as a process of its own."""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path

from made_figures import figures, published


def version(number: int, areas: int = 60) -> dict[str, dict[str, dict[str, float]]]:
    """Return figures that all have the version's number: a mixture of two would show."""
    return {
        "n": {str(year): {f"{area:03}": float(number) for area in range(areas)} for year in range(2000, 2020)}
    }


def main() -> None:
    """Publish for ever, telling when the first version stands."""
    data = Path(sys.argv[1])
    for number in count(int(sys.argv[2])):
        published(data, figures(version(number)), plan_key=str(number))
        sys.stdout.write(".")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

"""Run a nation until standard input ends: ``python -m services FOLDER`` with ``tests`` on the path.

Prints the services file as soon as it is there. Does not inject faults.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from services.world import NationWorld, serving


def main() -> None:
    """Serve until standard input ends, then print how many calls came."""
    parser = argparse.ArgumentParser(prog="services", description=__doc__)
    parser.add_argument("folder", type=Path, help="where services.yml is written")
    parser.add_argument("--municipalities", type=int, help="how many there are (all)")
    parser.add_argument("--years", type=int, help="most years of a table (as declared)")
    parser.add_argument("--compress", action="store_true", help="gzip answers")
    chosen = parser.parse_args()
    world = NationWorld(municipalities=chosen.municipalities, years=chosen.years)
    with serving(world, chosen.folder, compress=chosen.compress) as running:
        sys.stdout.write(f"{running.services}\n")
        sys.stdout.flush()
        sys.stdin.read()
        sys.stdout.write(f"{len(running.server.records)}\n")


if __name__ == "__main__":
    main()

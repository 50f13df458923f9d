"""Measure how long a large PxWeb answer takes to become a tidy table, against plain pyjstat.

    python benchmarks/parse_cube.py --cells 1000000 --rounds 3

Asks no service: the answer is made up (tests/services). Every round runs in an interpreter of its own.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from measuring import Cost, find_services, in_own_process, median, peak_mb, show

if TYPE_CHECKING:
    from uso_lib.live_specs import LiveTable
    from uso_lib.sources.service import Call

find_services()

TABLE = "vaerak_11re"
#: Areas (with the country) times ages of that table; years make the rest.
CELLS_PER_YEAR = 309 * 102
LAST_YEAR = 2025


def main() -> None:
    """Make the answer, read it in turns, print medians."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cells", type=int, default=1_000_000, help="least number of figures (1000000)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each way is measured (3)")
    chosen = parser.parse_args()
    years = -(-chosen.cells // CELLS_PER_YEAR)
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer.json"
        made = in_own_process(make_answer, answer, years)
        ways = {"plain pyjstat": plain_pyjstat, "uso_lib.sources.pxweb": own_adapter}
        costs: dict[str, list[Cost]] = {name: [] for name in ways}
        for _ in range(chosen.rounds):
            for name, way in ways.items():
                costs[name].append(in_own_process(way, answer, years))
    rows = [
        (
            name,
            f"{median(found, 'table'):.2f}",
            f"{median(found, 'check'):.2f}" if "check" in found[0].seconds else "–",
            f"{max(one.peak_mb for one in found):.0f}",
            f"{found[0].counts['rows']:,}".replace(",", " "),
        )
        for name, found in costs.items()
    ]
    show((f"{made.counts['cells']} cells", "to table, s", "check, s", "peak, MB", "rows"), rows)


def own_table(years: int) -> LiveTable:
    """Return the declaration of the table with so many years."""
    from uso_lib.live_tables import load_live_tables

    declared = load_live_tables().table(TABLE)
    return declared.model_copy(update={"first": str(LAST_YEAR - years + 1)})


class OwnSession:
    """Send calls to the emulated service without a network."""

    def __init__(self, years: int) -> None:
        from services.world import NationWorld

        world = NationWorld(tables=(own_table(years),), max_cells=10**9, last_year=LAST_YEAR)
        self.service = world.services()["statfin"]

    def send(self, call: Call) -> object:
        """Return the answer of the emulated service."""
        import json
        from urllib.parse import urlsplit

        from services.exchange import Request

        from uso_lib.sources.service import Answer

        body = b"" if call.body is None else json.dumps(call.body).encode()
        path = urlsplit(call.url).path.lstrip("/")
        query = "&".join(name for name, _ in call.params)
        method = "GET" if call.body is None else "POST"
        response = self.service(Request(method, path, call.params, {}, body, raw_query=query))
        return Answer(call, response.body, datetime.now(UTC))


def planned(years: int) -> tuple[object, object, object]:
    """Return session, adapter and plan of the table: one call for all of it."""
    from uso_lib.live_tables import LIVE, SERVICES, load_services
    from uso_lib.regions import load_regions
    from uso_lib.sources.pxweb import PxWeb

    session = OwnSession(years)
    areas = frozenset(one.code for one in load_regions().all)
    adapter = PxWeb(session, load_services(LIVE / SERVICES).services["statfin"], "statfin", areas)
    return session, adapter, adapter.plan(own_table(years))


def make_answer(file: Path, years: int) -> Cost:
    """Write the answer to the table's one call."""
    session, _, plan = planned(years)
    (call,) = plan.calls
    file.write_bytes(session.send(call).content)
    return Cost({}, peak_mb(), {"cells": plan.cells})


def plain_pyjstat(file: Path, years: int) -> Cost:
    """Read the answer as pyjstat's documentation says, by codes; marks of missing values are lost."""
    del years
    from pyjstat import pyjstat

    text = file.read_text(encoding="utf-8")
    started = time.perf_counter()
    frame = pyjstat.Dataset.read(text).write("dataframe", naming="id")
    seconds = time.perf_counter() - started
    return Cost({"table": seconds}, peak_mb(), {"rows": len(frame)})


def own_adapter(file: Path, years: int) -> Cost:
    """Check the answer and make a tidy table of it: codes of the store, marks, order, no doubles."""
    from uso_lib.sources.service import Answer

    _, adapter, plan = planned(years)
    (call,) = plan.calls
    answer = Answer(call, file.read_bytes(), datetime.now(UTC))
    started = time.perf_counter()
    checked = adapter.check(plan, answer)
    between = time.perf_counter()
    frame = adapter.tidy(plan, [checked])
    seconds = {"check": between - started, "table": time.perf_counter() - between}
    return Cost(seconds, peak_mb(), {"rows": len(frame)})


if __name__ == "__main__":
    main()

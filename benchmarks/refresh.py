"""Measure a full refresh: every declared table, all municipalities, emulated services without rate limit.

    python benchmarks/refresh.py 308:16
    python benchmarks/refresh.py 77:8 154:8 308:8 308:4 308:16 --rounds 3

A size is municipalities:years ("308:all": as many years as declared). The server and the client run in
processes of their own; only the client is measured. "Again" is a second refresh when nothing has changed.
"""

from __future__ import annotations

import argparse
import multiprocessing
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

from measuring import Cost, find_services, in_own_process, median, peak_mb, show

find_services()

SIZES = ("77:8", "154:8", "308:8", "308:4", "308:16")
HEADING = (
    "municipalities:years", "tables", "calls", "rows", "plan, s", "fetch, s", "again, s", "again, calls",
    "peak, MB", "on disk, MB",
)  # fmt: skip


def main() -> None:
    """Run every size in its own processes and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sizes", nargs="*", default=SIZES, help=f"municipalities:years ({' '.join(SIZES)})")
    parser.add_argument("--rounds", type=int, default=1, help="how often each size is measured (1)")
    parser.add_argument("--service", help="only the tables of one service, such as statfin")
    parser.add_argument("--by-table", action="store_true", help="tell the seconds of every table too")
    chosen = parser.parse_args()
    rows, tables = [], {}
    for size in chosen.sizes:
        costs = [measured(size, chosen.service) for _ in range(chosen.rounds)]
        rows.append(_row(size, costs))
        tables[size] = costs[0].counts["seconds"]
    show(HEADING, rows)
    if chosen.by_table:
        names = sorted({name for found in tables.values() for name in found})
        show(
            ("table, s", *tables),
            [(name, *(f"{tables[s].get(name, 0):.1f}" for s in tables)) for name in names],
        )


def _row(size: str, costs: list[Cost]) -> tuple[object, ...]:
    """Return one row of the table: medians of seconds, the highest memory."""
    one = costs[0].counts
    return (
        size,
        one["tables"],
        one["calls"],
        one["rows"],
        *(f"{median(costs, step):.1f}" for step in ("plan", "fetch", "again")),
        one["again"],
        f"{max(cost.peak_mb for cost in costs):.0f}",
        f"{one['disk']:.0f}",
    )


def measured(size: str, service: str | None) -> Cost:
    """Measure one refresh of one size."""
    municipalities, _, years = size.partition(":")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with running(folder, int(municipalities), None if years in ("", "all") else int(years)):
            return in_own_process(refresh, folder, service)


@contextmanager
def running(folder: Path, municipalities: int, years: int | None) -> Iterator[None]:
    """Run the emulated services in a process of their own."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=serve, args=(there, folder, municipalities, years))
    process.start()
    there.close()
    try:
        here.recv()
        yield
        here.send("stop")
    finally:
        here.close()
        process.join()


def serve(pipe: Connection, folder: Path, municipalities: int, years: int | None) -> None:
    """Serve until told to stop, or until the measuring process is gone."""
    from services.world import NationWorld, serving, write_pins

    world = NationWorld(municipalities=municipalities, years=years)
    (folder / "parameters").mkdir()
    write_pins(world, folder / "parameters")
    with serving(world, folder, calls=10**9):
        pipe.send("ready")
        try:
            pipe.recv()
        except EOFError:
            return


class Quiet:
    """Hear of progress and say nothing."""

    def starts(self, table: object) -> None:
        """Hear that a table begins."""

    def answered(self, *, more: int = 0) -> None:
        """Hear that a call has its answer."""


def refresh(folder: Path, service: str | None) -> Cost:
    """Fetch everything into an empty folder, and once more when nothing has changed."""
    from uso_lib.live_tables import load_live_tables, load_services
    from uso_lib.sources.fetching import fetch_tables, open_fetching, plan_tables
    from uso_lib.workspace import Workspace

    tables = [one for one in load_live_tables().tables if one.service not in ("import", "classification")]
    tables = [one for one in tables if service in (None, one.service)]
    workspace, services = Workspace(folder), load_services(folder / "services.yml")
    seconds: dict[str, float] = {}
    by_table: dict[str, float] = {}
    started = time.perf_counter()
    with open_fetching(workspace, services, previous=lambda _: None) as fetching:
        planned = plan_tables(fetching, tables)
        seconds["plan"] = time.perf_counter() - started
        started = last = time.perf_counter()
        results = []
        for result in fetch_tables(fetching, planned, Quiet()):
            by_table[result.table.id] = time.perf_counter() - last
            last = time.perf_counter()
            results.append(result)
        seconds["fetch"] = time.perf_counter() - started
        calls = fetching.client.calls
    wrong = [f"{one.table.id}: {one.message}" for one in results if one.state != "fetched"]
    if wrong:
        raise SystemExit("\n".join(wrong))
    started = time.perf_counter()
    with open_fetching(workspace, services, previous=lambda _: None) as fetching:
        again = plan_tables(fetching, tables)
        seconds["again"] = time.perf_counter() - started
        counts = {
            "tables": len(results),
            "calls": calls,
            "rows": sum(one.rows for one in results),
            "again": fetching.client.calls,
            "disk": sum(one.stat().st_size for one in workspace.data.rglob("*") if one.is_file()) / 1e6,
            "seconds": by_table,
        }
    changed = [one.table.id for one in again if one.state != "unchanged"]
    if changed:
        raise SystemExit("fetched again although nothing changed: " + ", ".join(changed))
    return Cost(seconds, peak_mb(), counts)


if __name__ == "__main__":
    main()

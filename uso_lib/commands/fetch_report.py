"""Tell of a fetch in lines of text: its plan, what became of every table, what the indicators have now.

Does not fetch anything and writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from uso_lib.analysis.context import Context
from uso_lib.analysis.periods import month_number
from uso_lib.analysis.series import indicator_series
from uso_lib.catalog import Catalog
from uso_lib.commands.columns import in_columns
from uso_lib.sources.fetching import PlannedTable, TableResult

PLAN_HEADING = ("table", "service", "calls", "cells", "what")
RESULT_HEADING = ("table", "state", "rows", "answers", "already held")
FAILED_WAY_OUT = (
    "Of what failed the store has what it had. Give the same command again later: what was answered is kept."
)
SUMMARY_HEADING = ("indicator", "rows", "municipalities", "newest", "marks", "missing members")


def plan_lines(planned: Sequence[PlannedTable], *, minutes: float) -> list[str]:
    """Return a plan in columns and its sum; why a table cannot be planned is told by `check_lines`."""
    rows = [PLAN_HEADING]
    for one in planned:
        asked = one.plan if one.state == "fetch" else None
        calls = f"{len(asked.calls):,}" if asked else "0"
        cells = f"{asked.cells:,}" if asked and asked.cells else "files" if asked else "0"
        what = {
            "fetch": one.reason,
            "unchanged": f"skipped: {one.reason}",
            "unconfirmed": "waits until its indicator is confirmed (--pin)",
            "failed": "CANNOT BE PLANNED",
        }
        rows.append((one.table.id, one.table.service, calls, cells, what[one.state]))
    chosen = [one.plan for one in planned if one.plan and one.state == "fetch"]
    n_calls, n_cells = sum(len(plan.calls) for plan in chosen), sum(plan.cells for plan in chosen)
    time = f"about {minutes:.0f} minutes" if minutes >= 1.5 else "about a minute at most"
    total = f"{len(chosen)} of {len(planned)} tables to fetch: {n_calls:,} calls, {n_cells:,} cells, {time}."
    return [*in_columns(rows, right=(2, 3)), total]


def check_lines(planned: Sequence[PlannedTable]) -> list[str]:
    """Return every difference between the declarations and the services, table by table."""
    lines = []
    for one in planned:
        if one.state in ("failed", "unconfirmed"):
            lines.append(_named(one.table.id, one.reason))
        lines += [f"{one.table.id}: {remark}" for remark in (one.plan.remarks if one.plan else ())]
    return lines


def result_lines(results: Sequence[TableResult]) -> list[str]:
    """Return what became of every table, then everything a person should look at."""
    rows = [RESULT_HEADING]
    for one in results:
        state = one.state.upper() if one.state in ("failed", "stopped") else one.state
        rows.append((one.table.id, state, f"{one.rows:,}", str(one.calls), str(one.resumed)))
    return [*in_columns(rows, right=(2, 3, 4)), *_notes(results)]


def _notes(results: Sequence[TableResult]) -> Iterator[str]:
    for one in results:
        if one.message:
            yield f"{one.state}: {_named(one.table.id, one.message)}"
        told = [finding for finding in one.findings if one.state != "stopped" or finding.severity != "stop"]
        for check in dict.fromkeys(finding.check for finding in told):
            same = [finding for finding in told if finding.check == check]
            others = ", ".join(finding.content for finding in same[1:])
            more = f"; the same with {others}" if others else ""
            yield f"look at {one.table.id}: {same[0].message}{more}."
        for remark in dict.fromkeys(one.remarks):
            yield f"note on {one.table.id}: {remark}"
    failed = [one.table.id for one in results if one.state == "failed"]
    if failed:
        yield (
            f"{FAILED_WAY_OUT} To compare the declarations with the service: "
            f"uso fetch --check{f' --table {failed[0]}' if len(failed) == 1 else ''}"
        )


def _named(table: str, message: str) -> str:
    """Return a message that names its table."""
    return message if message.startswith(table) else f"{table}: {message}"


def summary_lines(context: Context, catalog: Catalog, tables: Sequence[str]) -> list[str]:
    """Return what every indicator made of some tables has now.

    Parameters
    ----------
    context
        Store, catalogue, register and network; its municipality does not matter.
    tables
        Ids of the tables that were fetched or imported.
    """
    rows: list[tuple[str, ...]] = [SUMMARY_HEADING]
    for theme in catalog.themes:
        for indicator in theme.indicators:
            if not indicator.hidden and set(catalog.tables_of(indicator.id)) & set(tables):
                rows.append(_summary(context, indicator.id))
    return in_columns(rows, right=(1, 2)) if len(rows) > 1 else []


def _summary(context: Context, indicator: str) -> tuple[str, ...]:
    frame = indicator_series(context, indicator).frame
    municipal = frame[frame["area"].isin(list(context.areas))]
    known = municipal[municipal["value"].notna()]
    newest = max(known["period"].unique(), key=month_number, default="-")
    covered = set(known.loc[known["period"].eq(newest), "area"])
    missing = [one.name for one in context.network if one.code not in covered]
    marks = municipal.loc[municipal["symbol"].ne(""), "symbol"].value_counts().sort_index()
    told = ", ".join(f"{mark} {count:,}" for mark, count in marks.items())
    absent = ", ".join(missing) if len(missing) < len(context.network) else "all"
    return (
        indicator,
        f"{len(municipal):,}",
        str(known["area"].nunique()),
        newest,
        told or "none",
        absent or "none",
    )

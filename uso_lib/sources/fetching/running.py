"""Fetch planned tables: gather the answers, examine the table, publish it when it is whole.

Interrupted or killed, what was answered stays in the archive and is not asked again. A table in the store is
the old one or the new one, never a mixture. Does not plan and does not print.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from datetime import UTC, datetime
from typing import Literal

import pandas as pd

from uso_lib.errors import BadAnswer, FetchError, NothingNew, Refused, SnapshotError, Unavailable
from uso_lib.live_specs import LiveTable, ServiceName
from uso_lib.sources.drift.examination import Finding, examine
from uso_lib.sources.fetching.gathering import FetchProgress, Gathered, gather
from uso_lib.sources.fetching.opening import Fetching
from uso_lib.sources.fetching.planning import PlannedTable
from uso_lib.sources.keeping.fetched import publish_fetched
from uso_lib.sources.keeping.folding import fold_live
from uso_lib.sources.service import TablePlan
from uso_lib.tidy import check_tidy

#: Municipalities without figures that are told by their codes.
MOST_NAMED = 10


@dataclass(frozen=True)
class TableResult:
    """Say what became of one table.

    Parameters
    ----------
    state
        ``fetched``; ``unchanged``; ``unconfirmed``, a person must first say which indicator is meant;
        ``stopped`` by a drift check; ``failed``.
    message
        Why it failed or stopped; empty otherwise.
    findings, remarks
        What a person should know although the table was fetched.
    calls, resumed
        Answers it is made of, and how many of them an earlier, interrupted fetch had brought.
    """

    table: LiveTable
    state: Literal["fetched", "unchanged", "unconfirmed", "stopped", "failed"]
    message: str = ""
    findings: tuple[Finding, ...] = ()
    remarks: tuple[str, ...] = ()
    rows: int = 0
    calls: int = 0
    resumed: int = 0


def fetch_tables(
    fetching: Fetching,
    planned: Sequence[PlannedTable],
    progress: FetchProgress,
    *,
    since: str | None = None,
    accept: bool = False,
) -> Iterator[TableResult]:
    """Fetch tables one after the other and give each result at once; a failure does not stop the others.

    Parameters
    ----------
    since
        First period asked for, as when planning.
    accept
        Publish also what a drift check would stop: a person has looked at it.
    """
    away: dict[ServiceName, str] = {}
    for one in planned:
        if one.state == "fetch" and one.table.service in away:
            yield TableResult(one.table, "failed", away[one.table.service])
        elif one.state == "fetch":
            progress.starts(one.table)
            try:
                yield fetch_table(fetching, one, progress, since=since, accept=accept)
            except Unavailable as unreachable:
                away[one.table.service] = str(unreachable)
                yield TableResult(one.table, "failed", str(unreachable))
        elif one.state == "unchanged":
            yield TableResult(one.table, "unchanged")
        else:
            yield TableResult(one.table, one.state, one.reason)


def fetch_table(
    fetching: Fetching,
    planned: PlannedTable,
    progress: FetchProgress,
    *,
    since: str | None = None,
    accept: bool = False,
) -> TableResult:
    """Fetch one table and publish it, or leave the store as it was and say why.

    Raises
    ------
    Unavailable
        The service is out of reach: its other tables need not be tried.
    """
    if planned.plan is None:
        return TableResult(planned.table, "failed", planned.reason)
    attempt = _Attempt(fetching, progress, since=since, accept=accept, after=planned.after)
    try:
        return attempt.made(planned.plan)
    except Unavailable:
        raise
    except NothingNew as nothing:
        return TableResult(planned.table, "unchanged", str(nothing))
    except (FetchError, SnapshotError) as refused:
        return TableResult(planned.table, "failed", str(refused))


@dataclass(frozen=True)
class _Attempt:
    """Fetch one table; begin again, once, where that can help."""

    fetching: Fetching
    progress: FetchProgress
    _: KW_ONLY
    since: str | None
    accept: bool
    after: datetime | None

    def made(self, plan: TablePlan) -> TableResult:
        try:
            gathered = gather(self.fetching, plan, self.progress, after=self.after)
        except (BadAnswer, Refused) as broken:
            plan = self._planned_anew(plan, broken)
            gathered = gather(self.fetching, plan, self.progress, after=self.after)
        try:
            return self._published(plan, gathered)
        except (BadAnswer, SnapshotError):
            if not gathered.resumed:
                raise
            # What an earlier fetch kept may be what does not fit: ask for everything anew.
            self.progress.answered(more=len(plan.calls))
            gathered = gather(self.fetching, plan, self.progress, after=datetime.now(UTC))
            return self._published(plan, gathered)

    def _planned_anew(self, plan: TablePlan, broken: BadAnswer | Refused) -> TablePlan:
        """Plan a table again that was published anew in between; otherwise raise what explains the fault."""
        try:
            fresh = self.fetching.adapters[plan.table.service].plan(plan.table, since=self.since)
        except Refused as difference:
            # The service refused without a reason, and its metadata tell the reason now.
            raise (difference if isinstance(broken, Refused) else broken) from None
        except FetchError:
            raise broken from None
        if not fresh.updated or fresh.updated == plan.updated:
            raise broken
        self.progress.answered(more=len(fresh.calls))
        return fresh

    def _published(self, plan: TablePlan, gathered: Gathered) -> TableResult:
        """Make a whole table of its answers, examine it and put it in the store."""
        fetching, table = self.fetching, plan.table
        raw = fetching.adapters[table.service].tidy(plan, gathered.answers)
        frame, folded = fold_live(
            table, raw, municipalities=fetching.municipalities, mergers=fetching.mergers
        )
        check_tidy(frame, where=table.id)
        told = (*plan.remarks, *gathered.remarks, *raw.attrs.get("remarks", ()), *folded)
        findings = examine(fetching.previous(table), frame, table)
        result = TableResult(
            table,
            "fetched",
            findings=findings,
            remarks=(*told, *_absent(fetching, table, frame)),
            rows=len(frame),
            calls=len(gathered.answers),
            resumed=gathered.resumed,
        )
        stopping = "; ".join(one.message for one in findings if one.severity == "stop")
        if stopping and not self.accept:
            message = (
                f"{table.id}: {stopping}. The table in the store was kept. Compare with the producer's own "
                f"page ({table.producer}, {table.table_id}); if the new figures are right, take them with: "
                f"uso fetch --table {table.id} --accept"
            )
            return replace(result, state="stopped", message=message)
        fetching.archive.settle()
        # What the service lacked is asked for again next time.
        answered = tuple(call for call in plan.calls if call.key not in gathered.lacking)
        publish_fetched(fetching.data, replace(plan, calls=answered), frame, gathered.answers)
        return result


def _absent(fetching: Fetching, table: LiveTable, frame: pd.DataFrame) -> tuple[str, ...]:
    """Tell which municipalities a table has no figure of, unless its declaration says why."""
    if table.partial or table.areas == "country":
        return ()
    missing = sorted(fetching.municipalities - set(frame.loc[frame["value"].notna(), "area"]))
    names = ", ".join(missing[:MOST_NAMED]) + (" …" if len(missing) > MOST_NAMED else "")
    return (f"no figures of {len(missing)} of today's municipalities: {names}",) if missing else ()

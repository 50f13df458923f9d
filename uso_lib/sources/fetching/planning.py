"""Decide table by table what to fetch: everything asked for that is new or has changed.

Asks metadata, never figures, and writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from uso_lib.editions import read_record
from uso_lib.errors import FetchError, NothingNew, SnapshotError, Unavailable, Unconfirmed
from uso_lib.live_specs import LiveTable, ServiceName
from uso_lib.sources.fetching.opening import Fetching
from uso_lib.sources.service import TablePlan

#: Seconds a service takes to make and send one answer, on top of its rate limit; from PxWeb's usual answers.
SECONDS_PER_CALL = 2.0


@dataclass(frozen=True)
class PlannedTable:
    """Say what will happen to one table.

    Parameters
    ----------
    state
        ``fetch``; ``unchanged``: the store has exactly this; ``unconfirmed``: a person must first say which
        indicator is meant; ``failed``: it could not be planned.
    reason
        Why, one clause; for ``failed`` the whole message.
    after
        Answers up to this time made the table in the store and are not used again.
    """

    table: LiveTable
    plan: TablePlan | None
    state: Literal["fetch", "unchanged", "unconfirmed", "failed"]
    reason: str
    after: datetime | None = None


def plan_tables(
    fetching: Fetching,
    tables: Sequence[LiveTable],
    *,
    since: str | None = None,
    force: bool = False,
    told: Callable[[PlannedTable], None] = lambda _: None,
) -> tuple[PlannedTable, ...]:
    """Plan tables one after the other; one that cannot be planned does not stop the others.

    Parameters
    ----------
    since
        First period asked for.
    force
        Fetch also what has not changed.
    told
        Called with every table as soon as it is planned.
    """
    planned: list[PlannedTable] = []
    away: dict[ServiceName, str] = {}
    for table in tables:
        if table.service in away:
            one = PlannedTable(table, None, "failed", away[table.service])
        else:
            try:
                one = plan_table(fetching, table, since=since, force=force)
            except Unavailable as unreachable:
                away[table.service] = str(unreachable)
                one = PlannedTable(table, None, "failed", str(unreachable))
        told(one)
        planned.append(one)
    return tuple(planned)


def plan_table(
    fetching: Fetching, table: LiveTable, *, since: str | None = None, force: bool = False
) -> PlannedTable:
    """Plan one table; a refusal becomes its reason.

    Raises
    ------
    Unavailable
        The service is out of reach: its other tables need not be tried.
    """
    try:
        plan = fetching.adapters[table.service].plan(table, since=since)
    except Unavailable:
        raise
    except NothingNew as nothing:
        return PlannedTable(table, None, "unchanged", _nothing(since) if since else str(nothing))
    except Unconfirmed as unknown:
        return PlannedTable(table, None, "unconfirmed", str(unknown))
    except FetchError as refused:
        return PlannedTable(table, None, "failed", str(refused))
    if not plan.calls:
        return PlannedTable(table, plan, "unchanged", _nothing(since or table.first))
    try:
        record = read_record(fetching.data, table.id)
    except SnapshotError:
        return PlannedTable(table, plan, "fetch", "its record in the store is damaged")
    newest = record.editions[0] if record else None
    if newest is None:
        return PlannedTable(table, plan, "fetch", "not fetched yet")
    if not plan.updated:
        reason = "the service does not say when it changed"
        return PlannedTable(table, plan, "fetch", reason, after=datetime.fromisoformat(newest.retrieved))
    if newest.updated != plan.updated:
        return PlannedTable(table, plan, "fetch", f"published {plan.updated}, fetched {newest.updated}")
    if newest.plan_key != plan.key:
        return PlannedTable(table, plan, "fetch", "other periods or codes are asked for than last time")
    if force:
        reason = "unchanged, fetched again as asked"
        return PlannedTable(table, plan, "fetch", reason, after=datetime.fromisoformat(newest.retrieved))
    return PlannedTable(table, plan, "unchanged", f"not published since {newest.updated}")


def _nothing(since: str | None) -> str:
    return f"the service has nothing from {since or 'any period'} on"


def expected_minutes(fetching: Fetching, planned: Sequence[PlannedTable]) -> float:
    """Estimate how long the planned calls take, one after the other; equal calls are made once."""
    chosen = [one.plan for one in planned if one.plan is not None and one.state == "fetch"]
    services = {call.key: call.service for plan in chosen for call in plan.calls}
    waits = {
        name: max(service.per_seconds / service.calls, SECONDS_PER_CALL)
        for name, service in fetching.services.services.items()
    }
    return sum(waits[name] for name in services.values()) / 60

"""Gather the answers of a plan: from the archive where an earlier fetch brought them, else from the service.

Every answer is kept before the next one is asked for. Does not read figures and does not publish.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from uso_lib.errors import BadAnswer, Refused, TooManyCells
from uso_lib.live_specs import LiveTable
from uso_lib.sources.fetching.opening import Fetching
from uso_lib.sources.service import Answer, Call, TablePlan

#: How long raw answers of a service that gives no time of its own count as part of the same fetch.
SAME_FETCH = timedelta(hours=12)
#: Refusals of optional calls that are told one by one.
MOST_TOLD = 3


class FetchProgress(Protocol):
    """Be told how far a fetch is."""

    def starts(self, table: LiveTable) -> None:
        """Hear that a table begins."""
        ...

    def answered(self, *, more: int = 0) -> None:
        """Hear that one call has its answer, or that `more` calls came up because one was split."""
        ...


@dataclass(frozen=True)
class Gathered:
    """Hold the answers of a plan.

    Parameters
    ----------
    resumed
        How many of them an earlier fetch had brought.
    lacking
        Keys of optional calls that the service had nothing for.
    remarks
        What it said to them.
    """

    answers: tuple[Answer, ...]
    resumed: int
    lacking: frozenset[str]
    remarks: tuple[str, ...]


def gather(
    fetching: Fetching, plan: TablePlan, progress: FetchProgress, *, after: datetime | None
) -> Gathered:
    """Return all answers of a plan.

    Parameters
    ----------
    after
        Kept answers up to this time are not used; None uses them all.

    Raises
    ------
    FetchError
        The service refused or is out of reach; what was answered is kept.
    """
    adapter, waiting = fetching.adapters[plan.table.service], deque(plan.calls)
    answers: list[Answer] = []
    refusals: dict[str, str] = {}
    resumed = 0
    while waiting:
        call = waiting.popleft()
        held = _held(fetching, call, plan, after)
        try:
            answers.append(held or _asked(fetching, plan, call))
        except TooManyCells:
            parts = adapter.smaller(plan, call)
            waiting.extendleft(reversed(parts))
            progress.answered(more=len(parts) - 1)
            continue
        except Refused as lacking:
            if not call.optional:
                raise
            refusals[call.key] = str(lacking)
        resumed += held is not None
        progress.answered()
    return Gathered(tuple(answers), resumed, frozenset(refusals), _told(list(refusals.values())))


def _told(refusals: list[str]) -> tuple[str, ...]:
    """Return the first refusals and how many more there are."""
    told = [f"left out: {refusal}" for refusal in refusals[:MOST_TOLD]]
    more = len(refusals) - len(told)
    return (*told, f"left out: {more} more that the service does not have") if more else tuple(told)


def _asked(fetching: Fetching, plan: TablePlan, call: Call) -> Answer:
    """Ask for one answer and keep it; one that is broken is asked for once more."""
    adapter = fetching.adapters[plan.table.service]
    try:
        answer = adapter.check(plan, fetching.client.send(call))
    except BadAnswer:
        answer = adapter.check(plan, fetching.client.send(call))
    fetching.archive.keep(answer, licence=plan.table.licence)
    return answer


def _held(fetching: Fetching, call: Call, plan: TablePlan, after: datetime | None) -> Answer | None:
    """Return an answer of an earlier fetch that still holds, None when the call must be made."""
    updated = call.updated or plan.updated
    held = fetching.archive.find(call, updated)
    if held is None or (after is not None and held.fetched <= after):
        return None
    age = datetime.now(UTC) - held.fetched
    if not updated and not timedelta(0) <= age <= SAME_FETCH:
        return None
    try:
        return fetching.adapters[plan.table.service].check(plan, held)
    except BadAnswer:
        return None

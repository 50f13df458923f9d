"""Ask THL's Sotkanet for indicators of all municipalities, and read its answers.

Does not send anything itself (client.py), does not decide which indicator is meant (guard.py) and
does not fold merged municipalities.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd

from uso_lib.errors import BadAnswer, Refused
from uso_lib.live_specs import LiveTable, Service, ServiceName
from uso_lib.sources.service import Answer, Call, Session, TablePlan
from uso_lib.sources.sotkanet.guard import PAGE, Indicators, Series
from uso_lib.sources.sotkanet.pins import Pin, Pins
from uso_lib.sources.sotkanet.rows import TOTAL, Row, read_regions, read_rows
from uso_lib.sources.sotkanet.tidy import tidy_rows

__all__ = ["Sotkanet"]

#: Years asked in one call: an answer holds every region of the service and may take a minute already.
YEARS_PER_CALL = 20
#: An indicator that does not say where its years begin is asked from here on: Sotkanet has nothing older.
FIRST_YEAR = 1990
#: Share of the municipalities in the service's list of regions that must have a code known here.
KNOWN_SHARE = 0.8


@dataclass(frozen=True)
class _Memory:
    """Keep what reading the answers needs: region id → area, indicator id → its series."""

    areas: Mapping[int, str]
    series: Mapping[int, Series]


class Sotkanet:
    """Plan calls to Sotkanet and read its answers.

    Parameters
    ----------
    session
        Sends the calls.
    service
        Where it is.
    name
        Its name in services.yml.
    areas
        Codes of municipalities, abolished ones too; most of the service's own must be among them.
    pins
        The indicators that a person has confirmed for tables declared with ``find``.
    """

    def __init__(
        self, session: Session, service: Service, name: ServiceName, areas: frozenset[str], pins: Pins
    ) -> None:
        self.session = session
        self.service = service
        self.name = name
        self.areas = areas
        self.indicators = Indicators(session, service, name, pins)

    def plan(self, table: LiveTable, *, since: str | None = None) -> TablePlan:
        """Ask titles, years and regions, and plan the calls of a table.

        A table whose years all lie before `since` gets a plan without calls and a remark that says so.

        Parameters
        ----------
        since
            First period asked for; overrides an earlier `first` of the declaration.

        Raises
        ------
        Guarded
            A title lacks its words, or nobody has confirmed yet which indicator is meant.
        Refused
            The service has no such indicator.
        FetchError
            The service is out of reach or its answer cannot be used.
        """
        series = self.indicators.resolve(table)
        areas, newest = self._regions
        calls: list[Call] = []
        remarks: list[str] = []
        for one in series:
            years, told = _years(table, one, since, newest=newest)
            remarks += [*one.remarks, *told]
            calls += [
                self._figures(one.found.id, years[start : start + YEARS_PER_CALL], len(areas))
                for start in range(0, len(years), YEARS_PER_CALL)
            ]
        return TablePlan(
            table=table,
            calls=tuple(calls),
            updated=_updated(series),
            resolved={"field": table.field, "indicators": [_resolved(one) for one in series]},
            remarks=tuple(remarks),
            memory=_Memory(areas, {one.found.id: one for one in series}),
        )

    def check(self, plan: TablePlan, answer: Answer) -> Answer:
        """Check that an answer is rows of the indicator and years asked; fill in `updated`.

        Raises
        ------
        BadAnswer
            It is not JSON, or it holds another indicator, or none of its rows is of a year asked.
        """
        indicator, years = _asked(answer.call)
        rows = read_rows(answer)
        others = sorted({row.indicator for row in rows} - {indicator})
        if others:
            asked = f"{plan.table.id}: asked for indicator {indicator}"
            message = f"{asked}, the answer holds {others[0]}. Try again later."
            raise BadAnswer(message)
        if rows and not any(row.year in years for row in rows):
            message = (
                f"{plan.table.id}: asked for years {min(years)}–{max(years)} of indicator {indicator}, "
                f"the answer holds {rows[0].year}. Try again later."
            )
            raise BadAnswer(message)
        return replace(answer, updated=plan.updated)

    def smaller(self, plan: TablePlan, call: Call) -> tuple[Call, ...]:
        """Split a call into two halves of its years.

        Raises
        ------
        Refused
            It asks for one year only.
        """
        indicator, years = _asked(call)
        if len(years) < 2:
            message = (
                f"{plan.table.id}: the service refuses even one year ({years[0]}) of indicator {indicator}."
            )
            raise Refused(message)
        middle = len(years) // 2
        each = call.cells // len(years)
        return tuple(self._figures(indicator, part, each) for part in (years[:middle], years[middle:]))

    def tidy(self, plan: TablePlan, answers: Sequence[Answer]) -> pd.DataFrame:
        """Turn the answers into one tidy table: municipalities of any division and the whole country.

        Returns
        -------
        pandas.DataFrame
            ``area, period, content, value, symbol``, sorted; without rows when the plan has no calls.

        Raises
        ------
        BadAnswer
            A figure is no number, a key stands twice with different values, the declared field is never
            filled although the other one is, or no row is of a municipality.
        """
        memory: _Memory = plan.memory
        picked: list[Row] = []
        for answer in answers:
            _, years = _asked(answer.call)
            rows = [row for row in read_rows(answer) if row.gender == TOTAL and row.year in years]
            picked += [row for row in rows if row.region in memory.areas]
        frame = tidy_rows(plan.table, picked, areas=memory.areas, series=memory.series)
        if plan.calls and not frame["area"].ne("SSS").any():
            message = (
                f"{plan.table.id}: the answers hold no figure of any municipality (gender {TOTAL}, field "
                f"{plan.table.field}). See what the service has: {PAGE}{next(iter(memory.series))}"
            )
            raise BadAnswer(message)
        return frame

    def confirm(self, table: LiveTable, id: int) -> Pin:  # noqa: A002 - the service's own word
        """Confirm an indicator for a table's ``find`` and write it into parameters/_pins.yml.

        Raises
        ------
        Guarded
            Its title does not fit the pattern; nothing is written.
        Refused
            The service has no such indicator, or the table is not declared with ``find``.
        """
        return self.indicators.confirm(table, id)

    @cached_property
    def _regions(self) -> tuple[dict[int, str], int]:
        """Return region id → area, and the present year by the clock that stamped the answer."""
        answer = self.session.send(Call(self.name, f"{self.service.base}regions"))
        areas = read_regions(answer)
        listed = {code for code in areas.values() if code != "SSS"}
        strange = sorted(listed - self.areas)
        if len(strange) > (1 - KNOWN_SHARE) * len(listed):
            message = (
                f"{self.service.base}regions: {len(strange)} of {len(listed)} municipalities have codes "
                f"unknown here ({', '.join(strange[:5])} …): the service numbers them in another way."
            )
            raise BadAnswer(message)
        return areas, answer.fetched.year

    def _figures(self, id: int, years: Sequence[int], areas: int) -> Call:  # noqa: A002
        asked = [("indicator", str(id)), *(("years", str(year)) for year in years), ("genders", TOTAL)]
        return Call(self.name, f"{self.service.base}json", tuple(asked), cells=len(years) * areas)


def _years(
    table: LiveTable, series: Series, since: str | None, *, newest: int
) -> tuple[list[int], list[str]]:
    """Return the years to ask one indicator for, and what is to be told about them."""
    found, told = series.found, []
    first = FIRST_YEAR if found.first is None else found.first
    last = newest if found.last is None else found.last
    if found.first is None or found.last is None:
        told.append(
            f"the service does not say which years indicator {found.id} has; {first}–{last} are asked"
        )
    wanted = max(int(period[:4]) for period in (table.first or "0000", since or "0000"))
    years = list(range(max(first, wanted), last + 1))
    if not years:
        told.append(
            f"indicator {found.id} has figures of {first}–{last}, none since {wanted}: nothing is asked"
        )
    return years, told


def _updated(series: Iterable[Series]) -> str:
    """Return the service's time of the figures; of several indicators all times, none when one has none."""
    times = {one.found.id: one.found.updated for one in series}
    if not all(times.values()):
        return ""
    if len(set(times.values())) == 1:
        return next(iter(times.values()))
    return ", ".join(f"{number}: {time}" for number, time in times.items())


def _resolved(series: Series) -> dict[str, Any]:
    """Return what a content turned into, to be kept with its figures."""
    found = series.found
    return {
        "content": series.content.code,
        "id": found.id,
        "title": found.title,
        "organisation": found.organisation,
        "years": [found.first, found.last],
        "updated": found.updated,
    }


def _asked(call: Call) -> tuple[int, list[int]]:
    """Return which indicator and which years a call asks for."""
    years = [int(value) for name, value in call.params if name == "years"]
    return int(dict(call.params)["indicator"]), years

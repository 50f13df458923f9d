"""Speak to SYKE's file server: municipal greenhouse gas emissions (ALas), one CSV file per municipality.

Does not know what the sectors are called (live/syke.yml) and does not compute per inhabitant (analysis/).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from uso_lib.errors import BadAnswer, FetchError, NothingNew, Refused
from uso_lib.live_specs import LiveTable, Service, ServiceName
from uso_lib.registers import read_municipalities
from uso_lib.sources.open_data.declared_columns import (
    Columns,
    first_fixed,
    fixed_rows,
    refuse_contradictions,
    resolve_columns,
)
from uso_lib.sources.open_data.declared_rows import (
    add_up,
    area_codes,
    at_or_after,
    content_rows,
    one_table,
    period_codes,
    periods_of,
    refuse_few,
    start_period,
    store_codes,
)
from uso_lib.sources.open_data.delimited import check_numbers, find_column, layout, numbers, read_parts
from uso_lib.sources.service import Answer, Call, Session, TablePlan
from uso_lib.sources.web.endpoints import below

#: Stands in an address for the number of a municipality without leading zeros.
NUMBER = "{nro}"
YEAR = ("vuosi", "year")
#: File that lists the municipalities of a release; named after the year of its newest population.
POPULATION = "asukasluvut_{year}.csv"
POPULATION_AREA = ("kuntanro", "kuntanumero", "kunta_nro")
#: So many municipalities may lack their file before the release itself counts as missing.
MOST_LACKING = 5


@dataclass(frozen=True)
class _File:
    """Hold the file of one municipality.

    Parameters
    ----------
    columns
        What its columns are called.
    rows
        Text: columns ``area``, ``period``, the dimensions, the first texts of fixed ones, codes of contents
        after ``=``.
    seen
        Fixed column → every value in the file.
    """

    columns: Columns
    rows: pa.Table
    seen: Mapping[str, set[str]]

    def texts(self, column: str) -> list[str]:
        """Return the different texts of a column."""
        found: list[str] = pc.unique(self.rows[column]).to_pylist()
        return found


@dataclass(frozen=True)
class _Memory:
    """Remember whose file a call asks for, the first period asked for, and files read between check and tidy.

    Parameters
    ----------
    areas
        Key of a call → municipality.
    read
        Key of a call and fingerprint of its answer → what the file holds.
    """

    areas: Mapping[str, str]
    start: str
    read: dict[tuple[str, str], _File] = field(default_factory=dict)


class Syke:
    """Fetch tables that are one CSV file per municipality; ``address`` holds ``{nro}``.

    Parameters
    ----------
    session
        Who sends calls.
    areas
        Codes of municipalities of any division; only those of the service's own release are asked for.
    """

    def __init__(self, session: Session, service: Service, name: ServiceName, areas: frozenset[str]) -> None:
        self._session, self._service, self._name, self._areas = session, service, name, areas

    def plan(self, table: LiveTable, *, since: str | None = None) -> TablePlan:
        """List the municipalities, read the first file, and plan one call for each file."""
        if NUMBER not in str(table.address):
            message = (
                f"{table.id}: the address {table.address} has no {NUMBER} for the municipality's number."
            )
            raise Refused(message)
        areas, remarks = self._municipalities()
        calls = {area: self._file(table, area) for area in areas}
        memory = _Memory({call.key: area for area, call in calls.items()}, start_period(table, since))
        answer = self._first([calls[area] for area in areas])
        first = _read(table, answer, memory)
        rows = first_fixed([_frame([first])], _fixed(table), first.seen, where=answer.call.url)[0]
        return TablePlan(
            table=table,
            calls=tuple(calls.values()),
            updated=answer.headers.get("last-modified") or answer.headers.get("etag", ""),
            resolved={
                "address": str(table.address),
                "contents": dict(first.columns.contents),
                "dimensions": dict(first.columns.dimensions),
                "fixed": {column: str(rows[column].iloc[0]) for column in first.seen},
                "municipalities": len(areas),
                "first": memory.start,
            },
            remarks=(*remarks, *_undeclared(table, rows)),
            memory=memory,
        )

    def check(self, plan: TablePlan, answer: Answer) -> Answer:
        """Check that a file is whole, has the declared columns and can be read."""
        where, file = answer.call.url, _read(plan.table, answer, plan.memory)
        periods_of(file.texts("period"), where=where)
        for one in plan.table.contents:
            check_numbers(file.texts(f"={one.code}"), where=where)
        return replace(answer, updated=plan.updated)

    def smaller(self, plan: TablePlan, call: Call) -> tuple[Call, ...]:
        """Refuse: a file comes whole or not at all."""
        message = f"{plan.table.id}: {call.url} is refused as too large, and a file cannot be asked in parts."
        raise Refused(message)

    def tidy(self, plan: TablePlan, answers: Sequence[Answer]) -> pd.DataFrame:
        """Choose the fixed values, add up the rows of each sector, and join the municipalities.

        A municipality without a file is left out; without most files there is no table.
        """
        refuse_few(plan, answers)
        table, fixed = plan.table, _fixed(plan.table)
        _check_one_release(table, answers)
        read = [_read(table, answer, plan.memory) for answer in answers]
        seen = {column: set().union(*(one.seen[column] for one in read)) for column in fixed}
        plan.memory.read.clear()
        rows = first_fixed([_frame(read)], fixed, seen, where=table.id)[0]
        made = _tidy_rows(table, rows, plan.memory.start)
        if made.empty and not _tidy_rows(table, rows, "").empty:
            message = f"{table.id}: the files have nothing from {plan.memory.start} on."
            raise NothingNew(message)
        if made.empty:
            found = "; ".join(
                f"{one.name} {', '.join(sorted({*rows[one.name]}))}" for one in table.dimensions
            )
            message = f"{table.id}: no rows fit the declared codes and periods; the files have {found}."
            raise Refused(message)
        return one_table([made], table)

    def _file(self, table: LiveTable, area: str) -> Call:
        path = str(table.address).replace(NUMBER, str(int(area)))
        return Call(self._name, below(self._service, path), accept="csv", optional=True)

    def _first(self, calls: Sequence[Call]) -> Answer:
        """Return the first file there is; some municipalities may have none."""
        for call in calls[: MOST_LACKING - 1]:
            try:
                return self._session.send(call)
            except Refused:
                continue
        return self._session.send(calls[:MOST_LACKING][-1])

    def _municipalities(self) -> tuple[list[str], tuple[str, ...]]:
        """Return the municipalities that have a file, and remarks.

        The service's list of populations names them; without it they are those of today.
        """
        year = datetime.now(UTC).year
        for path in (POPULATION.format(year=one) for one in (year, year - 1, year - 2)):
            try:
                answer = self._session.send(Call(self._name, below(self._service, path), accept="csv"))
                found = _listed(answer) & self._areas
            except FetchError:
                continue
            if found:
                return sorted(found), ()
        today = {one.code for one in read_municipalities()} & self._areas
        remark = (
            "the service's list of municipalities was not found: every municipality of today is asked for"
        )
        return sorted(today or self._areas), (remark,)


def _check_one_release(table: LiveTable, answers: Sequence[Answer]) -> None:
    """Refuse files of which one was changed after another had been fetched: they are of two releases."""
    begun = min(answer.fetched for answer in answers).replace(microsecond=0)
    for answer in answers:
        changed = _time(answer.headers.get("last-modified", ""))
        if changed is not None and changed >= begun:
            message = (
                f"{table.id}: {answer.call.url} was changed {changed:%d.%m.%Y %H:%M} UTC, while the files "
                "were being fetched: they do not belong together. Fetch again."
            )
            raise BadAnswer(message)


def _time(text: str) -> datetime | None:
    """Read a time as HTTP writes it."""
    try:
        return parsedate_to_datetime(text).astimezone(UTC)
    except ValueError:
        return None


def _listed(answer: Answer) -> set[str]:
    """Return the municipalities that a list of populations names."""
    form = layout(answer.content, where=answer.call.url)
    column = find_column(form.columns, POPULATION_AREA)
    if column is None:
        return set()
    parts = read_parts(answer.content, form, [column], where=answer.call.url)
    return {code for part in parts for code in area_codes(part[column].to_pandas())}


def _fixed(table: LiveTable) -> dict[str, tuple[str, ...]]:
    return {one.text[0]: tuple(one.values) for one in table.fixed}


def _read(table: LiveTable, answer: Answer, memory: _Memory) -> _File:
    """Read the file of one municipality, once."""
    key = (answer.call.key, answer.sha256)
    if key not in memory.read:
        memory.read[key] = _file(table, answer, memory.areas[answer.call.key])
    return memory.read[key]


def _file(table: LiveTable, answer: Answer, area: str) -> _File:
    """Take the declared columns out of the file of one municipality."""
    where = answer.call.url
    form = layout(answer.content, where=where)
    columns = resolve_columns(table, form.columns, others={"period": YEAR}, where=where)
    found, seen = fixed_rows(answer.content, form, columns, where=where)
    refuse_contradictions(found, columns, where=where)
    taken = {"period": columns.others["period"], **columns.dimensions}
    taken |= dict(zip(_fixed(table), columns.fixed, strict=True))
    taken |= {f"={code}": column for code, column in columns.contents.items()}
    rows = {"area": pa.repeat(area, found.num_rows), **{name: found[one] for name, one in taken.items()}}
    return _File(columns, pa.table(rows), dict(zip(_fixed(table), seen.values(), strict=True)))


def _frame(files: Sequence[_File]) -> pd.DataFrame:
    """Return the rows of several files as one table of texts."""
    frame: pd.DataFrame = pa.concat_tables([one.rows for one in files]).to_pandas()
    return frame.astype("str")


def _tidy_rows(table: LiveTable, rows: pd.DataFrame, start: str) -> pd.DataFrame:
    """Return the tidy rows of all municipalities."""
    keys = pd.DataFrame({"area": rows["area"], "period": period_codes(rows["period"], where=table.id)})
    kept = at_or_after(keys["period"], start)
    for one in table.dimensions:
        keys[one.name] = store_codes(one, rows[one.name])
        kept &= keys[one.name].ne("")
    made = [
        content_rows(table, keys[kept], one, *numbers(rows.loc[kept, f"={one.code}"], where=table.id))
        for one in table.contents
    ]
    return add_up(pd.concat(made, ignore_index=True), table)


def _undeclared(table: LiveTable, rows: pd.DataFrame) -> tuple[str, ...]:
    """Tell of codes that the declaration leaves out; of one file, so that a new sector is noticed."""
    remarks = []
    for one in table.dimensions:
        left = sorted({*rows.loc[store_codes(one, rows[one.name]).eq(""), one.name]})
        if left:
            remarks.append(f"{one.text[0]} has codes that are left out: {', '.join(left)}")
    return tuple(remarks)

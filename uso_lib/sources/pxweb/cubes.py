"""Plan, check and tidy the tables of a service that answers with cubes, whatever its protocol.

Does not know addresses or queries: adapter.py speaks PxWeb's API v1, v2.py speaks PxWebApi v2.
"""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from uso_lib.errors import FetchError, Guarded, NothingNew, Refused
from uso_lib.live_specs import LiveTable, Service, ServiceName
from uso_lib.sources.pxweb.body import refuse
from uso_lib.sources.pxweb.jsonstat import Cube, read_cube
from uso_lib.sources.pxweb.metadata import TableMetadata
from uso_lib.sources.pxweb.query import Selection, halves, split
from uso_lib.sources.pxweb.resolve import Differences, Resolution, resolve
from uso_lib.sources.pxweb.tidy import tidy_table
from uso_lib.sources.service import Answer, Call, Session, TablePlan

#: Figures per call where a service does not tell its limit.
DEFAULT_MAX_CELLS = 100_000
#: Words between what a table is about and the list of its variables in a title.
_BY = (" muuttujina ", " by ", " efter ")


@dataclass(frozen=True)
class Expected:
    """Say what the answers of a table must be like.

    Parameters
    ----------
    updated, label, table_id
        Of the first, one-figure answer; the service's own words, empty when it does not tell.
    titles
        Service's code of a content → its title.
    """

    resolution: Resolution
    url: str
    updated: str
    label: str
    table_id: str
    titles: dict[str, str]


class CubeAdapter(ABC):
    """Speak with a service of cubes: metadata first, then figures in parts no larger than it allows.

    Parameters
    ----------
    areas
        Known municipalities, three-digit codes.
    """

    def __init__(self, session: Session, service: Service, name: ServiceName, areas: frozenset[str]) -> None:
        self.session, self.service, self.name, self.areas = session, service, name, areas
        self._limit: int | None = None

    def plan(self, table: LiveTable, *, since: str | None = None) -> TablePlan:
        """Ask for the table's metadata and its time of updating, and plan the calls; see `service.Adapter`.

        Raises
        ------
        Refused
            The table is not at its address, or is not as declared: every difference is named.
        Guarded
            Only titles of contents lack the words they must have.
        NothingNew
            Everything is as declared, but no period is as late as `since`.
        """
        url, metadata, remarks = self._find(table)
        found = resolve(metadata, table, self.areas, since=since)
        if isinstance(found, Differences):
            if since and not isinstance(resolve(metadata, table, self.areas), Differences):
                message = f"{self._where(table)}: {'; '.join(found.found)}."
                raise NothingNew(message)
            listed = "".join(f"\n- {difference}" for difference in found.found)
            message = f"{self._where(table)}: the table is not as declared:{listed}"
            raise (Guarded if found.guarded else Refused)(message)
        expected = self._expect(table, url, metadata, found)
        limit = self._max_cells()
        return TablePlan(
            table=table,
            calls=tuple(self._call(url, part) for part in split(found.selection, limit)),
            updated=expected.updated,
            resolved={"address": url, "title": metadata.title, "max_cells": limit, **found.record()},
            division=found.division,
            remarks=(*remarks, *found.remarks),
            memory=expected,
        )

    def check(self, plan: TablePlan, answer: Answer) -> Answer:
        """Check that an answer is whole and is what was asked; see `service.Adapter`."""
        return dataclasses.replace(answer, updated=self._read(plan, answer).updated)

    def smaller(self, plan: TablePlan, call: Call) -> tuple[Call, ...]:
        """Cut a call in two along its longest variable; see `service.Adapter`."""
        parts = halves(self._selection(call))
        if not parts:
            message = f"{self._where(plan.table)}: the service refuses even one figure as too many."
            raise Refused(message)
        return tuple(self._call(call.url, part) for part in parts)

    def tidy(self, plan: TablePlan, answers: Sequence[Answer]) -> pd.DataFrame:
        """Turn the answers into one tidy table; see `service.Adapter`.

        ``attrs["remarks"]`` of the result holds English sentences on marks that were dropped.
        """
        return tidy_table(
            plan.memory.resolution,
            (self._read(plan, answer) for answer in answers),
            where=self._where(plan.table),
            absent_zero=plan.table.absent == "zero",
        )

    @abstractmethod
    def _find(self, table: LiveTable) -> tuple[str, TableMetadata, tuple[str, ...]]:
        """Return the table's address for queries, its metadata and remarks; Refused when it is not there."""

    @abstractmethod
    def _call(self, url: str, selection: Selection) -> Call:
        """Return the call that asks for a selection."""

    @abstractmethod
    def _selection(self, call: Call) -> Selection:
        """Return what a call asks for."""

    @abstractmethod
    def _ask_limit(self) -> int | None:
        """Ask how many figures the service gives in one answer; None when it does not tell."""

    def _max_cells(self) -> int:
        if self._limit is None:
            try:
                told = self._ask_limit()
            except FetchError:
                told = None
            self._limit = told if told and told > 0 else DEFAULT_MAX_CELLS
        return self._limit

    def _expect(
        self, table: LiveTable, url: str, metadata: TableMetadata, resolution: Resolution
    ) -> Expected:
        """Ask for one figure where the metadata does not tell when the table was updated."""
        variable = resolution.contents_variable
        titles = variable.text_of if variable else {}
        expected = Expected(resolution, url, metadata.updated, "", metadata.table_id, titles)
        if metadata.updated:
            return expected
        call = self._call(url, {name: codes[:1] for name, codes in resolution.selection.items()})
        where = self._where(table)
        cube = read_cube(self.session.send(call).content, where=where)
        _verify(expected, self._selection(call), cube, where)
        return dataclasses.replace(expected, updated=cube.updated, label=cube.label, table_id=cube.table_id)

    def _read(self, plan: TablePlan, answer: Answer) -> Cube:
        where = self._where(plan.table)
        cube = read_cube(answer.content, where=where)
        _verify(plan.memory, self._selection(answer.call), cube, where)
        return cube

    def _where(self, table: LiveTable) -> str:
        return f"{table.id} ({self.service.title}, {table.address or table.table_id})"


def _verify(expected: Expected, asked: Selection, cube: Cube, where: str) -> None:
    """Refuse a cube that is of another table, of other codes or of another time than what was asked."""
    if expected.table_id and cube.table_id and _name(cube.table_id) != _name(expected.table_id):
        refuse(where, f'the answer is of the table "{cube.table_id}", not "{expected.table_id}"')
    if expected.updated and cube.updated and cube.updated != expected.updated:
        times = f"{expected.updated} → {cube.updated}"
        refuse(where, f"the table was updated in between ({times}): its parts do not belong together")
    if not cube.table_id and expected.label and cube.label and _about(cube.label) != _about(expected.label):
        refuse(where, f'the answer is of the table "{cube.label}", not "{expected.label}"')
    for name, codes in asked.items():
        given = cube.variables.get(name)
        if given is None:
            held = ", ".join(cube.variables)
            refuse(where, f"the answer has no variable {name}, only {held}: renamed, or another table")
        if set(given) != set(codes):
            odd = sorted(set(given) ^ set(codes))[:3]
            refuse(where, f"the answer's codes of {name} are not those asked ({', '.join(odd)} …)")
    for name, codes in cube.variables.items():
        if name not in asked and (len(codes) > 1 or name not in expected.resolution.omitted):
            refuse(where, f"the answer has a variable that was not asked, {name}")
    variable = expected.resolution.contents_variable
    for code, title in cube.labels[variable.code].items() if variable else ():
        known, told = expected.titles.get(code, "").casefold(), title.casefold()
        if known and told and known not in told and told not in known:
            refuse(
                where, f'the content {code} is called "{title}" in the answer, not "{expected.titles[code]}"'
            )


def _name(table_id: str) -> str:
    """Return a table's own name, without what it was prefixed with before 8 June 2026."""
    return table_id.casefold().rpartition("_pxt_")[2]


def _about(label: str) -> str:
    """Return what a title says before it lists the variables."""
    for word in _BY:
        label = label.partition(word)[0]
    return label.casefold().strip()

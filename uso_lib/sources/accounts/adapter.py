"""Speak to the State Treasury's register of municipal accounts: one document per municipality and year.

``address`` of a table is the reporting package, markers of its contents are field numbers of the taxonomy
("1400"), or a part of the package and a number ("k-t13/1374") where a number stands in several parts. Every
call carries its document's own time of publication, so that one kept earlier is not asked for again. Does not
read taxonomies, which are too large, and does not take anything but closed, approved years.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from uso_lib.errors import BadAnswer, NothingNew, Refused
from uso_lib.live_specs import LiveContent, LiveTable, Service, ServiceName
from uso_lib.sources.accounts.business_ids import business_ids
from uso_lib.sources.accounts.register import (
    Document,
    incomplete_year,
    last_documents,
    listed_documents,
)
from uso_lib.sources.open_data.declared_rows import content_rows, one_table, refuse_few, start_period
from uso_lib.sources.open_data.delimited import check_numbers, numbers
from uso_lib.sources.service import Answer, Call, Session, TablePlan
from uso_lib.sources.web.endpoints import below, parsed

#: Part of the package, field number and figure of one declared field, as texts.
_Figure = tuple[str, str, str]


@dataclass(frozen=True)
class _Source:
    """Say whose document an answer is."""

    area: str
    document: Document


@dataclass(frozen=True)
class _Memory:
    """Remember whose document a call asks for, and documents read between check and tidy.

    Parameters
    ----------
    sources
        Key of a call → whose.
    read
        Key of a call and fingerprint of its answer → the declared fields of the document.
    """

    sources: Mapping[str, _Source]
    read: dict[tuple[str, str], list[_Figure]] = field(default_factory=dict)


class AccountsService:
    """Fetch tables of accounts; contents are field numbers, figures are in euros as reported.

    Parameters
    ----------
    session
        Who sends calls.
    areas
        Codes of municipalities of any division.
    """

    def __init__(self, session: Session, service: Service, name: ServiceName, areas: frozenset[str]) -> None:
        self._session, self._service, self._name, self._areas = session, service, name, areas

    def plan(self, table: LiveTable, *, since: str | None = None) -> TablePlan:
        """Choose for every municipality and year the corrected document, else the final one."""
        answer = self._session.send(Call(self._name, below(self._service, "aineistot")))
        start = start_period(table, since)[:4]
        listed = listed_documents(answer, table)
        chosen = last_documents(listed, start)
        if listed and not chosen:
            newest = max(one.year for one in listed)
            message = f"{table.id}: no accounts from {start} on are approved; the newest are of {newest}."
            raise NothingNew(message)
        ids, remarks = business_ids(self._session, self._service, self._name, self._areas)
        areas = {number: area for area, number in ids.items()}
        sources = {
            self._call(table, one).key: _Source(areas[one.business_id], one)
            for one in chosen
            if one.business_id in areas
        }
        if not sources:
            message = (
                f"{table.id}: the register has {len(chosen)} approved documents of {table.address} from "
                f"{start or 'any year'} on, none of them of a municipality with a known business id."
            )
            raise Refused(message)
        documents = [one.document for one in sources.values()]
        return TablePlan(
            table=table,
            calls=tuple(self._call(table, one) for one in documents),
            updated=max(one.updated for one in documents),
            resolved={
                "package": str(table.address),
                "fields": {one.code: _markers(one) for one in table.contents},
                "years": sorted({one.year for one in documents}),
                "documents": len(documents),
                "corrected": sum(one.stage == "jalkikorjattu" for one in documents),
                "first": start,
            },
            remarks=(*remarks, *incomplete_year(documents)),
            memory=_Memory(sources),
        )

    def check(self, plan: TablePlan, answer: Answer) -> Answer:
        """Check that a document is of the municipality, period and package that were asked for."""
        where, asked, facts = answer.call.url, plan.memory.sources[answer.call.key].document, _facts(answer)
        for name, wanted in (
            ("ytunnus", asked.business_id),
            ("raportointikausi", asked.period),
            ("raportointikokonaisuus", str(plan.table.address)),
        ):
            other = {_text(fact.get(name)) for fact in facts} - {"", wanted}
            if other:
                message = f"{where}: the answer has {name} {min(other)}, not {wanted}."
                raise BadAnswer(message)
        for fact in facts:
            if not _text(fact.get("tunnusluku")) or "arvo" not in fact:
                message = f"{where}: a figure lacks tunnusluku or arvo; it has {', '.join(fact)}."
                raise BadAnswer(message)
        figures = _declared(plan.table, facts)
        check_numbers({figure for _, _, figure in figures}, where=where)
        _refuse_contradictions(plan.table, figures, where)
        plan.memory.read[answer.call.key, answer.sha256] = figures
        return replace(answer, updated=answer.call.updated or plan.updated)

    def smaller(self, plan: TablePlan, call: Call) -> tuple[Call, ...]:
        """Refuse: a document comes whole or not at all."""
        message = f"{plan.table.id}: {call.url} is refused as too large, and it cannot be asked in parts."
        raise Refused(message)

    def tidy(self, plan: TablePlan, answers: Sequence[Answer]) -> pd.DataFrame:
        """Read the declared fields of every document; a field that no document has is refused.

        A document that the register lists but does not have is left out; without most there is no table.
        """
        refuse_few(plan, answers)
        table, sources = plan.table, [plan.memory.sources[answer.call.key] for answer in answers]
        rows = [
            (source.area, source.document.year, *figure)
            for answer, source in zip(answers, sources, strict=True)
            for figure in _figures(table, answer, plan.memory)
        ]
        plan.memory.read.clear()
        facts = pd.DataFrame(rows, columns=["area", "period", "part", "number", "figure"], dtype="str")
        absent = [one for one in table.contents if not _is(facts, one).any()]
        if absent:
            names = ", ".join(f"{one.code} ({' or '.join(_markers(one))})" for one in absent)
            message = (
                f"{table.id}: no document of {table.address} has the fields {names}. The taxonomy may have "
                "changed: correct the field numbers in uso_lib/live/valtiokonttori.yml."
            )
            raise Refused(message)
        documents = pd.DataFrame(
            [(source.area, source.document.year) for source in sources],
            columns=["area", "period"],
            dtype="str",
        )
        parts = [_content(table, one, facts, documents) for one in table.contents]
        return one_table(parts, table)

    def _call(self, table: LiveTable, one: Document) -> Call:
        path = f"dokumentti/{one.stage}/{table.address}/{one.business_id}/{one.period}"
        address, cells = below(self._service, path), len(table.contents)
        return Call(self._name, address, cells=cells, optional=True, updated=one.updated)


def _facts(answer: Answer) -> list[Mapping[str, Any]]:
    said = parsed(answer)
    rows = said.get("tunnusluvut", said.get("dokumentti")) if isinstance(said, dict) else said
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        message = f"{answer.call.url}: the answer is not a list of figures. Try again later."
        raise BadAnswer(message)
    return rows


def _figures(table: LiveTable, answer: Answer, memory: _Memory) -> list[_Figure]:
    """Return the declared fields of one document, those that were read when it was checked if it was."""
    known = memory.read.get((answer.call.key, answer.sha256))
    return _declared(table, _facts(answer)) if known is None else known


def _declared(table: LiveTable, facts: Iterable[Mapping[str, Any]]) -> list[_Figure]:
    """Return the declared fields of one document."""
    wanted = {marker.rpartition("/")[2] for one in table.contents for marker in _markers(one)}
    return [
        (_text(fact.get("osakokonaisuus")), number, _text(fact.get("arvo")))
        for fact in facts
        if (number := _text(fact.get("tunnusluku"))) in wanted
    ]


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _refuse_contradictions(table: LiveTable, figures: Iterable[_Figure], where: str) -> None:
    """Refuse a document that has two values for one content."""
    found: dict[tuple[str, str], set[str]] = {}
    for part, number, figure in figures:
        found.setdefault((part, number), set()).add(figure)
    for content in table.contents:
        own = (_of_marker(found, marker) for marker in _markers(content))
        texts = next(filter(None, own), set())
        if len(texts) > 1 and _differ(texts, where):
            message = f"{where}: the document has two values for one key, {content.code}: {sorted(texts)}."
            raise BadAnswer(message)


def _differ(texts: Iterable[str], where: str) -> bool:
    """Tell whether texts stand for different figures; 5.2 and 5,20 do not."""
    value, mark = numbers(pd.Series(sorted(texts), dtype="str"), where=where)
    return len(pd.DataFrame({"value": value, "mark": mark}).drop_duplicates()) > 1


def _of_marker(found: Mapping[tuple[str, str], set[str]], marker: str) -> set[str]:
    """Return the figures that a marker stands for."""
    part, _, number = marker.rpartition("/")
    return set().union(*(texts for key, texts in found.items() if key[1] == number and part in ("", key[0])))


def _markers(content: LiveContent) -> list[str]:
    if content.marker is None:
        return [content.code]
    return [content.marker] if isinstance(content.marker, str) else list(content.marker)


def _is(facts: pd.DataFrame, content: LiveContent) -> pd.Series[bool]:
    """Tell which figures are the content's: of its markers the first that any document of the year has."""
    found = pd.Series(False, index=facts.index)
    for marker in _markers(content):
        part, _, number = marker.rpartition("/")
        these = facts["number"].eq(number) & (facts["part"].eq(part) if part else True)
        new = these & ~facts["period"].isin(set(facts.loc[found, "period"]))
        found = found | new
    return found


def _content(
    table: LiveTable, content: LiveContent, facts: pd.DataFrame, documents: pd.DataFrame
) -> pd.DataFrame:
    """Return the rows of one content; a field that a document leaves out is as the declaration says."""
    own = facts[_is(facts, content)]
    value, mark = numbers(own["figure"], where=f"{table.id}, {content.code}")
    rows = content_rows(table, own[["area", "period"]], content, value, mark).drop_duplicates()
    if table.absent == "zero":
        keys = documents[documents["period"].isin(set(rows["period"]))].merge(
            rows[["area", "period"]], how="left", indicator=True
        )
        left = keys.loc[keys["_merge"].eq("left_only"), ["area", "period"]]
        zero = pd.Series(0.0, index=left.index)
        rows = pd.concat([rows, content_rows(table, left, content, zero, pd.Series("", index=left.index))])
    return rows

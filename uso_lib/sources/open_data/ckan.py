"""Speak CKAN: Kela's open data, packages of delimited files found by name.

Files come whole: rows are chosen and added up here. Does not use the service's own query language, which it
does not offer for every file.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import pyarrow.compute as pc

from uso_lib.errors import BadAnswer, NothingNew, Refused
from uso_lib.live_specs import LiveTable, Service, ServiceName
from uso_lib.registers import slugify
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
    start_period,
    store_codes,
)
from uso_lib.sources.open_data.delimited import Layout, find_column, layout, numbers, plain
from uso_lib.sources.service import Answer, Call, Session, TablePlan
from uso_lib.sources.web.endpoints import below, parsed, text_of

AREA = ("kunta_nro", "kuntanro", "kuntanumero", "kuntakoodi", "kunta", "alue")
MONTH = ("vuosikuukausi", "kuukausi")
YEAR = ("vuosi",)
#: Says whether a row is of a month, a year or a year so far; never left undeclared.
TIME_KIND = ("aikatyyppi",)
#: Kela's code for recipients too few to tell and for those without a known municipality.
SUPPRESSED = "199"
#: What stands for everybody in a column that the declaration does not name.
TOTALS = frozenset({"yhteensä", "sss", "kaikki"})
#: Searches that bring a publisher's packages when the words of a name bring nothing.
PUBLISHERS: Mapping[ServiceName, str] = {"kela": "Kansaneläkelaitos"}


class CkanPackage:
    """Fetch tables that are CSV files of a CKAN package; ``address`` is the package's name.

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
        """Find the package and choose its files; without CSV files or without the package, Refused."""
        package = self._package(table)
        start = start_period(table, since)
        files = _files(package, table, start)
        names = [text_of(one, "name", "url") for one in files]
        changed = max(text_of(one, "last_modified", "metadata_modified", "created") for one in files)
        return TablePlan(
            table=table,
            calls=tuple(Call(self._name, self._secure(text_of(one, "url")), accept="csv") for one in files),
            updated=changed or text_of(package, "metadata_modified"),
            resolved={
                "package": text_of(package, "name"),
                "title": text_of(package, "title"),
                "files": names,
                "first": start,
            },
            remarks=(
                f"rows of code {SUPPRESSED} (too few recipients to tell, or no known municipality) "
                "belong to no municipality and are left out",
            ),
            memory=start,
        )

    def check(self, plan: TablePlan, answer: Answer) -> Answer:
        """Check that a file is whole, has the declared columns and can be read."""
        columns, rows, _ = _read(plan.table, answer)
        self._tidy_part(plan.table, columns, rows, str(plan.memory))
        return replace(answer, updated=plan.updated)

    def smaller(self, plan: TablePlan, call: Call) -> tuple[Call, ...]:
        """Refuse: a file comes whole or not at all."""
        message = f"{plan.table.id}: {call.url} is refused as too large, and a file cannot be asked in parts."
        raise Refused(message)

    def tidy(self, plan: TablePlan, answers: Sequence[Answer]) -> pd.DataFrame:
        """Choose the fixed values, add up what is not declared, and join the files."""
        table = plan.table
        read = [_read(table, answer) for answer in sorted(answers, key=lambda one: one.call.key)]
        fixed = {column: values for columns, _, _ in read for column, values in columns.fixed.items()}
        seen: dict[str, set[str]] = {column: set() for column in fixed}
        for _, _, values in read:
            for column, found in values.items():
                seen[column] |= found
        chosen = first_fixed([rows for _, rows, _ in read], fixed, seen, where=table.id)
        kept = list(zip([columns for columns, _, _ in read], chosen, strict=True))
        parts = [self._tidy_part(table, columns, rows, str(plan.memory)) for columns, rows in kept]
        if all(part.empty for part in parts):
            earlier = [self._tidy_part(table, columns, rows, "") for columns, rows in kept]
            if not all(part.empty for part in earlier):
                message = f"{table.id}: the files have nothing from {plan.memory} on."
                raise NothingNew(message)
        return one_table([part for part in parts if not part.empty], table)

    def _tidy_part(self, table: LiveTable, columns: Columns, rows: pd.DataFrame, start: str) -> pd.DataFrame:
        """Return the tidy rows of one file."""
        where = table.id
        rows = _totals(rows, columns)
        area, period = area_codes(rows[columns.others["area"]]), rows[columns.others["period"]]
        period = period_codes(period, where=where)
        keys = pd.DataFrame({"area": area, "period": period if _by_month(table) else period.str[:4]})
        for one in table.dimensions:
            keys[one.name] = store_codes(one, rows[columns.dimensions[one.name]])
        known = keys["area"].isin(self._areas | {"SSS"})
        coded = pd.Series(True, index=keys.index)
        for one in table.dimensions:
            coded &= keys[one.name].ne("")
        kept = known & coded & at_or_after(keys["period"], start)
        keys, rows = keys[kept], rows[kept]
        made = [
            content_rows(table, keys, one, *numbers(rows[columns.contents[one.code]], where=where))
            for one in table.contents
        ]
        return add_up(pd.concat(made, ignore_index=True), table)

    def _package(self, table: LiveTable) -> dict[str, Any]:
        """Return the package with the declared name, or the one whose title or whole name it stands for."""
        address = str(table.address)
        try:
            return _result(self._ask("package_show", ("id", address)))
        except Refused as refused:
            others: dict[str, dict[str, Any]] = {}
            for words in filter(None, (address.replace("-", " "), PUBLISHERS.get(self._name))):
                answer = self._ask("package_search", ("q", words), ("rows", "100"))
                others |= {text_of(one, "name"): one for one in _result(answer).get("results", [])}
                found = _named(others, address)
                if len(found) == 1:
                    return others[found[0]]
                if found:
                    raise _no_package(table, "several packages fit", found) from refused
            raise _no_package(table, "there is no such package", _near(others, address)) from refused

    def _ask(self, action: str, *params: tuple[str, str]) -> Answer:
        return self._session.send(Call(self._name, below(self._service, action), params=params))

    def _secure(self, url: str) -> str:
        """Return an address over https where the service itself is."""
        encrypted = self._service.base.startswith("https://")
        return "https://" + url.removeprefix("http://") if encrypted and url.startswith("http://") else url


def _result(answer: Answer) -> dict[str, Any]:
    said = parsed(answer)
    result = said.get("result") if isinstance(said, dict) and said.get("success", True) else None
    if not isinstance(result, dict):
        message = f"{answer.call.url}: the answer has no result. Try again later."
        raise BadAnswer(message)
    return result


def _named(packages: Mapping[str, Mapping[str, Any]], address: str) -> list[str]:
    """Return the packages whose name or title is the address; failing that, those that begin with it."""
    spellings = {name: (name, slugify(text_of(one, "title"))) for name, one in packages.items()}
    whole = [name for name, texts in spellings.items() if address in texts]
    begun = [name for name, texts in spellings.items() if any(text.startswith(address) for text in texts)]
    return whole or begun


def _near(packages: Mapping[str, Mapping[str, Any]], address: str) -> list[str]:
    return difflib.get_close_matches(address, packages, n=3, cutoff=0.3)


def _no_package(table: LiveTable, reason: str, names: Sequence[str]) -> Refused:
    near = f"; there is {', '.join(names)}" if names else ""
    way = f"Correct the address in uso_lib/live/{table.service}.yml."
    return Refused(f"{table.id}: {reason} for {table.address}{near}. {way}")


def _files(package: Mapping[str, Any], table: LiveTable, start: str) -> list[Mapping[str, Any]]:
    """Return the CSV files of a package, without those whose names say that they end before the start."""
    resources = [one for one in package.get("resources", []) if text_of(one, "url")]
    files = [one for one in resources if _is_csv(one)]
    if not files:
        formats = ", ".join(sorted({text_of(one, "format") or "?" for one in resources})) or "nothing"
        message = f"{table.id}: the package {text_of(package, 'name')} has no CSV file; it has {formats}."
        raise Refused(message)
    late = [one for one in files if not start or _last_year(one) >= start[:4]]
    return late or files


def _is_csv(resource: Mapping[str, Any]) -> bool:
    kind = text_of(resource, "format").casefold()
    return kind == "csv" or (not kind and text_of(resource, "url").casefold().endswith(".csv"))


def _last_year(resource: Mapping[str, Any]) -> str:
    """Return the last year in the name of a file (``data_2005_2017.csv``); far away when there is none."""
    name = text_of(resource, "url").rsplit("/", 1)[-1]
    return max(re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", name), default="9999")


def _by_month(table: LiveTable) -> bool:
    """Tell whether the table holds months: unless another kind of time is declared, the finest there is."""
    kinds = [one.values for one in table.fixed if find_column(TIME_KIND, one.text) is not None]  # noqa: PD011
    return not kinds or any(plain(values[0]).startswith("kuukausi") for values in kinds)


def _columns(table: LiveTable, form: Layout, where: str) -> Columns:
    """Find the declared columns and those of area and period; refuse kinds of time that are not declared."""
    periods = (*MONTH, *YEAR) if _by_month(table) else (*YEAR, *MONTH)
    others = {"area": tuple(table.area) or AREA, "period": periods}
    columns = resolve_columns(table, form.columns, others=others, where=where)
    kind = find_column(form.columns, TIME_KIND)
    if kind is not None and kind not in columns.used:
        message = f"{where}: column {kind} mixes months and years; declare it as fixed for {table.id}."
        raise Refused(message)
    return columns


def _read(table: LiveTable, answer: Answer) -> tuple[Columns, pd.DataFrame, dict[str, set[str]]]:
    """Read a file: its columns, its rows of the fixed values, all values its fixed columns have."""
    where = answer.call.url
    form = layout(answer.content, where=where)
    columns = _columns(table, form, where)
    rows, seen = fixed_rows(answer.content, form, columns, where=where)
    rows = rows.filter(pc.not_equal(rows[columns.others["area"]], SUPPRESSED))
    refuse_contradictions(rows, columns, where=where)
    return columns, rows.to_pandas().astype("str"), seen


def _totals(rows: pd.DataFrame, columns: Columns) -> pd.DataFrame:
    """Keep the rows of everybody in columns without a declared use; others are added up later."""
    areas_and_times = (*AREA, *MONTH, *YEAR)
    for column in rows.columns:
        named = any(plain(column).startswith(plain(one)) for one in areas_and_times)
        totals = rows[column].map({one: plain(one) in TOTALS for one in rows[column].unique()})
        if column not in columns.used and not named and totals.any():
            rows = rows[totals.astype("bool")]
    return rows

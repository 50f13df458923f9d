"""THL's Sotkanet REST API 1.1: indicators, their metadata, regions, and figures of all regions at once.

Not emulated: the ``region`` filter (the real one is unreliable, so it is ignored here) and the user
interface.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.exchange import CSV, Changes, Request, Response

ADDRESS = re.compile(r"^rest/1\.1/(?P<what>indicators|regions|json|csv)(?:/(?P<id>\w+))?$")
#: The beginnings of User-Agents that the service turns away.
UNWELCOME = ("python-", "python/", "Python-urllib", "httpx")
#: Region, year, gender → value and absolute value, either of which may be None; None when there is no row.
Figures = Callable[["Region", int, str], tuple[float | None, float | None] | None]


@dataclass(frozen=True)
class Region:
    """Describe one region: the internal id, the code within its category, and what it belongs to."""

    id: int
    code: str
    category: str
    title: str
    member_of: tuple[int, ...] = ()


@dataclass(frozen=True)
class Indicator:
    """Describe one indicator.

    Parameters
    ----------
    title
        Finnish title as it should be read; `entities` says whether letters are sent as HTML entities.
    start, end
        First and last year.
    genders
        "total" is not always among them.
    """

    id: int
    title: str
    start: int
    end: int
    figures: Figures
    genders: tuple[str, ...] = ("total",)
    updated: str = "2026-09-30"
    entities: bool = False
    decimals: int = 1


@dataclass(frozen=True)
class Sotkanet:
    """Answer as Sotkanet does."""

    indicators: Sequence[Indicator] | Callable[[], Sequence[Indicator]]
    regions: Sequence[Region]
    #: Whether rows have the field names of old answers: "primary value", "absolute value", all values text.
    old_names: bool = False

    def __call__(self, request: Request) -> Response:
        """Answer one request."""
        if not request.agent or request.agent.startswith(UNWELCOME):
            return Response.page("403 Forbidden", 403)
        found = ADDRESS.match(request.path)
        if found is None or request.method != "GET":
            return Response.page("404 Not Found", 404)
        known = {one.id: one for one in (self.indicators() if callable(self.indicators) else self.indicators)}
        known = {key: _changed(one, request.changes) for key, one in known.items()}
        if found["what"] == "regions":
            return Response.json([_region(one) for one in self.regions])
        if found["what"] == "indicators":
            return _indicators(known, found["id"], request.changes)
        return self._figures(known, request, csv=found["what"] == "csv")

    def _figures(self, known: dict[int, Indicator], request: Request, *, csv: bool) -> Response:
        """Answer with figures: years and genders are mandatory."""
        years, genders = request.all("years"), request.all("genders")
        ids = request.all("indicator")
        if not years or not genders or not ids or not all(text.isdigit() for text in [*years, *ids]):
            return Response.json({"status": 400, "message": "Bad Request"}, 400)
        rows = [
            row
            for key in ids
            if int(key) in known
            for row in self._rows(
                known[int(key)], {int(year) for year in years}, set(genders), request.changes
            )
        ]
        return _csv(rows) if csv else Response.json([_old(row) for row in rows] if self.old_names else rows)

    def _rows(
        self, one: Indicator, years: set[int], genders: set[str], changes: Changes
    ) -> list[dict[str, Any]]:
        """Return the rows of an indicator: every region that has a figure, none for the others."""
        rows: list[dict[str, Any]] = []
        for region in self.regions:
            if region.category == "KUNTA" and region.code in changes.removed:
                continue
            for year in sorted(years & set(range(one.start, one.end + 1))):
                for gender in sorted(genders & set(one.genders)):
                    rows += _row(one, region, year, gender)
        if changes.wrong is not None:
            rows = [{**row, "indicator": int(changes.wrong or 1)} for row in rows]
        if changes.duplicated and rows:
            name = "value" if "value" in rows[0] else "absValue"
            rows.append({**rows[0], name: rows[0][name] + (changes.duplicated == "other")})
        return [_renamed(row, changes) for row in rows]


def _row(one: Indicator, region: Region, year: int, gender: str) -> list[dict[str, Any]]:
    """Return the row of one figure, if there is one; fields without a figure are left out."""
    figure = one.figures(region, year, gender)
    if figure is None:
        return []
    row: dict[str, Any] = {"indicator": one.id, "region": region.id, "year": year, "gender": gender}
    value, absolute = figure
    row.update(
        {} if value is None else {"value": value}, **({} if absolute is None else {"absValue": absolute})
    )
    return [row]


def _changed(one: Indicator, changes: Changes) -> Indicator:
    """Return an indicator with the changes that faults ask for."""
    if not changes.published:
        return one
    plain, last = one.figures, one.end

    def figures(region: Region, year: int, gender: str) -> tuple[float | None, float | None] | None:
        found = plain(region, min(year, last), gender)
        if found is None:
            return None
        factor = changes.factor * (1 + changes.revised if year < last else 1.01 ** (year - last))
        value, absolute = (None if part is None else round(part * factor, one.decimals) for part in found)
        return value, absolute

    return replace(one, figures=figures, end=last + changes.new_periods, updated="2026-11-20")


def _indicators(known: dict[int, Indicator], asked: str | None, changes: Changes) -> Response:
    """Answer with the list of indicators or one indicator's metadata."""
    if asked is None:
        return Response.json([_short(one) for one in known.values()])
    one = known.get(int(asked)) if asked.isdigit() else None
    if one is None:
        return Response.page("404 Not Found", 404)
    title = (
        _titles("Sairastavuusindeksi, ikävakioimaton") if changes.wrong is not None else _short(one)["title"]
    )
    more = {
        "description": {"fi": "<p>Indikaattori ilmaisee&#8230;</p>", "sv": "", "en": ""},
        "range": {"start": one.start, "end": one.end},
        "data-updated": one.updated,
        "primaryValueType": {"code": "%", "title": _titles("prosenttia")},
        "decimals": one.decimals,
        "sources": [],
    }
    return Response.json({**_short(one), "title": title, **more})


def _short(one: Indicator) -> dict[str, Any]:
    """Describe an indicator as the list does."""
    title = "".join(f"&#{ord(letter)};" if ord(letter) > 127 else letter for letter in one.title)
    return {
        "id": one.id,
        "title": _titles(title if one.entities else one.title),
        "organization": {"id": 2, "title": _titles("Terveyden ja hyvinvoinnin laitos (THL)")},
        "classifications": {"sex": {"values": list(one.genders)}, "region": {"values": ["Kunta", "Maa"]}},
    }


def _region(one: Region) -> dict[str, Any]:
    """Describe a region."""
    uri = f"http://www.yso.fi/onto/kunnat/{one.category[0].lower()}{one.code}"
    return {
        "id": one.id,
        "code": one.code,
        "category": one.category,
        "title": _titles(one.title),
        "memberOf": list(one.member_of),
        "uri": uri,
    }


def _titles(text: str) -> dict[str, str]:
    """Return a title in three languages."""
    return {"fi": text, "en": text, "sv": text}


def _renamed(row: dict[str, Any], changes: Changes) -> dict[str, Any]:
    """Rename a field of a row."""
    if changes.renamed is None:
        return row
    return {changes.renamed[1] if name == changes.renamed[0] else name: value for name, value in row.items()}


def _old(row: dict[str, Any]) -> dict[str, str]:
    """Return a row with the old field names, everything text."""
    names = {"value": "primary value", "absValue": "absolute value"}
    return {names.get(name, name): str(value) for name, value in row.items()}


def _csv(rows: list[dict[str, Any]]) -> Response:
    """Write rows as the service's CSV: decimal point, an empty last field without an absolute value."""
    lines = ["indicator;region;year;gender;primary value;absolute value"]
    names = ("indicator", "region", "year", "gender", "value", "absValue")
    lines += [";".join(str(row.get(name, "")) for name in names) for row in rows]
    return Response(("\r\n".join(lines) + "\r\n").encode(), content_type=CSV)

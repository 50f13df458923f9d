"""PxWeb API v1 as Statistics Finland and the Tax Administration run it: listing, metadata, queries, limits.

Not emulated: aggregations (``agg:``, ``vs:``) and the formats csv2, csv3, xlsx, sdmx: answered with 400.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.exchange import Changes, Request, Response
from services.pxweb_formats import Cube, PxVariable, written
from services.pxweb_tables import PxTable, changed

ADDRESS = re.compile(r"^P[Xx]Web/api/v1/(?:fi|sv|en)(?:/(?P<path>.*))?$")


#: Answers instead of another table when there is only one.
STRANGER = PxTable(
    "StatFin/jyev/11yv.px",
    "Julkisyhteisöjen velka muuttujina Vuosi",
    (PxVariable("timeperiod_y", "Vuosi", ("2024", "2025"), ("2024", "2025"), time=True),),
    lambda chosen: (np.ones(len(chosen[0])), np.full(len(chosen[0]), "")),
)


class ParameterError(Exception):
    """Tell that PxWeb would answer 400."""


@dataclass(frozen=True)
class PxWeb:
    """Answer as PxWeb does.

    Parameters
    ----------
    tables
        The tables, or what gives them as they are now.
    max_cells, max_values, max_calls, window
        What ``?config`` says. Cells are enforced here, calls by the server's `Limit`: both can differ.
    legacy
        Whether it is before 8 June 2026: old paths and codes instead of the new ones.
    """

    tables: Sequence[PxTable] | Callable[[], Sequence[PxTable]]
    max_cells: int = 120_000
    max_values: int = 120_000
    max_calls: int = 40
    window: int = 60
    legacy: bool = False

    def __call__(self, request: Request) -> Response:
        """Answer one request."""
        found = ADDRESS.match(request.path)
        if found is None:
            return Response.page("404 Not Found", 404)
        path = (found["path"] or "").strip("/")
        if not path and "config" in request.raw_query.split("&"):
            return self._config()
        try:
            return self._answer(request, path)
        except ParameterError:
            return Response.json({"error": "Parameter error"}, 400)

    def _config(self) -> Response:
        """Answer ``?config``."""
        limits = {"maxValues": self.max_values, "maxCells": self.max_cells, "maxCalls": self.max_calls}
        return Response.json({**limits, "timeWindow": self.window, "CORS": True})

    def _answer(self, request: Request, path: str) -> Response:
        """Answer a listing, metadata or a query."""
        tables = list(self.tables() if callable(self.tables) else self.tables)
        tables = [one.as_legacy() for one in tables] if self.legacy else tables
        if not path.endswith(".px"):
            return _listing(tables, path, request)
        table = _found(tables, path)
        changes = request.changes
        if changes.wrong is not None:
            others = (one for one in tables if one is not table and changes.wrong in one.path)
            other = next(others, STRANGER)
            if request.method == "POST":
                return _written(other, _smallest(other), "json-stat2", changes)
            table = other
        table = changed(table, changes)
        if request.method == "GET":
            return Response.json(self._metadata(table))
        return self._queried(table, request)

    def _metadata(self, table: PxTable) -> dict[str, Any]:
        """Return what a GET of a table tells; keys that are false are left out."""
        described = []
        for one in table.variables:
            long = len(one.values) > self.max_values
            entry: dict[str, Any] = {"code": one.code, "text": one.text}
            entry["values"] = None if long else list(one.values)
            entry["valueTexts"] = None if long else list(one.texts)
            entry.update(
                {"elimination": True} if one.eliminable else {}, **({"time": True} if one.time else {})
            )
            described.append(entry)
        return {"title": table.title, "variables": described}

    def _queried(self, table: PxTable, request: Request) -> Response:
        """Answer a POST."""
        query, form = _asked(request.body)
        picked = [_picked(one, query.get(one.code)) for one in table.variables]
        if set(query) - {one.code for one in table.variables}:
            raise ParameterError
        if np.prod([1 if one is None else len(one) for one in picked], dtype=np.int64) > self.max_cells:
            return Response.json({"error": "Too many values selected"}, 403)
        return _written(table, picked, form, request.changes)


def _found(tables: Iterable[PxTable], path: str) -> PxTable:
    """Return the table of a path; the folders between database and file do not matter."""
    database, file = path.split("/")[0], path.rsplit("/", 1)[-1]
    for one in tables:
        if one.file == file and one.path.split("/")[0] == database:
            return one
    raise ParameterError


def _listing(tables: list[PxTable], path: str, request: Request) -> Response:
    """List a level, or search below it with ``?query=``."""
    below = [one for one in tables if not path or one.path.startswith(f"{path}/")]
    if path and not below:
        raise ParameterError
    if wanted := request.first("query"):
        return Response.json(_search(below, wanted, codes=request.first("filter") == "codes"))
    depth = len(path.split("/")) if path else 0
    entries: dict[str, dict[str, str]] = {}
    for one in below:
        name = one.path.split("/")[depth]
        if not path:
            entries[name] = {"dbid": name, "text": name}
        elif name.endswith(".px"):
            text = f"{one.matrix} -- <em>{one.title}</em>"
            entries[name] = {"id": name, "type": "t", "text": text, "updated": "2026-06-08T03:00:00"}
        else:
            entries[name] = {"id": name, "type": "l", "text": name}
    return Response.json(list(entries.values()))


def _search(tables: list[PxTable], wanted: str, *, codes: bool) -> list[dict[str, Any]]:
    """Return the tables whose title, or some value code, has every word (``*`` truncates)."""
    found = []
    for one in tables:
        words = [code for each in one.variables for code in each.values] if codes else one.title.split()
        folded = {word.casefold().strip(",.") for word in words}
        if all(any(fnmatchcase(word, part.casefold()) for word in folded) for part in wanted.split()):
            folder = "/" + "/".join(one.path.split("/")[1:-1])
            found.append(
                {"id": one.file, "path": folder, "title": one.title, "score": 1.0, "published": one.updated}
            )
    return found


def _asked(body: bytes) -> tuple[dict[str, dict[str, Any]], str]:
    """Return the selection by variable and the format of a query."""
    try:
        content = json.loads(body)
        query = {item["code"]: item["selection"] for item in content.get("query", [])}
        form = content.get("response", {}).get("format", "px")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ParameterError from None
    if len(query) != len(content.get("query", [])):
        raise ParameterError
    return query, form


def _picked(variable: PxVariable, selection: dict[str, Any] | None) -> NDArray[np.intp] | None:
    """Return the positions of the chosen codes in the table's order; None when the variable is eliminated."""
    if selection is None:
        return None if variable.eliminable else np.arange(len(variable.values))
    values = selection.get("values") or []
    chosen = selection.get("filter")
    if chosen == "item":
        wanted = set(values)
        found = [place for place, code in enumerate(variable.values) if code in wanted]
        if not values or len(found) != len(wanted):
            raise ParameterError
    elif chosen == "all":
        found = [i for i, code in enumerate(variable.values) if any(fnmatchcase(code, one) for one in values)]
    elif chosen == "top" and str(next(iter(values), "")).isdigit():
        count = min(int(values[0]), len(variable.values))
        found = list(range(len(variable.values)))
        found = found[len(found) - count :] if variable.time else found[:count]
    else:
        raise ParameterError
    if not found:
        raise ParameterError
    return np.asarray(found)


def _smallest(table: PxTable) -> list[NDArray[np.intp] | None]:
    """Return the selection of one cell."""
    return [np.asarray([0]) for _ in table.variables]


def _written(table: PxTable, picked: list[NDArray[np.intp] | None], form: str, changes: Changes) -> Response:
    """Compute the cells chosen, eliminate, and write them in a format."""
    places, sums = [], []
    for axis, (variable, chosen) in enumerate(zip(table.variables, picked, strict=True)):
        if chosen is not None:
            places.append(chosen)
        elif variable.total is not None:
            places.append(np.asarray([variable.values.index(variable.total)]))
        else:
            places.append(np.arange(len(variable.values)))
            sums.append(axis)
    values, symbols = table.cells(tuple(places))
    kept = [axis for axis, chosen in enumerate(picked) if chosen is not None]
    for axis in sums:
        values = values.sum(axis=axis, keepdims=True)
        symbols = np.full(values.shape, "")
    shape = [len(places[axis]) for axis in kept]
    variables = [table.variables[axis].only(places[axis]) for axis in kept]
    cube = Cube(
        table.matrix, table.path.split("/")[-2], table.title, table.source, table.updated, tuple(variables),
        values.reshape(shape), symbols.reshape(shape),
    )  # fmt: skip
    content = written(cube if changes.duplicated is None else cube.doubled(changes.duplicated), form)
    if content is None:
        raise ParameterError
    return content

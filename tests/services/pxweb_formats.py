"""What PxWeb writes: json-stat2, json-stat, its own json, csv and px, with its marks of missing values.

Does not choose cells or answer requests (pxweb.py).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.exchange import CSV, Response

NOTE = (
    "<A HREF='https://stat.fi/tilasto/dokumentaatio/{subject}' TARGET=_blank>Tilaston dokumentaatio</A>",
    "Tilastossa käytetään 1.1.2026 aluejakoa.\r\n \r\n Alueliitoskuntien tiedot yhdistetty.",
)
PERIOD = re.compile(r"^(\d{4})(?:([MQ])(\d{1,2}))?$")


@dataclass(frozen=True)
class PxVariable:
    """Describe one variable of a table.

    Parameters
    ----------
    values, texts
        Codes and their texts in the table's order.
    eliminable, total
        Whether it may be left out, and the code that then stands for it; without one the values are added up.
    area
        Whether its values are areas.
    metric
        Whether its values are the table's contents.
    units
        Code of a content → unit and decimals.
    """

    code: str
    text: str
    values: tuple[str, ...]
    texts: tuple[str, ...]
    eliminable: bool = False
    total: str | None = None
    time: bool = False
    area: bool = False
    metric: bool = False
    units: dict[str, tuple[str, int]] = field(default_factory=dict)

    def only(self, places: NDArray[np.intp]) -> PxVariable:
        """Return the variable with the values at some positions."""
        values, texts = ([one[place] for place in places] for one in (self.values, self.texts))
        return replace(self, values=tuple(values), texts=tuple(texts))

    def later(self, count: int) -> PxVariable:
        """Return a time variable with so many periods after its last; any other as it is."""
        if not self.time or not count:
            return self
        added = [self.values[-1]]
        for _ in range(count):
            added.append(next_period(added[-1]))
        return replace(self, values=(*self.values, *added[1:]), texts=(*self.texts, *added[1:]))

    def as_legacy(self) -> PxVariable:
        """Return the variable as it was before 8 June 2026: its name as code, contents without prefix."""
        values = [one.rsplit("-", 1)[-1] for one in self.values] if self.metric else self.values
        units = {code.rsplit("-", 1)[-1]: unit for code, unit in self.units.items()}
        return replace(self, code=self.text, values=tuple(values), units=units)


def next_period(period: str) -> str:
    """Return the period after one: 2025 → 2026, 2025M12 → 2026M01, 2025Q4 → 2026Q1."""
    found = PERIOD.match(period)
    if found is None:
        message = f"not a period: {period}"
        raise ValueError(message)
    year, kind, part = int(found[1]), found[2], int(found[3] or 1)
    if kind is None:
        return str(year + 1)
    last = 12 if kind == "M" else 4
    year, part = (year + 1, 1) if part == last else (year, part + 1)
    return f"{year}{kind}{part:02d}" if kind == "M" else f"{year}{kind}{part}"


@dataclass(frozen=True)
class Cube:
    """Hold the cells chosen, before they are written: values and symbols have one axis per variable."""

    matrix: str
    subject: str
    title: str
    source: str
    updated: str
    variables: tuple[PxVariable, ...]
    values: NDArray[np.float64]
    symbols: NDArray[np.str_]

    def doubled(self, how: str) -> Cube:
        """Return the cube with its first area (or value) standing twice, with the same or other figures."""
        axis = next((axis for axis, one in enumerate(self.variables) if one.area), 0)
        one = self.variables[axis]
        again = replace(one, values=(*one.values, one.values[0]), texts=(*one.texts, one.texts[0]))
        extra = np.take(self.values, [0], axis=axis) + (0 if how == "same" else 1)
        values = np.concatenate([self.values, extra], axis=axis)
        symbols = np.concatenate([self.symbols, np.take(self.symbols, [0], axis=axis)], axis=axis)
        variables = (*self.variables[:axis], again, *self.variables[axis + 1 :])
        return replace(self, variables=variables, values=values, symbols=symbols)


def written(cube: Cube, form: str) -> Response | None:
    """Return a cube in a format; None when the service does not know the format."""
    writer = _WRITERS.get(form)
    return None if writer is None else writer(cube)


def figures(values: NDArray[np.float64]) -> list[float | int | None]:
    """Return figures for JSON: whole numbers without decimals, None when missing."""
    flat = values.ravel().tolist()
    return [None if one != one else int(one) if one == int(one) else one for one in flat]


def _jsonstat2(cube: Cube) -> Response:
    """Write json-stat2."""
    return Response.json({"version": "2.0", "class": "dataset", **_dataset(cube)})


def _jsonstat(cube: Cube) -> Response:
    """Write the older json-stat, whose id, size and role stand within dimension."""
    content = _dataset(cube)
    inner = {name: content.pop(name) for name in ("id", "size", "role")}
    content["dimension"] = {**content["dimension"], **inner}
    return Response.json({"dataset": content})


def _dataset(cube: Cube) -> dict[str, Any]:
    """Return the parts common to both versions; status only when some cell needs one."""
    roles = {
        "time": [one.code for one in cube.variables if one.time],
        "geo": [one.code for one in cube.variables if one.area],
        "metric": [one.code for one in cube.variables if one.metric],
    }
    content: dict[str, Any] = {
        "label": cube.title,
        "source": cube.source,
        "updated": cube.updated,
        "note": [one.format(subject=cube.subject) for one in NOTE],
        "role": {name: codes for name, codes in roles.items() if codes},
        "id": [one.code for one in cube.variables],
        "size": [len(one.values) for one in cube.variables],
        "dimension": {one.code: _dimension(one) for one in cube.variables},
        "extension": {"px": _extension(cube)},
        "value": figures(cube.values),
    }
    flat = cube.symbols.ravel()
    if marked := {str(place): str(flat[place]) for place in np.flatnonzero(flat != "")}:
        content["status"] = marked
    return content


def _dimension(variable: PxVariable) -> dict[str, Any]:
    """Describe a variable; values that stand twice can only be told by a list."""
    twice = len(set(variable.values)) < len(variable.values)
    index = list(variable.values) if twice else {code: place for place, code in enumerate(variable.values)}
    category: dict[str, Any] = {
        "index": index,
        "label": dict(zip(variable.values, variable.texts, strict=True)),
    }
    if units := {code: unit for code, unit in variable.units.items() if code in variable.values}:
        category["unit"] = {code: {"base": base, "decimals": count} for code, (base, count) in units.items()}
        category["note"] = {code: ["Tilastoajanjakson lopussa.\r\n"] for code in list(units)[:1]}
    extension: dict[str, Any] = {"elimination": variable.eliminable, "show": "value"}
    if variable.total is not None:
        extension["eliminationValueCode"] = variable.total
    described: dict[str, Any] = {"label": variable.text, "category": category, "extension": extension}
    if not variable.time and not variable.metric:
        scale = {"extension": {variable.code: "SCALE-TYPE=nominal"}}
        described["link"] = {"describedby": [scale]}
    return described


def _extension(cube: Cube) -> dict[str, Any]:
    """Return PxWeb's own description of the table."""
    codes = [one.code for one in cube.variables]
    return {
        "tableid": cube.matrix,
        "decimals": 0,
        "official-statistics": True,
        "aggregallowed": True,
        "language": "fi",
        "description": f"{cube.matrix} -- {cube.title}",
        "heading": codes[1:],
        "stub": codes[:1],
        "matrix": cube.matrix,
        "subject-code": cube.subject,
    }


def _json(cube: Cube) -> Response:
    """Write PxWeb's own json: strings, marks in place, one column per content."""
    metric = next((axis for axis, one in enumerate(cube.variables) if one.metric), None)
    keys = [one for axis, one in enumerate(cube.variables) if axis != metric]
    columns = [{"code": one.code, "text": one.text, "type": "t" if one.time else "d"} for one in keys]
    if metric is None:
        columns.append({"code": cube.title, "text": cube.title, "type": "c"})
        values, symbols = cube.values[..., None], cube.symbols[..., None]
    else:
        contents = zip(cube.variables[metric].values, cube.variables[metric].texts, strict=True)
        columns += [
            {"code": code, "text": text, "comment": f"{text}\r\n", "type": "c"} for code, text in contents
        ]
        values, symbols = (np.moveaxis(one, metric, -1) for one in (cube.values, cube.symbols))
    width = values.shape[-1]
    rows = zip(
        product(*(one.values for one in keys)),
        values.reshape(-1, width),
        symbols.reshape(-1, width),
        strict=True,
    )
    data = [{"key": list(key), "values": _texts(one, marks)} for key, one, marks in rows]
    updated = cube.updated.replace(":", ".")
    metadata = [{"updated": updated, "label": cube.title, "source": cube.source}]
    return Response.json({"columns": columns, "comments": [], "data": data, "metadata": metadata})


def _texts(values: NDArray[np.float64], marks: NDArray[np.str_]) -> list[str]:
    """Return figures as text, the mark in place of a missing one."""
    pairs = zip(figures(values), marks.tolist(), strict=True)
    return [(mark or "..") if value is None else str(value) for value, mark in pairs]


def _csv(cube: Cube) -> Response:
    """Write csv: texts, comma, every cell on its row, marks in place."""
    rows = ['"' + '","'.join([*(one.text for one in cube.variables), cube.title]) + '"']
    texts = _texts(cube.values.ravel(), cube.symbols.ravel())
    for key, value in zip(product(*(one.texts for one in cube.variables)), texts, strict=True):
        rows.append('"' + '","'.join(key) + f'",{value}')
    return Response(("\ufeff" + "\r\n".join(rows) + "\r\n").encode(), content_type=CSV)


def _px(cube: Cube) -> Response:
    """Write a px file: keywords and the data, in the encoding Statistics Finland uses."""
    stub = ",".join(f'"{one.text}"' for one in cube.variables)
    lines = ['CHARSET="ANSI";', f'MATRIX="{cube.matrix}";', f'TITLE="{cube.title}";', f"STUB={stub};"]
    for one in cube.variables:
        lines.append(
            f'VALUES("{one.text}")='
            + ",".join(json.dumps(text, ensure_ascii=False) for text in one.texts)
            + ";"
        )
    lines.append("DATA=" + " ".join(_texts(cube.values.ravel(), cube.symbols.ravel())) + ";")
    body = "\r\n".join(lines).encode("iso-8859-15", "replace")
    return Response(body, content_type="application/octet-stream")


_WRITERS: dict[str, Callable[[Cube], Response]] = {
    "json-stat2": _jsonstat2,
    "json-stat": _jsonstat,
    "json": _json,
    "csv": _csv,
    "px": _px,
}

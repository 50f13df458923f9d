"""A PxWeb service in memory: tables of made-up figures, and a session that answers calls from them."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from uso_lib.errors import Refused, TooManyCells
from uso_lib.live_specs import LiveTable, Service
from uso_lib.sources.service import Answer, Call

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
UPDATED = "2026-06-08T05:00:00Z"
BASE = "https://px.example/api/v1/fi/"
SERVICE = Service(kind="pxweb", title="Koepalvelu", base=BASE)
AREAS = frozenset({"005", "020", "049", "091", "092", "858"})
FIXTURES = Path(__file__).resolve().parents[2] / "shared" / "fixtures"

#: A figure and its mark by the codes of all variables, in order.
Figure = Callable[[tuple[str, ...]], tuple[float | None, str]]


def unedited(body: dict[str, Any], call: Call) -> Any:
    return body


@dataclass(frozen=True)
class Axis:
    """One variable; its total is taken when it is left out of a query."""

    code: str
    text: str
    values: tuple[str, ...]
    texts: tuple[str, ...] = ()
    total: str | None = None
    time: bool = False

    def described(self) -> dict[str, Any]:
        told = {"code": self.code, "text": self.text, "values": self.values, "valueTexts": self.labels}
        return told | ({"elimination": True} if self.total else {}) | ({"time": True} if self.time else {})

    @property
    def labels(self) -> tuple[str, ...]:
        return self.texts or self.values


@dataclass
class World:
    """Answer as one PxWeb table does; `edit` changes an answer before it is sent."""

    path: str
    axes: Sequence[Axis]
    figure: Figure
    max_cells: int | None = 120_000
    edit: Callable[[dict[str, Any], Call], Any] = unedited
    others: Mapping[str, Any] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)

    def send(self, call: Call) -> Answer:
        self.calls.append(call)
        return Answer(call, json.dumps(self._body(call)).encode(), NOW)

    def _body(self, call: Call) -> Any:
        if call.params == (("config", ""),):
            if self.max_cells is None:
                message = "no limits told"
                raise Refused(message)
            return {"maxValues": 120000, "maxCells": self.max_cells, "maxCalls": 40, "timeWindow": 60}
        path = call.url.removeprefix(BASE)
        if path in self.others:
            return self.others[path]
        if path != self.path:
            message = "400 Parameter error"
            raise Refused(message)
        if call.body is None:
            described = {
                "title": "Väestö muuttujina Alue ja muut",
                "variables": [a.described() for a in self.axes],
            }
            return self.edit(described, call)
        return self.edit(self._cube(call.body), call)

    def _cube(self, body: Mapping[str, Any]) -> dict[str, Any]:
        asked = {item["code"]: item["selection"] for item in body["query"]}
        unknown = set(asked) - {axis.code for axis in self.axes}
        if unknown:
            message = f"400 Parameter error: {unknown}"
            raise Refused(message)
        chosen = [_chosen(axis, asked.get(axis.code)) for axis in self.axes]
        kept = [place for place, axis in enumerate(self.axes) if axis.code in asked or not axis.total]
        size = [len(chosen[place]) for place in kept]
        cells = [self.figure(key) for key in itertools.product(*chosen)]
        if self.max_cells is not None and len(cells) > self.max_cells:
            message = "403 Too many values selected"
            raise TooManyCells(message)
        return json_stat(
            {self.axes[place].code: chosen[place] for place in kept},
            [value for value, _ in cells],
            {str(place): mark for place, (_, mark) in enumerate(cells) if mark},
            labels={axis.code: dict(zip(axis.values, axis.labels, strict=True)) for axis in self.axes},
        ) | {"size": size}


def json_stat(
    variables: Mapping[str, Sequence[str]],
    values: Any,
    status: Any = None,
    labels: Mapping[str, Mapping[str, str]] | None = None,
) -> dict[str, Any]:
    """Return a json-stat2 answer."""
    labels = labels or {}
    body: dict[str, Any] = {
        "version": "2.0",
        "class": "dataset",
        "label": "Väestö muuttujina Alue ja muut",
        "updated": UPDATED,
        "id": list(variables),
        "size": [len(codes) for codes in variables.values()],
        "dimension": {
            name: {
                "label": name,
                "category": {
                    "index": {code: place for place, code in enumerate(codes)},
                    "label": {code: labels.get(name, {}).get(code, code) for code in codes},
                },
            }
            for name, codes in variables.items()
        },
        "extension": {"px": {"tableid": "koe"}},
        "value": values,
    }
    return body | ({"status": status} if status else {})


def live_table(**changes: Any) -> LiveTable:
    """Return a declaration; by default of one content and no dimensions."""
    declared: dict[str, Any] = {
        "id": "koe",
        "service": "statfin",
        "producer": "Tilastokeskus",
        "table_id": "koe",
        "title": "Koe",
        "address": "StatFin/vaerak/koe.px",
        "contents": [{"code": "vaesto"}],
    }
    return LiveTable.model_validate(declared | changes)


def _chosen(axis: Axis, selection: Mapping[str, Any] | None) -> tuple[str, ...]:
    if selection is None:
        return (axis.total,) if axis.total else axis.values
    if selection["filter"] == "all":
        return axis.values
    if selection["filter"] == "top":
        return axis.values[: int(selection["values"][0])]
    unknown = set(selection["values"]) - set(axis.values)
    if unknown:
        message = f"400 Parameter error: {unknown}"
        raise Refused(message)
    return tuple(value for value in axis.values if value in selection["values"])

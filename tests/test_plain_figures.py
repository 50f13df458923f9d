"""Both ways of drawing that are measured draw the same pictures; how fast is not tested."""

from __future__ import annotations

from types import SimpleNamespace

import matplotlib as mpl
import pytest
from toy_results import MANTTA, TORNIO, breakdown, comparison, flow, indicator

from uso_lib import specs
from uso_lib.bench import plain_figures

YEARS = {str(year): 10.0 + year % 7 for year in range(2010, 2021)}
SHARES = {"2020": {"a": 30.0, "b": 70.0}}
AGES = {period: {str(age): 100.0 - age for age in range(100)} for period in ("2024", "2040")}


def declared(place: int, kind: specs.ChartKind, *indicators: str, **other: str) -> specs.FigureSpec:
    named = f"figure_{place}_{kind}"
    return specs.FigureSpec(id=named, kind=kind, title=named, indicators=list(indicators), **other)


def row(figures: list[specs.FigureSpec], **results: object) -> SimpleNamespace:
    held = {"by_id": {}, "breakdowns": (), "flows": (), "maps": {}, **results}
    return SimpleNamespace(row=SimpleNamespace(figures=figures), **held)


@pytest.fixture
def situation() -> SimpleNamespace:
    named = {name: comparison(YEARS, declared=indicator(name, title=name)) for name in ("a", "b")}
    figures = [
        declared(0, "trend", "a"),
        declared(1, "trend", "a", "b"),
        declared(2, "ranking", "b"),
        declared(3, "stack", "a", "b"),
        declared(4, "ranking", "b", "a"),
    ]
    shares = breakdown(SHARES, unit="pct", formula="share")
    kinds: list[specs.ChartKind] = ["flow", "stack"]
    rows = [
        row(figures, by_id=named),
        row([declared(5, "stack", breakdown="toy")], breakdowns=(shares,)),
        row([declared(6, "pyramid", breakdown="toy")], breakdowns=(breakdown(AGES),)),
        row(
            [declared(7 + place, kind, flow="toy_flow") for place, kind in enumerate(kinds)],
            flows=(flow([("Kemi", 10, 5), ("Oulu", 3, 9)]),),
        ),
    ]
    parameters = SimpleNamespace(municipality=TORNIO, peers=(MANTTA,))
    return SimpleNamespace(_results=rows, parameters=parameters)


def test_both_ways_draw_every_picture(situation: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(mpl.rcParams, "backend", "agg")
    kinds = {one.kind for one in plain_figures.pictures(situation)}
    assert kinds == {"trend", "ranking", "stack", "bars", "shares", "pyramid", "flow"}
    ours, plain = plain_figures.draw_ours(situation), plain_figures.draw_plainly(situation)
    assert len(ours) == len(plain) == len(plain_figures.pictures(situation)) + 1
    assert all(one.startswith(b"<svg") for one in ours)
    assert all(b"<svg" in one for one in plain)

"""Toy result objects for tests of figures and alt texts: every number here can be checked by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd
from hand_made import municipality

from uso_lib import specs
from uso_lib.analysis.results import (
    BreakdownResult,
    Change,
    Comparison,
    FlowResult,
    GroupFigure,
    GroupId,
    Position,
)
from uso_lib.regions import Municipality

TORNIO = municipality()
MANTTA = municipality(code="508", name="Mänttä-Vilppula", genitive="Mänttä-Vilppulan")
MISSING = math.nan
#: How far the toy groups stand from the municipality.
DISTANCES = {
    "peers": 1.0, "network": 2.0, "region": 0.5, "country": 1.5, "country_own": -1.0,
    "peers_low": -2.0, "peers_high": 4.0,
}  # fmt: skip


def indicator(
    name: str = "unemployment",
    *,
    title: str = "Työttömien osuus työvoimasta",
    unit: specs.Unit = "pct",
    decimals: int = 1,
    subject: str = "työttömyysaste",
    direction: specs.Direction = "down",
    short: str | None = None,
    formula: specs.Formula = "level",
) -> specs.Indicator:
    """Declare a toy indicator."""
    wording = specs.Wording(subject=subject, level="{Kunnan} luku oli {arvo}.")
    return specs.Indicator(
        id=name, title=title, short=short, definition="Esimerkki.", unit=unit, decimals=decimals,
        direction=direction, formula=formula, wording=wording,
    )  # fmt: skip


def persons(name: str, title: str) -> specs.Indicator:
    """Declare a toy indicator that counts persons."""
    return indicator(name, title=title, unit="persons", decimals=0)


def history(
    values: Mapping[str, float],
    *,
    series: Sequence[str] | None = None,
    segments: Sequence[int] | None = None,
    symbols: Sequence[str] | None = None,
    groups: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Return a history: groups stand at constant distances from the municipality's values unless given."""
    count = len(values)
    own = pd.Series(list(values.values()), dtype=float)
    away = {**DISTANCES, **(groups or {})}
    frame = pd.DataFrame(
        {
            "series": list(series or [""] * count),
            "segment": list(segments or [0] * count),
            "period": list(values),
            "value": own,
            "symbol": list(symbols or [""] * count),
        }
    )
    return frame.assign(**{name: own + step for name, step in away.items()}, peers_n=9)


def comparison(
    values: Mapping[str, float],
    *,
    declared: specs.Indicator | None = None,
    municipality: Municipality = TORNIO,
    frame: pd.DataFrame | None = None,
    ranking: Sequence[tuple[str, float]] | None = None,
    groups: Mapping[GroupId, float] | None = None,
    counts: Mapping[GroupId, tuple[int, int]] | None = None,
    breaks: Sequence[specs.Break] = (),
    symbol: str = "",
) -> Comparison:
    """Return a comparison whose newest value is the last of `values`."""
    declared = declared or indicator()
    table = history(values) if frame is None else frame
    known = [(period, value) for period, value in values.items() if not math.isnan(value)]
    period, value = known[-1] if known else (None, None)
    change = None
    if len(known) > 1 and period is not None and value is not None:
        start, first = known[0]
        years = float(int(period[:4]) - int(start[:4]))
        change = Change(start, period, years, first, value - first, None, nearest=False)
    shown = ranking if ranking is not None else [("Kemi", 9.0), (municipality.name, 8.0), ("Oulu", 7.0)]
    found = groups if groups is not None else {"peers": 9.0, "network": 10.0, "country_own": 7.0}
    position = {"peers": Position("peers", 2, 3, 1)} if declared.direction in {"up", "down"} else {}
    return Comparison(
        indicator=declared,
        municipality=municipality,
        period=period,
        value=value,
        symbol=symbol,
        groups={
            name: GroupFigure(name, "mean", figure, *(counts or {}).get(name, (10, 10)))
            for name, figure in found.items()
        },
        positions=position,
        change=change,
        year_change=None,
        history=table,
        ranking=pd.DataFrame(
            {
                "area": [f"{index:03}" for index in range(len(shown))],
                "name": [name for name, _ in shown],
                "value": pd.Series([figure for _, figure in shown], dtype=float),
                "symbol": ["" for _ in shown],
                "low": MISSING,
                "high": MISSING,
                "is_member": [name == municipality.name for name, _ in shown],
            }
        ),
        origins=(),
        age_years=1,
        breaks=tuple(breaks),
    )


def breakdown(
    values: Mapping[str, Mapping[str, float]],
    *,
    unit: specs.Unit = "persons",
    formula: str = "level",
    decimals: int = 0,
    titles: Mapping[str, str] | None = None,
    base: str | None = None,
) -> BreakdownResult:
    """Return a breakdown: period → category → value; the groups have the same figures plus one."""
    named = {name: (titles or {}).get(name, name) for name in next(iter(values.values()))}
    declared = specs.Breakdown(
        id="toy", title="Jaottelu", definition="Esimerkki.", unit=unit, decimals=decimals, table="toy",
        content="toy", base=base, formula=formula,  # type: ignore[arg-type]
        categories=[specs.Category(id=name, title=title, codes=[name]) for name, title in named.items()],
    )  # fmt: skip
    rows = [
        {"period": period, "category": name, "title": named[name], "value": value, "symbol": "",
         **dict.fromkeys(("peers", "network", "region", "country", "country_own"), value + 1),
         "location_quotient": MISSING}
        for period, figures in values.items()
        for name, value in figures.items()
    ]  # fmt: skip
    newest = max((row["period"] for row in rows if not math.isnan(row["value"])), default=None)
    return BreakdownResult(declared, TORNIO, newest, pd.DataFrame(rows), (), 1)


def flow(partners: Sequence[tuple[str, int, int]], *, top: int = 10) -> FlowResult:
    """Return flows (name, arrivals, departures) and three years of the same net by class of partner."""
    declared = specs.Flow(
        id="toy_flow", title="Muutot", definition="Esimerkki.", table="toy", content="toy", top=top
    )
    frame = pd.DataFrame(
        [
            {"area": f"{index:03}", "name": name, "inflow": arrived, "outflow": left, "net": arrived - left}
            for index, (name, arrived, left) in enumerate(partners)
        ]
    ).sort_values("net", ascending=False)
    classes = pd.DataFrame(
        {"class": ["subregion", "region", "rest"],
         "title": ["Oma seutukunta", "Muu oma maakunta", "Muu Suomi"],
         "inflow": [30, 20, 10], "outflow": [10, 25, 40], "net": [20, -5, -30]}
    )  # fmt: skip
    yearly = pd.DataFrame(
        [
            {"period": period, "class": name, "net": net}
            for period in ("2016", "2017", "2018")
            for name, net in zip(classes["class"], classes["net"], strict=True)
        ]
    )
    return FlowResult(declared, TORNIO, "2018", frame, classes, yearly, (), 8)


def figure_spec(kind: specs.ChartKind = "trend", *indicators: str, **other: str) -> specs.FigureSpec:
    """Declare a toy figure."""
    return specs.FigureSpec(id="toy", kind=kind, title="Esimerkkikuvio", indicators=list(indicators), **other)

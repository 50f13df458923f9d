"""Clean refreshes and seeded faults, made of the bundled tables, to measure the drift checks with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from uso_lib.live_specs import LiveTable
from uso_lib.store import Store

Random = np.random.Generator

KEYS = ("period", "content", "value", "symbol")
#: Fault → the check that must find it.
FAULTS = {
    "municipalities gone": "coverage",
    "values gone": "coverage",
    "times ten": "jump",
    "times hundred": "jump",
    "a tenth": "jump",
    "past shuffled": "revised",
    "same everywhere": "constant",
    "period repeated": "constant",
    "stands still": "constant",
    "one figure times ten": "outlier",
}
CODES_OF_A_LARGE_TABLE = 12


@dataclass(frozen=True)
class Refresh:
    """Hold one content of one table before and after a fetch; `cell` names the figure a fault touched."""

    table: LiveTable
    previous: pd.DataFrame
    new: pd.DataFrame
    cell: str = ""

    @property
    def dims(self) -> list[str]:
        return [column for column in self.new.columns if column not in ("area", *KEYS)]

    @property
    def keys(self) -> list[str]:
        return ["area", *self.dims]

    @property
    def newest(self) -> pd.Series:
        """Return which rows are municipalities' in the newest period."""
        municipal = self.new["area"].str.fullmatch(r"\d{3}")
        return municipal & self.new["period"].eq(self.new["period"].max())

    @property
    def step(self) -> float:
        return 10.0 ** -decimals(self.new["value"])

    def __str__(self) -> str:
        periods = f"{self.previous['period'].max()} → {self.new['period'].max()}"
        return f"{self.table.id} {self.table.contents[0].code} {periods} {self.cell}"


def decimals(values: pd.Series) -> int:
    known = values.dropna()
    return next((n for n in range(3) if np.allclose(known, known.round(n), rtol=0, atol=1e-9)), 3)


def refreshes(store: Store, random: Random, *, stops: list[str]) -> Iterator[Refresh]:
    """Give clean refreshes without end, of contents drawn from all tables with at least four periods."""
    contents: dict[tuple[str, str], pd.DataFrame] = {}
    for info in store.tables:
        rows = store.read(info.id).drop(columns="table")
        if rows["period"].nunique() > 3:
            contents |= {(info.id, str(code)): one for code, one in rows.groupby("content")}
    names = sorted(contents)
    tables = sorted({table for table, _ in names})
    while True:
        table = tables[random.integers(len(tables))]
        own = [name for name in names if name[0] == table]
        name = own[random.integers(len(own))]
        rows = _smaller(contents[name], random)
        if rows["period"].nunique() > 3:
            previous, new = (_replayed if random.random() < 0.5 else _continued)(rows, random)
            declared = _declared(
                name, [column for column in rows.columns if column not in ("area", *KEYS)], stops
            )
            yield Refresh(declared, previous, _with_small_revisions(previous, new, random))


def faulty(refresh: Refresh, fault: str, random: Random) -> Refresh | None:
    """Put a fault into a clean refresh; None where it would make no difference in these figures."""
    makers = {
        "municipalities gone": _areas_gone,
        "values gone": _areas_gone,
        "past shuffled": _shuffled,
        "same everywhere": _same,
        "period repeated": _repeated,
        "stands still": _still,
        "one figure times ten": _one_times_ten,
    }
    return makers.get(fault, _rescaled)(refresh, fault, random)


def _declared(name: tuple[str, str], dims: list[str], stops: list[str]) -> LiveTable:
    table, content = name
    fields = {"service": "statfin", "producer": "x", "table_id": "x", "title": "x", "stops": stops}
    partner = [{"name": dim, "text": [dim], "area": dim == "origin"} for dim in dims]
    return LiveTable.model_validate(
        {"id": table, "contents": [{"code": content}], "dimensions": partner, **fields}
    )


def _smaller(rows: pd.DataFrame, random: Random) -> pd.DataFrame:
    """Return a few dimension codes of a large table: the checks work on each by itself."""
    dims = [column for column in rows.columns if column not in ("area", *KEYS)]
    if len(rows) < 30_000 or not dims:
        return rows
    codes = rows[dims[0]].unique()
    return rows[
        rows[dims[0]].isin(random.choice(codes, min(CODES_OF_A_LARGE_TABLE, len(codes)), replace=False))
    ]


def _replayed(rows: pd.DataFrame, random: Random) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the table as it was at some past period, and one period later: what really happened."""
    periods = sorted(rows["period"].unique())
    last = int(random.integers(2, len(periods) - 1))
    return rows[rows["period"] <= periods[last]], rows[rows["period"] <= periods[last + 1]]


def _continued(rows: pd.DataFrame, random: Random) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the table, and it with a next period: each municipality changes as in some past period."""
    periods = sorted(rows["period"].unique())
    keys = [column for column in rows.columns if column not in ("period", "value", "symbol")]
    wide = rows.set_index([*keys, "period"])["value"].unstack()  # noqa: PD010 - nothing to aggregate
    if "origin" in keys:
        wide = wide.fillna(0)  # a pair without a row is a true zero
    later = periods[random.integers(1, len(periods))]
    coming = _next(periods[-1])
    change = wide[later] - wide[_before(later, periods)]
    value = wide[_before(coming, periods)] + change
    value = value if wide.min().min() < 0 else value.clip(lower=0)
    value = value[value.ne(0)] if "origin" in keys else value
    made = value.rename("value").dropna().reset_index().assign(period=coming, symbol="")
    return rows, pd.concat([rows, made[rows.columns]], ignore_index=True)


def _next(period: str) -> str:
    if "M" not in period:
        return str(int(period) + 1)
    year, month = int(period[:4]), int(period[5:])
    return f"{year + month // 12}M{month % 12 + 1:02d}"


def _before(period: str, periods: list[str]) -> str:
    """Return the same month a year ago, or else the last period before."""
    year_ago = f"{int(period[:4]) - 1}{period[4:]}"
    earlier = [one for one in periods if one < period]
    return year_ago if "M" in period and year_ago in periods else earlier[-1]


def _with_small_revisions(previous: pd.DataFrame, new: pd.DataFrame, random: Random) -> pd.DataFrame:
    """Change one figure of fifty in the last two old periods by at most a per cent."""
    lately = new["period"].isin(sorted(previous["period"].unique())[-2:])
    touched = lately & (random.random(len(new)) < 0.02)
    revised = (new["value"] * random.uniform(0.99, 1.01, len(new))).round(decimals(new["value"]))
    return new.assign(value=new["value"].mask(touched, revised)).reset_index(drop=True)


def _areas_gone(one: Refresh, fault: str, random: Random) -> Refresh | None:
    areas = one.new.loc[one.newest & one.new["value"].notna(), "area"].unique()
    if len(areas) < 30:
        return None
    gone = random.choice(areas, int(len(areas) * random.uniform(0.36, 0.9)), replace=False)
    rows = one.newest & one.new["area"].isin(gone)
    if fault == "municipalities gone":
        return replace(one, new=one.new[~rows])
    return replace(one, new=one.new.assign(value=one.new["value"].mask(rows)))


def _rescaled(one: Refresh, fault: str, random: Random) -> Refresh | None:
    if one.new.loc[one.newest, "value"].fillna(0).ne(0).sum() < 30:
        return None
    factor = {"times ten": 10, "times hundred": 100, "a tenth": 0.1}[fault]
    rows = one.newest if random.random() < 0.7 else one.new["period"].ne("")
    return replace(one, new=one.new.assign(value=one.new["value"].where(~rows, one.new["value"] * factor)))


def _shuffled(one: Refresh, _fault: str, random: Random) -> Refresh | None:
    """Give the figures of a past period to wrong municipalities, where that makes a difference to most."""
    past = sorted(set(one.previous["period"]))
    rows = one.new["period"].eq(random.choice(past)) & one.new["area"].str.fullmatch(r"\d{3}")
    figures = one.new.loc[rows, "value"]
    groups = one.new.loc[rows, one.dims].agg(" ".join, axis=1) if one.dims else pd.Series("", figures.index)
    mixed = figures.groupby(groups).transform(lambda group: random.permutation(group.to_numpy()))
    different = (mixed - figures).abs() > 0.25 * np.maximum(mixed.abs(), figures.abs())
    if different.mean() < 0.3:
        return None
    return replace(one, new=one.new.assign(value=mixed.reindex(one.new.index).where(rows, one.new["value"])))


def _same(one: Refresh, _fault: str, _random: Random) -> Refresh | None:
    figures = one.new.loc[one.newest, "value"]
    if figures.fillna(0).ne(0).mean() < 0.5:
        return None
    mean = round(figures.mean(), 1) or 1.0
    return replace(one, new=one.new.assign(value=one.new["value"].mask(one.newest, mean)))


def _repeated(one: Refresh, _fault: str, _random: Random) -> Refresh | None:
    """Give the newest period the figures of the one it is compared with."""
    before = _before(one.new["period"].max(), sorted(one.new["period"].unique()))
    earlier = one.new[one.new["period"].eq(before)].set_index(one.keys)["value"]
    if earlier.fillna(0).ne(0).sum() < 100 or earlier.nunique() < 30:
        return None
    rows = one.newest
    wanted = one.new.loc[rows, one.keys]
    index = pd.MultiIndex.from_frame(wanted) if one.dims else pd.Index(wanted["area"])
    repeated = pd.Series(earlier.reindex(index).to_numpy(), index=wanted.index)
    return replace(
        one, new=one.new.assign(value=repeated.reindex(one.new.index).where(rows, one.new["value"]))
    )


def _still(one: Refresh, _fault: str, random: Random) -> Refresh | None:
    """Let one figure stand still for six periods, in a content where fewer than one of twenty repeats."""
    municipal = one.new[one.new["area"].str.fullmatch(r"\d{3}")]
    wide = municipal.set_index([*one.keys, "period"])["value"].unstack()  # noqa: PD010
    last = wide.columns[-6:]
    repeats = wide.iloc[:, 1:].eq(wide.iloc[:, :-1].to_numpy()) & wide.iloc[:, 1:].ne(0)
    known = wide[last].notna().all(axis=1) & (wide[last[-1]].abs() >= 100 * one.step)
    if len(wide.columns) < 8 or not known.any() or repeats.loc[known].to_numpy().mean() > 0.05:
        return None
    key = wide.index[known.to_numpy()][random.integers(known.sum())]
    value = wide.loc[[key], last[-1]].iloc[0]
    sides = [_set(side, one.keys, key, value, set(last)) for side in (one.previous, one.new)]
    return replace(one, previous=sides[0], new=sides[1], cell=_named(key, one.new))


def _one_times_ten(one: Refresh, _fault: str, random: Random) -> Refresh | None:
    """Multiply one figure that is larger than twice its municipality's greatest change so far."""
    municipal = one.new[one.new["area"].str.fullmatch(r"\d{3}")]
    wide = municipal.set_index([*one.keys, "period"])["value"].unstack()  # noqa: PD010
    newest = wide.columns[-1]
    greatest = wide.iloc[:, :-1].diff(axis=1).abs().max(axis=1)
    usable = (wide[newest] > 2 * greatest) & (wide[newest] >= 20 * one.step)
    if newest != one.new["period"].max() or not usable.any():
        return None
    key = wide.index[usable.to_numpy()][random.integers(usable.sum())]
    value = wide.loc[[key], newest].iloc[0] * 10
    return replace(one, new=_set(one.new, one.keys, key, value, {newest}), cell=_named(key, one.new))


def _set(rows: pd.DataFrame, keys: list[str], key: object, value: float, periods: set[str]) -> pd.DataFrame:
    """Return rows with one municipality's value set in some periods."""
    chosen = rows["period"].isin(periods)
    for column, code in zip(keys, key if isinstance(key, tuple) else (key,), strict=True):
        chosen &= rows[column].eq(code)
    return rows.assign(value=rows["value"].mask(chosen, value))


def _named(key: object, new: pd.DataFrame) -> str:
    return " ".join([*(key if isinstance(key, tuple) else (str(key),)), new["period"].max()])

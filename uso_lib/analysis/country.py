"""Give an indicator its figure for the whole country: published, summed or weighted, never invented.

Does not compute simple means over municipalities (groups.py).

The figure comes in rows with the area ``SSS`` and two more columns: ``method`` (``published``, ``sum``,
``weighted``) and ``n`` (municipalities it is computed from, 0 when published). A figure computed from parts
uses the whole country's parts, never the mean of municipal ratios: all parts published gives ``published``,
otherwise the quotient of sums over the municipalities that have both parts (``weighted``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from uso_lib import specs
from uso_lib.analysis.formulas import COLUMNS, one_line
from uso_lib.analysis.selection import WHOLE_COUNTRY

#: A sum stands for the country only when no municipality is missing; a quotient and a weighted mean need this
#: share of them.
COVERAGE = 0.9
#: Formulas whose country figure is the quotient of sums.
QUOTIENTS = frozenset({"share", "ratio", "per_capita", "per_1000"})
#: Units whose municipal values may be added up.
ADDITIVE = frozenset({"persons", "eur", "jobs", "establishments", "enterprises", "offences", "kt_co2e"})
Factor = NDArray[np.float64]
COUNTRY_COLUMNS = [*COLUMNS, "method", "n"]


@dataclass(frozen=True)
class Part:
    """Hold an operand: its frame, country rows included, and whether its values may be added up."""

    frame: pd.DataFrame
    additive: bool


def own_rows(frame: pd.DataFrame, method: str, weight: pd.DataFrame | None, *, areas: int) -> pd.DataFrame:
    """Return the country rows of an indicator that is read from tables, as its declaration says.

    Parameters
    ----------
    frame
        Municipalities and, when published, ``SSS``.
    method
        The declared `country`; a published figure stands in where too few municipalities have one.
    weight
        Frame of the weight indicator, for ``weighted``.
    areas
        Number of municipalities in the country.
    """
    municipal = frame[frame["area"] != WHOLE_COUNTRY]
    published = frame[(frame["area"] == WHOLE_COUNTRY) & frame["value"].notna()]
    published = published.assign(method="published", n=0)[COUNTRY_COLUMNS]
    if method == "published":
        return published
    if method == "sum":
        return _filled(_added(municipal, needed=areas), published)
    if method == "weighted" and weight is not None:
        return _filled(_weighted(municipal, weight, needed=COVERAGE * areas), published)
    return _none(frame)


def _filled(computed: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """Take the published figure where none could be computed."""
    return _joined(computed, published).drop_duplicates(["series", "period"])


def derived_rows(
    indicator: specs.Indicator, frame: pd.DataFrame, parts: list[Part], *, areas: int
) -> pd.DataFrame:
    """Return the country rows of an indicator that is computed from parts.

    Parameters
    ----------
    indicator
        Its `country` is not needed; an explicit ``none`` leaves the country's figure out.
    frame
        The computed frame; its ``SSS`` rows are computed from the parts' ``SSS`` rows.
    parts
        The operands in the formula's order.
    """
    if indicator.country == "none" and "country" in indicator.model_fields_set:
        return _none(frame)
    own = frame[(frame["area"] == WHOLE_COUNTRY) & frame["value"].notna()]
    methods = [_methods(part.frame) for part in parts]
    found = [[one[period] for one in methods] for period in own["period"]]
    own = own.assign(
        method=pd.Series([_least_direct(each) for each in found], index=own.index, dtype="str"),
        n=pd.Series([min(n for _, n in each) for each in found], index=own.index, dtype="int64"),
    )[COUNTRY_COLUMNS]
    if indicator.formula not in QUOTIENTS:
        return own
    published = own[own["method"] == "published"]
    if not all(part.additive for part in parts):
        return published
    municipal = frame[(frame["area"] != WHOLE_COUNTRY) & ~frame["period"].isin(published["period"])]
    # The mean of quotients weighted by their own denominators is the quotient of sums over those with both.
    return _joined(published, _weighted(municipal, parts[1].frame, needed=COVERAGE * areas))


def _weighted(municipal: pd.DataFrame, weight: pd.DataFrame, *, needed: float) -> pd.DataFrame:
    """Return the weighted mean per period: sum of value times weight over the sum of weights."""
    on = ["area", "period"]
    if set(municipal["series"].unique()) <= set(weight["series"].unique()):
        on.append("series")
    else:
        weight = one_line(weight)
    factors = weight[[*on, "value"]].rename(columns={"value": "factor"})
    rows = municipal.merge(factors, on=on, how="left")
    factor = rows["factor"].to_numpy(dtype=float)
    result = _added(rows, needed=needed, factor=factor)
    return result.assign(method="weighted")


def _added(municipal: pd.DataFrame, *, needed: float, factor: Factor | None = None) -> pd.DataFrame:
    """Add up municipalities per period where enough have data; one provisional value marks the sum.

    With a `factor` the values are weighted by it and the sum is divided by the sum of factors.
    """
    values = municipal["value"].to_numpy(dtype=float)
    weights = np.ones(len(values)) if factor is None else factor
    present = np.flatnonzero(np.isfinite(values) & np.isfinite(weights))
    series, period = pd.factorize(municipal["series"])[0], pd.factorize(municipal["period"])[0]
    lines, first, at = np.unique(
        series[present] * len(values) + period[present], return_index=True, return_inverse=True
    )
    counts = np.bincount(at, minlength=len(lines))
    marks = np.bincount(at, municipal["symbol"].str.contains("*", regex=False).to_numpy()[present])
    sums = np.bincount(at, values[present] * weights[present])
    totals = np.ones(len(lines)) if factor is None else np.bincount(at, weights[present])
    kept = np.flatnonzero((counts >= needed) & (totals > 0))
    rows: pd.DataFrame = municipal.iloc[present[first[kept]]].assign(
        area=WHOLE_COUNTRY,
        value=sums[kept] / totals[kept],
        symbol=pd.array(np.where(marks[kept] > 0, "*", ""), dtype="str"),
        method="sum",
        n=counts[kept],
    )
    return rows[COUNTRY_COLUMNS]


def _none(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.iloc[:0].assign(method="", n=0)[COUNTRY_COLUMNS]


def _joined(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Put frames one after the other; an empty one would only blur the column types."""
    filled = [frame for frame in (first, second) if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else first


def _methods(part: pd.DataFrame) -> dict[str, tuple[str, int]]:
    """Return period → how a part's country figure was made; the first definition counts."""
    rows = part[(part["area"] == WHOLE_COUNTRY) & part["value"].notna()].drop_duplicates("period")
    made = zip(rows["period"], rows["method"], rows["n"], strict=True)
    return {period: (str(method), int(n)) for period, method, n in made}


def _least_direct(made: list[tuple[str, int]]) -> str:
    """Name a computed country figure after its least direct part."""
    methods = {method for method, _ in made}
    return next((method for method in ("weighted", "sum") if method in methods), "published")

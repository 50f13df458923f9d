"""Compute indicators from indicators: the closed vocabulary of formulas, one function each on tidy frames.

Does not read tables, does not know municipalities from the whole country (a row is a row) and evaluates no
expressions.

Frames have the columns of `COLUMNS`: ``area``, ``period``, ``series`` (label of a definition, "" for the main
one), ``block`` (number of an unbroken definition, a function of series and period), ``value``, ``symbol``,
``tables`` (ids of the tables the value comes from, joined by "+"). Missing stays missing: a value computed
from a missing one is null and carries that one's symbol; a computed value carries the marks ``*``
(provisional) and ``~`` (recomputed) of all its inputs; a division by zero is null with the symbol ``.`` (not
applicable).
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from uso_lib.analysis.periods import MONTHS_OF_YEAR, is_month, month_number, shifted

COLUMNS = ["area", "period", "series", "block", "value", "symbol", "tables"]
#: Marks that a present value can carry; every other symbol explains a missing one.
VALUE_MARKS = ("*", "~")
NOT_APPLICABLE = "."
#: Room for the denominator's block numbers beside the numerator's.
_BLOCKS = 10_000

Arithmetic = Callable[[pd.Series, pd.Series], pd.Series]


def level(rows: pd.DataFrame) -> pd.DataFrame:
    """Take published values as they are.

    Parameters
    ----------
    rows
        ``area, period, value, symbol``, one line per area and period.

    Raises
    ------
    ValueError
        An area has two values for a period: the declaration means a sum.
    """
    if rows.duplicated(["area", "period"]).any():
        message = "two values for the same area and period: name one code, or use the formula sum"
        raise ValueError(message)
    return rows[["area", "period", "value", "symbol"]].reset_index(drop=True)


def summed(rows: pd.DataFrame, parts: int) -> pd.DataFrame:
    """Add up the parts of a figure; one missing part makes the sum missing.

    Parameters
    ----------
    rows
        ``area, period, value, symbol``, one line per part.
    parts
        How many parts a complete figure has; an area with fewer lines has no sum.
    """
    grouped = rows.groupby(["area", "period"], sort=False, observed=True)
    result = grouped["value"].agg(["sum", "count"]).reset_index()
    complete = result["count"] == parts
    marked = rows[rows["symbol"] != ""]
    carried = _strongest(marked[marked["value"].isna()], "gap").merge(
        _strongest(marked[marked["value"].notna()], "mark"), on=["area", "period"], how="outer"
    )
    result = result.merge(carried, on=["area", "period"], how="left")
    symbol = result["mark"].where(complete, result["gap"]).fillna("")
    return pd.DataFrame(
        {
            "area": result["area"],
            "period": result["period"],
            "value": result["sum"].where(complete),
            "symbol": symbol,
        }
    )


def share(of: pd.DataFrame, per: pd.DataFrame) -> pd.DataFrame:
    """Give `of` as per cent of `per`."""
    return _combined(of, per, lambda part, whole: part / whole * 100, divides=True)


def ratio(of: pd.DataFrame, per: pd.DataFrame) -> pd.DataFrame:
    """Divide `of` by `per`."""
    return _combined(of, per, lambda part, whole: part / whole, divides=True)


def per_capita(of: pd.DataFrame, per: pd.DataFrame) -> pd.DataFrame:
    """Divide `of` by inhabitants; the unit is `of`'s unit per inhabitant."""
    return ratio(of, per)


def per_1000(of: pd.DataFrame, per: pd.DataFrame) -> pd.DataFrame:
    """Give `of` per thousand of `per`."""
    return _combined(of, per, lambda part, whole: part / whole * 1000, divides=True)


def difference(of: pd.DataFrame, minus: pd.DataFrame) -> pd.DataFrame:
    """Subtract `minus` from `of`."""
    return _combined(of, minus, lambda first, second: first - second, divides=False)


def change(of: pd.DataFrame, years: int, *, relative: bool) -> pd.DataFrame:
    """Give the change from the same period `years` earlier, within one definition.

    Parameters
    ----------
    relative
        Per cent of the earlier value (null with ``.`` when that is not positive), otherwise in `of`'s own
        unit.
    """
    earlier = of[["area", "period", "series", "block", "value", "symbol", "tables"]].copy()
    later = {period: shifted(period, months=years * MONTHS_OF_YEAR) for period in of["period"].unique()}
    earlier["period"] = earlier["period"].map(later)
    joined = of.merge(earlier, on=["area", "period", "series", "block"], suffixes=("", "_2"))
    value = joined["value"] - joined["value_2"]
    undefined = pd.Series(data=False, index=joined.index)
    if relative:
        undefined = joined["value_2"] <= 0
        value = (value / joined["value_2"] * 100).mask(undefined)
    return _finished(joined, value, undefined)


def index(of: pd.DataFrame, base: str) -> pd.DataFrame:
    """Give `of` with its value at the base period as 100, for the definition that holds the base period."""
    start = of[of["period"] == base].drop(columns="period")
    joined = of.merge(start, on=["area", "series", "block"], suffixes=("", "_2"))
    undefined = joined["value_2"] <= 0
    return _finished(joined, (joined["value"] / joined["value_2"] * 100).mask(undefined), undefined)


def mean_12m(of: pd.DataFrame) -> pd.DataFrame:
    """Average each month with the eleven before it; a missing month among the twelve makes the mean missing.

    The first eleven months of a definition have no mean and are left out.
    """
    months = of[of["period"].map({period: is_month(period) for period in of["period"].unique()}).astype(bool)]
    numbers = months["period"].map({period: month_number(period) for period in months["period"].unique()})
    ordered = months.assign(month=numbers).sort_values(["series", "block", "area", "month"], kind="stable")
    by_line = ordered.groupby(["series", "block", "area"], sort=False, observed=True)
    first = by_line["month"].shift(MONTHS_OF_YEAR - 1)
    whole_year = ordered["month"] - first == MONTHS_OF_YEAR - 1
    symbol = ordered["symbol"]
    total = ordered["value"].astype(float)
    marked = bool((symbol != "").any())
    for back in range(1, MONTHS_OF_YEAR):
        before = by_line["value"].shift(back)
        if marked:
            symbol = carried_symbols(total, before, symbol, by_line["symbol"].shift(back).fillna(""))
        total = total + before
    result = ordered.assign(value=total / MONTHS_OF_YEAR, symbol=symbol)
    return result.loc[whole_year, COLUMNS].reset_index(drop=True)


def carried_symbols(
    value: pd.Series, value_2: pd.Series, symbol: pd.Series, symbol_2: pd.Series
) -> pd.Series:
    """Return the symbols of computed values: a missing input's own (the first one's first), else both marks.

    Parameters
    ----------
    value, value_2
        The two inputs; null where missing.
    symbol, symbol_2
        Their symbols.
    """
    if not ((symbol != "").any() or (symbol_2 != "").any()):
        return symbol
    both = symbol + symbol_2
    marks = both.map({text: _marks(text) for text in both.unique()})
    gaps = symbol.where(value.isna(), symbol_2)
    return marks.mask(value.isna() | value_2.isna(), gaps)


def _combined(
    of: pd.DataFrame, other: pd.DataFrame, arithmetic: Arithmetic, *, divides: bool
) -> pd.DataFrame:
    """Join two operands by area and period and compute; what one of them lacks falls away."""
    if set(of["series"].unique()) <= set(other["series"].unique()):
        joined = of.merge(other, on=["area", "period", "series"], suffixes=("", "_2"))
    else:
        joined = of.merge(one_line(other).drop(columns="series"), on=["area", "period"], suffixes=("", "_2"))
    undefined = (joined["value_2"] == 0) if divides else pd.Series(data=False, index=joined.index)
    value = arithmetic(joined["value"], joined["value_2"].mask(undefined))
    joined["block"] = joined["block"] * _BLOCKS + joined["block_2"]
    return _finished(joined, value, undefined)


def one_line(frame: pd.DataFrame) -> pd.DataFrame:
    """Keep one definition per period, the first declared that has any value.

    So a denominator with definitions of its own can be joined to a numerator that does not share them; the
    kept definition stays visible in ``block``.
    """
    labels = {label: order for order, label in enumerate(frame["series"].unique())}
    if len(labels) <= 1:
        return frame
    ranked = frame.assign(order=frame["series"].map(labels))
    best = ranked[ranked["value"].notna()].groupby("period")["order"].min()
    kept = ranked[ranked["order"] == ranked["period"].map(best)]
    return kept.assign(block=kept["order"] * (_BLOCKS // 100) + kept["block"]).drop(columns="order")


def _finished(joined: pd.DataFrame, value: pd.Series, undefined: pd.Series) -> pd.DataFrame:
    """Put a joined pair (``_2`` marks the second operand) with its value into the common shape."""
    symbol = carried_symbols(joined["value"], joined["value_2"], joined["symbol"], joined["symbol_2"])
    not_applicable = undefined & joined["value"].notna() & joined["value_2"].notna()
    symbol = symbol.mask(not_applicable, NOT_APPLICABLE)
    tables = _united(joined["tables"], joined["tables_2"])
    return joined.assign(value=value, symbol=symbol, tables=tables)[COLUMNS]


def _marks(text: str) -> str:
    return "".join(mark for mark in VALUE_MARKS if mark in text)


def _strongest(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """Give one symbol per area and period: the marks of all parts, or the first explanation of a gap."""
    joined = rows.groupby(["area", "period"], observed=True)["symbol"].agg(list).rename(name).reset_index()
    joined[name] = [_marks("".join(found)) if name == "mark" else found[0] for found in joined[name]]
    return joined.astype({name: "str"})


def _united(tables: pd.Series, tables_2: pd.Series) -> pd.Series:
    """Join the table ids of two operands, each id once, sorted."""
    both = tables + "+" + tables_2
    return both.map({text: "+".join(sorted(set(text.split("+")))) for text in both.unique()})

"""Add up categories of a table, each times a weight that is the same for all municipalities.

Does not choose the weights: a declaration names the table they stand in.
"""

from __future__ import annotations

import pandas as pd

from uso_lib import specs
from uso_lib.analysis import formulas
from uso_lib.analysis.context import Context
from uso_lib.analysis.periods import month_number
from uso_lib.analysis.reading import municipal_rows, nothing, read_selections, united
from uso_lib.analysis.selection import WHOLE_COUNTRY


def weighted_sums(context: Context, indicator: specs.Indicator) -> pd.DataFrame:
    """Read an indicator's declared selections category by category and add them up with their weights.

    Parameters
    ----------
    indicator
        Of the formula ``weighted_sum``, with weights.

    Returns
    -------
    DataFrame
        ``area, period, series, block, value, symbol, tables``; a missing category makes the sum missing.
        Empty when the store lacks the figures or one of the weights.
    """
    declared = indicator.weights
    weights = {} if declared is None else _weights(context, declared)
    if declared is None or set(weights) != set(declared.codes):
        return nothing()
    read = [
        read_selections(context, _category(indicator, declared.dimension, code)) for code in declared.codes
    ]
    parts = [
        rows.assign(value=rows["value"] * weights[code])
        for code, rows in zip(declared.codes, read, strict=True)
    ]
    rows = united(parts)
    made = [_summed(group, str(series), len(parts)) for series, group in rows.groupby("series", sort=False)]
    if not made:
        return nothing()
    every = pd.concat(made, ignore_index=True)
    return every.assign(block=0, tables=every["tables"] + f"+{declared.table}")[formulas.COLUMNS]


def _weights(context: Context, declared: specs.Weights) -> dict[str, float]:
    """Return code → weight of the whole country, of the newest period that has any."""
    if not context.store.has(declared.table):
        return {}
    rows = municipal_rows(context, declared.table, [declared.content])
    rows = rows[(rows["area"] == WHOLE_COUNTRY) & rows["value"].notna()]
    newest = max(rows["period"].unique(), key=month_number, default=None)
    rows = rows[(rows["period"] == newest) & rows[declared.dimension].isin(declared.codes)]
    return {
        str(code): float(value) for code, value in zip(rows[declared.dimension], rows["value"], strict=True)
    }


def _category(indicator: specs.Indicator, dimension: str, code: str) -> specs.Indicator:
    """Return the declaration of one category's figures."""
    source = [one.model_copy(update={"dims": {**one.dims, dimension: code}}) for one in indicator.source]
    return indicator.model_copy(update={"source": source, "formula": "sum", "weights": None})


def _summed(rows: pd.DataFrame, series: str, parts: int) -> pd.DataFrame:
    """Add up the categories of one series."""
    tables = str(rows["tables"].iloc[0])
    return formulas.summed(rows, parts).assign(series=series, tables=tables)

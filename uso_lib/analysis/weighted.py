"""Add up categories of a table, each times a weight that is the same for all municipalities.

Does not choose the weights: a declaration names the table they stand in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from uso_lib import specs
from uso_lib.analysis.context import Context
from uso_lib.analysis.formulas import added_up
from uso_lib.analysis.periods import month_number
from uso_lib.analysis.reading import nothing, read_selections, table_rows
from uso_lib.analysis.selection import WHOLE_COUNTRY
from uso_lib.analysis.sheet import Cells, Figures, Numbers, Sheet, laid_over
from uso_lib.analysis.symbols import Symbols


def weighted_sums(context: Context, indicator: specs.Indicator) -> Sheet:
    """Read an indicator's declared selections category by category and add them up with their weights.

    Parameters
    ----------
    indicator
        Of the formula ``weighted_sum``, with weights.

    Returns
    -------
    Sheet
        A missing category makes the sum missing. Without lines when the store lacks the figures or one of the
        weights.
    """
    declared = indicator.weights
    weights = {} if declared is None else _weights(context, declared)
    if declared is None or set(weights) != set(declared.codes):
        return nothing(context)
    parts = []
    for code in declared.codes:
        sheet = read_selections(context, _category(indicator, declared.dimension, code)).held()
        parts.append(replace(sheet, figures=sheet.figures * weights[code]))
    labels = dict.fromkeys(label for sheet in parts for label in sheet.labels)
    made = [_summed(parts, label, declared.table) for label in labels]
    return laid_over(made).held() if made else nothing(context)


def _weights(context: Context, declared: specs.Weights) -> dict[str, float]:
    """Return code → weight of the whole country, of the newest period that has any."""
    if not context.store.has(declared.table):
        return {}
    rows = table_rows(context, declared.table)
    rows = rows[(rows["area"] == WHOLE_COUNTRY) & (rows["content"] == declared.content)]
    rows = rows[rows["value"].notna()]
    newest = max(rows["period"].unique(), key=month_number, default=None)
    rows = rows[(rows["period"] == newest) & rows[declared.dimension].isin(declared.codes)]
    return {
        str(code): float(value) for code, value in zip(rows[declared.dimension], rows["value"], strict=True)
    }


def _category(indicator: specs.Indicator, dimension: str, code: str) -> specs.Indicator:
    """Return the declaration of one category's figures."""
    source = [one.model_copy(update={"dims": {**one.dims, dimension: code}}) for one in indicator.source]
    return indicator.model_copy(update={"source": source, "formula": "sum", "weights": None})


def _summed(parts: Sequence[Sheet], label: str, weights: str) -> Sheet:
    """Add up the categories of one series, in their order."""
    chosen = [part.chosen(line for line, one in enumerate(part.series) if one == label) for part in parts]
    periods = sorted({period for part in chosen for period in part.periods}, key=month_number)
    columns = chosen[0].figures.shape[1]
    found: list[tuple[Numbers, Figures, Symbols]] = []
    for part in chosen:
        lines, at = np.nonzero(part.present)
        line = np.array([periods.index(period) for period in part.periods], dtype=np.int64)
        found.append((line[lines] * columns + at, part.figures[lines, at], part.symbols[lines, at]))
    at, values, symbols = (np.concatenate(one) for one in zip(*found, strict=True))
    first = next(part for part in chosen if len(part))
    line, column = np.argwhere(first.present)[0]
    tables = f"{first.names[first.tables[line, column]]}+{weights}"
    made = added_up(Cells(tuple(periods), columns, at, values, symbols), len(parts), tables)
    return replace(made, series=(label,) * len(made))

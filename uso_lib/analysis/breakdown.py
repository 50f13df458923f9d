"""Break one figure of a municipality down by categories: ages, industries, sectors, offence groups.

Does not compare indicators (comparison.py); the means beside a category are the same simple means over
municipalities.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from uso_lib import specs
from uso_lib.analysis import formulas, groups
from uso_lib.analysis.context import Context, edition_key
from uso_lib.analysis.country import ADDITIVE
from uso_lib.analysis.cubes import Cube, Cubes
from uso_lib.analysis.groups import Values
from uso_lib.analysis.memory import remembered
from uso_lib.analysis.periods import age_in_years, month_number, year_of
from uso_lib.analysis.reading import fitting_editions, municipal_rows
from uso_lib.analysis.results import BreakdownResult
from uso_lib.analysis.selection import WHOLE_COUNTRY, select
from uso_lib.analysis.series import indicator_series

TABLE_COLUMNS = [
    "period", "category", "title", "value", "symbol", "peers", "network", "region", "country", "country_own",
    "location_quotient",
]  # fmt: skip


def break_down(context: Context, breakdown_id: str) -> BreakdownResult:
    """Break a declared figure down by its categories for the municipality and its groups.

    Shares are per cent of the indicator `per` when one is declared, otherwise of the sum of all categories
    but the declared `total`; a missing category then makes all shares of that municipality and period
    missing. An index does not reach across a declared break. The country's own figure is the published one
    where there is one, otherwise the sum of all municipalities when none is missing. A replacement that the
    store has is preferred, unless it has nothing of the municipality.

    Raises
    ------
    UnknownName
        There is no such breakdown.
    UsoError
        The declared dimension or codes do not fit the table.
    """
    declared = context.catalog.breakdown(breakdown_id)
    other = declared.instead
    if other is not None and context.store.has(other.table):
        preferred = _broken_down(context, _replaced(declared, other))
        if not preferred.missing:
            return preferred
    return _broken_down(context, declared)


def _broken_down(context: Context, declared: specs.Breakdown) -> BreakdownResult:
    """Break a figure down by the categories of its table."""
    column = context.column
    if not context.store.has(declared.table):
        return _result(context, declared, pd.DataFrame(columns=TABLE_COLUMNS), None)
    cubes = cubes_of(context, declared)
    shares, shown = cubes.shares, cubes.shown
    quotient = None
    if declared.location_quotient:
        quotient = shares.figures[:, :, column] / np.where(shares.country > 0, shares.country, np.nan)
    filled = [
        line for line, _ in enumerate(shown.periods) if np.isfinite(shown.figures[line, :, column]).any()
    ]
    recent = [line for line, one in enumerate(shown.periods) if year_of(one) >= context.first_year]
    lines = recent if set(recent) & set(filled) else list(range(len(shown.periods)))
    table = _table(context, declared, shown, quotient, lines=lines)
    return _result(context, declared, table, shown.periods[filled[-1]] if filled else None)


def _replaced(declared: specs.Breakdown, other: specs.Replacement) -> specs.Breakdown:
    """Return a breakdown as it takes its categories from another table."""
    categories = [
        one.model_copy(update={"codes": other.codes[one.id], "content": None}) for one in declared.categories
    ]
    changed = {"table": other.table, "content": other.content, "dimension": other.dimension}
    return declared.model_copy(update={**changed, "dims": other.dims, "categories": categories})


def cubes_of(context: Context, declared: specs.Breakdown) -> Cubes:
    """Return a breakdown of all municipalities, computed once.

    Parameters
    ----------
    declared
        As it takes its categories: `BreakdownResult.breakdown`.
    """
    name = f"{declared.id} {declared.table}"
    return remembered(context, "breakdown", name, lambda: _computed(context, declared))


def _computed(context: Context, declared: specs.Breakdown) -> Cubes:
    """Compute the shares of the categories and the declared figures, both of all municipalities."""
    levels = _levels(context, declared)
    wholes = _wholes(context, declared, levels)
    shares = _divided(levels, wholes, 100.0)
    if declared.formula == "share":
        return Cubes(levels, wholes, wholes, 100.0, shares, shares)
    if declared.formula == "level":
        return Cubes(levels, wholes, None, 1.0, shares, levels)
    per_1000 = declared.formula == "per_1000"
    divisor, factor = (
        (_others(context, declared, levels), 1000.0)
        if per_1000
        else (_bases(context, declared, levels), 100.0)
    )
    return Cubes(levels, wholes, divisor, factor, shares, _divided(levels, divisor, factor))


def _levels(context: Context, declared: specs.Breakdown) -> Cube:
    """Read the categories of all municipalities as they are published, each the sum of its codes."""
    rows = municipal_rows(context, declared.table, _contents(declared), edition=_edition(context, declared))
    if declared.periods:
        rows = rows[rows["period"].isin(declared.periods)]
    periods = sorted((str(one) for one in rows["period"].unique()), key=month_number)
    shape = (len(periods), len(declared.categories), len(context.areas))
    values, symbols = np.full(shape, np.nan), np.full(shape, "", dtype=object)
    country = np.full(shape[:2], np.nan)
    lines = {period: line for line, period in enumerate(periods)}
    for number, category in enumerate(declared.categories):
        found = _category(declared, category, rows)
        at = found["period"].map(lines).to_numpy(dtype=np.int64)
        municipal = (found["area"] != WHOLE_COUNTRY).to_numpy()
        areas = found["area"][municipal].map(context.areas).to_numpy(dtype=np.int64)
        values[at[municipal], number, areas] = found["value"].to_numpy(dtype=float)[municipal]
        symbols[at[municipal], number, areas] = found["symbol"].to_numpy(dtype=object)[municipal]
        country[at[~municipal], number] = found["value"].to_numpy(dtype=float)[~municipal]
    if declared.unit in ADDITIVE or declared.formula != "level":
        country = np.where(np.isfinite(country), country, values.sum(axis=2))
    return Cube(periods, values, symbols, country)


def _contents(declared: specs.Breakdown) -> list[str]:
    """Return the contents the categories are made of, sorted."""
    named = (declared.content, *(part.content or [] for part in declared.categories))
    return sorted({one for each in named for one in ([each] if isinstance(each, str) else each)})


def _edition(context: Context, declared: specs.Breakdown) -> int:
    """Return the newest edition of the table that has what the breakdown names."""
    dimensions = [*declared.dims, *([declared.dimension] if declared.dimension else [])]
    return fitting_editions(context, declared.table, _contents(declared), dimensions)[0]


def _category(declared: specs.Breakdown, category: specs.Category, rows: pd.DataFrame) -> pd.DataFrame:
    """Return ``area, period, value, symbol`` of one category."""
    dims = dict(declared.dims)
    if declared.dimension and category.codes:
        dims[declared.dimension] = category.codes
    where = f"breakdown {declared.id}, category {category.id}, table {declared.table}"
    picked = select(rows, category.content or declared.content, dims, where=where)
    return formulas.level(picked.rows) if picked.parts == 1 else formulas.summed(picked.rows, picked.parts)


def _divided(levels: Cube, divisor: Cube, factor: float) -> Cube:
    """Divide municipalities and the country by divisors; one that is not positive gives no figure."""
    shape = levels.figures.shape
    by = np.broadcast_to(divisor.figures, shape)
    not_applicable = np.isfinite(levels.figures) & (by <= 0)
    values = levels.figures / np.where(by > 0, by, np.nan) * factor
    country = levels.country / np.where(divisor.country > 0, divisor.country, np.nan) * factor
    symbols = _symbols(levels.figures, by, levels.symbols, np.broadcast_to(divisor.symbols, shape))
    symbols = np.where(not_applicable, formulas.NOT_APPLICABLE, symbols)
    return Cube(levels.periods, values, symbols, country)


def _symbols(
    values: Values, others: Values, symbols: NDArray[np.object_], other_symbols: NDArray[np.object_]
) -> NDArray[np.object_]:
    """Carry symbols through an operation on two grids of the same shape."""
    flat = [pd.Series(grid.ravel()) for grid in (values, others, symbols, other_symbols)]
    return formulas.carried_symbols(*flat).to_numpy(dtype=object).reshape(values.shape)


def _wholes(context: Context, declared: specs.Breakdown, levels: Cube) -> Cube:
    """Return what shares are of: the indicator `per`, otherwise the sums of the categories but the total."""
    if declared.formula == "share" and declared.per:
        return _others(context, declared, levels)
    parts = [number for number, one in enumerate(declared.categories) if one.id != declared.total]
    values, symbols = levels.figures[:, parts[0]], levels.symbols[:, parts[0]]
    for part in parts[1:]:
        symbols = _symbols(values, levels.figures[:, part], symbols, levels.symbols[:, part])
        values = values + levels.figures[:, part]
    country = levels.country[:, parts].sum(axis=1, keepdims=True)
    return Cube(levels.periods, values[:, None], symbols[:, None], country)


def _others(context: Context, declared: specs.Breakdown, levels: Cube) -> Cube:
    """Return the declared other indicator's values in the breakdown's periods, as a divisor."""
    per = indicator_series(context, declared.per or "")
    shape = (len(levels.periods), 1, len(context.areas))
    values, symbols = np.full(shape, np.nan), np.full(shape, "", dtype=object)
    country = np.full(shape[:2], np.nan)
    first = per.grid.keys.drop_duplicates("period")
    for line, period in zip(first.index, first["period"], strict=True):
        if period in levels.periods:
            at = levels.periods.index(period)
            values[at, 0], symbols[at, 0] = per.grid.figures[line], per.grid.symbols[line]
            country[at, 0] = per.grid.country["value"].iloc[line]
    return Cube(levels.periods, values, symbols, np.where(np.isfinite(country), country, values.sum(axis=2)))


def _bases(context: Context, declared: specs.Breakdown, levels: Cube) -> Cube:
    """Return the base period's values for the periods of its own definition; for others they are missing."""
    nothing = Cube(
        levels.periods, levels.figures * np.nan, np.full_like(levels.symbols, ""), levels.country * np.nan
    )
    if declared.base not in levels.periods:
        return nothing
    base = levels.periods.index(declared.base)
    breaks = sorted(month_number(context.catalog.breaks[one].period) for one in declared.breaks)
    blocks = np.searchsorted(breaks, [month_number(period) for period in levels.periods], side="right")
    same = blocks == blocks[base]
    nothing.figures[same], nothing.symbols[same] = levels.figures[base], levels.symbols[base]
    nothing.country[same] = levels.country[base]
    return nothing


def _table(
    context: Context, declared: specs.Breakdown, shown: Cube, quotient: Values | None, *, lines: Sequence[int]
) -> pd.DataFrame:
    """Lay the displayed periods out, one line per period and category."""
    count, at = len(declared.categories), list(lines)
    column, columns = context.column, context.groups
    frame = {
        "period": np.repeat([shown.periods[line] for line in at], count),
        "category": [one.id for one in declared.categories] * len(at),
        "title": [one.title for one in declared.categories] * len(at),
        "value": shown.figures[at, :, column].ravel(),
        "symbol": shown.symbols[at, :, column].ravel(),
        "country_own": shown.country[at].ravel(),
        "location_quotient": np.nan if quotient is None else quotient[at].ravel(),
    }
    for group in ("peers", "network", "region", "country"):
        known = group in columns
        frame[group] = groups.means(shown.figures[at][:, :, columns[group]])[0].ravel() if known else np.nan
    return pd.DataFrame(frame, columns=TABLE_COLUMNS)


def _result(
    context: Context, declared: specs.Breakdown, table: pd.DataFrame, period: str | None
) -> BreakdownResult:
    text = dict.fromkeys(("period", "category", "title", "symbol"), "str")
    numbers = {name: "float64" for name in TABLE_COLUMNS if name not in text}
    age = None if period is None else age_in_years(period, context.store.reference_year)
    divisors = context.catalog.tables_of(declared.per) if declared.per and period else ()
    own = declared.table
    if context.store.has(own):
        own = edition_key(own, _edition(context, declared))
    tables = [own, *(one for one in divisors if _covers(context, one, str(period)))]
    return BreakdownResult(
        breakdown=declared,
        municipality=context.municipality,
        period=period,
        table=table.astype({**text, **numbers}),
        origins=context.origins(dict.fromkeys(tables, period)),
        age_years=age,
    )


def _covers(context: Context, table: str, period: str) -> bool:
    """Tell whether a table's periods reach over a period."""
    if not context.store.has(table):
        return False
    first, last = (month_number(one) for one in context.store.info(table).periods)
    return first <= month_number(period) <= last

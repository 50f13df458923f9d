"""Break one figure of a municipality down by categories: ages, industries, sectors, offence groups.

Does not compare indicators (comparison.py); the means beside a category are the same simple means over
municipalities.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from uso_lib import specs
from uso_lib.analysis import groups
from uso_lib.analysis.context import Context, MeanGroup, edition_key
from uso_lib.analysis.country import ADDITIVE
from uso_lib.analysis.cubes import Cube, Cubes
from uso_lib.analysis.groups import Values
from uso_lib.analysis.memory import remembered
from uso_lib.analysis.periods import age_in_years, month_number, year_of
from uso_lib.analysis.reading import fitting_editions, one_value, table_rows
from uso_lib.analysis.results import BreakdownResult
from uso_lib.analysis.selection import select
from uso_lib.analysis.series import indicator_series
from uso_lib.analysis.sheet import Sheet
from uso_lib.analysis.symbols import NOT_APPLICABLE, carried, written
from uso_lib.tidy import among

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
        return _result(context, declared, _nothing(), None)
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
    rows = table_rows(context, declared.table, edition=_edition(context, declared))
    kept = among(rows["content"], _contents(declared))
    if declared.periods:
        kept &= among(rows["period"], declared.periods)
    rows = rows.iloc[np.flatnonzero(kept)]
    periods = sorted((str(one) for one in rows["period"].unique()), key=month_number)
    shape = (len(periods), len(declared.categories), len(context.areas))
    values, symbols = np.full(shape, np.nan), np.zeros(shape, dtype=np.int8)
    country = np.full(shape[:2], np.nan)
    for number, category in enumerate(declared.categories):
        found = _category(context, declared, category, rows)
        at = [periods.index(period) for period in found.periods]
        values[at, number] = found.figures[:, :-1]
        symbols[at, number] = found.symbols[:, :-1]
        country[at, number] = found.figures[:, -1]
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


def _category(
    context: Context, declared: specs.Breakdown, category: specs.Category, rows: pd.DataFrame
) -> Sheet:
    """Return the figures of one category."""
    dims = dict(declared.dims)
    if declared.dimension and category.codes:
        dims[declared.dimension] = category.codes
    where = f"breakdown {declared.id}, category {category.id}, table {declared.table}"
    picked = select(rows, category.content or declared.content, dims, where=where)
    return one_value(picked, context.areas, declared.table)


def _divided(levels: Cube, divisor: Cube, factor: float) -> Cube:
    """Divide municipalities and the country by divisors; one that is not positive gives no figure."""
    shape = levels.figures.shape
    by = np.broadcast_to(divisor.figures, shape)
    not_applicable = np.isfinite(levels.figures) & (by <= 0)
    values = levels.figures / np.where(by > 0, by, np.nan) * factor
    country = levels.country / np.where(divisor.country > 0, divisor.country, np.nan) * factor
    symbols = carried(levels.figures, by, levels.symbols, np.broadcast_to(divisor.symbols, shape))
    symbols = np.where(not_applicable, np.int8(NOT_APPLICABLE), symbols)
    return Cube(levels.periods, values, symbols, country)


def _wholes(context: Context, declared: specs.Breakdown, levels: Cube) -> Cube:
    """Return what shares are of: the indicator `per`, otherwise the sums of the categories but the total."""
    if declared.formula == "share" and declared.per:
        return _others(context, declared, levels)
    parts = [number for number, one in enumerate(declared.categories) if one.id != declared.total]
    values, symbols = levels.figures[:, parts[0]], levels.symbols[:, parts[0]]
    for part in parts[1:]:
        symbols = carried(values, levels.figures[:, part], symbols, levels.symbols[:, part])
        values = values + levels.figures[:, part]
    country = levels.country[:, parts].sum(axis=1, keepdims=True)
    return Cube(levels.periods, values[:, None], symbols[:, None], country)


def _others(context: Context, declared: specs.Breakdown, levels: Cube) -> Cube:
    """Return the declared other indicator's values in the breakdown's periods, as a divisor."""
    per = indicator_series(context, declared.per or "")
    shape = (len(levels.periods), 1, len(context.areas))
    values, symbols = np.full(shape, np.nan), np.zeros(shape, dtype=np.int8)
    country = np.full(shape[:2], np.nan)
    for at, period in enumerate(levels.periods):
        if period in per.sheet.periods:  # of several definitions the first
            line = per.sheet.periods.index(period)
            values[at, 0], symbols[at, 0] = per.sheet.figures[line, :-1], per.sheet.symbols[line, :-1]
            country[at, 0] = per.sheet.figures[line, -1]
    return Cube(levels.periods, values, symbols, np.where(np.isfinite(country), country, values.sum(axis=2)))


def _bases(context: Context, declared: specs.Breakdown, levels: Cube) -> Cube:
    """Return the base period's values for the periods of its own definition; for others they are missing."""
    nothing = Cube(
        levels.periods, levels.figures * np.nan, np.zeros_like(levels.symbols), levels.country * np.nan
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
    categories, at = declared.categories, list(lines)
    column, columns = context.column, context.groups
    figures = shown.figures[at]
    unknown = np.full(len(at) * len(categories), np.nan)
    names: tuple[MeanGroup, ...] = ("peers", "network", "region", "country")
    found = (
        pd.array([shown.periods[line] for line in at for _ in categories], dtype="str"),
        pd.array([one.id for one in categories] * len(at), dtype="str"),
        pd.array([one.title for one in categories] * len(at), dtype="str"),
        figures[:, :, column].ravel(),
        pd.array(written(shown.symbols[at, :, column].ravel()), dtype="str"),
        *(
            groups.means(figures[:, :, columns[one]])[0].ravel() if one in columns else unknown
            for one in names
        ),
        shown.country[at].ravel(),
        unknown if quotient is None else quotient[at].ravel(),
    )
    return pd.DataFrame(dict(zip(TABLE_COLUMNS, found, strict=True)))


def _nothing() -> pd.DataFrame:
    """Return a table without lines, typed as a full one."""
    texts = ("period", "category", "title", "symbol")
    return pd.DataFrame(
        {name: pd.Series(dtype="str" if name in texts else "float64") for name in TABLE_COLUMNS}
    )


def _result(
    context: Context, declared: specs.Breakdown, table: pd.DataFrame, period: str | None
) -> BreakdownResult:
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
        table=table,
        origins=context.origins(dict.fromkeys(tables, period)),
        age_years=age,
    )


def _covers(context: Context, table: str, period: str) -> bool:
    """Tell whether a table's periods reach over a period."""
    if not context.store.has(table):
        return False
    first, last = (month_number(one) for one in context.store.info(table).periods)
    return first <= month_number(period) <= last

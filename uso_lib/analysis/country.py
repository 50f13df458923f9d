"""Give an indicator its figure for the whole country: published, summed or weighted, never invented.

Does not compute simple means over municipalities (groups.py).

The figure stands in the last column of a sheet, with its method (``published``, ``sum``, ``weighted``) and
the number of municipalities it is computed from (0 when published). A figure computed from parts uses the
whole country's parts, never the mean of municipal ratios: all parts published gives ``published``, otherwise
the quotient of sums over the municipalities that have both parts (``weighted``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from uso_lib import specs
from uso_lib.analysis.formulas import matched
from uso_lib.analysis.sheet import Figures, Mask, Numbers, Sheet
from uso_lib.analysis.symbols import CODES, Symbols, provisional

#: A sum stands for the country only when no municipality is missing; a quotient and a weighted mean need this
#: share of them.
COVERAGE = 0.9
#: Formulas whose country figure is the quotient of sums.
QUOTIENTS = frozenset({"share", "ratio", "per_capita", "per_1000"})
#: Units whose municipal values may be added up.
ADDITIVE = frozenset({"persons", "eur", "jobs", "establishments", "enterprises", "offences", "kt_co2e"})


@dataclass(frozen=True)
class Part:
    """Hold an operand: its sheet, the country's figures included, and whether its values may be added up."""

    sheet: Sheet
    additive: bool


@dataclass(frozen=True)
class _Computed:
    """Hold a figure per line: where there is one, the figure, its symbol, of how many municipalities."""

    known: Mask
    figures: Figures
    symbols: Symbols
    counted: Numbers


def with_own(sheet: Sheet, method: str, weight: Sheet | None) -> Sheet:
    """Give an indicator that is read from tables the country's figures, as its declaration says.

    Parameters
    ----------
    sheet
        Municipalities and, when published, the whole country.
    method
        The declared `country`; a published figure stands in where too few municipalities have one.
    weight
        The weight indicator, for ``weighted``.
    """
    published = _published(sheet)
    municipalities = sheet.figures.shape[1] - 1
    if method == "sum":
        return _filled(published, _added(sheet, needed=municipalities), method)
    if method == "weighted" and weight is not None:
        computed = _weighted(sheet, weight, np.ones(len(sheet), dtype=bool))
        return _filled(published, computed, method)
    return (published if method == "published" else sheet.without_country()).held()


def with_derived(indicator: specs.Indicator, sheet: Sheet, parts: list[Part]) -> Sheet:
    """Give an indicator that is computed from parts the country's figures.

    Parameters
    ----------
    indicator
        Its `country` is not needed; an explicit ``none`` leaves the country's figure out.
    sheet
        As computed; the country's figures are computed from the parts' own.
    parts
        The operands in the formula's order.
    """
    if indicator.country == "none" and "country" in indicator.model_fields_set:
        return sheet.without_country().held()
    made = [_methods(part.sheet) for part in parts]
    lines = np.flatnonzero(np.isfinite(sheet.figures[:, -1]))
    methods, counted = [""] * len(sheet), np.zeros(len(sheet), dtype=np.int64)
    for line in lines.tolist():
        found = [one[sheet.periods[line]] for one in made]
        methods[line], counted[line] = _least_direct(found), min(n for _, n in found)
    own = replace(_kept(sheet, np.isfinite(sheet.figures[:, -1])), methods=tuple(methods), counted=counted)
    if indicator.formula not in QUOTIENTS:
        return own.held()
    direct = np.array([method == "published" for method in methods], dtype=bool)
    published = _kept(own, direct)
    if not all(part.additive for part in parts):
        return published.held()
    told = {sheet.periods[line] for line in np.flatnonzero(direct).tolist()}
    open_lines = np.array([period not in told for period in sheet.periods], dtype=bool)
    # The mean of quotients weighted by their own denominators is the quotient of sums over those with both.
    return _filled(published, _weighted(sheet, parts[1].sheet, open_lines), "weighted")


def _published(sheet: Sheet) -> Sheet:
    """Return a sheet with the country's published figures as such."""
    known = np.isfinite(sheet.figures[:, -1])
    methods = tuple("published" if one else "" for one in known.tolist())
    return replace(_kept(sheet, known), methods=methods, counted=np.zeros(len(sheet), dtype=np.int64))


def _kept(sheet: Sheet, lines: Mask) -> Sheet:
    """Return a sheet with the country's figures of some lines only."""
    kept = np.ones(sheet.figures.shape, dtype=bool)
    kept[:, -1] = lines
    methods = tuple(method if one else "" for method, one in zip(sheet.methods, lines.tolist(), strict=True))
    return replace(sheet.only(kept), methods=methods, counted=np.where(lines, sheet.counted, 0))


def _filled(published: Sheet, computed: _Computed, method: str) -> Sheet:
    """Put computed figures of the country where there are any; elsewhere the published ones stay."""
    known = computed.known
    figures, symbols, tables = published.figures.copy(), published.symbols.copy(), published.tables.copy()
    figures[known, -1], symbols[known, -1] = computed.figures[known], computed.symbols[known]
    first = np.isfinite(published.figures[:, :-1]).argmax(axis=1)
    tables[known, -1] = published.tables[known, first[known]]
    made = zip(published.methods, known.tolist(), strict=True)
    return replace(
        published,
        figures=figures,
        symbols=symbols,
        tables=tables,
        methods=tuple(method if one else other for other, one in made),
        counted=np.where(known, computed.counted, published.counted),
    ).held()


def _weighted(sheet: Sheet, weight: Sheet, lines: Mask) -> _Computed:
    """Return the weighted mean per line: sum of value times weight over the sum of weights."""
    municipal = sheet.present[:, :-1].any(axis=1) & lines
    labels = tuple(dict.fromkeys(sheet.series[line] for line in np.flatnonzero(municipal).tolist()))
    places, weight = matched(sheet, weight, labels)
    factor = np.full(sheet.figures[:, :-1].shape, np.nan)
    for line, place in enumerate(places):
        if place >= 0 and lines[line]:
            factor[line] = weight.figures[place, :-1]
    return _added(sheet, needed=COVERAGE * (sheet.figures.shape[1] - 1), factor=factor)


def _added(sheet: Sheet, *, needed: float, factor: Figures | None = None) -> _Computed:
    """Add up municipalities per line where enough have data; one provisional value marks the sum.

    With a `factor` the values are weighted by it and the sum is divided by the sum of factors.
    """
    values, count = sheet.figures[:, :-1], len(sheet)
    weights = np.ones(values.shape) if factor is None else factor
    at = np.nonzero(np.isfinite(values) & np.isfinite(weights))
    counts = np.bincount(at[0], minlength=count)
    marked = np.bincount(at[0], provisional(sheet.symbols[:, :-1])[at], minlength=count) > 0
    sums = np.bincount(at[0], values[at] * weights[at], minlength=count)
    totals = np.ones(count) if factor is None else np.bincount(at[0], weights[at], minlength=count)
    known = (counts >= needed) & (totals > 0)
    figures = np.divide(sums, totals, out=np.full(count, np.nan), where=known)
    return _Computed(known, figures, np.where(marked, np.int8(CODES["*"]), np.int8(0)), counts)


def _methods(sheet: Sheet) -> dict[str, tuple[str, int]]:
    """Return period → how a part's country figure was made; the first definition counts."""
    made: dict[str, tuple[str, int]] = {}
    for line in np.flatnonzero(np.isfinite(sheet.figures[:, -1])).tolist():
        made.setdefault(sheet.periods[line], (sheet.methods[line], int(sheet.counted[line])))
    return made


def _least_direct(made: list[tuple[str, int]]) -> str:
    """Name a computed country figure after its least direct part."""
    methods = {method for method, _ in made}
    return next((method for method in ("weighted", "sum") if method in methods), "published")

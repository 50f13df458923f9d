"""Gather the cells from which breakdowns, flows, criteria and the likeness of peers can be recomputed.

Does not compute numbers of the report; indicators are gathered in proof_grids.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from uso_lib.analysis.breakdown import cubes_of
from uso_lib.analysis.context import Context
from uso_lib.analysis.criteria import weighted_values
from uso_lib.analysis.cubes import Cube, Cubes
from uso_lib.analysis.flows import CLASSES, pairs_of
from uso_lib.analysis.groups import means
from uso_lib.analysis.peer_variables import on_scale, read_variables
from uso_lib.analysis.peers import ALAND
from uso_lib.analysis.proof_cells import plain, plains
from uso_lib.analysis.results import BreakdownResult, CriterionResult, FlowResult, Origin
from uso_lib.analysis.series import indicator_series
from uso_lib.analysis.symbols import written
from uso_lib.store import Store


def breakdown_cells(context: Context, result: BreakdownResult, areas: NDArray[np.int64]) -> dict[str, Any]:
    """Return the cells of a breakdown: the municipality's in all shown periods, the groups' in the newest."""
    declared = result.breakdown
    cubes = cubes_of(context, declared)
    periods = list(dict.fromkeys(str(one) for one in result.table["period"]))
    shown = [cubes.shown.periods.index(one) for one in periods]
    newest = cubes.shown.periods.index(str(result.period))
    average, counts = means(cubes.shown.figures[newest])
    found: dict[str, Any] = {
        "title": declared.title,
        "formula": declared.formula,
        "categories": [one.title for one in declared.categories],
        "total": next((one.title for one in declared.categories if one.id == declared.total), ""),
        "from": _keys(result.origins),
        "periods": periods,
        "newest": str(result.period),
        "own": [plains(cubes.levels.figures[line, :, context.column]) for line in shown],
        "marks": [written(cubes.shown.symbols[line, :, context.column]).tolist() for line in shown],
        "areas": plains(cubes.levels.figures[newest][:, areas]),
        "country": plains(cubes.levels.country[newest]),
        "sum": plains(np.where(counts > 0, average, 0.0) * counts),
        "n": counts.tolist(),
        "quotients": declared.location_quotient,
    }
    if declared.per is not None:
        found["per"] = declared.per
    if not any(found["marks"][line][place] for line in range(len(shown)) for place in range(len(counts))):
        found["marks"] = []
    for name, cube in _divisors(cubes):
        found[name] = _divisor(context, cube, shown, newest, areas)
    return found


def _divisors(cubes: Cubes) -> list[tuple[str, Cube]]:
    """Return what levels are divided by and what shares are of."""
    found = [("wholes", cubes.wholes)]
    if cubes.divisor is not None and cubes.divisor is not cubes.wholes:
        found.append(("divisor", cubes.divisor))
    return found


def _divisor(
    context: Context, cube: Cube, shown: Sequence[int], newest: int, areas: NDArray[np.int64]
) -> dict[str, Any]:
    """Return a divisor's cells: one per category, or one for all of them."""
    return {
        "own": [plains(cube.figures[line, :, context.column]) for line in shown],
        "areas": plains(cube.figures[newest][:, areas]),
        "country": plains(cube.country[newest]),
    }


def flow_cells(context: Context, result: FlowResult) -> dict[str, Any]:
    """Return the newest flows with every partner, and both directions by closeness of every year."""
    pairs = pairs_of(context, result.flow)
    newest = pairs[pairs["period"] == result.period].sort_values("area")
    years = sorted(str(one) for one in pairs["period"].unique())
    every = [(year, one) for year in years for one in CLASSES]
    place = {key: at for at, key in enumerate(every)}
    at = np.array([place[key] for key in zip(pairs["period"], pairs["class"], strict=True)], dtype=np.int64)
    yearly = {name: np.bincount(at, pairs[name], len(every)) for name in ("inflow", "outflow")}
    return {
        "title": result.flow.title,
        "period": str(result.period),
        "from": _keys(result.origins),
        "classes": list(CLASSES.values()),
        "partners": [str(one) for one in newest["area"]],
        "closeness": [list(CLASSES).index(str(one)) for one in newest["class"]],
        "inflow": plains(newest["inflow"]),
        "outflow": plains(newest["outflow"]),
        "years": years,
        "yearly_inflow": plains(yearly["inflow"]),
        "yearly_outflow": plains(yearly["outflow"]),
    }


def criterion_cells(context: Context, result: CriterionResult) -> dict[str, Any]:
    """Return a criterion's rule and limit, and the sums the mean of all municipalities is taken of."""
    declared = result.criterion
    found: dict[str, Any] = {"title": declared.title, "rule": declared.rule, "from": _keys(result.origins)}
    if declared.indicator is None or result.period is None:
        return found
    found |= {
        "indicator": declared.indicator,
        "period": result.period,
        "periods": list(result.inputs),
        "limit": None if declared.limit is None else plain(float(declared.limit)),
    }
    if declared.rule.startswith("mean_"):
        series = indicator_series(context, declared.indicator)
        values, weights = weighted_values(context, declared, series, result.period)
        both = np.isfinite(values) & np.isfinite(weights)
        found["weighted_sum"] = plain(float((values[both] * weights[both]).sum()))
        found["weights"] = plain(float(weights[both].sum()))
    return found


def likeness_cells(store: Store, context: Context) -> dict[str, Any]:
    """Return every property of every municipality that is compared."""
    variables, figures = read_variables(store)
    mainland = [one.code for one in context.regions.all if one.region_code != ALAND]
    values = figures.reindex(mainland)
    complete = on_scale(variables, values).notna().all(axis="columns")
    values = values[complete]
    return {
        "variables": [one.id for one in variables],
        "titles": [one.title_fi for one in variables],
        "weights": plains(one.weight for one in variables),
        "logarithms": [int(one.logarithmic) for one in variables],
        "periods": [one.period for one in variables],
        "from": sorted({name for one in variables for name in (one.table, one.per_table) if name}),
        "tables": [[name for name in (one.table, one.per_table) if name] for one in variables],
        "areas": [str(code) for code in values.index],
        "values": [plains(values[one.id].to_numpy(dtype=float)) for one in variables],
    }


def _keys(origins: Sequence[Origin]) -> list[str]:
    return [one.table for one in origins]

"""Gather the results of one row of the report: which comparisons, breakdowns, flows and maps it needs.

Does not compute or show anything itself.
"""

from __future__ import annotations

from collections.abc import Callable

from uso_lib import specs
from uso_lib.analysis.breakdown import break_down
from uso_lib.analysis.context import Context
from uso_lib.analysis.criteria import assess
from uso_lib.analysis.everywhere import everywhere
from uso_lib.analysis.flows import flows
from uso_lib.analysis.results import Comparison
from uso_lib.parameters import MemberParameters
from uso_lib.presentation.sections.row_result import RowResult


def row_result(
    context: Context, parameters: MemberParameters, row_id: str, compared: Callable[[str], Comparison]
) -> RowResult:
    """Return everything computed for one row.

    Parameters
    ----------
    compared
        Returns the comparison of an indicator.

    Raises
    ------
    UnknownName
        There is no such row; the nearest id is given.
    """
    catalog, row = context.catalog, context.catalog.row(row_id)
    visible = [one for one in row.indicators if not catalog.indicator(one).hidden]
    return RowResult(
        slug=parameters.slug,
        municipality=parameters.municipality,
        theme=catalog.theme_of(row_id),
        row=row,
        catalog=catalog,
        regions=context.regions,
        comparisons=tuple(compared(one) for one in visible),
        breakdowns=tuple(break_down(context, one) for one in _named(row, "breakdown")),
        flows=tuple(flows(context, one) for one in _named(row, "flow")),
        criteria=assess(context, row.criteria),
        pictured={one: compared(one) for one in _pictured(row) if one not in visible},
        maps={one: everywhere(context, one) for one in _mapped(row)},
        held=frozenset(one.id for one in catalog.live.tables if context.store.has(one.id)),
    )


def _named(row: specs.Row, kind: str) -> list[str]:
    """Return the breakdowns or flows a row and its figures name, each once."""
    declared = row.breakdowns if kind == "breakdown" else row.flows
    in_figures = [getattr(spec, kind) for spec in row.figures if getattr(spec, kind)]
    return list(dict.fromkeys([*declared, *in_figures]))


def _pictured(row: specs.Row) -> list[str]:
    """Return the indicators the figures name."""
    return list(dict.fromkeys(name for spec in row.figures for name in spec.indicators))


def _mapped(row: specs.Row) -> list[str]:
    """Return the indicators that are drawn as maps."""
    return list(dict.fromkeys(name for spec in row.figures if spec.kind == "map" for name in spec.indicators))

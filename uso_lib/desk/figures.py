"""Draw one indicator in the kind a consultant chooses.

Does not draw itself (presentation/charts/) and chooses no indicator.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

from uso_lib import specs
from uso_lib.analysis.context import Context
from uso_lib.analysis.everywhere import everywhere
from uso_lib.analysis.results import Comparison
from uso_lib.catalog import Catalog
from uso_lib.desk.record import DeskRecord
from uso_lib.errors import UnknownName
from uso_lib.mistakes import unknown_name
from uso_lib.presentation.sections.own_figure import own_figure_section
from uso_lib.presentation.sections.row_result import RowResult
from uso_lib.presentation.sections.view import SectionView

FigureKind = Literal["trend", "ranking", "map", "table"]
KINDS: tuple[FigureKind, ...] = get_args(FigureKind)
#: Title of a kind → the kind, in the order a consultant is offered them.
KIND_TITLES: dict[str, FigureKind] = {
    "Kehitys": "trend",
    "Vertailu": "ranking",
    "Kartta": "map",
    "Taulukko": "table",
}


def own_figure(
    context: Context,
    indicator: str,
    kind: str | None,
    *,
    slug: str,
    record: DeskRecord,
    compare: Callable[[str], Comparison],
) -> SectionView:
    """Make the figure of one indicator.

    Parameters
    ----------
    kind
        One of `KINDS`; None for the kind the report uses, a trend where it shows the indicator in none.
    record
        Remembers the figure for the report's proof.
    compare
        Returns the indicator's comparison.

    Raises
    ------
    UnknownName
        There is no such indicator or kind; the nearest names are given.
    """
    catalog = context.catalog
    declared = catalog.indicator(indicator)
    chosen = _usual(catalog, declared.id) if kind is None else kind
    if chosen not in KINDS:
        raise unknown_name(kind, "kind of figure", KINDS, titles=KIND_TITLES)
    theme, row = _place(catalog, indicator)
    spec = specs.FigureSpec(
        id=f"own_{chosen}", kind=chosen, title=_title(row, declared, chosen), indicators=[indicator]
    )
    maps = {indicator: everywhere(context, indicator)} if chosen == "map" else {}
    record.indicators[indicator] = None
    record.maps |= maps
    shown = specs.Row(
        id=row.id if row else theme.id,
        title=declared.title,
        brochure=declared.title,
        indicators=[indicator],
        figures=[spec],
    )
    result = RowResult(
        slug=slug,
        municipality=context.municipality,
        theme=theme,
        row=shown,
        catalog=catalog,
        regions=context.regions,
        comparisons=(compare(indicator),),
        maps=maps,
    )
    other = context.peers if record.is_trial(context.peers) else ()
    return own_figure_section(result, peers=other, group=record.group_of(context.peers))


def hidden_figures(hide: object) -> tuple[int, ...]:
    """Return the numbers of figures to leave out of a section, however they were given.

    Raises
    ------
    UnknownName
        They are no numbers.
    """
    numbers = tuple(hide) if isinstance(hide, list | tuple | set | range) else () if hide is None else (hide,)
    if any(isinstance(one, bool) or not isinstance(one, int) for one in numbers):
        message = "Figures are hidden by their numbers, counted from 1 as shown: hide=2 or hide=[1, 3]."
        finnish = "Kuviot piilotetaan numeroin, jotka lasketaan näkyvistä kuvioista: hide=2 tai hide=[1, 3]."
        raise UnknownName(message, finnish=finnish)
    return numbers


def _place(catalog: Catalog, indicator: str) -> tuple[specs.Theme, specs.Row | None]:
    """Return the theme and the row that show an indicator first; only its theme where no row does."""
    for theme in catalog.themes:
        for row in theme.rows:
            if indicator in row.indicators:
                return theme, row
    return next(one for one in catalog.themes if catalog.indicator(indicator) in one.indicators), None


def _alone(row: specs.Row, indicator: str) -> list[specs.FigureSpec]:
    """Return the figures of a row that show an indicator and nothing else."""
    return [one for one in row.figures if one.indicators == [indicator] and one.kind in KINDS]


def _usual(catalog: Catalog, indicator: str) -> str:
    """Return the kind of figure the report uses for an indicator."""
    found = [one.kind for theme in catalog.themes for row in theme.rows for one in _alone(row, indicator)]
    return next(iter(found), "trend")


def _title(row: specs.Row | None, indicator: specs.Indicator, kind: str) -> str:
    """Return the title of the report's own figure of an indicator and kind, else the indicator's."""
    declared = [one.title for one in _alone(row, indicator.id) if one.kind == kind] if row else []
    return next(iter(declared), f"{indicator.title} kunnittain" if kind == "map" else indicator.title)

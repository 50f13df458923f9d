"""Load the theme files and the shared standards into one catalogue that the rest of the library asks.

Does not find problems between declarations itself (declarations/) and reads no figure.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from uso_lib.declarations import tables
from uso_lib.declarations.files import inputs
from uso_lib.declarations.reading import in_reading_order, read_declarations
from uso_lib.declarations.shapes import TableShape, joined
from uso_lib.errors import InputErrors, Problem
from uso_lib.live_specs import LiveTable
from uso_lib.live_tables import LIVE, SERVICES, LiveTables, load_live_tables, load_services
from uso_lib.mistakes import unknown_name
from uso_lib.parameter_specs import CatalogIds
from uso_lib.specs import (
    Break,
    Breakdown,
    Caveat,
    Criterion,
    Flow,
    Indicator,
    Reform,
    Row,
    Standards,
    Theme,
)  # fmt: skip

LIBRARY = Path(__file__).resolve().parent
THEMES = LIBRARY / "themes"

Item = TypeVar("Item")
#: What is declared to have figures of its own.
Figures = Indicator | Breakdown | Flow


@dataclass(frozen=True)
class Catalog:
    """Answer what is declared: themes in report order and everything in them by id.

    Parameters
    ----------
    themes
        In the order of their numbers.
    standards
        Breaks, caveats and reforms shared by the themes.
    live
        Tables that services and files may fill, whether or not the store has them.
    services
        Service → its Finnish name.
    """

    themes: tuple[Theme, ...]
    standards: Standards
    live: LiveTables = field(default_factory=lambda: LiveTables(()))
    services: Mapping[str, str] = field(default_factory=dict)

    @property
    def ids(self) -> CatalogIds:
        """Return the ids that parameters may name."""
        return CatalogIds(tuple(theme.id for theme in self.themes), tuple(self.indicators))

    @cached_property
    def indicators(self) -> Mapping[str, Indicator]:
        """Return every indicator by id, hidden helpers included, in declared order."""
        return {one.id: one for theme in self.themes for one in theme.indicators}

    @cached_property
    def breakdowns(self) -> Mapping[str, Breakdown]:
        """Return every breakdown by id."""
        return {one.id: one for theme in self.themes for one in theme.breakdowns}

    @cached_property
    def flows(self) -> Mapping[str, Flow]:
        """Return every flow by id."""
        return {one.id: one for theme in self.themes for one in theme.flows}

    @cached_property
    def criteria(self) -> Mapping[str, Criterion]:
        """Return every criterion by id."""
        return {one.id: one for theme in self.themes for one in theme.criteria}

    @cached_property
    def rows(self) -> Mapping[str, Row]:
        """Return every row by id, in report order."""
        return {one.id: one for theme in self.themes for one in theme.rows}

    @cached_property
    def breaks(self) -> Mapping[str, Break]:
        """Return the shared breaks by id."""
        return {one.id: one for one in self.standards.breaks}

    @cached_property
    def caveats(self) -> Mapping[str, Caveat]:
        """Return the shared caveats by id."""
        return {one.id: one for one in self.standards.caveats}

    @cached_property
    def reforms(self) -> Mapping[str, Reform]:
        """Return the reforms by id, in report order."""
        return {one.id: one for one in self.standards.reforms}

    def indicator(self, indicator_id: str) -> Indicator:
        """Return one indicator; raise UnknownName with the nearest id when there is none."""
        return _known(self.indicators, indicator_id, "indicator")

    def breakdown(self, breakdown_id: str) -> Breakdown:
        """Return one breakdown; raise UnknownName with the nearest id when there is none."""
        return _known(self.breakdowns, breakdown_id, "breakdown")

    def flow(self, flow_id: str) -> Flow:
        """Return one flow; raise UnknownName with the nearest id when there is none."""
        return _known(self.flows, flow_id, "flow")

    def criterion(self, criterion_id: str) -> Criterion:
        """Return one criterion; raise UnknownName with the nearest id when there is none."""
        return _known(self.criteria, criterion_id, "criterion")

    def row(self, row_id: str) -> Row:
        """Return one row; raise UnknownName with the nearest id when there is none."""
        return _known(self.rows, row_id, "row")

    def theme(self, theme_id: str) -> Theme:
        """Return one theme; raise UnknownName with the nearest id when there is none."""
        return _known({one.id: one for one in self.themes}, theme_id, "theme")

    def theme_of(self, row_id: str) -> Theme:
        """Return the theme a row belongs to; raise UnknownName when there is no such row."""
        row = self.row(row_id)
        return next(theme for theme in self.themes if row in theme.rows)

    def parts_of(self, indicator_id: str) -> tuple[Indicator, ...]:
        """Return the indicators a formula takes, directly and through others, without itself."""
        return self._parts(self.indicator(indicator_id))

    def _parts(self, indicator: Indicator) -> tuple[Indicator, ...]:
        found: dict[str, Indicator] = {}
        waiting = list(inputs(indicator))
        while waiting:
            part = self.indicator(waiting.pop(0))
            if part.id not in found:
                found[part.id] = part
                waiting.extend(inputs(part))
        return tuple(found.values())

    def tables_of(self, declared: str | Figures) -> tuple[str, ...]:
        """Return the tables that give the figures of an indicator, breakdown or flow, those of its parts too.

        Parameters
        ----------
        declared
            The declaration or its id.

        Returns
        -------
        tuple
            Ids as declared, bundled or not, each once: its own tables first.

        Raises
        ------
        UnknownName
            There is nothing of that id.
        """
        if isinstance(declared, str):
            named: dict[str, Figures] = {**self.flows, **self.breakdowns, **self.indicators}
            return self.tables_of(_known(named, declared, "indicator, breakdown or flow"))
        if isinstance(declared, Flow):
            return (declared.table,)
        if isinstance(declared, Breakdown):
            preferred = (declared.instead.table,) if declared.instead else ()
            divisors = self.tables_of(declared.per) if declared.per else ()
            return tuple(dict.fromkeys((*preferred, declared.table, *divisors)))
        found: dict[str, None] = {}
        for part in (declared, *self._parts(declared)):
            found |= dict.fromkeys(selection.table for selection in part.source)
            found |= {part.weights.table: None} if part.weights else {}
            found |= {self.flow(part.shown_by).table: None} if part.shown_by else {}
        return tuple(found)

    def tables_of_theme(self, theme_id: str) -> tuple[str, ...]:
        """Return the tables of all that a theme's rows show; raise UnknownName when there is no such."""
        found: dict[str, None] = {}
        for row in self.theme(theme_id).rows:
            judged = (self.criterion(name).indicator for name in row.criteria)
            for name in (*row.indicators, *row.breakdowns, *row.flows, *judged):
                found |= dict.fromkeys(self.tables_of(name) if name else ())
        return tuple(found)

    def tables_shown(self, *names: str) -> tuple[str, ...]:
        """Return every table that showing indicators, breakdowns or flows reads, counts behind rates too.

        Raises
        ------
        UnknownName
            There is nothing of an id.
        """
        found: dict[str, None] = {}
        for name in names:
            counts = self.indicators[name].counts if name in self.indicators else None
            behind = (counts.of, counts.rest, counts.per, counts.minus) if counts else ()
            for one in (name, *filter(None, behind)):
                found |= dict.fromkeys(self.tables_of(one))
        return tuple(found)

    def tables_of_row(self, row_id: str) -> tuple[str, ...]:
        """Return every table that showing a row reads; raise UnknownName when there is no such."""
        row = _known(self.rows, row_id, "row")
        judged = filter(None, (self.criterion(name).indicator for name in row.criteria))
        return self.tables_shown(*row.indicators, *row.breakdowns, *row.flows, *judged)

    def live_of(self, declared: str | Figures) -> tuple[LiveTable, ...]:
        """Return the tables of an indicator, breakdown or flow that can be fetched or imported."""
        return tuple(self.live.table(one) for one in self.tables_of(declared) if self.live.has(one))

    def caveats_of(self, declared: Figures, renewed: Collection[str] = ()) -> tuple[str, ...]:
        """Return the caveats of a declaration as sentences: standard ones by their id, others as written.

        Parameters
        ----------
        renewed
            Tables whose figures were fetched or imported; standard caveats that they end are left out.
        """
        ended = {one.id for one in self.standards.caveats if not set(one.until).isdisjoint(renewed)}
        held = [one for one in declared.caveats if one not in ended]
        return tuple(self.caveats[one].text if one in self.caveats else one for one in held)


def load_catalog(folder: Path | None = None) -> Catalog:
    """Load and validate all theme files and the standards beside them.

    Parameters
    ----------
    folder
        Folder of the theme files; `standards.yml` stands in it or in the folder above. The bundled one by
        default.

    Raises
    ------
    InputErrors
        Something in the files is wrong; every problem is listed.
    """
    declared, problems = read_declarations(folder or THEMES)
    if problems or declared.standards is None:
        raise InputErrors(in_reading_order(problems))
    themes = sorted((one.theme for one in declared.files if one.theme), key=lambda theme: theme.number)
    services: dict[str, str] = {
        name: one.title for name, one in load_services(LIVE / SERVICES).services.items()
    }
    return Catalog(tuple(themes), declared.standards, load_live_tables(), services)


def check_catalog(
    folder: Path | None = None,
    shapes: Mapping[str, TableShape] | None = None,
    live: LiveTables | None = None,
) -> list[Problem]:
    """List every problem of the declarations, in the files' order; an empty list means that all is well.

    Parameters
    ----------
    folder
        Folder of the theme files, the bundled one by default.
    shapes
        What the tables of the store hold, by table id; without it tables, contents and codes are not checked.
    live
        Tables that may be fetched or imported, those of live/ by default; a declaration may name them before
        the store has them.

    Raises
    ------
    InputErrors
        Something in the files of live/ is wrong.
    """
    declared, problems = read_declarations(folder or THEMES)
    if shapes is not None:
        fetchable = load_live_tables() if live is None else live
        problems += tables.problems(declared, joined(shapes, fetchable.tables))
    return in_reading_order(problems)


def _known(declared: Mapping[str, Item], wanted: str, kind: str) -> Item:
    """Return the declared item or raise UnknownName with a near id."""
    given: object = wanted  # a notebook may hand on anything
    if isinstance(given, str) and given in declared:
        return declared[given]
    titles = {getattr(one, "title", ""): name for name, one in declared.items()}
    raise unknown_name(given, kind, declared, titles=titles)

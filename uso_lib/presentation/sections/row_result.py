"""Gather everything that was computed for one row of the report; all its parts are made from this object.

Does not compute (analysis/) and does not present.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from uso_lib import specs
from uso_lib.analysis.everywhere import Everywhere
from uso_lib.analysis.results import BreakdownResult, Comparison, CriterionResult, FlowResult, Origin
from uso_lib.catalog import Catalog
from uso_lib.live_specs import LiveTable
from uso_lib.presentation.words.findings import is_projection
from uso_lib.regions import Municipality, Regions


@dataclass(frozen=True)
class Missing:
    """Describe something declared that has no figure for the municipality.

    Parameters
    ----------
    fill
        The command that would fill it.
    sources
        Where it would come from, one text per table that can be fetched or imported.
    """

    row: str
    indicator: str
    title: str
    definition: str
    fill: str
    sources: tuple[str, ...]


def newest_of_each(origins: Iterable[Origin]) -> tuple[Origin, ...]:
    """Return every table once, with the newest period that any figure uses of it."""
    found: dict[str, Origin] = {}
    for origin in origins:
        held = found.get(origin.table)
        if held is None or origin.newest > held.newest:
            found[origin.table] = origin
    return tuple(found.values())


@dataclass(frozen=True)
class RowResult:
    """Hold one row's results.

    Parameters
    ----------
    slug
        The member's slug.
    comparisons
        The row's visible indicators in declared order, missing ones included.
    pictured
        Further indicators that only figures show (indicator id → comparison).
    maps
        Indicators drawn as maps (indicator id → its values for all municipalities).
    held
        Tables that can be fetched or imported and that the store has already: others are told as the source
        of what is missing.
    """

    slug: str
    municipality: Municipality
    theme: specs.Theme
    row: specs.Row
    catalog: Catalog
    regions: Regions
    comparisons: tuple[Comparison, ...]
    breakdowns: tuple[BreakdownResult, ...] = ()
    flows: tuple[FlowResult, ...] = ()
    criteria: tuple[CriterionResult, ...] = ()
    pictured: Mapping[str, Comparison] = field(default_factory=dict)
    maps: Mapping[str, Everywhere] = field(default_factory=dict)
    held: frozenset[str] = frozenset()

    @cached_property
    def shown(self) -> tuple[Comparison, ...]:
        """Return the indicators that have a figure."""
        return tuple(one for one in self.comparisons if not one.missing)

    @cached_property
    def headline(self) -> tuple[Comparison, ...]:
        """Return the headline indicators in declared order, missing ones too; the first indicator if none."""
        wanted = self.row.headline or self.row.indicators[:1]
        by_id = {one.indicator.id: one for one in self.comparisons}
        return tuple(by_id[name] for name in wanted if name in by_id)

    @cached_property
    def by_id(self) -> Mapping[str, Comparison]:
        """Return all indicators of the row and its figures by id."""
        return {one.indicator.id: one for one in self.comparisons} | dict(self.pictured)

    @cached_property
    def totals(self) -> Mapping[str, tuple[str, ...]]:
        """Return the title of every stacked figure of indicators → those of them that have a figure."""
        stacks = [
            one for one in self.row.figures if one.kind == "stack" and not one.breakdown and not one.flow
        ]
        return {
            one.title: tuple(name for name in one.indicators if not self.by_id[name].missing)
            for one in stacks
        }

    @cached_property
    def missing(self) -> tuple[Missing, ...]:
        """Return what has no figure, with the command that would fill it; what is optional is not told."""
        drawn = {one.flow.id for one in self.flows if not one.missing}
        indicators = [one.indicator for one in self.comparisons if one.missing and not one.indicator.optional]
        untold = [one for one in indicators if one.shown_by not in drawn]
        breakdowns = [one.breakdown for one in self.breakdowns if one.missing]
        flows = [one.flow for one in self.flows if one.missing and not one.flow.optional]
        told: list[specs.Indicator | specs.Breakdown | specs.Flow] = [*untold, *breakdowns, *flows]
        return tuple(self._missing(one) for one in told)

    @cached_property
    def note(self) -> str | None:
        """Return the row's note, with what holds only as long as its figures have not been fetched."""
        passing = self.row.passing
        ended = passing is None or not set(passing.until).isdisjoint(renewed(self.origins))
        parts = (self.row.note, None if passing is None or ended else passing.text)
        return " ".join(part for part in parts if part) or None

    @cached_property
    def origins(self) -> tuple[Origin, ...]:
        """Return the tables the row's figures come from, each once."""
        found = [origin for one in self.shown for origin in (*one.origins, *one.count_origins)]
        found += [
            origin
            for part in (self.breakdowns, self.flows)
            for one in part
            if not one.missing
            for origin in one.origins
        ]
        found += [origin for one in self.criteria if one.value is not None for origin in one.origins]
        return newest_of_each(found)

    @cached_property
    def newest(self) -> str | None:
        """Return the newest observed period of the row; projections do not count."""
        periods = [one.period for one in self.shown if one.period and not is_projection(one)]
        periods += [one.period for one in self.breakdowns if one.period and not is_projection(one)]
        periods += [one.period for one in self.flows if one.period]
        return max(periods, default=None)

    @cached_property
    def caveats(self) -> tuple[str, ...]:
        """Return the caveats of everything shown as sentences, each once."""
        told: list[tuple[specs.Indicator | specs.Breakdown | specs.Flow, tuple[Origin, ...]]]
        told = [(one.indicator, one.origins) for one in self.shown]
        told += [(one.breakdown, one.origins) for one in self.breakdowns if not one.missing]
        told += [(one.flow, one.origins) for one in self.flows if not one.missing]
        found = [self.catalog.caveats_of(declared, renewed(origins)) for declared, origins in told]
        return tuple(dict.fromkeys(text for texts in found for text in texts))

    @cached_property
    def breaks(self) -> tuple[specs.Break, ...]:
        """Return the breaks within the histories shown, each once."""
        found = {one.id: one for comparison in self.shown for one in comparison.breaks}
        return tuple(sorted(found.values(), key=lambda one: one.period))

    def _missing(self, declared: specs.Indicator | specs.Breakdown | specs.Flow) -> Missing:
        live = self.catalog.live_of(declared)
        live = tuple(one for one in live if one.id not in self.held) or live
        return Missing(
            self.row.id,
            declared.id,
            declared.title,
            declared.definition,
            fill_command(declared.id, live),
            live_texts(live, self.catalog.services),
        )


def renewed(origins: Iterable[Origin]) -> frozenset[str]:
    """Return the tables whose figures were fetched or imported: those retrieved on a day, not in a month."""
    return frozenset(one.table.partition("@")[0] for one in origins if one.retrieved.count("-") == len("md"))


def fill_command(declared_id: str, live: Sequence[LiveTable]) -> str:
    """Return the command that would fill a missing figure: its first table decides, a rate's numerator."""
    if live and live[0].service != "import":
        return f"uso fetch --indicator {declared_id}"
    return f"uso import TIEDOSTO --as {declared_id}"


def live_texts(live: Sequence[LiveTable], services: Mapping[str, str]) -> tuple[str, ...]:
    """Return where a figure would come from, one text per table.

    Parameters
    ----------
    services
        Service → its Finnish name; a service without a name is told by the table's producer.
    """
    texts = []
    for one in live:
        file = one.service == "import"
        place = f"{one.producer}, tiedosto" if file else _place(one, services)
        named = one.table_id.startswith(one.title)
        texts.append(f"{place}: {one.table_id if named else f'{one.title}, {one.table_id}'}")
    return tuple(dict.fromkeys(texts))


def _place(live: LiveTable, services: Mapping[str, str]) -> str:
    """Name the service, and before it the producer where that is another: "KEHA-keskus (…, StatFin)"."""
    service = services.get(live.service, live.producer)
    return service if live.producer in service else f"{live.producer} ({service})"

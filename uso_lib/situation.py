"""Open a member's situation: the object whose sections the notebook shows.

Does not compute, draw or word anything itself, and writes nothing; it knows which results a section is made
from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TypeVar

from uso_lib import specs
from uso_lib.analysis.breakdown import break_down
from uso_lib.analysis.comparison import compare
from uso_lib.analysis.context import Context
from uso_lib.analysis.criteria import assess
from uso_lib.analysis.everywhere import everywhere
from uso_lib.analysis.flows import flows
from uso_lib.analysis.peers import PeerProposal, resemblance
from uso_lib.analysis.proof import Shown, proof_of
from uso_lib.analysis.results import Comparison
from uso_lib.catalog import Catalog, load_catalog
from uso_lib.errors import UnknownName, UsoError
from uso_lib.parameters import MemberParameters, Network, load_member, load_network
from uso_lib.presentation.sections.cover import cover_section
from uso_lib.presentation.sections.peers import peers_section
from uso_lib.presentation.sections.proof import ProofView, declared_texts
from uso_lib.presentation.sections.reforms import reforms_section
from uso_lib.presentation.sections.row_result import RowResult
from uso_lib.presentation.sections.rows import intro_section, row_section, theme_section
from uso_lib.presentation.sections.sources import sources_section
from uso_lib.presentation.sections.summary import summary_section
from uso_lib.presentation.sections.view import EMPTY, SectionView
from uso_lib.regions import Regions, load_regions
from uso_lib.store import Store, open_store
from uso_lib.strict_yaml import did_you_mean
from uso_lib.workspace import Workspace, find_workspace

Result = TypeVar("Result")

#: The indicator the population and the fee class on the cover are read from.
POPULATION = "population"


def open_situation(
    member: str,
    *,
    peers: Sequence[str] | None = None,
    themes: Sequence[str] | None = None,
    workspace: Workspace | None = None,
) -> Situation:
    """Open the situation of a member of the network.

    Parameters
    ----------
    member
        Slug, name or code: "tornio", "Tornio", "851".
    peers, themes
        Municipalities and theme ids instead of those in the member's file; None means: as in the file.
    workspace
        Where the parameters are; found from the current folder by default.

    Raises
    ------
    UsoError
        Something in the parameters, the bundled or the fetched figures is wrong; the message says what and
        where.

    Examples
    --------
    >>> situation = open_situation("tornio")  # doctest: +SKIP
    >>> situation.section("tyollisyys")  # doctest: +SKIP
    """
    place, regions, catalog = workspace or find_workspace(), load_regions(), load_catalog()
    parameters = load_member(
        place, member, peers=peers, themes=themes, regions=regions, catalog_ids=catalog.ids
    )
    store = open_store(data=place.data)
    return Situation(parameters, load_network(place, regions=regions), store, catalog, regions)


class Situation:
    """Show the sections of one member's situation analysis; every result is computed once.

    Parameters
    ----------
    parameters, network
        What the parameter files say.
    store, catalog, regions
        Figures, declarations and the register of municipalities.
    """

    def __init__(
        self,
        parameters: MemberParameters,
        network: Network,
        store: Store,
        catalog: Catalog,
        regions: Regions,
    ) -> None:
        self.parameters = parameters
        self.network = network
        self._catalog = catalog
        self._context = Context(
            store=store,
            catalog=catalog,
            regions=regions,
            municipality=parameters.municipality,
            peers=parameters.peers,
            network=network.municipalities,
            first_year=parameters.first_year,
        )
        self._comparisons: dict[str, Comparison] = {}
        self._rows: dict[str, RowResult] = {}

    def __repr__(self) -> str:
        names = ", ".join(peer.name for peer in self.parameters.peers)
        title = f"{self.parameters.municipality.genitive} tilanneanalyysi"
        return f"{title} {self.network.season}. Verrokit: {names}."

    def cover(self) -> SectionView:
        """Show the cover: title, season, peers, date of data, key figures and how to read the report."""
        return cover_section(
            self.network,
            self.parameters,
            population=self.compare(POPULATION),
            highlights=[self.compare(one) for one in self.parameters.highlights],
            data_as_of=self._context.store.data_as_of,
        )

    def summary(self) -> SectionView:
        """Show the summary: key sentences, strengths and concerns, one table of all headline indicators."""
        return summary_section(self._results)

    def intro(self, theme: str) -> SectionView:
        """Show the opening paragraph of a theme; empty when the theme is not part of this report."""
        found = self._catalog.theme(theme)
        return intro_section(found) if theme in self.parameters.themes else EMPTY

    def section(self, name: str) -> SectionView:
        """Show one row ("tyollisyys") or a whole theme ("talous"); empty when not part of this report.

        Raises
        ------
        UnknownName
            There is no such row or theme; the nearest names are given.
        """
        if name in self._catalog.rows:
            included = self._catalog.theme_of(name).id in self.parameters.themes
            return row_section(self.row(name)) if included else EMPTY
        theme = next((one for one in self._catalog.themes if one.id == name), None)
        if theme is None:
            names = [*self._catalog.rows, *(one.id for one in self._catalog.themes)]
            message = f'There is no section "{name}": {did_you_mean(name, names)}'
            raise UnknownName(message)
        if name not in self.parameters.themes:
            return EMPTY
        return theme_section(theme, [(row.title, row_section(self.row(row.id))) for row in theme.rows])

    def reforms(self) -> SectionView:
        """Show what the reforms change in reading the series."""
        rows = [result.row for result in self._results]
        reforms = tuple(self._catalog.reforms.values())
        return reforms_section(self.parameters.slug, self.parameters.municipality, reforms, rows)

    def peers_overview(self) -> SectionView:
        """Show who the peers are and how they resemble the municipality."""
        here = self.parameters.municipality
        return peers_section(self.parameters.slug, here, self.parameters.peers, self._likeness())

    def sources(self) -> SectionView:
        """Show the method, every table used, and what is missing with the command that would fill it."""
        return sources_section(self._results, data_as_of=self._context.store.data_as_of)

    def proof(self) -> ProofView:
        """Show how to verify the report, and carry what every number of it can be recomputed from."""
        told = [one for result in self._results for one in result.by_id.values()]
        told += [self.compare(one) for one in (POPULATION, *self.parameters.highlights)]
        shown = Shown(
            comparisons=list({one.indicator.id: one for one in told}.values()),
            breakdowns=[one for result in self._results for one in result.breakdowns],
            flows=[one for result in self._results for one in result.flows],
            criteria=[one for result in self._results for one in result.criteria],
            maps=[one for result in self._results for one in result.maps.values()],
            totals={title: names for result in self._results for title, names in result.totals.items()},
        )
        content = proof_of(self._context, shown, likeness=self._likeness() is not None)
        named = (self.network.name, self.network.season)
        return ProofView(content, declared_texts(self._catalog, self._results, further=named))

    def compare(self, indicator: str) -> Comparison:
        """Compare one indicator with the peers, the network, the region and the country.

        Raises
        ------
        UnknownName
            There is no such indicator; the nearest id is given.
        """
        return _once(self._comparisons, indicator, lambda: compare(self._context, indicator))

    def rows(self, theme: str) -> tuple[str, ...]:
        """Return the row ids of a theme in report order; raise UnknownName when there is no such theme."""
        return tuple(row.id for row in self._catalog.theme(theme).rows)

    def row(self, row: str) -> RowResult:
        """Return everything computed for one row; raise UnknownName when there is no such row."""
        return _once(self._rows, row, lambda: self._row(row))

    @cached_property
    def _results(self) -> tuple[RowResult, ...]:
        """Return the rows of this report in order."""
        themes = [theme for theme in self._catalog.themes if theme.id in self.parameters.themes]
        return tuple(self.row(row.id) for theme in themes for row in theme.rows)

    def _row(self, row_id: str) -> RowResult:
        row = self._catalog.row(row_id)
        visible = [one for one in row.indicators if not self._catalog.indicator(one).hidden]
        return RowResult(
            slug=self.parameters.slug,
            municipality=self.parameters.municipality,
            theme=self._catalog.theme_of(row_id),
            row=row,
            catalog=self._catalog,
            regions=self._context.regions,
            comparisons=tuple(self.compare(one) for one in visible),
            breakdowns=tuple(break_down(self._context, one) for one in _named(row, "breakdown")),
            flows=tuple(flows(self._context, one) for one in _named(row, "flow")),
            criteria=assess(self._context, row.criteria),
            pictured={one: self.compare(one) for one in _pictured(row) if one not in visible},
            maps={one: everywhere(self._context, one) for one in _mapped(row)},
            held=frozenset(one.id for one in self._catalog.live.tables if self._context.store.has(one.id)),
        )

    def _likeness(self) -> PeerProposal | None:
        """Return how the peers resemble the municipality, None where the rule cannot tell."""
        here = self.parameters.municipality
        try:
            return resemblance(self._context.store, self._context.regions, here, self.parameters.peers)
        except UsoError:
            return None


def _once(known: dict[str, Result], name: str, make: Callable[[], Result]) -> Result:
    """Return a known result or make it."""
    if name not in known:
        known[name] = make()
    return known[name]


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

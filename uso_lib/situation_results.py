"""Compute what the sections of a situation are made from; every result is computed once.

Does not show anything (situation.py) and writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

from uso_lib.analysis.comparison import compare
from uso_lib.analysis.context import Context
from uso_lib.analysis.peer_variables import read_variables
from uso_lib.analysis.peers import PeerProposal, resemblance
from uso_lib.analysis.results import Comparison
from uso_lib.catalog import Catalog
from uso_lib.desk.figures import KINDS
from uso_lib.desk.names import indicator_names, section_names
from uso_lib.desk.record import DeskRecord
from uso_lib.errors import UsoError
from uso_lib.parameters import MemberParameters, Network
from uso_lib.presentation.once import once
from uso_lib.presentation.sections.row_result import RowResult
from uso_lib.regions import Regions
from uso_lib.situation_rows import row_result
from uso_lib.store import Store
from uso_lib.workspace import Workspace, find_workspace

Result = TypeVar("Result")


class SituationResults:
    """Hold one member's parameters and compute its results.

    Parameters
    ----------
    parameters, network
        What the parameter files say.
    store, catalog, regions
        Figures, declarations and the register of municipalities.
    workspace
        Where peers are read and saved; found from the current folder by default.
    original
        The situation this one is a variant of, with other peers.
    """

    def __init__(
        self,
        parameters: MemberParameters,
        network: Network,
        store: Store,
        catalog: Catalog,
        regions: Regions,
        *,
        workspace: Workspace | None = None,
        original: Any = None,
    ) -> None:
        self.parameters = parameters
        self.network = network
        self._catalog = catalog
        self._place = workspace
        self._original = original
        self._record: DeskRecord = original._record if original else DeskRecord(parameters.peers)
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

    def compare(self, indicator: str) -> Comparison:
        """Compare one indicator with the peers, the network, the region and the country.

        Raises
        ------
        UnknownName
            There is no such indicator; the nearest id is given.
        """
        known = self._catalog.indicator(indicator).id
        return _once(self._comparisons, known, lambda: compare(self._context, known))

    def rows(self, theme: str) -> tuple[str, ...]:
        """Return the row ids of a theme in report order; raise UnknownName when there is no such theme."""
        return tuple(row.id for row in self._catalog.theme(theme).rows)

    def row(self, row: str) -> RowResult:
        """Return everything computed for one row; raise UnknownName when there is no such row."""
        known = self._catalog.row(row).id
        return _once(
            self._rows, known, lambda: row_result(self._context, self.parameters, known, self.compare)
        )

    def _share(self) -> None:
        """Compute every row once, for what is remembered of it for all municipalities."""
        _ = self._results
        read_variables(self._context.store)

    @cached_property
    def _results(self) -> tuple[RowResult, ...]:
        """Return the rows of this report in order."""
        themes = [theme for theme in self._catalog.themes if theme.id in self.parameters.themes]
        return tuple(self.row(row.id) for theme in themes for row in theme.rows)

    @property
    def _workspace(self) -> Workspace:
        return self._place or find_workspace()

    @property
    def _trial(self) -> bool:
        return self._record.is_trial(self.parameters.peers)

    def _beside(self, indicator: str, kind: str | None) -> bool:
        """Tell whether a figure shows numbers that no row of this report shows."""
        rows = [row for theme in self.parameters.themes for row in self._catalog.theme(theme).rows]
        mapped = {name for row in rows for one in row.figures if one.kind == "map" for name in one.indicators}
        told = {name for row in rows for name in row.indicators}
        return self._trial or indicator not in (mapped & told if kind == "map" else told)

    @property
    def _names_by_method(self) -> dict[str, tuple[str, ...]]:
        """Return what the Tab key completes within the quotes of each call."""
        themes = tuple(one.id for one in self._catalog.themes)
        indicators, places = indicator_names(self._catalog), tuple(m.name for m in self._context.regions.all)
        return {
            "section": section_names(self._catalog), "intro": themes, "rows": themes,
            "row": tuple(self._catalog.rows), "figure": indicators, "compare": indicators, "kind": KINDS,
            "with_peers": places,
        }  # fmt: skip

    @once
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

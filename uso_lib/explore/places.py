"""Open the situation of any municipality of the country: a member's own, or a guest's with proposed peers.

Does not show anything and writes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from uso_lib.analysis.peers import nearest
from uso_lib.catalog import Catalog
from uso_lib.errors import InputErrors, UnknownName, UsoError
from uso_lib.parameter_checks import check_form
from uso_lib.parameter_specs import DefaultsFile
from uso_lib.parameters import DEFAULTS, MemberParameters, load_network
from uso_lib.regions import Municipality, Regions
from uso_lib.situation import Situation, open_situation
from uso_lib.store import Store, open_store
from uso_lib.strict_yaml import read_yaml
from uso_lib.workspace import Workspace

#: How many situations are kept open, and how many peers a guest gets.
KEPT, GUESTS_PEERS = 6, 9


class Places:
    """Hold the situations that were opened last.

    Parameters
    ----------
    catalog, regions
        Declarations and the register of municipalities.
    """

    def __init__(self, workspace: Workspace, catalog: Catalog, regions: Regions) -> None:
        self._workspace, self._catalog, self._regions = workspace, catalog, regions
        self.network = load_network(workspace)
        self._opened: dict[str, Situation] = {}

    def is_member(self, place: Municipality) -> bool:
        """Tell whether a municipality is a member of the network and so has a report and a notebook."""
        return place.slug in self.network.members

    def situation(self, place: Municipality) -> Situation:
        """Open a municipality's situation, with the peers of its file or, for a guest, those of the rule.

        Raises
        ------
        UsoError
            Something in the parameters or the figures is wrong; the message says what and where.
        """
        if place.slug not in self._opened:
            opened = (
                open_situation(place.slug, workspace=self._workspace)
                if self.is_member(place)
                else self._with(self._guest(place))
            )
            kept = list(self._opened.items())[1 - KEPT :]
            self._opened = {**dict(kept), place.slug: opened}
        return self._opened[place.slug]

    def with_peers(self, place: Municipality, names: Sequence[str]) -> Situation:
        """Return a municipality's situation with other peers.

        Raises
        ------
        UsoError
            Some are unknown, named twice or the municipality itself.
        """
        situation = self.situation(place)
        if self.is_member(place):
            return situation.with_peers(names)
        peers = tuple(self._regions.find(name) for name in names)
        if place in peers:
            message = f"{place.name} cannot be its own peer: leave it out."
            raise UnknownName(message, finnish=f"{place.name} ei voi olla oma verrokkinsa.")
        return self._with(replace(situation.parameters, peers=peers), original=situation)

    def forget(self, place: Municipality) -> None:
        """Open a municipality's situation anew when it is asked for next."""
        self._opened.pop(place.slug, None)

    def _with(self, parameters: MemberParameters, *, original: Situation | None = None) -> Situation:
        parts = (self.network, self._store, self._catalog, self._regions)
        return Situation(parameters, *parts, workspace=self._workspace, original=original)

    def _guest(self, place: Municipality) -> MemberParameters:
        """Return what a municipality without a parameter file is shown with."""
        shared, problems = check_form(read_yaml(self._workspace.parameters / DEFAULTS), DefaultsFile)
        if shared is None or problems:
            raise InputErrors(problems)
        return MemberParameters(
            slug=place.slug,
            municipality=place,
            peers=self._proposed(place),
            first_year=shared.first_year,
            themes=tuple(theme.id for theme in self._catalog.themes if theme.id in shared.themes),
            highlights=tuple(shared.highlights),
        )

    def _proposed(self, place: Municipality) -> tuple[Municipality, ...]:
        """Return the nearest by the neutral rule; where it cannot tell, as in Åland, some of the region."""
        try:
            found = nearest(self._store, self._regions, place, count=GUESTS_PEERS)
        except UsoError:
            same = [one for one in self._regions.all if one.region_code == place.region_code and one != place]
            return tuple(same[:GUESTS_PEERS])
        return tuple(one.municipality for one in found.peers)

    @cached_property
    def _store(self) -> Store:
        return open_store(data=self._workspace.data)

"""Remember what was shown beside the report's sections, so that the report's proof holds its numbers too.

Does not show anything. One record is shared by a situation and all its variants with other peers.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from uso_lib.analysis.everywhere import Everywhere
from uso_lib.presentation.sections.own_figure import PEERS
from uso_lib.regions import Municipality

Peers = tuple[Municipality, ...]


@dataclass
class DeskRecord:
    """Hold the figures a consultant asked for.

    Parameters
    ----------
    peers
        The report's own.
    indicators
        Ids, in the order they were asked for.
    maps
        Indicator id → what its maps show.
    groups
        Name of a group → other peers that a figure shows.
    """

    peers: Peers
    indicators: dict[str, None] = field(default_factory=dict)
    maps: dict[str, Everywhere] = field(default_factory=dict)
    groups: dict[str, Peers] = field(default_factory=dict)

    def is_trial(self, peers: Peers) -> bool:
        """Tell whether peers are others than the report's."""
        return set(peers) != set(self.peers)

    def group_of(self, peers: Peers) -> str:
        """Return the name numbers on these peers are listed under; a new one for new peers."""
        if not self.is_trial(peers):
            return PEERS
        for name, known in self.groups.items():
            if set(known) == set(peers):
                return name
        name = f"{PEERS}_{len(self.groups) + 2}"
        self.groups[name] = peers
        return name

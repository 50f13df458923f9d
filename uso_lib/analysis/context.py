"""Hold what an analysis is made in: figures, declarations, register and the municipality with its peers.

Does not compute anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from uso_lib.analysis.periods import month_number
from uso_lib.analysis.results import Origin
from uso_lib.catalog import Catalog
from uso_lib.regions import Municipality, Regions
from uso_lib.store import Store

Columns = NDArray[np.int64]
#: Between a table and the number of an earlier edition of it; no table id has it.
_EDITION = "@"
#: Groups whose figure is a simple mean over municipalities.
MeanGroup = Literal["peers", "network", "region", "country"]


@dataclass(frozen=True, eq=False)
class Context:
    """Say who is compared with whom, and where the figures and their declarations are.

    Parameters
    ----------
    store, catalog, regions
        Figures, declarations and the register of municipalities.
    municipality
        The municipality the situation is analysed of.
    peers
        Its own peers, without itself.
    network
        All members of the network.
    first_year
        Histories are shown from this year on; changes and positions use everything.
    """

    store: Store
    catalog: Catalog
    regions: Regions
    municipality: Municipality
    peers: tuple[Municipality, ...]
    network: tuple[Municipality, ...]
    first_year: int

    @cached_property
    def areas(self) -> Mapping[str, int]:
        """Return the codes of all municipalities → their column in the tables of figures."""
        return {one.code: column for column, one in enumerate(self.regions.all)}

    @cached_property
    def groups(self) -> Mapping[MeanGroup, Columns]:
        """Return the columns of every group's municipalities; a group without members is left out.

        The peers' group holds the municipality itself, as in the brochure's picture. The network is its
        members, whether or not the municipality is one of them.
        """
        members: dict[MeanGroup, list[str]] = {
            "peers": [self.municipality.code, *(peer.code for peer in self.peers)],
            "network": [member.code for member in self.network],
            "region": [one.code for one in self.regions.in_region(self.municipality.region_code)],
            "country": list(self.areas),
        }
        return {
            name: np.array([self.areas[code] for code in dict.fromkeys(codes)], dtype=np.int64)
            for name, codes in members.items()
            if codes
        }

    @cached_property
    def others(self) -> Mapping[MeanGroup, Columns]:
        """Return the columns by which a group tells more than the municipality, the country than the peers.

        A mean over the municipality alone, or a country of ten peers, would pretend to be a comparison.
        """
        own, peers = np.array([self.column], dtype=np.int64), self.groups["peers"]
        return {
            name: np.setdiff1d(columns, peers if name == "country" else own)
            for name, columns in self.groups.items()
        }

    @cached_property
    def column(self) -> int:
        """Return the municipality's own column."""
        return self.areas[self.municipality.code]

    def origins(self, used: Mapping[str, str | None]) -> tuple[Origin, ...]:
        """Return the origins of tables, newest first; tables the store lacks have none.

        Parameters
        ----------
        used
            Table, or an earlier edition of one (`edition_key`) → the newest period of the figures made of it;
            its own newest is told when that is older (a change starts in an older table) or for None.
        """
        held = [
            (key, self.store.info(*edition_of(key)))
            for key in sorted(used)
            if self.store.has(edition_of(key)[0])
        ]
        found = [
            Origin(
                table=key,
                producer=info.producer,
                table_id=info.table_id,
                title=info.title,
                vintage=info.vintage,
                licence=info.licence,
                newest=min(used[key] or info.periods[1], info.periods[1], key=month_number),
                retrieved=info.retrieved or self.store.bundled_as_of,
            )
            for key, info in held
        ]
        return tuple(sorted(found, key=lambda origin: -month_number(origin.newest)))


def edition_key(table: str, edition: int) -> str:
    """Return the name of an edition of a table: the table's id for the first, "table@1" for the next."""
    return f"{table}{_EDITION}{edition}" if edition else table


def edition_of(key: str) -> tuple[str, int]:
    """Return the table and the number of the edition that a name stands for."""
    table, _, edition = key.partition(_EDITION)
    return table, int(edition or 0)

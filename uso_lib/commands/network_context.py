"""Open the store, register and network as one context that stands for the whole network, not for a member.

Does not analyse anything.
"""

from __future__ import annotations

from uso_lib.analysis.context import Context
from uso_lib.catalog import Catalog
from uso_lib.parameters import load_network
from uso_lib.regions import load_regions
from uso_lib.store import open_store
from uso_lib.workspace import Workspace

#: Early enough for every table.
FIRST_YEAR = 1970


def network_context(workspace: Workspace, catalog: Catalog) -> Context:
    """Return a context of the network; its municipality is the first member and has no peers.

    Raises
    ------
    UsoError
        The parameters, the snapshot or a fetched table is damaged.
    """
    regions = load_regions()
    network = load_network(workspace, regions=regions)
    return Context(
        store=open_store(data=workspace.data),
        catalog=catalog,
        regions=regions,
        municipality=network.municipalities[0],
        peers=(),
        network=network.municipalities,
        first_year=FIRST_YEAR,
    )

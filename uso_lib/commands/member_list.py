"""List the members of the network in columns: what they are and the state of their reports.

Does not make reports and writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from uso_lib.catalog import load_catalog
from uso_lib.commands.columns import in_columns
from uso_lib.parameters import MemberParameters, load_member, load_network
from uso_lib.regions import load_regions
from uso_lib.reports.index import Member, entry
from uso_lib.reports.manifest import read_manifest
from uso_lib.reports.publish import MANIFEST
from uso_lib.situation import POPULATION, Situation
from uso_lib.store import open_store
from uso_lib.workspace import Workspace

HEADINGS = ("member", "code", "population", "fee €/year", "peers", "report")
UNKNOWN = "?"


def lines(workspace: Workspace) -> list[str]:
    """Return a heading and a line per member, in the network's order.

    Raises
    ------
    UsoError
        Something in the parameters, the theme files or the bundled figures is wrong.
    """
    table = [HEADINGS]
    for member, population, fee in _members(workspace):
        peers = ", ".join(peer.name for peer in member.peers)
        state = _state(workspace, member)
        table.append((member.slug, member.municipality.code, population, fee, peers, state))
    return in_columns(table, right=(2, 3))


def _state(workspace: Workspace, member: MemberParameters) -> str:
    """Say when a member's report was made, how full it is and what is wrong with it."""
    held = entry(workspace.outputs, Member(member.slug, member.municipality.name))
    record = read_manifest(workspace.outputs / member.slug / MANIFEST)
    state = "none yet"
    if record:
        made = record["finished"][:16].replace("T", " ")
        state = f"{made} UTC, {held.filled}/{held.rows} rows"
    state += ", newest run FAILED" if held.failed else ""
    return state + (", files changed since" if held.state == "broken" else "")


def _members(workspace: Workspace) -> Iterator[tuple[MemberParameters, str, str]]:
    """Go through the members with newest population (persons) and fee (€ a year), UNKNOWN without figures."""
    regions, catalog, store = load_regions(), load_catalog(), open_store(data=workspace.data)
    network = load_network(workspace, regions=regions)
    for slug in network.members:
        member = load_member(workspace, slug, regions=regions, catalog_ids=catalog.ids)
        population = Situation(member, network, store, catalog, regions).compare(POPULATION).value
        if population is None:
            yield member, UNKNOWN, UNKNOWN
        else:
            yield member, f"{population:,.0f}", f"{network.fee_eur(population):,}"

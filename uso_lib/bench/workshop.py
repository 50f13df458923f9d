"""Make a workspace to measure in, so that the reports of the real one stay as they are."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

import yaml

from uso_lib.analysis.peers import nearest
from uso_lib.errors import UsoError
from uso_lib.parameters import load_network, member_file
from uso_lib.regions import Regions, load_regions
from uso_lib.registers import Municipality
from uso_lib.store import Store, open_store
from uso_lib.workspace import Workspace

PEERS = 9


def network_workspace(source: Workspace, folder: Path) -> Workspace:
    """Copy parameters and templates of a workspace; its figures are those of the snapshot.

    Own cells and fetched figures are left out: what is measured shall be the same everywhere.
    """
    for name in ("report_template", "slides_template"):
        shutil.copytree(source.root / "notebooks" / name, folder / "notebooks" / name)
    shutil.copy(source.template, folder / "notebooks" / source.template.name)
    shutil.copytree(source.parameters, folder / "parameters")
    return Workspace(folder)


def country_workspace(source: Workspace, folder: Path) -> Workspace:
    """Make a workspace whose members are all municipalities, each with its nine nearest peers.

    Where the neutral rule has no answer (Åland, a figure missing) the peers are others of the same region.
    """
    workspace = network_workspace(source, folder)
    regions, store = load_regions(), open_store(data=folder / "data")
    for one in regions.all:
        chosen = _peers(one, regions, store)
        written = {"municipality": one.name, "peers": [peer.name for peer in chosen]}
        _write(member_file(workspace, one), written)
    network = yaml.safe_load((source.parameters / "network.yml").read_text(encoding="utf-8"))
    _write(workspace.parameters / "network.yml", network | {"members": [one.name for one in regions.all]})
    return workspace


def members_of(workspace: Workspace) -> tuple[str, ...]:
    """Return the folder names of a workspace's members, in the order of the network."""
    return load_network(workspace).members


def _peers(one: Municipality, regions: Regions, store: Store) -> Iterable[Municipality]:
    try:
        return [peer.municipality for peer in nearest(store, regions, one, count=PEERS).peers]
    except UsoError:
        others = dict.fromkeys((*regions.in_region(one.region_code), *regions.all))
        return [other for other in others if other != one][:PEERS]


def _write(file: Path, content: object) -> None:
    file.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")

"""Connect a fetch: client, archive of raw answers, an adapter per service, the lock of the only writer.

Does not ask anything yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import filelock
import pandas as pd

from uso_lib.errors import UsoError
from uso_lib.live_specs import LiveTable, Service, ServiceName, ServicesFile
from uso_lib.registers import Merger, read_mergers, read_municipalities
from uso_lib.sources.accounts.adapter import AccountsService
from uso_lib.sources.keeping.archive import Archive
from uso_lib.sources.keeping.durable import UNFINISHED
from uso_lib.sources.open_data.ckan import CkanPackage
from uso_lib.sources.open_data.syke import Syke
from uso_lib.sources.pxweb import PxWeb, PxWebV2
from uso_lib.sources.service import Adapter, Session
from uso_lib.sources.sotkanet.adapter import Sotkanet
from uso_lib.sources.sotkanet.pins import Pins
from uso_lib.sources.web.client import Client
from uso_lib.workspace import Workspace

Previous = Callable[[LiveTable], pd.DataFrame | None]


@dataclass(frozen=True)
class Fetching:
    """Hold what a fetch works with.

    Parameters
    ----------
    data
        Folder of fetched figures: ``raw/`` and ``tables/``.
    services
        How every service wants to be treated.
    client, archive, adapters
        Who asks, where raw answers are kept, who speaks which protocol.
    municipalities
        Codes of today's municipalities.
    mergers
        Register of abolished municipalities.
    previous
        Table → its figures in the store that new ones are compared with; None when they are not comparable.
    """

    data: Path
    services: ServicesFile
    client: Client
    archive: Archive
    adapters: Mapping[ServiceName, Adapter]
    municipalities: frozenset[str]
    mergers: tuple[Merger, ...]
    previous: Previous


@contextmanager
def open_fetching(
    workspace: Workspace,
    services: ServicesFile,
    *,
    previous: Previous,
    notice: Callable[[str], None] = lambda _: None,
) -> Iterator[Fetching]:
    """Open everything a fetch needs and close it at the end; one fetch or import at a time per workspace.

    Parameters
    ----------
    workspace
        Whose folder of fetched figures is written (made when it is not there) and whose confirmed Sotkanet
        ids are used.
    services
        Where the services are and how each wants to be treated.
    previous
        Reader of what the store has of a table before it is fetched.
    notice
        Called with a sentence when a service asks for a pause.

    Raises
    ------
    UsoError
        Another fetch or import is at work in the same folder.
    """
    data, pins = workspace.data, Pins(workspace.parameters)
    with writing(data), Client(services, notice=notice) as client:
        mergers = read_mergers()
        today = frozenset(one.code for one in read_municipalities())
        areas = today | {merger.abolished for merger in mergers}
        adapters = {
            name: _adapter(name, service, client, areas, pins)
            for name, service in services.services.items()
            if service.kind not in ("import", "classification")
        }
        yield Fetching(data, services, client, Archive(data / "raw"), adapters, today, mergers, previous)


@contextmanager
def writing(data: Path) -> Iterator[None]:
    """Hold the lock of a folder of figures; a process that died has let go of it.

    Raises
    ------
    UsoError
        Another process holds it.
    """
    data.mkdir(parents=True, exist_ok=True)
    try:
        with filelock.FileLock(data / ".lock", timeout=0):
            for unfinished in data.rglob(f".*{UNFINISHED}"):  # left by a process that was killed
                unfinished.unlink(missing_ok=True)
            yield
    except filelock.Timeout as held:
        message = f"{data}: another uso fetch or uso import is at work here. Wait until it has ended."
        raise UsoError(message) from held


def _adapter(
    name: ServiceName, service: Service, session: Session, areas: frozenset[str], pins: Pins
) -> Adapter:
    """Make the adapter that speaks a service's protocol."""
    match service.kind:
        case "pxweb":
            return PxWeb(session, service, name, areas)
        case "pxweb2":
            return PxWebV2(session, service, name, areas)
        case "sotkanet":
            return Sotkanet(session, service, name, areas, pins)
        case "ckan":
            return CkanPackage(session, service, name, areas)
        case "syke":
            return Syke(session, service, name, areas)
        case "valtiokonttori":
            return AccountsService(session, service, name, areas)
        case _:
            message = f"services.yml: nobody speaks the protocol {service.kind} of {name}."
            raise UsoError(message)

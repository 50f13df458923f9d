"""A nation of made-up figures behind every service: each declared live table for all municipalities.

Built from the declarations alone, so that a new table of live/*.yml is served without a change here.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from services import nation_rest as rest
from services.ckan import Ckan
from services.classification import Classification
from services.faults import Fault
from services.made_up import HELSINKI
from services.nation_px import Nation, px_table
from services.pxweb import PxWeb
from services.pxweb_tables import PxTable
from services.server import Application, Limit, Server
from services.sotkanet import Indicator, Sotkanet
from services.syke import Syke
from services.valtiokonttori import Accounts, Valtiokonttori
from uso_lib.live_specs import LiveTable, ServiceName
from uso_lib.live_tables import ENVIRONMENT_VARIABLE, LIVE, SERVICES, load_live_tables, load_services
from uso_lib.regions import load_regions
from uso_lib.sources.sotkanet.pins import Pins

#: PxWeb's own limits; a server without `limits` does not enforce those of calls.
REAL_LIMITS = {"statfin": Limit(40, 60), "vero": Limit(40, 60)}
CORRECTED = frozenset({HELSINKI})


@dataclass
class NationWorld:
    """Hold the nation.

    Parameters
    ----------
    municipalities
        How many there are; all of today's by default. Helsinki is always among them.
    years
        How many years every table has at most, counted back from the last; as declared by default.
    last_year
        Last year of figures.
    tables
        Live tables; all declared ones by default.
    legacy
        Whether it is before 8 June 2026.
    max_cells
        Most cells of a PxWeb answer.
    release
        How often everything has been published; raised by `publish`. Every release raises every figure by one
        last decimal, so that figures tell which release they are from.
    """

    municipalities: int | None = None
    years: int | None = None
    last_year: int = 2025
    tables: tuple[LiveTable, ...] = field(default_factory=lambda: load_live_tables().tables)
    legacy: bool = False
    max_cells: int = 120_000
    release: int = 1

    def __post_init__(self) -> None:
        self._regions = load_regions()
        everyone = {one.code: one.name for one in self._regions.all}
        chosen = sorted(everyone, key=lambda code: (code != HELSINKI, code))[: self.municipalities]
        latest = {one.abolished: int(one.merged_on[:4]) for one in self._regions.mergers if one.merged_on}
        self._nation = Nation(
            names={code: everyone[code] for code in sorted(chosen)},
            abolished=latest,
            regions={one.region_code: one.region for one in self._regions.all},
            first_year=None if self.years is None else self.last_year - self.years + 1,
            last_year=self.last_year,
        )
        self._made: dict[tuple[str, int], Any] = {}

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the codes of the municipalities there are."""
        return tuple(self._nation.names)

    @property
    def found_ids(self) -> dict[str, int]:
        """Return the Sotkanet ids that must be found by title: name of the pin → id."""
        return rest.found_ids(self._of("sotkanet"))

    @property
    def nation(self) -> Nation:
        """Return what all tables share, in the present release."""
        key = ("nation", self.release)
        if key not in self._made:
            self._made[key] = replace(self._nation, release=self.release)
        found: Nation = self._made[key]
        return found

    def publish(self) -> None:
        """Publish everything anew: later time of publication, every figure one last decimal higher."""
        self.release += 1

    def services(self) -> dict[str, Application]:
        """Return every service by name, for a `Server`."""
        px = partial(PxWeb, legacy=self.legacy, max_cells=self.max_cells)
        return {
            "statfin": px(partial(self._px, "statfin")),
            "vero": PxWeb(partial(self._px, "vero"), max_cells=self.max_cells),
            "sotkanet": Sotkanet(self.indicators, rest.regions(self._regions.all, self._regions.mergers)),
            "kela": Ckan(lambda: [rest.package(one, self.nation) for one in self._of("kela")]),
            "syke": self._syke(),
            "valtiokonttori": Valtiokonttori(
                {code: rest.business_id(code) for code in self.codes},
                dict(self._nation.names),
                self._accounts,
                self._fields,
                CORRECTED,
                lambda: self.nation.updated[:10],
            ),
            "classification": self._classification(),
        }

    def _of(self, service: ServiceName) -> tuple[LiveTable, ...]:
        """Return the tables of one service."""
        return tuple(one for one in self.tables if one.service == service)

    def _px(self, service: ServiceName) -> list[PxTable]:
        """Return the PxWeb tables of a service in the present release, made once."""
        key = (service, self.release)
        if key not in self._made:
            self._made[key] = [px_table(one, self.nation) for one in self._of(service)]
        found: list[PxTable] = self._made[key]
        return found

    def indicators(self) -> tuple[Indicator, ...]:
        """Return Sotkanet's indicators in the present release, made once."""
        key = ("sotkanet", self.release)
        if key not in self._made:
            self._made[key] = rest.indicators(self._of("sotkanet"), self.nation)
        found: tuple[Indicator, ...] = self._made[key]
        return found

    def _syke(self) -> Syke:
        """Return SYKE's files of its first declared table."""
        tables = self._of("syke")
        return Syke(
            lambda code: rest.syke_rows(tables[0], self.nation, code) if tables else None,
            lambda: f"Mon, {7 + self.release:02d} Jun 2026 06:00:00 GMT",
            lambda: rest.syke_population(self.nation),
        )

    def _accounts(self) -> frozenset[Accounts]:
        """Return every set of accounts, made once."""
        key = ("valtiokonttori", 0)
        if key not in self._made:
            tables = self._of("valtiokonttori")
            self._made[key] = frozenset(
                Accounts(table.address or "", *document)
                for table in tables
                for document in self._documents(table)
            )
        found: frozenset[Accounts] = self._made[key]
        return found

    def _documents(self, table: LiveTable) -> list[tuple[str, int]]:
        """Return municipality and year of every set of accounts."""
        return [(code, year) for code in self.codes for year in rest.years(table, self.nation, 2021)]

    def _fields(self, accounts: Accounts) -> Mapping[str, float]:
        """Return the fields of one set of accounts."""
        table = next(one for one in self._of("valtiokonttori") if one.address == accounts.package)
        return rest.account_fields(table, self.nation, accounts.code, accounts.year)

    def _classification(self) -> Classification:
        """Return the divisions of 2013–2026 and the correspondences of today's."""
        today = {one.code: one.name for one in self._regions.all}
        gone = {one.abolished: one for one in self._regions.mergers if one.merged_on}
        divisions = {
            year: today
            | {code: one.abolished_name for code, one in gone.items() if int(one.merged_on[:4]) > year}
            for year in range(2013, 2027)
        }
        pairs: dict[tuple[int, str], list[tuple[str, str, str]]] = {
            (2026, "maakunta"): [
                (one.code, one.region_code.removeprefix("MK"), one.region) for one in self._regions.all
            ],
            (2026, "hyvinvointialue"): [
                (one.code, one.wellbeing_county_code.removeprefix("HVA"), one.wellbeing_county)
                for one in self._regions.all
            ],
        }
        for year, names in divisions.items():
            if year < 2026:
                pairs[(year, "kunta_2026")] = [
                    (code, one.code, one.name) for code in sorted(names) for one in self._today(code, today)
                ]
        return Classification({year: dict(sorted(one.items())) for year, one in divisions.items()}, pairs)

    def _today(self, code: str, today: Mapping[str, str]) -> tuple[Any, ...]:
        """Return the municipalities of today that a code's area belongs to."""
        return (self._regions.by_code(code),) if code in today else self._regions.successors(code)


def write_services(server: Server, path: Path, *, calls: int = 100_000, **changes: Any) -> Path:
    """Write a services file that leads to a server, for ``USO_SERVICES``; no limiter unless `calls` is low.

    Parameters
    ----------
    changes
        Settings of every service instead of patient ones fit for tests: ``timeout_s=1``, ``attempts=2``.
    """
    settings = {"calls": calls, "per_seconds": 1, "timeout_s": 30, "wait_s": 0.01, "peace_s": 0.1, **changes}
    declared = load_services(LIVE / SERVICES).model_dump(exclude_none=True)
    services = {}
    for name, one in declared["services"].items():
        if name in server.services:
            base = server.url(name) + urlsplit(one["base"]).path
            services[name] = {**one, "base": base, "hosts": [], **settings}
    content = {"user_agent": declared["user_agent"], "services": services}
    path.write_text(yaml.safe_dump(json.loads(json.dumps(content)), allow_unicode=True), encoding="utf-8")
    return path


def write_pins(world: NationWorld, parameters: Path) -> Path:
    """Write the confirmed Sotkanet ids of a world, as a person would have confirmed them."""
    titles = {one.id: one.title for one in world.indicators()}
    pins = Pins(parameters)
    for name, number in world.found_ids.items():
        pins.pin(name, number, titles[number])
    return parameters / "_pins.yml"


@dataclass(frozen=True)
class Serving:
    """Hold a running nation: its server, and the file that leads to it."""

    world: NationWorld
    server: Server
    services: Path

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment in which ``uso fetch`` asks the server instead of the real services."""
        return {**os.environ, ENVIRONMENT_VARIABLE: str(self.services)}


@contextmanager
def serving(
    world: NationWorld,
    folder: Path,
    *,
    faults: Iterable[Fault] = (),
    limits: Mapping[str, Limit] | None = None,
    compress: bool = False,
    **settings: Any,
) -> Iterator[Serving]:
    """Run a nation; ``services.yml`` is written into the folder. For `settings` see `write_services`."""
    with Server(world.services(), faults=faults, limits=limits, compress=compress) as server:
        yield Serving(world, server, write_services(server, folder / SERVICES, **settings))

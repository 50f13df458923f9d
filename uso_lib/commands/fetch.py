"""Carry out ``uso fetch``: choose tables, plan, fetch, tell what the store has now.

Does not know protocols (sources/) and does not decide what a table is (live/).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from tqdm import tqdm

from uso_lib.catalog import Catalog, load_catalog
from uso_lib.commands.fetch_report import check_lines, plan_lines, result_lines, summary_lines
from uso_lib.commands.network_context import network_context
from uso_lib.commands.previous_figures import previous_figures
from uso_lib.errors import UnknownName, UsoError
from uso_lib.live_specs import LiveTable
from uso_lib.live_tables import LiveTables, load_live_tables, load_services
from uso_lib.sources.fetching import PlannedTable, fetch_tables, open_fetching, plan_tables
from uso_lib.sources.fetching.divisions import division_lines
from uso_lib.sources.fetching.planning import expected_minutes
from uso_lib.sources.sotkanet.adapter import Sotkanet
from uso_lib.sources.sotkanet.pins import parse_pin
from uso_lib.store import open_store
from uso_lib.strict_yaml import did_you_mean
from uso_lib.workspace import Workspace

Say = Callable[[str], Any]


@dataclass(frozen=True)
class FetchOrder:
    """Say what a consultant asked for; nothing named means every table.

    Parameters
    ----------
    themes, indicators, tables
        Ids; the tables of all of them are meant.
    since
        First period, "2020" or "2020M01".
    pinned
        Tables just confirmed, which are meant too.
    force
        Fetch also what has not changed.
    accept
        Take also what a drift check would stop.
    """

    themes: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    since: str | None = None
    pinned: tuple[str, ...] = ()
    force: bool = False
    accept: bool = False

    @property
    def everything(self) -> bool:
        """Tell whether nothing is named."""
        return not (self.themes or self.indicators or self.tables or self.pinned)


def pin_indicators(workspace: Workspace, pins: Sequence[str], *, say: Say) -> tuple[str, ...]:
    """Confirm Sotkanet ids given as NAME=ID, after their titles have been asked and found to fit.

    Returns
    -------
    The tables they are of.

    Raises
    ------
    UsoError
        A pin is not of that form, nobody asks for such a name, or the title does not fit.
    """
    asked = [parse_pin(pin) for pin in pins]
    tables = {one.find.name: one for one in load_live_tables().tables if one.find}
    unknown = [name for name, _ in asked if name not in tables]
    if unknown:
        message = (
            f'No table is looked for by the name "{unknown[0]}": {did_you_mean(unknown[0], list(tables))}'
        )
        raise UnknownName(message)
    with open_fetching(workspace, load_services(), previous=lambda _: None) as fetching:
        for name, number in asked:
            adapter = fetching.adapters[tables[name].service]
            if isinstance(adapter, Sotkanet):
                pin = adapter.confirm(tables[name], number)
                say(f"{name} is Sotkanet {pin.id}: {pin.title}")
    return tuple(tables[name].id for name, _ in asked)


def check_sources(workspace: Workspace, order: FetchOrder, *, say: Say) -> int:
    """Compare the declarations with the services' metadata; return how many tables differ or fail."""
    planned = _plan(workspace, order, say=say)
    for line in check_lines(planned):
        say(line)
    failed = sum(one.state == "failed" for one in planned)
    say(f"{len(planned) - failed} of {len(planned)} tables are as declared.")
    return failed


def fetch_figures(
    workspace: Workspace, order: FetchOrder, *, dry_run: bool, show_progress: bool, say: Say
) -> int:
    """Plan and fetch; return how many tables failed or were stopped.

    Raises
    ------
    UsoError
        The order names something unknown, or another fetch is at work.
    """
    catalog, live = load_catalog(), load_live_tables()
    chosen = chosen_tables(catalog, live, order)
    results = []
    with open_fetching(
        workspace, load_services(), previous=_previous(workspace), notice=_notice(say)
    ) as fetching:
        with tqdm(total=len(chosen), desc="planning", unit="table", disable=not show_progress) as bar:
            planned = plan_tables(
                fetching, chosen, since=order.since, force=order.force, told=lambda _: _step(bar)
            )
        for line in plan_lines(planned, minutes=expected_minutes(fetching, planned)):
            say(line)
        if dry_run:
            for line in check_lines(planned):
                say(line)
            return sum(one.state == "failed" for one in planned)
        progress = _Bar(planned, show=show_progress)
        try:
            with progress.bar:
                for result in fetch_tables(
                    fetching, planned, progress, since=order.since, accept=order.accept
                ):
                    results.append(result)
        finally:  # what is done is told, also when the rest is interrupted
            for line in result_lines(results):
                say(line)
        if order.everything:
            for line in division_lines(fetching, reference_year=open_store().reference_year):
                say(line)
    fetched = [one.table.id for one in results if one.state == "fetched"]
    for line in summary_lines(network_context(workspace, catalog), catalog, fetched):
        say(line)
    return sum(one.state in ("failed", "stopped") for one in results)


def chosen_tables(catalog: Catalog, live: LiveTables, order: FetchOrder) -> tuple[LiveTable, ...]:
    """Return the tables a service can fill among those asked for, in declared order.

    Raises
    ------
    UsoError
        A name is unknown, or only a file can fill what is named.
    """
    wanted = _wanted(catalog, live, order)
    tables = [one for one in live.tables if wanted is None or one.id in wanted]
    fetched = tuple(one for one in tables if one.service != "import")
    if not fetched and tables:
        ways = " or ".join(f"uso import FILE --as {one.id}" for one in tables)
        message = f"No service gives this; it comes from a file. Import it: {ways}"
        raise UsoError(message)
    if not fetched:
        names = ", ".join((*order.indicators, *order.themes))
        message = f"No service or file gives {names}: its figures are bundled."
        raise UsoError(message)
    return fetched


def _wanted(catalog: Catalog, live: LiveTables, order: FetchOrder) -> set[str] | None:
    """Return the ids of all tables named in one way or another, None when nothing is."""
    if order.everything:
        return None
    named: list[tuple[str, ...]] = [(live.table(one).id,) for one in order.tables]
    named += [catalog.tables_of(one) for one in order.indicators]
    named += [catalog.tables_of_theme(one) for one in order.themes]
    return {*order.pinned, *(table for tables in named for table in tables)}


def _plan(workspace: Workspace, order: FetchOrder, *, say: Say) -> tuple[PlannedTable, ...]:
    """Plan what was asked for, saying nothing but what table is being asked about."""
    chosen = chosen_tables(load_catalog(), load_live_tables(), order)
    say(f"Asking {len(chosen)} tables for their metadata.")
    with open_fetching(workspace, load_services(), previous=_previous(workspace)) as fetching:
        return plan_tables(fetching, chosen, since=order.since)


def _previous(workspace: Workspace) -> Callable[[LiveTable], pd.DataFrame | None]:
    """Return a reader of what the store has of a table before it is fetched."""
    store = open_store(data=workspace.data)

    def read(table: LiveTable) -> pd.DataFrame | None:
        return previous_figures(store, table.id)

    return read


def _notice(say: Say) -> Callable[[str], None]:
    """Return a listener that tells of a pause above the progress bar."""

    def told(sentence: str) -> None:
        with tqdm.external_write_mode():
            say(sentence)

    return told


def _step(bar: tqdm[Any]) -> None:
    bar.update()


class _Bar:
    """Draw one progress bar over all calls."""

    def __init__(self, planned: Sequence[PlannedTable], *, show: bool) -> None:
        calls = sum(len(one.plan.calls) for one in planned if one.plan and one.state == "fetch")
        self.bar = tqdm(total=calls, desc="fetching", unit="call", disable=not show)

    def starts(self, table: LiveTable) -> None:
        self.bar.set_description(table.id)

    def answered(self, *, more: int = 0) -> None:
        if more:
            self.bar.total = (self.bar.total or 0) + more
            self.bar.refresh()
        else:
            self.bar.update()

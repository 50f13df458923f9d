"""Carry out ``uso import``: take a file into the store, or write a template to fill in.

Does not read cells itself (sources/imports/).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from uso_lib.catalog import load_catalog
from uso_lib.commands.fetch_report import summary_lines
from uso_lib.commands.network_context import network_context
from uso_lib.commands.previous_figures import previous_figures
from uso_lib.errors import UnknownName
from uso_lib.live_specs import LiveTable
from uso_lib.live_tables import load_live_tables
from uso_lib.regions import load_regions
from uso_lib.registers import read_mergers
from uso_lib.sources.drift.examination import examine
from uso_lib.sources.fetching.opening import writing
from uso_lib.sources.imports.importing import import_file
from uso_lib.sources.imports.mapping import load_mapping
from uso_lib.sources.imports.template import write_template
from uso_lib.sources.keeping.fetched import publish
from uso_lib.sources.keeping.folding import fold_live
from uso_lib.store import open_store
from uso_lib.strict_yaml import did_you_mean
from uso_lib.workspace import Workspace


def import_as(
    workspace: Workspace, file: Path, name: str, *, mapping: Path | None, sheet: str | None
) -> Iterator[str]:
    """Import a file as a table and tell in lines of text what was taken and what the indicators have now.

    Parameters
    ----------
    name
        Id of an import table, or of an indicator that one fills.

    Raises
    ------
    ImportProblems
        With every fault of the file; nothing was imported.
    UsoError
        The name or the mapping is wrong, or another fetch or import is at work.
    """
    table, regions = import_table(name), load_regions()
    mapped = load_mapping(mapping, table) if mapping else None
    before = open_store(data=workspace.data)
    with writing(workspace.data):
        made = import_file(file, table, mapping=mapped, sheet=sheet, regions=regions, data=workspace.data)
        today = frozenset(one.code for one in regions.all)
        frame, folded = fold_live(table, made.frame, municipalities=today, mergers=read_mergers())
        before_it = previous_figures(before, table.id)
        if before_it is not None:  # a file may hold some municipalities only
            before_it = before_it[before_it["area"].isin(set(frame["area"]))]
        findings = examine(before_it, frame, table)
        edition = publish(workspace.data, table, frame, made.provenance)
    yield f"{table.id}: {len(frame):,} figures of {edition.n_areas} municipalities, {edition.vintage}."
    yield from (f"note: {remark}" for remark in (*made.remarks, *folded))
    yield from (f"look at {table.id}: {finding.message}" for finding in findings)
    catalog = load_catalog()
    yield from summary_lines(network_context(workspace, catalog), catalog, [table.id])


def write_example(name: str, output: Path | None) -> str:
    """Write a template workbook of a table and say where it is.

    Raises
    ------
    UsoError
        There is no such table, or the file exists already.
    """
    table = import_table(name)
    path = output or Path(f"{table.id}.xlsx")
    write_template(table, path, load_regions().all)
    return f"{path}: fill it in, then: uso import {path} --as {table.id}"


def import_table(name: str) -> LiveTable:
    """Return the import table of an id: its own, or the one that fills an indicator.

    Raises
    ------
    UnknownName
        Neither a table nor an indicator that files fill has this id.
    """
    live, catalog = load_live_tables(), load_catalog()
    importable = {one.id: one for one in live.tables if one.service == "import"}
    if name in importable:
        return importable[name]
    if name in catalog.indicators:
        found = [importable[one] for one in catalog.tables_of(name) if one in importable]
        if len(found) == 1:
            return found[0]
        if found:
            message = f"{name} can come from several files: name one of {', '.join(one.id for one in found)}."
            raise UnknownName(message)
    if live.has(name):
        message = f"{name} comes from a service, not from a file: uso fetch --table {name}"
        raise UnknownName(message)
    if name in catalog.indicators and any(live.has(one) for one in catalog.tables_of(name)):
        message = f"{name} comes from a service, not from a file: uso fetch --indicator {name}"
        raise UnknownName(message)
    message = f'No file fills "{name}": {did_you_mean(name, sorted(importable))}'
    raise UnknownName(message)

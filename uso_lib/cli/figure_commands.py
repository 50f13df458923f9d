"""The commands on figures: fetch · import · status · snapshot.

Do not do any of the work themselves, and import what a command needs only when that command runs.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from uso_lib.cli.statuses import FAILED, INTERRUPTED
from uso_lib.cli.terminal import say
from uso_lib.workspace import Workspace, find_workspace

if TYPE_CHECKING:
    from uso_lib.analysis.context import Context
    from uso_lib.catalog import Catalog


def _period(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    """Accept a year or a month, as periods are written in the store."""
    if value is None or re.fullmatch(r"[12]\d{3}(M(0[1-9]|1[0-2]))?", value):
        return value
    message = f'"{value}" is neither a year nor a month: write 2020 or 2020M03.'
    raise click.BadParameter(message)


@click.command()
@click.option(
    "--theme",
    "themes",
    multiple=True,
    metavar="T",
    help="Only the tables of a theme. Example: --theme vaesto",
)
@click.option(
    "--indicator",
    "indicators",
    multiple=True,
    metavar="I",
    help="Only the tables of an indicator. Example: --indicator jobs",
)
@click.option(
    "--table", "tables", multiple=True, metavar="ID", help="Only this table. Example: --table tyonv_12r5"
)
@click.option(
    "--since",
    metavar="YEAR",
    callback=_period,
    help="Only from this year or month on; what was fetched of earlier ones is kept. Example: --since 2020",
)
@click.option("--dry-run", is_flag=True, help="Show the plan and fetch nothing. Example: --dry-run")
@click.option(
    "--check",
    "only_check",
    is_flag=True,
    help="Compare every declared table, variable and code with the services' metadata. Example: --check",
)
@click.option("--force", is_flag=True, help="Fetch again what has not changed. Example: --force")
@click.option(
    "--accept",
    is_flag=True,
    help="Take figures that a drift check stopped. Example: --table tyonv_12r5 --accept",
)
@click.option(
    "--pin",
    "pins",
    multiple=True,
    metavar="NAME=ID",
    help="Confirm which Sotkanet indicator a name stands for, and fetch it. Example: --pin neet_18_24=5678",
)
@click.option("-q", "--quiet", is_flag=True, help="Draw no progress bar. Example: uso fetch --quiet")
def fetch(
    themes: tuple[str, ...],
    indicators: tuple[str, ...],
    tables: tuple[str, ...],
    since: str | None,
    *,
    dry_run: bool,
    only_check: bool,
    force: bool,
    accept: bool,
    pins: tuple[str, ...],
    quiet: bool,
) -> int:
    """Fetch official figures: Tilastokeskus, THL, Kela, Syke, Valtiokonttori, Verohallinto.

    Plans the calls, shows the plan, fetches what has changed and keeps every raw answer in data/raw.
    Interrupted or killed, it goes on where it was when the same command is given again. The next `uso report`
    uses the new figures. Exit status 1 if a table could not be fetched; the others are.

    \b
    Examples:
      uso fetch --dry-run
      uso fetch --theme vaesto
      uso fetch --indicator unemployment_rate --since 2023
      uso fetch --check
    """  # noqa: D301 - click reads the \b itself
    from uso_lib.commands.fetch import FetchOrder, check_sources, fetch_figures, pin_indicators

    workspace = find_workspace()
    pinned = pin_indicators(workspace, pins, say=say) if pins else ()
    order = FetchOrder(
        themes=themes,
        indicators=indicators,
        tables=tables,
        since=since,
        pinned=pinned,
        force=force,
        accept=accept,
    )
    if only_check:
        return FAILED if check_sources(workspace, order, say=say) else 0
    try:
        failed = fetch_figures(workspace, order, dry_run=dry_run, show_progress=not quiet, say=say)
    except KeyboardInterrupt:
        say("Interrupted. What was answered is kept; give the same command again to go on.", err=True)
        return INTERRUPTED
    return FAILED if failed else 0


@click.command(name="import")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--as", "name", metavar="ID", help="Table or indicator the figures are of. Example: --as mdi_ennuste"
)
@click.option(
    "--template",
    metavar="ID",
    help="Write an example workbook to fill in. Example: --template tuloveroprosentit",
)
@click.option(
    "--mapping",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Say how the file is laid out, when not as the template. Example: --mapping mdi.yml",
)
@click.option("--sheet", metavar="NAME", help="Sheet of the workbook. Example: --sheet Kunnat")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write the template. Example: --output verot.xlsx",
)
def import_figures(
    file: Path | None,
    name: str | None,
    template: str | None,
    mapping: Path | None,
    sheet: str | None,
    output: Path | None,
) -> None:
    """Import figures that no open interface gives from an Excel or CSV FILE.

    The next `uso report` uses them. Everything wrong in the file is told with sheet, row and column, and then
    nothing is imported.

    \b
    Examples:
      uso import --template tuloveroprosentit
      uso import tuloveroprosentit.xlsx --as tuloveroprosentit
      uso import ennuste.xlsx --as mdi_ennuste --mapping mdi.yml --sheet Kunnat
    """  # noqa: D301 - click reads the \b itself
    from uso_lib.commands.import_file import import_as, write_example

    writing, taking = template or output, file or name or mapping or sheet
    if template and not taking:
        say(write_example(template, output))
        return
    if writing or not file or not name:
        message = (
            "Give a file and --as ID (with --mapping and --sheet), or --template ID (with --output). "
            "Example: uso import verot.xlsx --as tuloveroprosentit"
        )
        raise click.UsageError(message)
    for line in import_as(find_workspace(), file, name, mapping=mapping, sheet=sheet):
        say(line)


@click.command()
@click.argument("row", required=False)
def status(row: str | None) -> None:
    """Show where every row's figures come from, how old they are and what would renew or fill them.

    With the name of a ROW its indicators one by one.

    \b
    Examples:
      uso status
      uso status tyollisyys
    """  # noqa: D301 - click reads the \b itself
    from uso_lib.commands.status import indicator_lines, row_lines
    from uso_lib.live_tables import load_live_tables

    context, catalog = _everything(find_workspace())
    today, live = datetime.now(UTC).date(), load_live_tables()
    told = (
        indicator_lines(context, catalog, live, row, today=today)
        if row
        else row_lines(context, catalog, live, today=today)
    )
    for line in told:
        say(line)


@click.command()
@click.option(
    "--target",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write instead of the bundled snapshot. Example: --target snapshot-2026-11",
)
def snapshot(target: Path | None) -> None:
    """Rebuild the bundled snapshot from the store: bundled figures with fetched and imported ones over them.

    Figures whose licence does not let them be bundled are left out and named.

    \b
    Example:
      uso snapshot --target snapshot-2026-11
    """  # noqa: D301 - click reads the \b itself
    from uso_lib.commands.freeze import freeze
    from uso_lib.store import SNAPSHOT, open_store

    made = freeze(open_store(data=find_workspace().data), target or SNAPSHOT)
    for line in made.lines:
        say(line)


def _everything(workspace: Workspace) -> tuple[Context, Catalog]:
    from uso_lib.catalog import load_catalog
    from uso_lib.commands.network_context import network_context

    catalog = load_catalog()
    return network_context(workspace, catalog), catalog

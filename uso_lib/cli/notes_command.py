"""The command on consultants' own words: notes.

Does not do any of the work itself, and imports what it needs only when it runs.
"""

from __future__ import annotations

import click

from uso_lib.cli.terminal import say
from uso_lib.workspace import find_workspace


@click.command()
@click.argument("member")
@click.option(
    "--restore",
    is_flag=False,
    flag_value="",
    default=None,
    metavar="[VERSION]",
    help="Bring an earlier version back: the one before, or the one named. Example: --restore 3f2a",
)
@click.option(
    "--versions", "listed", is_flag=True, help="List the versions. Example: uso notes juva --versions"
)
@click.option(
    "--show", "shown", metavar="CELL", help="Bring a hidden generated cell back. Example: --show section-hyte"
)
def notes(member: str, restore: str | None, listed: bool, shown: str | None) -> None:
    """List what consultants wrote for MEMBER: own cells, own versions, hidden cells, conflicts.

    Gathers first what was written in outputs/<member>/situation.ipynb since its report was made, into
    notebooks/members/<member>.ipynb, which belongs into version control. Every version is kept on this
    machine; restoring one makes the present notes a version first.

    \b
    Examples:
      uso notes juva
      uso notes juva --versions
      uso notes juva --restore
      uso notes juva --show section-hyte
    """  # noqa: D301 - click reads the \b itself
    if sum((restore is not None, listed, shown is not None)) > 1:
        message = "Give one of --restore, --versions and --show."
        raise click.UsageError(message)
    from uso_lib.notes import overview
    from uso_lib.parameters import require_member
    from uso_lib.regions import load_regions

    workspace = find_workspace()
    municipality = load_regions().find(member)
    require_member(workspace, municipality)
    slug = municipality.slug
    one = overview.Member(
        slug, workspace.notes, workspace.template, workspace.outputs / slug / "situation.ipynb"
    )
    if restore is not None:
        lines = overview.restore(one, restore)
    elif shown is not None:
        lines = overview.show(one, shown)
    elif listed:
        lines = overview.version_lines(one)
    else:
        lines = overview.overview(one)
    for line in lines:
        say(line)

"""The commands on members beside report: list · check · peers · lab.

Do not do any of the work themselves, and import what a command needs only when that command runs.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from uso_lib.cli.terminal import say
from uso_lib.errors import InputErrors
from uso_lib.workspace import Workspace, find_workspace


@click.command(name="list")
def list_members() -> None:
    """List the members: code, population, fee class, peers and the state of their report.

    \b
    Example:
      uso list
    """  # noqa: D301 - click reads the \b itself
    from uso_lib.commands.member_list import lines

    for line in lines(find_workspace()):
        say(line)


@click.command()
def check() -> None:
    """Check theme files, parameters, snapshot and template, and list every problem.

    Reads everything a report is made from, writes nothing and needs no network. Exit status 2 if anything is
    wrong.

    \b
    Example:
      uso check
    """  # noqa: D301 - click reads the \b itself
    from uso_lib.catalog import load_catalog
    from uso_lib.parameters import load_network
    from uso_lib.reports.plan import check as problems_of
    from uso_lib.store import open_store

    workspace = find_workspace()
    problems = problems_of(workspace)
    if problems:
        raise InputErrors(problems)
    catalog, network = load_catalog(), load_network(workspace)
    tables = open_store(data=workspace.data).tables
    say(
        f"All is well: {len(catalog.themes)} themes, {len(catalog.rows)} rows, {len(catalog.indicators)} "
        f"indicators, {len(network.members)} members, {len(tables)} tables of figures."
    )


@click.command()
@click.argument("name")
@click.option(
    "--count",
    type=click.IntRange(min=1),
    default=9,
    show_default=True,
    metavar="N",
    help="How many peers to propose. Example: --count 12",
)
@click.option(
    "--write",
    is_flag=True,
    help="Write the proposal into the member's parameter file, in place of its peers. Example: --write",
)
def peers(name: str, *, count: int, write: bool) -> None:
    """Propose peers for the municipality NAME by a neutral rule, with the reasons in numbers.

    The nearest municipalities by size, density, age structure, industries, dependency, education and
    migration: area properties only, never results. Shows every variable and its share of the distance.

    \b
    Examples:
      uso peers tornio
      uso peers Mänttä-Vilppula --count 12
    """  # noqa: D301 - click reads the \b itself
    from uso_lib.analysis.peer_text import format_proposal, origin_comment
    from uso_lib.analysis.peers import nearest
    from uso_lib.parameter_writing import write_peers
    from uso_lib.parameters import require_member
    from uso_lib.regions import load_regions
    from uso_lib.store import open_store

    regions = load_regions()
    municipality = regions.find(name)
    workspace = find_workspace()
    if write:
        require_member(workspace, municipality)
    proposal = nearest(open_store(data=workspace.data), regions, municipality, count=count)
    say(format_proposal(proposal))
    if write:
        chosen = [peer.municipality for peer in proposal.peers]
        file = write_peers(workspace, municipality, chosen, origin=origin_comment(proposal), regions=regions)
        say(f"\nWritten to {file}.")


@click.command()
@click.argument("member", required=False)
@click.argument("options", nargs=-1, metavar="[-- JUPYTER OPTIONS]")
@click.option(
    "--explore",
    is_flag=True,
    help="Open notebooks/explore.ipynb instead, to try views out. Example: uso lab --explore",
)
@click.option(
    "--dry-run", is_flag=True, help="Print the command and do not start it. Example: uso lab tornio --dry-run"
)
def lab(member: str | None, options: tuple[str, ...], *, explore: bool, dry_run: bool) -> None:
    """Open JupyterLab on the notebook of MEMBER, on the explorer, or on the template.

    MEMBER opens outputs/<member>/situation.ipynb. What you write between its cells and save is kept: the next
    `uso report MEMBER` puts it into the new report at its place, and `uso notes MEMBER` lists it.

    Without MEMBER, or when the member has no report yet, the template notebooks/situation.ipynb opens. What
    is changed there is changed for every member.

    \b
    Examples:
      uso lab
      uso lab tornio
      uso lab --explore
      uso lab tornio -- --no-browser --port 9000
    """  # noqa: D301 - click reads the \b itself
    if member and member.startswith("-"):
        options = (member, *options)
        member = None
    if explore and member:
        message = "Name a member or give --explore, one of the two. Example: uso lab --explore"
        raise click.UsageError(message)
    workspace = find_workspace()
    notebook = workspace.explore if explore else _notebook(workspace, member)
    # Without a root of its own JupyterLab would show the notebook's folder only.
    root = f"--ServerApp.root_dir={workspace.root}"
    command = [sys.executable, "-m", "jupyterlab", str(notebook.relative_to(workspace.root)), root, *options]
    if dry_run:
        say(f"cd {workspace.root} && {' '.join(command)}")
        return
    os.chdir(workspace.root)
    os.environ["USO_WORKSPACE"] = str(workspace.root)
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
    os.execv(command[0], command)  # noqa: S606 - this very Python with arguments of our own


def _notebook(workspace: Workspace, member: str | None) -> Path:
    if member is None:
        return workspace.template
    from uso_lib.parameters import require_member
    from uso_lib.regions import load_regions
    from uso_lib.reports.publish import NOTEBOOK

    municipality = load_regions().find(member)
    made = workspace.outputs / municipality.slug / NOTEBOOK
    if made.is_file():
        return made
    require_member(workspace, municipality)
    slug = municipality.slug
    say(f"{slug} has no report yet; opening the template of all members. Make it with: uso report {slug}")
    return workspace.template

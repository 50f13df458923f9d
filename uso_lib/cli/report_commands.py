"""The commands on members: report · list · check · peers · lab.

Do not do any of the work themselves, and import what a command needs only when that command runs.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from uso_lib.cli.statuses import FAILED, INTERRUPTED
from uso_lib.cli.terminal import say
from uso_lib.errors import InputErrors
from uso_lib.workspace import Workspace, find_workspace

if TYPE_CHECKING:
    from uso_lib.reports.batch import Run
    from uso_lib.reports.report import Job

#: How many private things of a report are told.
MOST_PRIVATE = 5


@click.command()
@click.argument("members", nargs=-1, metavar="[MEMBER]...")
@click.option("--all", "every", is_flag=True, help="Make the reports of all members of the network.")
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Work on N reports at a time; as many as there are processors unless given. Example: -j 1",
)
@click.option("-q", "--quiet", is_flag=True, help="Draw no progress bar. Example: uso report --all --quiet")
@click.option(
    "--format",
    "wanted",
    default="html",
    show_default=True,
    metavar="LIST",
    help="What to make: html (always), pdf, slides, separated by commas. Example: --format html,pdf,slides",
)
@click.option(
    "--publish-anyway",
    is_flag=True,
    help="Publish although a claim in your own text does not hold any more; the page marks it. "
    "Example: uso report juva --publish-anyway",
)
def report(
    members: tuple[str, ...], *, every: bool, jobs: int | None, quiet: bool, wanted: str, publish_anyway: bool
) -> int:
    """Make reports: notebook, HTML, workbook and CSV of each MEMBER.

    A MEMBER is a name in Finnish or Swedish, a code or the name of its folder. Everything is checked before
    the first report starts. A report that fails leaves the earlier one untouched and does not stop the
    others.

    The PDF (situation.pdf, printed with the machine's Chromium) and the slides (slides.html) belong to the
    report of the same run: a run without them removes those of the earlier report. One that cannot be made
    does not hold back the report; the run says so and ends with status 1.

    \b
    Examples:
      uso report tornio
      uso report tornio --format html,pdf,slides
      uso report Jämsä 924 ylojarvi -j 2
      uso report --all
    """  # noqa: D301 - click reads the \b itself
    if every == bool(members):
        message = "Name the members or give --all, one of the two. Example: uso report tornio"
        raise click.UsageError(message)
    from uso_lib.reports.batch import run
    from uso_lib.reports.formats import parse_formats
    from uso_lib.reports.index import write_index
    from uso_lib.reports.plan import network_members, plan
    from uso_lib.reports.statement import write_statement

    formats = parse_formats(wanted)
    workspace = find_workspace()
    planned = plan(workspace, members, formats=formats, publish_anyway=publish_anyway)
    result = run(planned, workers=jobs, show_progress=not quiet)
    heading, listed = network_members(workspace)
    index = write_index(workspace.outputs, listed, report_template=workspace.report_template, heading=heading)
    write_statement(workspace, heading=heading)
    return _tell(result, planned, index)


def _tell(result: Run, planned: Sequence[Job], index: Path) -> int:
    """Say how a run went and return its exit status."""
    made = len(result.outcomes) - len(result.failed)
    seconds = (result.finished - result.started).total_seconds()
    say(f"{made} of {len(planned)} reports made in {seconds:.0f} s; list of members: {index}")
    for outcome in result.outcomes:
        for note in outcome.notes:
            say(f"Note: {outcome.member}: {note}", err=True)
    for outcome in result.failed:
        say(f"Failed: {outcome.member}: {outcome.error}", err=True)
    for outcome in result.outcomes:
        if outcome.private:
            told = "; ".join(outcome.private[:MOST_PRIVATE])
            say(f"Own cells of {outcome.member} tell of this machine or a person: {told}", err=True)
    lacking = _lacking(result)
    for (name, reason), concerned in lacking.items():
        say(f"Without {name}: {', '.join(concerned)}: {reason}", err=True)
    if result.interrupted:
        done = {outcome.member for outcome in result.outcomes}
        rest = [job.member for job in planned if job.member not in done]
        wanted = planned[0].formats[1:]  # the page comes without asking
        rest += [f"--format {','.join(wanted)}"] if wanted else []
        say(f"Interrupted. What was made stays. Make the rest: uso report {' '.join(rest)}", err=True)
        return INTERRUPTED
    return FAILED if result.failed or lacking else 0


def _lacking(result: Run) -> dict[tuple[str, str], list[str]]:
    """Return the companions that were not made, each reason once: file name and reason → members."""
    found: dict[tuple[str, str], list[str]] = {}
    for outcome in result.outcomes:
        for lacking in outcome.lacking.items():
            found.setdefault(lacking, []).append(outcome.member)
    return found


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

"""The command that makes reports, and what it says of a run.

Does not do any of the work itself, and imports what it needs only when it runs.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from uso_lib.cli.statuses import FAILED, INTERRUPTED
from uso_lib.cli.terminal import say
from uso_lib.reports.collecting import without_collecting
from uso_lib.workspace import Workspace, find_workspace

if TYPE_CHECKING:
    from uso_lib.reports.batch import Run
    from uso_lib.reports.job import Job, Outcome

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
    metavar="LIST",
    help="What to make: html (always), pdf, slides, separated by commas. Example: --format html,pdf,slides  "
    "[default: html]",
)
@click.option(
    "--publish-anyway",
    is_flag=True,
    help="Publish although a claim in your own text does not hold any more; the page marks it. "
    "Example: uso report juva --publish-anyway",
)
@click.option(
    "--members", "chosen", metavar="LIST", help="Of all members these. Example: --all --members juva,orivesi"
)
@click.option(
    "--resume",
    is_flag=True,
    help="Make what the last run was asked for and did not finish. Example: uso report --all --resume",
)
@click.option(
    "--force", is_flag=True, help="Make reports again although nothing they are made from has changed."
)
@click.option(
    "--why", is_flag=True, help="Say what has changed since the reports were made, and make nothing."
)
@click.option(
    "--time-limit",
    type=click.FloatRange(min=1),
    metavar="SECONDS",
    help="Stop a report that takes longer. Example: --time-limit 600  [default: 1800]",
)
@click.option("--wait", is_flag=True, help="Wait for another run in the same folder instead of giving up.")
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Make the reports on the workers of a Dask cluster. Example: --scheduler tcp://10.0.0.5:8786",
)
def report(members: tuple[str, ...], *, chosen: str | None, wanted: str | None, **settings: Any) -> int:
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
    # A report's matrices are tiny: threads for them would only wait for each other across the workers.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    named = (*members, *_listed(chosen))
    _check_usage(members, named, wanted, settings)
    workspace = find_workspace()
    asked = partial(_asked, workspace, named, wanted, settings)
    planned, force = asked()  # what is wrong is told before anything is written, the lock too
    if settings["why"]:
        return _tell_why(planned)
    from uso_lib.reports.lock import only_run

    with only_run(workspace.outputs, wait=-1 if settings["wait"] else 0):
        if settings["wait"]:  # a run that was waited for has changed what is left, and time has gone by
            planned, force = asked()
        if not planned:
            return _tell_nothing_left()
        result = _run(planned, settings, force=force)
        index, unwritten = _write_pages(workspace)
    status = _tell(result, planned, index)
    if unwritten:
        say(unwritten, err=True)
    return status or (FAILED if unwritten else 0)


def _listed(chosen: str | None) -> tuple[str, ...]:
    """Return the names of --members; a list without names, as of a variable not set, would mean all."""
    names = tuple(name.strip() for name in (chosen or "").split(",") if name.strip())
    if chosen is not None and not names:
        message = (
            "--members lists nobody: name members or leave it out. Example: --all --members juva,orivesi"
        )
        raise click.UsageError(message)
    return names


def _check_usage(
    members: Sequence[str], named: Sequence[str], wanted: str | None, settings: Mapping[str, Any]
) -> None:
    """Refuse options that contradict each other."""
    every, resume = settings["every"], settings["resume"]
    if (every and members) or not (every or resume or named):
        message = "Name the members or give --all, one of the two. Example: uso report tornio"
    elif resume and (named or wanted is not None):
        message = "--resume takes members and formats from the last run. Example: uso report --all --resume"
    elif settings["scheduler"] and settings["jobs"]:
        message = "With --scheduler the workers say how many reports are made at a time: leave out -j."
    else:
        return
    raise click.UsageError(message)


def _asked(
    workspace: Workspace, named: Sequence[str], wanted: str | None, settings: Mapping[str, Any]
) -> tuple[tuple[Job, ...], bool]:
    """Return what is to be made, none when nothing is left to resume, and whether also what is unchanged."""
    with without_collecting():
        from uso_lib.reports.formats import parse_formats
        from uso_lib.reports.plan import plan
        from uso_lib.reports.run_record import left_over

    formats = parse_formats("html" if wanted is None else wanted)
    anyway, force = settings["publish_anyway"], settings["force"]
    if settings["resume"]:
        left = left_over(workspace.outputs)
        named, formats = left.members, left.formats
        anyway, force = anyway or left.publish_anyway, force or left.force
        if not named:
            return (), force
    return plan(workspace, named, formats=formats, publish_anyway=anyway), force


def _run(planned: Sequence[Job], settings: Mapping[str, Any], *, force: bool) -> Run:
    with without_collecting():
        from uso_lib.reports.batch import TIME_LIMIT_SECONDS, run

    return run(
        planned,
        workers=settings["jobs"],
        seconds=settings["time_limit"] or TIME_LIMIT_SECONDS,
        force=force,
        show_progress=not settings["quiet"],
        scheduler=settings["scheduler"],
    )


def _write_pages(workspace: Workspace) -> tuple[Path | None, str]:
    """Write the list of members and the statement; return the list's path, and why they cannot be written."""
    from uso_lib.reports.index import write_index
    from uso_lib.reports.plan import network_members
    from uso_lib.reports.statement import write_statement

    heading, listed = network_members(workspace)
    try:
        index = write_index(
            workspace.outputs, listed, report_template=workspace.report_template, heading=heading
        )
        write_statement(workspace, heading=heading)
    except OSError as problem:
        told = f"The list of members or the accessibility statement cannot be written ({problem}). "
        return None, f"{told}Free space or give access, then repeat the command."
    return index, ""


def _tell_nothing_left() -> int:
    say("The last run finished everything it was asked for.")
    return 0


def _tell_why(planned: Sequence[Job]) -> int:
    from uso_lib.reports.why import why

    if not planned:
        return _tell_nothing_left()
    for job in planned:
        say(f"{job.member}:")
        for reason in why(job):
            say(f"  {reason}")
    return 0


def _tell(result: Run, planned: Sequence[Job], index: Path | None) -> int:
    """Say how a run went and return its exit status; without an index it is not named."""
    unchanged = sum(outcome.unchanged for outcome in result.outcomes)
    made = len(result.outcomes) - len(result.failed) - unchanged
    seconds = (result.finished - result.started).total_seconds()
    rest = f", {unchanged} unchanged" if unchanged else ""
    for line in _table(result, planned):
        say(line)
    where = f"; list of members: {index}" if index else ""
    say(f"{made} of {len(planned)} reports made{rest} in {seconds:.0f} s{where}")
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
        say("Interrupted. What was made stays. Make the rest: uso report --all --resume", err=True)
    if result.unrecorded:
        say(result.unrecorded, err=True)
    if result.interrupted:
        return INTERRUPTED
    return FAILED if result.failed or lacking or result.unrecorded else 0


def _table(result: Run, planned: Sequence[Job]) -> list[str]:
    """Return one line per member when there are several: its report and the seconds it took."""
    if len(planned) < 2:
        return []
    done = {outcome.member: outcome for outcome in result.outcomes}
    width = max(len(job.member) for job in planned)
    lines = []
    for job in planned:
        outcome = done.get(job.member)
        told = "not made" if outcome is None else _told(outcome)
        seconds = f"{outcome.seconds:6.1f} s" if outcome else ""
        lines.append(f"{job.member:{width}}  {told:9}{seconds}".rstrip())
    return lines


def _told(outcome: Outcome) -> str:
    return "failed" if outcome.failed else "unchanged" if outcome.unchanged else "made"


def _lacking(result: Run) -> dict[tuple[str, str], list[str]]:
    """Return the companions that were not made, each reason once: file name and reason → members."""
    found: dict[tuple[str, str], list[str]] = {}
    for outcome in result.outcomes:
        for lacking in outcome.lacking.items():
            found.setdefault(lacking, []).append(outcome.member)
    return found

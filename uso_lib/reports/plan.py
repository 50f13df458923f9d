"""Check everything a run needs before it starts, and turn members into jobs.

Everything wrong is found at once and nothing is written. Does not execute anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from uso_lib.catalog import check_catalog, load_catalog
from uso_lib.declarations.shapes import TableShape
from uso_lib.errors import InputErrors, Problem, SnapshotError, UnknownName
from uso_lib.parameters import (
    MemberParameters,
    check_parameters,
    load_member,
    load_network,
    member_file,
)
from uso_lib.regions import Regions, load_regions
from uso_lib.reports.formats import HTML, SLIDES
from uso_lib.reports.index import Member
from uso_lib.reports.job import Job
from uso_lib.reports.readiness import (
    data_problems,
    outputs_problems,
    slides_problems,
    snapshot_problems,
    template_problems,
)
from uso_lib.store import MANIFEST, SNAPSHOT, open_store
from uso_lib.workspace import Workspace

COMMAND_LINE = Path("command line")


def plan(
    workspace: Workspace,
    names: Sequence[str] = (),
    *,
    formats: Sequence[str] = (HTML,),
    publish_anyway: bool = False,
) -> tuple[Job, ...]:
    """Return one job per member, in the order asked for; for all members without names.

    Parameters
    ----------
    names
        Slugs, names in either language, or codes of members; one named twice is made once.
    formats
        What is made of each report (formats.py).
    publish_anyway
        Whether broken claims do not hold a report back.

    Raises
    ------
    InputErrors
        With every problem of the parameters of these members, the theme files, the snapshot and the template.
    """
    regions, problems = _foundations(workspace)
    if regions is None or problems:
        raise InputErrors(problems)
    ids = load_catalog().ids
    members: dict[str, MemberParameters] = {}
    for name in names or load_network(workspace, regions=regions).members:
        try:
            member = load_member(workspace, name, regions=regions, catalog_ids=ids)
        except InputErrors as found:
            problems += found.problems
        except UnknownName as unknown:
            problems.append(Problem(COMMAND_LINE, name, str(unknown)))
        else:
            members[member.slug] = member
    problems += outputs_problems(workspace.outputs, members)
    problems += slides_problems(workspace) if SLIDES in formats else []
    if problems:
        raise InputErrors(list(dict.fromkeys(problems)))
    jobs = (_job(workspace, member, formats) for member in members.values())
    return tuple(replace(job, publish_anyway=publish_anyway) for job in jobs)


def check(workspace: Workspace) -> list[Problem]:
    """List every problem of snapshot, theme files, template and the parameters of all members."""
    regions, problems = _foundations(workspace)
    if regions is None:
        return problems
    try:
        ids = load_catalog().ids
    except InputErrors:
        hint = "correct the theme files first; the parameters name their ids"
        return [*problems, Problem(workspace.parameters, "", "the parameters could not be checked", hint)]
    return [*problems, *check_parameters(workspace, regions=regions, catalog_ids=ids)]


def network_members(workspace: Workspace, regions: Regions | None = None) -> tuple[str, tuple[Member, ...]]:
    """Return the heading of the list of members, and the members."""
    network = load_network(workspace, regions=regions)
    season = network.season.replace("-", "–")
    members = tuple(Member(one.slug, one.name) for one in network.municipalities)
    return f"{network.name}-verkosto, kausi {season}", members


def _job(workspace: Workspace, member: MemberParameters, formats: Sequence[str]) -> Job:
    return Job(
        member=member.slug,
        parameters={
            "member": member.slug,
            "peers": [peer.name for peer in member.peers],
            "themes": list(member.themes),
        },
        workspace=workspace.root,
        template=workspace.template,
        report_template=workspace.report_template,
        outputs=workspace.outputs,
        parameter_file=member_file(workspace, member.municipality),
        snapshot_manifest=SNAPSHOT / MANIFEST,
        data=workspace.data,
        formats=tuple(formats),
        slides_template=workspace.slides_template,
        notes=workspace.notes,
    )


def _foundations(workspace: Workspace) -> tuple[Regions | None, list[Problem]]:
    """Check what every member needs; without sound registers there are no regions to check names with."""
    problems = list(snapshot_problems(SNAPSHOT))
    shapes = None if problems else _table_shapes()
    problems += check_catalog(shapes=shapes)
    problems += data_problems(workspace.data)
    problems += template_problems(workspace)
    try:
        return load_regions(), problems
    except SnapshotError as damage:
        return None, problems or [Problem(SNAPSHOT, "", str(damage))]


def _table_shapes() -> dict[str, TableShape]:
    store = open_store(SNAPSHOT)
    return {
        table.id: TableShape(
            table.contents, {name: store.codes(table.id, name) for name in table.dimensions}, table.periods
        )
        for table in store.tables
    }

"""Make one member's report: gather, execute, harvest, export, write the tables, publish.

Never stops the others: whatever goes wrong becomes an outcome. Does not choose members or parameters
(plan.py) and does not start processes (batch.py).
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from uso_lib.errors import ReportError, UsoError
from uso_lib.notes.desk import Prepared, before_publishing, prepare, stamped
from uso_lib.regions import load_regions
from uso_lib.reports import history, publish
from uso_lib.reports.changes_page import changes_since, with_notice
from uso_lib.reports.changes_page import notice as notice_of
from uso_lib.reports.changes_page import page as changes_page
from uso_lib.reports.companions import make_companions
from uso_lib.reports.composed import Ran, run_composed
from uso_lib.reports.desk_copy import trust, write_desk_copy
from uso_lib.reports.failures import REFUSED, explain, refused
from uso_lib.reports.formats import HTML
from uso_lib.reports.harvest import harvest
from uso_lib.reports.manifest import as_json, digest, fetched_origin, manifest, snapshot_origin
from uso_lib.reports.own_traces import told_by_own_cells
from uso_lib.reports.page import template_digest
from uso_lib.reports.proof import standing_texts, with_proof
from uso_lib.reports.workbook import write_csv, write_workbook
from uso_lib.workspace import Workspace

if TYPE_CHECKING:
    from uso_lib.reports.export import ReportExporter

#: How many times a notebook is executed when figures are being fetched at the same time.
ATTEMPTS = 3


@dataclass(frozen=True)
class Job:
    """Hold everything one report is made from; small and plain, so that it can be handed to another process.

    Parameters
    ----------
    member
        Slug, the name of the member's folder.
    parameters
        What the notebook is executed with: ``member``, ``peers``, ``themes``, resolved.
    workspace
        Root of the workspace.
    template, report_template
        The notebook, and the folder of the nbconvert template.
    outputs
        The folder of all members' folders.
    parameter_file, snapshot_manifest
        Recorded by their digests.
    data
        Folder of fetched and imported figures; None or not there when only the snapshot is used.
    formats
        What is made beside the page (formats.py).
    slides_template
        The folder of the slides' nbconvert template; needed when slides are among the formats.
    notes
        Folder of the consultants' own cells; the workspace's by default.
    publish_anyway
        Whether a report is published although what the consultant claims of the figures does not hold.
    """

    member: str
    parameters: Mapping[str, str | list[str] | None]
    workspace: Path
    template: Path
    report_template: Path
    outputs: Path
    parameter_file: Path
    snapshot_manifest: Path
    data: Path | None = None
    formats: tuple[str, ...] = (HTML,)
    slides_template: Path | None = None
    notes: Path | None = None
    publish_anyway: bool = False

    @property
    def notes_folder(self) -> Path:
        """Return the folder of the consultants' own cells."""
        return self.notes or Workspace(self.workspace).notes


@dataclass(frozen=True)
class Outcome:
    """Tell how one report went; `error` is empty when it was published.

    Parameters
    ----------
    lacking
        File names of companions that were asked for and not made → why; the report itself was published.
    notes
        What the person who made the report shall know of their own cells, one line each.
    private
        What the consultant's own cells tell of the machine or a person.
    """

    member: str
    seconds: float
    error: str = ""
    lacking: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    private: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Tell whether the report was not made."""
        return bool(self.error)


def make_report(job: Job, exporter: ReportExporter) -> Outcome:
    """Make and publish one report; on failure leave the previous one and put the failed notebook beside it.

    The consultant's words are taken into the notes before anything is made, and once more right before the
    new desk copy takes the old one's place.

    Parameters
    ----------
    exporter
        Used for many reports; it keeps nothing of a report.
    """
    started = time.monotonic()
    target = job.outputs / job.member
    messages: list[str] = []
    try:
        made = publish.temporary_folder(job.outputs, job.member)
    except OSError as problem:
        return Outcome(job.member, 0.0, refused(job.member, problem))
    try:
        prepared = prepare(job.notes_folder, job.member, job.template, target / publish.NOTEBOOK)
        messages += prepared.messages
        lacking, record = _make(job, prepared, made, exporter, messages)
        private = told_by_own_cells(made / publish.NOTEBOOK, workspace=job.workspace)
        publish.publish(made, target, last=lambda: messages.extend(before_publishing(prepared)))
        trust(target / publish.NOTEBOOK)
        messages += _keep(target, record)
    except UsoError as problem:
        return _failure(job, made, str(problem), started, messages, finnish=problem.finnish)
    except OSError as problem:
        return _failure(job, made, refused(job.member, problem), started, messages, finnish=REFUSED)
    except Exception as problem:  # one member's unforeseen failure must not stop the others
        return _failure(job, made, f"{type(problem).__name__}: {problem}", started, messages)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    seconds = round(time.monotonic() - started, 1)
    return Outcome(job.member, seconds, lacking=lacking, notes=tuple(messages), private=private)


def _keep(target: Path, record: Mapping[str, Any]) -> list[str]:
    """Keep a record of what was published; the report stands whether or not that can be done."""
    try:
        history.keep(target / history.FOLDER, record)
    except OSError as problem:
        told = "The next report's changes will be told since an earlier one: "
        return [f"{told}{history.FOLDER} could not be written ({problem})."]
    return []


def _make(
    job: Job, prepared: Prepared, made: Path, exporter: ReportExporter, messages: list[str]
) -> tuple[dict[str, str], Mapping[str, Any]]:
    """Make the files of a report in a folder, adding to the messages.

    Returns
    -------
    Which companions could not be made, and why; and the record of what is published.
    """
    from uso_lib.reports.bound_words import bind, refuse_broken
    from uso_lib.reports.export import export

    begun = datetime.now(UTC)
    ran, fetched = _executed(job, prepared, made / publish.FAILED_NOTEBOOK)
    messages += ran.messages
    bound = bind(ran.shown, prepared.composition.own)
    messages += bound.messages
    harvested = harvest(bound.notebook)
    record = history.record_of(bound.notebook, harvested, words=bound.words, claims=bound.claims)
    previous, damaged = history.earlier(job.outputs / job.member / history.FOLDER, record, most=1)
    messages += damaged
    claimed = previous[0].content["claims"] if previous else ()
    messages += refuse_broken(bound, earlier=claimed, publish_anyway=job.publish_anyway)
    notice = _write_changes(job, made, record, previous)
    write_desk_copy(stamped(with_notice(ran.notebook, notice), prepared), made / publish.NOTEBOOK)
    page, proof = with_proof(
        export(bound.notebook, exporter),
        bound.notebook,
        harvested,
        standing=standing_texts(job.report_template),
    )
    (made / publish.REPORT).write_text(page, encoding="utf-8", newline="\n")
    tables = proof.get("tables")
    write_workbook(harvested, made / publish.WORKBOOK, title=harvested.title, tables=tables)
    write_csv(harvested, made / publish.CSV)
    lacking = make_companions(bound.notebook, made, formats=job.formats, slides_template=job.slides_template)
    made_from = _made_from(job, made, fetched=fetched, begun=begun) | {"desk": _desk(prepared, ran)}
    files = [
        made / name for name in (*publish.companions(made), *publish.PUBLISHED) if name != publish.MANIFEST
    ]
    described = manifest(harvested, parameters=job.parameters, made_from=made_from, files=files)
    (made / publish.MANIFEST).write_text(as_json(described | {"proof": proof}), encoding="utf-8")
    return lacking, record


def _write_changes(job: Job, made: Path, record: Mapping[str, Any], previous: Sequence[history.Kept]) -> str:
    """Write the page of changes and return the notice for the notebook."""
    found, since = changes_since(previous, record)
    names = {one.code: one.name for one in load_regions().all} if found and found.divisions else {}
    text = changes_page(found, since=since, title=record["title"], names=names, template=job.report_template)
    (made / publish.CHANGES).write_text(text, encoding="utf-8", newline="\n")
    return notice_of(found, since=since, names=names)


def _made_from(job: Job, made: Path, *, fetched: Mapping[str, Any], begun: datetime) -> dict[str, Any]:
    """Return digests of what the report was made from, and the times."""
    made_from = {
        "template_sha256": template_digest(job.report_template, job.template),
        "parameters_sha256": digest(job.parameter_file),
        "snapshot": snapshot_origin(job.snapshot_manifest),
        "fetched": fetched,
        "started": begun.isoformat(timespec="seconds"),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    if publish.SLIDES in publish.companions(made) and job.slides_template:
        made_from["slides_template_sha256"] = template_digest(job.slides_template)
    return made_from


def _desk(prepared: Prepared, ran: Ran) -> dict[str, list[str]]:
    """Return what of the consultant's is in the report and what of the template is not, by cell ids."""
    composition = prepared.composition
    return {
        "own": list(composition.own),
        "hidden": list(composition.hidden),
        "orphaned": list(composition.orphaned),
        "conflicts": list(composition.conflicts),
        "left_out": list(ran.failed),
    }


def _executed(job: Job, prepared: Prepared, raw: Path) -> tuple[Ran, dict[str, Any]]:
    """Execute the notebook on figures that stay the same meanwhile; return it and the editions it used."""
    for _ in range(ATTEMPTS):
        fetched = fetched_origin(job.data)
        ran = run_composed(prepared, raw, parameters=job.parameters, workspace=job.workspace)
        if fetched_origin(job.data) == fetched:
            return ran, fetched
    message = "Figures were fetched while the report was being made. Make it again when the fetch has ended."
    raise ReportError(message)


def _failure(
    job: Job, made: Path, error: str, started: float, messages: Sequence[str], *, finnish: str = ""
) -> Outcome:
    failed = made / publish.FAILED_NOTEBOOK
    told = finnish or error
    try:
        explain(failed if failed.exists() else job.template, failed, told, workspace=job.workspace)
        publish.publish_failure(made, job.outputs / job.member)
    except (OSError, ValueError, KeyError) as second:
        # A full disk stops this too; the first reason is the one that helps.
        told = f"{type(second).__name__}: {second}"
        error = f"{error} ({publish.FAILED_NOTEBOOK} could not be written either: {told})"
    return Outcome(job.member, round(time.monotonic() - started, 1), error, notes=tuple(messages))

"""Make one member's report: gather, execute, harvest, export, write the tables, publish.

Never stops the others: whatever goes wrong becomes an outcome. Does not choose members or parameters
(plan.py) and does not start processes (pool.py).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from uso_lib.errors import ReportError, UsoError
from uso_lib.foundation import foundation
from uso_lib.notes.desk import Prepared, before_publishing, prepare, stamped
from uso_lib.regions import load_regions
from uso_lib.reports import history, publish
from uso_lib.reports.canary import (
    Canary,
    canary_of,
    check_files,
    check_sections,
    mark_notebook,
    told_by,
)
from uso_lib.reports.changes_page import changes_since, with_notice
from uso_lib.reports.changes_page import notice as notice_of
from uso_lib.reports.changes_page import page as changes_page
from uso_lib.reports.collecting import without_collecting
from uso_lib.reports.companions import make_companions
from uso_lib.reports.composed import Ran, run_composed
from uso_lib.reports.desk_copy import trust, write_desk_copy
from uso_lib.reports.failures import REFUSED, explain, refused
from uso_lib.reports.harvest import harvest
from uso_lib.reports.inputs import Inputs, inputs_of
from uso_lib.reports.job import Job, Outcome
from uso_lib.reports.manifest import as_json, digest, fetched_origin, manifest, snapshot_origin
from uso_lib.reports.own_traces import told_by_own_cells
from uso_lib.reports.page import template_digest
from uso_lib.reports.proof import standing_texts, with_proof
from uso_lib.reports.section_cache import Sections
from uso_lib.reports.workbook import write_csv, write_workbook

#: How many times a notebook is executed when figures are being fetched at the same time.
ATTEMPTS = 3


def _untold(stage: str) -> None:
    """Tell nobody of a stage."""


def make_report(job: Job, *, tell: Callable[[str], None] = _untold) -> Outcome:
    """Make and publish one report; on failure leave the previous one and put the failed notebook beside it.

    The consultant's words are taken into the notes before anything is made, and once more right before the
    new desk copy takes the old one's place.

    Parameters
    ----------
    tell
        Called with the name of every stage the report comes to: execute, export, tables, publish.
    """
    started = time.monotonic()
    target = job.outputs / job.member
    messages: list[str] = []
    try:
        made = publish.temporary_folder(job.outputs, job.member)
    except OSError as problem:
        return Outcome(job.member, 0.0, refused(job.member, problem))
    try:
        done = _make(job, made, messages, tell)
        prepared = done.run.prepared
        own = prepared.composition.own
        private = told_by_own_cells(made / publish.NOTEBOOK, workspace=job.workspace, own=own)
        tell("publish")
        publish.publish(made, target, last=lambda: messages.extend(before_publishing(prepared)))
        trust(target / publish.NOTEBOOK)
        messages += _keep(target, done)
        done.run.sections.keep()
    except UsoError as problem:
        return _failure(job, made, str(problem), started, messages, finnish=problem.finnish)
    except OSError as problem:
        return _failure(job, made, refused(job.member, problem), started, messages, finnish=REFUSED)
    except Exception as problem:  # one member's unforeseen failure must not stop the others
        return _failure(job, made, f"{type(problem).__name__}: {problem}", started, messages)
    finally:
        with suppress(OSError):
            publish.discard(made)
    seconds = round(time.monotonic() - started, 1)
    return Outcome(job.member, seconds, lacking=done.lacking, notes=tuple(messages), private=private)


@dataclass(frozen=True)
class _Run:
    """Hold a run notebook and what it was made from, which was the same before and after.

    Parameters
    ----------
    prepared
        The notebook that was run.
    fetched
        Editions of fetched figures.
    inputs
        For the manifest (inputs.py).
    sections
        To be kept for the next report.
    """

    ran: Ran
    prepared: Prepared
    fetched: Mapping[str, Any]
    inputs: Inputs
    sections: Sections


@dataclass(frozen=True)
class _Done:
    """Hold what making a report's files left to do.

    Parameters
    ----------
    lacking
        Companions that could not be made → why.
    record, digest
        What is published, for the history.
    """

    run: _Run
    lacking: Mapping[str, str]
    record: Mapping[str, Any]
    digest: str


def _keep(target: Path, done: _Done) -> list[str]:
    """Keep a record of what was published; the report stands whether or not that can be done."""
    try:
        history.keep(target / history.FOLDER, done.record, digest=done.digest)
    except OSError as problem:
        told = "The next report's changes will be told since an earlier one: "
        return [f"{told}{history.FOLDER} could not be written ({problem})."]
    return []


@without_collecting()
def _make(job: Job, made: Path, messages: list[str], tell: Callable[[str], None]) -> _Done:
    """Make the files of a report in a folder, adding to the messages."""
    from uso_lib.reports.bound_words import bind, refuse_broken
    from uso_lib.reports.export import export, exporter_of

    begun = datetime.now(UTC)
    tell("execute")
    run = _executed(job, made / publish.FAILED_NOTEBOOK, messages)
    ran, prepared = run.ran, run.prepared
    messages += ran.messages
    tell("export")
    bound = bind(ran.shown, prepared.composition.own)
    messages += bound.messages
    harvested = harvest(bound.notebook)
    check_sections(harvested, canary := _canary(job))
    record = history.record_of(bound.notebook, harvested, words=bound.words, claims=bound.claims)
    kept, known = job.outputs / job.member / history.FOLDER, history.digest_of(record)
    previous, damaged = history.earlier(kept, record, most=1, digest=known)
    messages += damaged
    claimed = previous[0].content["claims"] if previous else ()
    messages += refuse_broken(bound, earlier=claimed, publish_anyway=job.publish_anyway)
    notice = _write_changes(job, made, record, previous)
    noted, mark = with_notice(ran.notebook, notice), told_by(harvested)
    for notebook in (noted, bound.notebook):
        mark_notebook(notebook, mark)
    write_desk_copy(stamped(noted, prepared), made / publish.NOTEBOOK)
    # Asked for after the inputs: what a later template than theirs makes is made again.
    page, proof = with_proof(
        export(bound.notebook, exporter_of(job.report_template)),
        bound.notebook,
        harvested,
        standing=standing_texts(job.report_template),
    )
    (made / publish.REPORT).write_text(page, encoding="utf-8", newline="\n")
    tell("tables")
    tables = proof.get("tables")
    write_workbook(harvested, made / publish.WORKBOOK, title=harvested.title, tables=tables)
    write_csv(harvested, made / publish.CSV)
    lacking = make_companions(bound.notebook, made, formats=job.formats, slides_template=job.slides_template)
    made_from = _made_from(job, made, fetched=run.fetched, begun=begun) | {
        "inputs": run.inputs,
        "desk": _desk(prepared, ran),
        "record": known,
    }
    files = [
        made / name for name in (*publish.companions(made), *publish.PUBLISHED) if name != publish.MANIFEST
    ]
    described = manifest(harvested, parameters=job.parameters, made_from=made_from, files=files)
    (made / publish.MANIFEST).write_text(as_json(described | {"proof": proof}), encoding="utf-8")
    check_files(made, canary)
    return _Done(run, lacking, record, known)


def _canary(job: Job) -> Canary:
    return canary_of(job.member, foundation(job.data_folder).regions)


def _write_changes(job: Job, made: Path, record: Mapping[str, Any], previous: Sequence[history.Kept]) -> str:
    """Write the page of changes and return the notice for the notebook."""
    found, since = changes_since(previous, record)
    names = {one.code: one.name for one in load_regions().all} if found and found.divisions else {}
    text = changes_page(
        found,
        since=since,
        title=record["title"],
        mark=str(Canary(record["member"], record["code"])),
        names=names,
        template=job.report_template,
    )
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


def _executed(job: Job, raw: Path, messages: list[str]) -> _Run:
    """Compose and execute the notebook from inputs that stay the same meanwhile, adding to the messages."""
    for _ in range(ATTEMPTS):
        _prepared(job, messages)  # takes the consultant's words into the notes, which are an input
        fetched, inputs = fetched_origin(job.data), inputs_of(job)
        prepared, sections = _prepared(job, messages), Sections(job, inputs)
        ran = run_composed(
            prepared, raw, parameters=job.parameters, workspace=job.workspace, sections=sections
        )
        if inputs_of(job) == inputs:
            return _Run(ran, prepared, fetched, inputs, sections)
    message = (
        "Figures, parameters or templates were changed while the report was being made. "
        "Make it again when the fetch or the editing has ended."
    )
    raise ReportError(message)


def _prepared(job: Job, messages: list[str]) -> Prepared:
    """Compose the notebook as the files are now; what there is to tell is told once."""
    desk_copy = job.outputs / job.member / publish.NOTEBOOK
    prepared = prepare(job.notes_folder, job.member, job.template, desk_copy)
    messages += [one for one in prepared.messages if one not in messages]
    return prepared


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

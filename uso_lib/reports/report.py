"""Make one member's report: execute, harvest, export, write the tables, publish.

Never stops the others: whatever goes wrong becomes an outcome. Does not choose members or parameters
(plan.py) and does not start processes (batch.py).
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from uso_lib.errors import ReportError, UsoError
from uso_lib.reports import publish
from uso_lib.reports.companions import make_companions
from uso_lib.reports.execute import execute
from uso_lib.reports.formats import HTML
from uso_lib.reports.harvest import harvest
from uso_lib.reports.manifest import as_json, digest, fetched_origin, manifest, snapshot_origin
from uso_lib.reports.own_cells import told_by_own_cells
from uso_lib.reports.page import template_digest
from uso_lib.reports.proof import standing_texts, with_proof
from uso_lib.reports.traces import without_places
from uso_lib.reports.workbook import write_csv, write_workbook

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


@dataclass(frozen=True)
class Outcome:
    """Tell how one report went; `error` is empty when it was published.

    Parameters
    ----------
    lacking
        File names of companions that were asked for and not made → why; the report itself was published.
    private
        What the consultant's own cells tell of the machine or a person.
    """

    member: str
    seconds: float
    error: str = ""
    lacking: Mapping[str, str] = field(default_factory=dict)
    private: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Tell whether the report was not made."""
        return bool(self.error)


def make_report(job: Job, exporter: ReportExporter) -> Outcome:
    """Make and publish one report; on failure leave the previous one and put the failed notebook beside it.

    Parameters
    ----------
    exporter
        Used for many reports; it keeps nothing of a report.
    """
    started = time.monotonic()
    made = publish.temporary_folder(job.outputs, job.member)
    try:
        lacking = _make(job, made, exporter)
        private = told_by_own_cells(made / publish.NOTEBOOK, workspace=job.workspace)
        publish.publish(made, job.outputs / job.member)
    except UsoError as problem:
        return _failure(job, made, str(problem), started)
    except Exception as problem:  # one member's unforeseen failure must not stop the others
        return _failure(job, made, f"{type(problem).__name__}: {problem}", started)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return Outcome(job.member, round(time.monotonic() - started, 1), lacking=lacking, private=private)


def _make(job: Job, made: Path, exporter: ReportExporter) -> dict[str, str]:
    """Make the files of a report in a folder; return which companions could not be made, and why."""
    import nbformat

    from uso_lib.reports.export import export

    begun = datetime.now(UTC)
    notebook, fetched = _executed(job, made / publish.FAILED_NOTEBOOK)
    harvested = harvest(notebook)
    nbformat.write(notebook, made / publish.NOTEBOOK)  # type: ignore[no-untyped-call]
    page, proof = with_proof(
        export(notebook, exporter), notebook, harvested, standing=standing_texts(job.report_template)
    )
    (made / publish.REPORT).write_text(page, encoding="utf-8", newline="\n")
    tables = proof.get("tables")
    write_workbook(harvested, made / publish.WORKBOOK, title=harvested.title, tables=tables)
    write_csv(harvested, made / publish.CSV)
    lacking = make_companions(notebook, made, formats=job.formats, slides_template=job.slides_template)
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
    files = [
        made / name for name in (*publish.companions(made), *publish.PUBLISHED) if name != publish.MANIFEST
    ]
    record = manifest(harvested, parameters=job.parameters, made_from=made_from, files=files)
    (made / publish.MANIFEST).write_text(as_json(record | {"proof": proof}), encoding="utf-8")
    return lacking


def _executed(job: Job, raw: Path) -> tuple[Any, dict[str, Any]]:
    """Execute the notebook on figures that stay the same meanwhile; return it and the editions it used."""
    for _ in range(ATTEMPTS):
        fetched = fetched_origin(job.data)
        notebook = execute(job.template, raw, parameters=job.parameters, workspace=job.workspace)
        if fetched_origin(job.data) == fetched:
            return notebook, fetched
    message = "Figures were fetched while the report was being made. Make it again when the fetch has ended."
    raise ReportError(message)


def _failure(job: Job, made: Path, error: str, started: float) -> Outcome:
    failed = made / publish.FAILED_NOTEBOOK
    try:
        _explain(failed if failed.exists() else job.template, failed, error, workspace=job.workspace)
        publish.publish_failure(made, job.outputs / job.member)
    except (OSError, ValueError, KeyError) as second:
        # A full disk stops this too; the first reason is the one that helps.
        error = f"{error}; nor could {publish.FAILED_NOTEBOOK} be written ({type(second).__name__}: {second})"
    return Outcome(job.member, round(time.monotonic() - started, 1), error)


def _explain(notebook_file: Path, target: Path, error: str, *, workspace: Path) -> None:
    """Write a failed notebook with the reason on top, in place of papermill's own English note."""
    notebook: dict[str, Any] = json.loads(notebook_file.read_text(encoding="utf-8"))
    fence = "```"
    source = f"# Raporttia ei syntynyt\n\n{fence}\n{error.replace(fence, '')}\n{fence}\n"
    note = {"cell_type": "markdown", "id": "failure", "metadata": {}, "source": source}
    kept = [
        cell
        for cell in notebook["cells"]
        if "papermill-error-cell-tag" not in cell["metadata"].get("tags", [])
    ]
    notebook["cells"] = [note, *kept]
    text = json.dumps(without_places(notebook, workspace), ensure_ascii=False, indent=1)
    target.write_text(f"{text}\n", encoding="utf-8")

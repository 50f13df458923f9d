"""Find what would stop every report before one starts: figures, templates, the folder of reports.

Does not read parameters or theme files (plan.py) and writes nothing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from uso_lib.boundaries import BOUNDARIES, load_boundaries
from uso_lib.editions import file_way_out, read_record, record_file, recorded_tables, tables_folder
from uso_lib.errors import Problem, ReportError, SnapshotError
from uso_lib.registers import MERGERS, MUNICIPALITIES, read_mergers, read_municipalities
from uso_lib.reports.index import INDEX, TEMPLATE
from uso_lib.reports.manifest import digest
from uso_lib.reports.page import STYLE_SHEET
from uso_lib.reports.run_record import RUN_RECORD
from uso_lib.reports.template_parameters import declared_parameters
from uso_lib.store import MANIFEST, open_store
from uso_lib.workspace import Workspace

#: What the template must declare, and what every job passes to it.
PARAMETERS = ("member", "peers", "themes")
CONFIGURATION = "conf.json"
PAGES = ("index.html.j2", "page.html.j2", TEMPLATE)
SLIDES_SHEET, SLIDES_PAGE = "slides.css", "index.html.j2"
TEMPLATE_SUFFIX = ".j2"
RESTORE = "restore it with git, or rebuild the snapshot with make snapshot"
RESTORE_TEMPLATE = "restore it with git"


def snapshot_problems(folder: Path) -> Iterator[Problem]:
    """Compare every file of a snapshot with its fingerprint."""
    manifest = folder / MANIFEST
    try:
        store = open_store(folder)
        tables = [edition for table in store.tables for edition in store.editions(table.id)]
    except SnapshotError as damage:
        yield Problem(manifest, "", _without(manifest, damage))
        return
    for table in tables:
        file = folder / table.file
        if not file.is_file():
            yield Problem(file, "", "a file of the snapshot is missing", RESTORE)
        elif not os.access(file, os.R_OK):
            yield Problem(file, "", "a file of the snapshot cannot be read", RESTORE)
        elif digest(file) != table.sha256:
            yield Problem(file, "", "the file is not what the snapshot's manifest says", RESTORE)
    registers: tuple[tuple[str, Callable[[Path], object]], ...] = (
        (MUNICIPALITIES, read_municipalities), (MERGERS, read_mergers), (BOUNDARIES, load_boundaries),
    )  # fmt: skip
    for name, read in registers:
        try:
            read(folder)
        except SnapshotError as damage:
            yield Problem(folder / name, "", str(damage))


def data_problems(data: Path) -> Iterator[Problem]:
    """Compare every fetched or imported file with its fingerprint; without the folder there are none."""
    for table in recorded_tables(data):
        record = record_file(data, table)
        try:
            found = read_record(data, table)
        except SnapshotError as damage:
            yield Problem(record, "", _without(record, damage))
            continue
        for edition in found.editions if found else ():
            file = tables_folder(data) / edition.file
            way_out = file_way_out(table, edition)
            if not file.is_file():
                yield Problem(file, "", "a file of fetched figures is missing", way_out)
            elif not os.access(file, os.R_OK):
                yield Problem(file, "", "a file of fetched figures cannot be read", way_out)
            elif digest(file) != edition.sha256:
                yield Problem(file, "", "the file is not what its record says", way_out)


def template_problems(workspace: Workspace) -> Iterator[Problem]:
    """Check the template notebook and the files of the nbconvert template."""
    yield from _file_problems(workspace.report_template, (STYLE_SHEET, CONFIGURATION, *PAGES))
    try:
        declared = declared_parameters(workspace.template)
    except ReportError as problem:
        yield Problem(workspace.template, "", _without(workspace.template, problem))
        return
    if set(declared) != set(PARAMETERS):
        reason = f"the parameters cell declares {', '.join(declared) or 'nothing'}"
        hint = f"it must declare exactly {', '.join(PARAMETERS)}"
        yield Problem(workspace.template, "parameters", reason, hint)


def slides_problems(workspace: Workspace) -> Iterator[Problem]:
    """Check the files of the slides' template."""
    yield from _file_problems(workspace.slides_template, (SLIDES_SHEET, CONFIGURATION, SLIDES_PAGE))


def _file_problems(folder: Path, names: Iterable[str]) -> Iterator[Problem]:
    for file in (folder / name for name in names):
        if not file.is_file():
            yield Problem(file, "", "a file of the report template is missing", RESTORE_TEMPLATE)
            continue
        reason = _fault(file)
        if reason:
            yield Problem(file, "", reason, RESTORE_TEMPLATE)


def outputs_problems(outputs: Path, members: Iterable[str]) -> Iterator[Problem]:
    """Check that the reports of these members can be put in their places."""
    if os.path.lexists(outputs) and not outputs.is_dir():
        yield Problem(outputs, "", "the folder of reports is no folder", "move or remove what has its name")
        return
    if not os.access(outputs if outputs.is_dir() else outputs.parent, os.W_OK | os.X_OK):
        yield Problem(outputs, "", "the folder of reports cannot be written to", "give yourself access to it")
        return
    for folder in (outputs / member for member in members):
        if os.path.lexists(folder) and not folder.is_dir():
            yield Problem(folder, "", "a member's folder is no folder", "move or remove what has its name")
        elif folder.is_dir() and not os.access(folder, os.W_OK | os.X_OK):
            yield Problem(folder, "", "the member's folder cannot be written to", "give yourself access")
    for file in (outputs / INDEX, outputs / RUN_RECORD):
        if file.is_dir():
            yield Problem(file, "", "a folder has the name of a file to be written", "move or remove it")


def _fault(file: Path) -> str:
    """Say why a file of the report template is of no use, nothing when it is sound."""
    from jinja2 import Environment, TemplateSyntaxError

    try:
        text = file.read_text(encoding="utf-8")
        if file.name == CONFIGURATION:
            json.loads(text)
        elif file.suffix == TEMPLATE_SUFFIX:
            Environment(autoescape=True).parse(text)
    except OSError as problem:
        return f"the file cannot be read ({problem.strerror})"
    except TemplateSyntaxError as problem:
        return f"the template is not valid on line {problem.lineno}: {problem.message}"
    except ValueError as problem:
        return f"the file is damaged ({problem})"
    return ""


def _without(file: Path, problem: Exception) -> str:
    """Return a message without the file's name in front, which a problem gives anyway."""
    return str(problem).removeprefix(str(file)).lstrip(": ")

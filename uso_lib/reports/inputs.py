"""Say what a report is made from, as digests.

Everything a report's bytes depend on is here: figures, parameters, own cells, templates, library, packages.
Does not make reports; why.py compares, and says what differs.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from uso_lib.foundation import Foundation, foundation
from uso_lib.live_tables import ENVIRONMENT_VARIABLE
from uso_lib.notes.keeping import notes_file
from uso_lib.parameters import DEFAULTS
from uso_lib.reports.formats import SLIDES
from uso_lib.reports.manifest import digest
from uso_lib.reports.page import template_digest
from uso_lib.tables_read import all_tables, tables_read
from uso_lib.workspace import Workspace

if TYPE_CHECKING:
    from uso_lib.reports.job import Job

#: Of the library's folder, what is no code: its figures are told table by table.
SNAPSHOT = "snapshot"
#: Beside the snapshot's manifest: the borders of municipalities that maps are drawn with.
BOUNDARIES = "boundaries.json"
#: The template's cells of code that read no more than the tables of the report's own rows.
OPENING = """from uso_lib import open_situation

situation = open_situation(member, peers=peers, themes=themes)"""
KNOWN = re.compile(
    r"situation\.(?:cover|summary|intro|section|reforms|peers_overview|sources|proof|words)\([^()\n]*\)"
)
Inputs = dict[str, Any]


def inputs_of(job: Job) -> Inputs:
    """Return what a report would be made from now.

    Returns
    -------
    Plain data for JSON: component → digest, or name → digest. The same inputs give the same report.

    Raises
    ------
    UsoError
        The figures or declarations are wrong.
    """
    workspace = Workspace(job.workspace)
    held = foundation(job.data_folder)
    notes = notes_file(job.notes_folder, job.member)
    services = Path(os.environ[ENVIRONMENT_VARIABLE]) if os.environ.get(ENVIRONMENT_VARIABLE) else None
    return {
        "figures": _figures(held, job),
        "figures_as_of": held.store.data_as_of,
        "registers": _registers(job.snapshot_manifest),
        "parameters": {
            "resolved": _sha(dict(job.parameters)),
            **{file.name: digest(file) for file in _parameter_files(job)},
        },
        "own_cells": digest(notes) if notes.is_file() else "",
        "around": _around(workspace) if _reads_anything(job) else {},
        "services": digest(services) if services and services.is_file() else "",
        "template": {
            job.template.name: digest(job.template),
            job.report_template.name: template_digest(job.report_template),
            **(
                {job.slides_template.name: template_digest(job.slides_template)}
                if job.slides_template and SLIDES in job.formats
                else {}
            ),
        },
        "formats": list(job.formats),
        "publish_anyway": job.publish_anyway,
        "library": library_digest(),
        "packages": packages(),
    }


def touched(folder: Path, made: Mapping[str, Any]) -> list[str]:
    """Return the files of a report that are gone or are not as they were published."""
    found = []
    for name, about in made["files"].items():
        file = folder / name
        same = file.is_file() and file.stat().st_size == about["bytes"] and digest(file) == about["sha256"]
        found += [] if same else [name]
    return found


def _figures(held: Foundation, job: Job) -> dict[str, str]:
    text = "\n".join(file.read_text(encoding="utf-8", errors="replace") for file in _parameter_files(job))
    used = tables_read(held, job.parameters["themes"] or (), text)
    return {**all_tables(held), **used} if _reads_anything(job) else used


def _around(workspace: Workspace) -> dict[str, str]:
    """Return the workbench's files that a consultant's own code is likely to read → digest.

    All parameters and what lies beside the template and at the root: a list of figures, a module of their
    own; no notebooks, which are run and not read.
    """
    folders = (workspace.parameters, workspace.template.parent, workspace.root)
    found = [file for folder in folders if folder.is_dir() for file in folder.iterdir()]
    files = sorted(
        file for file in found if file.is_file() and file.suffix != ".ipynb" and not file.name.startswith(".")
    )
    return {file.relative_to(workspace.root).as_posix(): digest(file) for file in files}


def _parameter_files(job: Job) -> list[Path]:
    """Return the member's own file and those of the network and of what goes for all."""
    folder = Workspace(job.workspace).parameters
    shared = (folder / name for name in ("network.yml", DEFAULTS))
    return [job.parameter_file, *(file for file in shared if file.is_file())]


def _reads_anything(job: Job) -> bool:
    """Tell whether the notes or the template hold code that can read any figure or file there is."""
    return any(map(_has_free_code, (notes_file(job.notes_folder, job.member), job.template)))


def _has_free_code(notebook: Path) -> bool:
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        return any(cell["cell_type"] == "code" and not _is_known(cell) for cell in cells)
    except FileNotFoundError:
        return False
    except (OSError, ValueError, KeyError, TypeError, AttributeError):  # told by the report that needs them
        return True


def _is_known(cell: Mapping[str, Any]) -> bool:
    """Tell whether a cell of code only states the parameters, opens the situation or shows a part of it."""
    if "parameters" in cell.get("metadata", {}).get("tags", ()):
        return True  # nothing but names and values (template_parameters.py)
    source = "".join(cell["source"]).strip()
    return source == OPENING or KNOWN.fullmatch(source) is not None


def _registers(manifest: Path) -> str:
    listed = json.loads(manifest.read_text(encoding="utf-8"))
    borders = manifest.with_name(BOUNDARIES)
    told = {key: listed.get(key) for key in ("registers", "reference_year")}
    return _sha({**told, "borders": digest(borders) if borders.is_file() else ""})


@cache
def library_digest() -> str:
    """Return a digest over the library's own files, by path and content; figures are not among them."""
    root = Path(__file__).resolve().parents[1]
    total = hashlib.sha256()
    for file in sorted(root.rglob("*")):
        place = file.relative_to(root)
        if file.is_file() and place.parts[0] != SNAPSHOT and "__pycache__" not in place.parts:
            total.update(str(place.as_posix()).encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


@cache
def packages() -> dict[str, str]:
    """Return Python and every installed package → version."""
    names = ("METADATA", "PKG-INFO", "")
    told = [next(filter(None, map(one.read_text, names)), "") for one in metadata.distributions()]
    found = {_told(text, "Name").lower(): _told(text, "Version") for text in told}
    return {"python": platform.python_version(), **dict(sorted(found.items()))}


def _told(metadata_text: str, key: str) -> str:
    """Return what stands behind a key of a package's metadata; all of it is long to read."""
    found = re.search(rf"^{key}:[ \t]*(.*?)[ \t]*$", metadata_text, re.MULTILINE)
    return found[1] if found else ""


def _sha(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()

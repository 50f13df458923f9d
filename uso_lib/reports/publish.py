"""Put finished files in their place without ever leaving a half-made report.

Files are made in a temporary folder beside the member's own, written through to the disk and renamed one by
one, the manifest last; companions of an earlier report go before the first is renamed. Does not make the
files. Never touches other files of a member's folder.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

MANIFEST = "manifest.json"
NOTEBOOK = "situation.ipynb"
FAILED_NOTEBOOK = "situation.failed.ipynb"
REPORT = "situation.html"
WORKBOOK = "tables.xlsx"
CSV = "indicators.csv"
#: What has changed since the report before.
CHANGES = "changes.html"
PUBLISHED = (REPORT, CHANGES, NOTEBOOK, CSV, WORKBOOK, MANIFEST)
#: What may stand beside a report, made from the same notebook.
PDF = "situation.pdf"
SLIDES = "slides.html"
COMPANIONS = (PDF, SLIDES)
#: A temporary folder is called .<member>.<process id>.<random>; it outlives its process only after a crash.
_TEMPORARY = re.compile(r"^\.[a-z0-9-]+\.(?P<process>\d+)\.[a-z0-9_]+$")
_STALE_SECONDS = 24 * 3600


def temporary_folder(outputs: Path, member: str) -> Path:
    """Make an empty folder beside the member's own, on the same disk."""
    outputs.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=f".{member}.{os.getpid()}.", dir=outputs))


def remove_leftovers(outputs: Path) -> tuple[str, ...]:
    """Remove temporary folders of runs that are no more; those of a run still going stay.

    Returns
    -------
    The names removed.
    """
    removed = []
    for folder in sorted(outputs.glob(".*")) if outputs.is_dir() else []:
        match = _TEMPORARY.match(folder.name)
        if match and folder.is_dir() and not _in_use(folder, int(match["process"])):
            shutil.rmtree(folder)
            removed.append(folder.name)
    return tuple(removed)


def publish(made: Path, target: Path, *, last: Callable[[], None] | None = None) -> None:
    """Move a finished report into the member's folder.

    Parameters
    ----------
    made
        Temporary folder that holds every file of `PUBLISHED` and any of `COMPANIONS`; it is removed.
    target
        The member's folder. Companions of the earlier report and a notebook of an earlier failure are removed
        from it, other files stay.
    last
        What is to be done right before the first file takes its place: waiting for a slow disk is over then.
    """
    names = (*companions(made), *PUBLISHED)
    for name in names:
        write_through(made / name)
    target.mkdir(parents=True, exist_ok=True)
    if last is not None:
        last()
    # First of all: at no moment may a new report stand beside the companions of an old one.
    for name in COMPANIONS:
        (target / name).unlink(missing_ok=True)
    for name in names:
        (made / name).replace(target / name)
    (target / FAILED_NOTEBOOK).unlink(missing_ok=True)
    write_through(target)
    shutil.rmtree(made)


def companions(folder: Path) -> tuple[str, ...]:
    """Return the names of the companions a folder holds."""
    return tuple(name for name in COMPANIONS if (folder / name).is_file())


def publish_failure(made: Path, target: Path) -> None:
    """Move the failed notebook beside the member's previous report, which stays as it is.

    Parameters
    ----------
    made
        Temporary folder that holds `FAILED_NOTEBOOK`; it is removed.
    """
    target.mkdir(parents=True, exist_ok=True)
    (made / FAILED_NOTEBOOK).replace(target / FAILED_NOTEBOOK)
    shutil.rmtree(made)


def write_atomically(target: Path, content: str | bytes) -> None:
    """Write a file, text as UTF-8, so that a reader sees either the old or the new one, whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    made = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode("utf-8") if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        made.chmod(0o644)
        made.replace(target)
    finally:
        made.unlink(missing_ok=True)


def write_through(path: Path) -> None:
    """Wait until a file or folder is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _in_use(folder: Path, process: int) -> bool:
    if process == os.getpid():
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    # A number can belong to another process by now; no report takes a day.
    return time.time() - folder.stat().st_mtime < _STALE_SECONDS

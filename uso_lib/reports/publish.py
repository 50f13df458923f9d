"""Put finished files in their place without ever leaving a half-made report.

Files are made in a temporary folder beside the member's own, written through to the disk and renamed one by
one, the manifest last; companions of an earlier report go before the first is renamed. The earlier files are
set aside meanwhile: when a rename is refused they come back, and a publication that was cut off by a kill is
finished, or taken back, by whoever clears the folder up. Does not make the files. Never touches other files
of a member's folder.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

MANIFEST = "manifest.json"
NOTEBOOK = "situation.ipynb"
FAILED_NOTEBOOK = "situation.failed.ipynb"
REPORT = "situation.html"
WORKBOOK = "tables.xlsx"
CSV = "indicators.csv"
#: What has changed since the report before.
CHANGES = "changes.html"
#: In the order they take their places. The notebook is first: once it stands the publication is finished
#: whatever happens, and no text that is written into it later can be replaced by that.
PUBLISHED = (NOTEBOOK, REPORT, CHANGES, CSV, WORKBOOK, MANIFEST)
#: What may stand beside a report, made from the same notebook.
PDF = "situation.pdf"
SLIDES = "slides.html"
COMPANIONS = (PDF, SLIDES)
#: A temporary folder or file is called .<member or file>.<process id>.<random>; it outlives its process only
#: after a crash.
_TEMPORARY = re.compile(r"^\.(?P<name>[A-Za-z0-9.-]+)\.(?P<process>\d+)\.[a-z0-9_]+$")
_STALE_SECONDS = 24 * 3600
#: In the temporary folder, while files are renamed: those of the earlier report.
_ASIDE = "aside"


def temporary_folder(outputs: Path, member: str) -> Path:
    """Make an empty folder beside the member's own, on the same disk."""
    outputs.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=f".{member}.{os.getpid()}.", dir=outputs))


def remove_leftovers(outputs: Path) -> tuple[str, ...]:
    """Remove temporary folders and files of runs that are no more; those of a run still going stay.

    A publication that its process did not live to finish is finished, or taken back.

    Returns
    -------
    The names removed.
    """
    removed = []
    for found in sorted(path for pattern in (".*", "*/.*", "*/*/.*") for path in outputs.glob(pattern)):
        match = _TEMPORARY.match(found.name)
        if not match or _in_use(found, int(match["process"])):
            continue
        with suppress(OSError):  # someone else still writes there, or was faster; the next run looks again
            if found.is_dir() and found.parent == outputs:
                _recover(found, outputs / match["name"])
                shutil.rmtree(found)
            elif found.is_file():
                found.unlink()
            else:
                continue
            removed.append(found.name)
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
    for name in (*companions(made), *PUBLISHED):
        write_through(made / name)
    target.mkdir(parents=True, exist_ok=True)
    aside = made / _ASIDE
    aside.mkdir()
    for name in (*PUBLISHED, *COMPANIONS):
        _set_aside(target / name, aside / name)
    if last is not None:
        last()
    try:
        _take_places(made, target)
    except OSError:
        _restore(aside, target)
        raise
    (target / FAILED_NOTEBOOK).unlink(missing_ok=True)
    write_through(target)
    shutil.rmtree(made)


def _take_places(made: Path, target: Path) -> None:
    """Rename what is still in the temporary folder; called again it goes on where it was cut off."""
    if (made / NOTEBOOK).exists():
        # First of all: at no moment may a new report stand beside the companions of an old one.
        for name in COMPANIONS:
            (target / name).unlink(missing_ok=True)
    first, *rest = PUBLISHED
    for name in (first, *COMPANIONS, *rest):
        if (made / name).exists():
            (made / name).replace(target / name)


def _set_aside(file: Path, aside: Path) -> None:
    if not file.exists():
        return
    try:
        os.link(file, aside)
    except OSError:  # not every disk gives a file two names
        shutil.copy2(file, aside)


def _restore(aside: Path, target: Path) -> None:
    """Put the earlier report back, file by file; what is new and has no predecessor goes."""
    for name in (*PUBLISHED, *COMPANIONS):
        with suppress(OSError):
            if (aside / name).exists():
                (aside / name).replace(target / name)
            else:
                (target / name).unlink(missing_ok=True)


def _recover(made: Path, target: Path) -> None:
    """Finish a publication that was cut off after its first rename; take it back before that."""
    aside = made / _ASIDE
    if not aside.is_dir():
        return
    if (made / NOTEBOOK).exists():
        for name in COMPANIONS:
            if (aside / name).exists() and not (target / name).exists():
                (aside / name).replace(target / name)
    elif (made / MANIFEST).exists():
        try:
            _take_places(made, target)
        except OSError:
            _restore(aside, target)
        else:
            (target / FAILED_NOTEBOOK).unlink(missing_ok=True)


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
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.{os.getpid()}.", dir=target.parent)
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
    if _has_ended(process):
        return False
    # A number can belong to another process by now; no report takes a day.
    return time.time() - folder.stat().st_mtime < _STALE_SECONDS


def _has_ended(process: int) -> bool:
    """Tell whether a process has ended and only its number is left, because nobody has asked how it went."""
    with suppress(OSError, IndexError):
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z"
    return False

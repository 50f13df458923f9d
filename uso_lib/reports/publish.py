"""Put finished files in their place without ever leaving a half-made report.

Files are made in a temporary folder beside the member's own, written through to the disk and renamed one by
one, the manifest last; companions of an earlier report go before the first is renamed. The earlier files are
set aside meanwhile: when a rename is refused they come back, and a publication that was cut off by a kill is
finished, or taken back, by whoever clears the folder up, unless a newer report stands there by then. Does not
make the files. Never touches other files of a member's folder.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import socket
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
#: A temporary folder or file is called .<member or file>.<process id>@<host>.<random>; it outlives its
#: process only after a crash. Earlier versions told no host.
_TEMPORARY = re.compile(
    r"^\.(?P<name>[A-Za-z0-9.-]+)\.(?P<process>\d+)(?:@(?P<host>[0-9a-f]+))?\.[a-z0-9_]+$"
)
_STALE_SECONDS = 24 * 3600
#: In the temporary folder, while files are renamed: those of the earlier report; while they are put back.
_ASIDE, _BACK = "aside", "back"
#: Beside them: there was no such file, and no one needs any of them any more.
_NONE, _DONE = ".none", ".done"


def temporary_folder(outputs: Path, member: str) -> Path:
    """Make an empty folder beside the member's own, on the same disk."""
    outputs.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=_prefix(member), dir=outputs))


def remove_leftovers(outputs: Path) -> tuple[str, ...]:
    """Remove temporary folders and files of runs that are no more; those of a run still going stay.

    A publication that its process did not live to finish is finished, or taken back; when a newer report has
    been published since, nothing of it is used.

    Returns
    -------
    The names removed.
    """
    removed = []
    for found, match in _temporaries(outputs):
        with suppress(OSError):  # someone else still writes there, or was faster; the next run looks again
            if _in_use(found, int(match["process"]), match["host"]):
                continue
            if found.is_dir() and found.parent == outputs:
                _recover(found, outputs / match["name"])
                discard(found)
            elif found.is_file():
                found.unlink()
            else:
                continue
            removed.append(found.name)
    return tuple(removed)


def _temporaries(outputs: Path) -> list[tuple[Path, re.Match[str]]]:
    """Return temporary folders and files, the newest first: of two that were cut off it is finished."""
    found = []
    for path in (path for pattern in (".*", "*/.*", "*/*/.*") for path in outputs.glob(pattern)):
        if match := _TEMPORARY.match(path.name):
            with suppress(OSError):
                found.append((path.stat().st_mtime_ns, path, match))
    return [(path, match) for _, path, match in sorted(found, key=lambda one: one[:2], reverse=True)]


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
        _restore(made, target)
        raise
    (target / FAILED_NOTEBOOK).unlink(missing_ok=True)
    write_through(target)
    discard(made)


def discard(made: Path) -> None:
    """Remove a temporary folder; from the first moment on nobody takes it for one that was cut off.

    Raises
    ------
    OSError
        Something in it cannot be removed.
    """
    for name in (_ASIDE, _BACK):
        with suppress(OSError):
            (made / name).rename(made / f"{name}{_DONE}")
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
        aside.with_name(f"{aside.name}{_NONE}").touch()
        return
    try:
        os.link(file, aside)
    except OSError:  # not every disk gives a file two names
        shutil.copy2(file, aside)


def _restore(made: Path, target: Path) -> None:
    """Put the earlier report back, file by file, its manifest last; what is new and has no predecessor goes.

    The first rename tells that this has begun; cut off, it is gone on with. It needs no room on the disk.
    """
    with suppress(OSError):
        (made / _ASIDE).rename(made / _BACK)
    earlier = made / _BACK if (made / _BACK).is_dir() else made / _ASIDE
    for name in (*COMPANIONS, *PUBLISHED):
        with suppress(OSError):
            if (earlier / name).exists():
                (earlier / name).replace(target / name)
            elif (earlier / f"{name}{_NONE}").exists():
                (target / name).unlink(missing_ok=True)


def _recover(made: Path, target: Path) -> None:
    """Finish a publication that was cut off after its first rename; take it back before that.

    Only while the manifest is still the one it was to replace: later it would mix two reports.
    """
    aside = made / _BACK if (made / _BACK).is_dir() else made / _ASIDE
    if not aside.is_dir() or _content(aside / MANIFEST) != _content(target / MANIFEST):
        return
    if aside.name == _BACK:
        _restore(made, target)
    elif (made / NOTEBOOK).exists():
        for name in COMPANIONS:
            if (aside / name).exists() and not (target / name).exists():
                (aside / name).replace(target / name)
    elif (made / MANIFEST).exists():
        try:
            _take_places(made, target)
        except OSError:
            _restore(made, target)
        else:
            (target / FAILED_NOTEBOOK).unlink(missing_ok=True)


def _content(file: Path) -> bytes | None:
    return file.read_bytes() if file.is_file() else None


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
    discard(made)


def write_atomically(target: Path, content: str | bytes) -> None:
    """Write a file, text as UTF-8, so that a reader sees either the old or the new one, whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=_prefix(target.name), dir=target.parent)
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


def _prefix(name: str) -> str:
    return f".{name}.{os.getpid()}@{_host()}."


def _host() -> str:
    """Return what tells this machine from others without its name: a failed notebook tells the path."""
    return hashlib.sha256(os.fsencode(socket.gethostname())).hexdigest()[:12]


def _in_use(path: Path, process: int, host: str | None) -> bool:
    if host == _host():
        if process == os.getpid():
            return True
        if not _lives(process):
            return False
    # Processes of another machine cannot be asked for, and a number can belong to another process by now; no
    # report takes a day.
    return time.time() - path.stat().st_mtime < _STALE_SECONDS


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return not _has_ended(process)


def _has_ended(process: int) -> bool:
    """Tell whether a process has ended and only its number is left, because nobody has asked how it went."""
    with suppress(OSError, IndexError):
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z"
    return False

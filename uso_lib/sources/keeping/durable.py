"""Write a file so that whoever reads it, whatever happens, finds the old one or the new one, whole.

Does not know what is written.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

#: How names of unfinished files end; they begin with a dot and the name of the file they become.
UNFINISHED = ".tmp"


def write_durably(path: Path, content: bytes) -> None:
    """Write a file, put it in its place and wait until both it and its name are on the disk.

    Raises
    ------
    OSError
        The disk is full or the folder cannot be written to; what was there before stays.
    """
    write_whole(path, content)
    settle(path.parent)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside its place, wait until it is on the disk and put it in its place.

    Until its folder is settled, a power failure may undo the last step; a killed process cannot.

    Raises
    ------
    OSError
        The disk is full or the folder cannot be written to; what was there before stays.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=UNFINISHED, dir=path.parent)
    made = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        made.chmod(0o644)
        os.replace(made, path)  # noqa: PTH105 - named as the step that commits
    finally:
        made.unlink(missing_ok=True)


def settle(folder: Path) -> None:
    """Wait until the names in a folder are on the disk, where the system lets a program wait for them."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

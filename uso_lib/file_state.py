"""Tell whether files have changed since they were read; what is read of them is remembered by that."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

#: Name, size in bytes, time of change of content and of anything, in nanoseconds; a file that is not there
#: has -1 and 0.
State = tuple[tuple[str, int, int, int], ...]


def state_of(files: Iterable[Path]) -> State:
    """Return name, size and times of change of files."""
    found = []
    for file in files:
        try:
            about = file.stat()
        except OSError:  # told by whatever reads it
            found.append((str(file), -1, 0, 0))
        else:
            found.append((str(file), about.st_size, about.st_mtime_ns, about.st_ctime_ns))
    return tuple(found)

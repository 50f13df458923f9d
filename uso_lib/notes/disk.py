"""Do the few things with files that keeping words needs, each whole or not at all.

One place, so that tests can stop a run between any two of them. Does not know what is written.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: How the name of a file ends that is not yet in its place; there is one writer at a time.
UNFINISHED = ".tmp"
_PATIENCE_SECONDS = 60


class Disk:
    """Read and write files of the machine."""

    def read(self, path: Path) -> bytes | None:
        """Return what a file holds, None when there is none."""
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None

    def write(self, path: Path, content: bytes) -> None:
        """Put a file in its place: whoever reads it finds the old one or the new one, whole.

        Raises
        ------
        OSError
            The disk is full or the folder cannot be written to; what was there before stays.
        """
        path = path.resolve() if path.is_symlink() else path  # what stands in another place stays there
        path.parent.mkdir(parents=True, exist_ok=True)
        made = path.with_name(f".{path.name}{UNFINISHED}")
        self.write_part(made, content)
        self.put_in_place(made, path)

    def write_part(self, made: Path, content: bytes) -> None:
        """Write a file beside its place and wait until it is on the disk."""
        with made.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    def put_in_place(self, made: Path, path: Path) -> None:
        """Give a finished file its name, and wait until the name is on the disk."""
        made.replace(path)
        if os.name == "posix":
            handle = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)

    def second_name(self, path: Path, other: Path) -> None:
        """Give a file a second name, so that it stays when another file takes its first one.

        What a program writes into the file later, under its first name, is seen under the second as well.
        """
        made = other.with_name(f".{other.name}{UNFINISHED}")
        made.unlink(missing_ok=True)
        try:
            made.hardlink_to(path)
        except OSError:  # a disk without second names
            shutil.copyfile(path, made)
        made.replace(other)
        # Replacing one name of a file by another name of the same file does nothing, not even this.
        made.unlink(missing_ok=True)

    def remove(self, path: Path) -> None:
        """Remove a file, if there is one."""
        path.unlink(missing_ok=True)

    def names(self, folder: Path) -> list[str]:
        """Return the names of the files in a folder, sorted; nothing when there is no such folder."""
        try:
            return sorted(file.name for file in folder.iterdir())
        except FileNotFoundError:
            return []

    @contextmanager
    def alone(self, path: Path) -> Iterator[None]:
        """Keep other processes from doing the same at the same time."""
        from filelock import FileLock

        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path, timeout=_PATIENCE_SECONDS):
            yield


DISK = Disk()

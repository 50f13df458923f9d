"""Keep every version of a member's notes beside them, and find one again.

Versions stay on this machine (git ignores them); git keeps the shared history. Never removes a version.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from uso_lib.errors import NotesError
from uso_lib.notes.disk import Disk

HISTORY = "history"
_STAMP = "%Y%m%dT%H%M%S%fZ"
_NAME = re.compile(r"(?P<stamp>\d{8}T\d{12}Z)-(?P<sha>[0-9a-f]{12})\.ipynb")


@dataclass(frozen=True)
class Version:
    """Name one version of a member's notes."""

    path: Path
    time: datetime
    sha: str


def keep_version(disk: Disk, folder: Path, member: str, content: bytes) -> None:
    """Keep a version unless the newest one is the same."""
    sha = short_sha(content)
    newest = next(iter(versions(disk, folder, member)), None)
    if newest is not None and newest.sha == sha:
        return
    time = _now()
    if newest is not None and time <= newest.time:  # the clock was set back
        time = newest.time + timedelta(microseconds=1)
    disk.write(_folder(folder, member) / f"{time.strftime(_STAMP)}-{sha}.ipynb", content)


def versions(disk: Disk, folder: Path, member: str) -> list[Version]:
    """Return the versions of a member's notes, newest first."""
    found = []
    for name in reversed(disk.names(_folder(folder, member))):
        match = _NAME.fullmatch(name)
        if match:
            time = datetime.strptime(match["stamp"], _STAMP).replace(tzinfo=UTC)
            found.append(Version(_folder(folder, member) / name, time, match["sha"]))
    return found


def find_version(disk: Disk, folder: Path, member: str, wanted: str, present: bytes | None) -> Version:
    """Return the version a person names, by the beginning of its sha or time.

    Parameters
    ----------
    wanted
        "" for the newest one that differs from the present notes.

    Raises
    ------
    NotesError
        There is none, or several.
    """
    known = versions(disk, folder, member)
    if not wanted:
        sha = short_sha(present) if present is not None else ""
        fitting = [version for version in known if version.sha != sha][:1]
    else:
        fitting = [one for one in known if one.sha.startswith(wanted) or one.path.name.startswith(wanted)]
    if len({version.sha for version in fitting}) == 1:
        return fitting[0]
    several = "several versions" if fitting else "no version"
    named = f" {wanted!r}" if wanted else " before the present one"
    message = f"{member} has {several}{named}. List them with: uso notes {member} --versions"
    raise NotesError(message)


def short_sha(content: bytes) -> str:
    """Return the beginning of the sha256 of a file."""
    return hashlib.sha256(content).hexdigest()[:12]


def _now() -> datetime:
    return datetime.now(UTC)


def _folder(folder: Path, member: str) -> Path:
    return folder / HISTORY / member

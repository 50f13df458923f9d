"""Read and write a member's notes file: whole, with every version kept, never over something unreadable.

Does not gather or compose.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from uso_lib.errors import NotesError
from uso_lib.notes.cells import Notes
from uso_lib.notes.disk import Disk
from uso_lib.notes.forms import NotANotebook
from uso_lib.notes.git_merge import has_marks, notes_of_conflict
from uso_lib.notes.notes_text import notes_text, parse_notes
from uso_lib.notes.versions import HISTORY, keep_version, short_sha

#: Kept by no one but one run at a time.
_LOCK = ".lock"


@dataclass(frozen=True)
class Kept:
    """Hold a member's notes and the file they were read from.

    Parameters
    ----------
    content
        The file as it is; None when there is none.
    stale
        Whether the file has to be written although the notes stay the same: it holds git's marks.
    """

    notes: Notes
    content: bytes | None = None
    stale: bool = False
    messages: tuple[str, ...] = ()

    @property
    def sha(self) -> str:
        """Return what the journal names the notes by."""
        return short_sha(self.content or b"")


def notes_file(folder: Path, member: str) -> Path:
    """Return the path of a member's notes."""
    return folder / f"{member}.ipynb"


@contextmanager
def keeping(disk: Disk, folder: Path, member: str) -> Iterator[None]:
    """Keep other runs away from a member's notes while they are read and written.

    Raises
    ------
    NotesError
        Another run does not end, the disk is full, or a folder cannot be written to. What was written stays
        where it was.
    """
    try:
        with disk.alone(folder / HISTORY / member / _LOCK):
            yield
    except TimeoutError as problem:
        message = f"{member}: another run keeps its notes busy. Wait until it has ended and try again."
        finnish = "Toinen ajo käyttää kunnan muistiinpanoja. Odota, että se päättyy, ja yritä uudelleen."
        raise NotesError(message, finnish=finnish) from problem
    except OSError as problem:
        place = f": {problem.filename}" if problem.filename else ""
        message = (
            f"{member}: its notes cannot be kept ({problem.strerror or problem}{place}). What was written is "
            f"safe where it was written. Free space or give access to {folder} and to the member's folder of "
            f"reports, then: uso report {member}"
        )
        finnish = (
            f"Kunnan {member} muistiinpanoja ei voi tallentaa: levy on täynnä tai kansioon notebooks/members "
            "tai outputs ei voi kirjoittaa. Mitään ei hävinnyt. Vapauta tilaa tai pyydä kirjoitusoikeus ja "
            "yritä uudelleen."
        )
        raise NotesError(message, finnish=finnish) from problem


def read_notes(disk: Disk, folder: Path, member: str) -> Kept:
    """Return a member's notes; empty ones when there are none. What git left in conflict is merged by cell.

    Raises
    ------
    NotesError
        The file cannot be read. It stays as it is, and a copy of it is set aside.
    """
    path = notes_file(folder, member)
    content = disk.read(path)
    if content is None:
        return Kept(Notes(member))
    try:
        if not has_marks(content):
            return Kept(parse_notes(content, member), content)
        notes = notes_of_conflict(path, content, member)
    except NotANotebook as problem:
        aside = set_aside(disk, folder, member, content)
        message = (
            f"{path} cannot be read as a notebook ({problem}). Nothing was overwritten; a copy is in "
            f"{aside.name}. Bring an earlier version back with: uso notes {member} --restore"
        )
        finnish = (
            f"Tiedostoa notebooks/members/{path.name} ei voi lukea muistikirjana. Mitään ei korvattu. "
            f"Aiemman version palauttaa komento: uso notes {member} --restore"
        )
        raise NotesError(message, finnish=finnish) from problem
    told = f"{member}: git left a conflict in {path.name}; it was merged cell by cell. "
    told += f"Read it with `uso notes {member}`, then end the merge with: git add {path.name} && git commit"
    return Kept(notes, content, stale=True, messages=(told,))


def write_notes(disk: Disk, folder: Path, kept: Kept, notes: Notes) -> Kept:
    """Put notes in the place of those that were read; both are kept as versions."""
    content = notes_text(notes)
    keep_both(disk, folder, notes.member, kept.content, content)
    disk.write(notes_file(folder, notes.member), content)
    return Kept(notes, content)


def keep_both(disk: Disk, folder: Path, member: str, present: bytes | None, coming: bytes) -> None:
    """Keep the version that is replaced and the one that replaces it."""
    if present is not None:
        keep_version(disk, folder, member, present)
    keep_version(disk, folder, member, coming)


def set_aside(disk: Disk, folder: Path, member: str, content: bytes) -> Path:
    """Keep what cannot be read beside the notes, for a person to look at; return where."""
    path = folder / f"{member}.conflict-{short_sha(content)}.ipynb"
    if disk.read(path) is None:
        disk.write(path, content)
    return path

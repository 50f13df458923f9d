"""Gather the desk copy of a member into the notes file, safely against a crash between any two steps.

Does not compose the next notebook.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from uso_lib.notes.cells import Cell, Notes, State
from uso_lib.notes.disk import Disk
from uso_lib.notes.forms import Desk, NotANotebook, desk_of, parse_notebook
from uso_lib.notes.gather import gather
from uso_lib.notes.journal import LATE, Entry, Journal, base_of, read_journal, write_journal
from uso_lib.notes.keeping import Kept, read_notes, set_aside, write_notes
from uso_lib.notes.notes_text import notes_text
from uso_lib.notes.versions import short_sha

#: The desk copy of the run before: an editor may have written into it while the next one took its place.
SET_ASIDE = ".situation.before.ipynb"


@dataclass(frozen=True)
class Collected:
    """Hold a member's notes after everything was gathered.

    Parameters
    ----------
    desk_digest
        sha256 of the desk copy; None when there is none.
    """

    notes: Notes
    messages: tuple[str, ...]
    desk_digest: str | None


def collect(disk: Disk, folder: Path, member: str, template: Sequence[Cell], desk_copy: Path) -> Collected:
    """Gather what stands in the desk copy, and what was written into the one before it at the last moment.

    Raises
    ------
    NotesError
        The notes file cannot be read; nothing was overwritten.
    """
    kept = read_notes(disk, folder, member)
    messages = list(kept.messages)
    if kept.stale:
        kept = write_notes(disk, folder, kept, kept.notes)
    content = disk.read(desk_copy)
    aside = desk_copy.with_name(SET_ASIDE)
    late = _written_late(disk, aside, content, kept)
    found = {} if late is None else {aside: late}
    found |= {} if content is None else {desk_copy: content}
    sources = []
    for path, held in found.items():
        try:
            desk = desk_of(parse_notebook(held))
        except NotANotebook as problem:
            kept_as = set_aside(disk, folder, member, held)
            messages.append(
                f"{member}: {path} cannot be read as a notebook ({problem}). "
                f"It is kept as {kept_as}; the report is made from the notes."
            )
            continue
        sources.append(_Source(desk, _sha(held), desk_copy.parent, late=path == aside))
    present = {source.run for source in sources if not source.late}
    for source in sources:
        shared = source.late and present <= {source.run}
        kept, told = _take_in(disk, folder, kept, replace(source, shared=shared), template)
        messages += told
    if late is not None:
        disk.remove(aside)
    told_once = tuple(dict.fromkeys(messages))
    return Collected(kept.notes, told_once, None if content is None else _sha(content))


@dataclass(frozen=True)
class _Source:
    """Hold a desk copy that is gathered.

    Parameters
    ----------
    late
        Whether it is the one before.
    shared
        Whether the run of the present one has the same name, or there is none: what the journal tells of that
        run is not of this one.
    """

    desk: Desk
    sha: str
    outputs: Path
    late: bool = False
    shared: bool = False

    @property
    def run(self) -> str:
        """Return the run it comes from."""
        return self.desk.base.run if self.desk.base else ""

    @property
    def key(self) -> str:
        """Return what its entry in the journal is called."""
        return f"{self.run}{LATE}" if self.late else self.run

    def told_in(self, journal: Journal) -> str:
        """Return what the entry is called that tells what it held when it was gathered."""
        return self.key if self.shared or journal.of(self.key) else self.run


def _written_late(disk: Disk, aside: Path, present: bytes | None, kept: Kept) -> bytes | None:
    """Return the desk copy before this one if someone wrote into it after it was gathered."""
    content = disk.read(aside)
    if content is None:
        return None
    journal = read_journal(disk, aside.parent)
    known = {journal.aside, *(entry.desk for entry in journal.entries if entry.holds(kept.sha))}
    if content == present or _sha(content) in known:
        disk.remove(aside)
        return None
    return content


def _take_in(
    disk: Disk, folder: Path, kept: Kept, source: _Source, template: Sequence[Cell]
) -> tuple[Kept, tuple[str, ...]]:
    """Gather one desk copy and write what changed: journal, notes, journal."""
    journal = read_journal(disk, source.outputs)
    base, trusted, foreign = _base(source, kept, journal)
    gathered = gather(source.desk, kept.notes, template, base=base, trusted=trusted)
    state = replace(gathered.state, run=source.run)
    entry = journal.of(source.key)
    same = gathered.notes == kept.notes
    told = gathered.messages
    if foreign and not same:
        told = (*told, _told_of_foreign(source.desk, kept.notes.member))
    elif kept.content is None and source.desk.base is not None and source.desk.base.own:
        told = (*told, _told_of_lost(kept.notes.member))
    if same and state == base and (entry is None or entry.done):
        return kept, told
    content = kept.content or b"" if same else notes_text(gathered.notes)
    new = Entry(source.key, source.sha, kept.sha, short_sha(content), state, base, done=same)
    write_journal(disk, source.outputs, journal.with_entry(new))
    if same:
        return kept, told
    written = write_notes(disk, folder, kept, gathered.notes)
    write_journal(disk, source.outputs, journal.with_entry(replace(new, done=True)))
    return written, told


def _base(source: _Source, kept: Kept, journal: Journal) -> tuple[State | None, bool, bool]:
    """Return the base, whether what is missing was deleted, and whether the copy is another member's."""
    desk, own = source.desk, source.desk.base
    foreign = bool(desk.member) and desk.member != kept.notes.member
    if own is not None and foreign:
        own = replace(own, own={})
    entry = journal.of(source.told_in(journal))
    if entry is None and own is not None and source.shared:
        own = _with_typed_since(own, source, journal, kept)
    base = base_of(journal, source.told_in(journal), own, kept.notes, kept.sha)
    if base is not None and kept.content is None:  # a file that is gone deletes no words
        base = replace(base, own={})
    confirmed = entry is not None and entry.holds(kept.sha)
    return base, bool(source.run) and (not foreign or confirmed), foreign


def _with_typed_since(own: State, source: _Source, journal: Journal, kept: Kept) -> State:
    """Add the cells typed since the run a late copy shares with the present one, as they were gathered."""
    entry = journal.of(source.run)
    if entry is None or not entry.holds(kept.sha):
        return own
    here = {name for one in source.desk.cells for name in (one.named, one.cell.id)} - set(own.generated)
    typed = {name: held for name, held in entry.state.own.items() if name in here}
    return replace(own, own={**typed, **own.own})


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _told_of_lost(member: str) -> str:
    return (
        f"{member}: its notes were gone; they are made again of what stands in its notebook. "
        f"Earlier versions: uso notes {member} --versions"
    )


def _told_of_foreign(desk: Desk, member: str) -> str:
    return (
        f"{member}: its notebook was made for {desk.member}. Every text in it was taken into the notes of "
        f"{member}, and nothing was taken as deleted."
    )

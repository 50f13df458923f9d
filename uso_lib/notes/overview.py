"""Tell what a member's notes hold, in lines for the command line, and change them by command.

Does not gather by itself what the desk copy does not hold, and does not make a report.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from uso_lib.errors import NotesError
from uso_lib.notes.cells import Cell, Composition, Notes, OwnCell
from uso_lib.notes.collecting import collect
from uso_lib.notes.compose import arrange
from uso_lib.notes.desk import template_of
from uso_lib.notes.disk import DISK, Disk
from uso_lib.notes.forms import NotANotebook, cell_of
from uso_lib.notes.keeping import keep_both, keeping, notes_file, read_notes, write_notes
from uso_lib.notes.notes_text import parse_notes
from uso_lib.notes.places import heading_level
from uso_lib.notes.versions import find_version, versions
from uso_lib.plain_text import one_line

_LONGEST_WORDS = 60
_TIME = "%Y-%m-%d %H:%M:%S UTC"


@dataclass(frozen=True)
class Member:
    """Name where one member's words are.

    Parameters
    ----------
    folder
        Folder of all members' notes.
    desk_copy
        ``outputs/<member>/situation.ipynb``; it need not exist.
    """

    name: str
    folder: Path
    template: Path
    desk_copy: Path
    disk: Disk = DISK


def overview(member: Member) -> list[str]:
    """Gather the desk copy and tell what the notes hold.

    Raises
    ------
    NotesError
        The notes cannot be read.
    """
    notes, cells, messages = _gathered(member)
    _, composition = arrange(cells, notes)
    titles = {cell.id: one_line(cell.source).lstrip("# ") for cell in cells if heading_level(cell)}
    heading = f"{member.name}: {_count(len(notes.cells), 'own cell')}, "
    heading += f"{_count(len(composition.hidden), 'hidden generated cell')}; "
    heading += str(notes_file(member.folder, member.name))
    lines = [*messages, heading]
    lines += [_line(own, titles, composition) for own in notes.cells]
    lines += [
        f"  hidden    {name}  (show it: uso notes {member.name} --show {name})" for name in notes.hidden
    ]
    return lines


def version_lines(member: Member) -> list[str]:
    """Tell which versions of the notes there are, newest first."""
    present = member.disk.read(notes_file(member.folder, member.name))
    lines = []
    for version in versions(member.disk, member.folder, member.name):
        content = member.disk.read(version.path) or b""
        held = _held(content, member.name)
        now = "  (present)" if content == present else ""
        lines.append(f"  {version.sha}  {version.time.strftime(_TIME)}  {held}{now}")
    return lines or [f"{member.name} has no versions of notes yet: nothing was written."]


def restore(member: Member, wanted: str = "") -> list[str]:
    """Bring an earlier version of the notes back; the present one stays among the versions.

    Parameters
    ----------
    wanted
        Beginning of the version's sha or time; "" for the one before the present notes.

    Raises
    ------
    NotesError
        There is no such version, or it cannot be read.
    """
    disk, folder, name = member.disk, member.folder, member.name
    messages: tuple[str, ...] = ()
    try:
        messages = _gathered(member)[2]
    except NotesError as problem:
        if "cannot be read as a notebook" not in str(problem):
            raise
    path = notes_file(folder, name)
    with keeping(disk, folder, name):
        present = disk.read(path)
        version = find_version(disk, folder, name, wanted, present)
        content = disk.read(version.path) or b""
        try:
            notes = parse_notes(content, name)
        except NotANotebook as problem:
            message = (
                f"{version.path} cannot be read ({problem}). Choose another: uso notes {name} --versions"
            )
            raise NotesError(message) from problem
        keep_both(disk, folder, name, present, content)
        disk.write(path, content)
    count = _count(len(notes.cells), "own cell")
    told = f"{name}: the notes are those of {version.time.strftime(_TIME)} again ({count}). "
    return [*messages, f"{told}They come into the report with: uso report {name}"]


def show(member: Member, cell: str) -> list[str]:
    """Bring a hidden generated cell back.

    Raises
    ------
    NotesError
        No such cell is hidden.
    """
    _, _, messages = _gathered(member)
    with keeping(member.disk, member.folder, member.name):
        kept = read_notes(member.disk, member.folder, member.name)
        if cell not in kept.notes.hidden:
            listed = ", ".join(kept.notes.hidden) or "none"
            message = f"{member.name} has no hidden cell {cell!r}. Hidden: {listed}."
            raise NotesError(message)
        left = tuple(name for name in kept.notes.hidden if name != cell)
        write_notes(member.disk, member.folder, kept, replace(kept.notes, hidden=left))
    return [*messages, f"{member.name}: {cell} is in the report again after: uso report {member.name}"]


def _gathered(member: Member) -> tuple[Notes, list[Cell], tuple[str, ...]]:
    cells = [cell_of(cell) for cell in template_of(member.template, disk=member.disk)["cells"]]
    with keeping(member.disk, member.folder, member.name):
        collected = collect(member.disk, member.folder, member.name, cells, member.desk_copy)
    return collected.notes, cells, collected.messages


def _line(own: OwnCell, titles: Mapping[str, str], composition: Composition) -> str:
    """Tell of one own cell: kind, place, id and first words."""
    place = titles.get(own.section) or titles.get(own.chapter) or "at the top"
    words = one_line(own.cell.source, longest=_LONGEST_WORDS) or "(empty)"
    remarks = [f"own version of {own.replaces}"] if own.replaces else []
    remarks += [f"CONFLICT with {own.conflict}: merge the two or delete one"] if own.conflict else []
    remarks += ["the template's cell has changed"] if own.id in composition.updated else []
    remarks += ["its place is gone"] if own.id in composition.orphaned else []
    pictures = len(own.cell.attachments)
    remarks += [_count(pictures, "picture")] if pictures else []
    told = f"  [{'; '.join(remarks)}]" if remarks else ""
    return f"  {own.cell.kind:<8}  {place}  ·  {words}{told}  ({own.id})"


def _held(content: bytes, member: str) -> str:
    try:
        return _count(len(parse_notes(content, member).cells), "own cell")
    except NotANotebook:
        return "cannot be read, or holds git's conflict marks"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"

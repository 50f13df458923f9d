"""Take a consultant's words into the notes before a run, and put them into the notebook that is run.

The calls of the reports' stage and of the desk. Does not execute, export or publish anything.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from uso_lib.errors import NotesError
from uso_lib.notes.cells import CODE, MARKDOWN, Cell, Composition, Notes, OwnCell, generated_digest
from uso_lib.notes.collecting import SET_ASIDE, collect
from uso_lib.notes.compose import compose
from uso_lib.notes.disk import DISK, Disk
from uso_lib.notes.forms import NotANotebook, cell_of, parse_notebook, with_ids
from uso_lib.notes.journal import read_journal, write_journal
from uso_lib.notes.keeping import keeping, read_notes, write_notes
from uso_lib.notes.places import Place, heading_level, placed
from uso_lib.notes.stamping import stamp


@dataclass(frozen=True)
class Prepared:
    """Hold a notebook ready to be run for one member, and what it was made of.

    Parameters
    ----------
    notebook
        nbformat's NotebookNode of format 4.5, without outputs: template and own cells.
    messages
        What the person who makes the report shall be told, one line each.
    desk_digest
        sha256 of the desk copy as it was gathered; None when there was none.
    notes
        The notes it was made from.
    generated
        The template's cells.
    notes_folder, desk_copy
        What `prepare` was called with.
    runs
        Names of the runs that were stamped from this, filled by `stamped`.
    """

    notebook: Any
    composition: Composition
    messages: tuple[str, ...]
    desk_digest: str | None
    notes: Notes
    generated: tuple[Cell, ...]
    notes_folder: Path
    desk_copy: Path
    runs: list[str] = field(default_factory=list)


def prepare(
    workspace_notes_folder: Path, member: str, template: Path, desk_copy: Path, *, disk: Disk = DISK
) -> Prepared:
    """Gather the desk copy's words into the notes file and compose the notebook to run.

    Parameters
    ----------
    workspace_notes_folder
        Folder of all members' notes (``Workspace.notes``).
    member
        Slug.
    template
        The template notebook.
    desk_copy
        ``outputs/<member>/situation.ipynb``; it need not exist.
    disk
        Does what is done with files.

    Raises
    ------
    NotesError
        The notes file or the template cannot be read, or nothing can be written; nothing was overwritten.
    """
    made = template_of(template, disk=disk)
    cells = tuple(cell_of(cell) for cell in made["cells"])
    with keeping(disk, workspace_notes_folder, member):
        collected = collect(disk, workspace_notes_folder, member, cells, desk_copy)
    data, composition = compose(made, collected.notes)
    return Prepared(
        _as_node(data),
        composition,
        collected.messages,
        collected.desk_digest,
        collected.notes,
        cells,
        workspace_notes_folder,
        desk_copy,
    )


def before_publishing(prepared: Prepared, *, disk: Disk = DISK) -> tuple[str, ...]:
    """Gather once more what was saved into the desk copy during the run; return messages.

    To be called right before the new desk copy takes the old one's place. The old one stays under another
    name until the next run: what an editor writes into it at the last moment is gathered then.
    """
    desk, folder, member = prepared.desk_copy, prepared.notes_folder, prepared.notes.member
    messages: tuple[str, ...] = ()
    with keeping(disk, folder, member):
        present = disk.read(desk)
        if present is not None and hashlib.sha256(present).hexdigest() != prepared.desk_digest:
            collected = collect(disk, folder, member, prepared.generated, desk)
            told = f"{member}: the notebook was saved while its report was being made. "
            told += f"What was written is kept; see it in the report after: uso report {member}"
            messages = (told, *collected.messages)
        if present is not None:
            aside = hashlib.sha256(present).hexdigest()
            left = read_journal(disk, desk.parent).without_late().without_runs(prepared.runs)
            write_journal(disk, desk.parent, replace(left, aside=aside))
            disk.second_name(desk, desk.with_name(SET_ASIDE))
    return messages


def stamped(notebook: Any, prepared: Prepared) -> Any:
    """Return a copy of an executed notebook with what the next gathering needs to know about it.

    To be called on the notebook just before it is written, after everything else was done to it. Own cells
    get their source and tags back as the consultant wrote them.
    """
    digests = {cell.id: generated_digest(cell) for cell in prepared.generated}
    result, state = stamp(notebook, prepared.notes, digests)
    prepared.runs.append(state.run)
    return result


def add_cell(
    notes_folder: Path, member: str, source: str, anchor: str, *, kind: str = CODE, disk: Disk = DISK
) -> str:
    """Add an own cell to a member's notes, after a generated cell; it stands in the next report.

    Parameters
    ----------
    notes_folder
        Folder of all members' notes (``Workspace.notes``), beside the template.
    anchor
        Id of the generated cell it shall stand after, such as ``section-lainakanta``.
    kind
        ``code`` or ``markdown``.

    Returns
    -------
    Id of the new cell.

    Raises
    ------
    NotesError
        The notes cannot be read or written, or there is no such kind of cell.
    """
    if kind not in (CODE, MARKDOWN):
        message = f"A cell is {CODE} or {MARKDOWN}, not {kind!r}."
        raise NotesError(message, finnish=f"Solun laji on {CODE} tai {MARKDOWN}, ei {kind}.")
    place = _place(notes_folder.parent / "situation.ipynb", anchor, disk)
    with keeping(disk, notes_folder, member):
        kept = read_notes(disk, notes_folder, member)
        cell = Cell(str(uuid.uuid4()), kind, source)
        own = OwnCell(cell, place.anchor, place.section, place.chapter)
        last = max((at for at, one in enumerate(kept.notes.cells) if one.anchor == anchor), default=None)
        at = len(kept.notes.cells) if last is None else last + 1
        cells = (*kept.notes.cells[:at], own, *kept.notes.cells[at:])
        write_notes(disk, notes_folder, kept, replace(kept.notes, cells=cells))
    return own.id


def template_of(template: Path, *, disk: Disk = DISK) -> dict[str, Any]:
    """Return the template notebook as plain data.

    Raises
    ------
    NotesError
        It is missing or cannot be read.
    """
    content = disk.read(template)
    try:
        return with_ids(parse_notebook(content or b""))
    except NotANotebook as problem:
        message = f"{template} cannot be read as a notebook ({problem}). Restore it with git."
        finnish = f"Pohjaa notebooks/{template.name} ei voi lukea muistikirjana. Palauta se gitillä."
        raise NotesError(message, finnish=finnish) from problem


def _place(template: Path, anchor: str, disk: Disk) -> Place:
    """Return a place with the headings it stands under in the template."""
    if disk.read(template) is None:
        return Place(anchor)
    cells = [cell_of(cell) for cell in template_of(template, disk=disk)["cells"]]
    levels = {cell.id: heading_level(cell) for cell in cells}
    return placed([cell.id for cell in cells], levels).get(anchor, Place(anchor))


def _as_node(data: dict[str, Any]) -> Any:
    import nbformat

    for cell in data["cells"]:
        source = cell["source"]
        cell["source"] = source if isinstance(source, str) else "".join(source)
    return nbformat.from_dict(data)  # type: ignore[no-untyped-call]

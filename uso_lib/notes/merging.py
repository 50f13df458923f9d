"""Merge two versions of one own cell whose common origin is known by its digests.

Never drops a text both sides have edited: it returns both. Does not place cells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from uso_lib.notes.cells import Cell, Mark, Standing, digest, mark_of

_OWN = "own-"


def merged(here: Cell | None, there: Cell | None, origin: Standing | None) -> tuple[Cell | None, Cell | None]:
    """Return what becomes of an own cell, and the other text when both sides were edited.

    Parameters
    ----------
    here
        The cell on the side whose text keeps the cell's id; None where it is absent.
    there
        The cell on the other side.
    origin
        How it stood on both sides when they were last in step (`shown` here, `kept` there); None when it
        did not.
    """
    if here is None and there is None:
        return None, None
    if here is None:
        return _alone(there, origin.kept if origin else None), None
    if there is None:
        return _alone(here, origin.shown if origin else None), None
    now, noted = mark_of(here), mark_of(there)
    if now == noted:
        return there, None
    if origin is None:
        return _without_origin(here, there, now, noted)
    return _three_ways(here, there, now, noted, origin)


def other_name(name: str, other: Cell) -> str:
    """Return the id of the cell that holds the other text of a conflict; the same for the same text."""
    mark = mark_of(other)
    told = digest(f"{mark.source}{sorted(mark.pictures.items())}", 10)
    return f"{_OWN}{name.removeprefix(_OWN)[:40]}-{told}"


def free_name(name: str, other: Cell, *held: Mapping[str, Cell]) -> str:
    """Return the id under which the other text of a conflict is kept; "" if a cell holds it already.

    Parameters
    ----------
    held
        Own cells by id: one of that id may have been edited since, and say something else now.
    """
    stem, count, mark = other_name(name, other), 1, mark_of(other)
    free = stem
    while found := [mark_of(cells[free]) for cells in held if free in cells]:
        if any((one.source, one.pictures) == (mark.source, mark.pictures) for one in found):
            return ""
        count += 1
        free = f"{stem}-{count}"
    return free


def _alone(cell: Cell | None, before: Mark | None) -> Cell | None:
    """Return a cell the other side lacks: it goes if it was deleted there and not touched here since."""
    if cell is None or before is None:
        return cell
    now = mark_of(cell)
    return None if (now.source, now.pictures) == (before.source, before.pictures) else cell


def _without_origin(here: Cell, there: Cell, now: Mark, noted: Mark) -> tuple[Cell, Cell | None]:
    shared = set(now.pictures) & set(noted.pictures)
    clash = now.source != noted.source or any(now.pictures[one] != noted.pictures[one] for one in shared)
    if clash:
        return here, there
    return replace(there, attachments={**here.attachments, **there.attachments}), None


def _three_ways(
    here: Cell, there: Cell, now: Mark, noted: Mark, origin: Standing
) -> tuple[Cell, Cell | None]:
    shown, kept = origin.shown, origin.kept
    edited, noted_since = now.source != shown.source, noted.source != kept.source
    clash = edited and noted_since and now.source != noted.source
    pictures, pictures_clash = _pictures(here, there, now, noted, origin)
    text = here if edited else there
    result = replace(
        text,
        id=here.id,
        tags=here.tags if now.tags != shown.tags else there.tags,
        metadata=here.metadata if now.rest != shown.rest else there.metadata,
        attachments=pictures,
    )
    return result, there if clash or pictures_clash else None


def _pictures(
    here: Cell, there: Cell, now: Mark, noted: Mark, origin: Standing
) -> tuple[Mapping[str, Any], bool]:
    """Return the pictures of both sides, and whether one of them was changed on both."""
    found: dict[str, Any] = {}
    clash = False
    for name in [*there.attachments, *(one for one in here.attachments if one not in there.attachments)]:
        is_here, is_there = now.pictures.get(name), noted.pictures.get(name)
        changed = is_here != origin.shown.pictures.get(name)
        changed_there = is_there != origin.kept.pictures.get(name)
        clash |= changed and changed_there and None not in (is_here, is_there) and is_here != is_there
        from_here = changed and (not changed_there or is_here is not None)
        held = here.attachments if from_here else there.attachments
        if name in held:
            found[name] = held[name]
    return found, clash

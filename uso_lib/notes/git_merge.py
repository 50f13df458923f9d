"""Merge two people's notes by cell, where git could merge them by line only in part.

Takes what both sides were from git itself, or from between its marks. Does not write files and leaves the
index of git as it is.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from uso_lib.notes.cells import Notes, OwnCell, Standing, mark_of
from uso_lib.notes.forms import NotANotebook
from uso_lib.notes.merging import free_name, merged, other_name
from uso_lib.notes.notes_text import parse_notes
from uso_lib.notes.places import in_order, unmoved

_MARK = re.compile(rb"^(<{7}|\|{7}|={7}|>{7})( |\r?$)", re.MULTILINE)
_OPENS, _ORIGIN, _PARTS, _CLOSES = b"<<<<<<<", b"|||||||", b"=======", b">>>>>>>"
_TIMEOUT_SECONDS = 30


def has_marks(content: bytes) -> bool:
    """Tell whether a file holds git's conflict marks: a line of a notebook never begins like one."""
    return {_OPENS, _CLOSES} <= {match[1] for match in _MARK.finditer(content)}


def notes_of_conflict(path: Path, content: bytes, member: str) -> Notes:
    """Return the notes of a file that git could not merge.

    Raises
    ------
    NotANotebook
        Neither git nor the file itself tells what both sides were.
    """
    sides = [_parsed(side, member) for side in _between_marks(content)]
    staged = _staged(path, member)
    if staged is not None:
        base, ours, theirs = staged
        result = merge_notes(base, ours, theirs)
        known = {mark_of(own.cell).source for side in staged if side for own in side.cells}
        for side in sides:
            result = _with_typed(result, side, known) if side else result
        return result
    origin, mine, other = sides
    if mine is None or other is None:
        message = "what stands between git's conflict marks is no notebook"
        raise NotANotebook(message)
    return merge_notes(origin, mine, other)


def merge_notes(base: Notes | None, ours: Notes, theirs: Notes) -> Notes:
    """Return the notes of two people who both started from the same ones.

    A cell that both edited is kept with both texts. Without a base nothing counts as deleted.
    """
    origin = base.by_id if base else {}
    mine, other = ours.by_id, theirs.by_id
    held = [{own.id: own.cell for own in side.cells} for side in (ours, theirs)]
    final: dict[str, OwnCell] = {}
    seconds: dict[str, OwnCell] = {}
    for name in [*mine, *(name for name in other if name not in mine)]:
        before = origin.get(name)
        here, there = mine.get(name), other.get(name)
        mark = mark_of(before.cell) if before else None
        cell, second = merged(
            here.cell if here else None, there.cell if there else None, Standing(mark, mark) if mark else None
        )
        if cell is None:
            continue
        about = there if here is None or (there is not None and cell.source == there.cell.source) else here
        place = _place(before, here, there)
        if about is None or place is None:
            continue
        final[name] = _at(replace(about, cell=replace(cell, id=name)), place)
        if before is not None and (here is None or there is None):
            deleting = mine if here is None else other
            final[name] = replace(final[name], conflict=_joined_into(before, deleting, origin))
        if second is not None:
            told = free_name(name, second, *held)
            if told:
                anchor = name if about.replaces else place.anchor
                aside = OwnCell(replace(second, id=told), conflict=name)
                seconds[name] = replace(_at(aside, place), anchor=anchor)
    changed = _reordered(base, theirs) if base else set()
    names = in_order(
        list(mine), list(other), anchor={n: own.anchor for n, own in final.items()}, changed=changed
    )
    cells = tuple(own for name in names for own in (final[name], seconds.get(name)) if own is not None)
    was, a, b = set(base.hidden) if base else set(), set(ours.hidden), set(theirs.hidden)
    return Notes(ours.member, cells, tuple(sorted((a & b) | (a - was) | (b - was))))


def _joined_into(gone: OwnCell, side: Mapping[str, OwnCell], origin: Mapping[str, OwnCell]) -> str:
    """Return the cell one side joined another one's text to, which the other side edited meanwhile."""
    text = gone.cell.source.strip()
    for name, own in side.items():
        before = origin.get(name)
        if text and text in own.cell.source and not (before and text in before.cell.source):
            return name
    return ""


def _place(before: OwnCell | None, here: OwnCell | None, there: OwnCell | None) -> OwnCell | None:
    """Return whose place counts: that of the side which moved the cell."""
    if here is None or there is None:
        return here or there
    if before is not None and here.anchor == before.anchor and there.anchor != before.anchor:
        return there
    return here


def _at(own: OwnCell, place: OwnCell) -> OwnCell:
    return replace(own, anchor=place.anchor, section=place.section, chapter=place.chapter)


def _reordered(base: Notes, theirs: Notes) -> set[str]:
    """Return the cells the other side moved."""
    before = base.by_id
    changed: set[str] = set()
    rows: dict[str, list[str]] = defaultdict(list)
    for own in theirs.cells:
        if own.id in before and before[own.id].anchor != own.anchor:
            changed.add(own.id)
        elif own.id in before:
            rows[own.anchor].append(own.id)
    for row in rows.values():
        changed |= set(row) - unmoved(row, list(before))
    return changed


def _with_typed(result: Notes, side: Notes, known: set[str]) -> Notes:
    """Return the notes with what someone typed between the marks by hand."""
    cells = list(result.cells)
    held = {mark_of(own.cell).source for own in cells}
    for own in side.cells:
        mark = mark_of(own.cell).source
        if mark in known or mark in held:
            continue
        held.add(mark)
        name = other_name(own.id, own.cell)
        cells.append(replace(own, cell=replace(own.cell, id=name), replaces=None, base="", conflict=own.id))
    return replace(result, cells=tuple(cells))


def _parsed(content: bytes | None, member: str) -> Notes | None:
    try:
        return None if content is None else parse_notes(content, member)
    except NotANotebook:
        return None


def _between_marks(content: bytes) -> tuple[bytes | None, bytes, bytes]:
    """Return the file as it was for both (None when git did not write that), for us, and for them."""
    parts: Mapping[bytes, list[bytes]] = {_ORIGIN: [], _OPENS: [], _PARTS: []}
    now: bytes | None = None
    seen_origin = False
    for line in content.splitlines(keepends=True):
        match = _MARK.match(line)
        if match and match[1] == _CLOSES:
            now = None
        elif match:
            now = match[1]
            seen_origin |= now == _ORIGIN
        else:
            for kind in (now,) if now else tuple(parts):
                parts[kind].append(line)
    base, ours, theirs = (b"".join(parts[kind]) for kind in (_ORIGIN, _OPENS, _PARTS))
    return base if seen_origin else None, ours, theirs


def _staged(path: Path, member: str) -> tuple[Notes | None, Notes, Notes] | None:
    """Return what git keeps of both sides while a conflict is open; None when it keeps nothing."""
    git = shutil.which("git")
    if git is None or not path.parent.is_dir():
        return None
    base, ours, theirs = (_parsed(_shown(git, path, stage), member) for stage in (1, 2, 3))
    return None if ours is None or theirs is None else (base, ours, theirs)


def _shown(git: str, path: Path, stage: int) -> bytes | None:
    command = [git, "-C", str(path.parent), "show", f":{stage}:./{path.name}"]
    try:
        done = subprocess.run(  # noqa: S603 - git itself, with a path of our own
            command, capture_output=True, check=False, timeout=_TIMEOUT_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None

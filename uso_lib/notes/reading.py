"""Read a desk copy against what it held before: which cells are own, which are as the run left them.

Does not merge anything with the notes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from uso_lib.notes.cells import (
    INJECTED,
    NOTICE,
    PARAMETERS,
    RAW,
    REMOVE,
    Cell,
    Notes,
    State,
    generated_digest,
)
from uso_lib.notes.forms import Desk, DeskCell
from uso_lib.notes.identity import names_of, own_name
from uso_lib.notes.places import LOOSE_HEADING

#: Without these there is no report; they cannot be hidden.
NEEDED = ("open", "proof", "words")


@dataclass(frozen=True)
class Reading:
    """Hold the cells of a desk copy by what they are.

    Parameters
    ----------
    names
        Ids of own and generated cells, in order.
    own
        Own cells and own versions of generated cells.
    generated
        Generated cells that stand in the desk copy, also as own versions → digest of what the run made.
    versions
        Which of the own cells are own versions.
    notices
        Notices that stand in the desk copy → digest of what the run made.
    sealed
        Cells of the run's parameters that were edited.
    """

    names: tuple[str, ...]
    own: Mapping[str, Cell] = field(default_factory=dict)
    generated: Mapping[str, str] = field(default_factory=dict)
    versions: frozenset[str] = frozenset()
    notices: Mapping[str, str] = field(default_factory=dict)
    sealed: tuple[str, ...] = ()


def read_desk(desk: Desk, notes: Notes, template: Sequence[Cell], base: State | None) -> Reading:
    """Tell apart what stands in a desk copy.

    Parameters
    ----------
    base
        What it held when it was last in step with the notes; None when that is not known.
    """
    digests = {cell.id: generated_digest(cell) for cell in (*template, LOOSE_HEADING)}
    names = names_of(desk.cells, state=base, template=digests, notes=notes)
    known = base or State("")
    sealed_ids = sealed_of(template)
    found = _Found(names)
    for one, name in zip(desk.cells, names, strict=True):
        if name.startswith(NOTICE):
            found.notice(one, name, known)
        elif name in known.generated or name in digests or name in sealed_ids:
            found.generated_cell(one, name, known, digests, sealed=name in sealed_ids)
        else:
            found.add(name, replace(one.cell, id=name))
    return _with_lost_pictures(found.reading(), desk, notes)


def _with_lost_pictures(reading: Reading, desk: Desk, notes: Notes) -> Reading:
    """Give own cells the pictures their text still shows although the editor let go of them.

    JupyterLab does so when a cell is split, merged with the one beside it, or made code for a while: the text
    keeps ``attachment:name``, the picture is gone from the file. What the notes hold is as good.
    """
    noted = [own.cell for own in notes.cells if own.cell.attachments]
    if not noted:
        return reading
    same = {one.cell.id: one.named for one in desk.cells if one.cell.id}
    own = {}
    for name, cell in reading.own.items():
        near = sorted(noted, key=lambda other: other.id not in (name, same.get(name)))
        own[name] = _with_shown(cell, near)
    return replace(reading, own=own)


def _with_shown(cell: Cell, noted: Iterable[Cell]) -> Cell:
    found: dict[str, Any] = {}
    for other in noted:
        for name, picture in other.attachments.items():
            if name not in cell.attachments and _shows(cell.source, name):
                found.setdefault(name, picture)
    return replace(cell, attachments={**cell.attachments, **found}) if found else cell


def _shows(source: str, picture: str) -> bool:
    """Tell whether a text shows a picture by its name, also one with spaces written as an address."""
    return any(f"attachment:{name}" in source for name in (picture, quote(picture)))


def sealed_of(template: Iterable[Cell]) -> frozenset[str]:
    """Return the ids of the cells of the run's parameters, which no own version can replace."""
    return frozenset({INJECTED, *(cell.id for cell in template if PARAMETERS in cell.tags)})


class _Found:
    """Collect cells while a desk copy is read."""

    def __init__(self, given: Iterable[str]) -> None:
        self._given = frozenset(given)
        self.names: list[str] = []
        self.own: dict[str, Cell] = {}
        self.generated: dict[str, str] = {}
        self.versions: set[str] = set()
        self.notices: dict[str, str] = {}
        self.sealed: list[str] = []

    def add(self, name: str, cell: Cell) -> None:
        """Take a cell as the consultant's own."""
        self.names.append(name)
        self.own[name] = replace(cell, id=name)

    def made_own(self, name: str, cell: Cell) -> None:
        """Take a cell of the run as the consultant's own, under a name no other cell has."""
        free, count = own_name(name), 1
        while free in self._given or free in self.own:
            count += 1
            free = f"{own_name(name)}-{count}"
        self.add(free, cell)

    def notice(self, one: DeskCell, name: str, known: State) -> None:
        """Take a notice: as the run made it, or edited and so the consultant's own."""
        made = known.notices.get(name) or one.made
        if made:
            self.notices[name] = made
        if generated_digest(one.cell) != made:
            self.made_own(name, replace(one.cell, tags=tuple(t for t in one.cell.tags if t != REMOVE)))

    def generated_cell(
        self, one: DeskCell, name: str, known: State, template: Mapping[str, str], *, sealed: bool
    ) -> None:
        """Take a generated cell: as the run made it, or the consultant's own version of it."""
        now = generated_digest(one.cell)
        made = known.generated.get(name) or one.made or template.get(name) or now
        self.names.append(name)
        self.generated[name] = made
        if now in (made, template.get(name)):
            return
        if sealed:
            self.sealed.append(name)
            self.made_own(name, replace(one.cell, kind=RAW, tags=(REMOVE,)))
            return
        self.versions.add(name)
        self.own[name] = replace(one.cell, id=name)

    def reading(self) -> Reading:
        """Return what was found."""
        return Reading(
            tuple(self.names),
            self.own,
            self.generated,
            frozenset(self.versions),
            self.notices,
            tuple(self.sealed),
        )

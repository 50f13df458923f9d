"""Compose the notebook that is run: the template's cells and the consultant's own ones in their places.

A pure function of template and notes; loses no own cell, whatever became of the template. Does not read files
or execute anything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from uso_lib.notes.cells import INJECTED, PARAMETERS, Cell, Composition, Notes, OwnCell, generated_digest
from uso_lib.notes.forms import as_json_cell, cell_of
from uso_lib.notes.gather import template_order
from uso_lib.notes.notices import conflict_notice, updated_notice
from uso_lib.notes.places import CHAPTER, LOOSE, LOOSE_HEADING, SECTION, heading_level

#: The chapter before which the loose one stands.
SOURCES = "heading-lahteet"


def compose(template: Mapping[str, Any], notes: Notes) -> tuple[dict[str, Any], Composition]:
    """Return the notebook to run, as plain data of format 4.5, and what it is made of.

    Parameters
    ----------
    template
        The template notebook as JSON.
    """
    cells, composition = arrange([cell_of(cell) for cell in template["cells"]], notes)
    generated = {cell["id"]: cell for cell in template["cells"]}
    own = set(composition.own)
    composed = [
        dict(generated[cell.id]) if cell.id in generated and cell.id not in own else as_json_cell(cell)
        for cell in cells
    ]
    notebook = {**template, "metadata": dict(template.get("metadata", {})), "cells": composed}
    return notebook | {"nbformat": 4, "nbformat_minor": 5}, composition


def arrange(template: Sequence[Cell], notes: Notes) -> tuple[list[Cell], Composition]:
    """Return the cells of the notebook to run, in order."""
    versions = {own.replaces: own for own in notes.cells if own.replaces}
    present = {cell.id for cell in template}
    rows = _rows(template, notes, {name for name in versions if name in present})
    made = _Made(rows, versions, set(notes.hidden))
    loose_before = _loose_place(template) if LOOSE in rows.after else None
    made.row("")
    sealed = template_order(template)
    for index, cell in enumerate(template):
        if index == loose_before:
            made.loose()
        made.generated(cell)
        follower = sealed[sealed.index(cell.id) + 1 : sealed.index(cell.id) + 2]
        if follower and follower[0] not in present:
            made.row(follower[0])
    if loose_before == len(template):
        made.loose()
    return made.cells, made.composition(present, rows.orphaned)


@dataclass
class _Rows:
    """Hold generated id → own cells after it, and which of them stand there for want of their own place."""

    after: dict[str, list[OwnCell]] = field(default_factory=lambda: defaultdict(list))
    orphaned: list[str] = field(default_factory=list)


def _rows(template: Sequence[Cell], notes: Notes, standing: set[str]) -> _Rows:
    """Find the place of every own cell that is no own version of a generated cell of the template."""
    rows = _Rows()
    order = template_order(template)
    ends = _ends(template)
    gone = {own.id: own for own in notes.cells if own.replaces and own.replaces not in standing}
    followers: dict[str, list[OwnCell]] = defaultdict(list)
    late: list[tuple[str, OwnCell]] = []
    for own in notes.cells:
        if own.id in standing:
            continue
        if own.anchor == "" or own.anchor in order:
            rows.after[own.anchor].append(own)
        elif own.anchor in gone and own.anchor != own.id:
            followers[own.anchor].append(own)
        else:
            late.append((_resort(own, ends), own))
    for place, own in late:
        rows.after[place].append(own)
        rows.orphaned.append(own.id)
    for row in list(rows.after.values()):
        row[:] = _followed(row, followers)
    for row in list(followers.values()):  # own versions that follow each other in a circle
        rows.after[LOOSE] += row
    return rows


def _followed(row: Sequence[OwnCell], followers: dict[str, list[OwnCell]]) -> list[OwnCell]:
    """Return a row with what follows own versions of cells that are gone."""
    result: list[OwnCell] = []
    for own in row:
        result += [own, *_followed(followers.pop(own.id, ()), followers)]
    return result


def _resort(own: OwnCell, ends: Mapping[str, str]) -> str:
    """Return the end of the section, else of the chapter an own cell belongs to, else the loose chapter."""
    if own.replaces == LOOSE:
        return LOOSE
    return next((ends[name] for name in (own.section, own.chapter) if name in ends), LOOSE)


def _ends(template: Sequence[Cell]) -> dict[str, str]:
    """Return heading id → the last cell before the next heading of its level or above."""
    ends: dict[str, str] = {}
    open_at: dict[int, str] = {}
    previous = ""
    for cell in template:
        level = heading_level(cell)
        for one in (CHAPTER, SECTION):
            if level and one >= level and one in open_at:
                ends[open_at.pop(one)] = previous
        if level:
            open_at[level] = cell.id
        previous = cell.id
    return ends | dict.fromkeys(open_at.values(), previous)


def _loose_place(template: Sequence[Cell]) -> int:
    """Return the index of the cell before which the loose chapter stands."""
    chapters = [index for index, cell in enumerate(template) if heading_level(cell) == CHAPTER]
    named = [index for index in chapters if template[index].id == SOURCES]
    return next(iter(named or chapters[-1:]), len(template))


class _Made:
    """Put cells in a row while a notebook is composed."""

    def __init__(self, rows: _Rows, versions: Mapping[str, OwnCell], hidden: set[str]) -> None:
        self._rows, self._versions, self._hidden = rows, versions, hidden
        self.cells: list[Cell] = []
        self._own: list[str] = []
        self._conflicts: list[str] = []
        self._updated: list[str] = []
        self._notices: list[str] = []

    def generated(self, cell: Cell) -> None:
        """Put a generated cell, or the own version of it, and the own cells after it."""
        version = self._versions.get(cell.id)
        if version is not None:
            self._put(version)
            if version.base and version.base != generated_digest(cell):
                self._updated.append(version.id)
                self._notice(updated_notice(version, cell))
        elif cell.id not in self._hidden:
            self.cells.append(cell)
        self.row(cell.id)

    def row(self, anchor: str) -> None:
        """Put the own cells after a generated cell."""
        for own in self._rows.after.get(anchor, ()):
            self._put(own)

    def loose(self) -> None:
        """Put the chapter of own cells whose place is gone."""
        row = self._rows.after[LOOSE]
        if not any(own.id == LOOSE for own in row):
            self.cells.append(LOOSE_HEADING)
        for own in sorted(row, key=lambda own: own.id != LOOSE):
            self._put(own)

    def _put(self, own: OwnCell) -> None:
        # A copy of the parameters has their tags too; to the run there is only one such cell.
        tags = tuple(tag for tag in own.cell.tags if tag not in (PARAMETERS, INJECTED))
        self.cells.append(replace(own.cell, tags=tags))
        self._own.append(own.id)
        if own.conflict:
            self._conflicts.append(own.id)
            self._notice(conflict_notice(own))

    def _notice(self, cell: Cell) -> None:
        self.cells.append(cell)
        self._notices.append(cell.id)

    def composition(self, present: set[str], orphaned: Sequence[str]) -> Composition:
        """Tell what the notebook is made of."""
        return Composition(
            own=tuple(self._own),
            hidden=tuple(sorted((self._hidden & present) - set(self._own))),
            orphaned=tuple(orphaned),
            conflicts=tuple(self._conflicts),
            updated=tuple(self._updated),
            notices=tuple(self._notices),
        )

"""Gather what a consultant did in a desk copy into the notes: a three-way merge by cell.

A pure function of desk copy, notes and base; gathering the same desk copy twice changes nothing. Does not
read or write files.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from uso_lib.notes.cells import (
    INJECTED,
    NOTICE,
    Cell,
    Notes,
    OwnCell,
    Standing,
    State,
    mark_of,
)
from uso_lib.notes.forms import Desk
from uso_lib.notes.merging import free_name, merged
from uso_lib.notes.places import (
    LOOSE,
    LOOSE_HEADING,
    Place,
    heading_level,
    in_order,
    moved,
    placed,
    unmoved,
    woven,
)
from uso_lib.notes.reading import NEEDED, Reading, read_desk, sealed_of


@dataclass(frozen=True)
class Gathered:
    """Hold the notes after a desk copy was gathered.

    Parameters
    ----------
    state
        What the desk copy holds now, in step with these notes.
    messages
        What the person at the desk shall be told.
    """

    notes: Notes
    state: State
    messages: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Sides:
    """Hold what one gathering works on.

    Parameters
    ----------
    base
        Empty when what the desk copy held is not known.
    trusted
        Whether what is missing from the desk copy was deleted by the consultant.
    changed
        Own cells the consultant moved.
    places
        Own cell of the desk copy → where it stands now.
    """

    desk: Reading
    notes: Notes
    base: State
    trusted: bool
    noted: Mapping[str, OwnCell]
    changed: Collection[str] = ()
    places: Mapping[str, Place] = field(default_factory=dict)


def gather(
    desk: Desk, notes: Notes, template: Sequence[Cell], *, base: State | None, trusted: bool = True
) -> Gathered:
    """Return the notes with everything the consultant did in the desk copy since the base.

    Parameters
    ----------
    template
        The template's cells.
    base
        What the desk copy held when it was last in step with the notes.
    trusted
        False for a desk copy of another member, or without a base: nothing is taken as deleted then.
    """
    trusted = trusted and base is not None
    reading = read_desk(desk, notes, template, base)
    sides = _Sides(reading, notes, base or State(""), trusted, notes.by_id)
    sides = _with_places(sides, template)
    final, others = _merge(sides)
    final = {name: _settled(own, final, sides) for name, own in final.items()}
    cells = _ordered(final, others, sides, template)
    hidden, put_back = _hidden(sides, final, template)
    result = Notes(notes.member, tuple(cells), hidden)
    return Gathered(result, _state(sides, result), _messages(sides, others, put_back, template))


def _with_places(sides: _Sides, template: Sequence[Cell]) -> _Sides:
    """Find out which own cells were moved, and where every one stands."""
    desk, before = sides.desk, sides.base.order or tuple(cell.id for cell in template)
    # Where the parameters are put in is for the run to say: own cells stand after the template's parameters.
    generated = [name for name in desk.names if name in desk.generated and name != INJECTED]
    skeleton = unmoved(generated, before)
    free = set(desk.own) - desk.versions
    now = [name for name in desk.names if name in free or name in skeleton]
    then = [name for name in before if name in free or name in skeleton]
    changed = moved(now, then, skeleton)
    levels = {cell.id: heading_level(cell) for cell in (*template, LOOSE_HEADING)}
    levels |= {name: heading_level(cell) for name, cell in desk.own.items() if name not in levels}
    after = placed([name for name in generated if name in skeleton], levels)
    places: dict[str, Place] = {}
    here = Place()
    for name in desk.names:
        if name in desk.own:
            noted = sides.noted.get(name)
            stays = noted is not None and name not in changed
            places[name] = _place_of(noted) if noted and stays else here
        if name in skeleton:
            here = after[name] if name != LOOSE else _first_loose(sides, changed, free) or after[name]
        elif name in free:
            here = places[name]
    return replace(sides, changed=changed, places=places)


def _place_of(own: OwnCell) -> Place:
    return Place(own.anchor, own.section, own.chapter)


def _first_loose(sides: _Sides, changed: Collection[str], free: Collection[str]) -> Place | None:
    """Return the place of the first cell of the loose chapter: what is put before it shall stay before it."""
    names = sides.desk.names
    for name in names[names.index(LOOSE) + 1 :]:
        if name not in free:
            return None
        noted = sides.noted.get(name)
        if noted is not None and name not in changed:
            return _place_of(noted)
    return None


def _merge(sides: _Sides) -> tuple[dict[str, OwnCell], dict[str, OwnCell]]:
    """Return the own cells that are kept, and by their ids those that hold the other texts of conflicts."""
    final: dict[str, OwnCell] = {}
    others: dict[str, OwnCell] = {}
    noted_cells = {name: own.cell for name, own in sides.noted.items()}
    for name in [*sides.desk.own, *(name for name in sides.noted if name not in sides.desk.own)]:
        noted, here = sides.noted.get(name), sides.desk.own.get(name)
        cell, other = merged(here, noted.cell if noted else None, sides.base.own.get(name))
        if cell is None:
            continue
        final[name] = _own(name, cell, noted, sides)
        if other is not None:
            second = free_name(name, other, noted_cells, sides.desk.own)
            if second:
                place = sides.places.get(name, Place())
                anchor = name if name in sides.desk.versions else place.anchor
                others[name] = OwnCell(
                    replace(other, id=second), anchor, place.section, place.chapter, conflict=name
                )
    return final, others


def _own(name: str, cell: Cell, noted: OwnCell | None, sides: _Sides) -> OwnCell:
    """Return an own cell at its place, as an own version if it is one."""
    version = name in sides.desk.versions
    place = sides.places.get(name)
    if noted is not None:
        own = replace(noted, cell=cell)
        if place is not None:
            own = replace(own, anchor=place.anchor, section=place.section, chapter=place.chapter)
        return replace(own, replaces=name, base=own.base or sides.desk.generated[name]) if version else own
    place = place or Place()
    base = sides.desk.generated[name] if version else ""
    return OwnCell(cell, place.anchor, place.section, place.chapter, name if version else None, base)


def _settled(own: OwnCell, final: Mapping[str, OwnCell], sides: _Sides) -> OwnCell:
    """Take off marks that the consultant has dealt with, by an edit or by deleting the notice."""
    if own.conflict and own.conflict not in final:
        return replace(own, conflict="")
    if not sides.trusted:
        return own
    notice = f"{NOTICE}{own.id}"
    told = notice in sides.base.notices and notice not in sides.desk.notices
    if own.conflict and own.id in sides.base.own:
        dealt = told or _touched(own.id, sides) or _touched(own.conflict, sides)
        return replace(own, conflict="") if dealt else own
    if own.replaces and told and own.id in sides.base.generated:
        return replace(own, base=sides.base.generated[own.id])
    return own


def _touched(name: str, sides: _Sides) -> bool:
    """Tell whether an own cell was edited in the desk copy since it was made."""
    standing, here = sides.base.own.get(name), sides.desk.own.get(name)
    return standing is not None and (here is None or mark_of(here).source != standing.shown.source)


def _ordered(
    final: Mapping[str, OwnCell], others: Mapping[str, OwnCell], sides: _Sides, template: Sequence[Cell]
) -> list[OwnCell]:
    """Return the own cells in the order of the notebook."""
    anchor = {name: own.anchor for name, own in final.items()}
    desk = [name for name in sides.desk.names if name in sides.desk.own]
    names = in_order(list(sides.noted), desk, anchor=anchor, changed=sides.changed)
    generated = [name for name in sides.base.order if name in sides.base.generated]
    order = woven(
        woven(["", *template_order(template)], generated), [own.anchor for own in sides.notes.cells]
    )
    rank = {name: index for index, name in enumerate(order)}
    names.sort(key=lambda name: rank.get(anchor[name], len(rank)))
    return [own for name in names for own in (final[name], others.get(name)) if own is not None]


def template_order(template: Iterable[Cell]) -> list[str]:
    """Return the ids of the generated cells in order, with the parameters that are put in."""
    order: list[str] = []
    sealed = sealed_of(template := tuple(template))
    for cell in template:
        order.append(cell.id)
        if cell.id in sealed:
            order.append(INJECTED)
    return order


def _hidden(
    sides: _Sides, final: Mapping[str, OwnCell], template: Sequence[Cell]
) -> tuple[tuple[str, ...], list[str]]:
    """Return the hidden cells, and those that were deleted although no report can do without them."""
    hidden = {
        name
        for name in sides.notes.hidden
        if name not in sides.desk.generated or name in sides.base.generated
    }
    needed = {*NEEDED, *sealed_of(template)}
    put_back: list[str] = []
    for name in sides.base.generated if sides.trusted else ():
        if name in sides.desk.generated or name in final or name == LOOSE:
            continue
        if name in needed:
            put_back += [name] if name != INJECTED else []
        else:
            hidden.add(name)
    return tuple(sorted(hidden)), put_back


def _state(sides: _Sides, notes: Notes) -> State:
    """Return what the desk copy holds now."""
    kept = notes.by_id
    own = {}
    for name, cell in sides.desk.own.items():
        shown = mark_of(cell)
        own[name] = Standing(shown, mark_of(kept[name].cell) if name in kept else shown)
    desk = sides.desk
    return State(sides.base.run, desk.generated, own, desk.notices, desk.names)


def _messages(
    sides: _Sides, others: Mapping[str, OwnCell], put_back: Sequence[str], template: Sequence[Cell]
) -> tuple[str, ...]:
    """Tell what the consultant would otherwise wonder about."""
    member, messages = sides.notes.member, []
    for name in others:
        messages.append(f"{member}: cell {name} was edited in two copies; both texts are kept.")
    for name in sides.desk.sealed:
        messages.append(
            f"{member}: the parameters were edited in cell {name}. The text is kept but not run: "
            f"change parameters/{member}.yml instead."
        )
    for name in put_back:
        messages.append(f"{member}: cell {name} was deleted, but no report can do without it: it is back.")
    generated = [name for name in sides.desk.names if name in sides.desk.generated]
    order = sides.base.order or tuple(cell.id for cell in template)
    displaced = set(generated) & set(order) - unmoved(generated, order)
    for name in generated:
        if name in displaced:
            messages.append(
                f"{member}: the generated cell {name} was moved; it stays in the template's place."
            )
    return tuple(messages)

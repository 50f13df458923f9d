"""Find out which cell of a desk copy is which: by the run's name, by the file's id, by text.

Every cell gets exactly one name, the same each time. Does not decide what was edited, moved or deleted.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence

from uso_lib.notes.cells import INJECTED, NOTICE, Cell, Notes, State, digest, generated_digest, mark_of
from uso_lib.notes.forms import DeskCell

#: Ids editors make up. The template's are readable words, so the two cannot meet.
_MADE_UP = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{8,32}")
_OWN = "own-"
_VALID = re.compile(r"[A-Za-z0-9_-]+")
_LONGEST = 50


def names_of(
    cells: Sequence[DeskCell],
    *,
    state: State | None,
    template: Mapping[str, str],
    notes: Notes,
) -> tuple[str, ...]:
    """Return the name of every cell of a desk copy.

    A cell is known by the name the run gave it, else by its id. Of several with one name the first keeps it
    that has the id too, or the text; the others are new. What has neither is known by its text, and what is
    left gets a name made from its id, or from its text and how often that occurs.

    Parameters
    ----------
    state
        What the desk copy held when it was last in step with the notes.
    template
        Ids of the template's cells → digest.
    """
    known = _known(state, template, notes)
    # A cell that says it is one the desk copy did not hold comes from elsewhere, unless it has its text too.
    absent = set(template) - set(state.order) if state else set()
    names = _by_name(cells, known, absent)
    if "" in names:
        _by_text(cells, names, known)
        _anew(cells, names)
    return tuple(names)


def own_name(wanted: str) -> str:
    """Return an id for an own cell made from another id: never one a template could have."""
    if _MADE_UP.fullmatch(wanted):
        return wanted
    name = wanted if wanted.startswith(_OWN) else f"{_OWN}{wanted}"
    if len(name) <= _LONGEST and _VALID.fullmatch(name):
        return name
    readable = re.sub(r"[^A-Za-z0-9_-]", "", name)[: _LONGEST - 11]
    return f"{readable}-{digest(wanted, 10)}"


def name_by_text(cell: Cell, taken: Iterable[str]) -> str:
    """Return a name made from a cell's text, not among those taken."""
    held, count = set(taken), 1
    stem = f"{_OWN}{digest(f'{cell.kind}:{cell.source}', 12)}"
    while f"{stem}-{count}" in held:
        count += 1
    return f"{stem}-{count}"


def _known(state: State | None, template: Mapping[str, str], notes: Notes) -> dict[str, set[str]]:
    """Return every name that is known → the digests its cell is recognised by."""
    known: dict[str, set[str]] = defaultdict(set, {INJECTED: set()})
    for name, one in template.items():
        known[name].add(one)
    for own in notes.cells:
        known[own.id].add(mark_of(own.cell).source)
    if state is None:
        return known
    for name in state.generated:
        known[name] -= {template.get(name, "")}
    for held_by in (state.generated, state.notices):
        for name, one in held_by.items():
            known[name].add(one)
    for name, standing in state.own.items():
        known[name].add(standing.shown.source)
    return known


def _by_name(cells: Sequence[DeskCell], known: Mapping[str, set[str]], absent: set[str]) -> list[str]:
    claims: dict[str, list[int]] = defaultdict(list)
    for index, one in enumerate(cells):
        fitting = (name for name in (one.named, one.cell.id) if name and name in known)
        wanted = next(fitting, "")
        if wanted in absent and not _digests(one.cell) & known[wanted]:
            wanted = ""
        wanted = wanted or (one.named if one.named.startswith(NOTICE) else "")
        if wanted:
            claims[wanted].append(index)
    names = [""] * len(cells)
    for name, indices in claims.items():
        names[indices[0] if len(indices) == 1 else _best(name, indices, cells, known)] = name
    return names


def _best(name: str, indices: Sequence[int], cells: Sequence[DeskCell], known: Mapping[str, set[str]]) -> int:
    """Return which of several cells with one name is the first one, not a copy of it."""

    def rank(index: int) -> tuple[bool, bool, bool, int]:
        one = cells[index]
        other_text = not (_digests(one.cell) & known.get(name, set()))
        return one.named != name, one.cell.id != name, other_text, index

    return min(indices, key=rank)


def _by_text(cells: Sequence[DeskCell], names: list[str], known: Mapping[str, set[str]]) -> None:
    """Give cells without a name that of a missing cell with the same text."""
    present = set(names)
    missing: dict[str, deque[str]] = defaultdict(deque)
    for name, held in known.items():
        if name not in present:
            for told in held:
                missing[told].append(name)
    for index, one in enumerate(cells):
        if names[index] or not missing:
            continue
        found = next(
            (
                name
                for held in sorted(_digests(one.cell))
                for name in missing.get(held, ())
                if name not in present
            ),
            "",
        )
        if found:
            names[index] = found
            present.add(found)


def _anew(cells: Sequence[DeskCell], names: list[str]) -> None:
    taken = Counter(name for name in names if name)
    for index, one in enumerate(cells):
        if names[index]:
            continue
        given = own_name(one.cell.id) if one.cell.id else ""
        copied = one.cell.id in taken or given in taken
        names[index] = name_by_text(one.cell, taken) if not given or copied else given
        taken[names[index]] += 1


def _digests(cell: Cell) -> set[str]:
    return {generated_digest(cell), mark_of(cell).source}

"""Compute where own cells stand among generated ones, and what of an order has changed.

Plain computations on ids. Does not know texts.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from uso_lib.notes.cells import MARKDOWN, Cell

HEADING = "heading-"
CHAPTER, SECTION = 2, 3
#: The chapter of own cells whose place is gone.
LOOSE = f"{HEADING}irralliset_huomiot"
LOOSE_HEADING = Cell(LOOSE, MARKDOWN, "## Irralliset huomiot")


@dataclass(frozen=True)
class Place:
    """Tell where an own cell stands: after which generated cell, under which headings."""

    anchor: str = ""
    section: str = ""
    chapter: str = ""


def heading_level(cell: Cell) -> int:
    """Return the level of a generated heading cell, 0 for every other cell."""
    if cell.kind != MARKDOWN or not cell.id.startswith(HEADING):
        return 0
    marks = len(cell.source) - len(cell.source.lstrip("#"))
    return max(CHAPTER, min(marks, SECTION)) if marks else 0


def unmoved(names: Sequence[str], before: Sequence[str]) -> set[str]:
    """Return the largest part of some names that stands in the same order as before."""
    rank = {name: index for index, name in enumerate(before)}
    common = [name for name in names if name in rank]
    ends: list[int] = []
    holders: list[int] = []
    previous: list[int] = []
    for index, name in enumerate(common):
        at = bisect_left(ends, rank[name])
        previous.append(holders[at - 1] if at else -1)
        if at == len(ends):
            ends.append(rank[name])
            holders.append(index)
        else:
            ends[at], holders[at] = rank[name], index
    kept: set[str] = set()
    index = holders[-1] if holders else -1
    while index >= 0:
        kept.add(common[index])
        index = previous[index]
    return kept


def anchors(order: Iterable[str], skeleton: Collection[str]) -> dict[str, str]:
    """Return name → the last name of the skeleton before it, "" before the first; of all other names."""
    found: dict[str, str] = {}
    anchor = ""
    for name in order:
        if name in skeleton:
            anchor = name
        else:
            found[name] = anchor
    return found


def moved(names: Sequence[str], before: Sequence[str], skeleton: Collection[str]) -> set[str]:
    """Return the names outside the skeleton that stand elsewhere than before.

    Parameters
    ----------
    skeleton
        Names that stand in the same order both times and are taken to stand still.
    """
    now, then = anchors(names, skeleton), anchors(before, skeleton)
    both = {name for name in now if name in then}
    changed = {name for name in both if now[name] != then[name]}
    still = both - changed
    groups: dict[str, list[str]] = defaultdict(list)
    for name in names:
        if name in still:
            groups[now[name]].append(name)
    for group in groups.values():
        if len(group) > 1:
            changed |= set(group) - unmoved(group, before)
    return changed


def placed(skeleton: Sequence[str], levels: Mapping[str, int]) -> dict[str, Place]:
    """Return generated id → the place after it."""
    found = {"": Place()}
    section = chapter = ""
    for name in skeleton:
        level = levels.get(name, 0)
        if level == CHAPTER:
            chapter, section = name, ""
        elif level == SECTION:
            section = name
        found[name] = Place(name, section, chapter)
    return found


def in_order(
    noted: Sequence[str], desk: Sequence[str], *, anchor: Mapping[str, str], changed: Collection[str]
) -> list[str]:
    """Return the own cells in their merged order, those of one anchor in a row.

    Parameters
    ----------
    noted, desk
        Ids in the order of the notes and of the desk copy.
    anchor
        Id → anchor, of the cells that are kept.
    changed
        Ids that the desk copy moved.
    """
    rows: dict[str, list[str]] = defaultdict(list)
    present = set(desk)
    for name in noted:
        if name in anchor and not (name in present and name in changed):
            rows[anchor[name]].append(name)
    before: dict[str, str] = {}
    for name in desk:
        if name not in anchor:
            continue
        row = rows[anchor[name]]
        if name not in row:
            previous = before.get(anchor[name])
            row.insert(row.index(previous) + 1 if previous in row else 0, name)
        before[anchor[name]] = name
    return [name for row in rows.values() for name in row]


def woven(first: Sequence[str], second: Iterable[str]) -> list[str]:
    """Return the names of two orders in one: those of the second only follow what they follow there."""
    result = list(first)
    held = set(first)
    previous: str | None = None
    for name in second:
        if name not in held:
            result.insert(0 if previous is None else result.index(previous) + 1, name)
            held.add(name)
        previous = name
    return result

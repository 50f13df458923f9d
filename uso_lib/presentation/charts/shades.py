"""Choose a dark or a middle shade for each component of a whole, so that those that touch stand apart.

Does not draw and does not define the shades (style.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise, product

from uso_lib.presentation.charts import style

#: Up to this many components every choice of dark and middle is tried; beyond it they simply take turns.
_MOST_TRIED = 10


def shades(count: int, columns: Iterable[Sequence[int]], *, ordered: bool = False) -> list[str]:
    """Return the colour of each component.

    Parameters
    ----------
    count
        Number of components.
    columns
        For each drawn column or bar the components in the order in which they touch.
    ordered
        Whether the components have an order of their own (ages); their hues then follow it.
    """
    dark = _dark_ones(count, columns, ordered=ordered)
    if ordered:
        pairs = list(zip(style.MIDDLE_ORDER, style.DARK_ORDER, strict=True))
        return [pairs[_along(place, count, len(pairs))][is_dark] for place, is_dark in enumerate(dark)]
    taken: Counter[bool] = Counter()
    found = []
    for is_dark in dark:
        choice = style.DARK_SHADES if is_dark else style.MIDDLE_SHADES
        found.append(choice[taken[is_dark] % len(choice)])
        taken[is_dark] += 1
    return found


def touching(values: Sequence[float]) -> list[int]:
    """Return which components of a column touch from its foot to its head: those below zero hang from it."""
    below = [place for place, value in enumerate(values) if value < 0]
    above = [place for place, value in enumerate(values) if value > 0]
    return [*reversed(below), *above]


def _dark_ones(count: int, columns: Iterable[Sequence[int]], *, ordered: bool) -> tuple[bool, ...]:
    """Return which are dark: as few touching pairs of one kind as can be, then as few dark ones.

    Of components with an order also as few neighbours of one kind as can be: their hues are near each other.
    """
    turns = tuple(place % 2 == 0 for place in range(count))
    pairs = Counter(tuple(sorted(pair)) for column in columns for pair in pairwise(column))
    if count > _MOST_TRIED or not pairs:
        return turns

    def cost(dark: tuple[bool, ...]) -> tuple[int, int, int]:
        clashes = sum(times for (one, other), times in pairs.items() if dark[one] == dark[other])
        alike = sum(one == other for one, other in pairwise(dark)) if ordered else 0
        return clashes, alike, sum(dark)

    return min(product((True, False), repeat=count), key=cost)


def _along(place: int, count: int, steps: int) -> int:
    """Return the step of a scale that a place among so many falls on, the first and the last included."""
    return round(place * (steps - 1) / max(1, count - 1))

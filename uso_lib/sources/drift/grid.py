"""Lay the old and the new figures of one content side by side, rows by periods.

Does not judge them (examination.py and checks.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from uso_lib.live_specs import LiveTable
from uso_lib.tidy import dimensions

Matrix = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_OLD, _NEW = 0, 1
#: Figures have at most so many decimals; the steps they are published in are found among these.
_MOST_DECIMALS = 3
PROVISIONAL = "*"


@dataclass(frozen=True)
class Grid:
    """Hold one content's figures of municipalities; of the whole country where it has none of municipalities.

    Parameters
    ----------
    content
        Its code.
    rows
        Area and dimension codes of each row.
    groups
        Position in `names` of each row's group: rows of one group differ by area only (and by partner area).
    names
        Dimension codes of each group as text; empty for the only group of a table without dimensions.
    periods
        Every period of old and new figures, sorted.
    old, new
        Figures, rows x periods; not-a-number where there is none.
    provisional
        Which old figures were marked provisional.
    in_old, in_new
        Which periods each has at all.
    paired
        Whether an area has several rows in a group, one for each partner area.
    """

    content: str
    rows: pd.DataFrame
    groups: npt.NDArray[np.intp]
    names: tuple[str, ...]
    periods: tuple[str, ...]
    old: Matrix
    new: Matrix
    provisional: Flags
    in_old: Flags
    in_new: Flags
    paired: bool = False

    @cached_property
    def joined(self) -> Matrix:
        """Return the figures as the store would show them: the new ones of a new period, else the old."""
        return np.where(self.in_new, self.new, self.old)

    @cached_property
    def common(self) -> list[int]:
        """Return the positions of periods that both have."""
        return [int(place) for place in np.flatnonzero(self.in_old & self.in_new)]

    @cached_property
    def fresh(self) -> list[int]:
        """Return the positions of new periods after the last old one; of a first fetch, the newest period."""
        new = np.flatnonzero(self.in_new)
        if not self.in_old.any():
            return [int(place) for place in new[-1:]]
        return [int(place) for place in new[new > np.flatnonzero(self.in_old)[-1]]]

    @cached_property
    def before(self) -> dict[int, int]:
        """Return period → the one it is compared with: the same month a year ago, else the last period."""
        places = {period: place for place, period in enumerate(self.periods)}
        found = {}
        for place, period in enumerate(self.periods):
            year_ago = places.get(f"{int(period[:4]) - 1:04d}{period[4:]}") if "M" in period else None
            if year_ago is not None or place:
                found[place] = place - 1 if year_ago is None else year_ago
        return found

    @cached_property
    def past_pairs(self) -> list[tuple[int, int]]:
        """Return (earlier, later) positions of compared periods without the fresh ones."""
        fresh = set(self.fresh)
        return [(earlier, later) for later, earlier in self.before.items() if later not in fresh]

    @cached_property
    def step(self) -> float:
        """Return the step in which the figures are published: 1 for counts, 0.1 for one decimal."""
        figures = self.joined[np.isfinite(self.joined)]
        for decimals in range(_MOST_DECIMALS):
            if np.allclose(figures, figures.round(decimals), rtol=0, atol=1e-9):
                return float(10.0**-decimals)
        return float(10.0**-_MOST_DECIMALS)

    @cached_property
    def of_group(self) -> list[npt.NDArray[np.intp]]:
        """Return the row positions of each group."""
        order = np.argsort(self.groups, kind="stable")
        return list(np.split(order, np.cumsum(np.bincount(self.groups))[:-1]))

    def place(self, row: int, period: int) -> str:
        """Name one figure: area, dimension codes, period."""
        return " ".join([*map(str, self.rows.iloc[row]), self.periods[period]])


def grids(previous: pd.DataFrame | None, new: pd.DataFrame, table: LiveTable) -> Iterator[Grid]:
    """Give a grid for every declared content that the old or the new figures have.

    Parameters
    ----------
    previous, new
        Tidy tables; None when there is nothing to compare with.
    table
        Their declaration.
    """
    keys = ["area", *dimensions(new)]
    sides = [new.assign(side=_NEW)]
    if previous is not None and set(keys) <= set(previous.columns):
        sides.append(previous.assign(side=_OLD))
    columns = [*keys, "content", "period", "value", "symbol", "side"]
    both = pd.concat([side[columns] for side in sides], ignore_index=True)
    both = both[both["content"].isin({content.code for content in table.contents})]
    partners = {dimension.name for dimension in table.dimensions if dimension.area}
    for content, rows in both.groupby("content", sort=True):
        yield _grid(str(content), rows, keys, [key for key in keys[1:] if key not in partners])


def _grid(content: str, rows: pd.DataFrame, keys: list[str], dims: list[str]) -> Grid:
    municipal = rows["area"].str.fullmatch(r"\d{3}")
    rows = rows[municipal] if municipal.any() else rows[rows["area"].eq("SSS")]
    numbers = rows.groupby(keys, sort=True).ngroup().to_numpy()
    heads = rows.iloc[np.unique(numbers, return_index=True)[1]][keys].reset_index(drop=True)
    periods, columns = np.unique(rows["period"].to_numpy(dtype="str"), return_inverse=True)
    side, value = rows["side"].to_numpy(), rows["value"].to_numpy(dtype="float64")

    def filled(one: int) -> Matrix:
        matrix = np.full((len(heads), len(periods)), np.nan)
        matrix[numbers[side == one], columns[side == one]] = value[side == one]
        return matrix

    provisional = np.zeros((len(heads), len(periods)), dtype=bool)
    marked = (side == _OLD) & rows["symbol"].eq(PROVISIONAL).to_numpy()
    provisional[numbers[marked], columns[marked]] = True
    groups, names = _groups(heads, dims)
    has = [np.isin(np.arange(len(periods)), columns[side == one]) for one in (_OLD, _NEW)]
    return Grid(
        content=content,
        rows=heads,
        groups=groups,
        names=names,
        periods=tuple(map(str, periods)),
        old=filled(_OLD),
        new=filled(_NEW),
        provisional=provisional,
        in_old=has[_OLD],
        in_new=has[_NEW],
        paired=len(dims) < len(keys) - 1,
    )


def _groups(heads: pd.DataFrame, dims: list[str]) -> tuple[Any, tuple[str, ...]]:
    """Return each row's group and the names of the groups."""
    if not dims:
        return np.zeros(len(heads), dtype=np.intp), ("",)
    numbers = heads.groupby(dims, sort=True).ngroup().to_numpy()
    first = heads.iloc[np.unique(numbers, return_index=True)[1]][dims]
    return numbers, tuple(
        ", ".join(f"{dim} {code}" for dim, code in row.items()) for _, row in first.iterrows()
    )

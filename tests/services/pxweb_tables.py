"""What PxWeb holds: tables of variables and figures, and how they look when something has changed.

Does not answer requests (pxweb.py) and writes nothing (pxweb_formats.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from services.exchange import Changes
from services.pxweb_formats import PxVariable

Positions = tuple[NDArray[np.intp], ...]
#: Positions of the chosen codes, an array per variable → values (NaN when missing) and symbols, so shaped.
Cells = Callable[[Positions], tuple[NDArray[np.float64], NDArray[np.str_]]]
REPUBLISHED = "2026-11-20T06:00:00Z"


@dataclass(frozen=True)
class PxTable:
    """Describe one table.

    Parameters
    ----------
    path
        Database, folders and file: ``StatFin/muutl/11ae.px``.
    cells
        Gives the figures.
    updated
        ISO time in UTC.
    legacy
        Path before 8 June 2026.
    decimals
        Most decimals of a figure of a table without contents.
    """

    path: str
    title: str
    variables: tuple[PxVariable, ...]
    cells: Cells
    updated: str = "2026-05-27T05:00:00Z"
    legacy: str = ""
    source: str = "Tilastokeskus"
    decimals: int = 1

    @property
    def file(self) -> str:
        """Return the name of the file."""
        return self.path.rsplit("/", 1)[-1]

    @property
    def matrix(self) -> str:
        """Return the name without its ending."""
        return self.file.removesuffix(".px")

    def as_legacy(self) -> PxTable:
        """Return the table as before 8 June 2026: old path, variables by name, contents without prefix."""
        variables = tuple(one.as_legacy() for one in self.variables)
        return replace(self, path=self.legacy or old_path(self.path), variables=variables)


def old_path(path: str) -> str:
    """Return the path before 8 June 2026: ``StatFin/x/12tg.px`` → ``StatFin/x/statfin_x_pxt_12tg.px``."""
    *folders, file = path.split("/")
    if len(folders) != 2 or folders[0] != "StatFin":
        return path
    return "/".join([*folders, f"statfin_{folders[1]}_pxt_{file}"])


def changed(table: PxTable, changes: Changes) -> PxTable:
    """Return the table with the changes that faults ask for."""
    if not changes.published:
        return table
    places = dict(enumerate(table.variables))
    kept = {axis: _kept(variable, changes.removed) for axis, variable in places.items()}
    newest = {axis: len(variable.values) - 1 for axis, variable in places.items() if variable.time}
    variables = [
        _renamed(variable.only(kept[axis]).later(changes.new_periods), changes.renamed)
        for axis, variable in places.items()
    ]

    def cells(chosen: Positions) -> tuple[NDArray[np.float64], NDArray[np.str_]]:
        within = [kept[axis][np.minimum(places, len(kept[axis]) - 1)] for axis, places in enumerate(chosen)]
        values, symbols = table.cells(tuple(within))
        values = values * changes.factor
        for axis, last in newest.items():
            along = [1] * len(chosen)
            along[axis] = -1
            steps = chosen[axis] - last
            grown = np.where(steps < 0, 1 + changes.revised, 1.01 ** np.maximum(steps, 0))
            values = values * grown.reshape(along)
        return _rounded(values, table, chosen), symbols

    return replace(table, variables=tuple(variables), cells=cells, updated=REPUBLISHED)


def _rounded(values: NDArray[np.float64], table: PxTable, chosen: Positions) -> NDArray[np.float64]:
    """Round figures to the decimals of their content, or of the table."""
    for axis, variable in enumerate(table.variables):
        if not variable.metric:
            continue
        for place, position in enumerate(chosen[axis]):
            _, decimals = variable.units.get(variable.values[position], ("", table.decimals))
            along = (*[slice(None)] * axis, place)
            values[along] = np.round(values[along], decimals)
        return values
    return np.round(values, table.decimals)


def _kept(variable: PxVariable, removed: tuple[str, ...]) -> NDArray[np.intp]:
    """Return the positions that stay when municipalities are removed."""
    gone = {*removed, *(f"KU{code}" for code in removed)} if variable.area else set()
    return np.asarray([place for place, code in enumerate(variable.values) if code not in gone])


def _renamed(variable: PxVariable, renamed: tuple[str, str, str] | None) -> PxVariable:
    """Return the variable under a new code and name when it is the one that is renamed."""
    if renamed is None or not variable.text.casefold().startswith(renamed[0].casefold()):
        return variable
    return replace(variable, code=renamed[1], text=renamed[2])

"""Make a PxWeb table of the declaration of a live table, as a statistical office would.

Does not answer requests (pxweb.py) and does not choose which tables there are (world.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from services import declared
from services.made_up import COUNTRY, Shape, finished, levels, population, series, shaken, unit
from services.pxweb_formats import PxVariable, next_period
from services.pxweb_tables import Positions, PxTable
from uso_lib.live_specs import LiveTable

#: Beginning of an address → year of the area division its variable is named after.
DIVISIONS = {
    "StatFin/tjt": 2025, "StatFin/tyokay": 2025, "Kuntien_avainluvut": 2025, "StatFin/vaenn": 2024,
    "StatFin/rpk": 2023, "StatFin/aly": 2024, "StatFin": 2026, "Vero": 2026,
}  # fmt: skip
#: Part of an address → what its periods are; years otherwise.
FREQUENCIES = {"tyonv/": "M", "trt_040": "M", "aly/11yq": "Q"}
TIMES = {
    "Y": ("timeperiod_y", "Vuosi"),
    "M": ("timeperiod_m", "Kuukausi"),
    "Q": ("timeperiod_q", "Vuosineljännes"),
}
PER_YEAR = {"Y": 1, "M": 12, "Q": 4}
FUTURE = ("vaenn/", 2024, 2045)


@dataclass(frozen=True)
class Nation:
    """Hold what all tables share.

    Parameters
    ----------
    names
        Code → name of the municipalities there are today.
    abolished
        Code → year in which it went, of the latest mergers.
    regions
        Code (``MK01``) → name.
    first_year, last_year
        None takes the first year declared by each table.
    release
        How often everything has been published.
    """

    names: dict[str, str]
    abolished: dict[str, int]
    regions: dict[str, str]
    first_year: int | None
    last_year: int
    release: int = 1

    @cached_property
    def everybody(self) -> float:
        """Return the size of the country."""
        return sum(map(population, self.names))

    @property
    def updated(self) -> str:
        """Return the time of publication."""
        return f"2026-{min(4 + self.release, 12):02d}-27T05:00:00Z"


def px_table(table: LiveTable, nation: Nation) -> PxTable:
    """Return the table that a declaration describes."""
    address = table.address or ""
    variables = [_area(table, nation), *_dimensions(table, nation), _time(table, nation), _contents(table)]
    if unit("order", table.id) < 0.3:
        variables.insert(0, variables.pop(-2))
    return PxTable(
        path=address,
        title=f"{table.title} muuttujina {', '.join(one.text for one in variables)}",
        variables=tuple(variables),
        cells=_cells(table, tuple(variables), nation),
        updated=nation.updated,
        legacy=table.legacy or "",
        source=f"{table.producer}, {table.title}",
    )


def _area(table: LiveTable, nation: Nation) -> PxVariable:
    """Return the area variable, with the areas of its division and pseudo areas."""
    address = table.address or ""
    text = table.area[0] if table.area else "Alue"
    year = next(year for start, year in DIVISIONS.items() if address.startswith(start))
    names = {
        **nation.names,
        **{code: f"Kunta {code}" for code, gone in nation.abolished.items() if gone > year},
    }
    if address.startswith("Vero"):
        codes = {"000": "KOKO MAA", **names, "200": "Ulkomaat"}
        return PxVariable(text, text, tuple(codes), tuple(codes.values()), total="000", area=True)
    municipal = {f"KU{code}": name for code, name in names.items()}
    pseudo = {"KUJOU": "Muut kunnat", "ELYJO": "Muut"} if "tyonv" in address else {}
    found = {COUNTRY: "KOKO MAA", "MA1": "MANNER-SUOMI", **municipal, **pseudo, **nation.regions}
    if table.areas == "country":
        found = {COUNTRY: "KOKO MAA", "MA1": "MANNER-SUOMI", **nation.regions}
    code = "Alue" if "tyonv" in address else f"alue_{28 if '13h4' in address else 23}_{year}0101"
    return PxVariable(code, text, tuple(found), tuple(found.values()), area=True)


def _dimensions(table: LiveTable, nation: Nation) -> list[PxVariable]:
    """Return the variables kept as columns and those asked at one value."""
    made = []
    for one in table.dimensions:
        if one.area:
            names = {COUNTRY: "KOKO MAA", **{f"KU{code}": name for code, name in nation.names.items()}}
            made.append(
                PxVariable(_code(one.text[0]), one.text[0], tuple(names), tuple(names.values()), area=True)
            )
        else:
            made.append(_variable(table, one.text[0], declared.codes(one), total=None))
    for fixed in table.fixed:
        values = declared.AGES if fixed.text[0].startswith("Ikä") else declared.SEXES
        values = (
            values if fixed.values[0] == "SSS" else tuple(dict.fromkeys([*fixed.values, "muu_1", "muu_2"]))
        )
        made.append(_variable(table, fixed.text[0], values, total=fixed.values[0]))
    return made


def _variable(table: LiveTable, text: str, values: Sequence[str], total: str | None) -> PxVariable:
    """Return an ordinary variable; most that have a total may be left out."""
    texts = ["Yhteensä" if code == "SSS" else f"{text} {code}" for code in values]
    total = total or ("SSS" if "SSS" in values else None)
    eliminable = total is not None and unit("eliminable", table.id, text) < 0.7
    return PxVariable(
        _code(text), text, tuple(values), tuple(texts), eliminable, total if eliminable else None
    )


def _code(text: str) -> str:
    """Return a variable code in the style in force since 8 June 2026."""
    plain = text.casefold().translate(str.maketrans("äöå -", "aoa__"))
    return f"{re.sub(r'[^a-z_]', '', plain)[:12]}_{10 + int(9 * unit('code', text))}_20180101"


def _time(table: LiveTable, nation: Nation) -> PxVariable:
    """Return the time variable."""
    address = table.address or ""
    kind = next((kind for part, kind in FREQUENCIES.items() if part in address), "Y")
    first = int(table.first[:4]) if table.first else 2010
    last = nation.last_year
    first = first if nation.first_year is None else max(first, nation.first_year)
    if FUTURE[0] in address:
        first, last = FUTURE[1:]
        last = last if nation.first_year is None else first + nation.last_year - nation.first_year
    start = {"Y": str(first), "M": f"{first}M01", "Q": f"{first}Q1"}[kind]
    periods = [start]
    while len(periods) < (last - first + 1) * PER_YEAR[kind]:
        periods.append(next_period(periods[-1]))
    code, text = TIMES[kind]
    if address.startswith("Vero"):
        code = text = "Verokausi" if kind == "M" else "Verovuosi"
    return PxVariable(code, text, tuple(periods), tuple(periods), time=True)


def _contents(table: LiveTable) -> PxVariable:
    """Return the variable of contents: those declared, some with a prefix, and one that nobody asks for."""
    address = table.address or ""
    prefix = (
        f"{address.split('/')[-2]}-"
        if unit("prefix", table.id) < 0.5 and address.startswith("StatFin")
        else ""
    )
    codes = [prefix + declared.marker(one) for one in table.contents] + [f"{prefix}muu_tieto"]
    texts = [declared.title(one) for one in table.contents] + ["Muu tieto"]
    shapes = [declared.shape(table, one) for one in table.contents]
    units = {
        code: (one.unit or "", made.decimals)
        for code, one, made in zip(codes, table.contents, shapes, strict=False)
    }
    code, text = ("Tunnusluvut", "Tunnusluvut") if address.startswith("Vero") else ("contentscode", "Tiedot")
    return PxVariable(code, text, tuple(codes), tuple(texts), metric=True, units=units)


class _cells:  # noqa: N801 - a function with a memory
    """Compute the figures of any choice of codes."""

    def __init__(self, table: LiveTable, variables: tuple[PxVariable, ...], nation: Nation) -> None:
        self.table, self.variables, self.nation = table, variables, nation
        extra = Shape(f"{table.id}|muu", rate=False, level=0.01, decimals=0)
        self.shapes = [*(declared.shape(table, one) for one in table.contents), extra]
        place = {one.code: axis for axis, one in enumerate(variables)}
        self.metric = next(axis for axis, one in enumerate(variables) if one.metric)
        self.time = next(axis for axis, one in enumerate(variables) if one.time)
        self.area = next(axis for axis, one in enumerate(variables) if one.area)
        self.others = [axis for axis in place.values() if axis not in (self.metric, self.time, self.area)]
        self.codes = [code.removeprefix("KU") for code in variables[self.area].values]
        self.codes = [COUNTRY if code == "000" else code for code in self.codes]
        self.times = [_moment(period) for period in variables[self.time].values]
        self.shares = {axis: self._shares(variables[axis]) for axis in self.others}
        self._known: dict[int, tuple[NDArray[np.float64], NDArray[np.float64]]] = {}

    def __call__(self, chosen: Positions) -> tuple[NDArray[np.float64], NDArray[np.str_]]:
        """Return values and symbols of the chosen positions."""
        values = np.empty([len(one) for one in chosen])
        symbols = np.full(values.shape, "", dtype="<U3")
        for order, place in enumerate(chosen[self.metric]):
            along = (*[slice(None)] * self.metric, order)
            values[along], symbols[along] = self._content(int(place), chosen)
        return values, symbols

    def _content(self, place: int, chosen: Positions) -> tuple[NDArray[np.float64], NDArray[np.str_]]:
        """Return the figures of one content."""
        one = self.shapes[place]
        base, chances = self._base(place)
        both = np.ix_(chosen[self.area], chosen[self.time])
        axes = [axis for axis in range(len(chosen)) if axis != self.metric]
        area, time = axes.index(self.area), axes.index(self.time)
        values = _spread(base[both], area, time, len(axes))
        for axis in self.others:
            shares = self.shares[axis][chosen[axis]]
            if not one.rate:
                values = values * shares.reshape([-1 if other == axis else 1 for other in axes])
        shape = [len(chosen[axis]) for axis in axes]
        values = shaken(one, values, _spread(chances[both], area, time, len(axes)))
        values = np.broadcast_to(finished(one, values, self.nation.release), shape).copy()
        return self._marked(one, values, chosen, axes)

    def _marked(
        self, one: Shape, values: NDArray[np.float64], chosen: Positions, axes: list[int]
    ) -> tuple[NDArray[np.float64], NDArray[np.str_]]:
        """Suppress some figures, mark zeros and provisional ones as the service would."""
        symbols = np.full(values.shape, "", dtype="<U3")
        if unit("provisional", self.table.id) < 0.3:
            newest = chosen[self.time] == len(self.times) - 1
            symbols[(*[slice(None)] * axes.index(self.time), newest)] = "*"
        if unit("nil", self.table.id) < 0.5 and not any(one.area for one in self.table.dimensions):
            zero = values == 0
            values[zero], symbols[zero] = np.nan, "-"
        if one.rate:
            secret = np.asarray(
                [unit("secret", one.key, self.codes[area]) < 0.01 for area in chosen[self.area]]
            )
            along = (*[slice(None)] * axes.index(self.area), secret)
            values[along], symbols[along] = np.nan, "..."
        return values, symbols

    def _base(self, place: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return undivided figures and chances by area and time, computed once."""
        if place not in self._known:
            one = self.shapes[place]
            factors, chances = series(one, self.codes, self.times)
            self._known[place] = (levels(one, self.codes, self.nation.everybody)[:, None] * factors, chances)
        return self._known[place]

    def _shares(self, variable: PxVariable) -> NDArray[np.float64]:
        """Return which part of the whole every code of a variable has."""
        if variable.area:
            everybody = self.nation.everybody
            return np.asarray([_partner(code.removeprefix("KU"), everybody) for code in variable.values])
        count = len(variable.values)
        found = [declared.share(self.table, variable.code, code, count) for code in variable.values]
        total = variable.total
        return np.asarray(
            [1.0 if code == total else each for code, each in zip(variable.values, found, strict=True)]
        )


def _partner(code: str, everybody: float) -> float:
    """Return which part of all moves a partner municipality has."""
    return 0.1 if code == COUNTRY else 0.1 * population(code) / everybody


def _moment(period: str) -> float:
    """Return a period as a number of years."""
    year, part = int(period[:4]), period[4:]
    return year + (int(part[1:]) - 1) / PER_YEAR[part[0]] if part else float(year)


def _spread(base: NDArray[np.float64], area: int, time: int, count: int) -> NDArray[np.float64]:
    """Put an array by area and time onto two of many axes."""
    base = base if area < time else base.T
    places = sorted((area, time))
    shape = [base.shape[places.index(axis)] if axis in places else 1 for axis in range(count)]
    return base.reshape(shape)

"""Find out which variable of a table is what: time, contents, area, dimensions, those fixed at one value.

Variables are told by what they hold and by what the service calls them, never by a code written down here
beforehand. Does not choose codes (codes.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from uso_lib.live_specs import LiveDimension, LiveFixed, LiveTable
from uso_lib.sources.pxweb.codes import TOTALS, area_codes, is_prefixed, marker_fits, markers_of
from uso_lib.sources.pxweb.metadata import TableMetadata, Variable
from uso_lib.sources.pxweb.periods import period_of
from uso_lib.validation import did_you_mean

_CONTENTS_CODE = "contentscode"
_CONTENTS_TEXTS = ("Tiedot", "Tunnusluvut", "Tunnusluku")
_AREA_TEXTS = ("Alue", "Kunta", "Verotuskunta", "Area")


@dataclass(frozen=True)
class Roles:
    """Say what each variable of a table is.

    Parameters
    ----------
    time, contents
        None when the table has none (the year stands in the titles; it holds a single content).
    rest
        Variables that the declaration does not name.
    differences
        English clauses on everything that is not as declared; the rest is as far as it could be found.
    remarks
        Differences that do not stop the table.
    """

    time: Variable | None
    contents: Variable | None
    area: Variable | None
    dimensions: tuple[tuple[LiveDimension, Variable], ...]
    fixed: tuple[tuple[LiveFixed, Variable], ...]
    rest: tuple[Variable, ...]
    differences: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass
class _Search:
    """Hold the variables nobody has claimed yet and what did not go as declared."""

    free: list[Variable]
    differences: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def claim(self, variable: Variable) -> Variable:
        self.free.remove(variable)
        return variable

    def one_of(self, found: Sequence[Variable], what: str) -> Variable | None:
        """Claim the only one found; several are a difference."""
        if len(found) > 1:
            names = ", ".join(map(_name, found))
            self.differences.append(f"{what} could be any of {names}: say in the declaration which one it is")
        return self.claim(found[0]) if len(found) == 1 else None


def find_roles(metadata: TableMetadata, table: LiveTable, areas: frozenset[str]) -> Roles:
    """Find what each variable of a table is.

    Parameters
    ----------
    areas
        Known municipalities, three-digit codes: they tell an area variable from one of ages.
    """
    search = _Search(list(metadata.variables))
    time = _time(search)
    named = [(dimension, _called(search, dimension.text)) for dimension in table.dimensions]
    dimensions = [(dimension, variable) for dimension, variable in named if variable]
    for dimension, variable in named:
        if variable is None:
            search.differences.append(_unknown(search, f'the dimension "{dimension.name}"', dimension.text))
    fixed = _fixed(search, table)
    area = _declared_area(search, table)
    contents = _contents(search, table)
    area = area or _area(search, table, areas)
    return Roles(
        time=time,
        contents=contents,
        area=area,
        dimensions=tuple(dimensions),
        fixed=tuple(fixed),
        rest=tuple(search.free),
        differences=tuple(search.differences),
        remarks=tuple(search.remarks),
    )


def _time(search: _Search) -> Variable | None:
    """Claim the variable that is said to hold periods, or all of whose values read as periods."""
    told = [variable for variable in search.free if variable.time]
    return search.one_of(told or [one for one in search.free if _holds_periods(one)], "the time variable")


def _holds_periods(variable: Variable) -> bool:
    pairs = zip(variable.values, variable.texts, strict=True)
    return bool(variable.values) and all(period_of(code, text) for code, text in pairs)


def _called(search: _Search, beginnings: Sequence[str]) -> Variable | None:
    """Claim the variable called by the first beginning that fits; a whole name comes before a beginning."""
    for beginning in beginnings:
        found = [variable for variable in search.free if variable.is_called(beginning)]
        whole = [one for one in found if beginning.casefold() in (one.text.casefold(), one.code.casefold())]
        if found:
            return search.one_of(whole or found, f'the variable "{beginning}"')
    return None


def _fixed(search: _Search, table: LiveTable) -> list[tuple[LiveFixed, Variable]]:
    found = []
    for fixed in table.fixed:
        variable = _called(search, fixed.text)
        what = f'the variable "{fixed.text[0]}" to be fixed at {" or ".join(fixed.values)}'
        if variable is not None:
            found.append((fixed, variable))
        elif all(value.casefold() in TOTALS for value in fixed.values):
            search.remarks.append(f"The table no longer has {what}: its figures are totals already.")
        else:
            search.differences.append(_unknown(search, what, fixed.text))
    return found


def _declared_area(search: _Search, table: LiveTable) -> Variable | None:
    if not table.area:
        return None
    found = _called(search, table.area)
    if found is None:
        search.differences.append(_unknown(search, "the area variable", table.area))
    return found


def _contents(search: _Search, table: LiveTable) -> Variable | None:
    """Claim the variable of contents: called so by the service, or holding most of the declared markers."""
    told = [one for one in search.free if one.contents or one.code.casefold() == _CONTENTS_CODE]
    if told:
        return search.one_of(told, "the variable of contents")
    markers = [marker for content in table.contents for marker in markers_of(content)]
    hits = {
        one.code: sum(any(marker_fits(marker, value) for value in one.values) for marker in markers)
        for one in search.free
    }
    most = max(hits.values(), default=0)
    if most:
        return search.one_of(
            [one for one in search.free if hits[one.code] == most], "the variable of contents"
        )
    found = _called(search, _CONTENTS_TEXTS)
    if found is None and (len(table.contents) > 1 or table.contents[0].marker or table.contents[0].words):
        wanted = ", ".join(markers[:3])
        held = ", ".join(map(_name, search.free))
        search.differences.append(f"no variable holds the contents ({wanted}); the table has {held}")
    return found


def _area(search: _Search, table: LiveTable, areas: frozenset[str]) -> Variable | None:
    """Claim the variable that holds municipalities, or only the country under a name of areas."""
    if table.area:
        return None
    prefixed = [one for one in search.free if any(map(is_prefixed, one.values))]
    if prefixed:
        return search.one_of(prefixed, "the area variable")
    hits = {one.code: len(set(area_codes(one).values()) & areas) for one in search.free}
    most = max(hits.values(), default=0)
    if most:
        return search.one_of([one for one in search.free if hits[one.code] == most], "the area variable")
    named = [one for one in search.free if area_codes(one) and any(map(one.is_called, _AREA_TEXTS))]
    if not named:
        held = ", ".join(map(_name, search.free)) or "none besides those declared"
        search.differences.append(f"no variable holds municipalities (KU091 or 091); the table has {held}")
    return search.one_of(named, "the area variable")


def _unknown(search: _Search, what: str, beginnings: Sequence[str]) -> str:
    texts = [variable.text for variable in search.free]
    return (
        f'{what} is not in the table under "{" or ".join(beginnings)}": {did_you_mean(beginnings[0], texts)}'
    )


def _name(variable: Variable) -> str:
    return variable.text if variable.text == variable.code else f"{variable.text} ({variable.code})"

"""Turn the declaration of a table into what is asked of the service: variables, codes and what they mean.

Every difference between the declaration and the table's metadata is found, not only the first one. Does not
make queries (query.py) and does not read figures (tidy.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from uso_lib.live_specs import LiveContent, LiveTable
from uso_lib.sources.pxweb.codes import (
    Codes,
    area_codes,
    content_code,
    dimension_codes,
    fixed_code,
    guard,
    period_codes,
    total_code,
)
from uso_lib.sources.pxweb.metadata import TableMetadata, Variable
from uso_lib.sources.pxweb.periods import fineness, is_provisional, is_since, year_in
from uso_lib.sources.pxweb.roles import Roles, find_roles

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:\d{4})?(?!\d)")


@dataclass(frozen=True)
class Content:
    """Say where one declared content is: the service's code, and its year where the title holds it."""

    declared: LiveContent
    code: str
    period: str = ""


@dataclass(frozen=True)
class Resolution:
    """Say what every variable asked is, and what its codes become in the store.

    Parameters
    ----------
    areas, periods
        Service's code → three-digit code or ``SSS``; → "2025", "2026M06", "2023Q1". `periods` is empty when
        the table has no time variable.
    dimensions
        Name of the column → (variable, service's code → store's code).
    fixed
        Variable → the one code asked.
    omitted
        Variables left out of the query: the service adds them up or takes their total.
    provisional
        Periods whose text says that their figures are provisional.
    """

    area: Variable
    areas: Codes
    time: Variable | None
    periods: Codes
    contents_variable: Variable | None
    contents: tuple[Content, ...]
    dimensions: Mapping[str, tuple[Variable, Codes]]
    fixed: Codes
    omitted: tuple[str, ...]
    provisional: frozenset[str]
    remarks: tuple[str, ...]

    @property
    def selection(self) -> dict[str, tuple[str, ...]]:
        """Return variable → codes asked."""
        asked = {self.area.code: tuple(self.areas)}
        asked |= {variable.code: tuple(codes) for variable, codes in self.dimensions.values()}
        asked |= {code: (value,) for code, value in self.fixed.items()}
        if self.time:
            asked[self.time.code] = tuple(self.periods)
        if self.contents_variable:
            asked[self.contents_variable.code] = tuple(dict.fromkeys(one.code for one in self.contents))
        return asked

    @property
    def division(self) -> int | None:
        """Return the year of the area division that the area variable says, None when it says none."""
        found = _YEAR.search(self.area.code) or _YEAR.search(self.area.text)
        return int(found[1]) if found else None

    def record(self) -> dict[str, Any]:
        """Return what is kept with the figures: variables and codes, as JSON."""
        periods = sorted(self.periods.values() or {one.period for one in self.contents})
        return {
            "area": {
                "variable": self.area.code,
                "text": self.area.text,
                "codes": len(self.areas),
                "division": self.division,
            },
            "time": {
                "variable": self.time.code if self.time else None,
                "first": periods[0],
                "last": periods[-1],
                "codes": len(periods),
            },
            "contents": {
                "variable": self.contents_variable.code if self.contents_variable else None,
                "codes": {one.declared.code: one.code for one in self.contents},
            },
            "dimensions": {
                name: {"variable": variable.code, "text": variable.text, "codes": codes}
                for name, (variable, codes) in self.dimensions.items()
            },
            "fixed": self.fixed,
            "omitted": list(self.omitted),
        }


@dataclass(frozen=True)
class Differences:
    """Carry everything in which a table is not as declared; `guarded` when only titles lack their words."""

    found: tuple[str, ...]
    guarded: bool = False


def resolve(
    metadata: TableMetadata, table: LiveTable, areas: frozenset[str], *, since: str | None = None
) -> Resolution | Differences:
    """Resolve the declaration of a table against its metadata, or name everything that is not as declared.

    Parameters
    ----------
    areas
        Known municipalities, three-digit codes.
    since
        First period asked for; the later of it and the declared one counts.
    """
    roles = find_roles(metadata, table, areas)
    first = max(filter(None, (since, table.first)), default=None)
    area_map = area_codes(roles.area) if roles.area else {}
    periods, wrong_periods = period_codes(roles.time, first) if roles.time else ({}, [])
    contents, wrong_contents, guards = _contents(roles, table, first)
    dimensions, wrong_dimensions = _dimensions(roles)
    fixed, omitted, wrong_fixed = _single(roles)
    differences = [*roles.differences, *wrong_periods, *wrong_contents, *wrong_dimensions, *wrong_fixed]
    differences += _quarters(contents, periods)
    if roles.area and not area_map:
        differences.append(f"{roles.area.text} holds neither municipalities nor the country")
    if differences or guards or roles.area is None:
        return Differences((*differences, *guards), guarded=not differences)
    return Resolution(
        area=roles.area,
        areas=area_map,
        time=roles.time,
        periods=periods,
        contents_variable=roles.contents,
        contents=tuple(contents),
        dimensions=dimensions,
        fixed=fixed,
        omitted=omitted,
        provisional=_provisional(roles.time, periods),
        remarks=roles.remarks,
    )


def _provisional(time: Variable | None, periods: Codes) -> frozenset[str]:
    texts = time.text_of if time else {}
    return frozenset(period for code, period in periods.items() if is_provisional(texts[code]))


def _contents(
    roles: Roles, table: LiveTable, first: str | None
) -> tuple[list[Content], list[str], list[str]]:
    """Return the contents, what is not as declared, and the titles without their words."""
    if roles.contents is None:
        lacking_time = roles.time is None and not roles.differences
        lacking = ["the table has neither periods nor contents"] if lacking_time else []
        return [Content(content, "") for content in table.contents], lacking, []
    texts = roles.contents.text_of
    contents: list[Content] = []
    differences: list[str] = []
    guards: list[str] = []
    for declared in table.contents:
        code, why = content_code(roles.contents, declared)
        if code is None:
            differences.append(why)
            continue
        if unlike := guard(declared, texts[code]):
            guards.append(unlike)
        year = "" if roles.time else year_in(texts[code])
        if year is None:
            differences.append(f'the table has no periods and "{texts[code]}" does not end with a year')
        elif year and first and not is_since(year, first):
            differences.append(f'"{texts[code]}" is from before {first}')
        else:
            contents.append(Content(declared, code, year))
    return contents, differences, guards


def _dimensions(roles: Roles) -> tuple[dict[str, tuple[Variable, Codes]], list[str]]:
    dimensions, differences = {}, []
    for declared, variable in roles.dimensions:
        codes, wrong = dimension_codes(variable, declared)
        dimensions[declared.name] = (variable, codes)
        differences += wrong
    return dimensions, differences


def _single(roles: Roles) -> tuple[Codes, tuple[str, ...], list[str]]:
    """Return the variables asked at one value, those left out, and what is not as declared."""
    fixed: Codes = {}
    differences = []
    chosen = [(variable, fixed_code(variable, declared)) for declared, variable in roles.fixed]
    # A variable nobody found by its name would be told once more, as one without a total.
    rest = () if roles.differences else roles.rest
    chosen += [(variable, total_code(variable)) for variable in rest if not variable.eliminable]
    for variable, (code, wrong) in chosen:
        differences += wrong
        if code is not None:
            fixed[variable.code] = code
    return fixed, tuple(variable.code for variable in roles.rest if variable.eliminable), differences


def _quarters(contents: list[Content], periods: Codes) -> list[str]:
    """Return a difference for every content that has quarters but is not declared to become yearly."""
    if not any(fineness(period) == "Q" for period in periods.values()):
        return []
    return [
        f"the table is quarterly: declare how {one.declared.code} becomes yearly (yearly: sum, mean or last)"
        for one in contents
        if one.declared.yearly is None
    ]

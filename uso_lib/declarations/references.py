"""Find names that nothing declares, ids that two things share and formulas that run in a circle.

Does not check single declarations (indicators.py, rows.py) nor tables (tables.py).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from uso_lib.declarations.files import KINDS, Check, Declarations, Place, inputs
from uso_lib.specs import Breakdown, Criterion, Flow, Indicator, Row
from uso_lib.strict_yaml import did_you_mean

SHARED = ("breaks", "caveats", "reforms")
IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
#: List of a row → kind of what it lists.
ROW_LISTS = {
    "indicators": "indicator", "headline": "indicator", "told": "indicator", "breakdowns": "breakdown",
    "flows": "flow", "criteria": "criterion", "reforms": "reforms",
}  # fmt: skip
Wanted = Iterator[tuple[str, str, str]]  # field, kind, id


def problems(declared: Declarations) -> Check:
    """Go through every fault between declarations."""
    yield from _repeated(declared)
    yield from _unknown(declared)
    yield from _circles(declared)


def _repeated(declared: Declarations) -> Check:
    """Find ids given twice, in one file or in two."""
    groups = [(kind, declared.ids(kind)) for kind in KINDS]
    groups += [(key.removesuffix("s"), declared.shared_ids(key)) for key in SHARED]
    groups.append(("figure", list(_figures(declared))))
    for kind, found in groups:
        first: dict[str, Place] = {}
        for one, place in found:
            if one in first:
                other = first[one].problem("id", "")
                hint = f"{other.file.name} has it on line {other.line}; give another id"
                yield place.problem("id", f'the {kind} "{one}" is declared twice', hint)
            first.setdefault(one, place)
    for field in ("id", "number"):
        counts = Counter(getattr(file.theme, field) for file in declared.files if file.theme)
        for file in declared.files:
            if file.theme and counts[getattr(file.theme, field)] > 1:
                reason = f"two themes have the same {field} {getattr(file.theme, field)}"
                yield Place(file.document, "").problem(field, reason, f"give another {field}")


def _figures(declared: Declarations) -> Iterator[tuple[str, Place]]:
    for place, row in declared.each("row"):
        for number, figure in enumerate(row.figures):
            yield figure.id, Place(place.document, f"{place.key}.figures[{number}]")


def _unknown(declared: Declarations) -> Check:
    """Find names that nothing declares; what a half-read file would declare is not told as missing."""
    readable = {kind: all(file.document.complete for file in declared.files) for kind in KINDS}
    readable |= dict.fromkeys(SHARED, declared.shared.complete)
    known = {kind: {found for found, _ in declared.ids(kind)} for kind in KINDS}
    known |= {key: {found for found, _ in declared.shared_ids(key)} for key in SHARED}
    for kind in KINDS:
        for place, one in declared.each(kind):
            for field, wanted_kind, wanted in _wanted(one):
                if readable[wanted_kind] and wanted not in known[wanted_kind]:
                    reason = f'there is no {wanted_kind.removesuffix("s")} "{wanted}"'
                    yield place.problem(field, reason, did_you_mean(wanted, sorted(known[wanted_kind])))


def _wanted(one: Any) -> Wanted:
    """Go through the names a declaration refers to."""
    if isinstance(one, Indicator | Breakdown | Criterion):
        for field in ("of", "per", "minus", "weight", "indicator"):
            if getattr(one, field, None):
                yield field, "indicator", getattr(one, field)
    if isinstance(one, Indicator) and one.shown_by:
        yield "shown_by", "flow", one.shown_by
    if isinstance(one, Indicator) and one.continued_by:
        yield "continued_by.indicator", "indicator", one.continued_by.indicator
    if isinstance(one, Indicator) and one.counts:
        named = one.counts.model_dump(exclude_none=True)
        yield from ((f"counts.{field}", "indicator", str(name)) for field, name in named.items())
    if isinstance(one, Indicator | Breakdown):
        yield from ((f"breaks[{number}]", "breaks", name) for number, name in enumerate(one.breaks))
    if isinstance(one, Indicator | Breakdown | Flow):
        for number, caveat in enumerate(one.caveats):
            if IDENTIFIER.fullmatch(caveat):  # anything else is a sentence of its own
                yield f"caveats[{number}]", "caveats", caveat
    if isinstance(one, Row):
        yield from _wanted_by_row(one)


def _wanted_by_row(row: Row) -> Wanted:
    for field, kind in ROW_LISTS.items():
        yield from ((f"{field}[{number}]", kind, name) for number, name in enumerate(getattr(row, field)))
    for number, figure in enumerate(row.figures):
        key = f"figures[{number}]"
        yield from ((f"{key}.indicators[{n}]", "indicator", name) for n, name in enumerate(figure.indicators))
        if figure.breakdown:
            yield f"{key}.breakdown", "breakdown", figure.breakdown
        if figure.flow:
            yield f"{key}.flow", "flow", figure.flow


def _circles(declared: Declarations) -> Check:
    """Find indicators that are computed from themselves, and tell the whole way round, once."""
    found = {one.id: (place, one) for place, one in declared.each("indicator")}
    told: set[frozenset[str]] = set()
    for start, (place, _) in found.items():
        circle = _way_back(start, {one: indicator for one, (_, indicator) in found.items()})
        if circle and frozenset(circle) not in told:
            told.add(frozenset(circle))
            reason = f"the formulas form a circle: {' → '.join(circle)}"
            yield place.problem("formula", reason, "let one of them take its figures from a table")


def _way_back(start: str, found: Mapping[str, Indicator]) -> list[str]:
    """Return the shortest way from an indicator back to itself, empty when there is none."""
    ways = [[start]]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        for part in inputs(found[way[-1]]):
            if part == start:
                return [*way, start]
            if part in found and part not in seen:
                seen.add(part)
                ways.append([*way, part])
    return []

"""Check that the tables, contents and codes a theme file names are in the store or declared in live/.

Does not read tables: shapes.py says what they hold, and figures are not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from uso_lib.declarations.files import Check, Declarations, Place
from uso_lib.declarations.shapes import TOTAL, TableShape
from uso_lib.specs import Breakdown, Flow, Indicator
from uso_lib.strict_yaml import did_you_mean

_RANGE = re.compile(r"(\d*)-(\d*)")
Fault = tuple[str, str, str]  # field, reason, hint


def problems(declared: Declarations, tables: Mapping[str, TableShape]) -> Check:
    """Go through every table, content, dimension, code and period that nothing has.

    Parameters
    ----------
    tables
        What the store's tables hold and what live tables will hold, by table id.
    """
    for place, indicator in declared.each("indicator"):
        for number, one in enumerate(indicator.source):
            faults = list(_selection(one.table, _listed(one.content), one.dims, tables))
            if one.periods and one.table in tables:
                faults += _periods(one.periods, tables[one.table])
            yield from _told(place, faults, f"source[{number}].")
        yield from _told(place, _weights(indicator, tables))
    for place, breakdown in declared.each("breakdown"):
        yield from _told(place, _breakdown(breakdown, tables))
    for place, flow in declared.each("flow"):
        yield from _told(place, _flow(flow, tables))
    yield from _endings(declared, tables)


def _told(place: Place, faults: Iterable[Fault], prefix: str = "") -> Check:
    return (place.problem(prefix + field, reason, hint) for field, reason, hint in faults)


def _weights(one: Indicator, tables: Mapping[str, TableShape]) -> Iterator[Fault]:
    """Go through what is wrong with the weights of a weighted sum."""
    if one.weights is None:
        return
    asked: dict[str, str | list[str]] = {one.weights.dimension: one.weights.codes}
    for field, reason, hint in _selection(one.weights.table, [one.weights.content], asked, tables):
        yield f"weights.{field}", reason, hint
    for number, selection in enumerate(one.source):
        dims = {**selection.dims, **asked}
        for field, reason, hint in _selection(selection.table, _listed(selection.content), dims, tables):
            yield f"source[{number}].{field}", reason, hint


def _endings(declared: Declarations, tables: Mapping[str, TableShape]) -> Check:
    """Go through tables that are said to end a caveat or a note and that nothing has."""
    named = [
        (Place(declared.shared, f"caveats[{number}]"), "until", caveat.until)
        for number, caveat in enumerate(declared.standards.caveats if declared.standards else ())
    ]
    named += [
        (place, "passing.until", row.passing.until) for place, row in declared.each("row") if row.passing
    ]
    for place, field, wanted in named:
        for number, table in enumerate(wanted):
            if table not in tables:
                reason = f'neither the store nor live/ has a table "{table}"'
                yield place.problem(f"{field}[{number}]", reason, did_you_mean(table, sorted(tables)))


def _listed(codes: str | list[str]) -> list[str]:
    return [codes] if isinstance(codes, str) else codes


def _selection(
    table: str, contents: list[str], dims: Mapping[str, str | list[str]], tables: Mapping[str, TableShape]
) -> Iterator[Fault]:
    """Go through what is wrong with one choice of figures."""
    if table not in tables:
        reason = f'neither the store nor live/ has a table "{table}"'
        yield "table", reason, did_you_mean(table, sorted(tables))
        return
    shape = tables[table]
    for content in contents:
        if content not in shape.contents:
            reason = f'the table {table} has no content "{content}"'
            yield "content", reason, did_you_mean(content, sorted(shape.contents))
    for dimension, wanted in dims.items():
        if dimension not in shape.dimensions:
            reason = f'the table {table} has no dimension "{dimension}"'
            yield f"dims.{dimension}", reason, did_you_mean(dimension, sorted(shape.dimensions))
            continue
        yield from _codes(f"dims.{dimension}", _listed(wanted), shape.dimensions[dimension])
    for dimension, codes in shape.dimensions.items():
        if dimension not in dims and (codes is None or TOTAL not in codes):
            reason = f'the dimension "{dimension}" of {table} has no total, so codes must be named'
            yield "dims", reason, f"add {dimension}: …"


def _codes(field: str, wanted: Sequence[str], known: Collection[str] | None) -> Iterator[Fault]:
    """Go through codes that are neither a code of the table nor a range that holds some."""
    for code in wanted if known is not None else ():
        if code not in (known or ()) and not _holds_some(code, known or ()):
            yield field, f'there is no code "{code}"', did_you_mean(code, sorted(known or ()))


def _holds_some(code: str, known: Collection[str]) -> bool:
    """Tell whether a range of whole numbers ("7-15", "85-") holds at least one code."""
    match = _RANGE.fullmatch(code)
    if match is None or code == "-":
        return False
    low, high = int(match[1] or 0), int(match[2]) if match[2] else 10**9
    spans = [one.split("-") for one in known if re.fullmatch(r"\d+(-\d+)?", one)]
    return any(low <= int(span[0]) and int(span[-1]) <= high for span in spans)


def _periods(declared: str, shape: TableShape) -> Iterator[Fault]:
    """Tell of a range of periods that does not meet the table's."""
    first, _, last = declared.partition("-") if "-" in declared else (declared, "", declared)
    if first and last and first[:4] > last[:4]:
        yield "periods", f"the range {declared} runs backwards", "write the earlier period first"
    elif shape.periods and (
        (last and last[:4] < shape.periods[0][:4]) or (first and first[:4] > shape.periods[1][:4])
    ):
        span = f"{shape.periods[0]}–{shape.periods[1]}"
        yield "periods", f"the table has no period of {declared}", f"it holds {span}"


def _breakdown(one: Breakdown, tables: Mapping[str, TableShape]) -> Iterator[Fault]:
    """Go through what is wrong with a breakdown's table, contents and codes."""
    dims = dict(one.dims)
    codes = [code for category in one.categories for code in category.codes]
    if one.dimension:
        dims[one.dimension] = codes
    elif codes:
        yield "dimension", "the categories have codes but no dimension is named", "add dimension: …"
    named = [_listed(category.content) for category in one.categories if category.content]
    contents = [content for listed in named for content in listed]
    yield from _selection(one.table, contents or [one.content], dims, tables)
    if one.instead:
        other = one.instead
        asked = {**other.dims, other.dimension: [code for listed in other.codes.values() for code in listed]}
        for field, reason, hint in _selection(other.table, [other.content], asked, tables):
            yield f"instead.{field}", reason, hint


def _flow(one: Flow, tables: Mapping[str, TableShape]) -> Iterator[Fault]:
    """Go through what is wrong with a flow's table, content and origin."""
    dims: dict[str, str | list[str]] = {}
    if one.table in tables:
        known = tables[one.table].dimensions
        if one.origin in known:
            dims[one.origin] = list(known[one.origin] or ())
        else:
            reason = f'the table {one.table} has no dimension "{one.origin}"'
            yield "origin", reason, did_you_mean(one.origin, sorted(known))
    yield from _selection(one.table, [one.content], dims, tables)

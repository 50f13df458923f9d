"""List the numbers of maps as workbook lines: all municipalities' values, class limits, ends and counts.

Does not cut classes (analysis/everywhere.py) and does not format.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from uso_lib.analysis.everywhere import Everywhere
from uso_lib.presentation.sections.numbers import Heading, Line, line, origin_words
from uso_lib.presentation.sections.records import records
from uso_lib.presentation.words import finnish

COUNTRY = ("SSS", "Koko maa")


def map_lines(theme: str, row: str, result: Everywhere) -> list[Line]:
    """List all that the maps of an indicator show; nothing when there is no map."""
    if result.missing:
        return []
    indicator = result.indicator
    producer, table = origin_words(result.origins)
    unit = finnish.unit_name(indicator.unit)
    heading = Heading(theme, row, indicator.id, indicator.title, unit, indicator.decimals, producer, table)
    return [
        *_values(heading, result),
        *_classes(heading, result),
        *_ends(heading, result, in_region=False),
        *_ends(heading, result, in_region=True),
        *_without_data(heading, result),
    ]


def _values(heading: Heading, result: Everywhere) -> Iterator[Line]:
    """List every municipality's value; one without data has none, but its mark."""
    for row in records(result.table):
        area = (str(row["area"]), str(row["name"]))
        mark = str(row["symbol"])
        yield line(heading, "value", "everywhere", area, str(result.period), row["value"], mark=mark)


def _classes(heading: Heading, result: Everywhere) -> Iterator[Line]:
    """List where each class begins and ends, as printed, and how many municipalities are in it."""
    for number, one in enumerate(result.classes, start=1):
        for end, value in (("alkaa", one.low), ("päättyy", one.high)):
            named = replace(heading, title=f"{heading.title}: luokka {number} {end}")
            yield line(
                named,
                "class_limit",
                "everywhere",
                COUNTRY,
                str(result.period),
                value,
                n=one.count,
                of=result.with_data,
            )


def _ends(heading: Heading, result: Everywhere, *, in_region: bool) -> Iterator[Line]:
    """List the least and the greatest value of the country or the region, and how many have data."""
    here = result.municipality
    rows = result.region if in_region else result.table
    known = rows["value"].dropna()
    area = (here.region_code, here.region) if in_region else COUNTRY
    for measure, value in (("least", known.min()), ("greatest", known.max())):
        yield line(
            heading, measure, "everywhere", area, str(result.period), value, n=len(known), of=len(rows)
        )


def _without_data(heading: Heading, result: Everywhere) -> Iterator[Line]:
    """List how many municipalities have no data."""
    lacking = len(result.table) - result.with_data
    if lacking:
        counted = replace(heading, unit="kuntaa", decimals=0)
        yield line(counted, "without_data", "everywhere", COUNTRY, str(result.period), lacking)

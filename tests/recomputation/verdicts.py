"""Compare what a finished report holds with what was recomputed, and say in words what differs."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from recomputation.expected import Key, Member, Want, Wanted, area_of
from recomputation.finished import MARKS, Line
from recomputation.raw import Raw

TOLERANCE = 1e-9
#: A spreadsheet file holds sixteen digits of a number, the CSV file all of them.
SPREADSHEET = 1e-14
MOST_SHOWN = 25
#: Heading of the workbook's summary → measure and group.
SUMMARY = {
    "Arvo": ("value", "municipality"),
    "95 %:n väli, alaraja": ("interval_low", "municipality"),
    "95 %:n väli, yläraja": ("interval_high", "municipality"),
    "Verrokkien keskiarvo": ("mean", "peers"),
    "Verkoston keskiarvo": ("mean", "network"),
    "Maakunnan keskiarvo": ("mean", "region"),
    "Kuntien keskiarvo": ("mean", "country"),
    "Koko maa": ("own", "country_own"),
    "Sija verrokeissa": ("position", "peers"),
    "Sija kunnissa": ("position", "country"),
    "Muutos": ("change", "municipality"),
    "Muutos, %": ("change_pct", "municipality"),
}


def keyed(lines: Iterable[Line]) -> list[tuple[Line, Key]]:
    """Return lines with the names of their numbers; an indicator's own title is its lines' shortest one."""
    lines, titles = list(lines), dict[str, str]()
    for line in lines:
        title = line.title.split(": ")[0] if line.measure.startswith("category") else line.title
        titles[line.indicator] = min(titles.get(line.indicator, title), title, key=len)
    return [(line, line.key(titles)) for line in lines]


def disagreement(line: Line, want: Want | None) -> str:
    """Say in what a line differs from the recomputation; nothing when it agrees."""
    if want is None:
        return f"the recomputation knows no such number ({line.value})"
    if not is_close(line.value, want.value, TOLERANCE):
        return f"{line.value}, recomputed {want.value}"
    if (want.n is not None and line.n != want.n) or (want.of is not None and line.of != want.of):
        return f"n of N {line.n}/{line.of}, recomputed {want.n}/{want.of}"
    if want.mark is not None and line.mark != want.mark:
        return f"mark {line.mark!r}, recomputed {want.mark!r}"
    return ""


def csv_disagreement(in_book: Line, in_csv: Line) -> str:
    """Say in what a line of the CSV file differs from the workbook's.

    The workbook tells theme and row by their titles, the CSV file by their ids.
    """
    same = replace(in_csv, theme=in_book.theme, row=in_book.row, value=in_book.value) == in_book
    return "" if same and is_close(in_book.value, in_csv.value, SPREADSHEET) else f"{in_book} / {in_csv}"


def summary_disagreements(raw: Raw, member: Member, row: Mapping[str, Any], wanted: Wanted) -> list[str]:
    """Say in what one line of the workbook's summary differs from the recomputation."""
    marks = [
        want.mark for key, want in wanted.items() if (key.indicator, key.measure) == (row["Tunnus"], "trend")
    ]
    told = [MARKS[row["Suunta"]]] if row["Suunta"] else []
    wrong = [] if told == marks else [f"{row['Tunnus']}: trend {told}, recomputed {marks}"]
    for heading, (measure, group) in SUMMARY.items():
        span = (row["Muutoksen aika"] or "").replace("–", "-")
        period = span if measure.startswith("change") else row["Ajankohta"]
        own = group == "municipality" or measure == "position"
        area = member.code if own else area_of(raw, member, group)
        want = wanted.get(Key(row["Tunnus"], "", measure, group, area, period or ""))
        if not _tells(row[heading], want, measure):
            wrong.append(f"{row['Tunnus']}, {heading}: {row[heading]}, recomputed {want}")
        if heading == "Verrokkien keskiarvo" and want and row["Verrokkeja"] != f"{want.n}/{want.of}":
            wrong.append(f"{row['Tunnus']}: n of N {row['Verrokkeja']}, recomputed {want.n}/{want.of}")
    return wrong


def _tells(cell: float | str | None, want: Want | None, measure: str) -> bool:
    if want is None or want.value is None:
        return cell is None
    if measure == "position":
        return cell == f"{want.value:.0f}/{want.of}{' (jaettu)' if want.mark else ''}"
    return isinstance(cell, int | float) and is_close(cell, want.value, TOLERANCE)


def sources_of(lines: Iterable[Line]) -> dict[tuple[str, str], tuple[str, str, int]]:
    """Return producer and table → first and last period and how many numbers."""
    periods: dict[tuple[str, str], list[str]] = defaultdict(list)
    for line in lines:
        if line.producer or line.table:
            periods[line.producer, line.table].append(line.period)
    ends = {
        source: sorted(end for one in found for end in one.split("-")) for source, found in periods.items()
    }
    return {source: (ends[source][0], ends[source][-1], len(found)) for source, found in periods.items()}


def is_close(one: float | None, other: float | None, tolerance: float) -> bool:
    """Tell whether two numbers are the same but for the last digits; missing equals only missing."""
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=tolerance, abs_tol=tolerance)


def short_titles(themes: Iterable[Path]) -> dict[str, set[str]]:
    """Return indicator → its title and its short title."""
    declared = [YAML(typ="safe").load(file.read_text(encoding="utf-8")) for file in themes]
    return {
        one["id"]: {one["title"], one.get("short", one["title"])}
        for theme in declared
        for one in theme["indicators"]
    }


def with_another_digit(number: str) -> str:
    """Return a number with another last digit."""
    return number[:-1] + str((int(number[-1]) + 1) % 10)


def listed(problems: Iterable[str]) -> str:
    """Return the first problems as text."""
    found = list(problems)
    return "\n".join([f"{len(found)} problems, the first of them:", *found[:MOST_SHOWN]])

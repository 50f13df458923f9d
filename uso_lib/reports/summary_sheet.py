"""Lay the harvested lines of all rows out as the workbook's summary: one line per indicator.

Picks and orders lines that are there; does not compute anything.
"""

from __future__ import annotations

from collections.abc import Iterable

from uso_lib.reports.harvest import Cell, Harvest, Number
from uso_lib.reports.workbook_words import MARKS

SUMMARY_HEADERS = (
    "Teema",
    "Rivi",
    "Tunnus",
    "Tunnusluku",
    "Yksikkö",
    "Ajankohta",
    "Arvo",
    "Merkki",
    "95 %:n väli, alaraja",
    "95 %:n väli, yläraja",
    "Verrokkien keskiarvo",
    "Verrokkeja",
    "Verkoston keskiarvo",
    "Maakunnan keskiarvo",
    "Kuntien keskiarvo",
    "Koko maa",
    "Sija verrokeissa",
    "Sija kunnissa",
    "Muutoksen aika",
    "Muutos",
    "Muutos, %",
    "Suunta",
    "Tuottaja",
    "Taulu",
)
MEANS = ("peers", "network", "region", "country")

Line = list[tuple[Cell, int | None]]


def summary_lines(harvest: Harvest) -> list[Line]:
    """Return one line per row and indicator with a value; a cell is a value and its number of decimals."""
    summary = []
    for section in harvest.sections:
        if section.kind != "row":
            continue
        by_indicator: dict[str, list[Number]] = {}
        for number in section.numbers:
            by_indicator.setdefault(str(number["indicator"]), []).append(number)
        found = (_line(section.chapter, section.title, numbers) for numbers in by_indicator.values())
        summary += [line for line in found if line]
    return summary


def _line(chapter: str, row: str, numbers: list[Number]) -> Line | None:
    own = [
        n
        for n in numbers
        if n["measure"] == "value" and n["group"] == "municipality" and n["value"] is not None
    ]
    if not own:
        return None
    # The last of equal periods: an older definition's line of the same period stands before it.
    newest = max(reversed(own), key=lambda number: str(number["period"]))
    period, decimals = newest["period"], int(newest["decimals"] or 0)

    def at(measure: str, group: str) -> Number:
        return _first(
            n for n in numbers if n["measure"] == measure and n["group"] == group and n["period"] == period
        )

    def until(measure: str) -> Number:
        ending = f"-{period}"
        spans = (n for n in numbers if n["measure"] == measure and n["group"] == "municipality")
        return _first(n for n in spans if str(n["period"]).endswith(ending))

    peers, change, change_pct = at("mean", "peers"), until("change"), until("change_pct")
    return [
        *(
            (text, None)
            for text in (chapter, row, newest["indicator"], newest["title"], newest["unit"], period)
        ),
        (newest["value"], decimals),
        (newest["mark"], None),
        *((at(limit, "municipality").get("value"), decimals) for limit in ("interval_low", "interval_high")),
        (peers.get("value"), decimals),
        (_of(peers), None),
        *((at("mean", group).get("value"), decimals) for group in MEANS[1:]),
        (at("own", "country_own").get("value"), decimals),
        (_place(at("position", "peers")), None),
        (_place(at("position", "country")), None),
        ("–".join(str(change["period"]).split("-")) if change else None, None),
        (change.get("value"), decimals),
        (change_pct.get("value"), 1),
        (MARKS.get(str(until("trend").get("mark"))), None),
        (newest["producer"], None),
        (newest["table"], None),
    ]


def _first(numbers: Iterable[Number]) -> Number:
    return next(iter(numbers), {})


def _place(position: Number) -> str | None:
    if position.get("value") is None:
        return None
    shared = f" ({position['mark']})" if position["mark"] else ""
    return f"{position['value']:.0f}/{position['of']}{shared}"


def _of(mean: Number) -> str | None:
    return f"{mean['n']}/{mean['of']}" if mean.get("n") is not None else None

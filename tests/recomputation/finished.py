"""Read a finished member folder: the workbook's long-form sheets, the CSV file, and the member's parameters.

Does not judge anything. The workbook's Finnish words are read with a vocabulary of its own; an unknown word
is an error.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from ruamel.yaml import YAML

from recomputation.expected import Key, Member
from recomputation.raw import Raw

HEADINGS = (
    "Teema", "Rivi", "Tunnus", "Tunnusluku", "Suure", "Ryhmä", "Aluekoodi", "Alue", "Ajankohta", "Arvo",
    "Yksikkö", "Desimaaleja", "Merkki", "n", "N", "Tuottaja", "Taulu",
)  # fmt: skip
MEASURES = {
    "arvo": "value",
    "tiedon ikä": "age",
    "keskiarvo": "mean",
    "alueen oma luku": "own",
    "pienin": "least",
    "suurin": "greatest",
    "95 %:n väli, alaraja": "interval_low",
    "95 %:n väli, yläraja": "interval_high",
    "suunta, muutos vuodessa": "trend",
    "sija": "position",
    "ero ryhmään": "difference",
    "muutos": "change",
    "muutos, %": "change_pct",
    "muutos edellisvuodesta": "year_change",
    "muutos edellisvuodesta, %": "year_change_pct",
    "luokan arvo": "category",
    "luokan keskiarvo": "category_mean",
    "luokan luku koko alueella": "category_own",
    "luokan muutos": "category_change",
    "luokan muutos, %": "category_change_pct",
    "luokan osuus": "category_share",
    "sijaintiosamäärä": "location_quotient",
    "tulleet": "inflow",
    "lähteneet": "outflow",
    "netto": "net",
    "yhteensä": "total",
    "raja-arvo": "limit",
    "luokkaraja": "class_limit",
    "kuntia ilman tietoa": "without_data",
    "etäisyys rajasta": "distance",
    "etäisyys kunnasta": "likeness",
    "sija samankaltaisuudessa": "likeness_rank",
}
GROUPS = {
    "kunta": "municipality",
    "verrokki": "peer",
    "verrokit ja kunta": "peers",
    "verkoston jäsenet": "network",
    "maakunnan kunnat": "region",
    "kaikki kunnat": "country",
    "koko maa": "country_own",
    "kunta kartalla": "everywhere",
    "toinen kunta": "partner",
    "muut kunnat": "partners",
}
MARKS = {
    "täyttyy": "met",
    "ei täyty": "not_met",
    "ei tiedossa": "unknown",
    "nouseva": "rising",
    "laskeva": "falling",
    "ei selvää suuntaa": "none",
}
NOT_LONG = ("Yhteenveto", "Lähteet")


@dataclass(frozen=True)
class Line:
    """Hold one line of the workbook or of the CSV file, in codes."""

    theme: str
    row: str
    indicator: str
    title: str
    measure: str
    group: str
    area: str
    area_name: str
    period: str
    value: float | None
    unit: str
    decimals: int
    mark: str
    n: int | None
    of: int | None
    producer: str
    table: str

    def key(self, titles: Mapping[str, str]) -> Key:
        """Name the number; what a line's title adds to the indicator's own, in `titles`, is the part."""
        part = (
            self.area_name
            if self.group == "partners"
            else part_of(self.title, titles.get(self.indicator, ""))
        )
        return Key(self.indicator, part, self.measure, self.group, self.area, self.period)


def part_of(title: str, own: str) -> str:
    """Return the category ("Työpaikat: Kauppa") or the definition ("Työpaikat (vanha)") a line is about."""
    rest = title.removeprefix(own)
    if rest.startswith(": "):
        return rest[2:]
    return rest[2:-1] if rest.startswith(" (") else rest


def workbook_lines(path: Path) -> dict[str, list[Line]]:
    """Read the long-form sheets: sheet name → lines."""
    book = load_workbook(path, read_only=True)
    found: dict[str, list[Line]] = {}
    for sheet in book.worksheets:
        rows = sheet.iter_rows(values_only=True)
        headings = next(rows)
        if sheet.title in NOT_LONG:
            continue
        if headings != HEADINGS:
            message = f"{path.name}, sheet {sheet.title}: columns {headings}"
            raise ValueError(message)
        found[sheet.title] = [_line(dict(zip(HEADINGS, row, strict=True))) for row in rows]
    book.close()
    return found


def _line(cells: dict[str, Any]) -> Line:
    words = {key: cells[key] or "" for key in HEADINGS}
    return Line(
        theme=words["Teema"],
        row=words["Rivi"],
        indicator=words["Tunnus"],
        title=words["Tunnusluku"],
        measure=MEASURES[words["Suure"]],
        group=GROUPS[words["Ryhmä"]],
        area=words["Aluekoodi"],
        area_name=words["Alue"],
        period=words["Ajankohta"],
        value=cells["Arvo"],
        unit=words["Yksikkö"],
        decimals=int(cells["Desimaaleja"] or 0),
        mark=MARKS.get(words["Merkki"], words["Merkki"]),
        n=cells["n"],
        of=cells["N"],
        producer=words["Tuottaja"],
        table=words["Taulu"],
    )


def sheet_rows(path: Path, name: str) -> list[dict[str, Any]]:
    """Read another sheet of the workbook: heading → cell, row by row."""
    book = load_workbook(path, read_only=True)
    headings, *rows = book[name].iter_rows(values_only=True)
    book.close()
    return [dict(zip(map(str, headings), row, strict=True)) for row in rows]


def csv_lines(path: Path) -> list[Line]:
    """Read ``indicators.csv``; an apostrophe before a text that starts like a formula is taken off."""
    with path.open(encoding="utf-8", newline="") as file:
        return [_csv_line(row) for row in csv.DictReader(file)]


def _csv_line(row: dict[str, str]) -> Line:
    texts: dict[str, Any] = {key: text[1:] if text[:1] == "'" else text for key, text in row.items()}
    texts["value"] = float(texts["value"]) if texts["value"] else None
    texts["decimals"] = int(texts["decimals"])
    for count in ("n", "of"):
        texts[count] = int(float(texts[count])) if texts[count] else None
    return Line(**{one.name: texts[one.name] for one in fields(Line)})


def member_of(raw: Raw, parameters: Path, slug: str) -> Member:
    """Read a member's parameters as plain YAML: municipality, peers, network, first year shown."""
    yaml = YAML(typ="safe")
    own = yaml.load((parameters / f"{slug}.yml").read_text(encoding="utf-8"))
    shared = yaml.load((parameters / "_defaults.yml").read_text(encoding="utf-8"))
    network = yaml.load((parameters / "network.yml").read_text(encoding="utf-8"))
    return Member(
        slug=slug,
        code=raw.code_of[own["municipality"]],
        peers=tuple(raw.code_of[name] for name in own["peers"]),
        network=tuple(raw.code_of[name] for name in network["members"]),
        first_year=own.get("first_year", shared["first_year"]),
    )

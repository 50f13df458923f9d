"""In every member's report each picture says its finding, with numbers that the section's own lines hold."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from agreement import NUMBER, PERIOD
from bs4 import BeautifulSoup

from uso_lib.presentation.words.finnish import MINUS, NBSP, number

pytestmark = pytest.mark.slow

KINDS = {"trend", "ranking", "stack", "pyramid", "flow", "bars", "map", "locator", "sparkline"}
#: How a description of each kind begins; "kuva" says nothing that a screen reader has not said already.
BEGINNINGS = {
    "trend": "Viivakuvio: ",
    "ranking": "Pylväskuvio: ",
    "bars": "Pylväskuvio: ",
    "flow": "Pylväskuvio: ",
    "stack": "Pinottu pylväskuvio: ",
    "shares": "Osuuskuvio: ",
    "pyramid": "Ikäpyramidi: ",
    "map": "Kartta: ",
    "locator": "Kartta: ",
    "sparkline": "Kehitys ",
}
LONGEST = 900
#: What the wording itself counts in: "95 %:n väli", "tuhatta", "1 000 asukasta".
SPOKEN = {"95", f"1{NBSP}000", "100", "10"}


@dataclass(frozen=True)
class Picture:
    """Hold one picture of a report: where it stands, what it says, and the words around it."""

    member: str
    row: str
    kind: str
    alt: str
    beside: str


@cache
def pictures(report: Path) -> tuple[Picture, ...]:
    """Return the figures and small trends of a report, each with the row it belongs to."""
    return tuple(read(report))


def read(report: Path) -> Iterator[Picture]:
    page = BeautifulSoup(report.read_text(encoding="utf-8"), "html.parser")
    for figure in page.select("section figure.figure"):
        kind = next(name for name in figure["class"] if name.startswith("figure-")).removeprefix("figure-")
        row, caption = figure.find_parent("section")["id"], figure.figcaption.get_text(" ")
        yield Picture(report.parent.name, row, kind, figure.img["alt"], caption)
    for cell in page.select("td.sparkline img"):
        line = cell.find_parent("tr")
        row, title = line.th.a["href"].removeprefix("#"), line.th.get_text(" ")
        yield Picture(report.parent.name, row, "sparkline", cell["alt"], title)


def lines_of(folder: Path) -> dict[str, list[dict[str, str]]]:
    """Return the lines of indicators.csv by row."""
    found = defaultdict(list)
    with (folder / "indicators.csv").open(encoding="utf-8-sig", newline="") as stream:
        for line in csv.DictReader(stream):
            found[line["row"]].append(line)
    return found


def listed(lines: list[dict[str, str]]) -> set[str]:
    """Return the numbers of lines as a report writes them, and the numbers within their names."""
    found: set[str] = set()
    for line in lines:
        if line["value"]:
            value, decimals = abs(float(line["value"])), int(line["decimals"] or 0)
            found |= {number(value, decimals), number(value, 1) if decimals > 1 else ""}
        found |= {number(float(line[name])) for name in ("n", "of") if line[name]}
        found |= {one for name in ("title", "area_name", "unit") for one in NUMBER.findall(line[name])}
    return found


def unlisted(picture: Picture, known: set[str]) -> list[str]:
    """Return the numbers of a description that neither the lines nor the caption beside it hold."""
    text = PERIOD.sub(" ", picture.alt).replace(MINUS, " ").replace("+", " ")
    beside = set(NUMBER.findall(picture.beside))
    return [one for one in NUMBER.findall(text) if one not in known | beside | SPOKEN]


@pytest.fixture(scope="module")
def reports(network: Path) -> list[Path]:
    return sorted(network.glob("*/situation.html"))


def test_every_kind_of_picture_is_covered_for_all_members(reports: list[Path]) -> None:
    kinds = {report.parent.name: Counter(one.kind for one in pictures(report)) for report in reports}
    assert len(kinds) == 18
    assert {member: KINDS - set(found) for member, found in kinds.items() if KINDS - set(found)} == {}
    assert {kind for found in kinds.values() for kind in found} <= set(BEGINNINGS)


def test_descriptions_state_a_finding_in_words(reports: list[Path]) -> None:
    wrong = []
    for report in reports:
        for one in pictures(report):
            words = one.alt.lower()
            sound = (
                one.alt.startswith(BEGINNINGS.get(one.kind, "\0"))
                and "kuva " not in f"{words} "
                and "kuvaaja" not in words
                and (one.kind == "locator" or NUMBER.search(PERIOD.sub(" ", one.alt)))
                and len(one.alt) <= LONGEST
                and one.alt == one.alt.strip()
            )
            named = one.kind == "sparkline" or one.alt.endswith(".")
            if not (sound and named):
                wrong.append((one.member, one.row, one.kind, one.alt))
    assert wrong == []


def test_no_two_pictures_of_a_report_say_the_same(reports: list[Path]) -> None:
    for report in reports:
        said = Counter(one.alt for one in pictures(report) if one.kind != "sparkline")
        assert [alt for alt, times in said.items() if times > 1] == []


def test_every_number_of_a_description_is_a_line_of_its_section(reports: list[Path]) -> None:
    wrong, counted = [], 0
    for report in reports:
        # The chapter on peers has no lines of its own: its map may name no number at all.
        known = defaultdict(set, {row: listed(lines) for row, lines in lines_of(report.parent).items()})
        for one in pictures(report):
            counted += len(NUMBER.findall(one.alt))
            wrong += [
                (one.member, one.row, one.kind, missing, one.alt) for missing in unlisted(one, known[one.row])
            ]
    assert wrong == []
    assert counted > 18 * 200


def test_a_changed_digit_would_be_seen(reports: list[Path]) -> None:
    report = reports[0]
    known = {row: listed(lines) for row, lines in lines_of(report.parent).items()}
    found = [one for one in pictures(report) if one.kind == "ranking"]
    seen = [
        unlisted(Picture(one.member, one.row, one.kind, f"{one.alt} 98{NBSP}765,4", ""), known[one.row])
        for one in found
    ]
    assert found
    assert all(f"98{NBSP}765,4" in numbers for numbers in seen)

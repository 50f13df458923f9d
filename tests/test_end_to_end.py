"""The finished workbooks of three members against an independent recomputation from the raw figures.

Tornio has the brochure's peers, Kuhmoinen is the smallest member and Kokkola the largest. The recomputation
is in ``recomputation/`` and imports nothing of the library. That every member's page tells the numbers of its
workbook is seen to in test_agreement.py.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from recomputation import vaesto
from recomputation.cells import is_own_value
from recomputation.everything import PEERS, THEMES, recompute
from recomputation.expected import Member, Wanted
from recomputation.finished import Line, csv_lines, member_of, sheet_rows, workbook_lines
from recomputation.raw import Raw
from recomputation.verdicts import (
    csv_disagreement,
    disagreement,
    keyed,
    listed,
    sources_of,
    summary_disagreements,
)  # fmt: skip

# One process recomputes the three members: the fixtures are dear.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("end_to_end")]

MEMBERS = ("tornio", "kuhmoinen", "kokkola")
#: A workbook with fewer compared numbers than these, theme by theme, has lost something.
LEAST_NUMBERS = {
    "Väestökehitys": 4000,
    "Elinvoima ja työllisyys": 5000,
    "Hyvinvointi ja osallisuus": 1200,
    "Kunnan talous": 700,
    "Ympäristö": 100,
    PEERS: 100,
}


Tell = Callable[[str, object], None]


@dataclass(frozen=True)
class Finished:
    """Hold one member's finished folder and who it is compared with."""

    member: Member
    folder: Path
    sheets: Mapping[str, list[Line]]
    csv: list[Line]


@pytest.fixture(scope="session")
def raw(figures: Path) -> Raw:
    return Raw(figures)


@pytest.fixture(scope="session")
def workspace(figures: Path, network: Path) -> Path:
    """Return the workspace of the members' reports; none are made where there is nothing to compare with."""
    assert figures.is_dir()
    return network.parent


@pytest.fixture(scope="session")
def pairs(raw: Raw, workspace: Path) -> dict[tuple[str, str, str], float]:
    return vaesto.pairs(raw, {member_of(raw, workspace / "parameters", slug).code for slug in MEMBERS})


@pytest.fixture(scope="session", params=MEMBERS)
def finished(request: pytest.FixtureRequest, raw: Raw, workspace: Path) -> Finished:
    folder = workspace / "outputs" / request.param
    return Finished(
        member_of(raw, workspace / "parameters", request.param),
        folder,
        workbook_lines(folder / "tables.xlsx"),
        csv_lines(folder / "indicators.csv"),
    )


@pytest.fixture(scope="session")
def wanted(raw: Raw, pairs: dict[tuple[str, str, str], float], finished: Finished) -> dict[str, Wanted]:
    """Recompute everything of one member: theme title → lines."""
    decimals = {line.indicator: line.decimals for line in finished.csv if line.measure == "value"}
    periods = {line.indicator: line.period for line in finished.sheets[PEERS]}
    return recompute(raw, finished.member, pairs, decimals, periods)


def test_every_number_of_the_workbook_is_the_recomputed_one(
    finished: Finished, wanted: dict[str, Wanted], tell: Tell
) -> None:
    wrong: list[str] = []
    compared: Counter[str] = Counter()
    for sheet, lines in finished.sheets.items():
        theme = re.sub(r"^\d ", "", sheet)
        for line, key in keyed(lines):
            problem = disagreement(line, wanted[theme].get(key))
            wrong += [f"{sheet}: {key}: {problem}"] if problem else []
            compared[theme] += 1
    tell(f"numbers compared, {finished.member.slug}", dict(compared))
    assert not wrong, listed(wrong)
    assert {theme: compared[theme] for theme, least in LEAST_NUMBERS.items() if compared[theme] < least} == {}


def test_no_recomputed_number_is_missing_from_the_workbook(
    finished: Finished, wanted: dict[str, Wanted]
) -> None:
    """Everything is there but the partners that are not among the ten greatest of any direction."""
    there = {key for lines in finished.sheets.values() for _, key in keyed(lines)}
    absent = [
        key for lines in wanted.values() for key in lines if key not in there and key.group != "partner"
    ]
    assert not absent, listed(map(str, absent))


@pytest.mark.parametrize(("measure", "sign"), [("inflow", 1), ("outflow", 1), ("net", 1), ("net", -1)])
def test_the_greatest_partners_of_migration_are_there(
    finished: Finished, wanted: dict[str, Wanted], measure: str, sign: int
) -> None:
    there = {key for lines in finished.sheets.values() for _, key in keyed(lines) if key.group == "partner"}
    numbers = {
        key: sign * (want.value or 0.0)
        for key, want in wanted["Väestökehitys"].items()
        if key.group == "partner" and key.measure == measure
    }
    tenth = sorted(numbers.values(), reverse=True)[9]
    assert {key for key, number in numbers.items() if number > max(tenth, 0)} <= there


def test_what_the_report_says_is_missing_is_what_the_files_cannot_fill(
    finished: Finished, wanted: dict[str, Wanted]
) -> None:
    recomputed = {key.indicator for lines in wanted.values() for key in lines}
    known = {name for theme in THEMES for part in (theme.indicators, theme.breakdowns) for name in part}
    never = {name for theme in THEMES for name in theme.empty}
    told = json.loads((finished.folder / "manifest.json").read_text(encoding="utf-8"))["missing"]
    assert {one["indicator"] for one in told} == never | (known - recomputed)


def test_the_summary_sheet_repeats_the_recomputed_numbers(
    finished: Finished, raw: Raw, wanted: dict[str, Wanted]
) -> None:
    everything = {key: want for lines in wanted.values() for key, want in lines.items()}
    rows = sheet_rows(finished.folder / "tables.xlsx", "Yhteenveto")
    wrong = [text for row in rows for text in summary_disagreements(raw, finished.member, row, everything)]
    assert not wrong, listed(wrong)
    filled = {line.indicator for line in finished.csv if line.row != "peers" and is_own_value(line)}
    assert {row["Tunnus"] for row in rows} == filled


def test_the_sources_sheet_counts_the_numbers(finished: Finished) -> None:
    rows = [tuple(row.values()) for row in sheet_rows(finished.folder / "tables.xlsx", "Lähteet")]
    assert {row[:2]: row[2:5] for row in rows} == sources_of(finished.csv)
    assert all(vintage and gathered and licence for *_, vintage, gathered, licence in rows)


def test_every_number_names_its_producer_and_table(finished: Finished) -> None:
    nameless = [
        str(line)
        for lines in finished.sheets.values()
        for line in lines
        if line.value is not None and line.indicator != "likeness" and not (line.producer and line.table)
    ]
    assert not nameless, listed(nameless)


def test_every_number_names_its_municipality(finished: Finished, raw: Raw) -> None:
    named = {line.area: line.area_name for line in finished.csv if line.area in raw.municipalities}
    assert named == {code: raw.municipalities[code]["municipality_name_fi"] for code in named}
    assert {finished.member.code, *finished.member.peers} <= named.keys()


def test_the_csv_file_equals_the_workbook(finished: Finished) -> None:
    in_book = [line for lines in finished.sheets.values() for line in lines]
    assert len(in_book) == len(finished.csv)
    different = list(filter(None, map(csv_disagreement, in_book, finished.csv)))
    assert not different, listed(different)

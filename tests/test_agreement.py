"""In every report sentences, tables, pictures and their descriptions tell the numbers of its workbook.

Nothing is recomputed here (test_end_to_end.py): what is shown must be a line of ``indicators.csv``, and what
is shown in several places must be the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from editor import faults
from recomputation.cells import Report, code_of
from recomputation.explain import declared_texts, is_tick, pattern_of, unexplained, written
from recomputation.finished import Line, csv_lines
from recomputation.page import Page, Passage, SummaryRow, Token, tokens
from recomputation.scopes import Scopes
from recomputation.verdicts import listed, short_titles, with_another_digit

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
SHARED = {"_defaults", "network"}
MEMBERS = sorted(file.stem for file in (ROOT / "parameters").glob("*.yml") if file.stem not in SHARED)
#: Numbers of a report that were explained, table cells compared one by one, filled lines of the summary.
LEAST_EXPLAINED, LEAST_CELLS, LEAST_LINES = 5000, 2500, 30
#: Numbers with decimals in sentences, and the share of them that would be noticed with another last digit.
LEAST_TOLD, LEAST_NOTICED = 130, 0.8
#: What stands before the place among the peers, in sentences and in descriptions of pictures.
PLACE = re.compile(r"(?:verrokkijoukossa|verrokkien joukossa|verrokeissa)[^.;]*?(\d+/\d+)", re.IGNORECASE)

Tell = Callable[[str, object], None]


@dataclass(frozen=True)
class Shown:
    """Hold one member's page, the lines of its CSV file and what they may explain."""

    slug: str
    page: Page
    lines: list[Line]
    scopes: Scopes

    @property
    def name(self) -> str:
        """Return the municipality's name."""
        return next(line.area_name for line in self.lines if line.group == "municipality")


@pytest.fixture(scope="session")
def themes(root: Path) -> list[Path]:
    return sorted((root / "uso_lib" / "themes").glob("*.yml"))


@pytest.fixture(
    scope="session", params=[pytest.param(slug, marks=pytest.mark.xdist_group(slug)) for slug in MEMBERS]
)
def shown(request: pytest.FixtureRequest, network: Path, themes: list[Path]) -> Shown:
    folder = network / request.param
    lines = csv_lines(folder / "indicators.csv")
    return Shown(request.param, Page(folder / "situation.html"), lines, Scopes(lines, themes))


@pytest.fixture(scope="session")
def declared(root: Path, themes: list[Path]) -> re.Pattern[str]:
    """Return the pattern of the texts that are printed as they are declared."""
    library = root / "uso_lib"
    others = [library / "standards.yml", library / "snapshot" / "manifest.json"]
    others += sorted((library / "live").glob("*.yml"))
    return pattern_of(declared_texts(*themes, *others, root / "parameters" / "network.yml"))


def test_there_are_eighteen_members() -> None:
    assert len(MEMBERS) == 18


def test_every_number_of_the_report_is_explained(shown: Shown, declared: re.Pattern[str], tell: Tell) -> None:
    """By a number of the workbook that it may tell, a period, a declared text, an axis, or the short list."""
    wrong, count = [], 0
    for passage in shown.page.passages():
        numbers = tokens(passage.text)
        count += len(numbers)
        for token in unexplained(passage, declared, shown.scopes.allowed(passage)):
            if passage.kind != "figure" or not is_tick(token, numbers):
                wrong.append(f"{passage.section}, {passage.kind}: {token.text} in {passage.text[:300]!r}")
    tell(f"numbers of the report, {shown.slug}", count)
    assert not wrong, listed(wrong)
    assert count > LEAST_EXPLAINED


def test_a_wrong_number_in_a_sentence_would_be_noticed(shown: Shown, declared: re.Pattern[str]) -> None:
    """With another last digit most numbers are explained by nothing: the explanations are not loose."""
    noticed = []
    for passage in shown.page.passages():
        if passage.kind == "text" and passage.place == "block":
            allowed = shown.scopes.allowed(passage)
            told = [token for token in tokens(declared.sub(" ", passage.text)) if "," in token.text]
            noticed += [not allowed.explain(Token(one.kind, with_another_digit(one.text))) for one in told]
    assert len(noticed) > LEAST_TOLD
    assert sum(noticed) / len(noticed) > LEAST_NOTICED


def test_every_table_cell_prints_its_own_number(shown: Shown, themes: list[Path], tell: Tell) -> None:
    report = Report(shown.name, shown.lines, short_titles(themes))
    cells = [cell for table in shown.page.tables() for cell in report.cells(table)]
    tell(f"table cells, {shown.slug}", len(cells))
    wrong = [f"{one.table}: {one.place}: {one.text!r}, lines {one.lines}" for one in cells if not one.right]
    assert not wrong, listed(wrong)
    assert len(cells) > LEAST_CELLS


def test_no_place_of_the_report_contradicts_another(shown: Shown, themes: list[Path]) -> None:
    """Value and place of every line of the summary are those its row's text and pictures tell."""
    short, wrong, compared = short_titles(themes), list[str](), 0
    passages = list(shown.page.passages())
    for row in shown.page.summary_rows():
        lines = [line for line in newest(shown.lines, row) if row.title in short.get(line.indicator, ())]
        told = [one for one in passages if one.section == row.section and one.kind in ("text", "alt")]
        told = [one for one in told if one.place != "cell"]
        wrong += [f"{row.title}: {problem}" for problem in contradictions(row, lines, told, shown.scopes)]
        compared += 1
    assert not wrong, listed(wrong)
    assert compared >= LEAST_LINES


def test_a_contradiction_would_be_noticed(shown: Shown, themes: list[Path]) -> None:
    """A value or a place that is changed in the summary, or a place changed in the text, is found."""
    short, passages = short_titles(themes), list(shown.page.passages())
    row = next(one for one in shown.page.summary_rows() if one.title == "Työllisyysaste")
    lines = [line for line in newest(shown.lines, row) if row.title in short.get(line.indicator, ())]
    told = [one for one in passages if one.section == row.section and one.kind in ("text", "alt")]
    told = [one for one in told if one.place != "cell"]
    moved = [replace(one, text=PLACE.sub("verrokkijoukossa sijalla 99/99", one.text)) for one in told]
    assert list(contradictions(row, lines, told, shown.scopes)) == []
    for changed, texts in (
        (replace(row, value="0,0 %"), told),
        (replace(row, place="99/99"), told),
        (row, moved),
    ):
        assert list(contradictions(changed, lines, texts, shown.scopes))


def test_an_editor_would_sign_every_sentence(shown: Shown) -> None:
    texts = [one.text for one in shown.page.passages() if one.kind == "alt" and one.place != "sparkline"]
    texts += shown.page.paragraphs()
    assert len(texts) > 100
    assert [fault for text in texts for fault in faults(text)] == []


def newest(lines: list[Line], row: SummaryRow) -> list[Line]:
    """Return the lines of a row of the summary: of its section, of the period it shows."""
    return [line for line in lines if line.row == row.section and line.period == code_of(row.period)]


def contradictions(row: SummaryRow, lines: list[Line], told: list[Passage], scopes: Scopes) -> Iterator[str]:
    """Say where the summary, the workbook, the row's text and its pictures do not tell the same."""
    own = [line for line in lines if line.measure == "value" and line.group == "municipality"]
    (value,) = {written(line.value, line.decimals) for line in own if line.value is not None}
    if value not in row.value:
        yield f"{row.value} in the summary, {value} in the workbook"
    if not any(value in one.text for one in told):
        yield f"{value} is not in the row's text or pictures"
    places = {
        f"{line.value:.0f}/{line.of}"
        for line in lines
        if line.measure == "position" and line.group == "peers" and line.value is not None
    }
    if places != ({row.place.partition(" ")[0]} if row.place else set()):
        yield f"place {row.place!r} in the summary, {places} in the workbook"
    if places and not any(places & set(PLACE.findall(one.text)) for one in told):
        yield f"place {places} is not in the row's text or pictures"
    (indicator,) = {line.indicator for line in own}
    for one in told:
        about = scopes.named(one)
        if about == [indicator] and not set(PLACE.findall(one.text)) <= places:
            yield f"place {PLACE.findall(one.text)} in {one.text!r}, {places} in the workbook"

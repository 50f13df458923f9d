"""The declarations themselves: no row of the brochure is left out, everything is said, figures are there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from broken_themes import copied

from uso_lib import specs
from uso_lib.analysis.breakdown import break_down
from uso_lib.analysis.comparison import compare
from uso_lib.analysis.context import Context
from uso_lib.catalog import Catalog, check_catalog, load_catalog
from uso_lib.indicator_document import indicators_markdown
from uso_lib.presentation.words.units import UNITS
from uso_lib.regions import load_regions
from uso_lib.store import Store, open_store

CATALOG = load_catalog()
SHOWN = [one for one in CATALOG.indicators.values() if not one.hidden]
#: Theme → its rows: the network's own list, in its order, and the row beside it.
ROWS = {
    "vaesto": ["vaestonmuutokset", "muuttoliikkeen_taustat", "vaestoennuste", "palvelutarve"],
    "elinvoima": [
        "yrityskanta",
        "tyopaikat",
        "tyollisyys",
        "sakkomaksut",
        "tyopaikkaomavaraisuus",
        "pendelointi",
        "koulutus",
        "vetovoima",
    ],
    "hyvinvointi": ["syrjaytymisriski", "hyte", "sairastavuus", "aanestys", "koyhyys", "rikokset"],
    "talous": ["kriisikunta", "lainakanta", "valtionosuudet", "tulot", "vuosikate_ja_vero"],
    "ymparisto": ["paastot"],
}
#: Rows that the bundled figures cannot fill at all.
EMPTY_ROWS = {"sakkomaksut", "sairastavuus"}
#: Indicators without figures although the store has one of their tables: another part is missing.
EMPTY = {
    "projected_change_2030",
    "health_and_social_need",
    "state_transfers_change",
    "enterprises_per_1000",
    "outside_labour_force_share",
    "labour_market_subsidy_per_capita",
    "unemployment_security_per_capita",
    "culture_net_cost",
    "withheld_income_per_capita",
    "withheld_income_change",
    "emissions_hinku_per_capita",
}
#: Row → the kinds of figures it must declare.
CHARTS = {
    "vaestonmuutokset": {"trend", "stack", "flow", "ranking"},
    "muuttoliikkeen_taustat": {"stack", "trend", "table"},
    "vaestoennuste": {"trend", "pyramid", "table"},
    "palvelutarve": {"trend", "table"},
    "yrityskanta": {"ranking"},
    "tyopaikat": {"trend", "stack", "table"},
    "tyollisyys": {"trend", "stack", "ranking"},
    "sakkomaksut": {"trend", "ranking"},
    "tyopaikkaomavaraisuus": {"trend", "ranking"},
    "pendelointi": {"trend"},
    "koulutus": {"trend", "ranking"},
    "vetovoima": {"trend", "ranking"},
    "syrjaytymisriski": {"trend", "ranking"},
    "hyte": {"ranking"},
    "sairastavuus": {"trend", "ranking"},
    "aanestys": {"trend", "ranking"},
    "koyhyys": {"trend", "ranking"},
    "rikokset": {"trend", "ranking"},
    "kriisikunta": {"table"},
    "lainakanta": {"trend", "ranking"},
    "valtionosuudet": {"ranking"},
    "tulot": {"trend", "ranking"},
    "vuosikate_ja_vero": {"trend"},
    "paastot": {"trend", "stack", "ranking"},
}
#: Words that would tell a cause or praise.
LOADED = re.compile(
    r"\b(koska|ansiosta|vuoksi|takia|johtu\w*|onneksi|valitettavasti|hyvä\w*|huono\w*|heikko\w*)\b", re.I
)
#: Names that keep their capital inside a sentence.
NAMES = ("Gini", "Hinku", "HYTE", "MDI", "THL")
#: Hyphens for dashes, decimal points, a percent sign without its space, double spaces and points.
MISPRINTS = re.compile(r"\d-\d|\d\.\d|\d%| - |\.\.|--|  |…|\"|TODO")
DATES = re.compile(r"\b\d{1,2}\.\d{1,2}\.\d{4}\b")
ROW_IDS = list(CATALOG.rows)


def context(catalog: Catalog, store: Store) -> Context:
    """Return Tornio beside two of its peers."""
    regions = load_regions()
    tornio, kemi, raahe = (regions.find(name) for name in ("Tornio", "Kemi", "Raahe"))
    return Context(store, catalog, regions, tornio, (kemi, raahe), (tornio, raahe), 2000)


@pytest.fixture(scope="module")
def store() -> Store:
    return open_store()


@pytest.fixture(scope="module")
def tornio(store: Store) -> Context:
    return context(CATALOG, store)


def texts(one: object) -> Iterator[str]:
    """Go through every text of a declaration that a reader sees."""
    for field in ("title", "short", "definition", "intro", "note", "law", "text", "brochure"):
        if getattr(one, field, None):
            yield getattr(one, field)


def declared() -> Iterator[object]:
    """Go through every declaration."""
    for theme in CATALOG.themes:
        yield theme
        for row in theme.rows:
            yield row
            yield from row.figures
        yield from (*theme.indicators, *theme.breakdowns, *theme.flows, *theme.criteria)
    yield from (*CATALOG.standards.breaks, *CATALOG.standards.caveats, *CATALOG.standards.reforms)


def test_every_row_of_the_brochure_is_declared_in_its_order() -> None:
    assert {theme.id: [row.id for row in theme.rows] for theme in CATALOG.themes} == ROWS


@pytest.mark.parametrize("row_id", ROW_IDS)
def test_a_row_shows_indicators_and_the_charts_of_the_design(row_id: str) -> None:
    row = CATALOG.row(row_id)
    assert 1 <= len(row.headline) <= 3
    assert row.indicators
    assert {figure.kind for figure in row.figures} >= CHARTS[row_id]
    assert len([figure for figure in row.figures if figure.kind not in ("table", "map")]) <= 5
    assert len([figure for figure in row.figures if figure.kind == "map"]) <= 1


def test_the_report_has_a_readable_number_of_headlines_and_pictures() -> None:
    assert 35 <= sum(len(row.headline) for row in CATALOG.rows.values()) <= 45
    kinds = [figure.kind for row in CATALOG.rows.values() for figure in row.figures]
    assert 40 <= len([kind for kind in kinds if kind not in ("table", "map")]) <= 56
    assert 3 <= kinds.count("map") <= 4  # a map is two large pictures


@pytest.mark.parametrize("indicator", SHOWN, ids=lambda one: one.id)
def test_an_indicator_says_everything_a_reader_needs(indicator: specs.Indicator) -> None:
    assert indicator.definition.endswith(".")
    assert not indicator.title.endswith(".")
    assert indicator.wording is not None
    assert CATALOG.tables_of(indicator.id)
    assert indicator.unit in UNITS
    subject = indicator.wording.subject
    assert subject[0].islower() or subject[0].isdigit() or subject.startswith(NAMES), subject
    follows_size = (
        indicator.unit in {"persons", "jobs", "kt_co2e", "eur"} and "mediaani" not in indicator.definition
    )
    assert not (follows_size and indicator.direction in {"up", "down"}), (
        "counts follow size: no place in a ranking"
    )


def test_texts_are_whole_and_typographically_right() -> None:
    found = [text for one in declared() for text in texts(one)]
    assert len(found) > 600
    assert [text for text in found if text != text.strip() or MISPRINTS.search(DATES.sub("date", text))] == []


def test_sentences_tell_no_causes_and_no_praise() -> None:
    sentences = [one.wording.level for one in SHOWN if one.wording]
    assert [text for text in sentences if LOADED.search(text)] == []


def test_every_standard_is_used() -> None:
    parts = [one for theme in CATALOG.themes for one in (*theme.indicators, *theme.breakdowns, *theme.flows)]
    assert set(CATALOG.caveats) - {name for one in parts for name in one.caveats} == set()
    assert set(CATALOG.breaks) - {name for one in parts for name in getattr(one, "breaks", ())} == set()
    assert set(CATALOG.reforms) - {name for row in CATALOG.rows.values() for name in row.reforms} == set()


@pytest.mark.parametrize("reform", CATALOG.standards.reforms, ids=lambda one: one.id)
def test_a_reform_is_told_in_a_readable_length(reform: specs.Reform) -> None:
    assert 120 <= len(reform.text.split()) <= 200


def test_titles_are_not_shared_by_two_indicators() -> None:
    counts = Counter(one.title for one in SHOWN)
    assert [title for title, count in counts.items() if count > 1] == []


def test_different_definitions_are_never_one_series() -> None:
    """What is easily taken for the same thing stands apart."""
    pairs = [
        ("unemployment_rate", "unemployed_share_yearly"),
        ("median_income_households", "median_income_adults"),
        ("property_offences", "offences_against_property_per_1000"),
        ("neet_18_24", "youth_outside_education_17_24"),
        ("emissions_hinku", "emissions_non_ets"),
        ("enterprises_per_1000", "establishments_per_1000"),
        ("labour_market_subsidy_per_capita", "unemployment_security_per_capita"),
    ]
    population = set(CATALOG.tables_of("population"))
    for one, other in pairs:
        tables = set(CATALOG.tables_of(one)) & set(CATALOG.tables_of(other))
        assert tables <= population, (one, other)


@pytest.mark.parametrize(
    "indicator", [one for one in CATALOG.indicators.values() if one.source], ids=lambda one: one.id
)
def test_every_selection_finds_figures(indicator: specs.Indicator, store: Store) -> None:
    for selection in indicator.source:
        if not store.has(selection.table):
            assert CATALOG.live.has(selection.table)
            continue
        rows = store.read(selection.table)
        contents = [selection.content] if isinstance(selection.content, str) else selection.content
        assert rows.loc[rows["content"].isin(contents), "value"].notna().any()


@pytest.mark.parametrize("row_id", ROW_IDS)
def test_a_row_is_filled_as_far_as_the_bundled_figures_go(row_id: str, tornio: Context) -> None:
    row = CATALOG.row(row_id)
    found = {name: compare(tornio, name) for name in row.indicators}
    empty = {name for name, one in found.items() if one.missing}
    held = tornio.store.has
    without_tables = {name for name in row.indicators if not any(map(held, CATALOG.tables_of(name)))}
    expected = without_tables | {name for name in row.indicators if name in EMPTY}
    assert empty == expected
    assert (set(found) == empty) == (row_id in EMPTY_ROWS)
    assert [name for name in row.breakdowns if break_down(tornio, name).missing] == []


@pytest.mark.parametrize(
    ("name", "period", "value"),
    [
        ("population", "2025", 20823.0),
        ("population_change_5y", "2025", (20823 / 21467 - 1) * 100),
        ("natural_increase_permille", "2025", -103 / 20823 * 1000),
        ("net_migration_permille", "2024", -6.6),
        ("net_migration_20_39", "2019", 442.0 - 558.0),
        ("projected_change_2040", "2040", (19046 / 20872 - 1) * 100),
        ("projection_error", "2025", 20823.0 - 20982.0),
        ("unemployment_rate", "2026M06", 1063 / 9613 * 100),
        ("establishments_per_1000", "2019", 70.132),
        ("turnout_municipal", "2021", 54.6),
        ("hyte_coefficient", "2020", 61.0),
        ("state_transfers_share", "2019", 1775 / (1775 + 3883) * 100),
        ("emissions_non_ets_per_capita", "2019", 157 / 21602 * 1000),
    ],
)
def test_tornio_has_the_figures_of_the_sources(name: str, period: str, value: float, tornio: Context) -> None:
    found = compare(tornio, name)
    assert found.period == period
    assert found.value == pytest.approx(value, abs=0.001)


def test_industries_are_shares_of_all_jobs_not_of_those_listed(tornio: Context) -> None:
    table = break_down(tornio, "jobs_by_industry").table
    newest = table[table["period"] == "2019"].set_index("category")
    assert newest.loc["manufacturing", "value"] == pytest.approx((2144 + 344) / 8697 * 100)
    assert newest["value"].sum() < 90


def test_the_document_is_the_one_generated(root: Path, store: Store) -> None:
    written = (root / "docs" / "indicators.md").read_text(encoding="utf-8")
    assert written == indicators_markdown(CATALOG, {one.id: one for one in store.tables}), "run `make docs`"


def test_adding_an_indicator_touches_one_file(root: Path, tmp_path: Path, store: Store) -> None:
    """Do exactly what docs/adding_an_indicator.md says."""
    page = (root / "docs" / "adding_an_indicator.md").read_text(encoding="utf-8")
    block, listed, figure = re.findall(r"```yaml\n(.*?)```", page, flags=re.DOTALL)
    folder = copied(tmp_path)
    before = {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()}
    theme = before["vaesto.yml"].replace("\nbreakdowns:\n", f"\n{block}\nbreakdowns:\n", 1)
    theme = theme.replace("      - population_change_5y\n", f"      - population_change_5y\n{listed}", 1)
    theme = theme.replace("    figures:\n", f"    figures:\n{figure}", 1)
    (folder / "vaesto.yml").write_text(theme, encoding="utf-8")

    assert check_catalog(folder) == []
    catalog = load_catalog(folder)
    changed = [
        file.name for file in folder.iterdir() if file.read_text(encoding="utf-8") != before[file.name]
    ]
    assert changed == ["vaesto.yml"]
    assert "foreign_citizens_share" in catalog.row("vaestonmuutokset").indicators
    document = indicators_markdown(catalog, {one.id: one for one in store.tables})
    assert "**Ulkomaan kansalaisten osuus väestöstä**<br>`foreign_citizens_share`" in document
    found = compare(context(catalog, store), "foreign_citizens_share")
    assert (found.period, found.value) == ("2021", 2.7)
    assert found.groups["country_own"].method == "weighted"

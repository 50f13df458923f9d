"""The catalogue: look-ups, and every kind of broken declaration told with its place and a way out."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from broken_themes import copied, only_problem, rewritten, shapes

from uso_lib.catalog import Catalog, check_catalog, load_catalog
from uso_lib.errors import InputErrors, SnapshotError, UnknownName
from uso_lib.store import open_store
from uso_lib.strict_yaml import read_yaml

CATALOG = load_catalog()
SHAPES = shapes()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a sound copy of the themes and standards."""
    return copied(tmp_path)


def test_themes_come_in_report_order() -> None:
    assert [theme.id for theme in CATALOG.themes] == [
        "vaesto",
        "elinvoima",
        "hyvinvointi",
        "talous",
        "ymparisto",
    ]


def test_every_kind_is_found_by_id() -> None:
    assert CATALOG.indicator("population").unit == "persons"
    assert CATALOG.breakdown("emissions_by_sector").table == "aluesarjat_paastot"
    assert CATALOG.flow("migration_by_partner").top == 10
    assert CATALOG.criterion("group_deficit").previous_limit == 500
    assert CATALOG.row("lainakanta").headline == ["loans_per_capita", "group_loans_per_capita"]
    assert CATALOG.theme("talous").number == 4
    assert CATALOG.theme_of("lainakanta").id == "talous"


@pytest.mark.parametrize(
    ("look_up", "wrong", "near"),
    [
        (Catalog.indicator, "poplation", "population"),
        (Catalog.breakdown, "projection_by_ages", "projection_by_age"),
        (Catalog.flow, "migration_by_partners", "migration_by_partner"),
        (Catalog.criterion, "group_deficits", "group_deficit"),
        (Catalog.row, "lainakannat", "lainakanta"),
        (Catalog.theme, "taloos", "talous"),
        (Catalog.theme_of, "hytte", "hyte"),
    ],
)
def test_an_unknown_name_comes_with_the_nearest_one(look_up: object, wrong: str, near: str) -> None:
    with pytest.raises(UnknownName, match=near):
        look_up(CATALOG, wrong)  # type: ignore[operator]


def test_parts_are_followed_through_every_formula() -> None:
    parts = [one.id for one in CATALOG.parts_of("projection_error_pct")]
    assert parts == ["projection_error", "projected_population_2019", "population"]
    assert CATALOG.parts_of("population") == ()


def test_tables_are_ones_own_first_then_those_of_the_parts() -> None:
    assert CATALOG.tables_of("net_immigration") == ("muutl_11ae", "ssaaty_121w", "vaestonmuutokset")
    assert CATALOG.tables_of("morbidity_index") == ("sotkanet_5641",)
    assert CATALOG.tables_of("health_and_social_need") == ("vaenn_14wx", "sote_ikapainot")
    assert CATALOG.tables_of("annual_margin_per_capita")[:3] == ("sotkanet_3178", "avainluvut", "vk_kknr")


def test_breakdowns_and_flows_have_tables_too() -> None:
    population = CATALOG.tables_of("population")
    assert CATALOG.tables_of("main_activity") == ("tyokay_115b", "aluesarjat", *population)
    assert CATALOG.tables_of("migration_by_partner") == ("muutto_parit",)
    assert CATALOG.tables_of("commuting_origins") == ("pendelointi_kuntapareittain",)
    with pytest.raises(UnknownName, match="main_activity"):
        CATALOG.tables_of("main_activities")


def test_a_theme_s_tables_are_those_of_all_its_rows() -> None:
    found = CATALOG.tables_of_theme("talous")
    assert {"arviointimenettely", "vk_kknr", "vero_trt_040", "vaerak_11ra", "tuloveroprosentit"} <= set(found)
    assert "syke_alas" not in found
    assert len(found) == len(set(found))


def test_live_tables_are_those_that_can_be_fetched_or_imported() -> None:
    found = [(one.id, one.service) for one in CATALOG.live_of("hyte_coefficient")]
    assert found == [("sotkanet_5340", "sotkanet"), ("hyte_laskelma", "import")]
    assert CATALOG.live_of("projected_population_2019") == ()


def test_a_caveat_ends_when_its_table_has_been_fetched() -> None:
    births = CATALOG.indicator("births")
    gap = CATALOG.caveats["gap_2020_2024"].text
    assert gap in CATALOG.caveats_of(births)
    assert gap in CATALOG.caveats_of(births, {"vaerak_11ra"})
    assert gap not in CATALOG.caveats_of(births, {"muutl_11ae"})


def test_caveats_are_sentences_whether_standard_or_own() -> None:
    texts = CATALOG.caveats_of(CATALOG.indicator("turnout_county"))
    assert texts == ("Helsingissä ja Ahvenanmaalla ei järjestetä aluevaaleja.",)
    texts = CATALOG.caveats_of(CATALOG.indicator("projected_change_2030"))
    assert texts == (CATALOG.caveats["projection"].text, CATALOG.caveats["projection_2030"].text)


def test_the_bundled_declarations_are_sound_against_the_bundled_tables() -> None:
    assert check_catalog(shapes=SHAPES) == []


def test_the_store_tells_codes_as_they_stand_in_the_table() -> None:
    store = open_store()
    assert store.codes("rpk_13h4", "offence") == ("00A", "00B", "00C", "00D", "00L", "00M", "00N")
    with pytest.raises(SnapshotError, match="colour"):
        store.codes("rpk_13h4", "colour")


def test_checking_takes_less_than_a_second_of_its_own() -> None:
    start = time.process_time()
    check_catalog(shapes=SHAPES)
    assert time.process_time() - start < 1.0


BROKEN = read_yaml(Path(__file__).parent / "data" / "broken_declarations.yml").data


@pytest.mark.parametrize("case", BROKEN["declarations"], ids=lambda case: case["name"])
def test_a_broken_declaration_is_told_with_its_place_and_a_way_out(
    case: dict[str, Any], folder: Path
) -> None:
    rewritten(folder, case["file"], case["old"], case["new"])
    found = [one for one in check_catalog(folder) if one.file.name == case["file"]]
    problem = next(one for one in found if case["key"] in one.key)
    assert problem.line is not None
    assert problem.hint
    told = f"{problem.reason} {problem.hint}"
    assert [text for text in case["says"] if text not in told] == []
    with pytest.raises(InputErrors):
        load_catalog(folder)


@pytest.mark.parametrize("case", BROKEN["tables"], ids=lambda case: case["name"])
def test_figures_that_the_store_does_not_have_are_told(case: dict[str, Any], folder: Path) -> None:
    rewritten(folder, case["file"], case["old"], case["new"])
    assert check_catalog(folder) == []
    problem = check_catalog(folder, SHAPES)[0]
    assert (problem.file.name, problem.line is None) == (case["file"], False)
    assert problem.key.endswith(case["key"])
    assert [text for text in case["says"] if text not in f"{problem.reason} {problem.hint}"] == []


def test_a_circle_is_told_once_with_the_whole_way_round(folder: Path) -> None:
    rewritten(
        folder, "elinvoima.yml", "    of: jobs\n    years: 5\n", "    of: enterprises_net_pct\n    years: 5\n"
    )
    rewritten(folder, "elinvoima.yml", "    of: enterprises_started_pct\n", "    of: jobs_change_5y\n")
    problem = only_problem(folder)
    assert (
        problem.reason
        == "the formulas form a circle: enterprises_net_pct → jobs_change_5y → enterprises_net_pct"
    )
    assert problem.hint


def test_an_indicator_of_itself_is_a_circle_too(folder: Path) -> None:
    rewritten(
        folder, "elinvoima.yml", "    of: jobs\n    years: 5\n", "    of: jobs_change_5y\n    years: 5\n"
    )
    assert "jobs_change_5y → jobs_change_5y" in only_problem(folder).reason


def test_all_problems_of_all_files_are_listed_at_once(folder: Path) -> None:
    rewritten(folder, "talous.yml", "unit: ratio", "unit: ration")
    rewritten(folder, "vaesto.yml", "reforms: [sote_2023]", "reforms: [sote_2024]")
    rewritten(folder, "standards.yml", 'period: "2015"', "period: 2015")
    with pytest.raises(InputErrors) as caught:
        load_catalog(folder)
    told = {(problem.file.name, problem.key) for problem in caught.value.problems}
    assert {
        ("talous.yml", "indicators[16].unit"),
        ("vaesto.yml", "rows[3].reforms[0]"),
        ("standards.yml", "breaks[0].period"),
    } <= told


def test_a_file_that_fails_elsewhere_still_declares_its_ids(folder: Path) -> None:
    """References to a broken file's indicators are not told as unknown on top of its own problem."""
    rewritten(folder, "vaesto.yml", "number: 1\n", "number: one\n")
    assert [problem.key for problem in check_catalog(folder)] == ["number"]


@pytest.mark.parametrize("name", ["standards.yml", "vaesto.yml"])
def test_what_a_half_read_file_would_declare_is_not_told_as_missing(folder: Path, name: str) -> None:
    (folder / name).write_text("breaks: [", encoding="utf-8")
    (problem,) = check_catalog(folder)
    assert problem.file.name == name
    assert "not valid YAML" in problem.reason


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputErrors, match="no theme file"):
        load_catalog(tmp_path)


def test_anchors_and_aliases_are_refused(folder: Path) -> None:
    rewritten(folder, "ymparisto.yml", "title: Ympäristö", "title: &name Ympäristö")
    assert "anchors" in only_problem(folder).reason


def failing(_: Path) -> bytes:
    """Be a disk that fails."""
    raise OSError(5, "Input/output error")


def test_declarations_are_read_again_only_when_a_file_has_changed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load_catalog(folder)
    assert load_catalog(folder).standards is first.standards
    rewritten(folder, "standards.yml", 'period: "2015"', 'period: "2014"')
    assert load_catalog(folder).standards != first.standards
    with monkeypatch.context() as patch:
        rewritten(folder, "standards.yml", 'period: "2014"', 'period: "2015"')
        patch.setattr(Path, "read_bytes", failing)
        assert "Input/output error" in check_catalog(folder)[0].reason
    assert load_catalog(folder).standards == first.standards, "a passing failure is not remembered"

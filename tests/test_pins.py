"""Pins: what a person has confirmed is written once, read strictly, and disturbs no parameter file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uso_lib.errors import InputErrors, UnknownName
from uso_lib.live_specs import Find
from uso_lib.parameters import PINS, CatalogIds, check_parameters, load_member
from uso_lib.regions import load_regions
from uso_lib.sources.sotkanet.pins import Candidate, Pins, candidates, matches, parse_pin, plain_title
from uso_lib.strict_yaml import read_yaml
from uso_lib.workspace import Workspace

IDS = CatalogIds(themes=("vaesto", "talous"), indicators=("population", "loans"))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    shutil.copytree(Path(__file__).parent / "data" / "sound_parameters", tmp_path / "parameters")
    return Workspace(tmp_path)


def test_a_pin_is_kept_beside_earlier_ones(tmp_path: Path) -> None:
    assert Pins(tmp_path).get("neet_18_24") is None
    Pins(tmp_path).pin("neet_18_24", 7001, 'NEET, 18&#8211;24: "aste" \x96 %')
    Pins(tmp_path).pin("hyte_tulos", 7)
    Pins(tmp_path).pin("hyte_tulos", 8)
    kept = Pins(tmp_path)
    neet, hyte = kept.get("neet_18_24"), kept.get("hyte_tulos")
    assert neet is not None
    assert hyte is not None
    assert (neet.id, neet.title, hyte.id, hyte.title) == (7001, 'NEET, 18–24: "aste" %', 8, "")
    text = (tmp_path / PINS).read_text(encoding="utf-8")
    assert text.startswith("# Sotkanet indicators that a person has confirmed")
    assert text.index("hyte_tulos") < text.index("neet_18_24")
    assert [file.name for file in tmp_path.iterdir()] == [PINS]


@pytest.mark.parametrize(
    "text",
    [
        "pins:\n  neet: {id: 07, title: x}\n",
        "pins:\n  neet: {id: '7', title: x}\n",
        "pins:\n  neet: {title: x}\n",
        "pins:\n  neet: {id: 7, title: x, note: y}\n",
        "pins:\n  Neet: {id: 7, title: x}\n",
        "pins:\n  neet: {id: 0, title: x}\n",
        "pin: {}\n",
        "",
    ],
)
def test_a_damaged_file_is_refused_and_left_alone(workspace: Workspace, text: str) -> None:
    file = workspace.parameters / PINS
    file.write_text(text, encoding="utf-8")
    pins = Pins(workspace.parameters)
    for action in (lambda: pins.get("neet"), lambda: pins.pin("hyte", 3)):
        with pytest.raises(InputErrors) as caught:
            action()
        assert {problem.file for problem in caught.value.problems} == {file}
    assert file.read_text(encoding="utf-8") == text
    problems = check_parameters(workspace, regions=load_regions(), catalog_ids=IDS)
    assert {problem.file for problem in problems} == {file}


def test_a_name_that_could_not_be_read_back_is_never_written(tmp_path: Path) -> None:
    Pins(tmp_path).pin("neet", 1, "a")
    before = (tmp_path / PINS).read_bytes()
    with pytest.raises(InputErrors):
        Pins(tmp_path).pin("Neet 18", 2, "b")
    assert (tmp_path / PINS).read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == [PINS]


def test_pins_do_not_disturb_the_other_parameters(workspace: Workspace) -> None:
    regions = load_regions()
    before = load_member(workspace, "tornio", regions=regions, catalog_ids=IDS)
    assert check_parameters(workspace, regions=regions, catalog_ids=IDS) == []
    Pins(workspace.parameters).pin("neet_18_24", 7001, "NEET")
    assert check_parameters(workspace, regions=regions, catalog_ids=IDS) == []
    assert load_member(workspace, "tornio", regions=regions, catalog_ids=IDS) == before
    (workspace.parameters / "_pin.yml").write_text("pins: {}\n", encoding="utf-8")
    assert len(check_parameters(workspace, regions=regions, catalog_ids=IDS)) == 1


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_any_title_is_written_so_that_it_reads_back(
    tmp_path_factory: pytest.TempPathFactory, title: str
) -> None:
    folder = tmp_path_factory.mktemp("pins")
    Pins(folder).pin("one", 5, title)
    kept = Pins(folder).get("one")
    assert kept is not None
    assert kept.title == plain_title(title)
    assert read_yaml(folder / PINS).problems == ()


@pytest.mark.parametrize(
    "text", ["neet", "neet=", "neet=x", "=5", "neet=5x", "neet=-5", "neet=0", "Neet=5", "a=٣"]
)
def test_a_pin_on_the_command_line_must_be_name_and_number(text: str) -> None:
    with pytest.raises(UnknownName, match="NAME=ID"):
        parse_pin(text)


def test_name_and_number_are_taken_apart() -> None:
    assert parse_pin(" neet_18_24 = 5678 ") == ("neet_18_24", 5678)


def test_candidates_fit_the_pattern_whatever_the_dash_and_case() -> None:
    titles = {9: "NEET 18 – 24", 3: "neet 18-24", 5: "NEET 25–29", 4: "Muu 18-24"}
    find = Find.model_validate({"name": "neet", "pattern": "neet.*18-24"})
    assert candidates(titles, find) == (Candidate(3, "neet 18-24"), Candidate(9, "NEET 18 – 24"))


def test_a_pattern_that_is_no_regular_expression_is_named() -> None:
    with pytest.raises(UnknownName, match=r"find neet: '\(' is no regular expression"):
        matches("title", Find.model_validate({"name": "neet", "pattern": "("}))


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("BMI&#8805;30", "BMI≥30"),
        ("&amp;#8805;", "≥"),
        ("a&nbsp;<b>b</b>\r\n c\x07", "a b c"),
        ("alle 5 < 7 > 3", "alle 5 < 7 > 3"),
        ("\x1b[31mx", "[31mx"),
    ],
)
def test_titles_become_plain_text(written: str, plain: str) -> None:
    assert plain_title(written) == plain

"""The object the notebook uses: opens by name, shows every section, leaves out what was not chosen."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from made_figures import live_table, published
from test_sections import checked

import uso_lib
from uso_lib import UsoError, open_situation
from uso_lib.errors import InputErrors, UnknownName
from uso_lib.live_specs import LiveContent
from uso_lib.situation import Situation
from uso_lib.store import open_store
from uso_lib.workspace import Workspace


@pytest.fixture(scope="module")
def tornio() -> Situation:
    return open_situation("tornio", peers=["Kemi", "Raahe", "Kuusamo"], themes=["talous"])


def test_given_peers_and_themes_go_over_the_file(tornio: Situation) -> None:
    assert [peer.name for peer in tornio.parameters.peers] == ["Kemi", "Raahe", "Kuusamo"]
    assert tornio.parameters.themes == ("talous",)
    assert "Kemi, Raahe, Kuusamo" in repr(tornio)
    everything = open_situation("tornio").parameters
    assert len(everything.peers) == 9
    assert len(everything.themes) == 5


def test_chosen_theme_is_shown_and_others_are_empty(tornio: Situation) -> None:
    assert "Tornion lainakanta" in tornio.section("lainakanta").html
    for empty in (tornio.section("tyollisyys"), tornio.section("elinvoima"), tornio.intro("elinvoima")):
        assert empty.empty
    assert not tornio.intro("talous").empty


def test_a_theme_shows_all_of_its_rows(tornio: Situation) -> None:
    whole = tornio.section("talous")
    checked(whole.html)
    assert whole.html.count("<h3>") == len(tornio.rows("talous"))
    assert {line[1] for line in whole.data["numbers"]["data"]} <= set(tornio.rows("talous"))


def test_cover_holds_title_facts_and_fee_class(tornio: Situation) -> None:
    cover = tornio.cover()
    checked(cover.html)
    assert "<h1>Tornion tilanneanalyysi</h1>" in cover.html
    assert "Aineisto koottu" in cover.html
    assert "tilastontuottaja on voinut julkaista uudempia lukuja" in cover.html
    assert cover.data["facts"]["peers"] == ["Kemi", "Raahe", "Kuusamo"]
    assert cover.data["facts"]["fee_class_eur"] == 12_000
    assert cover.data["facts"]["population"] == 20_823
    assert cover.data["title"] == "Tornion tilanneanalyysi"


def test_other_sections_are_made_of_the_chosen_theme(tornio: Situation) -> None:
    for section, kind in (
        (tornio.summary(), "summary"),
        (tornio.reforms(), "reforms"),
        (tornio.peers_overview(), "peers"),
        (tornio.sources(), "sources"),
    ):
        checked(section.html)
        assert (section.data["kind"], section.data["id"]) == (kind, kind)
    assert "Kunnan talous" in tornio.summary().html
    assert "Väestökehitys" not in tornio.summary().html
    assert 'href="#lainakanta"' in tornio.reforms().html
    assert 'href="#tyollisyys"' not in tornio.reforms().html


def test_unknown_names_are_told_with_the_nearest(tornio: Situation) -> None:
    with pytest.raises(UnknownName, match="lainakanta"):
        tornio.section("lainakannat")
    with pytest.raises(UnknownName, match="population"):
        tornio.compare("populaton")
    with pytest.raises(UnknownName, match="talous"):
        tornio.intro("taloud")
    with pytest.raises(UsoError, match="Tornio"):
        open_situation("Tornioo")


def test_wrong_parameters_are_told_together() -> None:
    with pytest.raises(InputErrors) as caught:
        open_situation("tornio", peers=["Tornio", "Kemmi"], themes=["raha"])
    assert len(caught.value.problems) >= 3


def test_a_code_without_quotes_is_told() -> None:
    with pytest.raises(UnknownName, match=r'must be text, but is 851 → .* "851"'):
        open_situation(851)  # type: ignore[arg-type]  # papermill makes a number of -p member 851


def test_results_are_computed_once(tornio: Situation) -> None:
    assert tornio.compare("loans_per_capita") is tornio.compare("loans_per_capita")
    assert tornio.row("lainakanta") is tornio.row("lainakanta")
    assert tornio.row("lainakanta").by_id["loans_per_capita"] is tornio.compare("loans_per_capita")


def test_a_given_workspace_is_used(tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(UsoError):
        open_situation("tornio", workspace=Workspace(tmp_path_factory.mktemp("empty")))


def test_plural_names_stand_in_the_right_form() -> None:
    kuhmoinen = open_situation("kuhmoinen", themes=["vaesto"])
    assert "<h1>Kuhmoisten tilanneanalyysi</h1>" in kuhmoinen.cover().html
    assert "Kuhmoisten väkiluku oli" in kuhmoinen.section("vaestonmuutokset").html
    assert "Kuhmoisiin muutti muualta Suomesta" in kuhmoinen.section("vaestonmuutokset").html


def test_hyte_figures_are_those_of_the_brochure() -> None:
    tornio = open_situation("tornio", themes=["hyvinvointi"])
    html = tornio.section("hyte").html
    assert "17,1" in html
    assert f"{tornio.compare('hyte_coefficient').groups['peers'].value:.0f}" == "63"
    assert "(63)" in html


def test_errors_are_short_in_a_notebook() -> None:
    assert UnknownName("Ei ole.")._render_traceback_() == ["UnknownName: Ei ole."]


def test_importing_the_package_loads_nothing_heavy() -> None:
    heavy = "{'pandas', 'matplotlib', 'pydantic', 'jinja2'}"
    code = f"import sys, uso_lib; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert dir(uso_lib) == ["UsoError", "open_situation"]
    with pytest.raises(AttributeError, match="nothing"):
        _ = uso_lib.nothing


def test_fetched_figures_are_used_with_no_other_change_and_named(root: Path, tmp_path: Path) -> None:
    shutil.copytree(root / "parameters", tmp_path / "parameters")
    before = open_situation("tornio", workspace=Workspace(tmp_path))
    table, content = "vaerak_11ra", "vaerak-vaesto"
    rows = open_store().read(table).drop(columns="table").query("content == @content")
    rows = rows.assign(period="2026", value=rows["value"] + 1000)
    live = live_table(table, table_id="vaerak 11ra", contents=[LiveContent(code=content)])
    published(Workspace(tmp_path).data, rows, table=live)
    after = open_situation("tornio", workspace=Workspace(tmp_path))
    one, other = before.cover().data["facts"], after.cover().data["facts"]
    assert other["population"] == one["population"] + 1000
    assert (one["data_as_of"], other["data_as_of"]) == ("2026-06", "2026-11")
    assert "marraskuu\u00a02026" in after.cover().html
    history = after.compare("population").history
    assert set(history["series"]) == set(before.compare("population").history["series"])
    assert history["period"].tolist() == [*before.compare("population").history["period"], "2026"]
    sources = after.sources().html
    checked(sources)
    assert "2026, haettu 21.11.2026, julkaistu 4.5.2026; 2025, vuoden 2026 aluejako" in sources
    assert '<td class="word">21.11.2026</td>' in sources
    assert "haettu" not in before.sources().html

"""A situation at the desk: other peers, figures of one's own, hidden figures, names, errors in words."""

from __future__ import annotations

import copy
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from uso_lib import UsoError, open_situation
from uso_lib.desk import peers
from uso_lib.desk.completion import completions
from uso_lib.desk.peers import REPORT_RUN
from uso_lib.errors import InputErrors, UnknownName
from uso_lib.presentation.sections.proof import FIGURE_PROOF_MEDIA_TYPE
from uso_lib.presentation.sections.view import DESK_MEDIA_TYPE, SECTION_MEDIA_TYPE
from uso_lib.reports import harvest, proof
from uso_lib.reports.blocks import blocks_of
from uso_lib.situation import Situation
from uso_lib.verification import packing
from uso_lib.workspace import Workspace

PEERS = ["Kemi", "Oulu"]


@pytest.fixture
def workspace(root: Path, tmp_path: Path) -> Workspace:
    shutil.copytree(root / "parameters", tmp_path / "parameters")
    return Workspace(tmp_path)


@pytest.fixture(scope="module")
def juva() -> Situation:
    return open_situation("juva", themes=["talous"])


@pytest.fixture(scope="module")
def trial(juva: Situation) -> Situation:
    return juva.with_peers(PEERS)


# -- other peers


def test_other_peers_show_at_once_and_change_nothing(juva: Situation, trial: Situation) -> None:
    assert [one.name for one in trial.parameters.peers] == PEERS
    assert len(juva.parameters.peers) == 9
    shown = trial._repr_mimebundle_()
    for words in ("Verrokit nyt", "Verrokit kokeilussa", "Lainakanta asukasta kohti", ".save_peers()"):
        assert words in shown["text/html"]
    now, tried = (one.compare("loans_per_capita").groups["peers"].value for one in (juva, trial))
    assert now != tried
    assert open_situation("juva").parameters.peers == juva.parameters.peers


def test_a_trial_stays_out_of_reports(trial: Situation) -> None:
    for view in (trial, trial.section("lainakanta"), trial.section("talous"), trial.names()):
        data = view._repr_mimebundle_()
        assert DESK_MEDIA_TYPE in data
        assert SECTION_MEDIA_TYPE not in data
        assert blocks_of([{"output_type": "execute_result", "data": data, "metadata": {}}]) == []
    assert "Verrokit tässä: Kemi ja Oulu." in trial.section("lainakanta").html


def test_the_same_peers_in_another_order_are_no_trial(juva: Situation) -> None:
    same = juva.with_peers([one.name for one in reversed(juva.parameters.peers)])
    assert set(same._repr_mimebundle_()) == {"text/plain"}
    assert SECTION_MEDIA_TYPE in same.section("lainakanta")._repr_mimebundle_()


def test_wrong_peers_are_told_together(juva: Situation) -> None:
    with pytest.raises(InputErrors, match="did you mean Kemi"):
        juva.with_peers(["Kemmi", "Juva"])


def test_saved_peers_are_those_of_the_next_report(workspace: Workspace) -> None:
    situation = open_situation("juva", workspace=workspace)
    said = situation.with_peers(PEERS).save_peers()
    assert "tallennettu tiedostoon parameters/juva.yml: Kemi, Oulu" in said.text
    assert [one.name for one in open_situation("juva", workspace=workspace).parameters.peers] == PEERS
    again = open_situation("juva", workspace=workspace).save_peers()
    assert "mitään ei muutettu" in again.text


def test_a_report_run_saves_no_peers(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (workspace.parameters / "juva.yml").read_bytes()
    monkeypatch.setenv(REPORT_RUN, "1")
    said = open_situation("juva", workspace=workspace).with_peers(PEERS).save_peers()
    assert "ei tallenneta" in said.text
    assert (workspace.parameters / "juva.yml").read_bytes() == before


def test_a_broken_file_is_not_saved_over(workspace: Workspace) -> None:
    situation = open_situation("juva", workspace=workspace).with_peers(PEERS)
    file = workspace.parameters / "juva.yml"
    file.write_text("municipality: Juva\npeers: [\n", encoding="utf-8")
    with pytest.raises(InputErrors, match="not valid YAML") as caught:
        situation.save_peers()
    said = "parameters/juva.yml, rivi 3: Tiedostossa on virhe, jonka komento uso check kertoo."
    assert caught.value._render_traceback_() == [said]
    assert file.read_text(encoding="utf-8") == "municipality: Juva\npeers: [\n"


def test_a_list_that_cannot_be_replaced_is_told(workspace: Workspace) -> None:
    situation = open_situation("juva", workspace=workspace).with_peers(PEERS)
    (workspace.parameters / "juva.yml").write_text("{municipality: Juva, peers: [Oulu]}\n", encoding="utf-8")
    with pytest.raises(InputErrors) as caught:
        situation.save_peers()
    (line,) = caught.value._render_traceback_()
    assert line.startswith("parameters/juva.yml, rivi 1: Verrokkeja ei voi vaihtaa. Kirjoita peers: ja")


def test_peers_that_cannot_be_written_are_told(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    situation = open_situation("juva", workspace=workspace).with_peers(PEERS)

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(peers, "change_peers", full)
    with pytest.raises(UsoError, match="No space left on device") as caught:
        situation.save_peers()
    (line,) = caught.value._render_traceback_()
    assert line.startswith("Tiedostoon parameters/juva.yml ei voi kirjoittaa.")


# -- figures


@pytest.mark.parametrize("kind", ["trend", "ranking", "map", "table"])
def test_a_figure_of_ones_own_has_its_kind_source_and_numbers(juva: Situation, kind: str) -> None:
    view = juva.figure("loans_per_capita", kind=kind)  # type: ignore[arg-type]
    assert ("<img" in view.html) == (kind != "table")
    assert ("<table" in view.html) == (kind == "table")
    assert kind == "table" or f"figure-{kind}" in view.html
    assert kind == "table" or "Lähde: Tilastokeskus" in view.html
    assert view.data["kind"] == "figure"
    assert len(view.data["numbers"]["data"]) > 50


def test_a_figure_lists_its_numbers_as_the_reports_row_does(juva: Situation) -> None:
    told = {tuple(line) for line in juva.section("lainakanta").data["numbers"]["data"]}
    assert {tuple(line) for line in juva.figure("loans_per_capita").data["numbers"]["data"]} <= told


def test_a_figure_with_other_peers_names_them_and_lists_them_apart(trial: Situation) -> None:
    view = trial.figure("loans_per_capita")
    assert "Verrokit tässä kuviossa: Kemi ja Oulu." in view.html
    groups = {line[5] for line in view.data["numbers"]["data"]}
    assert "peers" not in groups
    assert [one for one in groups if str(one).startswith("peers_")]


def test_a_figure_without_figures_says_so(juva: Situation) -> None:
    missing = next(
        name
        for name, one in juva._catalog.indicators.items()
        if not one.hidden and juva.compare(name).missing
    )
    assert "Tieto puuttuu" in juva.figure(missing).html


def test_a_report_run_proves_what_no_row_shows(
    juva: Situation, trial: Situation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(REPORT_RUN, "1")
    assert FIGURE_PROOF_MEDIA_TYPE not in juva.figure("loans_per_capita")._repr_mimebundle_()
    for view in (trial.figure("loans_per_capita"), juva.figure("unemployment_rate")):
        assert json.loads(view._repr_mimebundle_()[FIGURE_PROOF_MEDIA_TYPE]["content"])["schema"] == 1


def test_reports_know_the_media_types() -> None:
    assert harvest.DESK_MIME == DESK_MEDIA_TYPE
    assert proof.FIGURE_PROOF_MIME == FIGURE_PROOF_MEDIA_TYPE


def test_a_proof_may_hold_the_mark_of_merged_municipalities_anywhere() -> None:
    content = {
        "marks": ["~", "", "*"],
        "texts": ["~~", "~"],
        "numbers": [1, 2.5, None, 4, 5],
        "nested": [["~", 1]],
    }
    assert packing.unpacked(packing.packed(content)) == content


def test_figures_are_hidden_by_the_number_they_are_shown_under(juva: Situation) -> None:
    whole, rest = juva.section("lainakanta"), juva.section("lainakanta", hide=[2])
    assert (whole.html.count("<figure"), rest.html.count("<figure")) == (2, 1)
    assert rest.data["facts"] == {"hidden_figures": ["Konsernin lainakanta asukasta kohti"]}
    assert rest.data["numbers"] == whole.data["numbers"]
    assert juva.section("lainakanta", hide=2).html == rest.html
    assert juva.section("lainakanta", hide=None).html == whole.html  # type: ignore[arg-type]
    for wrong in ([3], [0]):
        with pytest.raises(UnknownName, match="Its figures: 1 Lainakanta asukasta kohti; 2 Konsernin"):
            juva.section("lainakanta", hide=wrong)
    with pytest.raises(UnknownName, match="row by row"):
        juva.section("talous", hide=1)


# -- names and mistakes


def test_what_can_be_written_is_listed(juva: Situation) -> None:
    text = juva.names().text
    assert "lainakanta: Lainakannan kehitys" in text
    assert "loans_per_capita: Lainakanta asukasta kohti" in text
    assert "tyollisyys" not in text


def test_completion_offers_what_is_used_and_every_call_explains_itself(juva: Situation) -> None:
    offered = dir(juva)
    assert {"section", "figure", "with_peers", "save_peers", "names", "words", "parameters"} <= set(offered)
    assert [name for name in offered if name.startswith("_")] == []
    calls = [getattr(Situation, name) for name in offered if callable(getattr(Situation, name, None))]
    assert [call.__name__ for call in calls if len((call.__doc__ or "").split()) < 5] == []


MISTAKES: dict[str, Callable[[Any], Any]] = {
    "Tilanteessa ei ole osaa ”secton”. Lähin nimi: section.": lambda one: one.secton,
    "Kuvion lajia ”tren” ei ole. Lähin nimi: trend.": lambda one: one.figure("population", kind="tren"),
    "Tunnuslukua ”populaton” ei ole. Lähin nimi: population.": lambda one: one.figure("populaton"),
    "Tunnuslukua ”populatio” ei ole. Lähin nimi: population.": lambda one: one.compare("populatio"),
    "Tunnuslukua ”Väkiluku” ei ole. Lähin nimi: population.": lambda one: one.figure("Väkiluku"),
    "Kuvion lajia ”Kartta” ei ole. Lähin nimi: map.": lambda one: one.figure("population", kind="Kartta"),
    "Kuvion lajia ”” ei ole.": lambda one: one.figure("population", kind=""),
    "Osiota ”Kunnan talous” ei ole. Lähin nimi: talous.": lambda one: one.section("Kunnan talous"),
    "Osiota ”lainakannat” ei ole. Lähin nimi: lainakanta.": lambda one: one.section("lainakannat"),
    "Osiota ”vaara” ei ole. Nimiä: vaesto, vaestonmuutokset": lambda one: one.section("vaara"),
    "Osiota ”lainat” ei ole.": lambda one: one.row("lainat"),
    "Teemaa ”talos” ei ole. Lähin nimi: talous.": lambda one: one.intro("talos"),
    "Osiossa ”lainakanta” ei ole piilotettavaa kuviota 3. Kuviot: 1 Laina": lambda one: one.section(
        "lainakanta", hide=3
    ),
    "Kuviot piilotetaan osio kerrallaan. Teeman ”talous” osiot: ": lambda one: one.section("talous", hide=1),
    "Kuntaa ”Kemmi” ei ole. Lähimmät nimet: Kemi, Lemi, Kokemäki. Juva ei voi olla": lambda one: (
        one.with_peers(["Kemmi", "Juva"])
    ),
    "Kemi on luettelossa kahdesti.": lambda one: one.with_peers(["Kemi", "240"]),
    "”Maa” voi olla Maalahti tai Maarianhamina. Kirjoita koko nimi.": lambda one: one.with_peers("Maa"),
    "Kuntakoodia ”20” ei ole. Lähin koodi: 020 (Akaa).": lambda one: one.with_peers(["20"]),
    "Kunta (443) on lakkautettu. Nykyiset kunnat: Jämsä, Orivesi.": lambda one: one.with_peers(["443"]),
    "Arvo peers[0] ei kelpaa. Anna luettelo nimiä": lambda one: one.with_peers(5),
    "Arvo peers ei kelpaa.": lambda one: one.with_peers([]),
    "Kemi ei ole verkoston jäsen.": lambda _: open_situation("Kemi"),
    'Kirjoita kunta lainausmerkkeihin: "Tornio"': lambda _: open_situation(851),  # type: ignore[arg-type]
    'Arvo themes ei kelpaa. Anna luettelo nimiä: ["talous"].': lambda _: open_situation(
        "juva", themes="talous"
    ),
}


@pytest.mark.parametrize("said", MISTAKES)
def test_a_notebook_tells_a_mistake_in_one_finnish_line(juva: Situation, said: str) -> None:
    with pytest.raises(UsoError) as caught:
        MISTAKES[said](juva)
    (line,) = caught.value._render_traceback_()
    assert line.startswith(said)
    assert "\n" not in line
    assert len(line) < 250
    assert said not in str(caught.value), "English stays on the command line"


@pytest.mark.parametrize("given", [["talous"], None, 4, 1.5, {}, {"a": 1}, b"talous", ..., True], ids=repr)
def test_what_is_no_name_is_told_in_one_finnish_line(juva: Situation, given: Any) -> None:
    calls: dict[str, Callable[[], Any]] = {
        "osion": lambda: juva.section(given),
        "teeman": lambda: juva.intro(given),
        "tunnusluvun": lambda: juva.figure(given),
        "kuvion lajin": lambda: juva.figure("population", kind=given or ["trend"]),
    }
    more = [lambda: juva.row(given), lambda: juva.rows(given), lambda: juva.compare(given)]
    for call in (*calls.values(), *more):
        with pytest.raises(UnknownName, match="must be one text in quotes") as caught:
            call()
        (line,) = caught.value._render_traceback_()
        assert re.fullmatch(
            r'Kirjoita yksi (osion|teeman|tunnusluvun|kuvion lajin) nimi lainausmerkkeihin, .*"\.', line
        )
    for what, call in calls.items():
        with pytest.raises(UnknownName) as caught:
            call()
        assert f"yksi {what} nimi" in caught.value.in_notebook


@pytest.mark.parametrize("hide", ["1", 1.5, [None], {"a": 1}, [[1]], ..., True, ["Lainakanta"]], ids=repr)
def test_what_hides_no_figure_is_told_in_one_finnish_line(juva: Situation, hide: Any) -> None:
    with pytest.raises(UnknownName, match="hidden by their numbers") as caught:
        juva.section("lainakanta", hide=hide)
    assert caught.value.in_notebook.startswith("Kuviot piilotetaan numeroin")


def test_a_long_wrong_name_is_shortened(juva: Situation) -> None:
    with pytest.raises(UnknownName) as caught:
        juva.section("x" * 5000)
    assert len(caught.value.in_notebook) < 250


def test_a_theme_left_out_is_told_at_the_desk_and_silent_in_a_report(
    juva: Situation, monkeypatch: pytest.MonkeyPatch
) -> None:
    views = [juva.section("vaesto"), juva.section("vaestonmuutokset"), juva.intro("vaesto")]
    said = "Teema ”Väestökehitys” on jätetty pois tästä raportista."
    assert [view._repr_mimebundle_() for view in views] == [{"text/plain": said}] * 3
    monkeypatch.setenv(REPORT_RUN, "1")
    assert juva.section("vaesto")._repr_mimebundle_() == {"text/plain": ""}
    assert juva.intro("vaesto")._repr_mimebundle_() == {"text/plain": ""}


def test_a_part_that_is_not_there_is_an_attribute_error_to_python(juva: Situation) -> None:
    assert not hasattr(juva, "secton")
    assert copy.copy(juva).parameters is juva.parameters


def test_a_finnish_line_survives_the_way_to_another_process(juva: Situation) -> None:
    with pytest.raises(InputErrors) as caught:
        juva.with_peers(["Juva"])
    assert caught.value.problems[0].finnish == "Juva ei voi olla oma verrokkinsa."
    with pytest.raises(UnknownName) as unknown:
        juva.section("lainakannat")
    assert copy.copy(unknown.value).in_notebook == unknown.value.in_notebook


def test_many_mistakes_are_still_one_line(juva: Situation) -> None:
    with pytest.raises(InputErrors) as caught:
        juva.with_peers(["Kemmi", "Ouluu", "Tornioo", "Ylitorniio", "Kuopioo", "Lahtii"])
    (line,) = caught.value._render_traceback_()
    assert line.endswith("Muita virheitä: 2.")
    assert str(caught.value).count("\n") == 6


def test_a_real_notebook_shows_the_finnish_line(root: Path, tmp_path: Path) -> None:
    code = (
        "from IPython.core.interactiveshell import InteractiveShell as Shell\n"
        "shell = Shell.instance(colors='nocolor')\n"
        "shell.run_cell('from uso_lib import open_situation; situation = open_situation(\"juva\")')\n"
        "shell.run_cell('situation.section(\"lainakannat\")')\n"
    )
    given = {**os.environ, "USO_WORKSPACE": str(root), "IPYTHONDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=False, env=given
    )
    assert done.stdout.strip() == "Osiota ”lainakannat” ei ole. Lähin nimi: lainakanta."


def test_a_real_notebook_tells_that_a_name_needs_quotes(root: Path, tmp_path: Path) -> None:
    code = (
        "from IPython.core.interactiveshell import InteractiveShell as Shell\n"
        "shell = Shell.instance(colors='nocolor')\n"
        "shell.run_cell('from uso_lib import open_situation; situation = open_situation(\"juva\")')\n"
        "said = shell.run_cell('situation.section(lainakanta)')\n"
        "print(type(said.error_in_exec).__name__)\n"
        "shell.run_cell('toinen')\n"
        "shell.run_cell('1 / 0')\n"
    )
    given = {**os.environ, "USO_WORKSPACE": str(root), "IPYTHONDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=False, env=given
    )
    first, second, *rest = done.stdout.splitlines()
    assert first == 'Kirjoita nimi lainausmerkkeihin: "lainakanta".'
    assert second == "NameError"
    assert [one for one in rest if one.startswith(("NameError:", "ZeroDivisionError:"))] == [
        "NameError: name 'toinen' is not defined",
        "ZeroDivisionError: division by zero",
    ]


NAMES = {"section": ("talous", "lainakanta"), "with_peers": ("Kemi", "Kemijärvi"), "kind": ("trend", "map")}


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ('situation.section("', ["talous", "lainakanta"]),
        ("situation.section('LAI", ["lainakanta"]),
        ('x = situation.with_peers(["Oulu", "kem', ["Kemi", "Kemijärvi"]),
        ('situation.with_peers([\n    "Kemi', ["Kemi", "Kemijärvi"]),
        ('situation.figure("population", kind="t', ["trend"]),
        ('situation.section("talous")', []),
        ("situation.section(", []),
        ('print("', []),
    ],
)
def test_names_are_completed_within_the_quotes(typed: str, offered: list[str]) -> None:
    assert completions(typed, NAMES) == offered


def test_a_real_shell_completes_names(root: Path, tmp_path: Path) -> None:
    code = (
        "from IPython.core.interactiveshell import InteractiveShell as Shell\n"
        "shell = Shell.instance()\n"
        "shell.run_cell('from uso_lib import open_situation; situation = open_situation(\"juva\")')\n"
        "from IPython.core.completer import provisionalcompleter\n"
        "with provisionalcompleter():\n"
        "    print([one.text for one in shell.Completer.completions('situation.section(\"lain', 23)])\n"
    )
    given = {**os.environ, "USO_WORKSPACE": str(root), "IPYTHONDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=False, env=given
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.strip().splitlines()[-1].replace("'", '"')) == ["lainakanta"]

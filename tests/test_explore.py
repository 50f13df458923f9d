"""The explorer: what can be picked, the code a pick becomes, and the button that puts it into the notes."""

from __future__ import annotations

import ast
import json
import shutil
from pathlib import Path

import nbformat
import pytest

from uso_lib.catalog import load_catalog
from uso_lib.explore import choices, explorer
from uso_lib.explore.choices import Pick
from uso_lib.explore.panel import Explorer
from uso_lib.workspace import Workspace

CATALOG = load_catalog()


@pytest.fixture
def workspace(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    shutil.copytree(root / "parameters", tmp_path / "parameters")
    (tmp_path / "notebooks").mkdir()
    shutil.copy(root / "notebooks" / "situation.ipynb", tmp_path / "notebooks")
    monkeypatch.setenv("USO_WORKSPACE", str(tmp_path))
    return Workspace(tmp_path)


@pytest.fixture
def panel(workspace: Workspace) -> Explorer:
    return explorer("juva")


def cells_of(workspace: Workspace, member: str) -> list[dict[str, object]]:
    file = workspace.notes / f"{member}.ipynb"
    cells = json.loads(file.read_text(encoding="utf-8"))["cells"] if file.exists() else []
    return [cell | {"source": "".join(cell["source"])} for cell in cells]


def test_the_notebook_is_one_call_stored_without_outputs(root: Path) -> None:
    notebook = json.loads((root / "notebooks" / "explore.ipynb").read_text(encoding="utf-8"))
    nbformat.validate(nbformat.from_dict(notebook))
    words, code = notebook["cells"]
    assert words["cell_type"] == "markdown"
    assert code["outputs"] == []
    assert code["execution_count"] is None
    first, call = ast.parse("".join(code["source"])).body
    assert isinstance(first, ast.ImportFrom)
    assert first.module == "uso_lib.explore"
    assert ast.unparse(call) == "explorer()"


def test_every_shown_indicator_can_be_picked_once_and_has_its_place_in_the_template(root: Path) -> None:
    template = json.loads((root / "notebooks" / "situation.ipynb").read_text(encoding="utf-8"))
    ids = {cell["id"] for cell in template["cells"]}
    picked = [name for theme in CATALOG.themes for _, name in choices.indicators(CATALOG, theme.id)]
    assert len(picked) > 60
    assert {choices.anchor_of(CATALOG, name) for name in picked} <= ids
    shown = {name for row in CATALOG.rows.values() for name in row.indicators}
    assert set(picked) == {name for name in shown if not CATALOG.indicator(name).hidden}


def test_a_pick_is_written_as_one_line_of_code() -> None:
    own = Pick("juva", "loans_per_capita", "trend")
    assert own.source == 'situation.figure("loans_per_capita", kind="trend")'
    other = Pick("juva", "loans_per_capita", "map", ("Kemi", "Mänttä-Vilppula"))
    assert other.source == (
        'situation.with_peers(["Kemi", "Mänttä-Vilppula"]).figure("loans_per_capita", kind="map")'
    )


def test_other_peers_are_others_whatever_their_order() -> None:
    assert choices.other_peers(["Kemi", "Oulu"], ["Oulu", "Kemi"]) == ()
    assert choices.other_peers(["Kemi"], ["Oulu", "Kemi"]) == ("Kemi",)


def test_every_municipality_is_offered_and_the_first_view_is_drawn(panel: Explorer) -> None:
    assert len(panel.municipality.options) == 308
    assert {"Juva", "Vaasa", "Maarianhamina"} <= set(panel.municipality.options)
    assert panel.more.options == panel.municipality.options
    assert panel.municipality.value == "Juva"
    assert "<img" in panel.view.value
    assert "situation.figure" in panel.told.value


@pytest.mark.parametrize("written", ["tornio", "Torneå", "851", " Tornio "])
def test_a_municipality_is_found_by_any_of_its_names(panel: Explorer, written: str) -> None:
    panel.municipality.value = written
    assert panel.municipality.value == "Tornio"
    assert panel.pick.member == "tornio"


def test_a_misspelt_municipality_is_told_and_the_present_one_stays(panel: Explorer) -> None:
    seen = panel.view.value
    panel.municipality.value = "Juuva"
    assert "Kuntaa ”Juuva” ei ole. Lähimmät nimet: Juva" in panel.told.value
    assert (panel.municipality.value, panel.view.value) == ("Juva", seen)
    panel.municipality.value = ""
    assert panel.municipality.value == "Juva"
    panel.more.value = "Kemmi"
    assert "Kuntaa ”Kemmi” ei ole." in panel.told.value
    assert "Kemmi" not in panel.peers.value


def test_a_municipality_outside_the_network_can_be_looked_at_only(
    panel: Explorer, workspace: Workspace
) -> None:
    panel.municipality.value = "vaasa"
    assert "<img" in panel.view.value
    assert len(panel.peers.value) == 9
    assert panel.add.disabled
    assert panel.save.disabled
    assert "Vaasa ei ole verkoston jäsen: sillä ei ole muistikirjaa" in panel.told.value
    for button in (panel.add, panel.save):
        button.click()
        assert "Vaasa ei ole verkoston jäsen" in panel.told.value
    assert not (workspace.notes / "vaasa.ipynb").exists()
    assert not (workspace.parameters / "vaasa.yml").exists()
    panel.more.value = "juva"
    assert "Juva" in panel.peers.value
    assert "Verrokit tässä kuviossa" in panel.view.value
    panel.peers.value = ["Vaasa", "Oulu"]
    assert "Vaasa ei voi olla oma verrokkinsa." in panel.told.value
    panel.municipality.value = "Juva"
    assert not panel.add.disabled
    assert not panel.save.disabled


def test_a_municipality_the_rule_cannot_compare_is_shown_with_its_region(panel: Explorer) -> None:
    panel.municipality.value = "Maarianhamina"
    assert "<figure" in panel.view.value
    assert "Finström" in panel.peers.value
    assert len(panel.peers.value) == 9


def test_without_peers_nothing_is_drawn_or_added(panel: Explorer, workspace: Workspace) -> None:
    panel.peers.value = []
    assert panel.view.value == ""
    assert "Verrokkeja ei ole." in panel.told.value
    panel.add.click()
    assert "Verrokkeja ei ole." in panel.told.value
    assert cells_of(workspace, "juva") == []


def test_a_second_press_adds_no_second_cell(panel: Explorer, workspace: Workspace) -> None:
    panel.add.click()
    panel.add.click()
    assert "Tämä kuvio on jo kunnan Juva muistikirjassa" in panel.told.value
    sources = [cell["source"] for cell in cells_of(workspace, "juva")]
    assert sources.count(panel.pick.source) == 1
    panel.kind.value = "table"
    panel.add.click()
    assert "Lisätty kunnan Juva muistikirjaan" in panel.told.value


def test_a_theme_left_out_of_the_report_is_told(workspace: Workspace) -> None:
    with (workspace.parameters / "juva.yml").open("a", encoding="utf-8") as file:
        file.write("\nthemes:\n  - vaesto\n")
    panel = explorer("juva")
    assert "jätetty pois" not in panel.told.value
    panel.theme.value = "talous"
    assert "Teema ”4 Kunnan talous” on jätetty pois kunnan raportista." in panel.told.value
    assert "<img" in panel.view.value


def test_every_choice_changes_the_view(panel: Explorer) -> None:
    seen = [panel.view.value]
    panel.theme.value = "talous"
    seen.append(panel.view.value)
    panel.indicator.value = "loans_per_capita"
    seen.append(panel.view.value)
    panel.kind.value = "table"
    seen.append(panel.view.value)
    panel.more.value = "Oulu"
    seen.append(panel.view.value)
    panel.municipality.value = "Tornio"
    seen.append(panel.view.value)
    assert len(set(seen)) == len(seen)
    assert "Oulu" in panel.peers.value
    assert "Rantasalmi" not in panel.peers.value


def test_other_peers_are_named_and_can_be_taken_back(panel: Explorer) -> None:
    own = list(panel.peers.value)
    panel.peers.value = ["Kemi", "Oulu"]
    assert "Verrokit tässä kuviossa: Kemi ja Oulu." in panel.view.value
    assert panel.pick.peers == ("Kemi", "Oulu")
    panel.own.click()
    assert list(panel.peers.value) == own
    assert "Verrokit tässä kuviossa" not in panel.view.value


def test_the_button_adds_the_view_to_the_members_notes_below_its_row(
    panel: Explorer, workspace: Workspace
) -> None:
    panel.theme.value = "talous"
    panel.indicator.value = "loans_per_capita"
    panel.add.click()
    assert "Lisätty kunnan Juva muistikirjaan" in panel.told.value
    assert "uso report juva" in panel.told.value
    added = [cell for cell in cells_of(workspace, "juva") if "loans_per_capita" in str(cell["source"])]
    assert [cell["source"] for cell in added] == ['situation.figure("loans_per_capita", kind="trend")']
    assert added[0]["cell_type"] == "code"
    assert "section-lainakanta" in json.dumps(added[0]["metadata"])
    assert cells_of(workspace, "tornio") == []


def test_saving_peers_writes_the_parameter_file(panel: Explorer, workspace: Workspace) -> None:
    panel.peers.value = ["Kemi", "Oulu"]
    panel.save.click()
    text = (workspace.parameters / "juva.yml").read_text(encoding="utf-8")
    assert "  - Kemi\n  - Oulu\n" in text
    assert panel.pick.peers == ()


def test_a_mistake_is_told_in_words(panel: Explorer, workspace: Workspace) -> None:
    (workspace.parameters / "tornio.yml").write_text("municipality: Tornio\npeers: [Kemmi]\n")
    panel.municipality.value = "tornio"
    assert "parameters/tornio.yml, rivi 2: Kuntaa ”Kemmi” ei ole. Lähimmät nimet: Kemi" in panel.told.value
    assert "Traceback" not in panel.told.value

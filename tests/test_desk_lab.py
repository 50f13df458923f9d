"""A consultant's day in a real JupyterLab: words stay at their place, old ones are kept."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from desk_lab import PROPERTIES, Desk, beside, in_the_dark, uso
from desk_walkthrough import BETTER, COMMENT, MEMBER, SCREEN, SECTIONS, Walk, document, walk

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

LARGEST_PICTURE = 150_000
#: Those the walk looks at: its three reports are made sooner.
THEMES = ("vaesto", "elinvoima", "talous")
#: Two words for one look: text from the left, and the least width of what stands in a grid or out of one.
SAME = {"start": "left", "auto": "0px"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("desk")


@pytest.fixture(scope="module")
def day(browser: Any, folder: Path) -> Walk:
    return walk(
        folder, browser, folder / "pictures", themes=THEMES,
        more=lambda day, address: more(day, address, browser),
    )  # fmt: skip


def section(page: str, anchor: str) -> str:
    found = re.search(rf'<section[^>]*id="{anchor}".*?</section>', page, flags=re.S)
    assert found, anchor
    return found.group()


def test_the_comment_and_the_picture_stand_at_their_place_on_new_figures(day: Walk) -> None:
    first = day.said["first page"]
    assert first.count(COMMENT) == 1
    own = section(first, "lainakanta").partition('<div class="words">')[2]
    assert COMMENT in own
    assert '<img src="data:image/png;base64,' in own
    assert "2026" in section(first, "vaestonmuutokset")
    assert "6\N{NO-BREAK SPACE}569" in first
    assert "1 of 1 reports made" in day.said["report"]


def test_the_run_says_which_cell_it_leaves_out(day: Walk) -> None:
    assert '“situation.section("lainakannat")” is left out' in day.said["report"]
    assert "lainakannat" not in day.page


def test_the_hidden_figure_is_left_out_and_the_others_stay(day: Walk) -> None:
    before = day.said["figures"].split("; ")
    assert len(before) > 1
    assert re.findall(r'class="figure-title">([^<]+)', section(day.page, "koulutus")) == before[1:]
    made = json.loads((day.workspace.outputs / MEMBER / "manifest.json").read_text(encoding="utf-8"))
    assert made["hidden_figures"] == {"koulutus": before[:1]}


def test_the_view_of_the_explorer_stands_below_its_row(day: Walk) -> None:
    assert "Lainakannan kehitys" in day.said["explorer"]
    assert "ei lisätty toista kertaa" in day.said["again"]
    assert "Lainakanta asukasta kohti kunnittain" in section(day.page, "lainakanta")


def test_a_trial_of_peers_shows_at_once_and_stays_out_of_the_report(day: Walk) -> None:
    assert "Juva: verrokit kokeilussa Kemi, Oulu ja Mikkeli" in day.said["peers"]
    assert "verrokit kokeilussa" not in day.page
    assert "Kokeilu muilla verrokeilla" not in day.page


def test_a_mistake_is_one_line_and_names_are_offered(day: Walk) -> None:
    said = "Osiota ”lainakannat” ei ole. Lähin nimi: lainakanta."
    assert day.said["mistake"].strip() == said
    assert "vaestonmuutokset" in day.said["completion"]
    assert "valtionosuudet" in day.said["completion"]


def test_the_new_words_are_in_the_report_and_the_old_ones_in_the_history(day: Walk, folder: Path) -> None:
    assert BETTER in section(day.page, "lainakanta")
    assert COMMENT not in day.page
    kept = [file.read_text(encoding="utf-8") for file in _versions(day)]
    assert any(COMMENT in text for text in kept)
    assert BETTER in (day.workspace.notes / f"{MEMBER}.ipynb").read_text(encoding="utf-8")
    assert "Velka kasvoi koulukeskuksen takia" in uso(day.workspace.root, folder / "home", "notes", MEMBER)


def test_the_report_with_own_cells_is_verified(day: Walk, folder: Path) -> None:
    page = day.workspace.outputs / MEMBER / "situation.html"
    assert "all agree" in uso(day.workspace.root, folder / "home", "verify", str(page))


def test_what_has_changed_is_told(day: Walk) -> None:
    changes = (day.workspace.outputs / MEMBER / "changes.html").read_text(encoding="utf-8")
    assert "Velka kasvoi koulukeskuksen takia" in re.sub(r"<[^>]+>", "", changes), "word by word"


def test_pictures_and_document_are_those_of_the_walk(day: Walk, folder: Path, root: Path) -> None:
    made = {file.name for file in (folder / "pictures").iterdir()}
    committed = {file.name: file.stat().st_size for file in (root / "docs" / "desk").iterdir()}
    assert made == set(committed)
    assert max(committed.values()) <= LARGEST_PICTURE
    numbers = re.compile(r"\| [\d.]+ \|")
    written = (root / "docs" / "desk.md").read_text(encoding="utf-8")
    assert numbers.sub("|", written) == numbers.sub("|", document(day.seconds))


def test_sections_look_in_the_notebook_as_in_the_report(day: Walk) -> None:
    assert set(day.looks) == set(SECTIONS)
    for source, (notebook, report) in day.looks.items():
        assert [one[0] for one in notebook] == [one[0] for one in report], source
        apart = [
            (there[0], name, here_value, there_value)
            for here, there in zip(notebook, report, strict=True)
            for name, here_value, there_value in zip(PROPERTIES, here[1:], there[1:], strict=True)
            if SAME.get(here_value, here_value) != SAME.get(there_value, there_value)
        ]
        assert apart == [], source
    assert sum(len(notebook) for notebook, _ in day.looks.values()) > 2000


def test_a_view_stays_readable_in_the_dark(day: Walk) -> None:
    ground, ink, cell = day.said["dark"].split("; ")
    assert ground == "rgb(255, 255, 255)"
    assert ink == "rgb(31, 35, 40)"
    assert cell != ground, "the editor itself is dark"


def test_an_untrusted_notebook_shows_the_sections_plainly(day: Walk) -> None:
    shown = day.said["untrusted"]
    assert "Lainakanta asukasta kohti" in shown
    assert "<figcaption" in shown
    assert "<table" in shown
    assert "uso-view" not in shown
    assert "{" not in re.sub(r'="[^"]*"', "", shown), "no rule is shown as text"


def test_the_template_runs_from_top_to_bottom_without_any_setting(day: Walk) -> None:
    cells = json.loads(day.workspace.template.read_text(encoding="utf-8"))["cells"]
    outputs = [one for cell in cells for one in cell.get("outputs", [])]
    assert [one for one in outputs if one["output_type"] in ("error", "stream")] == []
    assert len(outputs) > 30
    assert day.said["outside"] == ""


def more(day: Walk, address: str, browser: Any) -> None:
    """Run the whole template, look at it in the dark, and open a notebook JupyterLab does not trust."""
    in_the_dark(day.workspace.root.with_name("home"))
    desk = Desk(browser, beside(address, "notebooks/situation.ipynb"), first=False, **SCREEN)
    desk.run_all(last="situation.words()")
    view = desk.cell('situation.section("lainakanta")').locator("uso-view").first
    colours = "one => getComputedStyle(one).backgroundColor + '; ' + getComputedStyle(one).color"
    cell = desk.panel.locator(".jp-Notebook").evaluate("one => getComputedStyle(one).backgroundColor")
    day.said["dark"] = f"{view.evaluate(colours)}; {cell}"
    desk.save(day.workspace.template, holding="Tornion tilanneanalyysi")
    outside = [one for one in desk.requests if re.match(r"(https?|wss?)://(?!localhost|127)", one)]
    day.said["outside"] = " ".join(outside)
    desk.close()
    copied = day.desk_copy.with_name("copied.ipynb")
    notebook = json.loads(day.desk_copy.read_text(encoding="utf-8"))
    notebook["cells"][0]["source"] = "Toiselta koneelta"
    copied.write_text(json.dumps(notebook), encoding="utf-8")
    desk = Desk(browser, beside(address, "outputs/juva/copied.ipynb"), first=False, **SCREEN)
    shown = desk.cell('situation.section("lainakanta")').locator(".jp-OutputArea")
    shown.locator("figcaption").first.wait_for()
    day.said["untrusted"] = shown.inner_html()
    desk.close()
    copied.unlink()


def _versions(day: Walk) -> list[Path]:
    return sorted((day.workspace.notes / "history" / MEMBER).glob("*.ipynb"))

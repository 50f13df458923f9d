"""Every page of every member passes axe-core, and the statement says no more than what is measured."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import axe
import pytest
from bs4 import BeautifulSoup
from report_fakes import REPORT_TEMPLATE

from uso_lib.reports import statement

#: What axe-core leaves to people, looked at and found right → words of the places; anything else is looked at
#: before it is added. A theme's heading in the summary table is the header of a group of rows, without cells
#: of its own. Cells pinned beside those that scroll lie over them; the contrast of their text is measured.
LOOKED_AT = {
    "th-has-data-cells": ("summary-table",),
    # A single character, such as a digit in a cell or the arrow of a trend, is perhaps no text to axe; its
    # contrast is measured with that of all text.
    axe.CONTRAST: (
        "obscured by another element",
        "overlapped by another",
        "overlaps other elements",
        'class="trend"',
        "too short to determine if it is actual text content",
    ),
}
#: Colours of text on the darkest part of the shadow that shows there is more beside.
ON_SHADOW = """() => {
  const parts = colour => colour.match(/[\\d.]+/g).map(Number);
  const box = document.querySelector('.table-scroll');
  const stops = getComputedStyle(box).backgroundImage.match(/rgba?\\([^)]*\\)/g).map(parts);
  const blend = ([r, g, b, a = 1]) => [r, g, b].map(part => part * a + 255 * (1 - a));
  const darkest = stops.map(blend).sort((one, other) => one[1] - other[1])[0];
  const texts = [...document.querySelectorAll('.table-scroll *')]
    .filter(one => [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim()));
  return [darkest, [...new Set(texts.map(one => getComputedStyle(one).color))].map(parts)];
}"""


def better_than_measured(claimed: dict[str, Any], measured: dict[str, Any]) -> list[str]:
    """Return what claimed results hide or make up; nothing when they are no better than the measured ones."""
    wrong = [f"{name} is {measured[name]}" for name in ("tool", "widths") if claimed[name] != measured[name]]
    for kind in ("violations", "best_practice", "undecided"):
        wrong += [
            f"{kind}: {rule} on {count} pages"
            for rule, count in measured[kind].items()
            if claimed[kind].get(rule, 0) < count
        ]
    wrong += [
        f"pages: {measured['pages'].get(kind, 0)} {kind}"
        for kind, count in claimed["pages"].items()
        if count > measured["pages"].get(kind, 0)
    ]
    return wrong


@pytest.fixture(scope="module")
def committed() -> dict[str, Any]:
    return json.loads(axe.RESULTS.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def examination(browser: Any, network: Path) -> axe.Examination:
    """Examine every page of the network once for all tests."""
    return axe.examine(browser, axe.pages_of(network))


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.xdist_group("axe")
class TestEveryPage:
    """Use the one examination of all pages."""

    def test_no_page_breaks_a_rule(self, examination: axe.Examination) -> None:
        assert [one for one in examination.findings if one.kind == "violations" and one.required] == []

    def test_nothing_is_recommended_beyond_the_rules(self, examination: axe.Examination) -> None:
        assert [one for one in examination.findings if one.kind == "violations" and not one.required] == []

    def test_what_the_tool_leaves_open_was_looked_at(self, examination: axe.Examination) -> None:
        undecided = [one for one in examination.findings if one.kind == "undecided"]
        unseen = [
            (one.page, one.rule, place)
            for one in undecided
            for place in one.places
            if not any(words in place for words in LOOKED_AT.get(one.rule, ()))
        ]
        assert unseen == []

    def test_all_members_were_examined(self, examination: axe.Examination) -> None:
        pages = examination.counted()
        assert pages["reports"] == 18
        assert pages["lists"] == pages["statements"] == 1
        assert pages["changes"] == len(axe.CHANGED)
        assert pages["slides"] in {0, 18}

    def test_the_statement_says_no_better_than_what_is_measured(
        self, examination: axe.Examination, committed: dict[str, Any]
    ) -> None:
        measured = axe.record(examination, committed)
        assert better_than_measured(committed, measured) == [], "measure anew: python tests/axe.py outputs"

    def test_text_stands_out_from_the_shadow_of_tables(self, browser: Any, network: Path) -> None:
        for file in (network / "index.html", network / "tornio" / "situation.html"):
            page = browser.new_page()
            page.goto(file.as_uri())
            ground, colours = page.evaluate(ON_SHADOW)
            assert len(colours) >= 2
            assert min(_contrast(colour, ground) for colour in colours) >= 4.5
            page.close()


@pytest.mark.browser
@pytest.mark.slow
def test_faults_would_be_found(browser: Any, tmp_path: Path) -> None:
    page = tmp_path / "index.html"
    page.write_text(
        "<!doctype html><html><title>x</title><img src='data:,'><p style='color:#999'>Vaalea</p>"
        "<div style='overflow:auto;height:20px'><p>a<p>b<p>c</div>",
        encoding="utf-8",
    )
    examination = axe.examine(browser, {page: "lists"}, widths=(1280,))
    broken = examination.rules("violations", required=True)
    assert {"image-alt", "html-has-lang", "color-contrast", "scrollable-region-focusable"} <= set(broken)


def test_results_that_say_too_much_are_refused(committed: dict[str, Any]) -> None:
    assert better_than_measured(committed, committed) == []
    worse = {**committed, "violations": {"image-alt": 2}}
    assert better_than_measured(committed, worse) == ["violations: image-alt on 2 pages"]
    assert better_than_measured(worse, committed) == []
    fewer = {**committed, "pages": {**committed["pages"], "reports": 3}}
    assert better_than_measured(committed, fewer) == ["pages: 3 reports"]
    older = {**committed, "tool": "axe-core 3.0.0"}
    assert better_than_measured(committed, older) == ["tool is axe-core 3.0.0"]
    open_questions = {**committed, "undecided": {"label": 1}}
    assert better_than_measured(committed, open_questions) == ["undecided: label on 1 pages"]


def stated(assessment: statement.Assessment, feedback: str | None = None) -> str:
    page = statement.page(assessment, report_template=REPORT_TEMPLATE, heading="USO 2026", feedback=feedback)
    return " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())


def changed(committed: dict[str, Any], **changes: Any) -> statement.Assessment:
    return statement.read_assessment(json.dumps({**committed, **changes}))


def test_the_statement_names_status_shortcomings_and_supervision(committed: dict[str, Any]) -> None:
    text = stated(statement.read_assessment())
    assert "täyttävät nämä vaatimukset osittain" in text
    assert all(one["what"] in text and one["why"] in text for one in committed["shortcomings"])
    assert all(one in text for one in (*committed["checks"], *committed["by_hand"]))
    assert f"axe-core {axe.VERSION}" in text
    assert "18 raporttia" in text
    assert "2 muutossivua" in text
    assert "306/2019" in text
    assert "Liikenne- ja viestintävirasto" in text


def test_the_status_follows_the_results(committed: dict[str, Any]) -> None:
    sound = stated(changed(committed, shortcomings=[]))
    assert "Sivut täyttävät nämä vaatimukset." in sound
    assert "Puutteita ei ole tiedossa." in sound
    broken = stated(changed(committed, shortcomings=[], violations={"image-alt": 2}))
    assert "osittain" in broken
    assert "image-alt : 2 sivulla" in broken
    assert "1 rikottua sääntöä" in broken


def test_a_contact_is_printed_only_when_it_is_given(committed: dict[str, Any]) -> None:
    without = stated(changed(committed))
    assert "Palautteen yhteystietoa ei ole merkitty" in without
    assert "@" not in without
    named = stated(changed(committed), feedback="<b>Verkosto</b>, nimi@kunta.example")
    assert "Kerro siitä: <b>Verkosto</b>, nimi@kunta.example." in named
    assert "ei ole merkitty" not in named


def _contrast(one: list[float], other: list[float]) -> float:
    dark, light = sorted(_luminance(colour) + 0.05 for colour in (one, other))
    return light / dark


def _luminance(colour: list[float]) -> float:
    parts = [part / 255 for part in colour[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

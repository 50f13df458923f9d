"""The report's look in a notebook: every view carries it; neither the editor nor the report gets any."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from uso_lib import open_situation
from uso_lib.presentation.sections.notebook_look import dressed
from uso_lib.presentation.sections.templating import TEMPLATES
from uso_lib.reports.blocks import blocks_of
from uso_lib.reports.cleaning import foreign, own

#: Bytes a view may weigh more in a notebook.
MOST = 6000
STYLE = re.search(r"<style>(.*)</style>", dressed(""), flags=re.S)[1]  # type: ignore[index]


@pytest.fixture(scope="module")
def views() -> dict[str, str]:
    """Return a view of every kind as a notebook shows it."""
    situation = open_situation("juva", themes=["talous"])
    shown = {
        "cover": situation.cover(),
        "intro": situation.intro("talous"),
        "row": situation.section("lainakanta"),
        "theme": situation.section("talous"),
        "figure": situation.figure("loans_per_capita", kind="map"),
        "peers": situation.peers_overview(),
        "proof": situation.proof(),
        "words": situation.words(),
        "names": situation.names(),
        "trial": situation.with_peers(["Kemi"]),
    }
    return {name: view._repr_mimebundle_()["text/html"] for name, view in shown.items()}


def test_every_view_carries_the_whole_sheet_once(views: dict[str, str]) -> None:
    for name, html in views.items():
        assert html.startswith(f"<uso-view><style>{STYLE}</style>"), name
        assert html.endswith("</uso-view>"), name
        assert html.count("<style") == 1, name


def test_a_view_weighs_little_more() -> None:
    assert len(dressed("").encode()) <= MOST


def test_nothing_outside_a_view_is_styled() -> None:
    outermost = STYLE
    while "{" in outermost:
        outermost = re.sub(r"\{[^{}]*\}", ";", outermost)
    assert outermost == "uso-view:not(#_);@container (max-width:57rem);"
    assert "@container (max-width:57rem){uso-view:not(#_) .row{display:block}}" in STYLE
    assert not re.search(r"@import|url\(|expression|!important", STYLE)


def test_every_class_of_the_sheet_is_worn_in_a_template() -> None:
    named = set(re.findall(r"\.([a-z][\w-]*)", re.sub(r'"[^"]*"', "", STYLE)))
    templates = "".join(file.read_text(encoding="utf-8") for file in TEMPLATES.glob("*.j2"))
    made = {"strengths", "concerns", "figure-map"}  # the kind of a block or figure, put in by the template
    assert {one for one in named - made if not re.search(rf"(?<![\w-]){one}(?![\w-])", templates)} == set()


def test_the_report_gets_the_section_and_nothing_of_its_dress(views: dict[str, str]) -> None:
    for name, html in views.items():
        bare = html.removeprefix(f"<uso-view><style>{STYLE}</style>").removesuffix("</uso-view>")
        assert own(html) == own(bare), name
        assert foreign(html) == foreign(bare), name
        assert "uso-view" not in own(html) + foreign(html), name


def test_a_page_holds_no_style_of_a_view() -> None:
    bundle = open_situation("juva", themes=["talous"]).section("lainakanta")._repr_mimebundle_()
    (block,) = blocks_of([{"output_type": "execute_result", "data": bundle, "metadata": {}}])
    assert block.lstrip().startswith('<div class="section row">')
    assert "all:revert" not in block


def test_the_sheet_is_among_the_files_of_the_package(root: Path) -> None:
    assert '"presentation/sections/templates/*.css"' in (root / "pyproject.toml").read_text(encoding="utf-8")

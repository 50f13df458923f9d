"""The slides: one finding each, chosen by the declared rule, from the report's own texts and figures only."""

from __future__ import annotations

import re
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from report_fakes import ROOT, code, executed, section, shown

from uso_lib.reports import publish
from uso_lib.reports.export import export
from uso_lib.reports.slides import FINDING_LENGTH, SlidesExporter, deck, finding_text, sentences

TEMPLATE = ROOT / "notebooks" / "slides_template"
FIGURE = (
    '<figure class="figure figure-line"><figcaption>{0}</figcaption>'
    '<img src="data:image/png;base64," alt="{0}"></figure>'
)


def row(row_id: str, theme: str = "talous", *, figures: int = 2, figure: int = 0, **given: Any) -> Any:
    """Return the cell of one row as the notebook shows it."""
    texts = {
        "id": row_id, "title": f"Osio {row_id}", "theme": theme, "theme_title": f"4 {theme}",
        "theme_intro": "Johdanto.", "paragraph": "Lainaa on 5 euroa. Verrokeilla on 6 euroa.",
        "figures": figures, "figure": figure, "source": "Lähde: Tilastokeskus, uusin tieto 2020",
    } | given  # fmt: skip
    html = "<div>" + "".join(FIGURE.format(f"{row_id} {number}") for number in range(figures)) + "</div>"
    missing = [{"row": row_id, "indicator": "x", "title": f"Puuttuva {row_id}", "fill": "uso fetch"}]
    return code(
        shown(section("row", row_id, theme=theme, missing=missing, texts={"rows": [texts]}), html=html)
    )


def summary(*strengths: str, concerns: tuple[str, ...] = ()) -> Any:
    def block(kind: str, rows: tuple[str, ...]) -> dict[str, Any]:
        found = [{"row": one, "title": f"Luku {one}", "text": "9 (verrokit 5)"} for one in rows]
        return {"kind": kind, "title": kind, "empty": "Ei yhtään.", "findings": found}

    texts = {"blocks": [block("strengths", strengths), block("concerns", concerns)], "rule": "Sääntö."}
    return code(shown(section("summary", "summary", texts=texts), html="<p>x</p>"))


def slides(*cells: Any) -> BeautifulSoup:
    return BeautifulSoup(export(executed(*cells), SlidesExporter(TEMPLATE)), "html.parser")


def test_a_finding_is_a_paragraphs_first_sentences_with_the_figure_that_shows_it() -> None:
    page = slides(row("laina", figure=1), row("tulot"))
    found = page.select(".finding")
    assert [one.h3.text for one in found] == ["Osio laina", "Osio tulot"]
    assert [one.img["alt"] for one in found] == ["laina 1", "tulot 0"]
    assert found[0].select_one(".said").text == "Lainaa on 5 euroa. Verrokeilla on 6 euroa."
    assert found[0].select_one(".source").text == "Lähde: Tilastokeskus, uusin tieto 2020"


def test_rows_without_figures_have_no_slide_and_are_listed() -> None:
    page = slides(row("laina"), row("hyte", figures=0), row("vero", paragraph=""))
    assert [one.h3.text for one in page.select(".finding")] == ["Osio laina"]
    assert page.select_one(".left-out dd").text == "Osio hyte; Osio vero"
    assert slides(row("laina")).select(".left-out") == []


def test_rows_of_a_whole_theme_in_one_cell_keep_their_own_figures() -> None:
    cell, other = row("laina"), row("tulot", figure=1)
    data = cell["outputs"][0]["data"]
    more = other["outputs"][0]["data"]
    mime = next(name for name in data if name.startswith("application/"))
    data["text/html"] += more["text/html"]
    data[mime]["texts"]["rows"] += more[mime]["texts"]["rows"]
    assert [one.img["alt"] for one in slides(cell).select(".finding")] == ["laina 0", "tulot 1"]


def test_questions_rest_on_what_the_report_says_of_the_theme() -> None:
    page = slides(
        summary("laina", "tulot", concerns=("vesi",)), row("laina"), row("tulot"), row("vesi", "ymparisto")
    )
    finances, environment = (one.get_text(" ") for one in page.select(".discussion"))
    assert "vahvuudet" in finances
    assert "Luku laina: 9 (verrokit 5)" in finances
    assert "huolenaihe" not in finances
    assert "Puuttuva laina; Puuttuva tulot" in finances
    assert "huolenaiheen" in environment
    assert "Luku vesi" in environment
    assert "vahvuu" not in environment


def test_a_notebook_without_sections_for_slides_still_gives_a_cover() -> None:
    page = slides(code(shown(section(), html="<p>Vain lukuja.</p>")))
    assert page.h1.text == "Tornion tilanneanalyysi"
    assert [one["class"][1] for one in page.select(".slide")] == ["cover", "guide"]


def test_every_text_is_escaped() -> None:
    hostile = "<script>alert(1)</script>\u202e{{ 7 * 7 }}"
    page = slides(
        summary("laina"), row("laina", title=hostile, paragraph=hostile, source=hostile, theme_intro=hostile)
    )
    assert page.find("script") is None
    assert "{{ 7 * 7 }}" in page.select_one(".finding h3").text
    assert "\u202e" not in str(page)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Yksi. Kaksi.", ("Yksi.", "Kaksi.")),
        ("Luku oli 3 (n. 5 eri) 31.12.2025. Se kasvoi.", ("Luku oli 3 (n. 5 eri) 31.12.2025.", "Se kasvoi.")),
        ("Pienin oli Ähtäri. Äänekoski oli suurin.", ("Pienin oli Ähtäri.", "Äänekoski oli suurin.")),
        ("", ()),
    ],
)  # fmt: skip
def test_a_text_is_cut_at_its_sentences(text: str, expected: tuple[str, ...]) -> None:
    assert sentences(text) == expected


def test_a_finding_ends_at_a_sentence_and_keeps_at_least_one() -> None:
    long = f"Tämä on {'pitkä ' * 60}lause."
    assert finding_text(f"{long} Toinen.") == long
    text = finding_text("Lause. " * 99)
    assert len(text) <= FINDING_LENGTH
    assert text.endswith("Lause.")
    assert finding_text("") == ""


@pytest.mark.slow
class TestNetwork:
    """All members' slides as they are published."""

    def test_each_finding_has_one_figure_a_sentence_of_the_report_and_a_dated_source(
        self, network: Path
    ) -> None:
        for folder in members(network):
            report = squeezed((folder / publish.REPORT).read_text(encoding="utf-8"))
            page = read(folder)
            found = page.select(".finding")
            assert len(found) >= 10, folder.name
            for one in found:
                where = f"{folder.name}: {one.h3.text}"
                assert len(one.find_all("img")) == len(one.find_all("figure")) == 1, where
                assert str(one.img["src"]) in report, where
                said = one.select_one(".said").text
                assert squeezed(said) in report, where
                assert said.endswith("."), where
                assert re.search(r"uusin tieto .*\d{4}", one.select_one(".source").text), where

    def test_every_row_has_a_slide_or_is_listed(self, network: Path) -> None:
        for folder in members(network):
            page = read(folder)
            report = BeautifulSoup((folder / publish.REPORT).read_text(encoding="utf-8"), "html.parser")
            rows = {" ".join(part.h3.text.split()) for part in report.select(".part")}
            on_slides = {one.h3.text for one in page.select(".finding")}
            listed = {title for one in page.select(".left-out dd") for title in one.text.split("; ")}
            assert on_slides | listed == rows, folder.name
            assert on_slides & listed == set(), folder.name

    def test_slides_are_small_and_linked_in_a_chain(self, network: Path) -> None:
        for folder in members(network):
            file = folder / publish.SLIDES
            assert file.stat().st_size <= 1_000_000
            page = read(folder)
            ids = [one["id"] for one in page.select(".slide")]
            for here, there in pairwise(page.select(".slide")):
                assert here.select(".steps a")[-1]["href"] == f"#{there['id']}"
                assert there.select(".steps a")[0]["href"] == f"#{here['id']}"
            total = {one.text for one in page.select(".steps > span")}
            assert total == {f"{number}/{len(ids)}" for number in range(1, len(ids) + 1)}

    def test_nothing_on_the_slides_runs_or_leads_outside(self, network: Path) -> None:
        for folder in members(network):
            page = read(folder)
            assert page.find_all(["script", "iframe", "object", "link", "base", "form"]) == []
            addresses = [str(one.get("href") or one.get("src")) for one in page.select("[href], [src]")]
            assert [one for one in addresses if not one.startswith(("#", "data:image/"))] == []


def members(network: Path) -> list[Path]:
    found = sorted(file.parent for file in network.glob(f"*/{publish.SLIDES}"))
    assert len(found) == 18
    return found


def read(folder: Path) -> BeautifulSoup:
    return BeautifulSoup((folder / publish.SLIDES).read_text(encoding="utf-8"), "html.parser")


def squeezed(text: str) -> str:
    """Return a text, or the source of a page, without entities, soft hyphens and doubled spaces."""
    return re.sub(r"[\s\u00ad]+", " ", unescape(text)).strip()


def test_the_deck_divides_long_lists_evenly() -> None:
    lines = [[f"Taulu {number}", "Tilastokeskus", "x", "2020", "CC BY 4.0"] for number in range(14)]
    cell = code(shown(section("sources", "sources", texts={"tables": lines}), html="<p>x</p>"))
    assert [len(part) for part in deck(executed(cell)).sources] == [7, 7]
    assert deck(executed(row("laina"))).sources == ()

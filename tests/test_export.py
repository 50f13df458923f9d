"""The page around the sections: order, anchors, policy, and what must not get through."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from report_fakes import REPORT_TEMPLATE, code, executed, heading, section, shown

from uso_lib.errors import ReportError
from uso_lib.reports.blocks import markdown
from uso_lib.reports.export import ReportExporter, export
from uso_lib.reports.outline import outline


@pytest.fixture(scope="module")
def exporter() -> ReportExporter:
    return ReportExporter(REPORT_TEMPLATE)


def row(section_id: str = "lainakanta", html: str = "<p>Lainaa on.</p>", **given: Any) -> list[Any]:
    return [
        heading(f"### Rivi {section_id}", f"heading-{section_id}"),
        code(shown(section(section_id=section_id, **given), html=html)),
    ]


def page(exporter: ReportExporter, *cells: Any) -> BeautifulSoup:
    return BeautifulSoup(export(executed(*cells), exporter), "html.parser")


THEME = heading("## 4 Kunnan talous", "heading-talous")


def test_rows_become_sections_named_by_their_ids(exporter: ReportExporter) -> None:
    soup = page(exporter, THEME, *row("lainakanta"), *row("kriisikunta"))
    chapter = soup.find(id="talous")
    assert chapter.name == "section"
    assert [part["id"] for part in chapter.find_all("section")] == ["lainakanta", "kriisikunta"]
    assert soup.find(id="lainakanta").h3.text == "Rivi lainakanta"
    assert soup.find(id="lainakanta")["aria-labelledby"] == soup.find(id="lainakanta").h3["id"]
    links = [a["href"] for a in soup.nav.find_all("a")]
    assert links == ["#talous", "#lainakanta", "#kriisikunta"]


def test_the_page_is_finnish_titled_and_has_its_landmarks(exporter: ReportExporter) -> None:
    soup = page(exporter, THEME, *row())
    assert soup.html["lang"] == "fi"
    assert soup.title.text == "Tornion tilanneanalyysi"
    assert [len(soup.find_all(name)) for name in ("header", "nav", "main", "footer", "h1")] == [1, 1, 1, 1, 1]
    assert soup.header.h1.text == "Tornion tilanneanalyysi"
    skip = soup.body.find("a")
    assert skip["href"] == "#" + soup.main["id"]


def test_a_cover_without_heading_gets_one(exporter: ReportExporter) -> None:
    cells = [
        code(shown(section("cover", "cover", title="Juvan tilanneanalyysi"), html="<p>Kesä</p>")),
        THEME,
        *row(),
    ]
    notebook = executed(*cells)
    del notebook.cells[0]
    soup = BeautifulSoup(export(notebook, exporter), "html.parser")
    assert [h1.text for h1 in soup.find_all("h1")] == ["Juvan tilanneanalyysi"]


def test_the_policy_names_exactly_the_style_that_stands_on_the_page(exporter: ReportExporter) -> None:
    text = export(executed(THEME, *row()), exporter)
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = BeautifulSoup(text, "html.parser").find("meta", {"http-equiv": "Content-Security-Policy"})[
        "content"
    ]
    assert policy.startswith(f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'")
    assert "unsafe" not in policy


def test_the_shell_is_light_and_reaches_for_nothing_outside(exporter: ReportExporter) -> None:
    text = export(executed(THEME, *row()), exporter)
    assert len(text.encode()) <= 25_000
    assert not re.search(r"https?://|//cdn|<script|<link|@import|url\(", text)


def test_code_is_hidden(exporter: ReportExporter) -> None:
    cell = code(shown(section(), html="<p>x</p>"), source="situation.section('salainen')")
    assert "salainen" not in export(executed(THEME, heading("### Rivi", "heading-rivi"), cell), exporter)


def test_a_heading_with_nothing_under_it_is_dropped_and_its_chapter_too(exporter: ReportExporter) -> None:
    empty = [heading("### Tyhjä", "heading-tyhja"), code(shown(plain=""))]
    lone = [heading("## 5 Ympäristö", "heading-ymparisto"), heading("### Päästöt", "heading-paastot"), code()]
    soup = page(exporter, THEME, *row(), *empty, *lone)
    assert soup.find(id="tyhja") is None
    assert soup.find(id="ymparisto") is None
    assert [a["href"] for a in soup.nav.find_all("a")] == ["#talous", "#lainakanta"]


def test_tagged_cells_are_left_out_with_their_heading(exporter: ReportExporter) -> None:
    tagged = [
        heading("### Luonnos", "heading-luonnos"),
        code(shown(section(), html="<p>kesken</p>"), tags=["remove-cell"]),
    ]
    text = export(executed(THEME, *row(), *tagged), exporter)
    assert "kesken" not in text
    assert "Luonnos" not in text


def test_warnings_do_not_reach_the_page(exporter: ReportExporter) -> None:
    noise = {"output_type": "stream", "name": "stderr", "text": "FutureWarning: /home/user/x.py"}
    cells = row()
    cells[1].outputs.insert(0, noise)
    assert "FutureWarning" not in export(executed(THEME, *cells), exporter)


def test_the_consultants_words_are_rendered_where_they_stand(exporter: ReportExporter) -> None:
    words = heading("Velka **kasvaa**.\n\n#### Huomio\n\n| a | b |\n|---|---|\n| 1 | 2 |", "oma")
    soup = page(exporter, THEME, *row(), words)
    part = soup.find(id="lainakanta")
    assert part.strong.text == "kasvaa"
    assert part.h4.text == "Huomio"
    assert part.table is not None


def test_text_and_headings_in_one_cell_open_sections_too(exporter: ReportExporter) -> None:
    cell = heading("Ennen.\n\n### Oma osio\n\nTeksti.\n\n```\n## ei otsikko\n```", "sekalainen")
    soup = page(exporter, THEME, *row(), cell)
    assert "Ennen." in soup.find(id="lainakanta").text
    assert "## ei otsikko" in soup.find(id="oma-osio").code.text


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "![x](https://example.org/pixel.png)",
        "<iframe src='https://example.org'></iframe>",
        "<style>body{display:none}</style>",
        "[x](vbscript:msgbox)",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](data:image/svg+xml;base64,PHN2Zz4=)",
    ],
)
def test_hostile_markdown_comes_out_as_text(hostile: str) -> None:
    soup = BeautifulSoup(markdown(hostile), "html.parser")
    assert soup.find(["script", "img", "iframe", "style"]) is None
    for link in soup.find_all("a"):
        assert not re.match(r"(javascript|vbscript|data):", link["href"])


def test_a_picture_inside_markdown_data_stays() -> None:
    assert (
        BeautifulSoup(markdown("![Kaavio](data:image/png;base64,AAAA)"), "html.parser").img["alt"] == "Kaavio"
    )


def test_headings_in_markdown_never_compete_with_the_reports_own() -> None:
    soup = BeautifulSoup(markdown("Iso\n===\n\nPieni\n---"), "html.parser")
    assert [tag.name for tag in soup.find_all(re.compile("^h[1-6]$"))] == ["h4", "h4"]


def test_foreign_html_is_cleaned_and_scrolls_alone(exporter: ReportExporter) -> None:
    cell = "<td style='color:red'>7<script>alert(1)</script></td>"
    frame = f"<style scoped>.x{{}}</style><table onclick='x()'><tr>{cell}</tr></table>"
    soup = page(exporter, THEME, *row(), code(shown(html=frame)))
    table = soup.find(id="lainakanta").find("table")
    assert table.td.text == "7"
    assert table.attrs == {}
    assert table.td.attrs == {}
    assert soup.script is None
    assert table.parent["class"] == ["table-scroll"]


def test_landmarks_have_names_of_their_own_however_often_own_cells_print(exporter: ReportExporter) -> None:
    frame = "<table><tr><td>7</td></tr></table>"
    cells = [
        code(shown(plain="yksi")),
        code(shown(plain="kaksi")),
        code(shown(html=frame)),
        code(shown(html=frame)),
    ]
    soup = page(exporter, THEME, *row(), *cells)
    boxes = [one for one in soup.find_all(tabindex="0") if one.name in ("pre", "div")]
    assert len(boxes) == 4
    assert all(one["aria-label"] for one in boxes)
    landmarks = [one.get("aria-label") for one in soup.find_all(role="region")]
    assert len(landmarks) == len(set(landmarks))


def test_pictures_of_own_cells_become_data_with_an_alt_text(exporter: ReportExporter) -> None:
    output = shown(png="iVBO\nRw0=")
    described = shown(svg="<svg xmlns='http://www.w3.org/2000/svg'/>")
    described.metadata = {"image/svg+xml": {"alt": "Viiva nousee"}}
    soup = page(exporter, THEME, *row(), code(output, described))
    images = soup.find(id="lainakanta").find_all("img")
    assert images[0]["src"] == "data:image/png;base64,iVBORw0="
    assert images[0]["alt"]
    assert images[1]["alt"] == "Viiva nousee"
    assert images[1]["src"].startswith("data:image/svg+xml;base64,")


def test_plain_results_are_escaped(exporter: ReportExporter) -> None:
    soup = page(exporter, THEME, *row(), code(shown(plain="<b>5</b>")))
    assert soup.find("pre").text == "<b>5</b>"


def test_equal_headings_get_different_anchors() -> None:
    found = outline(
        executed(
            heading("## Liite", "a1"),
            code(shown(plain="1")),
            heading("## Liite", "a2"),
            code(shown(plain="2")),
        )
    )
    assert [chapter.anchor for chapter in found.chapters] == ["liite", "liite-2"]


def test_the_same_notebook_gives_the_same_page_and_stays_unchanged(exporter: ReportExporter) -> None:
    notebook = executed(THEME, *row())
    before = str(notebook)
    assert export(notebook, exporter) == export(notebook, ReportExporter(REPORT_TEMPLATE))
    assert str(notebook) == before


def test_svg_stands_in_pictures_only_and_keeps_its_case(exporter: ReportExporter) -> None:
    svg = '<svg viewBox="0 0 1 1"><linearGradient></linearGradient></svg>'
    inside = base64.b64encode(svg.encode()).decode()
    picture = f'<img src="data:image/svg+xml;base64,{inside}" alt="Viiva">'
    text = export(executed(THEME, *row(html=svg + picture)), exporter)
    assert picture in text
    assert "<svg" not in text


def test_a_notebook_without_sections_is_refused(exporter: ReportExporter) -> None:
    notebook = executed()
    notebook.cells = [heading("## Vain otsikko", "heading-x")]
    with pytest.raises(ReportError, match="no section"):
        export(notebook, exporter)

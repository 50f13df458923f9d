"""Reports on paper: one page for the cover and the table of the summary, nothing cut, no heading left alone.

The pages are printed by Chromium with the report's own print rules; what the finished PDF files promise
beyond that is checked elsewhere.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from print_layout import Element, elements, link_targets

from uso_lib.reports import publish

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

#: A4 without the margins of the print rules, in CSS pixels.
WIDTH, HEIGHT = 695, 1005
#: Seven points in CSS pixels, less a rounding.
SMALLEST = 9.3
HEADINGS = {"H1", "H2", "H3", "H4", "H5", "H6"}
FOLDED = """[...document.querySelectorAll('details table')]
    .filter(table => table.checkVisibility({contentVisibilityAuto: true})).length"""
SMALL_TEXTS = f"""() => [...document.querySelectorAll('body *')].filter(element =>
    [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim())
    && element.checkVisibility() && parseFloat(getComputedStyle(element).fontSize) < {SMALLEST}
).map(element => element.tagName + '.' + element.className)"""
ANCHORS = "[...document.querySelectorAll('.summary-table a')].map(link => link.getAttribute('href').slice(1))"


def on_paper(browser: Any, file: Path) -> Any:
    """Open a page laid out for print, with what a screen folds away."""
    page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    page.goto(file.as_uri())
    page.emulate_media(media="print")
    # The browser lays out what was folded away in its next frames only.
    for _ in range(50):
        if page.evaluate(FOLDED) > 10:
            break
        page.wait_for_timeout(50)
    return page


@pytest.fixture(scope="module", params=["tornio", "mantta-vilppula"])
def printed(
    request: pytest.FixtureRequest, browser: Any, network: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[str]]:
    """Print one report; return the PDF and the anchors its table of the summary leads to, in order."""
    page = on_paper(browser, network / request.param / publish.REPORT)
    file = tmp_path_factory.mktemp("paper") / "report.pdf"
    file.write_bytes(page.pdf(prefer_css_page_size=True, tagged=True))
    anchors = page.evaluate(ANCHORS)
    page.close()
    return file, anchors


@pytest.fixture(scope="module")
def structure(printed: tuple[Path, list[str]]) -> list[Element]:
    return elements(printed[0])


def test_every_report_fits_the_width_and_its_summary_table_a_page(browser: Any, network: Path) -> None:
    reports = sorted(network.glob(f"*/{publish.REPORT}"))
    assert len(reports) == 18
    for report in reports:
        page = on_paper(browser, report)
        # What is wider makes the browser shrink every page.
        assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH, report.parent.name
        assert page.evaluate("document.querySelector('.glance').offsetHeight") <= HEIGHT, report.parent.name
        page.close()


def test_paper_shows_the_numbers_that_a_screen_folds_away(browser: Any, network: Path) -> None:
    report = network / "tornio" / publish.REPORT
    screen = browser.new_page()
    screen.goto(report.as_uri())
    assert screen.locator("details").count() > 10
    assert screen.evaluate(FOLDED) == 0
    screen.close()
    page = on_paper(browser, report)
    assert page.evaluate(FOLDED) > 10
    assert not page.is_visible(".skip-link")
    assert page.evaluate(SMALL_TEXTS) == []
    page.close()


def test_cover_and_contents_are_one_page_and_the_summary_table_another(
    printed: tuple[Path, list[str]], structure: list[Element]
) -> None:
    file, anchors = printed
    pages = link_targets(file)
    assert pages[0][0] == "yhteenveto"
    assert pages[0][-1] == "lahteet"
    second = [one.pages for one in structure if one.tag == "H2"][1]
    assert second == (2,), "the summary opens the second page"
    # A title of two lines is two links beside each other.
    runs = [[anchor for anchor, _ in groupby(page)] for page in pages]
    assert runs.count([anchor for anchor, _ in groupby(anchors)]) == 1
    assert len(anchors) > 35


def test_no_figure_heading_or_line_of_a_table_is_cut(structure: list[Element]) -> None:
    figures = [one for one in structure if one.tag == "Figure" and "Caption" in one.below]
    lines = [one for one in structure if one.tag == "TR" and "TD" in one.below]
    headings = [one for one in structure if one.tag in HEADINGS]
    assert len(figures) >= 40
    assert len(lines) > 500
    assert len(headings) > 40
    assert [one for one in (*figures, *lines, *headings) if len(set(one.pages)) > 1] == []


def test_no_heading_or_caption_is_left_alone_at_the_foot_of_a_page(structure: list[Element]) -> None:
    titles = [one for one in structure if one.tag in {*HEADINGS, "Caption"} and one.pages]
    assert len(titles) > 150
    assert [one for one in titles if one.next_page not in {None, one.pages[-1]}] == []


def test_a_table_that_goes_on_repeats_its_headings(structure: list[Element]) -> None:
    continued = 0
    for place, table in enumerate(structure):
        if table.tag != "Table" or len(set(table.pages)) == 1:
            continue
        rows = [one for one in structure[place + 1 :] if one.tag == "TR"][: table.below.count("TR")]
        heads, lines = rows[0], rows[1:]
        assert "TD" not in heads.below
        assert {page for line in lines for page in line.pages} <= set(heads.pages)
        continued += len(set(heads.pages)) > 1
    assert continued

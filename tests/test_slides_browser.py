"""Slides in a real browser: each fits a projector, a phone and a sheet, and the keyboard is enough.

All members' slides are opened for what depends on the length of texts, one member's for the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from uso_lib.reports import publish

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

WIDE, HIGH = 1280, 720
PHONE = 360
#: Runs in the page: slides taller than the screen, wider than it, or with something over the links below.
DO_NOT_FIT = f"""() => [...document.querySelectorAll('.slide')].filter(slide => {{
  const steps = slide.querySelector('.steps').getBoundingClientRect().top;
  const parts = [...slide.querySelectorAll(':scope > :not(.steps), li, figure, table, .said')];
  const low = Math.max(...parts.map(part => part.getBoundingClientRect().bottom));
  return slide.getBoundingClientRect().height > {HIGH} || slide.scrollWidth > {WIDE} || low > steps;
}}).map(slide => slide.id + ' ' + slide.className)"""
#: Runs in the page: the number of the slide at the top of the screen.
CURRENT = """() => [...document.querySelectorAll('.slide')]
  .findIndex(slide => Math.abs(slide.getBoundingClientRect().top) < 2) + 1"""


class Visit:
    """Hold an opened page and what the browser complained about or asked for meanwhile."""

    def __init__(self, browser: Any, file: Path, width: int = WIDE, height: int = HIGH) -> None:
        self.page = browser.new_page(viewport={"width": width, "height": height})
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(file.as_uri())


@pytest.fixture
def visit(browser: Any, network: Path) -> Iterator[Visit]:
    opened = Visit(browser, network / "tornio" / publish.SLIDES)
    yield opened
    opened.page.close()


def test_every_slide_of_every_member_fits_and_nothing_is_asked_for(browser: Any, network: Path) -> None:
    for file in sorted(network.glob(f"*/{publish.SLIDES}")):
        opened = Visit(browser, file)
        assert (file.parent.name, opened.page.evaluate(DO_NOT_FIT)) == (file.parent.name, [])
        assert opened.complaints == []
        assert [address for address in opened.requests if not address.startswith(("file:", "data:"))] == []
        pictures = "[...document.images].every(image => image.complete && image.naturalWidth > 0)"
        assert opened.page.evaluate(pictures)
        opened.page.close()


def test_a_larger_projector_gets_larger_slides(browser: Any, network: Path) -> None:
    opened = Visit(browser, network / "tornio" / publish.SLIDES, 1920, 1080)
    heights = (
        "[...new Set([...document.querySelectorAll('.slide')].map(s => s.getBoundingClientRect().height))]"
    )
    assert opened.page.evaluate(heights) == [1080]
    opened.page.close()


def test_the_finding_is_read_from_the_back_of_a_room(visit: Visit) -> None:
    sizes = visit.page.evaluate(
        "[...document.querySelectorAll('.said')].map(said => parseFloat(getComputedStyle(said).fontSize))"
    )
    assert len(sizes) > 10
    assert min(sizes) >= 24


def test_the_policy_stops_scripts_and_foreign_styles(browser: Any, network: Path, tmp_path: Path) -> None:
    text = (network / "tornio" / publish.SLIDES).read_text(encoding="utf-8")
    hostile = "<script>document.title = 'taken over'</script><style>h1 { display: none }</style>"
    planted = tmp_path / "planted.html"
    planted.write_text(text.replace("</main>", f"{hostile}</main>"), encoding="utf-8")
    opened = Visit(browser, planted)
    assert opened.page.title() != "taken over"
    assert opened.page.is_visible("h1")
    assert len([line for line in opened.complaints if "Content Security Policy" in line]) >= 2
    opened.page.close()


def test_the_keyboard_alone_goes_through_the_slides(visit: Visit) -> None:
    page = visit.page
    page.keyboard.press("PageDown")
    arrive(page, 2)
    page.keyboard.press("PageDown")
    arrive(page, 3)
    page.keyboard.press("PageUp")
    arrive(page, 2)
    page.keyboard.press("Home")
    arrive(page, 1)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Seuraava ›"
    page.keyboard.press("Enter")
    arrive(page, 2)
    # Focus goes with the slide: its own links are the next in reach.
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.slide').id") == "kalvo-2"
    assert page.evaluate("document.activeElement.textContent") == "‹ Edellinen"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    arrive(page, 3)


def arrive(page: Any, number: int) -> None:
    """Wait until a slide is at the top of the screen."""
    for _ in range(100):
        if page.evaluate(CURRENT) == number:
            return
        page.wait_for_timeout(50)
    assert page.evaluate(CURRENT) == number


@pytest.mark.parametrize("width", [320, PHONE, 768])
def test_nothing_sticks_out_of_a_phone(browser: Any, network: Path, width: int) -> None:
    for member in ("tornio", "mantta-vilppula", "kuhmoinen"):
        opened = Visit(browser, network / member / publish.SLIDES, width, 740)
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
        beyond = f"""[...document.querySelectorAll('.slide *')].filter(one => !one.closest('.table-scroll')
            && one.getBoundingClientRect().right > {width} + 1).map(one => one.tagName + one.className)"""
        assert opened.page.evaluate(beyond) == []
        opened.page.close()


def test_paper_has_one_slide_on_each_sheet(visit: Visit, tmp_path: Path) -> None:
    slides = visit.page.locator(".slide").count()
    (tmp_path / "slides.pdf").write_bytes(visit.page.pdf(prefer_css_page_size=True, print_background=True))
    with pikepdf.open(tmp_path / "slides.pdf") as printed:
        assert len(printed.pages) == slides
        assert all(page.mediabox[2] > page.mediabox[3] for page in printed.pages)

"""Finished pages in a real browser: the policy holds, nothing leaves, it fits a phone and a sheet of paper.

Slow, so one report is made for all tests; what it holds is checked elsewhere.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright import sync_api

from uso_lib.cli import main
from uso_lib.reports import publish
from uso_lib.workspace import Workspace

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

PHONE, DESK = 360, 1280
#: Runs in the page: every element that sticks out of the window although nothing around it scrolls.
STICKS_OUT = """() => [...document.querySelectorAll('body *')].filter(element => {
  const box = element.getBoundingClientRect();
  if (box.width === 0 || box.right <= innerWidth + 1 || element.closest('.skip-link')) return false;
  return !element.closest('.table-scroll, pre');
}).map(element => element.tagName + '.' + element.className)"""
#: Contrast of every text against its own ground, WCAG 2.1: the lowest ratio found and where.
CONTRAST = """() => {
  const linear = part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  const channel = part => linear(part / 255);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const parts = colour => colour.match(/[\\d.]+/g).map(Number);
  const ground = element => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parts(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  let lowest = [21, ''];
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    if (!own) continue;
    const [first, second] = [parts(getComputedStyle(element).color), ground(element)].map(light);
    const ratio = (Math.max(first, second) + 0.05) / (Math.min(first, second) + 0.05);
    if (ratio < lowest[0]) lowest = [ratio, element.tagName + ' ' + element.textContent.slice(0, 40)];
  }
  return lowest;
}"""


@pytest.fixture(scope="module")
def outputs(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make Tornio's report and the list of members from the bundled snapshot."""
    folder = tmp_path_factory.mktemp("workspace")
    for name in ("parameters", "notebooks"):
        shutil.copytree(root / name, folder / name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("USO_WORKSPACE", str(folder))
        with pytest.raises(SystemExit) as left:
            main(["report", "tornio", "-q"])
    assert left.value.code == 0
    return Workspace(folder).outputs


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium)
        yield started
        started.close()


class Visit:
    """Hold a page that was opened and what the browser complained about or asked for meanwhile."""

    def __init__(self, browser: Any, file: Path, width: int) -> None:
        self.page = browser.new_page(viewport={"width": width, "height": 800})
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(file.as_uri())


@pytest.fixture(params=["report", "list"])
def file(request: pytest.FixtureRequest, outputs: Path) -> Path:
    return outputs / "tornio" / publish.REPORT if request.param == "report" else outputs / "index.html"


@pytest.fixture
def visit(browser: Any, file: Path) -> Iterator[Visit]:
    opened = Visit(browser, file, DESK)
    yield opened
    opened.page.close()


def test_the_policy_lets_the_style_through_and_nothing_is_asked_for(visit: Visit) -> None:
    assert visit.complaints == []
    assert [address for address in visit.requests if not address.startswith(("file:", "data:"))] == []
    assert visit.page.evaluate("getComputedStyle(document.querySelector('h1')).fontSize") != "32px"


def test_the_policy_stops_scripts_and_foreign_styles(browser: Any, file: Path, tmp_path: Path) -> None:
    text = file.read_text(encoding="utf-8")
    hostile = "<script>document.title = 'taken over'</script><style>h1 { display: none }</style>"
    planted = tmp_path / "planted.html"
    planted.write_text(text.replace("</main>", f"{hostile}</main>"), encoding="utf-8")
    opened = Visit(browser, planted, DESK)
    assert opened.page.title() != "taken over"
    assert opened.page.is_visible("h1")
    assert len([line for line in opened.complaints if "Content Security Policy" in line]) >= 2
    opened.page.close()


def test_nothing_sticks_out_on_a_phone_or_a_screen(browser: Any, file: Path) -> None:
    for width in (320, PHONE, 768, DESK):
        opened = Visit(browser, file, width)
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
        assert opened.page.evaluate(STICKS_OUT) == []
        opened.page.close()


def test_every_text_stands_out_from_its_ground(visit: Visit) -> None:
    ratio, where = visit.page.evaluate(CONTRAST)
    assert ratio >= 4.5, where


def test_keyboard_users_can_skip_to_the_text_and_see_where_they_are(visit: Visit) -> None:
    page = visit.page
    page.keyboard.press("Tab")
    link = "document.activeElement"
    assert page.evaluate(f"{link}.className") == "skip-link"
    assert page.evaluate(f"{link}.getBoundingClientRect().left") >= 0
    assert page.evaluate(f"getComputedStyle({link}).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "sisalto"


def test_every_link_within_the_page_leads_somewhere(visit: Visit) -> None:
    lost = """[...document.querySelectorAll('a[href^="#"]')].map(a => a.getAttribute('href').slice(1))
        .filter(id => !document.getElementById(id))"""
    doubled = """[...document.querySelectorAll('[id]')].map(element => element.id)
        .filter((id, at, all) => all.indexOf(id) !== at)"""
    assert visit.page.evaluate(lost) == []
    assert visit.page.evaluate(doubled) == []


def test_headings_descend_without_gaps_from_one_first_level(visit: Visit) -> None:
    names = visit.page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => h.tagName)")
    levels = [int(name[1]) for name in names]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert [(above, below) for above, below in pairwise(levels) if below > above + 1] == []


def test_tables_have_captions_scopes_and_a_box_of_their_own(visit: Visit) -> None:
    def without(selector: str, condition: str) -> int:
        script = f"[...document.querySelectorAll('{selector}')].filter(one => !({condition})).length"
        return int(visit.page.evaluate(script))

    assert without("table", "one.caption && one.caption.textContent.trim()") == 0
    assert without("th", "one.scope") == 0
    assert without("table", "one.closest('.table-scroll')") == 0
    assert without(".table-scroll", "one.tabIndex === 0") == 0, (
        "what scrolls must be in reach of the keyboard"
    )


def test_pictures_load_and_say_what_they_show(browser: Any, outputs: Path) -> None:
    opened = Visit(browser, outputs / "tornio" / publish.REPORT, DESK)
    pictures = opened.page.evaluate(
        "[...document.images].map(i => [i.complete && i.naturalWidth > 0, i.alt])"
    )
    assert len(pictures) > 40
    assert [alt for loaded, alt in pictures if not loaded] == []
    assert [alt for _, alt in pictures if not re.search(r"\d", alt) or len(alt) < 20] == []
    opened.page.close()


def test_paper_shows_the_numbers_that_a_screen_folds_away(browser: Any, outputs: Path) -> None:
    opened = Visit(browser, outputs / "tornio" / publish.REPORT, DESK)
    page = opened.page
    assert page.locator("details").count() > 10
    shown = """[...document.querySelectorAll('details table')]
        .filter(table => table.checkVisibility({contentVisibilityAuto: true})).length"""
    assert page.evaluate(shown) == 0
    page.emulate_media(media="print")
    # The browser lays out what was folded away in its next frames only.
    for _ in range(50):
        if page.evaluate(shown) > 10:
            break
        page.wait_for_timeout(50)
    assert page.evaluate(shown) > 10
    assert not page.is_visible(".skip-link")
    assert page.pdf(prefer_css_page_size=True)[:5] == b"%PDF-"
    opened.page.close()

"""Finished pages in a real browser: the policy holds, nothing leaves, it fits a screen and a phone.

What the pages hold is checked elsewhere, paper in test_print.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from uso_lib.reports import publish

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

#: The names that stand above the comparing cells of the cards, and the headings of their columns.
CARD_LABELS = """[4, 5, 6].map(place => [...new Set(
    [...document.querySelectorAll(`.summary-table td:nth-child(${place})`)]
        .map(cell => getComputedStyle(cell, '::before').content.replaceAll('"', ''))
        .concat(document.querySelector(`.summary-table thead th:nth-child(${place})`).textContent)
)])"""


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
def file(request: pytest.FixtureRequest, network: Path) -> Path:
    return network / "tornio" / publish.REPORT if request.param == "report" else network / "index.html"


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


def test_pictures_load_and_say_what_they_show(browser: Any, network: Path) -> None:
    opened = Visit(browser, network / "tornio" / publish.REPORT, DESK)
    pictures = opened.page.evaluate(
        "[...document.images].map(i => [i.complete && i.naturalWidth > 0, i.alt])"
    )
    assert len(pictures) > 40
    assert [alt for loaded, alt in pictures if not loaded] == []
    # The map of the peers says where they are, in names.
    told = [alt for _, alt in pictures if not alt.startswith("Kartta: ")]
    assert [alt for alt in told if not re.search(r"\d", alt) or len(alt) < 20] == []
    opened.page.close()


@pytest.fixture
def phone(browser: Any, network: Path) -> Iterator[Any]:
    opened = Visit(browser, network / "mantta-vilppula" / publish.REPORT, PHONE)
    yield opened.page
    opened.page.close()


def test_the_table_of_the_summary_needs_no_sideways_hunting_on_a_phone(phone: Any) -> None:
    box = "document.querySelector('.summary-table').closest('.table-scroll')"
    for width in (PHONE, 320):  # 320: a screen of 1280 magnified to 400 %
        phone.set_viewport_size({"width": width, "height": 800})
        assert phone.evaluate(f"{box}.scrollWidth - {box}.clientWidth") <= 0
        assert phone.evaluate(CARD_LABELS) == [["Verrokit"], ["Sija"], ["Muutos"]]
    roleless = "document.querySelectorAll('.summary-table :is(tr, th, td):not([role])').length"
    assert phone.evaluate(roleless) == 0, "cards must stay a table for those who listen"


def test_figures_are_readable_on_a_phone(phone: Any) -> None:
    # A figure is drawn with texts of ten points, 13.3 px, at its own width.
    texts = """[...document.querySelectorAll('.figure:not(.figure-map) img')]
        .map(image => 13.33 * image.getBoundingClientRect().width / image.naturalWidth)"""
    assert min(phone.evaluate(texts)) >= 9


def test_a_finger_finds_the_contents_and_the_folds_on_a_phone(phone: Any) -> None:
    small = """[...document.querySelectorAll('.contents a, summary')]
        .filter(one => one.checkVisibility({contentVisibilityAuto: true}))
        .filter(one => one.getBoundingClientRect().height < 40).map(one => one.textContent)"""
    assert phone.evaluate(small) == []


def test_the_sections_fold_under_their_chapters_on_a_phone_only(browser: Any, phone: Any) -> None:
    seen = """[...document.querySelectorAll('.contents ol ol a')]
        .filter(link => link.checkVisibility({contentVisibilityAuto: true})).length"""
    assert phone.evaluate(seen) == 0
    phone.click(".contents summary >> nth=0")
    assert phone.evaluate(seen) >= 3
    phone.set_viewport_size({"width": DESK, "height": 800})
    assert phone.evaluate(seen) == phone.locator(".contents ol ol a").count() >= 20
    assert phone.locator(".contents summary").first.is_hidden()


def test_what_has_the_focus_is_outlined(visit: Visit) -> None:
    page = visit.page
    look = """(({outlineStyle, outlineWidth}) => [outlineStyle, outlineWidth])(
        getComputedStyle(document.activeElement))"""
    page.focus("main a, main [tabindex='0']")
    kinds = set()
    for _ in range(40):
        kinds.add(page.evaluate("document.activeElement.tagName"))
        if "BODY" in kinds:  # the end of a short page
            break
        assert page.evaluate(look) == ["solid", "3px"]
        page.keyboard.press("Tab")
    assert len(kinds) > 1


def test_strengths_and_concerns_differ_by_more_than_colour(browser: Any, network: Path) -> None:
    opened = Visit(browser, network / "mantta-vilppula" / publish.REPORT, DESK)
    signs = """['.strengths', '.concerns'].map(one => [
        getComputedStyle(document.querySelector(one)).borderTopStyle,
        getComputedStyle(document.querySelector(`${one} ul`)).listStyleType,
        document.querySelector(`${one} h3`).textContent,
    ])"""
    good, bad = opened.page.evaluate(signs)
    assert all(first != second for first, second in zip(good, bad, strict=True))
    opened.page.close()

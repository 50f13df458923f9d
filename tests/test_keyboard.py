"""Pages without a mouse, much enlarged, with wider spacing and in the reader's own colours: all is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from test_browser import CONTRAST, STICKS_OUT

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("keyboard")]

PAGES = (
    "tornio/situation.html", "kuhmoinen/situation.html", "tornio/slides.html", "index.html",
    "saavutettavuus.html",
)  # fmt: skip
#: A window of 1280 x 1024 pixels enlarged four times.
ENLARGED = {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4}
#: WCAG 2.1, 1.4.12.
SPACING = """* { line-height: 1.5 !important; letter-spacing: .12em !important;
    word-spacing: .16em !important }
  p { margin-bottom: 2em !important }"""
REACHABLE = """() => [...document.querySelectorAll('a[href], summary, [tabindex="0"]')]
  .filter(one => one.checkVisibility()).length"""
#: Where the keyboard is: its place among all elements, whether its mark and itself can be seen.
STOP = """() => {
  const here = document.activeElement, look = getComputedStyle(here), box = here.getBoundingClientRect();
  const marked = look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2;
  const seen = box.width > 0 && box.bottom > 0 && box.top < innerHeight
    && box.right > 0 && box.left < innerWidth;
  return [[...document.querySelectorAll('*')].indexOf(here), here.matches(':focus-visible') && marked && seen,
    here.outerHTML.slice(0, 90)];
}"""
#: The texts a reader sees, and the alternatives of pictures.
TEXTS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (walker.nextNode()) {
    const node = walker.currentNode, text = node.data.trim().replace(/\\s+/g, ' ');
    if (text && node.parentElement.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true}))
      found.push(text);
  }
  return [...found, ...[...document.images].filter(one => one.checkVisibility()).map(one => one.alt)];
}"""
#: Boxes that hide a part of their text.
CLIPS = """() => [...document.querySelectorAll('body *')].filter(one => {
  const look = getComputedStyle(one);
  const hides = ['hidden', 'clip'].includes(look.overflowX) || ['hidden', 'clip'].includes(look.overflowY);
  const more = one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1;
  return hides && more && one.clientWidth > 1 && one.textContent.trim();
}).map(one => one.outerHTML.slice(0, 90))"""
OPEN_ALL = "document.querySelectorAll('details').forEach(one => one.open = true)"


@pytest.fixture(params=PAGES)
def file(request: pytest.FixtureRequest, network: Path) -> Path:
    return network / request.param


def opened(browser: Any, file: Path, width: int = 1280, **options: Any) -> Any:
    """Open a page; the policy of the page is set aside so that tests can add styles of readers."""
    options = {"viewport": {"width": width, "height": 800}, **options}
    page = browser.new_context(bypass_csp=True, **options).new_page()
    page.goto(file.as_uri())
    return page


def stops(page: Any) -> list[tuple[int, bool, str]]:
    """Go through the page with the Tab key until it leaves the page."""
    found: list[tuple[int, bool, str]] = []
    for _ in range(2000):
        page.keyboard.press("Tab")
        place, seen, what = page.evaluate(STOP)
        if what.startswith("<body") or (found and place == found[0][0]):
            return found
        found.append((place, seen, what))
    pytest.fail("the keyboard never leaves the page")


def test_every_stop_is_seen_and_they_follow_the_text(browser: Any, file: Path) -> None:
    page = opened(browser, file)
    found = stops(page)
    places = [place for place, _, _ in found]
    assert [what for _, seen, what in found if not seen] == []
    assert places == sorted(places)
    assert len(places) == len(set(places)) == page.evaluate(REACHABLE)
    # Slides have a link to the next slide on each instead of one past everything.
    assert "skip-link" in found[0][2] or file.name == "slides.html"
    page.context.close()


def test_folded_parts_open_and_close_with_the_keyboard(browser: Any, network: Path) -> None:
    for name in ("tornio/situation.html", "index.html"):
        page = opened(browser, network / name)
        page.locator("main summary").first.focus()
        states = []
        for key in ("Enter", "Space", "Space"):
            page.keyboard.press(key)
            states.append(page.evaluate("document.activeElement.parentElement.open"))
        assert states == [True, False, True]
        page.context.close()


def test_what_scrolls_sideways_scrolls_with_the_arrow_keys(browser: Any, file: Path) -> None:
    page = opened(browser, file, 360)
    page.evaluate(OPEN_ALL)
    wide = [
        box
        for box in page.locator(".table-scroll, pre").all()
        if box.evaluate("one => one.scrollWidth > one.clientWidth + 1 && one.checkVisibility()")
    ]
    assert wide or file.name in {"index.html", "saavutettavuus.html", "slides.html"}
    for box in wide[:12]:
        assert box.evaluate("one => one.tabIndex") == 0
        box.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("one => one.scrollLeft > 0", arg=box.element_handle(), timeout=2000)
    page.context.close()


def test_enlarged_four_times_nothing_is_lost_and_nothing_scrolls_two_ways(browser: Any, file: Path) -> None:
    wide, enlarged = opened(browser, file), opened(browser, file, **ENLARGED)
    for page in (wide, enlarged):
        page.evaluate(OPEN_ALL)
    lost = set(wide.evaluate(TEXTS)) - set(enlarged.evaluate(TEXTS))
    assert lost == set()
    assert enlarged.evaluate("document.documentElement.scrollWidth") <= 320
    assert enlarged.evaluate(STICKS_OUT) == []
    for page in (wide, enlarged):
        page.context.close()


def test_enlarged_four_times_the_keyboard_still_shows_where_it_is(browser: Any, network: Path) -> None:
    page = opened(browser, network / "index.html", **ENLARGED)
    found = stops(page)
    assert [what for _, seen, what in found if not seen] == []
    assert len(found) == page.evaluate(REACHABLE)
    page.context.close()


@pytest.mark.parametrize("width", [1280, 360])
def test_wider_spacing_of_text_hides_nothing(browser: Any, file: Path, width: int) -> None:
    page = opened(browser, file, width)
    page.evaluate(OPEN_ALL)
    before = page.evaluate(TEXTS)
    page.add_style_tag(content=SPACING)
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).letterSpacing") != "normal"
    assert page.evaluate(TEXTS) == before
    assert page.evaluate(CLIPS) == []
    assert page.evaluate(STICKS_OUT) == []
    page.context.close()


def test_readers_own_colours_keep_text_marks_and_pictures(browser: Any, file: Path) -> None:
    page = opened(browser, file, forced_colors="active")
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    ratio, where = page.evaluate(CONTRAST)
    assert ratio >= 4.5, where
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate(STOP)[1]
    assert page.evaluate("[...document.images].every(one => one.naturalWidth > 0)")
    page.context.close()


def test_nothing_moves(browser: Any, file: Path) -> None:
    moving = """() => [...document.querySelectorAll('*')].filter(one => {
      const look = getComputedStyle(one);
      return look.animationName !== 'none' || look.transitionDuration !== '0s'
        || look.scrollBehavior !== 'auto';
    }).map(one => one.outerHTML.slice(0, 90))"""
    page = opened(browser, file, reduced_motion="reduce")
    assert page.evaluate(moving) == []
    page.context.close()

"""Examine pages with axe-core in a real browser and put what it finds into the form of the statement.

Run as a program it writes the committed results anew: ``python tests/axe.py outputs``.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright import sync_api
from test_browser import CONTRAST as CONTRAST_OF_TEXT

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "uso_lib" / "reports" / "accessibility.json"
WIDTHS = (1280, 360)
REQUIRED = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa")
RECOMMENDED = "best-practice"
#: Members whose pages are examined most closely: one of the largest and the smallest.
OPENED = ("tornio", "kuhmoinen")
#: Whose pages of changes are examined: after a first report they are all alike, and short.
CHANGED = ("tornio", "kuhmoinen")
VERSION = AXE_SCRIPT[: AXE_SCRIPT.index("\n")].split()[-1].removeprefix("v")
_RUN = """options => axe.run(options).then(found => [...found.violations.map(one => ['violations', one]),
  ...found.incomplete.map(one => ['undecided', one])].map(([kind, one]) => ({kind, rule: one.id,
  tags: one.tags, places: one.nodes.map(node => node.html.slice(0, 160) + ' — '
    + [...node.any, ...node.all, ...node.none].map(check => check.message).join('; '))})))"""
#: Boxes that scroll have a shadow of gradients, which leaves the contrast of all text in them undecided: they
#: are examined without it. The shadow itself is measured apart.
_NO_SHADOW = ".table-scroll { background: none !important }"
_OPEN = "open => document.querySelectorAll('details').forEach(one => one.open = open)"
CONTRAST, LEAST_CONTRAST = "color-contrast", 4.5


@dataclass(frozen=True)
class Finding:
    """Hold what one examination said of one rule."""

    page: str
    kind: str
    rule: str
    required: bool
    places: tuple[str, ...]


@dataclass
class Examination:
    """Gather the findings of all pages."""

    pages: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def rules(self, kind: str, *, required: bool | None = None) -> dict[str, int]:
        """Return rule → number of pages with findings of that kind."""
        chosen = [one for one in self.findings if one.kind == kind and required in {None, one.required}]
        return dict(sorted(Counter(rule for rule, _ in {(one.rule, one.page) for one in chosen}).items()))

    def counted(self) -> dict[str, int]:
        """Return kind of page → number examined."""
        found = Counter(self.pages.values())
        return {kind: found[kind] for kind in ("reports", "slides", "changes", "lists", "statements")}


def pages_of(outputs: Path) -> dict[Path, str]:
    """Return every page of an outputs folder with its kind."""
    found = dict.fromkeys(sorted(outputs.glob("*/situation.html")), "reports")
    found |= dict.fromkeys(sorted(outputs.glob("*/slides.html")), "slides")
    found |= {outputs / member / "changes.html": "changes" for member in CHANGED}
    return found | {outputs / "index.html": "lists", outputs / "saavutettavuus.html": "statements"}


def examine(browser: Any, pages: Mapping[Path, str], widths: Sequence[int] = WIDTHS) -> Examination:
    """Examine pages one after another in every width.

    The pages of some members are also opened up, and examined by the tool's own rule of contrast; that of the
    others is measured by our own script, which sees all text.
    """
    examination = Examination()
    # The page's own policy forbids scripts, the examiner's too.
    context = browser.new_context(bypass_csp=True)
    for file, kind in pages.items():
        name = f"{file.parent.name}/{file.name}"
        examination.pages[name] = kind
        page = context.new_page()
        page.goto(file.as_uri())
        page.evaluate(AXE_SCRIPT)
        page.add_style_tag(content=_NO_SHADOW)
        closely = kind not in {"reports", "slides"} or file.parent.name in OPENED
        for width in widths:
            page.set_viewport_size({"width": width, "height": 800})
            examination.findings += _findings(page, name, contrast=closely)
            if closely and width == widths[0]:
                page.evaluate(_OPEN, True)
                examination.findings += _findings(page, name)
                page.evaluate(_OPEN, False)
        page.close()
    context.close()
    return examination


def _findings(page: Any, name: str, *, contrast: bool = True) -> list[Finding]:
    # Without selectors and reports of what is well a long page takes seconds instead of half a minute.
    options = {"resultTypes": ["violations", "incomplete"], "selectors": False, "preload": False}
    tags = {"type": "tag", "values": [*REQUIRED, RECOMMENDED]}
    # The tool's own rule of contrast takes most of the time; where it is left out our measurement remains.
    rules = {CONTRAST: {"enabled": contrast}}
    found = page.evaluate(_RUN, {**options, "runOnly": tags, "rules": rules})
    # What stands under pinned cells or beside a box that scrolls the tool leaves open: all text is measured.
    ratio, where = page.evaluate(CONTRAST_OF_TEXT)
    if ratio < LEAST_CONTRAST:
        found.append({"kind": "violations", "rule": CONTRAST, "tags": ["wcag2aa"], "places": [where]})
    return [
        Finding(name, one["kind"], one["rule"], bool(set(REQUIRED) & set(one["tags"])), tuple(one["places"]))
        for one in found
    ]


def record(examination: Examination, known: Mapping[str, Any]) -> dict[str, Any]:
    """Return the results in the committed form; what people wrote is taken over from the known ones."""
    measured = {
        "tool": f"axe-core {VERSION}",
        "widths": list(WIDTHS),
        "pages": examination.counted(),
        "violations": examination.rules("violations", required=True),
        "best_practice": examination.rules("violations", required=False),
        "undecided": examination.rules("undecided"),
    }
    return {**measured, **{name: known[name] for name in ("by_hand", "checks", "shortcomings")}}


def main(outputs: Path) -> None:
    """Examine the pages of an outputs folder and write the committed results."""
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium")
        examination = examine(browser, pages_of(outputs))
        browser.close()
    known = json.loads(RESULTS.read_text(encoding="utf-8"))
    text = json.dumps(record(examination, known), ensure_ascii=False, indent=2)
    RESULTS.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

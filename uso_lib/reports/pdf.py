"""Make the PDF of a finished report: the same page, printed by Chromium, its tags completed.

Does not change the report and does not know what stands in it.
"""

from __future__ import annotations

import re
import tempfile
from html import unescape
from pathlib import Path

from uso_lib.errors import ReportError
from uso_lib.reports.canary import marks_of
from uso_lib.reports.chromium import print_page
from uso_lib.reports.page import policy
from uso_lib.reports.pdf_tags import complete

#: Added to the report's own style, as Chromium knows no running titles taken from the page.
RUNNING_TITLE = """
@page {{ @top-left {{ content: "{title}"; }} }}"""
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_STYLE = re.compile(r"(?<=<style>).*?(?=</style>)", re.DOTALL)
_EMPTY_CELL = re.compile(r"(<t[dh]\b[^>]*>)\s*(?=</t[dh]>)")
_FOLDED = re.compile(r"<details(?![^>]*\bopen\b)")
_LINK = re.compile(r'<a\b[^>]*?\bhref="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def write_pdf(report: Path, target: Path) -> None:
    """Write the PDF of a report.

    Parameters
    ----------
    report
        The finished page, ``situation.html``.

    Raises
    ------
    ReportError
        There is no Chromium, or it could not print the page.
    """
    text = report.read_text(encoding="utf-8")
    title = title_of(text)
    with tempfile.TemporaryDirectory(prefix="uso-", ignore_cleanup_errors=True) as desk:
        page, printed = Path(desk) / "page.html", Path(desk) / "printed.pdf"
        page.write_text(for_paper(text, title), encoding="utf-8")
        print_page(page, printed)
        complete(printed, target, title=title, mark=next(marks_of(text), ""), links=link_texts(text))


def title_of(text: str) -> str:
    """Return the title of a page; raise ReportError when it has none."""
    found = _TITLE.search(text)
    if found is None or not found[1].strip():
        message = "The report has no title, so no PDF can be made of it."
        raise ReportError(message)
    return unescape(found[1]).strip()


def for_paper(text: str, title: str) -> str:
    """Return the page as it is printed: nothing folded away, the report's title on every page."""
    style = _STYLE.search(text)
    if style is None:
        message = "The report has no style sheet, so no PDF can be made of it."
        raise ReportError(message)
    # Every sign but letters, digits and spaces is written as its number: nothing can end the text.
    quoted = "".join(sign if sign.isalnum() or sign == " " else f"\\{ord(sign):x} " for sign in title)
    whole = style[0] + RUNNING_TITLE.format(title=quoted)
    text = text.replace(policy(style[0]), policy(whole), 1).replace(style[0], whole, 1)
    # Chromium gives an empty cell no tag, which would shift the cells after it under other headers.
    return _EMPTY_CELL.sub("\\1&nbsp;", _FOLDED.sub("<details open", text))


def link_texts(text: str) -> dict[str, str]:
    """Return what stands in the first link to every address of a page."""
    found: dict[str, str] = {}
    for address, content in _LINK.findall(text):
        words = " ".join(unescape(_TAG.sub(" ", content)).split())
        found.setdefault(unescape(address), words)
    return found

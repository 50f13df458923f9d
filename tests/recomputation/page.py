"""Read every number of a finished HTML report: text, tables, alternative texts, the text inside figures.

Does not judge anything: what may explain a number is said in ``scopes`` and ``explain``.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

NBSP, MINUS, SOFT_HYPHEN = "\u00a0", "\u2212", "\u00ad"
#: A number of Finnish text. A number glued to a letter before it (CO2, vm01) is part of a name.
TOKEN = re.compile(
    rf"""(?<![\w{NBSP},.])(?:
      (?P<month>\d{{1,2}}/\d{{4}})(?![\d,])
    | (?P<date>\d{{4}}-\d\d(?:-\d\d)?)(?!\d)
    | (?P<place>\d+/\d+)(?![\d,])
    | (?P<number>[+{MINUS}]?(?:\d{{1,3}}(?:{NBSP}\d{{3}})+(?!\d)|\d+)(?:,\d+)?)
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Passage:
    """Hold one piece of text a reader meets.

    Parameters
    ----------
    section
        Id of the nearest section around it, "" outside.
    kind
        ``text``, ``alt``, ``label`` (aria-label) or ``figure`` (all text inside one image, a line each).
    place
        Where it stands: ``cell`` (of a table), ``block`` (a paragraph or list item), or the kind of the
        figure around it: ``ranking``, ``trend``, ``sparkline`` …
    about
        What says what it is about: the figure's title, the head of a sparkline's row, or the whole block.
    """

    section: str
    kind: str
    text: str
    place: str
    about: str


@dataclass(frozen=True)
class Table:
    """Hold one table as text: its caption, headings and rows."""

    section: str
    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class SummaryRow:
    """Hold one row of the summary table that has a value: the section it links to and its cells."""

    section: str
    title: str
    value: str
    period: str
    place: str


@dataclass(frozen=True)
class Token:
    """Hold one number as it is written."""

    kind: str
    text: str


class Page:
    """Give the passages and tables of one report."""

    def __init__(self, path: Path) -> None:
        self._soup = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for hidden in self._soup.find_all(["style", "script", "template"]):
            hidden.extract()

    def passages(self) -> Iterator[Passage]:
        """Yield every piece of text with a digit in it, each once."""
        for tag in self._soup.find_all(_has_own_text):
            yield from _with_digits(_passage(tag, "text", "".join(_own_text(tag))))
        for tag in self._soup.find_all(lambda one: one.has_attr("aria-label")):
            yield from _with_digits(_passage(tag, "label", str(tag["aria-label"])))
        for image in self._soup.find_all("img"):
            yield from _with_digits(_passage(image, "alt", str(image.get("alt", ""))))
            yield from _with_digits(_passage(image, "figure", "\n".join(figure_texts(str(image["src"])))))

    def tables(self) -> Iterator[Table]:
        """Yield the tables."""
        for table in self._soup.find_all("table"):
            rows = [
                tuple(_one_line(cell.get_text()) for cell in row.find_all(["th", "td"]))
                for row in table.find_all("tr")
            ]
            caption = table.find("caption")
            title = _one_line(caption.get_text()) if caption else ""
            yield Table(_section(table), title, rows[0], tuple(rows[1:]))

    def summary_rows(self) -> Iterator[SummaryRow]:
        """Yield the rows of the summary table that have a value."""
        for row in self._soup.select("table.summary-table tbody tr"):
            link, cells = row.select_one("th a"), [_one_line(one.get_text()) for one in row.find_all("td")]
            if link is not None and len(cells) > 1:
                section = str(link["href"]).removeprefix("#")
                yield SummaryRow(section, _one_line(link.get_text()), cells[0], cells[1], cells[3])

    def paragraphs(self) -> list[str]:
        """Return the sentences written of the figures: rows' paragraphs, key sentences, the peers."""
        found = self._soup.select(".row-text p, .key-sentences li, .peers > p")
        texts = [[str(text) for text in one.strings if text.find_parent("a") is None] for one in found]
        return [_one_line("".join(text)) for text in texts]


def figure_texts(source: str) -> list[str]:
    """Return the texts of an SVG image given as a data address."""
    head, _, data = source.partition(",")
    svg = base64.b64decode(data).decode("utf-8") if head.endswith("base64") else unquote(data)
    found = BeautifulSoup(svg, "html.parser").find_all(["text", "title", "desc"])
    return [_one_line(one.get_text()) for one in found]


def tokens(text: str) -> list[Token]:
    """Return the numbers of a text in order."""
    return [Token(str(found.lastgroup), found.group(str(found.lastgroup))) for found in TOKEN.finditer(text)]


def _passage(tag: Tag, kind: str, text: str) -> Passage:
    """Say of a text in which section it stands and what it is about."""
    section = tag.find_parent("section", id=True)
    place, about = (
        "block",
        tag if tag.name in ("p", "li", "td", "th", "caption") else tag.find_parent(("p", "li", "td", "th")),
    )
    figure, row = tag.find_parent("figure"), tag.find_parent("tr")
    if figure is not None and tag.name == "img":
        kinds = [one.removeprefix("figure-") for one in figure["class"] if one.startswith("figure-")]
        place, about = kinds[0], figure.find(class_="figure-title")
    elif row is not None:
        place, about = ("sparkline", row.find("th")) if tag.name == "img" else ("cell", row)
    words = text if about is None else about.get_text()
    return Passage(
        str(section["id"]) if section else "",
        kind,
        _one_line(text) if kind != "figure" else text,
        place,
        _one_line(words),
    )


def _has_own_text(tag: Tag) -> bool:
    """Tell whether a tag has text of its own that no tag inside it holds."""
    return any(isinstance(child, NavigableString) and child.strip() for child in tag.children)


def _own_text(tag: Tag) -> Iterator[str]:
    for child in tag.children:
        yield str(child) if isinstance(child, NavigableString) else " ¦ "


def _one_line(text: str) -> str:
    return re.sub(r"[ \t\r\n]+", " ", text.replace(SOFT_HYPHEN, "")).strip(" ")


def _section(tag: Tag) -> str:
    around = tag.find_parent("section", id=True)
    return str(around["id"]) if around else ""


def _with_digits(passage: Passage) -> Iterator[Passage]:
    if re.search(r"\d", passage.text):
        yield passage

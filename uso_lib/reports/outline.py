"""Order an executed notebook into chapters and sections with anchors.

Second-level headings open chapters, third-level ones sections; a heading under which nothing is shown is
dropped. Works as an nbconvert preprocessor. Does not write the page around them (report_template/).
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from nbconvert.preprocessors import Preprocessor

from uso_lib.plain_text import visible
from uso_lib.reports.blocks import blocks_of, markdown
from uso_lib.reports.bound_figures import BoundText, bound_text
from uso_lib.reports.harvest import FOREIGN, HEADING_CELL, harvest, section_data

#: What opens the consultant's own text: generated cells bring no Markdown but headings.
WORDS = '<div class="words">'
#: What opens the output of the consultant's own code; verification/page.py knows both.
PRINTED = '<div class="printed">'
_HEADING = re.compile(r"^(#{1,3})[ \t]+(.+?)[ \t]*#*[ \t]*$")
_NUMBER = re.compile(r"(\d{1,2})\.?\s+(?=\S)")
#: The template's cells that show words of the workbench which are no section: on a theme, on the proof.
_WORDED = re.compile(r"situation\.(?:intro\([\"']\w+[\"']\)|proof\(\))")
_FENCE = re.compile(r"^\s{0,3}(```|~~~)")


@dataclass
class Part:
    """Hold one chapter or section while the outline is built.

    Parameters
    ----------
    level
        2 for a chapter, 3 for a section within it.
    title
        The heading as text; of a text with bound figures, with the characters that stand for them.
    text
        The text the heading is of.
    own
        Whether the consultant wrote the heading.
    blocks
        Finished HTML, in order.
    """

    level: int
    anchor: str
    title: str
    text: BoundText = field(default_factory=lambda: BoundText(""))
    own: bool = False
    blocks: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Tell whether there is nothing to show under the heading."""
        return not self.blocks and not self.parts

    @property
    def number(self) -> str:
        """Return the number the title begins with ("3 Hyvinvointi" → "3"), "" without one."""
        found = _NUMBER.match(self.title)
        return found[1] if found else ""

    @property
    def name(self) -> str:
        """Return the title without its number."""
        return self.title.removeprefix(self.number).lstrip(". ")

    def shown(self, title: str) -> str:
        """Return the title, or its name, as HTML."""
        return self.text.on_page(html.escape(title))


@dataclass(frozen=True)
class Outline:
    """Hold a report in order: what stands on the cover, before the first chapter, and the chapters."""

    title: str
    cover: tuple[str, ...]
    preface: tuple[str, ...]
    chapters: tuple[Part, ...]

    @property
    def has_heading(self) -> bool:
        """Tell whether the cover brings the first-level heading itself."""
        return any("<h1" in block for block in self.cover)

    @property
    def has_words(self) -> bool:
        """Tell whether the consultant has written something of their own."""
        parts = [*self.chapters, *(part for chapter in self.chapters for part in chapter.parts)]
        blocks = [*self.preface, *(block for part in parts for block in part.blocks)]
        return any(block.startswith(WORDS) for block in blocks)


class OutlinePreprocessor(Preprocessor):
    """Put the outline of a notebook into the exporter's resources."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Return the notebook as it is and the resources with ``outline``."""
        resources["outline"] = outline(nb)
        return nb, resources


def outline(notebook: Mapping[str, Any]) -> Outline:
    """Order the cells of an executed notebook.

    Raises
    ------
    ReportError
        The notebook shows no section.
    """
    title = harvest(notebook, numbers=False).title
    cover: list[str] = []
    preface: list[str] = []
    chapters: list[Part] = []
    anchors: set[str] = set()
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            own, name = bound_text(cell), cell.get("id", "")
            for level, heading, text in pieces(own.source):
                if heading:
                    anchor = _anchor(name, own.plain(heading), anchors)
                    _open(chapters, Part(level, anchor, heading, own, not name.startswith(HEADING_CELL)))
                _put(chapters, preface, _words(text, cell.get("attachments"), own))
        elif cell["cell_type"] == "code":
            outputs = cell.get("outputs", [])
            on_cover = any((section_data(output) or {}).get("kind") == "cover" for output in outputs)
            if on_cover:
                cover += blocks_of(outputs)
            else:
                theirs = _WORDED.fullmatch(cell["source"].strip()) is not None
                _put(chapters, preface, blocks_of(outputs) if theirs else _printed(outputs))
    return Outline(title, tuple(cover), tuple(preface), _without_empty(chapters))


def _words(text: str, pasted: Mapping[str, Any] | None, bound: BoundText) -> list[str]:
    """Return the consultant's own text in its frame; nothing when there is nothing to show."""
    shown = bound.on_page(markdown(text, pasted))
    return [f"{WORDS}\n{shown}\n</div>"] if shown else []


def _printed(outputs: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return what a cell put out; what is no section of this report in a frame that says whose it is."""
    blocks: list[str] = []
    for output in outputs:
        data = section_data(output)
        own = data is None or data["kind"] == FOREIGN
        blocks += [f"{PRINTED}{block}</div>" if own else block for block in blocks_of([output])]
    return blocks


def _open(chapters: list[Part], part: Part) -> None:
    if part.level == 3 and chapters:
        chapters[-1].parts.append(part)
    else:
        part.level = 2
        chapters.append(part)


def _put(chapters: list[Part], preface: list[str], blocks: list[str]) -> None:
    if not chapters:
        preface += blocks
    elif chapters[-1].parts:
        chapters[-1].parts[-1].blocks += blocks
    else:
        chapters[-1].blocks += blocks


def _without_empty(chapters: list[Part]) -> tuple[Part, ...]:
    for chapter in chapters:
        chapter.parts = [part for part in chapter.parts if not part.empty]
    return tuple(chapter for chapter in chapters if not chapter.empty)


def pieces(source: str) -> list[tuple[int, str, str]]:
    """Cut Markdown at its first three levels of headings: level, heading ("" before the first), text."""
    pieces: list[tuple[int, str, list[str]]] = [(0, "", [])]
    fenced = False
    for line in visible(source).splitlines():
        fenced ^= bool(_FENCE.match(line))
        heading = None if fenced else _HEADING.match(line)
        if heading:
            pieces.append((max(2, len(heading[1])), heading[2], []))
        else:
            pieces[-1][2].append(line)
    return [(level, title, "\n".join(lines)) for level, title, lines in pieces]


def _anchor(cell_id: str, title: str, taken: set[str]) -> str:
    plain = unicodedata.normalize("NFKD", title.lower()).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "osa"
    named = re.sub(r"[^A-Za-z0-9_-]", "", cell_id.removeprefix(HEADING_CELL))
    wanted = named if named and cell_id.startswith(HEADING_CELL) else words
    anchor, count = wanted, 1
    while anchor in taken:
        count += 1
        anchor = f"{wanted}-{count}"
    taken.add(anchor)
    return anchor

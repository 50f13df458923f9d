"""Make the slides of a workshop from an executed notebook: one finding a slide, nothing the report lacks.

The rule: a row's finding is the first sentences of its first paragraph whose indicator a figure shows, with
that figure; where there is none, of its first paragraph, with its first figure. A row without a figure gets
no slide and is listed at the end. Does not choose, word or draw anything (sections/rows.py does), and leaves
out what a consultant has added to the notebook.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nbconvert.preprocessors import Preprocessor

from uso_lib.plain_text import visible_throughout
from uso_lib.reports.blocks import blocks_of
from uso_lib.reports.export import ReportExporter
from uso_lib.reports.harvest import harvest, section_data

#: A finding ends before the sentence that would make it longer than this; the first one always stays whole.
FINDING_LENGTH = 230
#: What has room on one slide.
SOURCES_ON_A_SLIDE = 13
MISSING_NAMED = 6
_FIGURE = re.compile(r'<figure\b[^>]*\bclass="figure\b.*?</figure>', re.DOTALL)
_OWN_SOURCE = re.compile(r'<p class="source">.*?</p>', re.DOTALL)
# A full stop ends a sentence when a space and a capital follow; "n. 5" and "31.12." do not.
_SENTENCE_END = re.compile(r"(?<=[.!?]) +(?=[A-ZÅÄÖ])")


@dataclass(frozen=True)
class Finding:
    """Hold one row's slide; `figure` is HTML."""

    theme: str
    title: str
    text: str
    figure: str
    source: str


@dataclass
class Theme:
    """Hold the slides of a theme and what its discussion rests on.

    Parameters
    ----------
    strengths, concerns
        Those of the summary that belong to the theme: mappings with ``title`` and ``text``.
    missing
        Titles of what has no figure.
    left_out
        Titles of the rows without a figure.
    """

    id: str
    title: str
    intro: str
    findings: list[Finding] = field(default_factory=list)
    strengths: list[Mapping[str, str]] = field(default_factory=list)
    concerns: list[Mapping[str, str]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    @property
    def named_missing(self) -> list[str]:
        """Return the titles there is room for."""
        return self.missing[:MISSING_NAMED]

    @property
    def unnamed_missing(self) -> int:
        """Return how many more there are."""
        return len(self.missing) - len(self.named_missing)


@dataclass(frozen=True)
class Deck:
    """Hold all slides in order; `cover` and `summary` are the texts of those sections."""

    title: str
    cover: Mapping[str, Any]
    guide: tuple[str, ...]
    summary: Mapping[str, Any]
    themes: tuple[Theme, ...]
    sources: tuple[tuple[tuple[str, ...], ...], ...]


class SlidesPreprocessor(Preprocessor):
    """Put the slides of a notebook into the exporter's resources."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Return the notebook as it is and the resources with ``deck``."""
        resources["deck"] = deck(nb)
        return nb, resources


class SlidesExporter(ReportExporter):
    """Export with slides_template/: ``conf.json``, ``index.html.j2``, ``slides.css``."""

    preprocessor = SlidesPreprocessor
    style_sheet = "slides.css"


def deck(notebook: Mapping[str, Any]) -> Deck:
    """Lay out the slides of an executed notebook.

    Raises
    ------
    ReportError
        The notebook shows no section.
    """
    title = harvest(notebook, numbers=False).title
    cover = _texts(notebook, "cover")
    summary = _texts(notebook, "summary")
    sources = _texts(notebook, "sources")
    lines = [tuple(map(str, line)) for line in sources.get("tables", ())]
    return Deck(
        title=title,
        cover=cover,
        guide=sentences(str(cover.get("guide", ""))),
        summary=summary,
        themes=tuple(_themes(notebook, summary)),
        sources=_parted(lines),
    )


def _parted(lines: Sequence[tuple[str, ...]]) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Divide the lines of a table evenly among as many slides as they need."""
    slides = -(-len(lines) // SOURCES_ON_A_SLIDE)
    size = -(-len(lines) // max(slides, 1))
    return tuple(tuple(lines[start : start + size]) for start in range(0, len(lines), max(size, 1)))


def sentences(text: str) -> tuple[str, ...]:
    """Cut a text into its sentences."""
    return tuple(part for part in _SENTENCE_END.split(text) if part)


def finding_text(paragraph: str) -> str:
    """Return the first sentences of a paragraph, as many as have room."""
    first, *others = sentences(paragraph) or ("",)
    for sentence in others:
        if len(first) + 1 + len(sentence) > FINDING_LENGTH:
            break
        first = f"{first} {sentence}"
    return first


def _sections(notebook: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Yield the data of every section with the output it came in."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            data = section_data(output)
            if data is not None:
                yield data, output


def _texts(notebook: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    """Return what the first section of a kind says in words, nothing when there is none."""
    found = (data.get("texts", {}) for data, _ in _sections(notebook) if data["kind"] == kind)
    texts: Mapping[str, Any] = visible_throughout(dict(next(found, {})))
    return texts


def _themes(notebook: Mapping[str, Any], summary: Mapping[str, Any]) -> list[Theme]:
    themes: dict[str, Theme] = {}
    for data, output in _sections(notebook):
        rows = visible_throughout(dict(data.get("texts", {}))).get("rows", [])
        figures = _FIGURE.findall("".join(blocks_of([output]))) if rows else []
        for row in rows:
            theme = themes.setdefault(
                row["theme"], Theme(row["theme"], row["theme_title"], row["theme_intro"])
            )
            _add(theme, row, figures)
            figures = figures[row["figures"] :]
            _add_contrasts(theme, row["id"], summary)
        if rows:
            titles = [str(visible_throughout(dict(one))["title"]) for one in data["missing"]]
            theme.missing = list(dict.fromkeys([*theme.missing, *titles]))
    return list(themes.values())


def _add(theme: Theme, row: Mapping[str, Any], figures: Sequence[str]) -> None:
    """Add a row's slide, or its title to those left out."""
    if row["paragraph"] and row["figure"] < min(row["figures"], len(figures)):
        figure = _OWN_SOURCE.sub("", figures[row["figure"]])
        text = finding_text(row["paragraph"])
        theme.findings.append(Finding(theme.title, row["title"], text, figure, row["source"]))
    else:
        theme.left_out.append(row["title"])


def _add_contrasts(theme: Theme, row: str, summary: Mapping[str, Any]) -> None:
    """Add the strengths and concerns that the summary names for a row."""
    kept = {"strengths": theme.strengths, "concerns": theme.concerns}
    for block in summary.get("blocks", ()):
        kept[block["kind"]] += [one for one in block["findings"] if one["row"] == row]

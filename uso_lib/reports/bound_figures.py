"""Put the figures of bound words on a page as elements that nobody can write by hand.

The verification reads what stands in them as the workbench's numbers (verification/page.py), while all other
numbers of own text are the writer's. Does not find or word figures (bound_words.py).
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from uso_lib.bound.grammar import GROUPS, MEASURES, VALUE
from uso_lib.bound.vocabulary import Figure, Vocabulary

#: Measure → the one whose line tells its time, or of how many municipalities there are data.
_BESIDE_WORDS = {"period": VALUE, "when": VALUE, "change_5y_from": "change_5y", "place": VALUE, "of": VALUE}
#: Where a bound cell carries what its figures are; nobody writes it to a file.
BOUND = "bound"
_TAG = re.compile(r"<[^<>]*>")

#: Indicator, measure, group, number: one of the numbers a figure shows.
Told = tuple[str, str, str, float | None]


@dataclass(frozen=True)
class BoundFigure:
    """Hold what stands in the place of a bound word.

    Parameters
    ----------
    word
        The word itself, by which the page names the figure.
    text
        As the page shows it.
    told
        The numbers it shows.
    period, decimals, mark
        The time of the municipality's figure, and how the number and its kind are told.
    """

    word: str
    text: str
    told: tuple[Told, ...] = ()
    period: str = ""
    decimals: int = 0
    mark: str = ""


@dataclass(frozen=True)
class BoundText:
    """Hold Markdown in which one character stands for every bound figure, and the figures.

    Parameters
    ----------
    source
        The characters are held by nothing else of the text.
    """

    source: str
    figures: Mapping[str, BoundFigure] = field(default_factory=dict)

    def on_page(self, shown: str) -> str:
        """Return finished HTML made of the text, or of a part of it, with the figures in their places."""
        if not self.figures:
            return shown
        tags = _TAG.findall(shown)
        texts = [self._filled(text, "<data{}>{}</data>") for text in _TAG.split(shown)]
        inside = [self._filled(tag, "") for tag in tags]
        return "".join(one for pair in zip(texts, [*inside, ""], strict=True) for one in pair)

    def plain(self, text: str) -> str:
        """Return a part of the text with the figures as text."""
        return "".join(self.figures[one].text if one in self.figures else one for one in text)

    def _filled(self, shown: str, element: str) -> str:
        """Fill HTML between tags; in an attribute, where no element can stand, with the text alone."""
        return "".join(_element(self.figures[one], element) if one in self.figures else one for one in shown)


def bound_figure(figure: Figure, vocabulary: Vocabulary | None) -> BoundFigure:
    """Return what page and proof need to know of a figure."""
    entry = vocabulary.words[figure.word.name] if vocabulary else {}
    told, period = tuple(told_by(figure, vocabulary)), str(entry.get("period", ""))
    mark = str(entry.get("mark", ""))
    return BoundFigure(str(figure.word), figure.text, told, period, figure.decimals, mark)


def told_by(figure: Figure, vocabulary: Vocabulary | None) -> list[Told]:
    """Return by what the proof finds the numbers of a figure: indicator, measure, group, number.

    A place says of how many municipalities there are data, as the group's mean does; a time is that of the
    figure or change it belongs to.
    """
    word = figure.word
    asked, group = MEASURES[word.measure], GROUPS.get(word.group, "municipality")
    measure = asked.told
    if measure == VALUE and word.group:
        measure = "own" if group == "country_own" else "mean"
    found = [(word.name, measure, group, None if figure.value is None else float(figure.value))]
    beside = _BESIDE_WORDS.get(word.measure)
    other = vocabulary.find(replace(word, measure=beside)) if vocabulary and beside else None
    return found + (told_by(other, None) if isinstance(other, Figure) else [])


def _element(figure: BoundFigure, element: str) -> str:
    text = html.escape(figure.text)
    return element.format(f' class="bound" value="{html.escape(figure.word)}"', text) if element else text


def bound_text(cell: Mapping[str, Any]) -> BoundText:
    """Return the text of a Markdown cell; without figures when nothing was bound in it."""
    held = cell["metadata"].get(BOUND)
    return held if isinstance(held, BoundText) else BoundText(str(cell["source"]))

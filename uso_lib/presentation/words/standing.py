"""Write the municipality's place among its peers and all municipalities, shared places and missing ones told.

Does not rank (analysis/comparison.py).
"""

from __future__ import annotations

from typing import Literal

from uso_lib.analysis.results import Comparison, GroupFigure
from uso_lib.presentation.words import chance, findings, finnish
from uso_lib.presentation.words.change_sentences import is_index_change
from uso_lib.presentation.words.phrasing import was

Ranked = Literal["peers", "country"]
RANKED: tuple[Ranked, ...] = ("peers", "country")
_EXTREMES = {"greatest": "suurin", "least": "pienin"}
_EXTREME_CHANGES = {"greatest": "voimakkainta", "least": "vähäisintä"}


def standing(comparison: Comparison, *, turn: int = 0) -> str:
    """Write the place among the peers and all municipalities; without a direction only an extreme."""
    peers = comparison.positions.get("peers")
    if peers is None:
        return _extreme(comparison)
    name, verb, place = comparison.municipality.name, was(comparison), _at_place(comparison, "peers")
    country = _at_place(comparison, "country")
    order = _order(comparison, turn)
    if order or turn % 2 == 0:
        whole = f" ja kaikkien kuntien joukossa {country}" if country else ""
        start = f"{order} {name} {verb} verrokkijoukossa" if order else f"Verrokkijoukossa {name} {verb}"
        return f"{start} {place}{whole}."
    whole = f", kaikkien kuntien joukossa {country}" if country else ""
    return f"{name} {verb} verrokkijoukossa {place}{whole}."


def place(comparison: Comparison, group: Ranked) -> str:
    """Write a place by itself: "sija 3/10", "jaettu sija 3/8, tieto 8 kunnasta 10:stä"; empty without one."""
    position = comparison.positions.get(group)
    if position is None:
        return ""
    shared = "jaettu " if position.tied > 1 else ""
    data = data_of(comparison, group)
    return f"{shared}sija {position.place}/{position.of}{f', {data}' if data else ''}"


def data_of(comparison: Comparison, group: Ranked) -> str:
    """Write of how many municipalities of a group there are data; empty when every one has."""
    figure = comparison.groups.get(group)
    return "" if figure is None else known(figure)


def known(figure: GroupFigure) -> str:
    """Write of how many of a group's municipalities there are data; empty when every one has."""
    if figure.with_data >= figure.members:
        return ""
    return f"tieto {figure.with_data} kunnasta {finnish.elative_number(figure.members)}"


def _at_place(comparison: Comparison, group: Ranked) -> str:
    """Write a place inside a sentence: "sijalla 7/10", "jaetulla sijalla 7/9 (tieto 9 kunnasta 10:stä)".

    Alone first or last among the peers is told in words, unless chance may have put the municipality there.
    """
    position, data = comparison.positions.get(group), data_of(comparison, group)
    if position is None:
        return ""
    words = f"{'jaetulla ' if position.tied > 1 else ''}sijalla {position.place}/{position.of}"
    alone = position.tied == 1 and position.place in {1, position.of}
    if alone and group == "peers" and chance.stands_out(comparison):
        end = "ensimmäisenä" if position.place == 1 else "viimeisenä"
        inside = f"{position.place}/{position.of}{f', {data}' if data else ''}"
        return f"{end} ({inside})"
    return f"{words} ({data})" if data else words


def _extreme(comparison: Comparison) -> str:
    """Write that a value without a good direction is the greatest or least of the peers; else nothing."""
    found, verb = findings.extreme(comparison), was(comparison)
    if found is None or findings.follows_size(comparison) or not chance.stands_out(comparison):
        return ""
    if is_index_change(comparison) and comparison.change is not None:
        grows = comparison.change.absolute > 0
        steepest = grows == (found == "greatest")
        noun, found = "Kasvu" if grows else "Väheneminen", "greatest" if steepest else "least"
        return f"{noun} {verb} verrokkijoukon {_EXTREME_CHANGES[found]}."
    return f"Luku {verb} verrokkijoukon {_EXTREMES[found]}."


def _order(comparison: Comparison, turn: int) -> str:
    """Return how the municipalities are ordered, where a reader could not guess what the first place means.

    A change told beside its level says that the change is ordered; where less is better, that the least
    comes first. Elsewhere the greatest comes first and nothing is said.
    """
    if comparison.indicator.formula == "change":
        return "Muutoksen mukaan järjestettynä"
    if comparison.indicator.direction != "down":
        return ""
    return "Kun pienin luku on ensimmäisenä," if turn % 2 else "Pienimmästä luvusta alkaen"

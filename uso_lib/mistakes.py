"""Say which name does not exist: in English for the command line, in one Finnish line for a notebook.

Does not look names up; whoever knows the valid ones asks here for the error to raise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from uso_lib.errors import UnknownName
from uso_lib.validation import did_you_mean, nearest

#: How many names one line lists, and how much of a wrong one it repeats.
MOST_NAMES, LONGEST_SHOWN = 8, 60

#: What a consultant can name in a notebook → its Finnish partitive and genitive.
_FINNISH = {
    "section": ("Osiota", "osion"),
    "theme": ("Teemaa", "teeman"),
    "row": ("Osiota", "osion"),
    "indicator": ("Tunnuslukua", "tunnusluvun"),
    "kind of figure": ("Kuvion lajia", "kuvion lajin"),
}


def unknown_name(
    word: object, kind: str, valid: Iterable[str], *, titles: Mapping[str, str] | None = None
) -> UnknownName:
    """Return the error that there is nothing of a kind with this name; it names the nearest.

    Parameters
    ----------
    kind
        In English, as a sentence needs it: "indicator".
    titles
        Finnish title → the name that was meant by whoever writes it.
    """
    words = list(valid)
    partitive, genitive = _FINNISH.get(kind, ("Nimeä", ""))
    if not isinstance(word, str):
        message = f'The name of the {kind} must be one text in quotes, such as "{words[0]}".'
        asked = f'Kirjoita yksi {genitive} nimi lainausmerkkeihin, esimerkiksi "{words[0]}".'
        return UnknownName(message, finnish=" ".join(asked.split()))
    written = word if len(word) <= LONGEST_SHOWN else f"{word[:LONGEST_SHOWN]}…"
    finnish = f"{partitive} ”{written}” ei ole. {suggestion(word, words, titles=titles)}"
    return UnknownName(f'There is no {kind} "{written}": {did_you_mean(word, words)}', finnish=finnish)


def suggestion(word: str, valid: Iterable[str], *, titles: Mapping[str, str] | None = None) -> str:
    """Return the nearest valid word as a Finnish sentence; without one, the first valid words."""
    words, meant = list(dict.fromkeys(valid)), titles or {}
    near = nearest(word, [*words, *meant])
    if near:
        return f"Lähin nimi: {meant.get(near, near)}."
    listed = ", ".join(words[:MOST_NAMES])
    return f"Nimiä: {listed}{' … Tab-näppäin näyttää loputkin.' if len(words) > MOST_NAMES else '.'}"

"""Say in Finnish who is at the ends of a row of municipalities, as their figures are printed.

Does not rank: which end is the better one is for the places to tell.
"""

from __future__ import annotations

from collections.abc import Sequence

from uso_lib.presentation.charts.series import as_float
from uso_lib.presentation.sections.records import Record, is_known
from uso_lib.presentation.words import finnish

#: When more municipalities share an end, one is named.
MOST_NAMED = 3
#: One, several.
_GREATEST, _LEAST = ("Suurin", "Suurimmat"), ("pienin", "pienimmät")


def extremes(rows: Sequence[Record], decimals: int) -> str:
    """Tell the greatest and the least value and who has them; several that print alike are all named.

    Parameters
    ----------
    rows
        With ``name`` and ``value``; rows without a value and a single one tell nothing.
    """
    known = [row for row in rows if is_known(row["value"])]
    if len(known) < 2:
        return ""
    values = [as_float(row["value"]) for row in known]
    texts = [finnish.number(value, decimals) for value in values]
    if len(set(texts)) == 1:
        return f"Kaikilla on sama luku, {texts[0]}."
    greatest, least = (finnish.number(end(values), decimals) for end in (max, min))
    names = [str(row["name"]) for row in known]
    told = [
        _end(words, [name for name, text in zip(names, texts, strict=True) if text == end], end)
        for words, end in ((_GREATEST, greatest), (_LEAST, least))
    ]
    return f"{told[0]}, {told[1]}."


def _end(words: tuple[str, str], names: list[str], text: str) -> str:
    """Write one end: "pienin Kihniö 3,0", "pienimmät Kihniö ja Pälkäne 3,0"."""
    one, several = words
    if len(names) > MOST_NAMED:
        return f"{several} muun muassa {names[0]} {text}"
    return f"{one if len(names) == 1 else several} {finnish.listing(names)} {text}"

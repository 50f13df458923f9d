"""Choose the small words of the sentences about one indicator: its name, short values, differences, tense.

Does not build sentences (narrative.py, change_sentences.py).
"""

from __future__ import annotations

from typing import Literal

from uso_lib.analysis.results import Comparison
from uso_lib.presentation.words import findings, finnish
from uso_lib.presentation.words.finnish import NBSP
from uso_lib.presentation.words.units import UNITS

Tense = Literal["past", "perfect", "future"]
FIVE_YEARS = 5.0
_GENITIVE_NUMERALS = (
    "", "yhden", "kahden", "kolmen", "neljän", "viiden", "kuuden", "seitsemän", "kahdeksan", "yhdeksän",
)  # fmt: skip


def subject(comparison: Comparison) -> str:
    """Return the indicator's name as it stands inside a sentence."""
    indicator = comparison.indicator
    return indicator.wording.subject if indicator.wording else lower_start(indicator.title)


def lower_start(title: str) -> str:
    """Lower the first letter of a title inside a sentence, unless it begins an abbreviation (HYTE, THL)."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def value(comparison: Comparison, amount: float | None) -> str:
    """Write a value with its unit: "9,9 %", "4 310 euroa asukasta kohti"."""
    return finnish.value_with_unit(amount, comparison.indicator.unit, comparison.indicator.decimals)


def signed_value(comparison: Comparison, amount: float | None) -> str:
    """Write a value with its sign and unit: "+1,2 ‰", "−35 henkilöä"."""
    return finnish.signed_with_unit(amount, comparison.indicator.unit, comparison.indicator.decimals)


def brief_value(comparison: Comparison, amount: float | None) -> str:
    """Write a value for parentheses: with % or €, otherwise without the unit the sentence already has."""
    unit, decimals = comparison.indicator.unit, comparison.indicator.decimals
    if unit in {"eur_per_capita", "eur"}:
        return f"{finnish.number(amount, decimals)}{NBSP}€"
    if UNITS[unit].symbol:
        return finnish.value_with_unit(amount, unit, decimals)
    return finnish.number(amount, decimals)


def plus(comparison: Comparison, amount: float | None) -> str:
    """Return a plus for a value above zero that stands beside negative figures, otherwise nothing."""
    above = amount is not None and amount > 0 and not finnish.is_zero(amount, comparison.indicator.decimals)
    return "+" if above and findings.is_signed(comparison) else ""


def signed_brief(comparison: Comparison, amount: float | None) -> str:
    """Write a value for parentheses, with a plus when it stands beside negative figures."""
    return f"{plus(comparison, amount)}{brief_value(comparison, amount)}"


def difference(comparison: Comparison, amount: float) -> str:
    """Write the size of a difference: "1,2 prosenttiyksikköä", "240 euroa", "3,4 pistettä"."""
    words, decimals = UNITS[comparison.indicator.unit].gap, comparison.indicator.decimals
    text = finnish.number(abs(amount), decimals)
    noun = words[0] if text == "1" else words[1]
    return f"{text}{NBSP}{noun}" if noun else text


def was(comparison: Comparison) -> str:
    """Return "oli" for old figures and "on" for fresh ones and projections."""
    return "oli" if findings.is_old(comparison) else "on"


def tense(comparison: Comparison) -> Tense:
    """Return the tense of a change: future for projections, past for old figures and for other spans."""
    if findings.is_projection(comparison):
        return "future"
    years = comparison.change.years if comparison.change else 0.0
    return "past" if findings.is_old(comparison) or years != FIVE_YEARS else "perfect"


def years_ago(age: int) -> str:
    """Write an age: "seitsemän vuoden takaa", "12 vuoden takaa"."""
    word = _GENITIVE_NUMERALS[age] if 0 < age < len(_GENITIVE_NUMERALS) else f"{age}"
    return f"{word} vuoden takaa"

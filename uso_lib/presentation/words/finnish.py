"""Write numbers, units, periods and lists the way Finnish text does.

Does not build sentences (narrative.py, alt_text.py) and does not know municipalities: their inflected names
come from the register (regions.py).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Literal

from uso_lib.presentation.words.units import UNITS

#: No-break space: between thousands and before %, € and other units.
NBSP = "\u00a0"
#: The real minus sign, as wide as the plus.
MINUS = "\u2212"
#: En dash: ranges, and the place of a missing number in a table.
DASH = "\u2013"
MISSING = "ei tietoa"
#: Confidence level of every interval, as an attribute: "95 %:n väli".
LEVEL = f"95{NBSP}%:n"

Style = Literal["text", "short"]
Case = Literal["partitive", "genitive", "elative", "illative"]
PeriodCase = Literal["plain", "inessive", "genitive", "elative", "illative", "short"]

_MISSING_WORDS = {"...": "salassa pidettävä", "/": "ei tietoa (kuntaliitos)"}
_MOST_RUNS = 6
_CASES: dict[str, int] = {"partitive": 1, "genitive": 2, "elative": 3, "illative": 4}
_VALUE_WORD: dict[str, str] = {
    "partitive": "", "genitive": "arvon ", "elative": "arvosta ", "illative": "arvoon ",
}  # fmt: skip
_MONTHS = (
    "tammikuu", "helmikuu", "maaliskuu", "huhtikuu", "toukokuu", "kesäkuu",
    "heinäkuu", "elokuu", "syyskuu", "lokakuu", "marraskuu", "joulukuu",
)  # fmt: skip
_MONTH_ENDINGS = {"plain": "", "inessive": "ssa", "genitive": "n", "elative": "sta", "illative": "hun"}
_YEAR_WORDS = {
    "plain": "", "inessive": "vuonna ", "genitive": "vuoden ", "elative": "vuodesta ", "illative": "vuoteen ",
}  # fmt: skip
_INESSIVE_NUMERALS = (
    "", "", "kahdessa", "kolmessa", "neljässä", "viidessä", "kuudessa", "seitsemässä",
    "kahdeksassa", "yhdeksässä", "kymmenessä",
)  # fmt: skip


def is_missing(value: float | None) -> bool:
    """Tell whether a value is missing (None or not a number)."""
    return value is None or not math.isfinite(value)


def number(value: float | None, decimals: int = 0) -> str:
    """Write a number with decimal comma, no-break space between thousands, real minus; halves away from zero.

    Parameters
    ----------
    value
        None and NaN give an en dash, the place of a missing number in a table.
    decimals
        Decimals shown. A value that rounds to zero is written without a sign.
    """
    return DASH if value is None or not math.isfinite(value) else _written(float(value), decimals)


@lru_cache(maxsize=16384)
def _written(value: float, decimals: int) -> str:
    # Fourteen significant digits first: 0.1 + 0.2 and means of such must round as the numbers a reader sees.
    rounded = Decimal(f"{value:.14g}").quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    sign = MINUS if rounded < 0 else ""
    return sign + f"{abs(rounded):,f}".replace(",", NBSP).replace(".", ",")


def missing_words(symbol: str) -> str:
    """Say in words why there is no number: by the producer's mark, "ei tietoa" for most of them."""
    return _MISSING_WORDS.get(symbol, MISSING)


def signed(value: float | None, decimals: int = 0) -> str:
    """Write a number with its sign: "+1,2", "−0,4"; a value that rounds to zero has none."""
    text = number(value, decimals)
    if value is None or not math.isfinite(value) or value < 0 or is_zero(value, decimals):
        return text
    return f"+{text}"


def is_zero(value: float, decimals: int) -> bool:
    """Tell whether the value is shown as zero with these decimals."""
    return not any(character in "123456789" for character in number(value, decimals))


def rounds_equal(first: float, second: float, decimals: int) -> bool:
    """Tell whether two values look the same with these decimals (so that no sentence says one is greater)."""
    return number(first, decimals) == number(second, decimals)


def value_with_unit(value: float | None, unit: str, decimals: int, *, style: Style = "text") -> str:
    """Write a value with its unit: "12,3 %", "1 henkilö", "4 310 euroa asukasta kohti".

    Parameters
    ----------
    style
        ``text`` for sentences, ``short`` for tables and labels ("4 310 €/as.").
    """
    if is_missing(value):
        return DASH if style == "short" else MISSING
    words, text = UNITS[unit], number(value, decimals)
    if style == "short":
        return _joined(text, words.short)
    if words.symbol:
        return _joined(text, words.symbol)
    return _joined(text, words.noun[0] if _is_one(text) else words.noun[1], words.tail)


def signed_with_unit(value: float | None, unit: str, decimals: int, *, style: Style = "text") -> str:
    """Write a value with sign and unit: "+1,2 %", "−35 henkilöä"; for net figures and relative changes."""
    plain = value_with_unit(value, unit, decimals, style=style)
    return plain.replace(number(value, decimals), signed(value, decimals), 1)


def inflected(value: float, unit: str, decimals: int, case: Case, *, tail: bool = True) -> str:
    """Write a value with its unit in a case: "12,3 prosentista", "8,4 prosenttiin", "21 467 henkilön".

    Numbers without a unit of their own take the word *arvo*: "arvosta 98,2 arvoon 104,0".

    Parameters
    ----------
    tail
        False leaves out what follows the noun: "4 310 eurosta", for the first of two values of a unit.
    """
    words, text = UNITS[unit], number(value, decimals)
    noun = words.noun[_CASES[case]]
    if not noun:
        return f"{_VALUE_WORD[case]}{_joined(text, words.tail if tail else '')}"
    if case == "partitive" and _is_one(text):
        noun = words.noun[0]
    co2 = "(CO₂-ekv.)" if unit in {"kt_co2e", "t_co2e_per_capita"} else ""
    return _joined(text, noun, *((co2, words.tail) if tail else ()))


def difference_with_unit(
    value: float | None, unit: str, decimals: int, *, style: Style = "text", sign: bool = False
) -> str:
    """Write a difference of two values: "1,3 prosenttiyksikköä", "120 euroa asukasta kohti"; "1,3 %-yks.".

    Parameters
    ----------
    sign
        False writes the magnitude, for "1,3 prosenttiyksikköä korkeampi"; True writes "+1,3" and "−1,3".
    """
    if value is None or not math.isfinite(value):
        return DASH if style == "short" else MISSING
    words = UNITS[unit]
    text = signed(value, decimals) if sign else number(abs(value), decimals)
    if style == "short":
        return _joined(text, words.gap[2])
    return _joined(text, words.gap[0] if _is_one(text) else words.gap[1], words.tail)


def unit_name(unit: str) -> str:
    """Name the unit under a title or beside an axis: "euroa asukasta kohti", "%"."""
    return UNITS[unit].axis


def unit_under(title: str, unit: str) -> str:
    """Name the unit under a title, without what the title already says; empty when it says it all.

    "Lainakanta asukasta kohti" → "euroa"; "Toimipaikat tuhatta asukasta kohti", "HYTE-kerroin" → "".
    """
    name = UNITS[unit].axis
    for tail in ("tuhatta asukasta kohti", "asukasta kohti"):
        if tail in title and name.endswith(tail):
            return name.removesuffix(tail).strip()
    return "" if name in title else name


def title_with_unit(title: str, unit: str) -> str:
    """Write a title and in brackets its unit, without what the title already says.

    "Lainakanta asukasta kohti (euroa)"; "Toimipaikat tuhatta asukasta kohti"; "Tuloerot (Gini-kerroin)
    (pistettä)".
    """
    name = UNITS[unit].axis
    for tail in ("tuhatta asukasta kohti", "asukasta kohti"):
        if tail in title and name.endswith(tail):
            name = name.removesuffix(tail).strip()
    if unit in {"index", "coefficient"} and name in title:
        name = "pistettä"
    return f"{title} ({name})" if name else title


def difference_unit_name(unit: str) -> str:
    """Name the unit of a difference: "prosenttiyksikköä", "euroa asukasta kohti"."""
    return " ".join(part for part in (UNITS[unit].gap[1], UNITS[unit].tail) if part)


def period(code: str, case: PeriodCase = "inessive") -> str:
    """Write a period: "vuonna 2025", "kesäkuussa 2026"; genitive "vuoden 2025"; plain "2025", "kesäkuu 2026".

    Parameters
    ----------
    code
        "2025" or "2026M06".
    case
        ``short`` writes "2025" and "6/2026", for axes and narrow table columns.
    """
    year, _, month = code.partition("M")
    if not month:
        return year if case == "short" else f"{_YEAR_WORDS[case]}{year}"
    if case == "short":
        return f"{int(month)}/{year}"
    return f"{_MONTHS[int(month) - 1]}{_MONTH_ENDINGS[case]}{NBSP}{year}"


def period_span(start: str, end: str, *, style: Style = "text") -> str:
    """Write a span of periods: "vuodesta 2020 vuoteen 2025"; short "2020–2025", "6/2021–6/2026"."""
    if style == "short":
        return f"{period(start, 'short')}{DASH}{period(end, 'short')}"
    return f"{period(start, 'elative')} {period(end, 'illative')}"


def covered(codes: Sequence[str]) -> str:
    """Write the periods a series covers: "2005–2019, 2025"; scattered or monthly ones by their ends."""
    if any("M" in code for code in codes):
        return (
            period_span(codes[0], codes[-1], style="short") if len(codes) > 1 else period(codes[0], "short")
        )
    runs: list[list[str]] = []
    for code in codes:
        if runs and int(code) - int(runs[-1][-1]) == 1:
            runs[-1].append(code)
        else:
            runs.append([code])
    if len(runs) > _MOST_RUNS:
        runs = [[codes[0], codes[-1]]]
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]}{DASH}{run[-1]}" for run in runs)


def during(start: str, end: str) -> str:
    """Write the years a series covers: "vuosina 2000–2020", "vuonna 2020" when they are the same year."""
    first, last = start[:4], end[:4]
    return f"vuonna {first}" if first == last else f"vuosina {first}{DASH}{last}"


def within_years(years: float) -> str:
    """Write a duration in the inessive: "vuodessa", "viidessä vuodessa", "12 vuodessa", "4,5 vuodessa"."""
    if not float(years).is_integer():
        return f"{number(years, 1)}{NBSP}vuodessa"
    whole = int(years)
    if whole == 1:
        return "vuodessa"
    if whole < len(_INESSIVE_NUMERALS):
        return f"{_INESSIVE_NUMERALS[whole]} vuodessa"
    return f"{whole}{NBSP}vuodessa"


def count(amount: int, singular: str, partitive: str) -> str:
    """Write a count with its noun in the right number: "1 kunta", "9 kuntaa"."""
    return f"{number(amount)}{NBSP}{singular if amount == 1 else partitive}"


def elative_number(amount: int) -> str:
    """Write a whole number in the elative by its reading: "10:stä", "308:sta", "12:sta"."""
    tens, rest = divmod(amount, 10)
    front = rest in {1, 4, 5, 7, 9} or (rest == 0 and tens % 10 != 0)  # yhdestä, neljästä … kymmenestä
    return f"{number(amount)}:{'stä' if front else 'sta'}"


def listing(items: Sequence[str], conjunction: str = "ja") -> str:
    """Write a list: "Kemi, Oulu ja Raahe"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {conjunction} {items[-1]}"


def sentence(text: str) -> str:
    """End a text with a full stop unless it ends with an abbreviation's."""
    return text if text.endswith(".") else f"{text}."


def sentence_start(text: str) -> str:
    """Raise the first letter and leave the rest: names and abbreviations keep their capitals."""
    return text[:1].upper() + text[1:]


def _joined(text: str, *parts: str) -> str:
    """Join a number and its unit with no-break spaces between the number and the first word only."""
    rest = " ".join(part for part in parts if part)
    if not rest:
        return text
    return f"{text}{NBSP}{rest}"


def _is_one(text: str) -> bool:
    """Tell whether the number is read as one, after which the noun stays in the nominative."""
    return text.lstrip("+" + MINUS) == "1"

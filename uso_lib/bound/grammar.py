"""Read what a consultant writes of figures: words, `{population:change_5y|verrokit}`, and their comparisons.

The vocabulary of measures, groups and comparisons is closed; nothing is evaluated. Does not know which
indicators there are (vocabulary.py) and finds nothing in a text (rendering.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

#: Which unit a measure is told in: the indicator's own, that of a difference, per cent, a count, a time.
Scale = Literal["own", "gap", "percent", "count", "time"]
Operator = Literal["<", ">", "<=", ">=", "=", "!="]

#: Group as written → what the results call it.
GROUPS: dict[str, str] = {
    "verrokit": "peers",
    "verkosto": "network",
    "maakunta": "region",
    "maa": "country",
    "koko_maa": "country_own",
}
#: Group as written → what it means.
GROUP_WORDS: dict[str, str] = {
    "verrokit": "verrokkien keskiarvo",
    "verkosto": "verkoston kuntien keskiarvo",
    "maakunta": "maakunnan kuntien keskiarvo",
    "maa": "Suomen kuntien keskiarvo",
    "koko_maa": "koko maan oma luku",
}
_ALL = ("", *GROUPS)


@dataclass(frozen=True)
class Measure:
    """Describe one measure that can be written after the colon.

    Parameters
    ----------
    title
        What it gives, in Finnish.
    told
        What the workbook calls the measure; empty where it is not a number of its own.
    groups
        The groups it can be asked of; "" is the municipality itself. The first one is meant when none is
        written.
    """

    title: str
    scale: Scale
    told: str
    groups: tuple[str, ...]


VALUE, BARE = "value", "number"
MEASURES: dict[str, Measure] = {
    VALUE: Measure("tuorein luku yksikköineen", "own", "value", _ALL),
    BARE: Measure("tuorein luku ilman yksikköä", "own", "value", _ALL),
    "period": Measure("luvun ajankohta lyhyesti: 2025 tai 6/2026", "time", "", ("",)),
    "when": Measure("ajankohta lauseessa: vuonna 2025, kesäkuussa 2026", "time", "", ("",)),
    "change_5y": Measure("muutos viidessä vuodessa, luvun yksikössä", "gap", "change", _ALL),
    "change_5y_pct": Measure("muutos viidessä vuodessa, prosenttia", "percent", "change_pct", _ALL),
    "change_5y_from": Measure("ajankohta, josta viiden vuoden muutos on laskettu", "time", "", ("",)),
    "change_1y": Measure("muutos edellisestä vuodesta, luvun yksikössä", "gap", "year_change", ("",)),
    "change_1y_pct": Measure("muutos edellisestä vuodesta, prosenttia", "percent", "year_change_pct", ("",)),
    "difference": Measure("kunnan luku miinus ryhmän luku", "gap", "difference", tuple(GROUPS)),
    "place": Measure(
        "sija verrokkien tai kaikkien kuntien joukossa", "count", "position", ("verrokit", "maa")
    ),
    "of": Measure("monenko kunnan joukossa sija on", "count", "position", ("verrokit", "maa")),
}

_WORD = re.compile(
    r"\s*(?P<name>[^\W\d_][\w-]*)\s*(?::\s*(?P<measure>[\w-]+)\s*)?(?:\\?\|\s*(?P<group>[\w-]+)\s*)?"
)
_AMBIGUOUS = re.compile(r"[+\-\u2212\u2013]?\s*[1-9]\d{0,2}[.,]\d{3}(?!\d)")
_OPERATOR = re.compile(r"<=|>=|!=|≤|≥|≠|==|=|<|>")
_SAME: dict[str, Operator] = {"≤": "<=", "≥": ">=", "≠": "!=", "==": "="}
_NUMBER = re.compile(
    r"\s*(?P<sign>[+\-\u2212\u2013])?\s*(?P<whole>\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d+)"
    r"(?:[.,](?P<part>\d+))?\s*(?P<unit>(?:[^\W\d_]|[%‰€/])[^<>=]*)?\s*"
)


@dataclass(frozen=True)
class Word:
    """Name one figure: an indicator, what of it, and of whom; both may be left empty."""

    name: str
    measure: str = ""
    group: str = ""

    def __str__(self) -> str:
        measure = f":{self.measure}" if self.measure else ""
        return f"{self.name}{measure}{f'|{self.group}' if self.group else ''}"


@dataclass(frozen=True)
class GroupAlone:
    """Name a group only: the other side's indicator and measure are meant."""

    group: str

    def __str__(self) -> str:
        return self.group


@dataclass(frozen=True)
class Number:
    """Hold a number as typed, with its unit when one was typed."""

    value: Decimal
    unit: str
    typed: str

    def __str__(self) -> str:
        return self.typed

    @property
    def is_ambiguous(self) -> bool:
        """Tell whether it may mean thousands or decimals: "5.674", "5,674"."""
        return bool(_AMBIGUOUS.match(self.typed))


Side = Word | GroupAlone | Number


@dataclass(frozen=True)
class Comparison:
    """Hold what a claim compares."""

    left: Side
    operator: Operator
    right: Side


def word(text: str) -> Word | None:
    """Read what stands between braces; None when it has not the form of a word."""
    found = _WORD.fullmatch(text)
    return Word(found["name"], found["measure"] or "", found["group"] or "") if found else None


def comparison(text: str) -> Comparison | None:
    """Read what stands after the double colon of a claim; None when it is no comparison of two sides."""
    operators = list(_OPERATOR.finditer(text))
    if len(operators) != 1:
        return None
    sign = operators[0]
    left, right = side(text[: sign.start()]), side(text[sign.end() :])
    if left is None or right is None:
        return None
    return Comparison(left, _SAME.get(sign[0], sign[0]), right)  # type: ignore[arg-type]


def has_operator(text: str) -> bool:
    """Tell whether a text compares something."""
    return bool(_OPERATOR.search(text))


def side(text: str) -> Side | None:
    """Read one side of a comparison: a group, a word (braces may stand around it), or a number."""
    plain = text.strip().removeprefix("{").removesuffix("}").strip()
    if plain in GROUPS:
        return GroupAlone(plain)
    return word(plain) or number(plain)


def number(text: str) -> Number | None:
    """Read a typed number: decimal comma or point, spaces between thousands, any minus, a unit after it."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    whole = re.sub(r"\s", "", found["whole"])
    value = Decimal(f"{whole}.{found['part'] or 0}")
    negative = bool(found["sign"]) and found["sign"] != "+"
    unit = " ".join((found["unit"] or "").split())
    return Number(-value if negative else value, unit, " ".join(text.split()))

"""The Finnish words of the units an indicator may be declared in.

Does not write numbers: finnish.py joins them with these words.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class UnitWords:
    """Give the Finnish words of a unit.

    Parameters
    ----------
    noun
        Nominative, partitive, genitive, elative, illative; all empty for a number without a unit.
    tail
        What follows the noun: "asukasta kohti".
    symbol
        How running text writes the unit after a number; empty: the noun and its tail.
    short
        How tables and labels write the unit after a number; empty: nothing.
    axis
        Name of the unit under a title or beside an axis.
    gap
        Nominative, partitive and short form of the unit of a difference.
    """

    noun: tuple[str, str, str, str, str]
    axis: str
    gap: tuple[str, str, str]
    tail: str = ""
    symbol: str = ""
    short: str = ""


_NONE = ("", "", "", "", "")
_PERSON = ("henkilö", "henkilöä", "henkilön", "henkilöstä", "henkilöön")
_EURO = ("euro", "euroa", "euron", "eurosta", "euroon")
_JOB = ("työpaikka", "työpaikkaa", "työpaikan", "työpaikasta", "työpaikkaan")
_SITE = ("toimipaikka", "toimipaikkaa", "toimipaikan", "toimipaikasta", "toimipaikkaan")
_FIRM = ("yritys", "yritystä", "yrityksen", "yrityksestä", "yritykseen")
_CRIME = ("rikos", "rikosta", "rikoksen", "rikoksesta", "rikokseen")
_PERCENT = ("prosentti", "prosenttia", "prosentin", "prosentista", "prosenttiin")
_PERMILLE = ("promille", "promillea", "promillen", "promillesta", "promilleen")
_POINT = ("piste", "pistettä", "pisteen", "pisteestä", "pisteeseen")
_KILOTONNE = ("kilotonni", "kilotonnia", "kilotonnin", "kilotonnista", "kilotonniin")
_TONNE = ("tonni", "tonnia", "tonnin", "tonnista", "tonniin")
_POINT_GAP = ("piste", "pistettä", "p.")
_UNIT_GAP = ("yksikkö", "yksikköä", "")
_PER_HEAD = "asukasta kohti"
_PER_1000 = "jokaista tuhatta asukasta kohti"


def _counted(noun: tuple[str, str, str, str, str], axis: str, short: str = "") -> UnitWords:
    return UnitWords(noun, axis, (noun[0], noun[1], short), short=short)


UNITS: dict[str, UnitWords] = {
    "persons": _counted(_PERSON, "henkilöä"),
    "jobs": _counted(_JOB, "työpaikkaa"),
    "establishments": _counted(_SITE, "toimipaikkaa"),
    "enterprises": _counted(_FIRM, "yritystä"),
    "offences": _counted(_CRIME, "rikosta"),
    "eur": UnitWords(_EURO, "euroa", ("euro", "euroa", "€"), short="€"),
    "eur_per_capita": UnitWords(
        _EURO, "euroa asukasta kohti", ("euro", "euroa", "€/as."), tail=_PER_HEAD, short="€/as."
    ),
    "pct": UnitWords(
        _PERCENT, "%", ("prosenttiyksikkö", "prosenttiyksikköä", "%-yks."), symbol="%", short="%"
    ),
    "permille": UnitWords(
        _PERMILLE, "‰", ("promilleyksikkö", "promilleyksikköä", "‰-yks."), symbol="‰", short="‰"
    ),
    "points": UnitWords(_POINT, "pistettä", _POINT_GAP),
    "coefficient": UnitWords(_NONE, "kerroin", _POINT_GAP),
    "index": UnitWords(_NONE, "indeksi", _POINT_GAP),
    "vktm": UnitWords(_NONE, "VKTM-indeksi", _POINT_GAP),
    "ratio": UnitWords(_NONE, "suhdeluku", _UNIT_GAP),
    "dependency": UnitWords(_NONE, "ei-työllisiä sataa työllistä kohti", _UNIT_GAP),
    "per_1000": UnitWords(
        _NONE, "tuhatta asukasta kohti", ("", "", "/ 1\u00a0000 as."), tail=_PER_1000,
        short="/ 1\u00a0000 as.",
    ),
    "kt_co2e": UnitWords(
        _KILOTONNE, "kilotonnia CO₂-ekvivalenttia", ("kilotonni", "kilotonnia", "kt"),
        symbol="kt CO₂-ekv.", short="kt",
    ),
    "t_co2e_per_capita": UnitWords(
        _TONNE, "tonnia CO₂-ekvivalenttia asukasta kohti", ("tonni", "tonnia", "t/as."),
        tail=_PER_HEAD, short="t/as.",
    ),
}  # fmt: skip

"""Write Finnish sentences about one indicator from its comparison object: level, groups, change, place.

Says only what the numbers say, never a cause. Does not choose indicators (row_narrative.py) and does not
compute.
"""

from __future__ import annotations

from uso_lib.analysis.results import Comparison
from uso_lib.presentation.once import once
from uso_lib.presentation.words import findings, finnish
from uso_lib.presentation.words.change_sentences import (
    change,
    development,
    index_change,
    is_index_change,
    record,
    trend,
)
from uso_lib.presentation.words.phrasing import (
    brief_value,
    difference,
    signed_brief,
    signed_value,
    subject,
    value,
    was,
)
from uso_lib.presentation.words.places import Group, in_group, municipality_words, to_group
from uso_lib.presentation.words.standing import standing
from uso_lib.presentation.words.units import UNITS

#: What is said of a value that carries a mark.
MARK_SENTENCES = {
    "*": "Luku on ennakkotieto.",
    "~": "Luku on laskettu yhdistyneiden kuntien tiedoista.",
}
_TIME_LAST = " {kausi}."
_TWO_NUMBERS = "{kausi} {arvo}"


def sentences(comparison: Comparison, *, turn: int = 0) -> tuple[str, ...]:
    """Write what one indicator says: level, comparison, change and gap, place.

    Parameters
    ----------
    turn
        Running number of the indicator in its section; neighbours get different sentence forms.

    Returns
    -------
    tuple of str
        Whole sentences in reading order; none when the municipality has no figure.
    """
    if comparison.missing:
        return ()
    found = [
        *level_and_groups(comparison, turn=turn),
        mark_sentence(comparison),
        change(comparison, turn=turn),
        trend(comparison),
        development(comparison) or record(comparison),
        standing(comparison, turn=turn),
    ]
    return tuple(filter(None, found))


def level(comparison: Comparison, *, time_first: bool = False) -> str:
    """Write the newest value in the indicator's own words: "Tornion väkiluku oli vuoden 2025 lopussa …".

    Figures around zero carry their sign, as the figures they are set beside do.

    Parameters
    ----------
    time_first
        Move a closing time to the front, so that the sentence can go on after the value.
    """
    if comparison.period is None or comparison.value is None:
        return ""
    wording = comparison.indicator.wording
    template = wording.level if wording else f"{{kunnan}} {subject(comparison)} oli {{kausi}} {{arvo}}."
    if template.endswith(_TIME_LAST) and time_first:
        template = "{kausi} " + template.removesuffix(_TIME_LAST) + "."
    if _TWO_NUMBERS in template:  # "vuonna 2025 11,1 %" is hard to read: the time goes first
        template = "{kausi} " + template.replace(_TWO_NUMBERS, "{arvo}")
    words = municipality_words(comparison.municipality) | {
        "kausi": finnish.period(comparison.period, "inessive"),
        "kauden": finnish.period(comparison.period, "genitive"),
        "arvo": _own_value(comparison),
    }
    text = template.format(**words).removesuffix(".")
    return finnish.sentence_start(finnish.sentence(text))


def level_and_groups(comparison: Comparison, *, turn: int = 0) -> tuple[str, ...]:
    """Write the level and, in the same or the next sentence, how it stands to the peers and the country."""
    parts, chance = _group_parts(comparison, adverbs=True), _within_chance(comparison)
    if findings.follows_size(comparison) or not (parts or chance):
        return (level(comparison),)
    if findings.is_signed(comparison):
        return (level(comparison), _beside_groups(comparison))
    if is_index_change(comparison):
        return (index_change(comparison),)
    first = level(comparison, time_first=turn % 2 == 0)
    if not parts:
        return (first, f"{finnish.sentence_start(chance)}.")
    ends_in_value = first.endswith(_value_end(comparison))
    if turn % 2 == 0 and ends_in_value and not _all_same(comparison):
        tail = f"; {chance}" if chance else ""
        body = first.removesuffix(_value_end(comparison)) + _own_value(comparison)
        return (f"{body}, mikä {was(comparison)} {_joined(parts)}{tail}.",)
    return (level(comparison), against_groups(comparison))


def against_groups(comparison: Comparison) -> str:
    """Write how the value stands to the peers' mean and the country, as a sentence of its own."""
    parts, country = _group_parts(comparison, adverbs=False), findings.country_group(comparison)
    chance = _within_chance(comparison)
    sides = {findings.relation(comparison, group) for group in ("peers", country) if group}
    if len(parts) > 1 and country is not None and sides in ({"above"}, {"below"}):
        whole = brief_value(comparison, comparison.groups[country].value)
        place = in_group(country, comparison.municipality)
        told = f"Luku {was(comparison)} {_joined(parts[:1])}; {place} se {was(comparison)} {whole}"
        return finnish.sentence(told)
    clauses = [f"Luku {was(comparison)} {_joined(parts)}"] if parts else []
    clauses += [chance] if chance else []
    return f"{finnish.sentence_start('; '.join(clauses))}." if clauses else ""


def mark_sentence(comparison: Comparison) -> str:
    """Write what the marks of the newest value mean: provisional, computed from merged municipalities."""
    return " ".join(text for mark, text in MARK_SENTENCES.items() if mark in comparison.symbol)


def basis(comparison: Comparison) -> str:
    """Write a row's basic quantity briefly: its level, what its mark means, its change and trend."""
    told = (level(comparison), mark_sentence(comparison), change(comparison), trend(comparison))
    return " ".join(filter(None, told))


def contrast(comparison: Comparison) -> str:
    """Write for a list: "työllisyysaste (70,1 % vuonna 2024, verrokeilla keskimäärin 66 %)"."""
    peers = comparison.groups.get("peers")
    mean = "" if peers is None else f", verrokeilla keskimäärin {signed_brief(comparison, peers.value)}"
    provisional = ", ennakkotieto" if "*" in comparison.symbol else ""
    return f"{subject(comparison)} ({_dated_value(comparison)}{mean}{provisional})"


def _dated_value(comparison: Comparison) -> str:
    """Write value and time, the unit too unless the name says it: "3,2 jokaista tuhatta asukasta kohti …"."""
    named = comparison.indicator.unit != "per_1000" or UNITS["per_1000"].axis in subject(comparison)
    own = (signed_brief if named else value)(comparison, comparison.value)
    return f"{own} {finnish.period(comparison.period or '', 'inessive')}"


def _own_value(comparison: Comparison) -> str:
    """Write the municipality's value, with its sign where it is told."""
    return (signed_value if is_told_signed(comparison) else value)(comparison, comparison.value)


@once
def is_told_signed(comparison: Comparison) -> bool:
    """Tell whether values are written with a sign: a balance, and what stands beside negative figures."""
    balance = findings.follows_size(comparison) and comparison.indicator.formula == "difference"
    return balance or findings.is_signed(comparison)


def _value_end(comparison: Comparison) -> str:
    return finnish.sentence(_own_value(comparison))


def _beside_groups(comparison: Comparison) -> str:
    """Write the groups' figures of a signed indicator: "more" and "less" would mislead around zero."""
    country = findings.country_group(comparison)
    peers = comparison.groups.get("peers")
    parts = [] if peers is None else [f"verrokeilla keskimäärin {signed_value(comparison, peers.value)}"]
    if country is not None:
        parts.append(
            f"{in_group(country, comparison.municipality)} "
            f"{signed_value(comparison, comparison.groups[country].value)}"
        )
    told = f"Vastaava luku {was(comparison)} {finnish.listing(parts)}"
    return finnish.sentence(told) if parts else ""


def _group_parts(comparison: Comparison, *, adverbs: bool) -> list[tuple[str, str]]:
    """Return (how it differs, from what) for the peers and the country; what chance may do is no part."""
    return [
        (_how(comparison, group, adverbs=adverbs), _from_what(comparison, group))
        for group in _compared(comparison)
        if findings.relation(comparison, group) not in {None, "chance"}
    ]


def _within_chance(comparison: Comparison) -> str:
    """Write which differences fit within chance variation, as a clause; empty when none does."""
    found = [
        f"{to_group(group)} ({brief_value(comparison, comparison.groups[group].value)})"
        for group in _compared(comparison)
        if findings.relation(comparison, group) == "chance"
    ]
    if not found:
        return ""
    noun, verb = ("ero", "mahtuu") if len(found) == 1 else ("erot", "mahtuvat")
    return f"{noun} {finnish.listing(found)} {verb} satunnaisvaihteluun"


@once
def _compared(comparison: Comparison) -> list[Group]:
    """Return the groups a sentence compares with: the peers and the country."""
    country = findings.country_group(comparison)
    return ["peers"] if country is None else ["peers", country]


def _how(comparison: Comparison, group: Group, *, adverbs: bool) -> str:
    """Write how the value differs from a group's: "1,2 prosenttiyksikköä enemmän", "lähes sama"."""
    side = findings.relation(comparison, group)
    if side == "same":
        return "lähes yhtä paljon" if adverbs else "lähes sama"
    wording = comparison.indicator.wording
    higher, lower = (wording.higher, wording.lower) if wording else ("suurempi", "pienempi")
    words = ("enemmän", "vähemmän") if adverbs else (higher, lower)
    amount = difference(comparison, findings.gap(comparison, group) or 0.0)
    return f"{amount} {words[0] if side == 'above' else words[1]}"


def _from_what(comparison: Comparison, group: Group) -> str:
    """Write what the value is compared with: "verrokeilla keskimäärin (9,9 %)"."""
    place = in_group(group, comparison.municipality)
    return f"{place} ({brief_value(comparison, comparison.groups[group].value)})"


def _joined(parts: list[tuple[str, str]]) -> str:
    """Join the comparisons: a repeated "how" is said once, opposite sides are set against each other."""
    if len(parts) == 1:
        return f"{parts[0][0]} kuin {parts[0][1]}"
    (how, first), (other_how, second) = parts
    if how == other_how:
        return f"{how} kuin {first} ja {second}"
    word = "ja" if how.rpartition(" ")[2] == other_how.rpartition(" ")[2] else "mutta"
    return f"{how} kuin {first} {word} {other_how} kuin {second}"


def _all_same(comparison: Comparison) -> bool:
    """Tell whether the value is almost the same as every group's it is said to differ from or be like."""
    sides = {findings.relation(comparison, group) for group in _compared(comparison)}
    return sides <= {"same", "chance", None}

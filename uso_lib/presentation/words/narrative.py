"""Write Finnish sentences about one indicator from its comparison object: level, groups, change, place.

Says only what the numbers say, never a cause. Does not choose indicators (row_narrative.py) and does not
compute.
"""

from __future__ import annotations

from uso_lib.analysis.results import Comparison, Position
from uso_lib.presentation.words import findings, finnish
from uso_lib.presentation.words.change_sentences import (
    change,
    development,
    index_change,
    is_index_change,
    record,
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
from uso_lib.presentation.words.places import Group, in_group, municipality_words

#: What is said of a value that carries a mark.
MARK_SENTENCES = {
    "*": "Luku on ennakkotieto.",
    "~": "Luku on laskettu yhdistyneiden kuntien tiedoista.",
}
_EXTREMES = {"greatest": "suurin", "least": "pienin"}
_EXTREME_CHANGES = {"greatest": "voimakkainta", "least": "vähäisintä"}
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
        MARK_SENTENCES.get(comparison.symbol, ""),
        change(comparison, turn=turn),
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
    return finnish.sentence_start(template.format(**words))


def level_and_groups(comparison: Comparison, *, turn: int = 0) -> tuple[str, ...]:
    """Write the level and, in the same or the next sentence, how it stands to the peers and the country."""
    parts = _group_parts(comparison, adverbs=True)
    if not parts or findings.follows_size(comparison):
        return (level(comparison),)
    if findings.is_signed(comparison):
        return (level(comparison), _beside_groups(comparison))
    if is_index_change(comparison):
        return (index_change(comparison),)
    first = level(comparison, time_first=turn % 2 == 0)
    ends_in_value = first.endswith(_value_end(comparison))
    if turn % 2 == 0 and ends_in_value and not _all_same(comparison):
        return (f"{first[:-1]}, mikä {was(comparison)} {_joined(parts)}.",)
    return (level(comparison), against_groups(comparison))


def against_groups(comparison: Comparison) -> str:
    """Write how the value stands to the peers' mean and the country, as a sentence of its own."""
    parts, country = _group_parts(comparison, adverbs=False), findings.country_group(comparison)
    sides = {findings.relation(comparison, group) for group in ("peers", country) if group}
    if len(parts) > 1 and country is not None and sides in ({"above"}, {"below"}):
        whole = brief_value(comparison, comparison.groups[country].value)
        place = in_group(country, comparison.municipality)
        return f"Luku {was(comparison)} {_joined(parts[:1])}; {place} se {was(comparison)} {whole}."
    return f"Luku {was(comparison)} {_joined(parts)}." if parts else ""


def standing(comparison: Comparison, *, turn: int = 0) -> str:
    """Write the place among the peers and all municipalities; without a direction only an extreme."""
    peers, country = comparison.positions.get("peers"), comparison.positions.get("country")
    verb = was(comparison)
    if peers is None:
        found = findings.extreme(comparison)
        if found is None or findings.follows_size(comparison):
            return ""
        if is_index_change(comparison) and comparison.change is not None:
            grows = comparison.change.absolute > 0
            steepest = grows == (found == "greatest")
            noun, found = "Kasvu" if grows else "Väheneminen", "greatest" if steepest else "least"
            return f"{noun} {verb} verrokkijoukon {_EXTREME_CHANGES[found]}."
        return f"Luku {verb} verrokkijoukon {_EXTREMES[found]}."
    name, place = comparison.municipality.name, _place(peers)
    if peers.tied == 1 and peers.place in {1, peers.of}:
        place = f"{'ensimmäisenä' if peers.place == 1 else 'viimeisenä'} ({peers.place}/{peers.of})"
    order = _order(comparison, turn)
    if order or turn % 2 == 0:
        whole = f" ja kaikkien kuntien joukossa {_place(country)}" if country else ""
        start = f"{order} {name} {verb} verrokkijoukossa" if order else f"Verrokkijoukossa {name} {verb}"
        return f"{start} {place}{whole}."
    whole = f", kaikkien kuntien joukossa {_place(country)}" if country else ""
    return f"{name} {verb} verrokkijoukossa {place}{whole}."


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


def basis(comparison: Comparison) -> str:
    """Write a row's basic quantity briefly: its level and its change."""
    return " ".join(filter(None, (level(comparison), change(comparison))))


def contrast(comparison: Comparison) -> str:
    """Write name, value and mean for a list: "työllisyysaste (70,1 %, verrokeilla keskimäärin 66 %)"."""
    peers = comparison.groups.get("peers")
    mean = "" if peers is None else f", verrokeilla keskimäärin {signed_brief(comparison, peers.value)}"
    return f"{subject(comparison)} ({signed_brief(comparison, comparison.value)}{mean})"


def _own_value(comparison: Comparison) -> str:
    """Write the municipality's value; a balance and what stands beside negative figures have their sign."""
    balance = findings.follows_size(comparison) and comparison.indicator.formula == "difference"
    signed = balance or findings.is_signed(comparison)
    return (signed_value if signed else value)(comparison, comparison.value)


def _value_end(comparison: Comparison) -> str:
    return f"{_own_value(comparison)}."


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
    return f"Vastaava luku {was(comparison)} {finnish.listing(parts)}." if parts else ""


def _group_parts(comparison: Comparison, *, adverbs: bool) -> list[tuple[str, str]]:
    """Return (how it differs, from what) for the peers and for the country."""
    country = findings.country_group(comparison)
    groups: list[Group] = ["peers"] if country is None else ["peers", country]
    return [
        (_how(comparison, group, adverbs=adverbs), _from_what(comparison, group))
        for group in groups
        if findings.relation(comparison, group) is not None
    ]


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
    """Tell whether the value is almost the same as every group's it is compared with."""
    country = findings.country_group(comparison)
    sides = {findings.relation(comparison, "peers"), country and findings.relation(comparison, country)}
    return sides <= {"same", None}


def _place(position: Position) -> str:
    """Write a place: "sijalla 7/10", shared "jaetulla sijalla 7/10"."""
    shared = "jaetulla " if position.tied > 1 else ""
    return f"{shared}sijalla {position.place}/{position.of}"

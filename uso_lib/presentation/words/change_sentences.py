"""Write how one indicator has changed, beside its peers, and how the gap to them has developed.

Does not write levels and places (narrative.py) and does not compute.
"""

from __future__ import annotations

from uso_lib.analysis.results import Comparison
from uso_lib.presentation.words import chance, findings, finnish
from uso_lib.presentation.words.findings import ToldChange
from uso_lib.presentation.words.phrasing import (
    Tense,
    brief_value,
    difference,
    signed_value,
    subject,
    tense,
    value,
    was,
)

#: Units whose values rise and fall; the others grow and shrink.
RISING_UNITS = frozenset(
    {"pct", "permille", "points", "index", "ratio", "coefficient", "dependency", "vktm", "per_1000"}
)
#: (rising unit, upwards) → past, participle, future.
_VERBS: dict[tuple[bool, bool], dict[Tense, str]] = {
    (True, True): {"past": "nousi", "perfect": "noussut", "future": "nousee"},
    (True, False): {"past": "laski", "perfect": "laskenut", "future": "laskee"},
    (False, True): {"past": "kasvoi", "perfect": "kasvanut", "future": "kasvaa"},
    (False, False): {"past": "pieneni", "perfect": "pienentynyt", "future": "pienenee"},
}
#: Direction of a tested trend → what it is called.
TRENDS = {"rising": "nouseva", "falling": "laskeva"}
_FLAT: dict[Tense, str] = {"past": "pysyi", "perfect": "pysynyt", "future": "pysyy"}


def change(comparison: Comparison, *, turn: int = 0) -> str:
    """Write the change over the period beside the peers' change; signed figures name their earlier value.

    So do figures whose change chance may explain: it is not called a rise or a fall.
    """
    if comparison.change is None or told_as_level(comparison):
        return ""
    told = findings.told_change(comparison)
    if told is None or chance.is_untold_balance(comparison):
        return _earlier_value(comparison)
    if not told.flat and chance.change_may_be_chance(comparison):
        return _by_chance(comparison, turn)
    now, lead, name = tense(comparison), _lead(comparison), subject(comparison)
    verb, amount = _clause(comparison, told.own, told, now)
    words = [name, f"on {lead} {verb}", amount] if now == "perfect" else [name, verb, amount, lead]
    if turn % 3 != 1:
        words = [lead, name, f"on {verb}" if now == "perfect" else verb, amount]
    own = finnish.sentence_start(" ".join(filter(None, words)))
    return f"{own}{_beside_peers(comparison, told, now)}{_country(comparison, told, now)}."


def development(comparison: Comparison) -> str:
    """Write how the gap to the peers' mean has developed since the start; empty when it has not."""
    found, start = findings.gap_development(comparison), comparison.change
    if found is None or start is None or findings.is_projection(comparison):
        return ""
    if not chance.stands_out(comparison) or chance.gap_may_be_chance(comparison):
        return ""  # chance may explain the whole gap, or how it has moved
    if told_as_level(comparison) or (findings.is_signed(comparison) and found in {"opened", "crossed"}):
        return ""  # the sentence before has said it in numbers
    told = findings.told_change(comparison)
    if found in {"widened", "narrowed"} and told is not None and told.as_peers:
        return ""  # "about as much as the peers" would be contradicted
    year = finnish.sentence_start(finnish.period(start.start))
    side = "alapuolella" if findings.relation(comparison, "peers") == "above" else "yläpuolella"
    past = findings.is_old(comparison)
    return {
        "widened": f"Ero verrokkien keskiarvoon {'kasvoi' if past else 'on kasvanut'}.",
        "narrowed": f"Ero verrokkien keskiarvoon {'kaventui' if past else 'on kaventunut'}.",
        "closed": f"Ero verrokkien keskiarvoon {'supistui' if past else 'on supistunut'} lähes "
        "olemattomaksi.",
        "opened": f"{year} luku oli vielä lähes sama kuin verrokeilla keskimäärin.",
        "crossed": f"{year} luku oli vielä verrokkien keskiarvon {side}.",
    }[found]


def record(comparison: Comparison) -> str:
    """Write that the newest value is the highest or lowest of its series; empty when it is neither."""
    found = findings.record(comparison)
    if found is None or findings.is_projection(comparison):
        return ""
    word = "suurin" if found[0] == "highest" else "pienin"
    span = finnish.period_span(found[1], str(comparison.period), style="short")
    return f"Luku {was(comparison)} vuosien {span} {word}."


def trend(comparison: Comparison) -> str:
    """Write that the newest figures rise or fall by the declared test; empty when the test finds nothing."""
    found = comparison.trend
    if found is None or found.direction == "none":
        return ""
    span = finnish.period_span(found.start, found.end, style="short")
    verb = "oli" if findings.is_old(comparison) else "on ollut"
    return (
        f"Viiden viimeisen tiedon perusteella suunta {verb} tilastollisesti selvästi "
        f"{TRENDS[found.direction]} ({span})."
    )


def told_as_level(comparison: Comparison) -> bool:
    """Tell whether the level already is the change: an index counted from its base, a change in per cent."""
    indicator, span = comparison.indicator, comparison.change
    return indicator.formula == "change" or (
        indicator.formula == "index" and span is not None and span.start == indicator.base
    )


def is_index_change(comparison: Comparison) -> bool:
    """Tell whether the figure is an index whose base is the start of the change: it is told as a change."""
    return comparison.indicator.formula == "index" and told_as_level(comparison)


def index_change(comparison: Comparison) -> str:
    """Write an index as what it means: how many per cent the amount changes from the base year.

    The points of an index counted from its base are per cent of the base: "Tornion 85 vuotta täyttäneiden
    määrä kasvaa ennusteen mukaan 120,7 % vuodesta 2024 vuoteen 2040, verrokeilla keskimäärin 99,1 % …".
    """
    span = comparison.change
    if span is None:
        return ""
    peers, country = comparison.groups.get("peers"), comparison.groups.get("country_own")
    now, decimals = tense(comparison), comparison.indicator.decimals
    now = "past" if now == "perfect" else now  # the years are named
    told = ToldChange(
        span.absolute,
        peers.change if peers else None,
        country.change if country else None,
        relative=True,
        similar=findings.SIMILAR_PCT,
        least=findings.SIMILAR_PCT,
        decimals=decimals,
    )
    verb, amount = _clause(comparison, told.own, told, now)
    projected = " ennusteen mukaan" if now == "future" else ""
    whose = f"{comparison.municipality.genitive} {subject(comparison)}"
    start = f"{whose} {verb}{projected} {amount} {_lead(comparison)}"
    return f"{start}{_beside_peers(comparison, told, now)}{_country(comparison, told, now)}."


def _lead(comparison: Comparison) -> str:
    """Return the time of the change: "viidessä vuodessa" for fresh five-year changes, otherwise the years."""
    span = comparison.change
    if span is None:
        return ""
    if tense(comparison) == "perfect":
        return finnish.within_years(span.years)
    return finnish.period_span(span.start, span.end)


def _clause(comparison: Comparison, amount: float, told: ToldChange, now: Tense) -> tuple[str, str]:
    """Return the verb of a change and its size: "noussut", "1,2 prosenttiyksikköä"."""
    if abs(amount) < told.least:
        return _FLAT[now], "lähes ennallaan"
    rises = comparison.indicator.unit in RISING_UNITS and not is_index_change(comparison)
    verb = _VERBS[(rises, amount > 0)][now]
    return verb, _amount(comparison, amount, told)


def _beside_peers(comparison: Comparison, told: ToldChange, now: Tense) -> str:
    """Write the peers' change after the own one: same direction, about as much, or the other way."""
    if told.peers is None:
        return ""
    flat = abs(told.peers) < told.least
    verb, amount = _clause(comparison, told.peers, told, now)
    if told.as_peers:
        return "" if flat else f", suunnilleen yhtä paljon kuin verrokeilla keskimäärin ({amount})"
    if not flat and not told.flat and (told.peers > 0) == (told.own > 0):
        return f", verrokeilla keskimäärin {amount}"
    clause = f"on keskimäärin {verb}" if now == "perfect" else f"{verb} keskimäärin"
    return f", kun se verrokeilla {clause} {amount}"


def _country(comparison: Comparison, told: ToldChange, now: Tense) -> str:
    """Write the whole country's change of an amount, whose level is not compared."""
    levels_compared = not (findings.follows_size(comparison) or is_index_change(comparison))
    if told.country is None or levels_compared:
        return ""
    verb, amount = _clause(comparison, told.country, told, now)
    return f"; koko maassa se {f'on {verb}' if now == 'perfect' else verb} {amount}"


def _amount(comparison: Comparison, amount: float, told: ToldChange) -> str:
    """Write the size of a change: per cent, or a difference in the indicator's unit."""
    if told.relative:
        return finnish.value_with_unit(abs(amount), "pct", told.decimals)
    return difference(comparison, amount)


def _by_chance(comparison: Comparison, turn: int) -> str:
    """Write the value at the start of a change that chance may explain: the newest has been told."""
    span = comparison.change
    if span is None:
        return ""
    if turn % 3 == 1:
        when = finnish.period(span.start, "genitive")
        told = f"Muutos {when} luvusta ({brief_value(comparison, span.start_value)})"
        return f"{told} mahtuu satunnaisvaihteluun."
    when = finnish.sentence_start(finnish.period(span.start))
    return f"{when} luku oli {value(comparison, span.start_value)}; muutos mahtuu satunnaisvaihteluun."


def _earlier_value(comparison: Comparison) -> str:
    """Write the value at the start of the period, for figures whose rise or fall would mislead."""
    found, span = findings.start_values(comparison), comparison.change
    if found is None or span is None:
        return ""
    own, peers = found
    mean = ""
    if peers is not None and not findings.follows_size(comparison):
        mean = f" ja verrokeilla keskimäärin {signed_value(comparison, peers)}"
    when = finnish.sentence_start(finnish.period(span.start))
    return finnish.sentence(f"{when} luku oli {signed_value(comparison, own)}{mean}")

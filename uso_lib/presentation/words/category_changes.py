"""Write one Finnish sentence on the categories that grow and shrink most.

Categories either grow themselves ("85–99-vuotiaat") or something declared grows in them ("lähtömuutto kasvoi
alle 20-vuotiailla"). Does not choose what is told (category_narrative.py).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from uso_lib.analysis.results import BreakdownResult
from uso_lib.presentation.once import once
from uso_lib.presentation.sections.records import is_known, table_lines
from uso_lib.presentation.words import findings, finnish
from uso_lib.presentation.words.phrasing import lower_start

#: Dimension of a breakdown → what its categories are called: one, several, in one, of several, in all.
CATEGORY_NOUNS = {
    "age": ("ikäryhmä", "ikäryhmät", "ikäryhmässä", "ikäryhmien", "kaikissa ikäryhmissä"),
    "industry": ("toimiala", "toimialat", "toimialalla", "toimialojen", "kaikilla toimialoilla"),
    "sector": (
        "päästölähde",
        "päästölähteet",
        "päästölähteessä",
        "päästölähteiden",
        "kaikissa päästölähteissä",
    ),
    "offence": ("rikosryhmä", "rikosryhmät", "rikosryhmässä", "rikosryhmien", "kaikissa rikosryhmissä"),
    "iccs": ("rikosryhmä", "rikosryhmät", "rikosryhmässä", "rikosryhmien", "kaikissa rikosryhmissä"),
}
_PLAIN_NOUNS = ("ryhmä", "ryhmät", "ryhmässä", "ryhmien", "kaikissa ryhmissä")
#: The same of which the greatest is told.
_AMONG = {
    "age": "ikäryhmistä",
    "industry": "toimialoista",
    "sector": "päästölähteistä",
    "offence": "rikosryhmistä",
    "iccs": "rikosryhmistä",
}
#: (projection, several) → verbs of shrinking, growing and staying.
_VERBS = {
    (True, False): ("pienenee", "kasvaa", "pysyy"),
    (True, True): ("pienenevät", "kasvavat", "pysyvät"),
    (False, False): ("pieneni", "kasvoi", "pysyi"),
    (False, True): ("pienenivät", "kasvoivat", "pysyivät"),
}
#: Units whose whole numbers are rounded measurements: a change of them has no decimals in per cent.
MEASURED_UNITS = frozenset({"kt_co2e"})
#: Whole numbers that add up to less than this are told without decimals, rounded ones without per cent.
LEAST_TOTAL = 100
#: Categories smaller than this (persons, jobs) do not count as the one that grows or shrinks most.
LEAST_BASE = 20


@dataclass(frozen=True)
class CategoryChange:
    """Give the change of one category between the first and last period of a breakdown."""

    category: str
    title: str
    start: float
    absolute: float
    pct: float


@once
def category_changes(result: BreakdownResult) -> Sequence[CategoryChange]:
    """Return every category's change from the first to the last period; none for one period or for shares."""
    if result.period is None or result.breakdown.formula != "level":
        return []
    first, last = category_span(result)
    if first == last:
        return []
    titles = {str(line["category"]): str(line["title"]) for line in reversed(table_lines(result))}
    starts, ends = _values(result, first), _values(result, last)
    return [
        CategoryChange(
            category, titles[category], start, ends[category] - start, _growth(start, ends[category])
        )
        for category, start in starts.items()
        if category in ends and start > 0
    ]


@once
def category_span(result: BreakdownResult) -> tuple[str, str]:
    """Return the first and last period of a breakdown."""
    return min(str(line["period"]) for line in table_lines(result)), str(result.period)


def pct_decimals(result: BreakdownResult) -> int:
    """Return the decimals of a change in per cent; none where whole numbers are rounded measurements."""
    return 0 if _is_rounded(result) else findings.PCT_DECIMALS


def nouns(result: BreakdownResult) -> tuple[str, str, str, str, str]:
    """Return what the categories of a breakdown are called."""
    return CATEGORY_NOUNS.get(result.breakdown.dimension or "", _PLAIN_NOUNS)


def changes_sentence(result: BreakdownResult, *, titled: bool) -> str:
    """Write the category that grows and the one that shrinks most, in per cent; nothing for fewer than two.

    Parameters
    ----------
    titled
        Whether the breakdown is named first; where a subject is declared, that names it.
    """
    every = category_changes(result)
    changes = [one for one in every if one.start >= LEAST_BASE]
    if len(changes) < 2 or _too_small(result, every):  # one category is no contrast
        return ""
    most, least = max(changes, key=lambda one: one.pct), min(changes, key=lambda one: one.pct)
    whole = len(changes) == len(every)
    among = _among(result, most, least)
    if result.breakdown.subject:
        return _of_subject(result, result.breakdown.subject, most, least, whole=whole, among=among)
    lead = f"{_lead(result)} {among}".strip()
    lead = f"{result.breakdown.title}: {lead}" if titled else lead
    told = _of_categories(result, most, least, whole=whole, among=among)
    return f"{finnish.sentence_start(lead)} {told}." if told else ""


def _of_categories(
    result: BreakdownResult, most: CategoryChange, least: CategoryChange, *, whole: bool, among: str
) -> str:
    """Write which categories grow and shrink most; the most and the least moving one when all move one way.

    Parameters
    ----------
    whole
        Whether no category was too small to be told: only then "all" is said.
    among
        Of which categories that is said, when a smaller one moves farther; then no least moving one is told.
    """
    shrinks, grows, stays = _VERBS[_future(result), False]
    all_shrink, all_grow, all_stay = _VERBS[_future(result), True]
    high, low, several = _sign(most), _sign(least), nouns(result)[1]
    if high == low == 0:
        return f"kaikki {several} {all_stay} lähes ennallaan" if whole else ""
    if high * low < 0:
        first, second = _group(most, result), _group(least, result)
        return f"suhteellisesti eniten {grows} {first} ja eniten {shrinks} {second}"
    far, near = (most, least) if high > 0 else (least, most)
    if high * low == 0:
        still = f"{_group(near, result)} {stays} lähes ennallaan"
        return f"suhteellisesti eniten {grows if high > 0 else shrinks} {_group(far, result)}, ja {still}"
    if whole:
        verb = all_grow if high > 0 else all_shrink
        ends = f"suhteellisesti eniten {_named(far, result)} ja vähiten {_named(near, result)}"
        return f"kaikki {several} {verb}, {ends}"
    verb = grows if high > 0 else shrinks
    nearest = "" if among else f" ja vähiten {_named(near, result)}"
    return f"suhteellisesti eniten {verb} {_group(far, result)}{nearest}"


def _of_subject(
    result: BreakdownResult,
    subject: str,
    most: CategoryChange,
    least: CategoryChange,
    *,
    whole: bool,
    among: str,
) -> str:
    """Write in which categories the subject grows and shrinks most."""
    several = any(word.endswith("t") for word in subject.split())
    shrinks, grows, stays = _VERBS[_future(result), several]
    high, low, everywhere = _sign(most), _sign(least), nouns(result)[4]
    start, when = finnish.sentence_start(subject), f"{_lead(result)} {among}".strip()
    if high == low == 0:
        return f"{start} {stays} {when} lähes ennallaan {everywhere}." if whole else ""
    far, near = (_named(one, result) for one in ((most, least) if high > 0 else (least, most)))
    verb = grows if high > 0 else shrinks
    if high * low < 0:
        return f"{start} {grows} {when} suhteellisesti eniten {far} ja {shrinks} eniten {near}."
    if high * low == 0:
        them = "ne" if several else "se"
        return f"{start} {verb} {when} suhteellisesti eniten {far}; {near} {them} {stays} lähes ennallaan."
    ends = f"suhteellisesti eniten {far}" if among else f"suhteellisesti eniten {far} ja vähiten {near}"
    return f"{start} {verb} {when} {everywhere}, {ends}." if whole else f"{start} {verb} {when} {ends}."


def least_size(unit: str) -> str:
    """Write how great a category must be to be told: "vähintään 20 henkilön"."""
    return f"vähintään {finnish.inflected(LEAST_BASE, unit, 0, 'genitive')}"


def _among(result: BreakdownResult, most: CategoryChange, least: CategoryChange) -> str:
    """Return the words for the categories told when one too small to be told moves beyond them, else none."""
    starts, ends = (_values(result, period) for period in category_span(result))
    small = [(start, ends[one]) for one, start in starts.items() if start < LEAST_BASE and one in ends]
    if not any(_growth(*both) > most.pct or _growth(*both) < least.pct for both in small):
        return ""
    noun = _AMONG.get(result.breakdown.dimension or "", "ryhmistä")
    return f"{least_size(result.breakdown.unit)} {noun}"


def _values(result: BreakdownResult, period: str) -> dict[str, float]:
    """Return category → value in a period, of those that have one and without their total, in order."""
    return {
        str(line["category"]): float(line["value"])
        for line in table_lines(result)
        if line["period"] == period and is_known(line["value"]) and line["category"] != result.breakdown.total
    }


def _growth(start: float, end: float) -> float:
    """Return a change in per cent: infinite from nothing, not a number where nothing stays nothing."""
    if start:
        return (end / start - 1) * 100
    return math.copysign(math.inf, end) if end else math.nan


def _group(change: CategoryChange, result: BreakdownResult) -> str:
    """Write a category as the group that grows: "ikäryhmä 7–15-vuotiaat (…)", "kotihoidon ikäryhmä (…)"."""
    named = _named(change, result)
    return named if _declared(change, result) else f"{nouns(result)[0]} {named}"


def _named(change: CategoryChange, result: BreakdownResult) -> str:
    """Write a category with its change: "85–99-vuotiaat (+45,1 %, +320 henkilöä)".

    A name that ends in brackets takes the change into them: "kotihoidon ikäryhmä (75–99 v.: +39,4 %, …)".
    """
    amount = finnish.signed_with_unit(change.absolute, result.breakdown.unit, result.breakdown.decimals)
    pct = finnish.signed_with_unit(change.pct, "pct", pct_decimals(result))
    name, told = _declared(change, result) or lower_start(change.title), f"{pct}, {amount}"
    return f"{name[:-1]}: {told})" if name.endswith(")") else f"{name} ({told})"


def _declared(change: CategoryChange, result: BreakdownResult) -> str:
    """Return what a category is declared to be called in a sentence; empty for its title."""
    names = {one.id: one.named for one in result.breakdown.categories}
    return names.get(change.category) or ""


def _lead(result: BreakdownResult) -> str:
    span = finnish.period_span(*category_span(result))
    return f"ennusteen mukaan {span}" if _future(result) else span


def _future(result: BreakdownResult) -> bool:
    return findings.is_projection(result)


def _sign(change: CategoryChange) -> int:
    """Return the direction of a change as it is told; one below half a per cent has none."""
    return 0 if abs(change.pct) < findings.SIMILAR_PCT else (1 if change.pct > 0 else -1)


def _is_rounded(result: BreakdownResult) -> bool:
    return result.breakdown.decimals == 0 and result.breakdown.unit in MEASURED_UNITS


def _too_small(result: BreakdownResult, changes: Sequence[CategoryChange]) -> bool:
    """Tell whether the measurements are so small that their rounding shows in the changes."""
    totals = sum(one.start for one in changes), sum(one.start + one.absolute for one in changes)
    return _is_rounded(result) and min(totals) < LEAST_TOTAL

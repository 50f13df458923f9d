"""Write Finnish sentences about categories: what grows and shrinks most, what differs most from the country.

Says only what the numbers say; the derived numbers it tells are listed by detail_numbers.py from the same
functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from uso_lib.analysis.results import BreakdownResult
from uso_lib.presentation.sections.records import Record, records
from uso_lib.presentation.words import findings, finnish
from uso_lib.presentation.words.phrasing import lower_start

#: Dimension of a breakdown → what its categories are called: one, several, in one, of several.
CATEGORY_NOUNS = {
    "age": ("ikäryhmä", "ikäryhmät", "ikäryhmässä", "ikäryhmien"),
    "industry": ("toimiala", "toimialat", "toimialalla", "toimialojen"),
    "sector": ("päästölähde", "päästölähteet", "päästölähteessä", "päästölähteiden"),
    "offence": ("rikosryhmä", "rikosryhmät", "rikosryhmässä", "rikosryhmien"),
    "iccs": ("rikosryhmä", "rikosryhmät", "rikosryhmässä", "rikosryhmien"),
}
#: Whether the figures are a projection → verbs of shrinking and growing, of one and of all.
_VERBS = {
    True: ("pienenee", "kasvaa", "pienenevät", "kasvavat"),
    False: ("pieneni", "kasvoi", "pienenivät", "kasvoivat"),
}
_PLAIN_NOUNS = ("ryhmä", "ryhmät", "ryhmässä", "ryhmien")
#: Categories smaller than this (persons, jobs) do not count as the one that grows or shrinks most.
LEAST_BASE = 20
#: A breakdown with more categories is read as a picture (a pyramid), not told.
MOST_CATEGORIES = 16
#: Shares nearer than this to the country's (percentage points) are no contrast.
LEAST_CONTRAST_PCT = 1.0
#: Categories that hold what could not be classified.
UNKNOWN = frozenset({"unknown", "tuntematon"})


@dataclass(frozen=True)
class CategoryChange:
    """Give the change of one category between the first and last period of a breakdown."""

    category: str
    title: str
    start: float
    absolute: float
    pct: float


def breakdown_sentences(results: Sequence[BreakdownResult]) -> tuple[str, ...]:
    """Write the strongest categories of a row; of several breakdowns into shares only the most detailed."""
    told = [one for one in results if not one.missing and len(one.breakdown.categories) <= MOST_CATEGORIES]
    changing = [one for one in told if category_changes(one)]
    shares = [one for one in told if one.breakdown.formula == "share"]
    sentences = [_changes_sentence(one, titled=len(changing) > 1) for one in changing]
    if shares:
        detailed = max(shares, key=lambda one: len(one.breakdown.categories))
        sentences.append(_contrast_sentence(detailed) or _greatest_sentence(detailed))
    if not any(sentences) and told:
        sentences = [_greatest_sentence(told[0])]
    return tuple(filter(None, sentences))


def category_changes(result: BreakdownResult) -> list[CategoryChange]:
    """Return every category's change from the first to the last period; none for one period or for shares."""
    frame, period = result.table, result.period
    if period is None or result.breakdown.formula != "level" or str(frame["period"].min()) == period:
        return []
    first = str(frame["period"].min())
    found = []
    for category, lines in frame.groupby("category", sort=False):
        ends = lines.set_index("period")["value"].astype(float).reindex([first, period])
        start, end = float(ends.iloc[0]), float(ends.iloc[1])
        if ends.notna().all() and start > 0 and category != result.breakdown.total:
            title = str(lines["title"].iloc[0])
            found.append(CategoryChange(str(category), title, start, end - start, (end / start - 1) * 100))
    return found


def category_span(result: BreakdownResult) -> tuple[str, str]:
    """Return the first and last period of a breakdown."""
    return str(result.table["period"].min()), str(result.period)


def category_shares(result: BreakdownResult) -> dict[str, float]:
    """Return each category's share (%) of the sum in the newest period; empty unless all are known."""
    newest = _newest(result)
    newest = newest[newest["category"] != result.breakdown.total]
    values = newest["value"].astype(float)
    if values.isna().any() or values.sum() <= 0 or (values < 0).any():
        return {}
    return dict(zip(newest["category"].astype(str), values / values.sum() * 100, strict=True))


def _changes_sentence(result: BreakdownResult, *, titled: bool) -> str:
    """Write the category that grows most and the one that shrinks most, in per cent."""
    changes = [one for one in category_changes(result) if one.start >= LEAST_BASE]
    if len(changes) < 2:  # one category is no contrast
        return ""
    future = findings.is_projection(result)
    lead = finnish.period_span(*category_span(result))
    if future:
        lead = f"ennusteen mukaan {lead}"
    if titled:
        lead = f"{result.breakdown.title}: {lead}"
    return f"{finnish.sentence_start(lead)} {_most_and_least(changes, result, future=future)}."


def _most_and_least(changes: Sequence[CategoryChange], result: BreakdownResult, *, future: bool) -> str:
    """Write what grows and shrinks most; when all move the same way, the most and the least moving one."""
    one_noun, all_noun, _, _ = _nouns(result)
    most, least = max(changes, key=lambda one: one.pct), min(changes, key=lambda one: one.pct)
    shrinks, grows, all_shrink, all_grow = _VERBS[future]
    if _sign(most) * _sign(least) < 0:
        first, second = _named(most, result), _named(least, result)
        return f"suhteellisesti eniten {grows} {one_noun} {first} ja eniten {shrinks} {one_noun} {second}"
    growing = _sign(most) > 0
    first, second = (_named(one, result) for one in ((most, least) if growing else (least, most)))
    whole = len(changes) == len(category_changes(result)) and _sign(most) * _sign(least) > 0
    if whole:  # small and unchanged categories would make "all" untrue
        verb = all_grow if growing else all_shrink
        return f"kaikki {all_noun} {verb}, suhteellisesti eniten {first} ja vähiten {second}"
    return f"suhteellisesti eniten {grows if growing else shrinks} {one_noun} {first} ja vähiten {second}"


def _sign(change: CategoryChange) -> int:
    """Return the direction of a change as it is told; one below half a per cent has none."""
    return 0 if abs(change.pct) < findings.SIMILAR_PCT else (1 if change.pct > 0 else -1)


def _named(change: CategoryChange, result: BreakdownResult) -> str:
    """Write a category with its change: "85–99-vuotiaat (+45,1 %, +320 henkilöä)".

    A title that ends in brackets takes the change into them: "kotihoito (75–99 v.: +39,4 %, …)".
    """
    amount = finnish.signed_with_unit(change.absolute, result.breakdown.unit, result.breakdown.decimals)
    title, told = lower_start(change.title), f"{finnish.signed_with_unit(change.pct, 'pct', 1)}, {amount}"
    return f"{title[:-1]}: {told})" if title.endswith(")") else f"{title} ({told})"


def _contrast_sentence(result: BreakdownResult) -> str:
    """Write the categories that weigh most more and most less than in the whole country, in shares."""
    newest = _newest(result).dropna(subset=["value", "country_own"])
    newest = newest[(newest["category"] != result.breakdown.total) & ~newest["category"].isin(UNKNOWN)]
    gaps = newest["value"].astype(float) - newest["country_own"].astype(float)
    if len(newest) < 2:  # one category is no contrast
        return ""
    if gaps.max() < LEAST_CONTRAST_PCT or gaps.min() > -LEAST_CONTRAST_PCT:
        return ""
    ordered = newest.loc[gaps.sort_values(kind="stable").index]
    lines = records(ordered)
    high, low = lines[-1], lines[0]
    where = _nouns(result)[2]
    when = finnish.period(str(result.period))
    return (
        f"{result.breakdown.title}: osuus oli {when} koko maahan verrattuna selvimmin suurempi {where} "
        f"{_beside_country(high, result)} ja selvimmin pienempi {where} {_beside_country(low, result)}."
    )


def _beside_country(line: Record, result: BreakdownResult) -> str:
    """Write a category's share beside the country's: "teollisuus (40,1 %, koko maassa 19,2 %)"."""
    unit, decimals = result.breakdown.unit, result.breakdown.decimals
    own, country = (
        finnish.value_with_unit(float(line[column]), unit, decimals) for column in ("value", "country_own")
    )
    return f"{lower_start(str(line['title']))} ({own}, koko maassa {country})"


def _greatest_sentence(result: BreakdownResult) -> str:
    """Write the greatest category of the newest period with its share of the whole."""
    shares, newest = category_shares(result), _newest(result)
    if len(shares) < 2 or result.period is None:  # one category is no contrast
        return ""
    category = max(shares, key=lambda one: shares[one])
    title = str(newest.loc[newest["category"] == category, "title"].iloc[0])
    when = finnish.sentence_start(finnish.period(result.period))
    share = finnish.value_with_unit(shares[category], "pct", 1)
    one, _, _, of_all = _nouns(result)
    return f"{when} suurin {one} oli {lower_start(title)} ({share} esitettyjen {of_all} summasta)."


def _nouns(result: BreakdownResult) -> tuple[str, str, str, str]:
    return CATEGORY_NOUNS.get(result.breakdown.dimension or "", _PLAIN_NOUNS)


def _newest(result: BreakdownResult) -> pd.DataFrame:
    return result.table[result.table["period"] == result.period]

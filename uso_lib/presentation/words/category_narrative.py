"""Write Finnish sentences about categories: what grows and shrinks most, what differs most from the country.

Says only what the numbers say; the derived numbers it tells are listed by detail_numbers.py from the same
functions.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from uso_lib.analysis.results import BreakdownResult
from uso_lib.presentation.sections.records import Record, records
from uso_lib.presentation.words import findings, finnish
from uso_lib.presentation.words.category_changes import LEAST_TOTAL, category_changes, changes_sentence, nouns
from uso_lib.presentation.words.phrasing import lower_start

#: A breakdown with more categories is read as a picture (a pyramid), not told.
MOST_CATEGORIES = 16
#: Shares nearer than this to the country's (percentage points) are no contrast.
LEAST_CONTRAST_PCT = 1.0
#: Categories that hold what could not be classified.
UNKNOWN = frozenset({"unknown", "tuntematon"})


def breakdown_sentences(results: Sequence[BreakdownResult]) -> tuple[str, ...]:
    """Write the strongest categories of a row; of several breakdowns into shares only the most detailed."""
    told = [one for one in results if not one.missing and len(one.breakdown.categories) <= MOST_CATEGORIES]
    changing = [one for one in told if category_changes(one)]
    shares = [one for one in told if one.breakdown.formula == "share"]
    sentences = [changes_sentence(one, titled=len(changing) > 1) for one in changing]
    if shares:
        detailed = max(shares, key=lambda one: len(one.breakdown.categories))
        sentences.append(_contrast_sentence(detailed) or _greatest_sentence(detailed))
    if not any(sentences) and told:
        sentences = [_greatest_sentence(told[0])]
    return tuple(filter(None, sentences))


def category_shares(result: BreakdownResult) -> dict[str, float]:
    """Return each category's share (%) of the sum in the newest period; empty unless all are known."""
    newest = _newest(result)
    newest = newest[newest["category"] != result.breakdown.total]
    values = newest["value"].astype(float)
    if values.isna().any() or values.sum() <= 0 or (values < 0).any():
        return {}
    return dict(zip(newest["category"].astype(str), values / values.sum() * 100, strict=True))


def share_decimals(result: BreakdownResult) -> int:
    """Return the decimals of the shares; none where whole numbers add up to little."""
    parts = _newest(result)
    total = float(parts.loc[parts["category"] != result.breakdown.total, "value"].astype(float).sum())
    return 0 if result.breakdown.decimals == 0 and total < LEAST_TOTAL else findings.PCT_DECIMALS


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
    where = nouns(result)[2]
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
    decimals, greatest = share_decimals(result), max(shares.values())
    alike = [one for one, share in shares.items() if finnish.rounds_equal(share, greatest, decimals)]
    titles = [lower_start(str(newest.loc[newest["category"] == one, "title"].iloc[0])) for one in alike]
    when = finnish.sentence_start(finnish.period(result.period))
    share = finnish.value_with_unit(greatest, "pct", decimals)
    one, several, _, of_all, _ = nouns(result)
    of_sum = f"{share} esitettyjen {of_all} summasta"
    if len(alike) > 1:
        return f"{when} suurimmat {several} olivat {finnish.listing(titles)} (kukin {of_sum})."
    return f"{when} suurin {one} oli {titles[0]} ({of_sum})."


def _newest(result: BreakdownResult) -> pd.DataFrame:
    return result.table[result.table["period"] == result.period]

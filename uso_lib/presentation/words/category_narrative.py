"""Write Finnish sentences about categories: what grows and shrinks most, what differs most from the country.

Says only what the numbers say; the derived numbers it tells are listed by detail_numbers.py from the same
functions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from uso_lib.analysis.results import BreakdownResult
from uso_lib.presentation.once import once
from uso_lib.presentation.sections.records import Record, is_known, table_lines
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


@once
def category_shares(result: BreakdownResult) -> Mapping[str, float]:
    """Return each category's share (%) of the sum in the newest period; empty unless all are known."""
    newest = [line for line in _newest(result) if line["category"] != result.breakdown.total]
    values = np.array([line["value"] for line in newest], dtype=np.float64)
    total = values.sum()
    if not (total > 0 and (values >= 0).all()):
        return {}
    names = [str(line["category"]) for line in newest]
    return dict(zip(names, (values / total * 100).tolist(), strict=True))


@once
def share_decimals(result: BreakdownResult) -> int:
    """Return the decimals of the shares; none where whole numbers add up to little."""
    parts = [line["value"] for line in _newest(result) if line["category"] != result.breakdown.total]
    total = sum(float(value) for value in parts if is_known(value))
    return 0 if result.breakdown.decimals == 0 and total < LEAST_TOTAL else findings.PCT_DECIMALS


def _contrast_sentence(result: BreakdownResult) -> str:
    """Write the categories that weigh most more and most less than in the whole country, in shares."""
    lines = [
        line
        for line in _newest(result)
        if is_known(line["value"])
        and is_known(line["country_own"])
        and line["category"] not in {result.breakdown.total, *UNKNOWN}
    ]
    if len(lines) < 2:  # one category is no contrast
        return ""
    lines.sort(key=_gap)
    high, low = lines[-1], lines[0]
    if _gap(high) < LEAST_CONTRAST_PCT or _gap(low) > -LEAST_CONTRAST_PCT:
        return ""
    where = nouns(result)[2]
    when = finnish.period(str(result.period))
    return (
        f"{result.breakdown.title}: osuus oli {when} koko maahan verrattuna selvimmin suurempi {where} "
        f"{_beside_country(high, result)} ja selvimmin pienempi {where} {_beside_country(low, result)}."
    )


def _gap(line: Record) -> float:
    """Return how much a category weighs more than in the whole country."""
    return float(line["value"]) - float(line["country_own"])


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
    named = {str(line["category"]): str(line["title"]) for line in reversed(newest)}
    titles = [lower_start(named[one]) for one in alike]
    when = finnish.sentence_start(finnish.period(result.period))
    share = finnish.value_with_unit(greatest, "pct", decimals)
    one, several, _, of_all, _ = nouns(result)
    of_sum = f"{share} esitettyjen {of_all} summasta"
    if len(alike) > 1:
        return f"{when} suurimmat {several} olivat {finnish.listing(titles)} (kukin {of_sum})."
    return f"{when} suurin {one} oli {titles[0]} ({of_sum})."


def _newest(result: BreakdownResult) -> list[Record]:
    return [line for line in table_lines(result) if line["period"] == result.period]

"""Choose what a row tells in words and in which order.

Does not write the sentences themselves (narrative.py, detail_narrative.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from uso_lib.analysis.results import BreakdownResult, Comparison, FlowResult
from uso_lib.presentation.once import once
from uso_lib.presentation.sections.row_result import RowResult
from uso_lib.presentation.words import (
    category_narrative,
    chance,
    detail_narrative,
    findings,
    finnish,
    narrative,
)
from uso_lib.presentation.words.phrasing import years_ago
from uso_lib.presentation.words.standing import standing

#: A further indicator is named when it is this many standard deviations from the peers' mean.
NOTABLE_DISTANCE = 1.0
MOST_NOTABLE = 3


def paragraphs(result: RowResult) -> tuple[str, ...]:
    """Write a row's paragraphs: criteria, headline indicators, what else stands out, categories, flows, age.

    Returns
    -------
    tuple of str
        Plain text, one paragraph each; none when the row has no figure at all.
    """
    found = (
        [" ".join(detail_narrative.criteria_sentences(result.criteria, result.catalog.indicators))]
        if result.criteria
        else []
    )
    found += [text for _, text in told_by_indicator(result)]
    found.append(_notable_sentence(result, _told(result)))
    found.append(" ".join(category_narrative.breakdown_sentences(result.breakdowns)))
    found.append(
        " ".join(
            text for one in result.flows for text in detail_narrative.flow_sentences(one, result.regions)
        )
    )
    found.append(_age_sentence(result))
    return tuple(filter(None, found))


@once
def told_by_indicator(result: RowResult) -> list[tuple[frozenset[str], str]]:
    """Return the paragraphs that tell one indicator each, with the ids of the indicators in them."""
    found = []
    for turn, one in enumerate(_told(result)):
        level = _level_of(result, one)
        ids = {one.indicator.id} | ({level.indicator.id} if level else set())
        found.append((frozenset(ids), _indicator_paragraph(result, one, turn)))
    return found


def newer_counts(result: RowResult) -> str:
    """Write where a count is newer than the rate that is titled after it; empty when none is."""
    found = [
        f"{count.indicator.title}: tuorein lukumäärä on vuodelta {count.period}, tuorein väkilukuun "
        f"suhteutettu luku vuodelta {rate.period}."
        for count, rate in product(result.shown, repeat=2)
        if findings.follows_size(count)
        and rate.indicator.title.startswith(f"{count.indicator.title} ")
        and not findings.follows_size(rate)
        and "M" not in f"{count.period}{rate.period}"
        and (count.period or "") > (rate.period or "")
    ]
    return " ".join(found)


def notable(result: RowResult, told: list[Comparison]) -> list[Comparison]:
    """Return further indicators far from the peers' mean, farthest first; amounts are left out."""
    names = {one.indicator.id for one in told}
    candidates = [
        one
        for one in result.shown
        if one.indicator.id not in names
        and not findings.follows_size(one)
        and not findings.is_projection(one)
        and chance.stands_out(one)
        and abs(findings.distance(one) or 0.0) >= NOTABLE_DISTANCE
    ]
    return sorted(candidates, key=lambda one: -abs(findings.distance(one) or 0.0))[:MOST_NOTABLE]


@once
def _told(result: RowResult) -> list[Comparison]:
    """Return the indicators to tell one by one; a level whose change is told beside it is told only once."""
    named = [*(one.indicator.id for one in result.headline), *result.row.told]
    told = [result.by_id[name] for name in dict.fromkeys(named) if not result.by_id[name].missing]
    told = told or list(result.shown[:1])
    levels = {level.indicator.id for one in told if (level := _level_of(result, one)) is not None}
    return [one for one in told if one.indicator.id not in levels]


def _level_of(result: RowResult, comparison: Comparison) -> Comparison | None:
    """Return the level whose change over the same years an indicator is, None for other indicators."""
    level = result.by_id.get(comparison.indicator.of or "")
    if comparison.indicator.formula != "change" or level is None or level.change is None:
        return None
    return level if level.change.years == comparison.indicator.years else None


def _indicator_paragraph(result: RowResult, comparison: Comparison, turn: int) -> str:
    """Write one indicator; a change is told with its level, the first one after the row's basic amount."""
    level = _level_of(result, comparison)
    if level is not None:
        return " ".join(filter(None, (narrative.basis(level), standing(comparison, turn=turn))))
    text = list(narrative.sentences(comparison, turn=turn))
    basis = result.comparisons[0]
    is_amount = findings.follows_size(basis) and basis.indicator.formula != "difference"
    if turn == 0 and basis is not comparison and not basis.missing and is_amount:
        text.insert(0, narrative.basis(basis))
    return " ".join(text)


def _notable_sentence(result: RowResult, told: list[Comparison]) -> str:
    """Name the further indicators that differ most from the peers."""
    found = notable(result, told)
    if not found:
        return ""
    verbs = ("poikkesi", "poikkesivat") if all(map(findings.is_old, found)) else ("poikkeaa", "poikkeavat")
    verb = verbs[len(found) > 1]
    lead = "Verrokkien keskiarvosta" if not told else "Muista tunnusluvuista verrokkien keskiarvosta"
    return f"{lead} {verb} selvimmin {finnish.listing([narrative.contrast(one) for one in found])}."


def _age_sentence(result: RowResult) -> str:
    """Write how old the figures are when they are old; the newest, and the oldest where they differ."""
    years = dict(_ages(result))
    if not years or max(years) < findings.OLD_YEARS:
        return ""
    newest, oldest = min(years), max(years)
    if newest == oldest:
        return f"Tiedot ovat vuodelta {years[oldest]} eli {years_ago(oldest)}."
    if newest >= findings.OLD_YEARS:
        return (
            f"Tuoreimmat tiedot ovat vuodelta {years[newest]} eli {years_ago(newest)} "
            f"ja vanhimmat vuodelta {years[oldest]}."
        )
    return f"Osa luvuista on vanhempia: vanhimmat ovat vuodelta {years[oldest]} eli {years_ago(oldest)}."


def _ages(result: RowResult) -> Iterator[tuple[int, str]]:
    """Go through the age in years and the year of everything the row shows, projections left out."""
    parts: tuple[Comparison | BreakdownResult | FlowResult, ...] = (
        *result.shown,
        *result.breakdowns,
        *result.flows,
    )
    for one in parts:
        projected = not isinstance(one, FlowResult) and findings.is_projection(one)
        if one.age_years is not None and one.period is not None and not projected:
            yield one.age_years, one.period[:4]

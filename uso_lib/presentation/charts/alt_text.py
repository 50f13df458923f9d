"""Say in Finnish what a figure shows: the finding with its numbers, for those who do not see the picture.

Does not repeat every number: the table beside the figure has them all. Every number comes from the same
result object as the picture.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from uso_lib import specs
from uso_lib.analysis.results import BreakdownResult, Comparison, FlowResult
from uso_lib.presentation.charts.age_structure import Pyramid
from uso_lib.presentation.charts.ends import extremes
from uso_lib.presentation.charts.series import (
    as_float,
    comparable,
    has_line,
    own_periods,
    own_stretch,
    shown_groups,
)
from uso_lib.presentation.sections.records import is_known, ranking_lines
from uso_lib.presentation.words import chance, findings, finnish, partners, standing
from uso_lib.regions import Municipality

_GROUPS = {
    "peers": "verrokkien keskiarvo",
    "network": "USO-verkoston keskiarvo",
    "country_own": "koko maa",
    "country": "kaikkien kuntien keskiarvo",
}


def trend(comparison: Comparison) -> str:
    """Describe the development of one indicator and the groups beside it."""
    sentences = [f"Viivakuvio: {_development(comparison)}"]
    groups = _group_values(comparison) if comparable(comparison) else []
    if groups and comparison.period:
        listed = f"Vertailuluvut {finnish.period(comparison.period)}: {', '.join(groups)}"
        sentences.append(finnish.sentence(listed))
    if comparison.breaks:
        titles = [f"{mark.title} ({finnish.period(mark.period, 'short')})" for mark in comparison.breaks]
        sentences.append(f"Sarjassa on katkos: {', '.join(titles)}.")
    return " ".join(sentences)


def own_trends(title: str, comparisons: Sequence[Comparison]) -> str:
    """Describe several indicators of one municipality: each with its newest value."""
    periods = own_periods(comparisons)
    found = [f"{_name(item)}: {_newest(item)}" for item in comparisons]
    name = comparisons[0].municipality.name
    when = finnish.during(periods[0], periods[-1])
    return f"Viivakuvio: {title}, {name}, {when}. Uusimmat luvut: {'; '.join(found)}."


def category_trends(title: str, result: BreakdownResult) -> str:
    """Describe the development of categories: each from its first to its newest value."""
    table = result.table.loc[result.table["value"].notna()].sort_values("period", kind="stable")
    found = []
    for _, rows in result.table.groupby("category", sort=False):
        known = table.loc[rows.index.intersection(table.index)].sort_values("period")
        if not known.empty:
            values = [_plain(known["value"].iloc[place], result.breakdown) for place in (0, -1)]
            found.append(f"{rows['title'].iloc[0]} {values[0]} → {values[1]}")
    periods = sorted(table["period"].unique())
    span = finnish.period_span(periods[0], periods[-1])
    return finnish.sentence(f"Viivakuvio: {title}, {result.municipality.name}, {span}. {'; '.join(found)}")


def ranking(comparison: Comparison) -> str:
    """Describe the municipality's place among its peers, the ends of the ranking and the means."""
    title, name = comparison.indicator.title, comparison.municipality.name
    known_year = (comparison.period or "")[:4] in title  # "muutos vuoteen 2040" needs no "vuonna 2040"
    when = "" if known_year else f" {finnish.period(comparison.period or '')}"
    place = standing.place(comparison, "peers")
    told = [f"{_value(comparison)}{_interval(comparison)}", f"verrokkien joukossa {place}" if place else ""]
    told += ["ennakkotieto" if "*" in comparison.symbol else ""]
    first = finnish.sentence(f"{name} {', '.join(filter(None, told))}")
    sentences = [f"Pylväskuvio: {title}{when}. {first}"]
    sentences += filter(None, [extremes(ranking_lines(comparison), comparison.indicator.decimals)])
    groups = _group_values(comparison)
    if groups:
        sentences.append(finnish.sentence(finnish.sentence_start(", ".join(groups))))
    unknown = [str(row["name"]) for row in ranking_lines(comparison) if not is_known(row["value"])]
    if unknown:
        sentences.append(f"Ei tietoa: {finnish.listing(unknown)}.")
    return " ".join(sentences)


def indicator_bars(title: str, comparisons: Sequence[Comparison]) -> str:
    """Describe the newest values of several indicators beside the peers' means."""
    found = []
    for item in comparisons:
        peers = item.groups.get("peers")
        mean = f" (verrokit {_number(peers.value, item)})" if peers and peers.value is not None else ""
        found.append(f"{_name(item)}: {_value(item)}{mean if comparable(item) else ''}")
    newest = max(item.period for item in comparisons if item.period)
    name = comparisons[0].municipality.name
    return finnish.sentence(f"Pylväskuvio: {title}, {name}, {finnish.period(newest)}. {'; '.join(found)}")


def category_bars(title: str, result: BreakdownResult) -> str:
    """Describe the newest value of every category."""
    newest = _newest_rows(result)
    found = [f"{row['title']} {_unit_value(row['value'], result.breakdown)}" for _, row in newest.iterrows()]
    when = finnish.period(result.period or "")
    return finnish.sentence(f"Pylväskuvio: {title}, {result.municipality.name}, {when}. {'; '.join(found)}")


def shares(title: str, result: BreakdownResult) -> str:
    """Describe the shares of the municipality beside the peers' means."""
    found = []
    for _, row in _newest_rows(result).iterrows():
        peers = f" (verrokit {_plain(row['peers'], result.breakdown)})" if pd.notna(row["peers"]) else ""
        found.append(f"{row['title']} {_unit_value(row['value'], result.breakdown)}{peers}")
    when = finnish.period(result.period or "")
    return finnish.sentence(f"Osuuskuvio: {title}, {result.municipality.name}, {when}. {'; '.join(found)}")


def stack(title: str, municipality: str, values: pd.DataFrame, *, unit: str, decimals: int, net: bool) -> str:
    """Describe components over years: the newest year's components and, where it means something, their sum.

    Parameters
    ----------
    values
        One column per component, one line per period.
    """
    newest, last = values.iloc[-1], str(values.index[-1])
    write = finnish.signed if net else finnish.number
    found = [f"{name} {write(float(value), decimals)}" for name, value in newest.items()]
    years = finnish.covered([str(period) for period in values.index])
    text = f"Pinottu pylväskuvio: {title}, {municipality}, {years}. "
    text += f"{finnish.sentence_start(finnish.period(last))}: {'; '.join(found)}"
    total = float(newest.sum(skipna=False))
    if net and not finnish.is_missing(total):
        text += f"; yhteensä {finnish.signed_with_unit(total, unit, decimals)}"
    return finnish.sentence(text)


def pyramid(title: str, municipality: Municipality, figures: Pyramid) -> str:
    """Describe two years' age structures: totals and the age groups that change most."""
    years = [finnish.period(period) for period in figures.periods]
    totals = [sum(value for value in values if value == value) for values in (figures.now, figures.then)]
    text = f"Ikäpyramidi: {title}, {municipality.name}. Väkiluku {_persons(totals[0])} {years[0]} ja "
    text += f"{_persons(totals[1])} {years[1]}."
    pairs = zip(figures.groups, figures.now, figures.then, strict=True)
    changes = sorted(
        (later - earlier, name) for name, earlier, later in pairs if later - earlier == later - earlier
    )
    for verb, (change, name) in (("kasvaa", changes[-1]), ("vähenee", changes[0])) if changes else ():
        if (change > 0) == (verb == "kasvaa") and change:
            amount = finnish.signed_with_unit(change, "persons", 0)
            text += f" Henkilöinä eniten {verb} ikäryhmä {name} ({amount})."
    return text


def flow(title: str, result: FlowResult) -> str:
    """Describe the partners with the greatest gains and losses."""
    text = f"Pylväskuvio: {title}, {result.municipality.name}, {finnish.period(result.period or '')}."
    sides: tuple[tuple[partners.Side, str], ...] = (
        ("gain", "Suurin nettovoitto"),
        ("loss", "Suurin nettotappio"),
    )
    for side, words in sides:
        rows, examples = partners.named(result, side)
        ends = [f"{row.name} {finnish.signed(as_float(row.net))}" for row in rows.itertuples(index=False)]
        if ends:
            text += f" {words}: {examples}{finnish.listing(ends)}."
    return text


def sparkline(comparison: Comparison) -> str:
    """Describe the tiny trend of the summary table: first and newest value of what it draws."""
    known = own_stretch(comparison)
    ends = [_number(known[place]["value"], comparison) for place in (0, -1)]
    span = finnish.period_span(known[0]["period"], known[-1]["period"], style="short")
    return f"Kehitys {span}: {ends[0]} → {ends[1]}"


def _development(comparison: Comparison) -> str:
    """Say how the indicator changed; for a subject that may be plural a neutral word agrees with the verb."""
    change, indicator = comparison.change, comparison.indicator
    subject = indicator.wording.subject if indicator.wording else ""
    if change is None or not has_line(comparison):
        return f"{indicator.title}, {comparison.municipality.name}: {_newest(comparison)}."
    if subject and not any(word.endswith("t") for word in subject.split()):
        start = f"{comparison.municipality.genitive} {subject}"
    else:
        start = f"{indicator.title}, {comparison.municipality.name}. Luku"
    end_value = change.start_value + change.absolute
    first, last = (finnish.period(period, "short") for period in (change.start, change.end))
    if finnish.rounds_equal(change.start_value, end_value, indicator.decimals):
        value = finnish.value_with_unit(end_value, indicator.unit, indicator.decimals)
        when = f"{finnish.period(change.start)} ja {finnish.period(change.end)}"
        return finnish.sentence(f"{start} oli sama {when}: {value}")
    told = findings.told_change(comparison)
    if told is not None and told.flat:  # as the text beside the figure says
        values = [_value_of(amount, comparison) for amount in (change.start_value, end_value)]
        return f"{start} pysyi lähes ennallaan: {values[0]} ({first}) ja {values[1]} ({last})."
    if chance.is_untold_balance(comparison) or chance.change_may_be_chance(comparison):
        by_chance = chance.change_may_be_chance(comparison)
        tail = "; muutos mahtuu satunnaisvaihteluun." if by_chance else "."
        return f"{start} oli {_ends(comparison, (change.start_value, end_value), (first, last))}{tail}"
    verb = "nousi" if change.absolute > 0 else "laski"
    unit, decimals = indicator.unit, indicator.decimals
    ends = (
        finnish.inflected(change.start_value, unit, decimals, "elative", tail=False),
        finnish.inflected(end_value, unit, decimals, "illative"),
    )
    return f"{start} {verb} {ends[0]} ({first}) {ends[1]} ({last})."


def _ends(comparison: Comparison, values: tuple[float, float], when: tuple[str, str]) -> str:
    """Write two values with their times, a long unit after the last: "+6,3 ‰ (2019) ja −1,2 ‰ (2024)"."""
    unit, decimals = comparison.indicator.unit, comparison.indicator.decimals
    signed = findings.is_signed(comparison)
    number = finnish.signed if signed else finnish.number
    with_unit = finnish.signed_with_unit if signed else finnish.value_with_unit
    long = " " in finnish.unit_name(unit)
    first = number(values[0], decimals) if long else with_unit(values[0], unit, decimals)
    return f"{first} ({when[0]}) ja {with_unit(values[1], unit, decimals)} ({when[1]})"


def _group_values(comparison: Comparison) -> list[str]:
    """Return the groups with their values; a long unit stands after the last one only."""
    groups = shown_groups(comparison)
    unit, decimals = comparison.indicator.unit, comparison.indicator.decimals
    long = " " in finnish.unit_name(unit)
    values = [
        finnish.number(group.value, decimals)
        if long and group is not groups[-1]
        else finnish.value_with_unit(group.value, unit, decimals)
        for group in groups
    ]
    return [f"{_GROUPS[group.group]} {value}" for group, value in zip(groups, values, strict=True)]


def _interval(comparison: Comparison) -> str:
    """Write the interval of the municipality's value in brackets: " (95 %:n väli 10,2–12,1)"."""
    found = comparison.interval
    if found is None:
        return ""
    ends = f"{_number(found.low, comparison)}{finnish.DASH}{_number(found.high, comparison)}"
    return f" ({finnish.LEVEL} väli {ends})"


def _persons(value: float) -> str:
    return finnish.value_with_unit(value, "persons", 0)


def _newest_rows(result: BreakdownResult) -> pd.DataFrame:
    rows = result.table.loc[result.table["period"] == result.period]
    return rows.loc[rows["category"] != result.breakdown.total]


def _name(comparison: Comparison) -> str:
    return comparison.indicator.short or comparison.indicator.title


def _newest(comparison: Comparison) -> str:
    when = finnish.period(comparison.period, "short") if comparison.period else ""
    return f"{_value(comparison)} ({when})" if when else finnish.MISSING


def _value(comparison: Comparison) -> str:
    return _value_of(comparison.value, comparison)


def _value_of(amount: float | None, comparison: Comparison) -> str:
    indicator = comparison.indicator
    return finnish.value_with_unit(amount, indicator.unit, indicator.decimals)


def _number(value: float | None, comparison: Comparison) -> str:
    return finnish.number(value, comparison.indicator.decimals)


def _plain(value: float, breakdown: specs.Breakdown) -> str:
    return finnish.number(float(value), breakdown.decimals)


def _unit_value(value: float, breakdown: specs.Breakdown) -> str:
    return finnish.value_with_unit(float(value), breakdown.unit, breakdown.decimals)

"""List the numbers of breakdowns, flows and criteria as long-form lines for the workbook.

Does not format; the derived numbers of the sentences come from the functions the sentences use.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from uso_lib import specs
from uso_lib.analysis.results import BreakdownResult, Comparison, CriterionResult, FlowResult
from uso_lib.presentation.sections.numbers import (
    Heading,
    Line,
    heading_of,
    line,
    measure_of,
    origin_words,
    own_area,
)
from uso_lib.presentation.sections.records import is_known, records, table_lines
from uso_lib.presentation.words import category_changes, category_narrative, finnish
from uso_lib.presentation.words.places import GROUPS, group_area
from uso_lib.regions import Municipality

_SIDES = ("inflow", "outflow", "net")


def breakdown_lines(theme: str, row: str, result: BreakdownResult) -> list[Line]:
    """List every category and period, the newest period's groups, shares, changes and location quotients."""
    if result.missing:
        return []
    declared = result.breakdown
    producer, table = origin_words(result.origins)
    heading = Heading(
        theme,
        row,
        declared.id,
        declared.title,
        finnish.unit_name(declared.unit),
        declared.decimals,
        producer,
        table,
    )
    return [*_categories(heading, result), *_category_changes(heading, result), *_shares(heading, result)]


def total_lines(theme: str, row: str, title: str, parts: Sequence[Comparison]) -> list[Line]:
    """List the sum of the components of a stacked figure for the newest year in which all have a value.

    Parameters
    ----------
    title
        The figure's title.
    parts
        The components; nothing is listed for fewer than two or when they never meet.
    """
    known = [one.history[one.history["value"].notna()].set_index("period")["value"] for one in parts]
    together = pd.concat(known, axis="columns", join="inner") if len(known) > 1 else pd.DataFrame()
    if together.empty:
        return []
    first, period = parts[0], str(together.index.max())
    heading = replace(heading_of(theme, row, first), title=f"{title}: yhteensä")
    total = float(together.astype(float).sum(axis="columns").loc[period])
    return [line(heading, "total", "municipality", own_area(first), period, total)]


def flow_lines(theme: str, row: str, result: FlowResult) -> list[Line]:
    """List the shown partners, the sums by closeness, the totals and the net flow of every year."""
    if result.missing or result.period is None:
        return []
    producer, table = origin_words(result.origins)
    heading = Heading(theme, row, result.flow.id, result.flow.title, "henkilöä", 0, producer, table)
    period = result.period
    found = [
        line(heading, side, "partner", (str(one["area"]), str(one["name"])), period, one[side])
        for one in records(_shown_partners(result))
        for side in _SIDES
    ]
    for one in records(result.classes):
        found += [
            line(heading, side, "partners", ("", str(one["title"])), period, one[side]) for side in _SIDES
        ]
    own = (result.municipality.code, result.municipality.name)
    found += [
        line(heading, side, "municipality", own, period, float(result.classes[side].sum())) for side in _SIDES
    ]
    titles = dict(zip(result.classes["class"], result.classes["title"], strict=True))
    found += [
        line(
            heading,
            "net",
            "partners",
            ("", str(titles.get(one["class"], one["class"]))),
            str(one["period"]),
            one["net"],
        )
        for one in records(result.yearly)
    ]
    return found


def criteria_lines(
    theme: str,
    row: str,
    results: Sequence[CriterionResult],
    municipality: Municipality,
    indicators: Mapping[str, specs.Indicator],
) -> list[Line]:
    """List value, limit, distance, verdict and the inputs of every required year of every criterion."""
    own = (municipality.code, municipality.name)
    found: list[Line] = []
    for result in results:
        heading = _criterion_heading(theme, row, result, indicators.get(result.criterion.indicator or ""))
        for measure, value in (
            ("value", result.value),
            ("limit", result.limit),
            ("distance", result.distance),
        ):
            found.append(
                line(heading, measure, "municipality", own, result.period or "", value, mark=result.verdict)
            )
        found += [
            line(heading, "value", "municipality", own, period, value)
            for period, value in result.inputs.items()
            if period != result.period
        ]
    return found


def _categories(heading: Heading, result: BreakdownResult) -> Iterator[Line]:
    own = (result.municipality.code, result.municipality.name)
    for one in table_lines(result):
        named, period = _titled(heading, one["title"]), str(one["period"])
        if is_known(one["value"]) or one["symbol"]:
            yield line(named, "category", "municipality", own, period, one["value"], mark=str(one["symbol"]))
        if period != result.period:
            continue
        for group in GROUPS:
            if is_known(one[group]):
                area = group_area(group, result.municipality)
                yield line(named, f"category_{measure_of(group)}", group, area, period, one[group])
        if is_known(one["location_quotient"]):
            plain = replace(named, unit="suhdeluku", decimals=2)
            yield line(plain, "location_quotient", "municipality", own, period, one["location_quotient"])


def _category_changes(heading: Heading, result: BreakdownResult) -> Iterator[Line]:
    own = (result.municipality.code, result.municipality.name)
    for change in category_changes.category_changes(result):
        span = "-".join(category_changes.category_span(result))
        named = _titled(heading, change.title)
        yield line(named, "category_change", "municipality", own, span, change.absolute)
        relative = replace(named, unit="%", decimals=category_changes.pct_decimals(result))
        yield line(relative, "category_change_pct", "municipality", own, span, change.pct)


def _shares(heading: Heading, result: BreakdownResult) -> Iterator[Line]:
    own = (result.municipality.code, result.municipality.name)
    titles = {one.id: one.title for one in result.breakdown.categories}
    decimals = category_narrative.share_decimals(result)
    for category, share in category_narrative.category_shares(result).items():
        named = replace(_titled(heading, titles.get(category, category)), unit="%", decimals=decimals)
        yield line(named, "category_share", "municipality", own, str(result.period), share)


def _titled(heading: Heading, category: object) -> Heading:
    return replace(heading, title=f"{heading.title}: {category}")


def _shown_partners(result: FlowResult) -> pd.DataFrame:
    """Return the partners of the tables: the greatest by inflow, outflow, gain and loss."""
    partners, top = result.partners, result.flow.top
    orders = (("inflow", False), ("outflow", False), ("net", False), ("net", True))
    chosen = [
        partners.sort_values([side, "name"], ascending=[ascending, True]).head(top).index
        for side, ascending in orders
    ]
    shown = sorted({label for labels in chosen for label in labels})
    return partners.loc[shown]


def _criterion_heading(
    theme: str, row: str, result: CriterionResult, indicator: specs.Indicator | None
) -> Heading:
    producer, table = origin_words(result.origins)
    unit = finnish.unit_name(indicator.unit) if indicator else ""
    decimals = indicator.decimals if indicator else 0
    return Heading(theme, row, result.criterion.id, result.criterion.title, unit, decimals, producer, table)

"""Turn stacks, categories, migration by partner and the criteria of section 118 into lines of a workbook.

Does not recompute single indicators (expected.py).
"""

from __future__ import annotations

from dataclasses import replace

from recomputation.expected import Key, Member, Want, Wanted, area_of, groups_of, known, mean, shown_periods
from recomputation.figures import Breakdown, Criterion, Indicator
from recomputation.raw import COUNTRY, Column, Raw, month


def stack_lines(raw: Raw, member: Member, title: str, components: dict[str, Indicator]) -> Wanted:
    """Return the sum of a stacked figure's components in the newest year shown in which all have a value."""
    columns = [indicator.make(raw) for indicator in components.values()]
    filled = [
        {period for period in one.cells if one.value(period, member.code) is not None} for one in columns
    ]
    newest = max(set.intersection(*filled), key=month)
    values = [one.value(newest, member.code) or 0.0 for one in columns]
    first = next(iter(components))
    key = Key(first, f"{title}: yhteensä", "total", "municipality", member.code, newest)
    return {key: Want(sum(values))}


def breakdown_lines(raw: Raw, member: Member, name: str, declared: Breakdown) -> Wanted:
    """Return every line of one breakdown."""
    shown = _formula(raw, declared)
    periods = sorted({period for column in shown.values() for period in column.cells}, key=month)
    filled = [
        period
        for period in periods
        if any(column.value(period, member.code) is not None for column in shown.values())
    ]
    if not filled:
        return {}
    newest, wanted = filled[-1], {}
    for period in shown_periods(periods, set(filled), member.first_year):
        for title, column in shown.items():
            value, mark = column.cells.get(period, {}).get(member.code, (None, ""))
            if value is not None or mark:
                wanted[Key(name, title, "category", "municipality", member.code, period)] = Want(
                    value, mark=mark
                )
    for title, column in shown.items():
        wanted |= _category_groups(raw, member, Key(name, title, "", "", "", newest), column)
    if declared.quotients:
        wanted |= _quotients(raw, member, name, declared, newest)
    first = shown_periods(periods, set(filled), member.first_year)[0]
    if declared.formula == "level" and first != newest:
        wanted |= _category_changes(member, name, declared, shown, (first, newest))
    return wanted | _category_shares(member, name, declared, shown, newest)


def _formula(raw: Raw, declared: Breakdown) -> dict[str, Column]:
    """Turn the categories' levels into the declared figures."""
    levels = {title: make(raw) for title, make in declared.categories.items()}
    if declared.formula == "level":
        return levels
    factor = {"share": 100.0, "per_1000": 1000.0}[declared.formula]
    whole = declared.per(raw) if declared.per else None
    if whole is None:
        message = "a share needs its whole"
        raise ValueError(message)
    return {title: _divided(column, whole, factor) for title, column in levels.items()}


def _divided(column: Column, whole: Column, factor: float) -> Column:
    made = Column()
    for period, areas in column.cells.items():
        for area, (value, mark) in areas.items():
            by = whole.value(period, area)
            if value is None or not by:
                made.cells[period][area] = None, mark or ".."
            else:
                made.cells[period][area] = value / by * factor, mark
    return made


def _category_groups(raw: Raw, member: Member, key: Key, column: Column) -> Wanted:
    wanted: Wanted = {}
    for group, areas in groups_of(raw, member).items():
        values = known(column, key.period, areas)
        if values:
            area = area_of(raw, member, group)
            wanted[replace(key, measure="category_mean", group=group, area=area)] = Want(mean(values))
    country = column.value(key.period, COUNTRY)
    if country is not None:
        wanted[replace(key, measure="category_own", group="country_own", area=COUNTRY)] = Want(country)
    return wanted


def _quotients(raw: Raw, member: Member, name: str, declared: Breakdown, period: str) -> Wanted:
    """Give the municipality's shares over the whole country's."""
    wanted: Wanted = {}
    for title, column in _formula(raw, declared).items():
        own, country = column.value(period, member.code), column.value(period, COUNTRY)
        if own is not None and country:
            key = Key(name, title, "location_quotient", "municipality", member.code, period)
            wanted[key] = Want(own / country)
    return wanted


def _category_changes(
    member: Member, name: str, declared: Breakdown, shown: dict[str, Column], ends: tuple[str, str]
) -> Wanted:
    """Give the change of every category from the first period shown to the newest."""
    wanted: Wanted = {}
    for title, column in shown.items():
        then, now = (column.value(period, member.code) for period in ends)
        if then and now is not None and title != declared.total:
            key = Key(name, title, "category_change", "municipality", member.code, "-".join(ends))
            wanted[key] = Want(now - then)
            wanted[replace(key, measure="category_change_pct")] = Want((now / then - 1) * 100)
    return wanted


def _category_shares(
    member: Member, name: str, declared: Breakdown, shown: dict[str, Column], period: str
) -> Wanted:
    """Give every category's share of the sum of the categories, when all of them are known."""
    values = {
        title: column.value(period, member.code) for title, column in shown.items() if title != declared.total
    }
    numbers = [value for value in values.values() if value is not None]
    if len(numbers) < len(values) or min(numbers) < 0 or not sum(numbers):
        return {}
    return {
        Key(name, title, "category_share", "municipality", member.code, period): Want(
            value / sum(numbers) * 100
        )
        for title, value in values.items()
        if value is not None
    }


def closeness(raw: Raw, code: str, partner: str) -> str:
    """Return the nearest class a partner belongs to, as the report names it."""
    here, there = raw.municipalities[code], raw.municipalities[partner]
    if here["seutukunta_code"] == there["seutukunta_code"]:
        return "Oma seutukunta"
    return "Muu oma maakunta" if here["maakunta_code"] == there["maakunta_code"] else "Muu Suomi"


CLASSES = ("Oma seutukunta", "Muu oma maakunta", "Muu Suomi")


def flow_lines(raw: Raw, member: Member, name: str, pairs: dict[tuple[str, str, str], float]) -> Wanted:
    """Return every line of migration by partner: partners of the newest year, classes, totals, net by year.

    Parameters
    ----------
    pairs
        (origin, destination, period) → persons, of the present municipalities; pairs left out are true zeros.
    """
    nets: dict[tuple[str, str], float] = {}
    years = sorted({period for _, _, period in pairs})
    for period in years:
        for title in CLASSES:
            nets[period, title] = 0.0
    sides: dict[str, dict[str, float]] = {}
    for (origin, destination, period), persons in pairs.items():
        if member.code not in (origin, destination):
            continue
        side, partner = ("inflow", origin) if destination == member.code else ("outflow", destination)
        nets[period, closeness(raw, member.code, partner)] += persons if side == "inflow" else -persons
        if period == years[-1]:
            sides.setdefault(partner, {"inflow": 0.0, "outflow": 0.0})[side] += persons
    wanted: Wanted = {}
    totals = {(title, side): 0.0 for title in CLASSES for side in ("inflow", "outflow")}
    for partner, found in sides.items():
        wanted |= _sides(Key(name, "", "", "partner", partner, years[-1]), found)
        for side, persons in found.items():
            totals[closeness(raw, member.code, partner), side] += persons
    for title in CLASSES:
        found = {side: totals[title, side] for side in ("inflow", "outflow")}
        wanted |= _sides(Key(name, title, "", "partners", "", years[-1]), found)
    everything = {side: sum(totals[title, side] for title in CLASSES) for side in ("inflow", "outflow")}
    wanted |= _sides(Key(name, "", "", "municipality", member.code, years[-1]), everything)
    for (period, title), net in nets.items():
        wanted[Key(name, title, "net", "partners", "", period)] = Want(net)
    return wanted


def _sides(key: Key, found: dict[str, float]) -> Wanted:
    numbers = {**found, "net": found["inflow"] - found["outflow"]}
    return {replace(key, measure=side): Want(number) for side, number in numbers.items()}


def criterion_lines(raw: Raw, member: Member, name: str, declared: Criterion) -> Wanted:
    """Return every line of one criterion.

    Every criterion asks for two consecutive years, or for figures that are not there: one year can only show
    that two in a row are impossible.
    """
    column = declared.make(raw) if declared.make else Column()
    filled = [period for period in column.periods if column.value(period, member.code) is not None]
    if not filled or declared.limit is None:
        key = Key(name, "", "", "municipality", member.code, "")
        return {
            replace(key, measure=one): Want(None, mark="unknown") for one in ("value", "limit", "distance")
        }
    newest = filled[-1]
    before = str(int(newest) - 1)
    if before in filled:
        message = f"{name}: two consecutive years are there now, so the recomputation must learn the verdict"
        raise NotImplementedError(message)
    value, limit = column.value(newest, member.code) or 0.0, declared.limit(raw, newest)
    key = Key(name, "", "", "municipality", member.code, newest)
    verdict = "not_met" if declared.exact and declared.fails(value, limit) else "unknown"
    return {
        replace(key, measure="value"): Want(value, mark=verdict),
        replace(key, measure="limit"): Want(limit, mark=verdict),
        replace(key, measure="distance"): Want(value - limit, mark=verdict),
        replace(key, measure="value", period=before): Want(None),
    }

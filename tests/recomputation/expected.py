"""Turn the recomputed columns into the lines a member's workbook must hold.

The rules are those of the report's method, written anew: simple means over municipalities with data, the
municipality itself among its peers; positions by printed decimals; changes from five years earlier or the
nearest period of the same definition; nothing across a declared break.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, cached_property

from recomputation.chance import limits_of, trend_of
from recomputation.figures import REFERENCE_YEAR, Indicator
from recomputation.raw import COUNTRY, Column, Raw, month

MEANS = ("peers", "network", "region", "country")
FIVE_YEARS = 60
YEAR = 12
#: A history that would show fewer figures is shown from its beginning.
FEWEST_SHOWN = 5


@dataclass(frozen=True)
class Member:
    """Hold who is compared with whom; codes only."""

    slug: str
    code: str
    peers: tuple[str, ...]
    network: tuple[str, ...]
    first_year: int


@dataclass(frozen=True)
class Key:
    """Name one number of the workbook.

    ``part`` is what the title says beyond the indicator's own: a category, the title of a stacked figure.
    """

    indicator: str
    part: str
    measure: str
    group: str
    area: str
    period: str


@dataclass(frozen=True)
class Want:
    """Hold what the line must say; ``n`` and ``of`` where the line tells them, a mark where it matters."""

    value: float | None
    n: int | None = None
    of: int | None = None
    mark: str | None = None


Wanted = dict[Key, Want]


def printed(value: float, decimals: int) -> Decimal:
    """Round as the report prints: halves away from zero, without binary noise."""
    return Decimal(f"{value:.12g}").quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


@cache
def groups_of(raw: Raw, member: Member) -> dict[str, list[str]]:
    """Return the municipalities of every group; the municipality itself is one of its peers."""
    return {
        "peers": [member.code, *member.peers],
        "network": list(member.network),
        "region": raw.in_region(member.code),
        "country": list(raw.municipalities),
    }


def area_of(raw: Raw, member: Member, group: str) -> str:
    """Return the area code under which a group's figure is listed."""
    if group == "region":
        return f"MK{int(raw.municipalities[member.code]['maakunta_code']):02d}"
    return COUNTRY if group.startswith("country") else ""


def tells_more(raw: Raw, member: Member, column: Column, period: str, group: str) -> bool:
    """Tell whether a group has figures beyond the municipality's own, and the country beyond the peers'."""
    groups = groups_of(raw, member)
    alike = groups["peers"] if group == "country" else [member.code]
    return bool(known(column, period, [area for area in groups[group] if area not in alike]))


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def known(column: Column, period: str, areas: Sequence[str]) -> list[float]:
    """Return the values of those that have one."""
    found = [column.value(period, area) for area in areas]
    return [value for value in found if value is not None]


def indicator_lines(raw: Raw, member: Member, name: str, indicator: Indicator, decimals: int) -> Wanted:
    """Return every line of one indicator; none when the municipality has no figure at all."""
    column = indicator.make(raw)
    filled = [period for period in column.periods if column.value(period, member.code) is not None]
    if not filled:
        return {}
    one = _One(raw, member, name, column, filled[-1], indicator, decimals)
    lines = [*_history(one), *_newest(one), *_peers(one), *_positions(one), *_changes(one)]
    return dict([*lines, *_intervals(one), *_trend(one)])


def is_signed(raw: Raw, column: Column) -> bool:
    """Tell whether any municipality ever has a negative figure."""
    return any(
        value is not None and value < 0
        for areas in column.cells.values()
        for area, (value, _) in areas.items()
        if area in raw.municipalities
    )


@dataclass(frozen=True)
class _One:
    """Hold one indicator of one member while its lines are made."""

    raw: Raw
    member: Member
    name: str
    column: Column
    period: str
    indicator: Indicator
    decimals: int

    def key(self, measure: str, group: str, period: str, *, area: str | None = None) -> Key:
        if area is None:
            area = self.member.code if group == "municipality" else area_of(self.raw, self.member, group)
        return Key(self.name, "", measure, group, area, period)

    def own(self, period: str) -> float | None:
        return self.column.value(period, self.member.code)

    @cached_property
    def groups(self) -> dict[str, list[str]]:
        """Return the groups that can be formed for the newest period."""
        return {
            group: areas
            for group, areas in groups_of(self.raw, self.member).items()
            if tells_more(self.raw, self.member, self.column, self.period, group)
        }


def shown_periods(periods: Sequence[str], filled: set[str], first_year: int, *, fewest: int = 1) -> list[str]:
    """Return the periods from the first shown year on; all when that would leave a stub of the figures."""
    recent = [period for period in periods if int(period[:4]) >= first_year]
    return list(periods) if len(filled & set(recent)) < fewest <= len(filled) else recent


def _history(one: _One) -> Iterator[tuple[Key, Want]]:
    code, column, groups = one.member.code, one.column, groups_of(one.raw, one.member)
    filled = {period for period in column.cells if column.value(period, code) is not None}
    for period in shown_periods(column.periods, filled, one.member.first_year, fewest=FEWEST_SHOWN):
        if period == one.period:
            continue
        value, mark = column.cells[period].get(code, (None, ""))
        if value is not None or mark:
            yield one.key("value", "municipality", period), Want(value, mark=mark)
        for group, areas in groups.items():
            values = known(column, period, areas)
            if values:
                yield one.key("mean", group, period), Want(mean(values))
        country = column.value(period, COUNTRY)
        if country is not None:
            yield one.key("own", "country_own", period), Want(country)
        others = known(column, period, one.member.peers)
        if others:
            yield one.key("least", "peers", period), Want(min(others))
            yield one.key("greatest", "peers", period), Want(max(others))


def _newest(one: _One) -> Iterator[tuple[Key, Want]]:
    """Give the newest figure, its age, and every group's with n of N and the difference from it."""
    own, mark = one.column.cells[one.period][one.member.code]
    yield one.key("value", "municipality", one.period), Want(own, mark=mark)
    yield (
        one.key("age", "municipality", one.period),
        Want(float(max(0, REFERENCE_YEAR - int(one.period[:4])))),
    )
    for group, areas in one.groups.items():
        values = known(one.column, one.period, areas)
        yield one.key("mean", group, one.period), Want(mean(values), len(values), len(areas))
        yield from _difference(one, group, mean(values))
    country = one.column.value(one.period, COUNTRY)
    if country is not None:
        basis = one.column.basis.get(one.period, 0)
        total = len(one.raw.municipalities)
        yield (
            one.key("own", "country_own", one.period),
            Want(country, basis or None, total if basis else None),
        )
        yield from _difference(one, "country_own", country)


def _difference(one: _One, group: str, figure: float) -> Iterator[tuple[Key, Want]]:
    own = one.own(one.period)
    if own is not None:
        yield one.key("difference", group, one.period, area=one.member.code), Want(own - figure)


def _peers(one: _One) -> Iterator[tuple[Key, Want]]:
    for peer in one.member.peers:
        value, mark = one.column.cells[one.period].get(peer, (None, ""))
        yield one.key("value", "peer", one.period, area=peer), Want(value, mark=mark)


def _intervals(one: _One) -> Iterator[tuple[Key, Want]]:
    """Give both limits of the municipality's and every peer's newest figure, where the counts are known."""
    counted = one.indicator.counted
    for area in (one.member.code, *one.member.peers) if counted else ():
        limits = limits_of(one.raw, counted, one.column, one.decimals, one.period, area) if counted else None
        group = "municipality" if area == one.member.code else "peer"
        for measure, limit in zip(("interval_low", "interval_high"), limits or (), strict=False):
            yield one.key(measure, group, one.period, area=area), Want(limit)


def _trend(one: _One) -> Iterator[tuple[Key, Want]]:
    """Give the slope of the latest figures and what the test says of it; projections are not tested."""
    if not one.indicator.tested or int(one.period[:4]) > REFERENCE_YEAR:
        return
    code, counted = one.member.code, one.indicator.counted
    found = trend_of(one.raw, counted, one.column, one.decimals, code, one.period)
    if found is not None:
        periods, slope, direction = found
        key = one.key("trend", "municipality", f"{periods[0]}-{periods[-1]}")
        yield key, Want(slope, mark=direction)


def _positions(one: _One) -> Iterator[tuple[Key, Want]]:
    """Give places: 1 is best, those that print alike share the better place, missing ones are not counted."""
    if one.indicator.better is None:
        return
    own = one.own(one.period)
    if own is None:
        return
    for group in [name for name in ("peers", "country") if name in one.groups]:
        values = [printed(value, one.decimals) for value in known(one.column, one.period, one.groups[group])]
        mine = printed(own, one.decimals)
        better = [
            value for value in values if (value > mine if one.indicator.better == "up" else value < mine)
        ]
        mark = "jaettu" if values.count(mine) > 1 else ""
        key = one.key("position", group, one.period, area=one.member.code)
        yield key, Want(float(len(better) + 1), None, len(values), mark)


def _changes(one: _One) -> Iterator[tuple[Key, Want]]:
    """Give the changes over five years and one year, the groups' over the same five, and where they start."""
    relative = not one.indicator.rate and not is_signed(one.raw, one.column)
    projection = int(one.period[:4]) > REFERENCE_YEAR
    start = change_start(one.column, one.member.code, one.period, projection=projection)
    if start is not None:
        yield one.key("value", "municipality", start), Want(one.own(start))
        yield from _change(one, "change", "municipality", start, [one.member.code], relative=relative)
        for group, areas in one.groups.items():
            yield from _change(one, "change", group, start, areas, relative=relative)
        if one.column.value(one.period, COUNTRY) is not None:
            yield from _change(one, "change", "country_own", start, [COUNTRY], relative=relative)
    before = f"{int(one.period[:4]) - 1}{one.period[4:]}"
    earlier = earlier_periods(one.column, one.member.code, one.period)
    if not projection and before in earlier:
        yield from _change(one, "year_change", "municipality", before, [one.member.code], relative=relative)


def earlier_periods(column: Column, code: str, period: str) -> list[str]:
    """Return the periods of the same definition and kind with a value, at least a year earlier."""
    return [
        earlier
        for earlier in column.cells
        if month(earlier) <= month(period) - YEAR
        and ("M" in earlier) == ("M" in period)
        and column.value(earlier, code) is not None
        and not any(month(earlier) < month(first) <= month(period) for first in column.breaks)
    ]


def change_start(column: Column, code: str, period: str, *, projection: bool) -> str | None:
    """Return the period nearest to five years earlier, of two as near the older; a projection's first one."""
    earlier = earlier_periods(column, code, period)
    if not earlier:
        return None
    if projection:
        return min(earlier, key=month)
    return min(earlier, key=lambda one: (abs(month(period) - month(one) - FIVE_YEARS), month(one)))


def _change(
    one: _One, measure: str, group: str, start: str, areas: Sequence[str], *, relative: bool
) -> Iterator[tuple[Key, Want]]:
    """Give the mean of the municipalities' own changes, absolute and in per cent."""
    pairs = [
        (then, now)
        for area in areas
        if (then := one.column.value(start, area)) is not None
        and (now := one.column.value(one.period, area)) is not None
    ]
    span = f"{start}-{one.period}"
    if pairs:
        yield one.key(measure, group, span), Want(mean([now - then for then, now in pairs]))
    rising = [(now / then - 1) * 100 for then, now in pairs if then > 0]
    if relative and rising:
        yield one.key(f"{measure}_pct", group, span), Want(mean(rising))

"""Tell for every row of the analysis where its figures come from, how old they are and what would fill it.

Does not fetch anything and writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from uso_lib import specs
from uso_lib.analysis.context import Context, edition_of
from uso_lib.analysis.periods import month_number
from uso_lib.analysis.series import indicator_series
from uso_lib.catalog import Catalog
from uso_lib.commands.columns import in_columns
from uso_lib.live_specs import LiveTable
from uso_lib.live_tables import LiveTables

ROW_HEADING = (
    "row",
    "figures",
    "vintage",
    "newest",
    "age",
    "members",
    "indicators",
    "what would renew or fill it",
)
INDICATOR_HEADING = (
    "indicator",
    "figures",
    "vintage",
    "newest",
    "age",
    "members",
    "tables",
    "what would renew or fill it",
)
NOTHING = "-"
#: Length of a date with its day; figures bundled since are known by the month only.
DAY = 10


@dataclass(frozen=True)
class IndicatorStatus:
    """Say what the store has of one indicator.

    Parameters
    ----------
    kinds
        How its figures came: bundled, fetched, imported.
    vintages
        Days or months in which its tables were fetched, imported or bundled, ISO, earliest first.
    newest
        Newest period with a value, None without any.
    retrieved
        Day its tables were fetched or imported on, the earliest of them, ISO; empty when one is bundled.
    members
        Members of the network that have a value of the newest period.
    tables
        Tables the figures are read from.
    renew
        Command that would renew or fill it.
    """

    indicator: specs.Indicator
    kinds: tuple[str, ...]
    vintages: tuple[str, ...]
    newest: str | None
    retrieved: str
    members: int
    tables: tuple[str, ...]
    renew: str


def row_lines(context: Context, catalog: Catalog, live: LiveTables, *, today: date) -> list[str]:
    """Return a line per row of the analysis."""
    lines: list[tuple[str, ...]] = [ROW_HEADING]
    for theme in catalog.themes:
        for row in theme.rows:
            found = [indicator_status(context, catalog, live, one) for one in _visible(catalog, row)]
            lines.append(_row(row.id, theme.id, found, len(context.network), today))
    return in_columns(lines, right=(5, 6))


def indicator_lines(
    context: Context, catalog: Catalog, live: LiveTables, row: str, *, today: date
) -> list[str]:
    """Return a line per indicator of one row; raise UnknownName when there is no such row."""
    lines: list[tuple[str, ...]] = [INDICATOR_HEADING]
    for one in _visible(catalog, catalog.row(row)):
        found = indicator_status(context, catalog, live, one)
        lines.append(
            (
                one,
                ", ".join(found.kinds) or "missing",
                _span(found.vintages),
                found.newest or NOTHING,
                _age(found, today),
                f"{found.members}/{len(context.network)}",
                ", ".join(found.tables) or NOTHING,
                found.renew,
            )
        )
    return in_columns(lines, right=(5,))


def indicator_status(context: Context, catalog: Catalog, live: LiveTables, indicator: str) -> IndicatorStatus:
    """Find out what the store has of one indicator.

    Parameters
    ----------
    context
        Store, catalogue, register and network; its municipality does not matter.
    """
    frame = indicator_series(context, indicator).frame
    known = frame[frame["value"].notna() & frame["area"].isin(list(context.areas))]
    newest = max(known["period"].unique(), key=month_number, default=None)
    keys = sorted({one for joined in known["tables"].unique() for one in str(joined).split("+") if one})
    used = [edition_of(key) for key in keys]
    infos = [context.store.info(table, edition) for table, edition in used if context.store.has(table)]
    days = [info.retrieved[:DAY] if len(info.retrieved) >= DAY else "" for info in infos]
    covered = set(known.loc[known["period"].eq(newest), "area"]) if newest else set()
    return IndicatorStatus(
        indicator=catalog.indicator(indicator),
        kinds=tuple(sorted({part.kind for info in infos for part in info.parts})),
        vintages=tuple(sorted({info.retrieved[:DAY] or context.store.bundled_as_of for info in infos})),
        newest=newest,
        retrieved=min(days, default="") if all(days) else "",
        members=sum(one.code in covered for one in context.network),
        tables=tuple(dict.fromkeys(table for table, _ in used)),
        renew=_renewing(indicator, _wanted(context, catalog.tables_of(indicator), live, filled=bool(newest))),
    )


def _visible(catalog: Catalog, row: specs.Row) -> list[str]:
    return [one for one in row.indicators if not catalog.indicator(one).hidden]


def _wanted(context: Context, tables: Iterable[str], live: LiveTables, *, filled: bool) -> list[LiveTable]:
    """Return the tables that would renew a figure, or of a missing one those the store has not got yet."""
    declared = [live.table(one) for one in tables if live.has(one)]
    absent = [one for one in declared if not context.store.has(one.id)]
    return declared if filled or not absent else absent


def _renewing(indicator: str, declared: Sequence[LiveTable]) -> str:
    """Name the command by the indicator's first table: its own, or its numerator's."""
    if not declared:
        return "nothing: closed series"
    filed = declared[0].service == "import"
    return f"uso import FILE --as {declared[0].id}" if filed else f"uso fetch --indicator {indicator}"


def _row(row: str, theme: str, found: list[IndicatorStatus], network: int, today: date) -> tuple[str, ...]:
    filled = [one for one in found if one.newest]
    kinds = sorted({kind for one in filled for kind in one.kinds})
    newest = max((one.newest or "" for one in filled), key=month_number, default=NOTHING)
    newest_one = max(
        (one for one in filled if one.newest == newest), key=lambda one: one.retrieved, default=None
    )
    return (
        row,
        ", ".join(kinds) or "missing",
        _span(sorted({vintage for one in filled for vintage in one.vintages})),
        newest,
        _age(newest_one, today) if newest_one else NOTHING,
        f"{min((one.members for one in filled), default=0)}/{network}",
        f"{len(filled)}/{len(found)}",
        "; ".join(_commands(theme, found)),
    )


def _span(vintages: Sequence[str]) -> str:
    """Return the earliest and the latest vintage, once when they are the same."""
    return " to ".join(dict.fromkeys((vintages[0], vintages[-1]))) if vintages else NOTHING


def _commands(theme: str, found: list[IndicatorStatus]) -> Iterator[str]:
    """Give one fetch for the theme and one import for each figure that only a file brings."""
    if any(one.renew.startswith("uso fetch") for one in found):
        yield f"uso fetch --theme {theme}"
    imports = (one.renew for one in found if one.renew.startswith("uso import") and not one.newest)
    yield from dict.fromkeys(imports)


def _age(found: IndicatorStatus, today: date) -> str:
    """Return days since the fetch or import, or years since the newest period of bundled figures."""
    if found.retrieved:
        days = (today - date.fromisoformat(found.retrieved)).days
        return "renewed today" if days <= 0 else f"renewed {_count(days, 'day')} ago"
    if found.newest is None:
        return NOTHING
    if int(found.newest[:4]) > today.year:
        return "projection"
    if "M" in found.newest:
        return _old(month_number(f"{today:%YM%m}") - month_number(found.newest), "month")
    return _old(today.year - int(found.newest), "year")


def _old(number: int, unit: str) -> str:
    return f"{_count(number, unit)} old" if number > 0 else f"this {unit}"


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"

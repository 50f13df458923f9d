"""What the store has of rows and indicators: kinds, newest period, age, members, what would renew it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest
from toy_world import indicator, tidy, world

from uso_lib import specs
from uso_lib.analysis.context import Context
from uso_lib.catalog import Catalog
from uso_lib.commands.status import indicator_lines, indicator_status, row_lines
from uso_lib.errors import UnknownName
from uso_lib.live_specs import LiveContent, LiveTable
from uso_lib.live_tables import LiveTables
from uso_lib.store import TablePart

TODAY = date(2026, 11, 21)


def live(**services: str) -> LiveTables:
    """Declare live tables: id → service."""
    return LiveTables(
        tuple(
            LiveTable(
                id=name, service=service, producer="P", table_id="1", title="T",
                contents=[LiveContent(code="x")],
            )
            for name, service in services.items()
        )
    )  # fmt: skip


def part(kind: str, retrieved: str = "") -> dict[str, Any]:
    """Describe a table that came in one piece."""
    return {
        "kind": kind,
        "retrieved": retrieved,
        "parts": (TablePart(kind, "", retrieved, ("2024", "2025"), "", ""),),  # type: ignore[arg-type]
    }


def made(
    tables: Mapping[str, pd.DataFrame],
    indicators: Sequence[specs.Indicator],
    described: Mapping[str, Mapping[str, Any]] | None = None,
    row: Sequence[str] = (),
) -> tuple[Context, Catalog]:
    """Make a toy country whose theme shows one row of some indicators."""
    told = {name: [dict(one)] for name, one in (described or {}).items()}
    context = world(tables, indicators, described=told)
    (theme,) = context.catalog.themes
    shown = specs.Row(
        id="rivi", title="Rivi", brochure="Rivi", indicators=list(row) or [one.id for one in indicators]
    )
    catalog = Catalog((theme.model_copy(update={"rows": [shown]}),), context.catalog.standards)
    return replace(context, catalog=catalog), catalog


def of(table: str) -> list[specs.Selection]:
    return [specs.Selection(table=table, content="x")]


def cells(line: str) -> list[str]:
    return re.split(r"  +", line)


NEW = tidy({"001": {"2024": 5, "2025": 6}, "004": {"2024": 7}, "002": {"2025": 9}})
OLD = tidy({"001": {"2019": 1}, "004": {"2019": 2}}, table="old")


def test_an_indicator_of_a_fetched_table() -> None:
    context, catalog = made({"toy": NEW}, [indicator("jobs")], {"toy": part("fetched", "2026-11-18")})
    found = indicator_status(context, catalog, live(toy="statfin"), "jobs")
    assert (found.kinds, found.newest, found.retrieved) == (("fetched",), "2025", "2026-11-18")
    assert found.members == 1, "of the members 001 and 004 only the first has 2025"
    assert found.tables == ("toy",)
    lines = indicator_lines(context, catalog, live(toy="statfin"), "rivi", today=TODAY)
    assert cells(lines[0]) == [
        "indicator", "figures", "vintage", "newest", "age", "members", "tables",
        "what would renew or fill it",
    ]  # fmt: skip
    assert cells(lines[1]) == [
        "jobs", "fetched", "2026-11-18", "2025", "renewed 3 days ago", "1/2", "toy",
        "uso fetch --indicator jobs",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("period", "retrieved", "age"),
    [
        ("2025", "", "1 year old"),
        ("2019", "", "7 years old"),
        ("2026", "", "this year"),
        ("2026M11", "", "this month"),
        ("2026M10", "", "1 month old"),
        ("2023M10", "", "37 months old"),
        ("2040", "", "projection"),
        ("2025", "2026-11", "1 year old"),
        ("2025", "2026-11-21", "renewed today"),
        ("2025", "2026-11-20", "renewed 1 day ago"),
    ],
)
def test_ages(period: str, retrieved: str, age: str) -> None:
    kind = "fetched" if len(retrieved) == 10 else "bundled"
    context, catalog = made(
        {"toy": tidy({"001": {period: 1}})}, [indicator("jobs")], {"toy": part(kind, retrieved)}
    )
    line = indicator_lines(context, catalog, live(), "rivi", today=TODAY)[1]
    assert cells(line)[4] == age


def test_a_figure_counted_with_a_bundled_table_is_as_old_as_its_period() -> None:
    share = indicator("share", of="jobs", per="people", formula="share", unit="pct", decimals=1)
    people = indicator("people", source=of("old"), hidden=True)
    tables = {"toy": NEW, "old": tidy({"001": {"2025": 10}}, table="old")}
    described = {"toy": part("fetched", "2026-11-18"), "old": part("bundled")}
    context, catalog = made(tables, [indicator("jobs"), people, share], described, row=["share"])
    found = indicator_status(context, catalog, live(toy="statfin"), "share")
    assert (found.kinds, found.retrieved, found.tables) == (("bundled", "fetched"), "", ("old", "toy"))


def test_what_would_fill_a_missing_figure() -> None:
    absent = indicator("absent", source=of("gone"))
    context, catalog = made({"toy": NEW}, [absent])

    def renew(**services: str) -> str:
        return indicator_status(context, catalog, live(**services), "absent").renew

    assert renew(gone="statfin") == "uso fetch --indicator absent"
    assert renew(gone="import") == "uso import FILE --as gone"
    assert renew() == "nothing: closed series"
    line = indicator_lines(context, catalog, live(gone="import"), "rivi", today=TODAY)[1]
    assert cells(line) == ["absent", "missing", "-", "-", "-", "0/2", "-", "uso import FILE --as gone"]


def test_a_table_the_store_has_would_not_fill_what_is_missing() -> None:
    part_of = indicator("costs", source=of("gone"), hidden=True)
    share = indicator("share", of="costs", per="jobs", formula="per_capita", unit="eur_per_capita")
    context, catalog = made({"toy": NEW}, [indicator("jobs"), part_of, share], row=["share"])
    found = indicator_status(context, catalog, live(toy="statfin", gone="import"), "share")
    assert found.newest is None
    assert found.renew == "uso import FILE --as gone"


def test_a_row_sums_up_its_indicators() -> None:
    late, early = indicator("jobs"), indicator("pupils", source=of("old"))
    absent = [indicator(name, source=of("gone")) for name in ("first", "second")]
    hidden = indicator("part", hidden=True)
    described = {"toy": part("fetched", "2026-11-18"), "old": part("bundled")}
    context, catalog = made({"toy": NEW, "old": OLD}, [early, late, *absent, hidden], described)
    heading, line = row_lines(context, catalog, live(toy="statfin", gone="import"), today=TODAY)
    assert cells(heading)[0] == "row"
    assert cells(line) == [
        "rivi", "bundled, fetched", "2026-06 to 2026-11-18", "2025", "renewed 3 days ago", "1/2", "2/4",
        "uso fetch --theme toy; uso import FILE --as gone",
    ]  # fmt: skip


def test_a_row_without_any_figure() -> None:
    context, catalog = made({"toy": NEW}, [indicator("absent", source=of("gone"))])
    line = row_lines(context, catalog, live(), today=TODAY)[1]
    assert cells(line) == ["rivi", "missing", "-", "-", "-", "0/2", "0/1"]


def test_an_unknown_row_is_told_with_the_nearest() -> None:
    context, catalog = made({"toy": NEW}, [indicator("jobs")])
    with pytest.raises(UnknownName, match='no row "rivvi": did you mean rivi'):
        indicator_lines(context, catalog, live(), "rivvi", today=TODAY)

"""What a fetch says: its plan, what differs, what became of every table, what the indicators have now."""

from __future__ import annotations

from typing import Any

import pytest
from toy_world import indicator, tidy, world

from uso_lib import specs
from uso_lib.commands.fetch_report import check_lines, plan_lines, result_lines, summary_lines
from uso_lib.live_specs import LiveContent, LiveTable
from uso_lib.sources.drift.examination import Finding
from uso_lib.sources.fetching import PlannedTable, TableResult
from uso_lib.sources.service import Call, TablePlan


def table(identity: str, service: Any = "statfin") -> LiveTable:
    return LiveTable(
        id=identity, service=service, producer="P", table_id="1", title="T",
        contents=[LiveContent(code="x")],
    )  # fmt: skip


def plan(one: LiveTable, cells: tuple[int, ...], *remarks: str) -> TablePlan:
    calls = tuple(
        Call(one.service, f"https://example.invalid/{number}", cells=count)
        for number, count in enumerate(cells)
    )
    return TablePlan(one, calls, "2026-05-04", {}, remarks=remarks)


def planned(state: Any, reason: str, cells: tuple[int, ...] = (), *remarks: str) -> PlannedTable:
    one = table("vaki")
    return PlannedTable(one, plan(one, cells, *remarks) if state != "failed" else None, state, reason)


def finding(check: Any, content: str, severity: Any = "tell") -> Finding:
    return Finding(check, severity, f"{check}: {content} looks odd", 1, "", content=content)


def test_a_plan_has_a_line_per_table_and_a_sum() -> None:
    files = table("kela_tuki", "kela")
    lines = plan_lines(
        [
            planned("fetch", "not fetched yet", (90_000, 40_000)),
            PlannedTable(files, plan(files, (0,)), "fetch", "published 2, fetched 1"),
            planned("unchanged", "not published since 2026-05-04", (500,)),
            planned("failed", "vaki: the table is not as declared"),
        ],
        minutes=12.4,
    )
    assert lines == [
        "table      service  calls    cells  what",
        "vaki       statfin      2  130,000  not fetched yet",
        "kela_tuki  kela         1    files  published 2, fetched 1",
        "vaki       statfin      0        0  skipped: not published since 2026-05-04",
        "vaki       statfin      0        0  CANNOT BE PLANNED",
        "2 of 4 tables to fetch: 3 calls, 130,000 cells, about 12 minutes.",
    ]


@pytest.mark.parametrize(
    ("minutes", "told"),
    [(0, "about a minute at most"), (1.4, "about a minute at most"), (2.2, "about 2 minutes")],
)
def test_the_time_is_told_no_finer_than_it_is_known(minutes: float, told: str) -> None:
    assert plan_lines([planned("fetch", "new", (1,))], minutes=minutes)[-1].endswith(f", {told}.")


def test_differences_are_told_with_their_table_once() -> None:
    assert check_lines(
        [
            planned("failed", "the service is away"),
            planned("failed", "vaki (Koe): the table is not as declared"),
            planned("fetch", "new", (1,), "content y is not there"),
            planned("unchanged", "old"),
        ]
    ) == [
        "vaki: the service is away",
        "vaki (Koe): the table is not as declared",
        "vaki: content y is not there",
    ]


def test_results_come_in_columns_and_what_needs_a_look_below() -> None:
    lines = result_lines(
        [
            TableResult(table("vaki"), "fetched", rows=1_540, calls=4, resumed=3,
                        findings=(finding("revised", "a"), finding("revised", "b"), finding("outlier", "a")),
                        remarks=("a new year", "a new year")),
            TableResult(table("muutto"), "stopped", "muutto: jump.", rows=20, calls=1,
                        findings=(finding("jump", "c", "stop"), finding("coverage", "d"))),
            TableResult(table("rpk"), "unchanged"),
        ]
    )  # fmt: skip
    assert lines == [
        "table   state       rows  answers  already held",
        "vaki    fetched    1,540        4             3",
        "muutto  STOPPED       20        1             0",
        "rpk     unchanged      0        0             0",
        "look at vaki: revised: a looks odd; the same with b.",
        "look at vaki: outlier: a looks odd.",
        "note on vaki: a new year",
        "stopped: muutto: jump.",
        "look at muutto: coverage: d looks odd.",
    ]


@pytest.mark.parametrize(("failed", "way"), [(("rpk",), " --table rpk"), (("rpk", "vaki"), "")])
def test_failures_name_the_table_and_the_way_on(failed: tuple[str, ...], way: str) -> None:
    lines = result_lines([TableResult(table(one), "failed", "out of reach") for one in failed])
    assert lines[1].split() == ["rpk", "FAILED", "0", "0", "0"]
    assert "failed: rpk: out of reach" in lines
    assert lines[-1].endswith(f"uso fetch --check{way}")


def test_the_summary_tells_what_indicators_of_the_tables_have_now() -> None:
    figures = tidy({"001": {"2024": 5, "2025": "6*"}, "002": {"2024": 7, "2025": ".."}, "SSS": {"2025": 13}})
    other = indicator("other", source=[specs.Selection(table="rest", content="x")])
    hidden = indicator("part", hidden=True)
    context = world(
        {"toy": figures, "rest": tidy({"001": {"2020": 1}}, table="rest")},
        [indicator("jobs"), hidden, other],
    )
    assert summary_lines(context, context.catalog, ["toy"]) == [
        "indicator  rows  municipalities  newest  marks      missing members",
        "jobs          4               2  2025    * 1, .. 1  Dalby",
    ]
    assert summary_lines(context, context.catalog, ["none_of_these"]) == []


def test_an_indicator_without_figures_is_told_as_such() -> None:
    absent = indicator("absent", source=[specs.Selection(table="gone", content="x")])
    context = world(tidy({"001": {"2024": 5}}), [absent])
    assert summary_lines(context, context.catalog, ["gone"])[1].split() == [
        "absent", "0", "0", "-", "none", "all",
    ]  # fmt: skip


def test_no_member_is_missing_when_all_have_the_newest_period() -> None:
    context = world(tidy({"001": {"2024": 5}, "004": {"2024": 6}}), [indicator("jobs")])
    assert summary_lines(context, context.catalog, ["toy"])[1].split() == [
        "jobs",
        "2",
        "2",
        "2024",
        "none",
        "none",
    ]

"""Fetching with a made-up adapter: plan, resume, split, start again, skip, stop; the store old or new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pandas as pd
import pytest

from uso_lib.editions import read_record
from uso_lib.errors import BadAnswer, FetchError, Refused, TooManyCells, Unavailable, UsoError
from uso_lib.live_specs import LiveContent, LiveTable, Service, ServicesFile
from uso_lib.registers import read_mergers, read_municipalities
from uso_lib.sources.fetching import (
    Fetching,
    PlannedTable,
    TableResult,
    divisions,
    fetch_table,
    fetch_tables,
    plan_tables,
)
from uso_lib.sources.fetching.opening import writing
from uso_lib.sources.fetching.planning import expected_minutes
from uso_lib.sources.keeping.archive import Archive
from uso_lib.sources.keeping.durable import UNFINISHED
from uso_lib.sources.service import Answer, Call, TablePlan
from uso_lib.store import open_store

TODAY = tuple(one.code for one in read_municipalities())
SERVICES = ServicesFile(
    user_agent="test",
    services={
        "statfin": Service(
            kind="pxweb", title="Koe", base="https://example.invalid/", calls=1, per_seconds=30
        )
    },
)
TABLE = LiveTable(
    id="koe",
    service="statfin",
    producer="Koe",
    table_id="koe 1",
    title="Koetaulu",
    contents=[LiveContent(code="luku")],
)


@dataclass
class Source:
    """A service that gives one number per area and year, one year per call."""

    updated: str = "2026-05-01"
    years: tuple[str, ...] = ("2023", "2024", "2025")
    scale: float = 1.0
    areas: tuple[str, ...] = TODAY
    refuses_more_than: int = 100_000
    fails: dict[int, Exception] = field(default_factory=dict)
    sent: list[Call] = field(default_factory=list)

    def send(self, call: Call) -> Answer:
        self.sent.append(call)
        failure = self.fails.pop(len(self.sent), None)
        if failure:
            raise failure
        if call.cells > self.refuses_more_than:
            message = "too many"
            raise TooManyCells(message)
        text = ",".join(value for key, value in call.params if key == "year")
        return Answer(call, text.encode(), datetime.now(UTC), updated=self.updated)

    def plan(self, table: LiveTable, *, since: str | None = None) -> TablePlan:
        years = [year for year in self.years if year >= (since or "")]
        calls = tuple(self.call(year) for year in years)
        return TablePlan(table, calls, self.updated, {"years": years}, 2026, ("a remark",))

    def call(self, *years: str) -> Call:
        params = tuple(("year", year) for year in years)
        return Call("statfin", "https://example.invalid/koe", params, cells=len(self.areas) * len(years))

    def check(self, plan: TablePlan, answer: Answer) -> Answer:
        if answer.updated != plan.updated:
            message = f"koe: the table was published anew ({answer.updated}) while it was fetched."
            raise BadAnswer(message)
        return answer

    def smaller(self, plan: TablePlan, call: Call) -> tuple[Call, ...]:
        half = replace(call, cells=call.cells // 2)
        return replace(half, params=(*call.params, ("half", "1"))), replace(
            half, params=(*call.params, ("half", "2"))
        )

    def tidy(self, plan: TablePlan, answers: Sequence[Answer]) -> pd.DataFrame:
        years = sorted({answer.content.decode() for answer in answers})
        rows = [
            (area, year, "luku", float(self.scale) * (1000 + 7 * number + int(year) % 5), "")
            for year in years
            for number, area in enumerate(self.areas)
        ]
        return pd.DataFrame(rows, columns=["area", "period", "content", "value", "symbol"])


class Quiet:
    """A listener that counts."""

    def __init__(self) -> None:
        self.calls = 0

    def starts(self, table: LiveTable) -> None:
        pass

    def answered(self, *, more: int = 0) -> None:
        self.calls += 0 if more else 1


def opened(data: Path, source: Source, previous: pd.DataFrame | None = None) -> Fetching:
    return Fetching(
        data,
        SERVICES,
        cast(Any, source),
        Archive(data / "raw"),
        {"statfin": source},
        frozenset(TODAY),
        read_mergers(),
        lambda _: previous,
    )


def run(data: Path, source: Source, **options: Any) -> TableResult:
    fetching = opened(data, source, options.pop("previous", None))
    planned = plan_tables(fetching, [TABLE], force=options.pop("force", False), since=options.get("since"))
    return next(fetch_tables(fetching, planned, Quiet(), **options))


def values(data: Path) -> pd.DataFrame:
    return open_store(data=data).read("koe").drop(columns="table")


def test_a_table_is_fetched_whole_with_its_provenance(tmp_path: Path) -> None:
    result = run(tmp_path, Source())
    assert (result.state, result.rows, result.calls, result.resumed) == ("fetched", 3 * len(TODAY), 3, 0)
    assert "a remark" in result.remarks
    record = read_record(tmp_path, "koe")
    assert record is not None
    edition = record.editions[0]
    assert (edition.updated, edition.division, list(edition.periods)) == (
        "2026-05-01",
        2026,
        ["2023", "2025"],
    )
    assert len(edition.answers) == 3
    assert len(values(tmp_path)) == 3 * len(TODAY)


def test_an_unchanged_table_is_not_fetched_again_unless_forced(tmp_path: Path) -> None:
    run(tmp_path, Source())
    again = Source()
    assert run(tmp_path, again).state == "unchanged"
    assert again.sent == []
    assert run(tmp_path, again, force=True).state == "fetched"
    assert len(again.sent) == 3


def test_a_new_publication_is_fetched(tmp_path: Path) -> None:
    run(tmp_path, Source())
    fresh = Source(updated="2026-06-01", years=("2023", "2024", "2025", "2026"))
    assert run(tmp_path, fresh).state == "fetched"
    assert len(fresh.sent) == 4
    assert set(values(tmp_path)["period"]) == {"2023", "2024", "2025", "2026"}


def test_an_interrupted_fetch_goes_on_where_it_was(tmp_path: Path) -> None:
    source = Source(fails={3: KeyboardInterrupt()})  # type: ignore[dict-item]
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, source)
    assert read_record(tmp_path, "koe") is None
    rest = Source()
    result = run(tmp_path, rest)
    assert (result.state, result.resumed, len(rest.sent)) == ("fetched", 2, 1)


def test_a_failure_keeps_the_old_table(tmp_path: Path) -> None:
    run(tmp_path, Source())
    before = values(tmp_path)
    broken = Source(updated="2026-06-01", scale=1.01, fails={2: Unavailable("out of reach")})
    result = run(tmp_path, broken)
    assert (result.state, result.message) == ("failed", "out of reach")
    pd.testing.assert_frame_equal(values(tmp_path), before)


def test_a_refused_size_is_split(tmp_path: Path) -> None:
    source = Source(refuses_more_than=200)
    result = run(tmp_path, source)
    assert (result.state, result.calls) == ("fetched", 6)
    assert len(source.sent) == 9


def test_a_table_published_anew_in_between_begins_again(tmp_path: Path) -> None:
    class Moving(Source):
        def send(self, call: Call) -> Answer:
            if len(self.sent) == 1:
                self.updated, self.scale = "2026-06-01", 1.01
            return super().send(call)

    source = Moving()
    result = run(tmp_path, source)
    assert result.state == "fetched"
    record = read_record(tmp_path, "koe")
    assert record is not None
    assert {one.updated for one in record.editions[0].answers} == {"2026-06-01"}


def test_a_drift_stops_the_table_until_it_is_accepted(tmp_path: Path) -> None:
    run(tmp_path, Source())
    old = values(tmp_path)
    grown = Source(updated="2026-06-01", scale=10)
    result = run(tmp_path, grown, previous=old)
    assert result.state == "stopped", result.message
    assert "uso fetch --table koe --accept" in result.message
    pd.testing.assert_frame_equal(values(tmp_path), old)
    calls = len(grown.sent)
    assert run(tmp_path, grown, previous=old, accept=True).state == "fetched"
    assert len(grown.sent) == calls
    assert values(tmp_path)["value"].min() == pytest.approx(10 * old["value"].min())


def test_a_table_that_cannot_be_planned_does_not_stop_the_others(tmp_path: Path) -> None:
    class Unknown(Source):
        def plan(self, table: LiveTable, *, since: str | None = None) -> TablePlan:
            if table.id == "outo":
                message = "outo: the service has no such table."
                raise FetchError(message)
            return super().plan(table, since=since)

    fetching = opened(tmp_path, Unknown())
    other = TABLE.model_copy(update={"id": "outo"})
    told: list[PlannedTable] = []
    planned = plan_tables(fetching, [other, TABLE], told=told.append)
    assert [one.state for one in told] == ["failed", "fetch"]
    results = list(fetch_tables(fetching, planned, Quiet()))
    assert [(one.state, one.message) for one in results] == [
        ("failed", "outo: the service has no such table."),
        ("fetched", ""),
    ]
    assert expected_minutes(fetching, planned) == pytest.approx(3 * 30 / 60)


def test_unknown_areas_are_told_and_left_out(tmp_path: Path) -> None:
    result = run(tmp_path, Source(areas=(*TODAY, "999")))
    assert result.state == "fetched"
    assert any("999" in remark for remark in result.remarks)
    assert "999" not in set(values(tmp_path)["area"])


def test_a_service_without_a_time_of_its_own_is_always_asked_again(tmp_path: Path) -> None:
    run(tmp_path, Source(updated=""))
    again = Source(updated="")
    assert run(tmp_path, again).state == "fetched"
    assert len(again.sent) == 3


def test_two_fetches_at_once_are_refused(tmp_path: Path) -> None:
    with writing(tmp_path), pytest.raises(UsoError, match="another uso fetch"), writing(tmp_path):
        pass  # pragma: no cover - never entered


def test_fetching_since_keeps_the_earlier_periods(tmp_path: Path) -> None:
    run(tmp_path, Source())
    late = Source(updated="2026-06-01", scale=1.001)
    result = run(tmp_path, late, since="2025")
    assert result.state == "fetched"
    assert len(late.sent) == 1
    assert set(values(tmp_path)["period"]) == {"2023", "2024", "2025"}
    assert fetch_table.__doc__


def test_a_service_that_is_out_of_reach_is_not_asked_table_after_table(tmp_path: Path) -> None:
    class Dead(Source):
        planned = 0

        def plan(self, table: LiveTable, *, since: str | None = None) -> TablePlan:
            self.planned += 1
            message = "example.invalid is out of reach."
            raise Unavailable(message)

    source = Dead()
    others = [TABLE.model_copy(update={"id": f"koe_{number}"}) for number in range(3)]
    planned = plan_tables(opened(tmp_path, source), others)
    assert source.planned == 1
    assert [one.state for one in planned] == ["failed"] * 3
    assert "out of reach" in planned[2].reason


def test_a_service_that_goes_away_is_not_asked_for_the_next_table(tmp_path: Path) -> None:
    source = Source(fails={1: Unavailable("example.invalid is out of reach.")})
    fetching = opened(tmp_path, source)
    planned = plan_tables(fetching, [TABLE, TABLE.model_copy(update={"id": "koe_2"})])
    results = list(fetch_tables(fetching, planned, Quiet()))
    assert [one.state for one in results] == ["failed", "failed"]
    assert len(source.sent) == 1


def test_what_a_service_lacked_is_asked_for_again_next_time(tmp_path: Path) -> None:
    class Gappy(Source):
        def call(self, *years: str) -> Call:
            return replace(super().call(*years), optional=True)

    source = Gappy(fails={2: Refused("no file of 2024")})
    first = run(tmp_path, source)
    assert (first.state, first.calls) == ("fetched", 2)
    assert "left out: no file of 2024" in first.remarks
    again = Gappy()
    assert run(tmp_path, again).state == "fetched"
    assert [call.params for call in again.sent] == [(("year", "2024"),)]
    assert set(values(tmp_path)["period"]) == {"2023", "2024", "2025"}


def test_municipalities_without_figures_are_told_unless_the_declaration_says_why(tmp_path: Path) -> None:
    source = Source(areas=TODAY[2:])
    told = f"no figures of 2 of today's municipalities: {TODAY[0]}, {TODAY[1]}"
    assert told in run(tmp_path, source).remarks
    partial = TABLE.model_copy(update={"partial": "only some have it"})
    fetching = opened(tmp_path / "other", source)
    planned = plan_tables(fetching, [partial])
    assert told not in next(fetch_tables(fetching, planned, Quiet())).remarks


def test_a_refusal_is_explained_by_what_the_metadata_say_now(tmp_path: Path) -> None:
    class Renamed(Source):
        plans = 0

        def plan(self, table: LiveTable, *, since: str | None = None) -> TablePlan:
            self.plans += 1
            if self.plans > 1:
                message = "koe: the table has no vm01; the nearest is vm10."
                raise Refused(message)
            return super().plan(table, since=since)

    result = run(tmp_path, Renamed(fails={1: Refused("400 Bad Request")}))
    assert (result.state, result.message) == ("failed", "koe: the table has no vm01; the nearest is vm10.")


def test_unfinished_files_of_a_killed_fetch_are_removed(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    left = tmp_path / "raw" / f".half.gz.x{UNFINISHED}"
    left.write_bytes(b"half")
    with writing(tmp_path):
        assert not left.exists()


def test_divisions_are_compared_although_a_new_year_has_no_boundaries_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetching = opened(tmp_path, Source())
    service = Service(kind="classification", title="Luokitukset", base="https://example.invalid/")
    services = SERVICES.model_copy(update={"services": {"classification": service}})
    theirs = pd.DataFrame({"code": TODAY[1:], "name": [one.name for one in read_municipalities()[1:]]})
    gone = pd.DataFrame({"abolished": [TODAY[0]], "abolished_name": ["Vanha"], "successor": [TODAY[1]]})

    def lacking(*_: Any, **__: Any) -> Answer:
        message = "no boundaries of 2027 yet"
        raise Refused(message)

    monkeypatch.setattr(divisions, "latest_year", lambda *_: 2027)
    monkeypatch.setattr(divisions, "municipalities", lambda *_: theirs)
    monkeypatch.setattr(divisions, "mergers_between", lambda *_: gone)
    monkeypatch.setattr(divisions, "correspondences", lacking)
    monkeypatch.setattr(divisions, "boundaries", lacking)
    lines = divisions.division_lines(replace(fetching, services=services), reference_year=2026)
    assert f"Vanha ({TODAY[0]}) went to {TODAY[1]}." in lines
    assert any(line.endswith("is not a municipality any more.") for line in lines)
    assert lines[-1] == "Boundaries of 2027 were not kept: no boundaries of 2027 yet"

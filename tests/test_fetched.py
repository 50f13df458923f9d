"""Publishing: the old table or the new one, whole, whatever happens; earlier editions kept while they add."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from killed_publisher import version
from made_figures import NOVEMBER, figures, imported, live_table, provenance, published, values

from uso_lib.editions import Edition, TableRecord, read_record, tables_folder
from uso_lib.errors import SnapshotError
from uso_lib.sources.keeping import fetched
from uso_lib.sources.keeping.fetched import publish, publish_fetched, sweep
from uso_lib.sources.keeping.vintage import day_of, fetched_vintage, imported_vintage, span_words
from uso_lib.sources.service import Answer, Call, TablePlan
from uso_lib.store import open_store

TESTS = Path(__file__).parent


def record(data: Path) -> TableRecord:
    found = read_record(data, "toy")
    assert found is not None
    return found


def files(data: Path) -> list[str]:
    return sorted(file.name for file in tables_folder(data).iterdir())


def test_an_edition_says_what_it_holds_and_where_it_came_from(tmp_path: Path) -> None:
    edition = published(tmp_path)
    assert edition.file.startswith("toy-")
    assert edition.file == f"toy-{edition.sha256[:12]}.parquet"
    assert files(tmp_path) == [edition.file, "toy.json"]
    assert (edition.kind, edition.producer, edition.definition) == ("fetched", "Tilastokeskus", "toy")
    assert (edition.periods, edition.n_areas, edition.rows) == (("2024", "2025"), 2, 4)
    assert edition.vintage == "vuosina 2024–2025, haettu 21.11.2026, julkaistu 4.5.2026"
    assert datetime.fromisoformat(edition.retrieved) == NOVEMBER
    assert edition.answers[0].address == "https://example.fi/toy.px"


def test_the_division_is_the_registers_unless_the_service_is_ahead_of_it(tmp_path: Path) -> None:
    assert [published(tmp_path, division=year).division for year in (None, 2023, 2026, 2027)] == [
        2026, 2026, 2026, 2027,
    ]  # fmt: skip


def test_a_fetch_records_its_answers_and_the_time_of_the_last(tmp_path: Path) -> None:
    call = Call("statfin", "https://example.fi/toy.px", body={"query": []})
    times = [datetime(2026, 11, 21, 9, minute, tzinfo=UTC) for minute in (3, 1)]
    answers = [Answer(call, bytes([minute]), moment) for minute, moment in enumerate(times)]
    plan = TablePlan(live_table(), (call,), "2026-05-04T05:00:00Z", {"path": "toy.px"}, division=2026)
    edition = publish_fetched(tmp_path, plan, figures(), answers)
    assert datetime.fromisoformat(edition.retrieved) == times[0]
    assert (edition.plan_key, edition.updated) == (plan.key, plan.updated)
    assert [one.sha256 for one in edition.answers] == [one.sha256 for one in answers]
    assert edition.answers[0].query == '{"body": {"query": []}}'
    assert edition.resolved == {"path": "toy.px"}


def test_the_same_figures_give_the_same_bytes_in_any_order(tmp_path: Path) -> None:
    shuffled = figures().sample(frac=1, random_state=3)
    assert published(tmp_path / "a", shuffled).sha256 == published(tmp_path / "b").sha256


def test_a_table_that_is_not_tidy_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    twice = pd.concat([figures(), figures()], ignore_index=True)
    with pytest.raises(SnapshotError, match="toy: the same key stands on several rows"):
        published(tmp_path, twice)
    assert not tables_folder(tmp_path).exists()


def test_a_whole_new_edition_replaces_the_earlier_one(tmp_path: Path) -> None:
    published(tmp_path)
    new = published(tmp_path, figures({"n": {year: {"020": 7.0} for year in ("2024", "2025", "2026")}}))
    assert record(tmp_path).editions == (new,)


def test_an_edition_of_the_newest_periods_leaves_the_older_ones_below(tmp_path: Path) -> None:
    old = published(tmp_path)
    new = published(tmp_path, figures({"n": {"2025": {"020": 7.0}, "2026": {"020": 8.0}}}))
    assert record(tmp_path).editions == (new, old)
    newer = published(tmp_path, figures({"n": {"2025": {"020": 9.0}, "2026": {"020": 9.0}}}))
    assert record(tmp_path).editions == (newer, old)


def test_an_edition_is_dropped_when_several_newer_ones_cover_it_together(tmp_path: Path) -> None:
    published(tmp_path)
    one = published(tmp_path, figures({"n": {"2025": {"020": 7.0}}}))
    two = published(tmp_path, figures({"n": {"2024": {"020": 7.0}}}))
    assert record(tmp_path).editions == (two, one)


@pytest.mark.parametrize(
    "changes",
    [
        {"table": live_table(definition="other")},
        {"table": live_table(producer="THL")},
        {"division": 2027},
    ],
)
def test_what_does_not_join_is_kept_whatever_it_covers(tmp_path: Path, changes: dict[str, Any]) -> None:
    old = published(tmp_path)
    new = published(tmp_path, **changes)
    assert record(tmp_path).editions == (new, old)


def test_other_dimensions_do_not_join_either(tmp_path: Path) -> None:
    old = published(tmp_path)
    new = published(tmp_path, figures(age="0"), table=live_table(dims=["age"]))
    assert record(tmp_path).editions == (new, old)


def test_an_import_replaces_an_earlier_one_only_when_it_has_all_its_municipalities(tmp_path: Path) -> None:
    first = imported(tmp_path, figures({"n": {"2024": {"020": 1.0}, "2025": {"091": 1.0}}}))
    second = imported(tmp_path, figures({"n": {"2024": {"091": 2.0}, "2025": {"020": 2.0}}}))
    assert record(tmp_path).editions == (second, first)
    assert second.areas == ("020", "091")
    third = imported(tmp_path, figures())
    assert record(tmp_path).editions == (third,)
    assert third.vintage == "vuosina 2024–2025, tuotu 21.11.2026 tiedostosta lelut.xlsx"


def test_an_import_over_fetched_figures_keeps_them(tmp_path: Path) -> None:
    old = published(tmp_path)
    new = imported(tmp_path, figures())
    assert record(tmp_path).editions == (new, old)


def test_files_stay_for_one_more_publication_so_that_a_begun_report_can_end(tmp_path: Path) -> None:
    first = published(tmp_path)
    reader = open_store(data=tmp_path)
    second = published(tmp_path, figures({"n": {"2024": {"020": 5.0}, "2025": {"020": 5.0}}}))
    assert values(reader.read("toy").drop(columns="table")) == values(figures())
    assert {first.file, second.file} < set(files(tmp_path))
    third = published(tmp_path, figures({"n": {"2024": {"020": 6.0}, "2025": {"020": 6.0}}}))
    assert files(tmp_path) == sorted([second.file, third.file, "toy.json"])


def test_sweeping_takes_what_nobody_names_and_nothing_else(tmp_path: Path) -> None:
    edition = published(tmp_path)
    folder = tables_folder(tmp_path)
    for name in (f".{edition.file}.x1.tmp", ".toy.json.x2.tmp", "toy-aaaaaaaaaaaa.parquet"):
        (folder / name).write_text("half", encoding="utf-8")
    kept = ["toy_two-aaaaaaaaaaaa.parquet", ".toy_two.json.x.tmp", "notes.txt"]
    for name in kept:
        (folder / name).write_text("mine", encoding="utf-8")
    assert len(sweep(tmp_path, "toy")) == 3
    assert files(tmp_path) == sorted([edition.file, "toy.json", *kept])


def test_without_a_record_only_unfinished_files_are_swept(tmp_path: Path) -> None:
    folder = tables_folder(tmp_path)
    folder.mkdir(parents=True)
    for name in ("toy-aaaaaaaaaaaa.parquet", ".toy.json.x2.tmp"):
        (folder / name).write_text("half", encoding="utf-8")
    assert sweep(tmp_path, "toy") == (".toy.json.x2.tmp",)


def test_publishing_heals_a_damaged_file_and_a_damaged_record(tmp_path: Path) -> None:
    edition = published(tmp_path)
    (tables_folder(tmp_path) / edition.file).write_bytes(b"PAR1 no")
    (tables_folder(tmp_path) / "toy.json").write_text("{", encoding="utf-8")
    published(tmp_path)
    assert values(open_store(data=tmp_path).read("toy").drop(columns="table")) == values(figures())


def test_a_damaged_import_stays_named_until_it_is_imported_again(tmp_path: Path) -> None:
    first = imported(tmp_path, figures(), file="eka.xlsx")
    (tables_folder(tmp_path) / first.file).write_bytes(b"no")
    imported(tmp_path, figures({"n": {"2025": {"020": 9.0}}}), file="toka.xlsx")
    with pytest.raises(SnapshotError, match=r"`uso import eka\.xlsx --as toy`"):
        open_store(data=tmp_path).read("toy")
    imported(tmp_path, figures(), file="eka.xlsx")
    assert values(open_store(data=tmp_path).read("toy").drop(columns="table")) == values(figures())


class KilledError(Exception):
    """Stand for a process that ends at a step of the operating system."""


def interrupt(monkeypatch: pytest.MonkeyPatch, name: str, at: int, *, after: bool) -> None:
    """Make a step fail the `at`-th time it is taken, before it is done or after."""
    real: Callable[..., Any] = getattr(os, name)
    taken = 0

    def step(*args: Any, **named: Any) -> Any:
        nonlocal taken
        taken += 1
        if taken == at and not after:
            raise KilledError(name)
        made = real(*args, **named)
        if taken == at:
            raise KilledError(name)
        return made

    monkeypatch.setattr(os, name, step)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(
    ("step", "at"), [("fsync", one) for one in (1, 2, 3, 4)] + [("replace", 1), ("replace", 2)]
)
def test_interrupted_at_any_step_the_table_is_the_old_one_or_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, at: int, *, after: bool
) -> None:
    old, new = figures(version(1, 3)), figures(version(2, 3))
    published(tmp_path, old)
    with monkeypatch.context() as patched:
        interrupt(patched, step, at, after=after)
        with pytest.raises(KilledError):
            published(tmp_path, new)
    committed = (step, at, after) in {("replace", 2, True), ("fsync", 4, False), ("fsync", 4, True)}
    found = values(open_store(data=tmp_path).read("toy").drop(columns="table"))
    assert found == values(new if committed else old)
    published(tmp_path, new)
    assert values(open_store(data=tmp_path).read("toy").drop(columns="table")) == values(new)
    assert [name for name in files(tmp_path) if name.endswith(".tmp")] == []


@pytest.mark.parametrize(("step", "at"), [("fsync", 1), ("replace", 1), ("fsync", 3), ("replace", 2)])
def test_interrupted_the_first_time_there_is_no_table_and_the_next_time_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, at: int
) -> None:
    with monkeypatch.context() as patched:
        interrupt(patched, step, at, after=False)
        with pytest.raises(KilledError):
            published(tmp_path)
    assert not open_store(data=tmp_path).has("toy")
    edition = published(tmp_path)
    assert files(tmp_path) == [edition.file, "toy.json"]


def test_killed_at_random_moments_a_reader_finds_one_whole_version(tmp_path: Path) -> None:
    chance = random.Random(20261121)
    newest = 0
    for start in range(0, 20_000, 1_000):
        publisher = subprocess.Popen(
            [sys.executable, TESTS / "killed_publisher.py", tmp_path, str(start + 1)],
            stdout=subprocess.PIPE,
            cwd=TESTS,
        )
        assert publisher.stdout is not None
        assert publisher.stdout.read(1) == b"."
        time.sleep(chance.uniform(0, 0.06))
        publisher.kill()
        publisher.wait()
        publisher.stdout.close()
        frame = open_store(data=tmp_path).read("toy")
        (found,) = frame["value"].unique()
        assert len(frame) == 20 * 60
        assert found > max(newest, start)
        assert record(tmp_path).editions[0].plan_key == str(int(found))
        newest = int(found)
    published(tmp_path, figures(version(1)))
    named = {*record(tmp_path).replaced, *(one.file for one in record(tmp_path).editions), "toy.json"}
    assert set(files(tmp_path)) == named


def test_a_full_disk_leaves_the_table_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    published(tmp_path)
    before = record(tmp_path)

    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(fetched, "write_durably", full)
    with pytest.raises(OSError, match="No space left"):
        published(tmp_path, figures({"n": {"2025": {"020": 9.0}}}))
    assert record(tmp_path) == before


def test_publish_returns_the_first_edition_of_the_record(tmp_path: Path) -> None:
    edition: Edition = publish(tmp_path, live_table(), figures(), provenance())
    assert record(tmp_path).editions[0] == edition


@pytest.mark.parametrize(
    ("periods", "words"),
    [
        (("1990", "2025"), "vuosina 1990–2025"),
        (("2025", "2025"), "vuonna 2025"),
        (("2026M06", "2026M06"), "kesäkuussa 2026"),
        (("2006M01", "2026M06"), "tammikuusta 2006 kesäkuuhun 2026"),
        (("2019", "2026M06"), "tammikuusta 2019 kesäkuuhun 2026"),
    ],
)
def test_spans_are_worded_as_in_the_report(periods: tuple[str, str], words: str) -> None:
    assert span_words(periods) == words


@pytest.mark.parametrize(
    ("time", "day"),
    [
        ("2026-05-04T05:00:00Z", (2026, 5, 4)),
        ("2026-07-21T05.00.00Z", (2026, 7, 21)),
        ("2026-07-21", (2026, 7, 21)),
        ("Mon, 04 May 2026 05:00:00 GMT", (2026, 5, 4)),
        ("", None),
        ("viime viikolla", None),
        ("2026-13-41", None),
        ("1 Jan 99999999999 00:00:00", None),
        ("1 Jan 2024 00:00:00 -9999999999999999999999", None),
    ],
)
def test_the_day_of_a_services_time_is_found_in_any_form(time: str, day: tuple[int, int, int] | None) -> None:
    found = day_of(time)
    assert (None if found is None else (found.year, found.month, found.day)) == day


def test_vintages_leave_out_what_is_not_known() -> None:
    assert (
        fetched_vintage(("2025", "2025"), retrieved=NOVEMBER, updated="") == "vuonna 2025, haettu 21.11.2026"
    )
    assert imported_vintage(("2026", "2026"), retrieved=NOVEMBER, file="") == "vuonna 2026, tuotu 21.11.2026"


PERIODS = ("2023", "2024", "2025")
AREAS = ("020", "091", "851")
Publication = tuple[str, dict[str, dict[str, float]]]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["fetched", "imported"]),
            st.dictionaries(
                st.sampled_from(PERIODS),
                st.dictionaries(st.sampled_from(AREAS), st.integers(0, 9).map(float), min_size=1),
                min_size=1,
            ),
        ),
        min_size=1,
        max_size=6,
    )
)
@settings(max_examples=40, deadline=None)
def test_however_figures_came_each_period_is_that_of_the_newest_publication(
    publications: list[Publication],
) -> None:
    expected: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        for kind, by_period in publications:
            frame = figures({"n": by_period})
            if kind == "fetched":
                published(data, frame)
                expected |= by_period
            else:
                imported(data, frame)
                for period, by_area in by_period.items():
                    expected[period] = expected.get(period, {}) | by_area
        store = open_store(data=data)
        found = values(store.read("toy").drop(columns="table"))
        assert len(store.editions("toy")) == 1
        named = {*record(data).replaced, *(one.file for one in record(data).editions), "toy.json"}
        assert set(files(data)) == named
    assert found == {
        ("n", period, area): value for period, by_area in expected.items() for area, value in by_area.items()
    }


def test_releases_of_a_table_that_is_recomputed_whole_never_join(tmp_path: Path) -> None:
    whole = live_table().model_copy(update={"whole": True})
    first = published(tmp_path, figures(), table=whole)
    second = published(tmp_path, figures(), table=whole, updated="2026-09-01")
    assert first.definition != second.definition
    assert second.definition == f"{whole.id} 2026-09-01"
    plain = live_table().model_copy(update={"id": "plain"})
    assert published(tmp_path, figures(), table=plain).definition == "plain"

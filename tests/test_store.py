"""The store gives checked tidy tables, and says which file is damaged, how, and what to do."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from made_figures import bundled, figures, imported, live_table, published, values, write_manifest

from uso_lib.editions import record_file, tables_folder
from uso_lib.errors import MissingFigures, SnapshotError
from uso_lib.sources.parquet import parquet_bytes
from uso_lib.store import Store, check_tidy, open_store

WAY_OUT = "git checkout -- uso_lib/snapshot` or rebuild it with `make snapshot`"


def toy(**changes: list[Any]) -> pd.DataFrame:
    """Return a tidy table of three rows, columns changed at will."""
    columns: dict[str, list[Any]] = {
        "area": ["851", "240", "SSS"],
        "period": ["2025", "2025", "2026M06"],
        "age": ["0", "0", "0"],
        "content": ["n", "n", "n"],
        "value": [1.5, None, 3],
        "symbol": ["", "...", "*"],
    }
    return pd.DataFrame(columns | changes).astype({"value": "float64"})


def write_snapshot(folder: Path, frame: pd.DataFrame, **changes: Any) -> Path:
    """Write a snapshot of one table ``toy`` and return its folder."""
    content = parquet_bytes(frame)
    folder.mkdir(exist_ok=True)
    (folder / "toy.parquet").write_bytes(content)
    entry = {
        "id": "toy", "producer": "P", "table_id": "t1", "title": "T", "vintage": "V", "n_areas": 2,
        "periods": ["2025", "2026M06"], "rows": len(frame), "dimensions": ["age"], "contents": ["n"],
        "licence": "CC BY 4.0", "sha256": hashlib.sha256(content).hexdigest(), "file": "toy.parquet",
        "source_file": "toy.csv", "note": "",
    }  # fmt: skip
    manifest = {"schema": 1, "data_as_of": "2026-06", "reference_year": 2026, "tables": [entry | changes]}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_snapshot(tmp_path / "snapshot", toy())


def test_a_table_comes_back_as_it_was_written(folder: Path) -> None:
    frame = open_store(folder).read("toy")
    assert list(frame.columns) == ["table", "area", "period", "age", "content", "value", "symbol"]
    assert frame["table"].unique().tolist() == ["toy"]
    assert frame["value"].dtype == "float64"
    assert [column for column in frame if column != "value" and frame[column].dtype != "str"] == []
    pd.testing.assert_frame_equal(frame.drop(columns="table"), toy(), check_dtype=False)


def test_whole_numbers_come_back_as_floats(tmp_path: Path) -> None:
    store = open_store(write_snapshot(tmp_path / "s", toy(value=[1, None, 3])))
    assert store.read("toy")["value"].dtype == "float64"
    assert store.read("toy")["value"].isna().tolist() == [False, True, False]


@pytest.mark.parametrize("value", [0.1, 86.2, -1e-7, 19108018101.0, 2.0**31, -(2.0**31), 12345.67])
def test_no_number_changes_on_the_disk(tmp_path: Path, value: float) -> None:
    store = open_store(write_snapshot(tmp_path / "s", toy(value=[value, None, 3])))
    assert store.read("toy")["value"].iloc[0] == value


def test_the_store_describes_itself(folder: Path) -> None:
    store = open_store(folder)
    assert (store.data_as_of, store.reference_year) == ("2026-06", 2026)
    assert [table.id for table in store.tables] == ["toy"]
    assert store.has("toy")
    assert not store.has("muu")
    info = store.info("toy")
    assert (info.periods, info.dimensions, info.rows) == (("2025", "2026M06"), ("age",), 3)


def test_reading_is_cached_and_the_copy_is_the_readers_own(folder: Path) -> None:
    store = open_store(folder)
    first = store.read("toy")
    first.loc[0, "value"] = 99.0
    first["more"] = 1
    (folder / "toy.parquet").unlink()
    again = store.read("toy")
    assert again["value"].iloc[0] == 1.5
    assert "more" not in again


def test_an_unknown_table_names_those_there_are(folder: Path) -> None:
    with pytest.raises(MissingFigures, match=r"no table 'muu'\. It has: toy"):
        open_store(folder).read("muu")


def damage(folder: Path, how: str) -> None:
    file = folder / "toy.parquet"
    content = file.read_bytes()
    if how == "missing":
        file.unlink()
    elif how == "truncated":
        file.write_bytes(content[: len(content) // 2])
    elif how == "a folder":
        file.unlink()
        file.mkdir()
    elif how == "emptied":
        file.write_bytes(b"")
    else:
        middle = len(content) // 2
        file.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("missing", "is missing"),
        ("a folder", "cannot be read"),
        ("truncated", "is truncated"),
        ("emptied", "is truncated"),
        ("altered", "is altered"),
    ],
)
def test_a_damaged_file_is_named_with_the_way_out(folder: Path, how: str, words: str) -> None:
    store = open_store(folder)
    damage(folder, how)
    with pytest.raises(SnapshotError) as caught:
        store.read("toy")
    assert str(folder / "toy.parquet") in str(caught.value)
    assert words in str(caught.value)
    assert WAY_OUT in str(caught.value)


def test_a_file_that_was_never_parquet_is_refused(folder: Path) -> None:
    (folder / "toy.parquet").write_bytes(b"PAR1 nothing PAR1")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["tables"][0]["sha256"] = hashlib.sha256(b"PAR1 nothing PAR1").hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(SnapshotError, match="not readable Parquet"):
        open_store(folder).read("toy")


def test_a_file_with_other_rows_than_the_manifest_is_refused(tmp_path: Path) -> None:
    store = open_store(write_snapshot(tmp_path / "s", toy(), rows=4))
    with pytest.raises(SnapshotError, match="3 rows instead of the manifest's 4"):
        store.read("toy")


def test_tables_are_checked_on_the_way_out(tmp_path: Path) -> None:
    store = open_store(write_snapshot(tmp_path / "s", toy(area=["851", "51", "SSS"])))
    with pytest.raises(SnapshotError, match=r"toy\.parquet: area is not of the form"):
        store.read("toy")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "manifest is missing"),
        ("{", "manifest is damaged"),
        ("[]", "not of schema 1"),
        ('{"schema": 2}', "not of schema 1"),
        ('{"schema": 1, "tables": []}', "lacks data_as_of, reference_year"),
        ('{"schema": 1, "data_as_of": "", "reference_year": 2026, "tables": null}', "tables must be a list"),
        ('{"schema": 1, "data_as_of": "", "reference_year": "x", "tables": []}', "its year a number"),
    ],
)
def test_a_damaged_manifest_is_refused(folder: Path, text: str | None, words: str) -> None:
    manifest = folder / "manifest.json"
    manifest.unlink()
    if text is not None:
        manifest.write_text(text, encoding="utf-8")
    with pytest.raises(SnapshotError, match=words) as caught:
        open_store(folder)
    assert WAY_OUT in str(caught.value)


def test_a_manifest_that_is_a_folder_is_refused(folder: Path) -> None:
    (folder / "manifest.json").unlink()
    (folder / "manifest.json").mkdir()
    with pytest.raises(SnapshotError, match="manifest cannot be read"):
        open_store(folder)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"colour": "blue"}, "colour"),
        ({"file": 3}, r"\(file\)"),
        ({"periods": "2000", "rows": "3"}, r"\(periods, rows\)"),
    ],
)
def test_a_manifest_entry_of_another_shape_is_refused(
    tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    store = open_store(write_snapshot(tmp_path / "s", toy(), **changes))
    with pytest.raises(SnapshotError, match="table toy is described wrongly") as caught:
        store.has("toy")
    assert re.search(words, str(caught.value))


def test_a_manifest_entry_that_is_no_entry_is_refused(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["tables"] = ["toy"]
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(SnapshotError, match=r"table \? is described wrongly"):
        open_store(folder).has("toy")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"area": ["851", "KU240", "SSS"]}, "area is not of the form"),
        ({"area": ["851", "ELY09", "SSS"]}, "area is not of the form"),
        ({"area": ["851", None, "SSS"]}, "area is missing"),
        ({"area": [851, 240, 91]}, "column area is int64, not text"),
        ({"period": ["2025", "2025-01-01", "2025"]}, "period is not of the form"),
        ({"period": ["2025", "2025M13", "2025"]}, "period is not of the form"),
        ({"content": ["n", "", "n"]}, "content is empty"),
        ({"age": ["0", "", "0"]}, "age is empty"),
        ({"value": [1.5, 2, float("inf")]}, "value is infinite"),
        ({"symbol": ["", "", ""]}, "a missing value has no mark"),
        ({"symbol": ["", "*", ""]}, "a missing value has no mark"),
        ({"symbol": ["..", "..", ""]}, "a value has the mark of a missing one"),
        ({"symbol": ["?", "..", ""]}, "a value has the mark of a missing one"),
        ({"area": ["851", "851", "SSS"]}, "the same key stands on several rows"),
    ],
)
def test_untidy_tables_are_refused(changes: dict[str, list[Any]], words: str) -> None:
    with pytest.raises(SnapshotError, match=words) as caught:
        check_tidy(toy(**changes), where="a table")
    assert str(caught.value).startswith("a table: ")


def test_value_must_be_a_float_and_the_columns_in_order() -> None:
    with pytest.raises(SnapshotError, match="value is int64"):
        check_tidy(toy(value=[1, 2, 3]).astype({"value": "int64"}), where="t")
    with pytest.raises(SnapshotError, match="columns are"):
        check_tidy(toy()[["period", "area", "age", "content", "value", "symbol"]], where="t")
    with pytest.raises(SnapshotError, match="no rows"):
        check_tidy(toy().head(0), where="t")


@pytest.mark.parametrize("mark", ["", "-", "*", "~"])
def test_every_mark_of_a_value_is_let_through(mark: str) -> None:
    check_tidy(toy(symbol=[mark, "..", ""]), where="t")


@pytest.mark.parametrize("mark", [".", "..", "...", "/"])
def test_every_mark_of_a_missing_value_is_let_through(mark: str) -> None:
    check_tidy(toy(symbol=["", mark, ""]), where="t")


def test_the_bundled_store_opens_by_default_and_every_table_is_readable() -> None:
    store: Store = open_store()
    assert store.reference_year == 2026
    for info in store.tables:
        frame = store.read(info.id)
        assert tuple(frame.columns) == (
            "table",
            "area",
            "period",
            *info.dimensions,
            "content",
            "value",
            "symbol",
        )
        assert sorted(frame["content"].unique()) == list(info.contents)
        assert (frame["period"].min(), frame["period"].max()) == info.periods


OLD = {"n": {"2023": {"020": 1.0, "091": 2.0}, "2024": {"020": 3.0, "091": 4.0}}, "m": {"2023": {"020": 5.0}}}


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    """Return a snapshot of one table: content n in 2023 and 2024, m in 2023."""
    return bundled(tmp_path / "snapshot", {"toy": figures(OLD)})


def stored(store: Store, table: str = "toy", edition: int = 0) -> dict[tuple[str, ...], float | None]:
    frame = store.read(table, edition)
    assert frame["table"].unique().tolist() == [table]
    check_tidy(frame, where=table)
    return values(frame.drop(columns="table"))


def test_without_fetched_figures_a_table_is_its_bundled_self(snapshot: Path, tmp_path: Path) -> None:
    for store in (open_store(snapshot), open_store(snapshot, data=tmp_path / "data")):
        (info,) = store.editions("toy")
        assert (info.kind, info.definition, info.division, info.retrieved) == ("bundled", "toy", 2026, "")
        assert info.parts[0].file == "toy.parquet"
        assert (store.data_as_of, store.bundled_as_of) == ("2026-06", "2026-06")
        assert stored(store) == values(figures(OLD))


def test_fetched_periods_stand_over_bundled_ones_content_by_content(snapshot: Path, tmp_path: Path) -> None:
    new = {"n": {"2024": {"020": 30.0}, "2025": {"020": 50.0, "091": 60.0}}}
    published(tmp_path, figures(new))
    store = open_store(snapshot, data=tmp_path)
    assert stored(store) == {
        ("n", "2023", "020"): 1.0, ("n", "2023", "091"): 2.0,
        ("n", "2024", "020"): 30.0,  # as published: the newer table has no figure of 091
        ("n", "2025", "020"): 50.0, ("n", "2025", "091"): 60.0,
        ("m", "2023", "020"): 5.0,
    }  # fmt: skip
    (info,) = store.editions("toy")
    assert (info.kind, info.periods, info.contents) == ("joined", ("2023", "2025"), ("m", "n"))
    assert info.vintage == (
        "vuosina 2024–2025, haettu 21.11.2026, julkaistu 4.5.2026; vuosina 2023–2024, vuoden 2025 aluejako"
    )
    assert (info.retrieved, store.data_as_of) == ("2026-11-21", "2026-11")
    assert [part.kind for part in info.parts] == ["fetched", "bundled"]


def test_a_bundled_table_that_is_superseded_altogether_is_not_named_or_read(
    snapshot: Path, tmp_path: Path
) -> None:
    every = {"n": {"2023": {"020": 7.0}, "2024": {"020": 7.0}}, "m": {"2023": {"020": 7.0}}}
    edition = published(tmp_path, figures(every))
    store = open_store(snapshot, data=tmp_path)
    (info,) = store.editions("toy")
    assert (info.kind, info.sha256, info.vintage) == ("fetched", edition.sha256, edition.vintage)
    assert stored(store) == values(figures(every))


@pytest.mark.parametrize(
    "changes",
    [
        {"table": live_table(producer="THL")},
        {"table": live_table(definition="other")},
        {"division": 2027},
        {"table": live_table(dims=["age"]), "frame": figures(age="0")},
    ],
    ids=["producer", "definition", "division", "dimensions"],
)
def test_figures_that_do_not_agree_are_separate_editions(
    snapshot: Path, tmp_path: Path, changes: dict[str, Any]
) -> None:
    published(tmp_path, **changes)
    store = open_store(snapshot, data=tmp_path)
    assert [info.kind for info in store.editions("toy")] == ["fetched", "bundled"]
    assert store.info("toy", 1).vintage == "vuosina 2023–2024, vuoden 2025 aluejako"
    assert stored(store) == values(changes.get("frame", figures()))
    assert stored(store, edition=1) == values(figures(OLD))
    with pytest.raises(MissingFigures, match="no edition 2: it has 2"):
        store.read("toy", 2)


def test_what_agrees_joins_over_an_edition_between(snapshot: Path, tmp_path: Path) -> None:
    published(tmp_path, figures({"n": {"2025": {"020": 1.0}}}))
    published(tmp_path, figures({"n": {"2025": {"020": 2.0}}}), division=2027)
    store = open_store(snapshot, data=tmp_path)
    assert [info.kind for info in store.editions("toy")] == ["fetched", "joined"]
    assert stored(store, edition=1)[("n", "2025", "020")] == 1.0


def test_dimensions_in_another_order_join(tmp_path: Path) -> None:
    frame = figures(age="0", sex="1")
    snapshot = bundled(tmp_path / "s", {"toy": frame})
    published(
        tmp_path,
        figures({"n": {"2026": {"020": 9.0}}}, sex="1", age="0"),
        table=live_table(dims=["sex", "age"]),
    )
    store = open_store(snapshot, data=tmp_path)
    assert store.info("toy").dimensions == ("sex", "age")
    assert stored(store)[("n", "2024", "020", "1", "0")] == 1.0
    assert store.codes("toy", "age") == ("0",)


def test_an_import_replaces_only_the_municipalities_it_holds(snapshot: Path, tmp_path: Path) -> None:
    imported(tmp_path, figures({"n": {"2024": {"020": 30.0}}}), file="eka.xlsx")
    imported(tmp_path, figures({"n": {"2024": {"091": 40.0}, "2025": {"091": 50.0}}}), file="toka.xlsx")
    store = open_store(snapshot, data=tmp_path)
    assert stored(store) == {
        ("n", "2023", "020"): 1.0, ("n", "2023", "091"): 2.0, ("m", "2023", "020"): 5.0,
        ("n", "2024", "020"): 30.0, ("n", "2024", "091"): 40.0, ("n", "2025", "091"): 50.0,
    }  # fmt: skip
    assert [part.kind for part in store.info("toy").parts] == ["imported", "imported", "bundled"]
    assert store.info("toy").source_file == "toka.xlsx, eka.xlsx, toy.csv"


def test_municipalities_of_imports_are_counted_together(tmp_path: Path) -> None:
    snapshot = bundled(tmp_path / "s", {})
    for area in ("020", "091", "851"):
        imported(tmp_path, figures({"n": {"2025": {area: 1.0}}}), file=f"{area}.xlsx")
    assert open_store(snapshot, data=tmp_path).info("toy").n_areas == 3


def test_codes_are_those_of_all_joined_files(tmp_path: Path) -> None:
    snapshot = bundled(tmp_path / "s", {"toy": figures({"n": {"2020": {"020": 1.0}}}, age="old")})
    published(tmp_path, figures(age="new"), table=live_table(dims=["age"]))
    assert open_store(snapshot, data=tmp_path).codes("toy", "age") == ("new", "old")


def test_tables_that_were_only_fetched_come_after_the_bundled_ones(snapshot: Path, tmp_path: Path) -> None:
    for name in ("zz", "aa"):
        published(tmp_path, table=live_table(name))
    store = open_store(snapshot, data=tmp_path)
    assert [info.id for info in store.tables] == ["toy", "aa", "zz"]
    assert store.has("aa")
    assert stored(store, "aa") == values(figures())
    assert [info.id for info in store.without(["aa"]).tables] == ["toy", "zz"]
    assert not store.without(["aa"]).has("aa")


def test_a_store_stays_what_it_was_when_it_was_opened(snapshot: Path, tmp_path: Path) -> None:
    published(tmp_path)
    store = open_store(snapshot, data=tmp_path)
    published(tmp_path, figures({"n": {"2024": {"020": 9.0}, "2025": {"020": 9.0}}}))
    assert stored(store)[("n", "2025", "020")] == 3.0
    assert stored(open_store(snapshot, data=tmp_path))[("n", "2025", "020")] == 9.0


@pytest.mark.parametrize(
    ("how", "words"), [("missing", "is missing"), ("truncated", "is truncated"), ("altered", "is altered")]
)
def test_a_damaged_fetched_file_is_told_and_nothing_older_is_taken_for_it(
    snapshot: Path, tmp_path: Path, how: str, words: str
) -> None:
    edition = published(tmp_path)
    fetched = tables_folder(tmp_path) / edition.file
    content = fetched.read_bytes()
    if how == "missing":
        fetched.unlink()
    else:
        fetched.write_bytes(content[:-9] if how == "truncated" else content[:9] + b"?" + content[10:])
    with pytest.raises(SnapshotError, match=words) as caught:
        open_store(snapshot, data=tmp_path).read("toy")
    assert str(fetched) in str(caught.value)
    assert "uso fetch --table toy" in str(caught.value)


def test_a_damaged_record_is_told_when_its_table_is_asked_for_and_not_before(
    snapshot: Path, tmp_path: Path
) -> None:
    published(tmp_path)
    published(tmp_path, table=live_table("other"))
    record_file(tmp_path, "toy").write_text("{", encoding="utf-8")
    store = open_store(snapshot, data=tmp_path)
    assert stored(store, "other") == values(figures())
    assert store.has("toy")
    for ask in (store.info, store.read, store.editions):
        with pytest.raises(SnapshotError, match="the record is damaged"):
            ask("toy")


def test_a_snapshot_may_hold_several_editions_of_a_table(tmp_path: Path) -> None:
    folder = bundled(tmp_path / "s", {"toy": figures(), "toy.2": figures(OLD)})
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    first, second = manifest["tables"]
    first |= {"division": 2027, "retrieved": "2026-11-21", "provenance": [{"kind": "fetched"}]}
    write_manifest(folder, [first, second | {"id": "toy"}])
    store = open_store(folder)
    assert [(info.kind, info.division) for info in store.editions("toy")] == [
        ("bundled", 2027),
        ("bundled", 2026),
    ]
    assert store.info("toy").retrieved == "2026-11-21"
    assert stored(store, edition=1) == values(figures(OLD))


@pytest.mark.parametrize("changes", [{"kind": "fetched"}, {"parts": []}, {"division": "2026"}])
def test_a_manifest_cannot_say_what_only_the_store_knows(tmp_path: Path, changes: dict[str, Any]) -> None:
    folder = bundled(tmp_path / "s", {"toy": figures()}, toy=changes)
    with pytest.raises(SnapshotError, match=f"described wrongly .{next(iter(changes))}"):
        open_store(folder).has("toy")


def test_a_record_that_names_other_dimensions_than_its_file_has_is_damaged(
    snapshot: Path, tmp_path: Path
) -> None:
    published(tmp_path)
    path = record_file(tmp_path, "toy")
    written = json.loads(path.read_text(encoding="utf-8"))
    written["editions"][0]["dimensions"] = ["age"]
    path.write_text(json.dumps(written), encoding="utf-8")
    with pytest.raises(SnapshotError, match=r"toy\.json: the record is damaged \(dimensions\)"):
        open_store(snapshot, data=tmp_path).read("toy")

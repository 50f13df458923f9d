"""Records of fetched and imported tables: what they hold, and what a damaged one says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from made_figures import published

from uso_lib.editions import (
    Held,
    grouped,
    read_record,
    record_bytes,
    record_file,
    recorded_tables,
    tables_folder,
)
from uso_lib.errors import SnapshotError


def test_a_record_comes_back_as_it_was_written(tmp_path: Path) -> None:
    edition = published(tmp_path, resolved={"path": "StatFin/toy.px", "codes": {"Alue": ["KU020"]}})
    record = read_record(tmp_path, "toy")
    assert record is not None
    assert record.editions == (edition,)
    assert record_bytes(record) == record_file(tmp_path, "toy").read_bytes()
    assert (record.producer, record.title, record.shareable) == ("Tilastokeskus", "Lelut", True)
    written = json.loads(record_file(tmp_path, "toy").read_text(encoding="utf-8"))
    assert written["schema"] == 1
    assert written["editions"][0]["resolved"]["codes"] == {"Alue": ["KU020"]}


def test_what_was_never_fetched_has_no_record(tmp_path: Path) -> None:
    assert read_record(tmp_path, "toy") is None
    assert recorded_tables(tmp_path / "nowhere") == ()


def test_recorded_tables_are_named_without_unfinished_files(tmp_path: Path) -> None:
    published(tmp_path)
    (tables_folder(tmp_path) / ".toy.json.abc.tmp").write_text("{", encoding="utf-8")
    assert recorded_tables(tmp_path) == ("toy",)


def test_contents_with_the_same_periods_stand_together() -> None:
    pairs = [("b", "2024"), ("a", "2025"), ("a", "2024"), ("b", "2025"), ("c", "2025"), ("c", "2025")]
    assert grouped(pairs) == (
        Held(contents=("a", "b"), periods=("2024", "2025")),
        Held(contents=("c",), periods=("2025",)),
    )


def test_the_pairs_of_an_edition_are_those_it_was_grouped_from(tmp_path: Path) -> None:
    assert published(tmp_path).pairs == {("n", "2024"), ("n", "2025")}


def change(path: Path, **changes: Any) -> None:
    written = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(written | changes), encoding="utf-8")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"schema": 2}, "schema"),
        ({"colour": "blue"}, "colour"),
        ({"editions": []}, "editions"),
        ({"id": "other"}, "is of table other"),
    ],
)
def test_a_damaged_record_is_named_with_the_way_out(
    tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    published(tmp_path)
    change(record_file(tmp_path, "toy"), **changes)
    with pytest.raises(SnapshotError, match=words) as caught:
        read_record(tmp_path, "toy")
    assert str(record_file(tmp_path, "toy")) in str(caught.value)
    assert "uso fetch --table toy" in str(caught.value)


@pytest.mark.parametrize("name", ["../../etc/passwd", "toy.parquet", "toy-0123456789ab.parquet/x", "/toy"])
def test_a_record_cannot_name_a_file_elsewhere(tmp_path: Path, name: str) -> None:
    published(tmp_path)
    path = record_file(tmp_path, "toy")
    written = json.loads(path.read_text(encoding="utf-8"))
    written["editions"][0]["file"] = name
    path.write_text(json.dumps(written), encoding="utf-8")
    with pytest.raises(SnapshotError, match=r"editions\.0\.file"):
        read_record(tmp_path, "toy")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("retrieved", "eilen"),
        ("retrieved", "2026-11-21T08:00:00"),
        ("periods", ["2024", "2025; rm"]),
        ("sha256", "../x"),
    ],
)
def test_what_others_rely_on_in_a_record_is_checked(tmp_path: Path, key: str, value: Any) -> None:
    published(tmp_path)
    path = record_file(tmp_path, "toy")
    written = json.loads(path.read_text(encoding="utf-8"))
    written["editions"][0][key] = value
    path.write_text(json.dumps(written), encoding="utf-8")
    with pytest.raises(SnapshotError, match=rf"damaged \(editions\.0\.{key}"):
        read_record(tmp_path, "toy")


@pytest.mark.parametrize("text", ["", "{", "[]", "\x00\x01"])
def test_a_record_that_is_no_record_is_damaged(tmp_path: Path, text: str) -> None:
    published(tmp_path)
    record_file(tmp_path, "toy").write_text(text, encoding="utf-8")
    with pytest.raises(SnapshotError, match="the record is damaged"):
        read_record(tmp_path, "toy")


def test_a_record_that_is_a_folder_cannot_be_read(tmp_path: Path) -> None:
    record_file(tmp_path, "toy").mkdir(parents=True)
    with pytest.raises(SnapshotError, match="cannot be read"):
        read_record(tmp_path, "toy")


def test_what_no_reader_sees_is_taken_out_of_a_record(tmp_path: Path) -> None:
    published(tmp_path)
    change(record_file(tmp_path, "toy"), title="Lelut\u202e\u0000", note="\u200bhuomio")
    record = read_record(tmp_path, "toy")
    assert record is not None
    assert (record.title, record.note) == ("Lelut", "huomio")

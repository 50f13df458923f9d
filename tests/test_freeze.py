"""The store as a snapshot: the bundled one byte for byte without anything fetched, else the same figures."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from made_figures import bundled, figures, imported, live_table, published, values

from uso_lib.commands import freeze as module
from uso_lib.commands.freeze import freeze
from uso_lib.editions import tables_folder
from uso_lib.errors import SnapshotError, UsoError
from uso_lib.registers import SNAPSHOT, read_mergers, read_municipalities
from uso_lib.sources.carryover.page import BEGIN, END
from uso_lib.store import Store, open_store

OLD = {"n": {"2023": {"020": 1.0, "091": 2.0}, "2024": {"020": 3.0, "091": 4.0}}}


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    """Return a snapshot of two tables with the real registers."""
    folder = bundled(tmp_path / "snapshot", {"toy": figures(OLD), "other": figures(OLD)})
    real = json.loads((SNAPSHOT / "manifest.json").read_text(encoding="utf-8"))
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["registers"] = real["registers"]
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    for register in real["registers"]:
        shutil.copy(SNAPSHOT / register["file"], folder)
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "frozen"


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def manifest_of(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "manifest.json").read_text(encoding="utf-8")))


def held(store: Store) -> dict[tuple[str, int], dict[tuple[str, ...], float | None]]:
    return {
        (info.id, number): values(store.read(info.id, number).drop(columns="table"))
        for info in store.tables
        for number, _ in enumerate(store.editions(info.id))
    }


def test_without_fetched_figures_the_bundled_snapshot_comes_back_byte_for_byte(target: Path) -> None:
    result = freeze(open_store(), target)
    assert contents(target) == contents(SNAPSHOT)
    assert (result.renewed, result.left_out) == ((), ())
    assert result.lines == (f"{result.tables} tables, {result.rows} rows → {target}",)


def test_a_frozen_store_holds_the_same_figures_and_can_be_used_alone(
    snapshot: Path, data: Path, target: Path
) -> None:
    published(data, figures({"n": {"2024": {"020": 30.0}, "2025": {"020": 50.0}}}))
    published(data, table=live_table("new"))
    store = open_store(snapshot, data=data)
    result = freeze(store, target)
    frozen = open_store(target)
    assert held(frozen) == held(store)
    assert [info.id for info in frozen.tables] == ["toy", "other", "new"]
    assert result.renewed == ("toy", "new")
    for info in frozen.tables:
        assert info.kind == "bundled"
    assert frozen.info("toy").vintage == store.info("toy").vintage
    assert (frozen.info("toy").rows, frozen.info("toy").n_areas) == (4, 2)
    assert frozen.info("toy").periods == ("2023", "2025")
    assert read_municipalities(target) == read_municipalities()
    assert read_mergers(target) == read_mergers()


def test_a_frozen_table_says_when_it_was_gathered_and_of_what(
    snapshot: Path, data: Path, target: Path
) -> None:
    published(data, figures({"n": {"2025": {"020": 50.0}}}))
    freeze(open_store(snapshot, data=data), target)
    store = open_store(target)
    assert (store.data_as_of, store.info("toy").retrieved) == ("2026-11", "2026-11-21")
    assert store.info("other").retrieved == "2026-06"
    toy, other = manifest_of(target)["tables"]
    assert "provenance" not in other
    fetched, before = toy["provenance"]
    assert fetched["answers"][0]["address"] == "https://example.fi/toy.px"
    assert before == {
        "kind": "bundled", "vintage": "vuosina 2023–2024, vuoden 2025 aluejako", "source_file": "toy.csv",
    }  # fmt: skip


def test_editions_that_do_not_join_stay_apart(snapshot: Path, data: Path, target: Path) -> None:
    published(data, division=2027)
    published(data, table=live_table(definition="new words"))
    store = open_store(snapshot, data=data)
    freeze(store, target)
    frozen = open_store(target)
    names = [(entry["id"], entry["file"]) for entry in manifest_of(target)["tables"]]
    assert names == [
        ("toy", "toy.parquet"), ("toy", "toy.2.parquet"), ("toy", "toy.3.parquet"),
        ("other", "other.parquet"),
    ]  # fmt: skip
    assert held(frozen) == held(store)
    told = [(one.definition, one.division) for one in frozen.editions("toy")]
    assert told == [("new words", 2026), ("toy", 2027), ("toy", 2026)]


def test_freezing_what_was_frozen_changes_nothing(snapshot: Path, data: Path, target: Path) -> None:
    published(data, division=2027)
    published(data, figures({"n": {"2025": {"020": 50.0}}}), table=live_table("other"))
    freeze(open_store(snapshot, data=data), target)
    again = target.with_name("again")
    freeze(open_store(target), again)
    assert contents(again) == contents(target)
    freeze(open_store(target, data=data), again)
    assert held(open_store(again)) == held(open_store(target))


def test_figures_that_may_not_be_shared_are_left_out_and_named(
    snapshot: Path, data: Path, target: Path
) -> None:
    imported(data, figures({"n": {"2025": {"020": 50.0}}}), table=live_table(shareable=False))
    published(data, table=live_table("secret", shareable=False))
    result = freeze(open_store(snapshot, data=data), target)
    assert contents(target) == contents(snapshot) | {"manifest.json": (target / "manifest.json").read_bytes()}
    assert manifest_of(target) == manifest_of(snapshot)
    assert result.left_out == ("secret", "toy")
    assert result.lines[1:] == (
        "secret: left out, its licence does not let it be bundled.",
        "toy: left out, its licence does not let it be bundled.",
    )


def test_a_snapshot_may_be_frozen_into_its_own_place(snapshot: Path, data: Path) -> None:
    published(data, figures({"n": {"2025": {"020": 50.0}}}))
    store = open_store(snapshot, data=data)
    before = held(store)
    freeze(store, snapshot)
    assert held(open_store(snapshot)) == before
    assert held(open_store(snapshot, data=data)) == before


def test_the_page_follows_when_the_bundled_snapshot_is_renewed(
    snapshot: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "snapshot.md"
    page.write_text(f"Before\n{BEGIN}\nold\n{END}\nafter", encoding="utf-8")
    monkeypatch.setattr(module, "PAGE", page)
    published(data)
    freeze(open_store(snapshot, data=data), tmp_path / "elsewhere")
    assert "old" in page.read_text(encoding="utf-8")
    monkeypatch.setattr(module, "SNAPSHOT", snapshot)
    freeze(open_store(snapshot, data=data), snapshot)
    assert "haettu 21.11.2026" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["notes.txt", "kunnat.parquet"])
def test_a_folder_of_something_else_is_never_replaced(snapshot: Path, target: Path, name: str) -> None:
    target.mkdir()
    (target / name).write_text("mine", encoding="utf-8")
    with pytest.raises(UsoError, match="holds something else"):
        freeze(open_store(snapshot), target)
    assert contents(target) == {name: b"mine"}


def test_a_file_in_the_targets_place_is_never_replaced(snapshot: Path, target: Path) -> None:
    target.write_text("mine", encoding="utf-8")
    with pytest.raises(UsoError, match="holds something else"):
        freeze(open_store(snapshot), target)
    assert target.read_text(encoding="utf-8") == "mine"


def test_an_empty_folder_is_taken(snapshot: Path, target: Path) -> None:
    target.mkdir()
    freeze(open_store(snapshot), target)
    assert set(contents(target)) == set(contents(snapshot))


@pytest.mark.parametrize("place", ["bundled", "fetched"])
def test_damage_stops_the_freezing_and_the_target_stays(
    snapshot: Path, data: Path, target: Path, place: str
) -> None:
    edition = published(data)
    shutil.copytree(snapshot, target)
    damaged = snapshot / "other.parquet" if place == "bundled" else tables_folder(data) / edition.file
    damaged.write_bytes(damaged.read_bytes()[:-4])
    before = contents(target)
    with pytest.raises(SnapshotError, match="truncated"):
        freeze(open_store(snapshot, data=data), target)
    assert contents(target) == before

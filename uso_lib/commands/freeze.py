"""Write the store as a snapshot: bundled figures with what was fetched and imported over them.

Without anything fetched the snapshot is the bundled one, byte for byte. Figures whose licence does not let
them be bundled are left out. Does not fetch anything and changes nothing in the folder of fetched figures.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from uso_lib.boundaries import BOUNDARIES
from uso_lib.editions import Edition, TableRecord
from uso_lib.errors import SnapshotError, UsoError
from uso_lib.registers import MERGERS, MUNICIPALITIES, read_municipalities
from uso_lib.sources.carryover.page import refresh_page
from uso_lib.sources.parquet import parquet_bytes, sha256_of
from uso_lib.sources.snapshot import PAGE, manifest_bytes, write_snapshot
from uso_lib.store import MANIFEST, SNAPSHOT, Store, TableInfo
from uso_lib.store_reading import BUNDLED_WAY_OUT, PROVENANCE, read_manifest

BUNDLED = "bundled"
#: What a manifest says of every table, in its order.
_ORDER = (
    "id", "producer", "table_id", "title", "vintage", "periods", "n_areas", "rows", "dimensions", "contents",
    "licence", "sha256", "file", "source_file", "note",
)  # fmt: skip


@dataclass(frozen=True)
class FreezeResult:
    """Tell what became of a snapshot.

    Parameters
    ----------
    renewed
        Tables that hold fetched or imported figures.
    left_out
        Tables whose fetched or imported figures may not be bundled.
    """

    target: Path
    tables: int
    rows: int
    renewed: tuple[str, ...]
    left_out: tuple[str, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """Return the result as English lines."""
        told = [f"{self.tables} tables, {self.rows} rows → {self.target}"]
        if self.renewed:
            told.append(f"With fetched or imported figures: {', '.join(self.renewed)}.")
        told += [f"{one}: left out, its licence does not let it be bundled." for one in self.left_out]
        return tuple(told)


def freeze(store: Store, target: Path) -> FreezeResult:
    """Write a store as a snapshot that can be bundled.

    Everything is made beside `target` first; a failure leaves what was there untouched. When `target` is the
    bundled snapshot, the table of docs/snapshot.md is rewritten too.

    Parameters
    ----------
    target
        A folder that is not there, is empty or holds a snapshot.

    Raises
    ------
    SnapshotError
        A file or record of the store is damaged.
    UsoError
        The target holds something else.
    """
    _refuse_other_folders(target)
    left_out = tuple(
        table
        for table, record in sorted(store.records.items())
        if isinstance(record, TableRecord) and not record.shareable
    )
    files, manifest = _encoded(store.without(left_out))
    write_snapshot(files, target)
    if target.resolve() == SNAPSHOT.resolve() and PAGE.is_file():
        refresh_page(PAGE, manifest)
    return FreezeResult(
        target,
        tables=len(manifest["tables"]),
        rows=sum(table["rows"] for table in manifest["tables"]),
        renewed=tuple(dict.fromkeys(table["id"] for table in manifest["tables"] if PROVENANCE in table)),
        left_out=left_out,
    )


def _refuse_other_folders(target: Path) -> None:
    """Refuse to replace a folder that holds anything but a snapshot."""
    if not target.exists():
        return
    names = [file.name for file in target.iterdir()] if target.is_dir() else [target.name]
    own = {MANIFEST, BOUNDARIES}
    foreign = [name for name in names if name not in own and not name.endswith(".parquet")]
    if foreign or (names and MANIFEST not in names):
        message = (
            f"{target}: the folder holds something else than a snapshot ({', '.join(sorted(names)[:3])}). "
            "Name a folder that is not there yet."
        )
        raise UsoError(message)


def _encoded(store: Store) -> tuple[dict[str, bytes], dict[str, Any]]:
    """Make every file of the snapshot in memory: file name → bytes, and the manifest."""
    bundled = read_manifest(store.folder / MANIFEST)
    files = {name: (store.folder / name).read_bytes() for name in (MUNICIPALITIES, MERGERS, BOUNDARIES)}
    described = {entry["file"]: entry for entry in bundled["tables"]}
    municipalities = frozenset(one.code for one in read_municipalities(store.folder))
    tables = []
    for table in dict.fromkeys(info.id for info in store.tables):
        for number, info in enumerate(store.editions(table)):
            name = f"{table}.{number + 1}.parquet" if number else f"{table}.parquet"
            if info.kind == BUNDLED:
                files[name] = _bundled(store, info)
                entry = described[info.file] | {"file": name}
                if store.data_as_of != store.bundled_as_of:
                    entry.setdefault("retrieved", store.bundled_as_of)
            else:
                frame = _sorted(store.read(table, number), info)
                files[name] = parquet_bytes(frame)
                entry = _described(info, frame, municipalities, name, sha256_of(files[name]))
                entry |= _set_apart(info, store.reference_year)
                entry[PROVENANCE] = _provenance(info, store.records.get(table), described)
            tables.append(entry)
    manifest = bundled | {"data_as_of": store.data_as_of, "tables": tables}
    files[MANIFEST] = manifest_bytes(manifest)
    return files, manifest


def _bundled(store: Store, info: TableInfo) -> bytes:
    """Return a bundled file as it is."""
    path = store.folder / info.file
    content = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != info.sha256:
        message = f"{path}: the file is missing, truncated or altered. {BUNDLED_WAY_OUT}"
        raise SnapshotError(message)
    return content


def _sorted(frame: pd.DataFrame, info: TableInfo) -> pd.DataFrame:
    order = ["content", *info.dimensions, "period", "area"]
    return frame.drop(columns="table").sort_values(order, ignore_index=True)


def _described(
    info: TableInfo, frame: pd.DataFrame, municipalities: frozenset[str], file: str, sha256: str
) -> dict[str, Any]:
    """Describe a table as the manifest of the snapshot does."""
    counted: Mapping[str, Any] = {
        "periods": [str(frame["period"].min()), str(frame["period"].max())],
        "n_areas": len(municipalities & set(frame["area"].unique())),
        "rows": len(frame),
        "dimensions": list(info.dimensions),
        "contents": sorted(str(one) for one in frame["content"].unique()),
        "sha256": sha256,
        "file": file,
    }
    told = {name: getattr(info, name) for name in _ORDER}
    return told | dict(counted)


def _set_apart(info: TableInfo, reference_year: int) -> dict[str, Any]:
    """Return what the manifest must say of a table because it is not what holds for all of them."""
    found: dict[str, Any] = {"retrieved": info.retrieved}
    if info.definition != info.id:
        found["definition"] = info.definition
    if info.division != reference_year:
        found["division"] = info.division
    return found


def _provenance(
    info: TableInfo, record: TableRecord | SnapshotError | None, bundled: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Say of every part of a table where it came from: the raw answers, or the figure files."""
    editions = {one.file: one for one in record.editions} if isinstance(record, TableRecord) else {}
    told: list[dict[str, Any]] = []
    for part in info.parts:
        if part.kind == BUNDLED:
            entry = bundled[part.file]
            before: Sequence[dict[str, Any]] = entry.get(PROVENANCE, [])
            told += before or [
                {"kind": BUNDLED, "vintage": part.vintage, "source_file": entry["source_file"]}
            ]
        else:
            told.append(_answers(editions[part.file]))
    return told


def _answers(edition: Edition) -> dict[str, Any]:
    """Name the raw answers of an edition, without the queries: those stay with the record."""
    return {
        "kind": edition.kind,
        "vintage": edition.vintage,
        "retrieved": edition.retrieved,
        "updated": edition.updated,
        "answers": [one.model_dump(exclude={"query"}) for one in edition.answers],
    }

"""Give the tables of figures: the bundled snapshot, and what was fetched or imported over it.

Does not compute anything and does not fetch or build figures (sources/).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from uso_lib.editions import TableRecord, read_record, recorded_tables
from uso_lib.errors import MissingFigures, SnapshotError
from uso_lib.store_layers import Layer, StoredEdition, bundled_layer, recorded_layers, stored_editions
from uso_lib.store_reading import (
    MANIFEST,
    RAW_FILES,
    TableInfo,
    TablePart,
    bundled_info,
    read_manifest,
)
from uso_lib.tidy import as_texts, check_tidy

__all__ = ["MANIFEST", "SNAPSHOT", "Store", "TableInfo", "TablePart", "check_tidy", "open_store"]

SNAPSHOT = Path(__file__).with_name("snapshot")


class Store:
    """Give tables by id, each read once.

    A table has one edition or several. Figures fetched or imported at different times and bundled ones are
    one edition where producer, definition, area division and dimensions agree, joined period by period, the
    newest first. What does not agree is another edition, never mixed with the first.

    Parameters
    ----------
    folder
        Folder of the bundled Parquet files and their manifest.
    records
        Table → record of what was fetched or imported, or what is wrong with the record.
    data
        Folder that the records' files are in.
    """

    def __init__(
        self,
        folder: Path,
        records: Mapping[str, TableRecord | SnapshotError] | None = None,
        data: Path | None = None,
    ) -> None:
        self.folder = folder
        self.data = data
        self.records = dict(records or {})
        self._manifest = read_manifest(folder / MANIFEST)
        self._editions: dict[str, tuple[StoredEdition, ...]] = {}
        self._frames: dict[tuple[str, int], pd.DataFrame] = {}

    @cached_property
    def tables(self) -> tuple[TableInfo, ...]:
        """Return every table's first edition: bundled tables in the manifest's order, then the others.

        Raises
        ------
        SnapshotError
            The manifest or a record is damaged.
        """
        return tuple(self.info(table) for table in self._ids)

    @property
    def bundled_as_of(self) -> str:
        """Return the month in which the bundled figures were gathered, "2026-06"."""
        return str(self._manifest["data_as_of"])

    @property
    def data_as_of(self) -> str:
        """Return the month of the newest figures, "2026-06": that of the newest fetch or import, if any."""
        held = [one for one in self.records.values() if isinstance(one, TableRecord)]
        months = [edition.retrieved[:7] for record in held for edition in record.editions]
        return max([self.bundled_as_of, *months])

    @cached_property
    def fingerprint(self) -> str:
        """Return the sha256 of the snapshot's manifest, which names the sha256 of every bundled file."""
        return hashlib.sha256((self.folder / MANIFEST).read_bytes()).hexdigest()

    @property
    def raw_files(self) -> Mapping[str, str]:
        """Return the published figure files behind the bundled tables → sha256; empty if not recorded."""
        return dict(self._manifest.get(RAW_FILES, {}))

    @property
    def reference_year(self) -> int:
        """Return the year whose municipalities the figures follow."""
        return int(self._manifest["reference_year"])

    def has(self, table: str) -> bool:
        """Tell whether the store has the table."""
        return table in self._ids

    def info(self, table: str, edition: int = 0) -> TableInfo:
        """Describe a table, by default its first edition.

        Raises
        ------
        MissingFigures
            The store has no such table or edition.
        SnapshotError
            The record of the table is damaged.
        """
        return self._edition(table, edition).info

    def editions(self, table: str) -> tuple[TableInfo, ...]:
        """Describe all editions of a table, the newest first.

        Raises
        ------
        MissingFigures
            The store has no such table.
        SnapshotError
            The record of the table is damaged.
        """
        self._edition(table, 0)
        return tuple(one.info for one in self._editions[table])

    def read(self, table: str, edition: int = 0) -> pd.DataFrame:
        """Read a table, by default its first edition.

        Returns
        -------
        pandas.DataFrame
            Columns ``table, area, period, <dimensions>, content, value, symbol``; value is a 64-bit float,
            null when missing; everything else is text. Changing it does not change the store.

        Raises
        ------
        MissingFigures
            The store has no such table or edition.
        SnapshotError
            One of its files, or its record, is missing, truncated or altered.
        """
        return as_texts(self.coded(table, edition))

    def coded(self, table: str, edition: int = 0) -> pd.DataFrame:
        """Read a table as `read` does, its texts as categoricals: quick to select from, small in memory.

        Raises
        ------
        MissingFigures, SnapshotError
            As `read`.
        """
        if (table, edition) not in self._frames:
            self._frames[table, edition] = self._edition(table, edition).read()
        return self._frames[table, edition].copy(deep=False)

    def codes(self, table: str, dimension: str) -> tuple[str, ...]:
        """Return the codes of one dimension column of the first edition, sorted; only that column is read.

        Raises
        ------
        MissingFigures
            The store has no such table.
        SnapshotError
            A file is missing or truncated, or has no such column.
        """
        return self._edition(table, 0).codes(dimension)

    def without(self, tables: Collection[str]) -> Store:
        """Return a store that leaves out what was fetched or imported of some tables."""
        kept = {table: record for table, record in self.records.items() if table not in tables}
        return Store(self.folder, kept, self.data)

    @cached_property
    def _bundled(self) -> dict[str, list[Layer]]:
        """Return the bundled files by table, in the manifest's order."""
        found: dict[str, list[Layer]] = {}
        for entry in self._manifest["tables"]:
            info = bundled_info(entry, self.folder / MANIFEST)
            info = _completed(info, self.reference_year)
            found.setdefault(info.id, []).append(bundled_layer(info, self.folder))
        return found

    @cached_property
    def _ids(self) -> dict[str, None]:
        return dict.fromkeys([*self._bundled, *sorted(self.records)])

    def _edition(self, table: str, number: int) -> StoredEdition:
        if table not in self._ids:
            message = f"The store has no table {table!r}. It has: {', '.join(sorted(self._ids))}."
            raise MissingFigures(message)
        if table not in self._editions:
            record = self.records.get(table)
            if isinstance(record, SnapshotError):
                raise record
            fetched = recorded_layers(record, self.data) if record and self.data else ()
            self._editions[table] = stored_editions([*fetched, *self._bundled.get(table, [])])
        editions = self._editions[table]
        if number >= len(editions):
            message = f"The table {table} has no edition {number}: it has {len(editions)}, counted from 0."
            raise MissingFigures(message)
        return editions[number]


def open_store(folder: Path | None = None, *, data: Path | None = None) -> Store:
    """Open the bundled snapshot, or the one in another folder, with fetched and imported figures over it.

    Only the manifest and the records are read now, every table when it is first asked for. What is fetched
    meanwhile does not change an opened store.

    Parameters
    ----------
    data
        Folder of fetched figures; without it, or when it is not there, only the snapshot is opened.

    Raises
    ------
    SnapshotError
        The manifest is missing, damaged or of another schema. A damaged record is told when its table is
        asked for.
    """
    if data is None:
        return Store(folder or SNAPSHOT)
    records: dict[str, TableRecord | SnapshotError] = {}
    for table in recorded_tables(data):
        try:
            record = read_record(data, table)
        except SnapshotError as damage:
            records[table] = damage
        else:
            if record is not None:
                records[table] = record
    return Store(folder or SNAPSHOT, records, data)


def _completed(info: TableInfo, reference_year: int) -> TableInfo:
    """Fill in what a manifest leaves out because it holds for all bundled tables."""
    return replace(
        info,
        definition=info.definition or info.id,
        division=info.division or reference_year,
    )

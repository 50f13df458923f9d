"""Open the bundled snapshot and read its tables, every file checked against its fingerprint.

Does not compute anything and does not fetch or build figures (sources/).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from uso_lib.errors import MissingFigures, SnapshotError
from uso_lib.tidy import check_tidy

__all__ = ["SNAPSHOT", "Store", "TableInfo", "check_tidy", "open_store"]

SNAPSHOT = Path(__file__).with_name("snapshot")
MANIFEST = "manifest.json"
_SCHEMA = 1
_WAY_OUT = "Restore it with `git checkout -- uso_lib/snapshot` or rebuild it with `make snapshot`."


@dataclass(frozen=True)
class TableInfo:
    """Describe one table: who published it, what it covers and which file holds it.

    Parameters
    ----------
    title, vintage, note
        Finnish, as a report prints them.
    periods
        First and last period, "2025" or "2026M06".
    n_areas
        How many of today's municipalities have rows.
    dimensions, contents
        Names of the dimension columns and codes of the contents.
    sha256
        Fingerprint of the file in hexadecimal.
    source_file
        The published figure file or files the table was made from.
    """

    id: str
    producer: str
    table_id: str
    title: str
    vintage: str
    periods: tuple[str, str]
    n_areas: int
    rows: int
    dimensions: tuple[str, ...]
    contents: tuple[str, ...]
    licence: str
    sha256: str
    file: str
    source_file: str
    note: str


class Store:
    """Give tables by id, each read once.

    Parameters
    ----------
    folder
        Folder of the Parquet files and their manifest.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._manifest = _read_manifest(folder / MANIFEST)
        self._frames: dict[str, pd.DataFrame] = {}

    @cached_property
    def tables(self) -> tuple[TableInfo, ...]:
        """Return the tables in the manifest's order."""
        return tuple(_table_info(entry, self.folder / MANIFEST) for entry in self._manifest["tables"])

    @property
    def data_as_of(self) -> str:
        """Return the month of the newest figures, "2026-06"."""
        return str(self._manifest["data_as_of"])

    @property
    def reference_year(self) -> int:
        """Return the year whose municipalities the figures follow."""
        return int(self._manifest["reference_year"])

    @cached_property
    def _by_id(self) -> dict[str, TableInfo]:
        return {table.id: table for table in self.tables}

    def has(self, table: str) -> bool:
        """Tell whether the store has the table."""
        return table in self._by_id

    def info(self, table: str) -> TableInfo:
        """Describe a table.

        Raises
        ------
        MissingFigures
            The store has no such table.
        """
        if table not in self._by_id:
            message = f"The store has no table {table!r}. It has: {', '.join(sorted(self._by_id))}."
            raise MissingFigures(message)
        return self._by_id[table]

    def read(self, table: str) -> pd.DataFrame:
        """Read a table.

        Returns
        -------
        pandas.DataFrame
            Columns ``table, area, period, <dimensions>, content, value, symbol``; value is a 64-bit float,
            null when missing; everything else is text. Changing it does not change the store.

        Raises
        ------
        MissingFigures
            The store has no such table.
        SnapshotError
            Its file is missing, truncated or altered.
        """
        if table not in self._frames:
            self._frames[table] = self._load(self.info(table))
        return self._frames[table].copy(deep=False)

    def codes(self, table: str, dimension: str) -> tuple[str, ...]:
        """Return the codes of one dimension column, sorted; only that column of the file is read.

        Raises
        ------
        MissingFigures
            The store has no such table.
        SnapshotError
            Its file is missing, truncated or altered, or has no such column.
        """
        path = self.folder / self.info(table).file
        try:
            read = pq.read_table(path, columns=[dimension], read_dictionary=[dimension]).column(dimension)
            return tuple(sorted({code for chunk in read.chunks for code in chunk.dictionary.to_pylist()}))
        except (OSError, pa.ArrowException, KeyError) as error:
            message = f"{path}: the codes of {dimension} cannot be read ({error}). {_WAY_OUT}"
            raise SnapshotError(message) from error

    def _load(self, info: TableInfo) -> pd.DataFrame:
        path = self.folder / info.file
        frame = _decode(path, info.sha256)
        if len(frame) != info.rows:
            message = f"{path}: {len(frame)} rows instead of the manifest's {info.rows}. {_WAY_OUT}"
            raise SnapshotError(message)
        check_tidy(frame, where=str(path))
        frame.insert(0, "table", pd.Series(info.id, index=frame.index, dtype="str"))
        return frame


def open_store(folder: Path | None = None) -> Store:
    """Open the bundled snapshot, or the one in another folder.

    Only the manifest is read now, every table when it is first asked for.

    Raises
    ------
    SnapshotError
        The manifest is missing, damaged or of another schema.
    """
    return Store(folder or SNAPSHOT)


def _decode(path: Path, sha256: str) -> pd.DataFrame:
    """Read a file whose fingerprint is known."""
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        message = f"{path}: the file is missing. {_WAY_OUT}"
        raise SnapshotError(message) from error
    except OSError as error:
        message = f"{path}: the file cannot be read ({error.strerror}). {_WAY_OUT}"
        raise SnapshotError(message) from error
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        damage = "truncated" if not content.endswith(b"PAR1") else "altered"
        prints = f"sha256 {found[:12]}… instead of the manifest's {sha256[:12]}…"
        message = f"{path}: the file is {damage}: {prints}. {_WAY_OUT}"
        raise SnapshotError(message)
    try:
        return _frame_of(pq.ParquetFile(pa.BufferReader(content)).read())
    except (pa.ArrowException, ValueError) as error:
        message = f"{path}: the file is not readable Parquet ({error}). {_WAY_OUT}"
        raise SnapshotError(message) from error


def _frame_of(table: pa.Table) -> pd.DataFrame:
    """Decode a table: numbers as 64-bit floats, null when missing; everything else as text."""
    columns: dict[str, Any] = {}
    for name in table.column_names:
        column = table.column(name)
        numeric = pa.types.is_integer(column.type) or pa.types.is_floating(column.type)
        columns[name] = column.cast(pa.float64()).to_numpy() if numeric else column.to_pandas().astype("str")
    return pd.DataFrame(columns)


def _read_manifest(path: Path) -> dict[str, Any]:
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        message = f"{path}: the manifest is missing. {_WAY_OUT}"
        raise SnapshotError(message) from error
    except OSError as error:
        message = f"{path}: the manifest cannot be read ({error.strerror}). {_WAY_OUT}"
        raise SnapshotError(message) from error
    except ValueError as error:
        message = f"{path}: the manifest is damaged ({error}). {_WAY_OUT}"
        raise SnapshotError(message) from error
    if not isinstance(manifest, dict) or manifest.get("schema") != _SCHEMA:
        message = f"{path}: the manifest is not of schema {_SCHEMA}. {_WAY_OUT}"
        raise SnapshotError(message)
    missing = [key for key in ("data_as_of", "reference_year", "tables") if key not in manifest]
    if missing:
        message = f"{path}: the manifest lacks {', '.join(missing)}. {_WAY_OUT}"
        raise SnapshotError(message)
    if not isinstance(manifest["tables"], list) or not isinstance(manifest["reference_year"], int):
        message = f"{path}: the manifest's tables must be a list, its year a number. {_WAY_OUT}"
        raise SnapshotError(message)
    return manifest


def _table_info(entry: Any, path: Path) -> TableInfo:
    described = entry if isinstance(entry, dict) else {}
    listed: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in described.items()
    }
    try:
        info = TableInfo(**listed)
    except TypeError as error:
        message = f"{path}: table {described.get('id', '?')} is described wrongly ({error}). {_WAY_OUT}"
        raise SnapshotError(message) from error
    kinds = {"int": int, "str": str}
    wrong = [
        one.name for one in fields(info) if not isinstance(listed[one.name], kinds.get(str(one.type), tuple))
    ]
    if wrong:
        message = f"{path}: table {info.id} is described wrongly ({', '.join(wrong)}). {_WAY_OUT}"
        raise SnapshotError(message)
    return info

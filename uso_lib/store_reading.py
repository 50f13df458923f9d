"""Read manifests and Parquet files of figures, every file checked against its fingerprint.

Does not know which table stands over which (store_layers.py) and writes nothing.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from uso_lib.errors import SnapshotError

MANIFEST = "manifest.json"
SCHEMA = 1
#: What a manifest says of a frozen table's raw answers; kept there, not needed for reading.
PROVENANCE = "provenance"
BUNDLED_WAY_OUT = "Restore it with `git checkout -- uso_lib/snapshot` or rebuild it with `make snapshot`."
#: What a manifest says of the published figure files its tables were made of: name → sha256.
RAW_FILES = "raw_files"
#: What only the store itself says of a table, never a manifest.
_OWN = ("kind", "parts")


@dataclass(frozen=True)
class TablePart:
    """Name one file of a table: which figures it brought and when.

    Parameters
    ----------
    kind
        ``bundled``, ``fetched`` or ``imported``.
    retrieved
        ISO date of the fetch or import; empty for figures that came with the snapshot.
    """

    kind: str
    vintage: str
    retrieved: str
    periods: tuple[str, str]
    file: str
    sha256: str


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
        How many of today's municipalities have rows; of a joined table at least so many.
    rows
        Of a joined table the rows of all its files, the superseded ones too.
    dimensions, contents
        Names of the dimension columns and codes of the contents.
    sha256
        Fingerprint of the file in hexadecimal; of a joined table that of its parts' fingerprints.
    source_file
        The published figure file or files the table was made from, or the addresses it was fetched from.
    definition, division
        What the figures are, and the year whose municipalities they follow; figures join only when these and
        the producer agree.
    kind
        ``bundled``, ``fetched``, ``imported`` or ``joined``.
    retrieved
        ISO date of the newest fetch or import; empty for figures that came with the snapshot.
    parts
        Newest first: what a joined table is made of; one part otherwise.
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
    definition: str = ""
    division: int = 0
    kind: str = "bundled"
    retrieved: str = ""
    parts: tuple[TablePart, ...] = ()


def read_manifest(path: Path) -> dict[str, Any]:
    """Read a snapshot's manifest.

    Raises
    ------
    SnapshotError
        It is missing, damaged or of another schema.
    """
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        message = f"{path}: the manifest is missing. {BUNDLED_WAY_OUT}"
        raise SnapshotError(message) from error
    except OSError as error:
        message = f"{path}: the manifest cannot be read ({error.strerror}). {BUNDLED_WAY_OUT}"
        raise SnapshotError(message) from error
    except ValueError as error:
        message = f"{path}: the manifest is damaged ({error}). {BUNDLED_WAY_OUT}"
        raise SnapshotError(message) from error
    if not isinstance(manifest, dict) or manifest.get("schema") != SCHEMA:
        message = f"{path}: the manifest is not of schema {SCHEMA}. {BUNDLED_WAY_OUT}"
        raise SnapshotError(message)
    missing = [key for key in ("data_as_of", "reference_year", "tables") if key not in manifest]
    if missing:
        message = f"{path}: the manifest lacks {', '.join(missing)}. {BUNDLED_WAY_OUT}"
        raise SnapshotError(message)
    if not isinstance(manifest["tables"], list) or not isinstance(manifest["reference_year"], int):
        message = f"{path}: the manifest's tables must be a list, its year a number. {BUNDLED_WAY_OUT}"
        raise SnapshotError(message)
    return manifest


def bundled_info(entry: Any, path: Path) -> TableInfo:
    """Make a table's description of its entry in the manifest at `path`.

    Raises
    ------
    SnapshotError
        The entry has other keys or types than a description.
    """
    described = entry if isinstance(entry, dict) else {}
    listed: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in described.items()
        if key != PROVENANCE
    }
    try:
        info = TableInfo(**listed)
    except TypeError as error:
        message = (
            f"{path}: table {described.get('id', '?')} is described wrongly ({error}). {BUNDLED_WAY_OUT}"
        )
        raise SnapshotError(message) from error
    kinds = {"int": int, "str": str}
    wrong = [
        one.name
        for one in fields(info)
        if one.name in listed
        and (one.name in _OWN or not isinstance(listed[one.name], kinds.get(str(one.type), tuple)))
    ]
    if wrong:
        message = f"{path}: table {info.id} is described wrongly ({', '.join(wrong)}). {BUNDLED_WAY_OUT}"
        raise SnapshotError(message)
    return info


def read_figures(path: Path, sha256: str, *, rows: int, way_out: str) -> pd.DataFrame:
    """Read a file whose fingerprint and number of rows are known.

    Returns
    -------
    pandas.DataFrame
        Numbers as 64-bit floats, null when missing; everything else as categoricals of text.

    Raises
    ------
    SnapshotError
        It is missing, truncated or altered; `way_out` ends the message.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        message = f"{path}: the file is missing. {way_out}"
        raise SnapshotError(message) from error
    except OSError as error:
        message = f"{path}: the file cannot be read ({error.strerror}). {way_out}"
        raise SnapshotError(message) from error
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        damage = "truncated" if not content.endswith(b"PAR1") else "altered"
        prints = f"sha256 {found[:12]}… instead of the manifest's {sha256[:12]}…"
        message = f"{path}: the file is {damage}: {prints}. {way_out}"
        raise SnapshotError(message)
    try:
        frame = _frame_of(pa.BufferReader(content))
    except (pa.ArrowException, ValueError) as error:
        message = f"{path}: the file is not readable Parquet ({error}). {way_out}"
        raise SnapshotError(message) from error
    if len(frame) != rows:
        message = f"{path}: {len(frame)} rows instead of the manifest's {rows}. {way_out}"
        raise SnapshotError(message)
    return frame


def read_texts(path: Path, columns: list[str], *, way_out: str) -> pa.Table:
    """Read text columns only, as dictionaries and unchecked.

    Raises
    ------
    SnapshotError
        The file is missing or truncated, or has no such column.
    """
    try:
        read = pq.read_table(path, columns=columns, read_dictionary=columns)
        return read.select(columns)
    except (OSError, pa.ArrowException, KeyError) as error:
        message = f"{path}: the codes of {', '.join(columns)} cannot be read ({error}). {way_out}"
        raise SnapshotError(message) from error


def _frame_of(file: pa.BufferReader) -> pd.DataFrame:
    """Decode a file: numbers as 64-bit floats, null when missing; everything else as categoricals."""
    held = pq.read_schema(file)
    numbers = {one.name for one in held if pa.types.is_integer(one.type) or pa.types.is_floating(one.type)}
    file.seek(0)
    texts = [name for name in held.names if name not in numbers]
    table = pq.ParquetFile(file, read_dictionary=texts).read()
    columns: dict[str, Any] = {}
    for name in table.column_names:
        column = table.column(name)
        columns[name] = column.cast(pa.float64()).to_numpy() if name in numbers else _categorical(column)
    return pd.DataFrame(columns)


def _categorical(column: pa.ChunkedArray) -> pd.Categorical:
    """Return a column of texts as numbers and the texts."""
    held = column.unify_dictionaries().combine_chunks()
    if not pa.types.is_dictionary(held.type):
        held = held.dictionary_encode()
    numbers = held.indices.fill_null(-1).to_numpy()
    return pd.Categorical.from_codes(numbers, pd.Index(held.dictionary.to_pylist(), dtype="str"))

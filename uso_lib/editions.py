"""Describe the editions of fetched and imported tables, as data/tables/<table>.json records them.

An edition is what one fetch or one import brought. A record names its editions, newest first, and the Parquet
file of each; putting a record in its place is what makes an edition part of the store. Does not read figures
(store.py) and does not write anything (sources/keeping/fetched.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationError

from uso_lib.errors import SnapshotError
from uso_lib.plain_text import visible_throughout
from uso_lib.specs import Declared, Identifier

EditionKind = Literal["fetched", "imported"]
FileName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*-[0-9a-f]{12}\.parquet$")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Period = Annotated[str, Field(pattern=r"^\d{4}(M(0[1-9]|1[0-2]))?$")]
#: A content and a period of it: what one edition takes over from another as a whole.
Pair = tuple[str, str]


def _moment(text: str) -> str:
    """Return a time that can be read and says its zone."""
    if datetime.fromisoformat(text).tzinfo is None:
        message = "the time has no zone"
        raise ValueError(message)
    return text


Moment = Annotated[str, AfterValidator(_moment)]


class AnswerRecord(Declared):
    """Name one raw answer, or one file, that figures came from.

    Parameters
    ----------
    address
        Address without the query string; base name of an imported file.
    query
        What was asked, as JSON; the sheet of an imported file.
    time
        When it came, ISO, UTC.
    sha256
        Fingerprint of the body as it came.
    updated
        The service's own time of the figures; empty when it gives none.
    """

    address: str
    query: str = ""
    time: str
    sha256: str
    updated: str = ""


class Held(Declared):
    """Say which periods an edition has of some contents."""

    contents: tuple[str, ...]
    periods: tuple[str, ...]


class Edition(Declared):
    """Describe the figures of one fetch or one import of one table.

    Parameters
    ----------
    producer, definition, division
        Who made the figures, what they are, and the year whose municipalities they follow. Editions join only
        when these and the dimensions agree.
    vintage
        Finnish, as a report prints it: "vuosina 1990–2025, haettu 21.11.2026, julkaistu 4.5.2026".
    retrieved
        When they were fetched or imported, ISO, UTC.
    updated
        The service's own time of the figures; empty when it gives none.
    periods
        First and last.
    n_areas
        How many municipalities have rows.
    areas
        Their codes, of an import only: an import may hold some municipalities and then replaces only theirs.
    held
        Which periods it has of which contents.
    file, sha256
        Parquet file beside the record, and its fingerprint.
    plan_key
        Fingerprint of what was asked; empty for imports.
    resolved
        What the declaration turned into: path, codes, periods; the mapping of an import.
    answers
        The raw answers or files it was made of.
    """

    kind: EditionKind
    producer: str
    definition: str
    division: int
    vintage: str
    retrieved: Moment
    updated: str = ""
    periods: tuple[Period, Period]
    n_areas: int
    areas: tuple[str, ...] = ()
    rows: int
    dimensions: tuple[str, ...]
    contents: tuple[str, ...]
    held: tuple[Held, ...]
    file: FileName
    sha256: Digest
    plan_key: str = ""
    resolved: dict[str, Any] = Field(default_factory=dict)
    answers: tuple[AnswerRecord, ...] = ()

    @property
    def identity(self) -> tuple[str, str, int, frozenset[str]]:
        """Return what must agree for figures to join."""
        return self.producer, self.definition, self.division, frozenset(self.dimensions)

    @property
    def pairs(self) -> frozenset[Pair]:
        """Return every content and period it has figures of."""
        return frozenset(
            (content, period) for one in self.held for content in one.contents for period in one.periods
        )


class TableRecord(Declared):
    """Describe one table that a service or a file filled.

    Parameters
    ----------
    producer, table_id, title, note, licence
        As a report prints them.
    shareable
        Whether the licence lets the figures be bundled.
    editions
        Newest first; at least one.
    replaced
        Files of the record before this one: kept until the next, so that a report that has begun can end.
    """

    # The field is called `schema` in the file; pydantic's own method has the name.
    schema_: Annotated[Literal[1], Field(alias="schema")] = 1
    id: Identifier
    producer: str
    table_id: str
    title: str
    note: str = ""
    licence: str
    shareable: bool = True
    editions: Annotated[tuple[Edition, ...], Field(min_length=1)]
    replaced: tuple[FileName, ...] = ()


def tables_folder(data: Path) -> Path:
    """Return the folder of records and Parquet files."""
    return data / "tables"


def record_file(data: Path, table: str) -> Path:
    """Return where a table's record is, whether or not it is there."""
    return tables_folder(data) / f"{table}.json"


def recorded_tables(data: Path) -> tuple[str, ...]:
    """Return the ids of all tables that have a record, sorted; none when the folder is not there."""
    return tuple(sorted(file.stem for file in tables_folder(data).glob("[a-z]*.json")))


def read_record(data: Path, table: str) -> TableRecord | None:
    """Read the record of a table; None when it was never fetched or imported.

    Parameters
    ----------
    data
        Folder of fetched figures.

    Raises
    ------
    SnapshotError
        The record is damaged; the message says how to get it back.
    """
    path = record_file(data, table)
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        message = f"{path}: the record cannot be read ({error.strerror}). {record_way_out(table)}"
        raise SnapshotError(message) from error
    try:
        record = TableRecord.model_validate_json(text)
        # Titles and addresses of services stand in it, and reports print them.
        record = TableRecord.model_validate_json(json.dumps(visible_throughout(json.loads(text))))
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors()[0]["loc"]) or "the whole file"
        message = f"{path}: the record is damaged ({place}). {record_way_out(table)}"
        raise SnapshotError(message) from error
    if record.id != table:
        message = f"{path}: the record is of table {record.id}. {record_way_out(table)}"
        raise SnapshotError(message)
    return record


def record_bytes(record: TableRecord) -> bytes:
    """Write a record as JSON, the same bytes for the same record."""
    return (record.model_dump_json(by_alias=True, indent=1) + "\n").encode()


def grouped(pairs: Iterable[Pair]) -> tuple[Held, ...]:
    """Gather contents and periods: contents with the same periods stand together."""
    by_content: dict[str, list[str]] = {}
    for content, period in sorted(set(pairs)):
        by_content.setdefault(content, []).append(period)
    by_periods: dict[tuple[str, ...], list[str]] = {}
    for content, periods in by_content.items():
        by_periods.setdefault(tuple(periods), []).append(content)
    return tuple(Held(contents=tuple(names), periods=periods) for periods, names in by_periods.items())


def record_way_out(table: str) -> str:
    """Say how to get a damaged record back."""
    return (
        f"Remove it and fetch the table again with `uso fetch --table {table}`, or import its file again "
        f"with `uso import FILE --as {table}`."
    )


def file_way_out(table: str, edition: Edition) -> str:
    """Say how to get a damaged file of figures back."""
    if edition.kind == "fetched":
        return f"Fetch it again with `uso fetch --table {table} --force`."
    names = ", ".join(one.address for one in edition.answers) or "FILE"
    return f"Import it again with `uso import {names} --as {table}`."

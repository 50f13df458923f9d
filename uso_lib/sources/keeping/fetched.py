"""Put a fetched or imported table in the store: a Parquet file and the record that makes it part of it.

A killed process leaves the old record or the new one, and every file of it whole: the figures are on the
disk before the record is put in its place by one rename. Only one process may write at a time (the caller
holds the lock of the folder). Does not fetch, fold or examine figures.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from uso_lib.editions import (
    AnswerRecord,
    Edition,
    EditionKind,
    Pair,
    TableRecord,
    grouped,
    read_record,
    record_bytes,
    record_file,
    tables_folder,
)
from uso_lib.errors import SnapshotError
from uso_lib.live_specs import LiveTable
from uso_lib.registers import division_year
from uso_lib.sources.keeping.durable import UNFINISHED, write_durably
from uso_lib.sources.keeping.vintage import fetched_vintage, imported_vintage
from uso_lib.sources.parquet import parquet_bytes, sha256_of
from uso_lib.sources.service import Answer, TablePlan
from uso_lib.tidy import check_tidy, dimensions

KEY = ["content", "period", "area"]


@dataclass(frozen=True)
class Provenance:
    """Say where a table's figures came from.

    Parameters
    ----------
    retrieved
        When, with its time zone.
    answers
        The raw answers, or the imported file.
    updated
        The service's own time of the figures.
    division
        Year of the area division that the service says; figures of older ones have been folded into the
        register's.
    plan_key, resolved
        What was asked; what the declaration turned into (plain JSON).
    """

    kind: EditionKind
    retrieved: datetime
    answers: Sequence[AnswerRecord]
    updated: str = ""
    division: int | None = None
    plan_key: str = ""
    resolved: Mapping[str, Any] = field(default_factory=dict)


def publish_fetched(data: Path, plan: TablePlan, frame: pd.DataFrame, answers: Sequence[Answer]) -> Edition:
    """Put a fetched table in the store.

    Parameters
    ----------
    data
        Folder of fetched figures.
    frame
        Tidy, folded into the municipalities of the register.
    answers
        Every raw answer the figures were made of; at least one.

    Raises
    ------
    SnapshotError
        The table is not tidy; the store is as it was.
    """
    provenance = Provenance(
        "fetched",
        retrieved=max(answer.fetched for answer in answers),
        answers=[answer_record(answer) for answer in answers],
        updated=plan.updated,
        division=plan.division,
        plan_key=plan.key,
        resolved=plan.resolved,
    )
    return publish(data, plan.table, frame, provenance)


def publish(data: Path, table: LiveTable, frame: pd.DataFrame, provenance: Provenance) -> Edition:
    """Put a table in the store over its earlier editions.

    An earlier edition that joins with the new one and has no content and period of its own is dropped; any
    other stays below. Files that neither this record nor the one before names are removed.

    Parameters
    ----------
    data
        Folder of fetched figures; made when it is not there.
    frame
        Tidy: ``area, period, <dimensions>, content, value, symbol``.

    Returns
    -------
    Edition
        The new edition, the first of the table's record.

    Raises
    ------
    SnapshotError
        The table is not tidy; the store is as it was.
    OSError
        The disk is full or the folder cannot be written to; the store is as it was.
    """
    check_tidy(frame, where=table.id)
    frame = frame.sort_values(["content", *dimensions(frame), "period", "area"], ignore_index=True)
    content = parquet_bytes(frame)
    edition = _edition(table, frame, provenance, sha256_of(content))
    folder = tables_folder(data)
    folder.mkdir(parents=True, exist_ok=True)
    write_durably(folder / edition.file, content)
    before = _previous(data, table.id)
    record = TableRecord(
        id=table.id,
        producer=table.producer,
        table_id=table.table_id,
        title=table.title,
        note=table.note,
        licence=table.licence,
        shareable=table.shareable,
        editions=(edition, *_kept(before, edition, frame, folder)),
        replaced=tuple(one.file for one in before.editions) if before else (),
    )
    write_durably(record_file(data, table.id), record_bytes(record))
    sweep(data, table.id)
    return edition


def sweep(data: Path, table: str) -> tuple[str, ...]:
    """Remove what no record of a table needs: unfinished files, and figures no longer named.

    Returns
    -------
    The names removed.
    """
    folder = tables_folder(data)
    unneeded = [*folder.glob(f".{table}-*{UNFINISHED}"), *folder.glob(f".{table}.json.*{UNFINISHED}")]
    record = read_record(data, table)
    if record is not None:
        named = {*record.replaced, *(edition.file for edition in record.editions)}
        unneeded += [file for file in folder.glob(f"{table}-*.parquet") if file.name not in named]
    for file in unneeded:
        file.unlink(missing_ok=True)
    return tuple(sorted(file.name for file in unneeded))


def answer_record(answer: Answer) -> AnswerRecord:
    """Name a raw answer in a record."""
    asked = {"params": answer.call.params, "body": answer.call.body}
    return AnswerRecord(
        address=answer.call.url,
        query=json.dumps({key: value for key, value in asked.items() if value}, ensure_ascii=False),
        time=answer.fetched.astimezone(UTC).isoformat(),
        sha256=answer.sha256,
        updated=answer.updated,
    )


def _edition(table: LiveTable, frame: pd.DataFrame, provenance: Provenance, sha256: str) -> Edition:
    """Describe the figures as an edition."""
    periods = (str(frame["period"].min()), str(frame["period"].max()))
    areas = sorted(str(area) for area in frame["area"].unique() if str(area).isdigit())
    retrieved = provenance.retrieved.astimezone(UTC)
    imported = provenance.kind == "imported"
    if imported:
        file = next((answer.address for answer in provenance.answers), "")
        vintage = imported_vintage(periods, retrieved=retrieved, file=file)
    else:
        vintage = fetched_vintage(periods, retrieved=retrieved, updated=provenance.updated)
    return Edition(
        kind=provenance.kind,
        producer=table.producer,
        definition=_definition(table, provenance.updated),
        division=max(division_year(), provenance.division or 0),
        vintage=vintage,
        retrieved=retrieved.isoformat(),
        updated=provenance.updated,
        periods=periods,
        n_areas=len(areas),
        areas=tuple(areas) if imported else (),
        rows=len(frame),
        dimensions=dimensions(frame),
        contents=tuple(sorted(str(one) for one in frame["content"].unique())),
        held=grouped(_pairs(frame)),
        file=f"{table.id}-{sha256[:12]}.parquet",
        sha256=sha256,
        plan_key=provenance.plan_key,
        resolved=dict(provenance.resolved),
        answers=tuple(provenance.answers),
    )


def _definition(table: LiveTable, updated: str) -> str:
    """Return what an edition's figures are; of a table that is recomputed whole, each release its own."""
    return f"{table.series_definition} {updated}".strip() if table.whole else table.series_definition


def _pairs(frame: pd.DataFrame) -> set[Pair]:
    distinct = frame[["content", "period"]].drop_duplicates()
    return set(zip(distinct["content"].astype(str), distinct["period"].astype(str), strict=True))


def _previous(data: Path, table: str) -> TableRecord | None:
    """Return the record before; a damaged one counts as none, so that fetching again heals the table."""
    try:
        return read_record(data, table)
    except SnapshotError:
        return None


def _kept(before: TableRecord | None, new: Edition, frame: pd.DataFrame, folder: Path) -> list[Edition]:
    """Return the earlier editions that still have something of their own."""
    kept: list[Edition] = []
    taken = set(new.pairs) if new.kind == "fetched" else set()
    for old in before.editions if before else ():
        if old.identity != new.identity:
            kept.append(old)
            continue
        repeated = new.kind == old.kind == "imported" and _repeats(frame, folder / old.file, old.sha256)
        if not (repeated or old.pairs <= taken):
            kept.append(old)
        if old.kind == "fetched":
            taken |= old.pairs
    return kept


def _repeats(frame: pd.DataFrame, file: Path, sha256: str) -> bool:
    """Tell whether an import has all contents, periods and municipalities of an earlier one."""
    try:
        content = file.read_bytes()
        if sha256_of(content) != sha256:
            return False  # altered: it stays named, so that its readers are told
        table = pq.read_table(pa.BufferReader(content), columns=KEY)
    except (OSError, pa.ArrowException):
        return False
    old = table.to_pandas().astype("str").drop_duplicates()
    return bool(pd.MultiIndex.from_frame(old).isin(pd.MultiIndex.from_frame(frame[KEY])).all())

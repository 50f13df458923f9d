"""Small live tables, tidy figures and bundled snapshots for the tests of what was fetched or imported."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from uso_lib.editions import AnswerRecord, Edition
from uso_lib.live_specs import LiveContent, LiveDimension, LiveTable
from uso_lib.sources.keeping.fetched import Provenance, publish
from uso_lib.sources.parquet import parquet_bytes
from uso_lib.tidy import dimensions

NOVEMBER = datetime(2026, 11, 21, 9, 30, 15, 250, tzinfo=UTC)


def live_table(identity: str = "toy", **changes: Any) -> LiveTable:
    """Declare a live table of one content ``n``; dimensions by name."""
    named = changes.pop("dims", ())
    fields: dict[str, Any] = {
        "id": identity, "service": "statfin", "producer": "Tilastokeskus", "table_id": "toy 1",
        "title": "Lelut", "contents": [LiveContent(code="n")],
        "dimensions": [LiveDimension(name=name, text=[name]) for name in named],
    }  # fmt: skip
    return LiveTable(**(fields | changes))


def figures(
    by_content: Mapping[str, Mapping[str, Mapping[str, float | None]]] | None = None, **dims: str
) -> pd.DataFrame:
    """Write tidy figures: content → period → area → value; null has the mark "..".

    Without any: content n, 2024 and 2025, areas 020 and 091.
    """
    given = by_content or {
        "n": {"2024": {"020": 1.0, "091": 2.0}, "2025": {"020": 3.0, "091": 4.0}},
    }
    rows = [
        {"area": area, "period": period, **dims, "content": content, "value": value,
         "symbol": ".." if value is None else ""}
        for content, by_period in given.items()
        for period, by_area in by_period.items()
        for area, value in by_area.items()
    ]  # fmt: skip
    frame = pd.DataFrame(rows)
    return frame.astype({name: "float64" if name == "value" else "str" for name in frame.columns})


def provenance(**changes: Any) -> Provenance:
    """Return where made-up figures came from: one answer of 21 November 2026."""
    fields: dict[str, Any] = {
        "kind": "fetched",
        "retrieved": NOVEMBER,
        "answers": [
            AnswerRecord(
                address="https://example.fi/toy.px", time=NOVEMBER.isoformat(), sha256="0" * 64,
                updated="2026-05-04T05:00:00Z",
            )
        ],
        "updated": "2026-05-04T05:00:00Z",
        "plan_key": "asked",
    }  # fmt: skip
    return Provenance(**(fields | changes))


def published(
    data: Path, frame: pd.DataFrame | None = None, *, table: LiveTable | None = None, **changes: Any
) -> Edition:
    """Publish made-up figures."""
    found = figures() if frame is None else frame
    return publish(data, table or live_table(), found, provenance(**changes))


def imported(data: Path, frame: pd.DataFrame, file: str = "lelut.xlsx", **changes: Any) -> Edition:
    """Publish made-up figures as an import of a file."""
    answer = AnswerRecord(address=file, query="Taul1", time=NOVEMBER.isoformat(), sha256="1" * 64)
    return published(data, frame, kind="imported", answers=[answer], updated="", plan_key="", **changes)


def bundled(folder: Path, tables: Mapping[str, pd.DataFrame], **changes: Mapping[str, Any]) -> Path:
    """Write a snapshot of hand-written tables and return its folder; `changes` of entries by table id."""
    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for name, frame in tables.items():
        content = parquet_bytes(frame)
        (folder / f"{name}.parquet").write_bytes(content)
        entry: dict[str, Any] = {
            "id": name, "producer": "Tilastokeskus", "table_id": "toy 1", "title": "Lelut",
            "vintage": "vuosina 2023–2024, vuoden 2025 aluejako",
            "periods": [frame["period"].min(), frame["period"].max()],
            "n_areas": frame["area"].nunique(), "rows": len(frame), "dimensions": list(dimensions(frame)),
            "contents": sorted(frame["content"].unique()), "licence": "CC BY 4.0",
            "sha256": hashlib.sha256(content).hexdigest(), "file": f"{name}.parquet",
            "source_file": f"{name}.csv", "note": "",
        }  # fmt: skip
        entries.append(entry | changes.get(name, {}))
    write_manifest(folder, entries)
    return folder


def write_manifest(folder: Path, entries: Sequence[Mapping[str, Any]]) -> None:
    """Write a snapshot's manifest."""
    manifest = {"schema": 1, "data_as_of": "2026-06", "reference_year": 2026, "tables": list(entries)}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def values(frame: pd.DataFrame) -> dict[tuple[str, ...], float | None]:
    """Return key (content, period, area, dimensions) → value, null as None."""
    keys = ["content", "period", "area", *dimensions(frame)]
    assert not frame.duplicated(keys).any()
    return {
        tuple(row[key] for key in keys): None if pd.isna(row["value"]) else row["value"]
        for row in frame.to_dict("records")
    }

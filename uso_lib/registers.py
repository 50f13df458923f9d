"""Declare municipalities and mergers, and read their registers from the snapshot.

Does not look anything up (regions.py) and does not hold any figures (store.py).
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from uso_lib.errors import SnapshotError

SNAPSHOT = Path(__file__).resolve().parent / "snapshot"
MUNICIPALITIES = "municipalities.parquet"
MERGERS = "mergers.parquet"
MANIFEST = "manifest.json"
RESTORE = "Restore it with `git checkout -- uso_lib/snapshot` or rebuild it with `make snapshot`."


@dataclass(frozen=True)
class Municipality:
    """Describe one municipality of the present division.

    Parameters
    ----------
    code
        Three-digit text.
    name, name_sv
        Finnish and Swedish names.
    region_code, subregion_code, wellbeing_county_code, employment_area_code
        Codes with a prefix where the statistics use one: ``MK21``, ``SK201``, ``HVA22``.
    urban_rural
        Statistics Finland's grouping: urban, semi-urban or rural municipalities, in Finnish.
    language
        Language relation, in Finnish.
    genitive, locative, separative, lative
        "Tornion", "Torniossa", "Torniosta", "Tornioon": the local cases the name really takes.
    """

    code: str
    name: str
    name_sv: str
    region_code: str
    region: str
    subregion_code: str
    subregion: str
    wellbeing_county_code: str
    wellbeing_county: str
    employment_area_code: str
    employment_area: str
    urban_rural: str
    language: str
    genitive: str
    locative: str
    separative: str
    lative: str

    @property
    def slug(self) -> str:
        """Return the lower-case ASCII name used in file names."""
        return slugify(self.name)


@dataclass(frozen=True)
class Merger:
    """Tell which municipality an abolished one went to; one that was split has several mergers.

    Parameters
    ----------
    abolished, successor
        Three-digit codes; the successor may itself have been abolished later.
    abolished_name
        Finnish name of the abolished municipality, empty when not known.
    merged_on
        ISO date, empty when not known.
    """

    abolished: str
    successor: str
    abolished_name: str = ""
    merged_on: str = ""


def slugify(text: str) -> str:
    """Return a name in lower-case ASCII with hyphens: "Mänttä-Vilppula" → ``mantta-vilppula``."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return "-".join(re.findall(r"[a-z0-9]+", plain.lower()))


def read_municipalities(folder: Path = SNAPSHOT) -> tuple[Municipality, ...]:
    """Read the municipalities of the present division, by code.

    Raises
    ------
    SnapshotError
        The register is missing, unreadable, altered or lacks a column.
    """
    rows = _read(folder, MUNICIPALITIES, [field.name for field in fields(Municipality)])
    return tuple(sorted((Municipality(**row) for row in rows), key=lambda one: one.code))


def read_mergers(folder: Path = SNAPSHOT) -> tuple[Merger, ...]:
    """Read every pair of abolished municipality and successor.

    Raises
    ------
    SnapshotError
        The register is missing, unreadable, altered or lacks a column.
    """
    rows = _read(folder, MERGERS, [field.name for field in fields(Merger)])
    return tuple(Merger(**row) for row in rows)


def division_year(folder: Path = SNAPSHOT) -> int:
    """Return the year whose municipalities the registers hold.

    Raises
    ------
    SnapshotError
        The manifest is missing or damaged.
    """
    try:
        return int(json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["reference_year"])
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise _damaged(MANIFEST, f"it cannot be read ({type(error).__name__}: {error})") from error


def _read(folder: Path, name: str, columns: list[str]) -> list[dict[str, Any]]:
    """Return the rows of a register, empty text for null, after checking the file against the manifest."""
    try:
        content = (folder / name).read_bytes()
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        declared = {entry["file"]: entry["sha256"] for entry in manifest["registers"]}
        if declared.get(name) != hashlib.sha256(content).hexdigest():
            raise _damaged(name, "its checksum differs from the manifest's")
        table = pq.ParquetFile(pa.BufferReader(content)).read()
    except (OSError, pa.ArrowException, KeyError, TypeError, ValueError) as error:
        raise _damaged(name, f"it cannot be read ({type(error).__name__}: {error})") from error
    missing = [column for column in columns if column not in table.column_names]
    if missing:
        raise _damaged(name, f"it lacks {', '.join(missing)}")
    return [
        {column: value or "" for column, value in row.items()} for row in table.select(columns).to_pylist()
    ]


def _damaged(name: str, reason: str) -> SnapshotError:
    """Say what is wrong with a register and how to restore it."""
    return SnapshotError(f"The register {name} of the snapshot is damaged: {reason}. {RESTORE}")

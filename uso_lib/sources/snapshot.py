"""Build the bundled snapshot out of the published figure files.

The command is ``python -m uso_lib.sources.snapshot ../shared/figures``. Does not fetch anything and does not
change the figures beyond what carryover.yml declares.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from uso_lib.boundaries import BOUNDARIES
from uso_lib.errors import SnapshotError, UsoError
from uso_lib.sources.carryover import registers
from uso_lib.sources.carryover.boundaries import boundaries_bytes
from uso_lib.sources.carryover.declaration import CarryOver, TableSource, load_carryover
from uso_lib.sources.carryover.figures import read_source
from uso_lib.sources.carryover.page import refresh_page
from uso_lib.sources.mergers import fold, successors
from uso_lib.sources.parquet import parquet_bytes, sha256_of
from uso_lib.tidy import NOT_RECOMPUTABLE, check_tidy

SCHEMA = 1
SNAPSHOT = Path(__file__).parents[1] / "snapshot"
PAGE = Path(__file__).parents[2] / "docs" / "snapshot.md"
_LICENCE = "CC BY 4.0"


@dataclass(frozen=True)
class Registers:
    """Hold the registers that every table is checked against."""

    municipalities: pd.DataFrame
    mergers: pd.DataFrame

    @property
    def codes(self) -> frozenset[str]:
        """Return the codes of today's municipalities."""
        return frozenset(self.municipalities["code"])

    @property
    def areas(self) -> frozenset[str]:
        """Return every area code the snapshot may hold: country, regions of three kinds, municipalities."""
        columns = ("region_code", "subregion_code", "wellbeing_county_code")
        return frozenset({"SSS"}).union(self.codes, *(set(self.municipalities[column]) for column in columns))


def build(figures: Path, target: Path = SNAPSHOT) -> dict[str, Any]:
    """Build the snapshot from the folder `figures` into the folder `target` and return its manifest.

    Everything is built and checked beside `target` first; a failure leaves the previous snapshot untouched.

    Raises
    ------
    UsoError
        A figure file breaks a rule; the message names file, row and key.
    """
    files, manifest = encode(figures)
    write_snapshot(files, target)
    return manifest


def write_snapshot(files: Mapping[str, bytes], target: Path) -> None:
    """Write the files of a snapshot and put their folder in the place of `target`, all or nothing.

    Raises
    ------
    OSError
        The disk is full or the folder above cannot be written to; the previous snapshot is in its place.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".snapshot-") as folder:
        built = Path(folder) / "snapshot"
        built.mkdir()
        for name, content in files.items():
            (built / name).write_bytes(content)
        _exchange(built, target, Path(folder) / "previous")


def _exchange(built: Path, target: Path, previous: Path) -> None:
    """Put `built` in the place of `target`; when that fails the previous folder comes back."""
    if target.exists():
        target.rename(previous)
    try:
        built.rename(target)
    except OSError:
        if previous.exists():
            previous.rename(target)
        raise


def encode(figures: Path) -> tuple[dict[str, bytes], dict[str, Any]]:
    """Make every file of the snapshot in memory: file name → bytes, and the manifest."""
    declared = load_carryover()
    found = registers.municipalities(figures, declared.registers)
    made = Registers(found, registers.mergers(figures, declared.registers, frozenset(found["code"])))
    files = {
        "municipalities.parquet": parquet_bytes(made.municipalities),
        "mergers.parquet": parquet_bytes(made.mergers),
    }
    files[BOUNDARIES], drawn = boundaries_bytes(
        figures, declared.boundaries, made.codes, declared.reference_year
    )
    tables = []
    for source, frame in tidy_tables(declared, made, figures):
        files[f"{source.id}.parquet"] = parquet_bytes(frame)
        tables.append(_describe(source, frame, made, files[f"{source.id}.parquet"]))
    manifest = {
        "schema": SCHEMA,
        "data_as_of": declared.data_as_of,
        "reference_year": declared.reference_year,
        "tables": tables,
        "registers": [
            *_describe_registers(declared, made, files),
            _describe_boundaries(declared, drawn, files[BOUNDARIES]),
        ],
        "raw_files": _raw_files(declared, figures),
    }
    files["manifest.json"] = manifest_bytes(manifest)
    return files, manifest


def manifest_bytes(manifest: Mapping[str, Any]) -> bytes:
    """Write a manifest as JSON, the same bytes for the same manifest."""
    return (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode()


def tidy_tables(
    declared: CarryOver, made: Registers, figures: Path
) -> list[tuple[TableSource, pd.DataFrame]]:
    """Read, check and fold every declared table."""
    names = dict(zip(made.municipalities["name"], made.municipalities["code"], strict=True))
    published = {
        source.id: keep_areas(source, read_source(source, figures, names=names), declared, made)
        for source in declared.tables
    }
    return [(source, tidy(source, published, made)) for source in declared.tables]


def keep_areas(
    source: TableSource, frame: pd.DataFrame, declared: CarryOver, made: Registers
) -> pd.DataFrame:
    """Leave out areas that carryover.yml ignores; refuse those nobody declared.

    Raises
    ------
    SnapshotError
        An area is neither in the registers nor ignored.
    """
    kept = frame
    for column in source.area_columns:
        codes = pd.Series(kept[column].unique(), dtype="str")
        known = codes.isin(made.areas | set(made.mergers["abolished"]))
        unknown = codes[~known & ~codes.str.fullmatch(declared.ignored)]
        if not unknown.empty:
            message = (
                f"{', '.join(source.sources)}: area {', '.join(unknown.head(5))} is not in the registers. "
                "Add it to the registers, or to ignored_areas in carryover.yml with a reason."
            )
            raise SnapshotError(message)
        kept = kept[kept[column].isin(set(codes[known]))]
    return kept


def tidy(source: TableSource, published: Mapping[str, pd.DataFrame], made: Registers) -> pd.DataFrame:
    """Fold mergers, mark incomplete figures, sort and check one table."""
    frame = published[source.id]
    codes = {code for column in source.area_columns for code in frame[column].unique()}
    heirs = successors(made.mergers, codes, where=", ".join(source.sources))
    frame = fold(source, frame, heirs, published).drop(columns="entry")
    covered_in_part = frame["area"].isin(list(source.incomplete))
    frame["value"] = frame["value"].mask(covered_in_part)
    frame["symbol"] = frame["symbol"].mask(covered_in_part, NOT_RECOMPUTABLE)
    order = ["content", *source.dimensions, "period", "area"]
    frame = frame.sort_values(order, ignore_index=True)
    check_tidy(frame, where=source.id)
    _check_coverage(source, frame, made)
    return frame


def _check_coverage(source: TableSource, frame: pd.DataFrame, made: Registers) -> None:
    """Refuse a table that silently lacks municipalities, or that declares a lack it does not have."""
    where = ", ".join(source.sources)
    lacking = sorted(made.codes - set(frame["area"].unique()))
    if lacking and source.partial is None:
        message = (
            f"{where}: no figures for {', '.join(lacking[:5])}; carryover.yml gives no reason (partial)."
        )
        raise SnapshotError(message)
    if source.partial is not None and not lacking:
        message = f"{where}: every municipality has figures, though carryover.yml says partial."
        raise SnapshotError(message)


def _describe(source: TableSource, frame: pd.DataFrame, made: Registers, content: bytes) -> dict[str, Any]:
    return {
        "id": source.id,
        "producer": source.producer,
        "table_id": source.table_id,
        "title": source.title,
        "vintage": source.vintage,
        "periods": [str(frame["period"].min()), str(frame["period"].max())],
        "n_areas": int(frame["area"].isin(made.codes).groupby(frame["area"]).any().sum()),
        "rows": len(frame),
        "dimensions": list(source.dimensions),
        "contents": sorted(frame["content"].unique()),
        "licence": source.licence,
        "sha256": sha256_of(content),
        "file": f"{source.id}.parquet",
        "source_file": ", ".join(source.sources),
        "note": source.note,
    }


def _raw_files(declared: CarryOver, figures: Path) -> dict[str, str]:
    """Return the sha256 of every figure file that was read."""
    names = {name for source in declared.tables for name in source.sources}
    names |= {*declared.registers.municipality_files, *declared.registers.merger_files}
    names.add(declared.boundaries.file)
    return {name: sha256_of((figures / name).read_bytes()) for name in sorted(names)}


def _describe_registers(
    declared: CarryOver, made: Registers, files: Mapping[str, bytes]
) -> list[dict[str, Any]]:
    sources = declared.registers
    described = (
        ("municipalities", made.municipalities, "Kunnat ja niiden aluejaot", sources.municipality_files),
        ("mergers", made.mergers, "Kuntaliitokset", sources.merger_files),
    )
    return [
        {
            "id": name,
            "producer": "Tilastokeskus",
            "title": title,
            "rows": len(frame),
            "licence": _LICENCE,
            "sha256": sha256_of(files[f"{name}.parquet"]),
            "file": f"{name}.parquet",
            "source_file": ", ".join(source_files),
        }
        for name, frame, title, source_files in described
    ]


def _describe_boundaries(declared: CarryOver, municipalities: int, content: bytes) -> dict[str, Any]:
    return {
        "id": "boundaries",
        "producer": "Tilastokeskus",
        "title": f"Kuntarajat {declared.reference_year}",
        "rows": municipalities,
        "licence": _LICENCE,
        "sha256": sha256_of(content),
        "file": BOUNDARIES,
        "source_file": declared.boundaries.file,
        "attribution": declared.boundaries.attribution,
    }


def main(arguments: list[str] | None = None) -> int:
    """Build the bundled snapshot from a folder of figure files; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m uso_lib.sources.snapshot", description=__doc__)
    parser.add_argument("figures", type=Path, help="folder of the published figure files")
    parser.add_argument(
        "--target", type=Path, default=SNAPSHOT, help="folder to write (default: the bundled snapshot)"
    )
    options = parser.parse_args(arguments)
    try:
        manifest = build(options.figures, options.target)
        if options.target == SNAPSHOT and PAGE.is_file():
            refresh_page(PAGE, manifest)
    except UsoError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    rows = sum(table["rows"] for table in manifest["tables"])
    sys.stdout.write(f"{len(manifest['tables'])} tables, {rows} rows → {options.target}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

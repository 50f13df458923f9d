"""Lay the files of one table over each other: newest first, period by period, where they are one series.

Files whose producer, definition, area division and dimensions agree make one edition; of a content and period
that several have, the newest file's rows stand. An import replaces only the municipalities it holds. Does not
decide which files there are (store.py) and writes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from uso_lib.editions import Edition, Pair, TableRecord, file_way_out, record_way_out, tables_folder
from uso_lib.errors import SnapshotError
from uso_lib.store_reading import BUNDLED_WAY_OUT, TableInfo, TablePart, read_figures, read_texts
from uso_lib.tidy import as_texts, check_tidy, dimensions

PAIR = ["content", "period"]
#: How many addresses a description names.
_NAMED = 3


@dataclass(frozen=True)
class Layer:
    """Hold one file of figures.

    Parameters
    ----------
    info
        Its description.
    path
        The Parquet file.
    way_out
        What to do when it is damaged.
    held
        Contents and periods it has, when they are recorded; otherwise they are read from the file.
    areas
        Municipalities of an import; empty for everything that has all of them.
    """

    info: TableInfo
    path: Path
    way_out: str
    held: frozenset[Pair] | None = None
    areas: frozenset[str] = frozenset()

    @property
    def identity(self) -> tuple[str, str, int, frozenset[str]]:
        """Return what must agree for figures to join."""
        info = self.info
        return info.producer, info.definition, info.division, frozenset(info.dimensions)

    @property
    def imported(self) -> bool:
        """Tell whether it replaces only the municipalities it holds."""
        return self.info.kind == "imported"

    @property
    def part(self) -> TablePart:
        """Return the layer as a part of a table's description."""
        one = self.info
        return TablePart(one.kind, one.vintage, one.retrieved, one.periods, one.file, one.sha256)

    def pairs(self) -> frozenset[Pair]:
        """Return the contents and periods it has figures of."""
        if self.held is not None:
            return self.held
        read = read_texts(self.path, PAIR, way_out=self.way_out)
        codes = pd.DataFrame(
            {name: read.column(name).combine_chunks().indices.to_numpy() for name in PAIR}
        ).drop_duplicates()
        texts = {name: read.column(name).combine_chunks().dictionary.to_pylist() for name in PAIR}
        return frozenset(
            (texts["content"][content], texts["period"][period])
            for content, period in codes.itertuples(index=False)
        )

    def read(self) -> pd.DataFrame:
        """Read and check the file."""
        frame = read_figures(self.path, self.info.sha256, rows=self.info.rows, way_out=self.way_out)
        check_tidy(frame, where=str(self.path))
        if set(dimensions(frame)) != set(self.info.dimensions):
            message = f"{self.path}: its columns are not those of its description. {self.way_out}"
            if self.info.kind != "bundled":
                record = self.path.with_name(f"{self.info.id}.json")
                message = f"{record}: the record is damaged (dimensions). {record_way_out(self.info.id)}"
            raise SnapshotError(message)
        return frame

    def codes(self, dimension: str) -> set[str]:
        """Return the codes of one dimension."""
        column = read_texts(self.path, [dimension], way_out=self.way_out).column(dimension)
        return {code for chunk in column.chunks for code in chunk.dictionary.to_pylist()}


class StoredEdition:
    """Give one edition of a table: the files that join.

    Parameters
    ----------
    layers
        Files of one identity, newest first.
    """

    def __init__(self, layers: Sequence[Layer]) -> None:
        self._given = tuple(layers)

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """Return the files that newer ones do not supersede altogether."""
        if len(self._given) == 1:
            return self._given
        kept: list[Layer] = []
        taken: frozenset[Pair] = frozenset()
        for layer in self._given:
            if not kept or layer.pairs() - taken:
                kept.append(layer)
            if not layer.imported:
                taken |= layer.pairs()
        return tuple(kept)

    @cached_property
    def info(self) -> TableInfo:
        """Describe the edition."""
        infos, newest = [layer.info for layer in self.layers], self.layers[0].info
        if len(infos) == 1:
            return replace(newest, parts=(self.layers[0].part,))
        prints = "".join(info.sha256 for info in infos)
        named = frozenset[str]().union(*(layer.areas for layer in self.layers))
        return replace(
            newest,
            vintage="; ".join(dict.fromkeys(info.vintage for info in infos)),
            periods=(min(info.periods[0] for info in infos), max(info.periods[1] for info in infos)),
            n_areas=max(len(named), *(info.n_areas for info in infos)),
            rows=sum(info.rows for info in infos),
            contents=tuple(sorted(set().union(*(info.contents for info in infos)))),
            sha256=hashlib.sha256(prints.encode()).hexdigest(),
            source_file=", ".join(dict.fromkeys(info.source_file for info in infos)),
            note=next((info.note for info in infos if info.note), ""),
            kind="joined",
            retrieved=max(info.retrieved for info in infos),
            parts=tuple(layer.part for layer in self.layers),
        )

    def read(self) -> pd.DataFrame:
        """Read the edition: ``table, area, period, <dimensions>, content, value, symbol``, categoricals."""
        columns = ["area", "period", *self.info.dimensions, "content", "value", "symbol"]
        joined = self._joined(columns) if len(self.layers) > 1 else self.layers[0].read()[columns]
        name = pd.Categorical.from_codes(np.zeros(len(joined), dtype=np.int8), pd.Index([self.info.id]))
        joined.insert(0, "table", pd.Series(name, index=joined.index))
        return joined

    def _joined(self, columns: list[str]) -> pd.DataFrame:
        """Put the files together, each without what a newer one has."""
        pieces: list[pd.DataFrame] = []
        above: list[tuple[Layer, pd.DataFrame]] = []
        for layer in self.layers:
            frame = as_texts(layer.read())
            piece = frame
            for newer, rows in above:
                piece = _without(piece, rows, PAIR if not newer.imported else [*PAIR, "area"])
            pieces.append(piece[columns])
            above.append((layer, frame))
        joined = pd.concat(pieces, ignore_index=True)
        return joined.astype({name: "category" for name in columns if name != "value"})

    def codes(self, dimension: str) -> tuple[str, ...]:
        """Return the codes of one dimension column, sorted."""
        return tuple(sorted(set[str]().union(*(layer.codes(dimension) for layer in self.layers))))


def stored_editions(layers: Sequence[Layer]) -> tuple[StoredEdition, ...]:
    """Gather the files of a table, newest first, into editions, that of the newest file first."""
    by_identity: dict[tuple[str, str, int, frozenset[str]], list[Layer]] = {}
    for layer in layers:
        by_identity.setdefault(layer.identity, []).append(layer)
    return tuple(StoredEdition(found) for found in by_identity.values())


def bundled_layer(info: TableInfo, folder: Path) -> Layer:
    """Return the layer of a bundled file."""
    return Layer(info, folder / info.file, BUNDLED_WAY_OUT)


def recorded_layers(record: TableRecord, data: Path) -> tuple[Layer, ...]:
    """Return the layers of a record's editions, newest first."""
    return tuple(
        Layer(
            _recorded_info(record, edition),
            tables_folder(data) / edition.file,
            file_way_out(record.id, edition),
            edition.pairs,
            frozenset(edition.areas),
        )
        for edition in record.editions
    )


def _recorded_info(record: TableRecord, edition: Edition) -> TableInfo:
    """Describe one recorded edition."""
    return TableInfo(
        id=record.id,
        producer=edition.producer,
        table_id=record.table_id,
        title=record.title,
        vintage=edition.vintage,
        periods=edition.periods,
        n_areas=edition.n_areas,
        rows=edition.rows,
        dimensions=edition.dimensions,
        contents=edition.contents,
        licence=record.licence,
        sha256=edition.sha256,
        file=edition.file,
        source_file=_sources(edition),
        note=record.note,
        definition=edition.definition,
        division=edition.division,
        kind=edition.kind,
        retrieved=edition.retrieved[:10],
    )


def _sources(edition: Edition) -> str:
    """Name the first addresses or files of an edition, and say how many more there are."""
    names = list(dict.fromkeys(answer.address for answer in edition.answers))
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _without(frame: pd.DataFrame, newer: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Leave out the rows whose keys a newer file has."""
    taken = pd.MultiIndex.from_frame(newer[keys].drop_duplicates())
    return frame[~pd.MultiIndex.from_frame(frame[keys]).isin(taken)]

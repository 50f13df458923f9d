"""Read one published figure file into tidy rows, by its declaration.

Does not fold merged municipalities together (mergers.py) and does not interpret figures.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from uso_lib.errors import SnapshotError
from uso_lib.sources.carryover.declaration import TableSource
from uso_lib.sources.carryover.sums import strict_sums
from uso_lib.tidy import PERIOD

#: Marks a producer may print in the place of a value or beside it.
_NO_VALUE = (".", "..", "...")
_NOT_AVAILABLE, _TRUE_ZERO = "..", "-"
#: Column for the uniform label of a row; no published file has one of this name.
_LABEL = "label of carryover.yml"


def read_texts(path: Path) -> pd.DataFrame:
    """Read a CSV file, gzipped or not, every field as the text it is.

    Raises
    ------
    SnapshotError
        The file is missing, truncated or not a table.
    """
    try:
        return pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8")
    except FileNotFoundError as error:
        message = f"{path}: the figure file is missing."
        raise SnapshotError(message) from error
    except (EOFError, gzip.BadGzipFile, zlib.error, UnicodeDecodeError, ValueError) as error:
        message = f"{path}: the figure file cannot be read, it is truncated or damaged ({error})."
        raise SnapshotError(message) from error


def read_source(source: TableSource, figures: Path, *, names: dict[str, str]) -> pd.DataFrame:
    """Read the files of one table: rows with their areas and values as published, nothing merged yet.

    Parameters
    ----------
    source
        Declaration of the table.
    figures
        Folder of the figure files.
    names
        Municipality name → code, for files without codes.

    Returns
    -------
    pandas.DataFrame
        Columns ``area`` (prefix KU taken off), ``period``, dimensions, ``content``, ``value``, ``symbol`` and
        ``entry``: the position of the row's content in the declaration.

    Raises
    ------
    SnapshotError
        With file, row and key: a missing column, an unknown label, name or period, a duplicate, a value that
        is neither a number nor a mark.
    """
    parts = [_read_file(source, figures / name, names) for name in source.sources]
    frame = pd.concat(parts, ignore_index=True)
    order = ["area", "period", *source.dimensions, "content", "value", "symbol", "entry"]
    return without_false_zeros(source, frame.loc[:, order])


def without_false_zeros(source: TableSource, frame: pd.DataFrame) -> pd.DataFrame:
    """Mark the zeros that stand for no figure as missing, where the declaration says that they do.

    Parameters
    ----------
    frame
        Rows with ``entry``, ``value`` and ``symbol``; returned unchanged when no content declares it.
    """
    declared = [entry for entry, content in enumerate(source.contents) if content.zero_is_missing]
    false_zero = frame["entry"].isin(declared) & frame["value"].eq(0) & frame["symbol"].ne(_TRUE_ZERO)
    return frame.assign(
        value=frame["value"].mask(false_zero), symbol=frame["symbol"].mask(false_zero, _NOT_AVAILABLE)
    )


def translate(texts: pd.Series[Any], rule: Callable[[pd.Series[Any]], pd.Series[Any]]) -> pd.Series[Any]:
    """Apply a rule to the distinct texts only: a column repeats few texts on half a million rows."""
    positions, distinct = pd.factorize(texts)
    made = rule(pd.Series(distinct))
    return made.take(positions).set_axis(texts.index)


def _read_file(source: TableSource, path: Path, names: dict[str, str]) -> pd.DataFrame:
    raw = read_texts(path)
    _need_columns(source, raw, path)
    for column, text in source.where.items():
        raw = raw[raw[column] == text]
    raw, entries = _entries(source, raw, path)
    base = pd.DataFrame(index=raw.index)
    base["area"] = _areas(source, raw, path, names)
    base["period"] = _periods(source, raw, path)
    for dimension, column in source.dims.items():
        codes = source.dim_codes.get(dimension, {})
        base[dimension] = translate(raw[column], partial(_recode, codes=codes))
    pieces = []
    for column in dict.fromkeys(content.column or source.value for content in source.contents):
        piece = base.copy()
        piece["value"], piece["symbol"] = _values(raw, column, path)
        contents = [content for content in source.contents if (content.column or source.value) == column]
        if not source.key:
            entries = pd.Series(source.contents.index(contents[0]), index=raw.index)
        piece = _contents(source, piece.assign(entry=entries))
        pieces.append(_checked_sums(source, piece, raw, path))
    return pd.concat(pieces, ignore_index=True)


def _recode(texts: pd.Series[str], *, codes: dict[str, str]) -> pd.Series[str]:
    return texts.replace(codes)


def _need_columns(source: TableSource, raw: pd.DataFrame, path: Path) -> None:
    needed = {*source.key, *source.dims.values(), *source.where}
    needed.add(source.area_by_name or source.area)
    needed.update(content.column or source.value for content in source.contents)
    if source.fixed_period is None:
        needed.add(source.period)
    missing = sorted(needed - set(raw.columns))
    if missing:
        message = f"{path}: column {', '.join(missing)} is missing; the file has {', '.join(raw.columns)}."
        raise SnapshotError(message)


def _areas(source: TableSource, raw: pd.DataFrame, path: Path, names: dict[str, str]) -> pd.Series[str]:
    if source.area_by_name is None:
        return translate(raw[source.area], lambda codes: codes.str.replace(r"^KU(?=\d{3}$)", "", regex=True))
    found = raw[source.area_by_name].map(names)
    _refuse(raw, found.isna(), path, "the municipality is not known by this name")
    return found


def _periods(source: TableSource, raw: pd.DataFrame, path: Path) -> pd.Series[str]:
    if source.fixed_period is not None:
        return pd.Series(source.fixed_period, index=raw.index, dtype="str")
    made = translate(raw[source.period], _period)
    known = translate(made, lambda texts: texts.str.fullmatch(PERIOD).astype("bool"))
    _refuse(raw, ~known, path, "the period is no year or month")
    return made


def _period(texts: pd.Series[str]) -> pd.Series[str]:
    """Write "2017.0" as 2017 and "2006-01-01" as 2006M01."""
    years = texts.str.replace(r"^(\d{4})\.0$", r"\1", regex=True)
    return years.str.replace(r"^(\d{4})-(\d{2})-01$", r"\1M\2", regex=True)


def _values(raw: pd.DataFrame, column: str, path: Path) -> tuple[pd.Series[float], pd.Series[str]]:
    """Return values and marks: a mark in a value's place moves beside it, a true zero ("-") becomes 0."""
    texts = raw[column].str.strip()
    marks = raw["symbol"].str.strip() if "symbol" in raw else pd.Series("", index=raw.index, dtype="str")
    inside = texts.isin([*_NO_VALUE, _TRUE_ZERO])
    marks = marks.where(~inside, texts)
    zero = marks.eq(_TRUE_ZERO) & (inside | texts.eq(""))
    missing = ~zero & (inside | (texts.eq("") & marks.isin(_NO_VALUE)))
    values = pd.to_numeric(texts.where(~(missing | zero), "0"), errors="coerce").astype("float64")
    known = pd.Series(np.isfinite(values), index=raw.index)
    _refuse(raw, ~known, path, f"{column} is neither a number nor a known mark")
    return values.mask(missing), marks


def _entries(source: TableSource, raw: pd.DataFrame, path: Path) -> tuple[pd.DataFrame, pd.Series[int]]:
    """Return the rows whose label is declared, and the position of each one's content in the declaration."""
    if not source.key:
        return raw, pd.Series(0, index=raw.index)
    keys = raw[source.key[0]]
    for column in source.key[1:]:
        keys = keys + " / " + raw[column]
    keys = translate(keys, lambda texts: texts.str.split().str.join(" ").astype("str"))
    entries = {label: entry for entry, content in enumerate(source.contents) for label in content.labels}
    used = keys.isin(list(entries))
    if source.unused is None:
        _refuse(raw, ~used, path, "the label is not declared in carryover.yml")
    absent = sorted(set(entries) - set(keys.unique()))
    if absent and len(source.sources) == 1:
        message = f"{path}: no row has the declared label {absent[0]!r}."
        raise SnapshotError(message)
    return raw[used].assign(**{_LABEL: keys[used]}), translate(keys[used], lambda texts: texts.map(entries))


def _contents(source: TableSource, piece: pd.DataFrame) -> pd.DataFrame:
    """Give every row the content of its entry and the dimensions that the entry stands for."""
    declared = list(enumerate(source.contents))
    piece = piece.assign(**{name: code for name, code in source.fixed_dims.items() if name not in piece})
    piece["content"] = _look_up(piece["entry"], {entry: content.code for entry, content in declared})
    for dimension in source.dimensions:
        codes = {entry: c.dims[dimension] for entry, c in declared if dimension in c.dims}
        if codes:
            made = _look_up(piece["entry"], codes)
            piece[dimension] = made.fillna(piece[dimension]) if dimension in piece else made
    return piece


def _checked_sums(source: TableSource, piece: pd.DataFrame, raw: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Refuse a key that stands twice; add up the labels of contents that declare several (men and women)."""
    keys = [column for column in piece.columns if column not in ("value", "symbol")]
    needed = _look_up(piece["entry"], {e: len(c.labels) for e, c in enumerate(source.contents)})
    several = needed > 1
    label = raw.get(_LABEL, "")
    duplicates = piece.assign(**{_LABEL: label}).duplicated([*keys, _LABEL], keep=False)
    _refuse(raw, duplicates, path, "the same key stands on several rows")
    if not several.any():
        return piece
    sums = strict_sums(piece[several], keys, parts=needed[several])
    return pd.concat([piece[~several], sums], ignore_index=True)


def _look_up(entries: pd.Series[int], found: Mapping[int, Any]) -> pd.Series[Any]:
    return translate(entries, lambda positions: positions.map(found))


def _refuse(raw: pd.DataFrame, wrong: pd.Series[bool], path: Path, rule: str) -> None:
    if wrong.any():
        first = raw[wrong].iloc[0]
        line = int(raw.index[wrong][0]) + 2  # line 1 of the file is its header
        message = f"{path}: row {line}: {rule} ({int(wrong.sum())} rows, first: {first.to_dict()})."
        raise SnapshotError(message)

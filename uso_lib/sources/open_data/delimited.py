"""Read delimited text answers: encoding, separator, columns by meaning, numbers with comma or dot.

Does not know what the columns are for (declared_rows.py) and never guesses a number: what is neither a number
nor a known mark of a missing one is an error.
"""

from __future__ import annotations

import codecs
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv

from uso_lib.errors import BadAnswer

#: What stands in place of a missing number → its mark in the store.
MISSING_TEXTS = {
    "": "..",
    "NA": "..",
    "NaN": "..",
    "NULL": "..",
    ".": ".",
    "..": "..",
    "...": "...",
    "-": "-",
}
_SLICE = 1 << 20
_BLOCK = 1 << 24
#: Texts of which it is plain that they are numbers; there are others.
_PLAIN_NUMBER = re.compile(r"[-+]?\d{1,15}(?:[.,]\d{1,15})?", re.ASCII)
_SPACES = re.compile(r"[\s\u00a0\u2009\u202f]+")


@dataclass(frozen=True)
class Layout:
    """Describe how a delimited text is written."""

    encoding: str
    separator: str
    columns: tuple[str, ...]


def layout(content: bytes, *, where: str) -> Layout:
    """Find the encoding, the separator and the columns of a delimited text.

    Parameters
    ----------
    where
        What the text is called in an error: its address.

    Raises
    ------
    BadAnswer
        It has no heading of at least two columns, or is cut off in its last row.
    """
    encoding = _encoding(content)
    lines = content.split(b"\n", 1)[0].decode(encoding, errors="replace").strip("\r\n")
    separator = max(";\t,", key=lines.count)
    columns = tuple(_unquoted(one) for one in lines.split(separator))
    if len(columns) < 2 or lines.lstrip().startswith("<"):
        message = f"{where}: the answer begins with {lines[:60]!r}, not with the headings of a table."
        raise BadAnswer(message)
    last = content[-4096:].decode(encoding, errors="replace").rstrip("\r\n").rsplit("\n", 1)[-1]
    if '"' not in last and last.count(separator) != lines.count(separator):
        message = f"{where}: the last row is cut off ({last[-60:]!r}). Try again later."
        raise BadAnswer(message)
    return Layout(encoding, separator, columns)


def read_parts(content: bytes, form: Layout, columns: Sequence[str], *, where: str) -> Iterator[pa.Table]:
    """Read some columns of a delimited text as text, some hundred thousand rows at a time.

    Raises
    ------
    BadAnswer
        Rows have more or fewer fields than the heading, the text is damaged, or the last row has no line
        break: it may lack the end of its last figure, and the rows after it.
    """
    if not content.endswith(b"\n" if b"\n" in content else b"\r"):
        last = content[-60:].decode(form.encoding, errors="replace").rsplit("\n", 1)[-1]
        message = f"{where}: the last row is cut off ({last!r}). Try again later."
        raise BadAnswer(message)
    if b"\0" in content:
        message = (
            f"{where}: the text holds a character that no text has (NUL): it is damaged. Try again later."
        )
        raise BadAnswer(message)
    places = [str(place) for place in range(len(form.columns))]
    wanted = [places[form.columns.index(column)] for column in columns]
    try:
        reader = csv.open_csv(
            io.BytesIO(content),
            csv.ReadOptions(encoding=form.encoding, column_names=places, skip_rows=1, block_size=_BLOCK),
            csv.ParseOptions(delimiter=form.separator),
            csv.ConvertOptions(column_types=dict.fromkeys(places, pa.string()), include_columns=wanted),
        )
        for batch in reader:
            yield pa.Table.from_batches([batch]).rename_columns(list(columns))
    except (pa.ArrowException, UnicodeError) as error:
        said = "".join(letter if letter.isprintable() else " " for letter in str(error).strip()[:120])
        message = f"{where}: the rows cannot be read ({said}). Try again later."
        raise BadAnswer(message) from error


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Return a text without differences of case, spacing, hyphens, underscores and Unicode form."""
    return re.sub(r"[\s_\-]+", " ", unicodedata.normalize("NFC", text)).strip().casefold()


def find_column(columns: Sequence[str], texts: Sequence[str], *, whole: bool = False) -> str | None:
    """Return the column that a text names, of several texts the first found.

    Parameters
    ----------
    whole
        Whether a heading must be the text; otherwise one that begins with it will do, after one that is it.
    """
    for text in texts:
        same = [column for column in columns if plain(column) == plain(text)]
        begun = [] if whole else [column for column in columns if plain(column).startswith(plain(text))]
        if same or begun:
            return (same or begun)[0]
    return None


def numbers(texts: pd.Series[str], *, where: str) -> tuple[pd.Series[float], pd.Series[str]]:
    """Turn texts into numbers and marks; spaces inside numbers and a decimal comma are understood.

    Returns
    -------
    tuple of pandas.Series
        Values, null where missing, and marks: empty beside a number, else the mark of the missing one.

    Raises
    ------
    BadAnswer
        A text is neither a number nor a known mark.
    """
    known = pd.Series(texts.unique(), dtype="str")
    bare = known.str.replace(_SPACES, "", regex=True).str.replace("\u2212", "-", regex=False)
    marks = bare.map(MISSING_TEXTS).fillna("")
    comma = bare.str.contains(",", regex=False) & ~bare.str.contains(".", regex=False)
    values = pd.to_numeric(bare.mask(comma, bare.str.replace(",", ".", regex=False)), errors="coerce")
    wrong = known[marks.eq("") & ~np.isfinite(values.astype("float64"))]
    if not wrong.empty:
        message = f"{where}: {wrong.iloc[0]!r} is not a number ({len(wrong)} such texts)."
        raise BadAnswer(message)
    value = texts.map(dict(zip(known, values.where(marks.eq("")), strict=True))).astype("float64")
    return value, texts.map(dict(zip(known, marks, strict=True))).astype("str")


def check_numbers(texts: Iterable[str], *, where: str) -> None:
    """Refuse what `numbers` would refuse, without turning what is plain into numbers.

    Raises
    ------
    BadAnswer
        A text is neither a number nor a known mark.
    """
    known = MISSING_TEXTS.keys()
    unclear = sorted({one for one in texts if one not in known and not _PLAIN_NUMBER.fullmatch(one)})
    if unclear:
        numbers(pd.Series(unclear, dtype="str"), where=where)


def _encoding(content: bytes) -> str:
    """Return UTF-8 when the text is that, with or without its mark, the western 8-bit encoding otherwise."""
    reader = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(content), _SLICE):
            reader.decode(content[start : start + _SLICE], final=start + _SLICE >= len(content))
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _unquoted(text: str) -> str:
    return text.strip().strip('"').strip()

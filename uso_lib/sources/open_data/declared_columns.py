"""Find the columns of a service's text that a live table declares, and the rows of its fixed values.

Does not turn anything into figures (declared_rows.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from uso_lib.errors import BadAnswer, Refused
from uso_lib.live_specs import LiveContent, LiveTable
from uso_lib.sources.open_data.delimited import Layout, find_column, plain, read_parts

_TRUE = frozenset({"true", "t", "1", "1.0", "kyllä", "k", "yes", "y", "x"})
#: Words of headings that say what is counted: such a column holds figures even when nobody declares it.
MEASURES = frozenset({"lkm", "eur", "euroa", "kt", "gwh"})
_FALSE = frozenset({"false", "f", "0", "0.0", "ei", "e", "no", "n"})


@dataclass(frozen=True)
class Columns:
    """Say which columns of a text hold what; ``fixed`` is column → declared values, best first."""

    contents: Mapping[str, str]
    dimensions: Mapping[str, str]
    fixed: Mapping[str, tuple[str, ...]]
    others: Mapping[str, str] = field(default_factory=dict)

    @property
    def used(self) -> tuple[str, ...]:
        """Return every column that has a use, each once."""
        groups = (self.contents.values(), self.dimensions.values(), self.fixed, self.others.values())
        return tuple(dict.fromkeys(column for group in groups for column in group))

    def figures(self, found: Sequence[str]) -> frozenset[str]:
        """Return the columns of figures among headings: the declared ones, and others called so."""
        called = {one for one in found if MEASURES & set(plain(one).split())}
        return frozenset({*self.contents.values(), *(called - set(self.used))})


def resolve_columns(
    table: LiveTable, found: Sequence[str], *, others: Mapping[str, Sequence[str]], where: str
) -> Columns:
    """Find the declared columns among the headings of a text.

    Parameters
    ----------
    others
        Further columns that must be there: use → texts they may be called.

    Raises
    ------
    Refused
        Columns are missing or have another meaning: all are named, with the headings there are.
    """
    missing: list[str] = []

    def column(use: str, texts: Sequence[str], *, whole: bool = False) -> str:
        name = find_column(found, texts, whole=whole)
        if name is None:
            missing.append(f"{use} ({' or '.join(texts)})")
        return name or ""

    contents = {
        one.code: column(f"content {one.code}", _markers(one, found), whole=True) for one in table.contents
    }
    missing += _misnamed(table, contents)
    made = Columns(
        contents,
        {one.name: column(f"dimension {one.name}", one.text) for one in table.dimensions},
        {column("fixed column", one.text): tuple(one.values) for one in table.fixed},
        {use: column(use, texts, whole=True) for use, texts in others.items()},
    )
    if missing:
        message = (
            f"{where}: columns are missing: {'; '.join(missing)}. The service has {', '.join(found)}. "
            f"Correct the declaration of {table.id} in uso_lib/live."
        )
        raise Refused(message)
    return made


def _misnamed(table: LiveTable, contents: Mapping[str, str]) -> list[str]:
    """Tell of contents whose columns lack the words that guard them."""
    return [
        f"content {one.code} (column {contents[one.code]} is not about {', '.join(one.words)})"
        for one in table.contents
        if contents[one.code] and not _has_words(contents[one.code], one.words)
    ]


def _markers(content: LiveContent, found: Sequence[str]) -> list[str]:
    """Return the texts that may head a content's column: its markers, or the one heading with its words."""
    if content.marker is not None:
        return [content.marker] if isinstance(content.marker, str) else list(content.marker)
    named = [column for column in found if content.words and _has_words(column, content.words)]
    return named if len(named) == 1 else [" ".join(content.words) or content.code]


def _has_words(heading: str, words: Sequence[str]) -> bool:
    return all(plain(word) in plain(heading) for word in words)


def same_value(found: str, declared: str) -> bool:
    """Tell whether a value is the declared one; true and false may be written in many ways."""
    one, other = plain(found), plain(declared)
    return one == other or any(one in group and other in group for group in (_TRUE, _FALSE))


def fixed_rows(
    content: bytes, form: Layout, columns: Columns, *, where: str
) -> tuple[pa.Table, dict[str, set[str]]]:
    """Read a text, only rows that hold one of the declared fixed values.

    Returns
    -------
    tuple
        Rows with all columns as text, fixed values written as declared, rows that stand twice once; fixed
        column → every value seen in it.

    Raises
    ------
    BadAnswer
        There are no rows, or they cannot be read.
    """
    kept: list[pa.Table] = []
    seen: dict[str, set[str]] = {column: set() for column in columns.fixed}
    for part in read_parts(content, form, list(dict.fromkeys(form.columns)), where=where):
        for column, values in seen.items():
            values.update(pc.unique(part[column]).to_pylist())
        kept.append(_keep_fixed(part, columns.fixed))
    if not any(seen.values()) and not any(map(len, kept)):
        message = f"{where}: the answer has headings but no rows."
        raise BadAnswer(message)
    rows = pa.concat_tables(kept)
    return rows.group_by(rows.column_names, use_threads=False).aggregate([]), seen


def _keep_fixed(rows: pa.Table, fixed: Mapping[str, tuple[str, ...]]) -> pa.Table:
    """Keep rows whose fixed columns hold one of the declared values, written as declared."""
    for column, values in fixed.items():
        found = pc.unique(rows[column])
        declared = pa.array([_declared(one, values) for one in found.to_pylist()], pa.string())
        written = declared.take(pc.index_in(rows[column], value_set=found).combine_chunks())
        place = rows.column_names.index(column)
        rows = rows.set_column(place, column, written).filter(pc.not_equal(written, ""))
    return rows


def refuse_contradictions(rows: pa.Table, columns: Columns, *, where: str) -> None:
    """Refuse rows that differ in nothing but their figures: a text says everything once.

    Parameters
    ----------
    rows
        As `fixed_rows` returns them.

    Raises
    ------
    BadAnswer
        There are such rows; the first are quoted.
    """
    figures = columns.figures(rows.column_names)
    texts = [one for one in rows.column_names if one not in figures]
    counts = rows.group_by(texts, use_threads=False).aggregate([([], "count_all")])
    many = counts.filter(pc.greater(counts["count_all"], 1))
    if many.num_rows:
        first = many.slice(0, 1).select(texts)
        both = rows.join(first, texts, join_type="left semi").to_pylist()
        message = f"{where}: rows contradict each other in {many.num_rows} places, first {both}."
        raise BadAnswer(message)


def first_fixed(
    rows: Sequence[pd.DataFrame],
    fixed: Mapping[str, tuple[str, ...]],
    found: Mapping[str, set[str]],
    where: str,
) -> list[pd.DataFrame]:
    """Keep of every fixed column the first declared value that exists in any of the texts.

    Parameters
    ----------
    found
        Column → every value seen in it, for the message.

    Raises
    ------
    Refused
        None of the declared values exists.
    """
    kept = list(rows)
    for column, values in fixed.items():
        there = {str(one) for frame in kept for one in frame[column].unique()}
        value = next((one for one in values if one in there), None)
        if value is None:
            seen = ", ".join(sorted(found.get(column, set()))[:20]) or "nothing"
            message = f"{where}: column {column} has none of {', '.join(values)}; it has {seen}."
            raise Refused(message)
        kept = [frame[frame[column].eq(value)] for frame in kept]
    return kept


def _declared(found: str, values: Sequence[str]) -> str:
    return next((value for value in values if same_value(found, value)), "")

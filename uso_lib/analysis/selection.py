"""Pick the rows of a tidy table that one declared figure is made of, and say how many parts it needs.

Does not add anything up (formulas.py) and does not decide between tables (series.py).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from uso_lib.errors import UsoError
from uso_lib.tidy import among, codes_of

WHOLE_COUNTRY = "SSS"
TIDY_COLUMNS = frozenset({"table", "area", "period", "content", "value", "symbol"})
_RANGE = re.compile(r"(?P<low>\d*)-(?P<high>\d*)|(?P<one>\d+)")


@dataclass(frozen=True)
class Selected:
    """Hold picked rows and how many of them make one figure.

    Parameters
    ----------
    rows
        Columns ``area, period, value, symbol``; one line per part of a figure.
    parts
        Number of parts (contents times dimension codes) that a complete figure has; 0 when a code does not
        exist.
    """

    rows: pd.DataFrame
    parts: int


def select(
    rows: pd.DataFrame,
    content: str | Sequence[str],
    dims: Mapping[str, str | Sequence[str]],
    *,
    where: str,
    periods: Collection[str] | None = None,
) -> Selected:
    """Pick contents and dimension codes out of one tidy table.

    A dimension that is not named is read at its total ``SSS``.

    Parameters
    ----------
    rows
        Tidy table of the store, its texts as they are or as categoricals (much quicker).
    content
        One content code, or several whose values belong together.
    dims
        Dimension column → code, list of codes, or a range over numeric codes ("7-15", "85-").
    where
        What is being selected, for the error message.
    periods
        The periods that are admitted; all without it.

    Raises
    ------
    UsoError
        A dimension does not exist in the table, or one that has no total ``SSS`` is not named.
    """
    contents = [content] if isinstance(content, str) else list(content)
    picked, parts = np.flatnonzero(among(rows["content"], contents)), len(contents)
    if periods is not None:
        picked = picked[among(rows["period"], periods)[picked]]
    dimensions = [column for column in rows.columns if column not in TIDY_COLUMNS]
    unknown = sorted(set(dims) - set(dimensions))
    if unknown:
        there = ", ".join(dimensions) or "none"
        message = f"{where}: the table has no dimension {', '.join(unknown)}; it has {there}."
        raise UsoError(message)
    for dimension in dimensions:
        numbers, known = codes_of(rows[dimension])
        at, texts = numbers[picked], known.tolist()
        held = np.bincount(at, minlength=len(texts)).tolist()
        available = [text for text, count in zip(texts, held, strict=True) if count]
        codes = _codes(available, dims.get(dimension), where=f"{where}, dimension {dimension}")
        wanted = set(codes)
        picked = picked[np.array([text in wanted for text in texts], dtype=bool)[at]]
        parts *= len(codes)
    columns = {name: rows[name].array.take(picked) for name in ("area", "period", "value", "symbol")}
    return Selected(pd.DataFrame(columns, copy=False), parts)


def resolve(wanted: str | Sequence[str], available: Sequence[str]) -> list[str]:
    """Turn declared codes into codes of a table.

    A code that exists in the table is taken as it is ("60-" is a code of some tables). Otherwise a range
    takes every available number, and every available range, that lies wholly inside it. A code that fits
    nothing is returned as it is, so that the figure stays missing instead of becoming smaller.

    Parameters
    ----------
    wanted
        Codes or ranges, both ends included.
    available
        The codes of the table's dimension.
    """
    present = set(available)
    found: list[str] = []
    for code in [wanted] if isinstance(wanted, str) else wanted:
        span = None if code in present else _span(code)
        inside = [other for other in available if span and _within(_span(other), span)]
        found += inside if inside else [code]
    return list(dict.fromkeys(found))


def _codes(available: Sequence[str], wanted: str | Sequence[str] | None, *, where: str) -> list[str]:
    if wanted is not None:
        return resolve(wanted, available)
    if available and WHOLE_COUNTRY not in available:
        message = f"{where}: it has no total {WHOLE_COUNTRY}, so the declaration must name codes of it."
        raise UsoError(message)
    return [WHOLE_COUNTRY]


def _span(code: str) -> tuple[int, float] | None:
    """Return the numbers a code covers, or None when it is not about numbers."""
    match = _RANGE.fullmatch(code)
    if match is None or code == "-":
        return None
    if match["one"]:
        return int(match["one"]), int(match["one"])
    return int(match["low"] or 0), float(match["high"]) if match["high"] else float("inf")


def _within(inner: tuple[int, float] | None, outer: tuple[int, float]) -> bool:
    return inner is not None and outer[0] <= inner[0] and inner[1] <= outer[1]

"""Add up rows of figures so that nothing missing passes for a number.

Does not decide what may be added up (carryover.yml).
"""

from __future__ import annotations

import pandas as pd

from uso_lib.tidy import MISSING_MARKS

_NOT_AVAILABLE, _PROVISIONAL = "..", "*"


def strict_sums(rows: pd.DataFrame, keys: list[str], *, parts: pd.Series[int] | None = None) -> pd.DataFrame:
    """Add up rows with equal keys; a missing part makes the sum missing.

    Parameters
    ----------
    rows
        Columns `keys`, ``value`` and ``symbol``.
    parts
        How many rows a sum needs, per row; any number by default.

    Returns
    -------
    pandas.DataFrame
        One row per key: `keys`, ``symbol``, ``value``.
    """
    rows = rows.assign(_needed=1 if parts is None else parts, _found=1)
    groups = rows.groupby(keys, sort=False, as_index=False)
    made = groups.agg(symbol=("symbol", "max"), _needed=("_needed", "max"), _found=("_found", "sum"))
    value = groups["value"].sum(skipna=False)["value"].where(made["_found"] >= made["_needed"])
    made = made.assign(value=value, symbol=sum_marks(value, made["symbol"]))
    return made.drop(columns=["_needed", "_found"])


def sum_marks(values: pd.Series[float], marks: pd.Series[str]) -> pd.Series[str]:
    """Return the marks of sums.

    Parameters
    ----------
    values
        The sums, null when a part was missing.
    marks
        The greatest mark of the parts, as text: "..." > ".." > "." > "-" > "*" > "". A missing part's mark
        comes first.

    Returns
    -------
    pandas.Series
        A missing sum has the missing part's mark (``..`` when the part had no row at all); a sum with a
        provisional part is provisional.
    """
    absent = values.isna() & ~marks.isin(MISSING_MARKS)
    plain = values.notna() & marks.ne(_PROVISIONAL)
    return marks.mask(absent, _NOT_AVAILABLE).mask(plain, "")

"""Name a number of a report, and hold what it was recomputed to.

Does not recompute anything.
"""

from __future__ import annotations

from dataclasses import dataclass

from uso_lib.verification.arithmetic import Optional


@dataclass(frozen=True)
class Line:
    """Name one number of a report: what of what, of whom and when, and how it is printed."""

    kind: str
    subject: str
    part: str
    measure: str
    group: str
    area: str
    period: str
    decimals: int
    mark: str


@dataclass(frozen=True)
class Result:
    """Hold a recomputed number.

    Parameters
    ----------
    value
        None when the line says that there is none.
    n, of
        How many municipalities have data, of how many; the place's "of".
    leaf
        Whether it is a cell, taken as published.
    known
        Whether the vocabulary has a recipe for it.
    """

    value: Optional
    n: int | None = None
    of: int | None = None
    leaf: bool = False
    known: bool = True


UNKNOWN = Result(None, known=False)

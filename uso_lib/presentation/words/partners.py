"""Choose the partners of a flow in the order in which pictures show them and sentences name them.

Does not write sentences (detail_narrative.py) and does not compute flows.
"""

from __future__ import annotations

from typing import Literal

import pandas as pd

from uso_lib.analysis.results import FlowResult

#: At most so many are named.
NAMED_PARTNERS = 3
#: What is said before those named when more are as great.
AMONG_OTHERS = "muun muassa "

Side = Literal["inflow", "outflow", "gain", "loss"]


def ordered(result: FlowResult, side: Side) -> pd.DataFrame:
    """Return the partners with a flow, a gain or a loss, greatest first, equal ones by name."""
    column, loss = _column(side), side == "loss"
    numbers = result.partners[column].astype(float)
    chosen = result.partners[numbers < 0 if loss else numbers > 0]
    return chosen.sort_values([column, "name"], ascending=[loss, True])


def named(result: FlowResult, side: Side) -> tuple[pd.DataFrame, str]:
    """Return the greatest partners and what is said before them: no equal one is left out silently.

    Equals of which only some would fit are left out together; when nobody is greater than they are, the first
    three are named as examples.
    """
    rows, column = ordered(result, side), _column(side)
    if len(rows) <= NAMED_PARTNERS:
        return rows, ""
    numbers = rows[column].astype(float)
    beyond = float(numbers.iloc[NAMED_PARTNERS])
    greater = int((numbers.iloc[:NAMED_PARTNERS] != beyond).sum())
    return (rows.head(greater), "") if greater else (rows.head(NAMED_PARTNERS), AMONG_OTHERS)


def _column(side: Side) -> str:
    return "net" if side in {"gain", "loss"} else side

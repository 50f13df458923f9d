"""Say which second operand an indicator has, and combine two lines of all municipalities by its formula.

Serves to find what a figure is made of (proof_grids.py); the figures themselves come from formulas.py.
"""

from __future__ import annotations

import numpy as np

from uso_lib import specs
from uso_lib.analysis.groups import Values
from uso_lib.analysis.periods import MONTHS_OF_YEAR, shifted
from uso_lib.analysis.series import RELATIVE_UNITS

#: Part of its size by which floating point may move a figure.
ROUNDING = 1e-12
#: Formula → factor of a quotient of two operands.
FACTORS = {"share": 100.0, "ratio": 1.0, "per_capita": 1.0, "per_1000": 1000.0}


def second_operand(indicator: specs.Indicator) -> str:
    """Return the second operand: a change, an index and a mean of months have the first one's series."""
    return str(indicator.minus or indicator.per or indicator.of)


def other_period(indicator: specs.Indicator, period: str) -> str:
    """Return the period of the second operand."""
    if indicator.formula == "change":
        return shifted(period, months=-MONTHS_OF_YEAR * (indicator.years or 1))
    return str(indicator.base) if indicator.formula == "index" else period


def same(made: Values, wanted: Values) -> bool:
    """Tell whether two lines are the same figures, floating point aside, and lack the same ones."""
    near = np.abs(made - wanted) <= ROUNDING * np.abs(wanted)
    return bool((near | (np.isnan(made) & np.isnan(wanted))).all())


def combined(indicator: specs.Indicator, first: Values, second: Values) -> Values:
    """Apply a formula to two lines of all municipalities."""
    if indicator.formula == "difference":
        return first - second
    positive = np.where(second > 0, second, np.nan)
    if indicator.formula == "change":
        gap = first - second
        return gap / positive * 100 if indicator.unit in RELATIVE_UNITS else gap
    if indicator.formula == "index":
        return first / positive * 100
    return first / np.where(second == 0, np.nan, second) * FACTORS[indicator.formula]

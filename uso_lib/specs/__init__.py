"""What a theme file and the shared standards may declare, as frozen models.

Does not read files (catalog.py) and does not compute anything (analysis/).
"""

from uso_lib.specs.indicators import (
    Breakdown,
    Category,
    Continuation,
    Counts,
    Criterion,
    Flow,
    Indicator,
    Replacement,
    Selection,
    Weights,
    Wording,
)  # fmt: skip
from uso_lib.specs.rows import (
    Break,
    Caveat,
    FigureSpec,
    PassingNote,
    Reform,
    Row,
    Standards,
    Theme,
)  # fmt: skip
from uso_lib.specs.values import (
    ChartKind,
    Declared,
    Direction,
    Formula,
    Identifier,
    Period,
    PeriodRange,
    PlainText,
    Text,
    Unit,
)  # fmt: skip

__all__ = [
    "Break", "Breakdown", "Category", "Caveat", "ChartKind", "Continuation", "Counts", "Criterion",
    "Declared", "Direction", "FigureSpec", "Flow", "Formula", "Identifier", "Indicator", "PassingNote",
    "Period", "PeriodRange", "PlainText", "Reform", "Replacement", "Row", "Selection", "Standards", "Text",
    "Theme", "Unit", "Weights", "Wording",
]  # fmt: skip

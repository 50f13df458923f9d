"""What declared values look like: ids, texts, periods, units, and the strict base of all declarations.

Does not declare anything itself (indicators.py, rows.py).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from uso_lib.plain_text import unbroken

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
PlainText = Annotated[str, Field(min_length=1, max_length=1200)]
Text = Annotated[PlainText, AfterValidator(unbroken)]
Period = Annotated[str, Field(pattern=r"^\d{4}(M\d{2})?$")]
PeriodRange = Annotated[
    str, Field(pattern=r"^\d{4}(M\d{2})?-(\d{4}(M\d{2})?)?$|^-\d{4}(M\d{2})?$|^\d{4}(M\d{2})?$")
]

Direction = Literal["up", "down", "neither", "contested"]
Formula = Literal[
    "level",
    "sum",
    "share",
    "ratio",
    "per_capita",
    "per_1000",
    "change",
    "index",
    "difference",
    "mean_12m",
    "weighted_sum",
]
ChartKind = Literal["trend", "ranking", "stack", "pyramid", "flow", "table", "map"]
Unit = Literal[
    "persons", "pct", "permille", "points", "index", "ratio", "eur", "eur_per_capita", "jobs",
    "establishments", "enterprises", "offences", "per_1000", "kt_co2e", "t_co2e_per_capita", "vktm",
    "coefficient", "dependency",
]  # fmt: skip


class Declared(BaseModel):
    """Refuse unknown keys, wrong types and later changes in everything that is declared."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

"""What a theme file may declare of rows and their pictures, and the standards all themes share.

Does not read files (catalog.py) and does not draw anything (presentation/).
"""

# ruff: noqa: RUF012 - the models are frozen and pydantic copies their defaults
from __future__ import annotations

from typing import Annotated

from pydantic import Field

from uso_lib.specs.indicators import Breakdown, Criterion, Flow, Indicator
from uso_lib.specs.values import ChartKind, Declared, Identifier, Period, Text


class FigureSpec(Declared):
    """Declare one figure of a row: its kind and what it shows.

    Parameters
    ----------
    indicators
        One indicator: the municipality against its groups. Several (trend): the municipality's own lines
        together, without groups. Stack: the components.
    breakdown, flow
        Instead of indicators, for stack, pyramid, table and flow.
    periods
        Pyramid: the two periods compared.
    """

    id: Identifier
    kind: ChartKind
    title: Text
    indicators: list[Identifier] = []
    breakdown: Identifier | None = None
    flow: Identifier | None = None
    periods: list[Period] | None = None


class PassingNote(Declared):
    """Say something of a row that holds until one of some tables has been fetched or imported."""

    text: Text
    until: Annotated[list[Identifier], Field(min_length=1)]


class Row(Declared):
    """Declare one row of the network's list of indicators: a section of the report.

    Parameters
    ----------
    headline, told
        Indicators that stand for the row in the summary table; further ones that the row tells in words.
    note
        What a reader must know of the whole row (for instance old definitions, own series).
    passing
        What follows the note as long as the figures have not been fetched.
    """

    id: Identifier
    title: Text
    brochure: Text
    indicators: list[Identifier] = []
    headline: list[Identifier] = []
    told: list[Identifier] = []
    breakdowns: list[Identifier] = []
    flows: list[Identifier] = []
    criteria: list[Identifier] = []
    figures: list[FigureSpec] = []
    reforms: list[Identifier] = []
    note: Text | None = None
    passing: PassingNote | None = None


class Theme(Declared):
    """Declare one theme file: indicators and the rows that show them, in report order."""

    id: Identifier
    number: Annotated[int, Field(ge=1, le=9)]
    title: Text
    intro: Text
    indicators: list[Indicator] = []
    breakdowns: list[Breakdown] = []
    flows: list[Flow] = []
    criteria: list[Criterion] = []
    rows: list[Row]


class Break(Declared):
    """Declare a break that no change and no line may cross; `period` is the first period after it."""

    id: Identifier
    period: Period
    title: Text
    note: Text


class Caveat(Declared):
    """Declare a standard caveat, printed wherever an indicator names its id.

    Parameters
    ----------
    until
        Tables that end it: it is not printed of figures one of which was fetched or imported into them.
    """

    id: Identifier
    text: Text
    until: list[Identifier] = []


class Reform(Declared):
    """Declare a reform and what it changes in reading the series."""

    id: Identifier
    title: Text
    text: Text


class Standards(Declared):
    """Declare what all themes share: breaks, caveats and reforms (standards.yml)."""

    breaks: list[Break]
    caveats: list[Caveat]
    reforms: list[Reform]

"""What a theme file may declare, as frozen models.

Does not read files (catalog.py) and does not compute anything (analysis/).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Text = Annotated[str, Field(min_length=1, max_length=1200)]
Period = Annotated[str, Field(pattern=r"^\d{4}(M\d{2})?$")]
PeriodRange = Annotated[
    str, Field(pattern=r"^\d{4}(M\d{2})?-(\d{4}(M\d{2})?)?$|^-\d{4}(M\d{2})?$|^\d{4}(M\d{2})?$")
]

Direction = Literal["up", "down", "neither", "contested"]
Formula = Literal[
    "level", "sum", "share", "ratio", "per_capita", "per_1000", "change", "index", "difference", "mean_12m"
]
ChartKind = Literal["trend", "ranking", "stack", "pyramid", "flow", "table"]
Unit = Literal[
    "persons", "pct", "permille", "points", "index", "ratio", "eur", "eur_per_capita", "jobs",
    "establishments", "enterprises", "offences", "per_1000", "kt_co2e", "t_co2e_per_capita", "vktm",
    "coefficient", "dependency",
]  # fmt: skip
Service = Literal["statfin", "sotkanet", "kela", "syke", "valtiokonttori", "vero", "import"]


class Declared(BaseModel):
    """Refuse unknown keys, wrong types and later changes in everything that is declared."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Selection(Declared):
    """Pick one value per area and period out of a bundled or fetched table.

    Parameters
    ----------
    table, content
        Table id of the store and its content code. Several contents are added up (formula ``sum``).
    dims
        Dimension column → code, list of codes or a range of whole numbers ("75-"), added up (formula
        ``sum``).
    periods
        "2000-2019", "2020-", "-2005" or one period; all by default. Earlier selections of a list win.
    series
        Selections with another series label are another definition: drawn as a line of their own, never
        joined.
    scale
        Factor from the table's unit to the indicator's unit (thousands of euros: 1000).
    """

    table: Identifier
    content: str | list[str]
    dims: dict[str, str | list[str]] = {}
    periods: PeriodRange | None = None
    series: str | None = None
    scale: float | int = 1


class Live(Declared):
    """Name where the figures are fetched from; declared here, used by fetching."""

    service: Service
    table: Text
    content: str | list[str] | None = None
    dims: dict[str, str | list[str]] = {}
    note: Text | None = None


class Wording(Declared):
    """Give the Finnish words of an indicator.

    Parameters
    ----------
    subject
        Nominative singular, lower case, as in a running sentence: "työttömyysaste".
    level
        Sentence on the newest value. Placeholders: {kunta} {kunnan} {kunnassa} {kunnasta} {kuntaan} (and
        {Kunta}…, the same at the start of a sentence), {kausi} ("vuonna 2025", "kesäkuussa 2026"), {kauden}
        ("vuoden 2025"; "vuoden 2025 lopussa" is "{kauden} lopussa"), {arvo} (value with its unit).
    higher, lower
        Comparatives in the nominative: "korkeampi"/"matalampi"; default "suurempi"/"pienempi".
    """

    subject: Text
    level: Text
    higher: str = "suurempi"
    lower: str = "pienempi"


class Indicator(Declared):
    """Declare one indicator: what it is, how it is computed, how it is told."""

    id: Identifier
    title: Text
    short: Annotated[str, Field(max_length=60)] | None = None
    definition: Text
    unit: Unit
    decimals: Annotated[int, Field(ge=0, le=3)]
    direction: Direction
    formula: Formula = "level"
    source: list[Selection] = []
    of: Identifier | None = None
    per: Identifier | None = None
    minus: Identifier | None = None
    base: Period | None = None
    years: Annotated[int, Field(ge=1, le=20)] | None = None
    country: Literal["published", "sum", "weighted", "none"] = "none"
    weight: Identifier | None = None
    breaks: list[Identifier] = []
    caveats: list[Identifier | Text] = []
    live: list[Live] = []
    wording: Wording | None = None
    hidden: bool = False


class Category(Declared):
    """Name one category of a breakdown and the dimension codes it gathers ("7-15", "85-", "C")."""

    id: Annotated[str, Field(min_length=1, max_length=40)]
    title: Text
    codes: list[str]
    content: str | list[str] | None = None


class Breakdown(Declared):
    """Declare a figure by categories: ages, industries, sectors, offence groups.

    Parameters
    ----------
    formula
        ``level``; ``share`` (% of the indicator `per`, of the sum of the categories when none is named);
        ``per_1000`` (of `per`); ``index`` (base period = 100).
    total
        Category id left out of shares and stacks, the published total.
    location_quotient
        Whether the share is also compared with the country's share (location quotient).
    """

    id: Identifier
    title: Text
    definition: Text
    unit: Unit
    decimals: Annotated[int, Field(ge=0, le=3)]
    table: Identifier
    content: str
    dimension: str | None = None
    dims: dict[str, str | list[str]] = {}
    categories: list[Category]
    formula: Literal["level", "share", "per_1000", "index"] = "level"
    per: Identifier | None = None
    base: Period | None = None
    total: str | None = None
    location_quotient: bool = False
    periods: list[Period] | None = None
    breaks: list[Identifier] = []
    caveats: list[Identifier | Text] = []
    live: list[Live] = []


class Flow(Declared):
    """Declare flows between a municipality and its partner municipalities (area = destination)."""

    id: Identifier
    title: Text
    definition: Text
    table: Identifier
    content: str
    origin: str = "origin"
    top: Annotated[int, Field(ge=3, le=20)] = 10
    caveats: list[Identifier | Text] = []
    live: list[Live] = []


class Criterion(Declared):
    """Declare one criterion of an assessment procedure and its limit.

    Parameters
    ----------
    rule
        ``below`` limit; ``at_least`` limit; ``at_least_deficit`` (the value is a surplus; met when -value ≥
        limit); ``mean_plus_points`` (≥ weighted mean + limit); ``mean_plus_pct`` (≥ mean × (1 + limit/100));
        ``unknown`` (no declared figure decides it).
    years
        How many consecutive years must meet the limit.
    weight
        Indicator that weights the mean of all municipalities.
    """

    id: Identifier
    group: Literal["A", "B", "C"]
    title: Text
    law: Text
    indicator: Identifier | None = None
    rule: Literal["below", "at_least", "at_least_deficit", "mean_plus_points", "mean_plus_pct", "unknown"]
    limit: float | int | None = None
    previous_limit: float | int | None = None
    years: Annotated[int, Field(ge=1, le=4)] = 1
    weight: Identifier | None = None
    live: list[Live] = []


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


class Row(Declared):
    """Declare one row of the network's list of indicators: a section of the report.

    Parameters
    ----------
    headline, told
        Indicators that stand for the row in the summary table; further ones that the row tells in words.
    note
        What a reader must know of the whole row (for instance old definitions, own series).
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
    """Declare a standard caveat, printed wherever an indicator names its id."""

    id: Identifier
    text: Text


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

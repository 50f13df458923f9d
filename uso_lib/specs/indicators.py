"""What a theme file may declare of figures: indicators, breakdowns, flows and criteria, as frozen models.

Does not read files (catalog.py) and does not compute anything (analysis/).
"""

# ruff: noqa: RUF012 - the models are frozen and pydantic copies their defaults
from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from uso_lib.specs.values import Declared, Direction, Formula, Identifier, Period, PeriodRange, Text, Unit


class Selection(Declared):
    """Pick one value per area and period out of a bundled or fetched table.

    Parameters
    ----------
    table, content
        Table of the store, bundled or declared in live/, and its content code. Several contents are added up
        (formula ``sum``). A table that nobody has fetched yet gives nothing.
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


class Continuation(Declared):
    """Let another indicator's figures stand where an indicator has none of its own.

    Parameters
    ----------
    indicator
        Computed otherwise but defined the same; or, with a series label, another definition.
    series
        Label under which its figures are a series of their own; without it they join the main one.
    """

    indicator: Identifier
    series: Text | None = None


class Weights(Declared):
    """Weight the categories of a table by one figure each, the same for all municipalities.

    Parameters
    ----------
    table, content
        Table whose rows of the whole country hold the weights; its newest period is taken.
    dimension, codes
        Dimension that the weighted table and the table of weights share, and the codes that are added up.
    """

    table: Identifier
    content: str
    dimension: str
    codes: Annotated[list[str], Field(min_length=1)]


class Counts(Declared):
    """Name the counts that a published rate or a balance rests on, so that it can carry an interval.

    Parameters
    ----------
    of
        Numerator; without it the count is the rate times its denominator. Of a balance what is added.
    minus
        Of a balance what is taken away: deaths beside births.
    per
        Denominator: the whole of a share, the population of events.
    rest
        In place of `per`: those of the whole who are not counted (the employed beside a share of unemployed).
    """

    of: Identifier | None = None
    minus: Identifier | None = None
    per: Identifier | None = None
    rest: Identifier | None = None


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
    """Declare one indicator: what it is, how it is computed, how it is told.

    Parameters
    ----------
    continued_by
        Indicator whose figures stand where the declared tables have none.
    weights
        Weights of the formula ``weighted_sum``.
    interval
        What kind of count the rate rests on: ``binomial`` (some of a whole, Wilson's interval), ``poisson``
        (events over a population, Byar's interval) or ``difference`` (a balance of two counts of events over
        a population, from both counts' Byar intervals). The formulas share and per_1000 have their counts
        themselves, a balance never has.
    counts
        The counts of a published rate or of a balance; a balance whose counts no table has goes without.
    trend
        Whether the five latest points are tested for a trend; never for changes, indices and projections.
    optional
        Left out of a report as long as it has no figure, instead of being told as missing.
    shown_by
        Flow that shows the figures: once it has some, the indicator is not told as missing.
    signed
        A difference whose figures are always told with their sign, whatever the figures beside them.
    """

    id: Identifier
    title: Text
    short: Annotated[Text, Field(max_length=60)] | None = None
    definition: Text
    unit: Unit
    decimals: Annotated[int, Field(ge=0, le=3)]
    direction: Direction
    formula: Formula = "level"
    source: list[Selection] = []
    continued_by: Continuation | None = None
    weights: Weights | None = None
    of: Identifier | None = None
    per: Identifier | None = None
    minus: Identifier | None = None
    base: Period | None = None
    years: Annotated[int, Field(ge=1, le=20)] | None = None
    country: Literal["published", "sum", "weighted", "none"] = "none"
    weight: Identifier | None = None
    interval: Literal["binomial", "poisson", "difference"] | None = None
    counts: Counts | None = None
    trend: bool = True
    breaks: list[Identifier] = []
    caveats: list[Identifier | Text] = []
    wording: Wording | None = None
    hidden: bool = False
    optional: bool = False
    shown_by: Identifier | None = None
    signed: bool = False


class Category(Declared):
    """Name one category of a breakdown and the dimension codes it gathers ("7-15", "85-", "C").

    Parameters
    ----------
    named
        What a sentence on changes calls it: "toisen asteen koulutuksen ikäryhmä (16–18 v.)"; beside a
        breakdown's `subject` in whom or in what that grows: "alle 20-vuotiailla".
    """

    id: Annotated[str, Field(min_length=1, max_length=40)]
    title: Text
    named: Text | None = None
    codes: list[str]
    content: str | list[str] | None = None


class Replacement(Declared):
    """Take the categories of a breakdown from another table as soon as the store has it.

    Parameters
    ----------
    codes
        Category id → codes of the table's dimension, for every category.
    """

    table: Identifier
    content: str
    dimension: str
    dims: dict[str, str | list[str]] = {}
    codes: dict[str, list[str]]


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
    instead
        The same categories in another table, which is preferred once the store has it.
    subject
        What grows and shrinks in the categories, where they do not themselves: "kuntien välinen lähtömuutto".
    """

    id: Identifier
    title: Text
    definition: Text
    subject: Text | None = None
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
    instead: Replacement | None = None
    periods: list[Period] | None = None
    breaks: list[Identifier] = []
    caveats: list[Identifier | Text] = []


class Flow(Declared):
    """Declare flows of persons between a municipality and its partner municipalities.

    Parameters
    ----------
    kind
        Which words tell it: moves, or journeys between home and work.
    area
        What the table's area is; the dimension `origin` holds the other end.
    optional
        Left out of a report as long as it has no figure, instead of being told as missing.
    """

    id: Identifier
    title: Text
    definition: Text
    table: Identifier
    content: str
    kind: Literal["migration", "commuting"] = "migration"
    area: Literal["destination", "origin"] = "destination"
    origin: str = "origin"
    top: Annotated[int, Field(ge=3, le=20)] = 10
    caveats: list[Identifier | Text] = []
    optional: bool = False


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

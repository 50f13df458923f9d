"""What live/*.yml may declare of the tables that services and files give, as frozen models.

Does not read files (live_tables.py) and does not ask any service (sources/).
"""

# ruff: noqa: RUF012 - the models are frozen and pydantic copies their defaults
from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from uso_lib.specs import Declared, Identifier, Period, PlainText

ServiceName = Literal[
    "statfin", "vero", "sotkanet", "kela", "syke", "valtiokonttori", "classification", "import"
]  # fmt: skip
ServiceKind = Literal[
    "pxweb", "pxweb2", "sotkanet", "ckan", "syke", "valtiokonttori", "classification", "import"
]  # fmt: skip
DriftCheck = Literal["coverage", "jump", "revised", "constant", "outlier"]
Code = Annotated[str, Field(min_length=1, max_length=200)]


class Rate(Declared):
    """Recompute the rate of a merged municipality from its parts, weighted by a content of the same table."""

    weighted: Code


class LiveContent(Declared):
    """Name one content of a live table: its code in the store and how the service's own is recognised.

    Parameters
    ----------
    code
        Content code in the store.
    marker
        The service's code, whole or after its last "-" (``vm01`` fits ``ssaaty-vm01``); of several the first
        that exists. A Sotkanet id, a column of a CSV file, a field number of the accounts service.
    words
        Words the service's title of the content must contain, all of them, in any case. They find a content
        that has no marker, and guard one that has: a title without them stops the content.
    title, unit
        Finnish, as import templates and messages print them.
    merge
        What becomes of municipalities merged since: counts are added up, a rate is recomputed from a weight
        or goes missing.
    nil
        What the producer's mark ``-`` means: a true zero, or nothing known.
    yearly
        How months or quarters become a year: only complete years do. None keeps the service's periods.
    low, high
        Bounds no true figure leaves, in the table's unit; an imported cell beyond them is a problem.
    """

    code: Code
    marker: Code | list[Code] | None = None
    words: list[Code] = []
    title: PlainText | None = None
    unit: PlainText | None = None
    merge: Literal["sum", "missing"] | Rate = "sum"
    nil: Literal["zero", "missing"] = "zero"
    yearly: Literal["sum", "mean", "last"] | None = None
    low: float | int | None = None
    high: float | int | None = None


class LiveDimension(Declared):
    """Name one dimension that is kept as a column of the store.

    Parameters
    ----------
    name
        Column in the store.
    text
        Beginnings of the service's name of the variable or column, in any case; of several the first found.
    values
        Codes in the store's coding: single codes and ranges of whole numbers ("0-99", "75-"); all by default.
    codes
        How a code of the service becomes one of the store: as it is, as a number without leading zeros
        ("007" → "7", "000-004" → "0-4", "100-" stays), or the part after its last "-".
    rename
        Code after that → code in the store.
    area
        Whether it holds municipalities too (the origin of a move): treated like areas, municipalities only.
    """

    name: Identifier
    text: list[Code]
    values: list[Code] | None = None
    codes: Literal["as_is", "number", "suffix"] = "as_is"
    rename: dict[str, str] = {}
    area: bool = False


class LiveFixed(Declared):
    """Ask one variable at one value and drop it.

    Parameters
    ----------
    text
        Beginnings of the variable's name, as in a dimension.
    values
        Codes or texts, of which the first that exists is asked: ["SSS", "Yhteensä"].
    """

    text: list[Code]
    values: list[Code] = ["SSS", "Yhteensä"]


class Find(Declared):
    """Find a Sotkanet indicator whose id nobody knows yet; a person confirms it once (parameters/_pins.yml).

    Parameters
    ----------
    name
        Name of the pin.
    pattern
        Regular expression the Finnish title must match, in any case.
    """

    name: Identifier
    pattern: PlainText


class LiveTable(Declared):
    """Declare one table of the store that a service or a file fills.

    Parameters
    ----------
    id
        Table id in the store; the same as a bundled table's when it continues or replaces it.
    producer, table_id, title, note
        As a report prints them.
    address
        Where it is: path below the service's base (PxWeb, SYKE), name of a CKAN package, reporting package of
        the accounts service; the name of the file's kind for imports. Sotkanet needs none.
    legacy
        Path before 8 June 2026 when it cannot be derived from the new one.
    definition
        What the figures are. Periods of one table fetched at different times, and bundled ones, join only
        when producer, definition and area division agree. The table id by default.
    area
        Beginnings of the area variable's name, where several variables hold municipalities.
    areas
        Whether the figures are of municipalities, or of the whole country only (``SSS``).
    first
        First period fetched; all by default.
    find
        For Sotkanet ids that must be found by title and confirmed.
    field
        Sotkanet: the field that holds the figure.
    absent
        What a row that is not there means.
    whole
        Whether every release recomputes the whole series (projections, modelled figures), so that periods of
        different releases never join.
    partial
        Why municipalities may be missing from it; otherwise a missing one is told as a finding.
    shareable
        Whether the licence lets the figures be bundled.
    stops
        Drift checks that keep the old table instead of only being told.
    """

    id: Identifier
    service: ServiceName
    producer: PlainText
    table_id: PlainText
    title: PlainText
    address: PlainText | None = None
    legacy: PlainText | None = None
    definition: PlainText | None = None
    licence: PlainText = "CC BY 4.0"
    note: Annotated[str, Field(max_length=600)] = ""
    area: list[Code] = []
    areas: Literal["municipalities", "country"] = "municipalities"
    first: Period | None = None
    contents: Annotated[list[LiveContent], Field(min_length=1)]
    dimensions: list[LiveDimension] = []
    fixed: list[LiveFixed] = []
    find: Find | None = None
    field: Literal["value", "absValue"] = "value"
    absent: Literal["missing", "zero"] = "missing"
    whole: bool = False
    partial: PlainText | None = None
    shareable: bool = True
    stops: list[DriftCheck] = ["coverage", "jump"]

    @property
    def series_definition(self) -> str:
        """Return the definition that decides what joins: the declared one or the table id."""
        return self.definition or self.id


class Service(Declared):
    """Declare one service: where it is and how it wants to be treated.

    Parameters
    ----------
    kind
        Which protocol it speaks.
    title
        Finnish name, as a report prints it.
    base
        Address that paths are appended to, ending with "/".
    hosts
        Hosts that requests and redirects may go to, besides the base's own.
    calls, per_seconds
        At most so many calls in any stretch of so many seconds, all tables together.
    timeout_s, max_mb
        Longest wait for a whole answer; largest answer, unzipped.
    attempts, wait_s
        How often a call is sent when it fails for a passing reason, and the wait after the first failure; it
        doubles each time.
    peace_s, longest_wait_s
        How long the service is left alone after it refused a call for haste and did not say for how long;
        the longest it may ask for before the call is given up.
    user, password
        Names of environment variables that hold credentials of a paid service.
    """

    kind: ServiceKind
    title: PlainText
    base: PlainText
    hosts: list[Code] = []
    calls: Annotated[int, Field(ge=1)] = 1
    per_seconds: Annotated[float | int, Field(gt=0)] = 1
    timeout_s: Annotated[float | int, Field(gt=0)] = 90
    max_mb: Annotated[float | int, Field(gt=0)] = 100
    attempts: Annotated[int, Field(ge=1)] = 5
    wait_s: Annotated[float | int, Field(ge=0)] = 2
    peace_s: Annotated[float | int, Field(ge=0)] = 60
    longest_wait_s: Annotated[float | int, Field(ge=0)] = 600
    user: Code | None = None
    password: Code | None = None


class LiveFile(Declared):
    """Declare one file of live/: tables of one service."""

    tables: list[LiveTable]


class ServicesFile(Declared):
    """Declare live/services.yml: every service by name, and who asks."""

    user_agent: PlainText
    services: dict[ServiceName, Service]

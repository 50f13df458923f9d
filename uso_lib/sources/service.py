"""What every service's adapter takes and gives: calls, answers, plans.

Does not talk to anybody: client.py sends calls, adapters make them and read the answers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import pandas as pd

from uso_lib.live_specs import LiveTable, ServiceName


@dataclass(frozen=True)
class Call:
    """Describe one request; equal calls have equal keys.

    Parameters
    ----------
    service
        Whose rate limit, hosts and size limit apply.
    url
        Address without the query string.
    params
        Query string in order.
    body
        JSON body of a POST; None makes it a GET.
    accept
        Kind of content that is expected: ``json``, ``csv``, ``any``.
    cells
        How many figures the answer should hold; 0 when unknown.
    optional
        Whether the table can do without the answer when the service has none: one municipality's file.
    updated
        The service's own time of what this call gives, when it says one: an answer of that time is not asked
        for again although the table has changed elsewhere. Empty: the time of the whole table.
    """

    service: ServiceName
    url: str
    params: tuple[tuple[str, str], ...] = ()
    body: Mapping[str, Any] | None = None
    accept: str = "json"
    cells: int = 0
    optional: bool = False
    updated: str = ""

    @property
    def key(self) -> str:
        """Return the fingerprint of what is asked, in hexadecimal."""
        asked = [self.service, self.url, self.params, self.body]
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Answer:
    """Hold one answer as it came.

    Parameters
    ----------
    content
        The body, unzipped and otherwise unedited.
    fetched
        When it came, in UTC.
    headers
        Lower-case names; only those worth keeping (content type, last-modified, etag).
    updated
        The service's own time of the figures, as it writes it; empty when it gives none.
    """

    call: Call
    content: bytes
    fetched: datetime
    headers: Mapping[str, str] = field(default_factory=dict)
    updated: str = ""

    @property
    def sha256(self) -> str:
        """Return the fingerprint of the body in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class TablePlan:
    """Say how one table will be fetched.

    Parameters
    ----------
    calls
        The calls that give the figures; what had to be asked to plan them is not among them.
    updated
        The service's own time of the figures; a table with the same `updated` and the same calls is not
        fetched again.
    resolved
        What the declaration turned into: path, variables, codes, periods; kept with the figures. JSON only.
    division
        Year of the area division that the service's figures follow, when it says one.
    remarks
        English sentences on differences that do not stop the table (a missing optional code, a new year).
    memory
        Whatever the adapter wants back when it reads the answers.
    """

    table: LiveTable
    calls: tuple[Call, ...]
    updated: str
    resolved: Mapping[str, Any]
    division: int | None = None
    remarks: tuple[str, ...] = ()
    memory: Any = None

    @property
    def cells(self) -> int:
        """Return how many figures are asked for."""
        return sum(call.cells for call in self.calls)

    @property
    def key(self) -> str:
        """Return the fingerprint of everything asked, independent of the order of calls."""
        return hashlib.sha256("".join(sorted(call.key for call in self.calls)).encode()).hexdigest()


class Session(Protocol):
    """Send calls; the real one is ``client.Client``, and fetch/ wraps it with the archive."""

    def send(self, call: Call) -> Answer:
        """Send a call and return its answer, complete and of the expected kind.

        Raises
        ------
        FetchError
            The service refused, is out of reach, or answered something that cannot be used.
        """
        ...


class Adapter(Protocol):
    """Speak the protocol of one kind of service."""

    def plan(self, table: LiveTable, *, since: str | None = None) -> TablePlan:
        """Ask what is needed to know (metadata, titles) and plan the calls.

        Parameters
        ----------
        since
            First period asked for, "2020" or "2020M01"; overrides an earlier `first` of the declaration.

        Raises
        ------
        FetchError
            The service is out of reach, or the table cannot be resolved: every difference is named at once.
        """
        ...

    def check(self, plan: TablePlan, answer: Answer) -> Answer:
        """Check that an answer is whole and is what was asked; return it with `updated` filled.

        Raises
        ------
        BadAnswer
            It is not; it must not be kept.
        """
        ...

    def smaller(self, plan: TablePlan, call: Call) -> tuple[Call, ...]:
        """Split a call that the service refused as too large; raise FetchError when it cannot be split."""
        ...

    def tidy(self, plan: TablePlan, answers: Sequence[Answer]) -> pd.DataFrame:
        """Turn the answers, in any order, into one tidy table in the store's coding.

        Returns
        -------
        pandas.DataFrame
            ``area, period, <dimensions>, content, value, symbol``, sorted; areas are three-digit codes of any
            division and ``SSS``, mergers not yet folded. The same for any split of the calls.

        Raises
        ------
        BadAnswer
            The answers contradict each other: a key stands twice with different values.
        """
        ...

"""What goes between the server and the emulated services: requests, responses, changes asked for.

Does not open a socket (server.py) and does not know any service.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

JSON = "application/json; charset=utf-8"
CSV = "text/csv; charset=utf-8"
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Changes:
    """Say how a service's figures differ from the world's for one request.

    Parameters
    ----------
    factor
        Every figure is multiplied by it.
    new_periods
        How many periods have been added after the last.
    removed
        Three-digit codes of municipalities that are no longer there.
    revised
        Share added to the figures of every period but the newest.
    renamed
        Beginning of a variable's or column's name, its new code, its new name.
    duplicated
        Rows stand twice: with the ``same`` figure or with an ``other`` one.
    wrong
        Another table answers: which (a part of its path, "" for any other), or None.
    """

    factor: float = 1
    new_periods: int = 0
    removed: tuple[str, ...] = ()
    revised: float = 0
    renamed: tuple[str, str, str] | None = None
    duplicated: str | None = None
    wrong: str | None = None

    @property
    def published(self) -> bool:
        """Return whether the producer would give the figures a new time of publication."""
        return self != Changes(wrong=self.wrong, duplicated=self.duplicated)


NO_CHANGES = Changes()


@dataclass(frozen=True)
class Request:
    """Hold one request as the emulated service sees it: the path begins after the service's own prefix."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    changes: Changes = NO_CHANGES
    #: The query string as it came: ``?config`` and ``?config=`` are not the same to PxWeb.
    raw_query: str = ""
    #: Address of the service on this server, without a slash at the end: for links in answers.
    root: str = ""

    def all(self, name: str) -> list[str]:
        """Return every value of a query parameter."""
        return [value for key, value in self.query if key == name]

    def first(self, name: str, default: str = "") -> str:
        """Return the first value of a query parameter."""
        return next(iter(self.all(name)), default)

    @property
    def agent(self) -> str:
        """Return the User-Agent."""
        return self.headers.get("user-agent", "")


@dataclass(frozen=True)
class Response:
    """Hold one response before faults spoil it."""

    body: bytes
    status: int = 200
    content_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()

    @classmethod
    def json(cls, content: Any, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Response:
        """Return a JSON response in UTF-8, Finnish letters as they are."""
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        return cls(body, status, JSON, headers)

    @classmethod
    def text(cls, content: str, status: int = 200, content_type: str = "text/plain") -> Response:
        """Return a text response in UTF-8."""
        return cls(content.encode(), status, content_type)

    @classmethod
    def page(cls, title: str, status: int) -> Response:
        """Return the kind of HTML page that proxies and firewalls send instead of an answer."""
        head = f"<!DOCTYPE html>\r\n<html><head><title>{title}</title></head>"
        return cls(f"{head}<body><h1>{title}</h1></body></html>".encode(), status, HTML)

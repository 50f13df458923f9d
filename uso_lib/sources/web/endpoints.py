"""Make addresses of a service's calls and read JSON answers; does not send anything (client.py)."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from uso_lib.errors import BadAnswer
from uso_lib.live_specs import Service
from uso_lib.live_tables import LOOPBACK
from uso_lib.sources.service import Answer


def below(service: Service, path: str) -> str:
    """Return the address of a path below the service's base."""
    return service.base.rstrip("/") + "/" + path.lstrip("/")


def beside(service: Service, host: str, path: str) -> str:
    """Return the address of a path on another host of the service.

    Parameters
    ----------
    host
        Part of the host's name. Without such a host among the service's own, and for a service on this very
        machine, the address is below the base.
    """
    named = next((one for one in service.hosts if host in one), None)
    here = urlsplit(service.base).hostname in LOOPBACK
    return below(service, path) if named is None or here else f"https://{named}/{path.lstrip('/')}"


def parsed(answer: Answer) -> Any:
    """Return the JSON of an answer.

    Raises
    ------
    BadAnswer
        It is not JSON.
    """
    try:
        return json.loads(answer.content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        message = f"{answer.call.url}: the answer is not JSON ({error}). Try again later."
        raise BadAnswer(message) from error


def text_of(record: Any, *names: str) -> str:
    """Return the first named field of a JSON object that holds something, as text; empty when none does.

    Control characters, marks of direction and half characters become spaces.
    """
    found = (record.get(name) for name in names) if isinstance(record, dict) else ()
    text = next((str(value) for value in found if value not in (None, "")), "")
    return "".join(letter if letter.isprintable() else " " for letter in text).strip()

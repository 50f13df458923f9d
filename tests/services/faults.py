"""The ways a service can misbehave, declared as a list and applied to single requests.

Does not decide when a socket is closed (server.py does, as told by ``Fault.kind``), and knows no service.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from services.exchange import NO_CHANGES, Changes, Request, Response

Refusal = Literal["429", "403_cells", "400", "500", "503", "html"]
Transport = Literal["timeout", "drip", "cut"]
Damage = Literal["truncated", "corrupt"]
Change = Literal[
    "wrong_table", "renamed", "new_year", "removed", "revised", "unit", "duplicated"
]  # fmt: skip
Kind = Refusal | Transport | Damage | Change
KINDS: tuple[str, ...] = (*get_args(Refusal), *get_args(Transport), *get_args(Damage), *get_args(Change))
#: Where a connection may be cut; an integer is a number of bytes of the whole response.
CUTS = ("before", "in_headers", "header_end", "first_byte", "middle", "last_byte")


@dataclass(frozen=True)
class Fault:
    """Declare one fault.

    Parameters
    ----------
    kind
        What goes wrong, see `argument`.
    path
        Part of ``service/path?query`` of the requests concerned; "" for all.
    nth, times
        The first of those requests that it strikes (from 1) and how many in a row; None for all after it.
    argument
        ``429``: Retry-After as seconds or HTTP date (1; "" leaves it out). ``html``: status (200).
        ``timeout``: seconds of silence before the connection closes (5). ``drip``: seconds per byte of the
        body (0.05). ``truncated``: share of the body that is left (0.5). ``cut``: one of `CUTS`, or a number
        of bytes. ``wrong_table``: part of the path of the table that answers ("" for any other).
        ``renamed``: beginning of the variable's name, new code, new name. ``removed``: code or codes.
        ``revised``: share added to the past (0.05). ``unit``: factor (10). ``new_year``: how many
        periods (1). ``duplicated``: "same" or "other" figures.
    method
        "GET" or "POST" when only those are concerned.
    """

    kind: Kind
    path: str = ""
    nth: int = 1
    times: int | None = 1
    argument: Any = None
    method: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            message = f"no such fault: {self.kind}"
            raise ValueError(message)
        if self.kind == "cut" and not (self.argument in CUTS or isinstance(self.argument, int)):
            message = f"a cut needs one of {CUTS} or a number of bytes, not {self.argument!r}"
            raise ValueError(message)

    def concerns(self, request: Request, address: str) -> bool:
        """Return whether a request is one of those that are counted."""
        return self.path in address and self.method in (None, request.method)

    def strikes(self, count: int) -> bool:
        """Return whether the request with this number (from 1) among those concerned is struck."""
        return count >= self.nth and (self.times is None or count < self.nth + self.times)


class Faults:
    """Count, for every fault of a list, the requests it concerns."""

    def __init__(self, faults: tuple[Fault, ...] = ()) -> None:
        self.faults = faults
        self._seen = [0] * len(faults)

    def struck(self, request: Request, address: str) -> tuple[Fault, ...]:
        """Return the faults that strike a request, and count it."""
        found = []
        for place, fault in enumerate(self.faults):
            if fault.concerns(request, address):
                self._seen[place] += 1
                if fault.strikes(self._seen[place]):
                    found.append(fault)
        return tuple(found)


def changes(faults: tuple[Fault, ...]) -> Changes:
    """Return what the faults change in a service's figures."""
    made = NO_CHANGES
    for fault in faults:
        argument = fault.argument
        if fault.kind == "unit":
            made = replace(made, factor=made.factor * (10 if argument is None else argument))
        elif fault.kind == "new_year":
            made = replace(made, new_periods=made.new_periods + (argument or 1))
        elif fault.kind == "removed":
            codes = (argument,) if isinstance(argument, str) else tuple(argument or ("005",))
            made = replace(made, removed=made.removed + codes)
        elif fault.kind == "revised":
            made = replace(made, revised=0.05 if argument is None else argument)
        elif fault.kind == "renamed":
            made = replace(made, renamed=tuple(argument or ("Alue", "kunta_1_20270101", "Kunta")))
        elif fault.kind == "duplicated":
            made = replace(made, duplicated=argument or "same")
        elif fault.kind == "wrong_table":
            made = replace(made, wrong=argument or "")
    return made


def refusal(faults: tuple[Fault, ...]) -> Response | None:
    """Return what is answered instead of the service's own answer, by the first fault that refuses."""
    for fault in faults:
        if fault.kind == "429":
            after = "1" if fault.argument is None else str(fault.argument)
            return too_many_requests(after)
        if fault.kind == "403_cells":
            return Response.json({"error": "Too many values selected"}, 403)
        if fault.kind == "400":
            return Response.json({"error": "Parameter error"}, 400)
        if fault.kind in ("500", "503"):
            return Response.text("Service unavailable", int(fault.kind))
        if fault.kind == "html":
            return Response.page("Access to this site is filtered", fault.argument or 200)
    return None


def too_many_requests(after: str) -> Response:
    """Return PxWeb's answer to one call too many."""
    error = "429 - Too many requests in too short timeframe. Please wait before sending a new request."
    return Response.json({"error": error}, 429, (("Retry-After", after),) if after else ())


def damaged(response: Response, faults: tuple[Fault, ...]) -> Response:
    """Return a response whose body is damaged although HTTP sees nothing wrong with it."""
    for fault in faults:
        if fault.kind == "truncated":
            kept = int(len(response.body) * (0.5 if fault.argument is None else fault.argument))
            response = replace(response, body=response.body[:kept])
        elif fault.kind == "corrupt":
            middle = len(response.body) // 2
            body = response.body[:middle] + b'\x00"]}{' + response.body[middle + 5 :]
            response = replace(response, body=body[: len(response.body)])
    return response


def cut(raw: bytes, where: str | int) -> bytes:
    """Return what of a whole response, headers and all, gets through before the connection is cut."""
    head = raw.index(b"\r\n\r\n") + 4
    places = {
        "before": 0,
        "in_headers": head // 2,
        "header_end": head,
        "first_byte": head + 1,
        "middle": head + (len(raw) - head) // 2,
        "last_byte": len(raw) - 1,
    }
    return raw[: places[where] if isinstance(where, str) else where]

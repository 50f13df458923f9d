"""Make queries of PxWeb's API v1 from a selection of codes, and split a selection that is too large.

Does not send anything (adapter.py) and does not know what the codes mean (resolve.py).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from typing import Any

#: Variable → codes asked, in the service's order.
Selection = dict[str, tuple[str, ...]]

_FORMAT = "json-stat2"


def cells(selection: Mapping[str, tuple[str, ...]]) -> int:
    """Return how many figures a selection asks for."""
    return math.prod(map(len, selection.values()))


def split(selection: Selection, limit: int) -> tuple[Selection, ...]:
    """Split a selection into parts of at most `limit` figures each.

    The longest variable is cut first, into parts of nearly equal length, until a part is small enough; any
    variable may be cut. Every combination of codes is in exactly one part.

    Parameters
    ----------
    limit
        At least 1.
    """
    lengths = {name: len(codes) for name, codes in selection.items()}
    while (size := math.prod(lengths.values())) > limit:
        longest = max(lengths, key=lengths.__getitem__)
        fitting = limit * lengths[longest] // size
        parts = math.ceil(len(selection[longest]) / max(fitting, 1))
        lengths[longest] = math.ceil(len(selection[longest]) / parts)
    pieces = [_pieces(codes, lengths[name]) for name, codes in selection.items()]
    return tuple(dict(zip(selection, chosen, strict=True)) for chosen in itertools.product(*pieces))


def halves(selection: Selection) -> tuple[Selection, ...]:
    """Cut a selection in two along its longest variable; nothing comes back of one figure."""
    size = cells(selection)
    return split(selection, (size + 1) // 2) if size > 1 else ()


def body_of(selection: Selection) -> dict[str, Any]:
    """Return the body that asks for a selection; variables not in it are left to the service."""
    query = [
        {"code": name, "selection": {"filter": "item", "values": list(codes)}}
        for name, codes in selection.items()
    ]
    return {"query": query, "response": {"format": _FORMAT}}


def selection_of(body: Mapping[str, Any]) -> Selection:
    """Return the selection a body asks for."""
    return {item["code"]: tuple(item["selection"]["values"]) for item in body["query"]}


def listing_body(wanted: str, others: tuple[str, ...]) -> dict[str, Any]:
    """Return a body whose answer lists every code of one variable: all of it, and one code of each other."""
    query = [{"code": wanted, "selection": {"filter": "all", "values": ["*"]}}]
    query += [{"code": name, "selection": {"filter": "top", "values": ["1"]}} for name in others]
    return {"query": query, "response": {"format": _FORMAT}}


def _pieces(codes: tuple[str, ...], length: int) -> list[tuple[str, ...]]:
    return [codes[start : start + length] for start in range(0, len(codes), length)]

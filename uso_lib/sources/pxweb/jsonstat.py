"""Read the cubes that PxWeb services answer with: json-stat, json-stat2 and PxWeb's own ``format=json``.

Every form is brought to one strict JSON-stat dataset first, whose structure and values pyjstat reads by id.
pyjstat's own table of rows is not used: it writes a cube cell by cell in Python. Does not know what was asked
(query.py) and does not give codes a meaning (tidy.py).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from pyjstat import pyjstat  # type: ignore[import-untyped]

from uso_lib.sources.pxweb.body import is_text, plain, read_json, refuse, text_at
from uso_lib.sources.pxweb.rows import from_rows

#: More figures than any service gives in one answer; codes of a few kilobytes could claim far more.
MOST_FIGURES = 20_000_000

Positions = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Cube:
    """Hold one answer: every combination of the codes of its variables, the last variable changing fastest.

    Parameters
    ----------
    variables
        Variable code → codes in the order of the figures.
    labels
        Variable code → code → label, without HTML.
    figures
        One number per combination, NaN where there is none.
    symbols
        The service's mark → positions it stands at.
    updated, label, table_id
        As the service writes them; empty when it does not.
    """

    variables: Mapping[str, tuple[str, ...]]
    labels: Mapping[str, Mapping[str, str]]
    figures: Values
    symbols: Mapping[str, Positions]
    updated: str = ""
    label: str = ""
    table_id: str = ""

    @property
    def shape(self) -> tuple[int, ...]:
        """Return how many codes each variable has."""
        return tuple(map(len, self.variables.values()))


def read_cube(content: bytes, *, where: str) -> Cube:
    """Read a body as a cube.

    Parameters
    ----------
    content
        The body as it came: json-stat2, json-stat (one dataset in a bundle) or PxWeb's ``format=json``.
    where
        What the answer is called in an error.

    Raises
    ------
    BadAnswer
        It is not a cube, or its sizes, codes, figures and marks contradict each other.
    """
    body = read_json(content, where=where)
    if isinstance(body, dict) and "columns" in body and "data" in body:
        body = from_rows(body, where)
    dataset = _dataset(body, where)
    variables, labels = _variables(dataset, where)
    count = math.prod(map(len, variables.values()))
    if count > MOST_FIGURES:
        refuse(where, f"its variables make more than {MOST_FIGURES:,} figures")
    values, symbols = (
        _values(dataset.get("value"), count, where),
        _symbols(dataset.get("status"), count, where),
    )
    parsed = _strict(variables, values)
    frames, names = pyjstat.get_dimensions(parsed, "id")
    codes = {name: tuple(map(str, frame["id"])) for name, frame in zip(names, frames, strict=True)}
    numbers = _numbers(pyjstat.get_values(parsed), where)
    return Cube(
        variables=codes,
        labels=labels,
        figures=numbers,
        symbols=symbols,
        updated=text_at(dataset, "updated"),
        label=plain(dataset.get("label")),
        table_id=text_at(dataset, "extension", "px", "tableid"),
    )


def _dataset(body: Any, where: str) -> dict[str, Any]:
    """Return the one dataset of a body with ``id`` and ``size`` at its top."""
    if isinstance(body, dict) and "dimension" not in body:
        inner = [item for item in body.values() if isinstance(item, dict) and "dimension" in item]
        body = inner[0] if len(inner) == 1 else body
    dimension = body.get("dimension") if isinstance(body, dict) else None
    if not isinstance(dimension, dict):
        refuse(where, "the answer is not a JSON-stat dataset")
    return {"id": dimension.get("id"), "size": dimension.get("size"), **body}


def _variables(
    dataset: dict[str, Any], where: str
) -> tuple[dict[str, tuple[str, ...]], dict[str, dict[str, str]]]:
    names, sizes = dataset["id"], dataset["size"]
    if not (isinstance(names, list) and isinstance(sizes, list) and len(names) == len(sizes) and names):
        refuse(where, "the answer does not say its variables and their sizes")
    if not all(map(is_text, names)) or len(set(names)) < len(names):
        refuse(where, "the answer's variables have no proper names of their own")
    variables, labels = {}, {}
    for name, size in zip(names, sizes, strict=True):
        dimension = dataset["dimension"].get(name)
        category = dimension.get("category") if isinstance(dimension, dict) else None
        if not isinstance(category, dict):
            refuse(where, f"the variable {name} has no categories")
        codes = _codes(category, f"{where}, variable {name}")
        if type(size) is not int or size != len(codes):
            refuse(where, f"the variable {name} has {len(codes)} codes where its size is {str(size)[:40]}")
        given = category.get("label")
        given = given if isinstance(given, dict) else {}
        variables[name] = codes
        labels[name] = {code: plain(given.get(code)) for code in codes}
    return variables, labels


def _codes(category: dict[str, Any], where: str) -> tuple[str, ...]:
    """Return the codes in the order of the figures: from a list, from positions, or from a single label."""
    index, label = category.get("index"), category.get("label")
    if index is None and isinstance(label, dict) and len(label) == 1:
        index = list(label)
    if isinstance(index, dict):
        places = list(index.values())
        if not all(type(place) is int for place in places) or len(set(places)) < len(places):
            refuse(where, "the positions of the codes are not distinct whole numbers")
        index = sorted(index, key=index.__getitem__)
    if not isinstance(index, list) or not index or not all(map(is_text, index)):
        refuse(where, "the codes are missing")
    if len(set(index)) < len(index):
        refuse(where, "a code stands twice")
    return tuple(index)


def _values(given: Any, count: int, where: str) -> list[Any]:
    """Return the figures as a list of numbers and None; a dict holds only those that exist."""
    if isinstance(given, dict):
        filled: list[Any] = [None] * count
        for key, value in given.items():
            filled[_position(key, count, where)] = value
        given = filled
    if not isinstance(given, list) or len(given) != count:
        found = len(given) if isinstance(given, list) else "no"
        refuse(where, f"the answer has {found} figures where its variables make {count}")
    if not set(map(type, given)) <= {int, float, type(None)}:
        refuse(where, "a figure is neither a number nor missing")
    return given


def _symbols(given: Any, count: int, where: str) -> dict[str, Positions]:
    """Return positions by mark from a dict, a list or one mark for every figure."""
    if given is None or given == "":
        return {}
    if isinstance(given, str):
        return {given: np.arange(count)}
    if isinstance(given, list):
        if len(given) != count:
            refuse(where, f"the answer has {len(given)} marks for {count} figures")
        pairs = [(position, mark) for position, mark in enumerate(given) if mark is not None]
    elif isinstance(given, dict):
        pairs = [(_position(key, count, where), mark) for key, mark in given.items() if mark is not None]
    else:
        refuse(where, "the marks are neither a list nor by position")
    found: dict[str, list[int]] = {}
    for position, mark in pairs:
        if not isinstance(mark, str):
            refuse(where, f"the mark of figure {position} is not text")
        if mark.strip():
            found.setdefault(mark.strip(), []).append(position)
    return {mark: np.array(positions, dtype="int64") for mark, positions in found.items()}


def _position(key: str, count: int, where: str) -> int:
    if not (key.isascii() and key.isdecimal() and len(key) < 16 and int(key) < count):
        refuse(where, f"there is no figure number {key[:20]!r} among {count}")
    return int(key)


def _strict(variables: dict[str, tuple[str, ...]], values: list[Any]) -> dict[str, Any]:
    """Return the dataset in the one form that pyjstat reads without surprises."""
    return {
        "version": "2.0",
        "class": "dataset",
        "id": list(variables),
        "size": [len(codes) for codes in variables.values()],
        "dimension": {
            name: {"label": name, "category": {"index": {code: place for place, code in enumerate(codes)}}}
            for name, codes in variables.items()
        },
        "value": values,
    }


def _numbers(values: list[Any], where: str) -> Values:
    """Return the figures as floats, NaN where there is none; refuse those beyond any float."""
    try:
        numbers = np.array(values, dtype="float64")
    except OverflowError:
        numbers = np.array([math.inf])
    if np.isinf(numbers).any():
        refuse(where, "a figure is infinite")
    return numbers

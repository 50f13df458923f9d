"""Bring PxWeb's own ``format=json`` answers to the form of JSON-stat.

Does not read JSON-stat (jsonstat.py), which the client asks for: answers saved by hand have this form.
"""

from __future__ import annotations

import math
import re
from typing import Any

from uso_lib.sources.pxweb.body import is_text, plain, refuse

#: Name given to the variable of contents, which such answers leave unnamed.
CONTENTS = "contentscode"

_FIGURE = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_KEYS, _CONTENT = ("d", "t"), "c"


def from_rows(body: dict[str, Any], where: str) -> dict[str, Any]:
    """Return the answer as a JSON-stat dataset, marks of missing figures as its status.

    Raises
    ------
    BadAnswer
        Its rows do not fit its columns, or do not make a whole cube.
    """
    keys, contents = _columns(body["columns"], where)
    table = _table(body["data"], len(keys), len(contents), where)
    codes = [list(dict.fromkeys(key[place] for key in table)) for place in range(len(keys))]
    if math.prod(map(len, codes)) != len(table):
        refuse(where, "the rows do not make a whole cube")
    places = [{code: place for place, code in enumerate(known)} for known in codes]
    ordered = sorted(table, key=lambda key: [known[code] for known, code in zip(places, key, strict=True)])
    cells = [cell for key in ordered for cell in table[key]]
    figures = [float(cell) if _FIGURE.fullmatch(cell) else None for cell in cells]
    about = body.get("metadata")
    first = about[0] if isinstance(about, list) and about and isinstance(about[0], dict) else {}
    dimension = {name: {"category": {"index": index}} for name, index in zip(keys, codes, strict=True)}
    return {
        "id": [*keys, CONTENTS],
        "size": [*map(len, codes), len(contents)],
        "dimension": {**dimension, CONTENTS: {"category": {"index": list(contents), "label": contents}}},
        "value": figures,
        "status": {str(place): cells[place] for place, figure in enumerate(figures) if figure is None},
        "label": first.get("label"),
        "updated": first.get("updated"),
    }


def _columns(columns: Any, where: str) -> tuple[list[str], dict[str, str]]:
    """Return the names of the key columns, and content code → title."""
    if not isinstance(columns, list) or not columns:
        refuse(where, "the answer has no columns")
    if not all(isinstance(column, dict) and is_text(column.get("code")) for column in columns):
        refuse(where, "a column has no code")
    keys = [column["code"] for column in columns if column.get("type") in _KEYS]
    contents = {
        column["code"]: plain(column.get("text")) for column in columns if column.get("type") == _CONTENT
    }
    return keys, contents


def _table(rows: Any, keys: int, contents: int, where: str) -> dict[tuple[str, ...], list[str]]:
    """Return key → cells of every row."""
    table: dict[tuple[str, ...], list[str]] = {}
    for row in rows if isinstance(rows, list) else []:
        key, cells = (row.get("key"), row.get("values")) if isinstance(row, dict) else (None, None)
        if not (isinstance(key, list) and isinstance(cells, list) and all(map(is_text, [*key, *cells]))):
            refuse(where, "a row has no key or no values")
        if len(key) != keys or len(cells) != contents or tuple(key) in table:
            refuse(where, f"the row {str(key)[:80]} does not fit the columns or stands twice")
        table[tuple(key)] = cells
    return table

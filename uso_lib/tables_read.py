"""Say which tables of figures a report may read, without reading any.

Does not compute anything and does not know reports (reports/inputs.py).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable

from uso_lib.analysis.peer_variables import VARIABLES
from uso_lib.foundation import Foundation


def tables_read(held: Foundation, themes: Iterable[str], text: str = "") -> dict[str, str]:
    """Return every table that a report of these themes may read → a digest of its editions.

    A table that is declared and not held has an empty digest: filling it is a change.

    Parameters
    ----------
    text
        Parameters of a member and the network: every indicator they name is taken for one of the cover's.
    """
    catalog, words = held.catalog, set(re.findall(r"\w+", text))
    named = list(catalog.tables_shown("population", *(name for name in catalog.indicators if name in words)))
    rows = [row.id for theme in themes for row in catalog.theme(theme).rows]
    named += [table for row in rows for table in catalog.tables_of_row(row)]
    named += [one.table for one in VARIABLES] + [one.per_table for one in VARIABLES if one.per_table]
    return {table: _digest(held, table) for table in sorted(set(named))}


def all_tables(held: Foundation) -> dict[str, str]:
    """Return every table there is → a digest of its editions: what a consultant's own code may read."""
    return {one.id: _digest(held, one.id) for one in sorted(held.store.tables, key=lambda one: one.id)}


def _digest(held: Foundation, table: str) -> str:
    if not held.store.has(table):
        return ""
    told = [repr(one) for one in held.store.editions(table)]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()

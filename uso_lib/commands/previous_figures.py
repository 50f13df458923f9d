"""Read what the store has of a table before it is fetched or imported anew. Does not compare anything."""

from __future__ import annotations

import pandas as pd

from uso_lib.errors import SnapshotError
from uso_lib.store import Store


def previous_figures(store: Store, table: str) -> pd.DataFrame | None:
    """Return the figures of a table that new ones are compared with, None when there are none.

    Damaged figures must not stop what replaces them: then the bundled ones are returned, if there are any.

    Raises
    ------
    SnapshotError
        The bundled figures are damaged.
    """
    try:
        return _read(store, table)
    except SnapshotError:
        if table not in store.records:
            raise
        return _read(store.without([table]), table)


def _read(store: Store, table: str) -> pd.DataFrame | None:
    return store.read(table).drop(columns="table") if store.has(table) else None

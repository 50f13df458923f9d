"""Remember what was computed from a store, a catalogue and a register, as long as all three live.

Does not decide what is worth remembering and never forgets by itself: figures of an opened store do not
change.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any, TypeVar

from uso_lib.analysis.context import Context

Kept = TypeVar("Kept")

_Memory = dict[tuple[str, str], Any]
_MEMORIES: dict[tuple[int, int, int], _Memory] = {}


def remembered(context: Context, kind: str, name: str, compute: Callable[[], Kept]) -> Kept:
    """Return what `compute` gave the first time for this kind and name; shared by all members of a batch.

    Parameters
    ----------
    context
        Only its store, catalogue and register matter: never remember anything that depends on a municipality.
    kind, name
        What is remembered: ``"series"`` and the indicator's id, ``"table"`` and the table's id.
    compute
        Called when nothing is remembered.
    """
    memory = _memory(context)
    if (kind, name) not in memory:
        memory[kind, name] = compute()
    kept: Kept = memory[kind, name]
    return kept


def _memory(context: Context) -> _Memory:
    """Return the memory of these very objects."""
    owners = (context.store, context.catalog, context.regions)
    key = (id(context.store), id(context.catalog), id(context.regions))
    if key not in _MEMORIES:
        _MEMORIES[key] = {}
        for owner in owners:  # an id may be used again after its object is gone
            weakref.finalize(owner, _MEMORIES.pop, key, None)
    return _MEMORIES[key]

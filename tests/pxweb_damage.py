"""Damage JSON trees at random, to see that readers refuse them by their own errors only."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import strategies as st

ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**30), 10**30), st.floats(), st.text(max_size=4),
    st.just([]), st.just({}), st.just([None]), st.just({"": {}}), st.just("\ud800"), st.just([[1], [2]]),
)  # fmt: skip


def damage(node: Any, odd: Any, pick: random.Random) -> Any:
    """Return a JSON tree with one node replaced, dropped or doubled."""
    if isinstance(node, dict | list) and node and pick.random() < 0.85:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = pick.choice(keys)
        copy = dict(node) if isinstance(node, dict) else list(node)
        kind = pick.random()
        if kind < 0.15:
            del copy[key]
        elif kind < 0.25 and isinstance(copy, list):
            copy.append(copy[key])
        else:
            copy[key] = damage(node[key], odd, pick)
        return copy
    return odd

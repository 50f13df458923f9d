"""Compute once what is asked of a result object many times: its sentences, tables and charts ask the same.

Does not know results. What is computed is kept with the object itself and goes with it: nothing is shared
between objects, and a changed copy (`dataclasses.replace`) starts without it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


def once(function: Callable[[Asked], Answer]) -> Callable[[Asked], Answer]:
    """Keep what a function of one frozen object returns; the next call for the same object returns the same.

    Only for functions that depend on nothing but the object, and whose answers nobody changes.
    """
    name = f"once {function.__module__}.{function.__qualname__}"

    @wraps(function)
    def ask(one: Asked) -> Answer:
        kept = vars(one)
        if name not in kept:
            kept[name] = function(one)
        answer: Answer = kept[name]
        return answer

    return ask

"""Hold this process's nursery, and why kernels were started without it.

Imports nothing of Jupyter: a run that makes nothing need not wait for that.
"""

from __future__ import annotations

import atexit
from collections.abc import Iterable, Mapping, Sequence

from uso_lib.engine.nursery import LOST, KernelProcess, Nursery, can_fork, has_threads

_NURSERIES: list[Nursery] = []
_REASONS: list[str] = []


def start_kernel(command: Sequence[str], environment: Mapping[str, str], folder: str | None) -> KernelProcess:
    """Start a kernel in the nursery, which is opened if it is not.

    Raises
    ------
    OSError
        No process can be had.
    """
    open_nursery()
    return _NURSERIES[0].start(command, environment, folder)


def open_nursery(modules: Iterable[str] = ()) -> bool:
    """Open this process's nursery, best before it has threads; False when it is open already.

    Parameters
    ----------
    modules
        Imported by the nursery's own process while this one goes on.
    """
    if _NURSERIES:
        return False
    _NURSERIES.append(Nursery(fork=can_fork() and not has_threads(), modules=modules))
    return True


def close_nursery() -> None:
    """End this process's nursery and every kernel it started."""
    while _NURSERIES:
        _NURSERIES.pop().close()


def forks() -> bool:
    """Tell whether this process has a nursery that forks."""
    return bool(_NURSERIES) and _NURSERIES[0].forks


def lost() -> str:
    """Return that this process's nursery is gone, "" while it is not."""
    return LOST if any(one.lost for one in _NURSERIES) else ""


def fell_back(reason: str) -> None:
    """Remember why a kernel is started as it is everywhere."""
    if reason not in _REASONS:
        _REASONS.append(reason)


def reasons() -> tuple[str, ...]:
    """Return why kernels were started as they are everywhere since this was last asked."""
    told = tuple(_REASONS)
    _REASONS.clear()
    return told


# At its end a process waits for those it started, and the nursery's waits to be closed.
atexit.register(close_nursery)

"""Tie a process to the one that started it, so that none is left behind whatever is killed."""

from __future__ import annotations

import ctypes
import os
import signal
import stat
import sys
from contextlib import suppress

_SET_SIGNAL_OF_PARENTS_DEATH = 1


def end_with(parent: int | None) -> None:
    """Let the system kill this process when its parent ends, however that ends; on Linux only.

    Parameters
    ----------
    parent
        The number of the process that started this one; the leash is to the thread it did that from.
    """
    if parent is None or not sys.platform.startswith("linux"):
        return
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_SET_SIGNAL_OF_PARENTS_DEATH, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it ended before the leash was on
        os._exit(1)


def close_inherited_files() -> None:
    """Close files, such as locks, that the processes before this one hold open; pipes and sockets stay."""
    with suppress(OSError):
        for name in os.listdir("/proc/self/fd"):  # noqa: PTH208 - numbers, no paths
            number = int(name)
            with suppress(OSError):
                if number > 2 and stat.S_ISREG(os.fstat(number).st_mode):
                    os.close(number)

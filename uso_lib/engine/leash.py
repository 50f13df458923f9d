"""Tie a process to the one that started it, and end it with all it started: none is left behind."""

from __future__ import annotations

import ctypes
import os
import signal
import stat
import sys
from contextlib import suppress
from multiprocessing.process import BaseProcess

#: How long a process may take to end after it was killed or has done its work.
END_SECONDS = 20
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
    _at_parents_death(signal.SIGKILL)
    if os.getppid() != parent:  # it ended before the leash was on
        os._exit(1)


def end_alone() -> None:
    """Let this process live on when its parent ends, as before `end_with`."""
    if sys.platform.startswith("linux"):
        _at_parents_death(0)


def _at_parents_death(number: int) -> None:
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_SET_SIGNAL_OF_PARENTS_DEATH, number, 0, 0, 0)


def end_at_once(process: BaseProcess) -> None:
    """End a process and the group it leads, and wait until it has ended."""
    if process.exitcode is None and process.pid:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (OSError, AttributeError):  # it leads no group of its own, or not yet
            process.kill()
        process.join(END_SECONDS)


def close_inherited_files() -> None:
    """Close files, such as locks, that the processes before this one hold open; pipes and sockets stay."""
    with suppress(OSError):
        for name in os.listdir("/proc/self/fd"):  # noqa: PTH208 - numbers, no paths
            number = int(name)
            with suppress(OSError):
                if number > 2 and stat.S_ISREG(os.fstat(number).st_mode):
                    os.close(number)

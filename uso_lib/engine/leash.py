"""Tie a process to the one that started it, and end it with all it started: none is left behind."""

from __future__ import annotations

import ctypes
import os
import signal
import stat
import sys
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.process import BaseProcess
from pathlib import Path

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


def leashed(command: Sequence[str]) -> list[str]:
    """Return a command that starts the same program so that it ends with this process; on Linux only.

    This module puts the leash on and becomes the program: nothing is done between a fork and the program,
    where threads of this process could have left locks behind. What the program starts is not on the leash.
    """
    if not sys.platform.startswith("linux"):
        return list(command)
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), *command]


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
    """Close files, such as locks, that the processes before this one hold open; pipes and sockets stay.

    Their numbers stay taken, by nothing: an object of before that closes its number when it is collected
    would else close what has got that number since.
    """
    with suppress(OSError), Path(os.devnull).open("rb") as nothing:
        for name in os.listdir("/proc/self/fd"):  # noqa: PTH208 - numbers, no paths
            number = int(name)
            with suppress(OSError):
                if number > 2 and stat.S_ISREG(os.fstat(number).st_mode):
                    os.dup2(nothing.fileno(), number, inheritable=False)


def _become(parent: int, command: list[str]) -> None:
    """Become another program that ends with the one that started this."""
    end_with(parent)
    for name in ("SIGPIPE", "SIGXFSZ"):  # Python ignores them, which the program would inherit
        signal.signal(getattr(signal, name), signal.SIG_DFL)
    try:
        os.execvp(command[0], command)  # noqa: S606 - a program of the caller's choice, without a shell
    except OSError as problem:
        sys.exit(f"{command[0]} could not be started: {problem.strerror}")


if __name__ == "__main__":
    _become(int(sys.argv[1]), sys.argv[2:])

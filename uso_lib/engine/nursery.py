"""Start kernels from a warm process that has no threads, and tell how each of them ended.

A process that talks to kernels has threads and cannot be forked safely; so it asks a helper process, forked
before the first thread, which does nothing but fork. Where there is no fork a new interpreter is started
for every kernel and warmed. Does not know Jupyter's messages (provisioner.py).
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from uso_lib.engine.kernel_process import run_kernel, run_warmed_kernel
from uso_lib.engine.leash import END_SECONDS, close_inherited_files, end_alone, end_at_once, end_with
from uso_lib.engine.warm import warm_up

LOST = "the process that starts kernels has ended"
#: Set to "spawn" to start kernels as it is done where there is no fork.
METHOD_VARIABLE = "USO_START_METHOD"
#: A thread of tqdm's that redraws stale bars, as that of papermill's command; it sleeps and holds nothing.
HARMLESS = frozenset({"TMonitor"})


def can_fork() -> bool:
    """Tell whether processes are forked here: where that is safe and nothing else is asked for."""
    if sys.platform == "darwin" or os.environ.get(METHOD_VARIABLE) == "spawn":
        return False
    return "fork" in multiprocessing.get_all_start_methods()


def has_threads() -> bool:
    """Tell whether this process has a thread that a fork could leave half-way."""
    others = [one for one in threading.enumerate() if one is not threading.main_thread()]
    return any(type(one).__name__ not in HARMLESS for one in others)


class NurseryLost(OSError):  # noqa: N818 - named after what happened
    """Tell that the process that starts kernels is gone, and with it the kernels it started."""


class KernelProcess:
    """Stand for a kernel's process, with the part of Popen's interface that jupyter_client uses."""

    stdin = stdout = stderr = None

    def __init__(self, nursery: Nursery, pid: int) -> None:
        self.pid = pid
        self._nursery = nursery
        self._status: int | None = None

    def poll(self) -> int | None:
        """Return how the process ended, None while it lives; a negative number is a signal."""
        return self._asked(0)

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait until the process has ended and return how."""
        return self._asked(timeout if timeout is not None else -1)

    def _asked(self, wait: float) -> int | None:
        if self._status is None:
            try:
                self._status = self._nursery.status(self.pid, wait=wait)
            except NurseryLost:
                self._status = -getattr(signal, "SIGKILL", signal.SIGTERM)
                with suppress(OSError):
                    os.kill(self.pid, -self._status)
        return self._status

    def send_signal(self, number: int) -> None:
        """Send a signal to the process alone."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End the process at once."""
        self.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))

    def terminate(self) -> None:
        """Ask the process to end."""
        self.send_signal(signal.SIGTERM)


class Nursery:
    """Start kernels; ends them all when it is closed or when the process that made it dies.

    Parameters
    ----------
    fork
        Whether kernels are forked; otherwise every kernel is a new interpreter.
    modules
        Imported by the helper before the first kernel, while this process goes on.

    Attributes
    ----------
    lost
        Whether the helper was found to be gone.
    """

    def __init__(self, *, fork: bool, modules: Iterable[str] = ()) -> None:
        self.forks, self.lost = fork, False
        if not fork:
            self._own: _Children | None = _Children()
            return
        self._own = None
        context = multiprocessing.get_context("fork")
        self._line, theirs = context.Pipe()
        given = (theirs, self._line, tuple(modules))
        self._helper = context.Process(target=_serve, args=given, name="uso-nursery")
        self._helper.start()
        theirs.close()

    def start(
        self, command: Sequence[str], environment: Mapping[str, str], folder: str | None
    ) -> KernelProcess:
        """Start a kernel.

        Parameters
        ----------
        command
            As a kernel specification gives it.

        Raises
        ------
        OSError
            No process can be had.
        """
        return KernelProcess(self, self._ask("start", list(command), dict(environment), folder))

    def status(self, pid: int, *, wait: float = 0) -> int | None:
        """Return how a kernel ended, None while it lives.

        Parameters
        ----------
        wait
            Seconds to wait for its end; less than 0 waits for ever.
        """
        found: int | None = self._ask("status", pid, wait)
        return found

    def close(self) -> None:
        """End all kernels and the helper."""
        if self._own:
            self._own.end()
            return
        self._line.close()
        self._helper.join(END_SECONDS)

    def _ask(self, question: str, *arguments: Any) -> Any:
        if self._own:
            return getattr(self._own, question)(*arguments)
        try:
            self._line.send((question, arguments))
            answer = self._line.recv()
        except (EOFError, OSError):
            self.lost = True
            raise NurseryLost(LOST) from None
        if isinstance(answer, Exception):
            raise answer
        return answer


class _Children:
    """Hold the kernels this process started."""

    def __init__(self, line: Connection | None = None) -> None:
        fork = line is not None
        self._target, self._line = run_kernel if fork else run_warmed_kernel, line
        self._context: Any = multiprocessing.get_context("fork" if fork else "spawn")
        self._kernels: dict[int, BaseProcess] = {}

    def start(self, command: list[str], environment: dict[str, str], folder: str | None) -> int:
        given = (command, environment, folder)
        target: Any = self._target if self._line is None else self._forked
        kernel: BaseProcess = self._context.Process(target=target, args=given)
        kernel.start()
        assert kernel.pid is not None  # noqa: S101 - for the type checker: a started process has a number
        self._kernels[kernel.pid] = kernel
        return kernel.pid

    def _forked(self, *given: Any) -> None:
        """Be a kernel, without what this process holds: its line would look alive when it is not."""
        assert self._line is not None  # noqa: S101 - for the type checker
        self._line.close()
        close_inherited_files()
        self._target(*given)

    def status(self, pid: int, wait: float) -> int | None:
        kernel = self._kernels[pid]
        if wait:
            kernel.join(None if wait < 0 else wait)
        return kernel.exitcode

    def end(self) -> None:
        for kernel in self._kernels.values():
            end_at_once(kernel)


def _serve(line: Connection, other_end: Connection, modules: Iterable[str]) -> None:
    """Answer until the other end is closed, by its owner or by the owner's death."""
    other_end.close()
    os.setsid()  # whoever ends the owner's process group leaves it to this process to end the kernels
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with(os.getppid())
    warm_up(modules)
    end_alone()  # from now on there may be kernels to end
    children = _Children(line)
    while True:
        try:
            question, arguments = line.recv()
        except (EOFError, OSError):
            break
        try:
            answer: Any = getattr(children, question)(*arguments)
        except OSError as problem:
            answer = problem
        with suppress(OSError):
            line.send(answer)
    children.end()

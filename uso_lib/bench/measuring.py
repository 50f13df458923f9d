"""Time commands and watch the memory of everything they start. Does not know what the commands do."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from uso_lib.errors import UsoError

#: Seconds between two looks at the memory: a look at a tree of processes costs some milliseconds.
LOOK_SECONDS = 0.25
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Measured:
    """Hold what one command cost.

    Parameters
    ----------
    seconds
        From its start to its end.
    tree_mib
        Most memory of it and all it started at one moment; what processes share is counted once (Linux).
    process_mib
        Most memory of one process among them, what it shares with others included.
    said
        What it wrote to standard output.
    """

    seconds: float
    tree_mib: float
    process_mib: float
    said: str


@dataclass(frozen=True)
class Spread:
    """Hold the median of several measurements and their ends."""

    median: float
    least: float
    most: float
    count: int

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Summarise measurements.

        Raises
        ------
        ValueError
            There are none.
        """
        return cls(statistics.median(values), min(values), max(values), len(values))


def measure(command: Sequence[str | Path], *, folder: Path, environment: Mapping[str, str]) -> Measured:
    """Run a command and return what it cost.

    Parameters
    ----------
    folder
        Where it runs.
    environment
        Set on top of this process's environment.

    Raises
    ------
    UsoError
        It ended with another status than 0; the message has the end of what it said.
    """
    with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as told:
        began = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 - commands of ours
            [str(part) for part in command],
            cwd=folder, env={**os.environ, **environment}, stdout=said, stderr=told,
        )  # fmt: skip
        watch = _Watch(process.pid)
        status = process.wait()
        seconds = time.perf_counter() - began
        watch.end()
        said.seek(0)
        told.seek(0)
        if status:
            ending = (told.read().strip() or said.read().strip())[-500:]
            message = f"{' '.join(map(str, command))} ended with status {status}: {ending}"
            raise UsoError(message)
        return Measured(seconds, watch.tree / MEBIBYTE, watch.process / MEBIBYTE, said.read())


class _Watch(threading.Thread):
    """Look at the memory of a process and what it started until it ends."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.tree = self.process = 0
        self._root, self._ended = psutil.Process(pid), threading.Event()
        self.start()

    def run(self) -> None:
        """Look now and then."""
        while not self._ended.wait(LOOK_SECONDS):
            with suppress(psutil.Error):
                found = [_memory(one) for one in (self._root, *self._root.children(recursive=True))]
                self.tree = max(self.tree, sum(own for own, _ in found))
                self.process = max(self.process, *(whole for _, whole in found))

    def end(self) -> None:
        """Look no more."""
        self._ended.set()
        self.join()


def _memory(process: psutil.Process) -> tuple[int, int]:
    """Return the share of a process in the memory of the machine, and all it can see of it, in bytes."""
    with suppress(psutil.Error):
        about = process.memory_full_info()
        return getattr(about, "pss", about.uss), about.rss
    return 0, 0

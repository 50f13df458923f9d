"""Keep a warm process beside a worker of a cluster that makes one report after another.

The worker has threads and cannot be forked; so it starts this module as a program of its own, which warms
itself once and gives every report a process (pool.py). Does not know the cluster (cluster.py).
"""

from __future__ import annotations

import os
import pickle
import select
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, BinaryIO

from uso_lib.errors import UsoError
from uso_lib.reports.failures import refused
from uso_lib.reports.inputs import inputs_of
from uso_lib.reports.job import Job, Outcome
from uso_lib.reports.pool import make_reports, warm
from uso_lib.reports.why import differences

#: Seconds between two looks at whether the run is still wanted.
LOOK_SECONDS = 0.5
#: Seconds a process may take to end after it was told to.
END_SECONDS = 20
DIED = "The process making the report died on a worker of the cluster (status {status})."
STOPPED = "The run was interrupted."
OTHER = (
    "A worker of the cluster would make it from something else than this machine ({differing}). "
    "Give the workers the same folder and install them from the same requirements.lock; "
    "restart the workers if the library was changed since they started."
)


@dataclass(frozen=True)
class Order:
    """Hold what a worker is asked for.

    Parameters
    ----------
    inputs
        What the report is made from on the machine that asks (inputs.py).
    seconds
        How long the report may take.
    attempt
        Whether it is asked for the first, the second … time.
    """

    job: Job
    inputs: Mapping[str, Any]
    seconds: float
    attempt: int = 1


@dataclass(frozen=True)
class Refusal(Outcome):
    """Tell that a worker would make the report from something else than it was asked for."""


class Station:
    """Make reports in a warm process of its own; one at a time."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "uso_lib.reports.station"]
        self._process = subprocess.Popen(  # noqa: S603 - this very Python
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={"OPENBLAS_NUM_THREADS": "1", **os.environ},
        )
        self._said: SimpleQueue[Any] = SimpleQueue()
        Thread(target=self._listen, daemon=True).start()

    @property
    def usable(self) -> bool:
        """Tell whether the process can make another report."""
        return self._process.poll() is None

    def make(self, order: Order, *, tell: Callable[[str], None], wanted: Callable[[], bool]) -> Outcome:
        """Make one report.

        Parameters
        ----------
        tell
            Called with every stage the report comes to.
        wanted
            Asked now and then; once it says no, the report is given up and the process ended.
        """
        assert self._process.stdin  # noqa: S101 - for the type checker: it was asked for
        with suppress(BrokenPipeError):  # its death is told below
            pickle.dump(order, self._process.stdin)
            self._process.stdin.flush()
        while True:
            try:
                said = self._said.get(timeout=LOOK_SECONDS)
            except Empty:
                if wanted():
                    continue
                self.close()
                return Outcome(order.job.member, 0.0, STOPPED)
            if said is None:
                status = self._process.wait()
                return Outcome(order.job.member, 0.0, DIED.format(status=status))
            if isinstance(said, Outcome):
                return said
            tell(said)

    def close(self) -> None:
        """End the process and what it started."""
        if self._process.stdin:
            with suppress(OSError):  # it is dead already
                self._process.stdin.close()  # it sees that, and ends its reports
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _listen(self) -> None:
        assert self._process.stdout  # noqa: S101 - for the type checker: it was asked for
        with self._process.stdout as answers, suppress(EOFError, OSError, pickle.UnpicklingError):
            while True:
                self._said.put(pickle.load(answers))  # noqa: S301 - from the process started above
        self._said.put(None)


class _Teller:
    """Hand the stages of a report on, and end when the worker is gone."""

    def __init__(self, answers: BinaryIO) -> None:
        self._answers = answers

    def stage(self, member: str, stage: str) -> None:  # noqa: ARG002 - there is one member
        """Hand a stage on."""
        self.say(stage)

    def tick(self) -> None:
        """End this process when the worker has closed the line: while a report is made it says nothing."""
        if os.name == "posix" and select.select([0], [], [], 0)[0]:
            sys.exit(1)

    def say(self, what: str | Outcome) -> None:
        """Send something to the worker."""
        pickle.dump(what, self._answers)
        self._answers.flush()


def main() -> None:
    """Make reports as they are asked for, until the line is closed."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what is printed must not come between the answers
    orders = os.fdopen(os.dup(0), "rb", buffering=0)
    teller, ready = _Teller(answers), False
    with suppress(EOFError, BrokenPipeError):
        while True:
            order: Order = pickle.load(orders)  # noqa: S301 - from the worker that started this process
            if not ready:
                warm([order.job], more=True)
                ready = True
            teller.say(_made(order, teller))


def _made(order: Order, teller: _Teller) -> Outcome:
    try:
        differing = "; ".join(differences(order.inputs, inputs_of(order.job)))
    except UsoError as problem:
        return Outcome(order.job.member, 0.0, str(problem))
    except OSError as problem:
        return Outcome(order.job.member, 0.0, refused(order.job.member, problem))
    if differing:
        return Refusal(order.job.member, 0.0, OTHER.format(differing=differing))
    return next(make_reports([order.job], workers=1, seconds=order.seconds, progress=teller))


if __name__ == "__main__":
    from uso_lib.reports import station  # under the name by which the worker knows what it is answered

    station.main()

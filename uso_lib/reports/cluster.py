"""Have the members of a Dask cluster make reports: same results and same rules of failure as here.

Needs the optional extra ``cluster``. The workers see the same folder (a shared drive) and have the same
packages; one that would make a report from something else than it was asked for refuses. The refusal stands
when the inputs read anew here are still those asked for; otherwise the report is asked for anew. A worker
that dies is replaced by another. Does not record the run (batch.py).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from typing import Any
from uuid import uuid4

from uso_lib.errors import ReportError, UsoError
from uso_lib.reports.failures import refused
from uso_lib.reports.inputs import inputs_of
from uso_lib.reports.job import Job, Outcome
from uso_lib.reports.progress import REDRAW_SECONDS, Watcher
from uso_lib.reports.station import STOPPED, Order, Refusal, Station

#: How long a cluster may take to answer, and how long it may be without any worker.
ANSWER_SECONDS = 15.0
#: How long the workers may take to end what is not wanted any more.
END_SECONDS = 15.0
#: How many times a report is asked for when its inputs are changed while it waits.
ATTEMPTS = 3
NO_EXTRA = "Reports on a cluster need the package distributed. Install it: pip install -e '.[cluster]'"
NO_SCHEDULER = (
    "No scheduler answers at {address}. Start one (dask scheduler) and give the address it prints: "
    "uso report --all --scheduler tcp://…"
)
NO_WORKERS = (
    "The cluster at {address} has no workers. Start some where the same folder is seen: "
    "dask worker {address} --nthreads 1 --nworkers 2"
)
NO_WORKERS_LEFT = "The cluster at {address} has no workers left. Start some and go on: uso report --resume"
WORKERS_DIED = (
    "Every worker of the cluster that was given the report died. Make it on this machine: uso report {member}"
)
SCHEDULER_GONE = (
    "The scheduler at {address} is gone; how the report went is not known. "
    "Start it and its workers and go on: uso report --resume"
)
DROPPED = (
    "The cluster dropped the report: it was cancelled there, or the scheduler was started anew. "
    "Go on: uso report --resume"
)
CHANGED = (
    "What the report is made from was changed again and again while it waited for a worker. "
    "Make it again when the fetch or the editing has ended."
)
MISTAKEN = "A worker of the cluster answered with the report of {other}. Go on: uso report --resume"
#: What talking to a scheduler that is gone ends with.
_UNREACHED = (OSError, CancelledError, asyncio.CancelledError)
_IDLE: list[Station] = []


@contextmanager
def connected(address: str) -> Generator[Any, None, None]:
    """Connect to a cluster.

    Parameters
    ----------
    address
        Of its scheduler, as ``tcp://host:8786``.

    Raises
    ------
    ReportError
        The package is not installed, nobody answers, or there are no workers.
    """
    try:
        from distributed import Client
        from distributed.exceptions import WorkerStartTimeoutError
    except ImportError as problem:
        raise ReportError(NO_EXTRA) from problem
    try:
        client = Client(address, timeout=ANSWER_SECONDS)
    except (OSError, ValueError) as problem:
        raise ReportError(NO_SCHEDULER.format(address=address)) from problem
    try:
        try:
            client.wait_for_workers(1, timeout=ANSWER_SECONDS)
        except WorkerStartTimeoutError as problem:
            raise ReportError(NO_WORKERS.format(address=address)) from problem
        except _UNREACHED as problem:
            raise ReportError(NO_SCHEDULER.format(address=address)) from problem
        yield client
    finally:
        with suppress(*_UNREACHED):  # a scheduler that is gone needs no farewell
            client.close(timeout=ANSWER_SECONDS)


def make_on_cluster(
    client: Any, jobs: Sequence[Job], *, seconds: float, progress: Watcher
) -> Generator[Outcome, None, None]:
    """Make reports on the workers of a cluster and yield how each went, as they end.

    Parameters
    ----------
    client
        From :func:`connected`.
    jobs
        Members differ.
    seconds
        How long one report may take.
    progress
        Shows every stage a report comes to.
    """
    stages = SimpleQueue[tuple[str, str]]()
    asked = _Asked(client)
    client.subscribe_topic(asked.run, lambda event: stages.put(event[1]))
    try:
        for job in jobs:
            if lost := asked.ask(_order(job, seconds)):
                yield lost
        yield from _as_they_end(asked, progress, stages)
    finally:
        _give_up(client, asked.run, asked.waiting)


class _Asked:
    """Hold the reports that were asked of a cluster and are waited for.

    Parameters
    ----------
    client
        From :func:`connected`.
    """

    def __init__(self, client: Any) -> None:
        self.client = client
        self.address = client.scheduler.address
        self.run = f"uso-{uuid4().hex}"
        self.waiting: dict[Any, Order] = {}

    def ask(self, order: Order | Outcome) -> Outcome | None:
        """Ask for a report; return how it went when there is nothing to ask for or nobody to ask."""
        if isinstance(order, Outcome):
            return order
        if self.client.status != "running":
            return Outcome(order.job.member, 0.0, SCHEDULER_GONE.format(address=self.address))
        key = f"{self.run}-{order.job.member}-{order.attempt}"
        self.waiting[self.client.submit(_make_here, order, self.run, key=key, pure=False)] = order
        return None

    def answered(self, future: Any, outcome: Outcome) -> Outcome | None:
        """Return how a report went that has ended, unless it was asked for anew."""
        order = self.waiting.pop(future)
        return self.ask(_anew(order, outcome)) if isinstance(outcome, Refusal) else outcome


def _order(job: Job, seconds: float, attempt: int = 1) -> Order | Outcome:
    """Return what a worker is asked for; how the report went when its inputs cannot be read."""
    try:
        return Order(job, inputs_of(job), seconds, attempt)
    except UsoError as problem:
        return Outcome(job.member, 0.0, str(problem))
    except OSError as problem:
        return Outcome(job.member, 0.0, refused(job.member, problem))


def _anew(order: Order, refusal: Refusal) -> Order | Outcome:
    """Return what to ask after a refusal, which stands unless the inputs were changed since the order."""
    now = _order(order.job, order.seconds, order.attempt + 1)
    if isinstance(now, Outcome):
        return now
    if now.inputs == order.inputs:
        return refusal
    return now if now.attempt <= ATTEMPTS else Outcome(order.job.member, 0.0, CHANGED)


def _as_they_end(
    asked: _Asked, progress: Watcher, stages: SimpleQueue[tuple[str, str]]
) -> Generator[Outcome, None, None]:
    """Yield how reports went and take them out of those waited for, unless nobody is there to make them."""
    client, seen = asked.client, time.monotonic()
    while asked.waiting:
        ended = _ended(client, asked.address, asked.waiting)
        with suppress(Empty):
            while True:
                progress.stage(*stages.get_nowait())
        progress.tick()
        for future, outcome in ended.items():
            if told := asked.answered(future, outcome):
                yield told
        lost = "" if client.status == "running" else SCHEDULER_GONE
        if not lost:
            seen = time.monotonic() if _has_workers(client) else seen
            lost = NO_WORKERS_LEFT if time.monotonic() - seen > ANSWER_SECONDS else ""
        if lost:
            for order in asked.waiting.values():
                yield Outcome(order.job.member, 0.0, lost.format(address=asked.address))
            return


def _ended(client: Any, address: str, waiting: Mapping[Any, Order]) -> dict[Any, Outcome]:
    """Wait a moment, and return how the reports went that have ended."""
    from distributed import wait

    with suppress(TimeoutError, *_UNREACHED):  # told by the state of the client and of what is waited for
        wait(list(waiting), timeout=REDRAW_SECONDS, return_when="FIRST_COMPLETED")
    if client.status != "running":
        return {}
    done = {future: order.job for future, order in waiting.items() if future.done()}
    return {future: _outcome(future, job, address) for future, job in done.items()}


def _has_workers(client: Any) -> bool:
    return bool(client.scheduler_info(n_workers=1).get("workers"))


def _outcome(future: Any, job: Job, address: str) -> Outcome:
    from distributed import KilledWorker

    if future.cancelled():
        return Outcome(job.member, 0.0, DROPPED)
    try:
        problem = future.exception()
        made: Outcome | None = None if problem else future.result()
    except _UNREACHED:
        return Outcome(job.member, 0.0, SCHEDULER_GONE.format(address=address))
    if isinstance(problem, KilledWorker):
        return Outcome(job.member, 0.0, WORKERS_DIED.format(member=job.member))
    if made is None:
        return Outcome(job.member, 0.0, f"{type(problem).__name__}: {problem}")
    if made.member != job.member:
        return Outcome(job.member, 0.0, MISTAKEN.format(other=made.member))
    return made


def _give_up(client: Any, run: str, waiting: Mapping[Any, Order]) -> None:
    """Tell the workers that what is still being made is not wanted any more, and let them end it.

    After the run has ended nothing is to be published: another one may be making the same reports.
    """
    from distributed import Event, wait

    if client.status != "running":
        return
    with suppress(*_UNREACHED):
        client.unsubscribe_topic(run)
        if not waiting:
            return
        Event(run, client=client).set()
        if _has_workers(client):
            with suppress(TimeoutError):
                wait(list(waiting), timeout=END_SECONDS)
        client.cancel(list(waiting), force=True)


def _make_here(order: Order, run: str) -> Outcome:
    """Make one report on the worker that runs this."""
    from distributed import Event, get_client, get_worker

    worker, unwanted = get_worker(), Event(run, client=get_client())
    if unwanted.is_set():
        return Outcome(order.job.member, 0.0, STOPPED)
    try:
        station = _IDLE.pop()
    except IndexError:
        station = Station()
    try:
        made = station.make(
            order,
            tell=lambda stage: worker.log_event(run, (order.job.member, stage)),
            wanted=lambda: not unwanted.is_set(),
        )
    except BaseException:  # it may still be making this report, and would answer the next order with it
        station.close()
        raise
    if station.usable:
        _IDLE.append(station)
    return made

"""Have the members of a Dask cluster make reports: same results and same rules of failure as here.

Needs the optional extra ``cluster``. The workers see the same folder (a shared drive) and have the same
packages; one that would make a report from something else refuses. A worker that dies is replaced by another.
Does not record the run (batch.py).
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
from uso_lib.reports.station import STOPPED, Order, Station

#: How long a cluster may take to answer, and how long it may be without any worker.
ANSWER_SECONDS = 15.0
#: How long the workers may take to end what is not wanted any more.
END_SECONDS = 15.0
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
    address = client.scheduler.address
    run, stages = f"uso-{uuid4().hex}", SimpleQueue[tuple[str, str]]()
    client.subscribe_topic(run, lambda event: stages.put(event[1]))
    waiting: dict[Any, Job] = {}
    try:
        for job in jobs:
            try:
                order = Order(job, inputs_of(job), seconds)
            except UsoError as problem:
                yield Outcome(job.member, 0.0, str(problem))
            except OSError as problem:
                yield Outcome(job.member, 0.0, refused(job.member, problem))
            else:
                if client.status != "running":
                    yield Outcome(job.member, 0.0, SCHEDULER_GONE.format(address=address))
                    continue
                key = f"{run}-{job.member}"
                waiting[client.submit(_make_here, order, run, key=key, pure=False)] = job
        yield from _as_they_end(client, address, waiting, progress, stages)
    finally:
        _give_up(client, run, waiting)


def _as_they_end(
    client: Any,
    address: str,
    waiting: dict[Any, Job],
    progress: Watcher,
    stages: SimpleQueue[tuple[str, str]],
) -> Generator[Outcome, None, None]:
    """Yield how reports went and take them out of those waited for, unless nobody is there to make them."""
    seen = time.monotonic()
    while waiting:
        ended = _ended(client, address, waiting)
        with suppress(Empty):
            while True:
                progress.stage(*stages.get_nowait())
        progress.tick()
        for future, outcome in ended.items():
            del waiting[future]
            yield outcome
        lost = "" if client.status == "running" else SCHEDULER_GONE
        if not lost:
            seen = time.monotonic() if _has_workers(client) else seen
            lost = NO_WORKERS_LEFT if time.monotonic() - seen > ANSWER_SECONDS else ""
        if lost:
            for job in waiting.values():
                yield Outcome(job.member, 0.0, lost.format(address=address))
            return


def _ended(client: Any, address: str, waiting: Mapping[Any, Job]) -> dict[Any, Outcome]:
    """Wait a moment, and return how the reports went that have ended."""
    from distributed import wait

    with suppress(TimeoutError, *_UNREACHED):  # told by the state of the client and of what is waited for
        wait(list(waiting), timeout=REDRAW_SECONDS, return_when="FIRST_COMPLETED")
    if client.status != "running":
        return {}
    return {future: _outcome(future, job, address) for future, job in waiting.items() if future.done()}


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


def _give_up(client: Any, run: str, waiting: Mapping[Any, Job]) -> None:
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
    station = _IDLE.pop() if _IDLE else Station()
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

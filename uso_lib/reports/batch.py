"""Make many reports and record how the run went.

Does not make a report itself (report.py) and does not start processes (pool.py).
"""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from uso_lib.errors import ReportError, UsoError
from uso_lib.reports import publish
from uso_lib.reports.job import Job, Outcome
from uso_lib.reports.progress import Progress
from uso_lib.reports.run_record import RunRecord
from uso_lib.reports.why import reasons

#: How long one report may take.
TIME_LIMIT_SECONDS = 1800.0


@dataclass(frozen=True)
class Run:
    """Hold how a run went, in the order the members were asked for.

    Parameters
    ----------
    interrupted
        Whether the run was stopped before all members were done; those left out have no outcome.
    unrecorded
        Why ``run.json`` does not tell the end of the run; empty when it does.
    """

    outcomes: tuple[Outcome, ...]
    started: datetime
    finished: datetime
    workers: int
    interrupted: bool = False
    unrecorded: str = ""

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """Return the outcomes of the reports that were not made."""
        return tuple(outcome for outcome in self.outcomes if outcome.failed)


def run(
    jobs: Sequence[Job],
    *,
    workers: int | None = None,
    seconds: float = TIME_LIMIT_SECONDS,
    force: bool = False,
    show_progress: bool = True,
    scheduler: str | None = None,
) -> Run:
    """Make the reports and keep ``run.json`` up to date.

    Parameters
    ----------
    jobs
        Checked beforehand (plan.py); members differ.
    workers
        How many processes, the number of processors by default, never more than there are jobs.
    seconds
        How long one report may take.
    force
        Whether reports are made again although nothing has changed.
    show_progress
        Whether the progress is shown on standard error.
    scheduler
        Address of a Dask scheduler whose workers make the reports, instead of this machine.

    Raises
    ------
    ReportError
        ``run.json`` cannot be written before the first report, or the cluster cannot be used (cluster.py);
        then nothing was made and ``run.json`` stays as it was.
    """
    outputs = jobs[0].outputs
    jobs = [replace(job, anew=force) for job in jobs]
    publish.remove_leftovers(outputs)
    count = max(1, min(workers or os.cpu_count() or 1, len(jobs)))
    record = RunRecord(jobs, count, datetime.now(UTC))
    progress = Progress(len(jobs), show=show_progress)
    interrupted = False
    try:
        unchanged = {} if force else {outcome.member: outcome for outcome in _unchanged(jobs)}
        waiting = [job for job in jobs if job.member not in unchanged]
        with (
            _cluster(scheduler if waiting else None) as client,
            closing(_made(waiting, count, seconds, progress, client)) as made,
        ):
            record.begin(unchanged.values())
            for outcome in unchanged.values():
                progress.end(outcome.member, outcome.seconds, "unchanged")
            for outcome in made:
                record.add(outcome)
                progress.end(outcome.member, outcome.seconds, outcome.error or "made")
    except KeyboardInterrupt:
        interrupted = True
    finally:
        progress.close()
        publish.remove_leftovers(outputs)
    finished = datetime.now(UTC)
    unrecorded = _ended(record, finished, interrupted=interrupted)
    done = record.outcomes
    ordered = tuple(done[job.member] for job in jobs if job.member in done)
    return Run(ordered, record.started, finished, count, interrupted, unrecorded)


def _ended(record: RunRecord, finished: datetime, *, interrupted: bool) -> str:
    """Record the end of a run; return why that cannot be done, as what was made is told all the same."""
    try:
        record.write(finished=finished, interrupted=interrupted)
    except ReportError as problem:
        return str(problem)
    return ""


def _unchanged(jobs: Sequence[Job]) -> Iterator[Outcome]:
    """Yield the members whose reports are made from the present inputs already."""
    for job in jobs:
        began = time.monotonic()
        with suppress(UsoError, OSError):  # told by the report that needs what is wrong
            if not reasons(job):
                yield Outcome(job.member, round(time.monotonic() - began, 1), unchanged=True)


@contextmanager
def _cluster(scheduler: str | None) -> Iterator[Any]:
    """Connect to a cluster when there is the address of one."""
    if scheduler is None:
        yield None
        return
    from uso_lib.reports.cluster import connected

    with connected(scheduler) as client:
        yield client


def _made(
    jobs: Sequence[Job], workers: int, seconds: float, progress: Progress, client: Any
) -> Generator[Outcome, None, None]:
    """Make reports on a cluster when there is a client of one, else here."""
    if not jobs:
        return
    if client is None:
        from uso_lib.reports.pool import make_reports, warm

        warm(jobs)
        yield from make_reports(jobs, workers=workers, seconds=seconds, progress=progress)
        return
    from uso_lib.reports.cluster import make_on_cluster

    yield from make_on_cluster(client, jobs, seconds=seconds, progress=progress)

"""Make many reports in several processes and record how the run went.

Processes, never threads: a notebook belongs to a process, and one that dies takes only its own report with
it. Does not make a report itself (report.py).
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import tempfile
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from uso_lib.reports import publish
from uso_lib.reports.manifest import as_json
from uso_lib.reports.report import Job, Outcome, make_report
from uso_lib.reports.traces import without_places

if TYPE_CHECKING:
    from uso_lib.reports.export import ReportExporter

RUN_RECORD = "run.json"
SCHEMA = 1
DIED = "The process making the report died. Make it alone to see more: uso report {member} -j 1"


@dataclass(frozen=True)
class Run:
    """Hold how a run went, in the order the members were asked for.

    Parameters
    ----------
    interrupted
        Whether the run was stopped before all members were done; those left out have no outcome.
    """

    outcomes: tuple[Outcome, ...]
    started: datetime
    finished: datetime
    workers: int
    interrupted: bool = False

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """Return the outcomes of the reports that were not made."""
        return tuple(outcome for outcome in self.outcomes if outcome.failed)


def run(jobs: Sequence[Job], *, workers: int | None = None, show_progress: bool = True) -> Run:
    """Make the reports and write ``run.json``.

    Parameters
    ----------
    jobs
        Checked beforehand (plan.py); members differ.
    workers
        How many processes, the number of processors by default, never more than there are jobs.
    show_progress
        Whether a progress bar over the members is drawn on standard error.
    """
    started = datetime.now(UTC)
    outputs = jobs[0].outputs
    publish.remove_leftovers(outputs)
    count = max(1, min(workers or os.cpu_count() or 1, len(jobs)))
    done: dict[str, Outcome] = {}
    interrupted = False
    outcomes = _outcomes(jobs, count)
    try:
        for outcome in _with_progress(outcomes, len(jobs), show_progress=show_progress):
            done[outcome.member] = outcome
    except KeyboardInterrupt:
        interrupted = True
    finally:
        outcomes.close()
        publish.remove_leftovers(outputs)
    ordered = tuple(done[job.member] for job in jobs if job.member in done)
    result = Run(ordered, started, datetime.now(UTC), count, interrupted)
    publish.write_atomically(outputs / RUN_RECORD, as_json(_record(result, jobs[0].workspace)))
    return result


def _outcomes(jobs: Sequence[Job], workers: int) -> Generator[Outcome, None, None]:
    """Yield outcomes as they come; members whose process died are tried once more, each on its own."""
    orphans: list[Job] = []
    with tempfile.TemporaryDirectory(prefix="uso-", ignore_cleanup_errors=True) as desk:
        pool = _pool(workers, desk)
        try:
            yield from _finished(pool, jobs, orphans)
            for job in sorted(orphans, key=lambda orphan: orphan.member):
                yield _alone(job, desk)
        except BaseException:
            # Interrupted, or the caller wants no more: waiting for the rest would take minutes.
            _stop_children()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        pool.shutdown()


def _finished(pool: ProcessPoolExecutor, jobs: Sequence[Job], orphans: list[Job]) -> Iterator[Outcome]:
    """Yield the outcomes of one pool; jobs that a dying process took with it are added to `orphans`."""
    waiting: dict[Future[Outcome], Job] = {}
    for job in jobs:
        try:
            waiting[pool.submit(_work, job)] = job
        except BrokenProcessPool:
            orphans.append(job)
    while waiting:
        finished, _ = wait(waiting, return_when=FIRST_COMPLETED)
        for future in finished:
            job = waiting.pop(future)
            if isinstance(future.exception(), BrokenProcessPool):
                orphans.append(job)
            else:
                yield _outcome(future, job)


def _outcome(future: Future[Outcome], job: Job) -> Outcome:
    problem = future.exception()
    return Outcome(job.member, 0.0, f"{type(problem).__name__}: {problem}") if problem else future.result()


def _alone(job: Job, desk: str) -> Outcome:
    with _pool(1, desk) as pool:
        future = pool.submit(_work, job)
        if isinstance(future.exception(), BrokenProcessPool):
            return Outcome(job.member, 0.0, DIED.format(member=job.member))
        return _outcome(future, job)


def _pool(workers: int, desk: str) -> ProcessPoolExecutor:
    # Spawned, not forked: the parent may hold threads (progress bar), and a fork would copy their locks.
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_prepare, initargs=(desk,))


def _work(job: Job) -> Outcome:
    return make_report(job, _exporter(job.report_template))


@cache
def _exporter(report_template: Path) -> ReportExporter:
    from uso_lib.reports.export import ReportExporter

    return ReportExporter(report_template)


def _prepare(desk: str) -> None:
    """Leave interrupts and temporary folders to the parent, which outlives a worker that is stopped."""
    tempfile.tempdir = desk
    # A handler, not SIG_IGN: that one would be inherited by the kernels.
    signal.signal(signal.SIGINT, lambda *_: None)


def _stop_children() -> None:
    """End the worker processes this process started; a kernel ends itself when its worker is gone."""
    children = multiprocessing.active_children()
    for child in children:
        child.terminate()
    for child in children:
        child.join(10)


def _with_progress(outcomes: Iterable[Outcome], total: int, *, show_progress: bool) -> Iterator[Outcome]:
    from tqdm import tqdm

    with tqdm(total=total, unit="report", desc="Reports", file=sys.stderr, disable=not show_progress) as bar:
        for outcome in outcomes:
            bar.set_postfix_str(outcome.member)
            bar.update()
            if outcome.failed and show_progress:
                tqdm.write(f"{outcome.member}: {outcome.error}", file=sys.stderr)
            yield outcome


def _record(result: Run, workspace: Path) -> dict[str, Any]:
    # The file lies beside the reports and is handed on with them: no folder of this machine stands in it.
    return {
        "schema": SCHEMA,
        "started": result.started.isoformat(timespec="seconds"),
        "finished": result.finished.isoformat(timespec="seconds"),
        "seconds": round((result.finished - result.started).total_seconds(), 1),
        "workers": result.workers,
        "interrupted": result.interrupted,
        "members": [
            {
                "member": outcome.member,
                "status": "failed" if outcome.failed else "ok",
                "seconds": outcome.seconds,
                "error": without_places(outcome.error, workspace),
                "lacking": {name: without_places(why, workspace) for name, why in outcome.lacking.items()},
                "notes": [without_places(one, workspace) for one in outcome.notes],
            }
            for outcome in result.outcomes
        ],
    }

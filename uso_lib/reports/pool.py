"""Give every report a process of its own, a few at a time, and bear whatever happens to it.

A process is forked from this one, which is warm, or started anew and warmed where there is no fork. One that
dies, hangs or is killed takes only its own report with it. Does not make reports (report.py) and does not
record the run (batch.py).
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import tempfile
import time
from collections import deque
from collections.abc import Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from threading import Thread
from typing import Any

from uso_lib.engine.held import close_nursery, open_nursery
from uso_lib.engine.leash import END_SECONDS, end_at_once, end_with
from uso_lib.engine.nursery import can_fork, has_threads
from uso_lib.engine.warm import FOR_KERNELS, FOR_REPORTS, freeze, warm_results, warm_up
from uso_lib.errors import UsoError
from uso_lib.reports.collecting import without_collecting
from uso_lib.reports.job import Job, Outcome
from uso_lib.reports.progress import REDRAW_SECONDS, Watcher
from uso_lib.reports.report import make_report

DIED = "The process making the report died{how}. Make it alone to see more: uso report {member} -j 1"
KILLED = " (it was killed: perhaps the memory ran out)"
TOO_LONG = (
    "The report was not ready in {seconds:g} s and was stopped. Give it more time: "
    "uso report {member} --time-limit {more:g}"
)


@dataclass
class _Working:
    job: Job
    process: BaseProcess
    line: Connection
    started: float
    outcome: Outcome | None = None


def make_reports(
    jobs: Sequence[Job], *, workers: int, seconds: float, progress: Watcher
) -> Generator[Outcome, None, None]:
    """Make reports and yield how each went, as they end.

    Parameters
    ----------
    jobs
        Members differ.
    workers
        How many processes work at a time.
    seconds
        How long one report may take.
    progress
        Shows every stage a report comes to.
    """
    waiting, working = deque(jobs), list[_Working]()
    with tempfile.TemporaryDirectory(prefix="uso-", ignore_cleanup_errors=True) as desk:
        try:
            while waiting or working:
                while waiting and len(working) < workers:
                    working.append(_started(waiting.popleft(), desk))
                for one in _ended(working, seconds, progress):
                    working.remove(one)
                    yield _outcome(one, progress)
        finally:
            for one in working:
                end_at_once(one.process)


def _started(job: Job, desk: str) -> _Working:
    forks = can_fork() and not has_threads()
    context: Any = multiprocessing.get_context("fork" if forks else "spawn")
    line, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(job, theirs, desk), name=f"uso-{job.member}")
    process.start()
    theirs.close()
    return _Working(job, process, line, time.monotonic())


def _ended(working: Sequence[_Working], seconds: float, progress: Watcher) -> Generator[_Working, None, None]:
    """Wait until something happens, and yield the reports that are done, dead or out of time."""
    now = time.monotonic()
    patience = max(0.0, min(REDRAW_SECONDS, *(one.started + seconds - now for one in working)))
    happened = wait([*(one.line for one in working), *(one.process.sentinel for one in working)], patience)
    progress.tick()
    for one in list(working):
        if one.line in happened:
            _listen(one, progress)
        if one.outcome or one.process.sentinel in happened:
            yield one
        elif time.monotonic() - one.started >= seconds:
            end_at_once(one.process)
            error = TOO_LONG.format(seconds=seconds, member=one.job.member, more=2 * seconds)
            one.outcome = Outcome(one.job.member, round(seconds, 1), error)
            yield one


def _listen(one: _Working, progress: Watcher) -> None:
    with suppress(EOFError, OSError):
        while one.outcome is None and one.line.poll():
            said = one.line.recv()
            if isinstance(said, Outcome):
                one.outcome = said
            else:
                progress.stage(one.job.member, said)


def _outcome(one: _Working, progress: Watcher) -> Outcome:
    """Return how a report went, after its process has ended."""
    one.process.join(END_SECONDS)
    _listen(one, progress)
    end_at_once(one.process)
    one.line.close()
    if one.outcome is not None:
        return one.outcome
    seconds = round(time.monotonic() - one.started, 1)
    how = KILLED if one.process.exitcode == -getattr(signal, "SIGKILL", 9) else ""
    return Outcome(one.job.member, seconds, DIED.format(how=how, member=one.job.member))


def _work(job: Job, line: Connection, desk: str) -> None:
    """Make one report in a process of its own."""
    if hasattr(os, "setsid"):
        os.setsid()  # an interrupt at the terminal is for the run, which ends its processes itself
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with(run.pid if (run := multiprocessing.parent_process()) else None)
    tempfile.tempdir = desk
    with suppress(OSError):  # told by the notebook that is then run without
        open_nursery(FOR_KERNELS)  # before the first thread
    warm_up(FOR_REPORTS)
    Thread(target=_end_with_the_run, daemon=True).start()

    def tell(stage: str) -> None:
        try:
            line.send(stage)
        except OSError:  # nobody waits for this report any more
            sys.exit(1)

    try:
        line.send(make_report(job, tell=tell))
    finally:
        close_nursery()


def _end_with_the_run() -> None:
    """End this process when the one that started it is gone."""
    run = multiprocessing.parent_process()
    if run is not None:
        run.join()
        close_nursery()
        os._exit(1)


@without_collecting()
def warm(jobs: Sequence[Job], *, more: bool = False) -> None:
    """Make this process ready to be forked; what cannot be computed is told by the report that needs it.

    For one report alone nothing is shared: its own processes import what they need, beside each other.

    Parameters
    ----------
    more
        Whether more reports than these will be made here.
    """
    if not jobs or not can_fork():
        return
    if more or len(jobs) > 1:
        warm_up()
        from uso_lib.reports.export import exporter_of

        exporter_of(jobs[0].report_template)
        themes = dict.fromkeys(theme for job in jobs for theme in job.parameters["themes"] or ())
        with suppress(UsoError):
            warm_results(jobs[0].workspace, jobs[0].member, themes)
    freeze()

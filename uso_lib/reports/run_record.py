"""Write and read ``run.json``: what a run was asked for and how far it has come.

Written before the first report and after every one, so that a run that is ended from outside can be taken up.
Does not make reports.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from uso_lib.errors import ReportError
from uso_lib.reports import publish
from uso_lib.reports.job import Job, Outcome
from uso_lib.reports.manifest import as_json
from uso_lib.reports.traces import without_places

RUN_RECORD = "run.json"
SCHEMA = 1
#: What a member's report can be: not begun or not ended when the run was, …
WAITING, MADE, UNCHANGED, FAILED = "waiting", "ok", "unchanged", "failed"
DONE = frozenset({MADE, UNCHANGED})


@dataclass
class RunRecord:
    """Keep the record of one run up to date.

    Parameters
    ----------
    jobs
        What the run was asked for.
    workers
        How many processes work at a time.
    """

    jobs: Sequence[Job]
    workers: int
    started: datetime
    outcomes: dict[str, Outcome] = field(default_factory=dict)

    def begin(self, unchanged: Iterable[Outcome]) -> None:
        """Record that the run begins, and the reports that stay as they are.

        Raises
        ------
        ReportError
            It cannot be written.
        """
        self.outcomes.update((outcome.member, outcome) for outcome in unchanged)
        self.write()

    def add(self, outcome: Outcome) -> None:
        """Record how a report went, as far as the disk lets."""
        self.outcomes[outcome.member] = outcome
        with suppress(ReportError):  # it may be full for a moment; the last word is written when the run ends
            self.write()

    def write(self, *, finished: datetime | None = None, interrupted: bool = False) -> None:
        """Write the file, whole or not at all.

        Parameters
        ----------
        finished
            When the run ended; None while it goes on, and for ever when it is ended from outside.

        Raises
        ------
        ReportError
            It cannot be written.
        """
        now = finished or datetime.now(UTC)
        content = {
            "schema": SCHEMA,
            "started": self.started.isoformat(timespec="seconds"),
            "finished": finished.isoformat(timespec="seconds") if finished else None,
            "seconds": round((now - self.started).total_seconds(), 1),
            "workers": self.workers,
            "interrupted": interrupted,
            "formats": list(self.jobs[0].formats),
            "force": self.jobs[0].anew,
            "publish_anyway": self.jobs[0].publish_anyway,
            "members": [self._member(job) for job in self.jobs],
        }
        file = self.jobs[0].outputs / RUN_RECORD
        try:
            publish.write_atomically(file, as_json(content))
        except OSError as problem:
            done = "The run has ended" if finished else "Nothing was made"
            message = (
                f"{file} cannot be written ({problem}). {done}. Free space or give access to the folder, "
                "then: uso report --all"
            )
            raise ReportError(message) from problem

    def _member(self, job: Job) -> dict[str, Any]:
        # The file lies beside the reports and is handed on with them: no folder of this machine stands in it.
        outcome = self.outcomes.get(job.member)
        if outcome is None:
            return {"member": job.member, "status": WAITING}
        return {
            "member": job.member,
            "status": FAILED if outcome.failed else UNCHANGED if outcome.unchanged else MADE,
            "seconds": outcome.seconds,
            "error": without_places(outcome.error, job.workspace),
            "lacking": {name: without_places(why, job.workspace) for name, why in outcome.lacking.items()},
            "notes": [without_places(one, job.workspace) for one in outcome.notes],
        }


@dataclass(frozen=True)
class LeftOver:
    """Hold what the last run was asked for and did not finish.

    Parameters
    ----------
    members
        Also those whose companions could not be made.
    formats, force, publish_anyway
        As they were asked for.
    """

    members: tuple[str, ...]
    formats: tuple[str, ...]
    force: bool
    publish_anyway: bool


def left_over(outputs: Path) -> LeftOver:
    """Return what the last run was asked for and did not finish.

    Raises
    ------
    ReportError
        There is no record of a run, or it cannot be read.
    """
    file = outputs / RUN_RECORD
    way_out = "Make the reports you want: uso report --all"
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        members: list[Mapping[str, Any]] = content["members"]
        return LeftOver(
            tuple(str(one["member"]) for one in members if one["status"] not in DONE or one.get("lacking")),
            tuple(map(str, content.get("formats", ()))),
            bool(content.get("force")),
            bool(content.get("publish_anyway")),
        )
    except FileNotFoundError as problem:
        message = f"{file}: there is no run to resume. {way_out}"
        raise ReportError(message) from problem
    except (OSError, ValueError, KeyError, TypeError) as problem:
        message = f"{file}: it does not tell what to resume ({type(problem).__name__}). {way_out}"
        raise ReportError(message) from problem

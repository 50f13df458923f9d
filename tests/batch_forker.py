"""Run batches over small made-up members in processes forked from this warm one: quick to start and kill.

Reads one order a line from standard input: ``{"folder", "members", "generation", "workers", …}`` begins a
batch and is answered with the number of its process, ``{"end": number}`` with how that ended.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

from report_fakes import REPORT_TEMPLATE, job, number

from uso_lib.engine.warm import warm_up
from uso_lib.errors import UsoError
from uso_lib.foundation import foundation
from uso_lib.reports import pool  # noqa: F401 - batches import it at first use
from uso_lib.reports.batch import run
from uso_lib.reports.export import exporter_of
from uso_lib.reports.job import Job
from uso_lib.reports.lock import only_run


def jobs(folder: Path, order: dict[str, Any]) -> list[Job]:
    """Return jobs whose reports tell the generation; `extra` is code of a member's notebook."""
    generation, extra = order["generation"], order.get("extra", {})
    return [
        job(
            folder,
            member,
            row_html=f"<p>Sukupolvi {generation}.</p>",
            lines=[number(value=float(generation))],
            extra=extra.get(member, ""),
        )
        for member in order["members"]
    ]


def batch(order: dict[str, Any]) -> int:
    """Run a batch as the command does; return its exit status."""
    folder = Path(order["folder"])
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with only_run(folder / "outputs", wait=order.get("wait", 20)):
            done = run(
                jobs(folder, order),
                workers=order["workers"],
                seconds=order.get("seconds", 60),
                show_progress=False,
            )
    except UsoError as problem:
        sys.stderr.write(f"{problem}\n")
        return 3
    for one in done.failed:
        sys.stderr.write(f"{one.member}: {one.error}\n")
    return 130 if done.interrupted else 1 if done.failed else 0


def begin(order: dict[str, Any]) -> int:
    """Fork a batch and return the number of its process."""
    child = os.fork()
    if child:
        return child
    status = 99
    try:
        os.setsid()
        said = os.open(order["said"], os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o644)
        nothing = os.open(os.devnull, os.O_RDWR)
        for number_, file in ((0, nothing), (1, said), (2, said)):
            os.dup2(file, number_)
        if largest := order.get("largest"):
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
        status = batch(order)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def ended(process: int) -> int:
    """Wait for a batch and return how it ended."""
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def main() -> None:
    """Obey orders until there are none."""
    warm_up()
    exporter_of(REPORT_TEMPLATE)
    foundation(Path("none"))
    for line in sys.stdin:
        order = json.loads(line)
        answer = ended(order["end"]) if "end" in order else begin(order)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

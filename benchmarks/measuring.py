"""Run work in a process of its own and say what it cost; shared by the benchmarks.

Does not know what the work is.
"""

from __future__ import annotations

import multiprocessing
import resource
import statistics
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
#: Where the emulated services live; the benchmarks ask no real one.
TESTS = ROOT / "tests"
STATUS = Path("/proc/self/status")
KIB_PER_MB = 1000 / 1.024


@dataclass(frozen=True)
class Cost:
    """Hold what one piece of work cost.

    Parameters
    ----------
    seconds
        Name of a step → seconds.
    peak_mb
        Highest memory of its process, imports included, in millions of bytes.
    counts
        Whatever the work counted.
    """

    seconds: dict[str, float]
    peak_mb: float
    counts: dict[str, Any] = field(default_factory=dict)


def in_own_process(work: Callable[..., Cost], *arguments: Any) -> Cost:
    """Run work in a new interpreter, so that neither memory nor caches of other work count."""
    context = multiprocessing.get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_send, args=(sending, work, arguments))
    process.start()
    sending.close()
    try:
        return receiving.recv()  # type: ignore[no-any-return]
    except EOFError:
        message = "the measured work failed; its error stands above"
        raise SystemExit(message) from None
    finally:
        process.join()


def _send(sending: Connection, work: Callable[..., Cost], arguments: Sequence[Any]) -> None:
    """Run work and send its cost."""
    sending.send(work(*arguments))


def peak_mb() -> float:
    """Return the highest memory of this process so far, in millions of bytes.

    Linux hands ``ru_maxrss`` of the parent down to a new program, so the process's own high-water mark is
    preferred where the system tells it.
    """
    if STATUS.exists():
        line = next(one for one in STATUS.read_text().splitlines() if one.startswith("VmHWM"))
        return int(line.split()[1]) / KIB_PER_MB
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_PER_MB


def median(costs: Iterable[Cost], step: str) -> float:
    """Return the median seconds of a step."""
    return statistics.median(one.seconds[step] for one in costs)


def show(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table in Markdown, first column to the left, the others to the right."""
    texts = [list(heading), *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[place]) for row in texts) for place in range(len(heading))]
    rule = [("-" * width if place == 0 else "-" * (width - 1) + ":") for place, width in enumerate(widths)]
    for row in (texts[0], rule, *texts[1:]):
        cells = [
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        sys.stdout.write(f"| {' | '.join(cells)} |\n")
    sys.stdout.flush()


def find_services() -> None:
    """Make the emulated services and the library importable from a plain checkout."""
    for folder in (str(TESTS), str(ROOT)):
        if folder not in sys.path:
            sys.path.insert(0, folder)

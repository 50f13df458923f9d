"""Divide the making of one report into stages, in a process of its own that nothing has warmed.

Run in a workspace as ``python -m uso_lib.bench.stages MEMBER``; prints JSON: stage → seconds.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import psutil

from uso_lib.bench.plain_figures import draw_ours, pictures, seconds
from uso_lib.engine.warm import freeze, warm_up
from uso_lib.reports.formats import HTML
from uso_lib.reports.plan import plan
from uso_lib.reports.report import make_report
from uso_lib.situation import Situation, open_situation
from uso_lib.workspace import find_workspace


def main(member: str) -> dict[str, float]:
    """Make one report and return the seconds of every stage."""
    warm_up()
    found = {"start: interpreter and imports": time.time() - psutil.Process().create_time()}
    situation: Situation
    found["load: figures, declarations, parameters"], situation = timed(lambda: open_situation(member))
    found["compute: all series and comparisons"], _ = timed(situation._share)
    pictures(situation)
    found["draw and encode: all pictures, SVG"] = seconds(draw_ours, situation)
    job = plan(find_workspace(), [member], formats=(HTML,))[0]
    freeze()
    stages: list[tuple[str, float]] = []
    outcome = make_report(job, tell=lambda stage: stages.append((stage, time.perf_counter())))
    stages.append(("end", time.perf_counter()))
    if outcome.failed:
        sys.exit(outcome.error)
    names = {
        "execute": "run: the notebook in a warm kernel, drawing and words included",
        "export": "export: harvest, bound words, page, proof",
        "tables": "write: workbook, CSV, manifest",
        "publish": "publish: through to the disk, renames",
    }
    for (stage, began), (_, ended) in pairwise(stages):
        found[names[stage]] = ended - began
    return found


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds something took, and what it gave."""
    began = time.perf_counter()
    made = work()
    return time.perf_counter() - began, made


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))  # noqa: T201 - this is what the program is for

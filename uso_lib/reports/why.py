"""Decide whether a report is made again, and say why: in one place, so that neither can be untrue.

Does not gather what a report is made from (inputs.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from uso_lib.reports import history, publish
from uso_lib.reports.formats import PDF, SLIDES
from uso_lib.reports.inputs import inputs_of, touched
from uso_lib.reports.job import Job
from uso_lib.reports.manifest import read_manifest

NOTHING = "nothing has changed since its report was made; a run would leave it as it is"
#: How many names are listed before the rest is counted.
MOST_NAMED = 8
_TOLD = {
    "figures": "figures of",
    "figures_as_of": "month of the newest figures",
    "registers": "registers of municipalities",
    "parameters": "parameters",
    "own_cells": "your own cells",
    "around": "what your own code may read:",
    "services": "addresses of the services",
    "template": "template",
    "formats": "formats asked for",
    "publish_anyway": "whether broken claims are published",
    "library": "this library's code or declarations",
    "packages": "versions of",
}


def why(job: Job) -> list[str]:
    """Return the reasons to make a member's report, one line each; one line when there is none."""
    return reasons(job) or [NOTHING]


def reasons(job: Job) -> list[str]:
    """Return the reasons to make a member's report, one line each; none when a run would leave it as it is.

    Raises
    ------
    UsoError, OSError
        What it is made from cannot be read.
    """
    folder = job.outputs / job.member
    made = read_manifest(folder / publish.MANIFEST)
    if made is None:
        return ["it has no report yet" if not folder.exists() else "its report has no readable manifest"]
    if "inputs" not in made:
        return ["its report was made by an earlier version, which did not record its inputs"]
    found = list(differences(made["inputs"], inputs_of(job)))
    changed = touched(folder, made)
    if publish.NOTEBOOK in changed:
        found.append(f"{publish.NOTEBOOK} was edited: your own cells will be taken over")
        changed.remove(publish.NOTEBOOK)
    found += [f"{name} is gone or was changed after it was made" for name in changed]
    companions = {PDF: publish.PDF, SLIDES: publish.SLIDES}
    wanted = [companions[one] for one in job.formats if one in companions]
    found += [f"{name} could not be made" for name in wanted if name not in made["files"]]
    found += [f"your cell {cell} was left out" for cell in made.get("desk", {}).get("left_out", ())]
    if "record" in made and not history.is_kept(folder / history.FOLDER, made["record"]):
        found.append("the run ended before its record was kept, which the next changes are told from")
    if (folder / publish.FAILED_NOTEBOOK).exists():
        found.append("the last run failed")
    return found


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """Give one line per component that differs."""
    for part in dict.fromkeys((*before, *now)):
        old, new = before.get(part), now.get(part)
        if old == new:
            continue
        told = _TOLD.get(part, part)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            names = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
            more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
            yield f"{told} {', '.join(_named(name, old, new) for name in names[:MOST_NAMED])}{more}"
        elif (isinstance(new, str) and len(new) > len("2026-06")) or new == "" or old == "":
            yield told
        else:
            yield f"{told}: {old} → {new}"


def _named(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """Return a name, with its two versions when they are short enough to mean something."""
    before, now = str(old.get(name, "")), str(new.get(name, ""))
    return f"{name} ({before or 'none'} → {now or 'none'})" if max(len(before), len(now)) < 20 else name

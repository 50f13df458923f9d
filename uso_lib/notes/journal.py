"""Remember what was gathered of which run's desk copy, so that gathering again after a crash is right.

The journal lies beside the desk copy and holds digests only. It is written before the notes and confirmed
after them: which of the two a crash left behind is told by the notes themselves. Does not gather.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from uso_lib.notes.cells import Notes, State, mark_of
from uso_lib.notes.disk import Disk
from uso_lib.notes.forms import SCHEMA, as_json_state, state_of

JOURNAL = ".notes-journal.json"
#: How many runs are remembered: an editor left open may save an old desk copy over a new one.
_MOST_RUNS = 8
#: Ends the name of the run of a desk copy that another one has taken the place of.
LATE = "~"


@dataclass(frozen=True)
class Entry:
    """Tell what was gathered of one run's desk copy.

    Parameters
    ----------
    run
        The run's name; "" for desk copies that do not say.
    desk
        sha256 of the desk copy that was gathered.
    before, after
        Digests of the notes before and after it; the entry holds once the notes are those after it.
    state
        What the desk copy held.
    previous
        What it held when it was gathered before; None when that is what the desk copy says itself.
    done
        Whether the notes are known to have been written.
    """

    run: str
    desk: str
    before: str
    after: str
    state: State
    previous: State | None = None
    done: bool = False

    def holds(self, notes_sha: str) -> bool:
        """Tell whether the notes are known to have been written."""
        return self.done or self.after == notes_sha


@dataclass(frozen=True)
class Journal:
    """Hold the entries, oldest first, one a run.

    Parameters
    ----------
    aside
        sha256 of the desk copy that was set aside last, as it was then.
    """

    entries: tuple[Entry, ...] = ()
    aside: str = ""

    def of(self, run: str) -> Entry | None:
        """Return the entry of a run."""
        return next((one for one in self.entries if one.run == run), None)

    def with_entry(self, entry: Entry) -> Journal:
        """Return the journal with a new entry in place of that of the same run."""
        return replace(self, entries=(*self.without_runs((entry.run,)).entries, entry))

    def without_late(self) -> Journal:
        """Return the journal without what was gathered of a replaced desk copy: another is replaced now."""
        return replace(self, entries=tuple(entry for entry in self.entries if not entry.run.endswith(LATE)))

    def without_runs(self, runs: Collection[str]) -> Journal:
        """Return the journal without the entries of some runs."""
        return replace(self, entries=tuple(entry for entry in self.entries if entry.run not in runs))


def read_journal(disk: Disk, folder: Path) -> Journal:
    """Return the journal; an empty one when it is missing or torn."""
    content = disk.read(folder / JOURNAL)
    if content is None:
        return Journal()
    try:
        data = json.loads(content)
        if data["schema"] != SCHEMA:
            return Journal()
        found = [_entry(one) for one in data["entries"]]
        aside = str(data["aside"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return Journal()
    return Journal(tuple(entry for entry in found if entry is not None), aside)


def write_journal(disk: Disk, folder: Path, journal: Journal) -> None:
    """Write the journal with its newest entries."""
    entries = [_as_json(entry) for entry in journal.entries[-_MOST_RUNS:]]
    data = {"schema": SCHEMA, "aside": journal.aside, "entries": entries}
    disk.write(folder / JOURNAL, f"{json.dumps(data, ensure_ascii=False)}\n".encode())


def base_of(journal: Journal, run: str, own_base: State | None, notes: Notes, notes_sha: str) -> State | None:
    """Return what a desk copy held when it was last in step with the notes.

    Parameters
    ----------
    own_base
        What the desk copy says itself.
    """
    entry = journal.of(run)
    if entry is None:
        return own_base
    previous = entry.previous or own_base
    if entry.holds(notes_sha):
        return entry.state
    if notes_sha == entry.before:
        return previous
    return _in_doubt(previous, entry.state, notes)


def _in_doubt(previous: State | None, state: State, notes: Notes) -> State:
    """Return a base for notes that changed before it was known whether they had been written.

    Cell by cell: what the notes hold tells which state it comes from. What either state leaves open counts as
    new, so that it is kept.
    """
    before = previous or State(state.run)
    noted = notes.by_id
    own = {}
    for name, standing in state.own.items():
        here = noted.get(name)
        if here is not None and mark_of(here.cell) == standing.kept:
            own[name] = standing
        elif name in before.own and here is not None:
            own[name] = before.own[name]
    hidden = set(notes.hidden)
    generated = {
        name: held for name, held in before.generated.items() if name in state.generated or name not in hidden
    }
    return replace(state, own=own, generated={**generated, **state.generated})


def _entry(data: dict[str, Any]) -> Entry | None:
    state = state_of(data["state"])
    if state is None:
        return None
    previous = state_of(data["previous"]) if data.get("previous") else None
    return Entry(
        run=str(data["run"]),
        desk=str(data["desk"]),
        before=str(data["before"]),
        after=str(data["after"]),
        state=state,
        previous=previous,
        done=bool(data["done"]),
    )


def _as_json(entry: Entry) -> dict[str, Any]:
    return {
        "run": entry.run,
        "desk": entry.desk,
        "before": entry.before,
        "after": entry.after,
        "done": entry.done,
        "state": as_json_state(entry.state),
        "previous": None if entry.done or entry.previous is None else as_json_state(entry.previous),
    }

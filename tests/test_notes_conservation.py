"""The conservation law: no word typed and not deleted is ever lost, none appears twice.

Ten thousand random sequences of 4 to 10 things a consultant, an editor, a new template or a crash can do,
each ended by two reports; half of them here, half in test_notes_conserved.py, 50 s of processor time each.
Between them every sequence makes reports at random and is checked after each: notes file and notebook hold
exactly the living words, in the order they were left in, and a second report changes no byte of either.
USO_SEQUENCES says how many to play in all.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from notes_world import PARTS, Data, Killed, MemoryDisk, Person, World, as_bytes, generated, played_part

from uso_lib.notes.disk import Disk


@pytest.mark.parametrize("part", range(0, PARTS, 2))
def test_no_word_is_lost_and_none_appears_twice(part: int, tell: Callable[[str, object], None]) -> None:
    steps = played_part(part)
    tell(f"part {part}: reports, crashes", (steps["report"], steps["killed"]))


def test_the_world_would_see_a_lost_word_and_one_too_many() -> None:
    world = World(1)
    world.insert()
    doc = world.doc()
    kept = [cell for cell in doc["cells"] if "§" not in cell["source"]]
    world.save({**doc, "cells": kept})
    world.run()
    with pytest.raises(AssertionError, match="lost"):
        world.check()
    world.save(doc)
    world.save({**doc, "cells": [*doc["cells"], *(c for c in doc["cells"] if "§" in c["source"])]})
    world.run()
    with pytest.raises(AssertionError, match="too many"):
        world.check()


@pytest.mark.parametrize("again", [False, True], ids=["one crash", "two crashes"])
def test_a_crash_before_every_single_step(again: bool) -> None:
    """Kill one run before each of its steps in turn, write on, and run again."""
    for first in range(1, 40):
        world = full_world(first)
        disk = world.disk
        assert isinstance(disk, MemoryDisk)
        killed = False
        for _ in range(2 if again else 1):
            disk.kill_before = disk.steps + first
            try:
                world.run()
            except Killed:
                killed = True
            disk.kill_before = None
            world.edit()
            world.delete()
            world.insert()
        world.run()
        world.check()
        if not killed:
            assert first > 8, "a run takes fewer steps than it should"
            return
    pytest.fail("a run never ended")


def full_world(seed: int) -> World:
    world = World(1000 + seed)
    for _ in range(4):
        world.insert()
    world.edit_generated()
    world.run()
    world.edit()
    world.insert()
    world.hide()
    return world


class QuickDisk(Disk):
    """The machine's files without waiting for the disk: a killed process does not need it."""

    def write_part(self, made: Path, content: bytes) -> None:
        made.write_bytes(content)

    def save(self, path: Path, content: bytes) -> None:
        path.write_bytes(content)


def person_on_disk(folder: Path, name: str = "") -> Person:
    person = Person(Random(7), QuickDisk(), name)
    person.notes_folder = folder / "notebooks" / "members"
    person.template_file = folder / "notebooks" / "situation.ipynb"
    person.desk_file = folder / "outputs" / "juva" / "situation.ipynb"
    person.write_template()
    return person


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_runs_killed_by_the_system(tmp_path: Path) -> None:
    """Kill -9 real processes at random moments of a run, forty times, and write on each time."""
    person = person_on_disk(tmp_path)
    person.run()
    chance = Random(3)
    killed = 0
    for _ in range(40):
        doc = person.doc()
        typed(doc, person, chance)
        person.desk_file.write_bytes(as_bytes(doc))
        child = os.fork()
        if child == 0:
            for _ in range(50):
                person.run()
            os._exit(0)
        time.sleep(chance.uniform(0.0, 0.06))
        os.kill(child, signal.SIGKILL)
        killed += os.waitpid(child, 0)[1] == signal.SIGKILL
    person.run()
    person.check()
    assert killed > 30
    assert len(person.expected()) > 20


def typed(doc: Data, person: Person, chance: Random) -> None:
    """Insert a cell, and change or delete one."""
    own = [cell for cell in doc["cells"] if "§" in cell["source"]]
    if own and chance.random() < 0.5:
        cell = chance.choice(own)
        person.forget(cell["source"])
        if chance.random() < 0.5:
            doc["cells"].remove(cell)
        else:
            cell["source"] = f"Uusi {person.token()}"
    at = chance.randint(0, len(doc["cells"]))
    doc["cells"].insert(at, generated(person.new_id(), person.token(), "markdown"))

"""A batch killed at 200 random moments: no torn file, no mixed report, and the same command goes on."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from batch_world import Batches, batches, kill, leftovers, record, statuses, torn, tree, wait_for, whole
from report_fakes import CODES

pytestmark = pytest.mark.slow

KILLS = 200
#: After so many kills in a row at most the command is left in peace, and must complete.
MOST_IN_A_ROW = 24
MEMBERS = {name: CODES[name] for name in ("tornio", "juva")}
#: What is killed: the run's process, one of its workers, of the processes that start kernels, of the kernels.
LEVELS = ("run", "worker", "nursery", "kernel")


def killed(process: int, chance: random.Random) -> str:
    """Kill a process of a batch, or all; return which, "" when the batch had ended."""
    levels = tree(process)
    aim = chance.choice((*LEVELS, "run", "all"))
    if aim == "all":
        hit = [kill(one) for level in levels for one in level]
        return aim if hit[0] else ""
    level = levels[LEVELS.index(aim)]
    if not level:
        aim, level = "run", levels[0]
    return aim if kill(chance.choice(level)) else ""


def check(outputs: Path, generations: set[str]) -> int:
    """Check what a kill left; return how many publications were cut off half-way."""
    cut_off = 0
    for member in MEMBERS:
        folder = outputs / member
        assert torn(folder) == []
        if (folder / "situation.html").exists() and whole(folder) not in generations:
            # Files were taking their places: the rest waits beside for whoever comes next.
            assert list(outputs.glob(f".{member}.*/aside")), sorted(folder.iterdir())
            cut_off += 1
    if (outputs / "run.json").exists():
        record(outputs)
    return cut_off


def test_200_kills_tear_and_mix_nothing_and_every_batch_is_completed(
    tmp_path: Path, tell: Callable[[str, object], None]
) -> None:
    seed = int(os.environ.get("USO_SEED", time.time_ns() % 10**6))
    tell("seed of the kills; again with USO_SEED=", seed)
    chance, counts = random.Random(seed), Counter[str]()
    with batches(tmp_path) as world:
        assert world.run(tmp_path, 0, members=MEMBERS) == 0
        began = time.monotonic()
        assert world.run(tmp_path, 1, members=MEMBERS) == 0
        usual = time.monotonic() - began
        generation = 1
        while counts["kills"] < KILLS:
            generation += 1
            one_generation(world, tmp_path, generation, usual, chance, counts)
    tell("kills of batches", dict(counts))
    assert counts["kills"] >= KILLS
    assert min(counts[aim] for aim in (*LEVELS, "all")) > 0


def one_generation(
    world: Batches, folder: Path, generation: int, usual: float, chance: random.Random, counts: Counter[Any]
) -> None:
    """Kill a batch and those that take it up some times, then let one complete."""
    outputs = folder / "outputs"
    allowed = {str(generation - 1), str(generation)}
    for _ in range(chance.randint(1, MOST_IN_A_ROW)):
        process = world.begin(folder, generation, members=MEMBERS)
        time.sleep(chance.uniform(0, usual))
        aim = killed(process, chance)
        status = world.end(process)
        wait_for(lambda: not world.left(), 20)
        counts["cut off"] += check(outputs, allowed)
        if not aim:
            continue
        counts["kills"] += 1
        counts[aim] += 1
        if aim in ("run", "all"):
            assert status in (-signal.SIGKILL, 0, 1)
        else:
            assert status in (0, 1), world.told()
    assert world.run(folder, generation, members=MEMBERS) == 0, world.told()
    assert {member: whole(outputs / member) for member in MEMBERS} == dict.fromkeys(MEMBERS, str(generation))
    assert set(statuses(outputs).values()) <= {"ok", "unchanged"}
    assert leftovers(outputs) == []
    assert check(outputs, {str(generation)}) == 0

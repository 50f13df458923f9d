"""``uso fetch`` killed with signal 9 at random moments: the store is whole and the same command goes on.

The services are emulated on loopback (services/). What fails while the command lives is tested in
test_faults.py.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from services.exchange import Request, Response
from services.transport import Record
from services.world import NationWorld, Serving, serving

from uso_lib.editions import read_record, tables_folder
from uso_lib.live_tables import load_live_tables
from uso_lib.store import open_store

#: What is fetched and which tables that fills.
ORDERS = {
    "pxweb": (("--indicator", "net_commuting"), ("tyokay_115n", "tyokay_115p")),
    "syke": (("--table", "syke_alas"), ("syke_alas",)),
    "accounts": (("--table", "vk_kknr"), ("vk_kknr",)),
}
KILLS = 10
OLD, NEW = 1, 4
#: Seconds that every answer takes, so that there is something to interrupt.
ANSWER_S = 0.008
#: Longest random wait after a request before the kill, and after the last one.
WAIT_S, LAST_WAIT_S = 0.05, 0.4


class Forker:
    """Run commands in processes of their own."""

    def __init__(self, root: Path, folder: Path, running: Serving) -> None:
        self.log = folder / "said.txt"
        self.services = str(running.services)
        self.process = subprocess.Popen(
            [sys.executable, str(root / "tests" / "fetch_forker.py")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=folder,
        )  # fmt: skip

    def begin(self, workspace: Path, *arguments: str) -> int:
        """Start a command and return the number of its process."""
        environment = {"USO_WORKSPACE": str(workspace), "USO_SERVICES": self.services}
        order = {"environment": environment, "log": str(self.log), "arguments": ["fetch", "-q", *arguments]}
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return self._read()

    def end(self) -> int:
        """Wait for the command and return its exit status."""
        return self._read()

    def run(self, workspace: Path, *arguments: str) -> None:
        """Run a command that must succeed."""
        self.begin(workspace, *arguments)
        assert self.end() == 0, self.log.read_text(encoding="utf-8")

    def close(self) -> None:
        self.process.communicate(timeout=20)

    def _read(self) -> int:
        assert self.process.stdout is not None
        return int(self.process.stdout.readline())


@dataclass
class Bench:
    """Hold the services, the processes, and what undisturbed fetches give."""

    running: Serving
    forker: Forker
    folder: Path
    arguments: tuple[str, ...]
    tables: tuple[str, ...]
    old: dict[str, pd.DataFrame] = field(default_factory=dict)
    new: dict[str, pd.DataFrame] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    planning: Counter[Any] = field(default_factory=Counter)
    calls: int = 0

    @property
    def records(self) -> list[Record]:
        return self.running.server.records

    def learn(self) -> None:
        """Fetch the old and the new release undisturbed; remember tables, files and requests."""
        before, after = self.folder / "old", self.folder / "new"
        shutil.copytree(root_of_tests().parent / "parameters", before / "parameters")
        self.running.world.release = OLD
        self.forker.run(before, *self.arguments)
        self.old = stored(before, self.tables)
        shutil.copytree(before, after)
        self.running.world.release = NEW
        self.records.clear()
        self.forker.run(after, *self.arguments, "--dry-run")
        self.planning = asked(self.records)
        self.records.clear()
        self.forker.run(after, *self.arguments)
        self.calls = len(self.records)
        self.new = stored(after, self.tables)
        self.files = {table: newest_file(after, table).read_bytes() for table in self.tables}

    def killed(self, workspace: Path, chance: random.Random) -> bool:
        """Fetch and kill at a random moment; return whether the kill came in time."""
        self.records.clear()
        number = chance.randint(1, self.calls)
        wait = chance.uniform(0, LAST_WAIT_S if number == self.calls else WAIT_S)
        process = self.forker.begin(workspace, *self.arguments)
        deadline = time.monotonic() + 60
        while len(self.records) < number and time.monotonic() < deadline:
            time.sleep(0.001)
        time.sleep(wait)
        os.kill(process, signal.SIGKILL)
        return self.forker.end() == -signal.SIGKILL


def root_of_tests() -> Path:
    return Path(__file__).resolve().parent


def stored(workspace: Path, tables: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Return what a report would read."""
    store = open_store(data=workspace / "data")
    return {table: store.read(table) for table in tables}


def newest_file(workspace: Path, table: str) -> Path:
    """Return the file of the newest edition of a table."""
    record = read_record(workspace / "data", table)
    assert record is not None
    return tables_folder(workspace / "data") / record.editions[0].file


def asked(records: Sequence[Record]) -> Counter[tuple[str, str, bytes]]:
    """Count what was asked: service, path with query, body."""
    return Counter((one.service, f"{one.path}?{one.query}".rstrip("?"), one.body) for one in records)


def _body(query: Any) -> bytes:
    """Return a query as it is sent."""
    return json.dumps(query, ensure_ascii=False, separators=(",", ":")).encode()


def kept(workspace: Path, running: Serving) -> dict[tuple[str, str, bytes], set[str]]:
    """Return what the answers in the archive were asked with, and of which publications; each is whole."""
    found: dict[tuple[str, str, bytes], set[str]] = {}
    for file in (workspace / "data" / "raw").glob("*/??/*.json"):
        told = json.loads(file.read_bytes())
        content = gzip.decompress((file.parent / told["content"]).read_bytes())
        assert hashlib.sha256(content).hexdigest() == told["sha256"]
        body = b"" if told["query"] is None else _body(told["query"])
        path = told["address"].removeprefix(running.server.url(told["service"])).lstrip("/")
        found.setdefault((told["service"], path, body), set()).add(told["updated"])
    return found


@pytest.fixture
def bench(request: pytest.FixtureRequest, root: Path, tmp_path: Path) -> Iterator[Bench]:
    arguments, tables = ORDERS[request.param]
    live = load_live_tables()
    world = NationWorld(municipalities=14, years=2, tables=tuple(map(live.table, tables)), max_cells=18)
    with serving(world, tmp_path) as running:
        for name, plain in list(running.server.services.items()):
            running.server.services[name] = slowly(plain)
        made = Bench(running, Forker(root, tmp_path, running), tmp_path, arguments, tables)
        try:
            made.learn()
            yield made
        finally:
            made.forker.close()


def slowly(plain: Any) -> Any:
    """Return a service that takes a while."""

    def answering(request: Request) -> Response:
        time.sleep(ANSWER_S)
        answer: Response = plain(request)
        return answer

    return answering


@pytest.mark.slow
@pytest.mark.parametrize(
    ("bench", "seed"),
    [("pxweb", 1), ("pxweb", 2), ("pxweb", 3), ("syke", 4), ("accounts", 5)],
    indirect=["bench"],
)
def test_a_killed_fetch_leaves_whole_tables_and_goes_on_where_it_was(bench: Bench, seed: int) -> None:
    chance = random.Random(seed)
    done = spared = 0
    for attempt in range(3 * KILLS):
        workspace = bench.folder / f"killed_{attempt}"
        shutil.copytree(bench.folder / "old", workspace)
        if bench.killed(workspace, chance):
            assert_old_or_new(bench, workspace)
            spared += assert_goes_on(bench, workspace)
            done += 1
        shutil.rmtree(workspace)
        if done == KILLS:
            break
    assert done == KILLS
    assert spared >= KILLS, "some calls had their answers before the kills"


def assert_old_or_new(bench: Bench, workspace: Path) -> None:
    """Every table is whole, of one release."""
    for table, found in stored(workspace, bench.tables).items():
        assert found.equals(bench.old[table]) or found.equals(bench.new[table]), table


def assert_goes_on(bench: Bench, workspace: Path) -> int:
    """Give the same command again: it ends as if nothing had been; return how many answers it had."""
    asked_before = asked(bench.records)
    before = kept(bench.folder / "old", bench.running)
    answered = {
        call for call, times in kept(workspace, bench.running).items() if times - before.get(call, set())
    }
    assert answered <= set(asked_before)
    bench.records.clear()
    bench.forker.run(workspace, *bench.arguments)
    again = asked(bench.records) - bench.planning
    assert set(again) & answered == set()
    # no more than the calls of one fetch, its planning once more, and the one that was under way
    assert asked_before.total() + len(bench.records) <= bench.calls + bench.planning.total() + 1
    for table, found in stored(workspace, bench.tables).items():
        pd.testing.assert_frame_equal(found, bench.new[table])
        assert newest_file(workspace, table).read_bytes() == bench.files[table]
    assert [one.name for one in (workspace / "data" / "tables").glob("*.tmp")] == []
    return len(answered)

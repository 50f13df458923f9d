"""A batch on a Dask cluster: the same reports and the same rules of failure as on one machine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import distributed
import nbformat
import psutil
import pytest
from nbformat import v4
from report_fakes import job

from uso_lib.errors import ReportError
from uso_lib.reports import cluster, publish
from uso_lib.reports.batch import run
from uso_lib.reports.inputs import inputs_of
from uso_lib.reports.job import Job, Outcome
from uso_lib.reports.progress import Progress
from uso_lib.reports.station import Order, Refusal, Station

pytestmark = pytest.mark.slow

DASK = Path(sys.executable).with_name("dask")
PATIENCE = 120.0


@dataclass(frozen=True)
class Cluster:
    """Hold a running cluster of several worker processes."""

    address: str

    def workers(self) -> dict[str, int]:
        """Return the workers' addresses → process ids."""
        with cluster.connected(self.address) as client:
            found: dict[str, int] = client.run(os.getpid)
            return found


def eventually(condition: Callable[[], Any]) -> Any:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.1)
    pytest.fail(f"not within {PATIENCE:g} s: {condition}")


@contextmanager
def started(folder: Path) -> Iterator[tuple[Cluster, subprocess.Popen[bytes]]]:
    """Start a scheduler and two workers with the README's commands, on a port that is free."""
    about = folder / "scheduler.json"
    plain = ["--no-dashboard", "--host", "127.0.0.1"]
    scheduler = subprocess.Popen([DASK, "scheduler", *plain, "--port", "0", "--scheduler-file", about])
    try:
        address = json.loads(eventually(lambda: about.is_file() and about.read_text()))["address"]
        ours = ["--nthreads", "1", "--nworkers", "2", "--local-directory", folder]
        workers = subprocess.Popen([DASK, "worker", address, *ours, *plain])
        try:
            found = Cluster(address)
            eventually(lambda: len(found.workers()) == 2)
            yield found, scheduler
        finally:
            workers.terminate()
            workers.wait(60)
    finally:
        scheduler.terminate()
        scheduler.wait(60)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with started(tmp_path_factory.mktemp("cluster")) as (found, _):
        yield found


def jobs(folder: Path, **extra: str) -> list[Job]:
    """Return four jobs; `extra` is code that members' notebooks run."""
    return [
        job(folder, member, extra=extra.get(member, "")) for member in ("tornio", "juva", "kemi", "kannus")
    ]


def published(outputs: Path) -> dict[str, bytes]:
    timed = (publish.MANIFEST, publish.FAILED_NOTEBOOK, "run.json")
    return {
        str(path.relative_to(outputs)): path.read_bytes()
        for path in sorted(outputs.rglob("*"))
        if path.is_file() and path.name not in timed and "history" not in path.parts
    }


def statuses(outputs: Path) -> dict[str, str]:
    record = json.loads((outputs / "run.json").read_text(encoding="utf-8"))
    return {member["member"]: member["status"] for member in record["members"]}


def below(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True) if psutil.pid_exists(pid) else []


def test_the_cluster_makes_the_same_reports_and_fails_the_same(made: Cluster, tmp_path: Path) -> None:
    asked = jobs(tmp_path, juva="raise ValueError('ei lukuja')")
    here, there = tmp_path / "here", tmp_path / "there"
    first = run([replace(one, outputs=here) for one in asked], show_progress=False)
    second = run([replace(one, outputs=there) for one in asked], show_progress=False, scheduler=made.address)
    told = [(one.member, one.error, one.notes) for one in first.outcomes]
    assert [(one.member, one.error, one.notes) for one in second.outcomes] == told
    assert [one.member for one in second.failed] == ["juva"]
    assert published(here) == published(there)
    assert statuses(here) == statuses(there)


def test_what_is_made_already_is_not_asked_of_the_cluster(made: Cluster, tmp_path: Path) -> None:
    asked = jobs(tmp_path)
    run(asked, show_progress=False, scheduler=made.address)
    again = run(asked, show_progress=False, scheduler="tcp://127.0.0.1:1")
    assert [one.unchanged for one in again.outcomes] == [True] * 4


def test_a_worker_killed_in_the_middle_is_replaced_and_leaves_nothing_behind(
    made: Cluster, tmp_path: Path
) -> None:
    begun = tmp_path / "begun"
    slow = (
        "import os, time, pathlib\n"
        f"begun = pathlib.Path({str(begun)!r})\n"
        "if not begun.exists():\n"
        "    begun.write_text(str(os.getpid())); time.sleep(600)"
    )
    written_at_the_desk(made, tmp_path, "juva", "Oma huomio.")
    killed: list[psutil.Process] = []

    class Killing(Progress):
        def tick(self) -> None:
            if begun.exists() and begun.read_text() and not killed:
                kernel = int(begun.read_text())
                holder = next(
                    pid for pid in made.workers().values() if kernel in {one.pid for one in below(pid)}
                )
                killed.extend(below(holder))
                os.kill(holder, signal.SIGKILL)

    asked, progress = jobs(tmp_path, juva=slow), Killing(4, show=False)
    with cluster.connected(made.address) as client:
        outcomes = list(cluster.make_on_cluster(client, asked, seconds=PATIENCE, progress=progress))
    assert killed
    assert sorted((one.member, one.error) for one in outcomes) == sorted((one.member, "") for one in asked)
    eventually(lambda: not any(one.is_running() and one.status() != "zombie" for one in killed))
    found = tmp_path / "outputs" / "juva"
    assert {path.name for path in found.glob("[!.]*")} == {*publish.PUBLISHED, "history"}
    assert (found / publish.REPORT).read_text(encoding="utf-8").count("Oma huomio.") == 1


def written_at_the_desk(made: Cluster, folder: Path, member: str, text: str) -> None:
    """Make a member's report, and write a text of the consultant's into its desk copy."""
    (asked,) = (one for one in jobs(folder) if one.member == member)
    assert not run([asked], show_progress=False, scheduler=made.address).failed
    desk = asked.outputs / member / publish.NOTEBOOK
    notebook = nbformat.read(desk, as_version=4)
    notebook.cells.append(v4.new_markdown_cell(text, id="oma"))
    nbformat.write(notebook, desk)


def test_only_what_was_not_changed_since_it_was_asked_for_is_refused(
    made: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def reading(asked: Job) -> Any:
        read.append(asked.member)
        seen = inputs_of(asked)
        if asked.member == "juva" and read.count("juva") == 1:  # edited while it waits
            return seen | {"parameters": {"juva.yml": "0"}, "own_cells": "0"}
        if asked.member == "kemi":  # seen only here
            return seen | {"own_cells": "0" * 64}
        return seen | {"own_cells": str(len(read))} if asked.member == "kannus" else seen

    monkeypatch.setattr(cluster, "inputs_of", reading)
    result = run(jobs(tmp_path), force=True, show_progress=False, scheduler=made.address)
    told = {one.member: one.error for one in result.outcomes}
    assert told["tornio"] == told["juva"] == ""
    assert "from something else than this machine (your own cells)" in told["kemi"]
    assert told["kannus"] == cluster.CHANGED
    assert [read.count(one) for one in ("tornio", "juva", "kemi", "kannus")] == [
        1,
        2,
        2,
        cluster.ATTEMPTS + 1,
    ]


def test_a_report_that_takes_too_long_stops_no_other(made: Cluster, tmp_path: Path) -> None:
    asked = jobs(tmp_path, kemi="while True: pass")
    result = run(asked, seconds=15, show_progress=False, scheduler=made.address)
    assert [one.member for one in result.failed] == ["kemi"]
    assert "was not ready in 15 s" in result.failed[0].error


def test_an_interrupted_run_ends_what_its_workers_are_making(made: Cluster, tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    endless = f"import os\nopen({str(begun)!r}, 'w').write(str(os.getpid()))\nwhile True: pass"

    class Interrupting(Progress):
        def tick(self) -> None:
            if begun.exists() and begun.read_text():
                raise KeyboardInterrupt

    asked, progress = jobs(tmp_path, juva=endless), Interrupting(4, show=False)
    with cluster.connected(made.address) as client:
        with pytest.raises(KeyboardInterrupt):
            list(cluster.make_on_cluster(client, asked, seconds=PATIENCE, progress=progress))
        assert not any(client.run(lambda dask_worker: dask_worker.active_threads).values())
    eventually(lambda: not psutil.pid_exists(int(begun.read_text())))
    assert not (tmp_path / "outputs" / "juva" / publish.REPORT).exists()


def test_a_worker_that_would_make_something_else_refuses(tmp_path: Path) -> None:
    asked = job(tmp_path)
    other = inputs_of(asked) | {"library": "0" * 64}
    station = Station()
    try:
        told = station.make(Order(asked, other, 60), tell=print, wanted=lambda: True)
    finally:
        station.close()
    assert isinstance(told, Refusal)
    assert "from something else than this machine (this library's code or declarations)" in told.error
    assert "requirements.lock" in told.error
    assert "restart the workers" in told.error


class Fake(Station):
    """Make reports of nothing."""

    made: ClassVar[list[Fake]] = []

    def __init__(self) -> None:
        self.closed = False
        self.made.append(self)

    @property
    def usable(self) -> bool:
        return not self.closed

    def make(self, order: Order, *, tell: Callable[[str], None], wanted: Callable[[], bool]) -> Outcome:
        if wanted():
            tell("execute")
        return Outcome(order.job.member, 1.0)

    def close(self) -> None:
        self.closed = True


class Taken(list[Station]):
    """Seem to hold a station that another thread takes first."""

    def __bool__(self) -> bool:
        return True


@pytest.mark.parametrize("losing", ["tell", "wanted"])
def test_a_station_that_may_still_be_making_a_report_is_not_used_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, losing: str
) -> None:
    lost = [losing]

    def lose(what: str) -> None:
        if lost == [what]:
            lost.clear()
            raise OSError(what)

    told: list[tuple[str, str]] = []

    class Worker:
        def log_event(self, topic: str, event: tuple[str, str]) -> None:
            lose("tell")
            told.append(event)

    class Event:
        def __init__(self, name: str, client: object) -> None:
            self.looked = False

        def is_set(self) -> bool:
            if self.looked:
                lose("wanted")
            self.looked = True
            return False

    monkeypatch.setattr(distributed, "get_worker", Worker)
    monkeypatch.setattr(distributed, "get_client", lambda: None)
    monkeypatch.setattr(distributed, "Event", Event)
    monkeypatch.setattr(cluster, "Station", Fake)
    monkeypatch.setattr(cluster, "_IDLE", Taken())
    monkeypatch.setattr(Fake, "made", [])
    first, second, third = (Order(one, {}, 60) for one in jobs(tmp_path)[:3])
    with pytest.raises(OSError, match=losing):
        cluster._make_here(first, "run")
    assert [one.closed for one in Fake.made] == [True]
    assert cluster._make_here(second, "run").member == second.job.member
    assert cluster._make_here(third, "run").member == third.job.member
    assert [one.closed for one in Fake.made] == [True, False]
    assert told == [(one.job.member, "execute") for one in (second, third)]


class Ended:
    """Stand for what the cluster hands back."""

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome

    def cancelled(self) -> bool:
        return False

    def exception(self) -> None:
        return None

    def result(self) -> Outcome:
        return self._outcome


def test_the_report_of_another_member_is_no_answer(tmp_path: Path) -> None:
    asked = job(tmp_path)
    right = Outcome(asked.member, 1.0)
    assert cluster._outcome(Ended(right), asked, "tcp://here:1") == right
    wrong = cluster._outcome(Ended(Outcome("juva", 1.0)), asked, "tcp://here:1")
    assert wrong.member == asked.member
    assert "answered with the report of juva" in wrong.error


def test_a_member_whose_files_cannot_be_read_stops_no_other(
    made: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(asked: Job) -> Any:
        if asked.member in {"juva", "kemi", "kannus"}:
            raise PermissionError(asked.member)
        return inputs_of(asked)

    monkeypatch.setattr(cluster, "inputs_of", refusing)
    result = run(jobs(tmp_path), force=True, show_progress=False, scheduler=made.address)
    assert {one.member for one in result.failed} == {"juva", "kemi", "kannus"}
    assert all("cannot be read or written" in one.error for one in result.failed)


def test_a_scheduler_that_dies_ends_the_run_in_order(tmp_path: Path) -> None:
    (begun := tmp_path / "begun").mkdir()
    endless = (
        f"import os, pathlib\n(pathlib.Path({str(begun)!r}) / str(os.getpid())).touch()\nwhile True: pass"
    )
    asked = jobs(tmp_path, **dict.fromkeys(("tornio", "juva", "kemi", "kannus"), endless))
    killed: list[float] = []
    with started(tmp_path) as (found, scheduler):

        def kill() -> None:
            eventually(lambda: list(begun.iterdir()))
            killed.append(time.monotonic())
            scheduler.kill()

        killer = Thread(target=kill)
        killer.start()
        result = run(asked, seconds=PATIENCE, show_progress=False, scheduler=found.address)
        took = time.monotonic() - killed[0]
        killer.join()
        eventually(lambda: not any(psutil.pid_exists(int(one.name)) for one in begun.iterdir()))
    told = f"The scheduler at {found.address} is gone"
    assert [one.error.startswith(told) for one in result.outcomes] == [True] * 4
    assert all("uso report --resume" in one.error for one in result.outcomes)
    assert took < cluster.ANSWER_SECONDS
    record = json.loads((tmp_path / "outputs" / "run.json").read_text(encoding="utf-8"))
    assert record["finished"]
    assert set(statuses(tmp_path / "outputs").values()) == {"failed"}


def test_a_wrong_address_leaves_the_record_of_the_earlier_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "ANSWER_SECONDS", 2.0)
    record = tmp_path / "outputs" / "run.json"
    record.parent.mkdir()
    record.write_bytes(b'{"what": "an earlier run left"}')
    with pytest.raises(ReportError, match="No scheduler answers"):
        run(jobs(tmp_path), show_progress=False, scheduler="tcp://127.0.0.1:1")
    assert record.read_bytes() == b'{"what": "an earlier run left"}'
    assert not [one for one in record.parent.iterdir() if one != record]


def test_without_scheduler_or_workers_the_run_says_how_to_start_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "ANSWER_SECONDS", 2.0)
    with pytest.raises(ReportError, match=r"No scheduler answers at tcp://127\.0\.0\.1:1\."):
        run(jobs(tmp_path), show_progress=False, scheduler="tcp://127.0.0.1:1")
    about = tmp_path / "scheduler.json"
    command = [DASK, "scheduler", "--no-dashboard", "--host", "127.0.0.1", "--port", "0"]
    scheduler = subprocess.Popen([*command, "--scheduler-file", about])
    try:
        address = json.loads(eventually(lambda: about.is_file() and about.read_text()))["address"]
        with pytest.raises(ReportError, match=r"has no workers\. Start some where the same folder is seen"):
            run(jobs(tmp_path), show_progress=False, scheduler=address)
    finally:
        scheduler.terminate()
        scheduler.wait(60)

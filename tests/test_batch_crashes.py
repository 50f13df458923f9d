"""Whatever breaks in the middle of a batch: the others finish, earlier reports stay, the run goes on later.

Small made-up members in batches of their own processes (batch_world.py); none may be left in any case.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from batch_world import Batches, batches, kill, leftovers, record, statuses, torn, tree, wait_for, whole
from report_fakes import CODES, ROOT, job

from uso_lib.errors import ReportError
from uso_lib.reports import publish
from uso_lib.reports.batch import run

pytestmark = pytest.mark.slow

MEMBERS = {name: CODES[name] for name in ("tornio", "juva", "kemi")}
ENDLESS = "while True:\n    pass"
#: Leaves the number of its process where the test finds it, and stays.
STAYS = "import os, pathlib, time; pathlib.Path({file!r}).write_text(str(os.getpid())); time.sleep(600)"


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Batches]:
    with batches(tmp_path_factory.mktemp("batches")) as made:
        yield made


@pytest.fixture
def world(started: Batches) -> Iterator[Batches]:
    """Give batches; none of their processes may outlive a test."""
    yield started
    wait_for(lambda: not started.left(), 20)


def generations(folder: Path) -> dict[str, str]:
    """Return member → the generation of its report, "" when its files do not belong together."""
    return {member: whole(folder / "outputs" / member) for member in MEMBERS}


def errors(folder: Path) -> dict[str, str]:
    return {one["member"]: one.get("error", "") for one in record(folder / "outputs")["members"]}


def failing(world: Batches, folder: Path, **order: Any) -> str:
    """Make all reports, then a generation in which juva fails; check the others and return juva's reason."""
    assert world.run(folder, 1, members=MEMBERS) == 0
    assert world.run(folder, 2, members=MEMBERS, **order) == 1
    assert generations(folder) == {"tornio": "2", "juva": "1", "kemi": "2"}
    assert statuses(folder / "outputs") == {"tornio": "ok", "juva": "failed", "kemi": "ok"}
    assert leftovers(folder / "outputs") == []
    return errors(folder)["juva"]


def resumed(world: Batches, folder: Path, generation: int = 2) -> dict[str, str]:
    """Make what is missing, in peace; return what was done."""
    assert world.run(folder, generation, members=MEMBERS) == 0, world.told()
    assert generations(folder) == dict.fromkeys(MEMBERS, str(generation))
    assert leftovers(folder / "outputs") == []
    return statuses(folder / "outputs")


ONLY_JUVA = {"tornio": "unchanged", "juva": "ok", "kemi": "unchanged"}


@pytest.mark.parametrize(
    ("extra", "order", "reason"),
    [
        ("import os; os._exit(1)", {}, "DeadKernelError"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", {}, "DeadKernelError"),
        (
            "import resource; resource.setrlimit(resource.RLIMIT_AS, (2**32, 2**32)); bytearray(2**40)",
            {},
            "MemoryError",
        ),
        (ENDLESS, {"seconds": 15}, "uso report juva --time-limit 30"),
        ("bundle['text/html'] += 'x' * 2_000_000", {"largest": 1_000_000}, "File too large"),
    ],
    ids=["kernel ends", "kernel killed", "no memory", "endless cell", "disk full"],
)
def test_what_breaks_one_report_leaves_the_others_and_its_earlier_one(
    world: Batches, tmp_path: Path, extra: str, order: dict[str, Any], reason: str
) -> None:
    told = failing(world, tmp_path, extra={"juva": extra}, **order)
    assert reason in told
    assert "Traceback" not in world.told()
    assert resumed(world, tmp_path) == ONLY_JUVA


@pytest.mark.parametrize(("level", "told"), [(1, "it was killed: perhaps the memory ran out"), (2, "")])
def test_a_killed_process_takes_its_own_report_or_none(
    world: Batches, tmp_path: Path, level: int, told: str
) -> None:
    file = tmp_path / "kernel"
    assert world.run(tmp_path, 1, members=MEMBERS) == 0
    # A kernel that stays once, so that there is somebody to kill; the second time it goes on.
    stays = (
        f"import pathlib\nif not pathlib.Path({str(file)!r}).exists():\n    {STAYS.format(file=str(file))}"
    )
    process = world.begin(tmp_path, 2, members=MEMBERS, workers=1, extra={"juva": stays})
    wait_for(file.exists)
    (victim,) = tree(process)[level]
    kill(victim)
    status = world.end(process)
    if level == 1:
        assert status == 1
        assert generations(tmp_path) == {"tornio": "2", "juva": "1", "kemi": "2"}
        assert told in errors(tmp_path)["juva"]
        assert "uso report juva -j 1" in errors(tmp_path)["juva"]
    else:  # the standard kernel took over
        assert status == 0
        assert generations(tmp_path) == dict.fromkeys(MEMBERS, "2")
        (notes,) = (
            one["notes"] for one in record(tmp_path / "outputs")["members"] if one["member"] == "juva"
        )
        assert "by the standard kernel" in notes[0]
    wait_for(lambda: not world.left(), 20)


def test_a_killed_run_leaves_no_process_and_tells_what_is_missing(world: Batches, tmp_path: Path) -> None:
    assert world.run(tmp_path, 1, members=MEMBERS) == 0
    file = tmp_path / "elsewhere" / "kernel"  # a new file at the root would be a reason to make all again
    file.parent.mkdir()
    extra = {"kemi": STAYS.format(file=str(file))}
    process = world.begin(tmp_path, 2, members=MEMBERS, workers=1, extra=extra)
    wait_for(file.exists)
    assert [len(level) for level in tree(process)] == [1, 1, 1, 1]
    kill(process)
    assert world.end(process) == -signal.SIGKILL
    wait_for(lambda: not world.left(), 20)
    assert statuses(tmp_path / "outputs") == {"tornio": "ok", "juva": "ok", "kemi": "waiting"}
    assert record(tmp_path / "outputs")["finished"] is None
    assert generations(tmp_path) == {"tornio": "2", "juva": "2", "kemi": "1"}
    assert resumed(world, tmp_path) == {"tornio": "unchanged", "juva": "unchanged", "kemi": "ok"}


def test_a_second_run_says_who_is_at_work_or_waits(world: Batches, tmp_path: Path) -> None:
    file = tmp_path / "kernel"
    first = world.begin(tmp_path, 1, members=MEMBERS, extra={"kemi": STAYS.format(file=str(file))})
    wait_for(file.exists)
    assert world.run(tmp_path, 1, members=MEMBERS, wait=0) == 3
    assert f"(process {first} on " in world.told()
    assert "Wait for it (--wait), or end it" in world.told()
    waiting = world.begin(tmp_path, 1, members=MEMBERS, wait=-1)
    kill(first)
    assert world.end(first) == -signal.SIGKILL
    assert world.end(waiting) == 0, "a lock is gone with the run that held it, however that ended"
    assert generations(tmp_path) == dict.fromkeys(MEMBERS, "1")


@contextmanager
def unwritable(folder: Path) -> Iterator[None]:
    """Let nobody write into a folder or a file, not even the administrator."""
    mode = folder.stat().st_mode
    if os.geteuid():
        folder.chmod(0o555)
    elif subprocess.run(["chattr", "+i", str(folder)], check=False, capture_output=True).returncode:
        pytest.skip("this administrator may write everywhere; a folder in the way is tested all the same")
    try:
        yield
    finally:
        if os.geteuid():
            folder.chmod(mode)
        else:
            subprocess.run(["chattr", "-i", str(folder)], check=True)


ADMINISTRATOR = pytest.mark.skipif(
    os.geteuid() != 0,
    reason="a file's own mode keeps nobody from replacing it; what does, an administrator alone can set",
)


@pytest.mark.parametrize(
    "name", ["", *(pytest.param(name, marks=ADMINISTRATOR) for name in (publish.WORKBOOK, publish.MANIFEST))]
)
def test_an_unwritable_folder_or_file_keeps_the_earlier_report_whole(
    world: Batches, tmp_path: Path, name: str
) -> None:
    assert world.run(tmp_path, 1, members=MEMBERS) == 0
    with unwritable(tmp_path / "outputs" / "juva" / name):
        told = failing(world, tmp_path)
    assert "Free space or give access" in told
    assert "uso report juva" in told
    assert resumed(world, tmp_path) == ONLY_JUVA


@pytest.mark.parametrize("name", publish.PUBLISHED)
def test_a_folder_in_the_way_of_any_file_changes_nothing(world: Batches, tmp_path: Path, name: str) -> None:
    assert world.run(tmp_path, 1, members=MEMBERS) == 0
    folder = tmp_path / "outputs" / "juva"
    (folder / name).unlink()
    (folder / name / "x").mkdir(parents=True)
    before = {file.name: file.read_bytes() for file in folder.glob("[!.]*.*") if file.is_file()}
    assert world.run(tmp_path, 2, members=MEMBERS) == 1
    assert "Free space or give access" in errors(tmp_path)["juva"]
    after = {file.name: file.read_bytes() for file in folder.glob("[!.]*.*") if file.is_file()}
    after.pop(publish.FAILED_NOTEBOOK, None)
    assert after == before
    shutil.rmtree(folder / name)
    assert resumed(world, tmp_path) == ONLY_JUVA


def full(times: int) -> Callable[..., None]:
    """Return a writer for which the disk is full, but not the first times."""
    left, write = times, publish.write_atomically

    def written(target: Path, content: str | bytes) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError(28, "No space left on device")
        write(target, content)

    return written


UNWRITTEN = r"run\.json cannot be written .*No space left.*"


@pytest.mark.parametrize("times", [1, 2, 4])
def test_a_run_whose_record_cannot_be_written_goes_on_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    monkeypatch.setattr("uso_lib.reports.run_record.publish.write_atomically", full(times))
    result = run([job(tmp_path, one) for one in MEMBERS], workers=2, show_progress=False)
    assert re.search(f"{UNWRITTEN}The run has ended", result.unrecorded)
    assert [(one.member, one.error) for one in result.outcomes] == [(member, "") for member in MEMBERS]
    assert all((tmp_path / "outputs" / member / publish.MANIFEST).exists() for member in MEMBERS)


def test_a_run_whose_record_cannot_be_written_at_first_makes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [job(tmp_path, one) for one in MEMBERS]
    assert run(asked[:1], workers=1, show_progress=False).unrecorded == ""
    before = (tmp_path / "outputs" / "run.json").read_bytes()
    monkeypatch.setattr("uso_lib.reports.run_record.publish.write_atomically", full(0))
    with pytest.raises(ReportError, match=f"{UNWRITTEN}Nothing was made"):
        run(asked, workers=2, show_progress=False)
    assert {path.name for path in (tmp_path / "outputs").iterdir()} == {"run.json", "tornio"}
    assert (tmp_path / "outputs" / "run.json").read_bytes() == before


def report_alone(workspace: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start the real command as a shell in a terminal does: leader of a process group."""
    return subprocess.Popen(
        [sys.executable, "-c", INTERRUPTIBLE, "report", *arguments],
        cwd=workspace, env={**os.environ, "USO_WORKSPACE": str(workspace)}, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


#: A shell that starts its jobs in the background lets them ignore interrupts, and children inherit that.
INTERRUPTIBLE = """import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from uso_lib.cli import main
main()"""


def test_ctrl_c_ends_the_command_at_once_and_says_how_to_go_on(tmp_path: Path) -> None:
    for folder in ("parameters", "notebooks"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    process = report_alone(tmp_path, "juva", "kuhmo", "-j", "2")
    wait_for(lambda: [one for level in tree(process.pid)[3:] for one in level], 120)
    started = [one for level in tree(process.pid) for one in level]
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "Make the rest: uso report --all --resume" in err
    assert "Traceback" not in out + err
    wait_for(lambda: not [one for one in started if Path(f"/proc/{one}").exists()], 20)
    content = json.loads((tmp_path / "outputs" / "run.json").read_text(encoding="utf-8"))
    assert content["interrupted"] is True
    assert leftovers(tmp_path / "outputs") == []
    assert [file for one in MEMBERS for file in torn(tmp_path / "outputs" / one)] == []

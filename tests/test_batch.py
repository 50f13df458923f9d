"""Many reports: each member for itself, the same bytes however many work at it, nothing left behind."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from report_fakes import ROOT, job, number

from uso_lib.reports import publish
from uso_lib.reports.batch import Run, run
from uso_lib.reports.harvest import SECTION_MIME
from uso_lib.reports.job import Job
from uso_lib.reports.manifest import digest

pytestmark = pytest.mark.slow

#: A kernel is a child of the process that starts kernels, and that one of the worker.
KILL_WORKER = """import os, pathlib, signal, time
worker = pathlib.Path(f"/proc/{os.getppid()}/stat").read_text().rsplit(")", 1)[1].split()[1]
os.kill(int(worker), signal.SIGKILL)
time.sleep(60)"""
TIME = re.compile(rb"20\d\d-\d\d-\d\dT")


def jobs(
    folder: Path, *, juva: str = "", kemi: str = "", workers_rows: str = "<p>Lainaa on.</p>"
) -> list[Job]:
    """Return three jobs; `juva` and `kemi` are code their notebooks run."""
    return [
        job(folder, "tornio", row_html=workers_rows, lines=[number(), number(period="2019", value=-1.5)]),
        job(folder, "juva", extra=juva),
        job(folder, "kemi", extra=kemi),
    ]


def make(jobs_to_run: list[Job], workers: int = 2) -> Run:
    return run(jobs_to_run, workers=workers, show_progress=False)


def published(outputs: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(outputs)): path.read_bytes()
        for path in sorted(outputs.rglob("*"))
        if path.is_file()
    }


def status(outputs: Path) -> dict[str, str]:
    record = json.loads((outputs / "run.json").read_text(encoding="utf-8"))
    return {member["member"]: member["status"] for member in record["members"]}


def test_every_member_gets_all_its_files_and_a_true_manifest(tmp_path: Path) -> None:
    result = make(jobs(tmp_path))
    assert [outcome.error for outcome in result.outcomes] == ["", "", ""]
    outputs = tmp_path / "outputs"
    assert {path.name for path in outputs.iterdir()} == {"tornio", "juva", "kemi", "run.json"}
    for member in ("tornio", "juva", "kemi"):
        assert {path.name for path in (outputs / member).iterdir()} == {*publish.PUBLISHED, "history"}
    record = json.loads((outputs / "tornio" / "manifest.json").read_text(encoding="utf-8"))
    assert record["rows"] == {"talous": {"filled": 1, "of": 1}}
    assert record["peers"] == ["Iisalmi", "Kokkola"]
    assert record["facts"]["population"] == 21333
    assert record["numbers"] == 2
    assert record["snapshot"]["tables"] == {"avainluvut": "0" * 64}
    assert record["parameters_sha256"] == digest(tmp_path / "parameters" / "tornio.yml")
    for name, about in record["files"].items():
        assert about == {
            "sha256": digest(outputs / "tornio" / name),
            "bytes": (outputs / "tornio" / name).stat().st_size,
        }


def test_the_same_inputs_give_the_same_bytes_with_any_number_of_workers(tmp_path: Path) -> None:
    made = []
    for workers, name in ((1, "a"), (3, "b")):
        outputs = tmp_path / name
        make([replace(one, outputs=outputs) for one in jobs(tmp_path)], workers)
        made.append(published(outputs))
    kept = [{name for name in one if "/history/" in name} for one in made]
    first, second = ({name: data for name, data in one.items() if "/history/" not in name} for one in made)
    assert first.keys() == second.keys()
    # The history is named by time and content.
    assert len(kept[0]) == 3
    assert {name[-20:] for name in kept[0]} == {name[-20:] for name in kept[1]}
    timed = {name for name in first if name.endswith((publish.MANIFEST, "run.json"))}
    assert {name for name in first if first[name] != second[name]} <= timed
    assert [name for name in first if name not in timed and TIME.search(first[name])] == []
    assert [name for name in first if str(tmp_path).encode() in first[name]] == []


def test_a_failing_member_keeps_its_report_and_stops_no_other(tmp_path: Path) -> None:
    make(jobs(tmp_path))
    before = published(tmp_path / "outputs")
    result = make(jobs(tmp_path, juva="raise ValueError('ei lukuja')", workers_rows="<p>Uusi.</p>"))
    after = published(tmp_path / "outputs")
    assert [(one.member, one.error) for one in result.failed] == [("juva", "ValueError: ei lukuja")]
    assert status(tmp_path / "outputs") == {"tornio": "ok", "juva": "failed", "kemi": "unchanged"}
    assert {name for name in before if name.startswith("juva/") and before[name] != after[name]} == set()
    assert b"Uusi." in after["tornio/situation.html"]
    failed = json.loads(after["juva/situation.failed.ipynb"])
    assert "ValueError: ei lukuja" in failed["cells"][0]["source"]
    assert "papermill" not in failed["metadata"], "it names the temporary folders of the run"
    assert any(out["output_type"] == "error" for cell in failed["cells"] for out in cell.get("outputs", []))
    again = make(jobs(tmp_path))
    assert again.failed == ()
    assert "juva/situation.failed.ipynb" not in published(tmp_path / "outputs")


def test_the_record_is_not_written_again_for_every_report_that_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make(jobs(tmp_path))
    written: list[dict[str, str]] = []
    write = publish.write_atomically

    def counted(target: Path, content: str | bytes) -> None:
        write(target, content)
        if target.name == "run.json":
            written.append(status(target.parent))

    monkeypatch.setattr(publish, "write_atomically", counted)
    stays = dict.fromkeys(("juva", "kemi"), "unchanged")
    result = run(jobs(tmp_path, workers_rows="<p>Uusi.</p>"), workers=1)
    made = {"tornio": "ok", **stays}
    assert written == [{"tornio": "waiting", **stays}, made, made]
    assert [outcome.member for outcome in result.outcomes] == ["tornio", "juva", "kemi"]
    told = [line.rsplit(" (", 1)[0] for line in capsys.readouterr().err.splitlines()]
    assert told == ["[1/3] juva: unchanged", "[2/3] kemi: unchanged", "[3/3] tornio: made"]
    written.clear()
    make(jobs(tmp_path, workers_rows="<p>Uusi.</p>"))
    assert written == [dict.fromkeys(("tornio", "juva", "kemi"), "unchanged")] * 2


def test_no_published_file_tells_the_name_of_the_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "salainen-kone")
    make(jobs(tmp_path, kemi="raise ValueError('ei lukuja')"))
    files = published(tmp_path / "outputs")
    assert f"kemi/{publish.FAILED_NOTEBOOK}" in files
    assert [name for name, data in files.items() if b"salainen-kone" in data] == []


def test_a_member_the_machine_refuses_is_told_in_words_and_stops_no_other(
    tmp_path: Path,
) -> None:
    wanted = jobs(tmp_path)
    blocked = wanted[1].notes_folder / "history" / "juva"
    blocked.parent.mkdir(parents=True)
    blocked.write_text("no folder can be made here", encoding="utf-8")
    wanted[2] = replace(wanted[2], outputs=blocked / "outputs")
    result = make(wanted)
    assert status(tmp_path / "outputs") == {"tornio": "ok", "juva": "failed", "kemi": "failed"}
    notes, outputs = (one.error for one in result.failed)
    assert "notes cannot be kept" in notes
    assert all("Free space or give access" in one and "Error" not in one for one in (notes, outputs))
    failed = json.loads((tmp_path / "outputs" / "juva" / publish.FAILED_NOTEBOOK).read_bytes())
    assert "muistiinpanoja ei voi tallentaa" in failed["cells"][0]["source"]


def test_a_dying_kernel_and_a_dying_worker_take_only_their_own_report(tmp_path: Path) -> None:
    result = make(jobs(tmp_path, juva="import os; os._exit(9)", kemi=KILL_WORKER))
    errors = {one.member: one.error for one in result.outcomes}
    assert errors["tornio"] == ""
    assert errors["juva"].startswith("DeadKernelError")
    assert "uso report kemi -j 1" in errors["kemi"]
    assert (tmp_path / "outputs" / "juva" / publish.FAILED_NOTEBOOK).exists()
    assert [path.name for path in (tmp_path / "outputs").glob(".*")] == []


def test_sections_that_cannot_be_read_fail_with_the_executed_notebook_beside(tmp_path: Path) -> None:
    (outcome,) = make([job(tmp_path, extra=f"bundle['{SECTION_MIME}']['schema'] = 9")]).outcomes
    assert "schema 9" in outcome.error
    failed = json.loads(
        (tmp_path / "outputs" / "tornio" / publish.FAILED_NOTEBOOK).read_text(encoding="utf-8")
    )
    assert "schema 9" in failed["cells"][0]["source"]
    assert failed["cells"][-1]["outputs"]


def test_other_parameters_than_declared_fail_before_anything_runs(tmp_path: Path) -> None:
    wrong = replace(
        job(tmp_path), parameters={"member": "tornio", "peers": None, "themes": None, "extra": "x"}
    )
    (outcome,) = make([wrong]).outcomes
    assert "declares the parameters member, peers, themes" in outcome.error


def test_leftovers_of_a_crashed_run_go_at_the_next_start(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    here = publish.temporary_folder(tmp_path, "juva").name
    leftover = tmp_path / "outputs" / here.replace(str(os.getpid()), str(child.pid))
    leftover.mkdir(parents=True)
    make([job(tmp_path)])
    assert not leftover.exists()


INTERRUPTED = """
import signal
import sys
from pathlib import Path
# A shell that starts its jobs in the background lets them ignore interrupts, and children inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.path[:0] = [{tests!r}, {root!r}]
from report_fakes import job
from uso_lib.reports.batch import run

if __name__ == "__main__":
    folder = Path({folder!r})
    told = f"pathlib.Path({{str(folder / 'pid')!r}}).write_text(str(os.getpid()))"
    slow = f"import os, pathlib, time; {{told}}; time.sleep(120)"
    jobs = [job(folder, member, extra=slow) for member in ("tornio", "juva")]
    result = run(jobs, workers=1, show_progress=False)
    print(result.interrupted, len(result.outcomes))
"""


def test_an_interrupted_run_ends_at_once_and_leaves_no_process_and_no_folder(tmp_path: Path) -> None:
    script = tmp_path / "interrupted.py"
    desk = tmp_path / "t"
    desk.mkdir()
    script.write_text(INTERRUPTED.format(tests=str(ROOT / "tests"), root=str(ROOT), folder=str(tmp_path)))
    process = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"TMPDIR": str(desk)},
    )
    wait_for(lambda: (tmp_path / "pid").exists(), 60)
    kernel = int((tmp_path / "pid").read_text())
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert out.split() == ["True", "0"], err
    assert "Traceback" not in err
    wait_for(lambda: not alive(kernel), 20)
    assert {path.name for path in (tmp_path / "outputs").iterdir()} == {"run.json"}
    assert list(desk.iterdir()) == []
    assert json.loads((tmp_path / "outputs" / "run.json").read_text())["interrupted"] is True


def wait_for(condition: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def alive(process: int) -> bool:
    """Tell whether a process still runs; an ended one that nobody has asked about does not count."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False

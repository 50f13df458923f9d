"""The command line: what it says, where it says it, and with which status it leaves."""

from __future__ import annotations

import errno
import importlib
import io
import json
import math
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pytest
from report_fakes import REPORT_TEMPLATE, template

from uso_lib.cli import main, uso
from uso_lib.notes.desk import add_cell
from uso_lib.reports import batch, lock, progress
from uso_lib.reports.batch import Run
from uso_lib.reports.job import Job, Outcome
from uso_lib.reports.lock import only_run
from uso_lib.reports.plan import check
from uso_lib.workspace import Workspace

#: A notebook that works for every member but Juva.
FAILS_FOR_JUVA = "assert member != 'juva', 'ei lukuja'"


@pytest.fixture
def workspace(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Return a workspace with the real parameters and a template that needs a moment only."""
    shutil.copytree(root / "parameters", tmp_path / "parameters")
    shutil.copytree(REPORT_TEMPLATE, tmp_path / "notebooks" / "report_template")
    template(tmp_path / "notebooks" / "situation.ipynb", extra=FAILS_FOR_JUVA)
    monkeypatch.setenv("USO_WORKSPACE", str(tmp_path))
    return Workspace(tmp_path)


def leave(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert isinstance(left.value.code, int)
    return left.value.code


def modules_after(arguments: str) -> set[str]:
    """Return the modules a fresh Python has loaded after a command."""
    run = f"from uso_lib.cli import main\ntry: main({arguments})\nexcept SystemExit: pass"
    code = f"import sys\n{run}\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    return {name.split(".")[0] for name in done.stdout.splitlines()[-1].split()}


def test_every_command_and_option_explains_itself_with_an_example() -> None:
    assert set(uso.commands) >= {"report", "list", "check", "peers", "lab"}
    for name, command in uso.commands.items():
        text = command.help or ""
        assert len(text.split()) > 10, name
        assert f"uso {name}" in text, f"{name} shows no example"
        for option in command.params:
            if isinstance(option, click.Option):
                assert option.help, f"{name} {option.name}"


@pytest.mark.parametrize("command", [[], *([name] for name in uso.commands)])
def test_help_works_everywhere(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert leave(*command, "--help") == 0
    told = capsys.readouterr().out
    assert "Usage: uso" in told
    assert not command or any(line.startswith(f"    uso {command[0]}") for line in told.splitlines())


def test_help_costs_no_heavy_import() -> None:
    assert not modules_after("['--help']") & {
        "pandas",
        "numpy",
        "matplotlib",
        "papermill",
        "nbconvert",
        "pydantic",
    }


def test_check_imports_nothing_it_does_not_need() -> None:
    loaded = modules_after("['check']")
    assert "pydantic" in loaded
    assert not loaded & {"matplotlib", "seaborn", "papermill", "nbconvert", "nbformat", "xlsxwriter"}


@pytest.mark.parametrize(
    "arguments", [["report"], ["report", "tornio", "--all"], ["report", "tornio", "-j", "0"], ["x"]]
)
def test_a_wrong_use_is_told_with_status_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert leave(*arguments) == 2
    streams = capsys.readouterr()
    assert "Usage: uso" in streams.err
    assert streams.out == ""


def test_wrong_input_is_told_without_a_traceback_and_nothing_is_written(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert leave("report", "tornoi", "juva", "muumilaakso") == 2
    streams = capsys.readouterr()
    assert "2 problems in the input; nothing was written." in streams.err
    assert "Tornio" in streams.err
    assert "Traceback" not in streams.err
    assert not workspace.outputs.exists()


def test_a_folder_without_a_workbench_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("USO_WORKSPACE", str(tmp_path))
    assert leave("report", "tornio") == 2
    assert "network.yml" in capsys.readouterr().err


@pytest.mark.slow
def test_report_makes_what_it_can_and_tells_what_failed(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert leave("report", "tornio", "juva", "-q") == 1
    streams = capsys.readouterr()
    assert "1 of 2 reports made" in streams.out
    assert "Failed: juva: AssertionError: ei lukuja" in streams.err
    assert (workspace.outputs / "tornio" / "situation.html").is_file()
    assert not (workspace.outputs / "juva" / "situation.html").exists()
    index = (workspace.outputs / "index.html").read_text(encoding="utf-8")
    assert index.count('<tr>\n<th scope="row">') == 18
    assert 'href="tornio/situation.html"' in index
    assert 'href="juva/situation.failed.ipynb"' in index
    assert leave("list") == 0
    listed = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert listed["tornio"].split()[1:4] == ["851", "20,823", "12,000"]
    assert "Iisalmi, Kokkola, Oulu" in listed["tornio"]
    assert listed["tornio"].endswith("UTC, 1/1 rows")
    assert listed["juva"].endswith("none yet, newest run FAILED")
    assert listed["muurame"].endswith("none yet")


@pytest.mark.slow
def test_a_claim_that_cannot_be_told_holds_the_report_back_until_it_is_published_anyway(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    template(workspace.template)
    claim = "[[Väestö vähenee :: population:change_5y < 0]]"
    add_cell(workspace.notes, "juva", claim, "cover", kind="markdown")
    page = workspace.outputs / "juva" / "situation.html"
    assert leave("report", "juva", "-q") == 1
    assert "1 claim of own text cannot be told any more" in capsys.readouterr().err
    assert not page.exists()
    assert leave("report", "juva", "--publish-anyway") == 0
    assert "“Väestö vähenee” [population:change_5y < 0]: ei voi tarkistaa" in capsys.readouterr().err
    assert "Väestö vähenee (ei voi tarkistaa)" in page.read_text(encoding="utf-8")
    capsys.readouterr()
    assert leave("report", "juva", "--why") == 0
    assert "whether broken claims are published: True → False" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--all", "juva"), "Name the members or give --all"),
        ((), "Name the members or give --all"),
        (("--resume", "--members", "juva"), "--resume takes members and formats from the last run"),
        (("--resume", "--format", "pdf"), "--resume takes members and formats from the last run"),
        (("juva", "-j", "2", "--scheduler", "tcp://127.0.0.1:1"), "leave out -j"),
    ],
)
def test_options_that_contradict_each_other_are_refused(
    arguments: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert leave("report", *arguments) == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("chosen", ["", ",", " , "])
@pytest.mark.parametrize("others", [["--all"], ["juva"], ["--resume"], []])
def test_a_list_of_members_without_names_does_not_mean_all(
    workspace: Workspace, others: list[str], chosen: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """So comes ``--members "$chosen"`` when the shell's variable is not set."""
    assert leave("report", *others, "--members", chosen) == 2
    assert "--members lists nobody: name members or leave it out" in capsys.readouterr().err
    assert not workspace.outputs.exists()


class Asked:
    """Stand in for the run: remember what it was asked for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **ended: Any) -> None:
        self.members: list[str] = []
        self.settings: dict[str, Any] = {}
        self.wait = math.nan
        self._ended = ended
        monkeypatch.setattr(batch, "run", self._run)
        monkeypatch.setattr(lock, "only_run", self._only_run)

    def _run(self, jobs: Sequence[Job], **settings: Any) -> Run:
        self.members, self.settings = [one.member for one in jobs], settings
        begun = datetime(2026, 11, 22, 12, tzinfo=UTC)
        given = {"outcomes": tuple(Outcome(one.member, 1.0) for one in jobs)} | self._ended
        return Run(started=begun, finished=begun + timedelta(seconds=75), workers=1, **given)

    @contextmanager
    def _only_run(self, outputs: Path, *, wait: float = 0) -> Iterator[None]:
        self.wait = wait
        with only_run(outputs, wait=wait):
            yield


@pytest.mark.parametrize(
    ("options", "changed"),
    [
        ("juva", {}),
        ("juva --force", {"force": True}),
        ("juva --quiet", {"show_progress": False}),
        ("juva --time-limit 90", {"seconds": 90.0}),
        ("juva -j 3", {"workers": 3}),
        ("juva --scheduler tcp://10.0.0.5:8786", {"scheduler": "tcp://10.0.0.5:8786"}),
    ],
)
def test_options_are_handed_to_the_run(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, options: str, changed: dict[str, Any]
) -> None:
    usual = {"workers": None, "seconds": 1800.0, "force": False, "show_progress": True, "scheduler": None}
    asked = Asked(monkeypatch)
    assert leave("report", *options.split()) == 0
    assert (asked.members, asked.settings, asked.wait) == (["juva"], usual | changed, 0)


@pytest.mark.parametrize(
    ("options", "members", "wait"),
    [
        ("juva --wait", ["juva"], -1),
        ("juva --members tornio,178", ["juva", "tornio"], 0),
        ("--all --members juva,,orivesi", ["juva", "orivesi"], 0),
        ("--members Orivesi", ["orivesi"], 0),
    ],
)
def test_members_and_waiting_are_handed_on(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, options: str, members: list[str], wait: float
) -> None:
    asked = Asked(monkeypatch)
    assert leave("report", *options.split()) == 0
    assert (asked.members, asked.wait) == (members, wait)


def test_all_members_are_made_when_all_are_asked_for(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Asked(monkeypatch)
    assert leave("report", "--all") == 0
    assert len(asked.members) == 18


OUTCOMES = (
    Outcome("tornio", 12.34),
    Outcome("juva", 3.0, error="ValueError: ei lukuja"),
    Outcome("kannus", 0.1, unchanged=True),
)
TABLE = """\
tornio   made       12.3 s
juva     failed      3.0 s
kannus   unchanged   0.1 s
orivesi  not made
1 of 4 reports made, 1 unchanged in 75 s"""


def test_a_table_tells_how_every_report_went(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Asked(monkeypatch, outcomes=OUTCOMES, interrupted=True)
    assert leave("report", "tornio", "juva", "kannus", "orivesi") == 130
    told = capsys.readouterr()
    assert told.out == f"{TABLE}; list of members: {workspace.outputs / 'index.html'}\n"
    assert told.err.splitlines()[0] == "Failed: juva: ValueError: ei lukuja"


def test_one_report_needs_no_table(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Asked(monkeypatch, outcomes=OUTCOMES[:1])
    assert leave("report", "tornio") == 0
    assert capsys.readouterr().out.startswith("1 of 1 reports made in 75 s")


@pytest.mark.parametrize("failed", [True, False])
def test_a_run_whose_end_cannot_be_recorded_is_told_whole(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, failed: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    problem = "run.json cannot be written (No space left). The run has ended."
    Asked(monkeypatch, outcomes=OUTCOMES if failed else OUTCOMES[:1], unrecorded=problem)
    assert leave("report", "tornio", "juva", "kannus", "orivesi") == 1
    told = capsys.readouterr()
    assert "tornio   made       12.3 s\n" in told.out
    before = ["Failed: juva: ValueError: ei lukuja"] if failed else []
    assert told.err.splitlines() == [*before, problem]
    assert (workspace.outputs / "index.html").is_file()


def test_a_disk_that_is_full_after_the_run_hides_nothing_of_it(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*given: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "index.html")

    Asked(monkeypatch, outcomes=OUTCOMES[::2])
    monkeypatch.setattr("uso_lib.reports.publish.write_atomically", full)
    assert leave("report", "tornio", "kannus") == 1
    told = capsys.readouterr()
    assert "tornio  made       12.3 s\nkannus  unchanged   0.1 s\n" in told.out
    assert told.out.endswith("1 of 2 reports made, 1 unchanged in 75 s\n"), "there is no list to name"
    assert "No space left on device: 'index.html'). Free space or give access" in told.err


def test_all_that_a_run_reads_and_writes_is_under_its_lock(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    calls: list[tuple[str, bool]] = []

    def watched(name: str, whole: Callable[..., Any]) -> Callable[..., Any]:
        def called(*given: Any, **settings: Any) -> Any:
            calls.append((name, (workspace.outputs / lock.HOLDER).exists()))
            return whole(*given, **settings)

        return called

    Asked(monkeypatch, interrupted=True)
    left_by_last_run(workspace, "juva")
    for module in ("plan.plan", "run_record.left_over", "batch.run", "index.write_index",
                   "statement.write_statement"):  # fmt: skip
        owner = importlib.import_module(f"uso_lib.reports.{module.split('.')[0]}")
        name = module.split(".")[1]
        monkeypatch.setattr(owner, name, watched(name, getattr(owner, name)))
    assert leave("report", "--resume", "--wait") == 130
    reads = ["left_over", "plan"]
    before, inside = ([(name, held) for name in reads] for held in (False, True))
    writes = [(name, True) for name in ("run", "write_index", "write_statement")]
    assert calls == [*before, *inside, *writes]
    calls.clear()
    assert leave("report", "--resume") == 130
    assert calls == [*before, *writes], "nobody was waited for: nothing is read twice"
    assert not (workspace.outputs / lock.HOLDER).exists()


def left_by_last_run(workspace: Workspace, *members: str, **settings: Any) -> None:
    waiting = [{"member": member, "status": "waiting"} for member in members]
    workspace.outputs.mkdir(exist_ok=True)
    record = {"members": waiting, "formats": ["html"], **settings}
    (workspace.outputs / "run.json").write_text(json.dumps(record), encoding="utf-8")


@pytest.mark.parametrize("members", [["juva"], []])
def test_what_is_resumed_is_what_the_run_left_that_was_waited_for(
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    members: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    @contextmanager
    def waited(outputs: Path, *, wait: float = 0) -> Iterator[None]:
        with only_run(outputs, wait=wait):
            left_by_last_run(workspace, *members, force=True)
            yield

    asked = Asked(monkeypatch)
    monkeypatch.setattr(lock, "only_run", waited)
    left_by_last_run(workspace, "tornio", "juva", "kannus")
    assert leave("report", "--resume", "--wait") == 0
    assert asked.members == members
    assert asked.settings.get("force", True)
    assert members or capsys.readouterr().out == "The last run finished everything it was asked for.\n"


def test_reasons_are_told_while_another_run_is_at_work(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    with only_run(workspace.outputs):
        assert leave("report", "juva", "--why") == 0
        assert leave("report", "juva") == 2
    told = capsys.readouterr()
    assert "it has no report yet" in told.out
    assert "Another run is making reports" in told.err


def test_asking_for_reasons_and_wrong_input_leave_no_lock(workspace: Workspace) -> None:
    assert leave("report", "juva", "--why") == 0
    assert leave("report", "tornoi") == 2
    assert leave("report", "--resume") == 2, "there is no run to resume"
    assert not workspace.outputs.exists()


@pytest.mark.slow
def test_a_run_without_failures_leaves_with_0_and_says_a_line_per_report(
    workspace: Workspace, capfd: pytest.CaptureFixture[str]
) -> None:
    assert leave("report", "Torneå", "-j", "1") == 0
    streams = capfd.readouterr()
    assert re.fullmatch(r"\[1/1\] tornio: made \(\d+\.\d s\)\n", streams.err), "no bar without a terminal"
    assert "1 of 1 reports made" in streams.out


class Terminal(io.StringIO):
    """A terminal that keeps what is drawn."""

    def isatty(self) -> bool:
        return True


@pytest.mark.slow
def test_a_run_draws_a_bar_and_the_stages_on_a_terminal(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert leave("report", "tornio", "-j", "1") == 0
    drawn = terminal.getvalue()
    assert re.search(r"Reports: +0%\| +\| 0/1 ", drawn)
    assert re.search(r"Reports: 100%\|[█#]+\| 1/1 ", drawn)
    assert re.search(r"  tornio: publish \d+ s", drawn)
    assert re.search(r"tornio: made \(\d+\.\d s\)\n", drawn)
    assert "[1/1]" not in drawn
    quiet = Terminal()
    monkeypatch.setattr(sys, "stderr", quiet)
    assert leave("report", "tornio", "-q") == 0
    assert quiet.getvalue() == ""


def test_a_bar_a_stage_and_the_time_are_drawn_for_every_report_at_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal, clock = Terminal(), SimpleNamespace(now=100.0)
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=lambda: clock.now))
    shown = progress.Progress(2, show=True, file=terminal)

    def drawn() -> str:
        text = terminal.getvalue()
        terminal.seek(0)
        terminal.truncate()
        return text

    shown.stage("tornio", "execute")
    assert "tornio: execute 0 s" in drawn()
    clock.now = 107.0
    shown.stage("juva", "read")
    shown.tick()
    text = drawn()
    assert "tornio: execute 7 s" in text
    assert "juva: read 0 s" in text
    shown.end("tornio", 7.2, "made")
    text = drawn()
    assert "tornio: made (7.2 s)" in text
    assert re.search(r"Reports: +50%\|.*\| 1/2 ", text)
    shown.tick()
    assert "tornio" not in drawn(), "a report that has ended has no line"
    shown.close()


def test_an_interrupted_run_says_what_is_left(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = datetime.now(UTC)
    half = Run((Outcome("tornio", 1.0),), now, now, workers=1, interrupted=True)
    monkeypatch.setattr(batch, "run", lambda jobs, **settings: half)  # noqa: ARG005
    assert leave("report", "tornio", "juva", "kannus") == 130
    assert "Make the rest: uso report --all --resume" in capsys.readouterr().err


def test_an_interrupt_before_the_run_leaves_no_traceback(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*given: object, **settings: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(batch, "run", interrupted)
    assert leave("report", "tornio") == 130
    assert "Give the same command again" in capsys.readouterr().err


def test_check_tells_all_problems_at_once(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert leave("check") == 0
    assert "18 members" in capsys.readouterr().out
    for slug, written in (("tornio", "municipality: Tornoi\n"), ("juva", "municipality: Juva\npeers: []\n")):
        (workspace.parameters / f"{slug}.yml").write_text(written, encoding="utf-8")
    assert leave("check") == 2
    told = capsys.readouterr().err
    assert "tornio.yml" in told
    assert "juva.yml" in told


def test_check_takes_less_than_a_second_of_its_own(root: Path) -> None:
    def seconds() -> float:
        begun = time.process_time()
        assert check(Workspace(root)) == []
        return time.process_time() - begun

    assert min(seconds() for _ in range(3)) < 1.0


def test_peers_are_proposed_with_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    assert leave("peers", "juva", "--count", "3") == 0
    told = capsys.readouterr().out
    assert "3 of 291 mainland municipalities, nearest to Juva first" in told
    assert "Share of the squared distance" in told


@pytest.mark.parametrize("arguments", [["Muumilaakso"], ["juva", "--count", "400"], ["Helsinki", "--write"]])
def test_peers_that_cannot_be_proposed_or_written_are_told(
    workspace: Workspace, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.read_bytes() for path in workspace.parameters.iterdir()}
    assert leave("peers", *arguments) == 2
    streams = capsys.readouterr()
    assert streams.out == ""
    assert "Traceback" not in streams.err
    assert {path: path.read_bytes() for path in workspace.parameters.iterdir()} == before


def test_peers_are_written_into_the_members_file(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert leave("peers", "tornio", "--count", "4", "--write") == 0
    assert "Written to" in capsys.readouterr().out
    written = (workspace.parameters / "tornio.yml").read_text(encoding="utf-8")
    assert [line.strip() for line in written.splitlines() if line.startswith("  - ")] == [
        "- Ulvila",
        "- Eura",
        "- Orimattila",
        "- Keminmaa",
    ]
    assert leave("check") == 0


@pytest.mark.parametrize(
    ("made", "arguments", "opened"),
    [
        (False, [], "notebooks/situation.ipynb"),
        (False, ["tornio"], "notebooks/situation.ipynb"),
        (True, ["Torneå"], "outputs/tornio/situation.ipynb"),
        (True, [], "notebooks/situation.ipynb"),
    ],
)
def test_lab_opens_the_right_notebook(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, made: bool, arguments: list[str], opened: str
) -> None:
    if made:
        (workspace.outputs / "tornio").mkdir(parents=True)
        (workspace.outputs / "tornio" / "situation.ipynb").write_text(json.dumps({}), encoding="utf-8")
    started: list[tuple[str, list[str], str]] = []
    monkeypatch.chdir(workspace.parameters)
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    monkeypatch.setattr(os, "execv", lambda path, command: started.append((path, command, str(Path.cwd()))))
    assert leave("lab", *arguments) == 0
    command = [sys.executable, "-m", "jupyterlab", opened, f"--ServerApp.root_dir={workspace.root}"]
    assert started == [(sys.executable, command, str(workspace.root))]


def test_lab_hands_options_on_to_jupyter(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    root = f"--ServerApp.root_dir={workspace.root}"
    assert leave("lab", "--dry-run", "tornio", "--", "--no-browser", "--port", "9000") == 0
    assert capsys.readouterr().out.endswith(f"notebooks/situation.ipynb {root} --no-browser --port 9000\n")
    assert leave("lab", "--dry-run", "--", "--no-browser") == 0
    assert capsys.readouterr().out.endswith(f"notebooks/situation.ipynb {root} --no-browser\n")


def test_lab_opens_the_explorer_on_request(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert leave("lab", "--explore", "--dry-run") == 0
    assert " -m jupyterlab notebooks/explore.ipynb " in capsys.readouterr().out
    assert leave("lab", "tornio", "--explore", "--dry-run") == 2
    assert "one of the two" in capsys.readouterr().err


def test_lab_can_only_say_what_it_would_do(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert leave("lab", "--dry-run") == 0
    assert (
        f"cd {workspace.root} && {sys.executable} -m jupyterlab notebooks/situation.ipynb"
        in capsys.readouterr().out
    )


def test_a_municipality_outside_the_network_is_told_how_it_becomes_a_member(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in (
        ("report", "helsinki"),
        ("lab", "helsinki", "--dry-run"),
        ("peers", "helsinki", "--write"),
    ):
        assert leave(*arguments) == 2
        told = capsys.readouterr().err
        assert "Helsinki is no member of the network USO" in told
        assert f"add it to {workspace.parameters / 'network.yml'}, then: uso peers helsinki --write" in told


def test_the_proposed_way_into_the_network_works(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    network = workspace.parameters / "network.yml"
    text = network.read_text(encoding="utf-8")
    network.write_text(text.replace("  - Juva\n", "  - Juva\n  - Helsinki\n"), encoding="utf-8")
    assert leave("check") == 2
    assert "uso peers helsinki --write" in capsys.readouterr().err
    assert leave("peers", "helsinki", "--write") == 0
    assert leave("check") == 0


def test_a_full_disk_is_told_without_a_traceback(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*given: object, **settings: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "run.json")

    monkeypatch.setattr(batch, "run", full)
    assert leave("report", "tornio") == 1
    told = capsys.readouterr().err
    assert "No space left on device: 'run.json'" in told
    assert "Free space" in told


def test_a_reader_that_has_seen_enough_causes_no_traceback() -> None:
    run = "from uso_lib.cli import main; main(['peers', 'juva'])"
    command = [sys.executable, "-c", run]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1

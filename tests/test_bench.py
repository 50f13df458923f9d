"""What reports cost is measured side by side, in a workspace of its own, and told against the bars."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest

from uso_lib.bench import rounds as ways
from uso_lib.bench.measuring import Spread, measure
from uso_lib.bench.rounds import PICTURE, Results
from uso_lib.bench.table import bars, page
from uso_lib.bench.ways import Bench, Cost
from uso_lib.bench.workshop import PEERS, country_workspace, members_of, network_workspace
from uso_lib.cli import main
from uso_lib.errors import UsoError
from uso_lib.parameters import load_network
from uso_lib.reports.plan import plan
from uso_lib.workspace import Workspace

ROOT = Path(__file__).resolve().parents[1]


def cost(seconds: float, warm: float | None = None, process_mib: float = 400) -> Cost:
    return Cost(seconds, seconds if warm is None else warm, 2 * process_mib, process_mib)


def results(**changed: float) -> Results:
    """Return two rounds: the second on a machine half as fast, so that only ratios agree."""
    seconds = {
        ways.PLAIN: 20.0, ways.INTERFACE: 15.0, ways.ENGINE_1: 4.0, ways.ENGINE_2: 2.0, ways.REPORT_1: 5.0,
        ways.REPORT_2: 2.5, ways.BARE: 3.5, ways.COLD: 10.0,
    } | changed  # fmt: skip
    found = Results()
    for speed in (1, 2):
        for way, one in seconds.items():
            found.costs[way].append(cost(speed * one))
        found.drawing.append((speed * 0.5, speed * 2.5))
        found.stages.append({"start": speed * 1.0, "draw": speed * 0.5})
        found.unchanged_seconds.append(speed * 1.0)
    found.by_members |= {1: cost(10), 18: cost(2.5), 308: cost(2.6)}
    found.by_figures[10] += [4.0, 5.0]
    return found


def test_the_median_and_the_ends_of_measurements() -> None:
    assert Spread.of([3.0, 1.0, 2.0, 9.0]) == Spread(2.5, 1.0, 9.0, 4)
    with pytest.raises(ValueError, match="no median"):
        Spread.of([])


def test_ratios_are_taken_round_by_round() -> None:
    assert results().ratio(ways.PLAIN, ways.ENGINE_1) == Spread(5.0, 5.0, 5.0, 2)
    assert results().seconds(ways.PLAIN).median == 30.0


def test_every_bar_is_told_whether_it_is_reached() -> None:
    told = {words: (measured, reached) for words, _, measured, reached in bars(results())}
    assert told == {
        "engine, 1 worker, against the plain commands": ("5.0 ×", True),
        "engine, 2 workers, against the plain commands": ("10.0 ×", True),
        "engine and export over the cells without a notebook": ("14 %", True),
        "drawing against plain seaborn calls": ("5.0 ×", True),
        "one cold report against the plain commands": ("0.50", True),
        "all members, nothing changed": ("1.50 (1.00–2.00) s", True),
        "a report among 308 against one among 18": ("+4 %", True),
        "memory of a worker": ("400 MiB", True),
    }


@pytest.mark.parametrize(
    ("way", "seconds", "words"),
    [
        (ways.ENGINE_1, 4.1, "engine, 1 worker, against the plain commands"),
        (ways.ENGINE_2, 2.3, "engine, 2 workers, against the plain commands"),
        (ways.BARE, 3.1, "engine and export over the cells without a notebook"),
        (ways.COLD, 10.2, "one cold report against the plain commands"),
    ],
)
def test_a_bar_that_is_not_reached_is_said_so(way: str, seconds: float, words: str) -> None:
    found = results(**{way: seconds})
    assert [told for told, _, _, reached in bars(found) if not reached] == [words]
    text = page(found, command="uso bench", day=date(2026, 11, 22), rounds=2)
    assert text.count("**not reached**") == 1
    assert text.count("| reached |") == 7


def test_the_bar_of_memory_looks_at_our_processes_and_at_every_number_of_members() -> None:
    found = results()
    found.costs[ways.PLAIN] = [cost(20, process_mib=900), cost(40, process_mib=900)]
    assert list(bars(found))[-1][2:] == ("400 MiB", True)
    found.by_members[308] = cost(2.6, process_mib=601)
    assert list(bars(found))[-1][2:] == ("601 MiB", False)


def test_the_page_names_the_command_the_day_and_every_way() -> None:
    text = page(results(), command="uso bench --rounds 2", day=date(2026, 11, 22), rounds=2)
    assert "Written by `uso bench --rounds 2` on 2026-11-22" in text
    assert "| `uso report --all -j 2`: the same, all members | 3.75 (2.50–5.00) | 3.75 | 8.0 × faster" in text
    assert "| 308 | 2.60 | 800 MiB | 400 MiB |" in text


def test_a_command_is_timed_with_the_memory_of_all_it_starts(tmp_path: Path) -> None:
    filled = "import time; kept = bytearray(80_000_000); time.sleep(1)"
    both = (
        f"import subprocess, sys; subprocess.run([sys.executable, '-c', {filled!r}]); {filled}; print('said')"
    )
    found = measure([sys.executable, "-c", both], folder=tmp_path, environment={})
    assert found.said == "said\n"
    assert found.seconds > 2
    assert 80 < found.process_mib < 160
    assert found.tree_mib > 80


def test_a_command_that_fails_is_told_with_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(UsoError, match=r"ended with status 3: no such luck"):
        measure(
            [sys.executable, "-c", "import sys; print('no such luck', file=sys.stderr); sys.exit(3)"],
            folder=tmp_path,
            environment={},
        )


def test_all_municipalities_get_reports_with_nine_peers(tmp_path: Path) -> None:
    workspace = country_workspace(Workspace(ROOT), tmp_path)
    jobs = plan(workspace)
    assert len(jobs) == len(load_network(workspace).members) == 308
    assert {len(job.parameters["peers"] or ()) for job in jobs} == {PEERS}
    assert all(job.outputs == tmp_path / "outputs" for job in jobs)


def test_the_command_tells_the_page_and_whether_a_bar_was_missed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ways, "measure_rounds", lambda *_, **__: results(**{ways.COLD: 15.0}))
    with pytest.raises(SystemExit) as left:
        main(("bench", "--rounds", "1", "--members", "juva"))
    assert left.value.code == 1
    assert "Written by `uso bench --rounds 1 --members juva`" in capsys.readouterr().out


@pytest.mark.slow
def test_every_way_of_making_a_report_works_and_leaves_the_real_reports_alone(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    bench = Bench(network_workspace(Workspace(ROOT), tmp_path / "network"), scratch)
    assert members_of(bench.workspace) == load_network(Workspace(ROOT)).members
    file = bench.workspace.parameters / "juva.yml"
    file.write_text(file.read_text(encoding="utf-8") + "themes:\n  - ymparisto\n", encoding="utf-8")
    for found in (
        bench.plain("juva"),
        *(bench.program(way, ["juva"]) for way in ("interface", "engine", "bare")),
    ):
        assert found.seconds >= found.warm_seconds > 0
        assert found.process_mib > 50
    assert {one.name for one in scratch.iterdir()} == {"juva.ipynb", "juva.html"}
    assert bench.reports(["juva"], workers=1).seconds > bench.reports(["juva"], force=False).seconds
    made = (bench.workspace.outputs / "juva" / "situation.html").read_text(encoding="utf-8")
    assert made.count(PICTURE) > 2, "the pictures of a report are counted in its page"
    ours, plainly = bench.drawing("juva")
    assert 0 < ours < plainly
    assert all(seconds >= 0 for seconds in bench.stages("juva").values())

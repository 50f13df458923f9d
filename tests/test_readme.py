"""README is true: its links lead somewhere and its commands are run, here or by CI."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

CLUSTER = "tests/test_cluster.py"
FIGURE_COMMANDS = "tests/test_figure_commands.py"
#: Commands of README that do not run in this file → the file that runs them and the words it does so with.
RUN_ELSEWHERE = {
    "make reports": (".ci/run", ["\nmake reports\n"]),
    "make test": (".ci/run", ["\nmake test\n"]),
    "uso report tornio": ("tests/test_formats.py", ['leave("report", "tornio", "-q")']),
    "uso verify outputs/tornio/situation.html": (
        "tests/test_verified_network.py",
        ['"verify"', '"outputs/tornio/situation.html"'],
    ),
    "uso report tornio --format html,pdf,slides": (
        "tests/test_formats.py",
        ['"report", "tornio", "--format", "html,pdf,slides"'],
    ),
    "uso report --all": ("tests/conftest.py", ['"report", "--all"']),
    "uso report --all --resume": ("tests/test_formats.py", ['"--all", "--resume"']),
    "uso report juva --why": ("tests/test_cli.py", ['"report", "juva", "--why"']),
    "uso bench --rounds 1 --members juva": ("tests/test_bench.py", ['"bench", "--rounds", "1"']),
    "dask scheduler --port 8786": (CLUSTER, ['[DASK, "scheduler", *plain, "--port"']),
    "dask worker tcp://127.0.0.1:8786 --nthreads 1 --nworkers 2": (
        CLUSTER,
        ['[DASK, "worker", address', '"--nthreads", "1", "--nworkers", "2"'],
    ),
    "uso report --all --scheduler tcp://127.0.0.1:8786": (CLUSTER, ["scheduler=made.address"]),
    "uso report juva --publish-anyway": ("tests/test_cli.py", ['"report", "juva", "--publish-anyway"']),
    "uso fetch --dry-run": (FIGURE_COMMANDS, ['leave("fetch", "--dry-run")']),
    "uso fetch --theme ymparisto": (FIGURE_COMMANDS, ['leave("fetch", "--theme", "ymparisto", "-q")']),
    "uso import --template tuloveroprosentit": (
        FIGURE_COMMANDS,
        ['leave("import", "--template", "tuloveroprosentit"'],
    ),
    "uso import tuloveroprosentit.xlsx --as tuloveroprosentit": (
        FIGURE_COMMANDS,
        ['leave("import", str(filled), "--as", "tuloveroprosentit")'],
    ),
    "papermill notebooks/situation.ipynb out.ipynb -p member tornio": (
        "tests/test_notebooks.py",
        ['"papermill"', '"notebooks/situation.ipynb"', '"-p"', '"member"'],
    ),
}
#: The conda commands need a conda that CI has not; tests/test_environment.py reads what they install.
NEEDS_CONDA = {
    "conda env create -f environment.yml",
    "conda activate uso",
    "pip install --no-deps --no-build-isolation -e .",
}
HERE = {
    "uso list",
    "uso status",
    "uso peers juva",
    "uso check",
    "uso lab juva",
    "uso lab --explore",
    "uso notes juva",
    "source .venv/bin/activate",
}


def readme(root: Path) -> str:
    return (root / "README.md").read_text(encoding="utf-8")


def commands(root: Path) -> set[str]:
    """Return every command README prints, in blocks and in running text."""
    text = readme(root)
    blocks = re.findall(r"```\n(.*?)```", text, flags=re.S)
    lines = [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]
    inline = re.findall(
        r"`((?:make|uso|papermill|conda|pip|source) [^`]+)`", re.sub(r"```.*?```", "", text, flags=re.S)
    )
    return {line for line in lines if line} | {one for one in inline if "<" not in one}


def test_every_command_is_run_somewhere(root: Path) -> None:
    assert commands(root) == set(RUN_ELSEWHERE) | NEEDS_CONDA | HERE


@pytest.mark.parametrize("command", sorted(RUN_ELSEWHERE))
def test_what_is_said_to_run_elsewhere_does(root: Path, command: str) -> None:
    place, needles = RUN_ELSEWHERE[command]
    text = (root / place).read_text(encoding="utf-8")
    assert [needle for needle in needles if needle not in text] == []


@pytest.mark.parametrize("command", sorted(HERE - {"source .venv/bin/activate"}))
def test_a_command_runs_as_printed(root: Path, command: str) -> None:
    words = shlex.split(command)
    extra = ["--dry-run"] if words[1] == "lab" else []
    environment = {**os.environ, "USO_WORKSPACE": str(root)}
    run = subprocess.run(
        [sys.executable, "-m", "uso_lib.cli", *words[1:], *extra],
        capture_output=True, text=True, check=False, cwd=root, env=environment, timeout=120,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip()


def test_links_and_folders_exist(root: Path) -> None:
    text = readme(root)
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    folders = re.findall(r"`([a-z_]+(?:/[a-z_]+)*/)`", text)
    assert len(targets) >= 5
    missing = [name for name in {*targets, *folders} if not exists(root, name)]
    assert missing == []


def exists(root: Path, name: str) -> bool:
    return any((folder / name).exists() for folder in (root, root / "uso_lib" / "presentation"))


def test_make_targets_are_real(root: Path) -> None:
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    named = {command.split()[1] for command in commands(root) if command.startswith("make ")}
    assert named == {"reports", "test"}
    assert {target for target in named if not re.search(rf"^{target}:", makefile, flags=re.M)} == set()

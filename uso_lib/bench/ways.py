"""The ways of making reports that are compared; each gives the seconds that one report took.

Does not say how often or in which order they are tried (rounds.py).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from uso_lib.bench.measuring import Measured, measure
from uso_lib.workspace import ENVIRONMENT_VARIABLE, Workspace

#: Where the commands of this environment lie.
PROGRAMS = Path(sys.executable).parent
#: What `uso report` sets for its own processes.
AS_REPORTS = {"OPENBLAS_NUM_THREADS": "1"}
_PLAIN: Mapping[str, str] = {}


@dataclass(frozen=True)
class Cost:
    """Hold what reports cost.

    Parameters
    ----------
    seconds
        Per report, the start of the programs included and shared among the reports.
    warm_seconds
        Per report without the start, where it can be told apart; otherwise the same.
    tree_mib, process_mib
        Most memory at one moment: of everything together, of one process.
    """

    seconds: float
    warm_seconds: float
    tree_mib: float
    process_mib: float


@dataclass(frozen=True)
class Bench:
    """Make reports one way or another in a workspace made for it.

    Parameters
    ----------
    scratch
        A folder for what is made outside the workspace's outputs.
    """

    workspace: Workspace
    scratch: Path

    def plain(self, member: str) -> Cost:
        """Give the two plain commands, as their manuals do."""
        made = self.scratch / f"{member}.ipynb"
        papermill: list[str | Path] = [
            PROGRAMS / "papermill",
            self.workspace.template,
            made,
            "-p",
            "member",
            member,
        ]
        first = self._measured([*papermill, "--no-progress-bar"])
        second = self._measured([PROGRAMS / "jupyter", "nbconvert", "--to", "html", made])
        total = first.seconds + second.seconds
        return Cost(
            total, total, max(first.tree_mib, second.tree_mib), max(first.process_mib, second.process_mib)
        )

    def program(self, way: str, members: Sequence[str], workers: int = 1) -> Cost:
        """Run one of programs.py: ``interface``, ``engine`` or ``bare``."""
        program = [sys.executable, "-m", "uso_lib.bench.programs"]
        command: list[str | Path] = [*program, way, self.scratch, str(workers), *members]
        cost = self._measured(command, {} if way == "interface" else AS_REPORTS)
        each: list[float] = json.loads(cost.said.strip().splitlines()[-1])
        warm = sum(each) / len(each) / workers
        return Cost(cost.seconds / len(members), warm, cost.tree_mib, cost.process_mib)

    def reports(self, members: Sequence[str] = (), workers: int = 2, *, force: bool = True) -> Cost:
        """Give the workbench's own command, which makes everything that belongs to a report."""
        named = list(members) or ["--all"]
        options = ["--quiet", "-j", str(workers), *(["--force"] if force else [])]
        cost = self._measured([PROGRAMS / "uso", "report", *named, *options])
        count = len(members) or len(list(self.workspace.outputs.glob("*/manifest.json")))
        return Cost(cost.seconds / count, cost.seconds / count, cost.tree_mib, cost.process_mib)

    def drawing(self, member: str) -> tuple[float, float]:
        """Return seconds of drawing a report's figures as it does, and by plain calls of seaborn."""
        program = [sys.executable, "-m", "uso_lib.bench.programs"]
        said = self._measured([*program, "drawing", self.scratch, "1", member], AS_REPORTS).said
        ours, plainly = json.loads(said.strip().splitlines()[-1])
        return float(ours), float(plainly)

    def stages(self, member: str) -> dict[str, float]:
        """Return the seconds of every stage of one report (stages.py)."""
        said = self._measured([sys.executable, "-m", "uso_lib.bench.stages", member], AS_REPORTS).said
        found: dict[str, float] = json.loads(said.strip().splitlines()[-1])
        return found

    def _measured(self, command: Sequence[str | Path], environment: Mapping[str, str] = _PLAIN) -> Measured:
        root = self.workspace.root
        return measure(command, folder=root, environment={**environment, ENVIRONMENT_VARIABLE: str(root)})

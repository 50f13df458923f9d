"""What the tests of crashes share: batches in processes of their own, what is left of them and they made."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import uuid
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from report_fakes import CODES

from uso_lib.reports import publish
from uso_lib.reports.inputs import touched
from uso_lib.reports.lock import HOLDER, LOCK
from uso_lib.reports.manifest import read_manifest

MARK = "USO_BATCH_MARK"
GENERATION = re.compile(r"Sukupolvi (\d+)\.")
TESTS = Path(__file__).parent


class Batches:
    """Start batches in processes of their own."""

    def __init__(self, folder: Path, *, method: str = "") -> None:
        self.said = folder / "said.txt"
        self.mark = uuid.uuid4().hex
        desk = folder / "desk"
        desk.mkdir()
        environment = {**os.environ, MARK: self.mark, "TMPDIR": str(desk), "USO_START_METHOD": method}
        self._forker = subprocess.Popen(
            [sys.executable, str(TESTS / "batch_forker.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def begin(self, folder: Path, generation: int = 1, **order: Any) -> int:
        """Start a batch and return the number of its process."""
        order = {"members": CODES, "workers": 2, "said": str(self.said)} | order
        return self._ask({**order, "folder": str(folder), "generation": generation})

    def end(self, process: int) -> int:
        """Wait for a batch and return its exit status, negative when a signal ended it."""
        return self._ask({"end": process})

    def run(self, folder: Path, generation: int = 1, **order: Any) -> int:
        """Run a batch to its end and return its exit status."""
        return self.end(self.begin(folder, generation, **order))

    def told(self) -> str:
        """Return what the batches have said."""
        return self.said.read_text(encoding="utf-8") if self.said.exists() else ""

    def left(self) -> set[int]:
        """Return the processes of batches that live."""
        return {one for one in _marked(self.mark) if one != self._forker.pid}

    def close(self) -> None:
        self._forker.communicate(timeout=60)

    def _ask(self, order: dict[str, Any]) -> int:
        assert self._forker.stdin is not None
        assert self._forker.stdout is not None
        self._forker.stdin.write(json.dumps(order) + "\n")
        self._forker.stdin.flush()
        return int(self._forker.stdout.readline())


@contextmanager
def batches(folder: Path, *, method: str = "") -> Iterator[Batches]:
    """Give batches; none of their processes may be left at the end."""
    made = Batches(folder, method=method)
    try:
        yield made
        wait_for(lambda: not made.left(), 20)
    finally:
        for process in made.left():
            kill(process)
        made.close()


def wait_for(condition: Callable[[], Any], seconds: float = 60) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def children(process: int) -> list[int]:
    """Return the processes a process started, those that live."""
    return [one for one, (parent, state) in _table().items() if parent == process and state != "Z"]


def tree(process: int) -> list[list[int]]:
    """Return the batch's process, its workers, their nurseries, and the kernels."""
    levels = [[process]]
    while len(levels) < 4:
        levels.append([child for one in levels[-1] for child in children(one)])
    return levels


def kill(process: int, number: int = signal.SIGKILL) -> bool:
    """Send a signal; False when the process is gone already."""
    try:
        os.kill(process, number)
    except ProcessLookupError:
        return False
    return True


def whole(folder: Path) -> str:
    """Return the generation of a report whose files are those its manifest lists, "" otherwise."""
    made = read_manifest(folder / publish.MANIFEST)
    if made is None or touched(folder, made):
        return ""
    found = GENERATION.search((folder / publish.REPORT).read_text(encoding="utf-8"))
    return found[1] if found else ""


def torn(folder: Path) -> list[str]:
    """Return the published files of a report that are not complete."""
    found = []
    for file in folder.glob("[!.]*.*"):
        content = file.read_bytes()
        if file.suffix == ".html":
            sound = content.rstrip().endswith(b"</html>") and content.count(b"</html>") == 1
        elif file.suffix in (".json", ".ipynb"):
            sound = _is_json(content)
        elif file.suffix == ".xlsx":
            sound = zipfile.is_zipfile(file) and zipfile.ZipFile(file).testzip() is None
        else:
            sound = content.endswith(b"\n")
        found += [] if sound else [file.name]
    return found


def leftovers(outputs: Path) -> list[str]:
    """Return hidden things in the folder of reports that no run needs any more."""
    return [path.name for path in outputs.glob(".*") if path.name not in (LOCK, HOLDER)]


def record(outputs: Path) -> dict[str, Any]:
    """Return ``run.json``."""
    content: dict[str, Any] = json.loads((outputs / "run.json").read_text(encoding="utf-8"))
    return content


def statuses(outputs: Path) -> dict[str, str]:
    """Return member → what run.json says of it."""
    return {one["member"]: one["status"] for one in record(outputs)["members"]}


def _is_json(content: bytes) -> bool:
    try:
        json.loads(content)
    except ValueError:
        return False
    return True


def _table() -> dict[int, tuple[int, str]]:
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rsplit(")", 1)[1].split()[:2]
        except OSError:
            continue
        found[int(stat.parent.name)] = int(parent), state
    return found


def _marked(mark: str) -> Iterator[int]:
    """Give the living processes that were started with a mark in their environment."""
    told = f"{MARK}={mark}".encode()
    for process, (_, state) in _table().items():
        try:
            if state != "Z" and told in Path(f"/proc/{process}/environ").read_bytes():
                yield process
        except OSError:
            continue

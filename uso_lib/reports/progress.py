"""Show on the terminal how a run goes: one line per report at work with its stage and time, and a bar.

Where nobody watches a terminal, one line per finished report. Does not know what a report is made of.
"""

from __future__ import annotations

import sys
import time
from typing import Any, Protocol, TextIO

from tqdm import tqdm

#: Seconds between two looks at the clock.
REDRAW_SECONDS = 0.5


class Watcher(Protocol):
    """Be told how reports go."""

    def stage(self, member: str, stage: str) -> None:
        """Hear that a report has come to a stage."""

    def tick(self) -> None:
        """Hear now and then that nothing has happened."""


class Progress:
    """Show the progress of a run.

    Parameters
    ----------
    total
        How many reports are to be made.
    show
        Whether anything is shown at all.
    """

    def __init__(self, total: int, *, show: bool, file: TextIO | None = None) -> None:
        self._file = file or sys.stderr
        self._draws = show and self._file.isatty()
        self._says = show and not self._draws
        self._total, self._done = total, 0
        self._lines: dict[str, _Line] = {}
        tqdm.monitor_interval = 0  # a thread of its own would forbid to fork
        self._bar: Any = tqdm(
            total=total, unit="report", desc="Reports", file=self._file, disable=not self._draws, position=0
        )

    def stage(self, member: str, stage: str) -> None:
        """Show that a report has come to a stage."""
        if self._draws:
            self._lines.setdefault(member, _Line(self._free(), self._file)).show(f"{member}: {stage}")

    def tick(self) -> None:
        """Show the time that has gone by."""
        for line in self._lines.values():
            line.show()

    def end(self, member: str, seconds: float, told: str) -> None:
        """Show that a report is done and how it went."""
        self._done += 1
        line = self._lines.pop(member, None)
        if line:
            line.close()
        self._bar.update()
        text = f"{member}: {told} ({seconds:.1f} s)"
        if self._says:
            print(f"[{self._done}/{self._total}] {text}", file=self._file, flush=True)
        elif self._draws:
            tqdm.write(text, file=self._file)

    def close(self) -> None:
        """Leave the terminal tidy."""
        for line in self._lines.values():
            line.close()
        self._bar.close()

    def _free(self) -> int:
        taken = {line.position for line in self._lines.values()}
        return next(place for place in range(1, len(taken) + 2) if place not in taken)


class _Line:
    """Show one report at work."""

    def __init__(self, position: int, file: TextIO) -> None:
        self.position = position
        self._began = time.monotonic()
        self._text = ""
        self._bar: Any = tqdm(total=0, position=position, bar_format="  {desc}", file=file, leave=False)

    def show(self, text: str = "") -> None:
        self._text = text or self._text
        self._bar.set_description_str(f"{self._text} {time.monotonic() - self._began:.0f} s")

    def close(self) -> None:
        self._bar.close()

"""Let one run at a time write into a folder of reports.

The lock is the operating system's: it is gone with the process that holds it, however that ended. Does not
protect from programs that do not ask.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

import filelock

from uso_lib.errors import ReportError

LOCK = ".run.lock"
HOLDER = ".run.holder"


@contextmanager
def only_run(outputs: Path, *, wait: float = 0) -> Iterator[None]:
    """Hold the lock of a folder of reports.

    Parameters
    ----------
    wait
        Seconds to wait for a run that holds it; less than 0 waits for its end.

    Raises
    ------
    ReportError
        Another run holds it; the message says which.
    """
    outputs.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(outputs / LOCK, timeout=wait)
    try:
        lock.acquire()
    except filelock.Timeout as held:
        message = (
            f"Another run is making reports in {outputs}{_holder(outputs)}. "
            "Wait for it (--wait), or end it, then give the command again."
        )
        raise ReportError(message) from held
    try:
        with suppress(OSError):
            now = datetime.now().astimezone().strftime("%H:%M")
            told = f"process {os.getpid()} on {socket.gethostname()}, since {now}"
            (outputs / HOLDER).write_text(told, encoding="utf-8")
        yield
    finally:
        with suppress(OSError):
            (outputs / HOLDER).unlink()
        lock.release()


def _holder(outputs: Path) -> str:
    try:
        return f" ({(outputs / HOLDER).read_text(encoding='utf-8')[:200]})"
    except (OSError, ValueError):
        return ""

"""Talk to the kernel that runs a consultant's code cells, and bear whatever happens to it.

Interrupts what hangs or prints without end, notices a kernel that is gone. Does not choose cells
(own_cells.py).
"""

from __future__ import annotations

import asyncio
import copy
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_core.utils import ensure_async
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import v4

from uso_lib.engine.held import forks
from uso_lib.engine.papermill_engine import WarmKernelManager
from uso_lib.reports.kernel import KERNEL, connection, kernel_desk
from uso_lib.reports.own_failures import ENDED_KERNEL, KILLED_KERNEL, told, too_long, too_much

#: What one cell may print and show before it is stopped; a page shows far less.
MOST_PRINTED = 1_000_000
MOST_SHOWN = 20_000_000
#: How long a kernel may take to answer after it was interrupted.
ANSWER_SECONDS = 5
TIMED_OUT = "Timeout"
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class KernelLost(Exception):  # noqa: N818 - named after what happened
    """Tell that a cell took its kernel with it, and why; the cell carries what it had shown."""

    def __init__(self, reason: str, cell: Any) -> None:
        self.cell = cell
        super().__init__(reason)


class OwnKernel(NotebookClient):
    """Run single cells, each within limits of time and output."""

    def __init__(self, **settings: Any) -> None:
        notebook = v4.new_notebook()  # type: ignore[no-untyped-call]
        super().__init__(notebook, **settings)
        self._printed = self._shown = 0
        self._flooded = ""
        self._reply: dict[str, Any] = {}

    def run(self, cell: Any) -> tuple[Any, str]:
        """Run a cell and return it with its outputs, and why it failed, "" when it did not.

        Raises
        ------
        KernelLost
            The kernel is gone or no longer answers.
        """
        done = copy.deepcopy(cell)
        expected = "raises-exception" in done.metadata.get("tags", [])
        self.nb.cells.append(done)
        self._printed, self._shown, self._flooded, self._reply = 0, 0, "", {}
        try:
            self.execute_cell(done, len(self.nb.cells) - 1, store_history=False)
        except CellTimeoutError:
            reason = self._flooded or too_long(self.timeout)
            raise KernelLost(reason, told(done, reason, name=TIMED_OUT)) from None
        except DeadKernelError:
            raise KernelLost(KILLED_KERNEL, told(done, KILLED_KERNEL)) from None
        if any(one.get("source") == "ask_exit" for one in self._reply.get("payload") or ()):
            raise KernelLost(ENDED_KERNEL, told(done, ENDED_KERNEL))
        if self._flooded:
            return told(done, self._flooded), self._flooded
        if self._reply.get("status") != "error" or expected:
            return done, ""
        name, said = self._reply["ename"], _plain(self._reply["evalue"])
        reason = too_long(self.timeout) if name == TIMED_OUT else f"{name}: {said}" if said else name
        return told(done, reason, name=name, finnish=_own_line(self._reply)), reason

    def replied(self, *, execute_reply: dict[str, Any], **given: Any) -> None:
        """Remember the kernel's answer to a cell."""
        del given
        self._reply = execute_reply["content"]

    def process_message(self, msg: Any, cell: Any, cell_index: int) -> Any:
        """Take a message of the kernel, and stop a cell whose messages grow beyond bounds."""
        kind, content = msg["msg_type"], msg["content"]
        if kind == "stream":
            self._printed += len(content["text"])
        elif kind in ("display_data", "execute_result", "update_display_data"):
            self._shown += sum(len(str(one)) for one in content["data"].values())
        if not self._flooded and (self._printed > MOST_PRINTED or self._shown > MOST_SHOWN):
            self._flooded = too_much(MOST_PRINTED if self._printed > MOST_PRINTED else MOST_SHOWN)
            self._stopping = asyncio.ensure_future(self._stop())
        if self._flooded and kind not in ("status", "error"):
            return None
        return super().process_message(msg, cell, cell_index)

    async def _stop(self) -> None:
        assert self.km is not None  # noqa: S101 - for the type checker: a kernel that sends has a manager
        await ensure_async(self.km.interrupt_kernel())


@contextmanager
def own_kernel(workspace: Path, *, seconds: float) -> Iterator[OwnKernel]:
    """Start a kernel for the consultant's cells and end it afterwards."""
    with kernel_desk(workspace) as desk:
        kernel = OwnKernel(
            kernel_name=KERNEL,
            config=connection(desk),
            timeout=seconds,
            iopub_timeout=ANSWER_SECONDS,
            raise_on_iopub_timeout=True,
            interrupt_on_timeout=True,
            error_on_timeout={"ename": TIMED_OUT, "evalue": "", "traceback": []},
            allow_errors=True,
            record_timing=False,
        )
        if forks():
            kernel.kernel_manager_class = WarmKernelManager
        kernel.on_cell_executed = kernel.replied
        with kernel.setup_kernel():
            yield kernel


def _own_line(reply: Mapping[str, Any]) -> str:
    """Return the line of an error that tells itself in Finnish instead of a traceback (errors.py)."""
    lines = "".join(reply.get("traceback") or ["\n"]).strip("\n").splitlines()
    return _plain(lines[0]) if len(lines) == 1 else ""


def _plain(text: str) -> str:
    lines = _COLOURS.sub("", text).strip().splitlines()
    return "; ".join(line.strip() for line in lines if line.strip())[:500]

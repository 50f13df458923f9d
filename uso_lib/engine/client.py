"""Talk to a kernel on this machine and begin as soon as it is ready. Does not start kernels."""

from __future__ import annotations

import time
from queue import Empty

from jupyter_client.asynchronous.client import AsyncKernelClient
from traitlets import default
from zmq import RECONNECT_IVL
from zmq.asyncio import Context

from uso_lib.engine.held import forks

#: Seconds to wait for an answer before asking again, and for each thing a kernel still has to say.
ASK_SECONDS, SAY_SECONDS = 1.0, 0.2
#: Milliseconds after which a kernel that does not listen yet is called again; a forked one does so soon.
CALL_AGAIN = 5


class WarmKernelClient(AsyncKernelClient):
    """Wait until a kernel has said all it had to say, where jupyter_client's client waits a while longer."""

    @default("context")
    def _context_default(self) -> Context:
        context: Context = super()._context_default()
        if forks():
            context.setsockopt(RECONNECT_IVL, CALL_AGAIN)
        return context

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers and its messages arrive.

        Raises
        ------
        RuntimeError
            It died or did not answer in time.
        """
        end = time.monotonic() + timeout if timeout is not None else float("inf")
        asked: set[str] = set()
        while True:
            asked.add(self.kernel_info())
            if await self._answered() and await self._told(asked):
                return
            if not await self._async_is_alive():
                message = "Kernel died before replying to kernel_info"
                raise RuntimeError(message)
            if time.monotonic() > end:
                message = f"Kernel didn't respond in {timeout} seconds"
                raise RuntimeError(message)

    async def _answered(self) -> bool:
        try:
            reply = await self.get_shell_msg(timeout=ASK_SECONDS)
        except Empty:
            return False
        if reply["msg_type"] != "kernel_info_reply":
            return False
        self._handle_kernel_info_reply(reply)
        return True

    async def _told(self, asked: set[str]) -> bool:
        """Take all that was published of the questions; False when nothing arrives: not connected yet."""
        told, anything = set[str](), False
        while not asked <= told:
            try:
                message = await self.get_iopub_msg(timeout=SAY_SECONDS)
            except Empty:
                return anything
            anything = True
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                told.add(message["parent_header"].get("msg_id", ""))
        return True

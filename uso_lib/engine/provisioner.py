"""Give jupyter_client kernels from a nursery instead of new interpreters.

Registered as the kernel provisioner ``uso-warm``; papermill_engine.py asks for it by a kernel
specification. Where the nursery gives none the kernel is started as it is everywhere. Does not start
processes itself (nursery.py).
"""

from __future__ import annotations

from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from uso_lib.engine.held import fell_back, start_kernel

NAME = "uso-warm"


class WarmProvisioner(LocalProvisioner):
    """Start a kernel in a process forked from a warm one; everything else is as for a local kernel."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start a kernel with the arguments of a kernel specification's command."""
        folder = kwargs.get("cwd")
        try:
            process = start_kernel(cmd, kwargs["env"], str(folder) if folder else None)
        except OSError as problem:
            fell_back(str(problem))
            return await super().launch_kernel(cmd, **kwargs)
        self.process = process  # type: ignore[assignment]
        self.pid = self.pgid = process.pid  # a kernel leads a session of its own
        self.cwd = folder
        return self.connection_info

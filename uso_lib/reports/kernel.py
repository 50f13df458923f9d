"""Prepare what a kernel inherits and how it is talked to.

Every kernel gets a folder of its own, nothing of the user's home and no network port. Does not start kernels.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

KERNEL = "python3"
#: The kernel's own settings: no history file, no chatter on the terminal about its transport or its end.
KERNEL_SETTINGS = {"IPKernelApp": {"log_level": "CRITICAL"}, "HistoryManager": {"enabled": False}}


@contextmanager
def kernel_desk(workspace: Path) -> Iterator[Path]:
    """Set what a kernel inherits while it lives: this workspace, this environment's kernel.

    Start-up scripts and history in the user's home would make reports differ and writers wait for each other.

    Yields
    ------
    The kernel's own folder, for its connection file; it is removed afterwards.
    """
    with tempfile.TemporaryDirectory(prefix="uso-", ignore_cleanup_errors=True) as desk:
        profile = Path(desk) / "profile_default"
        profile.mkdir()
        (profile / "ipython_kernel_config.json").write_text(json.dumps(KERNEL_SETTINGS), encoding="utf-8")
        with _environment({
            "USO_WORKSPACE": str(workspace),
            "USO_REPORT_RUN": "1",
            "JUPYTER_PREFER_ENV_PATH": "1",
            "JUPYTER_RUNTIME_DIR": desk,
            "IPYTHONDIR": desk,
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        }):  # fmt: skip
            yield Path(desk)


def connection(desk: Path) -> Any:
    """Return settings to talk to a kernel through files in its folder, not ports others could take."""
    from traitlets.config import Config

    if os.name != "posix":
        return Config()
    return Config(KernelManager={"transport": "ipc", "connection_file": f"{desk}/k.json", "ip": f"{desk}/k"})


@contextmanager
def _environment(own: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in own}
    os.environ.update(own)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value

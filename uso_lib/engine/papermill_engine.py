"""Execute notebooks with papermill in warm kernels: the engine ``uso``.

papermill's own engine does everything but starting the kernel, so cells, timings, errors and the written
notebook are the same. A notebook whose warm kernel cannot be had, or is lost with the process that started
it, is executed from its beginning by the standard kernel; an error or a time-out of a cell is the notebook's.
Does not choose which notebooks run (reports/) and warms nothing itself (warm.py).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from papermill.engines import NBClientEngine
from traitlets import Type

from uso_lib.engine import held, provisioner
from uso_lib.engine.client import WarmKernelClient

#: Kernels of other languages, or of another Python than this one, are started as they are everywhere.
IPYKERNEL = ("-m", "ipykernel_launcher")
#: Seconds between looks whether a kernel that was asked to end has ended; a warm one goes at once.
LOOK_AGAIN = 0.005
#: In the written notebook's papermill metadata: why the standard kernel ran it.
FELL_BACK = "uso_fell_back"


class WarmKernelManager(AsyncKernelManager):
    """Manage a kernel of this environment's Python that is started warm."""

    client_factory = Type(klass=WarmKernelClient)

    async def _async_finish_shutdown(
        self, waittime: float | None = None, pollinterval: float = LOOK_AGAIN, restart: bool = False
    ) -> None:
        await super()._async_finish_shutdown(waittime, pollinterval, restart)

    @property
    def kernel_spec(self) -> KernelSpec | None:
        """Return the kernel's specification, with the warm provisioner where it can be started so."""
        spec = super().kernel_spec
        if spec is None or not _is_own(spec):
            held.fell_back(f"the kernel {self.kernel_name!r} is not this environment's own Python")
            return spec
        named = {"kernel_provisioner": {"provisioner_name": provisioner.NAME}}
        return KernelSpec(**{**spec.to_dict(), "metadata": {**spec.metadata, **named}})


class WarmEngine(NBClientEngine):  # type: ignore[misc]
    """Execute a notebook in a kernel forked from this process."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **settings: Any) -> Any:
        """Execute a notebook as papermill's standard engine does, in a warm kernel."""
        before = held.reasons()
        opened = _opened()
        try:
            return super().execute_managed_notebook(
                nb_man, kernel_name, kernel_manager_class=WarmKernelManager, **settings
            )
        except Exception as problem:
            if not (held.lost() or _untouched(nb_man)):
                raise
            held.fell_back(held.lost() or f"{type(problem).__name__}: {problem}")
            nb_man.notebook_start()
            return super().execute_managed_notebook(nb_man, kernel_name, **settings)
        finally:
            found = held.reasons()
            if found:
                nb_man.nb.metadata.papermill[FELL_BACK] = "; ".join(found)
            for reason in (*before, *found):
                held.fell_back(reason)
            if opened:
                held.close_nursery()


def _opened() -> bool:
    """Open the nursery if it is not; where none can be had the provisioner says so."""
    try:
        return held.open_nursery()
    except OSError:
        return False


def _untouched(nb_man: Any) -> bool:
    """Tell whether no cell was begun: the kernel itself did not come."""
    told = (cell.metadata.get("papermill", {}).get("status") for cell in nb_man.nb.cells)
    return all(status in (None, nb_man.PENDING) for status in told)


def _is_own(spec: KernelSpec) -> bool:
    """Tell whether a specification starts an IPython kernel of this very environment."""
    argv = tuple(spec.argv)
    if argv[1:3] != IPYKERNEL:
        return False
    named = Path(argv[0])
    return named.name.startswith("python") and (
        not named.is_absolute() or named.resolve() == Path(sys.executable).resolve()
    )

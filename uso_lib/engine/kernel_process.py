"""Be a kernel: what a forked or spawned process does from its first moment to its end.

Makes the process look as if ``python -m ipykernel_launcher`` had started it. Does not start processes
(nursery.py).
"""

from __future__ import annotations

import atexit
import os
import random
import signal
import sys
from collections.abc import Mapping, Sequence
from multiprocessing import context, process
from pathlib import Path
from typing import TYPE_CHECKING

from uso_lib.engine.leash import end_with
from uso_lib.engine.warm import leave_as_debugger, warm_up

if TYPE_CHECKING:
    from ipykernel.control import ControlThread

#: How long a kernel's last words may take.
CONTROL_SECONDS = 5
INLINE = "module://matplotlib_inline.backend_inline"
#: What multiprocessing calls the first process; taken when this is imported, before any is forked.
_MAIN = process.current_process()


def run_kernel(command: Sequence[str], environment: Mapping[str, str], folder: str | None) -> None:
    """Run a kernel in this process until it is shut down.

    Parameters
    ----------
    command
        As a kernel specification gives it: interpreter, ``-m``, module, then the kernel's own arguments.
    environment
        All variables; JPY_PARENT_PID is set here.
    folder
        Working folder, None for the present one.
    """
    atexit._clear()
    end_with(_parent_of_this())
    _own_session()
    os.environ.clear()
    os.environ.update({**environment, "JPY_PARENT_PID": str(os.getppid())})
    leave_as_debugger()
    if folder:
        os.chdir(folder)
    arguments = list(command[3:])
    sys.argv = [_launcher(), *arguments]
    _without_traces_of_the_parent()
    from ipykernel.kernelapp import IPKernelApp

    app = IPKernelApp.instance(parent_handle=os.getppid())
    app.initialize(arguments)  # type: ignore[no-untyped-call]
    try:
        app.start()  # type: ignore[no-untyped-call]
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        _end_control(app.control_thread)
        atexit._run_exitfuncs()


def _end_control(thread: ControlThread | None) -> None:
    """Let the thread that was told to shut the kernel down say so; then what it sends through is closed.

    ipykernel closes that first, and now and then a traceback of its own is the last a kernel says.
    """
    if thread is not None and thread.is_alive():
        thread.stop()
        thread.join(CONTROL_SECONDS)


def run_warmed_kernel(command: Sequence[str], environment: Mapping[str, str], folder: str | None) -> None:
    """Warm this new interpreter, then run a kernel in it."""
    os.environ.update(environment)
    warm_up()
    run_kernel(command, environment, folder)


def _parent_of_this() -> int | None:
    parent = process.parent_process()
    return parent.pid if parent else None


def _own_session() -> None:
    """Leave the parent's terminal and process group: an interrupt is for one kernel and its children."""
    if hasattr(os, "setsid"):
        os.setsid()
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None:
            signal.signal(number, signal.default_int_handler if name == "SIGINT" else signal.SIG_DFL)
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)


def _launcher() -> str:
    import importlib.util

    found = importlib.util.find_spec("ipykernel_launcher")
    return str(found.origin) if found else "ipykernel_launcher.py"


def _without_traces_of_the_parent() -> None:
    """Give the kernel chances, search path and drawing of its own, as in a new interpreter."""
    random.seed()
    # To multiprocessing a kernel is nobody's child: a consultant's cell may start a pool of processes.
    _MAIN.name = "MainProcess"
    process._current_process = _MAIN  # type: ignore[attr-defined]
    process._parent_process = None  # type: ignore[attr-defined]
    process._children = set()  # type: ignore[attr-defined]
    context._default_context._actual_context = None  # type: ignore[attr-defined]  # no way of starting processes is chosen yet
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed()
    main = getattr(sys.modules.get("__main__"), "__file__", None)
    first = {Path(sys.executable).parent, Path(main or sys.executable).resolve().parent}
    sys.path[:1] = [one for one in sys.path[:1] if one and Path(one).resolve() not in first]
    matplotlib = sys.modules.get("matplotlib")
    if matplotlib is not None:
        matplotlib.rcParams["backend"] = os.environ.get("MPLBACKEND", INLINE)

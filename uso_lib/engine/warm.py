"""Make a process ready for reports: what every notebook imports and computes, once, before it forks.

Draws nothing and starts no threads; what is computed of a municipality is not kept.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

#: What every kernel imports, although nobody debugs reports, and what takes the most of a kernel's start.
DEBUGGER = "ipykernel.debugger"
#: What every kernel imports at first use; importing it later would cost every report anew.
FOR_KERNELS = (
    "ipykernel.kernelapp", "ipykernel.ipkernel", DEBUGGER, "IPython.core.completer",
    "IPython.core.completerlib", "IPython.core.debugger", "IPython.core.logger", "IPython.core.magics",
    "IPython.core.oinspect", "IPython.extensions.storemagic", "faulthandler", "psutil", "sqlite3",
    "tornado.platform.asyncio", "tornado.queues", "zmq.utils.garbage", "pyarrow.parquet",
    "pandas.core.methods.to_dict", "uso_lib.situation",
)  # fmt: skip
#: What every process that has notebooks run and exports them imports at first use.
FOR_REPORTS = (
    "papermill", "nbclient", "ipykernel.kernelspec", "psutil", "nh3", "jinja2.ext",
    "uso_lib.reports.export", "uso_lib.reports.bound_words", "uso_lib.reports.workbook",
)  # fmt: skip
#: What only consultants' own cells draw and style with: dear for one report, cheap for many.
FOR_OWN_CELLS = (
    "matplotlib.backends.backend_svg", "matplotlib.pyplot", "seaborn", "pandas.io.formats.style",
)  # fmt: skip
#: A grammar of internationalised addresses that jsonschema, and so nbformat, uses where it is installed: to
#: compile it takes longer than all else, and notebooks hold nothing it could check.
GRAMMAR = "rfc3987_syntax"
#: Silences the debugger's warning, at its import, that it could miss breakpoints; none are set.
SILENCE = "PYDEVD_DISABLE_FILE_VALIDATION"
#: New objects after which a warm process, and those forked from it, look for unused ones; Python's 700 is
#: for small programs, and half of what is looked at while a report is made is tables that stay.
COLLECT_AFTER = 10_000
#: What the import of the debugger left: the hook of breakpoint(), variables of the environment.
_LEFT: list[tuple[Any, dict[str, str]]] = []


def warm_up(modules: Iterable[str] = (*FOR_KERNELS, *FOR_REPORTS, *FOR_OWN_CELLS)) -> None:
    """Import what kernels and notebooks need; what is not installed is passed over."""
    with _without(GRAMMAR):
        for name in modules:
            with suppress(ImportError):
                _import_debugger() if name == DEBUGGER else importlib.import_module(name)
    if "nbformat" in sys.modules:
        _compile_schema()


@contextmanager
def _without(name: str) -> Iterator[None]:
    """Import as if a package that is only used where it is there were not, and leave that importable."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]


def _import_debugger() -> None:
    """Import what every kernel debugs with; it leaves things for kernels, and this process as it was."""
    hook, known = sys.breakpointhook, {*os.environ}
    os.environ.setdefault(SILENCE, "1")
    try:
        importlib.import_module(DEBUGGER)
    finally:
        if SILENCE not in known:
            del os.environ[SILENCE]
    if sys.breakpointhook is not hook:
        _LEFT.append((sys.breakpointhook, {name: os.environ.pop(name) for name in {*os.environ} - known}))
        sys.breakpointhook = hook


def leave_as_debugger() -> None:
    """Leave in a kernel what its own import of the debugger would have left: variables, breakpoint()."""
    for hook, variables in _LEFT:
        sys.breakpointhook = hook
        for name, value in variables.items():
            os.environ.setdefault(name, value)


@cache
def _compile_schema() -> None:
    """Have nbformat compile what it checks notebooks with, as they are run and as they are exported."""
    import nbformat
    from nbformat.v4 import new_notebook

    for exported in (False, True):
        nbformat.validate(new_notebook(), relax_add_props=exported)  # type: ignore[no-untyped-call]


def warm_results(workspace: Path, member: str, themes: Iterable[str] | None = None) -> None:
    """Compute what all members of a batch share: every series and breakdown of the whole country.

    Parameters
    ----------
    member
        Any member; its own results are computed along the way and dropped.
    themes
        Ids of the themes that any report of the batch has; the member's own by default.

    Raises
    ------
    UsoError
        Parameters, declarations or figures are wrong.
    """
    from uso_lib.boundaries import load_boundaries
    from uso_lib.situation import open_situation
    from uso_lib.workspace import Workspace

    situation = open_situation(
        member, themes=None if themes is None else list(themes), workspace=Workspace(workspace)
    )
    situation._share()
    load_boundaries()


def freeze() -> None:
    """Leave everything there is out of garbage collection: forked processes would copy it to look at it."""
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, *gc.get_threshold()[1:])

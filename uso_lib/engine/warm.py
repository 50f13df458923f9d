"""Make a process ready for reports: what every notebook imports and computes, once, before it forks.

Draws nothing and starts no threads; what is computed of a municipality is not kept.
"""

from __future__ import annotations

import gc
import importlib
import sys
from collections.abc import Iterable
from pathlib import Path

#: What reports import at first use; importing it later would cost every report anew.
MODULES = (
    "ipykernel.kernelapp", "ipykernel.ipkernel", "IPython.core.completer", "IPython.core.debugger",
    "IPython.core.logger", "IPython.core.magics", "IPython.core.oinspect", "IPython.extensions.storemagic",
    "sqlite3", "tornado.platform.asyncio", "tornado.queues", "pyarrow.parquet", "uso_lib.situation",
    "papermill", "nbclient", "uso_lib.reports.export", "uso_lib.reports.bound_words",
    "uso_lib.reports.workbook",
    "matplotlib.backends.backend_svg", "matplotlib.pyplot", "seaborn",
    "pandas.io.formats.style",
)  # fmt: skip


def warm_up(modules: Iterable[str] = MODULES) -> None:
    """Import what kernels and notebooks need; what is not installed is passed over."""
    _import_without_grammar("jsonschema", "rfc3987_syntax")
    for name in modules:
        try:
            importlib.import_module(name)
        except ImportError:
            continue
    if "nbformat" in sys.modules:
        _compile_schema()


def _import_without_grammar(name: str, grammar: str) -> None:
    """Import a package without one it would use if it were there, and leave that importable.

    nbformat imports jsonschema, which imports a grammar of internationalised addresses: to compile it takes
    longer than all else, and notebooks hold nothing it could check.
    """
    if name in sys.modules or grammar in sys.modules:
        return
    sys.modules[grammar] = None  # type: ignore[assignment]
    try:
        importlib.import_module(name)
    except ImportError:
        pass
    finally:
        del sys.modules[grammar]


def _compile_schema() -> None:
    """Have nbformat compile what it checks every output with."""
    import nbformat
    from nbformat.v4 import new_notebook

    nbformat.validate(new_notebook())  # type: ignore[no-untyped-call]


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
    gc.collect()
    gc.freeze()

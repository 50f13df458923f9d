"""Execute the template notebook for one member with papermill.

Runs the standard kernel through papermill's Python interface, in the caller's process. Does not export,
publish or choose parameters, and never changes the working folder.
"""

from __future__ import annotations

import ast
import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from uso_lib.errors import ReportError
from uso_lib.reports.traces import without_traces

KERNEL = "python3"
CELL_TIMEOUT_SECONDS = 600
NOTEBOOK_FORMAT = 4
#: The kernel's own settings: no history file, no chatter on the terminal about its transport or its end.
KERNEL_SETTINGS = {"IPKernelApp": {"log_level": "CRITICAL"}, "HistoryManager": {"enabled": False}}

Parameters = Mapping[str, str | list[str] | None]


def declared_parameters(template: Path) -> tuple[str, ...]:
    """Read which parameters a notebook declares in its cell tagged ``parameters``.

    Raises
    ------
    ReportError
        The notebook cannot be read, has no or several such cells, or the cell holds more than plain
        assignments.
    """
    try:
        notebook = json.loads(template.read_text(encoding="utf-8"))
        # Half a character can be read but not written again: it would stop every report half-way.
        json.dumps(notebook, ensure_ascii=False).encode("utf-8")
        cells = [cell for cell in notebook["cells"] if "parameters" in cell["metadata"].get("tags", [])]
    except (OSError, ValueError, KeyError, TypeError) as problem:
        message = f"{template} cannot be read as a notebook ({type(problem).__name__}). Restore it with git."
        raise ReportError(message) from problem
    if len(cells) != 1:
        message = f"{template} must have exactly one cell tagged 'parameters', it has {len(cells)}."
        raise ReportError(message)
    if notebook.get("nbformat") != NOTEBOOK_FORMAT:
        message = f"{template} is not of notebook format {NOTEBOOK_FORMAT}. Restore it with git."
        raise ReportError(message)
    return _assigned_names(cells[0].get("source"), template)


def check_parameters(template: Path, passed: Parameters) -> None:
    """Refuse parameters the notebook does not declare, and declared ones that are not passed.

    papermill itself only warns of an unknown parameter, and runs a parameter's name as code.

    Raises
    ------
    ReportError
        The two sets of names differ.
    """
    declared = declared_parameters(template)
    if set(declared) != set(passed):
        message = (
            f"{template} declares the parameters {', '.join(declared)}, "
            f"but the report is made with {', '.join(passed)}. Correct the notebook's parameters cell."
        )
        raise ReportError(message)


def execute(template: Path, target: Path, *, parameters: Parameters, workspace: Path) -> Any:
    """Execute a template and write the executed notebook.

    Parameters
    ----------
    target
        Where the executed notebook goes; on failure it holds the cells run so far and the error.
    parameters
        Exactly the parameters the template declares.
    workspace
        Root of the workspace the kernel shall use.

    Returns
    -------
    The executed notebook (nbformat's NotebookNode) without times, paths and other traces of this run.

    Raises
    ------
    ReportError
        A cell failed, took too long, or the kernel died.
    """
    import papermill
    from nbclient.exceptions import DeadKernelError
    from papermill.exceptions import PapermillException

    check_parameters(template, parameters)
    with (
        tempfile.TemporaryDirectory(prefix="uso-", ignore_cleanup_errors=True) as desk,
        _environment(desk, workspace),
    ):
        try:
            notebook = papermill.execute_notebook(
                str(template),
                str(target),
                parameters=dict(parameters),
                kernel_name=KERNEL,
                progress_bar=False,
                request_save_on_cell_execute=False,
                execution_timeout=CELL_TIMEOUT_SECONDS,
                config=_connection(desk),
            )
        except (PapermillException, DeadKernelError, TimeoutError) as problem:
            message = _reason(problem)
            raise ReportError(message) from problem
    return without_traces(notebook, workspace=workspace)


@contextmanager
def _environment(desk: str, workspace: Path) -> Iterator[None]:
    """Set what the kernel inherits: this workspace, this environment's kernel, nothing of the user's home.

    Start-up scripts and history in the user's home would make reports differ and writers wait for each other.
    """
    profile = Path(desk) / "profile_default"
    profile.mkdir()
    (profile / "ipython_kernel_config.json").write_text(json.dumps(KERNEL_SETTINGS), encoding="utf-8")
    own = {
        "USO_WORKSPACE": str(workspace),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "JUPYTER_RUNTIME_DIR": desk,
        "IPYTHONDIR": desk,
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
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


def _connection(desk: str) -> Any:
    """Talk to the kernel through files in a folder of this run, not through ports others could take."""
    from traitlets.config import Config

    if os.name != "posix":
        return Config()
    return Config(KernelManager={"transport": "ipc", "connection_file": f"{desk}/k.json", "ip": f"{desk}/k"})


def _assigned_names(source: Any, template: Path) -> tuple[str, ...]:
    names: list[str] = []
    try:
        statements = ast.parse("".join(source)).body
    except (SyntaxError, ValueError, TypeError) as problem:
        message = f"The parameters cell of {template} is not valid Python ({problem}). Restore it with git."
        raise ReportError(message) from problem
    for statement in statements:
        if not isinstance(statement, ast.Assign) or not all(
            isinstance(t, ast.Name) for t in statement.targets
        ):
            message = f"The parameters cell of {template} may hold only lines of the form name = value."
            raise ReportError(message)
        names += [target.id for target in statement.targets if isinstance(target, ast.Name)]
    return tuple(names)


def _reason(problem: BaseException) -> str:
    """Say in one line what failed, without terminal colours and traceback."""
    if getattr(problem, "ename", None):
        return f"{problem.ename}: {_plain(str(problem.evalue))}"  # type: ignore[attr-defined]
    return f"{type(problem).__name__}: {_plain(str(problem))}"


def _plain(text: str) -> str:
    lines = re.sub(r"\x1b\[[0-9;]*m", "", text).strip().splitlines()
    return "; ".join(line.strip() for line in lines if line.strip())[:500]

"""Read which parameters a notebook declares, and hold them against those it is to be executed with.

Does not execute anything.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from uso_lib.errors import ReportError

NOTEBOOK_FORMAT = 4

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

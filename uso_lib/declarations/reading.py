"""Read theme files and the shared standards, with everything that is wrong with them by themselves.

Does not know any table (tables.py) and does not answer questions about what is declared (catalog.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from uso_lib.declarations import counts, indicators, references, rows
from uso_lib.declarations.files import Declarations, ThemeFile
from uso_lib.errors import Problem
from uso_lib.file_state import State, state_of
from uso_lib.specs import Standards, Theme
from uso_lib.strict_yaml import Document, read_yaml, validation_problems

STANDARDS = "standards.yml"

Model = TypeVar("Model", bound=BaseModel)


def read_declarations(folder: Path) -> tuple[Declarations, list[Problem]]:
    """Read all files of a folder, again when they have changed; those that are not as declared are left out.

    Parameters
    ----------
    folder
        Folder of the theme files; `standards.yml` stands in it or in the folder above.

    Returns
    -------
    tuple
        What was read, and every problem that shows without knowing any table.
    """
    place = folder.absolute()
    files = [*sorted(place.glob("*.yml")), place.parent / STANDARDS]
    declared, problems = _read(place, state_of(files))
    if problems:
        _read.cache_clear()  # a file that cannot be read may be readable the next moment
    return declared, list(problems)


@lru_cache(maxsize=8)
def _read(folder: Path, state: State) -> tuple[Declarations, tuple[Problem, ...]]:  # noqa: ARG001 - see above
    problems: list[Problem] = []
    themes: list[ThemeFile] = []
    for file in sorted(folder.glob("*.yml")):
        if file.name != STANDARDS:
            document = read_yaml(file)
            themes.append(ThemeFile(document, _model(document, Theme, problems)))
    if not themes and not problems:
        problems.append(Problem(folder, "", "there is no theme file in the folder", "add <theme>.yml"))
    beside, above = folder / STANDARDS, folder.parent / STANDARDS
    shared = read_yaml(beside if beside.is_file() else above)
    standards = _model(shared, Standards, problems)
    declared = Declarations(tuple(themes), shared, standards)
    problems += [
        problem for part in (references, indicators, counts, rows) for problem in part.problems(declared)
    ]
    return declared, tuple(problems)


def in_reading_order(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems by file and line, each once."""
    return sorted(dict.fromkeys(problems), key=lambda one: (one.file.name, one.line or 0))


def _model(document: Document, model: type[Model], problems: list[Problem]) -> Model | None:
    """Return the document as a model, or None with its problems added."""
    problems.extend(document.problems)
    data: Any = document.data
    try:
        return model.model_validate(data)
    except ValidationError as error:
        if document.complete and (data or not document.problems):
            problems.extend(validation_problems(error, document.file, document.lines, model))
    return None

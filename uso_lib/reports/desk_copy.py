"""Write the notebook the consultant works in, small enough to open quickly, and let Jupyter trust it.

Does not choose what stands in it: the run and notes/ do.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from uso_lib.reports.harvest import SECTION_MIME
from uso_lib.reports.proof import FIGURE_PROOF_MIME, PROOF_MIME

#: What the report has been made from by now: six sevenths of a notebook an editor would load and save.
_HARVESTED = (SECTION_MIME, PROOF_MIME, FIGURE_PROOF_MIME)


def write_desk_copy(notebook: Any, target: Path) -> None:
    """Write a notebook without the numbers that workbook, CSV and page already hold; change the one given."""
    import nbformat

    for output in (one for cell in notebook["cells"] for one in cell.get("outputs", [])):
        for kind in _HARVESTED:
            output.get("data", {}).pop(kind, None)
    nbformat.write(notebook, target)  # type: ignore[no-untyped-call]


def trust(file: Path) -> bool:
    """Let the Jupyter of whoever made a report show its notebook as it is: they have run every cell of it.

    Jupyter keeps a signature of the content, as it does when a notebook is saved after it was run. On another
    machine the views stand in the editor's own look. False where no signature can be kept.
    """
    import nbformat
    from nbformat.sign import NotebookNotary

    try:
        notary = NotebookNotary()  # type: ignore[no-untyped-call]
        try:
            notary.sign(nbformat.read(file, as_version=4))  # type: ignore[no-untyped-call]
        finally:
            notary.store.close()
    except (OSError, ValueError, sqlite3.Error):
        return False
    return True

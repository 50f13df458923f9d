"""Say why a report was not made: on the command line, and in a notebook beside the earlier report.

Does not decide whether a report failed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from uso_lib.reports import publish
from uso_lib.reports.traces import without_places

NO_PLACE_TO_WRITE = (
    f"Älä kirjoita tähän: seuraava ajo korvaa tämän tiedoston. Kirjoita muistikirjaan {publish.NOTEBOOK}, "
    "josta omat solusi otetaan talteen."
)
REFUSED = (
    "Raporttia ei voi tehdä: levy on täynnä, tai tiedostoa tai kansiota ei voi lukea tai kirjoittaa. "
    "Tekstisi ovat tallessa. Vapauta tilaa tai pyydä oikeus ja aja raportti uudelleen."
)


def refused(member: str, problem: OSError) -> str:
    """Say that the machine did not let a file be read or written, and what to do."""
    return (
        f"A file or folder cannot be read or written ({problem}). The earlier report and what the consultant "
        f"wrote are kept. Free space or give access, then: uso report {member}"
    )


def explain(notebook_file: Path, target: Path, error: str, *, workspace: Path) -> None:
    """Write a failed notebook with the reason on top, in place of papermill's own English note."""
    notebook: dict[str, Any] = json.loads(notebook_file.read_text(encoding="utf-8"))
    fence = "```"
    source = f"# Raporttia ei syntynyt\n\n{fence}\n{error.replace(fence, '')}\n{fence}\n\n{NO_PLACE_TO_WRITE}"
    note = {"cell_type": "markdown", "id": "failure", "metadata": {}, "source": source}
    kept = [
        cell
        for cell in notebook["cells"]
        if "papermill-error-cell-tag" not in cell["metadata"].get("tags", [])
    ]
    notebook["cells"] = [note, *kept]
    notebook["metadata"].pop("papermill", None)  # names the temporary folders of the run
    text = json.dumps(without_places(notebook, workspace), ensure_ascii=False, indent=1)
    target.write_text(f"{text}\n", encoding="utf-8")

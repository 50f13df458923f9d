"""Say what the consultant's own cells tell of a machine or a person, before the notebook is handed on.

What the workbench makes itself tells nothing; tests hold every file of the network against the same rules
(leaks.py). Does not change or stop anything: a path may be meant.
"""

from __future__ import annotations

import getpass
import json
import lzma
import re
import socket
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from uso_lib.reports.harvest import section_data
from uso_lib.reports.leaks import PATHS, Secret, layers, secrets_of_this_machine, told
from uso_lib.reports.proof import PROOF_MIME

#: Names that are anybody's.
_ANYBODY = {"root", "user", "admin", "jovyan", "localhost", "runner"}
_SHORTEST_NAME = 3
_LONGEST_TOLD = 80


def told_by_own_cells(
    notebook: Path, *, workspace: Path, own: Collection[str] | None = None
) -> tuple[str, ...]:
    """Return what the cells of an executed notebook tell, each with the number of its cell.

    Code outputs are held against all rules; what the consultant typed against names and paths only, as an
    e-mail address that somebody typed is meant.

    Parameters
    ----------
    own
        Ids of the consultant's own cells, whose outputs are looked through; by default those of all cells.
    """
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    secrets, names = secrets_of_this_machine(workspace), _names()
    found: dict[str, None] = {}
    for number, cell in enumerate(cells, start=1):
        typed = _text(cell["source"]).encode()
        leaks = [("a path", _excerpt(typed, one)) for one in PATHS.finditer(typed)]
        for content in _shown(cell) if own is None or cell.get("id") in own else ():
            leaks += _leaks(content, secrets)
            leaks += [(what, "") for what, name in names.items() if name.search(content)]
        found |= {f"cell {number}: {what}{f' ({said})' if said else ''}": None for what, said in leaks}
    return tuple(found)


def _names() -> dict[str, re.Pattern[bytes]]:
    """Return what names the person and the machine, as whole words: they may be short."""
    said = {"the name of the user": getpass.getuser(), "the name of the machine": socket.gethostname()}
    return {
        what: re.compile(rb"(?<![\w.-])" + re.escape(name.encode()) + rb"(?![\w-])")
        for what, name in said.items()
        if len(name) >= _SHORTEST_NAME and name.casefold() not in _ANYBODY
    }


def _shown(cell: Mapping[str, Any]) -> Iterator[bytes]:
    """Go through what the cell's own code put out, form by form."""
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        if section_data(output) is None and PROOF_MIME not in data:
            for form in (output.get("text", ""), *data.values()):
                text = _text(form) if isinstance(form, str | list) else json.dumps(form, ensure_ascii=False)
                yield text.encode("utf-8", "replace")


def _leaks(content: bytes, secrets: list[Secret]) -> list[tuple[str, str]]:
    """Return what some bytes tell; secret values are named, never repeated."""
    hidden = {secret.what for secret in secrets}
    found: list[tuple[str, str]] = []
    try:
        for _, inner in layers(content, "output"):
            found += [
                (what, "" if what in hidden else _plain(said)) for what, said in told(inner, secrets, set())
            ]
    except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError, zipfile.BadZipFile):
        return found  # what cannot be unpacked here tells nobody anything
    return found


def _text(held: Any) -> str:
    return "".join(map(str, held)) if isinstance(held, list) else str(held)


def _excerpt(content: bytes, found: re.Match[bytes]) -> str:
    return _plain(content[found.start() : found.end() + 40].split(b"\n")[0])


def _plain(said: bytes) -> str:
    return " ".join(said.decode("utf-8", "replace").split())[:_LONGEST_TOLD]

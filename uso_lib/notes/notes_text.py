"""Write a member's notes as a notebook that git merges well, and read it back, whoever saved it.

Every line that ends or begins a cell is its own, the first and last cell are fixed, and texts stand line by
line: two people's changes to different cells do not meet. Does not touch files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from uso_lib.notes.cells import CODE, MARKDOWN, Cell, Notes, OwnCell, mark_of
from uso_lib.notes.forms import KERNEL, SCHEMA, USO, NotANotebook, cell_of, parse_notebook
from uso_lib.notes.identity import name_by_text
from uso_lib.notes.merging import free_name

FIRST, LAST = "notes-first", "notes-last"
#: The first and last item of lists, so that commas never differ.
_SMALLEST, _GREATEST = "", "~"
_HALVES = re.compile("[\ud800-\udfff]")
_VALID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def notes_text(notes: Notes) -> bytes:
    """Return the file of a member's notes: a notebook of format 4.5 without outputs."""
    cells = [_fixed(FIRST, notes.member), *map(_json_cell, notes.cells), _fixed(LAST, notes.member)]
    about = {
        "hidden": [_SMALLEST, *notes.hidden, _GREATEST],
        "member": notes.member,
        "schema": SCHEMA,
    }
    notebook = {
        "cells": cells,
        "metadata": {"kernelspec": KERNEL, "language_info": {"name": "python"}, USO: about},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    text = json.dumps(notebook, ensure_ascii=False, indent=1)
    # Half a character can be said in JSON, but not written as it is.
    whole = text if text.isascii() else _HALVES.sub(lambda half: f"\\u{ord(half[0]):04x}", text)
    return f"{whole}\n".encode()


def parse_notes(content: bytes, member: str) -> Notes:
    """Return the notes a file holds.

    Cells without an id or a place, as other programs may leave them, get one; of two cells with one id, as a
    merge by text may leave them, both are kept if their texts differ.

    Raises
    ------
    NotANotebook
        The file is no notebook.
    """
    notebook = parse_notebook(content)
    about = _mapping(notebook.get("metadata"), USO)
    hidden = about.get("hidden", [])
    if not isinstance(hidden, list):
        message = "the list of hidden cells is no list"
        raise NotANotebook(message)
    names = sorted({str(name) for name in hidden} - {_SMALLEST, _GREATEST})
    cells: dict[str, OwnCell] = {}
    previous = OwnCell(Cell("", MARKDOWN, ""))
    for data in notebook["cells"]:
        own = _own_cell(data, previous)
        if own is not None:
            _add(cells, own)
            previous = own
    return Notes(member, tuple(cells.values()), tuple(names))


def _fixed(name: str, member: str) -> dict[str, Any]:
    return {"id": name, "cell_type": MARKDOWN, "metadata": {}, "source": _fixed_source(name, member)}


def _fixed_source(name: str, member: str) -> str:
    if name == LAST:
        return "Omat solut päättyvät."
    return (
        f"Konsultin omat solut: {member}. Kirjoita muistikirjaan outputs/{member}/situation.ipynb; "
        f"`uso report {member}` tuo tekstit tänne. Luettelo ja aiemmat versiot: `uso notes {member}`."
    )


def _is_fixed(cell: Cell) -> bool:
    """Tell whether a cell says nothing but what the first or last one does, also for another member."""
    return any(one.fullmatch(cell.source.strip()) for one in _FIXED)


_FIXED = [
    re.compile("[a-z0-9-]+".join(map(re.escape, _fixed_source(name, "\0").split("\0"))))
    for name in (FIRST, LAST)
]


def _json_cell(own: OwnCell) -> dict[str, Any]:
    """Return an own cell as JSON whose first and last lines hold its id."""
    cell = own.cell
    place = {
        "anchor": own.anchor,
        "section": own.section,
        "chapter": own.chapter,
        "replaces": own.replaces,
        "base": own.base,
        "conflict": own.conflict,
    }
    about = {key: value for key, value in place.items() if value or key == "anchor"} | {"id": cell.id}
    data: dict[str, Any] = {"id": cell.id, "cell_type": cell.kind}
    if cell.kind == CODE:
        data |= {"execution_count": None, "outputs": []}
    data["source"] = _lines(cell.source)
    if cell.attachments:
        data["attachments"] = dict(cell.attachments)
    tags = {"tags": list(cell.tags)} if cell.tags else {}
    return data | {"metadata": {**cell.metadata, **tags, USO: about}}


def _own_cell(data: Mapping[str, Any], previous: OwnCell) -> OwnCell | None:
    """Return an own cell of the file; None for a fixed one as it was written."""
    cell = cell_of(data)
    about = _mapping(data.get("metadata"), USO)
    fixed = cell.id in (FIRST, LAST)
    if (_is_fixed(cell) and "anchor" not in about) or (fixed and not cell.source.strip()):
        return None  # by what it says: programs of earlier formats drop the ids
    cell = replace(cell, id="") if fixed else cell
    name = about.get("id")
    wanted = name if isinstance(name, str) else cell.id
    named = replace(cell, id=wanted if _VALID.fullmatch(wanted) else "")
    if "anchor" not in about:
        return replace(previous, cell=named, replaces=None, base="", conflict="")
    read = {key: str(about.get(key) or "") for key in ("anchor", "section", "chapter", "base", "conflict")}
    replaces = about.get("replaces")
    return OwnCell(named, replaces=named.id if isinstance(replaces, str) and named.id else None, **read)


def _add(cells: dict[str, OwnCell], own: OwnCell) -> None:
    """Add an own cell under an id of its own; a second one with the same id and text is the same cell."""
    first = cells.get(own.id)
    if own.id == "":
        own = replace(own, cell=replace(own.cell, id=name_by_text(own.cell, cells)))
    elif first is not None:
        if mark_of(first.cell) == mark_of(own.cell):
            return
        second = free_name(own.id, own.cell, {name: one.cell for name, one in cells.items()})
        if not second:
            return
        other = replace(own.cell, id=second)
        own = replace(own, cell=other, replaces=None, base="", conflict=own.id)
    cells[own.id] = own


def _mapping(data: Any, key: str) -> Mapping[str, Any]:
    held = data.get(key) if isinstance(data, Mapping) else None
    return held if isinstance(held, Mapping) else {}


def _lines(source: str) -> list[str]:
    """Return a text as a notebook keeps it: lines with their ends."""
    return re.findall(r"[^\n]*\n|[^\n]+", source)

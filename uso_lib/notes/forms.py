"""Turn the JSON of notebooks into cells and back, whoever saved them.

Reads every notebook format from 3 to 4.5, with ids or without. Does not decide which cell is whose.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from uso_lib.notes.cells import CODE, MARKDOWN, RAW, Cell, Mark, Standing, State, digest

#: The key of notebooks' and cells' metadata that is ours.
USO = "uso"
SCHEMA = 1
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
#: What editors note of a moment: times, folded cells, trust. No person wrote it.
_PASSING = {
    *("tags", USO, "execution", "papermill", "collapsed", "scrolled", "trusted", "ExecuteTime", "vscode"),
    *("pycharm", "jp-MarkdownHeadingCollapsed", "heading_collapsed", "hidden", "id"),
}
_HALVES = re.compile("[\ud800-\udfff]")
_PRESENT_FORMAT = 4


class NotANotebook(ValueError):  # noqa: N818 - says what the file is
    """Tell that a file cannot be read as a notebook."""


@dataclass(frozen=True)
class DeskCell:
    """Hold one cell as it stands in a desk copy.

    Parameters
    ----------
    cell
        With the id the file gives, "" without one.
    named
        Id the run gave it, kept in its metadata; copies of a cell keep it too.
    made
        Digest of what the run put there; "" in an own cell.
    """

    cell: Cell
    named: str = ""
    made: str = ""


@dataclass(frozen=True)
class Desk:
    """Hold the cells of a desk copy, and what it held when it was made.

    Parameters
    ----------
    member
        Slug of the member it was made for; "" when it does not say.
    base
        None when it does not say.
    """

    member: str
    cells: tuple[DeskCell, ...]
    base: State | None = None


def parse_notebook(content: bytes) -> dict[str, Any]:
    """Return a notebook of format 4 as plain data.

    Raises
    ------
    NotANotebook
        The text is cut short, no JSON, or not a notebook.
    """
    try:
        notebook = json.loads(content.decode("utf-8-sig"))
        if notebook["nbformat"] < _PRESENT_FORMAT:
            notebook = _converted(notebook)
        cells = notebook["cells"]
        if not all(isinstance(cell["cell_type"], str) and "source" in cell for cell in cells):
            message = "a cell has no type or text"
            raise NotANotebook(message)
    except NotANotebook:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise NotANotebook(str(problem)) from problem
    metadata = notebook.get("metadata")
    return dict(notebook) | {"metadata": metadata if isinstance(metadata, dict) else {}}


def _converted(notebook: Any) -> Any:
    """Return a notebook of an earlier format as one of format 4."""
    import nbformat

    try:
        old = nbformat.from_dict(notebook)  # type: ignore[no-untyped-call]
        return nbformat.convert(old, _PRESENT_FORMAT)  # type: ignore[no-untyped-call]
    except Exception as problem:  # what nbformat raises has no common kind
        message = f"it cannot be converted from an earlier format: {problem}"
        raise NotANotebook(message) from problem


def with_ids(notebook: dict[str, Any]) -> dict[str, Any]:
    """Return a template in which every cell has an id of its own, the same each time."""
    taken: set[str] = set()
    cells = []
    for data in notebook["cells"]:
        name = data.get("id") or f"cell-{digest(_text(data['source']), 8)}"
        while name in taken:
            name = f"{name}-2"
        taken.add(name)
        cells.append({"metadata": {}, **data, "id": name})
    return notebook | {"cells": cells}


def desk_of(notebook: Mapping[str, Any]) -> Desk:
    """Return the cells of a notebook and the base it carries."""
    own = notebook.get("metadata", {}).get(USO)
    about: Mapping[str, Any] = own if isinstance(own, dict) else {}
    cells = tuple(desk_cell(cell) for cell in notebook["cells"])
    return Desk(str(about.get("member", "")), cells, state_of(about))


def desk_cell(data: Mapping[str, Any]) -> DeskCell:
    """Return one cell of a notebook."""
    metadata = data.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    ours = metadata.get(USO)
    ours = ours if isinstance(ours, dict) else {}
    named, made = ours.get("id", ""), ours.get("made", "")
    return DeskCell(
        cell_of(data), named if isinstance(named, str) else "", made if isinstance(made, str) else ""
    )


def cell_of(data: Mapping[str, Any]) -> Cell:
    """Return one cell of a notebook without its outputs."""
    metadata = data.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    tags = metadata.get("tags", [])
    attachments = data.get("attachments")
    kind, name = data["cell_type"], data.get("id", "")
    return Cell(
        id=name if isinstance(name, str) else "",
        kind=kind if kind in (MARKDOWN, CODE) else RAW,
        source=_text(data["source"]),
        tags=tuple(str(tag) for tag in tags) if isinstance(tags, list | tuple) else (),
        attachments=_pictures(attachments) if isinstance(attachments, dict) else {},
        metadata={key: value for key, value in metadata.items() if key not in _PASSING},
    )


def as_json_cell(cell: Cell) -> dict[str, Any]:
    """Return a cell as a notebook of format 4.5 holds it, without outputs.

    Halves of characters, which no file can hold, are replaced.
    """
    metadata: dict[str, Any] = dict(cell.metadata)
    if cell.tags:
        metadata["tags"] = list(cell.tags)
    data: dict[str, Any] = {"cell_type": cell.kind, "id": cell.id, "metadata": metadata}
    data["source"] = writable(cell.source)
    if cell.kind == CODE:
        data |= {"execution_count": None, "outputs": []}
    elif cell.attachments:
        data["attachments"] = dict(cell.attachments)
    return data


def writable(text: str) -> str:
    """Return a text without halves of characters."""
    return text if text.isascii() else _HALVES.sub("\N{REPLACEMENT CHARACTER}", text)


def state_of(about: Mapping[str, Any]) -> State | None:
    """Return the base that metadata or the journal holds; None when it is not as it should be."""
    try:
        if about["schema"] != SCHEMA:
            return None
        own = {
            str(name): Standing(_mark(held["shown"]), _mark(held.get("kept", held["shown"])))
            for name, held in about["own"].items()
        }
        return State(
            run=str(about["run"]),
            generated={str(name): str(held) for name, held in about["generated"].items()},
            own=own,
            notices={str(name): str(held) for name, held in about["notices"].items()},
            order=tuple(str(name) for name in about["order"]),
        )
    except (KeyError, TypeError, AttributeError):
        return None


def as_json_state(state: State) -> dict[str, Any]:
    """Return a base as plain data, the same for the same base."""
    own = {
        name: {"shown": _as_json_mark(held.shown)}
        | ({} if held.kept == held.shown else {"kept": _as_json_mark(held.kept)})
        for name, held in sorted(state.own.items())
    }
    return {
        "schema": SCHEMA,
        "run": state.run,
        "generated": dict(sorted(state.generated.items())),
        "own": own,
        "notices": dict(sorted(state.notices.items())),
        "order": list(state.order),
    }


def _mark(held: Mapping[str, Any]) -> Mark:
    return Mark(
        str(held["source"]),
        str(held.get("tags", "")),
        str(held.get("rest", "")),
        dict(held.get("pictures", {})),
    )


def _as_json_mark(mark: Mark) -> dict[str, Any]:
    held = {"source": mark.source, "tags": mark.tags, "rest": mark.rest, "pictures": dict(mark.pictures)}
    return {key: value for key, value in held.items() if value}


def _pictures(attachments: Mapping[str, Any]) -> dict[str, Any]:
    """Return pasted pictures, those kept line by line as one text: writers of notebooks differ in that."""
    return {
        name: {kind: _text(one) if _is_lines(one) else one for kind, one in held.items()}
        if isinstance(held, dict)
        else held
        for name, held in attachments.items()
    }


def _is_lines(content: Any) -> bool:
    return isinstance(content, list) and all(isinstance(line, str) for line in content)


def _text(source: Any) -> str:
    if isinstance(source, list | tuple):
        return "".join(map(str, source))
    return "" if source is None else str(source)

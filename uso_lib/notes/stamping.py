"""Put into an executed notebook what the next gathering needs to know about it.

The texts of own cells come back as the consultant wrote them, whatever the run did to them. Does not execute
or write anything.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from uso_lib.notes.cells import NOTICE, Notes, OwnCell, Standing, State, digest, generated_digest, mark_of
from uso_lib.notes.forms import USO, as_json_state, cell_of, writable
from uso_lib.notes.places import LOOSE, LOOSE_HEADING


def stamp(notebook: Any, notes: Notes, template: Mapping[str, str]) -> tuple[Any, State]:
    """Return a copy of an executed notebook with its base, and the base.

    Parameters
    ----------
    template
        Ids of the template's cells → digest.
    """
    result = copy.copy(notebook)  # outputs are large and stay as they are
    result["metadata"] = copy.copy(notebook["metadata"])
    result["cells"] = [_loose_copy(cell) for cell in notebook["cells"]]
    noted = notes.by_id
    made = {**template, LOOSE: generated_digest(LOOSE_HEADING)}
    generated: dict[str, str] = {}
    own: dict[str, Standing] = {}
    notices: dict[str, str] = {}
    order: list[str] = []
    for data in result["cells"]:
        name = data["id"]
        mine = noted.get(name)
        about = {"id": name}
        if mine is not None:
            _as_written(data, mine)
            own[name] = Standing(mark_of(cell_of(data)), mark_of(mine.cell))
            if mine.replaces and name in made:
                generated[name] = about["made"] = made[name]
        else:
            held = notices if name.startswith(NOTICE) else generated
            held[name] = about["made"] = generated_digest(cell_of(data))
        if mine is not None or name in generated:
            order.append(name)
        data["metadata"][USO] = type(result["metadata"])(about)
    state = _named(State("", generated, own, notices, tuple(order)))
    about_all = {**as_json_state(state), "member": notes.member}
    result["metadata"][USO] = _as_node(about_all, type(result["metadata"]))
    return result, state


def _loose_copy(data: Any) -> Any:
    made = copy.copy(data)
    made["metadata"] = copy.copy(data["metadata"])
    return made


def _as_written(data: Any, own: OwnCell) -> None:
    data["source"] = writable(own.cell.source)
    tags = list(own.cell.tags)
    if tags:
        data["metadata"]["tags"] = tags
    else:
        data["metadata"].pop("tags", None)


def _named(state: State) -> State:
    """Return a base with the name of its run: the same for the same notebook."""
    told = {key: value for key, value in as_json_state(state).items() if key != "run"}
    return replace(state, run=digest(json.dumps(told, sort_keys=True)))


def _as_node(data: Any, kind: type) -> Any:
    """Return plain data in the kind of mapping the notebook is made of."""
    if isinstance(data, dict):
        return kind({key: _as_node(value, kind) for key, value in data.items()})
    return [_as_node(one, kind) for one in data] if isinstance(data, list) else data

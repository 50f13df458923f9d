"""Read the boundaries of the municipalities from the snapshot: arcs that neighbours share, in metres.

Does not simplify or draw them (presentation/charts/) and does not know their names (regions.py).
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from uso_lib.errors import SnapshotError
from uso_lib.file_state import State, state_of
from uso_lib.registers import MANIFEST, RESTORE, SNAPSHOT

BOUNDARIES = "boundaries.json"
SCHEMA = 1
PROJECTION = "ETRS-TM35FIN (EPSG:3067)"

#: Points in order: easting and northing in metres.
Line = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Boundaries:
    """Hold the boundaries of all municipalities.

    Parameters
    ----------
    arcs
        Lines between the points where borders meet; a closed one ends where it starts.
    areas
        Municipality code → its rings as numbers of arcs in order; ``~number`` (negative) is backwards.
    attribution, year
        Whose boundaries they are and of which year.
    """

    arcs: tuple[Line, ...]
    areas: Mapping[str, tuple[tuple[int, ...], ...]]
    attribution: str
    year: int

    def rings(self, code: str) -> list[Line]:
        """Return the rings of a municipality, each ending where it starts."""
        return [joined(self.arcs, ring) for ring in self.areas[code]]

    def closes(self, ring: Sequence[int]) -> bool:
        """Tell whether every arc of a ring starts where the one before it ends."""
        ends = [self._ends(number) for number in ring]
        return all(before[1] == after[0] for before, after in zip([ends[-1], *ends], ends, strict=False))

    def merged(self, codes: Sequence[str]) -> list[tuple[int, ...]]:
        """Return the rings around municipalities taken together, without the borders between them."""
        numbers = {number for code in codes for ring in self.areas[code] for number in ring}
        waiting: dict[tuple[float, float], list[int]] = defaultdict(list)
        for number in sorted(number for number in numbers if ~number not in numbers):
            waiting[self._ends(number)[0]].append(number)
        rings = []
        while waiting:
            start = end = next(iter(waiting))
            ring: list[int] = []
            while not ring or end != start:
                ring.append(waiting[end].pop())
                if not waiting[end]:
                    del waiting[end]
                end = self._ends(ring[-1])[1]
            rings.append(tuple(ring))
        return rings

    def _ends(self, number: int) -> tuple[tuple[float, float], tuple[float, float]]:
        """Return where an arc starts and ends in its direction."""
        arc = self.arcs[max(number, ~number)]
        first, last = tuple(arc[0].tolist()), tuple(arc[-1].tolist())
        return (first, last) if number >= 0 else (last, first)


def joined(arcs: Sequence[Line], ring: Sequence[int]) -> Line:
    """Join the arcs of a ring, which ends where it starts."""
    parts = [arcs[number] if number >= 0 else arcs[~number][::-1] for number in ring]
    return np.vstack([parts[0], *(part[1:] for part in parts[1:])])


def area_km2(ring: Line) -> float:
    """Return the area inside a closed ring; negative when it runs clockwise."""
    x, y = ring[:, 0], ring[:, 1]
    return float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]) / 2 / 1e6)


def load_boundaries(folder: Path | None = None) -> Boundaries:
    """Read the boundaries of a snapshot folder, again when they have changed.

    Parameters
    ----------
    folder
        The snapshot folder, the bundled one by default.

    Raises
    ------
    SnapshotError
        The file is missing, unreadable or altered, or of another schema.
    """
    place = (folder or SNAPSHOT).resolve()
    return _load(place, state_of(place / name for name in (MANIFEST, BOUNDARIES)))


@lru_cache(maxsize=4)
def _load(folder: Path, state: State) -> Boundaries:  # noqa: ARG001 - changed files are read anew
    try:
        content = (folder / BOUNDARIES).read_bytes()
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        declared = {entry["file"]: entry["sha256"] for entry in manifest["registers"]}
        if declared.get(BOUNDARIES) != hashlib.sha256(content).hexdigest():
            reason = "its checksum differs from the manifest's"
            raise _damaged(reason)
        return decoded(json.loads(content))
    except (OSError, KeyError, TypeError, ValueError, IndexError) as error:
        reason = f"it cannot be read ({type(error).__name__}: {error})"
        raise _damaged(reason) from error


def decoded(document: Mapping[str, Any]) -> Boundaries:
    """Make boundaries of the file's content.

    Raises
    ------
    ValueError
        The schema or the projection is another one, or a ring does not close.
    """
    if (document["schema"], document["projection"]) != (SCHEMA, PROJECTION):
        message = f"schema {document['schema']}, {document['projection']}"
        raise ValueError(message)
    unit = float(document["unit_m"])
    arcs = tuple(
        np.cumsum(np.array(arc, dtype=float).reshape(-1, 2), axis=0) * unit for arc in document["arcs"]
    )
    areas = {
        str(code): tuple(tuple(int(number) for number in ring) for ring in rings)
        for code, rings in document["areas"].items()
    }
    made = Boundaries(arcs, areas, str(document["attribution"]), int(document["year"]))
    for code, rings in areas.items():
        if not all(made.closes(ring) for ring in rings):
            message = f"a ring of {code} does not close"
            raise ValueError(message)
    return made


def _damaged(reason: str) -> SnapshotError:
    return SnapshotError(f"The boundaries ({BOUNDARIES}) of the snapshot are damaged: {reason}. {RESTORE}")

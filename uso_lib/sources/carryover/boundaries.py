"""Make the compact file of municipal boundaries out of GeoJSON: projected, quantised, shared arcs.

Does not simplify: every published point is kept, to ten metres (maps are simplified when they are drawn).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from uso_lib.boundaries import PROJECTION, SCHEMA
from uso_lib.errors import SnapshotError
from uso_lib.sources.carryover.declaration import BoundaryFile
from uso_lib.sources.carryover.projection import tm35fin
from uso_lib.sources.carryover.topology import Point, cleaned, cut

#: One unit of the file in metres. The source is drawn for 1:4 500 000, where it is 0.002 mm.
UNIT_M = 10


def boundaries_bytes(
    figures: Path, declared: BoundaryFile, codes: frozenset[str], year: int
) -> tuple[bytes, int]:
    """Return the bytes of the boundaries and the number of municipalities.

    Parameters
    ----------
    codes
        Codes of today's municipalities; the file must have exactly these.
    year
        The year of the division.

    Raises
    ------
    SnapshotError
        The file is missing or damaged, or its municipalities are not those of the register.
    """
    shapes = _shapes(figures / declared.file)
    if frozenset(shapes) != codes:
        odd = ", ".join(sorted(codes.symmetric_difference(shapes))[:5])
        message = f"{declared.file}: its municipalities are not those of the register: {odd}."
        raise SnapshotError(message)
    topology = cut({code: _rings(shapes[code], f"{declared.file}: {code}") for code in sorted(shapes)})
    document = {
        "schema": SCHEMA,
        "attribution": declared.attribution,
        "year": year,
        "projection": PROJECTION,
        "unit_m": UNIT_M,
        "arcs": [_steps(arc) for arc in topology.arcs],
        "areas": topology.areas,
    }
    return (json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n").encode(), len(shapes)


def _shapes(path: Path) -> dict[str, list[list[Any]]]:
    """Read the GeoJSON: municipality → every line of its polygons, holes too."""
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        found: dict[str, list[list[Any]]] = {}
        for feature in features:
            geometry, code = feature["geometry"], str(feature["properties"]["kunta"])
            several = geometry["type"] == "MultiPolygon"
            polygons = geometry["coordinates"] if several else [geometry["coordinates"]]
            found.setdefault(code, []).extend(line for polygon in polygons for line in polygon)
    except FileNotFoundError as error:
        message = f"{path.name}: the figure file is missing from {path.parent}."
        raise SnapshotError(message) from error
    except (OSError, KeyError, TypeError, ValueError) as error:
        message = f"{path.name}: it cannot be read as GeoJSON ({type(error).__name__}: {error})."
        raise SnapshotError(message) from error
    return found


def _rings(lines: Sequence[Sequence[Sequence[float]]], where: str) -> list[list[Point]]:
    """Project and quantise the lines of one municipality."""
    rings = []
    for line in lines:
        degrees = np.array(line, dtype=float)[:-1]
        east, north = tm35fin(degrees[:, 0], degrees[:, 1])
        points = np.rint(np.column_stack([east, north]) / UNIT_M).astype(int).tolist()
        rings.append(cleaned([(x, y) for x, y in points]))
    kept = [ring for ring in rings if ring]
    if not kept:
        message = f"{where}: no area is left at a precision of {UNIT_M} metres."
        raise SnapshotError(message)
    return kept


def _steps(arc: Sequence[Point]) -> list[int]:
    """Return the first point and the steps from point to point as one list."""
    flat, (left, down) = [*arc[0]], arc[0]
    for x, y in arc[1:]:
        flat += [x - left, y - down]
        left, down = x, y
    return flat

"""Boundaries drawn by hand for the toy country: squares of ten kilometres, an island, an enclave.

003 006          005 has an island to the east, 004 an enclave that is 006's
002 005
001 004
"""

from __future__ import annotations

from itertools import pairwise

from uso_lib.boundaries import PROJECTION, SCHEMA, Boundaries, decoded
from uso_lib.sources.carryover.topology import Ring, Topology, cut

SIDE = 1000


def square(x: int, y: int, side: int = SIDE) -> list[tuple[int, int]]:
    """Return a square as a ring, clockwise, from its lower left corner; units of ten metres."""
    return [(x, y), (x, y + side), (x + side, y + side), (x + side, y)]


def toy_rings() -> dict[str, list[Ring]]:
    """Return the rings of the six municipalities; a hole runs the other way."""
    enclave = square(1300, 300, 300)
    rings: dict[str, list[Ring]] = {f"00{row + 1}": [square(0, row * SIDE)] for row in range(3)}
    rings |= {f"00{row + 4}": [square(SIDE, row * SIDE)] for row in range(3)}
    rings["004"].append(enclave[::-1])
    rings["006"].append(enclave)
    rings["005"].append(square(2500, 1200, 200))
    return rings


def as_document(topology: Topology) -> dict[str, object]:
    """Return what the file of the boundaries holds."""
    arcs = []
    for arc in topology.arcs:
        flat = [*arc[0]]
        for (left, down), (x, y) in pairwise(arc):
            flat += [x - left, y - down]
        arcs.append(flat)
    return {
        "schema": SCHEMA, "projection": PROJECTION, "unit_m": 10, "year": 2026,
        "attribution": "Kuntarajat 2026: Testi", "arcs": arcs, "areas": topology.areas,
    }  # fmt: skip


def toy_boundaries() -> Boundaries:
    """Return the boundaries of the toy country."""
    return decoded(as_document(cut(toy_rings())))

"""The boundaries carried over equal the published ones, borders are shared, and a damaged file is refused."""

from __future__ import annotations

import ast
import hashlib
import json
import math
import shutil
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from toy_map import as_document, square, toy_boundaries, toy_rings

from uso_lib import boundaries as module
from uso_lib.boundaries import BOUNDARIES, area_km2, decoded, load_boundaries
from uso_lib.errors import SnapshotError
from uso_lib.regions import load_regions
from uso_lib.registers import SNAPSHOT
from uso_lib.sources.carryover import topology
from uso_lib.sources.carryover.boundaries import boundaries_bytes
from uso_lib.sources.carryover.declaration import load_carryover
from uso_lib.sources.carryover.projection import tm35fin

MAXIMUM_BYTES = 80_000
SOURCE = "kunta4500k_2026_wgs84.geojson"


def published(figures: Path) -> dict[str, list[list[list[tuple[float, float]]]]]:
    """Read the published polygons: municipality → polygons → rings → degrees."""
    found = {}
    for feature in json.loads((figures / SOURCE).read_text(encoding="utf-8"))["features"]:
        assert feature["geometry"]["type"] == "MultiPolygon"
        found[feature["properties"]["kunta"]] = feature["geometry"]["coordinates"]
    return found


def spherical_km2(ring: list[tuple[float, float]]) -> float:
    """Return the area of a ring on the ellipsoid, by authalic latitude: no projection of ours is used."""
    squared = 0.00669438002290
    first = math.sqrt(squared)

    def authalic(latitude: float) -> float:
        sine = math.sin(math.radians(latitude))
        log = math.log((1 - first * sine) / (1 + first * sine))
        return (1 - squared) * (sine / (1 - squared * sine**2) - log / (2 * first))

    total = 0.0
    for (x0, y0), (x1, y1) in pairwise(ring):
        total += math.radians(x1 - x0) * (authalic(y0) + authalic(y1)) / 2
    return -total * 6378.137**2 / 2


def test_every_municipality_has_its_boundaries() -> None:
    found = load_boundaries()
    assert sorted(found.areas) == sorted(one.code for one in load_regions().all)
    assert len(found.areas) == 308
    assert (found.year, found.attribution) == (2026, "Kuntarajat 2026: Tilastokeskus, CC BY 4.0")
    assert (SNAPSHOT / BOUNDARIES).stat().st_size <= MAXIMUM_BYTES
    assert load_boundaries(SNAPSHOT) is found


def test_areas_are_those_of_the_published_polygons(figures: Path) -> None:
    found, polygons = load_boundaries(), published(figures)
    wrong = []
    for code, rings in polygons.items():
        wanted = abs(sum(spherical_km2(ring) for polygon in rings for ring in polygon))
        # The projection enlarges areas by up to 0.3 % at the edges of the country, and a long straight border
        # in it is not straight in degrees: 24 km² of Utsjoki's 5 300.
        mine = abs(sum(area_km2(ring) for ring in found.rings(code)))
        if not math.isclose(mine, wanted, rel_tol=0.005, abs_tol=0.05):
            wrong.append((code, mine, wanted))
    assert wrong == []
    assert sum(len(found.areas[code]) for code in polygons) == sum(
        len(polygon) for rings in polygons.values() for polygon in rings
    )


def test_borders_are_shared_without_slivers() -> None:
    """Every arc is the outer edge of one municipality or the border of two, once in each direction."""
    found = load_boundaries()
    used = Counter(number for rings in found.areas.values() for ring in rings for number in ring)
    assert set(used.values()) == {1}
    arcs = {max(number, ~number) for number in used}
    assert arcs == set(range(len(found.arcs)))
    inner = [number for number in arcs if number in used and ~number in used]
    outer = arcs - set(inner)
    assert len(inner) > 4 * len(outer)
    # What is left when all municipalities are one: the mainland and islands, no hole where borders gape.
    rings = found.merged(list(found.areas))
    whole = [area_km2(module.joined(found.arcs, ring)) for ring in rings]
    assert {math.copysign(1, area) for area in whole} == {-1.0}
    assert {max(one, ~one) for ring in rings for one in ring} == outer
    assert min(map(abs, whole)) > 1.0
    total = sum(area_km2(ring) for code in found.areas for ring in found.rings(code))
    assert sum(whole) == pytest.approx(total, rel=1e-12)


def test_the_projection_is_that_of_the_finnish_maps() -> None:
    """Longitude, latitude, easting and northing as PROJ 9.5 gives them for EPSG:3067, to the millimetre."""
    known = np.array([
        (24.9384, 60.1699, 385_611.317, 6_672_118.380),
        (27.0, 65.0, 500_000.000, 7_208_454.582),
        (20.0, 60.0, 110_043.299, 6_672_079.494),
        (28.5, 70.05, 557_114.700, 7_772_151.836),
        (31.5, 62.9, 728_578.203, 6_982_444.180),
    ])  # fmt: skip
    made = tm35fin(known[:, 0], known[:, 1])
    assert np.abs(np.column_stack(made) - known[:, 2:]).max() < 0.001


def test_the_file_depends_on_the_figures_alone(figures: Path) -> None:
    declared = load_carryover().boundaries
    codes = frozenset(one.code for one in load_regions().all)
    content, count = boundaries_bytes(figures, declared, codes, 2026)
    assert (content, count) == ((SNAPSHOT / BOUNDARIES).read_bytes(), 308)
    with pytest.raises(SnapshotError, match=r"not those of the register: 999"):
        boundaries_bytes(figures, declared, codes | {"999"}, 2026)
    with pytest.raises(SnapshotError, match=r"the figure file is missing"):
        boundaries_bytes(figures / "nowhere", declared, codes, 2026)


def test_reading_and_drawing_need_no_geographic_package(root: Path) -> None:
    known = {"numpy", "matplotlib", "pandas", "uso_lib"}
    charts = root / "uso_lib" / "presentation" / "charts"
    files = [root / "uso_lib" / "boundaries.py", *charts.glob("map*.py"), charts / "region_map.py"]
    assert len(files) > 6
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            named = node.module if isinstance(node, ast.ImportFrom) else None
            parts = [named] if named else [one.name for one in getattr(node, "names", [])]
            if isinstance(node, ast.Import | ast.ImportFrom):
                outside = {str(part).split(".")[0] for part in parts} - known
                assert not outside & {"pyproj", "shapely", "geopandas", "fiona", "cartopy", "topojson"}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in (BOUNDARIES, "manifest.json"):
        shutil.copy(SNAPSHOT / name, tmp_path / name)
    return tmp_path


def test_boundaries_that_were_changed_are_read_again(copy: Path) -> None:
    before = load_boundaries(copy)
    assert load_boundaries(copy) is before
    content = (copy / BOUNDARIES).read_bytes()
    changed = json.dumps(json.loads(content) | {"attribution": "Kuntarajat 2027"}).encode()
    (copy / BOUNDARIES).write_bytes(changed)
    with pytest.raises(SnapshotError, match="checksum differs"):
        load_boundaries(copy)
    manifest = (copy / "manifest.json").read_text(encoding="utf-8")
    old, new = (hashlib.sha256(one).hexdigest() for one in (content, changed))
    (copy / "manifest.json").write_text(manifest.replace(old, new), encoding="utf-8")
    assert load_boundaries(copy).attribution == "Kuntarajat 2027"


def test_a_damaged_file_is_refused_with_the_way_out(copy: Path) -> None:
    content = (copy / BOUNDARIES).read_text(encoding="utf-8")
    (copy / BOUNDARIES).write_text(content.replace("[0", "[1", 1), encoding="utf-8")
    with pytest.raises(SnapshotError, match=r"boundaries\.json.*checksum differs.*git checkout"):
        load_boundaries(copy)


def test_a_missing_file_is_a_clear_error(copy: Path) -> None:
    (copy / BOUNDARIES).unlink()
    with pytest.raises(SnapshotError, match=r"boundaries\.json.*cannot be read"):
        load_boundaries(copy)


def toy_document(**changes: Any) -> dict[str, Any]:
    return {**as_document(topology.cut(toy_rings())), **changes}


@pytest.mark.parametrize(
    "changes",
    [{"schema": 2}, {"projection": "EPSG:3857"}, {"areas": {"001": [[0, 0]]}}, {"areas": {"001": [[99]]}}],
)
def test_another_schema_and_open_rings_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises((ValueError, IndexError)):
        decoded(toy_document(**changes))


def test_toy_borders_are_stored_once() -> None:
    found = toy_boundaries()
    assert {code: [area_km2(ring) for ring in found.rings(code)] for code in sorted(found.areas)} == {
        "001": [-100.0], "002": [-100.0], "003": [-100.0],
        "004": [-100.0, 9.0], "005": [-100.0, -4.0], "006": [-100.0, -9.0],
    }  # fmt: skip
    hole, enclave = found.areas["004"][1], found.areas["006"][1]
    assert hole == tuple(~number for number in enclave)
    # Seven borders between squares, one around the enclave; six outer edges and the island.
    used = Counter(max(one, ~one) for rings in found.areas.values() for ring in rings for one in ring)
    assert sorted(used.values()) == [1] * 7 + [2] * 8


def test_municipalities_can_be_taken_together() -> None:
    found = toy_boundaries()
    north = found.merged(["002", "003", "005", "006"])
    areas = sorted(area_km2(module.joined(found.arcs, ring)) for ring in north)
    assert areas == [-400.0, -9.0, -4.0]
    assert found.closes(north[0])
    everything = found.merged(list(found.areas))
    assert sorted(area_km2(module.joined(found.arcs, ring)) for ring in everything) == [-600.0, -4.0]


def test_rounding_leaves_no_repeated_points_and_no_needles() -> None:
    assert topology.cleaned([(0, 0), (0, 0), (0, 2), (2, 2), (2, 2)]) == [(0, 0), (0, 2), (2, 2)]
    needle = [(0, 0), (0, 2), (5, 2), (0, 2), (2, 3), (2, 0)]
    assert sorted(topology.cleaned(needle)) == [(0, 0), (0, 2), (2, 0), (2, 3)]
    assert topology.cleaned([(0, 0), (3, 3), (0, 0)]) == []
    assert topology.cleaned(square(0, 0)) == square(0, 0)

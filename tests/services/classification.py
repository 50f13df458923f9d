"""Statistics Finland's classification service, and the boundaries of municipalities from its map server.

Not emulated: classifications other than municipalities, and correspondences other than declared ones.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.exchange import Request, Response

ITEMS = re.compile(r"(?:^|/)classifications/kunta_1_(?P<year>\d{4})0101/classificationItems$")
MAPS = re.compile(
    r"(?:^|/)correspondenceTables/kunta_1_(?P<year>\d{4})0101(?:#|%23)(?P<target>\w+?)_1_(?P<to>\d{4})0101/maps$"
)
CANONICAL = "https://api.stat.fi/classificationservice/open/api/classifications/v2"


@dataclass(frozen=True)
class Classification:
    """Answer as the classification service does.

    Parameters
    ----------
    municipalities
        Year → code → name.
    correspondences
        Year, target ("maakunta", "kunta_2026") → source code, target code and the target's name.
    """

    municipalities: Mapping[int, Mapping[str, str]]
    correspondences: Mapping[tuple[int, str], Sequence[tuple[str, str, str]]] = field(default_factory=dict)

    def __call__(self, request: Request) -> Response:
        """Answer one request."""
        path = request.path.strip("/")
        if "geoserver" in path:
            return self._boundaries(request)
        if (found := ITEMS.search(path)) is not None:
            return self._items(int(found["year"]), request)
        if (found := MAPS.search(path)) is not None:
            return self._maps(found, request)
        if path.endswith("/correspondenceTables"):
            return Response.json([f"{CANONICAL}/correspondenceTables/{name}" for name in self._tables()])
        if path.endswith("/classifications"):
            years = sorted(self.municipalities)
            return Response.json([f"{CANONICAL}/classifications/kunta_1_{year}0101" for year in years])
        return Response.json({"message": "Not found"}, 404)

    def _tables(self) -> list[str]:
        """Return the names of the correspondence tables."""
        return [f"kunta_1_{year}0101%23{_target(target, year)}" for year, target in self.correspondences]

    def _items(self, year: int, request: Request) -> Response:
        """List the municipalities of a year; addresses only unless ``content=data``."""
        if year not in self.municipalities:
            return Response.json({"message": "Not found"}, 404)
        base = f"{CANONICAL}/classifications/kunta_1_{year}0101/classificationItems"
        names = {
            code: name
            for code, name in self.municipalities[year].items()
            if code not in request.changes.removed
        }
        if request.first("content") != "data":
            return Response.json([f"{base}/{code}" for code in names])
        language = request.first("lang", "fi")
        rows = [
            {
                "localId": f"kunta_1_{year}0101/{code}",
                "code": code,
                "level": 1,
                "order": order,
                "classificationItemNames": [{"lang": language, "langName": language, "name": name}],
            }
            for order, (code, name) in enumerate(names.items(), start=1)
        ]
        return Response.json(rows)

    def _maps(self, found: re.Match[str], request: Request) -> Response:
        """Answer with the pairs of a correspondence table."""
        year, target, to = int(found["year"]), found["target"], found["to"]
        pairs = self.correspondences.get((year, f"kunta_{to}" if target == "kunta" else target))
        if pairs is None:
            return Response.json({"message": "Not found"}, 404)
        base = f"{CANONICAL}/correspondenceTables/kunta_1_{year}0101%23{target}_1_{to}0101/maps"
        if request.first("content") != "data":
            return Response.json([f"{base}/{source}/{other}" for source, other, _ in pairs])
        return Response.json([_pair(*pair) for pair in pairs])

    def _boundaries(self, request: Request) -> Response:
        """Answer a WFS GetFeature request for the municipalities of a year: a small square for each."""
        layer = request.first("typeNames") or request.first("typenames")
        found = re.search(r"kunta\d+k_(\d{4})$", layer)
        if found is None or int(found[1]) not in self.municipalities:
            report = '<?xml version="1.0"?><ows:ExceptionReport version="2.0.0"/>'
            return Response.text(report, 400, "application/xml")
        names = self.municipalities[int(found[1])]
        features = [_square(place, code, name, found[1]) for place, (code, name) in enumerate(names.items())]
        counts = {
            "totalFeatures": len(features),
            "numberMatched": len(features),
            "numberReturned": len(features),
        }
        return Response.json({"type": "FeatureCollection", "features": features, **counts})


def _target(target: str, year: int) -> str:
    """Return the name of a target classification."""
    name, _, other = target.partition("_2")
    return f"{name}_1_{'2' + other if other else year}0101"


def _pair(source: str, target: str, name: str) -> dict[str, Any]:
    """Describe one pair."""
    return {
        "sourceItem": {"code": source, "classificationItemNames": []},
        "targetItem": {"code": target, "classificationItemNames": [{"lang": "fi", "name": name}]},
    }


def _square(place: int, code: str, name: str, year: str) -> dict[str, Any]:
    """Return the feature of one municipality: a square of a tenth of a degree."""
    west, south = 20 + place % 20 * 0.2, 60 + place // 20 * 0.2
    ring = [[west, south], [west + 0.1, south], [west + 0.1, south + 0.1], [west, south + 0.1], [west, south]]
    return {
        "type": "Feature",
        "id": f"kunta1000k_{year}.{place + 1}",
        "geometry": {"type": "MultiPolygon", "coordinates": [[ring]]},
        "properties": {
            "id": place + 1,
            "kunta": code,
            "vuosi": int(year),
            "nimi": name,
            "namn": name,
            "name": name,
        },
    }

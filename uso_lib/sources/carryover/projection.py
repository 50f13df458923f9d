"""Project longitudes and latitudes to the plane of the Finnish topographic maps, ETRS-TM35FIN (EPSG:3067).

Does not transform datums: WGS84 and ETRS89 agree here to less than a metre, far below what is drawn.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float64]

#: The ellipsoid GRS80, the central meridian 27° E, its scale and the false easting of zone 35.
_SEMI_MAJOR_M = 6_378_137.0
_FLATTENING = 1 / 298.257222101
_CENTRAL_MERIDIAN = 27.0
_SCALE = 0.9996
_FALSE_EASTING_M = 500_000.0


def tm35fin(longitude: Plane, latitude: Plane) -> tuple[Plane, Plane]:
    """Return easting and northing in metres, by Krüger's series to the third order of the flattening.

    Parameters
    ----------
    longitude, latitude
        Degrees.

    Examples
    --------
    >>> east, north = tm35fin(np.array([27.0]), np.array([0.0]))
    >>> float(east[0]), abs(round(float(north[0]), 6))
    (500000.0, 0.0)
    """
    n = _FLATTENING / (2 - _FLATTENING)
    radius = _SEMI_MAJOR_M / (1 + n) * (1 + n**2 / 4 + n**4 / 64)
    series = (
        n / 2 - 2 * n**2 / 3 + 5 * n**3 / 16,
        13 * n**2 / 48 - 3 * n**3 / 5,
        61 * n**3 / 240,
    )
    eccentricity = 2 * np.sqrt(n) / (1 + n)
    sine = np.sin(np.radians(latitude))
    conformal = np.sinh(np.arctanh(sine) - eccentricity * np.arctanh(eccentricity * sine))
    away = np.radians(longitude - _CENTRAL_MERIDIAN)
    xi = np.arctan2(conformal, np.cos(away))
    eta = np.arctanh(np.sin(away) / np.hypot(1.0, conformal))
    north, east = xi.copy(), eta.copy()
    for order, factor in enumerate(series, start=1):
        north += factor * np.sin(2 * order * xi) * np.cosh(2 * order * eta)
        east += factor * np.cos(2 * order * xi) * np.sinh(2 * order * eta)
    return _FALSE_EASTING_M + _SCALE * radius * east, _SCALE * radius * north

"""Make up figures: smooth over time, different by area, the same for the same names every time.

Nothing here is or resembles a published figure. Does not know tables or services (world.py and its parts).
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

COUNTRY = "SSS"
HELSINKI = "091"
MIDDLE = 2015
TURN = 2 * math.pi


@lru_cache(maxsize=500_000)
def unit(*parts: str) -> float:
    """Return a number from 0 up to 1 that depends on nothing but the texts."""
    return zlib.crc32("|".join(parts).encode()) / 2**32


@dataclass(frozen=True)
class Shape:
    """Say how the figures of one content look.

    Parameters
    ----------
    key
        Table and content: figures of other keys are others.
    rate
        Whether they do not grow with the size of the area.
    level
        Share of the population, or typical rate.
    decimals
        Decimals of a figure.
    low, high
        Bounds.
    """

    key: str
    rate: bool
    level: float
    decimals: int
    low: float | None = None
    high: float | None = None

    @cached_property
    def slope(self) -> float:
        """Return the growth in a year, at most one hundredth either way."""
        return 0.02 * (unit("slope", self.key) - 0.5)

    @cached_property
    def step(self) -> float:
        """Return the smallest difference between two figures."""
        return 10.0**-self.decimals


@lru_cache(maxsize=1000)
def population(code: str) -> float:
    """Return the made-up size of a municipality: from about 1 000 to about 100 000."""
    return 690_000.0 if code == HELSINKI else 10 ** (3 + 2 * unit("population", code) ** 2)


def levels(shape: Shape, codes: Sequence[str], everybody: float) -> NDArray[np.float64]:
    """Return the typical figure of every area; regions stand for tenths of the country.

    Parameters
    ----------
    everybody
        Size of the country.
    """
    found = []
    for code in codes:
        own = 1.0 if code == COUNTRY else 0.8 + 0.4 * unit("level", shape.key, code)
        size = everybody if code == COUNTRY else population(code) if code.isdigit() else everybody / 10
        found.append(shape.level * own * (1 if shape.rate else size))
    return np.asarray(found)


def series(
    shape: Shape, codes: Sequence[str], times: Sequence[float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return factors and chances (from -1 to 1) by area and time."""
    factors = [[_factor(shape, code, time) for time in times] for code in codes]
    chances = [[_chance(shape, code, time) for time in times] for code in codes]
    return np.asarray(factors), np.asarray(chances)


def _factor(shape: Shape, code: str, time: float) -> float:
    """Return the factor of one area and time: straight growth and a slow swing of two hundredths."""
    swing = 0.02 * math.sin(TURN * unit("phase", shape.key, code) + 0.9 * time)
    return (1 + shape.slope * (time - MIDDLE)) * (1 + swing)


def _chance(shape: Shape, code: str, time: float) -> float:
    """Return the chance of one area and time; cheaper than `unit`, which would remember it."""
    mixed = int(2**32 * unit("phase", shape.key, code)) * 2_654_435_761 + int(1000 * time) * 40_503_000_017
    return zlib.crc32(mixed.to_bytes(16, "little")) / 2**31 - 1


def shaken(shape: Shape, values: NDArray[np.float64], chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shake figures by a hundredth; counts also as much as small ones do by chance."""
    return values + chances * (0.01 * values + (0 if shape.rate else 0.7 * np.sqrt(values)))


def finished(shape: Shape, values: NDArray[np.float64], release: int) -> NDArray[np.float64]:
    """Round figures and keep them within bounds; every later release is higher by one last decimal."""
    low = -math.inf if shape.low is None else shape.low
    high = math.inf if shape.high is None else shape.high
    return np.round(
        np.clip(np.round(values, shape.decimals) + (release - 1) * shape.step, low, high), shape.decimals
    )


def figure(
    shape: Shape, code: str, time: float, *, everybody: float, share: float = 1, release: int = 1
) -> float:
    """Return one figure; the same that the functions above give for many."""
    own = 1.0 if code == COUNTRY else 0.8 + 0.4 * unit("level", shape.key, code)
    size = 1 if shape.rate else everybody if code == COUNTRY else population(code)
    value = shape.level * own * size * share * _factor(shape, code, time)
    value += _chance(shape, code, time) * (0.01 * value + (0 if shape.rate else 0.7 * math.sqrt(value)))
    value = round(value, shape.decimals) + (release - 1) * shape.step
    value = max(value, shape.low) if shape.low is not None else value
    value = min(value, shape.high) if shape.high is not None else value
    return round(value, shape.decimals)

"""Simulate how colours look without a kind of cone, and in grey, to measure what such readers see."""

from __future__ import annotations

from collections.abc import Callable

Rgb = tuple[float, float, float]
Matrix = tuple[Rgb, Rgb, Rgb]

#: Machado, Oliveira and Fernandes 2009, severity 1.0, for linear RGB: https://doi.org/10.1109/TVCG.2009.113.
DEFICIENCIES: dict[str, Matrix] = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
_LUMINANCE = (0.2126, 0.7152, 0.0722)


def _linear(colour: str) -> Rgb:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return red, green, blue


def _times(matrix: Matrix, colour: Rgb) -> Rgb:
    red, green, blue = (
        min(1.0, max(0.0, sum(weight * part for weight, part in zip(row, colour, strict=True))))
        for row in matrix
    )
    return red, green, blue


def _luminance(colour: Rgb) -> float:
    return sum(weight * part for weight, part in zip(_LUMINANCE, colour, strict=True))


def _grey(colour: Rgb) -> Rgb:
    return (_luminance(colour),) * 3


VISIONS: dict[str, Callable[[Rgb], Rgb]] = {
    "normal": lambda colour: colour,
    "achromatopsia": _grey,
    "protanopia": lambda colour: _times(DEFICIENCIES["protanopia"], colour),
    "deuteranopia": lambda colour: _times(DEFICIENCIES["deuteranopia"], colour),
    "tritanopia": lambda colour: _times(DEFICIENCIES["tritanopia"], colour),
}


def contrast(one: str, other: str, vision: str = "normal") -> float:
    """Return the contrast ratio of two "#rrggbb" as someone with that vision sees them, 1 to 21."""
    see = VISIONS[vision]
    dark, light = sorted(_luminance(see(_linear(colour))) + 0.05 for colour in (one, other))
    return light / dark


def least_contrast(one: str, other: str = "#ffffff") -> float:
    """Return the contrast of two colours in the vision that tells them apart worst."""
    return min(contrast(one, other, vision) for vision in VISIONS)


def simulated(colour: str, vision: str) -> str:
    """Return a colour as someone with that vision sees it, as "#rrggbb"."""
    parts = VISIONS[vision](_linear(colour))
    encoded = [part * 12.92 if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055 for part in parts]
    return "#" + "".join(f"{round(part * 255):02x}" for part in encoded)

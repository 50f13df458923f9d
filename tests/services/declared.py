"""Turn the declaration of a live table into what a service would hold: codes, texts, shapes of figures.

Does not know any protocol and makes up no figures (made_up.py).
"""

from __future__ import annotations

import re

from services.made_up import Shape, unit
from uso_lib.live_specs import LiveContent, LiveDimension, LiveTable

AGES = ("SSS", *(f"{age:03d}" for age in range(100)), "100-")
SEXES = ("SSS", "1", "2")
INDUSTRIES = ("SSS", *"ABCDEFGHIJKLMNOPQRSTUX")
#: A range of ages or the like is spelled out when it is at least so wide; a narrower one is a code.
WIDE = 20
#: Marks of contents that are money.
MONEY = ("euro", "eur")


def shape(table: LiveTable, content: LiveContent) -> Shape:
    """Return what the figures of a content look like, from its unit, its bounds and its way with mergers."""
    key = f"{table.id}|{content.code}"
    named = (content.unit or content.title or "").casefold()
    rate = content.merge != "sum" and not named.startswith(("henkilö", "työpaik", "yrity"))
    level = 0.002 + 0.3 * unit("size", key) ** 2
    if "asukasta kohti" in named or "euroa" in named:
        level = 3000.0
    if named.startswith("tuhatta euroa"):
        level = 2.0
    if rate and "euro" not in named:
        high = 100.0 if content.high is None else content.high
        level = high * (0.1 + 0.4 * unit("size", key))
    if content.code in ("vaesto", "M411") or content.code.endswith("-vaesto"):
        level = 1.0
    if any(one.area for one in table.dimensions):
        level = 3.0
    return Shape(key, rate, level, 1 if rate else 0, content.low, content.high)


def marker(content: LiveContent) -> str:
    """Return the code the service would use, without a prefix."""
    if content.marker is None:
        return re.sub(r"[^A-Za-z0-9_]", "_", content.code)
    return content.marker if isinstance(content.marker, str) else content.marker[0]


def title(content: LiveContent) -> str:
    """Return the service's title of a content, which has every declared word."""
    text = content.title or content.code
    lacking = [word for word in content.words if word.casefold() not in text.casefold()]
    return f"{text} ({', '.join(lacking)})" if lacking else text


def codes(dimension: LiveDimension) -> tuple[str, ...]:
    """Return the service's codes of a dimension: those declared and a few that nobody asks for."""
    if dimension.values is None:
        return _usual(dimension)
    found: list[str] = []
    for value in dimension.values:
        wide = re.fullmatch(r"(\d+)-(\d+)", value)
        if wide and int(wide[2]) - int(wide[1]) >= WIDE and int(wide[1]) == 0:
            found += [_service_code(dimension, str(one)) for one in range(int(wide[1]), int(wide[2]) + 1)]
        else:
            found.append(_service_code(dimension, value))
    total = _service_code(dimension, "SSS")
    return tuple(dict.fromkeys([total, *found, "zz9"]))


def _usual(dimension: LiveDimension) -> tuple[str, ...]:
    """Return the codes such a dimension usually has."""
    if dimension.rename:
        return tuple(dimension.rename)
    name = dimension.text[0].casefold()
    usual = {"ikä": AGES, "sukupuoli": SEXES, "toimiala": INDUSTRIES}
    return next((found for start, found in usual.items() if name.startswith(start)), ("SSS", *"12345678"))


def _service_code(dimension: LiveDimension, code: str) -> str:
    """Return the service's code of a code in the store."""
    if code in dimension.rename:
        return code
    code = next((key for key, value in dimension.rename.items() if value == code), code)
    if code == "SSS":
        return code
    if dimension.codes == "number":
        return re.sub(r"\d+", lambda digits: digits[0].zfill(3), code)
    return f"x-{code}" if dimension.codes == "suffix" else code


def share(table: LiveTable, variable: str, code: str, count: int) -> float:
    """Return which part of the whole a code has; a total has all of it."""
    if code in ("SSS", "000", "Yhteensä"):
        return 1.0
    return (0.5 + unit("share", table.id, variable, code)) / max(count - 1, 1)

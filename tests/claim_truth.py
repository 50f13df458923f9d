"""Tell from the lines of indicators.csv alone whether a claim is true; shares no code with the checker."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal

Line = Mapping[str, str]
GROUPS = {"verrokit": "peers", "verkosto": "network", "maakunta": "region", "maa": "country",
          "koko_maa": "country_own"}  # fmt: skip
OPERATORS = ("<", ">", "<=", ">=", "=", "!=")
#: Measure as written → as the file calls it, of the municipality and of a group.
NAMES = {
    "value": ("value", "mean"), "number": ("value", "mean"), "change_5y": ("change", "change"),
    "change_5y_pct": ("change_pct", "change_pct"), "change_1y": ("year_change", ""),
    "change_1y_pct": ("year_change_pct", ""), "difference": ("", "difference"), "place": ("", "position"),
    "of": ("", "position"),
}  # fmt: skip


class Truth:
    """Hold the numbers of one municipality's report.

    Parameters
    ----------
    lines
        The lines of its indicators.csv.
    """

    def __init__(self, lines: Iterable[Line]) -> None:
        found: dict[tuple[str, str, str], list[Line]] = defaultdict(list)
        for line in (one for one in lines if one["row"] != "peers"):  # what peers are alike in
            found[line["indicator"], line["measure"], line["group"]].append(line)
        self._lines = found
        self._newest = {}
        for (name, measure, group), inside in found.items():
            if (measure, group) == ("value", "municipality"):
                known = [one["period"] for one in inside if one["value"]]
                self._newest[name] = max(known, key=_month, default="")

    @property
    def names(self) -> list[str]:
        """Return the indicators that have a figure."""
        return sorted(name for name, period in self._newest.items() if period)

    def number(self, name: str, measure: str, group: str) -> tuple[Decimal, int] | None:
        """Return a number and its decimals, None where the file has none."""
        own, of_group = NAMES[measure]
        wanted = (of_group if group else own).replace("mean", "own" if group == "koko_maa" else "mean")
        lines = self._lines.get((name, wanted, GROUPS.get(group, "municipality")), [])
        newest = self._newest.get(name, "")
        here = [one for one in lines if one["value"] and one["period"].rpartition("-")[2] == newest]
        plain = [one for one in here if one["title"] == min((one["title"] for one in here), key=len)]
        if not plain:
            return None
        cell = plain[0]["of"] if measure == "of" else plain[0]["value"]
        return Decimal(f"{float(cell):.13g}"), int(plain[0]["decimals"] or 0)


def is_true(left: tuple[Decimal, int], sign: str, right: tuple[Decimal, int]) -> bool:
    """Tell whether a comparison holds: as shown, and for an order of the exact numbers too."""
    seen = [_rounded(*one) for one in (left, right)]
    exact = [_exact(*one) for one in (left, right)]
    return _compared(seen, sign) and (sign == "=" or _compared(exact, sign))


def is_exactly_true(left: tuple[Decimal, int], sign: str, right: tuple[Decimal, int]) -> bool:
    """Tell whether a comparison holds of the exact numbers; of equality, as shown."""
    to = _rounded if sign == "=" else _exact
    return _compared([to(*left), to(*right)], sign)


Side = tuple[str, str, str] | Decimal


class Claim:
    """Hold a claim both as it is typed and as its parts."""

    def __init__(self, left: Side, sign: str, right: Side, *, short: bool) -> None:
        self.sides, self.sign = (left, right), sign
        right_text = _typed(right)
        if short and not isinstance(right, Decimal):
            right_text = right[2]
        self.text = f"{_typed(left)} {sign} {right_text}"

    def numbers(self, truth: Truth) -> list[tuple[Decimal, int] | None]:
        """Return both sides' numbers in a world."""
        return [
            (one, max(0, -int(one.normalize().as_tuple().exponent))) if isinstance(one, Decimal)
            else truth.number(*one)
            for one in self.sides
        ]  # fmt: skip


def claims(truth: Truth, seed: int, count: int, *, among: Collection[str]) -> Iterator[Claim]:
    """Give claims of all kinds that are true in a world, near to what would make them false.

    Parameters
    ----------
    among
        What can be written at all: the file tells criteria too.
    """
    chance, given = random.Random(seed), 0
    names, measures = [name for name in truth.names if name in among], list(NAMES)
    while given < count:
        name, measure = chance.choice(names), chance.choice(measures)
        groups = ["", *GROUPS] if measure in ("value", "number", "change_5y", "change_5y_pct") else [""]
        groups = list(GROUPS) if measure == "difference" else groups
        groups = ["verrokit", "maa"] if measure in ("place", "of") else groups
        left = (name, measure, chance.choice(groups))
        number = truth.number(*left)
        if number is None:
            continue
        other = [one for one in groups if one and one != left[2] and truth.number(name, measure, one)]
        right: Side
        if other and chance.random() < 0.5:
            right = (name, measure, chance.choice(other))
        else:
            right = _near(chance, *number)
        one = Claim(left, chance.choice(OPERATORS), right, short=chance.random() < 0.5)
        both = one.numbers(truth)
        if both[0] and both[1] and is_true(both[0], one.sign, both[1]):
            given += 1
            yield one


def _near(chance: random.Random, value: Decimal, decimals: int) -> Decimal:
    """Return a number a person would compare a figure with: itself as shown, a little or much away, round."""
    step = Decimal(1).scaleb(-decimals)
    shown = _rounded(value, decimals)
    away = chance.choice([0, 0, 1, -1, 3, -3]) * step
    if chance.random() < 0.5:
        away = (value * Decimal(chance.choice(["0.02", "-0.02", "0.1", "-0.1", "0.5"]))).quantize(step)
    return shown + away


def _typed(side: Side) -> str:
    if isinstance(side, Decimal):
        return f"{side:f}".replace(".", ",").replace("-", "\u2212")
    name, measure, group = side
    return f"{name}{'' if measure == 'value' else f':{measure}'}{f'|{group}' if group else ''}"


def _compared(pair: list[Decimal], sign: str) -> bool:
    less, same = pair[0] < pair[1], pair[0] == pair[1]
    return {"<": less, ">": not less and not same, "<=": less or same, ">=": not less, "=": same,
            "!=": not same}[sign]  # fmt: skip


def _exact(value: Decimal, decimals: int) -> Decimal:
    """Return a number to a millionth of what is shown: 72.5 - 71.6 is 0.9."""
    return _rounded(value, decimals + 6)


def _rounded(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def _month(period: str) -> int:
    year, _, month = period.rpartition("-")[2].partition("M")
    return int(year) * 12 + int(month or 12)

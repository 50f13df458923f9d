"""Find the numbers that differ between two publications, and give each one reason.

Pure: the lines of two records go in. Does not word anything, and knows nothing of sentences and own words
(changes.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from uso_lib.reports.history import Record

NEW, REVISED, PEERS, DEFINITION, DIVISION = "new_period", "revised", "peers", "definition", "division"
#: The figures of the municipality itself; all others follow from these and from other municipalities'.
OWN_MEASURES = ("value", "category", "inflow", "outflow", "net", "total", "limit")
AVERAGES = ("mean", "category_mean", "own", "category_own")
#: Measures that follow the calendar, not the figures.
_PASSED_OVER = ("age",)
#: Rows that only repeat what others tell.
_REPEATING = ("cover",)
_GROUPS = {"peers": PEERS, "peer": PEERS, "network": DIVISION, "region": DIVISION, "country": DIVISION,
           "everywhere": DIVISION}  # fmt: skip
#: How many periods of one indicator are listed when its past was revised.
MOST_PERIODS = 8
#: Relative difference below which two figures are the same: binary noise.
_NOISE = 1e-9

Line = Mapping[str, Any]
Key = tuple[str, ...]


@dataclass(frozen=True)
class Move:
    """Hold one figure before and after.

    Parameters
    ----------
    row, indicator, title
        As in the numbers of the report.
    area
        Name of the group or area; "" for the municipality itself.
    before, after
        The lines of the numbers; None where there was none, or is none any more.
    place_before, place_after
        Position among the peers, "5/10"; "" without one.
    """

    row: str
    indicator: str
    title: str
    area: str
    before: Line | None
    after: Line | None
    place_before: str = ""
    place_after: str = ""


class Lines:
    """Find the lines of a record by what they are of, and the newest of each series."""

    def __init__(self, record: Record) -> None:
        columns = record["numbers"]["columns"]
        self.all: dict[tuple[Key, str], Line] = {}
        self.newest: dict[Key, Line] = {}
        self.indicators: set[tuple[str, str]] = set()
        for data in record["numbers"]["data"]:
            line = dict(zip(columns, data, strict=True))
            if line["measure"] in _PASSED_OVER or line["row"] in _REPEATING:
                continue
            key = _series(line)
            self.all[key, line["period"] or ""] = line
            self.indicators.add((line["row"], line["indicator"]))
            known = self.newest.get(key)
            if known is None or _end(line["period"]) >= _end(known["period"]):
                self.newest[key] = line

    def place(self, row: str, indicator: str) -> str:
        """Return the newest position among the peers."""
        found = [
            line
            for key, line in self.newest.items()
            if key[0] == row and key[1] == indicator and line["measure"] == "position"
        ]
        line = next((one for one in found if one["group"] == "peers"), None)
        return f"{line['value']:.0f}/{line['of']}" if line and line["value"] and line["of"] else ""


class Reasons:
    """Give every differing line its reason, and choose the lines that are listed."""

    def __init__(
        self,
        before: Lines,
        after: Lines,
        redefined: set[str],
        *,
        peers: bool,
        division: bool,
    ) -> None:
        self.before, self.after, self.redefined = before, after, redefined
        self.changed = {PEERS: peers, DIVISION: division}

    def sorted(self) -> tuple[dict[str, tuple[Move, ...]], dict[str, int]]:
        """Return the listed figures and the number of further ones, by reason."""
        found: dict[str, dict[tuple[str, str, str], list[tuple[Key, str]]]] = {}
        for key, period in dict.fromkeys((*self.after.all, *self.before.all)):
            old, new = self.before.all.get((key, period)), self.after.all.get((key, period))
            if not _same(old, new):
                reason = self._reason(key, period, old, new)
                found.setdefault(reason, {}).setdefault((key[0], key[1], key[2]), []).append((key, period))
        moves, further = {}, {}
        for reason, indicators in found.items():
            listed = [self._listed(reason, differing) for differing in indicators.values()]
            moves[reason] = tuple(move for one in listed for move in one)
            total = sum(len(one) for one in indicators.values())
            further[reason] = max(0, total - len(moves[reason]))
        return moves, further

    def _reason(self, key: Key, period: str, old: Line | None, new: Line | None) -> str:
        line = new or old or {}
        if line["indicator"] in self.redefined:
            return DEFINITION
        cause = _GROUPS.get(line["group"], "")
        moved = self.changed.get(cause, False) and not (old and new and line["group"] == "peer")
        if old is None or new is None:
            there = self.before if old is None else self.after
            known = there.newest.get(key)
            if (line["row"], line["indicator"]) not in self.before.indicators:
                return NEW
            if known is None and moved:
                return cause
            # A line of the newest period only gives way to that of the next one.
            first, last = self.before.newest.get(key), self.after.newest.get(key)
            if first and last and _end(last["period"]) > _end(first["period"]):
                return NEW if new is None or _end(period) > _end(first["period"]) else REVISED
            return cause if moved else REVISED
        return cause if moved else REVISED

    def _listed(self, reason: str, differing: list[tuple[Key, str]]) -> Iterator[Move]:
        """Give the figures of one indicator that are worth listing."""
        own = [one for one in differing if one[0][4] == "municipality" and one[0][3] in OWN_MEASURES]
        averages = [one for one in differing if one[0][3] in AVERAGES]
        if reason in (PEERS, DIVISION):
            own = []
        chosen = own or averages or differing
        if reason == REVISED:
            newest = sorted(chosen, key=lambda one: _end(one[1]), reverse=True)[:MOST_PERIODS]
            pairs = [(self.before.all.get(one), self.after.all.get(one)) for one in newest]
        else:
            keys = dict.fromkeys(key for key, _ in chosen)
            pairs = [(self.before.newest.get(key), self.after.newest.get(key)) for key in keys]
            pairs = pairs if own or averages else pairs[:1]
        for old, new in pairs:
            if not _same(old, new) or _moved(old, new):
                yield self._move(old, new)

    def _move(self, old: Line | None, new: Line | None) -> Move:
        line = new or old or {}
        row, indicator = line["row"], line["indicator"]
        own = line["group"] == "municipality"
        area = "" if own else line["area_name"] or ""
        places = (self.before.place(row, indicator), self.after.place(row, indicator))
        if not (own or line["group"] == "peers") or not self._is_newest(line):
            places = ("", "")  # the position is the municipality's newest
        return Move(row, indicator, line["title"], area, old, new, *places)

    def _is_newest(self, line: Line) -> bool:
        key = _series(line)
        return any(there.newest.get(key) is line for there in (self.before, self.after))


def _series(line: Line) -> Key:
    names = ("row", "indicator", "title", "measure", "group", "area")
    own = tuple(str(line[name] or "") for name in names)
    # Flows between areas without a code are told apart by the names of the areas.
    return (*own, "" if line["area"] else str(line["area_name"] or ""))


def _end(period: str | None) -> str:
    """Return what a period is ordered by: its end."""
    return (period or "").rpartition("-")[2]


def _same(old: Line | None, new: Line | None) -> bool:
    if old is None or new is None:
        return old is new
    if (old["mark"] or "") != (new["mark"] or ""):
        return False
    first, second = old["value"], new["value"]
    if isinstance(first, int | float) and isinstance(second, int | float):
        return abs(first - second) <= _NOISE * max(abs(first), abs(second))
    return bool(first == second)


def _moved(old: Line | None, new: Line | None) -> bool:
    return bool(old and new and old["period"] != new["period"])

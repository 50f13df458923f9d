"""Fold a live table into the municipalities of today: abolished municipalities into their successors.

Counts are added up, rates recomputed or left missing, as the table declares; nothing is averaged and nothing
is divided. Does not know how a service gives its figures (the adapters).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from uso_lib.errors import BadAnswer
from uso_lib.live_specs import LiveTable, Rate
from uso_lib.registers import Merger
from uso_lib.sources.carryover.declaration import Merge, Weighted
from uso_lib.sources.mergers import Members, fold
from uso_lib.tidy import NOT_RECOMPUTABLE

WHOLE_COUNTRY = "SSS"
#: How many areas a remark names.
_NAMED = 8
_ALWAYS = ("", "9999")


@dataclass(frozen=True)
class _ContentRule:
    """Hold what becomes of one content in a merger."""

    merge: Merge


@dataclass(frozen=True)
class _FoldedTable:
    """Hold what folding needs to know of a live table."""

    id: str
    partner: str | None
    absent: str
    dimensions: tuple[str, ...]
    contents: tuple[_ContentRule, ...]
    division: str = "table"


def fold_live(
    table: LiveTable, frame: pd.DataFrame, *, municipalities: Collection[str], mergers: Iterable[Merger]
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Fold the abolished municipalities of a live table and leave out areas that are none.

    Parameters
    ----------
    frame
        Tidy rows as an adapter gives them: three-digit area codes of any division, and ``SSS``.
    municipalities
        Codes of today's municipalities.
    mergers
        Every pair of abolished municipality and successor.

    Returns
    -------
    frame, remarks
        Tidy rows of today's municipalities and ``SSS``, sorted; English sentences on what was left out.
        Figures of a municipality that was split among several are left out, and the successors' figures of
        the same periods are missing with the mark ``/``.

    Raises
    ------
    BadAnswer
        A row has a content the table does not declare.
    """
    partner = next((one.name for one in table.dimensions if one.area), None)
    heirs, split = _heirs(mergers, frozenset(municipalities))
    remarks: list[str] = []
    for column in ["area", *([partner] if partner else [])]:
        whole = {WHOLE_COUNTRY} if column == "area" else set()
        frame = _known_areas(frame, column, {*municipalities, *heirs, *split, *whole}, remarks)
        frame = _without_split(frame, column, split, remarks)
    used = set(frame["area"]) | (set(frame[partner]) if partner else set())
    concerned = {old: new for old, new in heirs.items() if old in used}
    if concerned:
        rules = tuple(_ContentRule(_rule(one.merge, frame, remarks)) for one in table.contents)
        entries = {one.code: entry for entry, one in enumerate(table.contents)}
        shape = _FoldedTable(table.id, partner, table.absent, _dimensions(frame), rules)
        entry = frame["content"].map(entries)
        if entry.isna().any():
            unknown = ", ".join(sorted(frame.loc[entry.isna(), "content"].unique()))
            message = f"{table.id}: the figures have contents that the table does not declare: {unknown}."
            raise BadAnswer(message)
        rows = frame.assign(entry=entry.astype("int64"))
        made = fold(shape, rows, concerned, {table.id: rows}, members=_members(frame, concerned))
        frame = made.drop(columns="entry")
    order = ["content", *_dimensions(frame), "period", "area"]
    return frame.sort_values(order, ignore_index=True), tuple(remarks)


def _dimensions(frame: pd.DataFrame) -> tuple[str, ...]:
    return tuple(frame.columns[2:-3])


def _heirs(
    mergers: Iterable[Merger], today: frozenset[str]
) -> tuple[Mapping[str, str], Mapping[str, frozenset[str]]]:
    """Return abolished → its one successor of today, and abolished → the several ones it was split among."""
    found: dict[str, set[str]] = {}
    for merger in mergers:
        if merger.abolished not in today and merger.successor in today:
            found.setdefault(merger.abolished, set()).add(merger.successor)
    heirs = {old: next(iter(new)) for old, new in found.items() if len(new) == 1}
    return heirs, {old: frozenset(new) for old, new in found.items() if len(new) > 1}


def _known_areas(frame: pd.DataFrame, column: str, known: set[str], remarks: list[str]) -> pd.DataFrame:
    """Leave out rows of areas that are no municipality of today or before."""
    stands = frame[column].isin(known)
    unknown = sorted(set(frame.loc[~stands, column]) - {WHOLE_COUNTRY})
    if unknown:
        rows = int(frame[column].isin(unknown).sum())
        remarks.append(
            f"{rows} row{'s' if rows > 1 else ''} left out, the {column} is no municipality that the "
            f"register knows: {_listed(unknown)}."
        )
    return frame[stands]


def _without_split(
    frame: pd.DataFrame, column: str, split: Mapping[str, frozenset[str]], remarks: list[str]
) -> pd.DataFrame:
    """Leave out municipalities that were split among several, and the figures their successors then lack."""
    lost = frame[column].isin(set(split))
    if not lost.any():
        return frame
    told = sorted(frame.loc[lost, column].unique())
    remarks.append(
        f"Figures of {_listed(told)} were left out: these former municipalities were split among several, "
        "their figures cannot be divided. Their successors' figures of those periods are marked missing."
    )
    at = frame.loc[lost, [column, "period", "content"]].drop_duplicates()
    at[column] = [sorted(split[code]) for code in at[column]]
    touched = pd.MultiIndex.from_frame(at.explode(column).drop_duplicates())
    kept = frame[~lost]
    partial = pd.MultiIndex.from_frame(kept[[column, "period", "content"]]).isin(touched)
    return kept.assign(
        value=kept["value"].mask(partial), symbol=kept["symbol"].mask(partial, NOT_RECOMPUTABLE)
    )


def _rule(merge: str | Rate, frame: pd.DataFrame, remarks: list[str]) -> Merge:
    """Return the rule of a content; a rate whose weight did not come goes missing in mergers."""
    if not isinstance(merge, Rate):
        return "sum" if merge == "sum" else "missing"
    if (frame["content"] == merge.weighted).any():
        return Weighted(weighted=merge.weighted)
    remarks.append(f"{merge.weighted} did not come, so rates of merged municipalities are missing.")
    return "missing"


def _members(frame: pd.DataFrame, heirs: Mapping[str, str]) -> Members:
    """Return the municipalities that the figures of every successor need, and when they had figures.

    A municipality is needed from its first period to its last. A successor is needed always, unless a merger
    founded it: then its figures begin where those of its parts have ended.
    """
    seen = frame.groupby("area")["period"].agg(["min", "max"])
    spans = {str(area): (str(first), str(last)) for area, first, last in seen.itertuples()}
    members: dict[str, dict[str, tuple[str, str]]] = {}
    for old, new in heirs.items():
        if old in spans:
            members.setdefault(new, {})[old] = spans[old]
    for successor, parts in members.items():
        ended = max(last for _, last in parts.values())
        founded = successor in spans and ended < spans[successor][0]
        parts[successor] = spans[successor] if founded else _ALWAYS
    return members


def _listed(codes: list[str]) -> str:
    more = f" and {len(codes) - _NAMED} more" if len(codes) > _NAMED else ""
    return ", ".join(codes[:_NAMED]) + more

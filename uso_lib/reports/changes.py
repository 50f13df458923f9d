"""Compare two publications of a member: what is new, what was revised, and why.

Every number that differs is given one reason: a new period, a change of definition, of peers or of the area
division, or else a revised past. Pure: two records go in (history.py). Does not word or print anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from uso_lib.reports.changed_numbers import Lines, Move, Reasons
from uso_lib.reports.history import Record


@dataclass(frozen=True)
class Redefined:
    """Tell which properties of an indicator's declaration changed: property → before and after."""

    indicator: str
    title: str
    what: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True)
class Membership:
    """Tell who joined and who left a group; names of peers, codes of municipalities."""

    group: str
    joined: tuple[str, ...]
    left: tuple[str, ...]


@dataclass(frozen=True)
class Wording:
    """Hold an own text before and after, None where there was none."""

    cell: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Flip:
    """Hold a claim whose truth changed: True, False, None when it could not be checked."""

    sentence: str
    text: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True)
class Changes:
    """Hold everything that differs between two publications.

    Parameters
    ----------
    moves
        Reason → the figures listed for it, in the order of the report.
    further
        Reason → how many further numbers of the report changed for it.
    sentences
        Row → its sentences before and after, where they differ.
    titles
        Row → title.
    """

    moves: Mapping[str, tuple[Move, ...]] = field(default_factory=dict)
    further: Mapping[str, int] = field(default_factory=dict)
    peers: Membership | None = None
    definitions: tuple[Redefined, ...] = ()
    divisions: tuple[Membership, ...] = ()
    words: tuple[Wording, ...] = ()
    claims: tuple[Flip, ...] = ()
    sentences: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def none(self) -> bool:
        """Tell whether nothing differs."""
        lists = (self.definitions, self.divisions, self.words, self.claims, self.sentences)
        return not (any(self.moves.values()) or any(self.further.values()) or self.peers or any(lists))


def compare(before: Record, after: Record) -> Changes:
    """Return what differs between two records of one member."""
    definitions = tuple(_redefined(before["declarations"], after["declarations"]))
    peers = _membership("peers", before["peers"], after["peers"])
    divisions = tuple(
        found
        for name in ("country", "network", "region")
        if (found := _membership(name, before["areas"].get(name, ()), after["areas"].get(name, ())))
    )
    redefined = {one.indicator for one in definitions}
    reasons = Reasons(
        Lines(before), Lines(after), redefined, peers=peers is not None, division=bool(divisions)
    )
    moves, further = reasons.sorted()
    rows = {**before["rows"], **after["rows"]}
    return Changes(
        moves=moves,
        further=further,
        peers=peers,
        definitions=definitions,
        divisions=divisions,
        words=tuple(_wordings(before["words"], after["words"])),
        claims=tuple(_flips(before["claims"], after["claims"])),
        sentences={
            row: (old["text"], new["text"])
            for row, new in after["rows"].items()
            if (old := before["rows"].get(row)) and old["text"] != new["text"]
        },
        titles={row: told["title"] for row, told in rows.items()},
    )


def _redefined(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Redefined]:
    for name, declared in after.items():
        old = before.get(name)
        if old is None or old == declared:
            continue
        keys = dict.fromkeys((*declared, *old))
        what = {key: (old.get(key), declared.get(key)) for key in keys if old.get(key) != declared.get(key)}
        yield Redefined(name, str(declared.get("title", name)), what)


def _membership(group: str, before: Iterable[str], after: Iterable[str]) -> Membership | None:
    old, new = list(before), list(after)
    joined, left = [one for one in new if one not in old], [one for one in old if one not in new]
    # A record without a proof names no areas: that is no change.
    return Membership(group, tuple(joined), tuple(left)) if old and new and (joined or left) else None


def _wordings(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Wording]:
    for cell in dict.fromkeys((*after, *before)):
        old, new = before.get(cell), after.get(cell)
        if (old or "").strip() != (new or "").strip():
            yield Wording(cell, old, new)


def _flips(before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]) -> Iterator[Flip]:
    """Give the claims made in both whose truth is another now, each cell's claims in their order."""
    known: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for claim in before:
        known.setdefault((str(claim["cell"]), str(claim["text"])), []).append(claim)
    for claim in after:
        earlier = known.get((str(claim["cell"]), str(claim["text"])), [])
        old = earlier.pop(0) if earlier else None
        if old is not None and old["holds"] != claim["holds"]:
            yield Flip(str(claim["sentence"]), str(claim["text"]), old, claim)

"""Decide which tables' figures make one series of an indicator, and name the series that must stand apart.

Bundled tables join as the indicator declares them. As soon as one of two was fetched or imported they join
only if producer and area division agree; editions of one table never join. What does not join is a series of
its own: drawn as a line of its own, no change counted across. Does not read figures (reading.py).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from uso_lib.store import TableInfo

BUNDLED = "bundled"
EARLIER = "aiempi julkaisu"


@dataclass(frozen=True)
class Piece:
    """Describe the figures that one selection finds in one edition of a table.

    Parameters
    ----------
    declared
        Label of the series that the indicator declares, "" for the main one.
    info
        The edition.
    """

    declared: str
    info: TableInfo


def series_labels(pieces: Sequence[Piece]) -> list[str]:
    """Return the label of every piece's series, in the pieces' order.

    The first piece of a declared series keeps its label, and so does everything that joins it.

    Examples
    --------
    Figures fetched in the division of 2027 over bundled ones of 2026 give ``["", "aiempi julkaisu"]``.
    """
    series: dict[str, list[Piece]] = {}
    declared = {piece.declared for piece in pieces}
    labels = []
    for piece in pieces:
        label = next((name for name, members in series.items() if _joins(piece, members)), None)
        if label is None:
            label = _new_label(piece, series, declared)
        series.setdefault(label, []).append(piece)
        labels.append(label)
    return labels


def _joins(piece: Piece, members: Sequence[Piece]) -> bool:
    """Tell whether a piece belongs to a series."""
    return piece.declared == members[0].declared and all(_agree(piece.info, one.info) for one in members)


def _agree(one: TableInfo, other: TableInfo) -> bool:
    if one.id == other.id:
        return one == other
    if one.kind == other.kind == BUNDLED:
        return True
    return one.producer == other.producer and one.division == other.division


def _new_label(piece: Piece, series: Mapping[str, Sequence[Piece]], declared: Collection[str]) -> str:
    """Name a series by what sets it apart from the first one of its declared label."""
    first = next((members[0] for members in series.values() if members[0].declared == piece.declared), None)
    if first is None:
        return piece.declared
    info, main = piece.info, first.info
    known = [one.info.id for members in series.values() for one in members]
    if info.id in known:
        words = EARLIER
    elif info.producer != main.producer:
        words = info.producer
    else:
        words = f"vuoden {info.division} aluejako"
    named = f"{piece.declared}, {words}" if piece.declared else words
    wanted = [named, f"{named}, {info.table_id}", *(f"{named}, {info.table_id} {n}" for n in range(2, 100))]
    return next(label for label in wanted if label not in series and label not in declared)

"""Read from a tagged PDF on which page each element of the printed page came to stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf


@dataclass(frozen=True)
class Element:
    """Hold one element of the structure.

    Parameters
    ----------
    tag
        ``H2``, ``Figure``, ``TR`` and so on.
    pages
        The pages its content is on, piece by piece in reading order.
    next_page
        The page of what is read after it; None at the end.
    below
        The tags of its children.
    """

    tag: str
    pages: tuple[int, ...]
    next_page: int | None
    below: tuple[str, ...]


def elements(file: Path) -> list[Element]:
    """Return all elements of a tagged PDF in reading order, parents before their children."""
    with pikepdf.open(file) as pdf:
        numbers = {page.obj.objgen: index for index, page in enumerate(pdf.pages, start=1)}
        pieces: list[int] = []
        spans: list[tuple[str, int, int, tuple[str, ...]]] = []
        for child in _children(pdf.Root.StructTreeRoot):
            _read(child, numbers, pieces, spans)
    following: list[int | None] = [*pieces, None]
    return [Element(tag, tuple(pieces[a:b]), following[b], below) for tag, a, b, below in spans]


def link_targets(file: Path) -> list[list[str]]:
    """Return page by page the anchors its inner links lead to."""
    with pikepdf.open(file) as pdf:
        return [
            [str(note.Dest).lstrip("/") for note in page.get("/Annots", []) if "/Dest" in note]
            for page in pdf.pages
        ]


def _children(element: Any) -> Iterator[Any]:
    below = element.get("/K", [])
    yield from below if isinstance(below, pikepdf.Array) else [below]


def _read(
    element: Any,
    numbers: dict[tuple[int, int], int],
    pieces: list[int],
    spans: list[tuple[str, int, int, tuple[str, ...]]],
) -> None:
    """Add the pages of an element's content to the pieces, and its span of them to the spans."""
    place, start = len(spans), len(pieces)
    spans.append(("", 0, 0, ()))
    below = []
    for child in _children(element):
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            below.append(_tag(child))
            _read(child, numbers, pieces, spans)
        elif not isinstance(child, pikepdf.Dictionary):  # a piece of content on the element's own page
            pieces.append(numbers[element.Pg.objgen])
        elif "/MCID" in child:  # a piece that names its page
            pieces.append(numbers[child.get("/Pg", element.get("/Pg")).objgen])
    spans[place] = (_tag(element), start, len(pieces), tuple(below))


def _tag(element: Any) -> str:
    return str(element.S).lstrip("/")

"""Mark the decoration on the pages of a PDF as artifacts: lines, grounds, page numbers, repeated headers.

Does not read or change the tree of tags (pdf_tags.py does, with what is returned here).
"""

from __future__ import annotations

from collections.abc import Collection, Container, Sequence
from typing import Any

import pikepdf
from pikepdf import ContentStreamInstruction, Dictionary, Name, Operator, Pdf

BEGIN = ContentStreamInstruction([Name.Artifact], Operator("BMC"))
END = ContentStreamInstruction([], Operator("EMC"))
OPENS = frozenset({"BMC", "BDC"})
BUILDS_PATH = frozenset({"m", "l", "c", "v", "y", "h", "re", "W", "W*"})
PAINTS_PATH = frozenset({"S", "s", "f", "F", "f*", "B", "B*", "b", "b*"})
SHOWS = frozenset({"Tj", "TJ", "'", '"', "Do", "sh", "INLINE IMAGE"})

Instruction = Any


Content = tuple[tuple[int, int], int]


def mark_artifacts(pdf: Pdf, *, repeated: Collection[Content] = ()) -> frozenset[Content]:
    """Mark the decoration of every page.

    Parameters
    ----------
    repeated
        Marked content that stands in the tags already and is decoration here.

    Returns
    -------
    Page (its object number) and number of the marked content that was part of the tags and no longer is.
    """
    dropped: set[Content] = set()
    for page in pdf.pages:
        place = page.obj.objgen
        again = {number for where, number in repeated if where == place}
        written, numbers = _marked(pikepdf.parse_content_stream(page), again)
        page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(written))
        dropped |= {(place, number) for number in numbers}
    return frozenset(dropped)


def _marked(instructions: Sequence[Instruction], again: Container[int]) -> tuple[list[Instruction], set[int]]:
    """Wrap what is painted outside marked content; return the instructions and the numbers dropped."""
    written: list[Instruction] = []
    path: list[Instruction] = []
    inside: list[Instruction] = []
    dropped: set[int] = set()
    depth = 0
    for one in instructions:
        name = str(one.operator)
        if depth or name in OPENS:
            inside.append(one)
            depth += (name in OPENS) - (name == "EMC")
            if not depth:
                written += _decorative(inside, again, dropped)
                inside = []
        elif name in BUILDS_PATH:
            path.append(one)
        elif name in PAINTS_PATH or name in SHOWS:
            # No mark may stand between the building and the painting of a path.
            written += [BEGIN, *path, one, END]
            path = []
        else:
            written += [*path, one]
            path = []
    return [*written, *path, *inside], dropped


def _decorative(marked: list[Instruction], again: Container[int], dropped: set[int]) -> list[Instruction]:
    """Turn marked content that is repeated or shows neither text nor a picture into an artifact."""
    first = marked[0]
    tag = first.operands[0]
    settings = first.operands[1] if len(first.operands) > 1 else None
    if not isinstance(settings, Dictionary) or Name.MCID not in settings:
        return marked
    shows = tag == Name.Figure or any(str(one.operator) in SHOWS for one in marked)
    if shows and int(settings.MCID) not in again:
        return marked
    dropped.add(int(settings.MCID))
    return [BEGIN, *marked[1:]]

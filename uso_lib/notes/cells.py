"""Say what a cell, a consultant's own cell, a member's notes and a composed notebook are.

Small frozen values and their digests only. Does not read files, match cells or decide anything.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MARKDOWN, CODE, RAW = "markdown", "code", "raw"
#: Cells the run adds after execution are called notice-<what>; they are made anew each time.
NOTICE = "notice-"
#: What papermill adds after the cell tagged ``parameters``.
INJECTED = "injected-parameters"
PARAMETERS = "parameters"
REMOVE = "remove-cell"


@dataclass(frozen=True)
class Cell:
    """Hold one cell of a notebook without its outputs.

    Parameters
    ----------
    id
        What the cell is known by; letters, digits, ``-`` and ``_``, at most 64.
    kind
        ``markdown``, ``code`` or ``raw``.
    attachments
        Pictures pasted into the cell: name → media type → base64.
    metadata
        What editors and consultants set beside tags; without times, states of folding and ``uso``.
    """

    id: str
    kind: str
    source: str
    tags: tuple[str, ...] = ()
    attachments: Mapping[str, Any] = field(default_factory=dict)
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class OwnCell:
    """Hold a cell a consultant wrote, and where it stands.

    Parameters
    ----------
    anchor
        Id of the generated cell before it, "" before the first one.
    section, chapter
        Ids of the third- and second-level heading cells it stands under, "" without.
    replaces
        Id of the generated cell it is the own version of; then also the cell's own id.
    base
        Digest of the generated cell when the own version was made from it.
    conflict
        Id of the own cell that holds the other text when both copies were edited; "" otherwise.
    """

    cell: Cell
    anchor: str = ""
    section: str = ""
    chapter: str = ""
    replaces: str | None = None
    base: str = ""
    conflict: str = ""

    @property
    def id(self) -> str:
        """Return the id of the cell."""
        return self.cell.id


@dataclass(frozen=True)
class Notes:
    """Hold everything a consultant keeps of one member, in the order of the notebook.

    Parameters
    ----------
    member
        Slug.
    hidden
        Ids of the generated cells the consultant deleted, sorted.
    """

    member: str
    cells: tuple[OwnCell, ...] = ()
    hidden: tuple[str, ...] = ()

    @property
    def by_id(self) -> dict[str, OwnCell]:
        """Return the own cells by id."""
        return {own.id: own for own in self.cells}


@dataclass(frozen=True)
class Composition:
    """Tell what a composed notebook is made of; every field holds cell ids.

    Parameters
    ----------
    own
        Cells of the consultant, own versions of generated cells among them, in order.
    hidden
        Generated cells left out because the consultant deleted them.
    orphaned
        Own cells whose place is no longer in the template, put at the end of their section or chapter, or
        into the loose chapter.
    conflicts
        Own cells that hold the other text where both copies were edited.
    updated
        Own versions whose generated cell is no longer what they were made from.
    notices
        Notices that stand in the composition.
    """

    own: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    orphaned: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mark:
    """Hold the digests of one own cell, part by part: what has changed is seen without the text itself."""

    source: str
    tags: str = ""
    rest: str = ""
    pictures: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Standing:
    """Tell how an own cell stood in a desk copy, and in the notes at the same time.

    The two differ where a desk copy cannot show everything, such as halves of characters.
    """

    shown: Mark
    kept: Mark


@dataclass(frozen=True)
class State:
    """Tell what a desk copy held when it was last in step with the notes: the base of a three-way merge.

    Parameters
    ----------
    run
        Digest that names the run the desk copy comes from.
    generated
        Generated cells that stood in it → digest of what the run put there, also under an own version.
    own
        Own cells that stood in it.
    notices
        Notices → digest.
    order
        Ids of all its cells in order.
    """

    run: str
    generated: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, Standing] = field(default_factory=dict)
    notices: Mapping[str, str] = field(default_factory=dict)
    order: tuple[str, ...] = ()


def digest(text: str, length: int = 16) -> str:
    """Return the beginning of the sha256 of a text in hexadecimal; halves of characters count as they are."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]


def generated_digest(cell: Cell) -> str:
    """Return what a generated cell is compared by: kind, source and tags; not its ending white space."""
    return digest("\x00".join([cell.kind, _lines(cell.source).rstrip(), *sorted(cell.tags)]))


def mark_of(cell: Cell) -> Mark:
    """Return the digests of an own cell."""
    return Mark(
        source=digest(f"{cell.kind}\x00{_lines(cell.source)}"),
        tags=digest("\x00".join(cell.tags)) if cell.tags else "",
        rest=digest(json.dumps(cell.metadata, sort_keys=True)) if cell.metadata else "",
        pictures={
            name: digest(json.dumps(held, sort_keys=True)) for name, held in sorted(cell.attachments.items())
        },
    )


def _lines(source: str) -> str:
    """Return a text with the line ends of one system, so that an editor's habit is no edit."""
    return source.replace("\r\n", "\n")

"""Put a picked view into a member's notes, once, and say in Finnish what was done.

Does not write files itself: notes/ does.
"""

from __future__ import annotations

from html import escape

from uso_lib.catalog import Catalog
from uso_lib.explore import choices
from uso_lib.explore.choices import Pick
from uso_lib.notes.desk import add_cell
from uso_lib.notes.disk import DISK
from uso_lib.notes.keeping import read_notes
from uso_lib.workspace import Workspace


def added(pick: Pick, name: str, *, workspace: Workspace, catalog: Catalog) -> str:
    """Add a view to a member's notes unless they hold it already; return what to tell, as HTML.

    Raises
    ------
    NotesError
        The notes cannot be read; nothing was changed.
    """
    row = choices.row_of(catalog, pick.indicator)
    where = f"kunnan {escape(name)} muistikirja"
    kept = read_notes(DISK, workspace.notes, pick.member).notes.cells
    if any(one.cell.source.strip() == pick.source for one in kept):
        return f"Tämä kuvio on jo {where}ssa, joten sitä ei lisätty toista kertaa."
    add_cell(workspace.notes, pick.member, pick.source, choices.anchor_of(catalog, pick.indicator))
    return (
        f"Lisätty {where}an kohtaan ”{escape(row.title)}”. "
        f"Näkyy raportissa komennon <code>uso report {pick.member}</code> jälkeen."
    )

"""Write the notices that stand beside own cells in the notebook, for the consultant only.

They never come into a report. Does not decide when one is needed.
"""

from __future__ import annotations

import re

from uso_lib.notes.cells import CODE, MARKDOWN, NOTICE, REMOVE, Cell, OwnCell

_MOST_TEXT = 5_000


def updated_notice(own: OwnCell, new: Cell) -> Cell:
    """Return the notice beside an own version whose generated cell has changed."""
    language = "python" if new.kind == CODE else "markdown"
    source = (
        f"**Pohjan solu on muuttunut.** Yllä on oma versiosi solusta `{own.id}`. Uusi versio:\n\n"
        f"{_fenced(new.source, language)}\n\n"
        "Jos haluat uuden version, kopioi se oman tekstisi tilalle. Kun poistat tämän ilmoituksen, "
        "oma versiosi jää voimaan eikä muutosta enää näytetä. Ilmoitus ei tule raporttiin."
    )
    return _notice(own, source)


def conflict_notice(own: OwnCell) -> Cell:
    """Return the notice after the cell that holds the other text of a conflict."""
    source = (
        "**Kaksi versiota.** Samaa solua muokattiin kahdessa kopiossa. Yllä on toinen "
        f"teksti; ensimmäinen on solussa `{own.conflict}` sitä ennen. Kumpikin on raportissa: yhdistä "
        "tekstit tai poista toinen. Kun poistat tämän ilmoituksen, kumpikin jää. Ilmoitus ei tule raporttiin."
    )
    return _notice(own, source)


def _notice(own: OwnCell, source: str) -> Cell:
    return Cell(f"{NOTICE}{own.id}", MARKDOWN, source, (REMOVE,))


def _fenced(text: str, language: str) -> str:
    """Return a text in a fence longer than any row of backticks in it."""
    shown = text if len(text) <= _MOST_TEXT else f"{text[:_MOST_TEXT]} …"
    longest = max((len(row) for row in re.findall("`+", shown)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{shown}\n{fence}"

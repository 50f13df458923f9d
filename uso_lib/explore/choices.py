"""Say what can be picked in the explorer, and write a pick as the code of a notebook cell.

Does not show widgets (panel.py) and does not compute.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from uso_lib.catalog import Catalog
from uso_lib.desk.figures import FigureKind
from uso_lib.specs import Row


@dataclass(frozen=True)
class Pick:
    """Hold what was picked.

    Parameters
    ----------
    member
        Slug.
    peers
        Names of other peers than the member's own; empty for its own.
    """

    member: str
    indicator: str
    kind: FigureKind
    peers: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """Return the code that shows the pick in a notebook where `situation` is open."""
        names = json.dumps(list(self.peers), ensure_ascii=False)
        opened = f"situation.with_peers({names})" if self.peers else "situation"
        return f'{opened}.figure("{self.indicator}", kind="{self.kind}")'


def themes(catalog: Catalog) -> list[tuple[str, str]]:
    """Return title and id of every theme, in report order."""
    return [(f"{theme.number} {theme.title}", theme.id) for theme in catalog.themes]


def indicators(catalog: Catalog, theme: str) -> list[tuple[str, str]]:
    """Return title and id of a theme's indicators, in report order; rows that show several go together."""
    shown = [name for row in catalog.theme(theme).rows for name in row.indicators]
    visible = [catalog.indicator(name) for name in dict.fromkeys(shown)]
    return [(one.title, one.id) for one in visible if not one.hidden]


def row_of(catalog: Catalog, indicator: str) -> Row:
    """Return the row that shows an indicator first."""
    return next(row for row in catalog.rows.values() if indicator in row.indicators)


def anchor_of(catalog: Catalog, indicator: str) -> str:
    """Return the id of the template's cell that shows an indicator's row."""
    return f"section-{row_of(catalog, indicator).id}"


def other_peers(chosen: Sequence[str], own: Sequence[str]) -> tuple[str, ...]:
    """Return the chosen peers when they are others than the member's own, else nothing."""
    return tuple(chosen) if set(chosen) != set(own) else ()

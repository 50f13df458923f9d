"""Try views out at the desk: pick municipality, peers, indicator and kind of figure in a notebook.

Does not compute or draw (situation.py) and writes no notebook itself (notes/).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uso_lib.explore.panel import Explorer

__all__ = ["explorer"]


def explorer(member: str | None = None) -> Explorer:
    """Return the panel of notebooks/explore.ipynb.

    Parameters
    ----------
    member
        Municipality shown first; the network's first by default.

    Raises
    ------
    UsoError
        Something in the parameters or the figures is wrong; the message says what and where.
    """
    from uso_lib.explore.panel import Explorer

    return Explorer(member)


def __dir__() -> list[str]:
    """List the names for tab completion."""
    return list(__all__)

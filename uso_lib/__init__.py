"""USO workbench: situation analyses of Finnish municipalities from published figures.

Gives two names to a notebook: `open_situation` and `UsoError`. Does not load anything before one of them is
used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from uso_lib.errors import UsoError
    from uso_lib.situation import open_situation

__all__ = ["UsoError", "open_situation"]


def __getattr__(name: str) -> Any:
    """Load a façade name on its first use, so that importing the package costs next to nothing."""
    if name == "open_situation":
        from uso_lib.situation import open_situation

        return open_situation
    if name == "UsoError":
        from uso_lib.errors import UsoError

        return UsoError
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    """List the façade's names for tab completion."""
    return sorted(__all__)

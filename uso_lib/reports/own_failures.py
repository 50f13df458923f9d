"""Say in the notebook, in Finnish, why a consultant's code cell is left out of the report.

Python's own messages stay as they are. Does not run cells and does not decide which are left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

ENDED_KERNEL = "it ends the kernel"
KILLED_KERNEL = "it killed the kernel"
LEFT_OUT = "Solu jäi pois raportista: "
#: How much of the text of a stopped cell is worth keeping.
KEPT_PRINTED = 2_000
#: What a run says of a cell, and the same in Finnish.
_FINNISH = {
    re.escape(ENDED_KERNEL): "se lopettaa ytimen.",
    re.escape(KILLED_KERNEL): "se kaatoi ytimen.",
    r"it did not end in (\S+) s": r"se ei päättynyt \1 sekunnissa.",
    r"it showed more than (\d+) MB": r"se tuotti yli \1 megatavua.",
    r"the own cells before it took more than (\d+) s together": (
        r"omat solut ennen sitä veivät yhteensä yli \1 sekuntia."
    ),
    r"the notebook's first cells failed: (.*)": r"muistikirjan ensimmäisiä soluja ei voitu ajaa (\1).",
    r"it shows data that are no section of a report \((.*)\)": r"se ei näytä raportin osiota (\1).",
}


def too_long(seconds: Any) -> str:
    """Say that a cell took too long."""
    return f"it did not end in {seconds:g} s"


def too_much(size: int) -> str:
    """Say that a cell put out too much, in bytes."""
    return f"it showed more than {size // 1_000_000} MB"


def in_finnish(reason: str) -> str:
    """Return in Finnish why a cell is left out; what Python says stays as it is."""
    for pattern, finnish in _FINNISH.items():
        match = re.fullmatch(pattern, reason, re.DOTALL)
        if match:
            return match.expand(finnish)
    return reason


def told(cell: Any, reason: str, *, name: str = "Error", finnish: str = "") -> Any:
    """Return a failed cell with what it printed, cut short, and a short error in place of a traceback.

    Parameters
    ----------
    finnish
        The reason in Finnish where the error itself brings it.
    """
    from nbformat import v4

    kept = [one for one in cell.get("outputs", []) if one.output_type == "stream"]
    for one in kept:
        one["text"] = one.text if len(one.text) <= KEPT_PRINTED else f"{one.text[:KEPT_PRINTED]} …"
    said = finnish or in_finnish(reason)
    line = f"{LEFT_OUT}{said}"
    error: Any = v4.new_output("error", ename=name, evalue=said, traceback=[line])  # type: ignore[no-untyped-call]
    cell["outputs"] = [*kept, error]
    return cell


def is_told(cell: Mapping[str, Any]) -> bool:
    """Tell whether a cell shows why it failed."""
    return any(one["output_type"] == "error" for one in cell.get("outputs", []))

"""Open figures, declarations and register once per process, and again when their files have changed.

What is computed from them is remembered as long as they are held (analysis/memory.py); a process that is
forked from this one has all of it. Does not compute anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from uso_lib.catalog import LIBRARY, Catalog, load_catalog
from uso_lib.editions import record_file, recorded_tables
from uso_lib.file_state import State, state_of
from uso_lib.regions import Regions, load_regions
from uso_lib.store import MANIFEST, SNAPSHOT, Store, open_store


@dataclass(frozen=True)
class Foundation:
    """Hold what every analysis stands on."""

    store: Store
    catalog: Catalog
    regions: Regions


_HELD: dict[Path, tuple[State, Foundation]] = {}


def foundation(data: Path) -> Foundation:
    """Return figures, declarations and register; the same objects as long as their files stay as they are.

    Parameters
    ----------
    data
        Folder of fetched and imported figures; it need not exist.

    Raises
    ------
    UsoError
        A declaration, the bundled or the fetched figures are wrong.
    """
    state = state_of(
        [
            SNAPSHOT / MANIFEST,
            *sorted(LIBRARY.glob("*.yml")),
            *sorted(LIBRARY.glob("*/*.yml")),
            *_records(data),
        ]
    )
    held = _HELD.get(data)
    if held and held[0] == state:
        return held[1]
    opened = Foundation(open_store(data=data), load_catalog(), load_regions())
    _HELD[data] = state, opened
    return opened


def _records(data: Path) -> list[Path]:
    return [record_file(data, table) for table in recorded_tables(data)]

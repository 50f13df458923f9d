"""Run the command line in a workspace whose services are a small simulated nation; fill in templates.

Does not hold any real figure.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter
from services.world import NationWorld, Serving, serving

from uso_lib.cli import main
from uso_lib.editions import Edition, read_record
from uso_lib.live_tables import ENVIRONMENT_VARIABLE, load_live_tables
from uso_lib.store import Store, open_store
from uso_lib.workspace import Workspace


@dataclass(frozen=True)
class Desk:
    """Hold a consultant's workspace and the services it asks."""

    workspace: Workspace
    nation: Serving

    @property
    def data(self) -> Path:
        return self.workspace.data

    def store(self) -> Store:
        """Return the store as the next command sees it."""
        return open_store(data=self.data)

    def edition(self, table: str) -> Edition | None:
        """Return the newest edition of a table, None when it was never fetched or imported."""
        record = read_record(self.data, table)
        return record.editions[0] if record else None


@contextmanager
def simulated(
    root: Path, folder: Path, environment: pytest.MonkeyPatch, tables: tuple[str, ...] = (), years: int = 2
) -> Iterator[Desk]:
    """Serve some declared tables (all by default) to a workspace with the real parameters.

    A declared table that is not among them is not at its address.
    """
    shutil.copytree(root / "parameters", folder / "parameters")
    live = load_live_tables()
    world = NationWorld(years=years, tables=tuple(map(live.table, tables)) or live.tables)
    with serving(world, folder, timeout_s=10, attempts=2) as nation:
        environment.setenv("USO_WORKSPACE", str(folder))
        environment.setenv(ENVIRONMENT_VARIABLE, str(nation.services))
        yield Desk(Workspace(folder), nation)


def leave(*arguments: str) -> int:
    """Run a command and return its exit status."""
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert isinstance(left.value.code, int)
    return left.value.code


def fill_in(template: Path, target: Path, values: Mapping[str, float | str], *, year: int) -> None:
    """Fill the last column of a template with values by municipality's code, as a person would."""
    sheet = pd.read_excel(template, sheet_name="Tiedot", dtype=str, engine="calamine").fillna("")
    headings = list(sheet.columns)
    with xlsxwriter.Workbook(target) as book:
        page = book.add_worksheet("Tiedot")
        page.write_row(0, 0, headings)
        for number, row in enumerate(sheet.itertuples(index=False), start=1):
            page.write_row(number, 0, [cell for cell in row if cell])
            if number == 1:
                page.write(number, headings.index("Vuosi"), year)
            if row[0] in values:
                page.write(number, len(headings) - 1, values[row[0]])

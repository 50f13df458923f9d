"""Keep what a member's sections showed, and tell which of them would show the same again.

A section is used again only when all it is made from is the same by content: figures of its own tables,
parameters, registers, library, packages, the code that ran before. Kept beside the reports in a hidden
folder; what cannot be read there is made again. Does not execute (execute.py).
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from uso_lib.foundation import foundation
from uso_lib.reports.inputs import Inputs
from uso_lib.reports.job import Job
from uso_lib.reports.publish import write_atomically

FOLDER = ".sections"
SCHEMA = 1
#: The cells of the template that show one row each: "section-<row>", with nothing but this in them.
CELL, SOURCE = "section-{row}", 'situation.section("{row}")'
#: Of a report's inputs, what a section does not depend on; figures are told table by table, and which
#: month the newest are of stands only on the cover and among the sources, which are made each time.
APART = frozenset({"figures", "figures_as_of", "own_cells", "formats", "publish_anyway", "template"})

Cells = Iterable[Mapping[str, Any]]


class Sections:
    """Hold a member's sections: those that can be used again, and those to be kept.

    Parameters
    ----------
    inputs
        What the report is made from (inputs.py).
    """

    def __init__(self, job: Job, inputs: Inputs) -> None:
        self._file = job.outputs / FOLDER / f"{job.member}.json.gz"
        self._anew = job.anew
        catalog = foundation(job.data_folder).catalog
        figures: Mapping[str, str] = inputs["figures"]
        held = sorted(table for table, digest in figures.items() if digest)
        common = [SCHEMA, held, {name: value for name, value in inputs.items() if name not in APART}]
        self._depends_on = {
            CELL.format(row=row): [
                *common,
                {table: figures.get(table) for table in catalog.tables_of_row(row)},
            ]
            for row in catalog.rows
        }
        self._keys: dict[str, str] = {}
        self._packed = b""

    def reusable(self, cells: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
        """Return the outputs of the sections that would show the same again: cell → outputs.

        Nothing when a report is to be made from scratch, or when what was kept is gone, damaged or older.

        Parameters
        ----------
        cells
            The code that runs in the sections' kernel, in order.
        """
        code = [str(cell["source"]) for cell in cells if not is_section(cell)]
        self._keys = {
            cell["id"]: _digest([self._depends_on[cell["id"]], code])
            for cell in cells
            if is_section(cell) and cell["id"] in self._depends_on
        }
        return {} if self._anew else self._kept()

    def take(self, cells: Cells) -> None:
        """Take what the sections of an executed notebook show, to be kept when the report is published."""
        shown = {
            cell["id"]: {"key": self._keys[cell["id"]], "outputs": cell["outputs"]}
            for cell in cells
            if cell.get("id") in self._keys
        }
        if shown:
            text = json.dumps({"digest": _digest(shown), "cells": shown}, ensure_ascii=False)
            self._packed = gzip.compress(text.encode(), compresslevel=1, mtime=0)

    def keep(self) -> None:
        """Write what was taken; where that cannot be done the sections are made again next time."""
        if self._packed:
            with suppress(OSError):
                write_atomically(self._file, self._packed)

    def _kept(self) -> dict[str, list[Any]]:
        with suppress(OSError, ValueError, KeyError, TypeError, EOFError, zlib.error):
            kept = json.loads(gzip.decompress(self._file.read_bytes()))
            if kept["digest"] == _digest(kept["cells"]):
                same = [
                    cell for cell, key in self._keys.items() if kept["cells"].get(cell, {}).get("key") == key
                ]
                return {cell: kept["cells"][cell]["outputs"] for cell in same}
        return {}


def is_section(cell: Mapping[str, Any]) -> bool:
    """Tell whether a cell is one of the template's sections, untouched."""
    named = str(cell.get("id", ""))
    row = named.removeprefix(CELL.format(row=""))
    return named == CELL.format(row=row) and cell.get("source") == SOURCE.format(row=row)


def _digest(content: Any) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()

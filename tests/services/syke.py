"""SYKE's emissions of municipalities (ALas): one CSV file per municipality, semicolons and decimal commas.

Not emulated: the Excel files and the pages they are linked from.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from services.exchange import Request, Response
from services.rows import Rows, changed, written

FILE = re.compile(r"^Tulokset_taso_5/kunta_0*(?P<number>\d{1,3})\.csv$")


@dataclass(frozen=True)
class Syke:
    """Answer as SYKE's file server does; a municipality without a file is 404.

    Parameters
    ----------
    rows
        Three-digit code → rows of its file, None when there is no such municipality.
    modified
        The Last-Modified header.
    population
        Rows of ``asukasluvut_2025.csv``.
    """

    rows: Callable[[str], Rows | None]
    modified: str | Callable[[], str] = "Mon, 08 Jun 2026 06:00:00 GMT"
    population: Callable[[], Rows] | None = None

    def __call__(self, request: Request) -> Response:
        """Answer one request."""
        found = FILE.match(request.path)
        if request.path == "asukasluvut_2025.csv" and self.population is not None:
            return self._file(request, self.population())
        code = found["number"].zfill(3) if found else ""
        rows = self.rows(code) if code and code not in request.changes.removed else None
        if rows is None:
            return Response.page("404 Not Found", 404)
        if request.changes.wrong is not None and self.population is not None:
            rows = self.population()
        return self._file(request, rows)

    def _file(self, request: Request, rows: Rows) -> Response:
        """Write a file with the time of its last change."""
        content = written(changed(rows, request.changes), delimiter=";", decimal=",", missing="NA")
        stamp = self.modified if isinstance(self.modified, str) else self.modified()
        modified = "Fri, 20 Nov 2026 06:00:00 GMT" if request.changes.published else stamp
        return Response(content.encode(), content_type="text/csv", headers=(("Last-Modified", modified),))

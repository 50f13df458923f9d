"""Speak PxWeb's API v1: Statistics Finland and the Tax Administration.

Does not send anything itself (the session does) and does not read cubes (cubes.py).
"""

from __future__ import annotations

import dataclasses
from urllib.parse import quote

from uso_lib.errors import FetchError, Refused, TooManyCells
from uso_lib.live_specs import LiveTable
from uso_lib.sources.pxweb.body import read_json
from uso_lib.sources.pxweb.cubes import CubeAdapter
from uso_lib.sources.pxweb.jsonstat import read_cube
from uso_lib.sources.pxweb.metadata import TableMetadata, Variable, addresses, folder_names, read_metadata
from uso_lib.sources.pxweb.query import Selection, body_of, cells, listing_body, selection_of
from uso_lib.sources.service import Call
from uso_lib.validation import did_you_mean


class PxWeb(CubeAdapter):
    """Adapt PxWeb's API v1; see `service.Adapter`."""

    def _find(self, table: LiveTable) -> tuple[str, TableMetadata, tuple[str, ...]]:
        """Try the present address and then the one before 8 June 2026."""
        where = self._where(table)
        if not table.address:
            message = f"{where}: the declaration has no address."
            raise Refused(message)
        paths = addresses(table.address, table.legacy)
        for path in paths:
            url = self._url(path)
            try:
                answer = self.session.send(Call(self.name, url))
            except Refused:
                continue
            metadata = self._listed(url, read_metadata(answer.content, where=where), where)
            remarks = () if path == paths[0] else (f"The table was found at its former address {path}.",)
            return url, metadata, remarks
        message = f"{where}: the service has no table at {' or '.join(paths)}{self._nearest(paths[0])}"
        raise Refused(message)

    def _call(self, url: str, selection: Selection) -> Call:
        return Call(self.name, url, body=body_of(selection), cells=cells(selection))

    def _selection(self, call: Call) -> Selection:
        return selection_of(call.body or {"query": []})

    def _ask_limit(self) -> int | None:
        """Ask for the limits on the level of the language: the service knows ?config, not ?config=."""
        answer = self.session.send(Call(self.name, self.service.base, params=(("config", ""),)))
        told = read_json(answer.content, where=f"{self.service.title}, limits")
        limit = told.get("maxCells") if isinstance(told, dict) else None
        return limit if isinstance(limit, int) else None

    def _url(self, path: str) -> str:
        return self.service.base + quote(path, safe="/")

    def _nearest(self, path: str) -> str:
        """Return what the table's folder holds instead, if it can be told, as the end of a sentence."""
        folder, _, name = path.rpartition("/")
        try:
            answer = self.session.send(Call(self.name, self._url(folder)))
            names = folder_names(answer.content, where=folder)
        except FetchError:
            return "."
        if name in names:
            return f", although it lists {name}. Try again later."
        return f": {did_you_mean(name, names)}" if names else "."

    def _listed(self, url: str, metadata: TableMetadata, where: str) -> TableMetadata:
        """Return the metadata with the codes of variables that are too long for the service to list."""
        variables = tuple(
            variable if variable.listed else self._ask_codes(url, metadata, variable, where)
            for variable in metadata.variables
        )
        return dataclasses.replace(metadata, variables=variables)

    def _ask_codes(self, url: str, metadata: TableMetadata, variable: Variable, where: str) -> Variable:
        """Ask for one figure of every code of a variable, to see the codes."""
        others = tuple(other.code for other in metadata.variables if other.code != variable.code)
        try:
            answer = self.session.send(Call(self.name, url, body=listing_body(variable.code, others)))
        except TooManyCells as error:
            message = (
                f"{where}: the codes of {variable.text} are too many for the service to list or to give."
            )
            raise Refused(message) from error
        cube = read_cube(answer.content, where=where)
        codes = cube.variables.get(variable.code, ())
        texts = tuple(cube.labels.get(variable.code, {}).get(code) or code for code in codes)
        return dataclasses.replace(variable, values=codes, texts=texts, listed=True)

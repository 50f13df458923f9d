"""Speak PxWebApi v2, which Statistics Finland may move to, behind the same interface as PxWeb's API v1.

Does not send anything itself (the session does) and does not read cubes (cubes.py).
"""

from __future__ import annotations

from urllib.parse import quote

from uso_lib.errors import Refused
from uso_lib.live_specs import LiveTable
from uso_lib.sources.pxweb.body import read_json
from uso_lib.sources.pxweb.cubes import CubeAdapter
from uso_lib.sources.pxweb.metadata import TableMetadata, read_metadata_v2
from uso_lib.sources.pxweb.query import Selection, cells
from uso_lib.sources.service import Call

_LANGUAGE = ("lang", "fi")
_FORMAT = ("outputFormat", "json-stat2")
#: Longest query string sent as an address; longer ones, and codes with a comma, go in the body.
_LONGEST = 1500


class PxWebV2(CubeAdapter):
    """Adapt PxWebApi v2; see `service.Adapter`. A table's id is the last part of its address, no ``.px``."""

    def _find(self, table: LiveTable) -> tuple[str, TableMetadata, tuple[str, ...]]:
        where = self._where(table)
        if not table.address:
            message = f"{where}: the declaration has no address."
            raise Refused(message)
        name = table.address.rpartition("/")[2].removesuffix(".px")
        url = f"{self.service.base}tables/{quote(name, safe='')}"
        answer = self.session.send(Call(self.name, f"{url}/metadata", params=(_LANGUAGE,)))
        return f"{url}/data", read_metadata_v2(answer.content, where=where), ()

    def _call(self, url: str, selection: Selection) -> Call:
        asked = tuple((f"valueCodes[{name}]", ",".join(codes)) for name, codes in selection.items())
        long = sum(len(name) + len(value) for name, value in asked) > _LONGEST
        if not long and not any("," in code for codes in selection.values() for code in codes):
            return Call(self.name, url, params=(_LANGUAGE, _FORMAT, *asked), cells=cells(selection))
        chosen = [{"variableCode": name, "valueCodes": list(codes)} for name, codes in selection.items()]
        return Call(
            self.name, url, params=(_LANGUAGE, _FORMAT), body={"selection": chosen}, cells=cells(selection)
        )

    def _selection(self, call: Call) -> Selection:
        if call.body is not None:
            return {item["variableCode"]: tuple(item["valueCodes"]) for item in call.body["selection"]}
        named = [(name, value) for name, value in call.params if name.startswith("valueCodes[")]
        return {name.removeprefix("valueCodes[")[:-1]: tuple(value.split(",")) for name, value in named}

    def _ask_limit(self) -> int | None:
        answer = self.session.send(Call(self.name, f"{self.service.base}config"))
        told = read_json(answer.content, where=f"{self.service.title}, limits")
        limit = told.get("maxDataCells") if isinstance(told, dict) else None
        return limit if isinstance(limit, int) else None

"""The State Treasury's register of municipal accounts, and the register of business ids beside it.

Not emulated: taxonomies, XML answers, and reporting packages that nobody declares.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from services.exchange import Request, Response

DOCUMENT = re.compile(
    r"^rest/v1/json/dokumentti/(?P<phase>lopullinen|jalkikorjattu)/(?P<package>\w+)"
    r"/(?P<business_id>\d{7}-\d)/(?P<year>\d{4})C12$"
)
REGISTER = re.compile(r"(?:^|/)odata/Kunta(?:\((?P<number>\d+)\)(?:[./](?P<field>\w+))?)?$")


@dataclass(frozen=True)
class Accounts:
    """Identify the accounts of one municipality and year in one reporting package."""

    package: str
    code: str
    year: int


@dataclass(frozen=True)
class Valtiokonttori:
    """Answer as the register does.

    Parameters
    ----------
    business_ids
        Three-digit code → business id.
    names
        Three-digit code → name.
    accounts
        Every document there is.
    fields
        Document → field number → euros.
    corrected
        Codes of municipalities whose documents were corrected afterwards: both phases exist, the right
        figures stand in the later one.
    """

    business_ids: Mapping[str, str]
    names: Mapping[str, str]
    accounts: Callable[[], Collection[Accounts]]
    fields: Callable[[Accounts], Mapping[str, float]]
    corrected: frozenset[str] = frozenset()
    published: Callable[[], str] = lambda: "2026-09-01"

    def __call__(self, request: Request) -> Response:
        """Answer one request."""
        if (found := REGISTER.search(request.path)) is not None:
            return self._register(found["number"], found["field"])
        if request.path == "rest/v1/json/aineistot":
            return Response.json({"aineistot": self._list(request)})
        found = DOCUMENT.match(request.path)
        if found is None:
            return Response.page("404 Not Found", 404)
        return self._document(request, found)

    def _all(self, request: Request) -> list[Accounts]:
        """Return the documents there are for one request."""
        made = [one for one in self.accounts() if one.code not in request.changes.removed]
        made.sort(key=lambda one: (one.code, one.year))
        last = max((one.year for one in made), default=0)
        added = range(1, request.changes.new_periods + 1)
        return made + [
            Accounts(one.package, one.code, last + step) for one in made if one.year == last for step in added
        ]

    def _list(self, request: Request) -> list[dict[str, str]]:
        """Describe every document; the phases before approval are listed too."""
        rows = []
        for one in self._all(request):
            phases = ["lopullinen", "jalkikorjattu"] if one.code in self.corrected else ["lopullinen"]
            for order, phase in enumerate(["alustava", *phases]):
                rows.append(self._listed(request, one, phase, order))
        if request.changes.duplicated and rows:
            rows.append(rows[0])
        return rows

    def _listed(self, request: Request, one: Accounts, phase: str, order: int) -> dict[str, str]:
        """Describe one phase of a document."""
        number = self.business_ids[one.code]
        date = "2026-11-20" if request.changes.published else self.published()
        path = f"rest/v1/json/dokumentti/{phase}/{one.package}/{number}/{one.year}C12"
        return {
            "ytunnus": number,
            "raportointikokonaisuus": one.package,
            "raportointikausi": f"{one.year}C12",
            "hyvaksymisvaihe": phase,
            "hyvaksymispvm": f"{one.year + 1}-0{5 + order}-01",
            "julkaisupvm": date,
            "tunnusluvut": f"{request.root}/{path}",
        }

    def _document(self, request: Request, found: re.Match[str]) -> Response:
        """Answer with the fields of one document, every figure text."""
        codes = {number: code for code, number in self.business_ids.items()}
        number = found["business_id"]
        if request.changes.wrong is not None:
            number = next(other for other in codes if other != number)
        one = Accounts(found["package"], codes.get(number, ""), int(found["year"]))
        there = self.accounts()
        last = max(each.year for each in there)
        known = Accounts(one.package, one.code, min(one.year, last))
        gone = one.code in request.changes.removed or one.year > last + request.changes.new_periods
        if (
            gone
            or known not in there
            or (found["phase"] == "jalkikorjattu" and one.code not in self.corrected)
        ):
            return Response.page("404 Not Found", 404)
        later = max(0, one.year - last)
        factor = request.changes.factor * (1 + request.changes.revised if one.year < last else 1.01**later)
        if one.code in self.corrected and found["phase"] == "lopullinen":
            factor *= 0.5
        fields = self.fields(known)
        rows = [self._field(one, number, key, value * factor) for key, value in fields.items()]
        if request.changes.duplicated and rows:
            extra = 0 if request.changes.duplicated == "same" else 1
            rows.append(
                self._field(one, number, next(iter(fields)), next(iter(fields.values())) * factor + extra)
            )
        return Response.json([_renamed(row, request) for row in rows])

    def _field(self, one: Accounts, number: str, key: str, value: float) -> dict[str, Any]:
        """Describe one figure."""
        return {
            "ytunnus": number,
            "raportointikausi": f"{one.year}C12",
            "raportointikokonaisuus": one.package,
            "osakokonaisuus": "TOLT",
            "taksonomia": "jhs-2018-01/2024-03-26",
            "tunnusluku": key,
            "arvo": f"{value:.2f}",
            "tarkastushavainto": None,
        }

    def _register(self, number: str | None, field: str | None) -> Response:
        """Answer with municipalities and their business ids."""
        rows = [
            {"Kunta_Id": int(code), "KuntaNro": code, "Nimi": self.names[code], "YTunnus": business_id}
            for code, business_id in self.business_ids.items()
        ]
        if number is None:
            return Response.json({"@odata.context": "$metadata#Kunta", "value": rows})
        row = next((one for one in rows if one["Kunta_Id"] == int(number)), None)
        if row is None:
            return Response.page("404 Not Found", 404)
        if field is not None:
            return Response.json(
                {"@odata.context": f"$metadata#Kunta({number})/{field}", "value": row.get(field)}
            )
        return Response.json(row)


def _renamed(row: dict[str, Any], request: Request) -> dict[str, Any]:
    """Rename a field of a row."""
    if request.changes.renamed is None:
        return row
    old, new, _ = request.changes.renamed
    return {new if name == old else name: value for name, value in row.items()}

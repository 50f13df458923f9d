"""A small country for tests of the analysis: six municipalities, tables written by hand, real declarations.

Does not read any file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from uso_lib import specs
from uso_lib.analysis.context import Context
from uso_lib.catalog import Catalog
from uso_lib.regions import Municipality, Regions
from uso_lib.store import TableInfo
from uso_lib.tidy import dimensions

#: Code → name, region, sub-region. 001-003 share a region, 001 and 002 also a sub-region.
PLACES = {
    "001": ("Aitola", "MK01", "SK011"),
    "002": ("Bölö", "MK01", "SK011"),
    "003": ("Cederby", "MK01", "SK012"),
    "004": ("Dalby", "MK02", "SK021"),
    "005": ("Eerola", "MK02", "SK021"),
    "006": ("Foglö", "MK02", "SK022"),
}


def municipality(code: str) -> Municipality:
    """Return a municipality of the toy country."""
    name, region, subregion = PLACES[code]
    return Municipality(
        code=code, name=name, name_sv=name, region_code=region, region=region, subregion_code=subregion,
        subregion=subregion, wellbeing_county_code="HVA01", wellbeing_county="HVA", employment_area_code="1",
        employment_area="1", urban_rural="Kaupunkimaiset kunnat", language="fi", genitive=f"{name}n",
        locative=f"{name}ssa", separative=f"{name}sta", lative=f"{name}an",
    )  # fmt: skip


class ToyStore:
    """Give hand-written tables the way the store does.

    Parameters
    ----------
    tables
        Table → its figures, or those of its editions, the newest first.
    described
        Table → what sets its editions' descriptions apart from a bundled one's (`TableInfo` fields).
    """

    def __init__(
        self,
        tables: Mapping[str, pd.DataFrame | list[pd.DataFrame]],
        *,
        reference_year: int = 2026,
        described: Mapping[str, list[Mapping[str, Any]]] | None = None,
    ) -> None:
        self._tables = {name: one if isinstance(one, list) else [one] for name, one in tables.items()}
        self._described = dict(described or {})
        self.reference_year = reference_year
        self.data_as_of = self.bundled_as_of = "2026-06"
        self.fingerprint, self.records, self.raw_files = "0" * 64, dict[str, Any](), dict[str, str]()

    def has(self, table: str) -> bool:
        return table in self._tables

    def read(self, table: str, edition: int = 0) -> pd.DataFrame:
        return self._tables[table][edition].copy()

    def coded(self, table: str, edition: int = 0) -> pd.DataFrame:
        return self.read(table, edition)

    def info(self, table: str, edition: int = 0) -> TableInfo:
        return self.editions(table)[edition]

    def editions(self, table: str) -> tuple[TableInfo, ...]:
        given = self._described.get(table, [{}] * len(self._tables[table]))
        return tuple(
            described(table, frame, **changes)
            for frame, changes in zip(self._tables[table], given, strict=True)
        )


def described(table: str, frame: pd.DataFrame, **changes: Any) -> TableInfo:
    """Describe a hand-written table as bundled, or as `changes` say."""
    periods = sorted(frame["period"].unique())
    fields: dict[str, Any] = {
        "id": table, "producer": "Tilastokeskus", "table_id": table, "title": table, "vintage": "2026",
        "periods": (periods[0], periods[-1]), "n_areas": frame["area"].nunique(), "rows": len(frame),
        "dimensions": dimensions(frame), "contents": tuple(sorted(frame["content"].unique())),
        "licence": "CC BY 4.0", "sha256": "", "file": "", "source_file": "", "note": "",
        "definition": table, "division": 2026,
    }  # fmt: skip
    return TableInfo(**(fields | changes))


def tidy(
    figures: Mapping[str, Mapping[str, float | str | None]],
    *,
    table: str = "toy",
    content: str = "x",
    **dims: str,
) -> pd.DataFrame:
    """Write a tidy table: area → period → value; a text is a symbol, alone or after a value ("5*")."""
    rows = []
    for area, by_period in figures.items():
        for period, written in by_period.items():
            value, symbol = _parsed(written)
            rows.append({"table": table, "area": area, "period": period, **dims, "content": content,
                         "value": value, "symbol": symbol})  # fmt: skip
    frame = pd.DataFrame(rows)
    return frame.astype({name: "float64" if name == "value" else "str" for name in frame.columns})


def _parsed(written: float | str | None) -> tuple[float | None, str]:
    if not isinstance(written, str):
        return written, ""
    number = written.rstrip("*~./-") if written[0].isdigit() else ""
    return (float(number) if number else None), written[len(number) :]


def indicator(identity: str, **given: Any) -> specs.Indicator:
    """Declare an indicator; by default the level of table ``toy``, content ``x``, in persons."""
    declared: dict[str, Any] = {
        "id": identity, "title": identity.capitalize(), "definition": "Testi.", "unit": "persons",
        "decimals": 0,
        "direction": "up", **given,
    }  # fmt: skip
    if "of" not in declared and "source" not in declared:
        declared["source"] = [specs.Selection(table="toy", content="x")]
    return specs.Indicator(**declared)


def catalog(
    indicators: Sequence[specs.Indicator] = (), *, breaks: Mapping[str, str] | None = None, **declared: Any
) -> Catalog:
    """Make a catalogue of one theme; `breaks` gives id → first period after it."""
    theme = specs.Theme(
        id="toy", number=1, title="Toy", intro="Toy.", indicators=list(indicators), rows=[], **declared
    )
    found = [
        specs.Break(id=name, period=period, title=name, note=name) for name, period in (breaks or {}).items()
    ]
    return Catalog((theme,), specs.Standards(breaks=found, caveats=[], reforms=[]))


def world(
    tables: Mapping[str, pd.DataFrame | list[pd.DataFrame]] | pd.DataFrame,
    indicators: Sequence[specs.Indicator] = (),
    *,
    here: str = "001",
    peers: Sequence[str] = ("002", "003"),
    network: Sequence[str] = ("001", "004"),
    places: Sequence[str] = tuple(PLACES),
    first_year: int = 1900,
    reference_year: int = 2026,
    described: Mapping[str, list[Mapping[str, Any]]] | None = None,
    **declared: Any,
) -> Context:
    """Make a context in the toy country; a single frame is the table ``toy``."""
    held = {"toy": tables} if isinstance(tables, pd.DataFrame) else dict(tables)
    store = ToyStore(held, reference_year=reference_year, described=described)
    return Context(
        store=store,  # type: ignore[arg-type]
        catalog=catalog(indicators, **declared),
        regions=Regions([municipality(code) for code in places], []),
        municipality=municipality(here),
        peers=tuple(municipality(code) for code in peers),
        network=tuple(municipality(code) for code in network),
        first_year=first_year,
    )

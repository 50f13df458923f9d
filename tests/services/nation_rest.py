"""Make what Sotkanet, Kela, SYKE and the State Treasury would hold of the declarations of live tables.

Does not answer requests (sotkanet.py and so on) and does not choose which tables there are (world.py).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from functools import partial
from itertools import product

from services import declared
from services.ckan import Package, Resource
from services.made_up import COUNTRY, Shape, figure, unit
from services.nation_px import Nation
from services.rows import Cell, Rows
from services.sotkanet import Indicator, Region
from uso_lib.live_specs import LiveContent, LiveTable
from uso_lib.registers import Merger, Municipality

#: Ids of the emulation's own for indicators that are to be found by their titles.
FIRST_FOUND = 9000
WHOLE_COUNTRY = 658
SYKE_COLUMNS = (
    "vuosi",
    "taso_3",
    "taso_4",
    "taso_5",
    "kt",
    "kt_tuuli",
    "GWh",
    "hinku_laskenta",
    "päästökauppa",
)
MONTHS = range(1, 13)


def years(table: LiveTable, nation: Nation, default: int) -> range:
    """Return the years of a table that has no variables of its own to say them."""
    first = max(int((table.first or str(default))[:4]), nation.first_year or 0)
    return range(min(first, nation.last_year), nation.last_year + 1)


def regions(municipalities: tuple[Municipality, ...], mergers: tuple[Merger, ...]) -> tuple[Region, ...]:
    """Return Sotkanet's regions: municipalities of today and of the past, regions and the country."""
    codes = {one.region_code: one.region for one in municipalities}
    ids = {code: 488 + place for place, code in enumerate(sorted(codes))}
    made = [Region(WHOLE_COUNTRY, "358", "MAA", "Koko maa")]
    made += [Region(ids[code], code.removeprefix("MK"), "MAAKUNTA", name) for code, name in codes.items()]
    made += [
        Region(1000 + int(one.code), one.code, "KUNTA", one.name, (WHOLE_COUNTRY, ids[one.region_code]))
        for one in municipalities
    ]
    gone = {one.abolished: one.abolished_name for one in mergers}
    present = {one.code for one in municipalities}
    made += [
        Region(1000 + int(code), code, "KUNTA", name or code)
        for code, name in gone.items()
        if code not in present
    ]
    return tuple(made)


def indicators(tables: tuple[LiveTable, ...], nation: Nation) -> tuple[Indicator, ...]:
    """Return the indicators that the declarations name, those they look for, and some that nobody wants."""
    made = [
        _indicator(table, content, _id(table, content), nation)
        for table in tables
        for content in table.contents
    ]
    other = Shape("sotkanet|decoy", rate=True, level=50, decimals=1)
    for number, text in ((244, "Sairastavuusindeksi, ikävakioimaton"), (7, "0–6-vuotiaat, % väestöstä")):
        figures = partial(_sotkanet_figure, other, nation, "value")
        made.append(Indicator(number, text, 2000, 2019, figures, ("total",)))
    return tuple({one.id: one for one in made}.values())


def found_ids(tables: tuple[LiveTable, ...]) -> dict[str, int]:
    """Return the ids of the indicators that are to be found by title: name of the pin → id."""
    return {one.find.name: _id(one, one.contents[0]) for one in tables if one.find is not None}


def _id(table: LiveTable, content: LiveContent) -> int:
    """Return the declared id, or one of the emulation's own."""
    if content.marker is None:
        return FIRST_FOUND + zlib.crc32(table.id.encode()) % 900
    return int(declared.marker(content))


def _indicator(table: LiveTable, content: LiveContent, number: int, nation: Nation) -> Indicator:
    """Return the indicator that a content declares."""
    shape = declared.shape(table, content)
    span = years(table, nation, 2000)
    text = declared.title(content)
    if table.find is not None and not re.search(table.find.pattern, text, re.IGNORECASE):
        text = table.title
    return Indicator(
        number, text, span[0], span[-1], partial(_sotkanet_figure, shape, nation, table.field),
        genders=("female", "male", "total"), updated=nation.updated[:10], entities=number % 3 == 0,
        decimals=shape.decimals,
    )  # fmt: skip


def _sotkanet_figure(
    shape: Shape, nation: Nation, field: str, region: Region, year: int, gender: str
) -> tuple[float | None, float | None] | None:
    """Return value and absolute value of a row, or None where the service has no row."""
    code = COUNTRY if region.category == "MAA" else region.code
    if region.category == "MAAKUNTA":
        code = f"MK{region.code}"
    if region.category == "KUNTA":
        gone = nation.abolished.get(code)
        if code not in nation.names and (gone is None or year >= gone):
            return None
        if unit("sotkanet row", shape.key, code) < 0.01:
            return None
    part = 1.0 if gender == "total" else 0.5
    share = 1.0 if shape.rate else part if code in nation.names or code == COUNTRY else part / 50
    scale = 1.0 if code == COUNTRY or code.isdigit() else 0.0
    own = figure(
        shape,
        code if scale else COUNTRY,
        float(year),
        everybody=nation.everybody,
        share=share,
        release=nation.release,
    )
    if field == "absValue":
        return None, own
    return own, (round(own * 10) if shape.rate else None)


def package(table: LiveTable, nation: Nation) -> Package:
    """Return the CKAN package that a table of Kela declares: one file before 2020 and one since."""
    old = zlib.crc32(table.id.encode()) % 2 == 0
    delimiter, encoding, decimal = (";", "iso-8859-1", ",") if old else (",", "utf-8-sig", ".")
    files = tuple(
        Resource(
            f"data_{part[0]}_{part[-1]}.csv", partial(kela_rows, table, nation, part),
            modified=f"{nation.updated[:10]}T05:31:07.123456",
            delimiter=delimiter, encoding=encoding, decimal=decimal,
        )
        for part in _halves(years(table, nation, 2010))
    )  # fmt: skip
    return Package(table.address or "", f"Kela: {table.table_id}", files)


def _halves(span: range) -> list[range]:
    """Split years at 2020."""
    parts = [range(span[0], min(span[-1], 2019) + 1), range(max(span[0], 2020), span[-1] + 1)]
    return [part for part in parts if len(part)]


def kela_rows(table: LiveTable, nation: Nation, span: range) -> Rows:
    """Return the rows of one file: years, and the months of its last year, municipality 199 among them."""
    dimensions = [(one.text[0], _without_total(declared.codes(one))) for one in table.dimensions]
    fixed = [(one.text[0], one.values[0]) for one in table.fixed if not one.text[0].startswith("aikatyyppi")]
    shapes = [declared.shape(table, one) for one in table.contents]
    kinds = any(one.text[0].startswith("aikatyyppi") for one in table.fixed)
    columns = ["aikatyyppi"] if kinds else []
    columns += ["kuukausi_nro", "vuosikuukausi", "vuosi", "kunta_nro", "kunta_nimi"]
    columns += [name for name, _ in dimensions] + [name for name, _ in fixed]
    columns += [declared.marker(one) for one in table.contents]
    rows: list[tuple[Cell, ...]] = []
    for kind, year, month in _moments(span, nation.last_year, kinds=kinds):
        head: list[Cell] = [kind] if kinds else []
        for code, name in [*nation.names.items(), ("199", "Tieto suojattu")]:
            if unit("kela row", table.id, code) < 0.01:
                continue
            when: list[Cell] = [
                *head,
                month or None,
                f"{year}{month:02d}" if month else None,
                year,
                code,
                name,
            ]
            for keys, values in _kela_values(table, nation, shapes, dimensions, code, year, month):
                rows.append((*when, *keys, *(value for _, value in fixed), *values))
                rows += [(*when, *keys, *("Muu" for _ in fixed), *values)] if fixed else []
    measures = frozenset(declared.marker(one) for one in table.contents)
    return Rows(tuple(columns), tuple(rows), measures, area="kunta_nro", year="vuosi")


def _moments(span: range, last: int, *, kinds: bool) -> Iterator[tuple[str, int, int]]:
    """Give kind of time, year and month of Kela's rows."""
    for year in span:
        if kinds:
            yield "Vuosi", year, 0
        if not kinds or year == last:
            yield from (("Kuukausi", year, month) for month in MONTHS)


def _kela_values(
    table: LiveTable,
    nation: Nation,
    shapes: list[Shape],
    dimensions: list[tuple[str, tuple[str, ...]]],
    code: str,
    year: int,
    month: int,
) -> Iterator[tuple[tuple[str, ...], list[Cell]]]:
    """Give the codes of the dimensions and the figures of one municipality and time."""
    for keys in product(*(codes for _, codes in dimensions)):
        share = 1 / 12 if month else 1.0
        for (name, codes), key in zip(dimensions, keys, strict=True):
            share *= declared.share(table, name, key, len(codes))
        moment = year + max(month - 1, 0) / 12
        values: list[Cell] = []
        for shape in shapes:
            value = figure(
                shape, code, moment, everybody=nation.everybody, share=share, release=nation.release
            )
            values.append(round(value) if shape.decimals == 0 else value)
        yield keys, values


def _without_total(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Return codes as a file has them: a total is written out."""
    return tuple(dict.fromkeys("Yhteensä" if code == "SSS" else code for code in codes if code != "zz9"))


def syke_rows(table: LiveTable, nation: Nation, code: str) -> Rows | None:
    """Return the file of one municipality; both sums, with and without what Hinku leaves out."""
    if code not in nation.names:
        return None
    shapes = {declared.marker(one): declared.shape(table, one) for one in table.contents}
    sectors = declared.codes(table.dimensions[0]) if table.dimensions else ("Muu",)
    rows: list[tuple[Cell, ...]] = []
    for year, sector in product(years(table, nation, 2005), sectors):
        for hinku, part in (("TRUE", 0.8), ("FALSE", 0.2)):
            share = declared.share(table, "taso_3", sector, len(sectors)) * part
            made: dict[str, Cell] = {"GWh": None}
            for name, shape in shapes.items():
                value = figure(
                    shape, code, float(year), everybody=nation.everybody, share=share, release=nation.release
                )
                made[name] = float(value)
            made.setdefault("kt", None)
            made.setdefault("kt_tuuli", None)
            named: dict[str, Cell] = {
                "vuosi": year,
                "taso_3": sector,
                "taso_4": f"{sector}1",
                "taso_5": f"{sector}11",
            }
            named |= {**made, "hinku_laskenta": hinku, "päästökauppa": "FALSE"}
            rows.append(tuple(named[name] for name in SYKE_COLUMNS))
    return Rows(SYKE_COLUMNS, tuple(rows), frozenset({"kt", "kt_tuuli", "GWh"}), year="vuosi")


def syke_population(nation: Nation) -> Rows:
    """Return the list of municipalities with their populations."""
    rows = tuple((int(code), name, "Maakunta", 1000) for code, name in nation.names.items())
    return Rows(("kuntanro", "kunta_fi", "maakunta_fi", "2025"), rows, frozenset({"2025"}))


def account_fields(table: LiveTable, nation: Nation, code: str, year: int) -> dict[str, float]:
    """Return the fields of one municipality's accounts."""
    made = {}
    for content in table.contents:
        shape = declared.shape(table, content)
        made[declared.marker(content)] = figure(
            shape, code, float(year), everybody=nation.everybody, release=nation.release
        )
    return {**made, "999999": 1.0}


def business_id(code: str) -> str:
    """Return a business id with a right check digit: the emulation's own."""
    for number in range(9_000_000 + int(code) * 10, 9_000_000 + int(code) * 10 + 10):
        digits = [int(digit) for digit in f"{number:07d}"]
        rest = sum(digit * weight for digit, weight in zip(digits, (7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
        if rest != 1:
            return f"{number:07d}-{0 if rest == 0 else 11 - rest}"
    message = f"no business id for {code}"
    raise ValueError(message)

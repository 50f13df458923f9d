"""Read cells that name municipalities: names, codes, both together, and what is no municipality at all.

Does not fold abolished municipalities into today's ones: their codes are kept and folded later.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from uso_lib.regions import Regions, UnknownMunicipality
from uso_lib.sources.imports.cells import Cell, Fault, is_empty, plain, split_footnote

COUNTRY = "SSS"
COUNTRY_NAMES = frozenset(
    {"sss", "koko maa", "koko suomi", "suomi", "hela landet", "finland", "whole country", "maa yhteensä"}
)
TOTALS = frozenset(
    {
        "yhteensä", "summa", "kaikki", "kaikki kunnat", "kunnat yhteensä", "manner-suomi", "fasta finland",
        "mainland finland", "ma1", "ma2", "keskiarvo", "mediaani", "keskimäärin", "painotettu keskiarvo",
        "tuntematon", "ulkomaat", "muut", "muut kunnat", "total", "totalt", "summa yhteensä",
    }
)  # fmt: skip
#: No name is longer, with its code, its Swedish twin and what it is.
LONGEST_NAME = 200
_REGION_CODE = re.compile(r"(?:MK|SK|HVA|ELY|AVI|ERVA|SHP|EVK|TEA|MA|FI)\d+\b.*", re.IGNORECASE)
_CODE = re.compile(r"(?:KU)?([0-9]{1,3})", re.IGNORECASE)
_CODE_FIRST = re.compile(r"(?:KU)?([0-9]{1,3})[\s,;:–-]+(\D.*)", re.IGNORECASE)
_CODE_LAST = re.compile(r"(\D+?)[\s,;:–-]*[(\[](?:KU)?([0-9]{1,3})[)\]]", re.IGNORECASE)
_REGION_WORDS = re.compile(
    r".*(?:yhteensä|\bmaakunta|\bmaakunnassa|seutukunta|hyvinvointialue|työllisyysalue|sairaanhoitopiiri)"
)
_BILINGUAL = re.compile(r"(.+?)(?: [-–—] | ?/ ?)(.+)")
_KIND = re.compile(r"(.+?)[ ,]+(?:kunta|kaupunki|kommun|stad)", re.IGNORECASE)


@dataclass(frozen=True)
class Area:
    """Hold the code of a municipality of any division, or SSS, and what a person should know of it."""

    code: str
    remark: str = ""


@dataclass(frozen=True)
class Skipped:
    """Say that a row is of no municipality: a total, a region, or named in the mapping."""

    text: str


class AreaReader:
    """Read cells as areas; equal cells are looked up once.

    Parameters
    ----------
    regions
        Municipalities of today and abolished ones.
    skip
        Further texts and codes of rows that are left out.
    """

    def __init__(self, regions: Regions, skip: Sequence[str] = ()) -> None:
        self.regions = regions
        self._skip = {plain(text).casefold() for text in skip}
        self._names = {one.code: one.name for one in regions.all}
        self._genitives = {plain(one.genitive).casefold(): one.code for one in regions.all}
        self._abolished_names = {
            merger.abolished_name.casefold(): merger.abolished
            for merger in regions.mergers
            if merger.abolished_name
        }
        self._abolished = {merger.abolished: merger for merger in regions.mergers}
        self._regions = {
            name.casefold()
            for one in regions.all
            for name in (one.region, one.subregion, one.wellbeing_county, one.employment_area)
        }
        self._seen: dict[Cell, Area | Skipped | Fault] = {}

    def read(self, cell: Cell | None) -> Area | Skipped | Fault | None:
        """Read a cell as an area: "Akaa", "020", 20, "KU020", "Akaa (020)", "Koko maa"; None when empty."""
        if cell is None or is_empty(cell):
            return None
        key = plain(cell) if isinstance(cell, str) else cell
        if key not in self._seen:
            self._seen[key] = self._read(key)
        return self._seen[key]

    def name(self, code: str) -> str:
        """Return the name of a municipality, the code itself when it has none here."""
        merger = self._abolished.get(code)
        return self._names.get(code) or (merger.abolished_name if merger else "") or code

    def _read(self, cell: Cell) -> Area | Skipped | Fault:
        if isinstance(cell, bool) or not isinstance(cell, str | float | int):
            shown = f"{cell.day}.{cell.month}." if isinstance(cell, date) else str(cell)
            return Fault(f"{shown} names no municipality", "write its name or its code")
        if isinstance(cell, float | int):
            if not float(cell).is_integer() or not 0 <= cell < 1000:
                return Fault(f"{cell:g} is no municipality's code", "codes have three digits")
            return self._coded(f"{int(cell):03d}", str(int(cell)))
        text = split_footnote(cell)[0].rstrip("*").rstrip()
        folded = text.casefold()
        if folded in self._skip:
            return Skipped(text)
        if len(text) > LONGEST_NAME:
            return Fault(f'"{text[:60]} …" names no municipality', "write its name or its code")
        if folded in COUNTRY_NAMES:
            return Area(COUNTRY)
        if folded in TOTALS or _REGION_CODE.fullmatch(text):
            return Skipped(text)
        return self._text(text)

    def _text(self, text: str) -> Area | Skipped | Fault:
        """Read a text as a code, a name, or both."""
        if match := _CODE.fullmatch(text):
            return self._coded(match[1].zfill(3), text)
        both = _CODE_FIRST.fullmatch(text)
        last = _CODE_LAST.fullmatch(text)
        code, name = (both[1], both[2]) if both else (last[2], last[1]) if last else ("", text)
        named = self._named(name)
        if not code:
            return named
        coded = self._coded(code.zfill(3), code)
        if isinstance(coded, Area) and isinstance(named, Area) and coded.code != named.code:
            return differing(code.zfill(3), self.name(coded.code), name)
        # A former municipality has a code here, but seldom a name.
        return named if isinstance(named, Skipped) else coded

    def _coded(self, code: str, written: str) -> Area | Skipped | Fault:
        if written.casefold() in self._skip or code in self._skip:
            return Skipped(written)
        if code in self._names:
            return Area(code)
        if code in self._abolished:
            return self._former(code)
        try:
            return Area(self.regions.by_code(code).code)
        except UnknownMunicipality as error:
            return Fault(error.reason, error.hint)

    def _named(self, name: str) -> Area | Skipped | Fault:
        try:
            return Area(self.regions.find(name).code)
        except UnknownMunicipality as error:
            folded = plain(name).casefold()
            if folded in self._abolished_names:
                return self._former(self._abolished_names[folded])
            kind = _KIND.fullmatch(name)
            if kind and kind[1].casefold() in self._genitives:
                return Area(self._genitives[kind[1].casefold()])
            both = _BILINGUAL.fullmatch(name)
            if both and (named := self._named(both[1])) == self._named(both[2]):
                return named
            if folded in self._regions or _REGION_WORDS.fullmatch(folded):
                return Skipped(name)
            return Fault(error.reason, error.hint)

    def _former(self, code: str) -> Area | Skipped:
        """Keep an abolished municipality that has one successor; one that was split cannot be used."""
        heirs = [one.name for one in self.regions.successors(code)]
        name = self.name(code)
        label = f"{name} ({code})" if name != code else f"The former municipality {code}"
        if len(heirs) != 1:
            return Skipped(f"{label}, which was split among {', '.join(heirs)}")
        merger = self._abolished[code]
        year = f" in {merger.merged_on[:4]}" if merger.merged_on else ""
        return Area(code, f"{label} was abolished{year}; its figures count for {heirs[0]}.")


def differing(code: str, named: str, written: str) -> Fault:
    """Say that a code and the name beside it are of different municipalities."""
    reason = f"the code {code} is {named}, but the name says {written}"
    return Fault(reason, "correct one of them; perhaps only one column was sorted")

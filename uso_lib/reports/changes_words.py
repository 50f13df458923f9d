"""Put the changes between two publications into Finnish words.

Does not compare anything (changes.py), lay out a page (changes_page.py) or compute figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from uso_lib.bound.grammar import GROUP_WORDS
from uso_lib.bound.grammar import GROUPS as BOUND_GROUPS
from uso_lib.plain_text import visible
from uso_lib.reports import changed_definitions, differing_words
from uso_lib.reports.changed_numbers import AVERAGES as OF_GROUPS
from uso_lib.reports.changed_numbers import DEFINITION, DIVISION, NEW, PEERS, REVISED, Line, Move
from uso_lib.reports.changes import Changes, Flip, Membership, Redefined, Wording
from uso_lib.reports.workbook_words import MARKS, MEASURES
from uso_lib.verification.finnish import MINUS, NBSP, magnitude, rounded

NOTHING, ARROW = "–", " → "
NO_FIGURE = "ei tietoa"
#: Marks of one or two signs stand after a figure; longer ones are codes of words.
LONGEST_MARK = 2
#: Reason → title of its part of the page, and what is said of the part.
TITLES = {
    NEW: ("Uusi ajankohta", "Tilastontuottaja on julkaissut uuden tiedon."),
    REVISED: ("Aiempi tieto on tarkentunut", "Saman ajankohdan luku on toinen kuin edellisessä julkaisussa."),
    PEERS: ("Verrokit ovat vaihtuneet", "Verrokkien keskiarvot ja sijat koskevat nyt eri kuntia."),
    DEFINITION: ("Määritelmä on muuttunut", "Tunnusluku lasketaan toisin kuin ennen."),
    DIVISION: ("Aluejako on muuttunut", "Ryhmien keskiarvot koskevat nyt eri kuntia."),
}  # fmt: skip
#: Parts of the report that are no rows but tell numbers.
OTHER_ROWS = {"peers": "Verrokit"}
#: Group → into it, out of it.
GROUPS = {"peers": ("verrokkeihin", "verrokeista"), "country": ("Suomen kuntiin", "Suomen kunnista"),
          "network": ("verkostoon", "verkostosta"), "region": ("maakuntaan", "maakunnasta")}  # fmt: skip
#: Whose figure a mean, or a group's own figure, is.
AVERAGES = {told: GROUP_WORDS[written] for written, told in BOUND_GROUPS.items()}
#: Units that are no words after a number.
UNITS = {
    **dict.fromkeys(("indeksi", "kerroin", "suhdeluku", "VKTM-indeksi"), ""),
    "ei-työllisiä sataa työllistä kohti": "", "tuhatta asukasta kohti": "jokaista tuhatta asukasta kohti",
}  # fmt: skip
WAS = {True: "piti paikkansa", False: "ei pitänyt paikkaansa", None: "ei voitu tarkistaa"}
IS = {True: "pitää paikkansa", False: "ei pidä paikkaansa", None: "ei voi tarkistaa"}
NO_MORE = "ei pidä enää paikkaansa"


@dataclass(frozen=True)
class Told:
    """Hold one figure of the page as text; one that is told as before does not differ for a reader."""

    title: str
    before: str
    after: str
    place: str

    @property
    def differs(self) -> bool:
        """Tell whether a reader sees a difference."""
        return self.before != self.after or ARROW in self.place


@dataclass(frozen=True)
class Row:
    """Hold what the page says of one row of the report for one reason."""

    id: str
    title: str
    figures: tuple[Told, ...]
    sentences: differing_words.Pair | None


@dataclass(frozen=True)
class Part:
    """Hold one reason with its rows, and how many further numbers changed for it."""

    id: str
    title: str
    lead: str
    rows: tuple[Row, ...]
    further: int
    facts: tuple[str, ...]

    @property
    def count(self) -> str:
        """Tell how many numbers changed for this reason."""
        listed = sum(len(row.figures) for row in self.rows)
        told = [_counted(listed, "luku", "lukua")] if listed else []
        more = [_counted(self.further, "muu luku", "muuta lukua")] if self.further else []
        return ", lisäksi ".join(told + more)

    @property
    def more(self) -> str:
        """Tell how many numbers changed that are not listed."""
        return _counted(self.further, "muu raportin luku", "muuta raportin lukua") if self.further else ""


def parts_of(found: Changes | None, names: Mapping[str, str]) -> tuple[Part, ...]:
    """Return the parts of the page that have something to tell, each row's sentences once."""
    parts: list[Part] = []
    told: set[str] = set()
    for reason, (title, lead) in TITLES.items() if found else ():
        assert found is not None  # noqa: S101 - for the type checker
        rows = tuple(_rows(found, reason, told))
        facts = tuple(_facts(found, reason, names))
        listed = sum(len(row.figures) for row in rows)
        further = found.further.get(reason, 0) + len(found.moves.get(reason, ())) - listed
        if rows or facts or further:
            parts.append(Part(reason.replace("_", "-"), title, lead, rows, further, facts))
    return tuple(parts)


def _rows(found: Changes, reason: str, told: set[str]) -> Iterator[Row]:
    moves: dict[str, list[Move]] = {}
    for move in found.moves.get(reason, ()):
        moves.setdefault(move.row, []).append(move)
    for row, listed in moves.items():
        sentences = found.sentences.get(row) if row not in told else None
        figures = tuple(one for one in map(_told, listed) if one.differs)
        if figures or sentences:
            told.add(row)
            title = found.titles.get(row) or OTHER_ROWS.get(row, row)
            yield Row(row, title, figures, _differing(*sentences) if sentences else None)


def _told(move: Move) -> Told:
    line = move.after or move.before or {}
    plain = line["measure"] in ("value", "category")
    measure, area = "" if plain else MEASURES.get(line["measure"], line["measure"]), move.area
    if line["measure"] in OF_GROUPS and line["group"] in AVERAGES:
        measure, area = "", AVERAGES[line["group"]]
    named = ", ".join(part for part in (move.title, area, measure) if part)
    place = move.place_after
    if move.place_before and move.place_before != move.place_after:
        place = f"{move.place_before}{ARROW}{move.place_after or NOTHING}"
    return Told(visible(named), _figure(move.before), _figure(move.after), place or NOTHING)


def _figure(line: Line | None) -> str:
    """Write a figure with unit and period, as text."""
    if line is None:
        return NOTHING
    value, mark = line["value"], str(line["mark"] or "")
    if isinstance(value, int | float):
        decimals = int(line["decimals"] or 0)
        sign = MINUS if rounded(value, decimals) < 0 else ""
        written = f"{sign}{magnitude(value, decimals)}"
        unit = UNITS.get(line["unit"], line["unit"])
        written += f"{NBSP}{unit}" if unit else ""
        written += f"{NBSP}{mark}" if mark and len(mark) <= LONGEST_MARK else ""
    else:
        written = MARKS.get(mark, str(value) if value else NO_FIGURE)
    return visible(f"{written} ({_period(line['period'])})" if line["period"] else written)


def _period(period: str) -> str:
    return "–".join(_moment(one) for one in period.split("-"))


def _moment(moment: str) -> str:
    year, _, month = moment.partition("M")
    return f"{int(month)}/{year}" if month.isdigit() else moment


def _facts(found: Changes, reason: str, names: Mapping[str, str]) -> Iterator[str]:
    if reason == PEERS and found.peers:
        yield from _joined(found.peers, {})
    if reason == DIVISION:
        for group in found.divisions:
            yield from _joined(group, names)
    if reason == DEFINITION:
        for one in found.definitions:
            yield from _properties(one)


def _joined(group: Membership, names: Mapping[str, str]) -> Iterator[str]:
    into, out_of = GROUPS[group.group]
    for told, members in ((f"Mukaan {into}", group.joined), (f"Pois {out_of}", group.left)):
        if members:
            yield visible(f"{told}: {', '.join(names.get(one, one) for one in members)}")


def _properties(one: Redefined) -> Iterator[str]:
    for name, (before, after) in one.what.items():
        said = f"{changed_definitions.told(name, before)}{ARROW}{changed_definitions.told(name, after)}"
        yield visible(f"{one.title}: {changed_definitions.PROPERTIES.get(name, name)}: {said}")


def flip_words(one: Flip) -> dict[str, str]:
    """Return a claim whose truth changed: sentence, comparison, truth and values before and after."""
    old, new = one.before["holds"], one.after["holds"]
    return {
        "sentence": visible(one.sentence),
        "text": visible(one.text),
        "before": WAS[old],
        "after": NO_MORE if old and new is False else IS[new],
        "values_before": _sides(one.before),
        "values_after": _sides(one.after),
    }


def wordings(found: Changes) -> list[tuple[str, differing_words.Pair]]:
    """Return the own texts that changed, each with what became of it."""
    return [(_fate(one), _differing(one.before or "", one.after or "")) for one in found.words]


def rewordings(found: Changes, parts: Iterable[Part]) -> list[tuple[str, differing_words.Pair]]:
    """Return the rows whose sentences changed although none of their listed figures did."""
    told = {row.id for part in parts for row in part.rows}
    return [
        (found.titles.get(row, row), _differing(*texts))
        for row, texts in found.sentences.items()
        if row not in told
    ]


def _fate(one: Wording) -> str:
    if one.before is None:
        return "Uusi teksti"
    return "Poistettu teksti" if one.after is None else "Muutettu teksti"


def _differing(before: str, after: str) -> differing_words.Pair:
    return differing_words.pair(visible(before), visible(after))


def _sides(claim: Mapping[str, Any]) -> str:
    return visible(f"{claim.get('left') or NO_FIGURE} ja {claim.get('right') or NO_FIGURE}")


def _counted(count: int, one: str, many: str) -> str:
    return f"{magnitude(count, 0)} {one if count == 1 else many}"

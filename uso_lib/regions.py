"""Look up municipalities of the present division by name or code, and the successors of abolished ones.

Does not read the registers (registers.py), hold figures (store.py) or write sentences (presentation/).
"""

from __future__ import annotations

import difflib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from uso_lib.errors import UnknownName
from uso_lib.file_state import State, state_of
from uso_lib.plain_text import one_line
from uso_lib.registers import (
    MANIFEST,
    MERGERS,
    MUNICIPALITIES,
    SNAPSHOT,
    Merger,
    Municipality,
    read_mergers,
    read_municipalities,
    slugify,
)

__all__ = ["Merger", "Municipality", "Regions", "UnknownMunicipality", "load_regions", "slugify"]

SHORTEST_BEGINNING = 3
LONGEST_SHOWN = 60
NAMELESS = "the municipality"
WRITE_NAME = "Kirjoita sen suomen- tai ruotsinkielinen nimi tai koodi."


class UnknownMunicipality(UnknownName):
    """Tell why a text names no municipality: unknown, ambiguous or abolished.

    Parameters
    ----------
    reason
        What is wrong, one clause.
    hint
        The near names, the possible names or the successors.
    finnish
        Both in Finnish.
    """

    def __init__(self, reason: str, hint: str, *, finnish: str) -> None:
        self.reason = reason
        self.hint = hint
        super().__init__(f"{reason} → {hint}", finnish=finnish)


def load_regions(folder: Path | None = None) -> Regions:
    """Read the registers of municipalities and mergers from a snapshot folder, again when they have changed.

    Parameters
    ----------
    folder
        The snapshot folder, the bundled one by default.

    Raises
    ------
    SnapshotError
        A register is missing, unreadable, altered or lacks a column.
    """
    place = (folder or SNAPSHOT).resolve()
    return _load(place, state_of(place / name for name in (MANIFEST, MUNICIPALITIES, MERGERS)))


@lru_cache(maxsize=8)
def _load(folder: Path, state: State) -> Regions:  # noqa: ARG001 - changed files are read anew
    """Read the registers of one folder."""
    return Regions(read_municipalities(folder), read_mergers(folder))


class Regions:
    """Look up municipalities of the present division.

    Parameters
    ----------
    municipalities
        Every municipality of the present division, by code.
    mergers
        Every pair of abolished municipality and successor.
    """

    def __init__(self, municipalities: Iterable[Municipality], mergers: Iterable[Merger]) -> None:
        self.all = tuple(municipalities)
        self.mergers = tuple(mergers)
        self._by_code = {one.code: one for one in self.all}
        self._by_name = _index(self.all)
        self._spellings = {spelling: one for one in self.all for spelling in (one.name_sv, one.name)}
        self._abolished_names = {
            spelling: merger.abolished
            for merger in self.mergers
            if merger.abolished_name
            for spelling in (_folded(merger.abolished_name), slugify(merger.abolished_name))
        }
        self._successors: Mapping[str, list[str]] = _grouped(self.mergers)

    def by_code(self, code: str) -> Municipality:
        """Return the municipality with a three-digit code.

        Raises
        ------
        UnknownMunicipality
            No present municipality has the code; an abolished one's successors are named.
        """
        if code in self._by_code:
            return self._by_code[code]
        if code in self._successors:
            raise self._abolished(code)
        padded = self._by_code.get(code.zfill(3))
        hint = (
            f'did you mean "{padded.code}" ({padded.name})?'
            if padded
            else "write the municipality's name instead"
        )
        reason = f'no municipality has the code "{_shown(code)}"'
        way = f"Lähin koodi: {padded.code} ({padded.name})." if padded else "Kirjoita kunnan nimi."
        raise UnknownMunicipality(reason, hint, finnish=f"Kuntakoodia ”{_shown(code)}” ei ole. {way}")

    def find(self, text: str) -> Municipality:
        """Return the municipality a text names: code, Finnish or Swedish name in any case, or slug.

        Parameters
        ----------
        text
            "Tornio", "torneå", " TORNIO ", "mantta-vilppula", "851".

        Raises
        ------
        UnknownMunicipality
            The text is unknown (up to three near names are given), the beginning of several names (they are
            listed), or names an abolished municipality (its successors are named).
        """
        folded = _folded(text)
        if folded.isdigit():
            return self.by_code(folded)
        slug = slugify(folded)
        found = self._by_name.get(folded) or self._by_name.get(slug) or ()
        if len(found) == 1:
            return found[0]
        if found:
            raise _ambiguous(text, found)
        abolished = self._abolished_names.get(folded) or self._abolished_names.get(slug)
        if abolished:
            raise self._abolished(abolished)
        begun = self._beginning_with(folded)
        if len(begun) > 1:
            raise _ambiguous(text, begun)
        raise self._unknown(text, begun)

    def in_region(self, region_code: str) -> tuple[Municipality, ...]:
        """Return the municipalities of a region ("MK19"), by code; none for an unknown region."""
        return tuple(one for one in self.all if one.region_code == region_code)

    def successors(self, code: str) -> tuple[Municipality, ...]:
        """Return the present municipalities an abolished one's area belongs to, through chains of mergers."""
        found: dict[str, Municipality] = {}
        queue, seen = [code], {code}
        while queue:
            for successor in self._successors.get(queue.pop(0), ()):
                if successor in self._by_code:
                    found[successor] = self._by_code[successor]
                elif successor not in seen:
                    seen.add(successor)
                    queue.append(successor)
        return tuple(found.values())

    def _beginning_with(self, folded: str) -> tuple[Municipality, ...]:
        """Return the municipalities one of whose names begins with a text of at least three letters."""
        if len(folded) < SHORTEST_BEGINNING:
            return ()
        found = [one for spelling, one in self._spellings.items() if _folded(spelling).startswith(folded)]
        return tuple(dict.fromkeys(found))

    def _abolished(self, code: str) -> UnknownMunicipality:
        """Say that a municipality was abolished and what it is part of today."""
        mergers = [merger for merger in self.mergers if merger.abolished == code]
        name = next((merger.abolished_name for merger in mergers if merger.abolished_name), NAMELESS)
        year = next((f" in {merger.merged_on[:4]}" for merger in mergers if merger.merged_on), "")
        today = [one.name for one in self.successors(code)]
        write = f"write {today[0]}" if len(today) == 1 else "write one of them"
        hint = f"its area belongs to {' and '.join(today)} today; {write}"
        place, when = name.replace(NAMELESS, "Kunta"), year.replace(" in", " vuonna")
        now = "Nykyinen kunta" if len(today) == 1 else "Nykyiset kunnat"
        finnish = f"{place} ({code}) on lakkautettu{when}. {now}: {', '.join(today)}."
        return UnknownMunicipality(f"{name} ({code}) was abolished{year}", hint, finnish=finnish)

    def _unknown(self, text: str, begun: tuple[Municipality, ...]) -> UnknownMunicipality:
        """Say that a name is unknown and which are near."""
        if not text.strip():
            finnish = f"Kunnan nimi puuttuu. {WRITE_NAME}"
            hint = "write its Finnish or Swedish name, or its code"
            return UnknownMunicipality("the municipality is empty", hint, finnish=finnish)
        known = {_folded(spelling): spelling for spelling in self._spellings}
        slugs = {slugify(spelling): spelling for spelling in self._spellings}
        near = [known[key] for key in difflib.get_close_matches(_folded(text), known, n=3, cutoff=0.6)]
        near += [slugs[key] for key in difflib.get_close_matches(slugify(text), slugs, n=3, cutoff=0.6)]
        unique: dict[str, str] = {one.code: one.name for one in begun}
        for spelling in near:
            unique.setdefault(self._spellings[spelling].code, spelling)
        names = list(unique.values())[:3]
        hint = (
            f"did you mean {_either(names)}?" if names else "write its Finnish or Swedish name, or its code"
        )
        way = f"Lähimmät nimet: {', '.join(names)}." if names else WRITE_NAME
        finnish = f"Kuntaa ”{_shown(text)}” ei ole. {way}"
        return UnknownMunicipality(f'unknown municipality "{_shown(text)}"', hint, finnish=finnish)


def _index(municipalities: Iterable[Municipality]) -> Mapping[str, tuple[Municipality, ...]]:
    """Return every spelling (folded names and slugs) → the municipalities it names."""
    found: dict[str, dict[str, Municipality]] = defaultdict(dict)
    for one in municipalities:
        for name in (one.name, one.name_sv):
            found[_folded(name)][one.code] = one
            found[slugify(name)][one.code] = one
    return {spelling: tuple(group.values()) for spelling, group in found.items()}


def _grouped(mergers: Iterable[Merger]) -> Mapping[str, list[str]]:
    """Return abolished code → successor codes."""
    found: dict[str, list[str]] = defaultdict(list)
    for merger in mergers:
        found[merger.abolished].append(merger.successor)
    return dict(found)


def _ambiguous(text: str, found: tuple[Municipality, ...]) -> UnknownMunicipality:
    """Say that a text may mean several municipalities, at most six as their names begin today."""
    names = [one.name for one in found]
    finnish = f"”{_shown(text)}” voi olla {_either(names, 'tai')}. Kirjoita koko nimi."
    hint = f"write the whole name: {_either(names)}"
    return UnknownMunicipality(f'"{_shown(text)}" is ambiguous', hint, finnish=finnish)


def _shown(text: str) -> str:
    """Return a text as a message shows it: a pasted page of text would hide the message."""
    return one_line(text, longest=LONGEST_SHOWN)


def _either(names: list[str], word: str = "or") -> str:
    """Join names as alternatives."""
    return f" {word} ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _folded(text: str) -> str:
    """Return a text without differences of case, spacing and Unicode form."""
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()

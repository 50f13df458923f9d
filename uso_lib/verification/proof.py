"""Give the parts of an unpacked proof, each checked for its kind when it is asked for.

Does not compute. A proof comes from a file that anyone may have written: a part of another kind than it must
be is told as damage, never as an accident of the program.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeVar

from uso_lib.errors import ProofError

Number = float | int
Optional = Number | None
Item = TypeVar("Item")
#: Beyond any figure.
LARGEST = 1e16
COLUMNS = ("subject", "part", "measure", "group", "area", "period", "decimals", "mark")
#: Kinds of subjects: what a line's number is about.
SUBJECTS = (
    "indicator", "breakdown", "flow", "criterion", "total", "likeness", "property", "map", "given",
)  # fmt: skip


class Part:
    """Give what a record of a proof holds under its keys.

    Parameters
    ----------
    content
        The record.
    name
        What it is called in messages.
    """

    def __init__(self, content: Any, name: str) -> None:
        self.name = name
        if not isinstance(content, Mapping):
            raise damaged(name)
        self.content = content
        self._checked: dict[str, list[Any]] = {}
        self._parts: dict[str, Part] = {}

    def __contains__(self, key: str) -> bool:
        return key in self.content

    def part(self, key: str) -> Part:
        """Return the record under a key."""
        if key not in self._parts:
            self._parts[key] = Part(self._at(key), f"{self.name}.{key}")
        return self._parts[key]

    def text(self, key: str, default: str | None = None) -> str:
        """Return the text under a key."""
        found = self._at(key, default)
        if not isinstance(found, str):
            raise damaged(self.name, key)
        return found

    def count(self, key: str) -> int:
        """Return the whole number under a key, not below zero."""
        found = self._at(key)
        if not is_count(found):
            raise damaged(self.name, key)
        return int(found)

    def number(self, key: str) -> Optional:
        """Return the number under a key, None for a missing one."""
        found = self._at(key, None)
        if found is None or is_number(found):
            number: Optional = found
            return number
        raise damaged(self.name, key)

    def numbers(self, key: str) -> list[Optional]:
        """Return the list of numbers under a key; a missing one is None."""
        return self._list(key, are_numbers)

    def counts(self, key: str) -> list[int]:
        """Return the list of whole numbers under a key, none below zero."""
        return self._list(key, are_counts)

    def texts(self, key: str) -> list[str]:
        """Return the list of texts under a key."""
        return self._list(key, lambda found: set(map(type, found)) <= {str})

    def rows(self, key: str) -> list[list[Optional]]:
        """Return the list of lists of numbers under a key."""
        if key not in self._checked:
            found = self._at(key)
            if not isinstance(found, list):
                raise damaged(self.name, key)
            if not all(isinstance(one, list) and are_numbers(one) for one in found):
                raise damaged(key, "row")
            self._checked[key] = found
        return self._checked[key]

    def _list(self, key: str, is_right: Callable[[list[Any]], bool]) -> list[Any]:
        """Return a list whose items are right; it is looked through once."""
        if key not in self._checked:
            found = self._at(key)
            if not isinstance(found, list) or not is_right(found):
                raise damaged(self.name, key)
            self._checked[key] = found
        return self._checked[key]

    def _at(self, key: str, *default: Any) -> Any:
        if key in self.content:
            return self.content[key]
        if default:
            return default[0]
        raise damaged(self.name, key)


class Proof(Part):
    """Give the parts of a proof.

    Parameters
    ----------
    content
        The unpacked proof.
    """

    def __init__(self, content: Any) -> None:
        super().__init__(content, "proof")

    @cached_property
    def areas(self) -> dict[str, int]:
        """Return area code → column of the grids; the municipality's own is the first."""
        return {code: column for column, code in enumerate(self.texts("areas"))}

    @cached_property
    def groups(self) -> dict[str, list[int]]:
        """Return group → columns of its municipalities."""
        groups = self.part("groups")
        found = {name: groups.counts(name) for name in groups.content}
        if any(column >= len(self.areas) for columns in found.values() for column in columns):
            raise damaged(self.name, "groups")
        return found

    @cached_property
    def lines(self) -> Lines:
        """Return the lines of numbers the report holds."""
        return Lines(self.part("lines"))


class Lines(Part):
    """Give the lines of numbers: every column as a list, texts by their place in a list of texts."""

    def __init__(self, part: Part) -> None:
        super().__init__(part.content, part.name)
        texts = self.texts("texts")
        self.columns: dict[str, list[Any]] = {}
        for name in COLUMNS:
            places = self.counts(name)
            if name != "decimals" and any(place >= len(texts) for place in places):
                raise damaged(self.name, name)
            self.columns[name] = places if name == "decimals" else [texts[place] for place in places]
        if len({len(column) for column in self.columns.values()}) != 1:
            raise damaged(self.name)
        if any(one > 6 for one in self.columns["decimals"]):
            raise damaged(self.name, "decimals")

    def __len__(self) -> int:
        return len(self.columns["subject"])


def is_number(found: Any) -> bool:
    """Tell whether something is a number within any figure's reach."""
    return isinstance(found, int | float) and not isinstance(found, bool) and abs(found) < LARGEST


def are_numbers(found: list[Any]) -> bool:
    """Tell whether all items of a list are numbers within any figure's reach, or missing."""
    known = [one for one in found if one is not None]
    return set(map(type, known)) <= {int, float} and (
        not known or (max(known) < LARGEST and min(known) > -LARGEST)
    )


def are_counts(found: list[Any]) -> bool:
    """Tell whether all items of a list are whole numbers from zero to a million."""
    return set(map(type, found)) <= {int} and (not found or (min(found) >= 0 and max(found) <= 10**6))


def is_count(found: Any) -> bool:
    """Tell whether something is a whole number from zero to a million."""
    return isinstance(found, int) and not isinstance(found, bool) and 0 <= found <= 10**6


def at(row: Sequence[Item], place: int, name: str) -> Item:
    """Return an item of a list by its place from zero; a place outside is damage."""
    if not 0 <= place < len(row):
        raise damaged(name)
    return row[place]


def damaged(*names: str) -> ProofError:
    """Return the error that says where a proof is damaged."""
    place = ".".join(names)
    return ProofError(f"The proof in the file is damaged: {place} is missing or not what it must be.")

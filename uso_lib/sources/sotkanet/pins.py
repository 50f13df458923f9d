"""Keep which Sotkanet indicator a person has confirmed for each name that a declaration only describes.

Does not ask the service (adapter.py) and confirms nothing by itself.
"""

from __future__ import annotations

import html
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from uso_lib.errors import InputErrors, UnknownName
from uso_lib.live_specs import Find
from uso_lib.parameter_checks import check_form
from uso_lib.parameter_specs import Pin, PinsFile
from uso_lib.parameters import PINS
from uso_lib.strict_yaml import read_yaml

__all__ = ["Candidate", "Pin", "Pins", "candidates", "matches", "parse_pin", "plain_title"]

_HEADER = """\
# Sotkanet indicators that a person has confirmed, written by: uso fetch --pin NAME=ID
# Every fetch checks the title again. Delete an entry to have the candidates listed anew; notes are not kept.

"""
_ARGUMENT = re.compile(r"\s*(?P<name>[a-z][a-z0-9_]*)\s*=\s*(?P<id>[1-9][0-9]{0,8})\s*")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")


@dataclass(frozen=True, order=True)
class Candidate:
    """Name one indicator whose title fits a pattern."""

    id: int
    title: str


class Pins:
    """Give and keep the confirmed indicators of one workspace.

    Parameters
    ----------
    folder
        Folder of the parameter files; without a file of pins in it nothing is confirmed.
    """

    def __init__(self, folder: Path) -> None:
        self.file = folder / PINS

    def get(self, name: str) -> Pin | None:
        """Return the confirmed indicator of a name, None while nobody has confirmed one.

        Raises
        ------
        InputErrors
            With every problem of the file.
        """
        return _read(self.file).get(name)

    def pin(self, name: str, id: int, title: str = "") -> Pin:  # noqa: A002 - the service's own word
        """Confirm an indicator for a name, in the file; the file changes at once or not at all.

        Parameters
        ----------
        title
            The title it has now: a later fetch tells when it has changed.

        Raises
        ------
        InputErrors
            The present file, or what would be written, cannot be read back; the file is left as it is.
        """
        pin = Pin(id=id, title=plain_title(title))
        _replace(self.file, {**_read(self.file), name: pin})
        return pin


def parse_pin(text: str) -> tuple[str, int]:
    """Take ``NAME=ID`` apart.

    Raises
    ------
    UnknownName
        The text is not of this form.
    """
    found = _ARGUMENT.fullmatch(text)
    if found is None:
        message = f'"{text}" does not name a pin → write NAME=ID, for instance neet_18_24=1234'
        raise UnknownName(message)
    return found["name"], int(found["id"])


def candidates(titles: Mapping[int, str], find: Find) -> tuple[Candidate, ...]:
    """Return the indicators whose title fits, by id.

    Parameters
    ----------
    titles
        Id → Finnish title of every indicator of the service.
    """
    return tuple(sorted(Candidate(number, title) for number, title in titles.items() if matches(title, find)))


def matches(title: str, find: Find) -> bool:
    """Tell whether a title fits, as it is written or with ranges written ``18-24``.

    Raises
    ------
    UnknownName
        The pattern is no regular expression.
    """
    try:
        pattern = re.compile(find.pattern, re.IGNORECASE)
    except re.error as error:
        message = (
            f"find {find.name}: {find.pattern!r} is no regular expression ({error}) → correct it in live/"
        )
        raise UnknownName(message) from error
    return any(pattern.search(text) for text in (title, folded(title)))


def plain_title(title: str) -> str:
    """Return a title as plain text: entities decoded, tags and control characters gone, spaces single."""
    text = _TAG.sub(" ", html.unescape(html.unescape(title)))
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def folded(text: str) -> str:
    """Return a text for comparing: small letters, every dash ``-``, none with spaces between numbers."""
    dashed = re.sub(r"[‐-―−]", "-", plain_title(text).casefold())
    return re.sub(r"(?<=\d)\s*-\s*(?=\d)", "-", dashed)


def _read(file: Path) -> dict[str, Pin]:
    if not file.exists():
        return {}
    form, problems = check_form(read_yaml(file), PinsFile)
    if form is None or problems:
        raise InputErrors(problems)
    return dict(form.pins)


def _replace(file: Path, entries: Mapping[str, Pin]) -> None:
    """Put the entries in the file's place in one step, after reading them back."""
    part = file.with_name(f".{file.name}.part")
    blocks = [
        f"  {name}:\n    id: {pin.id}\n    title: {json.dumps(pin.title, ensure_ascii=False)}\n"
        for name, pin in sorted(entries.items())
    ]
    try:
        with part.open("w", encoding="utf-8", newline="\n") as stream:
            stream.write(f"{_HEADER}pins:\n{''.join(blocks)}")
            stream.flush()
            os.fsync(stream.fileno())
        _read(part)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)

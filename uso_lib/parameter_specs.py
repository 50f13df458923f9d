"""Declare what the files of the folder parameters/ and the notebook's parameters cell may say.

Does not check what a model alone cannot know, such as whether a municipality exists (parameter_checks.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Words = Annotated[list[str], Field(min_length=1)]
#: Early enough for every series of the snapshot; late enough to leave a line for those that end in 2020.
FirstYear = Annotated[int, Field(ge=1987, le=2018)]
Highlights = Annotated[list[str], Field(min_length=1, max_length=8)]


class Declared(BaseModel):
    """Refuse unknown keys, wrong types and later changes."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class FeeClass(Declared):
    """Declare a yearly fee for a range of population, both ends included; the last range has no upper end."""

    population_from: Annotated[int, Field(ge=0)]
    population_to: Annotated[int, Field(ge=0)] | None = None
    eur_per_year: Annotated[int, Field(ge=0)]


class NetworkFile(Declared):
    """Declare what network.yml holds."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    season: str
    members: Words
    fee_classes: Annotated[list[FeeClass], Field(min_length=1)]
    accessibility_feedback: Annotated[str, Field(min_length=3, max_length=200)] | None = None


class DefaultsFile(Declared):
    """Declare what _defaults.yml holds: every shared key with its value."""

    first_year: FirstYear
    themes: Words
    highlights: Highlights


class MemberFile(Declared):
    """Declare what a member's file holds: its own two keys, and any shared key to override it.

    The defaults here are never used: only keys the file sets are laid over _defaults.yml. Were they None, an
    override left empty by mistake would pass unseen.
    """

    municipality: str
    peers: Words
    first_year: FirstYear = 0
    themes: Words = []
    highlights: Highlights = []


class Pin(Declared):
    """Declare one Sotkanet indicator that a person has confirmed, with the title it had then."""

    id: Annotated[int, Field(ge=1)]
    title: str


class PinsFile(Declared):
    """Declare what _pins.yml holds; ``uso fetch --pin`` writes it (sources/pins.py)."""

    pins: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)], Pin]


class NotebookValues(Declared):
    """Declare what the parameters cell may say beside the member; None means: as in the member's file."""

    peers: Words | None = None
    themes: Words | None = None


@dataclass(frozen=True)
class CatalogIds:
    """List the theme ids, in report order, and the indicator ids that parameters may name."""

    themes: tuple[str, ...]
    indicators: tuple[str, ...]

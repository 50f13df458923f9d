"""Read the network's and its members' parameters and turn them into checked values.

Does not choose peers (analysis/peers.py) and does not write any file (parameter_writing.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from uso_lib.errors import InputErrors, Problem, UnknownName
from uso_lib.parameter_checks import (
    check_form,
    fee_problems,
    find,
    id_problems,
    resolve,
    season_problems,
)  # fmt: skip
from uso_lib.parameter_specs import (
    CatalogIds,
    DefaultsFile,
    FeeClass,
    MemberFile,
    NetworkFile,
    NotebookValues,
    PinsFile,
)  # fmt: skip
from uso_lib.plain_text import LONGEST_NAME, fault_in, visible_throughout
from uso_lib.regions import Municipality, Regions, load_regions
from uso_lib.strict_yaml import Document, did_you_mean, read_yaml
from uso_lib.workspace import Workspace

__all__ = [
    "CatalogIds", "MemberParameters", "Network",
    "check_parameters", "load_member", "load_network", "member_file", "require_member",
]  # fmt: skip

NETWORK = "network.yml"
DEFAULTS = "_defaults.yml"
#: Written by uso fetch --pin; a workspace without confirmed Sotkanet indicators has none.
PINS = "_pins.yml"
#: Stands for the file in problems of values given to the notebook instead of a member's file.
NOTEBOOK = Path("notebook parameters")

Value = TypeVar("Value")


@dataclass(frozen=True)
class Network:
    """Describe the network of one season.

    Parameters
    ----------
    members
        Slugs in the order of the file.
    municipalities
        The same members as municipalities, in the same order.
    fee_classes, accessibility_feedback
        Without gaps, from the smallest population on; where readers write about accessibility, if given.
    """

    name: str
    season: str
    members: tuple[str, ...]
    municipalities: tuple[Municipality, ...]
    fee_classes: tuple[FeeClass, ...]
    accessibility_feedback: str | None = None

    def fee_eur(self, population: float) -> int:
        """Return the fee of a municipality, € a year, by its population (persons)."""
        return [one for one in self.fee_classes if population >= one.population_from][-1].eur_per_year


@dataclass(frozen=True)
class MemberParameters:
    """Hold a member's parameters, the shared values filled in.

    Parameters
    ----------
    peers
        In the order they were given, without the municipality itself.
    first_year
        First year shown in trends.
    themes
        Theme ids in report order, whatever the order they were given in.
    highlights
        Indicator ids of the cover, in the order they were given.
    """

    slug: str
    municipality: Municipality
    peers: tuple[Municipality, ...]
    first_year: int
    themes: tuple[str, ...]
    highlights: tuple[str, ...]


def member_file(workspace: Workspace, municipality: Municipality) -> Path:
    """Return the parameter file of a member."""
    return workspace.parameters / f"{municipality.slug}.yml"


def load_network(workspace: Workspace, *, regions: Regions | None = None) -> Network:
    """Read parameters/network.yml.

    Raises
    ------
    InputErrors
        With every problem of the file.
    """
    return _sound(*_network(workspace, regions or load_regions()))


def load_member(
    workspace: Workspace,
    member: str,
    *,
    peers: Sequence[str] | None = None,
    themes: Sequence[str] | None = None,
    regions: Regions,
    catalog_ids: CatalogIds,
) -> MemberParameters:
    """Read one member's parameters: its own file over the shared values, `peers` and `themes` over both.

    Parameters
    ----------
    member
        Slug, name in either language, or code of a member of the network.
    peers, themes
        Municipalities (names, slugs or codes) and theme ids instead of the file's; None means: as there.
    catalog_ids
        The themes and indicators that exist.

    Raises
    ------
    InputErrors
        With every problem of network.yml, _defaults.yml, the member's file and the given values.
    UnknownName
        `member` is no municipality, or no member of the network.
    """
    given_member: object = member  # papermill makes a number of -p member 851
    if not isinstance(given_member, str):
        message = f'the member must be text, but is {member} → write its name, or its code in quotes: "851"'
        raise UnknownName(message, finnish='Kirjoita kunta lainausmerkkeihin: "Tornio" tai "851".')
    network, problems = _network(workspace, regions)
    municipality = regions.find(member)
    if network:
        _require(municipality, network, workspace)
    defaults, found = _defaults(workspace, catalog_ids)
    given = _given(peers, themes)
    parameters, own = _member(workspace, municipality, (defaults, given), regions, catalog_ids)
    return _sound(parameters, [*problems, *found, *own])


def require_member(workspace: Workspace, municipality: Municipality) -> None:
    """Raise UnknownName, with the members and the way to become one, unless a municipality is a member."""
    _require(municipality, load_network(workspace), workspace)


def check_parameters(workspace: Workspace, *, regions: Regions, catalog_ids: CatalogIds) -> list[Problem]:
    """List every problem of every parameter file of a workspace; none when all is well."""
    network, problems = _network(workspace, regions)
    defaults, found = _defaults(workspace, catalog_ids)
    pins = workspace.parameters / PINS
    problems += [*found, *(check_form(read_yaml(pins), PinsFile)[1] if pins.exists() else [])]
    if network is None:
        return _in_order(problems)
    for municipality in network.municipalities:
        problems += _member(workspace, municipality, (defaults, _given(None, None)), regions, catalog_ids)[1]
    expected = {NETWORK, DEFAULTS, PINS, *(f"{slug}.yml" for slug in network.members)}
    absent = [slug for slug in network.members if not (workspace.parameters / f"{slug}.yml").is_file()]
    for file in sorted(workspace.parameters.iterdir()):
        if file.name not in expected and not file.name.startswith("."):
            near = did_you_mean(file.stem, absent)
            hint = near if near.startswith("did") else f"add its municipality to {NETWORK} or remove the file"
            problems.append(Problem(file, "", f"no member of {NETWORK} has a file of this name", hint))
    return _in_order(problems)


def _require(municipality: Municipality, network: Network, workspace: Workspace) -> None:
    if municipality.slug in network.members:
        return
    reason = f"{municipality.name} is no member of the network {network.name}"
    way = f"add it to {workspace.parameters / NETWORK}, then: uso peers {municipality.slug} --write"
    message = f"{reason} → members: {', '.join(network.members)}; to make it one, {way}"
    raise UnknownName(message, finnish=f"{municipality.name} ei ole verkoston jäsen. Jäsenet: uso list.")


def _sound(value: Value | None, problems: list[Problem]) -> Value:
    """Return the value when nothing is wrong."""
    if problems or value is None:
        raise InputErrors(_in_order(problems))
    return value


def _in_order(problems: list[Problem]) -> list[Problem]:
    """Return the problems file by file, each file's by line."""
    files = list(dict.fromkeys(problem.file for problem in problems))
    return sorted(problems, key=lambda problem: (files.index(problem.file), problem.line or 0))


def _network(workspace: Workspace, regions: Regions) -> tuple[Network | None, list[Problem]]:
    """Read network.yml; None when anything is wrong with it."""
    document = read_yaml(workspace.parameters / NETWORK)
    form, problems = check_form(document, NetworkFile)
    municipalities, unknown = resolve(document, "members", regions)
    problems += [*unknown, *season_problems(document)]
    problems += fee_problems(document, form.fee_classes) if form else []
    if form is None or problems:
        return None, problems
    slugs, fees = tuple(one.slug for one in municipalities), tuple(form.fee_classes)
    return Network(form.name, form.season, slugs, municipalities, fees, form.accessibility_feedback), problems


def _defaults(workspace: Workspace, catalog_ids: CatalogIds) -> tuple[DefaultsFile | None, list[Problem]]:
    """Read _defaults.yml."""
    document = read_yaml(workspace.parameters / DEFAULTS)
    form, problems = check_form(document, DefaultsFile)
    return form, [*problems, *id_problems(document, catalog_ids)]


def _given(peers: Sequence[str] | None, themes: Sequence[str] | None) -> Document:
    """Return the values given to the notebook as if a file held them, so that the same checks apply."""
    data: dict[str, Any] = {}
    lines: dict[str, int] = {}
    for key, value in {"peers": peers, "themes": themes}.items():
        if value is not None:
            data[key] = list(value) if isinstance(value, tuple) else value
            items = range(len(data[key])) if isinstance(data[key], list) else ()
            # validation_problems knows a key by its line; 0 stands for none.
            lines |= dict.fromkeys([key, *(f"{key}[{place}]" for place in items)], 0)
    return Document(NOTEBOOK, visible_throughout(data), lines, tuple(_unseen(data)))


def _unseen(given: dict[str, Any]) -> Iterator[Problem]:
    """Go through texts among given values that hold characters no reader sees."""
    for key, value in given.items():
        for place, one in enumerate(value if isinstance(value, list) else ()):
            fault = fault_in(one, longest=LONGEST_NAME) if isinstance(one, str) else None
            if fault:
                yield Problem(NOTEBOOK, f"{key}[{place}]", *fault)


def _member(
    workspace: Workspace,
    municipality: Municipality,
    shared: tuple[DefaultsFile | None, Document],
    regions: Regions,
    catalog_ids: CatalogIds,
) -> tuple[MemberParameters | None, list[Problem]]:
    """Read a member's file and lay the given values over it and it over the shared ones."""
    defaults, given = shared
    file = member_file(workspace, municipality)
    if not file.is_file():
        hint = f"uso peers {municipality.slug} --write creates it with proposed peers"
        return None, [Problem(file, "", f"the parameter file of {municipality.name} is missing", hint)]
    document = read_yaml(file)
    form, problems = check_form(document, MemberFile)
    problems += _name_problems(document, municipality, regions)
    peers, found = resolve(document, "peers", regions, own=municipality)
    problems += [*found, *id_problems(document, catalog_ids)]
    values, more = check_form(given, NotebookValues)
    given_peers, found = resolve(given, "peers", regions, own=municipality)
    problems += _without_lines([*more, *found, *id_problems(given, catalog_ids)])
    if problems or form is None or values is None or defaults is None:
        return None, problems
    own = form.model_dump(exclude_unset=True)
    chosen = {**defaults.model_dump(), **own, **values.model_dump(exclude_none=True)}
    parameters = MemberParameters(
        slug=municipality.slug,
        municipality=municipality,
        peers=given_peers or peers,
        first_year=chosen["first_year"],
        themes=tuple(theme for theme in catalog_ids.themes if theme in chosen["themes"]),
        highlights=tuple(chosen["highlights"]),
    )
    return parameters, []


def _name_problems(document: Document, municipality: Municipality, regions: Regions) -> list[Problem]:
    """Check that a member's file speaks of the municipality it is named after."""
    written = document.data.get("municipality")
    if not isinstance(written, str):
        return []
    found, problem = find(document, "municipality", written, regions)
    if problem:
        return [problem]
    if found is None or found == municipality:
        return []
    reason = f"the file is named {document.file.name}, but its municipality is {found.name}"
    hint = f"write {municipality.name}, or name the file {found.slug}.yml"
    return [Problem(document.file, "municipality", reason, hint, document.lines.get("municipality"))]


def _without_lines(problems: list[Problem]) -> list[Problem]:
    """Return problems of given values, which stand on no line of any file."""
    return [replace(problem, line=None) for problem in problems]

"""Find what is wrong with parameters beyond their form: names, repeated entries, unknown ids, gaps in fees.

Does not read files (parameters.py) and never raises: checks return problems, so that all are told at once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from uso_lib.errors import Problem
from uso_lib.mistakes import unknown_name
from uso_lib.parameter_specs import CatalogIds, FeeClass
from uso_lib.regions import Municipality, Regions, UnknownMunicipality
from uso_lib.strict_yaml import Document, did_you_mean, validation_problems

Model = TypeVar("Model", bound=BaseModel)
SEASON = re.compile(r"(\d{4})-(\d{4})")


def check_form(document: Document, model: type[Model]) -> tuple[Model | None, list[Problem]]:
    """Check a file's keys and types against a model.

    Returns
    -------
    tuple
        The model's instance, None when something is wrong, and the problems of the file's form. A place the
        reader already complained about is not reported twice, nor what seems missing from a half-read file.
    """
    problems = list(document.problems)
    if not document.complete:
        return None, problems
    spoiled = {problem.key for problem in problems}
    try:
        return model.model_validate(document.data), problems
    except ValidationError as error:
        told = validation_problems(error, document.file, document.lines, model)
        return None, [*problems, *(problem for problem in told if problem.key not in spoiled)]


def resolve(
    document: Document, key: str, regions: Regions, *, own: Municipality | None = None
) -> tuple[tuple[Municipality, ...], list[Problem]]:
    """Turn a list of names or codes into municipalities.

    Parameters
    ----------
    key
        The key that holds the list.
    own
        The municipality that must not be in it.

    Returns
    -------
    tuple
        The municipalities in the list's order, and a problem for each unknown, ambiguous or abolished one,
        for each listed twice (by whatever names) and for `own`.
    """
    found: dict[str, tuple[Municipality, str]] = {}
    problems: list[Problem] = []
    for place, text in _texts(document.data.get(key)):
        where = f"{key}[{place}]"
        line = document.lines.get(where)
        municipality, problem = find(document, where, text, regions)
        if problem:
            problems.append(problem)
        elif own and municipality == own:
            reason = f"{own.name} cannot be its own peer"
            finnish = f"{own.name} ei voi olla oma verrokkinsa."
            hint = "remove it or name another"
            problems.append(Problem(document.file, where, reason, hint, line, finnish))
        elif municipality and municipality.code in found:
            first = found[municipality.code][1]
            before = document.lines.get(first)
            reason = f"{municipality.name} is listed twice, here as {text.strip()}"
            hint = f"first as {first}{f' on line {before}' if before else ''}; remove one"
            finnish = f"{municipality.name} on luettelossa kahdesti."
            problems.append(Problem(document.file, where, reason, hint, line, finnish))
        elif municipality:
            found[municipality.code] = (municipality, where)
    return tuple(municipality for municipality, _ in found.values()), problems


def find(
    document: Document, key: str, text: str, regions: Regions
) -> tuple[Municipality | None, Problem | None]:
    """Return the municipality a text names, or the problem that it names none."""
    try:
        return regions.find(text), None
    except UnknownMunicipality as error:
        given = (document.file, key, error.reason, error.hint, document.lines.get(key))
        return None, Problem(*given, finnish=error.finnish)


def id_problems(document: Document, catalog_ids: CatalogIds) -> list[Problem]:
    """List the unknown and repeated ids of the keys ``themes`` and ``highlights``."""
    problems: list[Problem] = []
    for key, kind, valid in (
        ("themes", "theme", catalog_ids.themes),
        ("highlights", "indicator", catalog_ids.indicators),
    ):
        seen: dict[str, int] = {}
        for place, word in _texts(document.data.get(key)):
            where = f"{key}[{place}]"
            line = document.lines.get(where)
            if word not in valid:
                hint = did_you_mean(word, valid)
                reason, finnish = f'unknown {kind} "{word}"', unknown_name(word, kind, valid).finnish
                problems.append(Problem(document.file, where, reason, hint, line, finnish))
            elif word in seen:
                reason = f'the {kind} "{word}" is listed twice'
                hint = f"first as {key}[{seen[word]}]; remove one"
                problems.append(Problem(document.file, where, reason, hint, line))
            seen.setdefault(word, place)
    return problems


def season_problems(document: Document) -> list[Problem]:
    """Check that the season names two consecutive years."""
    season = document.data.get("season")
    if not isinstance(season, str):
        return []
    years = SEASON.fullmatch(season)
    if years and int(years[2]) == int(years[1]) + 1:
        return []
    reason = f'the season "{season}" is not two consecutive years'
    return [Problem(document.file, "season", reason, 'write it as "2023-2024"', document.lines.get("season"))]


def fee_problems(document: Document, classes: Sequence[FeeClass]) -> list[Problem]:
    """Check that fee classes cover every population once: from 0, no gap, no overlap, the last one open."""
    problems: list[Problem] = []
    expected = 0
    for place, one in enumerate(classes):
        start, end = f"fee_classes[{place}].population_from", f"fee_classes[{place}].population_to"
        last = place == len(classes) - 1
        if one.population_from != expected:
            what = "leave a gap" if one.population_from > expected else "overlap"
            reason = f"fee classes {what} before population {one.population_from}"
            hint = f"population_from must be {expected}"
            problems.append(Problem(document.file, start, reason, hint, document.lines.get(start)))
        if one.population_to is None:
            if not last:
                reason, hint = "only the last fee class may lack population_to", "add population_to"
                problems.append(Problem(document.file, end, reason, hint, document.lines.get(start)))
            break
        if one.population_to < one.population_from:
            reason, hint = "the fee class ends before it begins", f"write at least {one.population_from}"
            problems.append(Problem(document.file, end, reason, hint, document.lines.get(end)))
        if last:
            reason = f"no fee is given for a population over {one.population_to}"
            hint = "leave population_to out of the last fee class"
            problems.append(Problem(document.file, end, reason, hint, document.lines.get(end)))
        expected = one.population_to + 1
    return problems


def _texts(value: Any) -> list[tuple[int, str]]:
    """Return the texts of a list with their places; nothing for what is no list, which the form tells."""
    items = value if isinstance(value, list) else []
    return [(place, one) for place, one in enumerate(items) if isinstance(one, str)]

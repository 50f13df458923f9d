"""Turn what pydantic finds wrong with declared data into problems a consultant can act on.

Does not read files (strict_yaml.py) and does not declare any model (specs, parameters.py).
"""

from __future__ import annotations

import difflib
import re
import types
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from uso_lib.errors import Problem

Location = tuple[int | str, ...]

#: pydantic's error type → what a value must be.
EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "keys and values",
    "model_type": "keys and values",
    "mapping_type": "keys and values",
    "none_required": "empty",
}
#: pydantic's error type → reason, filled from the error's context.
REASONS = {
    "missing": "a required key is missing",
    "greater_than_equal": "must be at least {ge}",
    "greater_than": "must be greater than {gt}",
    "less_than_equal": "must be at most {le}",
    "less_than": "must be less than {lt}",
    "string_too_short": "must not be shorter than {min_length} characters",
    "string_too_long": "must not be longer than {max_length} characters",
    "finite_number": "must be an ordinary number",
    "value_error": "{error}",
}
SHOWN_WORDS = 24


def validation_problems(
    error: ValidationError, file: Path, lines: Mapping[str, int], model: type[BaseModel]
) -> list[Problem]:
    """Translate a pydantic error into problems with file, dotted key, line, reason and nearest valid word.

    Parameters
    ----------
    error
        What ``model.model_validate(data)`` raised.
    file
        The file the data came from.
    lines
        Dotted key → line number, as strict_yaml.read_yaml returns it.
    model
        The model the data was checked against; its field names are the valid keys.

    Returns
    -------
    list of Problem
        One per key and fault, in the file's order; the alternatives of a union are told as one problem.
    """
    found: dict[str, list[tuple[str, str]]] = {}
    details = error.errors(include_url=False)
    keys = [_key(tuple(detail["loc"]), detail["type"], lines) for detail in details]
    for detail, (key, label) in zip(details, keys, strict=True):
        if label and any(other != key and _inside(other, key) for other, _ in keys):
            continue  # another alternative of the union got further: only its fault is worth telling
        found.setdefault(key, []).append(_told(detail, key, model))
    problems = [_problem(file, key, told, lines) for key, told in found.items()]
    return sorted(problems, key=lambda problem: problem.line or 0)


def did_you_mean(word: str, valid: Iterable[str]) -> str:
    """Return a hint with the valid word nearest to `word`, or with all valid words when none is near.

    Parameters
    ----------
    word
        What was written.
    valid
        What could have been written.
    """
    words = list(dict.fromkeys(valid))
    near = nearest(word, words)
    if near:
        return f"did you mean {near}?"
    if not words:
        return "nothing is allowed here"
    listed = ", ".join(words[:SHOWN_WORDS])
    return f"valid: {listed}{' …' if len(words) > SHOWN_WORDS else ''}"


def nearest(word: str, valid: Iterable[str]) -> str:
    """Return the valid word nearest to `word`, "" when none is near."""
    folded = {known.casefold(): known for known in valid}
    near = difflib.get_close_matches(word.casefold().strip(), folded, n=1, cutoff=0.6)
    return folded[near[0]] if near else ""


def dotted(location: Sequence[int | str]) -> str:
    """Return a location as a dotted key: ("rows", 0, "title") → ``rows[0].title``."""
    key = ""
    for part in location:
        key = f"{key}[{part}]" if isinstance(part, int) else f"{key}.{part}" if key else str(part)
    return key


def _key(location: Location, kind: str, lines: Mapping[str, int]) -> tuple[str, str]:
    """Return the dotted key of a location and, apart, the union label pydantic put at its end (or "")."""
    real: list[int | str] = []
    label = ""
    for place, part in enumerate(location):
        last = place == len(location) - 1
        if dotted([*real, part]) in lines or (last and kind == "missing"):
            real.append(part)
            label = ""
        else:
            label = str(part)
    return dotted(real), label


def _inside(inner: str, outer: str) -> bool:
    """Tell whether one dotted key lies within another."""
    return inner.startswith((f"{outer}.", f"{outer}["))


def _told(detail: Any, key: str, model: type[BaseModel]) -> tuple[str, str]:
    """Return reason and hint of one pydantic error; reasons "must be …" can be joined as alternatives."""
    kind, given, context = str(detail["type"]), detail["input"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        parent = tuple(detail["loc"])[:-1]
        name = str(detail["loc"][-1])
        return "unknown key", did_you_mean(name, _fields(model, parent))
    if kind == "literal_error":
        words = [str(word) for word in re.findall(r"'([^']*)'", str(context.get("expected", "")))]
        return f"unknown value {_shown(given)}", did_you_mean(str(given), words)
    if kind == "string_pattern_mismatch":
        return f"{_shown(given)} has the wrong form", f"it must match {context.get('pattern', '')}"
    if kind in {"too_short", "too_long"}:
        if context.get("actual_length") == 0:
            return "the list is empty", f"give at least {context.get('min_length')}"
        bound = (
            f"at least {context['min_length']}" if kind == "too_short" else f"at most {context['max_length']}"
        )
        return f"the list has {context.get('actual_length')} items", f"give {bound}"
    if kind in EXPECTED:
        return f"must be {EXPECTED[kind]}, but is {_shown(given)}", _type_hint(kind, given)
    if kind == "string_too_short" and not given:
        return "the text is empty", "write it"
    reason = REASONS.get(kind)
    if reason:
        return reason.format(**context), f"add {key.rpartition('.')[2]}" if kind == "missing" else ""
    return str(detail["msg"]), ""


def _problem(file: Path, key: str, told: list[tuple[str, str]], lines: Mapping[str, int]) -> Problem:
    """Make one problem of everything told about one key."""
    reasons = list(dict.fromkeys(reason for reason, _ in told))
    if len(reasons) > 1 and all(reason.startswith("must be ") for reason in reasons):
        wanted = [reason.removeprefix("must be ").partition(", but is ")[0] for reason in reasons]
        given = reasons[0].partition(", but is ")[2]
        reasons = [f"must be {' or '.join(wanted)}" + (f", but is {given}" if given else "")]
    hints = dict.fromkeys(hint for _, hint in told if hint)
    line = lines.get(key) or lines.get(_parent(key))
    return Problem(file, key, "; ".join(reasons), "; ".join(hints), line)


def _parent(key: str) -> str:
    """Return the key that holds a key, "" at the top."""
    return key[: max(key.rfind("."), key.rfind("["), 0)]


def _shown(value: Any) -> str:
    """Describe a value in words."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value[:60]}"'
    if isinstance(value, list):
        return "a list"
    return "keys and values" if isinstance(value, dict) else f"the number {value}"


def _type_hint(kind: str, given: Any) -> str:
    """Say how to correct a value of the wrong type, where a mistake is typical."""
    if kind == "string_type" and isinstance(given, int | float) and not isinstance(given, bool):
        return f'write it in quotes: "{given}"'
    if kind in {"int_type", "float_type"} and isinstance(given, str):
        digits = "".join(given.split())
        return f"write it without quotes and spaces: {digits}" if digits.lstrip("-").isdigit() else ""
    if kind in {"list_type", "tuple_type"} and isinstance(given, str):
        return f"write a list: [{given}]"
    return ""


def _fields(model: type[BaseModel], location: Location) -> list[str]:
    """Return the valid keys at a location of a model."""
    candidates: list[Any] = [model]
    for part in location:
        stepped = [found for one in candidates for found in _step(one, part)]
        candidates = stepped or candidates  # a union label is not a step
    models = [one for candidate in candidates for one in _models(candidate)]
    return [name for one in models for name in one.model_fields]


def _step(annotation: Any, part: int | str) -> list[Any]:
    """Return the annotations found one step into another, none when the step does not exist."""
    found: list[Any] = []
    for one in _alternatives(annotation):
        origin, arguments = get_origin(one), get_args(one)
        if isinstance(one, type) and origin is None and issubclass(one, BaseModel):
            if part in one.model_fields:
                found.append(one.model_fields[str(part)].annotation)
        elif origin in {list, tuple} and isinstance(part, int):
            found.append(arguments[0])
        elif origin in {dict, Mapping} and len(arguments) > 1:
            found.append(arguments[1])
    return found


def _models(annotation: Any) -> list[type[BaseModel]]:
    """Return the models among an annotation's alternatives."""
    return [
        one
        for one in _alternatives(annotation)
        if isinstance(one, type) and get_origin(one) is None and issubclass(one, BaseModel)
    ]


def _alternatives(annotation: Any) -> list[Any]:
    """Unwrap Annotated and unions into their alternatives."""
    origin = get_origin(annotation)
    if origin is Union or origin is types.UnionType:
        return [inner for one in get_args(annotation) for inner in _alternatives(one)]
    if hasattr(annotation, "__metadata__"):
        return _alternatives(get_args(annotation)[0])
    return [annotation]

"""Check single indicators: formula and inputs, country figure, Finnish words, where new figures come from.

Does not check the shape of single values (specs) nor names of other declarations (references.py).
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping

from uso_lib.declarations.files import Check, Declarations, Place, inputs
from uso_lib.specs import Indicator
from uso_lib.strict_yaml import did_you_mean

#: Formula → the inputs it needs; it takes no others.
FORMULA_INPUTS: Mapping[str, tuple[str, ...]] = {
    "level": (), "sum": (), "share": ("of", "per"), "ratio": ("of", "per"), "per_capita": ("of", "per"),
    "per_1000": ("of", "per"), "change": ("of", "years"), "index": ("of", "base"),
    "difference": ("of", "minus"), "mean_12m": ("of",), "weighted_sum": (),
}  # fmt: skip
INPUT_FIELDS = ("of", "per", "minus", "base", "years")
#: Units whose values may be added up over municipalities.
ADDITIVE = frozenset({"persons", "eur", "jobs", "establishments", "enterprises", "offences", "kt_co2e"})
NAME_FORMS = ("kunta", "kunnan", "kunnassa", "kunnasta", "kuntaan")
PLACEHOLDERS = (*NAME_FORMS, *(form.capitalize() for form in NAME_FORMS), "kausi", "kauden", "arvo")


def problems(declared: Declarations) -> Check:
    """Go through every fault within single indicators."""
    by_id = {one.id: one for _, one in declared.each("indicator")}
    shown = {name for _, row in declared.each("row") for name in row.indicators}
    for place, one in declared.each("indicator"):
        yield from _formula(place, one)
        yield from _country(place, one)
        yield from _wording(place, one)
        if one.hidden and one.id in shown:
            yield place.problem("hidden", "a hidden indicator stands in a row", "remove hidden")
        if not one.hidden and one.id not in shown:
            yield place.problem("id", f'no row shows the indicator "{one.id}"', "add it to a row or hide it")
        if not one.hidden and not _has_source(one, by_id, frozenset()):
            hint = "name a table in source; one that is fetched or imported is declared in live/"
            yield place.problem("source", "nothing says where its figures come from", hint)


def _formula(place: Place, one: Indicator) -> Check:
    """Find inputs that a formula lacks or has no use for."""
    needed = FORMULA_INPUTS[one.formula]
    for field in INPUT_FIELDS:
        given = getattr(one, field) is not None
        if field in needed and not given:
            yield place.problem(field, f"the formula {one.formula} needs {field}", f"add {field}: …")
        if given and field not in needed:
            yield place.problem(field, f"the formula {one.formula} has no use for {field}", "remove it")
    if needed and one.source:
        hint = "declare the table's figures as an indicator of their own and name it in of"
        yield place.problem("source", f"the formula {one.formula} takes indicators, not tables", hint)
    if (one.formula == "weighted_sum") != (one.weights is not None):
        yield place.problem("weights", "the formula weighted_sum and weights belong together", "give both")
    if one.continued_by and needed:
        hint = "continue the indicators it is computed from"
        yield place.problem("continued_by", f"the formula {one.formula} takes no continuation", hint)
    if one.formula == "level" and any(_listed(choice) for choice in _choices(one)):
        yield place.problem("formula", "several contents or codes are added up", "write formula: sum")


def _choices(one: Indicator) -> Iterator[str | list[str]]:
    for selection in one.source:
        yield selection.content
        yield from selection.dims.values()


def _listed(choice: str | list[str]) -> bool:
    """Tell whether a choice lists several codes; a range may be one code of a table ("60-")."""
    return isinstance(choice, list) and len(choice) > 1


def _country(place: Place, one: Indicator) -> Check:
    """Find a country figure that could not be computed or would mean nothing."""
    if one.country == "weighted" and not one.weight:
        yield place.problem("weight", "a weighted country figure needs its weight", "name a count indicator")
    if one.weight and one.country != "weighted":
        yield place.problem("weight", f"a weight has no use with country: {one.country}", "remove it")
    if one.country == "sum" and one.unit not in ADDITIVE:
        hint = "use published, weighted or none; computed indicators need no country of their own"
        yield place.problem("country", f"values in the unit {one.unit} cannot be added up", hint)


def _wording(place: Place, one: Indicator) -> Check:
    """Find a visible indicator without words, and sentences that could not be completed or read."""
    if one.wording is None:
        if not one.hidden:
            yield place.problem("wording", "a visible indicator needs its Finnish words", "add wording: …")
        return
    for reason, hint in _sentence_faults(one.wording.level):
        yield place.problem("wording.level", reason, hint)


def _sentence_faults(sentence: str) -> Iterator[tuple[str, str]]:
    """Go through what is wrong with one sentence."""
    try:
        names = [name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None]
    except ValueError:
        yield "a brace { or } is left open", "write placeholders as {arvo}"
        return
    for name in names:
        if name not in PLACEHOLDERS:
            yield f"there is no placeholder {{{name}}}", did_you_mean(name, PLACEHOLDERS)
    if "arvo" not in names:
        yield "the sentence does not tell the value", "add {arvo}"
    if sentence.endswith(" {kausi}.") and sentence[0].isalpha():
        # Such a sentence may be told with the time first; only a name may then keep its capital.
        yield "a sentence that ends in {kausi} must begin with the municipality", "begin with {Kunnan}"
    if "{kausi} {arvo}" in sentence:
        yield "the year and the value stand side by side", "put words between {kausi} and the value"


def _has_source(one: Indicator, by_id: Mapping[str, Indicator], passed: frozenset[str]) -> bool:
    """Tell whether an indicator or all its parts name a table; unknown parts count as yes."""
    if one.source or one.shown_by or one.id in passed:
        return True
    parts = inputs(one)
    further = passed | {one.id}
    return bool(parts) and all(
        part not in by_id or _has_source(by_id[part], by_id, further) for part in parts
    )

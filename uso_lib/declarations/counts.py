"""Check what is declared of intervals and trends: that a rate's counts are named, are counts and have a use.

Does not check that the named indicators exist (references.py) nor that their figures fit the rate: that is
asked of every figure when the interval is computed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from uso_lib.declarations.files import Check, Declarations, Place
from uso_lib.specs import Indicator

#: Formulas that are a rate of two counts themselves.
RATES = frozenset({"share", "per_1000"})
#: Formulas whose figure a table publishes.
PUBLISHED = frozenset({"level", "sum"})
#: Formulas whose figure may be a balance of two counts over a population.
BALANCES = RATES | PUBLISHED | {"difference"}
#: Units of a rate: so many of a hundred or a thousand.
RATE_UNITS = ("pct", "permille", "per_1000")
#: Units of what is counted one by one.
COUNT_UNITS = ("persons", "jobs", "establishments", "enterprises", "offences")
#: Formulas whose figures are never tested for a trend: what they are computed from is.
UNTESTED = frozenset({"change", "index"})


def problems(declared: Declarations) -> Check:
    """Go through every fault in what is declared of intervals, counts and trends."""
    by_id = {one.id: one for _, one in declared.each("indicator")}
    for place, one in declared.each("indicator"):
        yield from _interval(place, one)
        yield from (_balance if one.interval == "difference" else _counts)(place, one)
        yield from _parts(place, one, by_id)
        if one.trend and "trend" in one.model_fields_set and one.formula in UNTESTED:
            reason = f"figures of the formula {one.formula} are not tested for a trend"
            yield place.problem("trend", reason, "remove it; the indicator it is computed from is tested")


def _interval(place: Place, one: Indicator) -> Check:
    """Find an interval that has no counts, or could mean nothing."""
    if one.interval is None:
        return
    if one.formula not in (BALANCES if one.interval == "difference" else RATES | PUBLISHED):
        reason = f"a figure of the formula {one.formula} is no rate of counts"
        yield place.problem("interval", reason, "remove interval; declare it of the rates it is made of")
    elif one.unit not in RATE_UNITS:
        reason = f"a value in the unit {one.unit} is no rate of counts"
        yield place.problem("interval", reason, f"remove interval; rates are in {', '.join(RATE_UNITS)}")
    elif one.formula in PUBLISHED and one.counts is None and one.interval != "difference":
        reason = "nothing says which counts the published rate rests on"
        yield place.problem("interval", reason, "add counts: {per: …}, the indicator of its denominator")


def _counts(place: Place, one: Indicator) -> Check:
    """Find counts without use, and counts that do not say the whole."""
    if one.counts is None:
        return
    if one.interval is None:
        yield place.problem(
            "counts", "counts have no use without interval", "add interval: binomial or poisson"
        )
    if one.counts.minus:
        yield place.problem("counts.minus", "only a balance takes counts away", "add interval: difference")
    if one.formula in RATES:
        hint = "remove counts: they are of and per"
        yield place.problem("counts", f"the formula {one.formula} has its counts itself", hint)
    named = (one.counts.per is not None) + (one.counts.rest is not None)
    if named != 1:
        reason = "counts need their denominator once, as per or as rest"
        yield place.problem("counts", reason, "give per: …, or rest: … when only those not counted are known")
    if one.counts.rest and one.counts.of:
        yield place.problem(
            "counts.of", "with rest the count follows from the rate", "remove of, or give per"
        )
    if one.counts.rest and one.interval == "poisson":
        hint = "give per, or interval: binomial"
        yield place.problem("counts.rest", "only a share of a whole has a rest", hint)


def _balance(place: Place, one: Indicator) -> Check:
    """Find a balance without both of its counts; one whose counts no table has declares none."""
    if one.counts is None:
        return
    for field in ("of", "minus", "per"):
        if getattr(one.counts, field) is None:
            reason = f"the counts of a balance need {field}"
            yield place.problem("counts", reason, "give of, minus and per, or no counts at all")
    if one.counts.rest:
        yield place.problem("counts.rest", "a balance has no rest", "give per: …, the population")


def _parts(place: Place, one: Indicator, by_id: Mapping[str, Indicator]) -> Check:
    """Find numerators and denominators that are no counts."""
    if one.interval is None:
        return
    for field, name in _named(one):
        part = by_id.get(name)
        if part is not None and part.unit not in COUNT_UNITS:
            reason = f'"{name}" is no count: its unit is {part.unit}'
            yield place.problem(field, reason, f"name an indicator in {', '.join(COUNT_UNITS)}")


def _named(one: Indicator) -> Iterator[tuple[str, str]]:
    """Go through the fields and names of the counts of an interval."""
    if one.counts is not None:
        named = one.counts.model_dump(exclude_none=True)
        yield from ((f"counts.{field}", name) for field, name in named.items())
    elif one.formula in RATES and one.interval != "difference":
        yield from ((field, name) for field, name in (("of", one.of), ("per", one.per)) if name)

"""Check what a consultant claims of figures: a closed vocabulary of comparisons, nothing is evaluated.

A claim holds only when it holds both exactly and as the page shows the figures, so that no reader sees a
claim that the figures beside it contradict. Does not find claims in a text (rendering.py).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from uso_lib.bound.grammar import Comparison, GroupAlone, Number, Operator, Side, Word
from uso_lib.bound.vocabulary import NO_PLACE, PLACES, Figure, Unknown, Vocabulary

#: Units of amounts that grow with the place: a large one's change in numbers is large.
AMOUNTS = ("persons", "jobs", "establishments", "enterprises", "offences", "kt_co2e")
_COMPARE: Mapping[Operator, Callable[[Decimal, Decimal], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}


@dataclass(frozen=True)
class Checked:
    """Tell how a claim came out.

    Parameters
    ----------
    holds
        None when it cannot be checked; `reason` says why.
    left, right
        Both sides as the page shows them.
    """

    holds: bool | None
    left: str = ""
    right: str = ""
    reason: str = ""


def check(claim: Comparison, vocabulary: Vocabulary) -> Checked:
    """Check one claim against the figures of the report."""
    if isinstance(claim.left, Number) and isinstance(claim.right, Number):
        return Checked(None, str(claim.left), str(claim.right), "neither side is a figure of the report")
    sides = (claim.left, claim.right)
    unclear = [str(side) for side in sides if isinstance(side, Number) and side.is_ambiguous]
    if unclear:
        return Checked(None, reason=f"{unclear[0]} can be read in two ways; thousands are written 5 000")
    left, right = _side(claim.left, claim.right, vocabulary), _side(claim.right, claim.left, vocabulary)
    for one, written in ((left, claim.left), (right, claim.right)):
        if isinstance(one, Unknown):
            return Checked(None, reason=f"{written}: {one.reason}")
    if isinstance(left, Unknown) or isinstance(right, Unknown):  # both are told above
        return Checked(None)
    shown = (left.text, right.text)
    if left.value is None or right.value is None:
        empty = claim.left if left.value is None else claim.right
        why = f"; {NO_PLACE}" if isinstance(empty, Word) and empty.measure in PLACES else ""
        return Checked(None, *shown, f"{empty}: there is no number to compare{why}")
    if not _comparable(left, right):
        typed = isinstance(claim.left, Number) or isinstance(claim.right, Number)
        way_out = f"; the figure's unit is {left.unit or right.unit}" if typed else ""
        return Checked(None, *shown, f"{left.text} and {right.text} are not of the same unit{way_out}")
    return Checked(_holds(claim.operator, left, right), *shown)


def advice(claim: Comparison, vocabulary: Vocabulary) -> list[str]:
    """Say when a claim compares changes in numbers of places of different size, though per cent are known."""
    word = next((one for one in (claim.left, claim.right) if isinstance(one, Word)), None)
    if word is None or not _is_of_two_sizes(claim, word, vocabulary):
        return []
    better = Comparison(_in_per_cent(claim.left), claim.operator, _in_per_cent(claim.right))
    told = check(better, vocabulary)
    if told.holds is None:
        return []
    holds = "holds" if told.holds else "does not hold"
    return [
        f"{word.name}:change_5y compares changes in numbers of places of different size; in per cent, "
        f"{better.left} {better.operator} {better.right}, it {holds} ({told.left}, {told.right})"
    ]


def _is_of_two_sizes(claim: Comparison, word: Word, vocabulary: Vocabulary) -> bool:
    """Tell whether both sides are the change in numbers of one amount, of different places."""
    known = vocabulary.words.get(word.name)
    if known is None or known["unit"] not in AMOUNTS:
        return False
    sides = [replace(word, group=one.group) if isinstance(one, GroupAlone) else one
             for one in (claim.left, claim.right)]  # fmt: skip
    words = [one for one in sides if isinstance(one, Word)]
    same = {(one.name, one.measure) for one in words} == {(word.name, "change_5y")}
    return len(words) == len(sides) and same and words[0].group != words[1].group


def _in_per_cent(one: Side) -> Side:
    return replace(one, measure="change_5y_pct") if isinstance(one, Word) else one


def _side(one: Side, other: Side, vocabulary: Vocabulary) -> Figure | Unknown:
    """Return the figure of one side; a group alone takes indicator and measure from the other side."""
    if isinstance(one, Number):
        decimals = max(0, -int(one.value.normalize().as_tuple().exponent))
        return Figure(Word(""), one.typed, one.value, decimals, "", frozenset({one.unit}))
    if isinstance(one, GroupAlone):
        if not isinstance(other, Word):
            return Unknown("a group alone needs a figure on the other side", meant=True)
        one = replace(other, group=one.group)
    return vocabulary.find(one)


def _comparable(left: Figure, right: Figure) -> bool:
    """Tell whether two figures are of one unit; a number without a unit is of any."""
    if left.unit and right.unit:
        return left.unit == right.unit
    typed, known = (right, left) if left.unit else (left, right)
    return typed.accepted <= known.accepted | {""}


def _holds(sign: Operator, left: Figure, right: Figure) -> bool:
    exact = left.exact, right.exact
    shown = left.shown, right.shown
    if None in exact or None in shown:
        return False
    compare = _COMPARE[sign]
    seen = compare(shown[0], shown[1])  # type: ignore[arg-type]
    return seen if sign == "=" else seen and compare(exact[0], exact[1])  # type: ignore[arg-type]

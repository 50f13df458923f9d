"""Find the valid names nearest to what a consultant wrote: in English, in Finnish, in another order.

Does not know figures; only names.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Mapping

from uso_lib.bound.grammar import GROUPS, MEASURES, Word

#: How near a name must be to a known one to be taken for a slip of the pen; and when the rest is one surely.
NEAR, FAR = 0.75, 0.4
_NEAR_OPTION = 0.6
_LEAST_NAME, _MOST = 4, 3
#: A Finnish word is known by its beginning: endings and second parts differ.
_LEAST_WORD, _LEAST_BEGINNING, _BEGINNING = 6, 5, 0.6
#: Names of many indicators begin so, and so do the placeholders of letters: "{kunnan}".
_VAGUE = "kun"
_PARTS = re.compile(r"[\s.:|,;/\\]+")
#: What people write for a measure or a group.
_MEASURES = {
    "muutos": "change_5y", "muutos_5v": "change_5y", "muutos_pct": "change_5y_pct",
    "change_pct": "change_5y_pct", "muutos_1v": "change_1y", "sija": "place", "ero": "difference",
    "vuosi": "period", "ajankohta": "when", "year": "period", "rank": "place", "luku": "number",
}  # fmt: skip
_GROUPS = {**{told: written for written, told in GROUPS.items()}, "suomi": "maa", "valtakunta": "koko_maa"}

Names = Mapping[str, Iterable[str]]


def nearest(name: str, names: Names, cutoff: float) -> list[str]:
    """Return the indicators near to a name, nearest first: by their ids or their Finnish names."""
    if len(name) < _LEAST_NAME:
        return []
    known = {one: one for one in names}
    for one, titles in names.items():
        for title in titles:
            known.setdefault(title.casefold().replace(" ", "_"), one)
    near = difflib.get_close_matches(name.casefold(), known, n=_MOST, cutoff=cutoff)
    return list(dict.fromkeys(known[one] for one in near))


def beginning(name: str, names: Names) -> list[str]:
    """Return the indicators whose Finnish name holds a word that begins like a name: "työttömyys"."""
    written = name.casefold()
    if len(written) < _LEAST_WORD or written.startswith(_VAGUE):
        return []
    least = max(_LEAST_BEGINNING, round(_BEGINNING * len(written)))
    found: list[tuple[int, int, str]] = []
    for one, titles in names.items():
        for title in titles:
            words = title.casefold().split()
            alike = [at for at, word in enumerate(words) if word[:least] == written[:least]]
            found += [(at, len(title), one) for at in alike]
    return list(dict.fromkeys(one for _, _, one in sorted(found)))[:_MOST]


def nearest_measure(name: str) -> str:
    """Say which measure was meant, else all of them."""
    return _option(name, MEASURES, _MEASURES)


def nearest_group(name: str) -> str:
    """Say which group was meant, else all of them."""
    return _option(name, GROUPS, _GROUPS)


def rearranged(text: str, names: Collection[str]) -> str | None:
    """Say how a known indicator with measure and group is written; None when no indicator is named."""
    parts = [one for one in _PARTS.split(text.strip()) if one]
    named = False
    named = False
    for count in range(1, len(parts) + 1):
        name, rest = "_".join(parts[:count]), parts[count:]
        named |= name in names
        measures, groups = [one for one in rest if one in MEASURES], [one for one in rest if one in GROUPS]
        known = len(measures) + len(groups) == len(rest) and len(measures) <= 1 and len(groups) <= 1
        if name in names and known:
            return f"did you mean {{{Word(name, ''.join(measures), ''.join(groups))}}}?"
    return "a word is written {indicator:measure|group}" if named else None


def _option(name: str, valid: Collection[str], also: Mapping[str, str]) -> str:
    known = {**also, **{one: one for one in valid}}
    near = difflib.get_close_matches(name.casefold(), known, n=1, cutoff=_NEAR_OPTION)
    return f"did you mean {known[near[0]]}?" if near else f"possible: {', '.join(valid)}"

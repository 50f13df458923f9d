"""Choose the codes of a variable that a declaration asks for, and say what they are in the store's coding.

Does not know which variable is what (roles.py). Functions return service's code → store's code, and sentences
on what is not as declared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from uso_lib.live_specs import LiveContent, LiveDimension, LiveFixed
from uso_lib.sources.pxweb.metadata import Variable
from uso_lib.sources.pxweb.periods import is_since, period_of
from uso_lib.validation import did_you_mean

Codes = dict[str, str]
Found = tuple[Codes, list[str]]

#: Codes and texts that stand for everything, in lower case.
TOTALS = ("sss", "yhteensä", "all", "kaikki", "koko maa", "total")
COUNTRY = "SSS"

_PREFIXED = re.compile(r"KU(\d{3})")
_BARE = re.compile(r"\d{3}")
#: Three digits that are no municipality: the country, abroad, suppressed and unknown.
_COUNTRY_DIGITS, _NOT_MUNICIPALITIES = "000", frozenset({"000", "198", "199", "200", "997", "998", "999"})
_NUMBER = re.compile(r"\d+(-\d*)?")
_RANGE = re.compile(r"(\d+)-(\d*)")
_SHOWN = 5


def is_prefixed(code: str) -> bool:
    """Return whether a code is a municipality's in the coding KU091."""
    return _PREFIXED.fullmatch(code) is not None


def area_codes(variable: Variable, *, country: bool = True) -> Codes:
    """Return the municipalities of a variable and the country, in whichever coding the table has.

    Everything else (regions, remainders, abroad) is left out. Municipalities need not be known: a table may
    follow an older division.
    """
    whole = COUNTRY if COUNTRY in variable.values else _COUNTRY_DIGITS
    if any(map(is_prefixed, variable.values)):
        digits = {code: found[1] for code in variable.values if (found := _PREFIXED.fullmatch(code))}
    else:
        digits = {code: code for code in variable.values if _BARE.fullmatch(code)}
    codes = {code: number for code, number in digits.items() if number not in _NOT_MUNICIPALITIES}
    first = {whole: COUNTRY} if country and whole in variable.values else {}
    return first | codes


def markers_of(content: LiveContent) -> tuple[str, ...]:
    """Return the markers of a content: its code in the store when it declares neither marker nor words."""
    if isinstance(content.marker, str):
        return (content.marker,)
    return tuple(content.marker or (() if content.words else (content.code,)))


def marker_fits(marker: str, code: str) -> bool:
    """Return whether a service's code is the marker, whole or after the last "-" of either."""
    return code == marker or _suffix(code) == _suffix(marker)


def content_code(variable: Variable, content: LiveContent) -> tuple[str | None, str]:
    """Find a content among the values of a variable.

    Returns
    -------
    tuple
        The service's code, or None and why not.
    """
    texts = variable.text_of
    for marker in markers_of(content):
        found = [code for code in variable.values if code == marker] or [
            code for code in variable.values if marker_fits(marker, code)
        ]
        if found:
            return _only(content, found, texts)
    if content.marker or not content.words:
        wanted = " or ".join(markers_of(content))
        hint = did_you_mean(_suffix(markers_of(content)[0]), map(_suffix, variable.values))
        return None, f'the content {content.code} ("{wanted}") is not in {variable.text}: {hint}'
    found = [code for code in variable.values if _has_words(texts[code], content.words)]
    if not found:
        wanted = " ".join(content.words)
        hint = did_you_mean(wanted, variable.texts)
        return None, f'no content is called "{wanted}" ({content.code}): {hint}'
    return _only(content, found, texts)


def guard(content: LiveContent, title: str) -> str | None:
    """Return why a content's title does not carry the words it must, None when it does."""
    if not content.words or _has_words(title, content.words):
        return None
    wanted = ", ".join(content.words)
    return (
        f'the content {content.code} is now called "{title}", without the words it must have ({wanted}): '
        "look whether it still means the same, and correct the words or the marker"
    )


def dimension_codes(variable: Variable, dimension: LiveDimension) -> Found:
    """Return the codes of a dimension that is kept: the declared ones, or all of them."""
    if dimension.area:
        codes = area_codes(variable, country=False)
        return codes, [] if codes else [f"{variable.text} holds no municipalities"]
    stored = {code: _stored(code, dimension) for code in variable.values}
    if dimension.values is None:
        return stored, []
    chosen, differences = set[str](), list[str]()
    for value in dimension.values:
        found, absent = _expand(value, set(stored.values()))
        chosen |= found
        if absent:
            hint = did_you_mean(absent[0], stored.values())
            some = ", ".join(absent[:_SHOWN]) + (" …" if len(absent) > _SHOWN else "")
            differences.append(f'{variable.text} has no "{some}" (declared "{value}"): {hint}')
    codes = {code: store for code, store in stored.items() if store in chosen}
    return codes, differences


def fixed_code(variable: Variable, fixed: LiveFixed) -> tuple[str | None, list[str]]:
    """Return the first declared code or text that exists."""
    texts = {text.casefold(): code for code, text in reversed(variable.text_of.items())}
    suffixes = {_suffix(code): code for code in reversed(variable.values)}
    for value in fixed.values:
        for known in ({code: code for code in variable.values}, texts, suffixes):
            if found := known.get(value.casefold() if known is texts else value):
                return found, []
    wanted = " or ".join(fixed.values)
    hint = did_you_mean(fixed.values[0], [*variable.values, *variable.texts])
    return None, [f'{variable.text} has no "{wanted}": {hint}']


def total_code(variable: Variable) -> tuple[str | None, list[str]]:
    """Return the total of a variable that must be asked although the declaration does not name it."""
    if len(variable.values) == 1:
        return variable.values[0], []
    texts = variable.text_of
    for total in TOTALS:
        for code in variable.values:
            if total in (code.casefold(), texts[code].casefold()):
                return code, []
    some = ", ".join(f"{code} ({texts[code]})" for code in variable.values[:_SHOWN])
    return None, [
        f"{variable.text} ({variable.code}) must be asked but has no total: name it as a dimension or fix it "
        f"at one of its values, {some}"
    ]


def period_codes(variable: Variable, since: str | None) -> Found:
    """Return the periods from `since` on."""
    read = {code: period_of(code, text) for code, text in variable.text_of.items()}
    known = {code: period for code, period in read.items() if period}
    if not known:
        some = ", ".join(variable.texts[:_SHOWN])
        return {}, [f"{variable.text} holds no years, months or quarters: {some}"]
    codes = {code: period for code, period in known.items() if since is None or is_since(period, since)}
    if not codes:
        newest = max(known.values())
        return {}, [f"{variable.text} has no period from {since} on; its newest is {newest}"]
    return codes, []


def _expand(value: str, known: set[str]) -> tuple[set[str], list[str]]:
    """Return the codes a declared one stands for, and those of them that do not exist.

    A code that exists stands for itself ("0-4"); otherwise "0-99" is a range of whole numbers and "75-" has
    no end, the open class at the top included.
    """
    if value in known or not (limits := _RANGE.fullmatch(value)):
        return ({value} & known), ([] if value in known else [value])
    first, last = int(limits[1]), limits[2]
    if last:
        wanted = [str(number) for number in range(first, int(last) + 1)]
        return set(wanted) & known, [code for code in wanted if code not in known]
    numbers = {code for code in known if re.fullmatch(r"\d+-?", code) and int(code.rstrip("-")) >= first}
    return numbers, [] if numbers else [value]


def _stored(code: str, dimension: LiveDimension) -> str:
    if dimension.codes == "number" and _NUMBER.fullmatch(code):
        made = re.sub(r"\d+", lambda digits: str(int(digits[0])), code)
    else:
        made = _suffix(code) if dimension.codes == "suffix" else code
    return dimension.rename.get(made, made)


def _suffix(code: str) -> str:
    return code.rpartition("-")[2] or code


def _has_words(title: str, words: Iterable[str]) -> bool:
    return all(word.casefold() in title.casefold() for word in words)


def _only(content: LiveContent, found: Sequence[str], texts: Mapping[str, str]) -> tuple[str | None, str]:
    if len(found) == 1:
        return found[0], ""
    some = ", ".join(f"{code} ({texts[code]})" for code in found[:_SHOWN])
    return None, f"the content {content.code} could be any of {some}: declare its whole code"

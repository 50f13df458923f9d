"""Look for figures typed by hand beside an indicator's name, and say what the figure is now.

Says nothing where the text may mean something else: another year, place, group or a change. Changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from uso_lib.bound.grammar import Number, Word, number
from uso_lib.bound.vocabulary import Figure, Vocabulary

#: The indicator that "asukasta" counts.
INHABITANTS = "population"
#: A typed figure farther from the present one than this is about something else.
_NEAR = Decimal("0.25")
_FREE = r"(?<![\d,.\u00a0\u202f/\u2013-])(?<!\d )[\u2212-]?"
_NUMBER = rf"{_FREE}\d{{1,3}}(?:[ \u00a0\u202f]\d{{3}})+(?:,\d+)?|{_FREE}\d+(?:,\d+)?"
_END = r"(?![\w/]|[ \u00a0]?\d|,\d)"
#: What may stand between a name and its figure.
_BETWEEN = (
    r"(?:\s*[:=(,–]\s*|\s+(?:on|oli|nyt|tällä hetkellä|nykyisin|enää|vain|jo|tasan|siis|noin)(?=\s))*\s*"
)
#: Words by which a sentence tells of a change, another time or others than the municipality.
_ELSEWHERE = re.compile(
    r"\b(?:noin|yli|alle|lähes|melkein|vajaa|runsaa|reilu|enint|vähint|tavoit|enemm|vähemm|suurem|pienem|korkeam|"
    r"matalam|kasv|väh(?:en|ent)|nous|lask|muut|lisää|menet|pudo|pude|ennust|arvio|arviol|ennen|aiemmin|aikaisemm|"
    r"vuosi|vuot|vuode|vuonna|verrok|verkosto|maakun|seutu|keskiar|keskim|koko maa|suome|naapuri|muu|toinen|"
    r"joista|joihin|eri\b|kylä|taajam|yhdist|entis)\w*",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-ZÅÄÖ])")
_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_CAPITAL = re.compile(r"\b[A-ZÅÄÖ][\w-]+")
_LONG, _CUT = 5, 2
#: No sentence is longer than this.
_LONGEST = 1000


def typed_figures(text: str, vocabulary: Vocabulary) -> list[str]:
    """Return one hint for each typed figure that is not the present one: "5 887 asukasta: luku on nyt 5 674".

    Parameters
    ----------
    text
        The running text of one paragraph; bound words in it are single characters.
    """
    hints = []
    sentences = (one for one in _SENTENCE.split(text) if len(one) <= _LONGEST and _DIGIT.search(one))
    for sentence in sentences:
        for typed, amount, name in _typed(sentence, vocabulary):
            figure = vocabulary.find(Word(name))
            if isinstance(figure, Figure) and _is_other(amount, figure, vocabulary, name):
                now = vocabulary.find(Word(name, "number"))
                if isinstance(now, Figure):
                    hints.append(f"{typed}: luku on nyt {now.text} ({{{name}}})")
    return hints


def _typed(sentence: str, vocabulary: Vocabulary) -> Iterator[tuple[str, Number, str]]:
    """Give what is typed, its number, and the indicator it stands beside."""
    if _is_of_others(sentence, vocabulary):
        return
    if INHABITANTS in vocabulary.words:
        for found in re.finditer(rf"(?P<number>{_NUMBER})[ \u00a0]asukasta\b(?!\s+koh)", sentence):
            amount = number(found["number"])
            if amount is not None and not _YEAR.search(sentence.replace(found[0], "")):
                yield " ".join(found[0].split()), amount, INHABITANTS
    for name, start, end in _named(sentence, vocabulary):
        found_after = _after(sentence[end:], name, vocabulary)
        if found_after and _stands_alone(sentence[:start], vocabulary):
            typed, amount = found_after
            yield f"{' '.join(sentence[start:end].split())} {typed}", amount, name


def _is_of_others(sentence: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a sentence is of a change, another time, or of others than the municipality."""
    if _ELSEWHERE.search(_without_names(sentence, vocabulary)) or "?" in sentence:
        return True
    own = {form.lower() for form in vocabulary.data.get("own_places", ())}
    others = tuple(name[:-1].lower() for name in vocabulary.data.get("other_places", ()) if len(name) > 2)
    names = [name.lower() for name in _CAPITAL.findall(sentence)]
    return any(name.startswith(others) and name not in own for name in names)


def _without_names(sentence: str, vocabulary: Vocabulary) -> str:
    """Return a sentence without the names of indicators in it: they may hold any word."""
    for _, start, end in reversed(list(_named(sentence, vocabulary))):
        sentence = sentence[:start] + sentence[end:]
    return sentence


def _named(sentence: str, vocabulary: Vocabulary) -> list[tuple[str, int, int]]:
    """Return where indicators are named, the longest name at each place; none that several share."""
    at: dict[int, list[tuple[int, str]]] = {}
    for name, one in vocabulary.words.items():
        for words in {one["subject"], one["title"]}:
            for found in _pattern(words).finditer(sentence):
                at.setdefault(found.start(), []).append((found.end(), name))
    places, last = [], 0
    for start in sorted(at):
        end = max(one for one, _ in at[start])
        names = {name for one, name in at[start] if one == end}
        if len(names) == 1 and start >= last:
            places.append((names.pop(), start, end))
        last = max(last, end)
    return places


@cache
def _pattern(words: str) -> re.Pattern[str]:
    """Return what finds an indicator's name in any case: long words without their ending."""
    parts = [
        rf"{re.escape(one[:-_CUT])}\w*" if len(one) > _LONG and one.isalpha() else re.escape(one)
        for one in words.split()
    ]
    whole = r"\s+".join(parts)
    return re.compile(rf"(?<![\w-]){whole}(?![\w-])", re.IGNORECASE)


def _after(rest: str, name: str, vocabulary: Vocabulary) -> tuple[str, Number] | None:
    """Return the number with its unit that follows a name at once."""
    unit = vocabulary.words[name]["unit"]
    names = sorted(vocabulary.data["units"][unit]["own"], key=len, reverse=True)
    listed = "|".join(re.escape(one).replace(r"\ ", r"\s+") for one in names)
    needed = "?" if unit in ("persons", "index", "coefficient", "ratio", "vktm", "dependency") else ""
    pattern = rf"{_BETWEEN}(?P<number>{_NUMBER})(?P<unit>[ \u00a0]?(?:{listed})(?!\w|-yks)){needed}{_END}"
    found = re.match(pattern, rest)
    amount = number(found["number"]) if found else None
    if found is None or amount is None:
        return None
    return " ".join((found["number"] + (found["unit"] or "")).split()), amount


def _stands_alone(before: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a name is not narrowed by the word before it: "nuorten työllisyysaste"."""
    words = before.split()
    if not words or words[-1][-1:] in ".:;,(–-|":
        return True
    last = words[-1].strip("*_\u201d\"'").lower()
    own = {form.lower() for form in vocabulary.data.get("own_places", ())}
    return last in own | {
        "kunnan",
        "kaupungin",
        "kuntamme",
        "ja",
        "mutta",
        "koska",
        "että",
        "kun",
        "nykyinen",
    }


def _is_other(amount: Number, figure: Figure, vocabulary: Vocabulary, name: str) -> bool:
    """Tell whether a number is near the present figure but no figure of the indicator today."""
    if figure.value is None or not figure.value:
        return False
    if abs(amount.value - figure.value) > _NEAR * abs(figure.value):
        return False
    return not any(_same(amount, one) for one in vocabulary.values(name))


def _same(amount: Number, value: Decimal) -> bool:
    """Tell whether a number is a figure rounded as it was typed: "5 700" of 5 674, "12" of 12,3."""
    digits = amount.value.normalize()
    places = Decimal(1).scaleb(int(digits.as_tuple().exponent))
    finest = min(places, Decimal(1).scaleb(-len(amount.typed.partition(",")[2])))
    return any(value.quantize(one, rounding=ROUND_HALF_UP) == amount.value for one in (places, finest))

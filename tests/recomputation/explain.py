"""Say whether a number of the report is explained: by a number of the workbook, a period, or a declared text.

Nothing else explains a number but the short list `OTHER_NUMBERS`, each with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from recomputation.expected import printed
from recomputation.finished import Line
from recomputation.page import MINUS, NBSP, Passage, Token, tokens

#: Keys of the declarations whose values are printed as they stand.
TEXT_KEYS = frozenset({
    "title", "short", "definition", "intro", "note", "text", "brochure", "law", "caveats", "table",
    "table_id", "vintage", "subject", "level", "positive", "negative", "higher", "lower", "licence",
    "season", "name", "named",
})  # fmt: skip
MONTHS = (
    "tammikuu", "helmikuu", "maaliskuu", "huhtikuu", "toukokuu", "kesäkuu",
    "heinäkuu", "elokuu", "syyskuu", "lokakuu", "marraskuu", "joulukuu",
)  # fmt: skip
#: Texts with numbers that are neither figures nor declared in the theme files, and why they are there.
OTHER_NUMBERS = (
    (rf"/ 1{NBSP}000 as\.", "the unit of rates per thousand inhabitants"),
    (r"2024 = 100", "the base of the index"),
    (rf"95{NBSP}%:n (?:luottamus)?väli|99,8 prosentin|98 prosentin", "the levels of intervals and trends"),
    (rf"400[ {NBSP}]%:n suurennoksella", "how far the page was enlarged in its tests"),
    (r"kuntalaki 410/2015, 118 §", "the law"),
    (rf"arviointimenettelyn 6{NBSP}kriteeristä", "the number of criteria of section 118"),
    (rf"\(9{NBSP}verrokkia\)", "the number of peers, the same for all members"),
    (
        r"[Aa]lle 15 v\.|[Aa]lle 15-vuotiaiden|65\+ v\.|65 vuotta täyttäneiden|15 vuotta täyttän",
        "age limits of the peers' properties",
    ),
    (r"0 tarkoittaisi kaikissa ominaisuuksissa samanlaista", "what a distance of zero would mean"),
)


def written(value: float, decimals: int) -> str:
    """Write a number without its sign as Finnish text does."""
    text = f"{abs(printed(value, decimals)):,f}"
    return text.replace(",", NBSP).replace(".", ",")


@dataclass
class Explanations:
    """Hold what may stand in one section: numbers as written, places, years and months."""

    plain: set[str] = field(default_factory=set)
    rising: set[str] = field(default_factory=set)
    falling: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)
    years: set[str] = field(default_factory=set)
    months: set[str] = field(default_factory=set)

    def add(self, line: Line) -> None:
        for period in line.period.split("-"):
            if period:
                self.years.add(period[:4])
                if "M" in period:
                    self.months.add(f"{int(period[5:])}/{period[:4]}")
        if line.value is None:
            return
        text = written(line.value, line.decimals)
        self.plain.add(text)
        (self.falling if printed(line.value, line.decimals) < 0 else self.rising).add(text)
        if line.of is not None:
            self.plain |= {str(line.of), str(line.n)}
            first = line.n if line.n is not None else line.value
            self.places.add(f"{first:.0f}/{line.of}")

    def explain(self, token: Token) -> bool:
        """Tell whether a number may stand here."""
        text = token.text
        if token.kind == "month":
            return text in self.months
        if token.kind == "place":
            return text in self.places
        if token.kind == "number":
            if text.startswith(MINUS):
                return text[1:] in self.falling
            if text.startswith("+"):
                return text[1:] in self.rising
            return text in self.plain or text in self.years
        return False


def explanations(lines: Iterable[Line]) -> Explanations:
    """Gather what the lines explain."""
    found = Explanations()
    for line in lines:
        found.add(line)
    return found


def declared_texts(*files: Path) -> list[str]:
    """Return the texts with a digit that are printed as declared, cut at their placeholders, longest first.

    Codes, periods and selections are no texts: only what stands under the keys `TEXT_KEYS`. A closing full
    stop or parenthesis may be left out.
    """
    yaml = YAML(typ="safe")
    pieces = {
        " ".join(piece.split()).removesuffix(".").removesuffix(")")
        for file in files
        for text in _texts(yaml.load(file.read_text(encoding="utf-8")), inside=False)
        for piece in re.split(r"\{\w+\}", text)
        if re.search(r"\d", piece) and not piece.strip().isdigit()
    }
    return sorted(pieces, key=len, reverse=True)


def _texts(content: Any, *, inside: bool) -> Iterator[str]:
    if isinstance(content, str) and inside:
        yield content
    elif isinstance(content, dict):
        yield from _joint_texts(content)
        for key, part in content.items():
            yield from _texts(part, inside=key in TEXT_KEYS)
    elif isinstance(content, list):
        for part in content:
            yield from _texts(part, inside=inside)


def _joint_texts(content: dict[str, Any]) -> Iterator[str]:
    """Give the texts that are printed from two keys together."""
    if "title" in content and "note" in content and "period" in content:  # a break
        yield f"{content['title']} ({content['period']})"
    if "number" in content and "title" in content:  # a theme
        yield f"{content['number']} {content['title']}"
    if "periods" in content and "sha256" in content:  # a table of the manifest
        newest = content["periods"][1]
        year, _, month = newest.partition("M")
        yield f"uusin tieto {MONTHS[int(month) - 1]} {year}" if month else f"uusin tieto {year}"
    if "vintage" in content:  # what a table covers, as a column of its own: "2015 ja 2019", "1/2006–10/2023"
        yield from _covered(content["vintage"])


def _covered(vintage: str) -> Iterator[str]:
    """Give the years of a vintage without the words around them, months as numbers, part by part."""
    text = re.sub(r"\b(?:vuosina|vuonna)\s", "", vintage)
    for number, name in enumerate(MONTHS, start=1):
        text = re.sub(rf"\b{name}(?:sta|hun|ssa)\s(\d{{4}})", rf"{number}/\1", text)
    yield re.sub(r"(?<=/\d{4})\s(?=\d)", "–", text)


def pattern_of(texts: Sequence[str]) -> re.Pattern[str]:
    """Make one pattern that finds texts verbatim; spaces may be line breaks, the first letter raised."""
    found = []
    for text in texts:
        first = f"[{re.escape(text[0] + text[0].swapcase())}]"
        found.append(first + r"\s+".join(re.escape(word) for word in text[1:].split(" ")))
    return re.compile(rf"(?<![\w{NBSP},{MINUS}+])(?:{'|'.join(found)})(?!\w)")


def unexplained(passage: Passage, declared: re.Pattern[str], allowed: Explanations) -> list[Token]:
    """Return the numbers of a passage that nothing explains."""
    rest = declared.sub(" ", passage.text)
    for pattern, _ in OTHER_NUMBERS:
        rest = re.sub(pattern, " ", rest)
    return [token for token in tokens(rest) if not allowed.explain(token)]


def is_tick(token: Token, others: Sequence[Token]) -> bool:
    """Tell whether a number is an axis label: a multiple of a round step, with a neighbour a step away."""
    numbers = {number for one in others if (number := _number(one)) is not None}
    mine = _number(token)
    if mine is None:
        return False
    steps = {abs(mine - other) for other in numbers if other != mine}
    return any(_is_round(step) and mine % step == 0 for step in steps)


def _number(token: Token) -> Decimal | None:
    if token.kind != "number":
        return None
    return Decimal(token.text.replace(NBSP, "").replace(",", ".").replace(MINUS, "-"))


def _is_round(step: Decimal) -> bool:
    """Tell whether a step is 1, 2, 2.5 or 5 times a power of ten."""
    digits = step.normalize().as_tuple().digits
    return digits in {(1,), (2,), (2, 5), (5,)}

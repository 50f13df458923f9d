"""Read one cell as a figure: Finnish and English ways of writing numbers, marks of missing ones, footnotes.

Does not know where the cell stands (layout.py) and never guesses: what can be read in two ways is a fault.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import Literal

from uso_lib.plain_text import visible

Cell = str | float | bool | date | datetime | time | timedelta
Decimal = Literal[",", "."]

#: Text that reading.py puts where a workbook has a formula but no calculated value.
UNCALCULATED = "="
#: Marks of missing figures in any table; a lone dash follows the content's own policy.
MISSING = {
    ".": ".", "..": "..", "...": "...", "…": "...", "....": "..", ".....": "..", "......": "..",
    "n/a": "..", "#n/a": "..", "#puuttuu!": "..", "na": "..", "n.a.": "..", "nan": "..", "null": "..",
    "tyhjä": "..", "puuttuu": "..", "ei tietoa": "..", "ei tiedossa": "..", "tieto puuttuu": "..",
}  # fmt: skip
NIL = frozenset("-–—−‐‑‒")
SPREADSHEET_ERROR = re.compile(r"#[\w/]+[!?]?|#N/A")
SOFT_HYPHEN = "\u00ad"
MINUS = str.maketrans(dict.fromkeys("–−‒﹣－‐‑", "-"))
FOOTNOTE = re.compile(r"(?:\s+(?:\d{1,2}|[a-zA-Z])\)|\s*[¹²³⁰⁴-⁹]+⁾?\)?|\s*\*+\))$")
LONGEST = 60


@dataclass(frozen=True)
class Fault:
    """Say why a cell cannot be read: a reason and a way out, as in a problem."""

    reason: str
    hint: str = ""


@dataclass(frozen=True)
class Figure:
    """Hold one figure as read: null with a mark of missing ones, or a value with "", "-" or "*"."""

    value: float | None
    symbol: str = ""
    footnote: str = ""


@dataclass(frozen=True)
class Notation:
    """Say how a file writes figures.

    Parameters
    ----------
    decimal, thousands
        Marks in figures written as text; spaces always separate thousands.
    missing
        Further marks of missing figures, in lower case → kind.
    provisional
        Mark beside provisional figures.
    footnotes
        Whether footnote marks are dropped; otherwise they are faults.
    """

    decimal: Decimal = ","
    thousands: Decimal | None = None
    missing: Mapping[str, str] = field(default_factory=dict)
    provisional: str = "*"
    footnotes: bool = True


@lru_cache(maxsize=2**14)
def plain(text: str) -> str:
    """Return a text without invisible signs and with single ordinary spaces."""
    return " ".join(visible(unicodedata.normalize("NFC", text)).replace(SOFT_HYPHEN, "").split())


def split_footnote(text: str) -> tuple[str, str]:
    """Split a footnote mark off the end of a text: "1 234 1)" → "1 234" and "1)".

    A number in front of a parenthesis is a footnote only after a space, or raised: "12,51)" is none.
    """
    match = FOOTNOTE.search(text, max(len(text) - LONGEST, 0))
    return (text[: match.start()].rstrip(), match[0].strip()) if match and match.start() else (text, "")


def is_empty(cell: Cell | None) -> bool:
    """Tell whether a cell holds nothing but spaces."""
    return cell is None or (isinstance(cell, str) and not plain(cell))


def read_figure(
    cell: Cell | None, notation: Notation, *, unit: str = "", nil: Literal["zero", "missing"] = "zero"
) -> Figure | Fault | None:
    """Read a cell as a figure.

    Parameters
    ----------
    unit
        Unit of the content; a percent or euro sign is accepted in figures of that unit.
    nil
        What a lone dash means.

    Returns
    -------
    Figure, Fault or None
        None for an empty cell: nothing is claimed about it.
    """
    if cell is None or is_empty(cell):
        return None
    if isinstance(cell, bool):
        return Fault("a truth value stands where a figure should", "write a number")
    if isinstance(cell, int | float):
        return Figure(float(cell)) if math.isfinite(cell) else Fault("the number is not finite")
    if not isinstance(cell, str):
        reason = f"the spreadsheet has made a date or time of it ({_shown(cell)})"
        return Fault(reason, "format the cells as numbers and write the figure again")
    text = plain(cell)
    mark = text.casefold()
    missing = notation.missing.get(mark) or MISSING.get(mark)
    if missing:
        return Figure(None, missing)
    if text in NIL:
        return Figure(0.0, "-") if nil == "zero" else Figure(None, "..")
    if text == UNCALCULATED:
        reason = "the formula has no calculated value"
        return Fault(reason, "open the workbook in a spreadsheet, let it calculate, and save it")
    if SPREADSHEET_ERROR.fullmatch(text):
        return Fault(f"the spreadsheet shows the error {text}", "correct its formula or write a figure")
    return _read_text(text, notation, unit)


def find_decimal(texts: Iterable[str]) -> Decimal | Fault:
    """Find which decimal mark a file's figures have.

    Parameters
    ----------
    texts
        The cells of figures that are text.

    Returns
    -------
    "," , "." or Fault
        A fault when every figure with a mark could be read in two ways (1.234 or 1,234). A comma when no
        figure has a mark. Where both marks occur, the more frequent: the others become faults of their cells.
    """
    certain = {",": 0, ".": 0}
    unclear = ""
    for text in texts:
        core = split_footnote(plain(text))[0].translate(MINUS).lstrip("+- ").rstrip("*%€ ")
        mark = next((sign for sign in reversed(core) if sign in ",."), "")
        if not mark or not core[0].isdigit():
            continue
        if core.count(mark) > 1:
            certain["," if mark == "." else "."] += 1
        elif ("." if mark == "," else ",") in core or not re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", core):
            certain[mark] += 1
        else:
            unclear = unclear or core
    if not any(certain.values()) and unclear:
        reason = f"{unclear} may be a decimal figure or a whole number with a thousands mark"
        mark = "," if "," in unclear else "."
        return Fault(reason, f'write decimal: "{mark}" or thousands: "{mark}" in the mapping')
    return "." if certain["."] > certain[","] else ","


def _read_text(text: str, notation: Notation, unit: str) -> Figure | Fault:
    """Read a text that is no mark as a number with what may stand beside it."""
    rest, footnote, provisional = text, "", False
    for _ in range(2):
        if rest.endswith((notation.provisional, f"{notation.provisional})")):
            rest = rest.removesuffix(")").removesuffix(notation.provisional).rstrip()
            provisional = True
        elif not footnote:
            rest, footnote = split_footnote(rest)
    if rest.startswith("*"):
        rest, provisional = rest[1:].lstrip(), True
    rest = _without_unit(rest, unit)
    value = parse_number(rest, notation.decimal, notation.thousands)
    if value is None:
        return Fault(f'"{text[:LONGEST]}" is not a number', _number_hint(rest, notation))
    if footnote and not notation.footnotes:
        return Fault(f"a footnote mark {footnote} stands beside the figure", "remove it")
    return Figure(value, "*" if provisional else "", footnote)


def _without_unit(text: str, unit: str) -> str:
    """Take the sign of the content's own unit off a number."""
    sign = "%" if "%" in unit else "€" if "euro" in unit or "€" in unit else None
    return text.removesuffix(sign).rstrip() if sign else text


def parse_number(text: str, decimal: Decimal, thousands: Decimal | None = None) -> float | None:
    """Return the number a text writes, None when it writes none or may write two.

    Parameters
    ----------
    text
        Digits with sign, decimal mark, spaces between thousands and exponent.
    thousands
        Mark between thousands besides the space; without it a mark that is not the decimal one is accepted
        only where it cannot be taken for one (1.234.567 and 1.234,5, but not 1.234).
    """
    if len(text) > LONGEST:
        return None
    clean = plain(text).translate(MINUS)
    match = re.fullmatch(_number_form(decimal, grouped=bool(thousands)), clean)
    if match is None:
        return None
    digits = re.sub(r"[ .,]", "", match["whole"] or match["grouped"])
    written = f"{match['sign']}{digits}.{match['fraction'] or match['rest'] or 0}{match['exponent'] or ''}"
    value = float(written)
    return value if math.isfinite(value) else None


@cache
def _number_form(decimal: Decimal, *, grouped: bool) -> str:
    """Return the form of a number; with `grouped` a mark between thousands is accepted anywhere."""
    point, other = re.escape(decimal), re.escape("." if decimal == "," else ",")
    groups = rf"[0-9]{{1,3}}(?:{other}[0-9]{{3}})"
    wholes = ("[0-9]+", "[0-9]{1,3}(?: [0-9]{3})+", groups + ("+" if grouped else "{2,}"))
    plainly = rf"(?P<whole>{'|'.join(wholes)})(?:{point}(?P<fraction>[0-9]+))?"
    clearly = rf"(?P<grouped>{groups}+){point}(?P<rest>[0-9]+)"
    return rf"(?P<sign>[-+]?) ?(?:{plainly}|{clearly})(?P<exponent>[eE][-+]?[0-9]{{1,3}})?"


def _number_hint(text: str, notation: Notation) -> str:
    """Say how to correct a text that is almost a number."""
    other: Decimal = "." if notation.decimal == "," else ","
    if parse_number(text, other) is not None:
        mark = notation.decimal
        return f'the decimal mark of this file is "{mark}"; write it so, or set decimal in the mapping'
    if re.fullmatch(r".*[0-9]\d{0,1}\)", text):
        return "put a space between the figure and its footnote mark"
    if "%" in text:
        return "remove the percent sign: the figures are not percentages"
    return "write a number, leave the cell empty, or use a mark of a missing figure (.. or ...)"


def _shown(cell: date | datetime | time | timedelta) -> str:
    """Return a date as Finns write it, other times as they are."""
    return f"{cell.day}.{cell.month}.{cell.year}" if isinstance(cell, date) else str(cell)

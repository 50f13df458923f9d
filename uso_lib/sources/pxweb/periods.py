"""Read a service's periods: years, months and quarters, written as codes or only as texts.

Does not know which variable holds them (resolve.py) and does not add them up (yearly.py).
"""

from __future__ import annotations

import re

_PERIOD = re.compile(r"((?:18|19|20|21)\d\d)(?:(M)(0[1-9]|1[0-2])|(Q)([1-4]))?", re.IGNORECASE)
_YEAR_AT_END = re.compile(r".*\D((?:19|20)\d\d)\*?")
#: Parts of a complete year by the letter of its periods.
PARTS = {"M": 12, "Q": 4}


def period_of(code: str, text: str) -> str | None:
    """Return the period of a code, or of its text when the code is only a number in order.

    Returns
    -------
    str or None
        "2025", "2026M06", "2023Q1"; None when neither reads as a period.
    """
    for written in (code, text):
        if found := _PERIOD.fullmatch(written.strip().rstrip("*").strip()):
            year, _, month, _, quarter = found.groups()
            return f"{year}M{month}" if month else f"{year}Q{quarter}" if quarter else str(year)
    return None


def is_provisional(text: str) -> bool:
    """Return whether the text of a period says that its figures are provisional: "2024*"."""
    return text.strip().endswith("*")


def year_in(title: str) -> str | None:
    """Return the year a content's title ends with, for tables that have no periods: "Väkiluku, 2016"."""
    found = _YEAR_AT_END.fullmatch(title.strip())
    return found[1] if found else None


def is_since(period: str, since: str) -> bool:
    """Return whether a period ends in or after the first one asked for ("2020" or "2020M03")."""
    return _last_month(period) >= (int(since[:4]), int(since[5:] or 1))


def fineness(period: str) -> str:
    """Return "M" of a month, "Q" of a quarter and "" of a year."""
    return period[4:5]


def _last_month(period: str) -> tuple[int, int]:
    part = int(period[5:] or 12)
    return int(period[:4]), part * 3 if fineness(period) == "Q" else part

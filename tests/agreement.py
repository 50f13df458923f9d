"""Read the numbers of Finnish text, and write text so that expectations can be typed."""

from __future__ import annotations

import re

from uso_lib.presentation.words.finnish import MINUS, NBSP

NUMBER = re.compile(r"\d{1,3}(?:\u00a0\d{3})+(?:,\d+)?|\d+(?:,\d+)?")
#: Years and months, and durations counted from them, are periods, not figures.
PERIOD = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}/(?:19|20)\d\d\b")


def plain(text: str) -> str:
    """Return text with ordinary spaces and hyphens, so that expectations can be typed."""
    return text.replace(NBSP, " ").replace(MINUS, "-")

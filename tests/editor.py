"""Say what an editor would mark in a generated Finnish sentence: form only, never what it claims."""

from __future__ import annotations

import re

from uso_lib.presentation.words.finnish import MINUS, NBSP
from uso_lib.presentation.words.units import UNITS

_NOUNS = {(words.noun[0], words.noun[1]) for words in UNITS.values() if words.noun[0]}
_NOUNS |= {(words.gap[0], words.gap[1]) for words in UNITS.values() if words.gap[0]}
_NOUNS |= {("kunta", "kuntaa"), ("verrokki", "verrokkia")}
_SINGULAR = "|".join(sorted(one for one, _ in _NOUNS))
_PARTITIVE = "|".join(sorted(several for _, several in _NOUNS))
_SPACE = rf"[ {NBSP}]"
#: What is wrong → where it shows.
FAULTS = {
    "a placeholder": r"[{}]|\bNone\b|\bnan\b|\binf\b",
    "two spaces": rf"{_SPACE}{{2}}",
    "a space at an edge": rf"^{_SPACE}|{_SPACE}$",
    "a space inside brackets": rf"\({_SPACE}|{_SPACE}\)|\(\)",
    "a space before punctuation": rf"{_SPACE}[,.;:]",
    "punctuation twice": r"[,;:]\s*[,;:.]|\.\.",
    "no capital or number at the start": r"^[^A-ZÅÄÖ0-9]",
    "no full stop at the end": r"[^.]$",
    "a decimal point": r"\d\.\d",
    "a hyphen for a minus": r"(?<![\w–])-\d",
    "a signed zero": rf"[+{MINUS}]0(?:,0+)?(?![\d,])",
    "two signs": rf"[+{MINUS}]{{2}}",
    "one of several": rf"(?<![\d{NBSP},/–])1{NBSP}(?:{_PARTITIVE})(?!\w)",
    "several of one": rf"(?<!\d)(?!1{NBSP}(?:{_SINGULAR}))\d[\d,]*{NBSP}(?:{_SINGULAR})(?!\w)",
    "a rounding that everyone knows of": r"\bnoin\b",
}  # fmt: skip


def faults(text: str) -> list[str]:
    """Return what is wrong with a text of whole sentences, with the text itself."""
    return [f"{name}: {text!r}" for name, pattern in FAULTS.items() if re.search(pattern, text)]


def sentence_faults(text: str) -> list[str]:
    """Return what is wrong with one sentence: it must not be two."""
    inside = re.search(r"\.\s+[A-ZÅÄÖ]", re.sub(r"\b(?:v|as|p)\.", " ", text))
    return [*faults(text), *([f"two sentences: {text!r}"] if inside else [])]

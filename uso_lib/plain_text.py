"""Know the characters no reader sees: name them where texts enter, take them out where texts are shown.

Control characters, marks that turn the direction of text, zero-width characters and halves of characters make
two names look alike, a file name look like another, or a file impossible to write. Does not know where a text
comes from.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

#: Texts of parameters and declarations are shorter; names are much shorter.
LONGEST_TEXT, LONGEST_NAME = 5_000, 120
#: Characters that part words or lines without being a space, a tab or an ordinary end of a line.
_PARTING = re.compile("[\x0b\x0c\x1c-\x1f\x85\u2028\u2029]")
_UNSEEN = re.compile(
    "["
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # control characters
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"  # direction of text
    "\u180b-\u180e\u200b-\u200d\u2060-\u2065\ufeff"  # zero width
    "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"  # fillers
    "\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e0fff"  # annotations, tags
    "\ud800-\udfff"  # halves of characters
    "]"
)
#: Spaces that do not break are none of these: they stay.
_SPACES = re.compile(r"[ \t\r\n]+")
#: Spaces between the thousands of a number and before its sign; years are no thousands.
_INSIDE_NUMBERS = re.compile(r"(?<![\d,])(\d{1,3}) (?=\d{3}(?!\d))|(\d) (?=[%‰€])")
_TERMINAL_COLOUR = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])")


def visible(text: str) -> str:
    """Return a text without what no reader sees; line ends and tabs stay, soft hyphens too."""
    return _UNSEEN.sub("", _PARTING.sub(" ", _TERMINAL_COLOUR.sub("", text)))


def visible_throughout(data: Any) -> Any:
    """Return plain data (dicts, lists, values) with every text in it made visible."""
    if isinstance(data, str):
        return visible(data)
    if isinstance(data, dict):
        return {visible(str(key)): visible_throughout(value) for key, value in data.items()}
    return [visible_throughout(one) for one in data] if isinstance(data, list | tuple) else data


def one_line(text: str, *, longest: int = LONGEST_TEXT) -> str:
    """Return a text on one line with single spaces, cut at a greatest length."""
    line = " ".join(part for part in _SPACES.split(visible(text)) if part)
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def unbroken(text: str) -> str:
    """Return a text in which no line breaks inside a number: "1 000", "12 %" with no-break spaces."""
    return _INSIDE_NUMBERS.sub(lambda found: f"{found[1] or found[2]}\u00a0", text)


def fault_in(text: str, *, longest: int = LONGEST_TEXT) -> tuple[str, str] | None:
    """Say what is wrong with a text that a person wrote, and the way out; None when it is sound."""
    found = _UNSEEN.search(text) or _PARTING.search(text)
    if found:
        return f"the text holds {_named(found[0])}, which no reader sees", "write the text again by hand"
    if len(text) > longest:
        reason = f"the text has {len(text)} characters"
        return reason, f"write at most {longest}"
    return None


def _named(character: str) -> str:
    """Return a character's number and name, as people look it up."""
    code = ord(character)
    name = unicodedata.name(character, "")
    kind = "half of a character" if 0xD800 <= code <= 0xDFFF else "a control character"
    return f"U+{code:04X} ({name.capitalize() if name else kind})"

"""Tell what an unquoted text of a YAML file means: nothing, a truth value, a number, or itself.

Does not read files (strict_yaml.py).
"""

from __future__ import annotations

import re
from typing import Any

NULL = frozenset({"", "~", "null", "Null", "NULL"})
TRUE, FALSE = frozenset({"true", "True", "TRUE"}), frozenset({"false", "False", "FALSE"})
INTEGER = re.compile(r"[-+]?[0-9]{1,200}")
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
LEADING_ZERO = re.compile(r"[-+]?0[0-9_]+")
BOUNDLESS = r"[-+]?[0-9.]{200,}([eE].*)?|[-+]?[0-9.]+[eE][-+]?[0-9]{3,}"
OTHER_NUMBER = re.compile(rf"0o[0-7]+|0x[0-9a-fA-F]+|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)|{BOUNDLESS}")


def typed(text: str) -> Any:
    """Return the core schema's value of an unquoted text."""
    if text in NULL:
        return None
    if text in TRUE or text in FALSE:
        return text in TRUE
    if INTEGER.fullmatch(text):
        return int(text)
    return float(text) if FLOAT.fullmatch(text) else text

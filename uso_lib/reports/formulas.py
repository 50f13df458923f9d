"""Know what a spreadsheet could take for a formula.

Does not write any file.
"""

from __future__ import annotations

#: Beginnings of formulas, with the full-width and small signs of East Asian keyboards and the minus sign.
FORMULA_STARTS = tuple("=+-@\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b\u2212")
#: What may stand in front of such a sign without hiding it.
_PASSED_OVER = " \t\r\n\N{NO-BREAK SPACE}\N{IDEOGRAPHIC SPACE}'\"`"


def looks_like_formula(text: str) -> bool:
    """Tell whether a spreadsheet could take a text for a formula; a lone mark such as "-" is none."""
    return len(text) > 1 and text.lstrip(_PASSED_OVER).startswith(FORMULA_STARTS)


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula, with an apostrophe in front where it might."""
    return f"'{text}" if looks_like_formula(text) else text

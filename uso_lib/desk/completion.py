"""Complete the names inside the quotes of a situation's calls when the Tab key is pressed in a notebook.

Does nothing outside IPython, and does not complete anything that is not a call of a situation.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

#: A call whose argument is being typed: method, and what was typed within the open quotes.
_CALL = re.compile(
    r"\.(?P<method>section|intro|rows|row|figure|compare|with_peers)\("
    r"(?P<before>(?:[^()\"']|\"[^\"]*\"|'[^']*')*)"
    r"(?P<quote>[\"'])(?P<typed>[^\"']*)$"
)
_KIND = re.compile(r"kind\s*=\s*$")

Names = Mapping[str, Sequence[str]]


def completions(line: str, names: Names) -> list[str]:
    """Return the names that fit what was typed up to the cursor, none outside a call's quotes.

    Parameters
    ----------
    line
        The cell's text up to the cursor.
    names
        Method, or ``kind``, → the names it takes.
    """
    found = _CALL.search(line)
    if found is None:
        return []
    wanted = "kind" if _KIND.search(found["before"]) else found["method"]
    typed = found["typed"].casefold()
    return [name for name in names.get(wanted, ()) if name.casefold().startswith(typed)]


def typed_part(line: str) -> str:
    """Return what stands within the open quotes at the end of a line."""
    found = _CALL.search(line)
    return found["typed"] if found else ""


def complete_in_notebook(names: Names) -> bool:
    """Let the running notebook complete these names; False when no notebook is running."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    completer = getattr(shell, "Completer", None)
    matchers = getattr(completer, "custom_matchers", None)
    if matchers is None:
        return False
    matchers[:] = [one for one in matchers if getattr(one, "matcher_identifier", "") != _IDENTIFIER]
    matchers.append(_matcher(names))
    return True


_IDENTIFIER = "uso.situation"


def _matcher(names: Names) -> Callable[[Any], dict[str, Any]]:
    """Return a matcher as IPython calls it."""
    from IPython.core.completer import SimpleCompletion, context_matcher

    def match(context: Any) -> dict[str, Any]:
        above = context.full_text.split("\n")[: context.cursor_line]
        typed = "\n".join([*above, context.text_until_cursor])
        found = completions(typed, names)
        return {
            "completions": [SimpleCompletion(text=one, type="uso") for one in found],
            "matched_fragment": typed_part(typed),
            "suppress": bool(found),
        }

    matcher: Callable[[Any], dict[str, Any]] = context_matcher(identifier=_IDENTIFIER)(match)
    return matcher

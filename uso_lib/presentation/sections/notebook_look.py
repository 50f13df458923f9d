"""Give a view the report's look in a notebook, where the report's own style sheet does not reach.

Does not change what a view says. The report takes nothing of this: its exporter leaves out style sheets and
elements it does not know, as an editor does with the outputs of a notebook that it does not trust.
"""

from __future__ import annotations

import re
from functools import cache

from uso_lib.presentation.sections.templating import TEMPLATES

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
#: Spaces that mean nothing; one before a colon means a descendant.
_SPACES = re.compile(r"\s*([{};,>])\s*")


def dressed(html: str) -> str:
    """Return a view's HTML with the style sheet of views, within an element of its own.

    Every view carries the sheet: an editor takes cells that are out of sight off the page.
    """
    return f"<uso-view><style>{_style()}</style>{html}</uso-view>"


@cache
def _style() -> str:
    """Return the style sheet without what only its readers need."""
    text = _COMMENT.sub("", (TEMPLATES / "notebook.css").read_text(encoding="utf-8"))
    return _SPACES.sub(r"\1", text.strip()).replace(": ", ":").replace(";}", "}")

"""Say in one line that a name needs quotes when a notebook's code uses it without: situation.section(talous).

Does nothing outside IPython, and leaves every other mistake to it.
"""

from __future__ import annotations

import sys
from collections.abc import Collection
from types import TracebackType
from typing import Any


def tell_unquoted(names: Collection[str]) -> bool:
    """Let the running notebook tell of these names in one Finnish line; False when no notebook is running."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None:
        return False
    known = frozenset(names)

    def tell(
        shell: Any, kind: type[NameError], problem: NameError, trace: TracebackType, tb_offset: Any = None
    ) -> None:
        if problem.name in known:
            shell._showtraceback(kind, problem, [f'Kirjoita nimi lainausmerkkeihin: "{problem.name}".'])
        else:
            shell.showtraceback((kind, problem, trace), tb_offset=tb_offset, running_compiled_code=True)

    shell.set_custom_exc((NameError,), tell)
    return True

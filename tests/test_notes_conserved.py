"""The other half of the sequences of test_notes_conservation.py, so that two processes share them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from notes_world import PARTS, played_part


@pytest.mark.parametrize("part", range(1, PARTS, 2))
def test_no_word_is_lost_and_none_appears_twice(part: int, tell: Callable[[str, object], None]) -> None:
    steps = played_part(part)
    tell(f"part {part}: reports, crashes", (steps["report"], steps["killed"]))

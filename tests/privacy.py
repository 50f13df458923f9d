"""What the privacy tests share: the rules are those of the run itself (uso_lib/reports/leaks.py)."""

from __future__ import annotations

import json
from pathlib import Path

from uso_lib.reports.leaks import LETTERS_TO, Secret, leaks, secrets_of_this_machine

__all__ = ["Secret", "addresses_in", "as_json", "leaks", "secrets_of_this_machine"]


def addresses_in(folder: Path) -> set[str]:
    """Return the e-mail addresses that stand in parameter files, which their owners chose to share."""
    files = sorted(folder.glob("*.yml"))
    return {match.decode() for file in files for match in LETTERS_TO.findall(file.read_bytes())}


def as_json(content: object) -> bytes:
    """Return JSON with every letter outside ASCII escaped, the form that hides most."""
    return json.dumps(content, ensure_ascii=True).encode()

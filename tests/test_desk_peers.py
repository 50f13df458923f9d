"""Changing peers at the desk: shown at once, saved with every comment kept, never by a report run."""

from __future__ import annotations

from pathlib import Path

import pytest

from uso_lib.parameter_writing import ORIGIN_END, change_peers
from uso_lib.regions import load_regions
from uso_lib.workspace import Workspace

REGIONS = load_regions()
JUVA = REGIONS.find("Juva")
BY_HAND = """\
# Juva by Maija

municipality: Juva
peers:  # nine
  # chosen in the workshop of May
  - Kemi  # same employment area
  # the biggest of the north
  - Oulu
  - "020"   # by code
  # Vaasa was too far

# what the council asked for
first_year: 2005
"""
CHANGED = """\
# Juva by Maija

municipality: Juva
peers:  # nine
  # chosen in the workshop of May
  - Vaasa
  # the biggest of the north
  - Oulu
  # Kemi  # same employment area
  # Akaa   # by code
  # Vaasa was too far

# what the council asked for
first_year: 2005
"""
BY_RULE = f"""\
municipality: Juva
peers:
  # The nearest by the neutral rule.
  # {ORIGIN_END}
  # mine, of Kemi
  - Kemi
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "parameters").mkdir()
    return Workspace(tmp_path)


def change(workspace: Workspace, before: str, *names: str) -> str:
    file = workspace.parameters / "juva.yml"
    file.write_text(before, encoding="utf-8")
    peers = [REGIONS.find(name) for name in names]
    assert change_peers(workspace, JUVA, peers, regions=REGIONS) == file
    return file.read_text(encoding="utf-8")


def test_every_comment_stays(workspace: Workspace) -> None:
    assert change(workspace, BY_HAND, "Vaasa", "Oulu") == CHANGED


def test_changing_to_the_same_changes_nothing(workspace: Workspace) -> None:
    assert change(workspace, CHANGED, "Vaasa", "Oulu") == CHANGED


def test_only_what_a_rule_said_of_itself_goes(workspace: Workspace) -> None:
    after = change(workspace, BY_RULE, "Oulu", "Kemi")
    assert after == "municipality: Juva\npeers:\n  - Oulu\n  # mine, of Kemi\n  - Kemi\n"
    assert change(workspace, BY_RULE, "Oulu") == "municipality: Juva\npeers:\n  - Oulu\n  # mine, of Kemi\n"


@pytest.mark.parametrize("before", ["municipality: Juva\n", "peers: [Oulu, Kemi]\nmunicipality: Juva\n"])
def test_lists_of_other_forms_are_replaced(workspace: Workspace, before: str) -> None:
    assert "peers:\n  - Vaasa\n" in change(workspace, before, "Vaasa")

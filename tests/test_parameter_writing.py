"""Writing peers into a member's file: everything else stays as the consultant left it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uso_lib.errors import InputErrors
from uso_lib.parameter_writing import ORIGIN_END, write_peers
from uso_lib.regions import Municipality, load_regions
from uso_lib.strict_yaml import read_yaml
from uso_lib.workspace import Workspace

REGIONS = load_regions()
JUVA = REGIONS.find("Juva")
FILE = """\
# Juva by Maija

municipality: Juva  # not Jokioinen

# my thoughts on the peers
peers:  # nine
  # an old rule, two
  # lines of it
  - Kemi  # same employment area
  # the biggest of the north
  - Uleåborg
  - "020"   # by code

# what the council asked for
first_year: 2005
themes: [vaesto,   'talous']
"""
EXPECTED = """\
# Juva by Maija

municipality: Juva  # not Jokioinen

# my thoughts on the peers
peers:  # nine
  # a new rule
  # of May
  # You may change these peers; delete these lines when you do.
  # the biggest of the north
  - Oulu
  - Vaasa
  - Kemi  # same employment area

# what the council asked for
first_year: 2005
themes: [vaesto,   'talous']
"""


def named(*names: str) -> list[Municipality]:
    return [REGIONS.find(name) for name in names]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "parameters").mkdir()
    return Workspace(tmp_path)


def write(workspace: Workspace, *names: str, origin: tuple[str, ...] = ("a new rule", "of May")) -> str:
    return write_peers(workspace, JUVA, named(*names), origin=origin, regions=REGIONS).read_text(
        encoding="utf-8"
    )


def present(workspace: Workspace, text: str) -> Path:
    file = workspace.parameters / "juva.yml"
    file.write_text(text, encoding="utf-8")
    return file


def test_comments_and_other_keys_stay(workspace: Workspace) -> None:
    present(workspace, FILE)
    assert write(workspace, "Oulu", "Vaasa", "Kemi") == EXPECTED


def test_writing_again_changes_nothing(workspace: Workspace) -> None:
    present(workspace, EXPECTED)
    assert write(workspace, "Oulu", "Vaasa", "Kemi") == EXPECTED


def test_a_new_file_is_made(workspace: Workspace) -> None:
    text = f"municipality: Juva\npeers:\n  # a rule\n  # {ORIGIN_END}\n  - Kemi\n  - Mänttä-Vilppula\n"
    assert write(workspace, "Kemi", "Mänttä-Vilppula", origin=("a rule",)) == text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("municipality: Juva\n", "municipality: Juva\nLIST\n"),
        ("municipality: Juva", "municipality: Juva\nLIST"),
        ("peers: [Oulu, Kemi]\nmunicipality: Juva\n", "LIST\nmunicipality: Juva\n"),
        ("peers: [Oulu,\n   Lahti]  # two\n\n# x\nmunicipality: Juva\n", "LIST\n\n# x\nmunicipality: Juva\n"),
        ("peers:\nmunicipality: Juva\n", "LIST\nmunicipality: Juva\n"),
        ("municipality: Juva\npeers:\n- Oulu\n- Nowhere  # gone\n", "municipality: Juva\nLIST\n"),
        ("municipality: Juva\npeers:\n  # mine, of Oulu\n  - Oulu\n", "municipality: Juva\nLIST\n"),
        ("\ufeffmunicipality: Juva\r\npeers:\r\n  - Oulu\r\n", "municipality: Juva\nLIST\n"),
    ],
)
def test_the_list_is_replaced_however_it_was_written(workspace: Workspace, before: str, after: str) -> None:
    present(workspace, before)
    expected = after.replace("LIST", f"peers:\n  # {ORIGIN_END}\n  - Kemi")
    assert write(workspace, "Kemi", origin=()) == expected


def test_a_comment_behind_an_inline_list_stays_with_the_key(workspace: Workspace) -> None:
    present(workspace, "peers: [Oulu, Kemi]  # of the council\nmunicipality: Juva\n")
    assert write(workspace, "Kemi").startswith("peers:  # of the council\n  # a new rule\n")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("municipality: Juva\nmunicipality: Juva\n", "given twice"),
        ("peers: [\n", "not valid YAML"),
        ("{municipality: Juva, peers: [Kemi]}\n", "cannot be replaced safely"),
        ("municipality: Juva\n'peers': [Kemi]\n", "cannot be replaced safely"),
        ("municipality: Juva\n...\n", "cannot be replaced safely"),
    ],
)
def test_what_cannot_be_changed_safely_is_left_alone(workspace: Workspace, text: str, reason: str) -> None:
    file = present(workspace, text)
    with pytest.raises(InputErrors) as caught:
        write(workspace, "Oulu")
    assert reason in caught.value.problems[0].reason
    assert file.read_text(encoding="utf-8") == text
    assert [one.name for one in workspace.parameters.iterdir()] == ["juva.yml"]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(REGIONS.all), min_size=1, max_size=9, unique=True))
def test_whatever_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, peers: list[Municipality]
) -> None:
    workspace = Workspace(tmp_path_factory.mktemp("work"))
    workspace.parameters.mkdir()
    file = present(workspace, FILE)
    write_peers(workspace, JUVA, peers, origin=("rule",), regions=REGIONS)
    document = read_yaml(file)
    assert document.problems == ()
    assert document.data == {
        "municipality": "Juva",
        "peers": [one.name for one in peers],
        "first_year": 2005,
        "themes": ["vaesto", "talous"],
    }
    assert file.read_text(encoding="utf-8").count("#") >= 5

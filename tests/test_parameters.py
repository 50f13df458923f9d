"""Parameters: what a member's file means, and eighty broken files that say what is wrong with them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uso_lib.catalog import load_catalog
from uso_lib.errors import InputErrors, Problem, UnknownName
from uso_lib.parameter_checks import fee_problems
from uso_lib.parameter_specs import FeeClass
from uso_lib.parameters import CatalogIds, MemberParameters, check_parameters, load_member, load_network
from uso_lib.regions import load_regions
from uso_lib.strict_yaml import Document
from uso_lib.workspace import Workspace

DATA = Path(__file__).parent / "data"
REGIONS = load_regions()
IDS = CatalogIds(themes=("vaesto", "talous"), indicators=("population", "loans", *"abcdefghi"))
#: Folder of broken files → the file of a sound workspace they replace.
REPLACED = {"member": "tornio.yml", "network": "network.yml", "defaults": "_defaults.yml"}
BROCHURE = ["Iisalmi", "Kokkola", "Oulu", "Raisio", "Kemi", "Riihimäki", "Rovaniemi", "Kuusamo", "Raahe"]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Return a sound workspace of two members."""
    shutil.copytree(DATA / "sound_parameters", tmp_path / "parameters")
    return Workspace(tmp_path)


def load(workspace: Workspace, member: str = "tornio", **values: object) -> MemberParameters:
    """Load a member of the toy workspace."""
    return load_member(workspace, member, regions=REGIONS, catalog_ids=IDS, **values)  # type: ignore[arg-type]


def problems_of(action: Callable[[], object]) -> list[Problem]:
    """Return the problems an action ends in."""
    with pytest.raises(InputErrors) as caught:
        action()
    return list(caught.value.problems)


def append(workspace: Workspace, name: str, text: str) -> None:
    with (workspace.parameters / name).open("a", encoding="utf-8") as file:
        file.write(text)


def test_a_member_has_its_own_values_and_the_shared_ones(workspace: Workspace) -> None:
    parameters = load(workspace)
    assert (parameters.slug, parameters.municipality.name) == ("tornio", "Tornio")
    assert [peer.name for peer in parameters.peers] == ["Kemi", "Oulu"]
    assert (parameters.first_year, parameters.themes, parameters.highlights) == (
        2010, ("vaesto", "talous"), ("population", "loans"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("override", "field", "value"),
    [
        ("first_year: 2001\n", "first_year", 2001),
        ("themes: [talous]\n", "themes", ("talous",)),
        ("highlights: [loans]\n", "highlights", ("loans",)),
        ("highlights: [loans, population]\n", "highlights", ("loans", "population")),
    ],
)
def test_a_member_may_override_every_shared_value(
    workspace: Workspace, override: str, field: str, value: object
) -> None:
    before = load(workspace)
    append(workspace, "tornio.yml", override)
    after = load(workspace)
    assert getattr(before, field) != getattr(after, field)
    assert getattr(after, field) == value
    assert getattr(load(workspace, "jamsa"), field) == getattr(before, field)


def test_themes_stay_in_report_order(workspace: Workspace) -> None:
    append(workspace, "tornio.yml", "themes: [talous, vaesto]\n")
    assert load(workspace).themes == ("vaesto", "talous")


@pytest.mark.parametrize("name", ["tornio", "Tornio", " TORNEÅ ", "851"])
def test_a_member_is_found_by_any_of_its_names(workspace: Workspace, name: str) -> None:
    assert load(workspace, name).slug == "tornio"


def test_the_notebook_replaces_peers_and_themes(workspace: Workspace) -> None:
    parameters = load(workspace, peers=["Åbo", "020"], themes=["talous"])
    assert [peer.name for peer in parameters.peers] == ["Turku", "Akaa"]
    assert parameters.themes == ("talous",)
    assert [peer.name for peer in load(workspace, peers=("Kuusamo",)).peers] == ["Kuusamo"]


def test_none_means_as_in_the_file(workspace: Workspace) -> None:
    assert load(workspace, peers=None, themes=None) == load(workspace)


@pytest.mark.parametrize(
    ("values", "key", "reason", "hint"),
    [
        ({"peers": []}, "peers", "the list is empty", "at least 1"),
        ({"peers": "Kemi"}, "peers", "must be a list", "[Kemi]"),
        ({"peers": ["Kemi", 564]}, "peers[1]", "must be text, but is the number 564", '"564"'),
        ({"peers": ["Kemi", "240"]}, "peers[1]", "Kemi is listed twice", "peers[0]"),
        ({"peers": ["Torneå"]}, "peers[0]", "its own peer", "remove"),
        ({"peers": ["Kemmi"]}, "peers[0]", "unknown municipality", "Kemi"),
        ({"peers": ["Valtimo"]}, "peers[0]", "abolished in 2020", "Nurmes"),
        ({"themes": []}, "themes", "the list is empty", "at least 1"),
        ({"themes": ["talos"]}, "themes[0]", 'unknown theme "talos"', "talous"),
        ({"themes": {"talous": 1}}, "themes", "must be a list", ""),
    ],
)
def test_values_of_the_notebook_are_checked_like_a_file(
    workspace: Workspace, values: dict[str, object], key: str, reason: str, hint: str
) -> None:
    (problem,) = problems_of(lambda: load(workspace, **values))
    assert (str(problem.file), problem.key, problem.line) == ("notebook parameters", key, None)
    assert reason in problem.reason
    assert hint in problem.hint


#: folder/name of the broken file → key, line, piece of the reason, piece of the hint.
BROKEN: dict[str, tuple[str, int | None, str, str]] = {
    "member/peer_misspelt": ("peers[1]", 4, 'unknown municipality "Rovanemi"', "Rovaniemi"),
    "member/peer_abolished": ("peers[1]", 4, "Pertunmaa (588) was abolished in 2025", "Mäntyharju"),
    "member/peer_abolished_code": ("peers[0]", 3, "Pertunmaa (588) was abolished in 2025", "Mäntyharju"),
    "member/peer_ambiguous": ("peers[0]", 3, '"Kuhm" is ambiguous', "Kuhmo or Kuhmoinen"),
    "member/peer_twice": ("peers[2]", 5, "Kemi is listed twice", "peers[0] on line 3"),
    "member/peer_twice_by_code": ("peers[1]", 4, "Kemi is listed twice, here as 240", "peers[0] on line 3"),
    "member/peer_twice_in_swedish": ("peers[1]", 4, "Oulu is listed twice, here as Uleåborg", "line 3"),
    "member/peer_is_self": ("peers[1]", 4, "Tornio cannot be its own peer", "remove it"),
    "member/peer_is_self_by_code": ("peers[0]", 3, "Tornio cannot be its own peer", "remove it"),
    "member/peer_is_self_in_swedish": ("peers[0]", 3, "Tornio cannot be its own peer", "remove it"),
    "member/peers_empty": ("peers", 2, "the list is empty", "at least 1"),
    "member/peers_nothing": ("peers", 2, "must be a list, but is empty", ""),
    "member/peers_text": ("peers", 2, 'must be a list, but is "Kemi"', "[Kemi]"),
    "member/peers_mapping": ("peers", 2, "must be a list, but is keys and values", ""),
    "member/peers_missing": ("peers", None, "a required key is missing", "add peers"),
    "member/peer_code_unquoted": ("peers[1]", 4, "must be text, but is the number 564", '"564"'),
    "member/peer_code_leading_zero": ("peers[0]", 3, "020 begins with zero", 'in quotes: "020"'),
    "member/peer_code_two_digits": ("peers[0]", 3, 'no municipality has the code "20"', '"020" (Akaa)'),
    "member/peer_code_unknown": ("peers[0]", 3, 'no municipality has the code "999"', "name"),
    "member/peer_nothing": ("peers[1]", 4, "must be text, but is empty", ""),
    "member/peer_mapping": ("peers[0]", 3, "must be text, but is keys and values", ""),
    "member/municipality_missing": ("municipality", None, "a required key is missing", "add municipality"),
    "member/municipality_misspelt": ("municipality", 1, 'unknown municipality "Torni"', "Tornio"),
    "member/municipality_of_another_file": ("municipality", 1, "named tornio.yml, but", "jamsa.yml"),
    "member/municipality_code_unquoted": ("municipality", 1, "must be text", '"851"'),
    "member/municipality_list": ("municipality", 1, "must be text, but is a list", ""),
    "member/key_misspelt": ("peer", 3, "unknown key", "did you mean peers?"),
    "member/key_added": ("contact", 3, "unknown key", "valid: municipality, peers, first_year"),
    "member/key_twice": ("peers", 3, "the key is given twice", "line 2"),
    "member/key_number": ("851", 3, "a key must be text", '"851"'),
    "member/theme_misspelt": ("themes[1]", 3, 'unknown theme "talos"', "did you mean talous?"),
    "member/theme_twice": ("themes[1]", 3, 'the theme "vaesto" is listed twice', "themes[0]"),
    "member/themes_empty": ("themes", 3, "the list is empty", "at least 1"),
    "member/themes_nothing": ("themes", 3, "must be a list, but is empty", ""),
    "member/highlight_misspelt": ("highlights[0]", 3, 'unknown indicator "populaton"', "population?"),
    "member/highlight_twice": ("highlights[2]", 3, 'the indicator "loans" is listed twice', "highlights[0]"),
    "member/highlights_too_many": ("highlights", 3, "the list has 9 items", "at most 8"),
    "member/first_year_text": ("first_year", 3, 'must be a whole number, but is "2010"', "quotes"),
    "member/first_year_fraction": ("first_year", 3, "must be a whole number", ""),
    "member/first_year_late": ("first_year", 3, "must be at most 2018", ""),
    "member/first_year_early": ("first_year", 3, "must be at least 1987", ""),
    "member/first_year_nothing": ("first_year", 3, "must be a whole number, but is empty", ""),
    "member/syntax": ("", 3, "not valid YAML", "brackets"),
    "member/tab": ("", 3, "indented with a tab", "use spaces"),
    "member/anchor": ("municipality", 1, "anchors (&a)", "write values out"),
    "member/circle": ("peers[1]", 4, "an alias (*p)", "circle"),
    "member/tag": ("peers", 2, "tags (!!set)", "remove it"),
    "member/two_documents": ("", 3, "a second document", "---"),
    "member/empty": ("", None, "the file is empty", "write its keys"),
    "member/list": ("", 1, "must consist of keys and values", "key: value"),
    "member/latin1": ("", 2, "not UTF-8", "UTF-8"),
    "network/member_misspelt": ("members[2]", 3, 'unknown municipality "Jämss"', "Jämsä"),
    "network/member_twice": ("members[2]", 3, "Tornio is listed twice, here as Torneå", "members[0]"),
    "network/member_abolished": ("members[1]", 3, "Valtimo (911) was abolished", "Nurmes"),
    "network/members_empty": ("members", 3, "the list is empty", "at least 1"),
    "network/key_misspelt": ("member", 3, "unknown key", "did you mean members?"),
    "network/season_number": ("season", 2, "must be text, but is the number 2024", '"2024"'),
    "network/season_not_consecutive": ("season", 2, "not two consecutive years", "2023-2024"),
    "network/name_empty": ("name", 1, "the text is empty", "write it"),
    "network/fee_gap": ("fee_classes[1].population_from", 6, "leave a gap before population 101", "be 100"),
    "network/fee_overlap": ("fee_classes[1].population_from", 6, "overlap before population 90", "be 100"),
    "network/fee_not_from_zero": ("fee_classes[0].population_from", 5, "leave a gap", "must be 0"),
    "network/fee_end_closed": (
        "fee_classes[0].population_to",
        5,
        "no fee is given for",
        "leave population_to",
    ),
    "network/fee_open_too_early": ("fee_classes[0].population_to", 5, "only the last", "add population_to"),
    "network/fee_ends_before_it_begins": ("fee_classes[1].population_to", 6, "before it begins", "10"),
    "network/fee_negative": ("fee_classes[0].eur_per_year", 5, "must be at least 0", ""),
    "network/fee_text": ("fee_classes[0].eur_per_year", 5, "must be a whole number", "spaces: 9000"),
    "network/fee_key_misspelt": ("fee_classes[0].eur_per_yaer", 5, "unknown key", "eur_per_year?"),
    "network/fee_classes_missing": ("fee_classes", None, "a required key is missing", "add fee_classes"),
    "defaults/key_missing": ("highlights", None, "a required key is missing", "add highlights"),
    "defaults/key_of_members": ("peers", 4, "unknown key", "valid: first_year, themes, highlights"),
    "defaults/theme_misspelt": ("themes[1]", 2, 'unknown theme "talouss"', "talous?"),
    "defaults/highlight_misspelt": ("highlights[1]", 3, 'unknown indicator "laons"', "loans?"),
    "defaults/first_year_yes": ("first_year", 1, 'must be a whole number, but is "yes"', ""),
}
#: Broken files with a second fault that follows from the first.
TWO_FAULTS = {"member/circle", "network/key_misspelt"}


def test_every_broken_file_is_expected_to_fail_for_a_reason() -> None:
    files = {f"{file.parent.name}/{file.stem}" for file in (DATA / "broken_parameters").rglob("*.yml")}
    assert files == set(BROKEN)
    assert len(files) >= 40


@pytest.mark.parametrize("case", sorted(BROKEN))
def test_a_broken_file_names_key_line_reason_and_way_out(workspace: Workspace, case: str) -> None:
    key, line, reason, hint = BROKEN[case]
    folder = case.partition("/")[0]
    replaced = workspace.parameters / REPLACED[folder]
    shutil.copy(DATA / "broken_parameters" / f"{case}.yml", replaced)
    problems = problems_of(lambda: load(workspace))
    assert len(problems) == 1 + (case in TWO_FAULTS), problems
    (found,) = [problem for problem in problems if problem.key == key]
    assert (found.file, found.line) == (replaced, line)
    assert reason in found.reason
    assert hint in found.hint
    assert problems == check_parameters(workspace, regions=REGIONS, catalog_ids=IDS)


def test_problems_of_all_files_are_told_at_once(workspace: Workspace) -> None:
    append(workspace, "network.yml", "extra: 1\n")
    append(workspace, "_defaults.yml", "extra: 1\n")
    append(workspace, "tornio.yml", "themes: [talos]\nextra: 1\n")
    problems = problems_of(lambda: load(workspace, peers=["Kemmi"]))
    assert [(problem.file.name, problem.key) for problem in problems] == [
        ("network.yml", "extra"),
        ("_defaults.yml", "extra"),
        ("tornio.yml", "themes[0]"),
        ("tornio.yml", "extra"),
        ("notebook parameters", "peers[0]"),
    ]


def test_another_members_broken_file_does_no_harm(workspace: Workspace) -> None:
    append(workspace, "jamsa.yml", "extra: 1\n")
    assert load(workspace).slug == "tornio"
    problems = check_parameters(workspace, regions=REGIONS, catalog_ids=IDS)
    assert [(problem.file.name, problem.key) for problem in problems] == [("jamsa.yml", "extra")]


def test_a_missing_member_file_is_a_problem_of_that_member(workspace: Workspace) -> None:
    (workspace.parameters / "tornio.yml").unlink()
    (problem,) = problems_of(lambda: load(workspace))
    assert problem.file == workspace.parameters / "tornio.yml"
    assert "the parameter file of Tornio is missing" in problem.reason
    assert "uso peers tornio" in problem.hint
    assert check_parameters(workspace, regions=REGIONS, catalog_ids=IDS) == [problem]


@pytest.mark.parametrize("name", ["network.yml", "_defaults.yml"])
def test_a_missing_shared_file_is_a_problem(workspace: Workspace, name: str) -> None:
    (workspace.parameters / name).unlink()
    (problem,) = problems_of(lambda: load(workspace))
    assert (problem.file, "cannot be read" in problem.reason) == (workspace.parameters / name, True)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("kemi.yml", "add its municipality to network.yml"),
        ("tornio.yaml", "add its municipality"),
        ("notes", "remove"),
    ],
)
def test_a_file_of_no_member_is_a_problem(workspace: Workspace, name: str, hint: str) -> None:
    (workspace.parameters / name).write_text("municipality: Kemi\n", encoding="utf-8")
    (problem,) = check_parameters(workspace, regions=REGIONS, catalog_ids=IDS)
    assert problem.file.name == name
    assert "no member of network.yml has a file of this name" in problem.reason
    assert hint in problem.hint


def test_a_misnamed_file_is_matched_with_the_member_that_lacks_one(workspace: Workspace) -> None:
    (workspace.parameters / "tornio.yml").rename(workspace.parameters / "tornoi.yml")
    problems = check_parameters(workspace, regions=REGIONS, catalog_ids=IDS)
    assert [problem.file.name for problem in problems] == ["tornio.yml", "tornoi.yml"]
    assert problems[1].hint == "did you mean tornio?"


@pytest.mark.parametrize(("member", "told"), [("Kemi", "Kemi is no member"), ("Kemmi", "did you mean Kemi")])
def test_who_is_no_member_is_told_so(workspace: Workspace, member: str, told: str) -> None:
    with pytest.raises(UnknownName, match=told):
        load(workspace, member)


def test_the_members_of_the_network_are_named_to_an_outsider(workspace: Workspace) -> None:
    with pytest.raises(UnknownName, match="members: tornio, jamsa"):
        load(workspace, "Kemi")


@pytest.mark.parametrize(("population", "fee"), [(0, 1), (99, 1), (100, 2), (200, 2), (201, 3), (10**7, 3)])
def test_fee_classes_include_both_ends(workspace: Workspace, population: int, fee: int) -> None:
    assert load_network(workspace).fee_eur(population) == fee


def covering(starts: list[int]) -> list[tuple[int, int | None]]:
    """Return bounds that cover every population once, new classes beginning at `starts`."""
    ends: list[int | None] = [start - 1 for start in starts]
    return list(zip([0, *starts], [*ends, None], strict=True))


@settings(max_examples=100)
@given(
    st.lists(st.tuples(st.integers(0, 50), st.none() | st.integers(0, 50)), min_size=1, max_size=4)
    | st.lists(st.integers(1, 50), unique=True, max_size=4).map(sorted).map(covering)
)
def test_sound_fee_classes_give_every_population_one_fee(bounds: list[tuple[int, int | None]]) -> None:
    classes = [FeeClass(population_from=low, population_to=high, eur_per_year=1) for low, high in bounds]
    problems = fee_problems(Document(Path("network.yml"), {}, {}, ()), classes)
    counts = {
        population: sum(low <= population and (high is None or population <= high) for low, high in bounds)
        for population in range(60)
    }
    ordered = [low for low, _ in bounds] == sorted(low for low, _ in bounds)
    assert (problems == []) == (set(counts.values()) == {1} and ordered and bounds[-1][1] is None)


def test_the_networks_own_file_is_the_season_of_eighteen(root: Path) -> None:
    network = load_network(Workspace(root))
    assert (network.name, network.season, len(network.members)) == ("USO", "2023-2024", 18)
    assert [network.fee_eur(population) for population in (1000, 8999, 9000, 45000, 45001, 200_000)] == [
        9000, 9000, 12000, 12000, 16000, 16000,
    ]  # fmt: skip
    assert {"jamsa", "ylojarvi", "mantta-vilppula"} <= set(network.members)


def test_the_projects_own_parameters_are_sound(root: Path) -> None:
    catalog = load_catalog()
    ids = CatalogIds(tuple(theme.id for theme in catalog.themes), tuple(catalog.indicators))
    assert check_parameters(Workspace(root), regions=REGIONS, catalog_ids=ids) == []
    for member in load_network(Workspace(root)).members:
        parameters = load_member(Workspace(root), member, regions=REGIONS, catalog_ids=ids)
        assert len(parameters.peers) == 9
        assert parameters.themes == ids.themes
    tornio = load_member(Workspace(root), "tornio", regions=REGIONS, catalog_ids=ids)
    assert [peer.name for peer in tornio.peers] == BROCHURE

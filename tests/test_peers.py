"""The neutral rule for peers: hand-computed distances, what it shows, and the members' own files."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pandas as pd
import pytest

from uso_lib.analysis.peer_text import WIDTH, format_proposal, origin_comment
from uso_lib.analysis.peer_variables import VARIABLES, PeerVariable, on_scale, read_variables
from uso_lib.analysis.peers import PeerProposal, nearest, resemblance, squared_differences
from uso_lib.errors import MissingFigures, UsoError
from uso_lib.parameter_writing import ORIGIN_END
from uso_lib.parameters import load_network
from uso_lib.presentation.sections.peers import peers_section
from uso_lib.regions import Municipality, Regions, load_regions
from uso_lib.store import Store, TableInfo, open_store
from uso_lib.workspace import Workspace

REGIONS = load_regions()


@pytest.fixture(scope="module")
def store() -> Store:
    return open_store()


@pytest.fixture(scope="module")
def tornio(store: Store) -> PeerProposal:
    return nearest(store, REGIONS, REGIONS.find("Tornio"))


class ToyStore(Store):
    """Hold toy tables in memory: content → area → value, the same in every period."""

    def __init__(self, figures: dict[str, dict[str, float | None]]) -> None:
        self.figures = figures

    def coded(self, table: str, edition: int = 0) -> pd.DataFrame:
        rows = [
            {
                "table": table,
                "area": area,
                "period": str(year),
                "content": content,
                "value": value,
                "symbol": "",
            }
            for content, values in self.figures.items()
            for area, value in values.items()
            for year in range(2018, 2024)
        ]
        return pd.DataFrame(rows).astype({"value": "float64"})

    def info(self, table: str) -> TableInfo:
        return TableInfo(
            table, "Tuottaja", table, "Taulu", "", ("2018", "2023"), 4, 0, (), (), "CC BY 4.0", "", "", "", ""
        )


def toy_regions() -> Regions:
    others = {field.name: "-" for field in fields(Municipality)}
    codes = {"001": "MK01", "002": "MK01", "003": "MK01", "004": "MK01", "035": "MK21"}
    return Regions(
        [
            Municipality(**{**others, "code": code, "name": f"K{code}", "region_code": mk})
            for code, mk in codes.items()
        ],
        [],
    )


def toy_store(**changed: dict[str, float | None]) -> ToyStore:
    """Return figures in which 002 differs from 001 in size only, 003 in age only, 004 in everything."""
    areas = ["001", "002", "003", "004", "035"]
    values: dict[str, list[float]] = {
        "vaerak-vaesto": [1000, 2000, 1000, 8000, 1000],
        "maapinta_ala": [10, 20, 10, 10, 10],
        "vaesto_alle15_p": [20, 20, 10, 12, 20],
        "vaesto_yli64_p": [20, 20, 30, 28, 20],
        "M74": [5, 5, 5, 50, 5],
        "M84": [25, 25, 25, 10, 25],
        "M106": [70, 70, 70, 40, 70],
        "M485": [150, 150, 150, 200, 150],
        "kaste5T8osuus": [30, 30, 30, 10, 30],
        "vm43_netto_promille": [1, 1, 1, -9, 1],
    }
    figures: dict[str, dict[str, float | None]] = {}
    for content, row in values.items():
        figures[content] = {
            **dict(zip(areas, row, strict=True)),
            **changed.get(content.replace("-", "_"), {}),
        }
    return ToyStore(figures)


def test_squared_differences_are_weighted_and_standardised() -> None:
    # Column a: mean 2, standard deviation √2; b: mean 10, deviation 0.
    scaled = pd.DataFrame({"a": [1.0, 1.0, 4.0], "b": [10.0, 10.0, 10.0]}, index=["001", "002", "003"])
    variables = [
        PeerVariable("a", "a", "age", "a", "a", "", 0, "t", "c", weight=0.5),
        PeerVariable("b", "b", "size", "b", "b", "", 0, "t", "c", weight=1.0),
    ]
    squared = squared_differences(variables, scaled, "001")
    assert squared["a"].tolist() == pytest.approx([0.0, 0.0, 0.5 * 3**2 / 2])
    assert squared["b"].tolist() == [0.0, 0.0, 0.0]


def test_a_dimension_counts_once_however_many_variables_it_has(store: Store) -> None:
    variables, _ = read_variables(store)
    sums = pd.Series([one.weight for one in variables]).groupby([one.dimension for one in variables]).sum()
    assert sums.to_dict() == pytest.approx(
        dict.fromkeys(["age", "dependency", "density", "education", "industry", "migration", "size"], 1.0)
    )


def test_size_and_density_are_compared_as_logarithms() -> None:
    values = pd.DataFrame({one.id: [100.0, 1000.0, 0.0] for one in VARIABLES})
    scaled = on_scale(VARIABLES, values)
    assert scaled["population"].tolist()[:2] == [2.0, 3.0]
    assert scaled["density"].isna().tolist() == [False, False, True]
    assert scaled["tertiary_pct"].tolist() == [100.0, 1000.0, 0.0]
    assert values["population"].tolist() == [100.0, 1000.0, 0.0], "the values given are left as they are"


def test_the_nearest_of_toy_municipalities_by_hand() -> None:
    regions = toy_regions()
    proposal = nearest(toy_store(), regions, regions.by_code("001"), count=3)
    assert [peer.municipality.code for peer in proposal.peers] == ["002", "003", "004"]
    # log10 population 3, 3.301, 3, 3.903: mean 3.30103, deviation 0.36869; 002 differs in nothing else.
    first = proposal.peers[0]
    assert first.distance == pytest.approx(0.30103 / 0.368686, abs=1e-5)
    assert first.shares_pct["population"] == pytest.approx(100)
    # under 15: 20 20 10 12 → deviation √20.75; over 64: 20 20 30 28 → the same; each weighs a half.
    second = proposal.peers[1]
    assert second.distance == pytest.approx((0.5 * 100 / 20.75 + 0.5 * 100 / 20.75) ** 0.5)
    assert second.shares_pct["under_15_pct"] == pytest.approx(50)
    assert dict(second.values)["under_15_pct"] == 10
    assert [peer.rank for peer in proposal.peers] == [1, 2, 3]
    assert (proposal.compared, proposal.left_out) == (3, ())
    assert dict(proposal.values)["density"] == 100


def test_aland_is_not_compared() -> None:
    regions = toy_regions()
    proposal = nearest(toy_store(), regions, regions.by_code("001"), count=3)
    assert "035" not in {peer.municipality.code for peer in proposal.peers}
    with pytest.raises(UsoError, match="mainland municipalities only: name the peers of K035 yourself"):
        nearest(toy_store(), regions, regions.by_code("035"))


def test_a_municipality_without_a_figure_is_left_out_and_named() -> None:
    regions = toy_regions()
    store = toy_store(M485={"002": None})
    proposal = nearest(store, regions, regions.by_code("001"), count=2)
    assert [peer.municipality.code for peer in proposal.peers] == ["003", "004"]
    ((municipality, lacking),) = proposal.left_out
    assert (municipality.code, lacking) == ("002", (VARIABLES[7].title,))
    assert "Not compared for lack of figures: K002 (Economic dependency ratio" in format_proposal(proposal)
    with pytest.raises(
        MissingFigures, match="No peers can be proposed for K002, it lacks: Economic dependency"
    ):
        nearest(store, regions, regions.by_code("002"), count=2)


def test_twins_are_at_distance_zero() -> None:
    regions = toy_regions()
    store = toy_store(vaerak_vaesto={"002": 1000}, maapinta_ala={"002": 10})
    twin = nearest(store, regions, regions.by_code("001"), count=1).peers[0]
    assert (twin.municipality.code, twin.distance, set(twin.shares_pct.values())) == ("002", 0.0, {0.0})


def test_too_few_years_for_a_mean_is_an_error() -> None:
    regions = toy_regions()
    store = toy_store(vm43_netto_promille=dict.fromkeys(["001", "002", "003", "004", "035"], None))
    with pytest.raises(MissingFigures, match=r"needs 5 year\(s\) of vm43_netto_promille"):
        nearest(store, regions, regions.by_code("001"))


@pytest.mark.parametrize("count", [0, 292, -1])
def test_the_number_of_peers_must_be_possible(store: Store, count: int) -> None:
    with pytest.raises(UsoError, match=f"{count} peers were asked for; give a number from 1 to 291"):
        nearest(store, REGIONS, REGIONS.find("Tornio"), count=count)


def test_tornio_is_measured_on_its_published_figures(tornio: PeerProposal) -> None:
    assert (len(tornio.peers), tornio.compared, tornio.left_out) == (9, 291, ())
    assert dict(tornio.values)["population"] == 20_823
    assert dict(tornio.values)["under_15_pct"] == 15.1
    assert {one.id: one.period for one in tornio.variables} == {
        **dict.fromkeys(["population", "density", "under_15_pct", "over_64_pct", "tertiary_pct"], "2025"),
        **dict.fromkeys(["primary_jobs_pct", "secondary_jobs_pct", "service_jobs_pct", "dependency"], "2020"),
        "net_migration_permille": "2020-2024",
    }
    assert [(one.per_period, one.source[-4:]) for one in tornio.variables if one.per_table] == [
        ("2019", "2019")
    ]
    assert tornio.years == "2019-2025"


def test_distances_grow_and_shares_sum_to_a_hundred(tornio: PeerProposal) -> None:
    distances = [peer.distance for peer in tornio.peers]
    assert distances == sorted(distances)
    assert [sum(peer.shares_pct.values()) for peer in tornio.peers] == pytest.approx([100.0] * 9)
    assert tornio.municipality not in {peer.municipality for peer in tornio.peers}


def test_distance_is_mutual(store: Store) -> None:
    one, other = REGIONS.find("Tornio"), REGIONS.find("Raahe")
    (there,) = resemblance(store, REGIONS, one, [other]).peers
    (back,) = resemblance(store, REGIONS, other, [one]).peers
    assert there.distance == pytest.approx(back.distance)
    assert there.shares_pct == pytest.approx(back.shares_pct)


def test_given_peers_are_measured_too_and_ranked_among_all(store: Store) -> None:
    peers = [REGIONS.find(name) for name in ("Oulu", "Raahe", "Maarianhamina")]
    measured = resemblance(store, REGIONS, REGIONS.find("Tornio"), peers).peers
    assert [one.municipality.name for one in measured] == ["Raahe", "Oulu"], "Åland is not comparable"
    assert measured[0].rank < measured[1].rank
    assert measured[1].rank > 100, "a city of two hundred thousand resembles Tornio little"


def test_the_rule_looks_at_area_properties_only() -> None:
    assert {one.table for one in VARIABLES} == {
        "vaerak_11ra",
        "avainluvut",
        "vkour_12bs",
        "nettomuutto_promille",
    }
    assert {one.content for one in VARIABLES if one.table == "avainluvut"} == {"M74", "M84", "M106", "M485"}


def test_the_text_shows_every_value_share_period_and_source(tornio: PeerProposal) -> None:
    text = format_proposal(tornio)
    assert text.startswith("9 of 291 mainland municipalities, nearest to Tornio first")
    assert max(map(len, text.split("\n"))) <= WIDTH
    own = next(line for line in text.split("\n") if line.startswith("Tornio"))
    assert " ".join(own.split()) == "Tornio 20 823 17.5 15.1 26.9 2.3 40.3 53.9 153.0 27.5 -6.4"
    for peer in tornio.peers:
        assert text.count(f"\n{peer.municipality.name} ") == 2
        assert f"{peer.distance:.2f}" in text
    flat = " ".join(text.split())
    for one in tornio.variables:
        assert one.title in flat
        assert one.source in flat
        assert f"; {one.period};" in flat
    assert "weight 1/3; 2020" in flat


def test_the_nearest_and_the_farthest_peer_are_told(tornio: PeerProposal) -> None:
    text = peers_section("tornio", tornio.municipality, [], tornio).text
    near, far = tornio.peers[0], tornio.peers[-1]
    assert f"samankaltaisin on {near.municipality.name} (" in text
    assert f", lähin {tornio.compared} kunnasta) ja vähiten samankaltainen {far.municipality.name} (" in text
    assert f", {far.rank}. lähin)." in text


def test_the_comment_tells_rule_and_period(tornio: PeerProposal) -> None:
    comment = " ".join(origin_comment(tornio))
    assert comment.startswith("The nine nearest by the neutral rule (uso peers tornio): size, density, age,")
    assert comment.endswith("figures of 2019-2025.")


def test_members_files_hold_what_the_rule_proposed(root: Path, store: Store) -> None:
    """A consultant who changes a list deletes the comment that says it comes from the rule."""
    workspace = Workspace(root)
    checked = []
    for municipality in load_network(workspace).municipalities:
        proposal = nearest(store, REGIONS, municipality)
        text = (workspace.parameters / f"{municipality.slug}.yml").read_text(encoding="utf-8")
        if "nearest by the neutral rule" in text:
            names = "".join(f"\n  - {peer.municipality.name}" for peer in proposal.peers)
            comment = "".join(f"\n  # {line}" for line in (*origin_comment(proposal), ORIGIN_END))
            assert f"peers:{comment}{names}\n" in text, (
                f"{municipality.slug}.yml: changed? delete its comment"
            )
            checked.append(municipality.slug)
    assert "tornio" not in checked, "Tornio's peers are the brochure's"
    assert checked, "no file comes from the rule any more: this test has lost its object"

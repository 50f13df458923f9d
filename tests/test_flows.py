"""Migration by partner, closeness and year."""

from __future__ import annotations

import pandas as pd
import pytest
from toy_world import world

from uso_lib import specs
from uso_lib.analysis.flows import CLASSES, flows
from uso_lib.analysis.results import FlowResult

FLOW = specs.Flow(id="f", title="F", definition="Testi.", table="pairs", content="vm43")
#: origin, destination, period, persons
PAIRS = [
    ("002", "001", "2018", 10.0), ("001", "002", "2018", 4.0),
    ("003", "001", "2018", 1.0), ("001", "004", "2018", 8.0),
    ("001", "006", "2018", 2.0), ("006", "001", "2018", 2.0),
    ("002", "003", "2018", 99.0), ("777", "001", "2018", 50.0), ("001", "001", "2018", 60.0),
    ("004", "001", "2017", 5.0),
]  # fmt: skip


def found(pairs: list[tuple[str, str, str, float | None]] | None = None, **given: object) -> FlowResult:
    rows = pd.DataFrame(pairs or PAIRS, columns=["origin", "area", "period", "value"])
    rows = rows.assign(table="pairs", content="vm43", symbol="").astype({"value": "float64"})
    return flows(world({"pairs": rows}, flows=[FLOW], **given), "f")  # type: ignore[arg-type]


def test_partners_have_both_directions_and_unpublished_pairs_are_zero() -> None:
    result = found()
    assert (result.period, result.age_years) == ("2018", 8)
    assert result.partners.to_dict("records") == [
        {"area": "002", "name": "Bölö", "inflow": 10.0, "outflow": 4.0, "net": 6.0},
        {"area": "003", "name": "Cederby", "inflow": 1.0, "outflow": 0.0, "net": 1.0},
        {"area": "006", "name": "Foglö", "inflow": 2.0, "outflow": 2.0, "net": 0.0},
        {"area": "004", "name": "Dalby", "inflow": 0.0, "outflow": 8.0, "net": -8.0},
    ]


def test_classes_count_a_partner_once_in_the_nearest() -> None:
    classes = found().classes
    assert classes["title"].tolist() == list(CLASSES.values())
    assert classes.set_index("class")[["inflow", "outflow", "net"]].to_dict("index") == {
        "subregion": {"inflow": 10.0, "outflow": 4.0, "net": 6.0},
        "region": {"inflow": 1.0, "outflow": 0.0, "net": 1.0},
        "rest": {"inflow": 2.0, "outflow": 10.0, "net": -8.0},
    }


def test_classes_add_up_to_the_partners() -> None:
    result = found()
    assert (
        result.classes[["inflow", "outflow", "net"]].sum().to_dict()
        == result.partners[["inflow", "outflow", "net"]].sum().to_dict()
    )


def test_every_year_has_every_class() -> None:
    yearly = found().yearly
    assert yearly.to_dict("list") == {
        "period": ["2017", "2017", "2017", "2018", "2018", "2018"],
        "class": ["subregion", "region", "rest"] * 2,
        "net": [0.0, 0.0, 5.0, 6.0, 1.0, -8.0],
    }


def test_a_published_gap_is_not_a_zero() -> None:
    result = found([("002", "001", "2018", None), ("001", "002", "2018", 4.0), ("003", "001", "2018", 1.0)])
    assert result.partners["area"].tolist() == ["003", "002"]
    assert result.partners["net"].isna().tolist() == [False, True]
    assert result.classes["net"].isna().tolist() == [True, False, False]
    assert result.yearly["net"].isna().tolist() == [True, False, False]


def test_a_municipality_without_flows_is_missing() -> None:
    result = found(here="005")
    assert (result.missing, len(result.partners), len(result.yearly), result.age_years) == (True, 0, 0, None)
    assert result.classes["net"].tolist() == [0.0, 0.0, 0.0]


def test_a_table_the_store_lacks_is_missing() -> None:
    result = flows(world({}, flows=[FLOW]), "f")
    assert (result.missing, result.origins, list(result.partners.columns)) == (
        True, (), ["area", "name", "inflow", "outflow", "net"],
    )  # fmt: skip


@pytest.mark.parametrize("here", ["001", "002", "003", "004", "006"])
def test_what_leaves_one_arrives_at_another(here: str) -> None:
    partners = found(here=here).partners
    for partner in partners.itertuples():
        other = found(here=partner.area).partners.set_index("area").loc[here]
        assert (other["inflow"], other["outflow"]) == (partner.outflow, partner.inflow)


def test_a_table_by_origin_is_turned_round() -> None:
    """A table of commuting holds the home in `area` and the workplace in a dimension."""
    turned = FLOW.model_copy(update={"area": "origin", "origin": "workplace"})
    rows = pd.DataFrame(PAIRS, columns=["area", "workplace", "period", "value"])
    rows = rows.assign(table="pairs", content="vm43", symbol="").astype({"value": "float64"})
    result = flows(world({"pairs": rows}, flows=[turned]), "f")
    assert result.partners.to_dict("records") == found().partners.to_dict("records")

"""Tables hold the figures of the result objects as text: signs, marks, missing ones, shared places."""

from __future__ import annotations

import hand_made as made
import pandas as pd
import pytest
from agreement import plain

from uso_lib import specs
from uso_lib.analysis.results import BreakdownResult, CriterionResult, FlowResult, GroupFigure, Position
from uso_lib.presentation.sections.detail_tables import breakdown_table, criteria_table, flow_tables
from uso_lib.presentation.sections.tables import (
    change_text,
    comparison_table,
    history_table,
    own_history_table,
    position_text,
    value_text,
)  # fmt: skip


def cells(row: tuple[str, ...]) -> list[str]:
    return [plain(cell) for cell in row]


def test_one_line_per_indicator_with_groups_places_and_changes() -> None:
    table = comparison_table([made.comparison(), made.comparison(value=None, period=None)])
    assert table is not None
    assert len(table.rows) == 1
    found = dict(zip(table.header, cells(table.rows[0]), strict=True))
    assert found["Tornio"] == "11,1 %"
    assert found["Verrokkien keskiarvo"] == "9,9 %"
    assert found["Koko maa"] == "11,4 %"
    assert found["Verkoston keskiarvo"] == ""
    assert found["Sija verrokeissa"] == "3/4"
    assert found["Sija kunnissa"] == "143/308"
    assert found["Muutos"] == "+2,1 %-yks. (2020–2025)"
    assert found["Muutos verrokeilla"] == "+1,0 %-yks."


def test_no_figure_no_table() -> None:
    assert comparison_table([made.comparison(value=None, period=None)]) is None
    assert history_table(made.comparison(history=made.history({"2025": 11.1}))) is None
    assert own_history_table([made.comparison(history=made.history({"2025": 11.1}))]) is None


def test_means_of_amounts_are_left_out() -> None:
    one = made.comparison(
        indicator=made.indicator(unit="persons", decimals=0),
        value=20823.0,
        groups={"peers": GroupFigure("peers", "mean", 50000.0, 4, 4, change=10.0, change_pct=1.0)},
        change=made.change(21467.0, 20823.0),
    )
    table = comparison_table([one])
    assert table is not None
    found = dict(zip(table.header, cells(table.rows[0]), strict=True))
    assert (found["Tornio"], found["Verrokkien keskiarvo"]) == ("20 823", "")
    assert (found["Muutos"], found["Muutos verrokeilla"]) == ("-3,0 % (2020–2025)", "+1,0 %")


def test_history_newest_first_with_marks_explained() -> None:
    frame = made.history({"2020": 9.0, "2024": 10.0, "2025": 11.1}, {"2020": 8.9})
    frame.loc[1, "symbol"] = "*"
    table = history_table(made.comparison(history=frame))
    assert table is not None
    assert [cells(row)[:2] for row in table.rows] == [["2025", "11,1"], ["2024", "10,0 *"], ["2020", "9,0"]]
    assert cells(table.rows[0])[2] == ".."
    assert table.notes == ("* ennakkotieto", ".. tietoa ei ole")


def test_months_are_thinned_to_decembers_and_the_newest() -> None:
    months = {f"2024M{month:02}": 10.0 + month for month in range(1, 13)} | {"2025M01": 9.0, "2025M02": 8.0}
    table = history_table(made.comparison(history=made.history(months), period="2025M02"))
    assert table is not None
    assert [row[0] for row in table.rows] == ["2/2025", "12/2024"]


def test_other_definitions_are_named_beside_their_year() -> None:
    frame = made.history({"2020": 9.0, "2025": 11.1}).assign(series=["vanha", ""])
    table = history_table(made.comparison(history=frame))
    assert table is not None
    assert [row[0] for row in table.rows] == ["2025", "2020 (vanha)"]


def test_own_history_has_a_column_per_year() -> None:
    table = own_history_table([made.comparison()])
    assert table is not None
    assert table.header == ("Tunnusluku", "2025", "2020")
    assert cells(table.rows[0]) == ["Työttömyysaste (%)", "11,1", "9,0"]


@pytest.mark.parametrize(
    ("value", "symbol", "expected"),
    [
        (12.34, "", "12,3 %"),
        (12.34, "*", "12,3 % *"),
        (None, "...", "..."),
        (None, "", ".."),
        (-0.04, "", "0,0 %"),
    ],
)
def test_values_marks_and_missing_ones(value: float | None, symbol: str, expected: str) -> None:
    assert plain(value_text(value, symbol, "pct", 1)) == expected


def test_shared_places_and_changes() -> None:
    shared = made.comparison(positions={"peers": Position("peers", 7, 10, 2)})
    assert position_text(shared, "peers") == "7/10 (jaettu)"
    assert position_text(shared, "country") == ""
    euros = made.comparison(indicator=made.indicator(unit="eur_per_capita", decimals=0))
    assert plain(change_text(euros, made.change(100.0, 80.0))) == "-20,0 %"
    assert plain(change_text(euros, made.change(-100.0, 80.0))) == "+180 €/as."


def breakdown(**changes: object) -> specs.Breakdown:
    fields: dict[str, object] = {
        "id": "ages", "title": "Väestö iän mukaan", "definition": "Väestö.", "unit": "persons", "decimals": 0,
        "table": "vaenn", "content": "vaesto", "dimension": "age",
        "categories": [specs.Category(id="a", title="0–6-vuotiaat", codes=["0-6"]),
                       specs.Category(id="b", title="85–99-vuotiaat", codes=["85-99"])],
    }  # fmt: skip
    return specs.Breakdown(**(fields | changes))  # type: ignore[arg-type]


def breakdown_result(values: dict[str, tuple[float, float]], **changes: object) -> BreakdownResult:
    lines = [
        {"period": period, "category": name, "title": title, "value": value, "symbol": "", "peers": 5.0,
         "network": 5.0, "region": 5.0, "country": 5.0, "country_own": 6.0, "location_quotient": 1.5}
        for period, pair in values.items()
        for name, title, value in zip(("a", "b"), ("0–6-vuotiaat", "85–99-vuotiaat"), pair, strict=True)
    ]  # fmt: skip
    declared = breakdown(**changes)
    return BreakdownResult(declared, made.municipality(), max(values), pd.DataFrame(lines), (made.ORIGIN,), 1)


def test_breakdown_columns_are_periods_then_groups() -> None:
    table = breakdown_table(breakdown_result({"2024": (10, 20), "2040": (8, 30)}))
    assert table is not None
    assert table.header == ("Luokka", "2024", "2040")
    assert table.caption.endswith(", Tornio (henkilöä)")
    assert [cells(row) for row in table.rows] == [["0–6-vuotiaat", "10", "8"], ["85–99-vuotiaat", "20", "30"]]
    shares = breakdown_table(
        breakdown_result({"2024": (40, 60)}, unit="pct", formula="share", location_quotient=True)
    )
    assert shares is not None
    assert shares.header[-2:] == ("Koko maa 2024", "Sijaintiosamäärä")
    assert cells(shares.rows[0])[-2:] == ["6", "1,50"]


def test_at_most_four_periods_stand_side_by_side() -> None:
    years = {str(year): (1.0, 2.0) for year in range(2010, 2020)}
    table = breakdown_table(breakdown_result(years))
    assert table is not None
    assert table.header[1:] == ("2010", "2013", "2016", "2019")


def flow_result() -> FlowResult:
    declared = specs.Flow(
        id="moves", title="Muuton suunnat", definition="Muutto.", table="parit", content="vm43", top=3
    )
    partners = pd.DataFrame(
        [
            ("240", "Kemi", 30.0, 10.0, 20.0),
            ("976", "Ylitornio", 5.0, 5.0, 0.0),
            ("564", "Oulu", 10.0, 40.0, -30.0),
        ],
        columns=["area", "name", "inflow", "outflow", "net"],
    )
    classes = pd.DataFrame(
        [("subregion", "Oma seutukunta", 30.0, 10.0, 20.0), ("rest", "Muu Suomi", 15.0, 45.0, -30.0)],
        columns=["class", "title", "inflow", "outflow", "net"],
    )
    yearly = pd.DataFrame([("2018", "subregion", 20.0)], columns=["period", "class", "net"])
    return FlowResult(declared, made.municipality(), "2018", partners, classes, yearly, (made.ORIGIN,), 8)


def test_flow_tables_list_gains_and_losses_apart() -> None:
    tables = {table.caption.split(" 2018")[0]: table for table in flow_tables(flow_result())}
    assert list(tables) == [
        "Muuton suunnat alueittain", "Suurimmat tulovirrat", "Suurimmat lähtövirrat", "Suurimmat nettovoitot",
        "Suurimmat nettotappiot",
    ]  # fmt: skip
    assert [cells(row) for row in tables["Suurimmat nettovoitot"].rows] == [["Kemi", "30", "10", "+20"]]
    assert [cells(row) for row in tables["Suurimmat nettotappiot"].rows] == [["Oulu", "10", "40", "-30"]]
    assert [row[0] for row in tables["Suurimmat lähtövirrat"].rows] == ["Oulu", "Kemi", "Ylitornio"]


def test_criteria_table_says_met_not_met_or_unknown() -> None:
    criterion = specs.Criterion(
        id="margin",
        group="C",
        title="Vuosikate poistoista",
        law="118 §",
        indicator="margin",
        rule="below",
        limit=80,
    )
    known = CriterionResult(criterion, "2024", 70.0, 80.0, -10.0, "met", {}, "", ())
    unknown = CriterionResult(criterion, None, None, None, None, "unknown", {}, "Kunnan luku puuttuu.", ())
    table = criteria_table([known, unknown], {"margin": ("pct", 0)})
    assert cells(table.rows[0]) == [
        "Vuosikate poistoista", "C", "2024", "70 %", "80 %", "-10 %-yks.", "täyttyy", "",
    ]  # fmt: skip
    assert cells(table.rows[1])[2:] == ["..", "..", "..", "..", "ei tiedossa", "Kunnan luku puuttuu."]


def test_a_mean_of_a_part_of_a_small_group_says_of_how_many() -> None:
    groups = {
        "peers": GroupFigure("peers", "mean", 63.0, 10, 10),
        "network": GroupFigure("network", "mean", 66.0, 2, 18),
        "country": GroupFigure("country", "mean", 60.0, 307, 308),
    }
    table = comparison_table([made.comparison(groups=groups)])
    assert table is not None
    assert cells(table.rows[0])[3:7] == ["63,0 %", "66,0 % (2/18)", "", "60,0 %"]
    assert any(note.startswith("Suluissa") for note in table.notes)
    few = comparison_table(
        [made.comparison(groups={"country": GroupFigure("country", "mean", 63.0, 10, 308)})]
    )
    assert few is not None
    assert cells(few.rows[0])[6] == "63,0 % (10/308)"
    whole = comparison_table([made.comparison()])
    assert whole is not None
    assert not any(note.startswith("Suluissa") for note in whole.notes)

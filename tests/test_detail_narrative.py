"""Sentences about categories, flows and criteria tell the strongest and never judge on missing figures."""

from __future__ import annotations

from dataclasses import replace

import pytest
from agreement import plain
from test_tables import breakdown_result, flow_result

from uso_lib import specs
from uso_lib.analysis.results import CriterionResult
from uso_lib.presentation.words.category_narrative import breakdown_sentences
from uso_lib.presentation.words.detail_narrative import criteria_sentences, flow_sentences, is_beyond
from uso_lib.regions import load_regions

MARGIN = specs.Indicator(
    id="margin", title="Vuosikate poistoista", definition="Vuosikate.", unit="pct", decimals=0, direction="up"
)


def criterion(rule: str = "below", limit: float = 80.0) -> specs.Criterion:
    fields = {
        "id": "margin",
        "group": "C",
        "title": "Vuosikate poistoista",
        "law": "118 §",
        "indicator": "margin",
    }
    return specs.Criterion(**fields, rule=rule, limit=limit)  # type: ignore[arg-type]


def result(value: float | None, verdict: str, *, rule: str = "below", limit: float = 80.0) -> CriterionResult:
    known = None if value is None else limit
    distance = None if value is None else value - limit
    return CriterionResult(criterion(rule, limit), "2024", value, known, distance, verdict, {}, "", ())  # type: ignore[arg-type]


def test_what_grows_and_shrinks_most() -> None:
    one = breakdown_result({"2024": (100, 200), "2040": (80, 300)}, caveats=["projection"])
    assert [plain(text) for text in breakdown_sentences([one])] == [
        "Ennusteen mukaan vuodesta 2024 vuoteen 2040 suhteellisesti eniten kasvaa ikäryhmä 85–99-vuotiaat "
        "(+50,0 %, +100 henkilöä) ja eniten pienenee ikäryhmä 0–6-vuotiaat (-20,0 %, -20 henkilöä)."
    ]


def test_past_figures_are_told_in_the_past_tense_and_all_shrinking_as_such() -> None:
    one = breakdown_result({"2010": (100, 200), "2019": (80, 190)})
    assert [plain(text) for text in breakdown_sentences([one])] == [
        "Vuodesta 2010 vuoteen 2019 kaikki ikäryhmät pienenivät, suhteellisesti eniten 0–6-vuotiaat "
        "(-20,0 %, -20 henkilöä) ja vähiten 85–99-vuotiaat (-5,0 %, -10 henkilöä)."
    ]


def test_an_unchanged_category_keeps_all_from_being_said() -> None:
    one = breakdown_result({"2010": (100, 200), "2019": (80, 200)})
    text = plain(breakdown_sentences([one])[0])
    assert "kaikki" not in text
    assert (
        "eniten pieneni ikäryhmä 0–6-vuotiaat (-20,0 %, -20 henkilöä) ja vähiten 85–99-vuotiaat (0,0 %"
        in text
    )


def test_small_categories_do_not_lead() -> None:
    found = breakdown_sentences([breakdown_result({"2010": (3, 200), "2019": (30, 190)})])
    assert [plain(text) for text in found] == [
        "Vuonna 2019 suurin ikäryhmä oli 85–99-vuotiaat (86,4 % esitettyjen ikäryhmien summasta)."
    ]


def test_shares_are_set_beside_the_country() -> None:
    one = breakdown_result({"2019": (2, 98)}, unit="pct", formula="share", dimension="industry")
    assert [plain(text) for text in breakdown_sentences([one])] == [
        "Väestö iän mukaan: osuus oli vuonna 2019 koko maahan verrattuna selvimmin suurempi toimialalla "
        "85–99-vuotiaat (98 %, koko maassa 6 %) ja selvimmin pienempi toimialalla 0–6-vuotiaat (2 %, koko "
        "maassa 6 %)."
    ]


def test_partners_are_inflected_and_signed() -> None:
    found = [plain(text) for text in flow_sentences(flow_result(), load_regions())]
    assert found[0] == (
        "Vuonna 2018 Tornioon muutti muualta Suomesta 45 ja pois 55 henkilöä, eli muuttotappiota kertyi 10 "
        "henkilöä."
    )
    assert found[1] == "Eniten muuttovoittoa saatiin Kemistä (+20); eniten väestöä menetettiin Ouluun (-30)."
    assert (
        found[2] == "Nettomuutto oli oman seutukunnan kuntien kanssa +20 ja muun Suomen kanssa -30 henkilöä."
    )


def test_unknown_criteria_get_no_verdict_but_known_figures_are_told() -> None:
    found = criteria_sentences([result(70.0, "unknown"), result(None, "unknown")], {"margin": MARGIN})
    assert [plain(text) for text in found] == [
        "Yhdestäkään arviointimenettelyn kahdesta kriteeristä ei voi antaa tulosta, koska vaadittuja "
        "tietoja puuttuu.",
        "Yhden vuoden luku tunnetaan yhdestä kriteeristä. Se on rajan huonommalla puolella: vuosikate "
        "poistoista (70 %, raja 80 %, 2024).",
    ]


def test_met_and_unmet_criteria_are_counted() -> None:
    results = [result(70.0, "met"), result(90.0, "not_met"), result(95.0, "not_met"), result(None, "unknown")]
    found = criteria_sentences(results, {"margin": MARGIN})
    assert found[:2] == (
        "Arviointimenettelyn kriteereistä yksi täyttyy, kaksi ei täyty ja yksi jää avoimeksi puuttuvien "
        "tietojen vuoksi.",
        "Täyttyy: vuosikate poistoista.",
    )
    assert criteria_sentences([], {}) == ()


@pytest.mark.parametrize(
    ("rule", "value", "limit", "beyond"),
    [
        ("below", 79.9, 80.0, True),
        ("below", 80.0, 80.0, False),
        ("at_least", 80.0, 80.0, True),
        ("at_least_deficit", -1000.0, -1000.0, True),
        ("at_least_deficit", 500.0, -1000.0, False),
        ("mean_plus_points", 9.7, 9.8, False),
    ],
)
def test_which_side_of_the_limit(rule: str, value: float, limit: float, *, beyond: bool) -> None:
    assert is_beyond(result(value, "unknown", rule=rule, limit=limit)) is beyond


def test_a_title_in_brackets_takes_the_change_into_them() -> None:
    one = breakdown_result({"2010": (100, 200), "2019": (80, 190)})
    table = one.table.assign(title=one.table["title"].str.replace("0–6-vuotiaat", "varhaiskasvatus (0–6 v.)"))
    text = plain(breakdown_sentences([replace(one, table=table)])[0])
    assert "varhaiskasvatus (0–6 v.: -20,0 %, -20 henkilöä)" in text


def test_several_known_criteria_are_told_by_the_side_they_are_on() -> None:
    results = [result(90.0, "unknown"), result(95.0, "unknown"), result(70.0, "unknown")]
    found = criteria_sentences(results, {"margin": MARGIN})
    assert plain(found[1]) == (
        "Yhden vuoden luku tunnetaan kolmesta kriteeristä. Niistä rajan huonommalla puolella on yksi: "
        "vuosikate poistoista (70 %, raja 80 %, 2024)."
    )
    fine = criteria_sentences(results[:2], {"margin": MARGIN})
    assert fine[1].endswith("Mikään niistä ei ole rajan huonommalla puolella.")


def test_commuting_is_told_as_journeys_not_as_moves() -> None:
    moves = flow_result()
    journeys = replace(moves, flow=moves.flow.model_copy(update={"kind": "commuting"}))
    told = " ".join(plain(text) for text in flow_sentences(journeys, load_regions()))
    assert "pendelöi muualta" in told
    assert "nettopendelöinti oli" in told
    assert "muut" not in told.replace("muualta", "").replace("muualle", "")
    assert flow_sentences(moves, load_regions()) != flow_sentences(journeys, load_regions())

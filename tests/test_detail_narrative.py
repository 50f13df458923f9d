"""Sentences about categories, flows and criteria tell the strongest and never judge on missing figures."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from agreement import plain
from test_tables import breakdown_result, flow_result
from toy_results import breakdown

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
    assert text.endswith(
        "eniten pieneni ikäryhmä 0–6-vuotiaat (-20,0 %, -20 henkilöä), ja ikäryhmä 85–99-vuotiaat (0,0 %, 0 "
        "henkilöä) pysyi lähes ennallaan."
    )
    still = breakdown_result({"2010": (100, 200), "2019": (100, 200)})
    assert plain(breakdown_sentences([still])[0]) == (
        "Vuodesta 2010 vuoteen 2019 kaikki ikäryhmät pysyivät lähes ennallaan."
    )


def of_subject(values: dict[str, tuple[float, float]], subject: str = "lähtömuutto", **fields: object) -> str:
    """Return the sentence on a breakdown in whose categories something else grows."""
    ages = [
        specs.Category(id="a", title="Lapset", named="lapsilla", codes=["1"]),
        specs.Category(id="b", title="Aikuiset", named="aikuisilla", codes=["2"]),
    ]
    one = breakdown_result(values, subject=subject, categories=ages, **fields)
    return plain(breakdown_sentences([one])[0])


@pytest.mark.parametrize(
    ("newest", "text"),
    [
        ((120, 210), "Lähtömuutto kasvoi vuodesta 2010 vuoteen 2019 kaikissa ikäryhmissä, suhteellisesti "
                     "eniten lapsilla (+20,0 %, +20 henkilöä) ja vähiten aikuisilla (+5,0 %, +10 henkilöä)."),
        ((120, 190), "Lähtömuutto kasvoi vuodesta 2010 vuoteen 2019 suhteellisesti eniten lapsilla (+20,0 %, "
                     "+20 henkilöä) ja pieneni eniten aikuisilla (-5,0 %, -10 henkilöä)."),
        ((80, 200), "Lähtömuutto pieneni vuodesta 2010 vuoteen 2019 suhteellisesti eniten lapsilla (-20,0 %, "
                    "-20 henkilöä); aikuisilla (0,0 %, 0 henkilöä) se pysyi lähes ennallaan."),
        ((100, 200), "Lähtömuutto pysyi vuodesta 2010 vuoteen 2019 lähes ennallaan kaikissa ikäryhmissä."),
    ],
)  # fmt: skip
def test_a_subject_grows_in_the_categories_not_the_categories_themselves(
    newest: tuple[float, float], text: str
) -> None:
    assert of_subject({"2010": (100, 200), "2019": newest}) == text


def test_a_plural_subject_has_a_plural_verb() -> None:
    text = of_subject({"2010": (100, 200), "2019": (80, 190)}, "päästöt", dimension="sector")
    assert text.startswith("Päästöt pienenivät vuodesta 2010 vuoteen 2019 kaikissa päästölähteissä, ")
    future = of_subject({"2024": (100, 200), "2040": (80, 190)}, caveats=["projection"])
    assert future.startswith("Lähtömuutto pienenee ennusteen mukaan vuodesta 2024 vuoteen 2040 kaikissa ")


def test_whole_kilotonnes_are_told_no_more_exactly_than_they_are_known() -> None:
    great = of_subject({"2010": (100, 200), "2019": (80, 191)}, "päästöt", unit="kt_co2e")
    assert "lapsilla (-20 %, -20 kt CO₂-ekv.) ja vähiten aikuisilla (-5 %, -9 kt CO₂-ekv.)" in great
    small = breakdown_result({"2010": (30, 40), "2019": (25, 30)}, unit="kt_co2e", dimension="sector")
    assert [plain(text) for text in breakdown_sentences([small])] == [
        "Vuonna 2019 suurin päästölähde oli 85–99-vuotiaat (55 % esitettyjen päästölähteiden summasta)."
    ]
    alike = breakdown_result({"2019": (30, 30)}, unit="kt_co2e", dimension="sector")
    assert plain(breakdown_sentences([alike])[0]) == (
        "Vuonna 2019 suurimmat päästölähteet olivat 0–6-vuotiaat ja 85–99-vuotiaat (kukin 50 % esitettyjen "
        "päästölähteiden summasta)."
    )


def test_where_a_small_category_moves_farther_the_sentence_says_of_which_it_speaks() -> None:
    years = {"2010": {"a": 47.0, "b": 29.0, "c": 11.0}, "2019": {"a": 35.0, "b": 24.0, "c": 23.0}}
    assert [plain(text) for text in breakdown_sentences([breakdown(years)])] == [
        "Vuodesta 2010 vuoteen 2019 vähintään 20 henkilön ryhmistä suhteellisesti eniten pieneni ryhmä a "
        "(-25,5 %, -12 henkilöä)."
    ]
    years["2019"]["c"] = 9.0
    assert "vähintään" not in breakdown_sentences([breakdown(years)])[0]


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
    assert found == (
        "Arviointimenettelyn neljästä kriteeristä yksi täyttyy, kaksi ei täyty ja yksi jää avoimeksi "
        "puuttuvien tietojen vuoksi.",
        "Täyttyy: vuosikate poistoista.",
        "Tulos perustuu vuoden 2024 lukuihin.",
    )
    assert criteria_sentences([], {}) == ()


def test_where_some_are_decided_the_known_figures_are_those_of_the_open_ones() -> None:
    results = [result(90.0, "not_met"), replace(result(95.0, "not_met"), period="2019")]
    found = criteria_sentences([*results, result(70.0, "unknown")], {"margin": MARGIN})
    assert [plain(text) for text in found] == [
        "Arviointimenettelyn kolmesta kriteeristä kaksi ei täyty ja yksi jää avoimeksi puuttuvien tietojen "
        "vuoksi.",
        "Tulos perustuu vuosien 2019 ja 2024 lukuihin.",
        "Yhden vuoden luku tunnetaan yhdestä avoimesta kriteeristä. Se on rajan huonommalla puolella: "
        "vuosikate poistoista (70 %, raja 80 %, 2024).",
    ]


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


def test_a_category_is_called_what_it_is_declared_to_be_called() -> None:
    ages = [
        specs.Category(id="a", title="Lukio (16 v.)", named="lukion ikäryhmä (16 v.)", codes=["1"]),
        specs.Category(id="b", title="Muut", codes=["2"]),
    ]
    one = breakdown_result({"2010": (100, 200), "2019": (80, 210)}, categories=ages)
    assert (
        "eniten kasvoi ikäryhmä 85–99-vuotiaat (+5,0 %, +10 henkilöä) ja eniten pieneni lukion ikäryhmä "
        "(16 v.: -20,0 %, -20 henkilöä)"
    ) in plain(breakdown_sentences([one])[0])


def test_no_equal_partner_is_left_out_of_a_sentence_silently() -> None:
    result = flow_result()
    lost = result.partners.assign(net=[-2.0, -2.0, -2.0], name=["Kemi", "Ylitornio", "Oulu"])
    more = lost.iloc[[0]].assign(area="241", name="Keminmaa")
    first = lost.iloc[[2]].assign(area="758", name="Sodankylä", net=-9.0)
    regions = load_regions()

    def told(*parts: pd.DataFrame) -> str:
        found = flow_sentences(replace(result, partners=pd.concat(parts, ignore_index=True)), regions)
        return plain(found[1])

    assert told(lost) == "Eniten väestöä menetettiin Kemiin (-2), Ouluun (-2) ja Ylitorniolle (-2)."
    assert told(lost, more) == (
        "Eniten väestöä menetettiin muun muassa Kemiin (-2), Keminmaahan (-2) ja Ouluun (-2)."
    )
    assert told(lost, first) == "Eniten väestöä menetettiin Sodankylään (-9)."


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

"""Alt texts say the finding with the same numbers as the picture."""

from __future__ import annotations

import re

import pytest
from toy_results import MISSING, breakdown, comparison, figure_spec, flow, history, indicator, persons

from uso_lib import specs
from uso_lib.presentation.charts import alt_text
from uso_lib.presentation.charts.figures import draw
from uso_lib.presentation.charts.flow import greatest
from uso_lib.presentation.charts.sparkline import draw_sparkline

MINUS = "\u2212"


def plain(text: str) -> str:
    """Return a text with ordinary spaces."""
    return text.replace("\u00a0", " ")


def test_trend_says_how_the_indicator_changed_and_where_the_groups_are() -> None:
    text = alt_text.trend(comparison({"2015": 12.3, "2020": 8.4}))
    assert plain(text) == (
        "Viivakuvio: Tornion työttömyysaste laski 12,3 prosentista (2015) 8,4 prosenttiin (2020). "
        "Vertailuluvut vuonna 2020: verrokkien keskiarvo 9,0 %, USO-verkoston keskiarvo 10,0 %, "
        "koko maa 7,0 %."
    )


def test_long_unit_stands_once() -> None:
    loans = indicator(title="Lainakanta", unit="eur_per_capita", decimals=0, subject="lainakanta")
    text = plain(alt_text.trend(comparison({"2015": 1000.0, "2020": 2000.0}, declared=loans)))
    assert "nousi 1 000 eurosta (2015) 2 000 euroon asukasta kohti (2020)." in text
    assert text.endswith(
        "verrokkien keskiarvo 9, USO-verkoston keskiarvo 10, koko maa 7 euroa asukasta kohti."
    )


def test_plural_subject_gets_a_verb_that_agrees() -> None:
    births = indicator(title="Syntyneet", unit="persons", decimals=0, subject="syntyneet")
    text = plain(alt_text.trend(comparison({"2015": 200.0, "2020": 150.0}, declared=births)))
    assert text == "Viivakuvio: Syntyneet, Tornio. Luku laski 200 henkilöstä (2015) 150 henkilöön (2020)."


def test_change_that_rounds_to_nothing_is_not_called_a_change() -> None:
    text = plain(alt_text.trend(comparison({"2015": 8.41, "2020": 8.44})))
    assert "Tornion työttömyysaste oli sama vuonna 2015 ja vuonna 2020: 8,4 %." in text
    assert not re.search("nousi|laski", text)


def test_break_is_told() -> None:
    mark = specs.Break(id="toy", period="2021", title="Kuntatalouden uudistus", note="Esimerkki.")
    text = alt_text.trend(comparison({"2015": 12.3, "2022": 8.4}, breaks=[mark]))
    assert text.endswith("Sarjassa on katkos: Kuntatalouden uudistus (2021).")


def test_ranking_says_place_ends_means_and_who_is_missing() -> None:
    rows = [("Kemi", 9.0), ("Tornio", 8.0), ("Oulu", 7.5), ("Raahe", MISSING)]
    text = alt_text.ranking(comparison({"2020": 8.0}, ranking=rows))
    assert plain(text) == (
        "Pylväskuvio: Työttömien osuus työvoimasta vuonna 2020. Tornio 8,0 %, verrokkien joukossa sija 2/3. "
        "Suurin Kemi 9,0, pienin Oulu 7,5. "
        "Verrokkien keskiarvo 9,0 %, USO-verkoston keskiarvo 10,0 %, koko maa 7,0 %. Ei tietoa: Raahe."
    )


def test_no_place_without_a_declared_direction() -> None:
    text = alt_text.ranking(comparison({"2020": 8.0}, declared=indicator(direction="neither")))
    assert "sija" not in text


def test_components_and_their_sum() -> None:
    natural, foreign = persons("b", "Luonnollinen väestönlisäys"), persons("c", "Nettomaahanmuutto")
    results = [
        comparison({"2018": -50.0, "2019": -103.0}, declared=natural),
        comparison({"2018": 20.0, "2019": 61.0}, declared=foreign),
    ]
    figure = draw(figure_spec("stack", "b", "c"), comparisons=results)
    assert figure is not None
    assert plain(figure.alt) == (
        "Pinottu pylväskuvio: Esimerkkikuvio, Tornio, 2018–2019. Vuonna 2019: "
        f"Luonnollinen väestönlisäys {MINUS}103; Nettomaahanmuutto +61; yhteensä {MINUS}42 henkilöä."
    )


def test_pyramid_says_totals_and_the_greatest_changes() -> None:
    result = breakdown({"2024": {"0-6": 100.0, "7-15": 200.0, "85-": 50.0},
                        "2040": {"0-6": 90.0, "7-15": 150.0, "85-": 80.0}})  # fmt: skip
    figure = draw(figure_spec("pyramid", breakdown="toy"), breakdown=result)
    assert figure is not None
    assert plain(figure.alt) == (
        "Ikäpyramidi: Esimerkkikuvio, Tornio. Väkiluku 350 henkilöä vuonna 2024 ja 320 henkilöä vuonna 2040. "
        "Henkilöinä eniten kasvaa ikäryhmä 85- (+30 henkilöä). Henkilöinä eniten vähenee ikäryhmä 7-15 "
        f"({MINUS}50 henkilöä)."
    )


def test_flow_names_the_greatest_gains_and_losses() -> None:
    figure = draw(
        figure_spec("flow", flow="toy_flow"), flow=flow([("Kemi", 10, 5), ("Oulu", 3, 20), ("Ii", 1, 2)])
    )
    assert figure is not None
    assert plain(figure.alt) == (
        "Pylväskuvio: Esimerkkikuvio, Tornio, vuonna 2018. Suurin nettovoitto: Kemi +5. "
        f"Suurin nettotappio: Oulu {MINUS}17 ja Ii {MINUS}1."
    )


def test_no_equal_partner_is_left_out_of_a_description_silently() -> None:
    tied = flow([("Oulu", 0, 7), *((name, 0, 2) for name in ("Vihti", "Asikkala", "Lohja"))])
    assert plain(alt_text.flow("Muutot", tied)).endswith(f"Suurin nettotappio: Oulu {MINUS}7.")
    alike = flow([(name, 2, 0) for name in ("Vihti", "Asikkala", "Lohja", "Oulu")])
    assert "Suurin nettovoitto: muun muassa Asikkala +2, Lohja +2 ja Oulu +2." in alt_text.flow("M", alike)


def test_the_picture_of_flows_shows_equal_losses_in_the_order_of_the_sentence() -> None:
    tied = flow([(name, 0, 2) for name in ("Vihti", "Asikkala", "Lohja")], top=3)
    assert list(greatest(tied)[1]["name"]) == ["Asikkala", "Lohja", "Vihti"]


@pytest.mark.parametrize(("count", "start"), [(2, "Osuuskuvio"), (6, "Pylväskuvio")])
def test_shares_name_every_category(count: int, start: str) -> None:
    names = [f"Toimiala {letter}" for letter in "ABCDEF"[:count]]
    result = breakdown({"2020": dict.fromkeys(names, 100 / count)}, unit="pct", formula="share", decimals=1)
    figure = draw(figure_spec("stack", breakdown="toy"), breakdown=result)
    assert figure is not None
    assert figure.alt.startswith(start)
    assert all(name in figure.alt for name in names)


def test_own_lines_name_their_newest_values() -> None:
    results = [
        comparison({"2019": 1.0, "2020": 2.0}, declared=persons("b", "Syntyneet")),
        comparison({"2018": 5.0, "2019": 4.0}, declared=persons("c", "Kuolleet")),
    ]
    text = plain(alt_text.own_trends("Syntyneet ja kuolleet", results))
    assert text == (
        "Viivakuvio: Syntyneet ja kuolleet, Tornio, vuosina 2018–2020. "
        "Uusimmat luvut: Syntyneet: 2 henkilöä (2020); Kuolleet: 4 henkilöä (2019)."
    )


def test_category_lines_name_first_and_newest_values() -> None:
    result = breakdown(
        {"2024": {"0-6": 100.0, "85-": 100.0}, "2040": {"0-6": 80.0, "85-": 221.0}}, unit="index"
    )
    text = plain(alt_text.category_trends("Ikäryhmät", result))
    assert text == "Viivakuvio: Ikäryhmät, Tornio, vuodesta 2024 vuoteen 2040. 0-6 100 → 80; 85- 100 → 221."


def test_sparkline_gives_both_ends() -> None:
    frame = history({"2015": MISSING, "2016": 9.0, "2017": 8.0})
    one = comparison({"2016": 9.0, "2017": 8.0}, frame=frame)
    assert alt_text.sparkline(one) == "Kehitys 2016–2017: 9,0 → 8,0"


def test_a_sparkline_stays_on_the_newest_side_of_a_break_and_in_one_definition() -> None:
    values = {"2015": 40.0, "2019": 9.0, "2020": 8.0}
    broken = comparison(values, frame=history(values, segments=[0, 1, 1]))
    assert alt_text.sparkline(broken) == "Kehitys 2019–2020: 9,0 → 8,0"
    renamed = comparison(values, frame=history(values, series=["vanha", "", ""]))
    assert alt_text.sparkline(renamed) == "Kehitys 2019–2020: 9,0 → 8,0"
    figure = draw_sparkline(broken)
    assert figure is not None
    assert figure.svg.count("L") == 1
    assert draw_sparkline(comparison(values, frame=history(values, segments=[0, 1, 2]))) is None


def test_a_sparkline_of_months_keeps_to_the_same_month_of_every_year() -> None:
    values = {"2024M06": 9.0, "2025M01": 14.0, "2025M06": 8.5, "2026M01": 13.0, "2026M06": 8.0}
    one = comparison(values)
    assert alt_text.sparkline(one) == "Kehitys 6/2024–6/2026: 9,0 → 8,0"
    figure = draw_sparkline(one)
    assert figure is not None
    assert figure.svg.count("L") == 2
    assert draw_sparkline(comparison({"2025M12": 9.0, "2026M06": 8.0})) is None


def test_ends_of_a_ranking_that_print_alike_are_all_named() -> None:
    rows = [("Kemi", 9.04), ("Oulu", 9.0), ("Tornio", 8.0), ("Raahe", 7.5)]
    assert "Suurimmat Kemi ja Oulu 9,0, pienin Raahe 7,5." in alt_text.ranking(
        comparison({"2020": 8.0}, ranking=rows)
    )
    crowd = [("Ii", 9.0), *((name, 0.0) for name in ("Kemi", "Oulu", "Raahe", "Tornio"))]
    told = alt_text.ranking(comparison({"2020": 0.0}, ranking=crowd))
    assert "Suurin Ii 9,0, pienimmät muun muassa Kemi 0,0." in told
    same = alt_text.ranking(comparison({"2020": 8.0}, ranking=[("Kemi", 8.0), ("Tornio", 8.0)]))
    assert "Kaikilla on sama luku, 8,0." in same


def test_numbers_of_the_picture_and_of_the_alt_text_agree() -> None:
    one = comparison(
        {"2015": 12.34, "2020": 8.44}, groups={"peers": 9.44, "network": 10.44, "country_own": 7.44}
    )
    figure = draw(figure_spec("trend", "a"), comparisons=[one])
    assert figure is not None
    ends = re.findall(r"<text[^>]*>[^<]* (\d+,\d)</text>", figure.svg)
    assert sorted(ends) == ["10,4", "7,4", "8,4", "9,4"]
    assert [number for number in ends if number not in figure.alt] == []


def test_a_year_in_the_title_is_not_said_again() -> None:
    projected = comparison({"2025": 2.0}, declared=indicator(title="Muutos vuoteen 2025"))
    assert alt_text.ranking(projected).startswith("Pylväskuvio: Muutos vuoteen 2025. ")


def test_a_change_too_small_to_tell_is_called_none_as_in_the_text() -> None:
    text = plain(alt_text.trend(comparison({"2006": 9.6, "2011": 9.5})))
    assert "pysyi lähes ennallaan: 9,6 % (2006) ja 9,5 % (2011)." in text

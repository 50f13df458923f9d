"""Sentences say what the comparison says, in correct Finnish, and nothing when there is nothing to say."""

from __future__ import annotations

from dataclasses import replace

import hand_made as made
import pytest

from uso_lib import specs
from uso_lib.analysis.results import GroupFigure, Position
from uso_lib.presentation.words import change_sentences, findings, narrative, phrasing
from uso_lib.presentation.words.finnish import MINUS, NBSP
from uso_lib.presentation.words.places import REGION_GENITIVES, in_group


def plain(text: str) -> str:
    """Return text with ordinary spaces and hyphens, so that the expectations can be typed."""
    return text.replace(NBSP, " ").replace(MINUS, "-")


def groups(mean: float, country: float | None = None, **changes: float) -> dict[str, GroupFigure]:
    found = {"peers": GroupFigure("peers", "mean", mean, 4, 4, **changes)}
    if country is not None:
        found["country_own"] = GroupFigure("country_own", "published", country, 0, 0)
    return found


def wording(**changes: str) -> specs.Wording:
    fields = {"subject": "nettomuutto", "level": "{Kunnan} nettomuutto oli {arvo} {kausi}."}
    return specs.Wording(**(fields | changes))


def test_a_whole_indicator_reads_as_running_text() -> None:
    text = plain(" ".join(narrative.sentences(made.comparison())))
    assert text == (
        "Vuonna 2025 Tornion työttömyysaste oli 11,1 %, mikä on 1,2 prosenttiyksikköä enemmän kuin "
        "verrokeilla keskimäärin (9,9 %) mutta 0,3 prosenttiyksikköä vähemmän kuin koko maassa (11,4 %). "
        "Viidessä vuodessa työttömyysaste on noussut 2,1 prosenttiyksikköä, verrokeilla keskimäärin 1,0 "
        "prosenttiyksikköä. Vuonna 2020 luku oli vielä lähes sama kuin verrokeilla keskimäärin. "
        "Pienimmästä luvusta alkaen Tornio on verrokkijoukossa sijalla 3/4 ja kaikkien kuntien joukossa "
        "sijalla 143/308."
    )


def test_neighbouring_indicators_get_another_form() -> None:
    first, second = (" ".join(narrative.sentences(made.comparison(), turn=turn)) for turn in (0, 1))
    assert first != second
    assert "Luku on 1,2" in plain(second)
    assert "korkeampi kuin" in second


def test_plural_municipality_names_are_inflected_from_the_register() -> None:
    one = made.comparison(
        municipality=made.kuhmoinen(),
        indicator=made.indicator(wording=wording(level="{Kunnassa} oli työttömiä {arvo} {kausi}.")),
    )
    assert plain(narrative.level(one)) == "Kuhmoisissa oli työttömiä 11,1 % vuonna 2025."
    assert "Kuhmoinen on" in narrative.standing(one)


def test_missing_value_gives_no_sentence() -> None:
    one = made.comparison(value=None, period=None, groups={}, positions={}, change=None)
    assert narrative.sentences(one) == ()


def test_almost_equal_values_are_not_called_greater() -> None:
    text = plain(narrative.against_groups(made.comparison(groups=groups(11.1, 11.1))))
    assert text == "Luku on lähes sama kuin verrokeilla keskimäärin (11,1 %) ja koko maassa (11,1 %)."


def test_a_mean_of_a_few_municipalities_does_not_speak_for_the_country() -> None:
    found = {"country": GroupFigure("country", "mean", 63.0, 10, 308)}
    one = made.comparison(groups=found, positions={}, change=None)
    assert plain(" ".join(narrative.sentences(one))) == "Vuonna 2025 Tornion työttömyysaste oli 11,1 %."
    assert findings.country_group(one) is None


def test_one_decimal_of_difference_in_a_close_group_is_told() -> None:
    one = made.comparison(groups=groups(11.0), ranking=made.ranking(11.1, [11.0, 10.9, 11.0]))
    assert "0,1 prosenttiyksikköä korkeampi" in plain(narrative.against_groups(one))


@pytest.mark.parametrize(
    ("unit", "decimals", "own", "mean", "expected"),
    [
        ("pct", 0, 5.0, 4.0, "1 prosenttiyksikkö enemmän"),
        ("pct", 0, 6.0, 4.0, "2 prosenttiyksikköä enemmän"),
        ("eur_per_capita", 0, 4310.0, 4309.0, "1 euro enemmän"),
        ("eur_per_capita", 0, 4310.0, 6310.0, "2 000 euroa vähemmän"),
        ("points", 1, 60.0, 63.5, "3,5 pistettä vähemmän"),
    ],
)
def test_units_agree_with_their_numbers(
    unit: str, decimals: int, own: float, mean: float, expected: str
) -> None:
    one = made.comparison(
        indicator=made.indicator(unit=unit, decimals=decimals),
        value=own,
        groups=groups(mean),
        ranking=made.ranking(own, [mean, mean, mean]),
    )
    assert expected in plain(" ".join(narrative.level_and_groups(one)))


def test_a_fall_and_a_rise_of_the_peers_are_set_against_each_other() -> None:
    one = made.comparison(change=made.change(13.2, 11.1), groups=groups(9.9, change=1.0))
    assert plain(change_sentences.change(one)) == (
        "Viidessä vuodessa työttömyysaste on laskenut 2,1 prosenttiyksikköä, kun se verrokeilla on "
        "keskimäärin noussut 1,0 prosenttiyksikköä."
    )


def test_equal_changes_are_told_as_equal() -> None:
    one = made.comparison(groups=groups(9.9, change=2.1))
    assert "suunnilleen yhtä paljon kuin verrokeilla keskimäärin (2,1" in plain(change_sentences.change(one))


def test_a_gap_is_not_said_to_grow_when_the_changes_are_told_as_equal() -> None:
    one = made.comparison(
        groups=groups(9.9, change=2.1),
        history=made.history({"2020": 9.0, "2025": 11.1}, {"2020": 8.4, "2025": 9.9}),
    )
    assert findings.gap_development(one) == "widened"
    assert change_sentences.development(one) == ""


def test_a_flat_series_is_not_a_rise() -> None:
    one = made.comparison(change=made.change(11.08, 11.1), groups=groups(9.9, change=0.0))
    assert (
        plain(change_sentences.change(one)) == "Viidessä vuodessa työttömyysaste on pysynyt lähes ennallaan."
    )


def test_another_span_than_five_years_names_its_years_in_the_past_tense() -> None:
    change = made.change(9.0, 11.1, start="2015", end="2019", years=4.0, nearest=True)
    one = made.comparison(period="2019", age_years=7, change=change)
    text = plain(change_sentences.change(one))
    assert text.startswith("Vuodesta 2015 vuoteen 2019 työttömyysaste nousi 2,1 prosenttiyksikköä")
    assert "oli" in narrative.standing(one)


def test_amounts_are_told_in_per_cent_and_their_levels_are_not_compared() -> None:
    indicator = made.indicator(
        id="population", unit="persons", decimals=0, direction="neither",
        wording=wording(subject="väkiluku", level="{Kunnan} väkiluku oli {kauden} lopussa {arvo}."),
    )  # fmt: skip
    one = made.comparison(
        indicator=indicator,
        value=19_000.0,
        change=made.change(20_000.0, 19_000.0),
        groups=groups(50_000.0, change=500.0, change_pct=1.0),
        positions={},
        ranking=made.ranking(19_000.0, [50_000.0, 60_000.0, 20_000.0]),
        history=made.history({"2020": 20_000.0, "2025": 19_000.0}),
    )
    assert plain(" ".join(narrative.sentences(one))) == (
        "Tornion väkiluku oli vuoden 2025 lopussa 19 000 henkilöä. Viidessä vuodessa väkiluku on "
        "pienentynyt 5,0 %, kun se verrokeilla on keskimäärin kasvanut 1,0 %."
    )


def signed_comparison(value: float, start: float) -> made.Comparison:
    indicator = made.indicator(
        unit="permille", direction="up", wording=wording(),
    )  # fmt: skip
    return made.comparison(
        indicator=indicator,
        value=value,
        change=made.change(start, value),
        groups=groups(-2.0, 1.5),
        ranking=made.ranking(value, [-1.0, -2.0, 3.0]),
        history=made.history({"2020": start, "2025": value}, {"2020": -1.0, "2025": -2.0}),
    )


def test_an_indicator_declared_signed_has_its_sign_beside_figures_above_zero_too() -> None:
    declared = made.indicator(signed=True, direction="neither")
    text = plain(" ".join(narrative.sentences(made.comparison(indicator=declared))))
    assert "11,1 %" in plain(" ".join(narrative.sentences(made.comparison())))
    assert "+11,1 %" in text
    assert "keskimäärin +" in text
    assert "enemmän" not in text


def test_the_extreme_is_alone_as_it_is_printed() -> None:
    alone = made.comparison(value=12.0, ranking=made.ranking(12.0, [8.0, 9.0, 11.94]))
    assert findings.extreme(alone) == "greatest"
    alike = made.comparison(value=12.0, ranking=made.ranking(12.0, [8.0, 9.0, 11.96]))
    assert findings.extreme(alike) is None


def test_a_gap_that_is_gone_is_told_alike_whether_it_was_an_advantage() -> None:
    ends = made.history({"2020": 14.0, "2025": 9.0}, {"2020": 9.0, "2025": 9.0})
    gone = made.comparison(
        value=9.0,
        groups=groups(9.0),
        change=made.change(14.0, 9.0),
        history=ends,
        ranking=made.ranking(9.0, [9.0, 10.0, 8.0]),
    )
    assert "Ero verrokkien keskiarvoon on supistunut lähes olemattomaksi." in narrative.sentences(gone)


def test_figures_around_zero_are_shown_with_their_signs_not_as_more_or_less() -> None:
    text = plain(" ".join(narrative.sentences(signed_comparison(-4.1, 2.0))))
    assert text.startswith("Tornion nettomuutto oli -4,1 ‰ vuonna 2025. ")
    assert "Vastaava luku on verrokeilla keskimäärin -2,0 ‰ ja koko maassa +1,5 ‰." in text
    assert "Vuonna 2020 luku oli +2,0 ‰ ja verrokeilla keskimäärin -1,0 ‰." in text
    assert "enemmän" not in text


@pytest.mark.parametrize(
    ("then", "then_peers", "now", "now_peers", "expected"),
    [
        (10.0, 8.0, 14.0, 9.0, "widened"),
        (14.0, 9.0, 10.0, 8.0, "narrowed"),
        (14.0, 9.0, 9.0, 9.0, "closed"),
        (9.0, 9.0, 14.0, 9.0, "opened"),
        (7.0, 9.0, 14.0, 9.0, "crossed"),
        (10.0, 8.0, 12.0, 10.1, None),
    ],
)
def test_gap_to_the_peers(
    then: float, then_peers: float, now: float, now_peers: float, expected: str | None
) -> None:
    one = made.comparison(
        value=now,
        groups=groups(now_peers),
        change=made.change(then, now),
        history=made.history({"2020": then, "2025": now}, {"2020": then_peers, "2025": now_peers}),
        ranking=made.ranking(now, [now_peers, now_peers + 1, now_peers - 1]),
    )
    assert findings.gap_development(one) == expected


def test_shared_first_and_last_places() -> None:
    def told(place: int, tied: int) -> str:
        one = made.comparison(
            indicator=made.indicator(direction="up"), positions={"peers": Position("peers", place, 10, tied)}
        )
        return narrative.standing(one)

    assert told(7, 1) == "Verrokkijoukossa Tornio on sijalla 7/10."
    assert told(7, 2) == "Verrokkijoukossa Tornio on jaetulla sijalla 7/10."
    assert told(1, 1) == "Verrokkijoukossa Tornio on ensimmäisenä (1/10)."
    assert told(10, 1) == "Verrokkijoukossa Tornio on viimeisenä (10/10)."
    assert told(1, 2) == "Verrokkijoukossa Tornio on jaetulla sijalla 1/10."


def test_the_place_says_how_the_municipalities_are_ordered_where_it_could_not_be_guessed() -> None:
    one = made.comparison()
    change = made.indicator(formula="change", of="population", source=[], years=5, direction="up")
    assert narrative.standing(one).startswith("Pienimmästä luvusta alkaen Tornio on verrokkijoukossa ")
    assert narrative.standing(one, turn=1).startswith("Kun pienin luku on ensimmäisenä, Tornio on ")
    assert narrative.standing(made.comparison(indicator=change)).startswith(
        "Muutoksen mukaan järjestettynä Tornio on verrokkijoukossa "
    )


def projected_index(value: float, peers: float, country: float, **changes: object) -> made.Comparison:
    fields: dict[str, object] = {
        "unit": "index", "direction": "neither", "formula": "index", "of": "age_over_84", "base": "2020",
        "source": [], "caveats": ["projection"],
        "wording": wording(subject="85 vuotta täyttäneiden määrä"),
    }  # fmt: skip
    found = groups(peers, country, change=peers - 100)
    found["country_own"] = GroupFigure("country_own", "sum", country, 0, 0, change=country - 100)
    return made.comparison(
        indicator=made.indicator(**(fields | changes)),
        value=value,
        positions={},
        groups=found,
        change=made.change(100.0, value, end="2040", years=20.0),
    )


def test_an_index_is_told_as_the_change_it_means() -> None:
    assert [plain(text) for text in narrative.level_and_groups(projected_index(220.7, 199.1, 190.9))] == [
        "Tornion 85 vuotta täyttäneiden määrä kasvaa ennusteen mukaan 120,7 % vuodesta 2020 vuoteen 2040, "
        "verrokeilla keskimäärin 99,1 %; koko maassa se kasvaa 90,9 %."
    ]
    assert [plain(text) for text in narrative.level_and_groups(projected_index(82.6, 92.2, 101.1))] == [
        "Tornion 85 vuotta täyttäneiden määrä pienenee ennusteen mukaan 17,4 % vuodesta 2020 vuoteen 2040, "
        "verrokeilla keskimäärin 7,8 %; koko maassa se kasvaa 1,1 %."
    ]


@pytest.mark.parametrize(
    ("value", "others", "expected"),
    [
        (120.0, [110.0, 105.0, 90.0], "Kasvu on verrokkijoukon voimakkainta."),
        (105.0, [110.0, 115.0, 120.0], "Kasvu on verrokkijoukon vähäisintä."),
        (80.0, [110.0, 90.0, 95.0], "Väheneminen on verrokkijoukon voimakkainta."),
        (95.0, [80.0, 90.0, 85.0], "Väheneminen on verrokkijoukon vähäisintä."),
        (95.0, [80.0, 99.0, 85.0], ""),
    ],
)
def test_the_extreme_of_an_index_is_told_of_the_change(
    value: float, others: list[float], expected: str
) -> None:
    one = replace(projected_index(value, 100.0, 100.0), ranking=made.ranking(value, others))
    assert narrative.standing(one) == expected


def test_an_unchanged_index_and_one_from_another_year_are_not_told_as_growth() -> None:
    flat = plain(" ".join(narrative.level_and_groups(projected_index(100.2, 110.0, 100.1))))
    later = plain(" ".join(narrative.level_and_groups(projected_index(82.6, 92.2, 101.1, base="2007"))))
    assert "pysyy ennusteen mukaan lähes ennallaan vuodesta 2020 vuoteen 2040" in flat
    assert "82,6" in later  # the change does not start from the base: the index itself is told


def test_a_value_beside_negative_figures_has_its_sign() -> None:
    text = plain(" ".join(narrative.sentences(signed_comparison(2.9, -4.0))))
    assert text.startswith("Tornion nettomuutto oli +2,9 ‰ vuonna 2025. ")
    listed = plain(narrative.contrast(signed_comparison(2.9, -4.0)))
    assert listed.startswith("nettomuutto (+2,9 ‰ vuonna 2025,")


def test_without_a_direction_only_an_extreme_is_told() -> None:
    highest = made.comparison(positions={}, ranking=made.ranking(12.0, [8.0, 9.0, 11.5]))
    middle = made.comparison(positions={})
    assert narrative.standing(highest) == "Luku on verrokkijoukon suurin."
    assert narrative.standing(middle) == ""


def test_provisional_and_recomputed_values_keep_their_mark() -> None:
    assert "Luku on ennakkotieto." in narrative.sentences(made.comparison(symbol="*"))
    assert "Luku on laskettu yhdistyneiden kuntien tiedoista." in narrative.sentences(
        made.comparison(symbol="~")
    )


def test_a_record_needs_a_long_unbroken_series() -> None:
    years = {str(year): 5.0 + (year - 2010) % 3 for year in range(2010, 2025)}
    high = made.comparison(history=made.history(years | {"2025": 11.1}))
    assert plain(change_sentences.record(high)) == "Luku on vuosien 2010–2025 suurin."
    assert change_sentences.record(made.comparison()) == ""


def test_projections_are_told_in_the_present() -> None:
    indicator = made.indicator(
        unit="persons", decimals=0, caveats=["projection"],
        wording=wording(subject="ennustettu väkiluku", level="Väkiluku on {arvo} {kausi}."),
    )  # fmt: skip
    change = made.change(20_000.0, 18_000.0, start="2024", end="2040", years=16.0)
    one = made.comparison(
        indicator=indicator, period="2040", value=18_000.0, change=change, groups={}, age_years=0
    )
    assert (
        plain(change_sentences.change(one))
        == "Vuodesta 2024 vuoteen 2040 ennustettu väkiluku pienenee 10,0 %."
    )


def test_ages_in_words() -> None:
    assert phrasing.years_ago(7) == "seitsemän vuoden takaa"
    assert phrasing.years_ago(14) == "14 vuoden takaa"


def test_every_region_has_its_genitive() -> None:
    from uso_lib.regions import load_regions

    names = {one.region for one in load_regions().all}
    assert names == set(REGION_GENITIVES)
    assert in_group("region", made.municipality()) == "Lapin kunnissa keskimäärin"

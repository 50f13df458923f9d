"""What fits within chance is told as that, never as a difference; a trend only where the test found one."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

import hand_made as made
import pytest
from agreement import plain
from hypothesis import given, settings
from hypothesis import strategies as st
from test_summary import at_place, row
from toy_results import figure_spec

from uso_lib.analysis.results import Comparison, GroupFigure, Interval, Position, Trend
from uso_lib.catalog import Catalog, load_catalog
from uso_lib.presentation.charts import alt_text, style
from uso_lib.presentation.charts.figures import draw
from uso_lib.presentation.sections import numbers
from uso_lib.presentation.sections.summary import key_sentences, summary_lines, summary_section
from uso_lib.presentation.sections.tables import comparison_table, interval_text, position_text
from uso_lib.presentation.words import change_sentences, findings, narrative, row_narrative, standing
from uso_lib.presentation.words.contrasts import RULE, contrasts

CLAIMS = (
    "enemmän kuin",
    "vähemmän kuin",
    "korkeampi kuin",
    "matalampi kuin",
    "lähes yhtä paljon",
    "lähes sama",
)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


def interval(low: float, high: float) -> Interval:
    return Interval(low, high, "wilson", 95.0, 111.0, 1000.0)


def with_interval(low: float, high: float, *, peers: float = 9.9, country: float = 11.4) -> Comparison:
    """Return Tornio's 11.1 % with an interval beside the peers' and the country's figures."""
    groups = {
        "peers": GroupFigure("peers", "mean", peers, 4, 4, change=1.0),
        "country_own": GroupFigure("country_own", "published", country, 0, 0, change=0.5),
    }
    frame = made.ranking(11.1, [8.0, 9.0, 11.5])
    frame.loc[frame["is_member"], ["low", "high"]] = low, high
    return made.comparison(groups=groups, interval=interval(low, high), ranking=frame)


def test_a_difference_within_the_interval_is_chance_and_nothing_more() -> None:
    text = plain(" ".join(narrative.sentences(with_interval(9.5, 12.9))))
    assert text.startswith(
        "Vuonna 2025 Tornion työttömyysaste oli 11,1 %. Erot verrokkien keskiarvoon (9,9 %) ja koko maahan "
        "(11,4 %) mahtuvat satunnaisvaihteluun. "
    )
    assert "kuin verrokeilla" not in text
    assert "vielä" not in text  # the gap has not opened either


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (10.5, 11.8, "11,1 %, mikä on 1,2 prosenttiyksikköä enemmän kuin verrokeilla keskimäärin (9,9 %); "
                     "ero koko maahan (11,4 %) mahtuu satunnaisvaihteluun."),
        (9.8, 11.3, "11,1 %, mikä on 0,3 prosenttiyksikköä vähemmän kuin koko maassa (11,4 %); "
                    "ero verrokkien keskiarvoon (9,9 %) mahtuu satunnaisvaihteluun."),
        (11.0, 11.2, "11,1 %, mikä on 1,2 prosenttiyksikköä enemmän kuin verrokeilla keskimäärin (9,9 %) "
                     "mutta 0,3 prosenttiyksikköä vähemmän kuin koko maassa (11,4 %)."),
    ],
)  # fmt: skip
def test_only_what_lies_outside_the_interval_is_a_difference(low: float, high: float, told: str) -> None:
    (text,) = narrative.level_and_groups(with_interval(low, high))
    assert plain(text).endswith(told)


@settings(deadline=None, max_examples=200)
@given(
    st.floats(0.1, 60.0),
    st.floats(0.0, 15.0),
    st.floats(0.0, 15.0),
    st.floats(0.0, 60.0),
    st.floats(0.0, 60.0),
    st.integers(0, 3),
)
def test_never_both_a_difference_and_chance(
    own: float, below: float, above: float, peers: float, country: float, turn: int
) -> None:
    """Each group is said to differ, to be like, or to lie within chance: once, whatever the figures."""
    groups = {
        "peers": GroupFigure("peers", "mean", peers, 4, 4),
        "country_own": GroupFigure("country_own", "published", country, 0, 0),
    }
    one = made.comparison(
        value=own, groups=groups, interval=interval(max(0.0, own - below), own + above), change=None,
        ranking=made.ranking(own, [peers, peers + 1.0, peers - 1.0]),
    )  # fmt: skip
    text = plain(" ".join(narrative.level_and_groups(one, turn=turn)))
    chance = {group for group in ("peers", "country_own") if findings.relation(one, group) == "chance"}
    assert ("verrokkien keskiarvoon" in text) == ("peers" in chance)
    assert ("koko maahan" in text) == ("country_own" in chance)
    assert ("verrokeilla" in text) == ("peers" not in chance)
    assert ("koko maassa" in text) == ("country_own" not in chance)
    assert any(claim in text for claim in CLAIMS) == (len(chance) < 2)
    assert text.count("satunnaisvaihteluun") == bool(chance)
    for group in chance:
        assert one.interval is not None
        value = groups[group].value
        assert value is not None
        assert one.interval.low <= value <= one.interval.high


def test_a_chance_difference_is_no_strength_no_concern_and_no_notable_one(catalog: Catalog) -> None:
    best = at_place(1, 3.0)
    mean = best.groups["peers"].value
    assert mean is not None
    assert len(contrasts([row(catalog, best)], "strength")) == 1
    assert contrasts([row(catalog, replace(best, interval=interval(1.0, mean + 0.1)))], "strength") == ()
    assert len(contrasts([row(catalog, replace(best, interval=interval(1.0, mean - 0.1)))], "strength")) == 1
    shown = row(catalog, at_place(4, 7.5), best)
    by_chance = row(catalog, at_place(4, 7.5), replace(best, interval=interval(1.0, mean + 0.1)))
    told = [shown.comparisons[0]]
    assert len(row_narrative.notable(shown, told)) == 1
    assert row_narrative.notable(by_chance, told) == []
    assert "luottamusväli" in RULE


def balance(value: float, *, known: Interval | None) -> Comparison:
    """Return a balance at the last place of ten whose peers' mean is far away."""
    declared = made.indicator(unit="permille", direction="up", interval="difference")
    return replace(at_place(1, value), indicator=declared, interval=known)


def test_a_balance_whose_counts_are_not_known_stands_out_nowhere(catalog: Catalog) -> None:
    known, unknown = balance(20.0, known=interval(18.0, 22.0)), balance(20.0, known=None)
    assert len(contrasts([row(catalog, known)], "strength")) == 1
    assert contrasts([row(catalog, unknown)], "strength") == ()
    assert "nettomuutto" in RULE
    basis = at_place(4, 7.5)
    assert len(row_narrative.notable(row(catalog, basis, known), [basis])) == 1
    assert row_narrative.notable(row(catalog, basis, unknown), [basis]) == []
    first = row(catalog, basis, name="a")
    assert len(key_sentences([first, row(catalog, known, name="b")])) == 2
    assert len(key_sentences([first, row(catalog, unknown, name="b")])) == 1
    assert "ensimmäisenä" in standing.standing(known)
    assert "ensimmäisenä" not in standing.standing(unknown)
    other = replace(unknown, indicator=made.indicator(unit="permille", direction="up"))
    assert len(contrasts([row(catalog, other)], "strength")) == 1


def moved(start: float, end: float, reach: float, *, unit: str = "pct", **fields: object) -> Comparison:
    """Return a comparison that moved, both ends as uncertain as told, far above the peers' standing mean."""
    given = {
        "indicator": made.indicator(unit=unit, direction="down"),
        "value": end,
        "change": made.change(start, end, relative_pct=(end / start - 1) * 100),
        "groups": {"peers": GroupFigure("peers", "mean", 5.0, 4, 4, change=0.0, change_pct=0.0)},
        "history": made.history({"2020": start, "2025": end}, {"2020": 5.0, "2025": 5.0}),
        "ranking": made.ranking(end, [4.0, 5.0, 6.0]),
        "interval": interval(end - reach, end + reach),
        "start_interval": interval(start - reach, start + reach),
    }
    return made.comparison(**{**given, **fields})


def test_a_change_that_chance_may_explain_is_no_rise_and_no_fall() -> None:
    """√(1.5² + 1.5²) = 2.12: two more fit within chance, two and a half do not."""
    small, great = moved(10.0, 12.0, 1.5), moved(10.0, 12.5, 1.5)
    assert plain(change_sentences.change(small)) == (
        "Vuonna 2020 luku oli 10,0 %; muutos mahtuu satunnaisvaihteluun."
    )
    assert plain(change_sentences.change(small, turn=1)) == (
        "Muutos vuoden 2020 luvusta (10,0 %) mahtuu satunnaisvaihteluun."
    )
    assert "noussut 2,5 prosenttiyksikköä" in plain(change_sentences.change(great))
    assert "oli 10,0 % (2020) ja 12,0 % (2025); muutos mahtuu satunnaisvaihteluun." in plain(
        alt_text.trend(small)
    )
    assert "nousi 10,0 prosentista" in plain(alt_text.trend(great))
    events = moved(10.0, 12.0, 1.5, unit="per_1000")
    assert plain(change_sentences.change(events)).endswith("; muutos mahtuu satunnaisvaihteluun.")
    assert "oli 10,0 (2020) ja 12,0 jokaista tuhatta asukasta kohti (2025); muutos" in plain(
        alt_text.trend(events)
    )
    below = moved(1.0, -0.5, 1.5, unit="permille")
    assert "oli +1,0 ‰ (2020) ja -0,5 ‰ (2025); muutos mahtuu" in plain(alt_text.trend(below))


def test_the_gap_has_grown_or_narrowed_only_beyond_chance() -> None:
    assert change_sentences.development(moved(10.0, 12.0, 1.5)) == ""
    assert "on kasvanut" in change_sentences.development(moved(10.0, 12.5, 1.5))
    assert change_sentences.development(moved(12.0, 10.0, 1.5)) == ""
    assert "on kaventunut" in change_sentences.development(moved(12.5, 10.0, 1.5))
    # The peers' own move counts: the municipality stood still and they came nearer by three.
    history = made.history({"2020": 10.0, "2025": 10.0}, {"2020": 2.0, "2025": 5.0})
    nearer = {"peers": GroupFigure("peers", "mean", 5.0, 4, 4, change=3.0)}
    still = {reach: moved(10.0, 10.0, reach, history=history, groups=nearer) for reach in (1.5, 2.5)}
    assert "on kaventunut" in change_sentences.development(still[1.5])
    assert change_sentences.development(still[2.5]) == ""


@pytest.mark.parametrize("end", ["interval", "start_interval"])
def test_an_end_whose_counts_are_unknown_is_as_uncertain_as_the_other(end: str) -> None:
    assert "satunnaisvaihteluun" in change_sentences.change(moved(10.0, 12.0, 1.5, **{end: None}))
    assert "noussut" in change_sentences.change(moved(10.0, 12.5, 1.5, **{end: None}))
    neither = moved(10.0, 12.0, 1.5, interval=None, start_interval=None)
    assert "noussut" in change_sentences.change(neither)
    assert "on kasvanut" in change_sentences.development(neither)


def test_a_balance_whose_counts_are_not_known_tells_its_earlier_value_and_no_gap() -> None:
    declared = made.indicator(unit="permille", direction="up", interval="difference")
    one = moved(10.0, 14.0, 1.5, indicator=declared, interval=None, start_interval=None)
    assert plain(change_sentences.change(one)) == (
        "Vuonna 2020 luku oli +10,0 ‰ ja verrokeilla keskimäärin +5,0 ‰."
    )
    assert change_sentences.development(one) == ""
    assert "oli 10,0 ‰ (2020) ja 14,0 ‰ (2025). " in plain(alt_text.trend(one))


def test_a_chance_difference_does_not_choose_the_key_sentence(catalog: Catalog) -> None:
    far = replace(at_place(10, 20.0), interval=interval(1.0, 40.0))
    near = at_place(8, 11.5)
    told = key_sentences([row(catalog, at_place(4, 7.5), name="a"), row(catalog, far, near, name="b")])
    assert "11,5 %" in plain(told[1].text)


def test_first_and_last_are_not_told_in_words_when_chance_may_have_put_them_there() -> None:
    last = made.comparison(positions={"peers": Position("peers", 4, 4, 1)})
    assert "viimeisenä (4/4)" in standing.standing(last)
    chance = standing.standing(replace(last, interval=interval(9.0, 13.0)))
    assert "viimeisenä" not in chance
    assert "sijalla 4/4" in chance
    extreme = made.comparison(positions={}, ranking=made.ranking(12.0, [8.0, 9.0, 11.5]))
    assert standing.standing(extreme) == "Luku on verrokkijoukon suurin."
    assert standing.standing(replace(extreme, interval=interval(9.0, 13.0))) == ""


@pytest.mark.parametrize(
    ("tied", "with_data", "place", "cell", "inside"),
    [
        (1, 10, "sija 3/8", "3/8", "sijalla 3/8."),
        (2, 10, "jaettu sija 3/8", "3/8 (jaettu)", "jaetulla sijalla 3/8."),
        (1, 8, "sija 3/8, tieto 8 kunnasta 10:stä", "3/8 (tieto 8/10)",
         "sijalla 3/8 (tieto 8 kunnasta 10:stä)."),
        (2, 8, "jaettu sija 3/8, tieto 8 kunnasta 10:stä", "3/8 (jaettu, tieto 8/10)",
         "jaetulla sijalla 3/8 (tieto 8 kunnasta 10:stä)."),
    ],
)  # fmt: skip
def test_shared_places_and_missing_municipalities_are_told_everywhere(
    catalog: Catalog, tied: int, with_data: int, place: str, cell: str, inside: str
) -> None:
    groups = {"peers": GroupFigure("peers", "mean", 9.9, with_data, 10)}
    one = made.comparison(groups=groups, positions={"peers": Position("peers", 3, 8, tied)})
    assert standing.place(one, "peers") == place
    assert position_text(one, "peers") == cell
    assert standing.standing(one).endswith(inside)
    assert f"verrokkien joukossa {place}." in alt_text.ranking(one)
    line = summary_lines([row(catalog, one)])[0].lines[0]
    assert line.position == cell
    html = summary_section([row(catalog, one)]).html
    assert ("tieto: kuntia, joista on tieto" in html) == (with_data < 10)
    table = comparison_table([one])
    assert table is not None
    assert any(note.startswith("Suluissa") for note in table.notes) == (with_data < 10)


def test_the_interval_stands_in_table_alt_text_and_workbook() -> None:
    one = with_interval(9.54, 12.86)
    assert plain(interval_text(one)) == "9,5–12,9"
    table = comparison_table([one, made.comparison()])
    assert table is not None
    column = table.header.index("95\u00a0%:n väli")
    assert [plain(cells[column]) for cells in table.rows] == ["9,5–12,9", ""]
    assert any("Wilsonin" in note for note in table.notes)
    assert "Tornio 11,1 % (95 %:n väli 9,5–12,9), " in plain(alt_text.ranking(one))
    listed = [
        dict(zip(numbers.COLUMNS, line, strict=True))
        for line in numbers.comparison_lines("elinvoima", "tyollisyys", one)
    ]
    limits = {
        line["measure"]: line["value"] for line in listed if str(line["measure"]).startswith("interval_")
    }
    assert limits == {"interval_low": 9.54, "interval_high": 12.86}


def test_the_interval_is_drawn_over_the_bar_and_the_value_stands_after_it() -> None:
    picture = draw(figure_spec("ranking", "unemployment_rate"), comparisons=[with_interval(9.5, 13.9)])
    assert picture is not None
    assert "Viiva: 95 %:n luottamusväli." in plain(picture.subtitle)
    (line,) = re.findall(r'<path d="([^"]*)" style="fill:none;stroke:#262626"/>', picture.svg)
    ends = [float(x) for x, _ in re.findall(r"([\d.]+) ([\d.]+)", line)]
    (label,) = re.findall(r'x="([\d.]+)"[^>]*>11,1<', picture.svg)
    (bar,) = re.findall(
        rf'<path d="M([\d.]+) [\d.]+ ([\d.]+) [^"]*" style="fill:{style.MEMBER}"', picture.svg
    )
    assert float(bar[0]) < min(ends) < float(bar[1]) < max(ends) < float(label)
    assert style.contrast(style.INK) > 4.5
    plain_picture = draw(figure_spec("ranking", "unemployment_rate"), comparisons=[made.comparison()])
    assert plain_picture is not None
    assert "Viiva" not in plain_picture.subtitle


def test_without_intervals_there_is_no_column() -> None:
    table = comparison_table([made.comparison()])
    assert table is not None
    assert not any("väli" in text for text in (*table.header, *table.notes))


def test_a_trend_is_told_only_where_the_test_found_one(catalog: Catalog) -> None:
    fields = {"start": "2021", "end": "2025", "slope": 0.42, "weighted": True}
    told = {
        direction: replace(made.comparison(), trend=Trend(direction, **fields))  # type: ignore[arg-type]
        for direction in ("rising", "falling", "none")
    }
    assert change_sentences.trend(told["rising"]) == (
        "Viiden viimeisen tiedon perusteella suunta on ollut tilastollisesti selvästi nouseva (2021–2025)."
    )
    assert "selvästi laskeva" in " ".join(narrative.sentences(told["falling"]))
    assert change_sentences.trend(told["none"]) == change_sentences.trend(made.comparison()) == ""
    assert "suunta oli" in change_sentences.trend(replace(told["rising"], age_years=5))
    arrows = {name: summary_section([row(catalog, one)]).html for name, one in told.items()}
    assert 'role="img" aria-label="suunta selvästi nouseva">↑<' in arrows["rising"]
    assert 'role="img" aria-label="suunta selvästi laskeva">↓<' in arrows["falling"]
    assert "↑ ↓: suunta on" in arrows["rising"]
    assert not set("↑↓") & set(arrows["none"])


def test_the_workbook_has_the_slope_and_what_the_test_said() -> None:
    one = replace(made.comparison(), trend=Trend("none", "2021", "2025", 0.42, weighted=False))
    (line,) = [
        dict(zip(numbers.COLUMNS, line, strict=True))
        for line in numbers.comparison_lines("elinvoima", "tyollisyys", one)
        if line[4] == "trend"
    ]
    assert (line["period"], line["value"], line["mark"]) == ("2021-2025", 0.42, "none")
    assert (line["unit"], line["decimals"]) == ("prosenttiyksikköä vuodessa", 2)


#: Words that would claim a trend; two points are a change and no more.
TREND_WORDS = (
    "nousev",
    "laskev",
    "kasvav",
    "vähenev",
    "pienenev",
    "trendi",
    "suunta on",
    "suunta oli",
    "jatku",
)


def test_no_sentence_on_two_points_claims_a_trend() -> None:
    starts, peers = (9.0, 11.1, 13.2), (8.0, 9.9, 12.0)
    for start, mean, turn in itertools.product(starts, peers, range(3)):
        one = made.comparison(
            change=made.change(start, 11.1),
            groups={"peers": GroupFigure("peers", "mean", mean, 4, 4, change=1.0)},
            history=made.history({"2020": start, "2025": 11.1}, {"2020": 8.9, "2025": mean}),
        )
        text = " ".join((*narrative.sentences(one, turn=turn), alt_text.trend(one), alt_text.ranking(one)))
        assert [word for word in TREND_WORDS if word in text] == []


def test_a_provisional_figure_is_told_in_words_wherever_it_is_told(catalog: Catalog) -> None:
    one = replace(at_place(1, 3.0), symbol="*")
    assert "Luku on ennakkotieto." in narrative.sentences(one)
    assert "Luku on ennakkotieto." in narrative.basis(one)
    assert narrative.contrast(one).endswith(", ennakkotieto)")
    assert ", ennakkotieto. " in alt_text.ranking(one)
    html = summary_section([row(catalog, at_place(5, 9.0), name="a"), row(catalog, one, name="b")]).html
    assert "2025, ennakkotieto</li>" in html
    assert "Luku on ennakkotieto." in html
    assert "* ennakkotieto" in html
    both = replace(one, symbol="*~")
    assert narrative.mark_sentence(both) == (
        "Luku on ennakkotieto. Luku on laskettu yhdistyneiden kuntien tiedoista."
    )
    assert "ennakkotieto" not in " ".join(narrative.sentences(at_place(1, 3.0)))

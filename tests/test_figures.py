"""Every kind of figure: nothing overlaps, is clipped or empty, whatever the numbers are."""

from __future__ import annotations

import base64
import math
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from xml.dom import minidom

import pytest
from toy_results import MANTTA, MISSING, breakdown, comparison, figure_spec, flow, history, indicator

from uso_lib import specs
from uso_lib.presentation.charts import style, text_layout
from uso_lib.presentation.charts.figure import Figure
from uso_lib.presentation.charts.figures import draw, draw_all
from uso_lib.presentation.charts.sparkline import draw_sparkline

NBSP, MINUS = "\u00a0", "\u2212"
LONG = ["Pedersören kunta", "Maarianhamina - Mariehamn", "Mänttä-Vilppula", "Hämeenkyrö", "Kemi", "Ii"]
BREAKS = [
    specs.Break(id="first", period="2013", title="Luokituksen muutos 2013", note="Esimerkki."),
    specs.Break(id="second", period="2015", title="Kuntatalouden tilastouudistus", note="Esimerkki."),
]


@dataclass(frozen=True)
class TextBox:
    """Hold one text of a picture and the room it takes in points."""

    text: str
    left: float
    right: float
    top: float
    bottom: float

    def overlaps(self, other: TextBox) -> bool:
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > 0.5 and down > 0.5


def texts(figure: Figure) -> list[TextBox]:
    """Return the texts of a picture with their places, measured with the font the layout is computed with."""
    boxes = []
    for element in minidom.parseString(figure.svg).getElementsByTagName("text"):  # noqa: S318 - our own SVG
        text, look = element.firstChild.data, element.getAttribute("style")
        size = float((re.search(r"font-size:([\d.]+)px", look) or [0, style.TEXT_PT])[1])
        width = text_layout.text_width(text, size, bold="font-weight:700" in look)
        x, y = float(element.getAttribute("x")), float(element.getAttribute("y"))
        left = x - {"middle": width / 2, "end": width}.get(_anchor(look), 0)
        boxes.append(TextBox(text, left, left + width, y - 0.75 * size, y + 0.05 * size))
    return boxes


def _anchor(look: str) -> str:
    found = re.search(r"text-anchor:(\w+)", look)
    return found.group(1) if found else "start"


def labels(figure: Figure | None) -> list[str]:
    assert figure is not None
    return [box.text for box in texts(figure)]


def yearly(first: int, last: int, value: Callable[[int], float]) -> dict[str, float]:
    return {str(year): value(year) for year in range(first, last + 1)}


def wave(year: int) -> float:
    return 12 + 3 * math.sin(year / 3)


def trend(values: Mapping[str, float], **changes: Any) -> Figure | None:
    return draw(figure_spec("trend", "a"), comparisons=[comparison(values, **changes)])


def ranking(rows: list[tuple[str, float]], **changes: Any) -> Figure | None:
    one = comparison({"2020": 5.0}, ranking=rows, **changes)
    return draw(figure_spec("ranking", "a"), comparisons=[one])


def monthly(count: int) -> dict[str, float]:
    source = random.Random(1)
    months = [f"{2006 + month // 12}M{month % 12 + 1:02}" for month in range(count)]
    return {month: 10 + source.random() for month in months}


def components(last: float = 41.0) -> Figure | None:
    source = random.Random(2)
    named = {
        "b": ("Luonnollinen väestönlisäys", yearly(2005, 2019, lambda _: -source.random() * 90)),
        "c": ("Kuntien välinen nettomuutto", yearly(2005, 2019, lambda _: 40 - source.random() * 90)),
        "d": ("Nettomaahanmuutto", {**yearly(2005, 2018, lambda _: source.random() * 60), "2019": last}),
    }
    results = [
        comparison(values, declared=indicator(name, title=title, unit="persons", decimals=0))
        for name, (title, values) in named.items()
    ]
    return draw(figure_spec("stack", *named), comparisons=results)


def own_lines() -> Figure | None:
    titles = ["Varhaiskasvatus, 1–6 v.", "Esi- ja perusopetus, 6–15 v.", "Toisen asteen koulutus, 16–18 v."]
    results = [
        comparison(
            {"2024": 100.0, "2035": 82.0 - step, "2040": 80.0 - step},
            declared=indicator(f"age_{step}", title=title, unit="index"),
        )
        for step, title in enumerate(titles)
    ]
    return draw(figure_spec("trend", *(f"age_{step}" for step in range(3))), comparisons=results)


def pyramid() -> Figure | None:
    ages = {period: {str(age): slope * (100 - age) for age in range(100)}
            for period, slope in (("2024", 3.0), ("2040", 2.0))}  # fmt: skip
    return draw(figure_spec("pyramid", breakdown="toy"), breakdown=breakdown(ages))


def shares(count: int) -> Figure | None:
    named = [
        "Alkutuotanto", "Jalostus", "Palvelut", "Terveys- ja sosiaalipalvelut",
        "Majoitus- ja ravitsemistoiminta", "Informaatio ja viestintä", "Rakentaminen", "Koulutus",
    ]  # fmt: skip
    titles = {str(place): name for place, name in enumerate(named[:count])}
    result = breakdown(
        {"2020": dict.fromkeys(titles, 100 / count)}, unit="pct", formula="share", titles=titles
    )
    return draw(figure_spec("stack", breakdown="toy"), breakdown=result)


def stacked_ages() -> Figure | None:
    source = random.Random(3)
    figures = {
        str(year): {age: source.gauss(-20, 40) for age in ("0-19", "20-39", "40-59", "60-")}
        for year in range(2005, 2020)
    }
    return draw(figure_spec("stack", breakdown="toy"), breakdown=breakdown(figures))


def partners() -> Figure | None:
    source = random.Random(4)
    names = [*LONG, "Oulu", "Tampere", "Helsinki", "Rovaniemi"]
    rows = [(name, source.randrange(300), source.randrange(300)) for name in names]
    return draw(figure_spec("flow", flow="toy_flow"), flow=flow(rows))


HARD: dict[str, Callable[[], Figure | None]] = {
    "longest name": lambda: trend(yearly(2000, 2020, wave), municipality=MANTTA),
    "all equal": lambda: trend(
        yearly(2000, 2020, lambda _: 5.0),
        frame=history(yearly(2000, 2020, lambda _: 5.0), groups=dict.fromkeys(
            ("peers", "network", "country", "country_own", "peers_low", "peers_high"), 0.0)),
    ),
    "all zero": lambda: trend(yearly(2000, 2020, lambda _: 0.0)),
    "two years": lambda: trend(
        {"2015": 33949.0, "2019": 34622.0}, declared=indicator(unit="eur", decimals=0)
    ),
    "negative": lambda: trend(yearly(2000, 2020, lambda year: -wave(year))),
    "huge": lambda: trend(
        yearly(2000, 2020, lambda year: 1e9 * wave(year)), declared=indicator(unit="eur", decimals=0)
    ),
    "214 months": lambda: trend(monthly(214)),
    "two breaks": lambda: trend(
        yearly(2000, 2020, wave), municipality=MANTTA, breaks=BREAKS,
        frame=history(yearly(2000, 2020, wave), segments=[0] * 13 + [1] * 2 + [2] * 6),
    ),
    "two definitions": lambda: trend(
        yearly(1995, 2020, wave),
        frame=history(yearly(1995, 2020, wave), segments=[0] * 15 + [1] * 11,
                      series=["17–24-vuotiaat, vanha määritelmä"] * 15 + ["18–24-vuotiaat"] * 11),
    ),
    "one year": lambda: trend({"2019": 5.0}),
    "own lines": own_lines,
    "components": components,
    "stacked ages": stacked_ages,
    "few shares": lambda: shares(3),
    "many shares": lambda: shares(8),
    "pyramid": pyramid,
    "flow": partners,
    "one partner": lambda: draw(figure_spec("flow", flow="toy_flow"), flow=flow([("Kemi", 10, 5)])),
    "flow by year": lambda: draw(figure_spec("stack", flow="toy_flow"), flow=flow([("Kemi", 10, 5)])),
    "ranking": lambda: ranking(
        [(name, 70.0 - place) for place, name in enumerate(LONG)], municipality=MANTTA
    ),
    "ranking around zero": lambda: ranking(
        [("Oulu", 12.3), ("Tornio", 0.0), ("Kemi", -0.2), ("Maarianhamina - Mariehamn", -15.2)],
        groups={"peers": -0.8, "network": -3.0, "country": 1.0},
    ),
    "ranking below zero": lambda: ranking([("Oulu", -1.1), ("Tornio", -15.2)], groups={"peers": -7.0}),
    "ranking of huge": lambda: ranking([("Maarianhamina - Mariehamn", 1234567890.5), ("Tornio", 1.0)]),
    "ranking of equals": lambda: ranking([(name, 0.0) for name in LONG], groups={}),
    "ranking with unknown": lambda: ranking([("Tornio", 5.0), ("Ii", 4.0), ("Mänttä-Vilppula", MISSING)]),
}  # fmt: skip


@pytest.mark.parametrize("case", HARD)
def test_no_text_overlaps_or_leaves_the_picture(case: str) -> None:
    figure = HARD[case]()
    assert figure is not None
    boxes = texts(figure)
    width, height = (float(side) for side in re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', figure.svg)[0])
    outside = [
        box
        for box in boxes
        if box.left < -0.5 or box.right > width + 0.5 or box.top < 0 or box.bottom > height
    ]
    assert outside == []
    hits = [
        (one.text, other.text)
        for place, one in enumerate(boxes)
        for other in boxes[:place]
        if one.overlaps(other)
    ]
    assert hits == []
    assert len(boxes) >= 3


@pytest.mark.parametrize("case", HARD)
def test_figures_are_small_whole_and_repeatable(case: str) -> None:
    first, second = HARD[case](), HARD[case]()
    assert first is not None
    assert first == second
    assert len(first.svg.encode()) < 15_000
    assert first.svg.count("<svg") == 1
    assert not re.search(r"<script|<style|href=\"(?!#)|nan|inf\b|matplotlib", first.svg)
    assert first.alt.endswith(".")
    assert first.subtitle
    assert (first.width, first.height) == (480, round(first.height))


def test_numbers_in_figures_are_finnish() -> None:
    for case in ("negative", "huge", "two breaks", "ranking around zero", "flow", "pyramid"):
        for text in labels(HARD[case]()):
            assert not re.search(r"\d[. ]\d|(^|\s)-\d", text), text


def test_trend_names_its_lines_with_their_newest_values() -> None:
    written = labels(trend({"2018": 9.0, "2019": 8.5, "2020": 8.0}))
    assert {"Tornio 8,0", "Verrokit 9,0", "USO-verkosto 10,0", "Koko maa 7,0"} <= set(written)
    assert {"2018", "2019", "2020"} <= set(written)


def test_group_without_the_newest_year_shows_its_own() -> None:
    frame = history({"2018": 9.0, "2019": 8.5, "2020": 8.0})
    frame.loc[2, "country_own"] = MISSING
    assert f"Koko maa 7,5{NBSP}(2019)" in labels(trend({"2018": 9.0, "2019": 8.5, "2020": 8.0}, frame=frame))


def test_the_axis_takes_in_the_whole_spread_of_the_peers() -> None:
    values = {"2018": 9.0, "2019": 8.5, "2020": 8.0}
    frame = history(values).assign(peers_low=[-20.0, -35.0, 1.0], peers_high=[60.0, 70.0, 80.0])
    written = labels(trend(values, frame=frame))
    assert any(text.startswith(MINUS) and float(text[1:]) >= 35 for text in written)
    assert "100" in written


def test_provisional_value_keeps_its_mark() -> None:
    values = {"2018": 9.0, "2019": 8.0}
    assert f"Tornio 8,0{NBSP}*" in labels(trend(values, frame=history(values, symbols=["", "*"])))


def test_sizes_of_municipalities_are_not_put_on_one_axis() -> None:
    figure = trend(
        yearly(2000, 2020, lambda year: 21000 + year), declared=indicator(unit="persons", decimals=0)
    )
    assert f"Tornio 23{NBSP}020" in labels(figure)
    assert not any("Verrokit" in text for text in labels(figure))


def _lines(figure: Figure | None, colour: str) -> list[str]:
    """Return the paths drawn with a colour's stroke, end marks left out."""
    assert figure is not None
    return re.findall(rf'<path d="([^"]*)"[^>]*stroke:{colour}', figure.svg)


def test_line_is_never_joined_over_a_break_or_a_missing_period() -> None:
    values = yearly(2000, 2011, wave)
    whole = trend(values)
    broken = trend(values, frame=history(values, segments=[0] * 6 + [1] * 6))
    missing = trend({year: value for year, value in values.items() if year not in {"2005", "2006"}})
    assert [len(_lines(figure, style.MEMBER)) for figure in (whole, broken, missing)] == [1, 2, 2]


def test_breaks_are_named_and_drawn_only_within_the_years() -> None:
    outside = specs.Break(id="later", period="2023", title="Hyvinvointialueet", note="Esimerkki.")
    written = " ".join(labels(trend(yearly(2000, 2020, wave), breaks=[*BREAKS, outside])))
    assert "Luokituksen muutos 2013" in written
    assert "Hyvinvointialueet" not in written


def test_trend_of_one_year_becomes_a_ranking_and_several_become_bars() -> None:
    assert getattr(HARD["one year"](), "kind", "") == "ranking"
    results = [
        comparison({"2026M06": 9.5}, declared=indicator("b", title="Alle 25-vuotiaat")),
        comparison({"2026M05": 38.2}, declared=indicator("c", title="Pitkäaikaistyöttömät")),
    ]
    figure = draw(figure_spec("trend", "b", "c"), comparisons=results)
    assert figure is not None
    assert figure.kind == "bars"
    assert {"9,5", "38,2 (5/2026)", "Verrokit", "Koko maa"} <= set(labels(figure))


def test_ranking_follows_the_order_given_and_ends_with_the_means() -> None:
    written = labels(ranking([("Kemi", 9.0), ("Tornio", 8.0), ("Raahe", MISSING)]))
    names = [text for text in written if not text[0].isdigit()]
    assert names == [
        "Kemi",
        "Tornio",
        "Raahe",
        "ei tietoa",
        "Verrokkien keskiarvo",
        "USO-verkosto",
        "Koko maa",
    ]


def test_bars_start_from_zero_and_keep_proportions() -> None:
    figure = ranking([("Kemi", 10.0), ("Tornio", 5.0)], groups={})
    assert figure is not None
    own = re.findall(rf'<path d="M([\d.]+) [\d.]+ ([\d.]+) [^"]*" style="fill:{style.MEMBER}', figure.svg)[0]
    peer = re.findall(rf'<path d="M([\d.]+) [\d.]+ ([\d.]+) [^"]*" style="fill:{style.PEER_BAR}', figure.svg)[
        0
    ]
    assert own[0] == peer[0]
    assert float(peer[1]) - float(peer[0]) == pytest.approx(2 * (float(own[1]) - float(own[0])), abs=0.3)


def test_means_of_a_few_members_are_left_out_and_partial_ones_counted() -> None:
    rows = [("Kemi", 9.0), ("Tornio", 8.0)]
    few = ranking(rows, counts={"network": (2, 18), "country_own": (307, 308)})
    written = labels(few)
    assert "USO-verkosto" not in written
    assert "7,0 (307/308)" in written
    assert few is not None
    assert "Suluissa: kuntia, joista on tieto." in few.subtitle


def test_stack_shows_the_sum_and_only_years_with_every_component() -> None:
    written = labels(components())
    assert "Nettomaahanmuutto +41" in " ".join(written)
    assert any(text.startswith("Yhteensä") for text in written)
    partial = components(MISSING)
    assert partial is not None
    assert "2005–2018" in partial.subtitle


def test_single_years_of_age_are_gathered_into_five_year_groups() -> None:
    written = labels(pyramid())
    assert {"0–4", "85–89", "90+", "2024", "2040"} <= set(written)
    # 2040: ages 0-4 have 2 x (100 + 99 + 98 + 97 + 96) = 980 persons; 2024: 1 470.
    assert {"980", f"1{NBSP}470"} <= set(written)


def test_pyramid_without_two_years_becomes_bars() -> None:
    result = breakdown({"2024": {"0-6": 10.0, "7-15": 20.0}})
    figure = draw(figure_spec("pyramid", breakdown="toy"), breakdown=result)
    assert getattr(figure, "kind", "") == "bars"


def test_flow_shows_gains_over_losses_with_both_directions() -> None:
    figure = draw(
        figure_spec("flow", flow="toy_flow"), flow=flow([("Kemi", 10, 5), ("Oulu", 3, 20), ("Ii", 4, 4)])
    )
    written = labels(figure)
    assert "Ii" not in written
    assert [text for text in written if text in {"Kemi", "+5", "Oulu", f"{MINUS}17"}] == [
        "Kemi",
        "+5",
        "Oulu",
        f"{MINUS}17",
    ]
    assert {"10", "5", "3", "20", "Tulo", "Lähtö"} <= set(written)


def test_flow_keeps_the_declared_number_of_partners() -> None:
    rows = [(f"Kunta {place}", 100 - place, 0) for place in range(20)]
    figure = draw(figure_spec("flow", flow="toy_flow"), flow=flow(rows, top=5))
    assert sum(text.startswith("Kunta") for text in labels(figure)) == 5


def test_nothing_is_drawn_without_figures() -> None:
    assert draw(figure_spec("table", breakdown="toy"), breakdown=breakdown({"2024": {"a": 1.0}})) is None
    assert draw(figure_spec("trend", "a"), comparisons=[comparison({"2020": MISSING})]) is None
    assert draw(figure_spec("stack", breakdown="toy"), breakdown=breakdown({"2024": {"a": MISSING}})) is None
    assert draw(figure_spec("flow", flow="toy_flow"), flow=flow([("Kemi", 5, 5)])) is None
    assert ranking([("Tornio", 5.0), ("Kemi", MISSING)]) is None


def test_row_does_not_repeat_a_ranking_that_stands_in_for_a_trend() -> None:
    declared = [figure_spec("trend", "a"), figure_spec("ranking", "a")]
    drawn = draw_all(declared, comparisons={"a": comparison({"2020": 5.0})}, breakdowns={}, flows={})
    assert [figure.kind for figure in drawn] == ["ranking"]
    both = draw_all(
        declared, comparisons={"a": comparison({"2019": 4.0, "2020": 5.0})}, breakdowns={}, flows={}
    )
    assert [figure.kind for figure in both] == ["trend", "ranking"]


def test_figure_shows_itself_in_a_notebook_and_as_an_escaped_image() -> None:
    figure = ranking([("Tornio & <Kemi>", 5.0), ("Tornio", 4.0)])
    assert figure is not None
    assert figure._repr_mimebundle_() == {"image/svg+xml": figure.svg, "text/plain": figure.alt}
    found = re.fullmatch(
        r'<img src="data:image/svg\+xml;base64,([^"]*)" width="480" height="\d+" alt="([^"]*)">', figure.image
    )
    assert found is not None
    assert base64.b64decode(found.group(1)).decode() == figure.svg
    assert "&lt;Kemi&gt;" in found.group(2)
    assert "<Kemi>" not in figure.svg


def test_sparkline_is_tiny_and_needs_two_years() -> None:
    figure = draw_sparkline(comparison({"2018": 9.0, "2019": 8.0}))
    assert figure is not None
    assert len(figure.svg) < 500
    assert 'd="M4.0 4.0L92.0 20.0"' in figure.svg
    assert draw_sparkline(comparison({"2019": 8.0})) is None

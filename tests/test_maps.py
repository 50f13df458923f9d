"""Maps of a toy country: what is drawn where, what is told, and that the same figures give the same bytes."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy_map import toy_boundaries
from toy_world import PLACES, indicator, municipality, tidy, world

from uso_lib import specs
from uso_lib.analysis.everywhere import Everywhere, everywhere
from uso_lib.boundaries import load_boundaries
from uso_lib.presentation.charts import map_labels, map_text, style, text_layout
from uso_lib.presentation.charts.figure import Figure
from uso_lib.presentation.charts.figures import draw, draw_all
from uso_lib.presentation.charts.locator import draw_locator
from uso_lib.presentation.charts.map import country_view, draw_country, roles
from uso_lib.presentation.charts.map_canvas import HATCH, RAMP, MapCanvas, ramp
from uso_lib.presentation.charts.map_legend import class_text
from uso_lib.presentation.charts.map_view import View, gridded, places, simplified
from uso_lib.presentation.charts.region_map import draw_region
from uso_lib.presentation.sections.map_numbers import map_lines
from uso_lib.presentation.sections.numbers import COLUMNS
from uso_lib.presentation.words import finnish
from uso_lib.regions import load_regions

SPEC = specs.FigureSpec(id="toy_map", kind="map", title="Osuus kunnittain", indicators=["a"])
VALUES = {"001": -1.5, "002": 2.0, "003": "...", "004": 10.25, "005": 4.0, "006": 4.0}
BOUNDARIES = toy_boundaries()


def toy(values: dict[str, float | str] | None = None, *, here: str = "001", **changes: object) -> Everywhere:
    """Return the toy country's shares in 2025."""
    figures = {code: {"2025": value} for code, value in (values or VALUES).items()}
    declared = indicator("a", title="Osuus", unit="pct", decimals=1, **changes)
    return everywhere(world(tidy(figures), [declared], here=here, network=("001", "003", "004")), "a")


def country(result: Everywhere) -> Figure:
    return draw_country(SPEC, result, BOUNDARIES)


def region(result: Everywhere) -> Figure:
    return draw_region(SPEC, result, BOUNDARIES)


def texts(figure: Figure) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", figure.svg)


def filled(figure: Figure, colour: str) -> str:
    """Return the path data of the areas filled with a colour, the legend's swatches left out."""
    paths = re.findall(rf'<path d="([^"]*)" style="fill:{colour}[^"]*"', figure.svg)
    return max(paths, key=len)


def test_the_country_tells_its_finding_with_the_numbers() -> None:
    found = country(toy())
    minus = finnish.MINUS
    nbsp = finnish.NBSP
    assert found.alt == (
        f"Kartta: Osuus kunnittain, koko maa vuonna 2025. Aitolan luku on {minus}1,5{nbsp}% ja kuuluu "
        f"pienimpien arvojen luokkaan ({minus}1,5; 1{nbsp}kunta). Suurin Dalby 10,3, pienin Aitola "
        f"{minus}1,5. Tieto on 5 kunnasta 6:sta."
    )
    assert found.subtitle.startswith("%, 2025. ")
    assert (found.kind, found.title, found.width) == ("map", "Osuus kunnittain", 480)


def test_the_region_tells_its_own_ends_and_who_they_are() -> None:
    found = region(toy())
    minus, nbsp = finnish.MINUS, finnish.NBSP
    assert found.alt == (
        f"Kartta: Osuus kunnittain, maakunnan kunnat vuonna 2025. Aitolan luku on {minus}1,5{nbsp}%. "
        f"Suurin Bölö 2,0, pienin Aitola {minus}1,5. Tieto on 2 kunnasta 3:sta."
    )
    assert found.title == "Osuus kunnittain: MK01"
    assert {"Aitola", f"{minus}1,5", "Bölö", "2,0", "Cederby", finnish.DASH} <= set(texts(found))


def test_ends_that_print_alike_are_all_named() -> None:
    shared = toy({"001": 3.0, "002": 5.0, "004": 5.04, "005": 3.0, "006": 3.0})
    assert "Suurimmat Bölö ja Dalby 5,0, pienimmät Aitola, Eerola ja Foglö 3,0." in country(shared).alt
    crowd = toy({"001": 3.0, "002": 3.0, "004": 5.0, "005": 3.0, "006": 3.0})
    assert "Suurin Dalby 5,0, pienimmät muun muassa Aitola 3,0." in country(crowd).alt
    everyone = toy(dict.fromkeys(PLACES, 2.0))
    assert "Kaikilla on sama luku, 2,0. Tieto on kaikista 6 kunnasta." in country(everyone).alt
    assert "ainoaan luokkaan (2,0; 6" in country(everyone).alt


def test_every_class_is_one_shape_in_its_colour_and_the_missing_are_hatched() -> None:
    result = toy()
    found = country(result)
    assert [(one.low, one.high, one.count) for one in result.classes] == [
        (-1.5, -1.5, 1), (2.0, 2.0, 1), (4.0, 4.0, 2), (10.3, 10.3, 1),
    ]  # fmt: skip
    colours = ramp(4)
    subpaths = [filled(found, colour).count("M") for colour in colours]
    assert subpaths == [1, 1, 4, 2]  # 005 has an island, 006 an enclave, 004 a hole
    assert found.svg.count("<pattern") >= 1
    assert found.svg.count("url(#") == 2  # 003 and the swatch
    assert "ei tietoa (1)" in texts(found)
    complete = country(toy(dict.fromkeys(PLACES, 2.0)))
    assert "<pattern" not in complete.svg
    assert not any("ei tietoa" in text for text in texts(complete))


def test_the_legend_gives_limits_and_counts_in_finnish() -> None:
    minus = finnish.MINUS
    assert texts(country(toy()))[:5] == ["10,3 (1)", "4,0 (2)", "2,0 (1)", f"{minus}1,5 (1)", "ei tietoa (1)"]
    many = toy({code: value * 1.5 - 20 for code, value in zip(PLACES, range(0, 36, 6), strict=True)})
    written = [class_text(one, 1) for one in many.classes]
    assert written == [f"{minus}20,0\u2009…\u2009{minus}11,0", f"{minus}2,0", "7,0", "16,0", "25,0"]
    thousands = replace(many.classes[0], low=1200.0, high=3400.0)
    assert class_text(thousands, 0) == f"1{finnish.NBSP}200–3{finnish.NBSP}400"


def test_signs_tell_peers_and_network_apart_without_colour() -> None:
    result = toy()
    assert {kind: list(codes) for kind, codes in roles(result).items()} == {
        "member": ["001"], "peer": ["002"], "network": ["004"], "both": ["003"],
    }  # fmt: skip
    words = texts(country(result))
    assert words[words.index("verrokki") - 1] == f"Aitola {finnish.MINUS}1,5"
    assert {"verrokki", "USO-verkoston kunta", "verrokki ja verkoston kunta"} <= set(words)
    canvases = []
    for kind in ("peer", "network", "both"):
        canvas = MapCanvas(20.0, 20.0)
        canvas.signs(kind, [(10.0, 10.0)])
        canvases.append(canvas.svg())
    assert len({re.sub(r"#[0-9a-f]{6}", "", svg) for svg in canvases}) == 3


def test_neighbouring_classes_differ_in_grey_and_every_step_is_alike() -> None:
    lightness = [116 * style.luminance(colour) ** (1 / 3) - 16 for colour in RAMP]
    steps = [before - after for before, after in pairwise(lightness)]
    assert min(steps) > 14
    assert max(steps) < 22
    assert all(style.contrast(one, other) > 1.4 for one, other in combinations(RAMP, 2))
    assert [ramp(count)[0] for count in (2, 3, 4, 5)] == [RAMP[0]] * 4
    assert [ramp(count)[-1] for count in (2, 3, 4, 5)] == [RAMP[-1]] * 4
    assert style.contrast(HATCH) > 3


def test_the_same_figures_give_the_same_bytes() -> None:
    first = [one(toy()).svg for one in (country, region)]
    assert [one(toy()).svg for one in (country, region)] == first
    assert [one(toy(here="005")).svg for one in (country, region)] != first


def test_a_row_draws_two_figures_or_none() -> None:
    real = load_regions().find("Tornio")
    assert draw(SPEC) is None
    assert draw_all([SPEC], comparisons={}, breakdowns={}, flows={}, maps={}) == ()
    gone = replace(toy(), period=None)
    assert draw_all([SPEC], comparisons={}, breakdowns={}, flows={}, maps={"a": gone}) == ()
    assert real.code in load_boundaries().areas


def test_borders_stay_shared_when_they_are_simplified() -> None:
    view = country_view(load_boundaries())
    again = View(view.boundaries, view.codes, view.box, view.detail, view.grid)
    edges: dict[frozenset[tuple[float, float]], int] = {}
    for rings in again.rings.values():
        for ring in rings:
            for before, after in pairwise(map(tuple, ring.tolist())):
                if before != after:
                    edge = frozenset((before, after))
                    edges[edge] = edges.get(edge, 0) + 1
    outer = sum(count % 2 for count in edges.values())
    coast = sum(len(ring) - 1 for ring in again.merged(again.codes))
    assert outer <= coast
    assert len(view.rings) == 308
    assert sum(map(len, view.rings.values())) < sum(map(len, again.rings.values()))


def test_simplified_lines_keep_their_ends_and_stay_near() -> None:
    line = np.array([(0.0, 0.0), (1.0, 0.1), (2.0, -0.1), (3.0, 2.0), (4.0, 0.0)])
    assert simplified(line, 0.5).tolist() == [[0, 0], [2, -0.1], [3, 2], [4, 0]]
    assert simplified(line, 0.0) is line
    island = np.array([(0.0, 0.0), (0.0, 0.2), (0.2, 0.2), (0.2, 0.0), (0.0, 0.0)])
    assert len(simplified(island, 5.0)) == 4
    assert gridded(np.array([(0.1, 0.1), (0.2, 0.2), (0.9, 0.6)]), 0.5).tolist() == [[0, 0], [1, 0.5]]


def test_a_name_finds_the_widest_place_inside_an_area() -> None:
    square = np.array([(0.0, 0.0), (0.0, 40.0), (60.0, 40.0), (60.0, 0.0), (0.0, 0.0)])
    found = places([square], 10.0)
    assert {round(place.room, 6) for place in found} == {60.0}
    assert {place.x for place in found} == {30.0}
    hole = np.array([(20.0, 0.1), (60.0, 0.1), (60.0, 39.9), (20.0, 39.9), (20.0, 0.1)])
    assert max(place.room for place in places([square, hole], 10.0)) == pytest.approx(20.0)


@given(st.lists(st.tuples(st.floats(20, 340), st.floats(20, 320)), min_size=1, max_size=12))
def test_a_name_beside_an_area_covers_nothing_when_it_says_so(spots: list[tuple[float, float]]) -> None:
    taken = [map_labels.sign(spot) for spot in spots]
    box = (np.array(spots[0]) - 4, np.array(spots[0]) + 4)
    made, free = map_labels.beside("Mänttä-Vilppula", box, taken, height=340.0)
    assert free == (not any(made.overlaps(other) for other in taken))


@pytest.mark.parametrize("name", ["Tornio", "Siuntio", "Kuhmoinen", "Kustavi", "Kökar", "Pyhäntä"])
def test_names_of_a_real_region_do_not_cover_one_another(name: str) -> None:
    here = load_regions().find(name)
    everyone = load_regions().in_region(here.region_code)
    values = {one.code: {"2025": float(place)} for place, one in enumerate(load_regions().all)}
    context = world(tidy(values), [indicator("a", unit="pct", decimals=1)])
    context = replace(context, regions=load_regions(), municipality=here, peers=(), network=())
    figure = draw_region(SPEC, everywhere(context, "a"), load_boundaries())
    groups = re.findall(r'<g[^>]*fill="#262626">(.*?)</g>', figure.svg)
    placed = [
        (float(x), float(y), text_layout.text_width(text, style.SMALL_PT))
        for x, y, text in re.findall(r'<text x="([\d.]+)" y="([\d.]+)">([^<]*)', "".join(groups))
    ]
    over = [
        (one, other)
        for one, other in combinations(placed, 2)
        if abs(one[1] - other[1]) < 8 and abs(one[0] - other[0]) < (one[2] + other[2]) / 2
    ]
    assert len(placed) > 3
    assert over == []
    told = " ".join(texts(figure))
    assert all(one.name in told for one in everyone)


def test_the_locator_names_the_peers_by_region_and_no_number() -> None:
    regions = load_regions()
    here, peers = regions.find("Tornio"), [regions.find(name) for name in ("Kemi", "Oulu", "Rovaniemi")]
    areas = {one.region_code: [x.code for x in regions.in_region(one.region_code)] for one in regions.all}
    found = draw_locator(here, peers, areas, load_boundaries())
    assert found.alt == (
        "Kartta: Tornio (Lappi) ja verrokit: Kemi ja Rovaniemi (Lappi); Oulu (Pohjois-Pohjanmaa)."
    )
    assert not re.search(r"\d", found.alt + "".join(texts(found)))
    assert {"Tornio", "Kemi", "Oulu", "Rovaniemi", "verrokki"} <= set(texts(found))
    assert len(found.svg) < 15_000


def test_the_workbook_has_every_number_of_the_maps() -> None:
    lines = [dict(zip(COLUMNS, line, strict=True)) for line in map_lines("teema", "rivi", toy())]
    values = {line["area"]: line["value"] for line in lines if line["measure"] == "value"}
    assert values == {"001": -1.5, "002": 2.0, "003": None, "004": 10.25, "005": 4.0, "006": 4.0}
    limits = [
        (one["title"], one["value"], one["n"], one["of"]) for one in lines if one["measure"] == "class_limit"
    ]
    assert limits[:2] == [("Osuus: luokka 1 alkaa", -1.5, 1, 5), ("Osuus: luokka 1 päättyy", -1.5, 1, 5)]
    assert limits[-1] == ("Osuus: luokka 4 päättyy", 10.3, 1, 5)
    ends = [
        (one["measure"], one["area"], one["value"], one["n"], one["of"])
        for one in lines
        if one["measure"] in ("least", "greatest")
    ]
    assert ends == [
        ("least", "SSS", -1.5, 5, 6), ("greatest", "SSS", 10.25, 5, 6),
        ("least", "MK01", -1.5, 2, 3), ("greatest", "MK01", 2.0, 2, 3),
    ]  # fmt: skip
    assert [line["value"] for line in lines if line["measure"] == "without_data"] == [1.0]
    assert {line["group"] for line in lines} == {"everywhere"}
    assert map_lines("teema", "rivi", replace(toy(), period=None)) == []


def test_the_real_country_stays_small() -> None:
    values = {one.code: {"2025": float(int(one.code) % 97)} for one in load_regions().all}
    context = replace(
        world(tidy(values), [indicator("a", unit="pct", decimals=1)]),
        regions=load_regions(),
        municipality=load_regions().find("Oulu"),
        peers=(),
        network=(),
    )
    result = everywhere(context, "a")
    assert len(draw_country(SPEC, result, load_boundaries()).svg) <= 25_000
    assert len(draw_region(SPEC, result, load_boundaries()).svg) <= 25_000


def test_the_own_label_has_the_value_as_it_is_printed() -> None:
    assert map_text.own_label(toy()) == f"Aitola {finnish.MINUS}1,5"
    assert municipality("001").name == "Aitola"

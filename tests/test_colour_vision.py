"""Charts stay legible in grey and with every common colour-vision deficiency, measured on what is drawn."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from colour_vision import DEFICIENCIES, VISIONS, contrast, least_contrast, simulated
from svg_shapes import WHITE, Shape, fills, shapes, strokes, touching
from test_figures import HARD
from toy_results import breakdown, figure_spec

from uso_lib.presentation.charts import shades, style
from uso_lib.presentation.charts.figure import Figure
from uso_lib.presentation.charts.figures import draw

LEAST = 3.0
_FIGURE = re.compile(r'<figure class="figure figure-(\w+)">.*?base64,([^"]*)"', re.DOTALL)
_SPARKLINE = re.compile(r'<td class="sparkline"[^>]*>\s*<img[^>]*base64,([^"]*)"')
#: Five classes cannot keep 3:1 to one another; they differ by even steps, and the limits stand as text.
MAPS, CLASSES_APART, MARKS_STAND_OUT = {"map", "locator"}, 1.3, 12.0
#: Grid and axes only carry the eye; what they say stands in figures beside them.
GUIDES = {style.GRID, style.AXIS}


def shares_by_age() -> Figure | None:
    ages = {"0-6": 10.0, "7-15": 20.0, "16-64": 50.0, "65-": 20.0}
    result = breakdown({"2020": ages}, unit="pct", formula="share")
    return draw(figure_spec("stack", breakdown="toy"), breakdown=result)


def stacked_shares() -> Figure | None:
    years = {str(year): {"a": 10.0, "b": 35.0, "c": 40.0, "d": 15.0} for year in range(2010, 2020)}
    return draw(
        figure_spec("stack", breakdown="toy"), breakdown=breakdown(years, unit="pct", formula="share")
    )


CASES: dict[str, Callable[[], Figure | None]] = {
    **HARD,
    "shares by age": shares_by_age,
    "stacked shares": stacked_shares,
}


def separated(one: Shape, other: Shape) -> bool:
    """Tell whether a white line of its own, or white left between, keeps two shapes apart for everyone."""
    line = one.stroke == other.stroke == WHITE and min(one.width, other.width) >= 0.75
    gap = not one.stroke and not other.stroke
    return (line or gap) and min(least_contrast(one.fill), least_contrast(other.fill)) >= LEAST


def faults(kind: str, svg: str) -> list[str]:
    """Return what could not be told apart in a picture, in words; nothing when all is well."""
    if kind in MAPS:
        return list(_classes(svg))
    return [*_against_white(svg), *_neighbours(svg), *_series(svg)]


def _classes(svg: str) -> Iterator[str]:
    """Yield classes of a map that look alike, and that no dark line marks the municipality."""
    drawn = [fill for fill in fills(svg) if fill != WHITE]
    for one, other in combinations(drawn, 2):
        if least_contrast(one, other) < CLASSES_APART:
            yield f"classes {one} and {other} look alike"
    if max((least_contrast(line) for line in strokes(svg, at_least=0.8)), default=1.0) < MARKS_STAND_OUT:
        yield "nothing marks the municipality"


def _against_white(svg: str) -> Iterator[str]:
    for shape in shapes(svg):
        seen = [colour for colour in (shape.fill, shape.stroke) if colour and colour not in {WHITE, *GUIDES}]
        if seen and max(least_contrast(colour) for colour in seen) < LEAST:
            yield f"{seen} does not stand out from white"


def _neighbours(svg: str) -> Iterator[str]:
    for one, other in touching(svg):
        if least_contrast(one.fill, other.fill) < LEAST and not separated(one, other):
            yield f"{one.fill} touches {other.fill}"


def _series(svg: str) -> Iterator[str]:
    """Yield series that look alike: bars of different kinds among themselves, each line and the next."""
    boxed = [shape for shape in shapes(svg) if shape.fill and shape.boxes]
    stacked = bool(touching(svg))
    bars = list(dict.fromkeys(shape.fill for shape in boxed))
    for one, other in combinations(bars, 2) if not stacked else ():
        if least_contrast(one, other) < LEAST:
            yield f"bars {one} and {other} look alike"
    lines = strokes(svg, at_least=1.2)
    grounds = [fill for fill in fills(svg) if fill in {style.BAND, style.PEER_BAR}]
    for one, other in [*pairwise(lines), *((line, ground) for line in lines for ground in grounds)]:
        if least_contrast(one, other) < LEAST:
            yield f"lines {one} and {other} look alike"


@pytest.mark.parametrize("case", CASES)
def test_neighbours_stay_apart_in_every_vision(case: str) -> None:
    figure = CASES[case]()
    assert figure is not None
    assert faults(figure.kind, figure.svg) == []


def test_charts_of_every_kind_are_looked_at() -> None:
    drawn = {figure.kind for case in CASES.values() if (figure := case()) is not None}
    assert drawn >= {"trend", "ranking", "stack", "shares", "pyramid", "flow", "bars"}


@pytest.mark.parametrize(
    "case", ["stacked shares", "shares by age", "few shares", "own lines", "pyramid", "flow"]
)
def test_what_is_drawn_differs_in_lightness_not_in_hue_alone(case: str) -> None:
    figure = CASES[case]()
    assert figure is not None
    pairs = touching(figure.svg) or [
        (one, other)
        for one, other in combinations([shape for shape in shapes(figure.svg) if shape.boxes], 2)
        if one.fill != other.fill
    ]
    clashes = [(one.fill, other.fill) for one, other in pairs if least_contrast(one.fill, other.fill) < LEAST]
    assert len(clashes) <= 0.1 * len(pairs), "white lines alone should rarely have to keep neighbours apart"


def test_a_picture_with_neighbours_alike_would_be_seen() -> None:
    figure = CASES["stacked shares"]()
    assert figure is not None
    first, second = fills(figure.svg)[:2]
    alike = figure.svg.replace(second, first)
    assert faults("stack", alike.replace(f"stroke:{WHITE}", f"stroke:{first}"))
    assert faults("stack", figure.svg.replace(second, "#dddddd"))
    ranking = CASES["ranking"]()
    assert ranking is not None
    assert faults("ranking", ranking.svg.replace(style.MEAN_BAR, style.INK))
    trend = CASES["two years"]()
    assert trend is not None
    assert faults("trend", trend.svg.replace(style.GROUP_LINES["peers"].colour, style.MUTED))


def test_groups_of_bars_are_three_steps_apart() -> None:
    for one, other in combinations((style.MEMBER, style.PEER_BAR, style.MEAN_BAR), 2):
        assert least_contrast(one, other) >= LEAST, (one, other)
    assert least_contrast(style.PEER_BAR, style.MEMBER) >= LEAST
    assert least_contrast(style.PEER_EDGE) >= LEAST


def test_every_dark_shade_stands_out_from_every_middle_one() -> None:
    for dark in (*style.DARK_SHADES, *style.DARK_ORDER):
        for middle in (*style.MIDDLE_SHADES, *style.MIDDLE_ORDER):
            assert least_contrast(dark, middle) >= LEAST, (dark, middle)
    lines = [look.colour for look in style.line_looks(8)]
    assert [pair for pair in pairwise(lines) if least_contrast(*pair) < LEAST] == []
    groups = [style.MEMBER_LINE.colour, *(look.colour for look in style.GROUP_LINES.values())]
    assert [pair for pair in pairwise(groups) if least_contrast(*pair) < LEAST] == []


def test_components_take_the_shade_that_those_they_touch_do_not() -> None:
    # The one in the middle touches both others: it alone is dark, whatever its place in the declaration.
    natural, between, abroad = shades.shades(3, [[1, 0, 2]])
    assert natural in style.DARK_SHADES
    assert {between, abroad} <= set(style.MIDDLE_SHADES)
    assert shades.touching([-2.0, 3.0, 0.0, -1.0, 4.0]) == [3, 0, 1, 4]
    assert len(set(shades.shades(8, [list(range(8))]))) == 8
    assert len(shades.shades(14, [list(range(14))])) == 14
    assert shades.shades(0, []) == []


def test_simulation_follows_what_is_known_of_colour_vision() -> None:
    for vision in VISIONS:
        assert simulated("#ffffff", vision) == "#ffffff"
        assert simulated("#000000", vision) == "#000000"
        assert contrast("#000000", "#ffffff", vision) == pytest.approx(21, abs=0.05)
    for matrix in DEFICIENCIES.values():
        assert [sum(row) for row in matrix] == pytest.approx([1, 1, 1], abs=1e-5)
    # Red is dark without long-wave cones; green and red of one lightness merge without middle-wave ones.
    assert contrast("#ff0000", "#000000", "protanopia") < contrast("#ff0000", "#000000")
    red, _, blue = (int(simulated("#d0d000", "tritanopia")[at : at + 2], 16) for at in (1, 3, 5))
    assert blue > 80 < red
    assert len(set(re.findall("..", simulated("#053276", "achromatopsia")[1:]))) == 1


@pytest.mark.slow
def test_figures_of_all_members_can_be_told_apart(network: Path) -> None:
    seen: dict[str, int] = {}
    wrong: list[str] = []
    for report in sorted(network.glob("*/situation.html")):
        text = report.read_text(encoding="utf-8")
        found = _FIGURE.findall(text) + [("sparkline", data) for data in _SPARKLINE.findall(text)]
        for kind, data in found:
            seen[kind] = seen.get(kind, 0) + 1
            wrong += [f"{report.parent.name} {kind}: {one}" for one in faults(kind, _decoded(data))]
    assert wrong == []
    assert {"trend", "ranking", "stack", "pyramid", "flow", "bars", "sparkline"} <= set(seen)
    assert sum(seen.values()) > 18 * 60


def _decoded(data: str) -> str:
    return base64.b64decode(data).decode("utf-8")

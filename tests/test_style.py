"""The look: readable colours, labels that keep apart, nothing leaking out of a drawing."""

from __future__ import annotations

from itertools import pairwise

import matplotlib as mpl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uso_lib.presentation.charts import style, text_layout


def test_contrast_follows_wcag() -> None:
    assert style.contrast("#000000") == pytest.approx(21)
    assert style.contrast("#ffffff") == pytest.approx(1)
    assert style.contrast("#767676") == pytest.approx(4.54, abs=0.01)


def test_every_colour_that_carries_text_is_readable_on_white() -> None:
    assert [colour for colour in (style.MEMBER, style.INK, style.MUTED) if style.contrast(colour) < 4.5] == []


def test_text_on_segments_is_readable() -> None:
    for colour in (*style.DARK_SHADES, *style.MIDDLE_SHADES, *style.DARK_ORDER, *style.MIDDLE_ORDER):
        assert style.contrast(style.text_on(colour), colour) >= 4.5


def test_lines_never_differ_by_colour_only() -> None:
    looks = style.line_looks(8)
    assert len({(look.dashes, look.mark) for look in looks}) == len(looks)
    groups = [style.MEMBER_LINE, *style.GROUP_LINES.values()]
    assert len({(look.width, look.dashes) for look in groups}) == len(groups)


def test_drawing_leaves_the_settings_as_they_were() -> None:
    before = dict(mpl.rcParams)
    with style.drawing():
        assert mpl.rcParams["svg.hashsalt"] == "uso"
    assert dict(mpl.rcParams) == before


def test_bold_text_is_wider_and_lines_are_measured_apart() -> None:
    assert text_layout.text_width("Tornio", bold=True) > text_layout.text_width("Tornio") > 0
    assert text_layout.widest(["Ii\nTornio", "Kemi"]) == text_layout.text_width("Tornio")
    assert text_layout.widest([]) == 0


def test_a_text_is_as_wide_as_the_font_lays_it_out() -> None:
    for text in (
        "Mänttä-Vilppula 1\u00a0234,5 %",
        "18–64\u00a0v. (9/10)",
        "−0,4",
        "Kyyjärvi, AVATYÖ",
        "x",
        "",
    ):
        for size, bold in ((10.0, False), (9.0, True)):
            whole = text_layout._laid_out(text, size, bold=bold) / 64
            assert text_layout.text_width(text, size, bold=bold) == whole


def test_text_is_broken_at_spaces_only() -> None:
    assert text_layout.wrap("Kuntien välinen nettomuutto", 60) == "Kuntien\nvälinen\nnettomuutto"
    assert text_layout.wrap("Työpaikkaomavaraisuus", 20) == "Työpaikkaomavaraisuus"
    assert "6–15\u00a0v." in text_layout.wrap("Esi- ja perusopetus, 6–15 v.", 60)


LABELS = st.lists(st.tuples(st.floats(-50, 250), st.floats(5, 30)), min_size=1, max_size=6)


@settings(deadline=None)
@given(LABELS)
def test_labels_never_overlap_nor_leave_the_range(labels: list[tuple[float, float]]) -> None:
    wanted, heights = [place for place, _ in labels], [height for _, height in labels]
    placed = text_layout.spread(wanted, heights, 0, 200)
    spans = sorted((place - size / 2, place + size / 2) for place, size in zip(placed, heights, strict=True))
    assert all(after[0] >= before[1] - 1e-6 for before, after in pairwise(spans))
    assert spans[0][0] >= -1e-6
    assert spans[-1][1] <= 200 + 1e-6


def test_labels_with_room_stay_where_they_want() -> None:
    assert text_layout.spread([50, 10, 100], [10, 10, 10], 0, 200) == [50, 10, 100]
    assert text_layout.spread([50, 50], [10, 20], 0, 200) == pytest.approx([42.5, 57.5])

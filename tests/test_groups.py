"""Means, extremes and positions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy_world import tidy, world

from uso_lib.analysis import groups

NAN = float("nan")


def test_the_peers_hold_the_municipality_itself_and_the_network_only_its_members() -> None:
    context = world(tidy({"001": {"2024": 1.0}}), here="002", peers=("003", "006"), network=("001", "004"))
    columns = {name: found.tolist() for name, found in context.groups.items()}
    assert columns == {
        "peers": [1, 2, 5],
        "network": [0, 3],
        "region": [0, 1, 2],
        "country": [0, 1, 2, 3, 4, 5],
    }


def test_an_empty_network_is_left_out() -> None:
    assert "network" not in world(tidy({"001": {"2024": 1.0}}), network=()).groups


def test_means_count_only_those_with_data() -> None:
    mean, count = groups.means(np.array([[1.0, NAN, 4.0], [NAN, NAN, NAN], [0.0, 0.0, 3.0]]))
    assert mean.tolist()[0::2] == [2.5, 1.0]
    assert np.isnan(mean[1])
    assert count.tolist() == [2, 0, 3]


def test_extremes_skip_what_is_missing() -> None:
    low, high = groups.extremes(np.array([[1.0, NAN, 4.0], [NAN, NAN, NAN]]))
    assert (low[0], high[0]) == (1.0, 4.0)
    assert np.isnan(low[1])
    assert np.isnan(high[1])


def test_extremes_of_nobody_are_missing() -> None:
    low, high = groups.extremes(np.empty((2, 0)))
    assert np.isnan(low).all()
    assert np.isnan(high).all()


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (0.25, 1, 0.3),
        (-0.25, 1, -0.3),
        (1.005, 2, 1.01),
        (0.1 + 0.2, 1, 0.3),
        (62.8, 0, 63.0),
        (17.13, 1, 17.1),
        (0.04, 1, 0.0),
    ],
)
def test_printed_rounds_halves_away_from_zero(value: float, decimals: int, expected: float) -> None:
    assert groups.printed(np.array([value]), decimals)[0] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("own", "up", "down"), [(9.0, (1, 1), (4, 1)), (7.0, (2, 2), (2, 2)), (3.0, (4, 1), (1, 1))]
)
def test_ties_share_the_better_place(own: float, up: tuple[int, int], down: tuple[int, int]) -> None:
    values = np.array([9.0, 7.0, 7.0, 3.0, NAN])
    best = groups.position("peers", values, own, direction="up", decimals=0)
    least = groups.position("peers", values, own, direction="down", decimals=0)
    assert best is not None
    assert least is not None
    assert (best.place, best.tied, best.of) == (*up, 4)
    assert (least.place, least.tied, least.of) == (*down, 4)


def test_values_that_print_alike_are_tied() -> None:
    values = np.array([7.04, 6.96, 6.94])
    one = groups.position("country", values, 6.96, direction="up", decimals=1)
    assert one is not None
    assert (one.place, one.tied) == (1, 2)


def test_nobody_is_first_of_one() -> None:
    assert groups.position("peers", np.array([5.0, NAN]), 5.0, direction="up", decimals=0) is None


values_of_a_group = st.lists(st.floats(min_value=-1e6, max_value=1e6) | st.none(), min_size=2, max_size=30)


@given(values_of_a_group, st.integers(min_value=0, max_value=2))
def test_positions_are_a_competition_ranking(found: list[float | None], decimals: int) -> None:
    values = np.array([NAN if one is None else one for one in found])
    present = values[np.isfinite(values)]
    if len(present) < 2:
        return
    places = [groups.position("peers", values, own, direction="up", decimals=decimals) for own in present]
    assert min(one.place for one in places if one) == 1
    for one in places:
        assert one is not None
        assert sum(other.place < one.place for other in places if other) == one.place - 1
        assert sum(other.place == one.place for other in places if other) == one.tied
        assert one.of == len(present)


@given(values_of_a_group)
def test_means_stay_between_the_extremes_and_ignore_the_missing(found: list[float | None]) -> None:
    values = np.array([[NAN if one is None else one for one in found]])
    (mean,), (count,) = groups.means(values)
    (low,), (high,) = groups.extremes(values)
    more, counted = groups.means(np.concatenate([values, [[NAN, NAN]]], axis=1))
    assert counted[0] == count
    if count:
        assert low - 1e-6 <= mean <= high + 1e-6
        assert more[0] == pytest.approx(mean, rel=1e-12, abs=1e-9)
    else:
        assert np.isnan(mean)

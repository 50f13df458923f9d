"""Lay an indicator's frame out as a grid: one line per definition and period, one column per municipality.

Does not compute figures: it only numbers definitions and puts values in their places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from uso_lib.analysis.periods import is_month, month_number, runs
from uso_lib.analysis.selection import WHOLE_COUNTRY


@dataclass(frozen=True)
class Grid:
    """Hold an indicator's figures in lines and columns.

    Parameters
    ----------
    keys
        Lines in order of series (as declared) and time: ``series, period, month, block, segment``.
    figures, symbols, tables
        One line per key, one column per municipality; NaN and "" where there is nothing.
    country
        One line per key: ``value, symbol, method, n`` of the whole country; NaN and "" where there is none.
    """

    keys: pd.DataFrame
    figures: NDArray[np.float64]
    symbols: NDArray[np.object_]
    tables: NDArray[np.object_]
    country: pd.DataFrame


def laid_out(
    frame: pd.DataFrame, areas: Mapping[str, int], breaks: Sequence[str]
) -> tuple[Grid, NDArray[np.int64]]:
    """Return a frame as a grid, and the grid's line of every row of the frame.

    Parameters
    ----------
    frame
        ``area, period, series, block, value, symbol, tables, method, n``; series in declared order.
    areas
        Municipality code → column.
    breaks
        First periods after the indicator's own breaks; its parts' breaks are in ``block`` already.
    """
    labels, series = pd.factorize(frame["series"])
    times, periods = pd.factorize(frame["period"])
    codes, first, inverse = np.unique(
        labels * (len(periods) + 1) + times, return_index=True, return_inverse=True
    )
    found = zip(labels[first], times[first], frame["block"].to_numpy()[first], strict=True)
    lines = [(int(label), str(series[label]), str(periods[time]), int(block)) for label, time, block in found]
    order = sorted(range(len(codes)), key=lambda code: (lines[code][0], month_number(lines[code][2])))
    keys = numbered([lines[code] for code in order], breaks)
    place = np.empty(len(codes), dtype=np.int64)
    place[order] = np.arange(len(codes))
    at = place[inverse]
    return _filled(frame, areas, keys, at), at


def numbered(lines: Sequence[tuple[int, str, str, int]], breaks: Sequence[str]) -> pd.DataFrame:
    """Count the blocks within every series, and the segments over all of them.

    A block ends at a break, where a part's definition changes, and where years turn into months. A segment is
    a stretch a line may be drawn through (`runs`).

    Parameters
    ----------
    lines
        Number of the series, its label, period and the parts' block, in order of series and time.
    breaks
        First periods after the breaks.
    """
    starts = [month_number(one) for one in breaks]
    members: dict[tuple[int, int, int, bool], list[int]] = {}
    for line, (number, _, period, part) in enumerate(lines):
        passed = sum(start <= month_number(period) for start in starts)
        members.setdefault((number, part, passed, is_month(period)), []).append(line)
    blocks, segments = [0] * len(lines), [0] * len(lines)
    counted: dict[int, int] = {}
    drawn = 0
    for (number, _, _, monthly), inside in members.items():
        stretches = runs([month_number(lines[line][2]) for line in inside], monthly=monthly)
        for line, stretch in zip(inside, stretches.tolist(), strict=True):
            blocks[line], segments[line] = counted.get(number, 0), drawn + stretch
        counted[number] = counted.get(number, 0) + 1
        drawn += int(stretches[-1]) + 1
    columns = {
        "series": pd.Series([label for _, label, _, _ in lines], dtype="str"),
        "period": pd.Series([period for _, _, period, _ in lines], dtype="str"),
        "month": np.array([month_number(period) for _, _, period, _ in lines], dtype=np.int64),
        "block": np.array(blocks, dtype=np.int64),
        "segment": np.array(segments, dtype=np.int64),
    }
    return pd.DataFrame(columns)


def _filled(frame: pd.DataFrame, areas: Mapping[str, int], keys: pd.DataFrame, at: NDArray[np.int64]) -> Grid:
    """Put every value of the frame into its line and column."""
    codes, names = pd.factorize(frame["area"])
    column = np.array([areas.get(str(name), -1) for name in names], dtype=np.int64)[codes]
    municipal = column >= 0
    place = (at[municipal], column[municipal])
    shape = (len(keys), len(areas))
    figures = np.full(shape, np.nan)
    figures[place] = frame["value"].to_numpy(dtype=float)[municipal]
    symbols, tables = np.full(shape, "", dtype=object), np.full(shape, "", dtype=object)
    symbols[place] = frame["symbol"].to_numpy(dtype=object)[municipal]
    tables[place] = frame["tables"].to_numpy(dtype=object)[municipal]
    whole = (frame["area"] == WHOLE_COUNTRY).to_numpy()
    country = frame.loc[whole, ["value", "symbol", "method", "n"]].set_axis(at[whole])
    country = country.reindex(range(len(keys))).fillna({"symbol": "", "method": "", "n": 0})
    return Grid(keys, figures, symbols, tables, country)

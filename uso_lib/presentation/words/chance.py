"""Read from a comparison what chance in its counts may explain: a distance, a change, a gap's development.

Does not write sentences and does not compute intervals (analysis/intervals.py).
"""

from __future__ import annotations

from dataclasses import replace

from uso_lib.analysis.intervals import may_be_chance
from uso_lib.analysis.results import Comparison, Interval
from uso_lib.presentation.words import findings

End = tuple[float, Interval]


def is_untold_balance(comparison: Comparison) -> bool:
    """Tell whether the figure is a balance of two counts that no table has: what chance may do is unknown."""
    return comparison.indicator.interval == "difference" and comparison.interval is None


def stands_out(comparison: Comparison) -> bool:
    """Tell whether the distance from the peers' mean may be called one: not where chance may explain it."""
    return not (is_untold_balance(comparison) or findings.within_chance(comparison, "peers"))


def change_may_be_chance(comparison: Comparison) -> bool:
    """Tell whether chance in the counts of both ends may explain the change; no without known counts."""
    ends, span = _ends(comparison), comparison.change
    return ends is not None and span is not None and may_be_chance(span.absolute, *ends)


def gap_may_be_chance(comparison: Comparison) -> bool:
    """Tell whether chance may explain how the gap to the peers' mean has moved since the change's start."""
    ends, start = _ends(comparison), findings.start_values(comparison)
    now = findings.gap(comparison, "peers")
    if ends is None or now is None or start is None or start[1] is None:
        return is_untold_balance(comparison)
    return may_be_chance(now - (start[0] - start[1]), *ends)


def _ends(comparison: Comparison) -> tuple[End, End] | None:
    """Return figure and interval of both ends of the change; None when neither end's counts are known.

    An end whose counts no table has is taken to be as uncertain as the other.
    """
    span, last = comparison.change, comparison.value
    one, other = comparison.start_interval, comparison.interval
    if span is None or last is None or (one is None and other is None):
        return None
    first = span.start_value
    one, other = one or _moved(other, first - last), other or _moved(one, last - first)
    return None if one is None or other is None else ((first, one), (last, other))


def _moved(interval: Interval | None, by: float) -> Interval | None:
    """Return an interval elsewhere."""
    return None if interval is None else replace(interval, low=interval.low + by, high=interval.high + by)

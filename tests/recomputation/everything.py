"""Recompute everything of one member: all themes and the likeness of its peers."""

from __future__ import annotations

from collections.abc import Mapping

from recomputation import elinvoima, hyvinvointi, talous, vaesto, ymparisto
from recomputation.details import breakdown_lines, criterion_lines, flow_lines, stack_lines
from recomputation.expected import Member, Wanted, indicator_lines
from recomputation.figures import Theme
from recomputation.likeness import likeness_lines
from recomputation.maps import map_lines
from recomputation.raw import Raw

THEMES: tuple[Theme, ...] = tuple(one.THEME for one in (vaesto, elinvoima, hyvinvointi, talous, ymparisto))
#: The sheet of the peers' likeness stands beside the themes' sheets.
PEERS = "Verrokit"


def recompute(
    raw: Raw,
    member: Member,
    pairs: dict[tuple[str, str, str], float],
    decimals: Mapping[str, int],
    peer_periods: Mapping[str, str],
) -> dict[str, Wanted]:
    """Return theme title → every number its sheet must hold.

    Parameters
    ----------
    pairs
        Moves between municipalities, see `vaesto.pairs`.
    decimals
        Indicator → decimals printed, on which ties of positions are decided.
    peer_periods
        Property of the peers' likeness → period as the workbook writes it.
    """
    found: dict[str, Wanted] = {}
    for theme in THEMES:
        lines: Wanted = {}
        for name, indicator in theme.indicators.items():
            lines |= indicator_lines(raw, member, name, indicator, decimals.get(name, 0))
        for name in theme.maps:
            lines |= map_lines(raw, member, name, theme.indicators[name], decimals.get(name, 0))
        for name, breakdown in theme.breakdowns.items():
            lines |= breakdown_lines(raw, member, name, breakdown)
        for name in theme.flows:
            lines |= flow_lines(raw, member, name, pairs)
        for name, criterion in theme.criteria.items():
            lines |= criterion_lines(raw, member, name, criterion)
        for title, names in theme.stacks.items():
            lines |= stack_lines(raw, member, title, {name: theme.indicators[name] for name in names})
        found[theme.title] = lines
    return {**found, PEERS: likeness_lines(raw, member, peer_periods)}

"""Write a proposal of peers as plain text, for a terminal and for the comment in a parameter file.

Does not measure anything (peers.py) and does not write the report's Finnish section (presentation/).
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

from uso_lib.analysis.peer_variables import PeerVariable
from uso_lib.analysis.peers import PeerProposal

WIDTH = 110
NUMBERS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine"}


def format_proposal(proposal: PeerProposal) -> str:
    """Return a proposal as plain text of at most 110 columns.

    First each peer's distance and values beside the municipality's own, then every variable's share of the
    squared distance, then what the columns are, of which period and from whom, then who was left out.
    """
    own = proposal.municipality
    shorts = [one.short for one in proposal.variables]
    values = [[own.name, "", *_values(proposal.variables, proposal.values)]]
    values += [
        [peer.municipality.name, f"{peer.distance:.2f}", *_values(proposal.variables, peer.values)]
        for peer in proposal.peers
    ]
    shares = [
        [peer.municipality.name, *(f"{peer.shares_pct[one.id]:.0f}" for one in proposal.variables)]
        for peer in proposal.peers
    ]
    parts = [
        f"{len(proposal.peers)} of {proposal.compared} mainland municipalities, nearest to {own.name} first",
        _table(["", "distance", *shorts], values),
        "Share of the squared distance, %",
        _table(["", *shorts], shares),
        _legend(proposal.variables),
    ]
    if proposal.left_out:
        names = "; ".join(f"{one.name} ({', '.join(lacking)})" for one, lacking in proposal.left_out)
        parts.append(f"Not compared for lack of figures: {names}")
    return "\n\n".join(parts)


def origin_comment(proposal: PeerProposal) -> tuple[str, ...]:
    """Return the lines that tell, in a parameter file, where its peers come from."""
    number = NUMBERS.get(len(proposal.peers), str(len(proposal.peers)))
    slug = proposal.municipality.slug
    rule = f"The {number} nearest by the neutral rule (uso peers {slug}): size, density, age,"
    rest = f"industry, dependency, education and migration; figures of {proposal.years}."
    return rule, rest


def _values(variables: Sequence[PeerVariable], values: Mapping[str, float]) -> list[str]:
    """Return the values of one municipality with their decimals, thousands apart."""
    return [f"{values[one.id]:,.{one.decimals}f}".replace(",", " ") for one in variables]


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return rows as columns of equal width, the first to the left and the others to the right."""
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    lines: list[str] = []
    for first, *others in (heads, *rows):
        right = (cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))
        lines.append("  ".join([first.ljust(widths[0]), *right]).rstrip())
    return "\n".join(lines)


def _legend(variables: Sequence[PeerVariable]) -> str:
    """Tell what each column is, its weight within the distance, its period and source."""
    lines: list[str] = []
    for one in variables:
        text = f"{one.short:<9}{one.title}; weight {_weight(one.weight)}; {one.period}; {one.source}"
        lines += textwrap.wrap(text, width=WIDTH, subsequent_indent=" " * 9, break_on_hyphens=False)
    return "\n".join(lines)


def _weight(weight: float) -> str:
    """Return a weight as a fraction of its dimension: 1 or 1/3."""
    return "1" if weight == 1 else f"1/{round(1 / weight)}"

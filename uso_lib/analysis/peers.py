"""Find the municipalities that resemble one most by their area properties, with the reasons in numbers.

Does not say who is a good example, looks at no results such as finances or well-being, and writes nothing.

The method is the usual standardised Euclidean distance: every variable is divided by its standard deviation
over the municipalities compared, differences are squared, weighted and summed. Its choices:

- Seven dimensions weigh the same (size, density, age, industry, dependency, education, migration), whatever
  the number of variables that describe each.
- Population and density are compared as logarithms, because ratios matter there, not differences of heads.
- Only mainland municipalities are compared. Åland's have a municipal act and state transfers of their own and
  no wellbeing services county; being alike in age or size would not make their figures comparable.
- A municipality that lacks a figure is left out and named; nothing is filled in.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from uso_lib.analysis.peer_variables import PeerVariable, on_scale, read_variables, years_of
from uso_lib.errors import MissingFigures, UsoError
from uso_lib.regions import Municipality, Regions
from uso_lib.store import Store

ALAND = "MK21"


@dataclass(frozen=True)
class Likeness:
    """Tell how much one municipality resembles another.

    Parameters
    ----------
    distance
        Standardised distance; 0 would be a twin.
    rank
        Place among all municipalities compared, 1 = nearest.
    values
        Variable id → value in the variable's unit.
    shares_pct
        Variable id → its share of the squared distance, %; they sum to 100 (to 0 for a twin).
    """

    municipality: Municipality
    distance: float
    rank: int
    values: Mapping[str, float]
    shares_pct: Mapping[str, float]


@dataclass(frozen=True)
class PeerProposal:
    """Hold the peers of a municipality with what makes them alike.

    Parameters
    ----------
    variables
        With period, source and weight.
    values
        The municipality's own: variable id → value in the variable's unit.
    peers
        Nearest first.
    compared
        How many municipalities were compared with it.
    left_out
        Municipalities that could not be compared, each with the titles of the variables it lacks.
    """

    municipality: Municipality
    variables: tuple[PeerVariable, ...]
    values: Mapping[str, float]
    peers: tuple[Likeness, ...]
    compared: int
    left_out: tuple[tuple[Municipality, tuple[str, ...]], ...]

    @property
    def years(self) -> str:
        """Return the span of years the figures come from."""
        return years_of(self.variables)


def nearest(store: Store, regions: Regions, municipality: Municipality, *, count: int = 9) -> PeerProposal:
    """Propose the `count` municipalities nearest to one by the neutral rule.

    Raises
    ------
    UsoError
        The municipality is in Åland, or `count` is not between 1 and the number of municipalities compared.
    MissingFigures
        The municipality itself lacks a figure.
    """
    comparison = _compare(store, regions, municipality)
    if not 1 <= count <= len(comparison.order):
        message = f"{count} peers were asked for; give a number from 1 to {len(comparison.order)}."
        raise UsoError(message)
    return comparison.proposal(comparison.order[:count])


def resemblance(
    store: Store, regions: Regions, municipality: Municipality, peers: Sequence[Municipality]
) -> PeerProposal:
    """Tell how the given peers, by whatever rule chosen, resemble a municipality; nearest first.

    Peers that cannot be compared (Åland, or a figure missing) are left out of the result.

    Raises
    ------
    UsoError, MissingFigures
        As `nearest`.
    """
    comparison = _compare(store, regions, municipality)
    given = {one.code for one in peers}
    return comparison.proposal([code for code in comparison.order if code in given])


def squared_differences(variables: Sequence[PeerVariable], scaled: pd.DataFrame, code: str) -> pd.DataFrame:
    """Return weighted squared standardised differences from one area.

    Parameters
    ----------
    variables
        With weights.
    scaled
        One line per area, one column per variable, nothing missing.
    code
        The area all others are compared with.

    Returns
    -------
    pandas.DataFrame
        Shaped as `scaled`; the sum of a line is the squared distance. A variable that is the same everywhere
        adds nothing.
    """
    spread = scaled.std(ddof=0)
    differences = (scaled - scaled.loc[code]) / spread.where(spread > 0)
    weights = pd.Series({one.id: one.weight for one in variables})
    return differences.fillna(0.0).pow(2).mul(weights)


@dataclass(frozen=True)
class _Comparison:
    """Hold one municipality measured against all others; `order` has their codes, nearest first."""

    municipality: Municipality
    others: Mapping[str, Municipality]
    variables: tuple[PeerVariable, ...]
    values: pd.DataFrame
    squared: pd.DataFrame
    order: list[str]
    left_out: tuple[tuple[Municipality, tuple[str, ...]], ...]

    def proposal(self, codes: Sequence[str]) -> PeerProposal:
        """Return the result for some of the municipalities, in the order given."""
        return PeerProposal(
            municipality=self.municipality,
            variables=self.variables,
            values=_row(self.values, self.municipality.code),
            peers=tuple(self._likeness(code) for code in codes),
            compared=len(self.order),
            left_out=self.left_out,
        )

    def _likeness(self, code: str) -> Likeness:
        """Put one municipality's values and shares together."""
        parts = _row(self.squared, code)
        total = sum(parts.values())
        return Likeness(
            municipality=self.others[code],
            distance=math.sqrt(total),
            rank=self.order.index(code) + 1,
            values=_row(self.values, code),
            shares_pct={name: part / total * 100 if total else 0.0 for name, part in parts.items()},
        )


def _compare(store: Store, regions: Regions, municipality: Municipality) -> _Comparison:
    """Measure every comparable municipality against one."""
    if municipality.region_code == ALAND:
        reason = "The rule compares mainland municipalities only"
        message = f"{reason}: name the peers of {municipality.name} yourself."
        raise UsoError(message)
    variables, figures = read_variables(store)
    mainland = {one.code: one for one in regions.all if one.region_code != ALAND}
    values = figures.reindex(list(mainland))
    scaled = on_scale(variables, values)
    lacking = {
        code: tuple(one.title for one in variables if gaps[one.id])
        for code, gaps in scaled.isna().to_dict("index").items()
        if any(gaps.values())
    }
    if municipality.code in lacking:
        reason = f"No peers can be proposed for {municipality.name}"
        message = f"{reason}, it lacks: {'; '.join(lacking[municipality.code])}. Name them yourself."
        raise MissingFigures(message)
    squared = squared_differences(variables, scaled.dropna(), municipality.code)
    distances = squared.sum(axis="columns").drop(municipality.code)
    return _Comparison(
        municipality=municipality,
        others=mainland,
        variables=variables,
        values=values,
        squared=squared,
        order=[str(code) for code in distances.sort_values(kind="stable").index],
        left_out=tuple((mainland[str(code)], titles) for code, titles in lacking.items()),
    )


def _row(frame: pd.DataFrame, code: str) -> dict[str, float]:
    """Return one area's figures by variable."""
    figures = frame.loc[[code]].to_numpy(dtype=float)[0]
    return {str(name): float(figure) for name, figure in zip(frame.columns, figures, strict=True)}

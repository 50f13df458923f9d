"""Read what Sotkanet answers: its list of regions, its descriptions of indicators, its rows of figures.

Does not ask anything (adapter.py) and does not decide which indicator is meant.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from uso_lib.errors import BadAnswer
from uso_lib.sources.service import Answer
from uso_lib.sources.sotkanet.pins import plain_title
from uso_lib.sources.web.endpoints import parsed
from uso_lib.tidy import MISSING_MARKS

#: Names of the same field: today's, and those of the old interface and of its CSV twin.
_FIELDS = {
    "indicator": ("indicator",),
    "region": ("region",),
    "year": ("year",),
    "gender": ("gender",),
    "value": ("value", "primary value"),
    "absValue": ("absValue", "absolute value"),
}
_WHOLE_COUNTRY = 658
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d{1,2})?")
_SPACE = re.compile(r"[\s\u00a0\u2009\u202f]+")
#: Years that an indicator may begin or end with, projections included.
POSSIBLE_YEARS = range(1900, 2101)
#: Both sexes together, the only gender asked for.
TOTAL = "total"
Field = Literal["value", "absValue"]


@dataclass(frozen=True)
class Description:
    """Describe one indicator as the service does.

    Parameters
    ----------
    title
        Finnish, entities decoded.
    first, last
        Years it has figures for; None when the service does not say.
    updated
        The service's own time of the figures, empty when it gives none.
    genders, regions
        What it is divided by, in small letters; empty when the service does not say.
    """

    id: int
    title: str
    first: int | None
    last: int | None
    updated: str
    organisation: str
    genders: frozenset[str]
    regions: frozenset[str]


@dataclass(frozen=True)
class Row:
    """Hold one row of figures; the texts of a field that is absent, null or empty are None."""

    indicator: int
    region: int
    year: int
    gender: str
    value: Any
    abs_value: Any

    def of(self, field: Field) -> Any:
        """Return what stands in a field."""
        return self.value if field == "value" else self.abs_value


def read_regions(answer: Answer) -> dict[int, str]:
    """Return region id → area for municipalities, also abolished ones, and the whole country (SSS).

    Raises
    ------
    BadAnswer
        It is no list of regions, or it has no municipalities or no whole country.
    """
    areas: dict[int, str] = {}
    for entry in _entries(answer):
        region, code, category = _whole(entry.get("id")), str(entry.get("code", "")), entry.get("category")
        if region is not None and category == "KUNTA" and re.fullmatch(r"\d{1,3}", code, re.ASCII):
            areas[region] = code.zfill(3)
        elif region == _WHOLE_COUNTRY and category == "MAA":
            areas[region] = "SSS"
    if "SSS" not in areas.values() or len(areas) < 2:
        raise _bad(answer, "the list of regions has no municipalities or no whole country")
    return areas


def read_titles(answer: Answer) -> dict[int, str]:
    """Return id → Finnish title of every indicator in the service's list.

    Raises
    ------
    BadAnswer
        It is no list of indicators.
    """
    titles = {_whole(entry.get("id")): _finnish(entry.get("title")) for entry in _entries(answer)}
    return {number: title for number, title in titles.items() if number is not None and title}


def read_description(answer: Answer, *, id: int) -> Description | None:  # noqa: A002 - the service's own word
    """Return what the service says of one indicator; None when it says that there is none.

    Raises
    ------
    BadAnswer
        It is no description, or one of another indicator.
    """
    data = parsed(answer)
    if not data and not isinstance(data, int | float):
        return None
    if not isinstance(data, dict) or _whole(data.get("id")) != id:
        raise _bad(answer, f"it does not describe indicator {id}")
    years, classes = _mapping(data.get("range")), _mapping(data.get("classifications"))
    updated = data.get("data-updated")
    return Description(
        id=id,
        title=_finnish(data.get("title")),
        first=_year(years.get("start")),
        last=_year(years.get("end")),
        updated=plain_title(str(updated))[:60] if isinstance(updated, str | int) else "",
        organisation=_finnish(_mapping(data.get("organization")).get("title")),
        genders=_values(classes.get("sex")),
        regions=_values(classes.get("region")),
    )


def read_rows(answer: Answer) -> list[Row]:
    """Return the rows of an answer, in its order.

    Raises
    ------
    BadAnswer
        It is no list of rows with indicator, region and year.
    """
    rows = []
    for number, entry in enumerate(_entries(answer), start=1):
        found = {
            field: next((entry[n] for n in names if n in entry), None) for field, names in _FIELDS.items()
        }
        whole = [_whole(found[field]) for field in ("indicator", "region", "year")]
        if None in whole:
            raise _bad(answer, f"row {number} lacks indicator, region or year: {str(entry)[:120]}")
        indicator, region, year = (one for one in whole if one is not None)
        gender = str(found["gender"] or TOTAL).strip().lower()
        figures = [None if _blank(found[field]) else found[field] for field in ("value", "absValue")]
        rows.append(Row(indicator, region, year, gender, *figures))
    return rows


def read_figure(figure: Any, *, nil: Literal["zero", "missing"]) -> tuple[float | None, str] | None:
    """Return value and mark of a figure as the service writes it; None when it is neither number nor mark.

    Parameters
    ----------
    figure
        A number, or a text with a comma or a point, a producer's mark included.
    nil
        What ``-`` means.
    """
    if isinstance(figure, str):
        text = _SPACE.sub("", figure).replace("\u2212", "-")
        if text in MISSING_MARKS - {"/"}:
            return None, text
        if text == "-":
            return (0.0, "-") if nil == "zero" else (None, "..")
        figure = float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None
    if isinstance(figure, bool) or not isinstance(figure, int | float):
        return None
    number = float(figure) if abs(figure) < 1e300 else math.inf
    return (number, "") if math.isfinite(number) else None


def _entries(answer: Answer) -> list[dict[str, Any]]:
    data = parsed(answer)
    if not isinstance(data, list) or not all(isinstance(entry, dict) for entry in data):
        raise _bad(answer, "it is not a list of entries")
    return data


def _bad(answer: Answer, reason: str) -> BadAnswer:
    return BadAnswer(f"{answer.call.url}: the answer cannot be used: {reason}. Try again later.")


def _whole(value: Any) -> int | None:
    """Return a whole number given as number or text."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    text = str(value).strip() if isinstance(value, str) else ""
    return int(text) if re.fullmatch(r"\d{1,9}", text, re.ASCII) else None


def _year(value: Any) -> int | None:
    """Return a year that figures may be of, None for any other number: every year between is asked for."""
    year = _whole(value)
    return year if year is not None and year in POSSIBLE_YEARS else None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _values(value: Any) -> frozenset[str]:
    listed = _mapping(value).get("values")
    return frozenset(str(one).strip().lower() for one in listed) if isinstance(listed, list) else frozenset()


def _finnish(title: Any) -> str:
    text = _mapping(title).get("fi")
    return plain_title(text) if isinstance(text, str) else ""


def _blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())

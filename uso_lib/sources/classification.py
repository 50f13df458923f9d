"""Ask Statistics Finland's classification service about municipalities, regions, mergers and boundaries.

Does not change any register: what differs from the bundled ones is told to a person (compare_registers).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from uso_lib.errors import BadAnswer, Refused
from uso_lib.live_specs import Service, ServiceName
from uso_lib.sources.service import Answer, Call, Session
from uso_lib.sources.web.endpoints import below, beside, parsed, text_of

NAME: ServiceName = "classification"
MAPS_HOST = "geo.stat.fi"
MAPS_PATH = "geoserver/tilastointialueet/wfs"
#: Municipalities at the turn of the year 2026; a number far from it is a broken answer.
USUAL_COUNT = range(250, 350)
_DATA = (("content", "data"), ("lang", "fi"), ("format", "json"))
_DIVISION = re.compile(r"(?:^|/)kunta_1_(\d{4})0101$")
_KEY = re.compile(r"(?:^|/)(kunta_2_(\d{8})(?:%23|#)kunta_1_\2)$")


def latest_year(session: Session, service: Service) -> int:
    """Return the year of the newest division into municipalities.

    Raises
    ------
    FetchError
        The service cannot be used.
    """
    years = [
        int(found[1])
        for text in _texts(session, service, "classifications")
        if (found := _DIVISION.search(text))
    ]
    if not years:
        message = "classification: the service lists no division into municipalities (kunta_1_<year>0101)."
        raise Refused(message)
    return max(years)


def municipalities(session: Session, service: Service, year: int) -> pd.DataFrame:
    """Return the municipalities of a year.

    Returns
    -------
    pandas.DataFrame
        Columns ``code`` and ``name``, text, by code.

    Raises
    ------
    BadAnswer
        A code is not one, stands twice, or the number of municipalities cannot be right.
    """
    path = f"classifications/kunta_1_{year}0101/classificationItems"
    answer = session.send(_call(service, path, ("meta", "max")))
    rows = [(text_of(item, "code"), _name(item)) for item in _items(answer)]
    made = pd.DataFrame(rows, columns=["code", "name"], dtype="str")
    wrong = ~made["code"].str.fullmatch(r"\d{3}") | made["code"].duplicated() | made["name"].eq("")
    if wrong.any() or len(made) not in USUAL_COUNT:
        message = (
            f"{answer.call.url}: {len(made)} municipalities, {int(wrong.sum())} of them without a code of "
            "their own or a name. Try again later."
        )
        raise BadAnswer(message)
    return made.sort_values("code", ignore_index=True)


def correspondences(session: Session, service: Service, year: int, target: str) -> pd.DataFrame:
    """Return to which area of another classification each municipality belongs.

    Parameters
    ----------
    target
        As the service calls it: ``maakunta``, ``seutukunta``, ``hyvinvointialue``, ``tyollisyysalue``,
        ``evk``.

    Returns
    -------
    pandas.DataFrame
        Columns ``code``, ``target`` (the service's own code) and ``name`` of the area, text, by code.

    Raises
    ------
    BadAnswer
        A municipality belongs to several areas.
    """
    table = f"kunta_1_{year}0101%23{target}_1_{year}0101"
    made = _maps(session, service, table)
    if made["code"].duplicated().any():
        twice = ", ".join(sorted(set(made.loc[made["code"].duplicated(), "code"]))[:5])
        message = f"classification {table}: municipalities {twice} belong to several areas."
        raise BadAnswer(message)
    return made


def mergers(session: Session, service: Service, earlier: int, later: int) -> pd.DataFrame:
    """Return the municipalities that were abolished between two divisions, and where they went.

    Parameters
    ----------
    earlier, later
        Years of the divisions.

    Returns
    -------
    pandas.DataFrame
        Columns ``abolished``, ``abolished_name`` and ``successor`` (empty when the service does not say),
        text, by code; a municipality that was split has a row for each successor.
    """
    old, new = (municipalities(session, service, year) for year in (earlier, later))
    gone = old[~old["code"].isin(set(new["code"]))]
    pairs = _successors(session, service, earlier, later) if not gone.empty else {}
    today = set(new["code"])
    rows = [
        (code, name, successor)
        for code, name in gone.itertuples(index=False)
        for successor in sorted(pairs.get(code, set()) & today) or [""]
    ]
    return pd.DataFrame(rows, columns=["abolished", "abolished_name", "successor"], dtype="str")


def compare_registers(bundled: pd.DataFrame, fetched: pd.DataFrame) -> list[str]:
    """Compare two registers of municipalities.

    Parameters
    ----------
    bundled, fetched
        Columns ``code`` and ``name``.

    Returns
    -------
    list of str
        One English sentence per difference; empty when there is none.
    """
    names = _named(bundled)
    now = _named(fetched)
    gone = [
        f"{names[code]} ({code}) is not a municipality any more." for code in sorted(set(names) - set(now))
    ]
    new = [f"{now[code]} ({code}) is a new municipality." for code in sorted(set(now) - set(names))]
    renamed = [
        f"{names[code]} ({code}) is called {now[code]} now."
        for code in sorted(set(names) & set(now))
        if names[code] != now[code]
    ]
    return [*gone, *new, *renamed]


def boundaries(session: Session, service: Service, year: int, *, expected: int = 308) -> Answer:
    """Return the boundaries of the municipalities of a year as the map server gives them, checked.

    Parameters
    ----------
    expected
        How many municipalities there must be.

    Returns
    -------
    Answer
        GeoJSON in longitudes and latitudes; `updated` is the server's time of its answer.

    Raises
    ------
    Refused
        The server does not have the year: a new one comes in spring.
    BadAnswer
        Municipalities are missing, stand twice or have no shape.
    """
    params = (
        ("service", "WFS"), ("version", "2.0.0"), ("request", "GetFeature"),
        ("typeNames", f"tilastointialueet:kunta4500k_{year}"), ("outputFormat", "application/json"),
        ("srsName", "EPSG:4326"),
    )  # fmt: skip
    answer = session.send(Call(NAME, beside(service, MAPS_HOST, MAPS_PATH), params=params))
    said = parsed(answer)
    features = said.get("features") if isinstance(said, dict) else None
    found = features if isinstance(features, list) else []
    codes = {text_of(one.get("properties"), "kunta") for one in found if isinstance(one, dict)}
    shaped = sum(bool(one.get("geometry")) for one in found if isinstance(one, dict))
    if not len(found) == len(codes) == shaped == expected:
        message = (
            f"{answer.call.url}: {len(found)} features, {len(codes)} municipalities, {shaped} shapes; "
            f"{expected} of each were expected for {year}."
        )
        raise BadAnswer(message)
    return answer


def _named(register: pd.DataFrame) -> dict[str, str]:
    return dict(zip(register["code"].astype("str"), register["name"].astype("str"), strict=True))


def _successors(session: Session, service: Service, earlier: int, later: int) -> Mapping[str, set[str]]:
    """Return abolished code → successors, from the table between the years or the key of abolished ones."""
    keys = sorted(
        (found[2], found[1].replace("#", "%23"))
        for text in _texts(session, service, "correspondenceTables")
        if (found := _KEY.search(text))
    )
    pairs: dict[str, set[str]] = {}
    for table in (f"kunta_1_{earlier}0101%23kunta_1_{later}0101", *(name for _, name in keys[-1:])):
        try:
            rows = _maps(session, service, table)
        except Refused:
            continue
        for code, target, _ in rows[~rows["code"].isin(set(pairs))].itertuples(index=False):
            if code != target:
                pairs.setdefault(code, set()).add(target)
    return pairs


def _maps(session: Session, service: Service, table: str) -> pd.DataFrame:
    answer = session.send(_call(service, f"correspondenceTables/{table}/maps", ("meta", "min")))
    rows = [
        (_side(item, "source"), _side(item, "target"), _name(item.get("targetItem")))
        for item in _items(answer)
    ]
    made = pd.DataFrame(rows, columns=["code", "target", "name"], dtype="str").drop_duplicates()
    if made.empty or made["code"].eq("").any() or made["target"].eq("").any():
        message = f"{answer.call.url}: pairs lack the code of their source or target. Try again later."
        raise BadAnswer(message)
    return made.sort_values(["code", "target"], ignore_index=True)


def _side(item: Mapping[str, Any], side: str) -> str:
    """Return the code of one side of a pair, written out or at the end of an address."""
    return text_of(item.get(f"{side}Item"), "code") or text_of(item, f"{side}LocalId").rsplit("/", 1)[-1]


def _name(item: Any) -> str:
    """Return the Finnish name of an item, or the only one there is."""
    names = item.get("classificationItemNames") if isinstance(item, dict) else None
    texts = [one for one in names if isinstance(one, dict)] if isinstance(names, list) else []
    finnish = [one for one in texts if text_of(one, "lang") == "fi"]
    return next((text_of(one, "name") for one in (*finnish, *texts)), "")


def _items(answer: Answer) -> list[Mapping[str, Any]]:
    said = parsed(answer)
    if not isinstance(said, list) or not all(isinstance(item, dict) for item in said):
        message = f"{answer.call.url}: the answer is not a list of items. Try again later."
        raise BadAnswer(message)
    return said


def _texts(session: Session, service: Service, path: str) -> list[str]:
    """Return the addresses that a list of the service holds."""
    answer = session.send(Call(NAME, below(service, path), params=(("format", "json"),)))
    said = parsed(answer)
    return [text for text in said if isinstance(text, str)] if isinstance(said, list) else []


def _call(service: Service, path: str, *params: tuple[str, str]) -> Call:
    return Call(NAME, below(service, path), params=(*_DATA, *params))

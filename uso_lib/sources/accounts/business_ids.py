"""Find the business ids of municipalities from the environmental administration's directory.

Does not keep them: ids do not change, but municipalities do.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from uso_lib.errors import BadAnswer, Refused
from uso_lib.live_specs import Service, ServiceName
from uso_lib.registers import read_municipalities
from uso_lib.sources.service import Call, Session
from uso_lib.sources.web.endpoints import beside, parsed, text_of

HOST = "ymparisto"
DIRECTORY = "api/Hakemistorajapinta/1.0/odata/Kunta"
_BUSINESS_ID = re.compile(r"\d{7}-\d")
_MOST_PAGES = 20


def business_ids(
    session: Session, service: Service, name: ServiceName, areas: frozenset[str]
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the business ids of municipalities by code, and remarks on those that were not found.

    The whole directory is asked; when it cannot be listed, the municipalities of today are asked one by one.

    Parameters
    ----------
    areas
        Codes of municipalities of any division.

    Raises
    ------
    Refused
        No municipality's id was found, or two municipalities have the same.
    """
    today = {one.code for one in read_municipalities()} & areas
    found = {code: number for code, number in _all(session, service, name).items() if code in areas}
    for code in () if found else sorted(today):
        try:
            answer = session.send(Call(name, f"{beside(service, HOST, DIRECTORY)}({int(code)})"))
        except (Refused, BadAnswer):
            continue
        found |= {one: number for one, number in _read(parsed(answer)).items() if one == code}
    if not found:
        message = f"{name}: the directory of municipalities has no business ids, so no accounts can be asked."
        raise Refused(message)
    # A municipality that took another's id over keeps it; the abolished one has no accounts of its own.
    taken = {number for code, number in found.items() if code in today}
    found = {code: number for code, number in found.items() if code in today or number not in taken}
    counts = Counter(found.values())
    codes = ", ".join(code for code, number in sorted(found.items()) if counts[number] > 1)
    if codes:
        message = f"{name}: the directory gives municipalities {codes} the same business id."
        raise Refused(message)
    left = sorted(today - set(found))
    remark = f"no business id was found for {len(left)} municipalities: {', '.join(left[:10])}"
    return found, (remark,) if left else ()


def _all(session: Session, service: Service, name: ServiceName) -> dict[str, str]:
    """Return what the whole directory names, page by page; nothing when it cannot be listed."""
    found: dict[str, str] = {}
    start = beside(service, HOST, DIRECTORY)
    call: Call | None = Call(name, start)
    for _ in range(_MOST_PAGES):
        if call is None:
            break
        try:
            said = parsed(session.send(call))
        except (Refused, BadAnswer):
            return found
        rows = said.get("value", []) if isinstance(said, dict) else []
        for row in rows if isinstance(rows, list) else []:
            found |= _read(row)
        call = _next(said, call, start)
    return found


def _next(said: Any, call: Call, start: str) -> Call | None:
    """Return the call of the next page, on the same address only."""
    skip = re.search(r"\$skip(?:token)?=([^&]+)", text_of(said, "@odata.nextLink"))
    if skip is None:
        return None
    word = "$skiptoken" if "$skiptoken" in text_of(said, "@odata.nextLink") else "$skip"
    return Call(call.service, start, params=((word, skip[1]),))


def _read(row: Any) -> dict[str, str]:
    """Return code → business id of one row of the directory."""
    code, number = text_of(row, "KuntaNro", "Kunta_Id"), text_of(row, "YTunnus")
    known = re.fullmatch(r"\d{1,3}", code) and _BUSINESS_ID.fullmatch(number)
    return {code.zfill(3): number} if known else {}

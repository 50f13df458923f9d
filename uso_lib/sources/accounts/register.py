"""Choose documents from the State Treasury's list of municipal accounts: closed and approved years.

Does not ask for the documents or read them (adapter.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from uso_lib.errors import BadAnswer, Refused
from uso_lib.live_specs import LiveTable
from uso_lib.sources.open_data.delimited import plain
from uso_lib.sources.service import Answer
from uso_lib.sources.web.endpoints import parsed, text_of

#: Stage of approval as the list writes it → as addresses write it; a later stage wins. Others are not final.
STAGES = {"lopullinen": "lopullinen", "jälkikorjattu": "jalkikorjattu", "jalkikorjattu": "jalkikorjattu"}
_RANK = ("lopullinen", "jalkikorjattu")
_YEAR = re.compile(r"(\d{4})(?:C12)?")
_BUSINESS_ID = re.compile(r"\d{7}-\d")


@dataclass(frozen=True)
class Document:
    """Identify one document of the list.

    Parameters
    ----------
    period
        As the service writes it: ``2024C12`` or ``2024``.
    """

    business_id: str
    period: str
    stage: str
    approved: str
    published: str

    @property
    def year(self) -> str:
        """Return the year of the accounts."""
        return self.period[:4]

    @property
    def order(self) -> tuple[int, str, str]:
        """Return what is greater in the document that holds."""
        return _RANK.index(self.stage), self.approved, self.published

    @property
    def updated(self) -> str:
        """Return when it was last approved or published, as the service writes it."""
        return max(self.approved, self.published)


def listed_documents(answer: Answer, table: LiveTable) -> list[Document]:
    """Return the approved documents of closed years that the list has of the table's package.

    Raises
    ------
    BadAnswer
        The answer is not a list of documents.
    Refused
        The list has no such package, or no approved document of it.
    """
    said = parsed(answer)
    rows = said.get("aineistot") if isinstance(said, dict) else said
    if not isinstance(rows, list):
        message = f"{answer.call.url}: the answer is not a list of documents (aineistot). Try again later."
        raise BadAnswer(message)
    packages = {text_of(row, "raportointikokonaisuus") for row in rows}
    if table.address not in packages:
        known = ", ".join(sorted(filter(None, packages))) or "nothing"
        message = f"{table.id}: the register has no reporting package {table.address}; it has {known}."
        raise Refused(message)
    own = [row for row in rows if text_of(row, "raportointikokonaisuus") == table.address]
    found = [
        Document(
            text_of(row, "ytunnus"),
            text_of(row, "raportointikausi"),
            STAGES.get(plain(text_of(row, "hyvaksymisvaihe", "hyväksymisvaihe")), ""),
            text_of(row, "hyvaksymispvm", "hyväksymispvm"),
            text_of(row, "julkaisupvm"),
        )
        for row in own
    ]
    final = [one for one in found if one.stage and _YEAR.fullmatch(one.period)]
    kept = [one for one in final if _BUSINESS_ID.fullmatch(one.business_id)]
    if not kept:
        stages = ", ".join(sorted({text_of(row, "hyvaksymisvaihe", "hyväksymisvaihe") for row in own}))
        message = (
            f"{table.id}: no document of {table.address} is of a closed, approved year; stages: {stages}."
        )
        raise Refused(message)
    return kept


def last_documents(documents: Iterable[Document], start: str) -> list[Document]:
    """Return of every municipality and year the corrected document, else the newest final one."""
    best: dict[tuple[str, str], Document] = {}
    for one in documents:
        key = (one.business_id, one.year)
        if one.year >= start and (key not in best or one.order > best[key].order):
            best[key] = one
    return [best[key] for key in sorted(best)]


def incomplete_year(documents: Iterable[Document]) -> tuple[str, ...]:
    """Tell how many municipalities are missing from a newest year that is still being reported."""
    counts = pd.Series([one.year for one in documents]).value_counts().sort_index()
    newest, most = int(counts.iloc[-1]), int(counts.max())
    if newest >= most:
        return ()
    return (
        f"{counts.index[-1]}: {newest} municipalities have an approved document, {most} at the most before",
    )

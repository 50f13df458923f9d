"""Find the Sotkanet indicator that a declared content means, and guard it by its title.

Public code is full of wrong ids, so no id is believed before the service's own title of it has been read.
Does not ask for figures (adapter.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from uso_lib.errors import FetchError, Guarded, Refused, Unconfirmed
from uso_lib.live_specs import Find, LiveContent, LiveTable, Service, ServiceName
from uso_lib.sources.service import Call, Session
from uso_lib.sources.sotkanet.pins import Candidate, Pin, Pins, candidates, folded, matches
from uso_lib.sources.sotkanet.rows import TOTAL, Description, read_description, read_titles

#: Where a person sees what an indicator is.
PAGE = "https://sotkanet.fi/sotkanet/fi/metadata/indicators/"
_SHOWN = 20
_NEAR = 5


@dataclass(frozen=True)
class Series:
    """Pair a content with the indicator that gives it; `remarks` tell what changed without stopping it."""

    content: LiveContent
    found: Description
    remarks: tuple[str, ...] = ()


class Indicators:
    """Resolve declared contents to indicators of the service.

    Parameters
    ----------
    session
        Sends the calls.
    service
        Where it is.
    name
        Its name in services.yml.
    pins
        The indicators that a person has confirmed.
    """

    def __init__(self, session: Session, service: Service, name: ServiceName, pins: Pins) -> None:
        self.session = session
        self.service = service
        self.name = name
        self.pins = pins

    def resolve(self, table: LiveTable) -> tuple[Series, ...]:
        """Find the indicator of every content of a table.

        Raises
        ------
        Guarded
            A title lacks its words or does not fit the pattern, or nobody has confirmed yet which indicator
            is meant; everything that does not fit is told at once.
        Refused
            The service has no such indicator.
        """
        series: list[Series] = []
        guarded: list[str] = []
        unknown: list[str] = []
        for content in table.contents:
            pin = self._pin(table, content)
            ids = [str(pin.id)] if pin else _markers(content)
            described = (self.describe(int(one)) for one in ids if one.isdecimal())
            found = next((one for one in described if one is not None), None)
            if found is None:
                unknown.append(f"content {content.code}: Sotkanet has no indicator {' or '.join(ids) or '?'}")
            elif found.id in {one.found.id for one in series}:
                unknown.append(f"content {content.code}: indicator {found.id} is another content already")
            else:
                guarded += self._faults(table, content, found, pinned=pin is not None)
                series.append(Series(content, found, _differences(found, pin)))
        if guarded or unknown:
            kind = Guarded if guarded else Refused
            way = "→ correct the marker or the words in live/sotkanet.yml; the figures in the store are kept"
            message = "\n".join([f"{table.id}: stopped.", *guarded, *unknown, way])
            raise kind(message)
        return tuple(series)

    def describe(self, id: int) -> Description | None:  # noqa: A002 - the service's own word
        """Ask for the description of one indicator; None when there is none.

        Raises
        ------
        FetchError
            The service is out of reach or its answer cannot be used.
        """
        try:
            answer = self.session.send(Call(self.name, f"{self.service.base}indicators/{id}"))
        except Refused:
            return None
        return read_description(answer, id=id)

    def candidates(self, find: Find) -> tuple[Candidate, ...]:
        """Return the indicators whose title fits, by id.

        Raises
        ------
        FetchError
            The service is out of reach or its answer cannot be used.
        """
        return candidates(self._titles, find)

    def confirm(self, table: LiveTable, id: int) -> Pin:  # noqa: A002 - the service's own word
        """Confirm an indicator for a table's ``find`` and write it into parameters/_pins.yml.

        Raises
        ------
        Guarded
            Its title does not fit the pattern; nothing is written.
        Refused
            The service has no such indicator, or the table is not declared with ``find``.
        """
        if table.find is None:
            message = f"{table.id}: the table declares its indicators by id, there is nothing to pin."
            raise Refused(message)
        found = self.describe(id)
        if found is None:
            message = (
                f"{table.id}: Sotkanet has no indicator {id}; nothing was pinned.\n{self._listed(table.find)}"
            )
            raise Refused(message)
        if not matches(found.title, table.find):
            reason = _misfit(found, table.find)
            message = f"{table.id}: {reason}; nothing was pinned.\n{self._listed(table.find)}"
            raise Guarded(message)
        return self.pins.pin(table.find.name, id, found.title)

    @cached_property
    def _titles(self) -> dict[int, str]:
        return read_titles(self.session.send(Call(self.name, f"{self.service.base}indicators")))

    def _pin(self, table: LiveTable, content: LiveContent) -> Pin | None:
        """Return the confirmed indicator of a content without an id of its own; stop when there is none."""
        if table.find is None or content.marker is not None:
            return None
        pin = self.pins.get(table.find.name)
        if pin is None:
            start = f"{table.id}: nobody has confirmed yet which Sotkanet indicator this is."
            message = f"{start}\n{self._listed(table.find)}"
            raise Unconfirmed(message)
        return pin

    def _listed(self, find: Find) -> str:
        """List the candidates of a ``find`` and the way to confirm one."""
        found = self.candidates(find)
        if not found:
            none = f"None of Sotkanet's {len(self._titles)} titles fits the pattern {find.pattern!r}."
            return f"{none} If it is there under another title, correct the pattern in live/sotkanet.yml."
        lines = [f"  {one.id}  {one.title}" for one in found[:_SHOWN]]
        more = [f"  … and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
        way = f"→ look at {PAGE}ID and confirm one: uso fetch --pin {find.name}=ID"
        return "\n".join(["Indicators whose titles fit:", *lines, *more, way])

    def _faults(
        self, table: LiveTable, content: LiveContent, found: Description, *, pinned: bool
    ) -> list[str]:
        """Say why an indicator cannot be the one that is meant."""
        faults = []
        lacking = [word for word in content.words if folded(word) not in folded(found.title)]
        if lacking:
            faults.append(
                f'{_named(found)} lacks the words "{", ".join(lacking)}"{self._near(content.words)}'
            )
        if pinned and table.find and not matches(found.title, table.find):
            faults.append(f"the pinned {_misfit(found, table.find)}\n{self._listed(table.find)}")
        if not pinned and not content.words:
            faults.append(f"no words are declared to guard the title of {_named(found)}")
        if found.genders and TOTAL not in found.genders:
            faults.append(f"{_named(found)} has no figures of both sexes together")
        return [f"content {content.code}: {fault}" for fault in faults]

    def _near(self, words: Sequence[str]) -> str:
        """Return which indicators do have the words, as far as the service tells."""
        wanted = [folded(word) for word in words]
        try:
            titles = self._titles.items()
        except FetchError:
            return ""  # the mismatch itself is what must be told
        fits = [
            f"{number} {title}" for number, title in titles if all(word in folded(title) for word in wanted)
        ]
        return f"; they stand in {'; '.join(fits[:_NEAR])}" if fits else "; no title of Sotkanet has them"


def _markers(content: LiveContent) -> list[str]:
    """Return the declared ids of a content."""
    marker = content.marker
    return marker if isinstance(marker, list) else [marker] if marker else []


def _differences(found: Description, pin: Pin | None) -> tuple[str, ...]:
    """Tell what is unusual about an indicator without being wrong."""
    told = []
    if pin and pin.title and found.title != pin.title:
        told.append(f'indicator {found.id} was confirmed as "{pin.title}", its title is now "{found.title}"')
    if found.regions and "kunta" not in found.regions:
        told.append(f"the service does not list municipalities among the regions of {_named(found)}")
    return tuple(told)


def _named(found: Description) -> str:
    return f'indicator {found.id} "{found.title}"'


def _misfit(found: Description, find: Find) -> str:
    return f"{_named(found)} does not match {find.pattern!r}"

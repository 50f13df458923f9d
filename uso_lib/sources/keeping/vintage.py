"""Word a fetched or imported table's vintage in Finnish, as the report's table of sources prints it.

Does not look at figures.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

_MONTHS = (
    "tammi", "helmi", "maalis", "huhti", "touko", "kesä", "heinä", "elo", "syys", "loka", "marras", "joulu",
)  # fmt: skip
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def fetched_vintage(periods: tuple[str, str], *, retrieved: datetime, updated: str) -> str:
    """Word the vintage of a fetched table: "vuosina 1990–2025, haettu 21.11.2026, julkaistu 4.5.2026".

    Parameters
    ----------
    periods
        First and last.
    retrieved
        When it was fetched; the day is that of UTC.
    updated
        The service's own time of the figures, as it writes it; left out when it tells no day.
    """
    published = day_of(updated)
    told = [span_words(periods), f"haettu {day_words(retrieved.astimezone(UTC).date())}"]
    return ", ".join([*told, f"julkaistu {day_words(published)}"] if published else told)


def imported_vintage(periods: tuple[str, str], *, retrieved: datetime, file: str) -> str:
    """Word the vintage of an imported table: "vuonna 2026, tuotu 21.11.2026 tiedostosta verot.xlsx"."""
    words = f"{span_words(periods)}, tuotu {day_words(retrieved.astimezone(UTC).date())}"
    return f"{words} tiedostosta {file}" if file else words


def span_words(periods: tuple[str, str]) -> str:
    """Word a span of periods: "vuosina 1990–2025", "tammikuusta 2006 kesäkuuhun 2026", "vuonna 2025"."""
    first, last = periods
    if "M" not in first and "M" not in last:
        return f"vuonna {first}" if first == last else f"vuosina {first}–{last}"
    if first == last:
        return _month(first, "kuussa")
    return f"{_month(first, 'kuusta')} {_month(last, 'kuuhun')}"


def day_words(day: date) -> str:
    """Word a day: "4.5.2026"."""
    return f"{day.day}.{day.month}.{day.year}"


def day_of(time: str) -> date | None:
    """Return the day of a time in any form the services write it, None when it tells none."""
    found = _ISO_DAY.match(time.strip())
    try:
        return date.fromisoformat(found[0]) if found else parsedate_to_datetime(time).date()
    except (ValueError, OverflowError):
        return None


def _month(period: str, ending: str) -> str:
    """Word a month in a case, "kesäkuuhun 2026"; a year beside months is its first or last month."""
    year, _, month = period.partition("M")
    number = int(month) if month else (1 if ending == "kuusta" else 12)
    return f"{_MONTHS[number - 1]}{ending} {year}"

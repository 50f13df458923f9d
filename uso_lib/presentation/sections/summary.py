"""Make the summary: key sentences, strengths and concerns, one table of all headline indicators.

Does not choose strengths and concerns (contrasts.py) and gives no overall score.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from uso_lib import specs
from uso_lib.analysis.results import Comparison
from uso_lib.presentation.charts.sparkline import draw_sparkline
from uso_lib.presentation.sections.detail_numbers import criteria_lines
from uso_lib.presentation.sections.numbers import Line, headline_lines
from uso_lib.presentation.sections.row_result import RowResult
from uso_lib.presentation.sections.tables import MARK_NOTES, change_text, position_text, value_text
from uso_lib.presentation.sections.templating import render
from uso_lib.presentation.sections.view import SectionView, section_data
from uso_lib.presentation.words import chance, contrasts, findings, finnish, narrative, phrasing, standing
from uso_lib.presentation.words.change_sentences import TRENDS, development, trend
from uso_lib.presentation.words.detail_narrative import elative, numeral

#: How the key sentences are chosen, as the reader is told.
LEAD = (
    "Väkiluvun lisäksi kustakin teemasta kerrotaan se päätunnusluku, joka poikkeaa kuntien vaihteluun nähden "
    "eniten verrokkien keskiarvosta; tuoreet tiedot menevät vanhojen edelle, eikä satunnaisvaihteluun "
    "mahtuvaa eroa lasketa poikkeamaksi. Jos mikään tuoreista tiedoista ei poikkea, kerrotaan niistä "
    "ensimmäinen."
)
PLACE_NOTE = "tieto: kuntia, joista on tieto, ja ryhmän kunnat yhteensä"
TREND_NOTE = "↑ ↓: suunta on viiden viimeisen tiedon perusteella tilastollisesti selvästi nouseva tai laskeva"
#: Figures at most this old come first among the key sentences of a theme.
RECENT_YEARS = 2


@dataclass(frozen=True)
class KeySentence:
    """Hold one key sentence and the row it comes from."""

    text: str
    row: str
    row_title: str


@dataclass(frozen=True)
class SummaryLine:
    """Hold one line of the summary table; `missing` replaces the cells when there is no figure.

    Parameters
    ----------
    row
        Anchor of the section the line links to.
    trend
        What the tested trend is called, "nouseva" or "laskeva"; empty without one.
    old
        Whether the figure is so old that its period is set apart.
    """

    row: str
    title: str
    value: str = ""
    period: str = ""
    peers: str = ""
    position: str = ""
    change: str = ""
    sparkline: str = ""
    trend: str = ""
    old: bool = False
    missing: str = ""


@dataclass(frozen=True)
class ThemeLines:
    """Hold the lines of one theme."""

    title: str
    lines: tuple[SummaryLine, ...]


def summary_section(results: Sequence[RowResult]) -> SectionView:
    """Make the summary of a report from all of its rows (at least one)."""
    first = results[0]
    told = key_sentences(results)
    themes = summary_lines(results)
    blocks = [_block(results, "strength"), _block(results, "concern")]
    html = render(
        "summary",
        lead=LEAD if len(told) > 1 else "",
        sentences=told,
        blocks=blocks,
        rule=contrasts.RULE,
        caption=f"{first.municipality.name} ja verrokkien keskiarvo, tuorein tieto",
        themes=themes,
        notes=_notes(themes),
    )
    shown = [one for result in results for one in result.headline if not one.missing]
    data = section_data(
        first.slug,
        first.municipality,
        kind="summary",
        title="Yhteenveto",
        rows=len(shown),
        newest=max((result.newest for result in results if result.newest), default=None),
        lines=summary_numbers(results),
        texts={"blocks": blocks, "rule": contrasts.RULE},
    )
    return SectionView(str(html), " ".join(one.text for one in told), data)


def key_sentences(results: Sequence[RowResult]) -> tuple[KeySentence, ...]:
    """Write the basic quantity of the first row and, theme by theme, what differs most from the peers."""
    found = []
    basis = next((one for one in results[0].comparisons if not one.missing), None)
    if basis is not None:
        found.append(_key(results[0], narrative.basis(basis)))
    for theme in dict.fromkeys(result.theme.id for result in results):
        candidates = [
            (result, one)
            for result in results
            if result.theme.id == theme
            for one in result.headline
            if one is not basis and not _told_with(basis, one) and _tellable(one)
        ]
        if candidates:
            result, one = max(candidates, key=lambda pair: _weight(pair[1]))
            told = (*narrative.level_and_groups(one), narrative.mark_sentence(one), trend(one))
            found.append(_key(result, " ".join(filter(None, (*told, development(one))))))
    return tuple(found)


def summary_lines(results: Sequence[RowResult]) -> tuple[ThemeLines, ...]:
    """Lay out every headline indicator of every row, theme by theme, missing ones included."""
    themes: dict[str, tuple[specs.Theme, list[SummaryLine]]] = {}
    for result in results:
        _, lines = themes.setdefault(result.theme.id, (result.theme, []))
        if result.criteria:
            lines.append(_criteria_line(result))
        lines += [_line(result, one) for one in result.headline]
        if not result.headline and not result.criteria:
            lines.append(SummaryLine(result.row.id, result.row.title, missing=finnish.MISSING))
    return tuple(ThemeLines(theme.title, tuple(lines)) for theme, lines in themes.values())


def summary_numbers(results: Sequence[RowResult]) -> list[Line]:
    """List the numbers of the summary: headline indicators, the basic quantity and the criteria."""
    lines: list[Line] = []
    for result in results:
        shown = [*result.headline, *result.comparisons[:1]]
        lines += [line for one in shown for line in headline_lines(result.theme.id, result.row.id, one)]
        indicators = result.catalog.indicators
        lines += criteria_lines(
            result.theme.id, result.row.id, result.criteria, result.municipality, indicators
        )
    return lines


def _weight(comparison: Comparison) -> tuple[bool, float]:
    """Return the order of key sentences: recent figures before old ones, the farthest from peers first.

    A difference that fits within chance variation counts as none.
    """
    away = abs(findings.distance(comparison) or 0.0) if chance.stands_out(comparison) else 0.0
    return (comparison.age_years or 0) <= RECENT_YEARS, away


def _told_with(basis: Comparison | None, comparison: Comparison) -> bool:
    """Tell whether an indicator is the change of the basic quantity, which its sentence already tells."""
    return basis is not None and comparison.indicator.of == basis.indicator.id


def _tellable(comparison: Comparison) -> bool:
    """Tell whether an indicator may become a key sentence: not too old, its distance from the peers known.

    What chance may do to it must not be unknown (a balance of counts that no table has).
    """
    fresh = (comparison.age_years or 0) <= contrasts.OLDEST_YEARS
    told = not (comparison.missing or chance.is_untold_balance(comparison))
    return told and fresh and findings.distance(comparison) is not None


def _key(result: RowResult, text: str) -> KeySentence:
    return KeySentence(text, result.row.id, result.row.title)


def _block(results: Sequence[RowResult], kind: contrasts.Kind) -> dict[str, object]:
    """Return one list of the template: strengths or concerns."""
    found = contrasts.contrasts(results, kind)
    names = {"strength": ("strengths", "Vahvuudet"), "concern": ("concerns", "Huolenaiheet")}
    empty = {
        "strength": "Yksikään tunnusluku ei täytä vahvuuden ehtoja.",
        "concern": "Yksikään tunnusluku ei täytä huolenaiheen ehtoja.",
    }
    listed = [
        {"row": one.row, "title": one.comparison.indicator.title, "text": _contrast_text(one.comparison)}
        for one in found
    ]
    return {"kind": names[kind][0], "title": names[kind][1], "findings": listed, "empty": empty[kind]}


def _contrast_text(comparison: Comparison) -> str:
    """Write value, peers' mean, place and period of a strength or concern."""
    unit, decimals = comparison.indicator.unit, comparison.indicator.decimals
    peers = comparison.groups["peers"]
    own = value_text(comparison.value, comparison.symbol, unit, decimals)
    own = f"{phrasing.plus(comparison, comparison.value)}{own}"
    mean = phrasing.signed_brief(comparison, peers.value)  # the unit has been said
    when = _dated(comparison, comparison.period or "")
    provisional = ", ennakkotieto" if "*" in comparison.symbol else ""
    return f"{own} (verrokkien keskiarvo {mean}), {standing.place(comparison, 'peers')}, {when}{provisional}"


def _line(result: RowResult, comparison: Comparison) -> SummaryLine:
    indicator = comparison.indicator
    title, unit, decimals = indicator.short or indicator.title, indicator.unit, indicator.decimals
    if comparison.missing or comparison.period is None:
        return SummaryLine(result.row.id, title, missing=finnish.MISSING)
    peers = None if findings.follows_size(comparison) else comparison.groups.get("peers")
    spark = draw_sparkline(comparison)
    return SummaryLine(
        row=result.row.id,
        title=title,
        value=_based(comparison, value_text(comparison.value, comparison.symbol, unit, decimals)),
        period=_dated(comparison, comparison.period),
        peers="" if peers is None else value_text(peers.value, "", unit, decimals),
        position=position_text(comparison, "peers"),
        change=_change(comparison),
        sparkline=Markup(spark.image) if spark else "",  # noqa: S704 - figure.py escapes the alt text
        trend=TRENDS.get(comparison.trend.direction, "") if comparison.trend else "",
        old=findings.is_old(comparison),
    )


def _based(comparison: Comparison, text: str) -> str:
    """Add the base of an index to its value: "69,3 (2024 = 100)"."""
    indicator = comparison.indicator
    return f"{text} ({indicator.base} = 100)" if indicator.formula == "index" and indicator.base else text


def _dated(comparison: Comparison, period: str) -> str:
    """Write the period, and the age of an old figure: "2019 (7 v. vanha)"."""
    short = finnish.period(period, "short")
    return f"{short} ({comparison.age_years} v. vanha)" if findings.is_old(comparison) else short


def _change(comparison: Comparison) -> str:
    """Write the five-year change; another span is named."""
    change = comparison.change
    if change is None or comparison.indicator.formula == "change":
        return ""  # the value itself is a change
    span = f" ({finnish.period_span(change.start, change.end, style='short')})" if change.nearest else ""
    return f"{change_text(comparison, change)}{span}"


def _criteria_line(result: RowResult) -> SummaryLine:
    """Count the criteria that are met, not met and unknown."""
    words = {"met": "täyttyy", "not_met": "ei täyty", "unknown": "ei tiedossa"}
    counted = {verdict: sum(one.verdict == verdict for one in result.criteria) for verdict in words}
    if counted["unknown"] == len(result.criteria):
        text = f"Tulosta ei voi antaa yhdestäkään {elative(len(result.criteria))} kriteeristä"
        return SummaryLine(result.row.id, result.row.title, missing=text)
    told = [f"{numeral(counted[one])} {word}" for one, word in words.items() if counted[one]]
    return SummaryLine(result.row.id, result.row.title, missing=f"Kriteereistä {', '.join(told)}")


def _notes(themes: Sequence[ThemeLines]) -> tuple[str, ...]:
    """Explain the marks in the values, the groups and the places of the table."""
    lines = [line for theme in themes for line in theme.lines]
    marks = {mark for line in lines for mark in line.value.rpartition(finnish.NBSP)[2]}
    used = [f"{mark} {MARK_NOTES[mark]}" for mark in ("*", "~") if mark in marks]
    changes = " ".join(f"{line.change} " for line in lines)
    used += ["p.: pistettä"] if f"{finnish.NBSP}p. " in changes else []
    used += [PLACE_NOTE] if any("tieto" in line.position for line in lines) else []
    used += [TREND_NOTE] if any(line.trend for line in lines) else []
    return (
        "Verrokit: verrokkien keskiarvo, jossa kunta itse on mukana",
        "Sija: 1 on toivotun suunnan mukaan paras",
        "Muutos: viidessä vuodessa, ellei vuosia ole mainittu",
        *used,
    )

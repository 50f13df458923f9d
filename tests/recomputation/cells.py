"""Find, for every number in the report's tables, the one line of the workbook it must print.

A table whose form is not known is an error: nothing is left unread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from recomputation.expected import printed
from recomputation.explain import written
from recomputation.finished import Line
from recomputation.page import MINUS, NBSP, Table, tokens

#: Column of a group → measure and group of the line.
GROUPS = {
    "Verrokkien keskiarvo": ("mean", "peers"),
    "Verkoston keskiarvo": ("mean", "network"),
    "Maakunnan keskiarvo": ("mean", "region"),
    "Kuntien keskiarvo": ("mean", "country"),
    "Koko maa": ("own", "country_own"),
}
SIDES = {"Tulo": "inflow", "Lähtö": "outflow", "Netto": "net"}
FLOW_CAPTIONS = (
    "Suurimmat tulovirrat",
    "Suurimmat lähtövirrat",
    "Suurimmat nettovoitot",
    "Suurimmat nettotappiot",
)
#: Heading of a property in the table of peers → its id.
PROPERTIES = {
    "Väkiluku": "population",
    "As./km²": "density",
    "Alle 15 v., %": "under_15_pct",
    "65+ v., %": "over_64_pct",
    "Alkutuotanto, %": "primary_jobs_pct",
    "Jalostus, %": "secondary_jobs_pct",
    "Palvelut, %": "service_jobs_pct",
    "Huoltosuhde": "dependency",
    "Korkea-aste, %": "tertiary_pct",
    "Nettomuutto, ‰": "net_migration_permille",
}
INTERVAL = f"95{NBSP}%:n väli"
WITHOUT_FIGURES = ("Raportin luvut ovat näistä tauluista", "Tunnusluvut, joista ei ole tietoa")


@dataclass(frozen=True)
class Cell:
    """Hold one printed cell and the lines one of which it must print; none: the workbook lacks the number."""

    table: str
    place: str
    text: str
    lines: tuple[Line, ...]

    @property
    def right(self) -> bool:
        """Tell whether the first number of the cell is a line's value as it is printed, sign and all."""
        numbers = [token.text for token in tokens(self.text)]
        return any(_is_printed(line, numbers[0] if numbers else "") for line in self.lines)


def _is_printed(line: Line, text: str) -> bool:
    if line.value is None:
        return not text
    if line.measure == "position" or line.measure.endswith("rank"):
        return text == f"{line.value:.0f}/{line.of}"
    sign = MINUS if printed(line.value, line.decimals) < 0 else ""
    return text.removeprefix("+") == sign + written(line.value, line.decimals)


class Report:
    """Find lines by what a table says of them.

    Parameters
    ----------
    name
        The municipality's name, which heads its own columns.
    short
        Indicator id → the short titles it may have in the summary.
    """

    def __init__(self, name: str, lines: Sequence[Line], short: Mapping[str, set[str]]) -> None:
        self.name, self.lines, self.short = name, lines, short

    def cells(self, table: Table) -> Iterator[Cell]:
        """Yield the cells of one table that have a number or must have one."""
        if table.caption in WITHOUT_FIGURES:
            return
        inside = [line for line in self.lines if line.row == table.section] or list(self.lines)
        for cell in self._form(table)(table, inside):
            if tokens(cell.text) or any(is_own_value(line) for line in cell.lines):
                yield cell

    def _form(self, table: Table) -> Callable[[Table, list[Line]], Iterator[Cell]]:
        first, second = table.header[:2]
        if table.header[1:3] == ("Tuorein tieto", "Ajankohta"):
            return self._summary
        if (first, second) == ("Tunnusluku", "Ajankohta"):
            return self._comparison
        if first == "Ajankohta":
            return self._history
        if first == "Tunnusluku" and "vuosittain" in table.caption:
            return self._own_history
        if first == "Luokka":
            return self._breakdown
        if table.caption.startswith(FLOW_CAPTIONS) or "alueittain" in table.caption:
            return self._flow
        if first == "Kriteeri":
            return self._criteria
        if second == "Etäisyys":
            return self._likeness
        message = f"a table of an unknown form: {table.caption!r}, {table.header}"
        raise NotImplementedError(message)

    def _summary(self, table: Table, inside: list[Line]) -> Iterator[Cell]:
        for row in table.rows:
            if len(row) < len(table.header) or not tokens(row[1]):
                continue
            names = {name for name, titles in self.short.items() if row[0] in titles}
            lines = [line for line in inside if line.indicator in names and line.row != "peers"]
            period = code_of(row[2])
            yield _cell(table, row[0], row[1], lines, "value", "municipality", period)
            yield _cell(table, row[0], row[3], lines, "mean", "peers", period)
            yield _cell(table, row[0], row[4], lines, "position", "peers", period)
            yield _cell(
                table, row[0], row[5], lines, _change_measure(row[5], lines), "municipality", f"-{period}"
            )

    def _comparison(self, table: Table, inside: list[Line]) -> Iterator[Cell]:
        for row in table.rows:
            lines = _titled(inside, row[0])
            period = code_of(row[1])
            for heading, text in zip(table.header[2:], row[2:], strict=True):
                if heading == INTERVAL:
                    ends = text.split("–") if text else []
                    for measure, limit in zip(("interval_low", "interval_high"), ends, strict=bool(ends)):
                        place = f"{row[0]}, {measure}"
                        yield _cell(table, place, limit, lines, measure, "municipality", period)
                    continue
                measure, group, when = self._column(heading, text, lines, period)
                yield _cell(table, f"{row[0]}, {heading}", text, lines, measure, group, when)

    def _column(self, heading: str, text: str, lines: list[Line], period: str) -> tuple[str, str, str]:
        """Return measure, group and period of a column of the comparison table."""
        if heading == self.name:
            return "value", "municipality", period
        if heading in GROUPS:
            return *GROUPS[heading], period
        if heading.startswith("Sija"):
            return "position", "peers" if "verrokeissa" in heading else "country", period
        group = "peers" if "verrokeilla" in heading else "municipality"
        return _change_measure(text, lines), group, f"-{period}"

    def _history(self, table: Table, inside: list[Line]) -> Iterator[Cell]:
        lines = _titled(inside, table.caption)
        for row in table.rows:
            for heading, text in zip(table.header[1:], row[1:], strict=True):
                measure, group = GROUPS.get(heading, ("value", "municipality"))
                place = f"{row[0]}, {heading}"
                yield _cell(table, place, text, lines, measure, group, code_of(row[0]))

    def _own_history(self, table: Table, inside: list[Line]) -> Iterator[Cell]:
        for row in table.rows:
            lines = _titled(inside, row[0])
            for heading, text in zip(table.header[1:], row[1:], strict=True):
                if text:
                    place = f"{row[0]}, {heading}"
                    yield _cell(table, place, text, lines, "value", "municipality", code_of(heading))

    def _breakdown(self, table: Table, inside: list[Line]) -> Iterator[Cell]:
        title = table.caption.rpartition(" (")[0].removesuffix(f", {self.name}")
        for row in table.rows:
            lines = [line for line in inside if line.title == f"{title}: {row[0]}"]
            newest = max((line.period for line in lines if line.measure == "category"), default="")
            for heading, text in zip(table.header[1:], row[1:], strict=True):
                name, _, when = heading.rpartition(" ")
                if heading == "Sijaintiosamäärä":
                    measure, group, when = "location_quotient", "municipality", newest
                elif name in GROUPS:
                    measure, group = f"category_{GROUPS[name][0]}", GROUPS[name][1]
                else:
                    measure, group = "category", "municipality"
                yield _cell(table, f"{row[0]}, {heading}", text, lines, measure, group, code_of(when))

    def _flow(self, table: Table, inside: list[Line]) -> Iterator[Cell]:
        group = "partners" if "alueittain" in table.caption else "partner"
        newest = max(line.period for line in inside if line.measure == "inflow")
        for row in table.rows:
            lines = [line for line in inside if line.area_name == row[0]]
            for heading, text in zip(table.header[1:], row[1:], strict=True):
                yield _cell(table, f"{row[0]}, {heading}", text, lines, SIDES[heading], group, newest)

    def _criteria(self, table: Table, inside: list[Line]) -> Iterator[Cell]:
        measures = {"Arvo": "value", "Raja-arvo": "limit", "Ero raja-arvoon": "distance"}
        for row in table.rows:
            lines = [line for line in inside if line.title == row[0]]
            period = code_of(row[2]) if tokens(row[2]) else ""
            for heading, text in zip(table.header, row, strict=True):
                if heading in measures:
                    yield _cell(
                        table, f"{row[0]}, {heading}", text, lines, measures[heading], "municipality", period
                    )

    def _likeness(self, table: Table, inside: list[Line]) -> Iterator[Cell]:
        measures = {"Etäisyys": "likeness", "Sija": "likeness_rank"}
        for row in table.rows:
            own = [line for line in inside if line.row == "peers" and line.area_name == row[0]]
            for heading, text in zip(table.header[1:], row[1:], strict=True):
                title = heading.replace("\u00ad", "")
                wanted = (PROPERTIES.get(title, "likeness"), measures.get(title, "value"))
                lines = [line for line in own if (line.indicator, line.measure) == wanted]
                yield Cell(table.caption, f"{row[0]}, {heading}", text, tuple(lines))


def is_own_value(line: Line) -> bool:
    """Tell whether a line is a value of the municipality: its cell must not be empty."""
    return line.measure == "value" and line.group == "municipality" and line.value is not None


def _titled(lines: list[Line], text: str) -> list[Line]:
    """Return the lines of a title; its unit stands behind it in brackets unless the title says it."""
    exact = [line for line in lines if line.title == text]
    return exact or [line for line in lines if line.title == text.rpartition(" (")[0]]


def code_of(period: str) -> str:
    """Return the code of a printed period: "6/2026" is 2026M06."""
    number, slash, year = period.partition("/")
    return f"{year[:4]}M{int(number):02d}" if slash else period.partition(" ")[0]


def _change_measure(text: str, lines: Sequence[Line]) -> str:
    """Return which change a cell tells: in per cent, unless the indicator is in per cent itself."""
    in_per_cent = any(line.measure == "value" and line.unit == "%" for line in lines)
    return "change_pct" if "%" in text and "%-yks." not in text and not in_per_cent else "change"


def _cell(
    table: Table, place: str, text: str, lines: Sequence[Line], measure: str, group: str, period: str
) -> Cell:
    """Make a cell; a period that begins with "-" is the end of a span."""
    found = [
        line
        for line in lines
        if (line.measure, line.group) == (measure, group)
        and (line.period.endswith(period) if period.startswith("-") else line.period == period)
    ]
    return Cell(table.caption, place, text, tuple(found))

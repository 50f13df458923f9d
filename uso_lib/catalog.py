"""Load the theme files and the shared standards into one catalogue that the rest of the library asks.

Does not find problems between declarations itself (declarations/) and reads no figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from uso_lib.declarations import indicators, references, rows, tables
from uso_lib.declarations.files import Declarations, ThemeFile, inputs
from uso_lib.declarations.tables import TableShape
from uso_lib.errors import InputErrors, Problem, UnknownName
from uso_lib.parameter_specs import CatalogIds
from uso_lib.specs import (
    Break,
    Breakdown,
    Caveat,
    Criterion,
    Flow,
    Indicator,
    Live,
    Reform,
    Row,
    Standards,
    Theme,
)  # fmt: skip
from uso_lib.strict_yaml import Document, did_you_mean, read_yaml, validation_problems

LIBRARY = Path(__file__).resolve().parent
THEMES = LIBRARY / "themes"
STANDARDS = "standards.yml"

Model = TypeVar("Model", bound=BaseModel)
Item = TypeVar("Item")


@dataclass(frozen=True)
class Catalog:
    """Answer what is declared: themes in report order and everything in them by id.

    Parameters
    ----------
    themes
        In the order of their numbers.
    standards
        Breaks, caveats and reforms shared by the themes.
    """

    themes: tuple[Theme, ...]
    standards: Standards

    @property
    def ids(self) -> CatalogIds:
        """Return the ids that parameters may name."""
        return CatalogIds(tuple(theme.id for theme in self.themes), tuple(self.indicators))

    @cached_property
    def indicators(self) -> Mapping[str, Indicator]:
        """Return every indicator by id, hidden helpers included, in declared order."""
        return {one.id: one for theme in self.themes for one in theme.indicators}

    @cached_property
    def breakdowns(self) -> Mapping[str, Breakdown]:
        """Return every breakdown by id."""
        return {one.id: one for theme in self.themes for one in theme.breakdowns}

    @cached_property
    def flows(self) -> Mapping[str, Flow]:
        """Return every flow by id."""
        return {one.id: one for theme in self.themes for one in theme.flows}

    @cached_property
    def criteria(self) -> Mapping[str, Criterion]:
        """Return every criterion by id."""
        return {one.id: one for theme in self.themes for one in theme.criteria}

    @cached_property
    def rows(self) -> Mapping[str, Row]:
        """Return every row by id, in report order."""
        return {one.id: one for theme in self.themes for one in theme.rows}

    @cached_property
    def breaks(self) -> Mapping[str, Break]:
        """Return the shared breaks by id."""
        return {one.id: one for one in self.standards.breaks}

    @cached_property
    def caveats(self) -> Mapping[str, Caveat]:
        """Return the shared caveats by id."""
        return {one.id: one for one in self.standards.caveats}

    @cached_property
    def reforms(self) -> Mapping[str, Reform]:
        """Return the reforms by id, in report order."""
        return {one.id: one for one in self.standards.reforms}

    def indicator(self, indicator_id: str) -> Indicator:
        """Return one indicator; raise UnknownName with the nearest id when there is none."""
        return _known(self.indicators, indicator_id, "indicator")

    def breakdown(self, breakdown_id: str) -> Breakdown:
        """Return one breakdown; raise UnknownName with the nearest id when there is none."""
        return _known(self.breakdowns, breakdown_id, "breakdown")

    def flow(self, flow_id: str) -> Flow:
        """Return one flow; raise UnknownName with the nearest id when there is none."""
        return _known(self.flows, flow_id, "flow")

    def criterion(self, criterion_id: str) -> Criterion:
        """Return one criterion; raise UnknownName with the nearest id when there is none."""
        return _known(self.criteria, criterion_id, "criterion")

    def row(self, row_id: str) -> Row:
        """Return one row; raise UnknownName with the nearest id when there is none."""
        return _known(self.rows, row_id, "row")

    def theme(self, theme_id: str) -> Theme:
        """Return one theme; raise UnknownName with the nearest id when there is none."""
        return _known({one.id: one for one in self.themes}, theme_id, "theme")

    def theme_of(self, row_id: str) -> Theme:
        """Return the theme a row belongs to; raise UnknownName when there is no such row."""
        row = self.row(row_id)
        return next(theme for theme in self.themes if row in theme.rows)

    def parts_of(self, indicator_id: str) -> tuple[Indicator, ...]:
        """Return the indicators a formula takes, directly and through others, without itself."""
        found: dict[str, Indicator] = {}
        waiting = list(inputs(self.indicator(indicator_id)))
        while waiting:
            part = self.indicator(waiting.pop(0))
            if part.id not in found:
                found[part.id] = part
                waiting.extend(inputs(part))
        return tuple(found.values())

    def tables_of(self, indicator_id: str) -> tuple[str, ...]:
        """Return the ids of the tables an indicator's figures come from, its parts' tables included."""
        family = (self.indicator(indicator_id), *self.parts_of(indicator_id))
        return tuple(dict.fromkeys(selection.table for one in family for selection in one.source))

    def live_of(self, indicator_id: str) -> tuple[Live, ...]:
        """Return where an indicator is fetched from: its own live sources, otherwise those of its parts."""
        own = self.indicator(indicator_id).live
        return tuple(own or (live for part in self.parts_of(indicator_id) for live in part.live))

    def caveats_of(self, declared: Indicator | Breakdown | Flow) -> tuple[str, ...]:
        """Return the caveats of a declaration as sentences: standard ones by their id, others as written."""
        return tuple(self.caveats[one].text if one in self.caveats else one for one in declared.caveats)


def load_catalog(folder: Path | None = None) -> Catalog:
    """Load and validate all theme files and the standards beside them.

    Parameters
    ----------
    folder
        Folder of the theme files; `standards.yml` stands in it or in the folder above. The bundled one by
        default.

    Raises
    ------
    InputErrors
        Something in the files is wrong; every problem is listed.
    """
    declared, problems = _read(folder or THEMES)
    problems += _faults(declared)
    if problems or declared.standards is None:
        raise InputErrors(_in_reading_order(problems))
    themes = sorted((one.theme for one in declared.files if one.theme), key=lambda theme: theme.number)
    return Catalog(tuple(themes), declared.standards)


def check_catalog(
    folder: Path | None = None, shapes: Mapping[str, TableShape] | None = None
) -> list[Problem]:
    """List every problem of the declarations, in the files' order; an empty list means that all is well.

    Parameters
    ----------
    folder
        Folder of the theme files, the bundled one by default.
    shapes
        What the tables of the store hold, by table id; without it tables, contents and codes are not checked.
    """
    declared, problems = _read(folder or THEMES)
    problems += _faults(declared)
    if shapes is not None:
        problems += tables.problems(declared, shapes)
    return _in_reading_order(problems)


def _faults(declared: Declarations) -> list[Problem]:
    """List the problems that show without knowing any table."""
    return [problem for part in (references, indicators, rows) for problem in part.problems(declared)]


def _read(folder: Path) -> tuple[Declarations, list[Problem]]:
    """Read all files; those that cannot be read as declared are left out and told as problems."""
    problems: list[Problem] = []
    themes: list[ThemeFile] = []
    for file in sorted(folder.glob("*.yml")):
        if file.name != STANDARDS:
            document = read_yaml(file)
            themes.append(ThemeFile(document, _model(document, Theme, problems)))
    if not themes and not problems:
        problems.append(Problem(folder, "", "there is no theme file in the folder", "add <theme>.yml"))
    beside, above = folder / STANDARDS, folder.parent / STANDARDS
    shared = read_yaml(beside if beside.is_file() else above)
    standards = _model(shared, Standards, problems)
    return Declarations(tuple(themes), shared, standards), problems


def _model(document: Document, model: type[Model], problems: list[Problem]) -> Model | None:
    """Return the document as a model, or None with its problems added."""
    problems.extend(document.problems)
    data: Any = document.data
    try:
        return model.model_validate(data)
    except ValidationError as error:
        if document.complete and (data or not document.problems):
            problems.extend(validation_problems(error, document.file, document.lines, model))
    return None


def _in_reading_order(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems by file and line, each once."""
    return sorted(dict.fromkeys(problems), key=lambda one: (one.file.name, one.line or 0))


def _known(declared: Mapping[str, Item], wanted: str, kind: str) -> Item:
    """Return the declared item or raise UnknownName with a near id."""
    if wanted in declared:
        return declared[wanted]
    message = f'There is no {kind} "{wanted}": {did_you_mean(wanted, declared)}.'
    raise UnknownName(message)

"""Write outputs/saavutettavuus.html: the accessibility statement, made from the committed test results.

Does not measure anything: tests/test_accessibility.py does, and refuses results that say better than it sees.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from uso_lib.parameters import load_network
from uso_lib.reports import publish
from uso_lib.reports.page import policy, style
from uso_lib.workspace import Workspace

STATEMENT = "saavutettavuus.html"
TEMPLATE = "statement.html.j2"
RESULTS = "accessibility.json"


@dataclass(frozen=True)
class Shortcoming:
    """Hold what is not accessible or not known to be: what, why, and where the same can be had."""

    what: str
    why: str
    instead: str


@dataclass(frozen=True)
class Assessment:
    """Hold what the tests found.

    Parameters
    ----------
    tool
        The program with its version.
    widths
        Widths of the window in pixels in which every page was examined.
    pages
        Kind of page → how many were examined.
    violations, best_practice
        Rule → pages that break it: of WCAG 2.1 A and AA, and of what the tool recommends beyond them.
    undecided
        Rule → pages on which the tool could not decide and the places were looked at.
    by_hand, checks
        What was looked at beside the tests; what further tests examine. Both in Finnish, for the statement.
    """

    tool: str
    widths: tuple[int, ...]
    pages: dict[str, int]
    violations: dict[str, int]
    best_practice: dict[str, int]
    undecided: dict[str, int]
    by_hand: tuple[str, ...]
    checks: tuple[str, ...]
    shortcomings: tuple[Shortcoming, ...]

    @property
    def conforms(self) -> bool:
        """Tell whether nothing is known to fall short of the requirements."""
        return not self.violations and not self.shortcomings


def read_assessment(text: str | None = None) -> Assessment:
    """Return the results that come with the library, or those of a text of the same form."""
    record = json.loads(text or files("uso_lib.reports").joinpath(RESULTS).read_text(encoding="utf-8"))
    return Assessment(
        tool=record["tool"],
        widths=tuple(record["widths"]),
        pages=record["pages"],
        violations=record["violations"],
        best_practice=record["best_practice"],
        undecided=record["undecided"],
        by_hand=tuple(record["by_hand"]),
        checks=tuple(record["checks"]),
        shortcomings=tuple(Shortcoming(**one) for one in record["shortcomings"]),
    )


def write_statement(workspace: Workspace, *, heading: str) -> Path:
    """Write the statement of a workspace's reports and return its path.

    Parameters
    ----------
    heading
        Name of the network and season, as on the list of members.
    """
    target = workspace.outputs / STATEMENT
    feedback = load_network(workspace).accessibility_feedback
    text = page(
        read_assessment(), report_template=workspace.report_template, heading=heading, feedback=feedback
    )
    publish.write_atomically(target, text)
    return target


def page(assessment: Assessment, *, report_template: Path, heading: str, feedback: str | None) -> str:
    """Return the statement as a page with the look of the reports.

    Parameters
    ----------
    feedback
        Where readers may write; None when the network has not said.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(report_template),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    text = style(report_template)
    return environment.get_template(TEMPLATE).render(
        resources={"style": text, "policy": policy(text)},
        assessment=assessment,
        heading=heading,
        feedback=feedback,
    )

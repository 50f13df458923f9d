"""Fill the HTML templates of the report's sections; every value is escaped by the template engine.

Does not decide what a section says and does not write whole pages (the notebook exporter does).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

TEMPLATES = Path(__file__).parent / "templates"


def render(template: str, **values: Any) -> Markup:
    """Fill one template and return HTML that other templates may include unescaped.

    Parameters
    ----------
    template
        File name in ``templates/`` without ``.html.j2``.
    values
        What the template names; a missing one is an error, text is escaped.
    """
    return Markup(_environment().get_template(f"{template}.html.j2").render(values))  # noqa: S704 - autoescaped


@cache
def _environment() -> Environment:
    """Make the template environment once; autoescape is on for every file, whatever its name ends with."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

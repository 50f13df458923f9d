"""Fill the HTML templates of the report's sections; every value is escaped by the template engine.

Does not decide what a section says and does not write whole pages (the notebook exporter does).
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

TEMPLATES = Path(__file__).parent / "templates"
#: First parts of the long compounds of titles, after which a narrow column may break the word.
_SEAMS = re.compile(
    "(kasvihuone|kaasu|kiinteistö|tulovero|hyvinvointi|kokonais|koulutus|kulttuuri|lainan|netto|perusopetus|"
    "pienituloisuus|pitkäaikais|sairastavuus|terveyden|edistämis|tuulivoima|työmarkkina|työpaikka|työttömyys|"
    "varhaiskasvatus|valtion|äänestys)(?=[a-zåäö]{5})",
    re.IGNORECASE,
)


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


def load_all() -> None:
    """Read all templates, for the sections that follow."""
    for name in _environment().list_templates(extensions=["j2"]):
        _environment().get_template(name)


def breakable(title: str) -> str:
    """Put soft hyphens between the parts of long compounds: "Kasvihuone\u00adkaasu\u00adpäästöt"."""
    return _SEAMS.sub("\\1\u00ad", title)


@cache
def _environment() -> Environment:
    """Make the template environment once; autoescape is on for every file, whatever its name ends with."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["breakable"] = breakable
    return environment

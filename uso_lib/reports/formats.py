"""Name the formats a report can be published in and read them from the command line.

Does not make any of them: export.py makes the page, companions.py what stands beside it.
"""

from __future__ import annotations

from uso_lib.errors import UnknownName
from uso_lib.strict_yaml import did_you_mean

HTML, PDF, SLIDES = "html", "pdf", "slides"
FORMATS = (HTML, PDF, SLIDES)


def parse_formats(text: str) -> tuple[str, ...]:
    """Read a comma-separated list of formats; the page itself is always among them.

    Raises
    ------
    UnknownName
        A word is no format; the nearest one is given.

    Examples
    --------
    >>> parse_formats("slides, PDF")
    ('html', 'pdf', 'slides')
    """
    words = [word.strip().casefold() for word in text.split(",")]
    example = f"Several are separated by commas: --format {','.join(FORMATS)}"
    if "" in words:
        message = f"--format: a format is missing in {text!r}; valid: {', '.join(FORMATS)}. {example}"
        raise UnknownName(message)
    unknown = next((word for word in words if word not in FORMATS), None)
    if unknown is not None:
        hint = did_you_mean(unknown, FORMATS)
        message = (
            f'--format: there is no format "{unknown}"; {hint}{"" if hint.endswith("?") else "."} {example}'
        )
        raise UnknownName(message)
    return tuple(one for one in FORMATS if one == HTML or one in words)

"""Make what may stand beside a report, from the same notebook: the PDF and the slides.

A companion that cannot be made does not hold back the report: its new figures are worth more than a printed
copy of the old ones. Does not publish; publish.py sees to it that no companion outlives its report.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from uso_lib.errors import UsoError
from uso_lib.reports import publish
from uso_lib.reports.formats import PDF, SLIDES


def make_companions(
    notebook: Any, made: Path, *, formats: Sequence[str], slides_template: Path | None
) -> dict[str, str]:
    """Make the companions asked for.

    Parameters
    ----------
    notebook
        The executed notebook.
    made
        The folder that holds the finished page and gets its companions.

    Returns
    -------
    File names of the companions that could not be made → why.
    """
    makers: dict[str, tuple[str, Callable[[], None]]] = {
        PDF: (publish.PDF, lambda: _write_pdf(made)),
        SLIDES: (publish.SLIDES, lambda: _write_slides(notebook, made, slides_template)),
    }
    lacking: dict[str, str] = {}
    for name, make in (makers[one] for one in formats if one in makers):
        try:
            make()
        except UsoError as problem:
            lacking[name] = str(problem)
        except Exception as problem:  # whatever fails in printing, the figures of the report are sound
            lacking[name] = f"{type(problem).__name__}: {problem}"
        if name in lacking:
            (made / name).unlink(missing_ok=True)
    return lacking


def _write_pdf(made: Path) -> None:
    from uso_lib.reports.pdf import write_pdf

    write_pdf(made / publish.REPORT, made / publish.PDF)


def _write_slides(notebook: Any, made: Path, template: Path | None) -> None:
    from uso_lib.reports.export import export, exporter_of
    from uso_lib.reports.slides import SlidesExporter

    if template is None:
        message = "the folder of the slides' template was not named"
        raise UsoError(message)
    text = export(notebook, exporter_of(template, SlidesExporter))
    (made / publish.SLIDES).write_text(text, encoding="utf-8", newline="\n")

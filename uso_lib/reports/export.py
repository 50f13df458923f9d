"""Export an executed notebook to one self-contained HTML page with the workbench's own nbconvert template.

Code is hidden; the page holds no script and no outside address. Does not execute, compute or publish.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from nbconvert.exporters import HTMLExporter
from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.preprocessors import Preprocessor
from traitlets.config import Config

from uso_lib.reports.canary import mark_of
from uso_lib.reports.outline import OutlinePreprocessor
from uso_lib.reports.page import STYLE_SHEET, policy, style, template_digest
from uso_lib.reports.traces import HIDDEN_TAGS


class ReportExporter(HTMLExporter):
    """Export with report_template/; make one and use it for many notebooks.

    Parameters
    ----------
    template_folder
        The nbconvert template: ``conf.json``, ``index.html.j2``, ``page.html.j2``, ``report.css``.
    """

    #: Puts what the template shows into the resources.
    preprocessor: type[Preprocessor] = OutlinePreprocessor
    style_sheet = STYLE_SHEET

    def __init__(self, template_folder: Path, **settings: Any) -> None:
        config = Config(
            TagRemovePreprocessor={"enabled": True, "remove_cell_tags": set(HIDDEN_TAGS)},
            # The template shows no code, so nothing has to be coloured or numbered.
            HighlightMagicsPreprocessor={"enabled": False},
        )
        super().__init__(  # type: ignore[no-untyped-call]
            config=config,
            template_name=template_folder.name,
            extra_template_basedirs=[str(template_folder.parent)],
            preprocessors=[self.preprocessor],
            optimistic_validation=True,  # after the last preprocessor only
            **settings,
        )
        text = style(template_folder, self.style_sheet)
        self._look = {"style": text, "policy": policy(text)}

    def from_notebook_node(  # type: ignore[override]
        self, nb: Any, resources: Any = None, **kw: Any
    ) -> tuple[str, Any]:
        """Convert a notebook.

        Goes past HTMLExporter's own pass through BeautifulSoup: it lower-cases SVG and the template needs
        nothing of it.
        """
        page: tuple[str, Any] = TemplateExporter.from_notebook_node(
            self, nb, {**(resources or {}), **self._look, "mark": mark_of(nb)}, **kw
        )
        return page


def exporter_of(template_folder: Path, kind: type[ReportExporter] = ReportExporter) -> ReportExporter:
    """Return the exporter of a template as it is now, made once per process and those forked from it."""
    return _exporter(kind, template_folder, template_digest(template_folder))


@cache
def _exporter(kind: type[ReportExporter], folder: Path, content: str) -> ReportExporter:  # noqa: ARG001 - changed files, new one
    made = kind(folder)
    assert made.template is not None  # noqa: S101 - asking for it compiles it
    return made


def export(notebook: Any, exporter: ReportExporter) -> str:
    """Return the report of an executed notebook as HTML.

    Parameters
    ----------
    notebook
        The executed notebook (nbformat's NotebookNode); it is not changed.
    exporter
        Made once per process: setting it up costs more than an export.

    Raises
    ------
    ReportError
        The notebook shows no section.
    """
    page, _ = exporter.from_notebook_node(notebook)
    return str(page)

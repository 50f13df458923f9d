"""Say what one report is made from, and how it went.

Plain data that can be handed to another process; imports nothing that making a report needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from uso_lib.reports.formats import HTML
from uso_lib.workspace import Workspace


@dataclass(frozen=True)
class Job:
    """Hold everything one report is made from; small and plain, so that it can be handed to another process.

    Parameters
    ----------
    member
        Slug, the name of the member's folder.
    parameters
        What the notebook is executed with: ``member``, ``peers``, ``themes``, resolved.
    workspace
        Root of the workspace.
    template, report_template
        The notebook, and the folder of the nbconvert template.
    outputs
        The folder of all members' folders.
    parameter_file, snapshot_manifest
        Recorded by their digests.
    data
        Folder of fetched and imported figures; None or not there when only the snapshot is used.
    formats
        What is made beside the page (formats.py).
    slides_template
        The folder of the slides' nbconvert template; needed when slides are among the formats.
    notes
        Folder of the consultants' own cells; the workspace's by default.
    publish_anyway
        Whether a report is published although what the consultant claims of the figures does not hold.
    anew
        Whether nothing of an earlier report is used again.
    """

    member: str
    parameters: Mapping[str, str | list[str] | None]
    workspace: Path
    template: Path
    report_template: Path
    outputs: Path
    parameter_file: Path
    snapshot_manifest: Path
    data: Path | None = None
    formats: tuple[str, ...] = (HTML,)
    slides_template: Path | None = None
    notes: Path | None = None
    publish_anyway: bool = False
    anew: bool = False

    @property
    def notes_folder(self) -> Path:
        """Return the folder of the consultants' own cells."""
        return self.notes or Workspace(self.workspace).notes

    @property
    def data_folder(self) -> Path:
        """Return the folder of fetched and imported figures."""
        return self.data or Workspace(self.workspace).data


@dataclass(frozen=True)
class Outcome:
    """Tell how one report went; `error` is empty when it was published.

    Parameters
    ----------
    lacking
        File names of companions that were asked for and not made → why; the report itself was published.
    notes
        What the person who made the report shall know of their own cells, one line each.
    private
        What the consultant's own cells tell of the machine or a person.
    unchanged
        Whether the report there is was made from the same inputs, so that nothing was done.
    """

    member: str
    seconds: float
    error: str = ""
    lacking: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    private: tuple[str, ...] = ()
    unchanged: bool = False

    @property
    def failed(self) -> bool:
        """Tell whether the report was not made."""
        return bool(self.error)

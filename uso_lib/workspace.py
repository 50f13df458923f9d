"""Find the folders of a workspace: parameters, notebooks, data, outputs.

Does not read or write any file in them.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from uso_lib.errors import UsoError

ENVIRONMENT_VARIABLE = "USO_WORKSPACE"
MARKER = Path("parameters") / "network.yml"


@dataclass(frozen=True)
class Workspace:
    """Name the folders of one workspace; every path derives from its root.

    Parameters
    ----------
    root
        The folder that holds ``parameters/network.yml``.
    """

    root: Path

    @property
    def parameters(self) -> Path:
        """Return the folder of the parameter files."""
        return self.root / "parameters"

    @property
    def template(self) -> Path:
        """Return the template notebook."""
        return self.root / "notebooks" / "situation.ipynb"

    @property
    def explore(self) -> Path:
        """Return the notebook in which a consultant tries views out."""
        return self.root / "notebooks" / "explore.ipynb"

    @property
    def notes(self) -> Path:
        """Return the folder of the consultants' own cells; it need not exist."""
        return self.root / "notebooks" / "members"

    @property
    def report_template(self) -> Path:
        """Return the nbconvert template folder."""
        return self.root / "notebooks" / "report_template"

    @property
    def slides_template(self) -> Path:
        """Return the nbconvert template folder of the slides."""
        return self.root / "notebooks" / "slides_template"

    @property
    def data(self) -> Path:
        """Return the folder of fetched and imported figures; it need not exist."""
        return self.root / "data"

    @property
    def outputs(self) -> Path:
        """Return the folder of finished reports."""
        return self.root / "outputs"


def find_workspace(start: Path | None = None) -> Workspace:
    """Find the workspace of a folder.

    The environment variable ``USO_WORKSPACE`` decides when it is set; otherwise the nearest folder upwards
    from `start` that holds ``parameters/network.yml``; otherwise the checkout this library runs from.

    Parameters
    ----------
    start
        Where to begin, the current folder by default.

    Raises
    ------
    UsoError
        No such folder exists.
    """
    declared = os.environ.get(ENVIRONMENT_VARIABLE)
    if declared:
        root = Path(declared).resolve()
        if not (root / MARKER).is_file():
            message = f"{ENVIRONMENT_VARIABLE} names {root}, but it has no {MARKER}. Correct or unset it."
            raise UsoError(message)
        return Workspace(root)
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents, Path(__file__).resolve().parents[1]):
        if (folder / MARKER).is_file():
            return Workspace(folder)
    message = (
        f"No {MARKER} found in {here} or above it. "
        f"Run the command in the workbench's folder or set {ENVIRONMENT_VARIABLE}."
    )
    raise UsoError(message)

"""Read the look of the pages: one style sheet and the policy that admits it and nothing else.

Does not know what stands on a page.
"""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

STYLE_SHEET = "report.css"


def style(folder: Path, sheet: str = STYLE_SHEET) -> str:
    """Return the style sheet of a template folder, without comments and indentation."""
    source = (folder / sheet).read_text(encoding="utf-8")
    source = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    return "\n".join(line.strip() for line in source.splitlines() if line.strip())


def policy(style_text: str) -> str:
    """Return the content security policy: this very style text, pictures within the page, nothing else.

    Parameters
    ----------
    style_text
        Exactly what stands between ``<style>`` and ``</style>``.
    """
    digest = base64.b64encode(hashlib.sha256(style_text.encode("utf-8")).digest()).decode("ascii")
    return (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


def template_digest(folder: Path, *others: Path) -> str:
    """Return one sha256 over the files of a template folder and other files, by name and content."""
    total = hashlib.sha256()
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    for name, file in (*sorted(files.items()), *((other.name, other) for other in others)):
        total.update(name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()

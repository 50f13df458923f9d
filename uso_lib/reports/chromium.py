"""Print a page with the machine's Chromium, in a profile of its own that reaches no network.

It ends with the process it prints for. Does not prepare the page (pdf.py) and does not complete what Chromium
writes (pdf_tags.py).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from uso_lib.engine.leash import leashed
from uso_lib.errors import ReportError

#: Names a browser of the Chromium family goes by, in the order they are looked for.
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
#: Names another browser, where none of the names above is on the path.
ENVIRONMENT_VARIABLE = "USO_CHROMIUM"
SECONDS = 180
NOT_FOUND = (
    "there is no Chromium on this machine to print it. Install the package 'chromium' "
    f"(Debian: apt-get install chromium) or name a Chrome with {ENVIRONMENT_VARIABLE}=/path/to/chrome."
)
_OPTIONS = (
    "--headless",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-sync",
    "--disable-component-update",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-first-run",
    "--lang=fi",
    "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
)


def find_chromium() -> str:
    """Return the path of the browser.

    Raises
    ------
    ReportError
        There is none; the message says what to install.
    """
    named = os.environ.get(ENVIRONMENT_VARIABLE)
    if named:
        if shutil.which(named) is None:
            message = f"{ENVIRONMENT_VARIABLE} names {named}, which is no program. Correct or unset it."
            raise ReportError(message)
        return named
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise ReportError(NOT_FOUND)
    return found


def print_page(page: Path, target: Path) -> None:
    """Print a page to a PDF file.

    Parameters
    ----------
    page
        An HTML file that needs no other file.

    Raises
    ------
    ReportError
        There is no browser, it took too long, or it wrote nothing.
    """
    browser = find_chromium()
    with tempfile.TemporaryDirectory(prefix="uso-", ignore_cleanup_errors=True) as desk:
        # Chromium refuses to run as root with its sandbox; the page holds no script and reaches no network.
        unboxed = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        command = [browser, *_OPTIONS, *unboxed, f"--user-data-dir={desk}", f"--print-to-pdf={target}"]
        try:
            done = subprocess.run(  # noqa: S603 - the machine's own browser with arguments of our own
                leashed([*command, page.resolve().as_uri()]),
                env={**os.environ, "HOME": desk, "XDG_CONFIG_HOME": desk, "XDG_CACHE_HOME": desk},
                capture_output=True,
                text=True,
                errors="replace",
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as problem:
            message = f"Chromium did not print it within {SECONDS} seconds. Try again with less going on."
            raise ReportError(message) from problem
        except OSError as problem:
            message = f"Chromium ({browser}) could not be started: {problem.strerror}."
            raise ReportError(message) from problem
    if done.returncode or not target.is_file() or not target.stat().st_size:
        told = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        message = f"Chromium ({browser}) printed nothing (status {done.returncode}): {' '.join(told[-1:])}"
        raise ReportError(message)

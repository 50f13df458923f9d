"""The command on finished reports: verify.

Does not do any of the work itself, needs no workspace, and imports what it needs only when it runs.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from uso_lib.cli.statuses import FAILED, WRONG_INPUT
from uso_lib.cli.terminal import say
from uso_lib.errors import ProofError

if TYPE_CHECKING:
    from uso_lib.verification.verify import Verdict

#: How many disagreements of a file are told.
_MOST_TOLD = 20
CAUSES = (
    "Harmless causes: a byte order mark, other ends of lines (CRLF), spaces at ends of lines, as editors and "
    "mail gateways leave them. Otherwise words, colours or pictures were changed."
)


@click.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--trace",
    metavar="WORDS",
    help="Show where the numbers of an indicator come from. Example: --trace työttömyysaste",
)
def verify(files: tuple[Path, ...], trace: str | None) -> int:
    """Recompute every number of finished reports (HTML FILES) from the cells they carry with them.

    Needs nothing but the file: no workspace, no figures, no network. Exit status 0 when all numbers agree, 1
    when some do not, 2 when a file is no report or its proof cannot be read.

    \b
    Examples:
      uso verify outputs/tornio/situation.html
      uso verify outputs/*/situation.html
      uso verify situation.html --trace työttömyysaste
    """  # noqa: D301 - click reads the \b itself
    from uso_lib.verification.trace import traced
    from uso_lib.verification.verify import verify as verify_file

    worst = 0
    for file in files:
        try:
            verdict = verify_file(file)
            _tell(verdict)
            for line in traced(verdict, trace) if trace else ():
                say(line)
        except ProofError as problem:
            say(str(problem), err=True)
            worst = max(worst, WRONG_INPUT)
        else:
            worst = max(worst, 0 if verdict.good else FAILED)
    return worst


def _tell(verdict: Verdict) -> None:
    """Say what was found, what is wrong with the whole before what is right with its numbers."""
    if not verdict.untouched:
        say(
            f"{verdict.file}: the page is not the one the proof was made for: its fingerprint differs. "
            f"{CAUSES}"
        )
    if not verdict.intact:
        say(f"{verdict.file}: the proof is not as it was made: its fingerprint differs.")
    total, recomputed = len(verdict.lines), verdict.recomputed
    counted = f"All {total}" if recomputed == total else f"{recomputed} of {total}"
    agree = f"{len(verdict.wrong)} disagree" if verdict.wrong else "all agree"
    say(
        f"{verdict.file}: {counted} numbers recomputed, "
        f"{verdict.leaves} of which are cells taken as they are. "
        f"{verdict.shown} numbers on the page show them and {verdict.declared} are declared texts: {agree}."
    )
    if verdict.own:
        say(
            f"{verdict.own} numbers stand in the writer's own text or output: where they come from is not "
            "checked."
        )
    for one in verdict.wrong[:_MOST_TOLD]:
        say(f"  {one}")
    if len(verdict.wrong) > _MOST_TOLD:
        say(f"  and {len(verdict.wrong) - _MOST_TOLD} more")

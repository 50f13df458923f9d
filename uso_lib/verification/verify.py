"""Verify a report: unpack its proof, recompute every line, hold every number of the page against them.

Does not print (cli/) and asks nobody: the file is all there is. It has no signature: whoever makes a whole
consistent report, cells and page and proof, can make a false one; the sources named in it tell then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from uso_lib.errors import ProofError
from uso_lib.verification.lines import Line, Result
from uso_lib.verification.measures import Recomputation
from uso_lib.verification.packing import LARGEST_PAGE, enclosed, page_digest
from uso_lib.verification.proof import Proof
from uso_lib.verification.readings import TEXTS, Disagreement, disagreements


@dataclass(frozen=True)
class Verdict:
    """Tell what a verification found.

    Parameters
    ----------
    file
        The verified file.
    lines, results
        Every number of the report and what it was recomputed to.
    wrong
        Numbers of the page that are not what they must be.
    shown, declared, own
        How many numbers of the page show a recomputed one, how many are declared texts, and how many are in
        the writer's own text or output, which nothing is said of.
    intact
        Whether the proof has the fingerprint it says.
    untouched
        Whether the page without the proof has the fingerprint the proof says.
    """

    file: Path
    proof: Proof
    lines: Sequence[Line]
    results: Sequence[Result]
    wrong: Sequence[Disagreement]
    shown: int
    declared: int
    own: int
    intact: bool
    untouched: bool

    @cached_property
    def recomputed(self) -> int:
        """Return how many lines were recomputed, cells taken as published among them."""
        return sum(one.known for one in self.results)

    @cached_property
    def leaves(self) -> int:
        """Return how many of them are cells, taken as published."""
        return sum(one.known and one.leaf for one in self.results)

    @property
    def good(self) -> bool:
        """Tell whether everything agrees."""
        whole = self.intact and self.untouched and self.recomputed == len(self.lines)
        return whole and not self.wrong


def verify(file: Path) -> Verdict:
    """Verify a report from the file alone.

    Raises
    ------
    ProofError
        It is no report, or its proof cannot be read; then nothing can be said of its numbers.
    OSError
        The file cannot be read.
    """
    if not file.is_file():  # a pipe or a device may never end
        message = f"{file}: this is no report: it is not an ordinary file."
        raise ProofError(message)
    with file.open("rb") as opened:
        content = opened.read(LARGEST_PAGE + 1)
    if len(content) > LARGEST_PAGE:
        message = f"{file}: the file is larger than any report ({LARGEST_PAGE} bytes)."
        raise ProofError(message)
    try:
        page = content.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"{file}: the file is no report: it is not UTF-8 text."
        raise ProofError(message) from error
    try:
        return verify_page(page, file)
    except ProofError as problem:
        message = f"{file}: {problem}"
        raise ProofError(message) from problem
    except RecursionError as problem:
        message = f"{file}: The proof in the file is damaged: it leads round in a circle."
        raise ProofError(message) from problem


def verify_page(page: str, file: Path) -> Verdict:
    """Verify the text of a report.

    Raises
    ------
    ProofError
        As `verify`.
    """
    found = enclosed(page)
    proof = Proof(found.content)
    recomputation = Recomputation(proof)
    lines, results = recomputation.lines, recomputation.results
    wrong, counts = disagreements(found.page, proof, lines, results)
    shown = sum(count for aspect, count in counts.items() if aspect not in TEXTS)
    untouched = page_digest(found.page) == proof.text("page_sha256")
    return Verdict(
        file, proof, lines, results, wrong, shown, counts["declared"], counts["own"], found.intact, untouched
    )

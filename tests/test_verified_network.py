"""Every member's finished report verifies from its file alone, and changed digits in it are found.

Measured on the reports themselves: how many changes are found with the fingerprints left out of account.
"""

from __future__ import annotations

import base64
import json
import random
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from uso_lib.verification import packing
from uso_lib.verification.finnish import MINUS
from uso_lib.verification.readings import disagreements
from uso_lib.verification.verify import Verdict, verify, verify_page

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("network_proofs")]

MEMBERS = 18
#: Bytes of a page and of the proof in it, numbers of a report and of its page, seconds of a processor.
LARGEST_PAGE, LARGEST_PROOF, MOST_SECONDS = 1_000_000, 180_000, 3.0
LEAST_NUMBERS, LEAST_SHOWN = 9000, 4000
#: Changes of digits and of signs per kind and report, changes of cells; the share that must be found without
#: fingerprints.
CHANGES, SIGNS, CELLS, LEAST_FOUND = 15, 10, 10, 0.95
#: Kind of place → what holds its text.
PLACES = {
    "cell": re.compile(r"<td[^>]*>([^<]*\d,\d[^<]*)</td>"),
    "sentence": re.compile(r"<(?:p|li)[^>]*>([^<]*\d[^<]*)</(?:p|li)>"),
    "alt": re.compile(r'alt="([^"]*\d[^"]*)"'),
    "svg": re.compile(r'src="data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)"'),
}
_SVG_TEXT = re.compile(r"<text[^>]*>([^<]*\d[^<]*)</text>")

Tell = Callable[[str, object], None]


@pytest.fixture(scope="module")
def reports(network: Path) -> dict[str, Path]:
    """Return member → finished report."""
    return {file.parent.name: file for file in sorted(network.glob("*/situation.html"))}


@pytest.fixture(scope="module")
def verdicts(reports: dict[str, Path]) -> dict[str, Verdict]:
    """Return member → what the verification found."""
    return {member: verify(file) for member, file in reports.items()}


def test_every_number_of_every_member_is_recomputed_and_explained(verdicts: dict[str, Verdict]) -> None:
    assert len(verdicts) == MEMBERS
    unsound = {
        member: [str(one) for one in found.wrong[:5]] for member, found in verdicts.items() if found.wrong
    }
    assert unsound == {}
    unknown = {
        member: sorted({f"{line.measure} {line.group}" for line, one in _pairs(found) if not one.known})
        for member, found in verdicts.items()
    }
    assert {member: lines for member, lines in unknown.items() if lines} == {}
    assert all(found.good for found in verdicts.values())
    assert min(len(found.lines) for found in verdicts.values()) > LEAST_NUMBERS
    assert min(found.shown for found in verdicts.values()) > LEAST_SHOWN


def _pairs(found: Verdict) -> Iterator[tuple[Any, Any]]:
    return zip(found.lines, found.results, strict=True)


def test_what_is_taken_as_it_is_is_less_than_half(verdicts: dict[str, Verdict]) -> None:
    shares = {member: found.leaves / found.recomputed for member, found in verdicts.items()}
    assert max(shares.values()) < 0.5


def test_proof_and_page_keep_within_their_sizes(reports: dict[str, Path]) -> None:
    for member, file in reports.items():
        page = file.read_text(encoding="utf-8")
        whole, without = len(page.encode()), len(packing.enclosed(page).page.encode())
        assert whole - without <= LARGEST_PROOF, member
        assert whole <= LARGEST_PAGE, member


def test_a_copied_file_verifies_in_an_empty_folder(reports: dict[str, Path], tmp_path: Path) -> None:
    shutil.copy(reports["juva"], tmp_path / "copy.html")
    command = [sys.executable, "-I", "-m", "uso_lib.cli", "verify", "copy.html"]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, env={"PATH": "/nowhere"}
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"All \d+ numbers recomputed", done.stdout)


def test_the_command_of_readme_verifies_the_file_where_it_was_made(network: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "uso_lib.cli",
        "verify",
        "outputs/tornio/situation.html",
        "--trace",
        "väkiluku",
    ]
    done = subprocess.run(command, cwd=network.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "vaerak_11ra_2025.csv.gz, sha256 " in done.stdout


def test_verifying_takes_no_longer_than_a_breath(reports: dict[str, Path]) -> None:
    begun = time.process_time()
    verify(reports["tornio"])
    assert time.process_time() - begun < MOST_SECONDS


@pytest.mark.parametrize("member", ["tornio", "kuhmoinen", "kokkola"])
@pytest.mark.parametrize("kind", PLACES)
def test_changed_digits_are_found_without_fingerprints(
    reports: dict[str, Path], verdicts: dict[str, Verdict], kind: str, member: str, tell: Tell
) -> None:
    page, sound = packing.enclosed(reports[member].read_text(encoding="utf-8")).page, verdicts[member]
    source = random.Random(f"{member} {kind}")
    found = 0
    for _ in range(CHANGES):
        changed = _changed(page, kind, source)
        assert packing.page_digest(changed) != sound.proof.text("page_sha256")
        found += bool(disagreements(changed, sound.proof, sound.lines, sound.results)[0])
    tell(f"changes of {kind} found in {member} without fingerprints", f"{found}/{CHANGES}")
    assert found >= LEAST_FOUND * CHANGES


@pytest.mark.parametrize("member", ["tornio", "kuhmoinen", "kokkola"])
@pytest.mark.parametrize("kind", PLACES)
def test_minus_signs_taken_away_are_found_without_fingerprints(
    reports: dict[str, Path], verdicts: dict[str, Verdict], kind: str, member: str, tell: Tell
) -> None:
    page, sound = packing.enclosed(reports[member].read_text(encoding="utf-8")).page, verdicts[member]
    source = random.Random(f"{member} {kind} minus")
    places = [one for one in PLACES[kind].finditer(page) if MINUS in _shown(kind, one.group(1))]
    found, tried = 0, min(SIGNS, len(places))
    for one in source.sample(places, tried):
        text = _shown(kind, one.group(1)).replace(MINUS, "", 1)
        new = base64.b64encode(text.encode()).decode() if kind == "svg" else text
        changed = page[: one.start(1)] + new + page[one.end(1) :]
        found += bool(disagreements(changed, sound.proof, sound.lines, sound.results)[0])
    tell(f"minus signs taken away from {kind} found in {member} without fingerprints", f"{found}/{tried}")
    assert found == tried


def _shown(kind: str, held: str) -> str:
    return _svg(held) if kind == "svg" else held


def _changed(page: str, kind: str, source: random.Random) -> str:
    """Return a page with one digit changed in a place of a kind."""
    places = list(PLACES[kind].finditer(page))
    if kind == "svg":
        places = [one for one in places if _SVG_TEXT.search(_svg(one.group(1)))]
    one = source.choice(places)
    old = one.group(1)
    new = _changed_svg(_svg(old), source) if kind == "svg" else _other_digit(old, source)
    return page[: one.start(1)] + new + page[one.end(1) :]


def _svg(encoded: str) -> str:
    return base64.b64decode(encoded).decode()


def _changed_svg(svg: str, source: random.Random) -> str:
    one = source.choice(list(_SVG_TEXT.finditer(svg)))
    changed = svg[: one.start(1)] + _other_digit(one.group(1), source) + svg[one.end(1) :]
    return base64.b64encode(changed.encode()).decode()


def _other_digit(text: str, source: random.Random) -> str:
    entities = [found.span() for found in re.finditer(r"&[#\w]+;", text)]
    places = [at for at, sign in enumerate(text) if sign.isdigit()]
    at = source.choice([at for at in places if not any(start <= at < end for start, end in entities)])
    digit = source.choice([one for one in "0123456789" if one != text[at]])
    return text[:at] + digit + text[at + 1 :]


def test_changed_cells_are_found_where_they_show(reports: dict[str, Path], tell: Tell) -> None:
    """A cell of one's own always shows; one of eighteen in a mean may hide behind the rounding."""
    page = reports["tornio"].read_text(encoding="utf-8")
    source = random.Random("cells")
    own = sum(bool(_with_other_cell(page, source, own=True).wrong) for _ in range(CELLS))
    others = sum(bool(_with_other_cell(page, source, own=False).wrong) for _ in range(CELLS))
    tell("changes of the municipality's own cells found without fingerprints", f"{own}/{CELLS}")
    tell("changes of other municipalities' cells found without fingerprints", f"{others}/{CELLS}")
    assert own >= LEAST_FOUND * CELLS


def _with_other_cell(page: str, source: random.Random, *, own: bool) -> Verdict:
    """Verify a page whose proof was changed in the leading digit of one cell and enclosed anew."""
    found = packing.enclosed(page)
    grids = found.content["grids"]
    shown = {name for name in grids if grids[name]["country"]["lines"]}
    names = sorted(name for name in shown if any(one for one in grids[name]["values"][0]))
    values = grids[source.choice(names)]["values"]
    row = values[0] if own else source.choice(values[1:])
    places = [at for at, one in enumerate(row) if one] or [0]
    at = source.choice(places)
    row[at] = (row[at] or 1) * 2
    return verify_page(packing.enclose(found.page, found.content), Path("situation.html"))


def test_the_manifest_traces_every_number(network: Path) -> None:
    manifest = json.loads((network / "juva" / "manifest.json").read_text(encoding="utf-8"))
    proof = manifest["proof"]
    subjects = {proof["lines"]["texts"][one] for one in proof["lines"]["subject"]}
    assert len(proof["values"]) == len(proof["lines"]["subject"])
    indicators = {one.partition(":")[2] for one in subjects if one.startswith("indicator:")}
    used = {table for name in indicators for one in proof["grids"][name]["from"] for table in one.split("+")}
    assert used <= set(proof["tables"])
    for table in proof["tables"].values():
        assert table["licence"]
        for part in table["parts"]:
            assert re.fullmatch(r"[0-9a-f]{64}", part["sha256"])
            assert part["retrieved"]
            assert part["raw"], table["title"]
            assert all(re.fullmatch(r"[0-9a-f]{64}", raw["sha256"]) for raw in part["raw"])


def test_the_page_is_the_same_whoever_makes_it(reports: dict[str, Path]) -> None:
    page = reports["juva"].read_text(encoding="utf-8")
    found = packing.enclosed(page)
    assert packing.enclose(found.page, found.content) == page

"""A report proves its numbers: whatever is changed on the page or in the cells is noticed and told."""

from __future__ import annotations

import base64
import hashlib
import lzma
import os
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from proof_world import MINUS, NBSP, content, finished, lines, notebook, page

from uso_lib.cli import uso
from uso_lib.errors import ProofError
from uso_lib.reports.harvest import harvest
from uso_lib.reports.proof import with_proof
from uso_lib.verification import arithmetic, finnish, packing
from uso_lib.verification.page import passages
from uso_lib.verification.trace import traced
from uso_lib.verification.verify import Verdict, verify, verify_page

HERE = Path("situation.html")


def verdict(text: str) -> Verdict:
    return verify_page(text, HERE)


def rebuilt(text: str, change: Callable[[dict[str, Any]], None]) -> str:
    """Return a page whose proof was changed and enclosed anew, as a forger would."""
    found = packing.enclosed(text)
    change(found.content)
    return packing.enclose(found.page, found.content)


def enclosing(payload: bytes, *, sha256: str = "") -> str:
    """Return a page that encloses any bytes as its proof."""
    told = base64.b64encode(payload).decode()
    sha256 = sha256 or hashlib.sha256(told.encode()).hexdigest()
    element = f'<template id="uso-proof" data-schema="1" data-sha256="{sha256}">{told}</template>'
    return f"<html><body>{element}</body></html>"


def test_everything_of_a_sound_report_is_recomputed_and_explained() -> None:
    found = verdict(finished())
    assert found.good
    assert (found.recomputed, len(found.lines)) == (8, 8)
    assert found.leaves == 1  # the country's published figure; the rates come from counts
    assert (found.shown, found.declared) == (14, 2)
    assert found.wrong == []


def test_the_arithmetic_is_the_verifiers_own() -> None:
    values = {(line.measure, line.group): result.value for line, result in zip(*_pairs(), strict=True)}
    assert values["mean", "peers"] == pytest.approx((12 + 11 + 15) / 3)
    assert values["position", "peers"] == 2
    assert values["change", "municipality"] == pytest.approx(12 - 108 / 1010 * 100)


def _pairs() -> tuple[Any, Any]:
    found = verdict(finished())
    return found.lines, found.results


@pytest.mark.parametrize("place", range(10))
@pytest.mark.parametrize("kind", ["cell", "sentence", "alt", "svg"])
def test_a_changed_digit_on_the_page_is_found_without_any_fingerprint(kind: str, place: int) -> None:
    text = finished()
    source = random.Random(f"{kind} {place}")
    pattern = {
        "cell": r"<t[dh]>([^<]*\d[^<]*)</t[dh]>", "sentence": r"<p>([^<]*)</p>", "alt": r'alt="([^"]*)"',
        "svg": r"base64,([A-Za-z0-9+/=]+)\" alt",
    }[kind]  # fmt: skip
    found = source.choice(list(re.finditer(pattern, text)))
    old = found.group(1)
    readable = base64.b64decode(old).decode() if kind == "svg" else old
    new = with_another_digit(readable, source, inside=r">[^<]*\d" if kind == "svg" else r"\d")
    new = base64.b64encode(new.encode()).decode() if kind == "svg" else new
    changed = text[: found.start(1)] + new + text[found.end(1) :]
    assert changed != text
    wrong = verdict(changed)
    assert wrong.wrong, (old, new)
    assert wrong.wrong[0].section == "tyollisyys"
    assert not wrong.good
    assert not wrong.untouched


def with_another_digit(text: str, source: random.Random, *, inside: str) -> str:
    """Return a text with one digit changed."""
    if inside == r"\d":
        at = source.choice([found.start() for found in re.finditer(r"\d", text)])
    else:
        spans = [found.span(1) for found in re.finditer(r">([^<]*\d[^<]*)<", text)]
        at = source.choice([at for start, end in spans for at in range(start, end) if text[at].isdigit()])
    digit = source.choice([one for one in "0123456789" if one != text[at]])
    return text[:at] + digit + text[at + 1 :]


def test_a_changed_sign_is_found() -> None:
    text = finished(shown_page=page().replace("on 0,7", f"on {MINUS}0,7"))
    assert verdict(text).good
    changed = verdict(text.replace(f"on {MINUS}0,7", "on +0,7"))
    assert [one.wanted for one in changed.wrong] == [f"{MINUS}0,7"]


@pytest.mark.parametrize("name", ["jobseekers", "force"])
@pytest.mark.parametrize("area", [0, 1, 2])
def test_a_changed_cell_changes_the_numbers(name: str, area: int) -> None:
    def change(proof: dict[str, Any]) -> None:
        proof["grids"][name]["values"][area][0] += 10

    found = verdict(rebuilt(finished(), change))
    assert found.intact
    assert found.wrong


def test_a_changed_cell_breaks_the_fingerprint_of_the_proof() -> None:
    text = finished()
    element = re.search(r'data-sha256="([0-9a-f]{64})"', text)
    assert element is not None
    changed = rebuilt(text, lambda proof: proof["tables"]["keha"].update(licence="CC0 1.0"))
    kept = re.sub(r'data-sha256="[0-9a-f]{64}"', element.group(), changed)
    found = verdict(kept)
    assert not found.intact
    assert not found.good


def test_words_changed_between_the_numbers_break_the_fingerprint_of_the_page() -> None:
    found = verdict(finished().replace("vähemmän kuin", "enemmän kuin"))
    assert found.wrong == []
    assert not found.untouched
    assert not found.good


def test_a_number_added_or_left_out_is_told_with_its_section() -> None:
    text = finished()
    added = verdict(text.replace("sija verrokeissa", "nousu 99 999, sija verrokeissa"))
    assert {one.text for one in added.wrong} == {"99", "999"}
    gone = verdict(text.replace("<td>10,7</td>", "<td></td>"))
    assert [one.wanted for one in gone.wrong] == ["10,7"]
    assert "section tyollisyys" in str(gone.wrong[0])


def test_a_number_nothing_explains_is_told_in_a_report_that_is_otherwise_sound() -> None:
    found = verdict(finished(shown_page=page().replace("Luvussa", "Lisäksi 77,7 muuta. Luvussa")))
    assert [one.text for one in found.wrong] == ["77,7"]
    assert "nothing explains it" in str(found.wrong[0])
    assert found.untouched


def test_a_line_that_does_not_come_out_is_counted_not_hidden() -> None:
    told = lines()
    told[0][9] = 12.4
    found = verdict(finished(told, page().replace("12,0", "12,4")))
    assert (found.recomputed, len(found.lines)) == (7, 8)
    assert not found.good
    assert not any(
        one.known for one, line in zip(found.results, found.lines, strict=True) if line.kind == "given"
    )


def test_a_report_without_a_proof_cell_is_left_as_it_is() -> None:
    made = notebook()
    made.cells = made.cells[:2]
    assert with_proof(page(), made, harvest(made)) == (page(), {})


def test_the_same_report_gives_the_same_bytes() -> None:
    assert finished() == finished()
    element = finished().partition('<template id="uso-proof"')[2].partition("</template>")[0]
    assert re.fullmatch(r' data-schema="1" data-sha256="[0-9a-f]{64}">[A-Za-z0-9+/=]+', element)


def test_the_proof_traces_a_number_to_its_file() -> None:
    told = "\n".join(traced(verdict(finished()), "työttömyys"))
    for expected in (
        "rate",
        "12,0 (recomputed)",
        "KEHA-keskus, tyonv 12r5",
        "CC BY 4.0",
        "keha.csv.gz",
        "cd" * 32,
    ):
        assert expected in told
    assert list(traced(verdict(finished()), "lainakanta")) == ['No number is about "lainakanta".']


# Packing


@pytest.mark.parametrize(
    "numbers",
    [
        [1, 2, 3, 4], [0.1, 0.2, None, 0.3], [None] * 4, [1e9, -1.5, 0.123456789012, 7], [12, 12.5, -3, 0],
        [123456789.123456, 1e-7, 3, 4], [1 / 3] * 5, [1], [],
    ],
)  # fmt: skip
def test_numbers_come_out_of_the_packing_as_they_went_in(numbers: list[float | None]) -> None:
    assert packing.unpacked(packing.packed({"n": numbers})) == {"n": numbers}


def test_packed_numbers_are_exact() -> None:
    source = random.Random(7)
    numbers = [round(source.uniform(-1e6, 1e6), source.randrange(5)) for _ in range(2000)]
    assert packing.unpacked(packing.packed({"n": numbers}))["n"] == numbers


def test_the_element_says_nothing_a_browser_would_run() -> None:
    hostile = {"name": "</template><script>alert(1)</script>", "rows": ["<img onerror=x>", "-->"]}
    element = packing.element(hostile)
    assert element.count("<") == 2
    assert packing.enclosed(f"<body>{element}</body>").content == hostile


# Foreign, damaged and hostile files


def bomb() -> bytes:
    return lzma.compress(
        b'{"a": "' + b"0" * (packing.LARGEST_CONTENT + 10) + b'"}', format=lzma.FORMAT_XZ, preset=0
    )


DAMAGED: dict[str, Callable[[], str]] = {
    "empty": lambda: "",
    "another page": lambda: "<html><body><p>12,0</p></body></html>",
    "a cut file": lambda: finished()[: finished().index("</template>") - 40],
    "two proofs": lambda: finished().replace("</body>", packing.element(content()) + "</body>"),
    "another schema": lambda: finished().replace('data-schema="1"', 'data-schema="9"'),
    "not base64": lambda: enclosing(b"x").replace(">eA==<", ">e=A=<"),
    "not compressed": lambda: enclosing(b"plain text"),
    "truncated": lambda: enclosing(packing.packed(content())[:-30]),
    "a bomb": lambda: enclosing(bomb()),
    "not json": lambda: enclosing(lzma.compress(b"{'a'")),
    "not a number": lambda: enclosing(lzma.compress(b'{"a": NaN}')),
    "a number without end": lambda: enclosing(lzma.compress(b'{"a": ' + b"9" * 5000 + b"}")),
    "nested": lambda: enclosing(lzma.compress(b'{"a":' * 40 + b"1" + b"}" * 40)),
    "nested without end": lambda: enclosing(lzma.compress(b"[" * 100_000)),
    "a list": lambda: enclosing(lzma.compress(b"[1]")),
    "nothing in it": lambda: enclosing(packing.packed({})),
    "odd numbers": lambda: enclosing(lzma.compress(b'{"a": ["~", 99, 1]}\0\1')),
    "fewer numbers than told": lambda: enclosing(lzma.compress(b'{"a": ["~", 0, 999999999999]}\0\1\1')),
    "numbers without end": lambda: enclosing(lzma.compress(b'{"a": ["~", 0, 1]}\0' + b"\xff" * 90)),
    "huge numbers": lambda: enclosing(lzma.compress(b'{"a": ["~", 0, 1]}\0' + b"\xff" * 13 + b"\1")),
    "texts for numbers": lambda: enclosing(lzma.compress(b'{"a": ["~", 2, "x"]}\0\1')),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_file_that_proves_nothing_is_told_clearly(name: str, tmp_path: Path) -> None:
    file = tmp_path / "situation.html"
    file.write_text(DAMAGED[name](), encoding="utf-8")
    done = CliRunner().invoke(uso, ["verify", str(file)], standalone_mode=False)
    assert done.return_value == 2
    assert "proof" in done.output or "report" in done.output
    assert "Traceback" not in done.output
    assert len(done.output) < 400


def broken(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    """Return what puts a value into a proof at a dotted place."""

    def change(proof: dict[str, Any]) -> None:
        *way, last = path.split(".")
        part: Any = proof
        for key in way:
            part = part[key]
        part[last] = value

    return change


ODD = [
    ("areas", 3), ("groups.peers", [0, 1, 99]), ("groups.peers", [-1]), ("grids", []),
    ("grids.rate.first", [[7], [1]]),
    ("grids.rate.first", [[0]]), ("grids.rate.second", [[0, 1], [1]]), ("grids.rate.leaves", [0, 0]),
    ("grids.jobseekers.values", [[1, 2]]), ("grids.jobseekers.values", "x"),
    ("grids.force.values", [[10**40] * 2] * 3),
    ("indicators.rate.of", "rate"), ("indicators.rate.formula", "eval"), ("indicators.rate.decimals", -3),
    ("lines.subject", [10**6] * 8), ("lines.decimals", [99] * 8), ("lines.texts", [1, 2]),
    ("lines.period", [0]),
    ("readings.lines", [10**5] * 20), ("readings.aspects", [50] * 20), ("page_sha256", None), ("tables", 0),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value"), ODD)
def test_a_forged_proof_never_passes_and_never_ends_in_a_traceback(
    path: str, value: Any, tmp_path: Path
) -> None:
    file = tmp_path / "situation.html"
    file.write_text(rebuilt(finished(), broken(path, value)), encoding="utf-8")
    done = CliRunner().invoke(uso, ["verify", str(file), "--trace", "työttömyys"], standalone_mode=False)
    assert done.exception is None, done.exception
    assert done.return_value in ((0, 1, 2) if path == "tables" else (1, 2))


def test_a_file_that_is_no_text_and_a_huge_one_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "tables.xlsx"
    file.write_bytes(b"PK\x03\x04\xff\xfe")
    with pytest.raises(ProofError, match="no report"):
        verify(file)
    monkeypatch.setattr("uso_lib.verification.verify.LARGEST_PAGE", 3)
    with pytest.raises(ProofError, match="larger than any report"):
        verify(file)


def test_what_never_ends_is_no_report(tmp_path: Path) -> None:
    with pytest.raises(ProofError, match="not an ordinary file"):
        verify(Path("/dev/zero"))
    os.mkfifo(tmp_path / "situation.html")
    with pytest.raises(ProofError, match="not an ordinary file"):
        verify(tmp_path / "situation.html")


@pytest.mark.parametrize(
    "change", [lambda text: text.replace("vähemmän", "enemmän"), lambda text: f"\ufeff{text}",
               lambda text: text.replace("\n", "\r\n"), lambda text: text.replace("<p>", "<p> ")],
)  # fmt: skip
def test_the_first_thing_told_of_a_changed_file_is_that_it_was_changed(
    change: Callable[[str], str], tmp_path: Path
) -> None:
    file = tmp_path / "situation.html"
    file.write_bytes(change(finished()).encode())
    done = CliRunner().invoke(uso, ["verify", str(file)], standalone_mode=False)
    assert done.return_value == 1
    first, second, *_ = done.output.splitlines()
    assert "the page is not the one the proof was made for" in first
    assert all(cause in first for cause in ("byte order mark", "CRLF", "spaces at ends of lines", "mail"))
    assert "all agree" in second


def test_the_command_works_in_an_empty_folder_and_says_what_it_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "situation.html").write_text(finished(), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("USO_WORKSPACE", str(tmp_path / "nowhere"))
    done = CliRunner().invoke(uso, ["verify", "situation.html", "--trace", "rate"], standalone_mode=False)
    assert done.return_value == 0, done.output
    assert "All 8 numbers recomputed, 1 of which are cells taken as they are." in done.output
    changed = finished().replace("<td>10,7</td>", "<td>10,1</td>")
    (tmp_path / "situation.html").write_text(changed, encoding="utf-8")
    done = CliRunner().invoke(uso, ["verify", "situation.html"], standalone_mode=False)
    assert done.return_value == 1
    assert "section tyollisyys: 10,1, recomputed 10,7" in done.output


# The parts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"21{NBSP}467 henkilöä", [("number", f"21{NBSP}467")]),
        (f"{MINUS}1,3 ja +0,5", [("number", f"{MINUS}1,3"), ("number", "+0,5")]),
        ("sija 3/10, 6/2026", [("place", "3/10"), ("month", "6/2026")]),
        ("CO2 vm01 21.11.2026", [("name", "2"), ("name", "01"), ("name", "21.11.2026")]),
        ("2010–2019 15-vuotiaat", [("number", "2010"), ("number", "2019"), ("number", "15")]),
    ],
)  # fmt: skip
def test_every_digit_of_a_text_is_in_a_token(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(one.kind, one.text) for one in finnish.tokens(text)] == expected


def test_no_digit_of_a_text_is_outside_the_tokens() -> None:
    source = random.Random(3)
    for _ in range(500):
        text = "".join(source.choice(f"0123456789 ,./-+{NBSP}{MINUS}ax") for _ in range(20))
        covered = {at for one in finnish.tokens(text) for at in range(one.start, one.end)}
        assert {at for at, sign in enumerate(text) if sign.isdigit()} <= covered, text


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (21467, 0, f"21{NBSP}467"), (-0.05, 1, "0,1"), (2.675, 2, "2,68"), (0.1 + 0.2, 1, "0,3"),
        (1e6, 0, f"1{NBSP}000{NBSP}000"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_the_page_writes_them(value: float, decimals: int, expected: str) -> None:
    assert finnish.magnitude(value, decimals) == expected


def test_the_page_is_read_with_what_stands_around() -> None:
    found = passages(page())
    assert ("tyollisyys", "cell", "10,7", "Työttömyysaste | 2019 | Tornio") in [
        (one.section, one.kind, one.text, one.about) for one in found
    ]
    assert {one.kind for one in found} == {"text", "cell", "alt", "figure"}
    assert passages("<template>1</template><style>2</style><script>3</script><p>4</p>")[0].text == "4"


def test_intervals_and_slopes_are_as_in_the_textbooks() -> None:
    # Newcombe 1998, table I: 81 of 263 and 15 of 148; Byar for 10 events (Breslow & Day 1987, table 2.10).
    assert arithmetic.wilson(81, 263, 95) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert arithmetic.wilson(15, 148, 95) == pytest.approx((0.0624, 0.1605), abs=1e-4)
    assert arithmetic.byar(10, 1, 95) == pytest.approx((4.79, 18.39), abs=0.01)
    # 10 events less 100: the distances to Byar's limits that face each other, squared and added up.
    assert arithmetic.balance(10, 100, 1, 95) == pytest.approx((-112.24, -69.56), abs=0.05)
    assert arithmetic.balance(10, 100, 0, 95) is None
    assert arithmetic.balance(10, -1, 5, 95) is None
    assert arithmetic.slope([0, 1, 2], [1.0, 3.0, 5.0], [1, 2, 1]) == pytest.approx(2)

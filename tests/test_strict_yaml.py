"""Reading YAML strictly: values as in the core schema, lines of every key, all problems of form at once."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from uso_lib.strict_yaml import Document, read_yaml


@pytest.fixture
def read(tmp_path: Path) -> Any:
    """Return a function that writes text (or bytes) to a file and reads it strictly."""

    def reader(text: str | bytes) -> Document:
        file = tmp_path / "file.yml"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_yaml(file)

    return reader


def test_values_are_typed_as_in_the_core_schema(read: Any) -> None:
    document = read(
        "text: Jämsä\nyes_stays_text: yes\noff_too: [no, on, off, y]\nwhole: 12\nminus: -3\nzero: 0\n"
        "half: 0.5\npower: 1e3\nright: true\nempty:\ntilde: ~\nquoted: '020'\ntime: 12:30\n"
        "range: 75-\nunderscore: 1_000\nday: 2026-06-01\n"
    )
    assert document.problems == ()
    assert document.complete
    assert document.data == {
        "text": "Jämsä",
        "yes_stays_text": "yes",
        "off_too": ["no", "on", "off", "y"],
        "whole": 12,
        "minus": -3,
        "zero": 0,
        "half": 0.5,
        "power": 1000.0,
        "right": True,
        "empty": None,
        "tilde": None,
        "quoted": "020",
        "time": "12:30",
        "range": "75-",
        "underscore": "1_000",
        "day": "2026-06-01",
    }
    assert isinstance(document.data["whole"], int)
    assert isinstance(document.data["power"], float)


def test_every_key_and_item_knows_its_line(read: Any) -> None:
    document = read(
        "# first\na: 1\nb:\n  c:\n    - x\n    - {d: 1,\n       e: 2}\nf: |\n  01\n  two\ng: end\n"
    )
    assert dict(document.lines) == {
        "a": 2, "b": 3, "b.c": 4, "b.c[0]": 5, "b.c[1]": 6, "b.c[1].d": 6, "b.c[1].e": 7, "f": 8, "g": 11,
    }  # fmt: skip
    assert document.data["f"] == "01\ntwo\n"


@pytest.mark.parametrize(
    ("text", "key", "line", "reason", "hint"),
    [
        ("a: 1\nb: 020\n", "b", 2, "020 begins with zero", 'in quotes: "020"'),
        ("a: [1, -07]\n", "a[1]", 1, "-07 begins with zero", 'in quotes: "-07"'),
        ("a: 010\n", "a", 1, "begins with zero", '"010"'),
        ("a: 0x1F\n", "a", 1, "not an ordinary decimal number", '"0x1F"'),
        ("a: 0o17\n", "a", 1, "not an ordinary decimal number", '"0o17"'),
        ("a: .inf\n", "a", 1, "not an ordinary decimal number", '".inf"'),
        ("a: .NaN\n", "a", 1, "not an ordinary decimal number", '".NaN"'),
        ("a: " + "9" * 5000 + "\n", "a", 1, "not an ordinary decimal number", "decimal number"),
        ("a: 1e999\n", "a", 1, "not an ordinary decimal number", '"1e999"'),
        ("9" * 500 + ": x\n", "9" * 500, 1, "a key must be text", "quotes"),
        ("a: 1\nb: 2\na: 3\n", "a", 3, "given twice", "line 1"),
        ("b:\n  - {c: 1, c: 2}\n", "b[0].c", 2, "given twice", "line 2"),
        ("a: &x 1\n", "a", 1, "anchors (&x)", "write values out"),
        ("a: *x\n", "a", 1, "an alias (*x)", "circle"),
        ("*x : 1\n", "", 1, "an alias (*)", "write the key out"),
        ("a: !!str 1\n", "a", 1, "tags (", "quotes"),
        ("a: !own {b: 1}\n", "a", 1, "tags (!own)", "remove it"),
        ("a: ! x\n", "a", 1, "tags (!)", "remove it"),
        ("a: {<<: {b: 1}}\n", "a.<<", 1, "merge keys", "write the values out"),
        ("851: x\n", "851", 1, "a key must be text", '"851"'),
        ("true: x\n", "true", 1, "a key must be text", '"true"'),
        ("~: x\n", "~", 1, "a key must be text", '"~"'),
        ("? [a, b]\n: x\n", "", 1, "a key cannot be a list", "one word"),
        ("a: 1\n---\nb: 2\n", "", 2, "second document", "---"),
        ("%YAML 1.1\n---\na: 1\n", "", 1, "directives", "remove"),
        ("", "", None, "the file is empty", "write its keys"),
        ("# only a comment\n", "", None, "the file is empty", "write its keys"),
        ("- a\n- b\n", "", 1, "must consist of keys and values", "key: value"),
        ("just words\n", "", 1, "must consist of keys and values", "key: value"),
        ("a: 1\nb: [1, 2\nc: 3\n", "", 3, "not valid YAML", "brackets"),
        ("a: 1\n  b: 2\n", "", 2, "not valid YAML: mapping values are not allowed", "indentation"),
        ("a: 'open\n", "", 2, "not valid YAML", "quotes"),
        ("a:\n\tb: 1\n", "", 2, "indented with a tab", "use spaces"),
        (b"a: 1\nb: J\xe4ms\xe4\n", "", 2, "not UTF-8", "UTF-8"),
        (b"a: \x00\n", "", None, "not valid YAML", "control characters"),
        ("a: " + "[" * 40 + "]" * 40 + "\n", "a" + "[0]" * 23, 1, "nested deeper than 24", "brackets"),
    ],
)  # fmt: skip
def test_a_problem_names_key_line_reason_and_way_out(
    read: Any, text: str | bytes, key: str, line: int | None, reason: str, hint: str
) -> None:
    document = read(text)
    assert len(document.problems) == 1, document.problems
    (problem,) = document.problems
    assert (problem.file, problem.key, problem.line) == (document.file, key, line)
    assert reason in problem.reason
    assert hint in problem.hint


def test_all_problems_are_told_at_once_in_reading_order(read: Any) -> None:
    document = read("a: 01\nb: *x\na: 2\nc:\n\td: 1\n")
    assert [(problem.line, problem.key) for problem in document.problems] == [
        (1, "a"),
        (2, "b"),
        (3, "a"),
        (5, ""),
    ]
    assert not document.complete


def test_a_circle_ends_with_a_clear_error(read: Any) -> None:
    document = read("a: &circle\n  b: *circle\n")
    assert ["&circle" in document.problems[0].reason, "*circle" in document.problems[1].reason] == [
        True,
        True,
    ]
    assert document.data == {"a": {"b": None}}


def test_of_two_equal_keys_the_first_counts(read: Any) -> None:
    document = read("a: {b: 1}\na: {b: 2}\n")
    assert document.data == {"a": {"b": 1}}
    assert document.lines["a.b"] == 1


def test_windows_line_ends_and_byte_order_mark_are_no_problem(read: Any) -> None:
    document = read(b"\xef\xbb\xbfa: 1\r\nb: |\r\n  x\r\n  y\r\n")
    assert (document.problems, document.data) == ((), {"a": 1, "b": "x\ny\n"})


@pytest.mark.parametrize(("name", "hint"), [("missing.yml", "create it"), (".", "a file you may read")])
def test_a_file_that_cannot_be_read_is_a_problem(tmp_path: Path, name: str, hint: str) -> None:
    document = read_yaml(tmp_path / name)
    assert hint in document.problems[0].hint
    assert "cannot be read" in document.problems[0].reason
    assert (document.data, document.complete) == ({}, False)


text = st.text(alphabet="aåäöN01 :#-'\"{}[],&*!|>%@~.", max_size=6)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=50, deadline=None)
@given(data=st.dictionaries(text, plain, min_size=1, max_size=3))
def test_what_another_writer_writes_is_read_back(tmp_path_factory: pytest.TempPathFactory, data: Any) -> None:
    file = tmp_path_factory.getbasetemp() / "written.yml"
    writer = YAML()
    writer.representer.ignore_aliases = lambda _: True
    writer.dump(data, file)
    document = read_yaml(file)
    assert document.problems == ()
    assert document.data == data


@settings(max_examples=150, deadline=None)
@given(
    content=st.binary(max_size=60)
    | st.text(alphabet="ab:-[]{}&*!|>#'\"%@`,? \n\t0", max_size=60).map(str.encode)
)
def test_no_bytes_raise(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "any.yml"
    file.write_bytes(content)
    document = read_yaml(file)
    assert document.problems or document.data


def test_a_theme_sized_file_is_read_quickly(read: Any) -> None:
    block = "  - id: row\n    title: Väestö\n    codes: ['7-15', '85-']\n    wording: {level: '{arvo}'}\n"
    text = "rows:\n" + block * 400
    start = time.perf_counter()
    document = read(text)
    assert time.perf_counter() - start < 0.15
    assert (len(document.data["rows"]), document.lines["rows[399].wording"]) == (400, 1601)


def test_a_file_is_read_anew_when_its_content_changes_whatever_its_time(tmp_path: Path) -> None:
    file = tmp_path / "a.yml"
    file.write_text("a: 1\n", encoding="utf-8")
    about, first = file.stat(), read_yaml(file)
    assert read_yaml(file) is first
    file.write_text("a: 2\n", encoding="utf-8")
    os.utime(file, ns=(about.st_atime_ns, about.st_mtime_ns))
    assert (first.data, read_yaml(file).data) == ({"a": 1}, {"a": 2})
    file.unlink()
    assert read_yaml(file).problems

"""Lines and proofs travel as one text each: what is read of them, and what of a text that is none."""

from __future__ import annotations

import json
from typing import Any

import pytest
from nbformat import v4
from report_fakes import code, number, section, shown

from uso_lib.errors import ReportError
from uso_lib.reports.composed import _shown
from uso_lib.reports.harvest import COLUMNS, harvest
from uso_lib.reports.proof import FIGURE_PROOF_MIME, PROOF_MIME, carried, content_of
from uso_lib.reports.traces import without_traces

CONTENT = {"code": "851", "groups": {"a": [0]}, "indicators": {}, "maps": {}}


def book_of(*cells: Any) -> Any:
    return v4.new_notebook(cells=list(cells))


def told(*lines: list[Any], text: str = "") -> Any:
    """Return a notebook with these lines."""
    row = section(numbers={"columns": list(COLUMNS), "data": text or json.dumps(lines)})
    return book_of(code(shown(row, html="<p>x</p>")))


def proven(name: str, *mimes: tuple[str, Any], schema: int = 1) -> Any:
    """Return a cell that shows proofs with these contents."""
    cell = code(shown(html="<p>x</p>"))
    cell["id"] = name
    for mime, content in mimes:
        cell.outputs[0].data[mime] = {"schema": schema, "content": content, "declared": ["7 luokkaa"]}
    return cell


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("NaN", None), ("-Infinity", None), ("1e999", None), ("0.1", 0.1), ("7", 7), ("true", True),
        ("null", None), ('"Kemi"', "Kemi"), ('"Äänekoski"', "Äänekoski"), ('"a\\nb\\u200b"', "a b"),
        ("[1, 2]", "[1, 2]"),
    ],
)  # fmt: skip
def test_a_cell_holds_a_number_there_is_or_a_line_that_can_be_seen(written: str, read: Any) -> None:
    line = json.dumps(number(unit="@", value=2.5)).replace('"@"', written)
    (found, again) = harvest(told(text=f"[{line}, {line}]")).numbers
    assert found == again
    assert (found["unit"], type(found["unit"]), found["value"]) == (read, type(read), 2.5)


def test_sections_are_read_without_their_numbers() -> None:
    found = harvest(told(text="no JSON at all"), numbers=False)
    assert (found.title, found.numbers) == ("Lainakannan kehitys", ())


def test_the_larger_proof_counts_and_what_is_none_is_passed_over() -> None:
    small, large = json.dumps(CONTENT), json.dumps(CONTENT | {"indicators": {"x": {}}})
    figures = proven("f", (FIGURE_PROOF_MIME, "{"), (PROOF_MIME, small))
    found = carried(book_of(figures, proven("g", (FIGURE_PROOF_MIME, large))))
    assert found is not None
    assert (dict(found.content), found.declared) == (json.loads(large), ("7 luokkaa",))


@pytest.mark.parametrize(("content", "schema", "reason"), [("{", 1, "cannot be read"), ("{}", 2, "read")])
def test_a_proof_that_cannot_be_read_is_refused(content: str, schema: int, reason: str) -> None:
    with pytest.raises(ReportError, match=reason):
        carried(book_of(proven("p", (PROOF_MIME, content), schema=schema)))


@pytest.mark.parametrize("content", ["", "{", "[1]", "7", None, {"code": "851"}, "[" * 100_000])
def test_an_own_cell_cannot_bring_what_is_no_proof(content: Any) -> None:
    assert content_of({"content": content}) is None
    book = book_of(proven("p", (PROOF_MIME, json.dumps(CONTENT))), proven("mine", (PROOF_MIME, content)))
    first, second = _shown(book, {"mine"}, (), versions=()).cells
    assert PROOF_MIME in first.outputs[0].data
    assert PROOF_MIME not in second.outputs[0].data


def test_traces_go_from_packed_texts_too() -> None:
    text = json.dumps(
        {"a": "/home/alice/x.csv", "b": "C:\\Users\\alice\\x", "c": "\\\\kone\\jako\\x", "d": 1.5}
    )
    book = without_traces(book_of(proven("p", (PROOF_MIME, text))))
    held = json.loads(book.cells[0].outputs[0].data[PROOF_MIME]["content"])
    assert "alice" not in json.dumps(held)
    assert (held["a"], held["d"]) == ("~/x.csv", 1.5)

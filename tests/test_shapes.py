"""What tables hold or will hold: bundled ones, live ones, and both together."""

from __future__ import annotations

from uso_lib.declarations.shapes import TableShape, joined, live_shape
from uso_lib.live_specs import LiveContent, LiveDimension, LiveTable


def table(identity: str = "t", *dimensions: LiveDimension) -> LiveTable:
    contents = [LiveContent(code="x"), LiveContent(code="y")]
    return LiveTable(
        id=identity, service="statfin", producer="P", table_id="p", title="T", contents=contents,
        dimensions=list(dimensions),
    )  # fmt: skip


def test_ranges_stand_for_their_numbers_and_themselves() -> None:
    shape = live_shape(table("t", LiveDimension(name="age", text=["Ikä"], values=["SSS", "0-2", "100-"])))
    codes = shape.dimensions["age"]
    assert codes is not None
    assert {"SSS", "0-2", "0", "1", "2", "100-", "100", "120"} <= set(codes)
    assert "3" not in codes
    assert list(shape.contents) == ["x", "y"]


def test_codes_that_only_the_service_knows_are_not_limited() -> None:
    shape = live_shape(table("t", LiveDimension(name="sector", text=["taso_3"])))
    assert shape.dimensions["sector"] is None


def test_a_table_of_both_holds_what_either_holds() -> None:
    held = {"t": TableShape(["x", "z"], {"age": ["a"]}, ("2000", "2020"))}
    live = table("t", LiveDimension(name="age", text=["Ikä"], values=["b"]))
    both = joined(held, [live, table("other")])
    assert list(both["t"].contents) == ["x", "z", "y"]
    assert both["t"].dimensions["age"] == ["a", "b"]
    assert both["t"].periods is None
    assert both["other"].dimensions == {}
    assert held["t"].periods == ("2000", "2020")

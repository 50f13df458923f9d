"""Merged municipalities: counts are added up, rates recomputed from their parts, nothing is averaged.

The toy municipality 100 took over 101 (2021) and 102; 900 is a bystander.
"""

from __future__ import annotations

import csv
import gzip
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from uso_lib.errors import SnapshotError
from uso_lib.sources.carryover.declaration import Content, RegisterFiles, TableSource, Weighted
from uso_lib.sources.carryover.registers import mergers
from uso_lib.sources.mergers import fold, successors
from uso_lib.store import open_store

HEIRS = {"101": "100", "102": "100"}
REGISTER = pd.DataFrame(
    [("101", "", "100", ""), ("102", "", "100", ""), ("103", "", "100", ""), ("103", "", "900", "")],
    columns=["abolished", "abolished_name", "successor", "merged_on"],
)


def source(*contents: Content, **fields: Any) -> TableSource:
    """Declare a toy table."""
    declared = {
        "id": "toy",
        "file": "toy.csv",
        "producer": "P",
        "table_id": "T",
        "title": "T",
        "vintage": "V",
    }
    return TableSource(**declared, contents=list(contents), **fields)


def rows(*lines: tuple[Any, ...], dims: tuple[str, ...] = ()) -> pd.DataFrame:
    """Make published rows out of (area, period, *dims, content, value, symbol, entry)."""
    columns = ["area", "period", *dims, "content", "value", "symbol", "entry"]
    return pd.DataFrame(lines, columns=columns).astype({"value": "float64"})


def folded(
    declared: TableSource, frame: pd.DataFrame, **tables: pd.DataFrame
) -> dict[tuple[str, ...], tuple[Any, Any]]:
    """Fold and return key → (value, symbol), null as None."""
    codes = {code for column in declared.area_columns for code in frame[column]}
    heirs = {code: heir for code, heir in HEIRS.items() if code in codes}
    made = fold(declared, frame, heirs, {"toy": frame, **tables})
    keys = [column for column in made.columns if column not in ("value", "symbol", "entry")]
    assert not made.duplicated(keys).any()
    return {
        tuple(row[key] for key in keys): (None if pd.isna(row["value"]) else row["value"], row["symbol"])
        for row in made.to_dict("records")
    }


def test_counts_are_added_up_and_bystanders_left_alone() -> None:
    frame = rows(
        ("100", "2020", "n", 50, "", 0), ("101", "2020", "n", 7, "", 0), ("102", "2020", "n", 3, "", 0),
        ("900", "2020", "n", 9, "*", 0), ("SSS", "2020", "n", 69, "", 0), ("100", "2021", "n", 61, "", 0),
    )  # fmt: skip
    assert folded(source(Content(code="n", merge="sum")), frame) == {
        ("100", "2020", "n"): (60, ""),
        ("900", "2020", "n"): (9, "*"),
        ("SSS", "2020", "n"): (69, ""),
        ("100", "2021", "n"): (61, ""),
    }


def test_a_rate_is_recomputed_with_its_denominator_and_never_averaged() -> None:
    declared = source(Content(code="n", merge="sum"), Content(code="pct", merge=Weighted(weighted="n")))
    frame = rows(
        ("100", "2020", "n", 300, "", 0), ("101", "2020", "n", 100, "", 0),
        ("100", "2020", "pct", 10, "", 1), ("101", "2020", "pct", 20, "", 1),
        ("900", "2020", "pct", 5, "", 1),
    )  # fmt: skip
    # (10 * 300 + 20 * 100) / 400 = 12.5; the plain mean would be 15.
    made = folded(declared, frame)
    assert made[("100", "2020", "pct")] == (12.5, "~")
    assert made[("900", "2020", "pct")] == (5, "")
    assert made[("100", "2020", "n")] == (400, "")


def test_recomputed_rates_have_two_decimals() -> None:
    declared = source(Content(code="n", merge="sum"), Content(code="pct", merge=Weighted(weighted="n")))
    frame = rows(
        ("100", "2020", "n", 2, "", 0), ("101", "2020", "n", 1, "", 0),
        ("100", "2020", "pct", 10, "", 1), ("101", "2020", "pct", 0, "", 1),
    )  # fmt: skip
    assert folded(declared, frame)[("100", "2020", "pct")] == (6.67, "~")


def test_the_denominator_may_leave_a_share_out() -> None:
    adults = Weighted(weighted="n", without_pct="children")
    declared = source(
        Content(code="n", merge="sum"),
        Content(code="children", merge=Weighted(weighted="n")),
        Content(code="degree", merge=adults),
    )
    frame = rows(
        ("100", "2020", "n", 100, "", 0), ("101", "2020", "n", 100, "", 0),
        ("100", "2020", "children", 50, "", 1), ("101", "2020", "children", 0, "", 1),
        ("100", "2020", "degree", 40, "", 2), ("101", "2020", "degree", 10, "", 2),
    )  # fmt: skip
    # 50 adults of whom 20, and 100 adults of whom 10: 30 of 150.
    assert folded(declared, frame)[("100", "2020", "degree")] == (20, "~")


def test_the_denominator_may_be_the_mean_of_two_year_ends_of_another_table() -> None:
    declared = source(Content(code="rate", merge=Weighted(weighted="people.n", mid_year=True)))
    people = rows(
        ("100", "2019", "n", 100, "", 0), ("100", "2020", "n", 300, "", 0),
        ("101", "2019", "n", 150, "", 0), ("101", "2020", "n", 50, "", 0),
    )  # fmt: skip
    frame = rows(("100", "2020", "rate", 6, "", 0), ("101", "2020", "rate", 0, "", 0))
    # Mean populations 200 and 100: 6 * 200 / 300.
    assert folded(declared, frame, people=people) == {("100", "2020", "rate"): (4, "~")}


def test_a_rate_without_its_denominator_is_missing_with_a_mark() -> None:
    declared = source(Content(code="rate", merge=Weighted(weighted="people.n")))
    people = rows(("100", "2020", "n", 100, "", 0))
    frame = rows(("100", "2020", "rate", 6, "", 0), ("101", "2020", "rate", 0, "", 0))
    assert folded(declared, frame, people=people) == {("100", "2020", "rate"): (None, "/")}


def test_an_ambiguous_denominator_is_refused() -> None:
    declared = source(Content(code="rate", merge=Weighted(weighted="people.n")))
    people = rows(("100", "2020", "n", 100, "", 0), ("100", "2020", "n", 200, "", 0))
    frame = rows(("100", "2020", "rate", 6, "", 0), ("101", "2020", "rate", 0, "", 0))
    with pytest.raises(SnapshotError, match="people: n cannot be a denominator"):
        folded(declared, frame, people=people)


def test_a_median_is_missing_only_where_a_merger_is() -> None:
    frame = rows(
        ("100", "2020", "median", 6, "", 0), ("101", "2020", "median", 4, "", 0),
        ("100", "2021", "median", 5, "", 0), ("900", "2020", "median", 7, "", 0),
    )  # fmt: skip
    assert folded(source(Content(code="median", merge="missing")), frame) == {
        ("100", "2020", "median"): (None, "/"),
        ("100", "2021", "median"): (5, ""),
        ("900", "2020", "median"): (7, ""),
    }


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ((("", 5), ("...", None)), (None, "...")),
        ((("..", None), ("*", 5)), (None, "..")),
        ((("*", 5), ("", 1)), (6, "*")),
        ((("-", 0), ("", 1)), (1, "")),
        ((("-", 0), ("-", 0)), (0, "")),
    ],
)
def test_a_missing_part_makes_the_sum_missing_and_its_mark_survives(marks: Any, expected: Any) -> None:
    (own, value), (other, other_value) = marks
    frame = rows(("100", "2020", "n", value, own, 0), ("101", "2020", "n", other_value, other, 0))
    assert folded(source(Content(code="n", merge="sum")), frame) == {("100", "2020", "n"): expected}


def test_a_part_without_a_row_makes_the_sum_missing_unless_absence_means_zero() -> None:
    contents = (Content(code="n", merge="sum"), Content(code="m", merge="sum"))
    frame = rows(
        ("100", "2020", "n", 5, "", 0), ("101", "2020", "n", 1, "", 0), ("100", "2020", "m", 2, "", 1)
    )
    assert folded(source(*contents), frame)[("100", "2020", "m")] == (None, "..")
    assert folded(source(*contents, absent="zero"), frame)[("100", "2020", "m")] == (2, "")


def test_the_successor_counts_as_a_part_even_without_any_row() -> None:
    frame = rows(("101", "2020", "n", 1, "", 0), ("900", "2020", "n", 5, "", 0))
    assert folded(source(Content(code="n", merge="sum")), frame)[("100", "2020", "n")] == (None, "..")


def test_contents_of_another_division_are_told_apart_when_declared() -> None:
    """In one content the producer had merged the municipalities already, in the other one not."""
    contents = (Content(code="n", merge="sum"), Content(code="m", merge="missing"))
    frame = rows(
        ("100", "2020", "n", 5, "", 0), ("101", "2020", "n", 1, "", 0), ("100", "2020", "m", 2, "", 1)
    )
    made = folded(source(*contents, division="content"), frame)
    assert made == {("100", "2020", "n"): (6, ""), ("100", "2020", "m"): (2, "")}


def test_dimensions_are_folded_one_by_one() -> None:
    declared = source(Content(code="n", merge="sum"), dims={"age": "age"})
    frame = rows(
        ("100", "2020", "0", "n", 5, "", 0), ("101", "2020", "0", "n", 1, "", 0),
        ("100", "2020", "1", "n", 7, "", 0), ("101", "2020", "1", "n", 2, "", 0), dims=("age",),
    )  # fmt: skip
    assert folded(declared, frame) == {("100", "2020", "0", "n"): (6, ""), ("100", "2020", "1", "n"): (9, "")}


def test_pairs_are_added_up_and_those_within_the_merged_municipality_dropped() -> None:
    declared = source(
        Content(code="n", merge="sum"), dims={"origin": "origin"}, partner="origin", absent="zero"
    )
    frame = rows(
        ("100", "2018", "900", "n", 10, "", 0), ("101", "2018", "900", "n", 4, "", 0),
        ("900", "2018", "101", "n", 3, "", 0), ("900", "2018", "102", "n", 2, "", 0),
        ("100", "2018", "101", "n", 8, "", 0), ("101", "2018", "100", "n", 6, "", 0), dims=("origin",),
    )  # fmt: skip
    assert folded(declared, frame) == {
        ("100", "2018", "900", "n"): (14, ""),
        ("900", "2018", "100", "n"): (5, ""),
    }


def test_only_mergers_that_occur_are_looked_up() -> None:
    assert successors(REGISTER, {"100", "101", "900"}, where="x.csv") == {"101": "100"}


def test_figures_of_a_municipality_that_was_split_are_refused() -> None:
    with pytest.raises(SnapshotError, match=r"x\.csv: .* former municipality 103, .* split among 100, 900"):
        successors(REGISTER, {"100", "103"}, where="x.csv")


def merger_files(folder: Path, pairs: str) -> RegisterFiles:
    """Write register files with these pairs."""
    (folder / "pairs.csv").write_text(f"abolished,successor,merged_on\n{pairs}", encoding="utf-8")
    (folder / "names.csv").write_text("area,name\n101,Vanhala\n", encoding="utf-8")
    return RegisterFiles(municipalities="-", inflections="-", mergers="pairs.csv", former_names="names.csv")


def test_chains_of_mergers_end_in_a_municipality_of_today(tmp_path: Path) -> None:
    files = merger_files(tmp_path, "101,102,2015-01-01\n102,100,2021-01-01\n103,101,\n103,900,\n")
    register = mergers(tmp_path, files, frozenset({"100", "900"}))
    assert register.to_numpy().tolist() == [
        ["101", "Vanhala", "100", "2015-01-01"],
        ["102", "", "100", "2021-01-01"],
        ["103", "", "100", ""],
        ["103", "", "900", ""],
    ]


@pytest.mark.parametrize("pairs", ["101,102,\n", "101,102,\n102,101,\n"], ids=["dead end", "circle"])
def test_a_chain_that_ends_nowhere_is_refused(tmp_path: Path, pairs: str) -> None:
    with pytest.raises(SnapshotError, match="does not end in a municipality of today"):
        mergers(tmp_path, merger_files(tmp_path, pairs), frozenset({"100"}))


def test_a_declared_dead_end_is_left_out(tmp_path: Path) -> None:
    files = merger_files(tmp_path, "101,102,\n103,100,\n").model_copy(update={"unresolved": {"101": "why"}})
    assert list(mergers(tmp_path, files, frozenset({"100"}))["abolished"]) == ["103"]


def raw_values(path: Path, **wanted: str) -> dict[str, float]:
    """Read area → value with the csv module alone."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return {
            row["area"]: float(row["value"])
            for row in csv.DictReader(file)
            if all(row[column] == text for column, text in wanted.items())
        }


def bundled(table: str, area: str, period: str, content: str) -> tuple[float, str]:
    frame = open_store().read(table)
    found = frame[(frame["area"] == area) & (frame["period"] == period) & (frame["content"] == content)]
    assert len(found) == 1
    return float(found["value"].iloc[0]), str(found["symbol"].iloc[0])


def test_mantyharju_holds_pertunmaa_in_the_bundled_key_figures(figures: Path) -> None:
    file = figures / "kuntien_avainluvut_2000_2021.csv.gz"
    people = raw_values(file, label="Väkiluku", period="2019")
    young = raw_values(file, label="Alle 15-vuotiaiden osuus väestöstä, %", period="2019")
    merged = people["507"] + people["588"]
    share = (young["507"] * people["507"] + young["588"] * people["588"]) / merged
    assert bundled("avainluvut", "507", "2019", "M411") == (merged, "")
    assert bundled("avainluvut", "507", "2019", "M391") == (pytest.approx(share, abs=0.005), "~")
    value, symbol = bundled("avainluvut", "507", "2019", "M140")
    assert pd.isna(value)
    assert symbol == "/"


def test_recomputed_migration_rate_equals_the_producers_own(figures: Path) -> None:
    """Statistics Finland has itself recomputed one of the series for the merged municipality."""
    own = raw_values(figures / "nettomuutto_promille_1990_2024.csv.gz", period="2015")["507"]
    assert bundled("vaestonmuutokset", "507", "2015", "vm43_netto_promille") == (
        pytest.approx(own, abs=0.06),
        "~",
    )


def test_no_abolished_municipality_is_left_in_any_table() -> None:
    store = open_store()
    abolished = set(pd.read_parquet(store.folder / "mergers.parquet")["abolished"])
    for table in store.tables:
        frame = store.read(table.id)
        columns = [column for column in ("area", "origin") if column in frame]
        assert not abolished & {code for column in columns for code in frame[column].unique()}, table.id

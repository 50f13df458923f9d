"""Cells as municipalities: names, codes, abolished ones, totals."""

from __future__ import annotations

from datetime import date
from time import monotonic

import pytest
from import_files import REGIONS

from uso_lib.sources.imports.areas import Area, AreaReader, Skipped
from uso_lib.sources.imports.cells import Fault

READER = AreaReader(REGIONS, skip=["199", "Virkavapaalla"])


@pytest.mark.parametrize(
    "cell",
    ["Akaa", " AKAA ", "020", "20", 20, 20.0, "KU020", "Akaa (020)", "020 Akaa", "KU020 Akaa", "Akaa 1)",
     "Akaan kaupunki", "20 - Akaa", "Akaa / Akaa", "Akaa*"],
)  # fmt: skip
def test_one_municipality_in_many_spellings(cell: str | float) -> None:
    assert READER.read(cell) == Area("020")


def test_both_names_of_a_bilingual_municipality() -> None:
    assert READER.read("Maarianhamina - Mariehamn") == READER.read("Mariehamn/Maarianhamina") == Area("478")
    assert isinstance(READER.read("Akaa - Alajärvi"), Fault)


def test_every_municipality_is_read_by_name_code_and_number() -> None:
    for one in REGIONS.all:
        spellings = (
            one.name,
            one.name_sv,
            one.code,
            float(one.code),
            f"{one.code} {one.name}",
            f"KU{one.code}",
        )
        assert {READER.read(text) for text in spellings} == {Area(one.code)}, one


def test_the_country_is_kept_and_totals_and_regions_are_skipped() -> None:
    assert READER.read("Koko maa") == READER.read("SSS") == READER.read("KOKO MAA 1)") == Area("SSS")
    for text in ("Yhteensä", "Manner-Suomi", "MK01 Uusimaa", "Pirkanmaa", "Lapin hyvinvointialue", "MA1",
                 "Kunnat yhteensä", "Tampereen seutukunta", "199", "virkavapaalla", "SK011"):  # fmt: skip
        assert isinstance(READER.read(text), Skipped), text


def test_an_unknown_name_gets_its_nearest_names() -> None:
    fault = READER.read("Tornjo")
    assert isinstance(fault, Fault)
    assert "Tornio" in fault.hint
    assert isinstance(READER.read("998"), Fault)
    assert isinstance(READER.read(12.5), Fault)
    assert isinstance(READER.read(date(2024, 5, 1)), Fault)


def test_code_and_name_of_different_municipalities_are_a_fault() -> None:
    fault = READER.read("020 Alajärvi")
    assert isinstance(fault, Fault)
    assert "Akaa" in fault.reason
    assert "Alajärvi" in fault.reason


def test_an_abolished_municipality_keeps_its_code_and_names_its_successor() -> None:
    for cell in ("099", 99, "Honkajoki", "Honkajoki (099)"):
        found = READER.read(cell)
        assert isinstance(found, Area), cell
        assert found.code == "099"
        assert "Kankaanpää" in found.remark


def test_a_split_municipality_is_left_out_and_named() -> None:
    split = next(
        merger.abolished for merger in REGIONS.mergers if len(REGIONS.successors(merger.abolished)) > 1
    )
    found = READER.read(split)
    assert isinstance(found, Skipped)
    assert "split among" in found.text


def test_nothing_is_read_from_an_empty_cell() -> None:
    assert [READER.read(cell) for cell in ("", " ", None)] == [None] * 3


@pytest.mark.parametrize("cell", ["x/" * 3000 + "x", "a - " * 2500, "," * 10_000, "¹" * 10_000 + "x"])
def test_a_text_of_any_length_is_refused_at_once(cell: str) -> None:
    begun = monotonic()
    fault = READER.read(cell)
    assert isinstance(fault, Fault)
    assert len(fault.reason) < 120
    assert monotonic() - begun < 1

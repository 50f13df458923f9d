"""Municipalities of 2026: every form of every name, look-up in any spelling, mergers."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import unicodedata
from contextlib import suppress
from dataclasses import fields
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uso_lib.errors import SnapshotError, UnknownName
from uso_lib.regions import Merger, Municipality, Regions, UnknownMunicipality, load_regions, slugify
from uso_lib.registers import MERGERS, MUNICIPALITIES, SNAPSHOT

REGIONS = load_regions()


def municipality(code: str, name: str, name_sv: str) -> Municipality:
    """Return a toy municipality with names and nothing else of interest."""
    others = {field.name: "-" for field in fields(Municipality)}
    return Municipality(**{**others, "code": code, "name": name, "name_sv": name_sv, "region_code": "MK01"})


TOY = Regions(
    [
        municipality("001", "Koivu", "Björkby"),
        municipality("002", "Koivula", "Koivu"),
        municipality("003", "Saari", "Ö"),
    ],
    [
        Merger("101", "102", "Vanhala", "2001-01-01"),
        Merger("102", "003", "Uusila", "2010-01-01"),
        Merger("103", "001", "Jaettu"),
        Merger("103", "102", "Jaettu"),
        Merger("104", "003"),
    ],
)  # fmt: skip


def test_there_are_308_municipalities_with_all_their_forms() -> None:
    assert len(REGIONS.all) == 308
    assert [one.code for one in REGIONS.all] == sorted({one.code for one in REGIONS.all})
    assert [
        one.name for one in REGIONS.all for field in fields(one) if not getattr(one, field.name).strip()
    ] == []


def test_codes_have_the_forms_the_tables_use() -> None:
    for one in REGIONS.all:
        assert len(one.code) == 3
        assert one.code.isdigit()
        assert one.region_code.startswith("MK")
        assert one.subregion_code.startswith("SK")
        assert one.wellbeing_county_code.startswith("HVA")


def test_slugs_are_unique_lower_case_ascii() -> None:
    slugs = [one.slug for one in REGIONS.all]
    assert len(set(slugs)) == 308
    assert [
        slug
        for slug in slugs
        if not slug.replace("-", "").isalpha() or not slug.isascii() or slug != slug.lower()
    ] == []


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Jämsä", "jamsa"), ("Ylöjärvi", "ylojarvi"), ("Mänttä-Vilppula", "mantta-vilppula"),
        ("Koski Tl", "koski-tl"), ("Brändö", "brando"), ("Pedersören kunta", "pedersoren-kunta"),
    ],
)  # fmt: skip
def test_slug_rule(name: str, slug: str) -> None:
    assert slugify(name) == slug


def test_tornio_is_known_through_and_through() -> None:
    tornio = REGIONS.by_code("851")
    assert (tornio.name, tornio.name_sv, tornio.region, tornio.subregion) == (
        "Tornio",
        "Torneå",
        "Lappi",
        "Kemi-Tornio",
    )
    assert (tornio.region_code, tornio.wellbeing_county) == ("MK19", "Lapin hyvinvointialue")
    assert (tornio.employment_area, tornio.urban_rural) == ("Meri-Lappi", "Kaupunkimaiset kunnat")
    assert (tornio.genitive, tornio.locative, tornio.separative, tornio.lative) == (
        "Tornion", "Torniossa", "Torniosta", "Tornioon",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("  TORNIO ", "Tornio"), ("Torneå", "Tornio"), ("tornea", "Tornio"), ("851", "Tornio"),
        ("020", "Akaa"), ("mantta-vilppula", "Mänttä-Vilppula"), ("MÄNTTÄ-VILPPULA", "Mänttä-Vilppula"),
        ("koski   tl", "Koski Tl"), ("Helsingfors", "Helsinki"), ("Pedersöre", "Pedersören kunta"),
        ("Kuhmo", "Kuhmo"), (unicodedata.normalize("NFD", "Jämsä"), "Jämsä"),
    ],
)  # fmt: skip
def test_a_municipality_is_found_in_any_spelling(text: str, name: str) -> None:
    assert REGIONS.find(text).name == name


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(REGIONS.all), st.sampled_from([str.upper, str.lower, str.title]), st.integers(0, 3))
def test_every_name_in_either_language_finds_its_municipality(
    one: Municipality, case: object, spaces: int
) -> None:
    assert callable(case)
    for text in (one.code, one.slug, one.name, one.name_sv):
        assert REGIONS.find(" " * spaces + case(text) + " " * spaces) is one


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=20))
def test_no_text_fails_otherwise_than_by_an_unknown_name(text: str) -> None:
    with suppress(UnknownName):
        assert REGIONS.find(text) in REGIONS.all


@pytest.mark.parametrize(
    ("text", "reason", "hint"),
    [
        ("Tornoi", 'unknown municipality "Tornoi"', "did you mean Tornio"),
        ("Åbbo", "unknown municipality", "Åbo"),
        ("jamssa", "unknown municipality", "Jämsä"),
        ("Vilppula", "unknown municipality", "Mänttä-Vilppula"),
        ("zzzzzz", "unknown municipality", "Finnish or Swedish name"),
        ("  ", "the municipality is empty", "Finnish or Swedish name"),
        ("999", 'no municipality has the code "999"', "name"),
        ("20", 'no municipality has the code "20"', '"020" (Akaa)'),
        ("Kuhm", '"Kuhm" is ambiguous', "write the whole name: Kuhmo or Kuhmoinen"),
        ("Pertunmaa", "Pertunmaa (588) was abolished in 2025", "Mäntyharju"),
        ("588", "Pertunmaa (588) was abolished in 2025", "Mäntyharju"),
        ("jalasjarvi", "Jalasjärvi (164) was abolished in 2016", "Kurikka"),
        ("911", "Valtimo (911) was abolished in 2020", "Nurmes"),
    ],
)
def test_what_is_no_municipality_says_why_and_what_is_near(text: str, reason: str, hint: str) -> None:
    with pytest.raises(UnknownMunicipality) as caught:
        REGIONS.find(text)
    assert reason in caught.value.reason
    assert hint in caught.value.hint
    assert str(caught.value) == f"{caught.value.reason} → {caught.value.hint}"


def test_at_most_three_near_names_are_given() -> None:
    with pytest.raises(UnknownMunicipality) as caught:
        REGIONS.find("Pyhä-järvi")
    assert 1 <= caught.value.hint.count(",") + 2 <= 3


def test_a_name_of_two_municipalities_is_ambiguous() -> None:
    with pytest.raises(
        UnknownMunicipality, match='"koivu" is ambiguous → write the whole name: Koivu or Koivula'
    ):
        TOY.find("koivu")
    assert TOY.find("Björkby").code == "001"


@pytest.mark.parametrize(
    ("code", "successors"),
    [("101", ["003"]), ("102", ["003"]), ("103", ["001", "003"]), ("104", ["003"]), ("001", [])],
)
def test_successors_follow_chains_and_splits(code: str, successors: list[str]) -> None:
    assert [one.code for one in TOY.successors(code)] == successors


def test_a_split_municipality_names_all_successors() -> None:
    with pytest.raises(UnknownMunicipality, match="belongs to Koivu and Saari today; write one of them"):
        TOY.find("jaettu")
    with pytest.raises(
        UnknownMunicipality, match=r"the municipality \(104\) was abolished → its area belongs to Saari"
    ):
        TOY.find("104")


def test_a_circle_of_mergers_ends() -> None:
    circle = Regions([], [Merger("101", "102"), Merger("102", "101")])
    assert circle.successors("101") == ()


def test_every_abolished_municipality_has_a_present_successor() -> None:
    assert {
        merger.abolished for merger in REGIONS.mergers if not REGIONS.successors(merger.abolished)
    } == set()
    assert not {merger.abolished for merger in REGIONS.mergers} & {one.code for one in REGIONS.all}


def test_a_region_has_its_municipalities() -> None:
    lapland = REGIONS.in_region("MK19")
    assert {"Tornio", "Kemi", "Rovaniemi"} <= {one.name for one in lapland}
    assert len(lapland) == 21
    assert sum(len(REGIONS.in_region(code)) for code in {one.region_code for one in REGIONS.all}) == 308
    assert REGIONS.in_region("MK99") == ()


def test_registers_are_read_once() -> None:
    assert load_regions() is REGIONS
    assert load_regions(SNAPSHOT) is REGIONS


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the registers that may be damaged."""
    for name in (MUNICIPALITIES, MERGERS, "manifest.json"):
        shutil.copy(SNAPSHOT / name, tmp_path / name)
    return tmp_path


def test_registers_that_were_changed_are_read_again(copy: Path) -> None:
    before = load_regions(copy)
    assert load_regions(copy) is before
    content = (copy / MUNICIPALITIES).read_bytes()
    shorter = io.BytesIO()
    pq.write_table(pq.read_table(io.BytesIO(content)).slice(1), shorter)
    (copy / MUNICIPALITIES).write_bytes(shorter.getvalue())
    with pytest.raises(SnapshotError, match="checksum differs"):
        load_regions(copy)
    manifest = (copy / "manifest.json").read_text(encoding="utf-8")
    old, new = (hashlib.sha256(one).hexdigest() for one in (content, shorter.getvalue()))
    (copy / "manifest.json").write_text(manifest.replace(old, new), encoding="utf-8")
    assert len(load_regions(copy).all) == len(before.all) - 1


@pytest.mark.parametrize("name", [MUNICIPALITIES, MERGERS, "manifest.json"])
def test_a_missing_register_is_a_clear_error(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(
        SnapshotError, match=r"register \w+\.parquet of the snapshot is damaged: it cannot be read"
    ):
        load_regions(copy)


@pytest.mark.parametrize("name", [MUNICIPALITIES, MERGERS])
def test_a_truncated_register_is_told_by_its_checksum(copy: Path, name: str) -> None:
    content = (copy / name).read_bytes()
    (copy / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(SnapshotError, match=f"{name}.*checksum differs.*git checkout"):
        load_regions(copy)


def test_a_register_the_manifest_does_not_know_is_refused(copy: Path) -> None:
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    manifest["registers"] = []
    (copy / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(SnapshotError, match="checksum differs"):
        load_regions(copy)


def test_a_register_without_a_column_is_refused(copy: Path) -> None:
    shutil.copy(copy / MUNICIPALITIES, copy / MERGERS)
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    sums = {entry["file"]: entry for entry in manifest["registers"]}
    sums[MERGERS]["sha256"] = sums[MUNICIPALITIES]["sha256"]
    (copy / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(SnapshotError, match="it lacks abolished, successor"):
        load_regions(copy)

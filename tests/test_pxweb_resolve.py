"""Variables and codes are found by what they mean; every difference from the declaration is named at once."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pxweb_damage import ODD, damage
from pxweb_world import AREAS, FIXTURES, Axis, live_table

from uso_lib.errors import BadAnswer
from uso_lib.sources.pxweb.metadata import TableMetadata, addresses, read_metadata, read_metadata_v2
from uso_lib.sources.pxweb.resolve import Differences, Resolution, resolve

AREA = Axis(
    "alue_23_20260101", "Alue", ("SSS", "MA1", "KU020", "KU091", "SK071", "MK01", "KUJOU", "KU200", "ELY01")
)
YEARS = Axis("timeperiod_y", "Vuosi", ("2023", "2024", "2025"), time=True)
AGES = Axis(
    "ikaryhma_10_20180101", "Ikä", ("SSS", "000", "005", "091", "100-"), ("Yhteensä", "0", "5", "91", "100 -")
)
SEX = Axis("sukupuoli_9", "Sukupuoli", ("SSS", "1", "2"), ("Yhteensä", "Miehet", "Naiset"), total="SSS")
CONTENTS = Axis(
    "contentscode", "Tiedot", ("vaerak-vaesto", "vm01"), ("Väestö 31.12.", "Elävänä <B>syntyneet</B>")
)


def metadata(*axes: Axis) -> TableMetadata:
    body = {"title": "Väestö", "variables": [axis.described() for axis in axes]}
    return read_metadata(json.dumps(body).encode(), where="koe")


def resolved(*axes: Axis, since: str | None = None, **declared: Any) -> Resolution:
    found = resolve(metadata(*axes), live_table(**declared), AREAS, since=since)
    assert isinstance(found, Resolution), found
    return found


def differences(*axes: Axis, since: str | None = None, **declared: Any) -> Differences:
    found = resolve(metadata(*axes), live_table(**declared), AREAS, since=since)
    assert isinstance(found, Differences), found
    return found


OLD = "StatFin/tyonv/statfin_tyonv_pxt_12r5.px"
AGE = {"name": "age", "text": ["Ikä"], "codes": "number"}


def test_a_table_of_today_is_resolved_by_meaning() -> None:
    found = resolved(AREA, AGES, SEX, YEARS, CONTENTS, dimensions=[AGE])
    assert found.selection == {
        "alue_23_20260101": ("SSS", "KU020", "KU091"),
        "ikaryhma_10_20180101": ("SSS", "000", "005", "091", "100-"),
        "timeperiod_y": ("2023", "2024", "2025"),
        "contentscode": ("vaerak-vaesto",),
    }
    assert found.areas == {"SSS": "SSS", "KU020": "020", "KU091": "091"}
    assert found.dimensions["age"][1] == {"SSS": "SSS", "000": "0", "005": "5", "091": "91", "100-": "100-"}
    assert (found.division, found.omitted) == (2026, ("sukupuoli_9",))
    assert json.loads(json.dumps(found.record()))["contents"]["codes"] == {"vaesto": "vaerak-vaesto"}


def test_a_table_before_june_2026_is_resolved_by_the_same_declaration() -> None:
    area = Axis("Alue", "Alue 2020", ("SSS", "020", "091", "000", "200", "321", "SK071", "0910000000"))
    years = Axis("Vuosi", "Vuosi", ("2019", "2020"))
    contents = Axis("Tiedot", "Tiedot", ("vaesto",))
    found = resolved(area, AGES, years, contents, dimensions=[AGE])
    assert found.areas == {"SSS": "SSS", "020": "020", "091": "091", "321": "321"}
    assert (found.division, found.time and found.time.code) == (2020, "Vuosi")


def test_the_tax_administration_calls_the_country_000() -> None:
    area = Axis("Verotuskunta", "Verotuskunta", ("000", "020", "091"), ("KOKO MAA", "Akaa", "Helsinki"))
    months = Axis("Verokausi", "Verokausi", ("2020M01", "2020M02"))
    item = Axis("Erä", "Erä", ("TRT_TULOT_10", "TRT_TULOT_20"), ("Tulot yhteensä", "Palkat"))
    figures = Axis("Tunnusluvut", "Tunnusluvut", ("Arvo_sum", "N"))
    found = resolved(
        area, months, item, figures, AGES,
        contents=[{"code": "tulot", "marker": "Arvo_sum"}],
        fixed=[{"text": ["Erä"], "values": ["tulot yhteensä"]}, {"text": ["Ikä"]}],
    )  # fmt: skip
    assert found.areas["000"] == "SSS"
    assert found.fixed == {"Erä": "TRT_TULOT_10", "ikaryhma_10_20180101": "SSS"}
    assert found.contents_variable is not None
    assert found.contents_variable.code == "Tunnusluvut"
    assert found.division is None


def test_ages_of_three_digits_are_not_municipalities() -> None:
    found = resolved(AGES, Axis("Kunta", "Kunta", ("005", "091", "092")), YEARS, CONTENTS, dimensions=[AGE])
    assert found.area.code == "Kunta"
    unnamed = resolved(
        Axis("Ikä", "Ikä", ("005", "091"), total="091"),
        Axis("X", "X", ("005", "091", "092")),
        YEARS,
        CONTENTS,
    )
    assert unnamed.area.code == "X"


def test_years_that_are_only_numbered_take_their_label() -> None:
    years = Axis("Vuosi", "Vuosi", ("0", "1"), ("2000", "2001*"), time=True)
    found = resolved(AREA, years, CONTENTS)
    assert found.periods == {"0": "2000", "1": "2001"}
    assert found.provisional == {"2001"}


def test_two_areas_are_told_apart_by_the_declaration() -> None:
    to, origin = Axis("tulo", "Tuloalue", AREA.values), Axis("lahto", "Lähtöalue", AREA.values)
    wrong = differences(to, origin, YEARS, CONTENTS)
    assert "the area variable could be any of Tuloalue (tulo), Lähtöalue (lahto)" in wrong.found[0]
    dimension = {"name": "origin", "text": ["Lähtöalue"], "area": True}
    found = resolved(to, origin, YEARS, CONTENTS, area=["Tuloalue"], dimensions=[dimension])
    assert found.area.code == "tulo"
    assert found.dimensions["origin"][1] == {"KU020": "020", "KU091": "091"}


@pytest.mark.parametrize(
    ("since", "first", "expected"),
    [
        (None, None, ("2023", "2024", "2025")),
        ("2024", None, ("2024", "2025")),
        (None, "2025", ("2025",)),
        ("2024", "2025", ("2025",)),
        ("2024M06", "2023", ("2024", "2025")),
    ],
)
def test_periods_begin_where_asked(since: str | None, first: str | None, expected: tuple[str, ...]) -> None:
    found = resolved(AREA, YEARS, CONTENTS, since=since, first=first)
    assert tuple(found.periods.values()) == expected


def test_months_and_quarters_begin_where_asked() -> None:
    months = Axis("kk", "Kuukausi", ("2023M11", "2023M12", "2024M01"), time=True)
    assert tuple(resolved(AREA, months, CONTENTS, since="2023M12").periods.values()) == ("2023M12", "2024M01")
    quarters = Axis("q", "Vuosineljännes", ("2023Q1", "2023Q2"), time=True)
    content = {"code": "vaesto", "yearly": "sum"}
    assert tuple(resolved(AREA, quarters, CONTENTS, since="2023M04", contents=[content]).periods) == (
        "2023Q2",
    )
    assert "declare how vaesto becomes yearly" in differences(AREA, quarters, CONTENTS).found[0]


def test_nothing_new_since_a_year_is_told() -> None:
    assert (
        "no period from 2030 on; its newest is 2025"
        in differences(AREA, YEARS, CONTENTS, since="2030").found[0]
    )


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"code": "x", "marker": "vaesto"}, "vaerak-vaesto"),
        ({"code": "x", "marker": "vaerak-vaesto"}, "vaerak-vaesto"),
        ({"code": "x", "marker": ["vanha", "ssaaty-vm01"]}, "vm01"),
        ({"code": "x", "words": ["SYNTY"]}, "vm01"),
        ({"code": "vm01"}, "vm01"),
        ({"code": "x", "marker": "vm01", "words": ["elävänä", "syntyneet"]}, "vm01"),
    ],
)
def test_contents_are_found_by_marker_or_words(content: dict[str, Any], code: str) -> None:
    assert [one.code for one in resolved(AREA, YEARS, CONTENTS, contents=[content]).contents] == [code]


def test_a_title_without_its_words_is_a_guard() -> None:
    found = differences(
        AREA, YEARS, CONTENTS, contents=[{"code": "x", "marker": "vm01", "words": ["kuolleet"]}]
    )
    assert found.guarded
    assert 'x is now called "Elävänä syntyneet", without the words it must have (kuolleet)' in found.found[0]


def test_a_marker_that_fits_two_contents_is_told() -> None:
    contents = Axis("contentscode", "Tiedot", ("a-vaesto", "b-vaesto"))
    found = differences(AREA, YEARS, contents).found
    assert "could be any of a-vaesto (a-vaesto), b-vaesto (b-vaesto)" in found[0]


@pytest.mark.parametrize(
    ("values", "service", "expected"),
    [
        (["0-1", "75-"], ("000", "001", "075", "099", "100-"), ["0", "1", "75", "99", "100-"]),
        (["0-4", "75-"], ("000-004", "005-009", "075-"), ["0-4", "75-"]),
        (["SSS", "100-"], ("SSS", "000", "100-"), ["SSS", "100-"]),
    ],
)
def test_ranges_are_codes_or_numbers_as_the_table_has_them(
    values: list[str], service: tuple[str, ...], expected: list[str]
) -> None:
    found = resolved(
        AREA, Axis("ika", "Ikä", service), YEARS, CONTENTS, dimensions=[AGE | {"values": values}]
    )
    assert list(found.dimensions["age"][1].values()) == expected


def test_codes_take_their_last_part_and_new_names() -> None:
    dimension = {
        "name": "industry",
        "text": ["Toim"],
        "codes": "suffix",
        "rename": {"A": "alku"},
        "values": ["alku", "C"],
    }
    found = resolved(
        AREA, Axis("toim", "Toimiala", ("tol-A", "tol-B", "tol-C")), YEARS, CONTENTS, dimensions=[dimension]
    )
    assert found.dimensions["industry"][1] == {"tol-A": "alku", "tol-C": "C"}


def test_an_unnamed_variable_is_asked_at_its_total_or_told() -> None:
    whole = Axis("talo", "Talotyyppi", ("all", "1"), ("Kaikki talot", "Pientalot"))
    single = Axis("yks", "Yksikkö", ("m2",))
    found = resolved(AREA, YEARS, CONTENTS, whole, single)
    assert found.fixed == {"talo": "all", "yks": "m2"}
    wrong = differences(AREA, YEARS, CONTENTS, Axis("puoli", "Puolue", ("1", "2"), ("KOK", "SDP")))
    assert len(wrong.found) == 1
    assert wrong.found[0].startswith("Puolue (puoli) must be asked but has no total")
    assert wrong.found[0].endswith("1 (KOK), 2 (SDP)")


def test_a_variable_that_is_gone_is_a_total_or_a_difference() -> None:
    found = resolved(AREA, YEARS, CONTENTS, fixed=[{"text": ["Sukupuoli"]}])
    assert "no longer has" in found.remarks[0]
    wrong = differences(AREA, YEARS, CONTENTS, fixed=[{"text": ["Erä"], "values": ["TRT_TULOT_10"]}])
    assert '"Erä" to be fixed at TRT_TULOT_10' in wrong.found[0]


def test_every_difference_is_named_at_once_with_the_nearest_word() -> None:
    found = differences(
        AREA, AGES, YEARS, CONTENTS, Axis("toim", "Toimialat", ("A", "B")),
        contents=[{"code": "vaesto", "marker": "vaest"}, {"code": "y", "words": ["kuolleet"]}],
        dimensions=[AGE | {"values": ["0", "500"]}, {"name": "industry", "text": ["Tooimiala"]}],
        fixed=[{"text": ["Toimialat"], "values": ["SSS"]}],
    ).found  # fmt: skip
    text = "\n".join(found)
    assert len(found) == 5
    assert 'the content vaesto ("vaest") is not in Tiedot: did you mean vaesto?' in text
    assert 'no content is called "kuolleet" (y)' in text
    assert 'Ikä has no "500"' in text
    assert 'the dimension "industry" is not in the table under "Tooimiala": did you mean Toimialat?' in text
    assert 'Toimialat has no "SSS"' in text


def test_a_table_without_municipalities_is_told() -> None:
    found = differences(Axis("piiri", "Piiri", ("0910000000", "0911000000")), YEARS, CONTENTS)
    assert "no variable holds municipalities" in found.found[0]


@pytest.mark.parametrize(
    ("address", "legacy", "expected"),
    [
        ("StatFin/tyonv/12r5.px", None, ("StatFin/tyonv/12r5.px", OLD)),
        (OLD, None, ("StatFin/tyonv/12r5.px", OLD)),
        ("StatFin/tyonv/12r5.px", "StatFin/x/y.px", ("StatFin/tyonv/12r5.px", "StatFin/x/y.px")),
        ("Vero/Tulorekisteri/trt_040.px", None, ("Vero/Tulorekisteri/trt_040.px",)),
        ("Kuntien_avainluvut/uusin/142h.px", None, ("Kuntien_avainluvut/uusin/142h.px",)),
    ],
)  # fmt: skip
def test_old_and_new_addresses_are_translated(
    address: str, legacy: str | None, expected: tuple[str, ...]
) -> None:
    assert addresses(address, legacy) == expected


@pytest.fixture(scope="module")
def described() -> Path:
    if not FIXTURES.is_dir():
        pytest.skip("../shared/fixtures is not beside this checkout")
    return FIXTURES / "pxweb_metadata"


def real(folder: Path, name: str) -> TableMetadata:
    return read_metadata((folder / name).read_bytes(), where=name)


def test_real_key_figures_are_resolved(described: Path) -> None:
    content = {"code": "M411", "words": ["väkiluku"], "marker": "M411"}
    found = resolve(
        real(described, "px-table-aikasarja-response.json"), live_table(contents=[content]), AREAS
    )
    assert isinstance(found, Resolution)
    assert (found.division, len(found.periods), found.contents_variable and found.contents_variable.code) == (
        2017,
        30,
        "Tiedot",
    )
    # 311 municipalities of 2017 and the country, none of its 19 regions and 70 sub-regions.
    assert len(found.areas) == 312
    assert found.areas["020"] == "020"


def test_real_key_figures_without_periods_take_the_year_of_their_title(described: Path) -> None:
    found = resolve(
        real(described, "px-table-viimeisin-response.json"), live_table(contents=[{"code": "M411"}]), AREAS
    )
    assert isinstance(found, Resolution)
    assert (found.time, [one.period for one in found.contents]) == (None, ["2016"])


def test_a_real_table_of_districts_is_refused(described: Path) -> None:
    found = resolve(real(described, "px-table-hki.json"), live_table(contents=[{"code": "1"}]), AREAS)
    assert isinstance(found, Differences)
    assert any("no variable holds municipalities" in difference for difference in found.found)


def test_a_folder_is_no_table(described: Path) -> None:
    with pytest.raises(BadAnswer, match="does not describe a table"):
        real(described, "px-folder-response.json")


@settings(max_examples=150, deadline=None)
@given(odd=st.lists(ODD, min_size=1, max_size=3), seed=st.integers(0, 2**32))
def test_damaged_metadata_is_refused_or_resolved_but_never_breaks(odd: list[Any], seed: int) -> None:
    pick = random.Random(seed)
    body: Any = {
        "title": "Väestö",
        "variables": [axis.described() for axis in (AREA, AGES, SEX, YEARS, CONTENTS)],
    }
    body = json.loads(json.dumps(body))
    for value in odd:
        body = damage(body, value, pick)
    for read in (read_metadata, read_metadata_v2):
        try:
            found = read(json.dumps(body).encode(), where="koe")
        except BadAnswer:
            continue
        assert isinstance(resolve(found, live_table(dimensions=[AGE]), AREAS), Resolution | Differences)

"""The bundled snapshot equals a rebuild, and what it holds equals the published files, read independently."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from uso_lib.errors import SnapshotError
from uso_lib.sources import snapshot
from uso_lib.sources.carryover import page
from uso_lib.sources.carryover.declaration import load_carryover
from uso_lib.sources.parquet import parquet_bytes
from uso_lib.store import SNAPSHOT, Store, open_store

MAXIMUM_BYTES = 5_000_000


@pytest.fixture(scope="module")
def store() -> Store:
    return open_store()


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    return dict(json.loads((SNAPSHOT / "manifest.json").read_text(encoding="utf-8")))


def test_the_bundled_snapshot_equals_a_rebuild(figures: Path, manifest: dict[str, Any]) -> None:
    if any(entry.get("provenance") for entry in manifest["tables"]):
        pytest.skip("the bundled snapshot was renewed from fetched figures, which no published file holds")
    files, _ = snapshot.encode(figures)
    bundled = {file.name: file.read_bytes() for file in SNAPSHOT.iterdir()}
    assert sorted(files) == sorted(bundled)
    assert [name for name, content in files.items() if content != bundled[name]] == []


def test_the_snapshot_is_compact_and_holds_nothing_the_manifest_does_not_know(
    manifest: dict[str, Any],
) -> None:
    entries = [*manifest["tables"], *manifest["registers"]]
    files = {file.name: file.read_bytes() for file in SNAPSHOT.iterdir()}
    assert sum(map(len, files.values())) <= MAXIMUM_BYTES
    assert {entry["file"] for entry in entries} | {"manifest.json"} == set(files)
    for entry in entries:
        assert hashlib.sha256(files[entry["file"]]).hexdigest() == entry["sha256"]
    for entry in manifest["tables"]:
        for field in ("producer", "table_id", "title", "vintage", "licence", "source_file"):
            assert entry[field], (entry["id"], field)


def test_every_published_file_is_carried_over_or_left_out_with_a_reason(figures: Path) -> None:
    declared = load_carryover()
    used = {name for table in declared.tables for name in table.sources}
    used |= {*declared.registers.municipality_files, *declared.registers.merger_files}
    used.add(declared.boundaries.file)
    worked = used | set(declared.left_out)
    assert not used & set(declared.left_out)
    assert {file.name for file in figures.iterdir()} == worked


def test_the_page_tells_what_the_manifest_holds_and_what_was_left_out(
    root: Path, manifest: dict[str, Any]
) -> None:
    text = (root / "docs" / "snapshot.md").read_text(encoding="utf-8")
    assert f"{page.BEGIN}\n{page.tables_markdown(manifest)}\n{page.END}" in text
    left_out = text.partition("## What is left out")[2].partition("\n## ")[0]
    declared = load_carryover()
    for name in declared.left_out:
        assert f"`{name}`" in left_out
    for table in declared.tables:
        if table.unused:
            assert all(f"`{name}`" in left_out for name in table.sources), table.id


def test_the_page_is_refreshed_between_its_marks_only(tmp_path: Path, manifest: dict[str, Any]) -> None:
    file = tmp_path / "page.md"
    file.write_text(f"before\n{page.BEGIN}\nold\n{page.END}\nafter\n", encoding="utf-8")
    page.refresh_page(file, manifest)
    text = file.read_text(encoding="utf-8")
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert "old" not in text
    assert "| `vaerak_11ra` |" in text
    file.write_text(f"{page.END} {page.BEGIN}", encoding="utf-8")
    with pytest.raises(SnapshotError, match="are not on the page in this order"):
        page.refresh_page(file, manifest)


def read_raw(path: Path, *, only: str = "") -> list[dict[str, str]]:
    """Read a published file with the csv module alone; `only` skips lines that cannot matter."""
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8")
    head, *lines = text.splitlines()
    return list(csv.DictReader([head, *(line for line in lines if only in line)]))


#: file, what selects one raw row, its value column, and where the snapshot holds the figure.
SPOTS: list[tuple[str, dict[str, str], str, str, dict[str, str]]] = [
    ("kuntien_avainluvut_2000_2021.csv.gz",
     {"area": "851", "label": "Työllisyysaste, %", "period": "2020"}, "value",
     "avainluvut", {"area": "851", "content": "M140", "period": "2020"}),
    ("kuntien_avainluvut_2000_2021.csv.gz",
     {"area": "263", "label": "Yli 64-vuotiaiden osuus väestöstä, %", "period": "2021"}, "value",
     "avainluvut", {"area": "263", "content": "M478", "period": "2021"}),
    ("vakiluku_2020_2024.csv", {"area": "182", "period": "2024"}, "persons",
     "vakiluku", {"area": "182", "period": "2024"}),
    ("vaerak_11ra_2025.csv.gz", {"area": "MK19", "content": "vaesto_keski_ika"}, "value",
     "vaerak_11ra", {"area": "MK19", "content": "vaesto_keski_ika"}),
    ("ssaaty_121w_2025.csv.gz", {"area": "KU851", "content": "ssaaty-vm43_netto"}, "value",
     "ssaaty_121w", {"area": "851", "content": "ssaaty-vm43_netto"}),
    ("nettomuutto_promille_1990_2024.csv.gz", {"area": "851", "period": "1993"}, "value",
     "nettomuutto_promille", {"area": "851", "period": "1993"}),
    ("vaestonmuutokset_2000_2019.csv.gz",
     {"area": "851", "label": "Kuntien välinentulomuutto,  20-39 -vuotiaat", "period": "2017"}, "value",
     "vaestonmuutokset", {"area": "851", "content": "vm43_tulo", "age": "20-39", "period": "2017"}),
    ("muutto_lahto_tulo_1990_2018.csv.gz",
     {"origin": "851", "destination": "240", "period": "2018"}, "persons",
     "muutto_parit", {"area": "240", "origin": "851", "period": "2018"}),
    ("vaenn_14wx_projection_2024.csv.gz", {"area": "851", "period": "2040", "age": "83"}, "persons",
     "vaenn_14wx", {"area": "851", "period": "2040", "age": "83"}),
    ("vaenn_2019_projection_2019_2040.csv.gz", {"area": "851", "period": "2030", "age": "999"}, "persons",
     "vaenn_2019", {"area": "851", "period": "2030", "age": "SSS"}),
    ("alueaikasarjat_2015_2019.csv.gz",
     {"area": "851", "label": "8. KÄYTETTÄVISSÄ OLEVA RAHATULO, keskiarvo", "period": "2019"}, "value",
     "aluesarjat", {"area": "851", "content": "income_mean_disposable", "period": "2019"}),
    ("alueaikasarjat_2015_2019.csv.gz",
     {"area": "851", "label": "Yli 94-vuotiaat, naiset", "period": "2015"}, "value",
     "aluesarjat_ika", {"area": "851", "age": "95-", "sex": "2", "period": "2015"}),
    ("alueaikasarjat_2015_2019.csv.gz", {"area": "851", "label": "3 Maatalous", "period": "2019"}, "value",
     "aluesarjat_paastot", {"area": "851", "sector": "3", "period": "2019"}),
    ("tyonv_12r5_2006M01_2023M10.csv.gz",
     {"area": "851", "content": "TYOTTOMATLOPUSSA", "period": "2009-07-01"}, "value",
     "tyonv_12r5", {"area": "851", "content": "TYOTTOMATLOPUSSA", "period": "2009M07"}),
    ("tyonv_12r5_2026M06.csv.gz", {"area": "SK197", "content": "TYOTOSUUS"}, "value",
     "tyonv_12r5", {"area": "SK197", "content": "TYOTOSUUS", "period": "2026M06"}),
    ("vkour_12bs_2025.csv.gz", {"area": "KU851", "content": "kaste5T8osuus"}, "value",
     "vkour_12bs", {"area": "851", "content": "kaste5T8osuus"}),
    ("pendelointi_1987_2017.csv.gz",
     {"area": "851", "suunta": "tyopaikan alue", "pendelointi": "Alueelle pendelöivät",
      "koulutusaste": "Yhteensä", "period": "2017.0"}, "persons",
     "pendelointi", {"area": "851", "content": "sisaan", "period": "2017"}),
    ("tjt_14ww_2024.csv.gz", {"area": "HVA21", "content": "rpt_aste"}, "value",
     "tjt_14ww", {"area": "HVA21", "content": "rpt_aste"}),
    ("kuntatalous_2008_2019.csv.gz",
     {"area": "851", "label": "Vuosikate, 1000 euroa", "period": "2019"}, "value",
     "kuntatalous_sarja", {"area": "851", "content": "vuosikate_1000", "period": "2019"}),
    ("kuntatalous_tunnusluvut_2019.csv.gz",
     {"area": "851", "label": "Konsernin lainat ja vuokravastuut, euroa / asukas"}, "value",
     "kuntatalous_tunnusluvut", {"area": "851", "content": "k_lainat_vuokravastuut_asuk"}),
    ("tuloveroprosentit_2026.csv", {"area": "851"}, "income_tax_pct", "tuloveroprosentit", {"area": "851"}),
    ("rpk_13h4_crimes_per_1000_1987_2020.csv.gz",
     {"area": "KU851", "group": "00B", "period": "2020"}, "per_1000",
     "rpk_13h4", {"area": "851", "offence": "00B", "period": "2020"}),
    ("rpk_13ex_crimes_iccs_2020_2024.csv.gz", {"area": "851", "iccs": "050000", "period": "2024"}, "crimes",
     "rpk_13ex", {"area": "851", "iccs": "050000", "period": "2024"}),
    ("kuntavaalit_2021.csv", {"area": "851"}, "turnout_pct",
     "kuntavaalit", {"area": "851", "content": "aanestysprosentti"}),
    ("sotkanet_1990_2012.csv.gz",
     {"area": "851", "title": "Äänestysaktiivisuus kuntavaaleissa, %", "period": "2012"}, "value",
     "sotkanet_vanhat", {"area": "851", "content": "3076", "period": "2012"}),
    ("sotkanet_2019.csv.gz", {"area": "851", "indicator": "1275"}, "value",
     "sotkanet_2019", {"area": "851", "content": "1275"}),
    ("hyte_2020_tornio_example.csv", {"kunta": "Tornio"}, "hyte_eur_per_capita",
     "hyte_2020", {"area": "851", "content": "hyte_eur"}),
]  # fmt: skip


@pytest.mark.parametrize("spot", SPOTS, ids=[f"{spot[3]}-{index}" for index, spot in enumerate(SPOTS)])
def test_figures_equal_the_published_ones(figures: Path, store: Store, spot: Any) -> None:
    file, row, column, table, place = spot
    lines = read_raw(figures / file, only=next(iter(row.values())))
    published = [raw[column] for raw in lines if row.items() <= raw.items()]
    frame = store.read(table)
    for name, code in place.items():
        frame = frame[frame[name] == code]
    assert len(published) == 1
    assert frame["value"].tolist() == [float(published[0])]


def test_every_table_has_a_spot_check_but_those_that_add_columns_up(store: Store) -> None:
    elsewhere = {"aluesarjat_toimialat", "aluesarjat_toimipaikat"}
    assert {table.id for table in store.tables} - {spot[3] for spot in SPOTS} == elsewhere


def test_men_and_women_are_added_up_by_industry(figures: Path, store: Store) -> None:
    raw = read_raw(figures / "alueaikasarjat_2015_2019.csv.gz", only="851,")
    value = {
        row["label"]: float(row["value"]) for row in raw if row["area"] == "851" and row["period"] == "2019"
    }
    jobs = (
        store.read("aluesarjat_toimialat").query("area == '851' and period == '2019'").set_index("industry")
    )
    places = (
        store.read("aluesarjat_toimipaikat").query("area == '851' and period == '2019'").set_index("industry")
    )
    both = value["Teollisuuden työpaikat, miehet"] + value["Teollisuuden työpaikat, naiset"]
    assert jobs.loc["C", "value"] == both
    assert jobs.loc["J", "value"] == value["Informaatiosektorin työpaikat"]
    assert places.loc["F", "value"] == value["F Rakentaminen (41-43)"]
    assert sorted(places.index) == list("ABCDEFGHIJKLMNPQRS")


def total(store: Store, table: str, period: str, content: str, **dims: str) -> tuple[float, float | None]:
    """Return the sum over municipalities and the country's own figure."""
    frame = store.read(table)
    frame = frame[(frame["period"] == period) & (frame["content"] == content)]
    for name, code in dims.items():
        frame = frame[frame[name] == code]
    own = frame.loc[frame["area"] == "SSS", "value"]
    return float(frame.loc[frame["area"].str.isdigit(), "value"].sum()), (
        float(own.iloc[0]) if len(own) else None
    )


def test_known_totals_of_the_country(store: Store) -> None:
    assert total(store, "vaerak_11ra", "2025", "vaerak-vaesto") == (5_652_881, 5_652_881)
    assert total(store, "ssaaty_121w", "2025", "ssaaty-vm01") == (45_832, 45_832)
    assert total(store, "ssaaty_121w", "2025", "ssaaty-vm43_netto") == (0, 0)
    assert total(store, "vakiluku", "2020", "vaesto") == (5_533_793, None)
    assert total(store, "avainluvut", "2020", "M411") == (5_533_793, None)
    assert total(store, "vaestonmuutokset", "2019", "vm43_netto", age="SSS") == (0, None)
    assert total(store, "aluesarjat", "2019", "vaesto") == (5_525_292, None)
    assert total(store, "tyonv_12r5", "2026M06", "TYOVOIMATK") == (2_743_596, 2_743_596)


def test_greenhouse_gases_are_in_kilotonnes(store: Store) -> None:
    """Finland's effort-sharing emissions were about 30 Mt CO2e a year in 2015-2019."""
    for period in ("2015", "2019"):
        country_kt, _ = total(store, "aluesarjat_paastot", period, "khk_kt", sector="SSS")
        assert 28_000 < country_kt < 32_000
        parts = ("1_energia_muu", "1A3", "2", "3", "5")
        sums = sum(total(store, "aluesarjat_paastot", period, "khk_kt", sector=part)[0] for part in parts)
        assert sums == pytest.approx(country_kt, rel=0.01)


def test_the_projection_agrees_with_itself(store: Store) -> None:
    frame = store.read("vaenn_2019").query("area == '507'")
    total = frame["age"] == "SSS"
    ages = frame[~total].groupby("period")["value"].sum()
    assert ages.to_dict() == frame[total].set_index("period")["value"].to_dict()
    assert len(ages) == 22
    ages = store.read("vaenn_14wx")["age"].unique()
    assert sorted(ages, key=int) == [str(age) for age in range(100)]


def test_confidential_and_not_applicable_marks_survive(figures: Path, store: Store) -> None:
    raw = read_raw(figures / "tjt_14ww_2024.csv.gz")
    confidential = {(row["area"].removeprefix("KU"), row["content"]) for row in raw if row["symbol"] == "..."}
    frame = store.read("tjt_14ww")
    marked = frame[frame["symbol"] == "..."]
    assert set(zip(marked["area"], marked["content"], strict=True)) == confidential
    assert marked["value"].isna().all()
    assert frame["value"].isna().sum() == len(marked)
    depreciation = store.read("kuntatalous_tunnusluvut").query("symbol == '.'")
    assert len(depreciation) == 29


def test_areas_are_those_of_the_registers(store: Store) -> None:
    register = pd.read_parquet(SNAPSHOT / "municipalities.parquet")
    assert len(register) == 308
    known = {"SSS", *register["code"], *register["region_code"], *register["subregion_code"]}
    known |= set(register["wellbeing_county_code"])
    for table in store.tables:
        assert set(store.read(table.id)["area"].unique()) <= known, table.id
    population = set(store.read("vaerak_11ra")["area"])
    assert set(register["region_code"]) | set(register["wellbeing_county_code"]) <= population
    helsinki, mariehamn = (register.set_index("code").loc[code] for code in ("091", "478"))
    assert (helsinki["wellbeing_county_code"], helsinki["wellbeing_county"]) == (
        "HVA90",
        "Helsingin kaupunki",
    )
    assert (mariehamn["region_code"], mariehamn["wellbeing_county_code"]) == ("MK21", "HVA91")
    tornio = register.set_index("code").loc["851"]
    assert (tornio["name_sv"], tornio["genitive"], tornio["locative"]) == ("Torneå", "Tornion", "Torniossa")


def test_elections_without_a_merged_part_are_marked(store: Store) -> None:
    frame = store.read("kuntavaalit").query("area == '507'")
    assert frame["value"].isna().all()
    assert set(frame["symbol"]) == {"/"}


def test_municipalities_without_group_accounts_have_no_group_figures(figures: Path, store: Store) -> None:
    """The producer prints 0; in 2019 for 13 municipalities, all on Åland and all with loans of their own."""
    raw = read_raw(figures / "kuntatalous_tunnusluvut_2019.csv.gz", only="akanta")
    loans = {(row["area"], row["label"]): float(row["value"]) for row in raw}
    without = {
        area
        for (area, label), euros in loans.items()
        if label.startswith("Konsernin lainakanta") and not euros
    }
    register = pd.read_parquet(SNAPSHOT / "municipalities.parquet").set_index("code")
    assert len(without) == 13
    assert set(register.loc[sorted(without), "region_code"]) == {"MK21"}
    assert min(loans[area, "Lainakanta, euroa / asukas"] for area in without) > 0
    accounts = store.read("kuntatalous_tunnusluvut")
    for content in ("k_lainakanta_asuk", "k_lainat_vuokravastuut_asuk", "k_kertynyt_yli_ali_asuk"):
        found = accounts[accounts["content"].eq(content) & accounts["symbol"].eq("..")]
        assert set(found["area"]) == without
        assert found["value"].isna().all()
    series = store.read("avainluvut").query("content == 'M495' and area == '755'").set_index("period")
    assert (series.loc["2013", "symbol"], series.loc["2014", "value"]) == ("..", 3783.4)
    assert series.loc["2008":"2013", "value"].isna().all()


def test_parquet_bytes_depend_on_the_figures_alone() -> None:
    frame = pd.DataFrame({"area": ["851", "240"], "value": [1.0, None]})
    content = parquet_bytes(frame)
    assert content == parquet_bytes(frame.set_index(pd.Index([7, 8])))
    assert b"pandas" not in content
    assert content != parquet_bytes(frame.assign(value=[2.0, None]))


def fails(figures: Path, target: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Run the command, expect exit status 2 and return what it says."""
    assert snapshot.main([str(figures), "--target", str(target)]) == 2
    return capsys.readouterr().err


def test_a_failing_build_says_why_and_leaves_the_previous_snapshot(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "snapshot"
    target.mkdir()
    (target / "kept").write_text("x", encoding="utf-8")
    said = fails(tmp_path / "nowhere", target, capsys)
    assert re.search(r"kunnat_2026\.csv: the figure file is missing", said)
    assert [file.name for file in tmp_path.iterdir()] == ["snapshot"]
    assert (target / "kept").is_file()


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory, figures: Path) -> Any:
    """Return a function that checks one altered copy of the tax rates against the real registers."""
    declared = load_carryover()
    source = next(table for table in declared.tables if table.id == "tuloveroprosentit")
    lines = (figures / source.sources[0]).read_text(encoding="utf-8").splitlines()
    register = pd.read_parquet(SNAPSHOT / "municipalities.parquet").astype("str")
    made = snapshot.Registers(register, pd.read_parquet(SNAPSHOT / "mergers.parquet").astype("str"))
    only = declared.model_copy(update={"tables": [source]})

    def check(change: Any) -> int:
        folder = tmp_path_factory.mktemp("figures")
        (folder / source.sources[0]).write_text("\n".join(change(lines)) + "\n", encoding="utf-8")
        return len(snapshot.tidy_tables(only, made, folder)[0][1])

    return check


def test_areas_outside_the_registers_are_refused_or_ignored(tiny: Any) -> None:
    assert tiny(lambda lines: lines) == 308
    assert tiny(lambda lines: [*lines, "2026,199,9.0", "2026,ELY09,9.0"]) == 308
    with pytest.raises(SnapshotError, match=r"tuloveroprosentit_2026\.csv: area 999 is not in the registers"):
        tiny(lambda lines: [*lines, "2026,999,9.0"])


def test_a_table_that_lacks_a_municipality_is_refused(tiny: Any) -> None:
    with pytest.raises(SnapshotError, match=r"no figures for 851; carryover\.yml gives no reason"):
        tiny(lambda lines: [line for line in lines if ",851," not in line])


def test_figures_of_a_split_municipality_stop_the_build(tiny: Any) -> None:
    with pytest.raises(SnapshotError, match="former municipality 003, which was split among"):
        tiny(lambda lines: [*lines, "2026,003,9.0"])

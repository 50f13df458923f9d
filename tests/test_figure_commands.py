"""uso fetch, import, status, snapshot: what every option changes, what every mistake says, and the status."""

from __future__ import annotations

import csv
import errno
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from services.faults import Fault
from services.world import write_pins
from simulated_services import Desk, fill_in, leave, simulated

from uso_lib.catalog import load_catalog
from uso_lib.commands import fetch as fetch_command
from uso_lib.commands import freeze as freeze_command
from uso_lib.commands.fetch import FetchOrder, chosen_tables
from uso_lib.live_tables import ENVIRONMENT_VARIABLE, load_live_tables
from uso_lib.sources.fetching.opening import writing
from uso_lib.sources.keeping import fetched
from uso_lib.store import MANIFEST, SNAPSHOT, open_store

#: The only tables the simulated services have: an index by its id, one found by title, one of cubes.
SERVED = ("sotkanet_5641", "sotkanet_neet_18_24", "vaerak_11ra", "kela_tyomarkkinatuki", "vk_kknr")
INDEX = "sotkanet_5641"
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def desk(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with simulated(root, tmp_path, monkeypatch, SERVED) as made:
        yield made


def figures_asked(desk: Desk) -> int:
    """Return how often Sotkanet was asked for figures, not for descriptions."""
    return len(desk.nation.server.calls("sotkanet", path="/json?"))


# -- fetch ------------------------------------------------------------------------------------------


def test_an_indicator_is_fetched_kept_and_told(desk: Desk, capsys: Captured) -> None:
    assert leave("fetch", "--indicator", "morbidity_index", "-q") == 0
    told = capsys.readouterr().out.splitlines()
    assert told[1].split() == [INDEX, "sotkanet", "1", "1,162", "not", "fetched", "yet"]
    assert told[2] == "1 of 1 tables to fetch: 1 calls, 1,162 cells, about a minute at most."
    assert re.fullmatch(rf"{INDEX} +fetched +\d+ +1 +0", told[4])
    assert re.fullmatch(r"morbidity_index +\d+ +\d+  2025 +/ 1  +none", told[-1])
    assert set(desk.store().read(INDEX)["period"]) == {"2024", "2025"}
    assert len(list((desk.data / "raw").rglob("*.gz"))) == 1


def test_a_table_can_be_named(desk: Desk) -> None:
    assert leave("fetch", "--table", INDEX, "-q") == 0
    assert desk.edition(INDEX) is not None
    assert [one for one in SERVED if desk.edition(one)] == [INDEX]


def test_a_dry_run_shows_the_plan_and_fetches_nothing(desk: Desk, capsys: Captured) -> None:
    assert leave("fetch", "--table", INDEX, "--dry-run", "-q") == 0
    assert f"{INDEX}  sotkanet" in capsys.readouterr().out
    assert figures_asked(desk) == 0
    assert desk.edition(INDEX) is None
    assert not (desk.data / "raw").exists()


def test_what_has_not_changed_is_skipped_unless_forced(desk: Desk, capsys: Captured) -> None:
    assert leave("fetch", "--table", INDEX, "-q") == 0
    assert leave("fetch", "--table", INDEX, "-q") == 0
    assert "skipped: not published since" in capsys.readouterr().out
    assert figures_asked(desk) == 1
    assert leave("fetch", "--table", INDEX, "--force", "-q") == 0
    assert "fetched again as asked" in capsys.readouterr().out
    assert figures_asked(desk) == 2


def test_since_asks_for_late_periods_only(desk: Desk, capsys: Captured) -> None:
    assert leave("fetch", "--table", INDEX, "--since", "2025", "-q") == 0
    edition = desk.edition(INDEX)
    assert edition is not None
    assert edition.periods == ("2025", "2025")
    assert leave("fetch", "--table", "vaerak_11ra", "--since", "2025M06", "-q") == 0
    cubes = desk.edition("vaerak_11ra")
    assert cubes is not None
    assert cubes.periods == ("2025", "2025"), "a year ends after its sixth month"
    capsys.readouterr()


@pytest.mark.parametrize("table", [INDEX, "vaerak_11ra", "kela_tyomarkkinatuki", "vk_kknr"])
def test_a_service_without_anything_so_late_is_no_failure(desk: Desk, table: str, capsys: Captured) -> None:
    assert leave("fetch", "--table", table, "--since", "2031", "-q") == 0
    told = capsys.readouterr().out
    assert "nothing from 2031 on" in told
    assert "FAILED" not in told
    assert desk.edition(table) is None


def test_a_theme_is_checked_against_the_services(desk: Desk, capsys: Captured) -> None:
    assert leave("fetch", "--theme", "ymparisto", "--check") == 1
    told = capsys.readouterr().out
    assert "Asking 3 tables for their metadata." in told
    assert "1 of 3 tables are as declared." in told
    assert re.search(r"^syke_alas_sektorit: .*404", told, flags=re.M)
    assert not (desk.data / "tables").exists()


def test_a_check_without_differences_leaves_with_0(desk: Desk, capsys: Captured) -> None:
    assert leave("fetch", "--table", "vaerak_11ra", "--check") == 0
    assert capsys.readouterr().out.splitlines()[-1] == "1 of 1 tables are as declared."


def test_a_check_names_what_differs(desk: Desk, capsys: Captured) -> None:
    desk.nation.server.faults = [Fault("wrong_table", path="11ra.px", times=None)]
    assert leave("fetch", "--table", "vaerak_11ra", "--check") == 1
    told = capsys.readouterr().out
    assert (
        "vaerak_11ra (Tilastokeskus, StatFin, StatFin/vaerak/11ra.px): the table is not as declared" in told
    )
    assert "0 of 1 tables are as declared." in told


def test_what_fails_is_told_and_the_rest_is_fetched(desk: Desk, capsys: Captured) -> None:
    order = ["fetch", "--indicator", "emissions_hinku_per_capita", "-q"]
    assert leave(*order, "--dry-run") == 1
    told = capsys.readouterr().out
    assert "CANNOT BE PLANNED" in told
    assert "1 of 2 tables to fetch" in told
    assert leave(*order) == 1
    streams = capsys.readouterr()
    assert re.search(r"syke_alas +FAILED", streams.out)
    assert re.search(r"vaerak_11ra +fetched", streams.out)
    assert "failed: syke_alas" in streams.out
    assert streams.err == ""
    assert desk.edition("vaerak_11ra") is not None


def test_a_pin_is_confirmed_and_only_its_table_fetched(desk: Desk, capsys: Captured) -> None:
    number = desk.nation.world.found_ids["neet_18_24"]
    assert leave("fetch", "--table", "sotkanet_neet_18_24", "-q") == 0
    assert "uso fetch --pin neet_18_24=ID" in capsys.readouterr().out
    assert leave("fetch", "--pin", f"neet_18_24={number}", "-q") == 0
    told = capsys.readouterr().out
    assert f"neet_18_24 is Sotkanet {number}: Työn ja koulutuksen" in told
    assert "1 of 1 tables to fetch" in told
    pins = (desk.workspace.parameters / "_pins.yml").read_text(encoding="utf-8")
    assert f"id: {number}" in pins
    assert desk.edition("sotkanet_neet_18_24") is not None


@pytest.mark.parametrize(
    ("pin", "said"),
    [("neet", "write NAME=ID"), ("neat_18_24=1", "neet_18_24"), ("neet_18_24=5641", "nothing was pinned")],
)
def test_a_wrong_pin_is_refused(desk: Desk, pin: str, said: str, capsys: Captured) -> None:
    assert leave("fetch", "--pin", pin) == 2
    assert said in capsys.readouterr().err
    assert not (desk.workspace.parameters / "_pins.yml").exists()


def test_a_unit_times_ten_is_stopped_until_it_is_accepted(desk: Desk, capsys: Captured) -> None:
    assert leave("fetch", "--table", INDEX, "-q") == 0
    before = desk.store().read(INDEX)["value"]
    desk.nation.world.publish()
    desk.nation.server.faults = [Fault("unit", path="/json?", times=None)]
    assert leave("fetch", "--table", INDEX, "-q") == 1
    told = capsys.readouterr().out
    assert re.search(rf"{INDEX} +STOPPED", told)
    assert f"take them with: uso fetch --table {INDEX} --accept" in told
    assert desk.store().read(INDEX)["value"].equals(before)
    assert leave("fetch", "--table", INDEX, "--accept", "-q") == 0
    assert desk.store().read(INDEX)["value"].median() == pytest.approx(10 * before.median(), rel=0.05)


def test_a_bar_is_drawn_unless_quiet(desk: Desk, capsys: Captured) -> None:
    assert leave("fetch", "--table", INDEX) == 0
    streams = capsys.readouterr()
    assert "1/1" in streams.err
    assert "1/1" not in streams.out
    assert leave("fetch", "--table", INDEX, "--force", "--quiet") == 0
    assert capsys.readouterr().err == ""


def test_an_interrupted_fetch_says_how_to_go_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    def interrupted(*given: object, **settings: object) -> Iterator[object]:
        raise KeyboardInterrupt
        yield  # pragma: no cover - makes it a generator

    monkeypatch.setattr(fetch_command, "fetch_tables", interrupted)
    assert leave("fetch", "--table", INDEX, "-q") == 130
    assert "give the same command again to go on" in capsys.readouterr().err
    monkeypatch.undo()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--theme", "talos"], "did you mean talous?"),
        (["--indicator", "morbidity_indx"], "did you mean morbidity_index?"),
        (["--table", "sotkanet_5642"], "did you mean"),
        (["--table", "mdi_ennuste"], "uso import FILE --as mdi_ennuste"),
        (["--indicator", "projected_population_mdi"], "uso import FILE --as mdi_ennuste"),
        (["--indicator", "equity_ratio"], "its figures are bundled"),
        (["--since", "20x", "--table", INDEX], "neither a year nor a month"),
        (["--since", "2025M13", "--table", INDEX], "neither a year nor a month"),
        (["--tabel", INDEX], "--table"),
    ],
)
def test_a_wrong_order_is_told_before_anything_is_asked(
    desk: Desk, arguments: list[str], said: str, capsys: Captured
) -> None:
    assert leave("fetch", *arguments, "-q") == 2
    streams = capsys.readouterr()
    assert said in streams.err
    assert "Traceback" not in streams.err
    assert streams.out == ""
    assert desk.nation.server.records == []


def test_services_that_cannot_be_read_are_told(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(desk.data / "absent.yml"))
    assert leave("fetch", "--table", INDEX, "-q") == 2
    assert "absent.yml" in capsys.readouterr().err
    half = desk.workspace.root / "half.yml"
    half.write_text(desk.nation.services.read_text(encoding="utf-8").replace("user_agent", "agent"), "utf-8")
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(half))
    assert leave("fetch", "--table", INDEX, "-q") == 2
    assert "user_agent" in capsys.readouterr().err


def test_a_service_out_of_reach_is_told(desk: Desk, capsys: Captured) -> None:
    desk.nation.server.faults = [Fault("cut", argument="before", times=None)]
    assert leave("fetch", "--table", INDEX, "-q") == 1
    streams = capsys.readouterr()
    assert re.search(r"failed: .*127\.0\.0\.1", streams.out)
    assert "Traceback" not in streams.out + streams.err


@pytest.mark.parametrize("command", ["fetch", "import"])
def test_two_at_once_are_refused(desk: Desk, command: str, capsys: Captured) -> None:
    rates = desk.workspace.root / "rates.csv"
    rates.write_text("Koodi;Kunta;Vuosi;Tuloveroprosentti (%)\n178;Juva;2027;9,9\n", encoding="utf-8")
    orders = {"fetch": ["--table", INDEX], "import": [str(rates), "--as", "tuloveroprosentit"]}
    with writing(desk.data):
        assert leave(command, *orders[command]) == 2
    assert "another uso fetch or uso import is at work" in capsys.readouterr().err


def test_a_full_disk_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    def full(*given: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "x.parquet")

    monkeypatch.setattr(fetched, "write_durably", full)
    assert leave("fetch", "--table", INDEX, "-q") == 1
    told = capsys.readouterr().err
    assert "No space left on device: 'x.parquet'. Free space" in told
    assert desk.edition(INDEX) is None


# -- status -----------------------------------------------------------------------------------------


def test_status_shows_all_rows_and_what_a_fetch_changes(desk: Desk, capsys: Captured) -> None:
    assert leave("status") == 0
    before = capsys.readouterr().out.splitlines()
    assert len(before) == 25
    line = next(one for one in before if one.startswith("sairastavuus "))
    assert re.split(r"  +", line) == [
        "sairastavuus", "missing", "-", "-", "-", "0/18", "0/1", "uso fetch --theme hyvinvointi",
    ]  # fmt: skip
    assert leave("fetch", "--table", INDEX, "-q") == 0
    capsys.readouterr()
    assert leave("status", "sairastavuus") == 0
    heading, line = capsys.readouterr().out.splitlines()
    assert heading.startswith("indicator ")
    cells = re.split(r"  +", line)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", cells.pop(2))
    assert cells == [
        "morbidity_index", "fetched", "2025", "renewed today", "18/18", INDEX,
        "uso fetch --indicator morbidity_index",
    ]  # fmt: skip


def test_an_unknown_row_is_told(desk: Desk, capsys: Captured) -> None:
    assert leave("status", "sairastavus") == 2
    assert capsys.readouterr().err == 'There is no row "sairastavus": did you mean sairastavuus?\n'


def test_damaged_figures_are_told_with_the_way_back(desk: Desk, capsys: Captured) -> None:
    assert leave("fetch", "--table", INDEX, "-q") == 0
    (file,) = (desk.data / "tables").glob(f"{INDEX}-*.parquet")
    file.write_bytes(file.read_bytes()[:-10])
    assert leave("status", "sairastavuus") == 2
    told = capsys.readouterr().err
    assert file.name in told
    assert f"uso fetch --table {INDEX} --force" in told
    assert leave("fetch", "--table", INDEX, "--force", "-q") == 0
    assert leave("status", "sairastavuus") == 0
    capsys.readouterr()
    (desk.data / "tables" / f"{INDEX}.json").write_text("{", encoding="utf-8")
    assert leave("status", "sairastavuus") == 2
    assert "the record is damaged" in capsys.readouterr().err
    assert leave("fetch", "--table", INDEX, "-q") == 0
    assert leave("status", "sairastavuus") == 0


# -- import -----------------------------------------------------------------------------------------


@pytest.fixture
def rates(desk: Desk, capsys: Captured) -> Path:
    """Return a filled template: one rate for each of two municipalities."""
    template = desk.workspace.root / "empty.xlsx"
    assert leave("import", "--template", "tuloveroprosentit", "--output", str(template)) == 0
    assert f"fill it in, then: uso import {template} --as tuloveroprosentit" in capsys.readouterr().out
    filled = desk.workspace.root / "verot.xlsx"
    fill_in(template, filled, {"178": 11.5, "851": "9,25"}, year=2027)
    return filled


def test_a_filled_template_is_imported(desk: Desk, rates: Path, capsys: Captured) -> None:
    assert leave("import", str(rates), "--as", "tuloveroprosentit") == 0
    told = capsys.readouterr().out.splitlines()
    assert re.fullmatch(
        r"tuloveroprosentit: 2 figures of 2 municipalities, vuonna 2027, "
        r"tuotu [\d.]+ tiedostosta verot\.xlsx\.",
        told[0],
    )
    assert told[-1].startswith("income_tax_rate ")
    frame = desk.store().read("tuloveroprosentit")
    imported = frame[frame["period"].eq("2027")].set_index("area")["value"]
    assert dict(imported) == {"178": 11.5, "851": 9.25}
    assert len(frame[frame["period"].eq("2026")]) == 308, "the bundled year stays"
    assert leave("status", "vuosikate_ja_vero") == 0
    line = next(one for one in capsys.readouterr().out.splitlines() if one.startswith("income_tax_rate "))
    cells = re.split(r"  +", line)
    assert [cells[1], *cells[3:6]] == ["bundled, imported", "2027", "renewed today", "2/18"]


def test_an_indicator_s_id_will_do(desk: Desk, rates: Path) -> None:
    assert leave("import", str(rates), "--as", "income_tax_rate") == 0
    assert desk.edition("tuloveroprosentit") is not None


def test_a_template_goes_where_it_is_told_and_replaces_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.chdir(desk.workspace.root)
    assert leave("import", "--template", "hyte_laskelma") == 0
    assert (desk.workspace.root / "hyte_laskelma.xlsx").is_file()
    assert leave("import", "--template", "hyte_laskelma") == 2
    assert "Move it, or name another with --output" in capsys.readouterr().err


def test_a_mapping_and_a_sheet_make_another_layout_readable(desk: Desk, capsys: Captured) -> None:
    sheet = desk.workspace.root / "verot.csv"
    sheet.write_text("Kunta;2027\nJuva;11,5\n", encoding="iso-8859-1")
    assert leave("import", str(sheet), "--as", "tuloveroprosentit") == 2
    assert "nothing was imported" in capsys.readouterr().err
    mapping = desk.workspace.root / "verot.yml"
    mapping.write_text("area: {column: Kunta}\nperiod: {headings: true}\n", encoding="utf-8")
    assert leave("import", str(sheet), "--as", "tuloveroprosentit", "--mapping", str(mapping)) == 0
    mapping.write_text("aera: {column: Kunta}\n", encoding="utf-8")
    capsys.readouterr()
    assert leave("import", str(sheet), "--as", "tuloveroprosentit", "--mapping", str(mapping)) == 2
    assert "did you mean area?" in capsys.readouterr().err


def test_the_sheet_can_be_named(desk: Desk, rates: Path, capsys: Captured) -> None:
    assert leave("import", str(rates), "--as", "tuloveroprosentit", "--sheet", "Teidot") == 2
    assert "did you mean Tiedot?" in capsys.readouterr().err
    assert leave("import", str(rates), "--as", "tuloveroprosentit", "--sheet", "Tiedot") == 0


def test_a_fault_is_told_with_its_cell_and_nothing_is_imported(
    desk: Desk, rates: Path, capsys: Captured
) -> None:
    fill_in(desk.workspace.root / "empty.xlsx", rates, {"178": 91, "851": "ei"}, year=2027)
    assert leave("import", str(rates), "--as", "tuloveroprosentit") == 2
    told = capsys.readouterr().err
    assert "2 problems; nothing was imported." in told
    assert re.search(r"sheet Tiedot, row \d+, column D .*: 91 is higher than any true figure", told)
    assert desk.edition("tuloveroprosentit") is None
    assert not (desk.data / "raw" / "import").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Give a file and --as ID"),
        (["FILE"], "Give a file and --as ID"),
        (["--as", "tuloveroprosentit"], "Give a file and --as ID"),
        (["FILE", "--as", "tuloveroprosentit", "--output", "x.xlsx"], "--template ID (with --output)"),
        (["--template", "tuloveroprosentit", "--sheet", "Tiedot"], "--template ID (with --output)"),
        (["FILE", "--as", "tuloveroprosentti"], "did you mean tuloveroprosentit?"),
        (["FILE", "--as", "vaerak_11ra"], "uso fetch --table vaerak_11ra"),
        (["FILE", "--as", "morbidity_index"], "uso fetch --indicator morbidity_index"),
        (["--template", "vaerak_11ra"], "uso fetch --table vaerak_11ra"),
        (["absent.xlsx", "--as", "tuloveroprosentit"], "'absent.xlsx' does not exist"),
        (["FILE", "--as", "tuloveroprosentit", "--mapping", "absent.yml"], "'absent.yml' does not exist"),
    ],
)
def test_a_wrong_import_is_told(
    desk: Desk, rates: Path, arguments: list[str], said: str, capsys: Captured
) -> None:
    given = [str(rates) if word == "FILE" else word for word in arguments]
    assert leave("import", *given) == 2
    streams = capsys.readouterr()
    assert said in streams.err
    assert "Traceback" not in streams.err
    assert desk.edition("tuloveroprosentit") is None


def test_a_file_of_another_kind_is_told(desk: Desk, capsys: Captured) -> None:
    picture = desk.workspace.root / "verot.xlsx"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    assert leave("import", str(picture), "--as", "tuloveroprosentit") == 2
    told = capsys.readouterr().err
    assert "verot.xlsx" in told
    assert "Traceback" not in told


# -- snapshot ---------------------------------------------------------------------------------------


def test_a_snapshot_holds_what_was_fetched_and_imported_and_may_be_shared(
    desk: Desk, rates: Path, capsys: Captured
) -> None:
    assert leave("fetch", "--table", INDEX, "-q") == 0
    assert leave("import", str(rates), "--as", "tuloveroprosentit") == 0
    ordered, filled = desk.workspace.root / "ordered.xlsx", desk.workspace.root / "taustat.xlsx"
    assert leave("import", "--template", "muuttajien_taustat", "--output", str(ordered)) == 0
    fill_in(ordered, filled, {"178": 21000}, year=2024)
    assert leave("import", str(filled), "--as", "muuttajien_taustat") == 0
    target = desk.workspace.root / "made"
    capsys.readouterr()
    assert leave("snapshot", "--target", str(target)) == 0
    told = capsys.readouterr().out
    assert f"With fetched or imported figures: tuloveroprosentit, {INDEX}." in told
    assert "muuttajien_taustat: left out" in told
    made = open_store(target)
    assert made.read(INDEX).equals(desk.store().read(INDEX))
    assert set(made.read("tuloveroprosentit")["period"]) == {"2026", "2027"}
    assert not made.has("muuttajien_taustat")


def test_a_snapshot_is_not_put_over_something_else(desk: Desk, capsys: Captured) -> None:
    before = {path: path.read_bytes() for path in desk.workspace.parameters.iterdir()}
    assert leave("snapshot", "--target", str(desk.workspace.parameters)) == 2
    assert "holds something else than a snapshot" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in desk.workspace.parameters.iterdir()} == before


def test_without_a_target_the_bundled_snapshot_is_renewed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundled = desk.workspace.root / "bundled"
    shutil.copytree(SNAPSHOT, bundled)
    monkeypatch.setattr("uso_lib.store.SNAPSHOT", bundled)
    monkeypatch.setattr(freeze_command, "SNAPSHOT", bundled)
    monkeypatch.setattr(freeze_command, "PAGE", desk.workspace.root / "absent.md")
    assert leave("snapshot") == 0
    assert (bundled / MANIFEST).read_bytes() == (SNAPSHOT / MANIFEST).read_bytes(), "nothing was fetched"
    assert leave("fetch", "--table", INDEX, "-q") == 0
    assert leave("snapshot") == 0
    assert open_store(bundled).has(INDEX)


# -- everything together ----------------------------------------------------------------------------


def test_a_plan_of_everything_names_every_table_and_what_must_be_confirmed_first(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    with simulated(root, tmp_path, monkeypatch, years=1) as desk:
        assert leave("fetch", "--dry-run") == 0
        told = capsys.readouterr().out
        waiting = told.count("waits until its indicator is confirmed (--pin)")
        assert waiting == len(desk.nation.world.found_ids) == 3
        assert told.count("confirm one: uso fetch --pin") == 3
        write_pins(desk.nation.world, desk.workspace.parameters)
        assert leave("fetch", "--dry-run", "-q") == 0
    planned = capsys.readouterr().out.splitlines()
    tables = [one.id for one in load_live_tables().tables if one.service != "import"]
    assert [line.split()[0] for line in planned[1 : len(tables) + 1]] == tables
    assert planned[len(tables) + 1].startswith(f"{len(tables)} of {len(tables)} tables to fetch: ")


@pytest.mark.slow
def test_the_next_report_uses_what_was_fetched_and_imported(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    shutil.copytree(root / "notebooks", tmp_path / "notebooks")
    with simulated(root, tmp_path, monkeypatch) as desk:
        template, filled = tmp_path / "empty.xlsx", tmp_path / "verot.xlsx"
        assert leave("fetch", "--theme", "ymparisto", "-q") == 0
        assert leave("import", "--template", "tuloveroprosentit", "--output", str(template)) == 0
        fill_in(template, filled, {"178": 11.5}, year=2027)
        assert leave("import", str(filled), "--as", "tuloveroprosentit") == 0
        emissions = desk.store().read("syke_alas")
    # The services are gone: a report needs none.
    assert leave("report", "juva", "-q") == 0, capsys.readouterr().err
    made = desk.workspace.outputs / "juva"
    with (made / "indicators.csv").open(encoding="utf-8-sig", newline="") as stream:
        lines = [
            line for line in csv.DictReader(stream) if line["area"] == "178" and line["measure"] == "value"
        ]
    told = {(line["indicator"], line["period"]): float(line["value"]) for line in lines if line["value"]}
    juva = emissions.query("area == '178' and content == 'kt' and period == '2025'")["value"].item()
    assert told["emissions_hinku", "2025"] == juva
    assert told["income_tax_rate", "2027"] == 11.5
    page = (made / "situation.html").read_text(encoding="utf-8")
    sources = page[page.index("Raportin luvut ovat näistä tauluista") :]
    assert re.search(r"2024–2025, haettu \d+\.\d+\.\d{4}, julkaistu 8\.6\.2026", sources)
    assert re.search(r"2027, tuotu \d+\.\d+\.\d{4} tiedostosta verot\.xlsx", sources)


def test_several_tables_and_an_indicator_are_planned_together() -> None:
    catalog, live = load_catalog(), load_live_tables()
    order = FetchOrder(indicators=("emissions_hinku",), tables=("tyonv_12r5", "sotkanet_5641"))
    chosen = {one.id for one in chosen_tables(catalog, live, order)}
    assert chosen == {"tyonv_12r5", "sotkanet_5641", "syke_alas"}
    assert {one.id for one in chosen_tables(catalog, live, FetchOrder())} > chosen

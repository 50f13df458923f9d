"""Declared live tables and services: the bundled ones are sound, every broken one is told with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from uso_lib.errors import InputErrors, Problem, UnknownName
from uso_lib.live_tables import LIVE, load_live_tables, load_services

TABLE = """\
tables:
  - id: vaerak_11re
    service: statfin
    producer: Tilastokeskus
    table_id: StatFin/vaerak/11re
    title: Väestö iän mukaan
    address: StatFin/vaerak/11re.px
    contents:
      - {code: vaesto, marker: vaerak-vaesto}
    dimensions:
      - {name: age, text: [Ikä], codes: number}
"""
SOTKANET = """\
tables:
  - id: sotkanet_234
    service: sotkanet
    producer: THL
    table_id: Sotkanet 234
    title: Toimeentulotukea pitkäaikaisesti saaneet
    contents:
      - {code: osuus, marker: "234", words: [toimeentulotuk]}
"""
SERVICES = """\
user_agent: uso-test/1
services:
  statfin:
    kind: pxweb
    title: Tilastokeskus
    base: "https://pxdata.stat.fi/PxWeb/api/v1/fi/"
    hosts: [statfin.stat.fi]
"""


def written(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    return folder


def problems(folder: Path) -> tuple[Problem, ...]:
    with pytest.raises(InputErrors) as error:
        load_live_tables(folder)
    return error.value.problems


def service_problem(folder: Path, old: str, new: str) -> Problem:
    """Return the one problem that replacing a text in the services brings about."""
    assert old in SERVICES
    file = folder / "own.yml"
    file.write_text(SERVICES.replace(old, new), encoding="utf-8")
    with pytest.raises(InputErrors) as error:
        load_services(file)
    (problem,) = error.value.problems
    return problem


# --- the bundled declarations ------------------------------------------------------------------------------


def test_the_bundled_tables_and_services_are_sound() -> None:
    tables, declared = load_live_tables(), load_services()
    assert len(tables.tables) >= 40
    assert {one.service for one in tables.tables} - {"import"} <= set(declared.services)
    assert tables is load_live_tables(LIVE)


def test_the_bundled_services_are_called_as_slowly_as_they_want() -> None:
    declared = load_services()
    statfin = declared.services["statfin"]
    # 40 calls in 60 seconds are allowed; one in two seconds stays below.
    assert statfin.calls / statfin.per_seconds <= 0.5
    assert all(one.calls / one.per_seconds <= 1 for one in declared.services.values())
    assert all(one.base.startswith("https://") for one in declared.services.values())
    assert "uso-workbench" in declared.user_agent


# --- looking up --------------------------------------------------------------------------------------------


def test_tables_are_found_by_id_and_service(tmp_path: Path) -> None:
    tables = load_live_tables(written(tmp_path, statfin=TABLE, sotkanet=SOTKANET, services=SERVICES))
    assert [one.id for one in tables.tables] == ["sotkanet_234", "vaerak_11re"]
    assert tables.table("vaerak_11re").title == "Väestö iän mukaan"
    assert tables.table("vaerak_11re").series_definition == "vaerak_11re"
    assert [one.id for one in tables.by_service("sotkanet")] == ["sotkanet_234"]
    assert tables.by_service("kela") == ()
    assert tables.has("sotkanet_234")
    assert not tables.has("sotkanet_235")
    with pytest.raises(UnknownName, match="did you mean vaerak_11re"):
        tables.table("vaerak_11ra")


# --- broken tables -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "key", "line", "reason"),
    [
        ("    address: StatFin/vaerak/11re.px\n", "", "tables[0].address", 2, "needs an address"),
        ("title: Väestö", "titel: Väestö", "tables[0].titel", 6, "unknown key"),
        ("service: statfin", "service: statfinn", "tables[0].service", 3, "unknown value"),
        ("    dimensions:", "      - {code: vaesto}\n    dimensions:", "tables[0].contents", 8, "twice"),
        ("name: age", "name: period", "tables[0].dimensions[0].name", 11, "a column of every table"),
        ("[Ikä], codes: number}", "[Ikä]}\n      - {name: age, text: [Sukupuoli]}",
         "tables[0].dimensions", 10, "twice"),
        ("vaerak-vaesto}", "m, merge: {weighted: vaest}}", "tables[0].contents[0].merge.weighted", 9,
         "not a content"),
        ("vaerak-vaesto}", "m, low: 5, high: 4}", "tables[0].contents[0].low", 9, "greater than high"),
        ("    title:", "    field: absValue\n    title:", "tables[0].field", 6, "only for tables"),
        ("    title:", "    find: {name: x, pattern: y}\n    title:", "tables[0].find", 6, "only for tables"),
    ],
)  # fmt: skip
def test_a_broken_table_is_told_with_its_place(
    tmp_path: Path, old: str, new: str, key: str, line: int, reason: str
) -> None:
    assert old in TABLE
    found = problems(written(tmp_path, statfin=TABLE.replace(old, new)))
    told = next(one for one in found if one.key == key)
    assert reason in told.reason
    assert told.line == line
    assert told.file.name == "statfin.yml"


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        ("words: [toimeentulotuk]}", "which indicator of Sotkanet"),
        ('marker: "234"}\n    find: {name: x, pattern: "18–24 ("}', "not a regular expression"),
    ],
)
def test_a_table_of_sotkanet_says_which_indicator_is_meant(tmp_path: Path, new: str, reason: str) -> None:
    text = SOTKANET.replace('marker: "234", words: [toimeentulotuk]}', new)
    (problem,) = problems(written(tmp_path, sotkanet=text))
    assert reason in problem.reason


def test_a_table_found_by_its_title_needs_no_marker(tmp_path: Path) -> None:
    text = SOTKANET.replace('marker: "234", ', "") + "    find: {name: neet_18_24, pattern: koulutuksen}\n"
    assert load_live_tables(written(tmp_path, sotkanet=text)).table("sotkanet_234").find is not None


def test_tables_of_two_services_in_one_file_are_told(tmp_path: Path) -> None:
    (problem,) = problems(written(tmp_path, statfin=TABLE + SOTKANET.removeprefix("tables:\n")))
    assert problem.key == "tables[1].service"
    assert problem.line == 13
    assert "first table of the file is of statfin, this one of sotkanet" in problem.reason


def test_a_table_declared_in_two_files_is_told_with_both_places(tmp_path: Path) -> None:
    (problem,) = problems(written(tmp_path, a=TABLE, b=TABLE))
    assert (problem.file.name, problem.key, problem.line) == ("b.yml", "tables[0].id", 2)
    assert "a.yml:2" in problem.reason


def test_all_problems_of_all_files_come_at_once(tmp_path: Path) -> None:
    broken = TABLE.replace("    address: StatFin/vaerak/11re.px\n", "").replace("name: age", "name: value")
    found = problems(written(tmp_path, b=broken, a="tables: [", c=SOTKANET + "extra: 1\n"))
    assert [one.file.name for one in found] == ["a.yml", "b.yml", "b.yml", "c.yml"]


def test_a_folder_without_tables_is_told(tmp_path: Path) -> None:
    (problem,) = problems(written(tmp_path, services=SERVICES))
    assert "no file of live tables" in problem.reason


# --- services ----------------------------------------------------------------------------------------------


def test_services_come_from_the_file_that_the_environment_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = written(tmp_path, own=SERVICES) / "own.yml"
    monkeypatch.setenv("USO_SERVICES", str(own))
    assert list(load_services().services) == ["statfin"]
    assert len(load_services(LIVE / "services.yml").services) > 1
    monkeypatch.delenv("USO_SERVICES")
    assert len(load_services().services) > 1


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:80"])
def test_this_machine_may_be_called_in_the_clear(tmp_path: Path, host: str) -> None:
    text = SERVICES.replace("https://pxdata.stat.fi", f"http://{host}")
    assert load_services(written(tmp_path, own=text) / "own.yml").services["statfin"].base.startswith("http:")


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ("https://pxdata", "http://pxdata", "base", "not encrypted"),
        ("https://pxdata", "ftp://pxdata", "base", "not encrypted"),
        ("https://pxdata.stat.fi", "pxdata.stat.fi", "base", "not an address"),
        ("https://pxdata.stat.fi", "https://pxdata.stat.fi:port", "base", "not an address"),
        ("https://pxdata", "https://me:secret@pxdata", "base", "holds credentials"),
        ('fi/"', 'fi"', "base", "paths cannot be appended"),
        ('fi/"', 'fi/?a=/"', "base", "paths cannot be appended"),
        ("statfin.stat.fi", "https://statfin.stat.fi", "hosts[0]", "not a host name"),
        ("hosts:", "user: USO_USER\n    hosts:", "user", "password is missing"),
        ("hosts:", "password: USO_PASSWORD\n    hosts:", "password", "user is missing"),
        ("kind: pxweb", "kind: pxweb3", "kind", "unknown value"),
        ("hosts:", "calls: 0\n    hosts:", "calls", "at least 1"),
        ("hosts:", "max_mb: 0\n    hosts:", "max_mb", "greater than 0"),
    ],
)
def test_a_broken_service_is_told_with_its_place(
    tmp_path: Path, old: str, new: str, key: str, reason: str
) -> None:
    problem = service_problem(tmp_path, old, new)
    assert problem.key == f"services.statfin.{key}"
    assert reason in problem.reason
    assert problem.line is not None
    assert problem.line >= 4
    assert "secret" not in str(problem)


def test_a_user_agent_must_fit_into_a_header(tmp_path: Path) -> None:
    problem = service_problem(tmp_path, "uso-test/1", "tilannekuva – kunnille")
    assert (problem.key, problem.line) == ("user_agent", 1)


def test_a_missing_file_of_services_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USO_SERVICES", str(tmp_path / "none.yml"))
    with pytest.raises(InputErrors, match="cannot be read"):
        load_services()

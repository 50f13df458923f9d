"""The brochure's own worked example, and real indicators of Tornio recomputed from the raw files.

The recomputation uses the csv module and arithmetic only: no table, formula or declaration of the library.
"""

from __future__ import annotations

import csv
import gzip
import io
import statistics
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from uso_lib.analysis.breakdown import break_down
from uso_lib.analysis.comparison import compare
from uso_lib.analysis.context import Context
from uso_lib.analysis.criteria import assess
from uso_lib.analysis.flows import flows
from uso_lib.analysis.results import Comparison
from uso_lib.catalog import load_catalog
from uso_lib.regions import load_regions
from uso_lib.store import open_store

TORNIO = "851"
PEERS = ("Iisalmi", "Kokkola", "Oulu", "Raisio", "Kemi", "Riihimäki", "Rovaniemi", "Kuusamo", "Raahe")

Get = Callable[[str], float]


@pytest.fixture(scope="module")
def tornio() -> Context:
    regions = load_regions()
    here, peers = regions.find("Tornio"), tuple(regions.find(name) for name in PEERS)
    return Context(open_store(), load_catalog(), regions, here, peers, (here,), 2005)


@pytest.fixture(scope="module")
def group(tornio: Context) -> list[str]:
    """Return the codes of Tornio and its peers."""
    return [TORNIO, *(peer.code for peer in tornio.peers)]


@pytest.mark.parametrize(
    ("identity", "mean", "printed"), [("hyte_eur", 17.13, "17.1"), ("hyte_coefficient", 62.8, "63")]
)
def test_the_brochures_means_come_out_as_the_brochure_prints_them(
    tornio: Context, identity: str, mean: float, printed: str
) -> None:
    found = compare(tornio, identity)
    peers = found.groups["peers"]
    assert peers.value == pytest.approx(mean)
    assert f"{peers.value:.{found.indicator.decimals}f}" == printed
    assert (peers.with_data, peers.members, peers.method) == (10, 10, "mean")
    assert found.period == "2020"
    assert (found.positions["peers"].place, found.positions["peers"].of) == (8, 10)
    assert found.ranking["name"].tolist()[0] == "Iisalmi"
    assert found.ranking["name"].tolist()[-1] == "Raahe"
    assert "country" not in found.groups


def raw(folder: Path, name: str) -> Iterator[dict[str, str]]:
    """Read a published file, line by line."""
    content = (folder / name).read_bytes()
    text = gzip.decompress(content) if name.endswith(".gz") else content
    yield from csv.DictReader(io.StringIO(text.decode("utf-8-sig")))


def lookup(folder: Path, name: str, value: str, **fixed: str) -> dict[str, float]:
    """Read area → value of the lines with fixed fields; KU091 is written 091."""
    found = {}
    for line in raw(folder, name):
        if all(line[field] == wanted for field, wanted in fixed.items()) and line[value] != "":
            found[line["area"].removeprefix("KU")] = float(line[value])
    return found


def check(found: Comparison, period: str, own: Get, group: list[str]) -> None:
    """Compare value and peers' mean with a recomputation per municipality."""
    assert found.period == period
    assert found.value == pytest.approx(own(TORNIO))
    assert found.groups["peers"].value == pytest.approx(statistics.fmean(own(code) for code in group))
    assert found.groups["peers"].with_data == len(group)


def place(values: dict[str, float], own: float, *, decimals: int, greatest_first: bool) -> tuple[int, int]:
    """Count the municipalities that print a better value; only three-digit codes are municipalities."""
    municipal = [round(value, decimals) for area, value in values.items() if area.isdigit()]
    mine = round(own, decimals)
    return 1 + sum(value > mine if greatest_first else value < mine for value in municipal), len(municipal)


def test_population_and_its_five_year_change(tornio: Context, group: list[str], figures: Path) -> None:
    now = lookup(figures, "vaerak_11ra_2025.csv.gz", "value", content="vaerak-vaesto")
    then = lookup(figures, "vakiluku_2020_2024.csv", "persons", period="2020")
    found = compare(tornio, "population")
    check(found, "2025", now.__getitem__, group)
    assert found.groups["country_own"].value == now["SSS"]
    assert found.change is not None
    assert (found.change.start, found.change.absolute) == ("2020", now[TORNIO] - then[TORNIO])
    assert found.change.relative_pct == pytest.approx((now[TORNIO] / then[TORNIO] - 1) * 100)
    check(
        compare(tornio, "population_change_5y"),
        "2025",
        lambda code: (now[code] / then[code] - 1) * 100,
        group,
    )


def test_natural_increase_per_mille(tornio: Context, group: list[str], figures: Path) -> None:
    people = lookup(figures, "vaerak_11ra_2025.csv.gz", "value", content="vaerak-vaesto")
    births = lookup(figures, "ssaaty_121w_2025.csv.gz", "value", content="ssaaty-vm01")
    deaths = lookup(figures, "ssaaty_121w_2025.csv.gz", "value", content="ssaaty-vm11")
    found = compare(tornio, "natural_increase_permille")
    check(found, "2025", lambda code: (births[code] - deaths[code]) / people[code] * 1000, group)
    country = (births["SSS"] - deaths["SSS"]) / people["SSS"] * 1000
    assert found.groups["country_own"].value == pytest.approx(country, rel=1e-4)


def test_net_migration_per_mille(tornio: Context, group: list[str], figures: Path) -> None:
    rates = lookup(figures, "nettomuutto_promille_1990_2024.csv.gz", "value", period="2024")
    earlier = lookup(figures, "nettomuutto_promille_1990_2024.csv.gz", "value", period="2019")
    found = compare(tornio, "net_migration_permille")
    check(found, "2024", rates.__getitem__, group)
    assert found.change is not None
    assert found.change.absolute == pytest.approx(rates[TORNIO] - earlier[TORNIO])
    country = found.positions["country"]
    assert (country.place, country.of) == place(rates, rates[TORNIO], decimals=1, greatest_first=True)


def test_tertiary_education_and_its_place(tornio: Context, group: list[str], figures: Path) -> None:
    share = lookup(figures, "vkour_12bs_2025.csv.gz", "value", content="kaste5T8osuus")
    found = compare(tornio, "tertiary")
    check(found, "2025", share.__getitem__, group)
    country = found.positions["country"]
    assert (country.place, country.of) == place(share, share[TORNIO], decimals=1, greatest_first=True)
    assert found.groups["country_own"].value == share["SSS"]


def test_unemployment_rate_of_the_newest_month(tornio: Context, group: list[str], figures: Path) -> None:
    name = "tyonv_12r5_2026M06.csv.gz"
    unemployed = lookup(figures, name, "value", content="TYOTTOMATLOPUSSA")
    force = lookup(figures, name, "value", content="TYOVOIMATK")
    check(
        compare(tornio, "unemployment_rate"),
        "2026M06",
        lambda code: unemployed[code] / force[code] * 100,
        group,
    )


def test_mean_unemployment_of_twelve_months(tornio: Context, group: list[str], figures: Path) -> None:
    months: dict[tuple[str, str, str], float] = {}
    for line in raw(figures, "tyonv_12r5_2006M01_2023M10.csv.gz"):
        if line["area"] in group and "2022-11" <= line["period"][:7] <= "2023-10" and line["value"]:
            months[line["content"], line["area"], line["period"]] = float(line["value"])

    def mean(code: str) -> float:
        periods = sorted({period for _, area, period in months if area == code})
        assert len(periods) == 12
        rates = [
            months["TYOTTOMATLOPUSSA", code, period] / months["TYOVOIMATK", code, period] * 100
            for period in periods
        ]
        return statistics.fmean(rates)

    check(compare(tornio, "unemployment_rate_12m"), "2023M10", mean, group)


def test_the_oldest_in_the_projection_and_the_index_of_children(
    tornio: Context, group: list[str], figures: Path
) -> None:
    ages: dict[tuple[str, str, int], float] = {}
    for line in raw(figures, "vaenn_14wx_projection_2024.csv.gz"):
        if line["area"].removeprefix("KU") in group:
            ages[line["area"].removeprefix("KU"), line["period"], int(line["age"])] = float(line["persons"])

    def total(code: str, period: str, first: int, last: int) -> float:
        return sum(ages[code, period, age] for age in range(first, last + 1))

    found = compare(tornio, "age_over_74")
    check(found, "2040", lambda code: total(code, "2040", 75, 99), group)
    assert found.change is not None
    assert (found.change.start, found.change.years) == ("2024", 16.0)
    assert found.change.absolute == total(TORNIO, "2040", 75, 99) - total(TORNIO, "2024", 75, 99)
    index = compare(tornio, "early_education_need")
    check(index, "2040", lambda code: total(code, "2040", 1, 6) / total(code, "2024", 1, 6) * 100, group)


def test_offences_against_property_per_1000_and_their_place(
    tornio: Context, group: list[str], figures: Path
) -> None:
    people = lookup(figures, "vakiluku_2020_2024.csv", "persons", period="2024")
    crimes = lookup(figures, "rpk_13ex_crimes_iccs_2020_2024.csv.gz", "crimes", period="2024", iccs="050000")
    rates = {code: crimes[code] / people[code] * 1000 for code in crimes if code in people}
    found = compare(tornio, "offences_against_property_per_1000")
    check(found, "2024", rates.__getitem__, group)
    country = found.positions["country"]
    expected = place(rates, rates[TORNIO], decimals=found.indicator.decimals, greatest_first=False)
    assert (country.place, country.of) == expected
    own = found.groups["country_own"]
    assert own.value == pytest.approx(sum(crimes.values()) / sum(people.values()) * 1000)
    assert (own.method, own.with_data, own.members) == ("weighted", 308, 308)


def test_offences_against_the_person_are_not_compared_with_the_exceptional_year(
    tornio: Context, figures: Path
) -> None:
    """In 2020 extortion and privacy offences of one data breach doubled the figure of some municipalities."""
    name, iccs = "rpk_13ex_crimes_iccs_2020_2024.csv.gz", "020000"
    rates = {}
    for year in ("2021", "2024"):
        people = lookup(figures, "vakiluku_2020_2024.csv", "persons", period=year)
        crimes = lookup(figures, name, "crimes", period=year, iccs=iccs)
        rates[year] = crimes[TORNIO] / people[TORNIO] * 1000
    found = compare(tornio, "offences_against_person_per_1000")
    assert found.change is not None
    assert (found.change.start, found.change.end) == ("2021", "2024")
    assert found.change.absolute == pytest.approx(rates["2024"] - rates["2021"])
    assert [one.id for one in found.breaks] == ["offences_2021"]
    segments = found.history.set_index("period")["segment"]
    assert segments["2020"] != segments["2021"]
    assert segments["2021"] == segments["2024"]


def test_the_dependency_ratio_of_the_country_is_that_of_its_people(tornio: Context, figures: Path) -> None:
    name = "kuntien_avainluvut_2000_2021.csv.gz"
    people = lookup(figures, name, "value", label="Väkiluku", period="2020")
    employed = lookup(
        figures, name, "value", label="Alueella asuvan työllisen työvoiman määrä", period="2020"
    )
    country, working = (sum(one[code] for code in employed) for one in (people, employed))
    found = compare(tornio, "economic_dependency_ratio")
    own = found.groups["country_own"]
    assert (found.period, own.method, own.with_data) == ("2020", "weighted", 308)
    assert own.value == pytest.approx((country - working) / working * 100, abs=0.05)


def test_loans_over_five_years_and_the_peers_change(tornio: Context, group: list[str], figures: Path) -> None:
    name, label = "kuntien_avainluvut_2000_2021.csv.gz", "Lainakanta, euroa/asukas"
    now = lookup(figures, name, "value", label=label, period="2020")
    then = lookup(figures, name, "value", label=label, period="2015")
    found = compare(tornio, "loans_per_capita")
    check(found, "2020", now.__getitem__, group)
    assert found.change is not None
    assert found.change.absolute == pytest.approx(now[TORNIO] - then[TORNIO])
    peers = found.groups["peers"]
    assert peers.change == pytest.approx(statistics.fmean(now[code] - then[code] for code in group))
    assert peers.change_pct == pytest.approx(
        statistics.fmean((now[code] / then[code] - 1) * 100 for code in group)
    )


def test_turnout_and_tax_rate(tornio: Context, group: list[str], figures: Path) -> None:
    turnout = lookup(figures, "kuntavaalit_2021.csv", "turnout_pct")
    check(compare(tornio, "turnout_municipal"), "2021", turnout.__getitem__, group)
    rates = lookup(figures, "tuloveroprosentit_2026.csv", "income_tax_pct")
    found = compare(tornio, "income_tax_rate")
    check(found, "2026", rates.__getitem__, group)
    assert found.groups["country"].value == pytest.approx(statistics.fmean(rates.values()))


def test_jobs_by_sector_and_their_location_quotients(tornio: Context, figures: Path) -> None:
    labels = {
        "Alkutuotannon työpaikat": "primary",
        "Jalostuksen työpaikat": "secondary",
        "Palvelujen työpaikat": "services",
        "Toimialaltaan tuntemattomat työpaikat": "unknown",
    }
    here: dict[str, float] = {}
    country = dict.fromkeys(labels.values(), 0.0)
    for line in raw(figures, "alueaikasarjat_2015_2019.csv.gz"):
        if line["period"] == "2019" and line["label"] in labels and line["area"].isdigit() and line["value"]:
            category = labels[line["label"]]
            country[category] += float(line["value"])
            if line["area"] == TORNIO:
                here[category] = float(line["value"])
    found = break_down(tornio, "jobs_by_sector").table
    shown = found[found["period"] == "2019"].set_index("category")
    for category, count in here.items():
        share = count / sum(here.values()) * 100
        national = country[category] / sum(country.values()) * 100
        assert shown.loc[category, "value"] == pytest.approx(share)
        assert shown.loc[category, "country_own"] == pytest.approx(national)
        assert shown.loc[category, "location_quotient"] == pytest.approx(share / national)
    assert sorted(here) == sorted(labels.values())


def test_migration_with_oulu_and_the_sum_over_partners(tornio: Context, figures: Path) -> None:
    inflow = outflow = into_tornio = 0.0
    for line in raw(figures, "muutto_lahto_tulo_1990_2018.csv.gz"):
        if line["period"][:4] != "2018" or line["origin"] == line["destination"]:
            continue
        if line["destination"] == TORNIO:
            into_tornio += float(line["persons"])
            inflow += float(line["persons"]) if line["origin"] == "564" else 0.0
        elif line["origin"] == TORNIO and line["destination"] == "564":
            outflow += float(line["persons"])
    found = flows(tornio, "migration_by_partner")
    oulu = found.partners.set_index("area").loc["564"]
    assert (oulu["inflow"], oulu["outflow"], oulu["net"]) == (inflow, outflow, inflow - outflow)
    assert found.partners["inflow"].sum() == into_tornio
    assert found.classes["net"].sum() == found.partners["net"].sum()


def test_of_section_118_one_year_decides_only_what_it_fails(tornio: Context, figures: Path) -> None:
    label = "Konsernin lainat ja vuokravastuut, euroa / asukas"
    loans = lookup(figures, "kuntatalous_tunnusluvut_2019.csv.gz", "value", label=label)
    results = assess(tornio, list(tornio.catalog.criteria))
    assert {one.verdict for one in results} == {"unknown", "not_met"}
    by_value = [one for one in results if one.value == loans[TORNIO]]
    assert len(by_value) == 1
    assert by_value[0].inputs == {"2019": loans[TORNIO], "2018": None}
    assert by_value[0].limit is not None
    assert by_value[0].limit > loans[TORNIO]
    assert by_value[0].verdict == "not_met"
    decided = {one.criterion.id for one in results if one.verdict != "unknown"}
    assert decided <= {"group_deficit", "group_margin_below_depreciation", "group_loans_above_mean"}

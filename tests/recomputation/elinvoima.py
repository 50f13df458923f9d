"""Theme 2, vitality and employment: what every indicator and breakdown is, from the raw files."""

from __future__ import annotations

from typing import Literal

from recomputation.columns import (
    Make,
    Merge,
    broken,
    change_over,
    difference,
    joined,
    level,
    mean_of_12_months,
    quotient,
)  # fmt: skip
from recomputation.figures import (
    COMMUTING,
    EDUCATION,
    JOBSEEKERS_2026,
    JOBSEEKERS_TO_2023,
    KEY_FIGURES,
    SOTKANET_2019,
    Breakdown,
    Counted,
    Indicator,
    Theme,
    adults,
    content,
    denominator,
    inhabitants,
    key_figure,
    regional,
)  # fmt: skip
from recomputation.vaesto import POPULATION

jobs_of = denominator(KEY_FIGURES, "Alueella olevien työpaikkojen lukumäärä")
employed_of = denominator(KEY_FIGURES, "Alueella asuvan työllisen työvoiman määrä")

INDUSTRIES = {
    "A": "A Maatalous, metsätalous ja kalatalous (01-03)",
    "B": "B Kaivostoiminta ja louhinta (05-09)",
    "C": "C Teollisuus (10-33)",
    "D": "D Sähkö-, kaasu- ja lämpöhuolto, jäähdytysliiketoiminta (35)",
    "E": "E Vesihuolto, viemäri- ja jätevesihuolto, jätehuolto ja muu ympäristön puhtaanapito (36-39)",
    "F": "F Rakentaminen (41-43)",
    "G": "G Tukku- ja vähittäiskauppa; moottoriajoneuvojen ja moottoripyörien korjaus (45-47)",
    "H": "H Kuljetus ja varastointi (49-53)",
    "I": "I Majoitus- ja ravitsemistoiminta (55-56)",
    "J": "J Informaatio ja viestintä (58-63)",
    "K": "K Rahoitus- ja vakuutustoiminta (64-66)",
    "L": "L Kiinteistöalan toiminta (68)",
    "M": "M Ammatillinen, tieteellinen ja tekninen toiminta (69-75)",
    "N": "N Hallinto- ja tukipalvelutoiminta (77-82)",
    "P": "P Koulutus (85)",
    "Q": "Q Terveys- ja sosiaalipalvelut (86-88)",
    "R": "R Taiteet, viihde ja virkistys (90-93)",
    "S": "S Muu palvelutoiminta (94-96)",
}


def establishments(letters: str) -> Make:
    """Give establishments of industries, "BCDE" added up."""
    return regional(tuple(INDUSTRIES[letter] for letter in letters), country="sum")


def jobseekers(code: str) -> Make:
    """Read the monthly employment service statistics; the files have no months from 2023M11 to 2026M05."""
    parts = [content(JOBSEEKERS_2026, code, country="published")]
    if code in ("TYOTTOMATLOPUSSA", "TYOVOIMATK"):
        parts.insert(0, content(JOBSEEKERS_TO_2023, code))
    return joined(*parts)


def commuting(label: str, *, merge: Merge = "lost") -> Make:
    """Read commuting totals of all educations."""
    return level(
        COMMUTING, label, "1987-2017", keys=("suunta", "pendelointi"), value="persons", merge=merge,
        keep=lambda row: row["koulutusaste"] == "Yhteensä",
    )  # fmt: skip


def in_2019(make: Make) -> Make:
    """Leave 2015 out: the other source has it."""
    return joined(make, span="2019-2019")


def education(old: str, new: str) -> Make:
    """Join shares of those of 15 and over of 2000-2020 and of 2025."""
    return joined(
        key_figure(old, "2000-2020", merge=adults), content(EDUCATION, new, merge="lost", country="published")
    )


ESTABLISHMENTS = establishments("ABCDEFGHIJKLMNPQRS")
JOBS = key_figure("Alueella olevien työpaikkojen lukumäärä", country="sum")
EMPLOYED = key_figure("Alueella asuvan työllisen työvoiman määrä", country="sum")
UNEMPLOYED = broken(jobseekers("TYOTTOMATLOPUSSA"), "2025")
UNEMPLOYMENT_RATE = quotient(UNEMPLOYED, jobseekers("TYOVOIMATK"), 100)
OVER_14 = content(EDUCATION, "vaesto_15_")
OF_15_64 = regional("15-64 -vuotiaat", country="sum")
EMPLOYED_2015_2019 = regional("Alueella asuvan työllisen työvoiman määrä", country="sum")
IN_COMMUTERS = joined(
    commuting("tyopaikan alue / Alueelle pendelöivät"), in_2019(regional("Sisäänpendelöinti", merge="lost"))
)
OUT_COMMUTERS = joined(
    commuting("asuinalue / Asuinkuntansa ulkopuolella työssäkäyvät"),
    in_2019(regional("Ulospendelöinti", merge="lost")),
)


def of_unemployed(code: str, better: Literal["down"] | None = None) -> Indicator:
    return part_of(jobseekers(code), UNEMPLOYED, better)


def share_of_jobs(label: str) -> Indicator:
    make = key_figure(label, merge=jobs_of, country=JOBS)
    return Indicator(make, rate=True, counted=Counted("wilson", per=JOBS))


def part_of(of: Make, per: Make, better: Literal["down"] | None = None) -> Indicator:
    """Give a share in per cent that both counts of are known."""
    return Indicator(quotient(of, per, 100), better, rate=True, counted=Counted("wilson", of, per))


INDICATORS = {
    "establishments_per_1000": Indicator(
        quotient(ESTABLISHMENTS, POPULATION, 1000),
        "up",
        counted=Counted("byar", ESTABLISHMENTS, POPULATION, scale=1000),
    ),
    "jobs": Indicator(JOBS),
    "jobs_change_5y": Indicator(change_over(JOBS, 5, per_cent=True), "up", rate=True, tested=False),
    "jobs_primary_share": share_of_jobs("Alkutuotannon työpaikkojen osuus, %"),
    "jobs_secondary_share": share_of_jobs("Jalostuksen työpaikkojen osuus, %"),
    "jobs_services_share": share_of_jobs("Palvelujen työpaikkojen osuus, %"),
    "employment_rate": Indicator(key_figure("Työllisyysaste, %", merge="lost"), "up", rate=True),
    "unemployed_share_yearly": Indicator(
        key_figure("Työttömien osuus työvoimasta, %", merge="lost"),
        "down",
        rate=True,
        counted=Counted("wilson", rest=EMPLOYED),
    ),
    "unemployment_rate": part_of(UNEMPLOYED, jobseekers("TYOVOIMATK"), "down"),
    "unemployment_rate_12m": Indicator(mean_of_12_months(UNEMPLOYMENT_RATE), "down", rate=True),
    "unemployed_under_25_share": of_unemployed("TYOTTOMAT25"),
    "unemployed_over_50_share": of_unemployed("TYOTTOMAT50"),
    "long_term_unemployed_share": of_unemployed("PITKAAIKAISTYOTTOMAT", "down"),
    "unemployed_foreign_share": of_unemployed("TYOTTOMATULK"),
    "unemployed_disabled_share": of_unemployed("TYOTTOMATSAIR"),
    "long_term_unemployment_rate": Indicator(
        broken(level(SOTKANET_2019, "3562", keys=("indicator",), merge="lost"), "2025"),
        "down",
        rate=True,
        counted=Counted("wilson", per=jobseekers("TYOVOIMATK")),
    ),
    "students_share": part_of(regional("Opiskelijat", country="sum"), OF_15_64),
    "others_outside_labour_force_share": part_of(
        regional("Muut työvoiman ulkopuolella olevat", country="sum"), OF_15_64, "down"
    ),
    "pensioners_share": Indicator(
        key_figure("Eläkeläisten osuus väestöstä, %", merge=inhabitants, country=POPULATION),
        rate=True,
        counted=Counted("wilson", per=POPULATION),
    ),
    "economic_dependency_ratio": Indicator(
        key_figure("Taloudellinen huoltosuhde", merge=employed_of, country=EMPLOYED)
    ),
    "job_self_sufficiency": Indicator(
        key_figure("Työpaikkaomavaraisuus", merge=employed_of, country=EMPLOYED), rate=True
    ),
    "own_municipality_share": Indicator(
        key_figure("Asuinkunnassaan työssäkäyvien osuus, %", merge="lost", country=EMPLOYED),
        rate=True,
        counted=Counted("wilson", per=EMPLOYED),
    ),
    "in_commuters": Indicator(IN_COMMUTERS),
    "out_commuters": Indicator(OUT_COMMUTERS),
    "net_commuting": Indicator(difference(IN_COMMUTERS, OUT_COMMUTERS)),
    "own_subregion_share": part_of(
        regional("Omassa seutukunnassa työssäkäyvät", country="sum"), EMPLOYED_2015_2019
    ),
    "upper_secondary_or_higher": Indicator(
        education(
            "Vähintään toisen asteen tutkinnon suorittaneiden osuus 15 vuotta täyttäneistä, %",
            "kaste3T8osuus",
        ),
        "up",
        rate=True,
        counted=Counted("wilson", content(EDUCATION, "kaste3T8"), OVER_14),
    ),
    "tertiary": Indicator(
        education("Korkea-asteen tutkinnon suorittaneiden osuus 15 vuotta täyttäneistä, %", "kaste5T8osuus"),
        "up",
        rate=True,
        counted=Counted("wilson", content(EDUCATION, "kaste5T8"), OVER_14),
    ),
    "education_index": Indicator(
        content(EDUCATION, "vktm", merge="lost", country="published"), "up", rate=True
    ),
    "education_and_culture_net_cost": Indicator(
        broken(
            key_figure(
                "Opetus- ja kulttuuritoiminta yhteensä, nettokäyttökustannukset, euroa/asukas",
                merge=inhabitants,
                country=POPULATION,
            ),
            "2015", "2021",
        )
    ),
}  # fmt: skip


def both_sexes(industry: str) -> Make:
    """Give the jobs of an industry: the file has men and women apart."""
    return regional((f"{industry} työpaikat, miehet", f"{industry} työpaikat, naiset"), country="sum")


def in_all(label: str) -> Make:
    return regional(label, country="sum")


BREAKDOWNS = {
    "establishments_by_industry": Breakdown(
        {
            "Maa-, metsä- ja kalatalous": establishments("A"),
            "Teollisuus, kaivostoiminta, energia ja vesi": establishments("BCDE"),
            "Rakentaminen": establishments("F"),
            "Kauppa": establishments("G"),
            "Kuljetus ja varastointi": establishments("H"),
            "Majoitus- ja ravitsemistoiminta": establishments("I"),
            "Informaatio ja viestintä": establishments("J"),
            "Rahoitus, kiinteistöt ja liike-elämän palvelut": establishments("KLMN"),
            "Koulutus, terveys- ja sosiaalipalvelut": establishments("PQ"),
            "Virkistys ja muut palvelut": establishments("RS"),
        },
        formula="share",
        per=ESTABLISHMENTS,
        quotients=True,
    ),
    "jobs_by_sector": Breakdown(
        {
            "Alkutuotanto": in_all("Alkutuotannon työpaikat"),
            "Jalostus": in_all("Jalostuksen työpaikat"),
            "Palvelut": in_all("Palvelujen työpaikat"),
            "Tuntematon": in_all("Toimialaltaan tuntemattomat työpaikat"),
        },
        formula="share",
        per=in_all("Alueella olevien työpaikkojen lukumäärä"),
        quotients=True,
    ),
    "jobs_by_industry": Breakdown(
        {
            "Teollisuus": both_sexes("Teollisuuden"),
            "Rakentaminen": both_sexes("Rakentamisen"),
            "Kauppa": both_sexes("Kaupan"),
            "Majoitus- ja ravitsemistoiminta": in_all("Majoitus- ja ravitsemistoiminnan työpaikat"),
            "Informaatiosektori": in_all("Informaatiosektorin työpaikat"),
            "Koulutus": both_sexes("Koulutuksen"),
            "Terveys- ja sosiaalipalvelut": both_sexes("Terveys- ja sosiaalipalvelujen"),
        },
        formula="share",
        per=in_all("Alueella olevien työpaikkojen lukumäärä"),
        quotients=True,
    ),
    "main_activity": Breakdown(
        {
            "Työlliset": in_all("Alueella asuvan työllisen työvoiman määrä"),
            "Työttömät (18–64 v.)": in_all("Työttömät, 18-64-vuotiaat"),
            "Opiskelijat": in_all("Opiskelijat"),
            "Eläkeläiset": in_all("Eläkeläiset"),
            "0–14-vuotiaat": in_all("0-14 -vuotiaat"),
            "Muut työvoiman ulkopuolella olevat": in_all("Muut työvoiman ulkopuolella olevat"),
        },
        formula="share",
        per=in_all("Väkiluku"),
    ),
}

THEME = Theme(
    "Elinvoima ja työllisyys",
    INDICATORS,
    BREAKDOWNS,
    maps=("unemployment_rate",),
    stacks={"Työpaikat sektoreittain": ("jobs_primary_share", "jobs_secondary_share", "jobs_services_share")},
    empty=(
        "enterprises_per_1000", "enterprises_started_pct", "enterprises_closed_pct", "enterprises_net_pct",
        "outside_labour_force_share", "rehabilitative_work", "labour_market_subsidy",
        "labour_market_subsidy_per_capita", "labour_market_subsidy_recipients",
        "labour_market_subsidy_300_499", "labour_market_subsidy_500_999", "labour_market_subsidy_1000",
        "unemployment_security_per_capita", "commuting_origins", "commuting_destinations", "culture_net_cost",
    ),
)  # fmt: skip

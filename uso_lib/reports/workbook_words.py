"""The Finnish words of the workbook: headings of columns, measures, groups and marks.

Does not translate the CSV file, which keeps the codes for other programs.
"""

from __future__ import annotations

HEADERS = {
    "theme": "Teema",
    "row": "Rivi",
    "indicator": "Tunnus",
    "title": "Tunnusluku",
    "measure": "Suure",
    "group": "Ryhmä",
    "area": "Aluekoodi",
    "area_name": "Alue",
    "period": "Ajankohta",
    "value": "Arvo",
    "unit": "Yksikkö",
    "decimals": "Desimaaleja",
    "mark": "Merkki",
    "n": "n",
    "of": "N",
    "producer": "Tuottaja",
    "table": "Taulu",
}
SUMMARY_SHEET = "Yhteenveto"
SOURCES_SHEET = "Lähteet"
SOURCES_HEADERS = ("Tuottaja", "Taulu", "Ensimmäinen ajankohta", "Viimeinen ajankohta", "Lukuja",
                   "Aineisto kattaa", "Koottu", "Käyttölupa")  # fmt: skip

MEASURES = {
    "value": "arvo",
    "age": "tiedon ikä",
    "mean": "keskiarvo",
    "own": "alueen oma luku",
    "least": "pienin",
    "greatest": "suurin",
    "interval_low": "95 %:n väli, alaraja",
    "interval_high": "95 %:n väli, yläraja",
    "trend": "suunta, muutos vuodessa",
    "position": "sija",
    "difference": "ero ryhmään",
    "change": "muutos",
    "change_pct": "muutos, %",
    "year_change": "muutos edellisvuodesta",
    "year_change_pct": "muutos edellisvuodesta, %",
    "category": "luokan arvo",
    "category_mean": "luokan keskiarvo",
    "category_own": "luokan luku koko alueella",
    "category_change": "luokan muutos",
    "category_change_pct": "luokan muutos, %",
    "category_share": "luokan osuus",
    "location_quotient": "sijaintiosamäärä",
    "inflow": "tulleet",
    "outflow": "lähteneet",
    "net": "netto",
    "total": "yhteensä",
    "limit": "raja-arvo",
    "class_limit": "luokkaraja",
    "without_data": "kuntia ilman tietoa",
    "distance": "etäisyys rajasta",
    "likeness": "etäisyys kunnasta",
    "likeness_rank": "sija samankaltaisuudessa",
}
#: What the names of groups begin with that are other peers than the report's, in a consultant's own figure.
OTHER_PEERS = "peers_"
GROUPS = {
    "municipality": "kunta",
    "peer": "verrokki",
    "peers": "verrokit ja kunta",
    OTHER_PEERS: "muut verrokit ja kunta",
    "network": "verkoston jäsenet",
    "region": "maakunnan kunnat",
    "country": "kaikki kunnat",
    "country_own": "koko maa",
    "everywhere": "kunta kartalla",
    "partner": "toinen kunta",
    "partners": "muut kunnat",
}
MARKS = {
    "met": "täyttyy",
    "not_met": "ei täyty",
    "unknown": "ei tiedossa",
    "rising": "nouseva",
    "falling": "laskeva",
    "none": "ei selvää suuntaa",
}
WORDS = {"measure": MEASURES, "group": GROUPS, "mark": MARKS}

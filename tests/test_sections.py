"""A section shows everything its row has, escapes what comes from outside, and says what is missing."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import hand_made as made
import pytest
from test_tables import breakdown_result, flow_result

from uso_lib import specs
from uso_lib.analysis.results import Comparison, Origin
from uso_lib.catalog import Catalog, load_catalog
from uso_lib.presentation.sections.row_result import RowResult, fill_command, live_texts
from uso_lib.presentation.sections.rows import intro_section, row_section, theme_section
from uso_lib.presentation.sections.sources import coverage, sources_section
from uso_lib.presentation.sections.templating import breakable
from uso_lib.presentation.sections.view import EMPTY, SECTION_MEDIA_TYPE
from uso_lib.regions import load_regions

HOSTILE = '<script>alert("x")</script><img src=x onerror=y> & "lainaus"'
KEYS = {
    "schema",
    "member",
    "code",
    "kind",
    "id",
    "theme",
    "title",
    "rows",
    "missing",
    "newest",
    "facts",
    "numbers",
    "texts",
}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


def row_result(catalog: Catalog, *comparisons: Comparison, **changes: Any) -> RowResult:
    ids = [one.indicator.id for one in comparisons]
    figures = [specs.FigureSpec(id="rate_trend", kind="trend", title="Työttömyysaste", indicators=ids[:1])]
    fields = {
        "id": "tyollisyys",
        "title": "Työllisyys",
        "brochure": "Työvoima",
        "figures": figures if ids else [],
    }
    row = specs.Row(**(fields | {"indicators": ids, "headline": ids[:1]} | changes.pop("row", {})))
    theme = specs.Theme(id="elinvoima", number=2, title="Elinvoima", intro="Johdanto.", rows=[row])
    return RowResult(
        "tornio", made.municipality(), theme, row, catalog, load_regions(), comparisons, **changes
    )


class Checker(HTMLParser):
    """Collect tags and attributes, and whether every element is closed."""

    VOID = frozenset({"img", "br", "col"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def checked(html: str) -> list[tuple[str, dict[str, str | None]]]:
    """Return the elements of a section that is well formed and has no script, style or outside address."""
    checker = Checker()
    checker.feed(html)
    assert checker.open == []
    for tag, attributes in checker.tags:
        assert tag not in {"script", "style", "link", "iframe", "object"}
        assert not {name for name in attributes if name == "style" or name.startswith("on")}
        assert (attributes.get("src") or "data:").startswith("data:")
        assert (attributes.get("href") or "#").startswith("#")
    return checker.tags


def test_a_row_has_words_figure_numbers_source_and_data(catalog: Catalog) -> None:
    view = row_section(row_result(catalog, made.comparison()))
    tags = [tag for tag, _ in checked(view.html)]
    assert tags.count("figure") == tags.count("figcaption") == tags.count("img") == 1
    assert tags.count("details") == tags.count("summary") == 1
    assert tags.count("table") == tags.count("caption") == 2
    assert "KEHA-keskus, Työttömät työnhakijat (tyonv 12r5), uusin tieto 2025, CC BY 4.0." in view.html
    assert set(view.data) == KEYS
    assert (view.data["id"], view.data["theme"], view.data["rows"], view.data["newest"]) == (
        "tyollisyys", "elinvoima", 1, "2025",
    )  # fmt: skip
    assert json.loads(json.dumps(view.data, allow_nan=False)) == view.data


def test_every_table_cell_has_a_heading(catalog: Catalog) -> None:
    view = row_section(row_result(catalog, made.comparison()))
    heads = [attributes for tag, attributes in checked(view.html) if tag == "th"]
    assert {attributes.get("scope") for attributes in heads} == {"col", "row"}
    for table in re.findall(r"<table.*?</table>", view.html, re.DOTALL):
        columns = table.count('scope="col"')
        for line in re.findall(r"<tr><th scope=\"row\">.*?</tr>", table):
            assert line.count("<td") + 1 == columns


def test_names_and_notes_from_outside_are_escaped(catalog: Catalog) -> None:
    hostile = made.comparison(
        municipality=made.municipality(name=HOSTILE, genitive=HOSTILE),
        indicator=made.indicator(title=HOSTILE, definition=HOSTILE, caveats=[HOSTILE]),
        origins=(replace(made.ORIGIN, title=HOSTILE, producer=HOSTILE),),
        ranking=made.ranking(11.1, [8.0, 9.0, 11.5], name=HOSTILE),
        breaks=(specs.Break(id="katkos", period="2022", title=HOSTILE, note=HOSTILE),),
    )
    lost = replace(hostile, value=None, period=None, groups={}, positions={}, change=None)
    view = row_section(row_result(catalog, hostile, lost, row={"note": HOSTILE}))
    checked(view.html)
    assert "<script" not in view.html
    assert "onerror=y>" not in view.html.replace("onerror=y&gt;", "")
    assert view.html.count("&lt;script&gt;") >= 6


def test_missing_indicators_name_definition_source_and_command(catalog: Catalog) -> None:
    lost = made.comparison(value=None, period=None, groups={}, positions={}, change=None)
    view = row_section(row_result(catalog, lost))
    assert "Tieto puuttuu" in view.html
    assert "Työttömien osuus työvoimasta." in view.html
    source = (
        "Lähde: KEHA-keskus (Tilastokeskus, StatFin): Työttömät työnhakijat ja avoimet työpaikat "
        "kuukausittain, tyonv 12r5"
    )
    assert source in view.html
    assert "<code>uso fetch --indicator unemployment_rate</code>" in view.html
    assert '<details class="numbers"' not in view.html
    assert view.data["missing"] == [
        {"row": "tyollisyys", "indicator": "unemployment_rate", "title": "Työttömyysaste",
         "fill": "uso fetch --indicator unemployment_rate"}
    ]  # fmt: skip
    assert (view.data["rows"], view.data["newest"], view.data["numbers"]["data"]) == (0, None, [])


def test_what_no_service_has_is_imported(catalog: Catalog) -> None:
    file, service = catalog.live.table("mdi_ennuste"), catalog.live.table("kela_tyomarkkinatuki")
    assert fill_command("x", (file,)) == "uso import TIEDOSTO --as x"
    assert fill_command("x", ()) == "uso import TIEDOSTO --as x"
    assert fill_command("x", (service, file)) == "uso fetch --indicator x"
    assert fill_command("x", (file, service)) == "uso import TIEDOSTO --as x"
    assert live_texts((file, service), catalog.services) == (
        "MDI, tiedosto: MDI:n väestöennuste ikäryhmittäin, MDI:n väestöennuste",
        "Kela, avoin data: Kunnan osarahoittaman työmarkkinatuen saajat ja maksetut etuudet, avoin data "
        "kunnittain",
    )


def test_a_table_that_the_store_has_is_not_what_would_fill_a_gap(catalog: Catalog) -> None:
    need = made.comparison(
        indicator=catalog.indicator("health_and_social_need"), value=None, period=None, groups={},
        positions={}, change=None,
    )  # fmt: skip
    result = row_result(catalog, need)
    assert result.missing[0].fill == "uso fetch --indicator health_and_social_need"
    held = replace(result, held=frozenset({"vaenn_14wx"})).missing[0]
    assert held.fill == "uso import TIEDOSTO --as health_and_social_need"
    assert len(held.sources) == 1
    both = replace(result, held=frozenset({"vaenn_14wx", "sote_ikapainot"})).missing[0]
    assert len(both.sources) == 2


def test_what_is_optional_is_not_told_as_missing(catalog: Catalog) -> None:
    lost = made.comparison(value=None, period=None, groups={}, positions={}, change=None)
    optional = replace(lost, indicator=made.indicator(optional=True))
    assert row_result(catalog, optional).missing == ()
    assert len(row_result(catalog, lost).missing) == 1


def test_an_indicator_shown_by_a_flow_is_missing_only_as_long_as_the_flow_is(catalog: Catalog) -> None:
    lost = made.comparison(
        indicator=made.indicator(shown_by="migration_by_partner"), value=None, period=None, groups={},
        positions={}, change=None,
    )  # fmt: skip
    flow = flow_result()
    told = replace(flow, flow=flow.flow.model_copy(update={"id": "migration_by_partner"}))
    assert row_result(catalog, lost, flows=(told,)).missing == ()
    empty = replace(told, partners=told.partners.iloc[:0], period=None)
    optional = replace(empty, flow=empty.flow.model_copy(update={"optional": True}))
    assert [one.indicator for one in row_result(catalog, lost, flows=(optional,)).missing] == [
        "unemployment_rate"
    ]


def test_a_passing_note_ends_with_the_fetch(catalog: Catalog) -> None:
    passing = specs.PassingNote(text="Vain osa mukana.", until=["tyonv_12r5"])
    bundled = row_result(
        catalog, made.comparison(origins=(replace(made.ORIGIN, retrieved="2026-06"),)),
        row={"note": "Aina.", "passing": passing},
    )  # fmt: skip
    assert bundled.note == "Aina. Vain osa mukana."
    fetched = replace(made.ORIGIN, retrieved="2026-11-21")
    assert replace(bundled, comparisons=(made.comparison(origins=(fetched,)),)).note == "Aina."
    earlier = replace(fetched, table="tyonv_12r5@1")
    assert replace(bundled, comparisons=(made.comparison(origins=(earlier,)),)).note == "Aina."


def test_a_caveat_that_fetching_ends_is_not_printed_of_fetched_figures(catalog: Catalog) -> None:
    one = made.indicator(caveats=["gap_months", "single_month"])
    bundled = row_result(
        catalog, made.comparison(indicator=one, origins=(replace(made.ORIGIN, retrieved="2026-06"),))
    )
    fetched = row_result(
        catalog, made.comparison(indicator=one, origins=(replace(made.ORIGIN, retrieved="2026-11-21"),))
    )
    gap, always = catalog.caveats["gap_months"].text, catalog.caveats["single_month"].text
    assert (bundled.caveats, fetched.caveats) == ((gap, always), (always,))


def test_breaks_note_and_caveats_are_printed(catalog: Catalog) -> None:
    broken = specs.Break(id="katkos", period="2022", title="Katkos 2022", note="Luokitus muuttui.")
    one = made.comparison(breaks=(broken,), indicator=made.indicator(caveats=["two_years", "Oma huomautus."]))
    view = row_section(row_result(catalog, one, row={"note": "Rivin huomautus."}))
    for text in ("Katkos 2022.", "Luokitus muuttui.", "Rivin huomautus.", "Oma huomautus."):
        assert text in view.html
    assert catalog.caveats["two_years"].text in view.html


def test_breakdowns_flows_and_tables_declared_as_figures(catalog: Catalog) -> None:
    ages = breakdown_result({"2024": (100, 200), "2040": (80, 300)})
    figures = [specs.FigureSpec(id="age_table", kind="table", title="Ikäryhmät", breakdown="ages")]
    view = row_section(
        row_result(catalog, breakdowns=(ages,), flows=(flow_result(),), row={"figures": figures})
    )
    checked(view.html)
    before, details, inside = view.html.partition("<details")
    assert details
    assert "Väestö iän mukaan, Tornio (henkilöä)" in before
    assert "Suurimmat nettovoitot" in inside
    assert "Muuton suunnat alueittain" in inside
    assert view.data["newest"] == "2040"


def test_projections_are_not_the_newest_observation(catalog: Catalog) -> None:
    projection = made.comparison(indicator=made.indicator(caveats=["projection"]), period="2040")
    assert row_section(row_result(catalog, projection)).data["newest"] is None


def test_old_figures_say_their_age(catalog: Catalog) -> None:
    old = made.comparison(period="2019", age_years=7)
    assert (
        "Tiedot ovat vuodelta 2019 eli seitsemän vuoden takaa." in row_section(row_result(catalog, old)).html
    )
    both = row_section(
        row_result(catalog, made.comparison(), replace(old, indicator=made.indicator(id="other")))
    )
    assert "vanhimmat ovat vuodelta 2019" in both.html


def test_bundle_and_empty_section() -> None:
    assert EMPTY._repr_mimebundle_() == {"text/plain": ""}
    assert EMPTY.empty


def test_bundle_of_a_row(catalog: Catalog) -> None:
    bundle = row_section(row_result(catalog, made.comparison()))._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain", SECTION_MEDIA_TYPE}
    assert bundle["text/plain"].startswith("Työllisyys: Vuonna 2025 Tornion työttömyysaste")


def test_a_theme_joins_its_rows(catalog: Catalog) -> None:
    result = row_result(catalog, made.comparison())
    part = row_section(result)
    whole = theme_section(result.theme, [("Ensimmäinen", part), ("Toinen", part)])
    checked(whole.html)
    assert whole.html.count("<h3>") == 2
    assert whole.data["rows"] == 2
    assert len(whole.data["numbers"]["data"]) == 2 * len(part.data["numbers"]["data"])
    assert "Johdanto." in intro_section(result.theme).html


@pytest.mark.parametrize(
    ("vintage", "text"),
    [
        ("vuosina 2015 ja 2019", "2015 ja 2019"),
        ("vuonna 2019, vuoden 2019 aluejako", "2019, vuoden 2019 aluejako"),
        ("tammikuusta 2006 lokakuuhun 2023 ja kesäkuussa 2026", "1/2006–10/2023 ja 6/2026"),
        ("ennuste 2019; vuodet 2019–2040", "ennuste 2019; vuodet 2019–2040"),
    ],
)
def test_what_a_table_covers_is_told_without_cases(vintage: str, text: str) -> None:
    assert coverage(vintage) == text


def test_long_compounds_may_break_at_their_seams_only() -> None:
    assert breakable("Kasvihuonekaasupäästöt") == "Kasvihuone\u00adkaasu\u00adpäästöt"
    assert breakable("Kaasu ja netto") == "Kaasu ja netto"


def test_sources_list_used_tables_once_and_what_is_missing(catalog: Catalog) -> None:
    other = Origin("vakiluku", "Tilastokeskus", "vaerak", "Väkiluku", "2025", "CC BY 4.0", "2025", "2026-06")
    fetched = Origin(
        "vaerak_11re", "Tilastokeskus", "vaerak 11re", "Väkiluku iän mukaan",
        "vuosina 1972–2025, haettu 21.11.2026, julkaistu 4.5.2026", "CC BY 4.0", "2025", "2026-11-21",
    )  # fmt: skip
    lost = made.comparison(
        indicator=made.indicator(id="lost", title="Kadonnut"),
        value=None,
        period=None,
        groups={},
        positions={},
    )
    result = row_result(catalog, made.comparison(origins=(made.ORIGIN, other, fetched)), lost)
    view = sources_section([result, result], data_as_of="2026-06")
    checked(view.html)
    assert view.html.count(f">{made.ORIGIN.table_id}<") == 1
    assert '<td class="word">kesäkuu\u00a02026</td>' in view.html
    assert '<td class="word">1972–2025, haettu 21.11.2026, julkaistu 4.5.2026</td>' in view.html
    assert '<td class="word">21.11.2026</td>' in view.html
    assert "uso fetch --indicator lost" in view.html
    assert view.data["kind"] == "sources"

"""Files as the offices give them: Kelasto, the PxWeb user interface, the tax rates."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from import_files import figures, take

from uso_lib.live_specs import LiveTable
from uso_lib.live_tables import load_live_tables

EXCERPTS = Path(__file__).parent / "data" / "import"
KELASTO = """
area: {fixed: Hämeenlinna}
period: {column: Kuukausi}
contents: {osuus_yht: OsuusYhteensä, osuus_300: Osuus300, osuus_500: Osuus500, osuus_1000: Osuus1000}
"""
EXPORT = """
area: {column: Alue}
period: {headings: true}
content: {column: Tunnusluku}
contents:
  vuosikate_asuk: Vuosikate, euroa / asukas
  lainakanta_asuk: Lainakanta, euroa / asukas
"""
KEY_FIGURES = LiveTable(
    id="key_figures",
    service="import",
    producer="Tilastokeskus",
    table_id="kta",
    title="Tunnuslukuja",
    contents=[
        {"code": code, "title": code, "unit": "euroa/asukas", "merge": "missing"}
        for code in ("vuosikate_asuk", "lainakanta_asuk")
    ],
)


def copied(folder: Path, source: Path) -> Path:
    """Return a copy of a file, so that originals are kept outside the tests' data."""
    target = folder / source.name
    target.write_bytes(source.read_bytes())
    return target


def test_kelasto_s_months_of_one_municipality(tmp_path: Path) -> None:
    file = copied(tmp_path, EXCERPTS / "kelasto_hameenlinna.csv")
    assert b"Osuus1000" in file.read_bytes()
    with pytest.raises(UnicodeDecodeError):
        file.read_bytes().decode("utf-8")
    result = take(file, load_live_tables().table("sakkomaksut"), KELASTO)
    rows = [line.split(";") for line in file.read_text(encoding="iso-8859-1").splitlines()]
    column = rows[0].index("Osuus500")
    summed = sum(float(row[column].replace(",", ".")) for row in rows if row[0].startswith("2015"))
    assert figures(result)["109", "2015", "osuus_500"] == pytest.approx(summed)
    assert figures(result)["109", "2015", "osuus_yht"] == pytest.approx(4921026.52)
    assert set(result.frame["period"]) == {"2015", "2016"}
    assert "Years with months or quarters missing were left out: 2017." in result.remarks


def test_an_export_of_the_pxweb_user_interface(tmp_path: Path) -> None:
    file = copied(tmp_path, EXCERPTS / "pxweb_export.csv")
    result = take(file, KEY_FIGURES, EXPORT)
    found = figures(result)
    assert found["005", "2019", "vuosikate_asuk"] == 134
    assert found["005", "2019", "lainakanta_asuk"] == 2913
    assert found["099", "2019", "vuosikate_asuk"] == 494
    assert len(found) == 8
    assert any("Honkajoki (099) was abolished" in remark for remark in result.remarks)


def test_the_tax_rates_as_bundled(tmp_path: Path, figures: Path) -> None:
    file = copied(tmp_path, figures / "tuloveroprosentit_2026.csv")
    result = take(file, load_live_tables().table("tuloveroprosentit"))
    with file.open(encoding="utf-8") as lines:
        published = {row["area"]: float(row["income_tax_pct"]) for row in csv.DictReader(lines)}
    assert dict(zip(result.frame["area"], result.frame["value"], strict=True)) == published
    assert set(result.frame["period"]) == {"2026"}
    assert result.remarks == ()


def test_the_whole_files(tmp_path: Path, figures: Path) -> None:
    answers = figures.parent / "fixtures"
    if not answers.is_dir():
        pytest.skip("../shared/fixtures is not beside this checkout")
    kela = copied(tmp_path, answers / "kela" / "tmtmaksut_hameenlinna_2015-.csv")
    result = take(kela, load_live_tables().table("sakkomaksut"), KELASTO)
    assert sorted(set(result.frame["period"])) == ["2015", "2016", "2017", "2018", "2019"]
    export = copied(tmp_path, answers / "exports" / "kta_20210327.csv")
    result = take(export, KEY_FIGURES, EXPORT)
    assert result.frame["area"].nunique() == 311
    assert len(result.frame) == 622

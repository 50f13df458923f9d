"""docs/importing.md: complete, and its examples work."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from import_files import figures, take

from uso_lib.live_tables import load_live_tables
from uso_lib.sources.imports.mapping import AreaPlace, Mapping

EXCERPTS = Path(__file__).parent / "data" / "import"
EXPECTED = {
    "ages.csv": (6, ("020", "2040", "7-15", "vaesto_mdi"), 1540.0),
    "rates.csv": (3, ("020", "2025", "tulovero_pct"), 9.4),
    "transfers.csv": (1, ("020", "2025", "valtionosuus_1000"), 14802.511),
    "kelasto_hameenlinna.csv": (8, ("109", "2015", "osuus_yht"), 4921026.52),
}


@pytest.fixture
def page(root: Path) -> str:
    return (root / "docs" / "importing.md").read_text(encoding="utf-8")


def test_every_table_content_and_code_is_documented(page: str) -> None:
    for table in load_live_tables().by_service("import"):
        line = next(line for line in page.splitlines() if line.startswith(f"| {table.id} |"))
        for content in table.contents:
            assert content.code in line
        for dimension in table.dimensions:
            assert f"{dimension.name}:" in line
            assert ", ".join(dimension.values or []) in line
        assert ("not to be shared" in line) == (not table.shareable)


def test_every_key_is_documented(page: str) -> None:
    for key in {*Mapping.model_fields, *AreaPlace.model_fields}:
        assert re.search(rf"`{key}[`:]", page), key


def test_every_example_works(page: str, tmp_path: Path) -> None:
    examples = re.findall(
        r"<!-- example: (\S+) (\S+) -->\n```yaml\n(.*?)```(?:\n\n```csv\n(.*?)```)?", page, re.S
    )
    assert [name for name, *_ in examples] == list(EXPECTED)
    for name, table, mapping, text in examples:
        file = tmp_path / name
        file.write_bytes(text.encode() or (EXCERPTS / name).read_bytes())
        result = take(file, load_live_tables().table(table), mapping)
        count, key, value = EXPECTED[name]
        assert len(result.frame) == count, name
        assert figures(result)[key] == pytest.approx(value)


def test_the_one_line_examples_are_keys_of_a_mapping(page: str) -> None:
    written = re.findall(r"^\| `.*\| `(\w+): .*` \|$", page, re.M)
    assert set(written) <= set(Mapping.model_fields)
    assert len(written) == 17

"""The page on the rules of the sentences names the thresholds the code has."""

from __future__ import annotations

from pathlib import Path

import pytest

from uso_lib.presentation.charts import ends, series
from uso_lib.presentation.sections import summary
from uso_lib.presentation.words import category_changes, chance, contrasts, findings, partners, row_narrative
from uso_lib.presentation.words.change_sentences import TRENDS


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return " ".join((root / "docs" / "narrative_rules.md").read_text(encoding="utf-8").split())


@pytest.mark.parametrize(
    "told",
    [
        f"below {findings.SIMILAR_SHARE:g} standard deviations of the peer group",
        f"below {findings.SIMILAR_PCT:g} per cent",
        f"below {findings.FLAT_DECIMALS} units of the last decimal",
        f"moved by {findings.GAP_SHARE:.0%} of itself".replace("%", " %"),
        f"series of {findings.RECORD_PERIODS} periods",
        f"figure at most {contrasts.OLDEST_YEARS} years old and data of at least {findings.LEAST_GROUP} ",
        f"at least {contrasts.LEAST_DISTANCE:g} standard deviations from the peers' mean",
        f"at most {contrasts.MOST_LISTED} of each",
        f"figures at most {summary.RECENT_YEARS} years old go before older ones",
        f"older than {contrasts.OLDEST_YEARS} years are left out",
        f"up to {row_narrative.MOST_NOTABLE} further indicators of a row at least "
        f"{row_narrative.NOTABLE_DISTANCE:g} standard deviation ",
        f"Figures {findings.OLD_YEARS} years old or older",
        *(
            f"`chance.{rule.__name__}`"
            for rule in (chance.is_untold_balance, chance.change_may_be_chance, chance.gap_may_be_chance)
        ),
        f"selvästi {TRENDS['rising']}",
        f"of categories of {category_changes.LEAST_BASE} or more",
        f"below a total of {category_changes.LEAST_TOTAL} no per cent at all",
        f"Below {series.LEAST_POINTS} points there is none",
        f"Up to {partners.NAMED_PARTNERS} partners are named",
        f"nobody is greater, {partners.NAMED_PARTNERS} are named after `{partners.AMONG_OTHERS.strip()}`",
        f"up to {ends.MOST_NAMED} municipalities that print alike are all named",
    ],
)
def test_the_page_names_the_threshold(page: str, told: str) -> None:
    assert told in page


def test_what_the_reader_is_told_of_strengths_is_the_rule() -> None:
    assert contrasts.OLDEST_YEARS == 7
    assert "enintään seitsemän vuotta vanha" in contrasts.RULE
    assert contrasts.LEAST_DISTANCE == 0.5
    assert "vähintään puolet siitä" in contrasts.RULE
    assert contrasts.MOST_LISTED == 4
    assert "enintään neljä, kustakin osiosta yksi" in contrasts.RULE

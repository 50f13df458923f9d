"""Every sentence reads as Finnish with the name of every municipality and with every value."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import hand_made as made
import pytest
from agreement import plain
from editor import faults, sentence_faults
from hypothesis import given, settings
from hypothesis import strategies as st
from toy_results import flow

from uso_lib import specs
from uso_lib.analysis.results import Comparison, GroupFigure, Interval, Position, Trend
from uso_lib.catalog import load_catalog
from uso_lib.presentation.charts import alt_text
from uso_lib.presentation.sections.peers import peers_section
from uso_lib.presentation.words import change_sentences, detail_narrative, finnish, narrative, places
from uso_lib.presentation.words.finnish import MINUS, NBSP
from uso_lib.presentation.words.units import UNITS
from uso_lib.regions import Municipality, load_regions

#: Names whose local case or stem surprises: genitive, in, from, to.
KNOWN = {
    "Tornio": ("Tornion", "Torniossa", "Torniosta", "Tornioon"),
    "Kuhmoinen": ("Kuhmoisten", "Kuhmoisissa", "Kuhmoisista", "Kuhmoisiin"),
    "Kauniainen": ("Kauniaisten", "Kauniaisissa", "Kauniaisista", "Kauniaisiin"),
    "Juva": ("Juvan", "Juvalla", "Juvalta", "Juvalle"),
    "Ii": ("Iin", "Iissä", "Iistä", "Iihin"),
    "Tampere": ("Tampereen", "Tampereella", "Tampereelta", "Tampereelle"),
    "Vantaa": ("Vantaan", "Vantaalla", "Vantaalta", "Vantaalle"),
    "Rovaniemi": ("Rovaniemen", "Rovaniemellä", "Rovaniemeltä", "Rovaniemelle"),
    "Riihimäki": ("Riihimäen", "Riihimäellä", "Riihimäeltä", "Riihimäelle"),
    "Seinäjoki": ("Seinäjoen", "Seinäjoella", "Seinäjoelta", "Seinäjoelle"),
    "Mänttä-Vilppula": ("Mänttä-Vilppulan", "Mänttä-Vilppulassa", "Mänttä-Vilppulasta", "Mänttä-Vilppulaan"),
    "Kristiinankaupunki": (
        "Kristiinankaupungin", "Kristiinankaupungissa", "Kristiinankaupungista", "Kristiinankaupunkiin",
    ),
    "Pedersören kunta": (
        "Pedersören kunnan", "Pedersören kunnassa", "Pedersören kunnasta", "Pedersören kuntaan",
    ),
    "Koski Tl": ("Kosken Tl", "Koskella Tl", "Koskelta Tl", "Koskelle Tl"),
}  # fmt: skip
#: Ending of "in" → endings of "from".
CASES = {"ssa": "sta", "ssä": "stä", "lla": "lta", "llä": "ltä"}
FORMS = ("kunta", "kunnan", "kunnassa", "kunnasta", "kuntaan")


@cache
def everyone() -> tuple[Municipality, ...]:
    return load_regions().all


def told(here: Municipality) -> list[Comparison]:
    """Return toy comparisons of a municipality that reach every kind of sentence."""
    frame = made.ranking(11.1, [8.0, 9.0, 11.5], name=here.name)
    first = made.comparison(municipality=here, ranking=frame)
    chance = Interval(9.5, 12.5, "wilson", 95.0, 111.0, 1000.0)
    signed = made.indicator(unit="permille", direction="up")
    index = made.indicator(
        unit="index", formula="index", of="age", base="2020", source=[], caveats=["projection"]
    )
    return [
        first,
        replace(first, interval=chance, trend=Trend("falling", "2021", "2025", -0.4, weighted=True)),
        replace(first, symbol="*", positions={"peers": Position("peers", 1, 3, 1)}, age_years=6),
        replace(
            first, positions={"peers": Position("peers", 2, 3, 2), "country": Position("country", 9, 300, 4)},
            groups={"peers": GroupFigure("peers", "mean", 9.9, 3, 4),
                    "country": GroupFigure("country", "mean", 12.0, 300, 308)},
        ),
        replace(
            first, indicator=signed, value=-4.1, change=made.change(2.0, -4.1),
            history=made.history({"2020": 2.0, "2025": -4.1}, {"2020": 1.0, "2025": 9.9}),
        ),
        replace(
            first, indicator=index, value=120.0, positions={}, period="2040",
            change=made.change(100.0, 120.0, end="2040", years=20.0),
        ),
    ]  # fmt: skip


def test_the_register_declines_every_name() -> None:
    assert len(everyone()) == 308
    found = {
        one.name: (one.genitive, one.locative, one.separative, one.lative)
        for one in everyone()
        if one.name in KNOWN
    }
    assert found == KNOWN
    for one in everyone():
        forms = (one.genitive, one.locative, one.separative, one.lative)
        whose, where, whence, whither = (form.removesuffix(" Tl") for form in forms)
        assert whose.endswith("n"), one.name
        assert CASES[where[-3:]] == whence[-3:], one.name
        assert whither.endswith("n" if where[-3:] in {"ssa", "ssä"} else "lle"), one.name


def test_every_declared_sentence_takes_every_name_in_its_own_case() -> None:
    """308 names in every wording of the themes: only the register's form of the name differs."""
    wordings = [one for one in load_catalog().indicators.values() if one.wording]
    assert len(wordings) > 100
    plain_names = {form: f"X{form}" for form in FORMS}
    anywhere = made.municipality(
        name="Xkunta", genitive="Xkunnan", locative="Xkunnassa", separative="Xkunnasta", lative="Xkuntaan"
    )
    wrong: list[str] = []
    for indicator in wordings:
        one = made.comparison(indicator=indicator, value=17.0, change=None, groups={})
        for first in (False, True):
            model = narrative.level(replace(one, municipality=anywhere), time_first=first)
            (form,) = [form for form, name in plain_names.items() if re.search(rf"\b{name}\b", model)]
            wrong += sentence_faults(model)
            before, after = model.split(plain_names[form])
            for here in everyone() if first else everyone()[::20]:
                text = narrative.level(replace(one, municipality=here), time_first=first)
                if text != f"{before}{places.municipality_words(here)[form]}{after}":
                    wrong.append(f"{here.name}: {text!r}")
    assert wrong == []


def test_every_generated_sentence_takes_every_name() -> None:
    """All names go through every kind of sentence, in turn through the variations of each."""
    wrong: list[str] = []
    for number, here in enumerate(everyone()):
        for kind, one in enumerate(told(here)):
            texts = narrative.sentences(one, turn=(number + kind) % 3)
            wrong += [fault for text in texts for fault in sentence_faults(text)]
            named = " ".join(texts)
            assert here.name in named or here.genitive in named, named
            if kind == number % 6:
                wrong += faults(alt_text.ranking(one)) + faults(alt_text.trend(one))
                wrong += faults(narrative.basis(one))
    assert wrong == []


def test_flows_and_peers_take_every_name() -> None:
    regions = load_regions()
    toy = flow([("Kemi", 10, 5), ("Oulu", 3, 20), ("Ii", 1, 2)])
    codes = [regions.find(str(name)).code for name in toy.partners["name"]]
    toy = replace(toy, partners=toy.partners.assign(area=codes))
    commuting = replace(toy, flow=toy.flow.model_copy(update={"kind": "commuting"}))
    wrong: list[str] = []
    for number, here in enumerate(everyone()):
        one = (toy, commuting)[number % 2]
        texts = detail_narrative.flow_sentences(replace(one, municipality=here), regions)
        wrong += [fault for text in texts for fault in sentence_faults(text)]
        assert here.lative in texts[0]
    for here in everyone()[::10]:
        peers = peers_section("toy", here, (regions.find("Kemi"), regions.find("Ii")), None)
        wrong += faults(peers.text)
        assert peers.text.startswith(f"{here.genitive} tilannetta ")
    assert wrong == []


@pytest.mark.parametrize(
    ("count", "words"), [(1, "(1 verrokki)"), (2, "(2 verrokkia)"), (9, "(9 verrokkia)")]
)
def test_peers_are_counted_in_the_right_number(count: int, words: str) -> None:
    text = peers_section("toy", everyone()[0], everyone()[1 : count + 1], None).text
    assert words in plain(text)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (1, "1:stä"), (2, "2:sta"), (3, "3:sta"), (4, "4:stä"), (5, "5:stä"), (6, "6:sta"), (7, "7:stä"),
        (8, "8:sta"), (9, "9:stä"), (10, "10:stä"), (11, "11:stä"), (12, "12:sta"), (18, "18:sta"),
        (20, "20:stä"), (100, "100:sta"), (291, "291:stä"), (300, "300:sta"), (308, "308:sta"),
    ],
)  # fmt: skip
def test_a_number_in_the_elative_follows_its_reading(amount: int, text: str) -> None:
    assert finnish.elative_number(amount) == text


values = st.floats(-5000, 5000, allow_nan=False) | st.sampled_from([0.0, 1.0, -1.0, 0.04, -0.04, 0.5, -0.05])
shares = st.floats(0, 100) | st.sampled_from([0.0, 1.0, 2.0, 0.04, 99.96, 100.0])


@settings(deadline=None, max_examples=100)
@given(
    st.sampled_from(sorted(UNITS)), st.integers(0, 2), values, values, values, values, st.integers(0, 2),
    st.sampled_from(["", "*", "~"]), st.sampled_from(["up", "down", "neither"]),
)  # fmt: skip
def test_any_values_give_sentences_an_editor_would_sign(
    unit: specs.Unit, decimals: int, own: float, start: float, peers: float, country: float, turn: int,
    symbol: str, direction: specs.Direction,
) -> None:  # fmt: skip
    one = made.comparison(
        indicator=made.indicator(unit=unit, decimals=decimals, direction=direction),
        value=own,
        symbol=symbol,
        positions={} if direction == "neither" else {"peers": Position("peers", 3, 4, 1)},
        change=made.change(start, own),
        history=made.history({"2020": start, "2025": own}, {"2020": peers - 1, "2025": peers}),
        ranking=made.ranking(own, [peers - 2, peers, peers + 2]),
        groups={
            "peers": GroupFigure("peers", "mean", peers, 4, 4, change=1.0, change_pct=1.0),
            "country_own": GroupFigure("country_own", "sum", country, 0, 0, change=0.0, change_pct=0.0),
        },
    )
    texts = narrative.sentences(one, turn=turn)
    assert [fault for text in texts for fault in sentence_faults(text)] == []
    assert faults(alt_text.ranking(one)) + faults(alt_text.trend(one)) == []


@settings(deadline=None, max_examples=100)
@given(shares, shares, shares, st.integers(0, 2))
def test_differences_of_per_cents_are_told_in_percentage_points(
    own: float, start: float, peers: float, turn: int
) -> None:
    """After a number stands "%" for a level, "prosenttiyksikköä" for a difference; never "prosenttia"."""
    one = made.comparison(
        value=own,
        change=made.change(start, own),
        groups={"peers": GroupFigure("peers", "mean", peers, 4, 4, change=peers - start)},
        history=made.history({"2020": start, "2025": own}, {"2020": start, "2025": peers}),
        ranking=made.ranking(own, [peers, peers, peers]),
        positions={},
    )
    text = " ".join(narrative.sentences(one, turn=turn))
    assert not re.search(r"prosentti(a|n)?(?!\w)", text)
    for comparative in ("enemmän", "vähemmän", "korkeampi", "matalampi"):
        for place in re.finditer(rf" {comparative} kuin", text):
            assert re.search(rf"\d{NBSP}prosenttiyksikkö(ä)?$", text[: place.start()])
    changed = change_sentences.change(one)
    assert not re.search(rf"{NBSP}%", changed)


@settings(deadline=None, max_examples=100)
@given(values, st.integers(0, 3), st.sampled_from(sorted(UNITS)))
def test_signs_are_real_and_zero_has_none(value: float, decimals: int, unit: str) -> None:
    for text in (
        finnish.signed(value, decimals),
        finnish.signed_with_unit(value, unit, decimals),
        finnish.difference_with_unit(value, unit, decimals, sign=True, style="short"),
    ):
        number = text.split(NBSP)[0]
        zero = finnish.is_zero(value, decimals)
        assert number.startswith((MINUS, "+")) != zero
        assert "-" not in number
        assert zero or number.startswith(MINUS) == (value < 0)


def test_the_editor_marks_what_is_wrong() -> None:
    """Every fault is found in a sentence that has it and none in a right one."""
    assert faults(f"Tornion luku oli {MINUS}3,1{NBSP}% vuonna 2025 (1{NBSP}henkilö, 2{NBSP}henkilöä).") == []
    wrong = {
        "Luku {kausi} oli 3.": "a placeholder",
        "Luku  on 3.": "two spaces",
        "Luku on ( 3).": "a space inside brackets",
        "Luku , on 3.": "a space before punctuation",
        "Luku on 3..": "punctuation twice",
        "luku on 3.": "no capital or number at the start",
        "Luku on 3": "no full stop at the end",
        "Luku on 3.1.": "a decimal point",
        "Luku on -3.": "a hyphen for a minus",
        f"Luku on {MINUS}0,0.": "a signed zero",
        f"Siellä on 1{NBSP}henkilöä.": "one of several",
        f"Siellä on 2{NBSP}henkilö.": "several of one",
        f"Siellä on 21{NBSP}henkilö.": "several of one",
        "Luku on noin 3.": "a rounding that everyone knows of",
    }
    found = {text: [fault.partition(":")[0] for fault in faults(text)] for text in wrong}
    assert found == {text: [name] for text, name in wrong.items()}
    assert sentence_faults("Luku on 3. Se on 4.")

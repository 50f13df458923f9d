"""Write Finnish sentences about flows by partner and the criteria of the assessment procedure.

Says only what the numbers say; a criterion with missing figures gets no verdict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from uso_lib import specs
from uso_lib.analysis.results import CriterionResult, FlowResult
from uso_lib.presentation.sections.records import Record, is_known, records
from uso_lib.presentation.sections.tables import value_text
from uso_lib.presentation.words import finnish, partners
from uso_lib.presentation.words.phrasing import lower_start
from uso_lib.regions import Regions

_CLASSES = {
    "subregion": "oman seutukunnan kuntien kanssa",
    "region": "maakunnan muiden kuntien kanssa",
    "rest": "muun Suomen kanssa",
}
_NUMERALS = (
    "nolla", "yksi", "kaksi", "kolme", "neljä", "viisi", "kuusi", "seitsemän", "kahdeksan", "yhdeksän",
)  # fmt: skip
_ELATIVES = (
    "",
    "yhdestä",
    "kahdesta",
    "kolmesta",
    "neljästä",
    "viidestä",
    "kuudesta",
    "seitsemästä",
    "kahdeksasta",
)


def flow_sentences(result: FlowResult, regions: Regions) -> tuple[str, ...]:
    """Write the totals, the partners with the greatest gains and losses, and the net flow by closeness."""
    if result.missing or result.period is None or result.partners.empty:
        return ()
    here, net = result.municipality, float(result.classes["net"].sum())
    inflow, outflow = (finnish.number(float(result.classes[side].sum())) for side in ("inflow", "outflow"))
    when = finnish.sentence_start(finnish.period(result.period))
    if result.flow.kind == "commuting":
        balance = f"; nettopendelöinti oli {finnish.signed(net)} henkilöä" if net else ""
        total = (
            f"{when} {here.lative} pendelöi muualta {inflow} ja {here.separative} muualle {outflow} "
            f"henkilöä{balance}."
        )
        return (total, *filter(None, (_commuting_sentence(result),)))
    balance = "muuttovoittoa" if net > 0 else "muuttotappiota"
    gained = f", eli {balance} kertyi {finnish.value_with_unit(abs(net), 'persons', 0)}" if net else ""
    total = f"{when} {here.lative} muutti muualta Suomesta {inflow} ja pois {outflow} henkilöä{gained}."
    return tuple(filter(None, (total, _partners_sentence(result, regions), _classes_sentence(result))))


def criteria_sentences(
    results: Sequence[CriterionResult], indicators: Mapping[str, specs.Indicator]
) -> tuple[str, ...]:
    """Write how many criteria are met, not met and unknown, and which figures are beyond their limit."""
    if not results:
        return ()
    count = {
        verdict: sum(one.verdict == verdict for one in results) for verdict in ("met", "not_met", "unknown")
    }
    if count["unknown"] == len(results):
        first = (
            f"Yhdestäkään arviointimenettelyn {elative(len(results))} kriteeristä ei voi antaa tulosta, "
            "koska vaadittuja tietoja puuttuu."
        )
        return (first, *_beyond_sentence(results, indicators))
    parts = [
        f"{numeral(count[verdict])} {words}"
        for verdict, words in (
            ("met", "täyttyy"),
            ("not_met", "ei täyty"),
            ("unknown", "jää avoimeksi puuttuvien tietojen vuoksi"),
        )
        if count[verdict]
    ]
    first = f"Arviointimenettelyn {elative(len(results))} kriteeristä {finnish.listing(parts)}."
    met = [lower_start(one.criterion.title) for one in results if one.verdict == "met"]
    named = (f"Täyttyy: {finnish.listing(met)}.",) if met else ()
    years = sorted({one.period for one in results if one.verdict != "unknown" and one.period})
    whose = "vuoden" if len(years) == 1 else "vuosien"
    based = f"Tulos perustuu {whose} {finnish.listing(years)} lukuihin."
    return (first, *named, based, *_beyond_sentence(results, indicators))


def is_beyond(result: CriterionResult) -> bool:
    """Tell whether the known figure of one year is on the wrong side of its limit."""
    if result.value is None or result.limit is None:
        return False
    if result.criterion.rule in {"below", "at_least_deficit"}:
        lower = result.criterion.rule == "below"
        return result.value < result.limit if lower else result.value <= result.limit
    return result.value >= result.limit


def _beyond_sentence(
    results: Sequence[CriterionResult], indicators: Mapping[str, specs.Indicator]
) -> tuple[str, ...]:
    """Write which known figures of undecided criteria are beyond their limit; one year decides nothing."""
    known = [
        one for one in results if one.verdict == "unknown" and one.value is not None and one.limit is not None
    ]
    if not known:
        return ()
    beyond = [one for one in known if is_beyond(one)]
    of = elative(len(known))
    undecided = "avoimesta " if any(one.verdict != "unknown" for one in results) else ""
    lead = f"Yhden vuoden luku tunnetaan {of} {undecided}kriteeristä."
    if not beyond:
        return (f"{lead} {'Se' if len(known) == 1 else 'Mikään niistä'} ei ole rajan huonommalla puolella.",)
    named = [_against_limit(one, indicators[one.criterion.indicator or ""]) for one in beyond]
    side = "rajan huonommalla puolella"
    if len(known) == 1:
        return (f"{lead} Se on {side}: {named[0]}.",)
    verb = "on" if len(beyond) == 1 else "ovat"
    return (f"{lead} Niistä {side} {verb} {numeral(len(beyond))}: {finnish.listing(named)}.",)


def _against_limit(result: CriterionResult, indicator: specs.Indicator) -> str:
    """Write a figure beside its limit: "konsernin vuosikate poistoista (70 %, raja 80 %, 2019)"."""
    value, limit = (
        value_text(amount, "", indicator.unit, indicator.decimals) for amount in (result.value, result.limit)
    )
    when = finnish.period(result.period or "", "short")
    return f"{lower_start(indicator.title)} ({value}, raja {limit}, {when})"


def _partners_sentence(result: FlowResult, regions: Regions) -> str:
    """Write the partners with the greatest gains and losses, in the case the verb asks for."""
    gains, losses = partners.named(result, "gain"), partners.named(result, "loss")
    parts = []
    if len(gains[0]):
        named = [f"{regions.by_code(str(one['area'])).separative} ({_net(one)})" for one in records(gains[0])]
        parts.append(f"eniten muuttovoittoa saatiin {gains[1]}{finnish.listing(named)}")
    if len(losses[0]):
        named = [f"{regions.by_code(str(one['area'])).lative} ({_net(one)})" for one in records(losses[0])]
        parts.append(f"eniten väestöä menetettiin {losses[1]}{finnish.listing(named)}")
    return f"{finnish.sentence_start('; '.join(parts))}." if parts else ""


def _commuting_sentence(result: FlowResult) -> str:
    """Write where most in-commuters live and where most out-commuters work."""
    parts = []
    sides: tuple[tuple[Literal["inflow", "outflow"], str], ...] = (
        ("inflow", "kuntaan pendelöidään eniten asuinkunnista"),
        ("outflow", "kunnasta pendelöidään eniten työpaikkakuntiin"),
    )
    for side, words in sides:
        top, examples = partners.named(result, side)
        named = [f"{line['name']} ({finnish.number(float(line[side]))})" for line in records(top)]
        parts += [f"{words} {examples}{finnish.listing(named)}"] if named else []
    return f"{finnish.sentence_start('; '.join(parts))}." if parts else ""


def _classes_sentence(result: FlowResult) -> str:
    """Write the net flow by closeness."""
    parts = [
        f"{_CLASSES.get(str(line['class']), str(line['title']))} {_net(line)}"
        for line in records(result.classes)
        if is_known(line["net"])
    ]
    return f"Nettomuutto oli {finnish.listing(parts)} henkilöä." if parts else ""


def _net(line: Record) -> str:
    return finnish.signed(float(line["net"]))


def elative(count: int) -> str:
    """Write a small number in the elative: "kuudesta"; a large one in digits."""
    return _ELATIVES[count] if count < len(_ELATIVES) else str(count)


def numeral(count: int) -> str:
    """Write a small number in words: "kolme"; a large one in digits."""
    return _NUMERALS[count] if count < len(_NUMERALS) else str(count)

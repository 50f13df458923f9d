"""From pydantic's errors to problems a consultant can act on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from uso_lib.errors import Problem
from uso_lib.strict_yaml import read_yaml
from uso_lib.validation import did_you_mean, dotted, validation_problems


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    name: Annotated[str, Field(min_length=2, max_length=9)]
    kind: Literal["trend", "ranking"] = "trend"
    decimals: Annotated[int, Field(ge=0, le=3)] = 0
    code: Annotated[str, Field(pattern=r"^\d{3}$")] = "020"
    content: str | list[str] = "x"
    limit: float | int | None = None
    shown: bool = True

    @field_validator("name")
    @classmethod
    def known(cls, name: str) -> str:
        if name == "bad":
            message = "the name is bad"
            raise ValueError(message)
        return name


class Whole(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    parts: Annotated[list[Part], Field(min_length=1, max_length=2)]
    by_name: dict[str, Part] = {}
    one: Part | None = None


@pytest.fixture
def problems(tmp_path: Path) -> Any:
    """Return a function that lists the problems of a text checked against the toy model."""

    def listed(text: str) -> list[Problem]:
        file = tmp_path / "file.yml"
        file.write_text(text, encoding="utf-8")
        document = read_yaml(file)
        assert document.problems == ()
        with pytest.raises(ValidationError) as caught:
            Whole.model_validate(document.data)
        return validation_problems(caught.value, file, document.lines, Whole)

    return listed


@pytest.mark.parametrize(
    ("text", "key", "line", "reason", "hint"),
    [
        ("parts:\n  - nmae: aa\n    name: bb\n", "parts[0].nmae", 2, "unknown key", "did you mean name?"),
        ("parts: [{name: aa}]\nprats: 1\n", "prats", 2, "unknown key", "did you mean parts?"),
        ("parts: [{name: aa}]\nzzz: 1\n", "zzz", 2, "unknown key", "valid: parts, by_name, one"),
        ("parts: [{name: aa}]\none:\n  kind: trend\n  nam: aa\n  name: bb\n", "one.nam", 4, "unkn", "name?"),
        ("parts: [{name: aa}]\nby_name: {x: {name: aa, kin: z}}\n", "by_name.x.kin", 2, "unknown", "kind?"),
        ("parts:\n  - kind: trend\n", "parts[0].name", 2, "a required key is missing", "add name"),
        ("one: {name: aa}\n", "parts", None, "a required key is missing", "add parts"),
        ("parts: [{name: aa, kind: rankking}]\n", "parts[0].kind", 1, 'unknown value "rankking"', "ranking?"),
        ("parts: [{name: 851}]\n", "parts[0].name", 1, "must be text, but is the number 851", '"851"'),
        ("parts: [{name: }]\n", "parts[0].name", 1, "must be text, but is empty", ""),
        ("parts: [{name: aa, decimals: '2'}]\n", "parts[0].decimals", 1, "whole number", "and spaces: 2"),
        ("parts: [{name: aa, decimals: 7}]\n", "parts[0].decimals", 1, "must be at most 3", ""),
        ("parts: [{name: aa, decimals: -1}]\n", "parts[0].decimals", 1, "must be at least 0", ""),
        ("parts: [{name: aa, shown: yes}]\n", "parts[0].shown", 1, 'must be true or false, but is "yes"', ""),
        ("parts: [{name: ''}]\n", "parts[0].name", 1, "the text is empty", "write it"),
        ("parts: [{name: aa, limit: '9 000'}]\n", "parts[0].limit", 1, "must be a number", "spaces: 9000"),
        ("parts: [{name: a}]\n", "parts[0].name", 1, "shorter than 2", ""),
        ("parts: [{name: aaaaaaaaaa}]\n", "parts[0].name", 1, "longer than 9", ""),
        ("parts: [{name: aa, code: '20'}]\n", "parts[0].code", 1, '"20" has the wrong form', "d{3}"),
        ("parts: [{name: bad}]\n", "parts[0].name", 1, "the name is bad", ""),
        ("parts: []\n", "parts", 1, "the list is empty", "at least 1"),
        ("parts: [{name: aa}, {name: aa}, {name: aa}]\n", "parts", 1, "the list has 3 items", "at most 2"),
        ("parts: Kemi\n", "parts", 1, 'must be a list, but is "Kemi"', "[Kemi]"),
        ("parts: [aa]\n", "parts[0]", 1, 'must be keys and values, but is "aa"', ""),
        ("parts: [{name: aa, content: 5}]\n", "parts[0].content", 1, "must be text or a list, but is", '"5"'),
        ("parts: [{name: aa, content: [b, 5]}]\n", "parts[0].content[1]", 1, "must be text", '"5"'),
        ("parts: [{name: aa, limit: x}]\n", "parts[0].limit", 1, "must be a number or a whole number", ""),
    ],
)  # fmt: skip
def test_a_fault_names_key_line_reason_and_nearest_word(
    problems: Any, text: str, key: str, line: int | None, reason: str, hint: str
) -> None:
    (problem,) = problems(text)
    assert (problem.key, problem.line) == (key, line)
    assert reason in problem.reason
    assert hint in problem.hint


def test_all_faults_are_told_in_the_files_order(problems: Any) -> None:
    found = problems("x: 1\nparts:\n  - name: 1\n    kind: no\n  - decimals: 9\n")
    assert [problem.key for problem in found] == [
        "x", "parts[0].name", "parts[0].kind", "parts[1].name", "parts[1].decimals",
    ]  # fmt: skip
    assert [problem.line for problem in found] == [1, 3, 4, 5, 5]


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("talus", "did you mean talous?"),
        ("TALOUS", "did you mean talous?"),
        ("xxxx", "valid: vaesto, talous"),
    ],
)
def test_did_you_mean_gives_the_nearest_word_or_all(word: str, hint: str) -> None:
    assert did_you_mean(word, ["vaesto", "talous"]) == hint


def test_did_you_mean_cuts_long_lists_and_knows_empty_ones() -> None:
    assert did_you_mean("x", [f"word_{number}" for number in range(60)]).endswith("word_23 …")
    assert did_you_mean("x", []) == "nothing is allowed here"


def test_dotted_keys_number_items_from_zero() -> None:
    assert dotted(("rows", 0, "figures", 2, "kind")) == "rows[0].figures[2].kind"

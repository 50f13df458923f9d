"""What is asked of a result many times is computed once, and never for another result."""

from __future__ import annotations

from dataclasses import dataclass, replace

from uso_lib.presentation.once import once


@dataclass(frozen=True)
class Result:
    value: float


def test_the_answer_is_kept_with_its_own_object() -> None:
    asked: list[float] = []

    @once
    def doubled(one: Result) -> float:
        asked.append(one.value)
        return 2 * one.value

    first, second = Result(1.0), Result(1.0)
    assert [doubled(first), doubled(first), doubled(second)] == [2.0, 2.0, 2.0]
    assert asked == [1.0, 1.0]
    assert doubled(replace(first, value=3.0)) == 6.0
    assert first == second
    assert "once" not in repr(first)

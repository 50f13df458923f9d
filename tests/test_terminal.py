"""Nothing in a message can steer the terminal."""

from __future__ import annotations

import pytest

from uso_lib.cli import main
from uso_lib.cli.terminal import harmless


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Jämsä 1\u00a0234 –\n\tkaksi", "Jämsä 1\u00a0234 –\n\tkaksi"),
        ("\x1b[31mred\x07", "\ufffd[31mred\ufffd"),
        ("\x9b2Jx\r\u202egnp.exe\u2066", "\ufffd2Jx\ufffd\ufffdgnp.exe\ufffd"),
        ("a\udcffb\u2028", "a\ufffdb\ufffd"),
    ],
)
def test_only_lines_and_spaces_stay_of_what_is_not_printed(text: str, shown: str) -> None:
    assert harmless(text) == shown


def test_an_errors_text_reaches_the_terminal_harmlessly(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["fetch", "--table", "\x1b[31mred"])
    assert "\ufffd[31mred" in capsys.readouterr().err

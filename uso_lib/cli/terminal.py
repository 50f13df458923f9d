"""Write lines to the terminal so that nothing in them can steer it.

Texts of services, files and their names reach the screen in messages; control characters and marks of
direction in them are shown as a question mark in a diamond. Does not word anything.
"""

from __future__ import annotations

import unicodedata

import click

REPLACEMENT = "\ufffd"


def say(text: str, *, err: bool = False) -> None:
    """Write a text of one or several lines to the output, or to the error output."""
    click.echo(harmless(text), err=err)


def harmless(text: str) -> str:
    """Return a text without what a terminal would obey: line breaks and every kind of space stay."""
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(letter: str) -> str:
    is_plain = letter.isprintable() or letter in "\n\t" or unicodedata.category(letter) == "Zs"
    return letter if is_plain else REPLACEMENT

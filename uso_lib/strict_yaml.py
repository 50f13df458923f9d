"""Read a declared YAML file into plain data with line numbers, and list every problem of its form.

Does not know what a file should hold: models do (specs, parameters.py), and validation.py reports on them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from uso_lib.errors import Problem
from uso_lib.plain_text import LONGEST_TEXT, fault_in, visible
from uso_lib.validation import did_you_mean, validation_problems
from uso_lib.yaml_values import LEADING_ZERO, OTHER_NUMBER, typed

__all__ = ["Document", "did_you_mean", "read_yaml", "validation_problems"]

DEEPEST, LONGEST_KEY = 24, 500
#: libyaml where the wheel has it (every common platform): thirty times faster than a parser in Python.
LOADER: Any = getattr(yaml, "CLoader", yaml.Loader)


@dataclass(frozen=True)
class Document:
    """Hold what one YAML file says.

    Parameters
    ----------
    file
        The file read.
    data
        Plain Python data (dict, list, str, int, float, bool, None), empty when nothing could be read.
    lines
        Dotted key (``themes``, ``peers[0]``, ``fee_classes[1].eur_per_year``) → line number from 1; items
        of a list are numbered from 0.
    problems
        Everything wrong with the file's form, in reading order.
    complete
        False when reading stopped early (no file, no text, bad syntax): keys that seem missing may be there.
    """

    file: Path
    data: dict[str, Any]
    lines: Mapping[str, int]
    problems: tuple[Problem, ...]
    complete: bool = True


def read_yaml(file: Path) -> Document:
    """Read a YAML file strictly, without ever raising for what stands in it.

    Values are typed as in the YAML 1.2 core schema, so ``yes`` and ``no`` stay text. Refused, each with key,
    line and way out: syntax errors, tabs, duplicate keys, numbers with a leading zero, octal, hexadecimal,
    infinite and not-a-number values, anchors, aliases, merge keys, tags, directives, several documents, keys
    that are not text, nesting deeper than 24 levels, an empty file, bytes that are not UTF-8, and texts that
    are very long or hold characters no reader sees; of these the data holds what can be seen.

    Parameters
    ----------
    file
        The file to read.

    Returns
    -------
    Document
        Data, lines and problems. The data may be used for further checks even when there are problems; of two
        equal keys it holds the first. A file that is read again unchanged gives the same document, which
        nobody may change.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        hint = "create it" if isinstance(error, FileNotFoundError) else "see that it is a file you may read"
        problem = Problem(file, "", f"the file cannot be read ({error.strerror})", hint, None)
        return Document(file, {}, {}, (problem,), complete=False)
    return _document(file, content)


@lru_cache(maxsize=128)  # one command reads the same declarations for many members
def _document(file: Path, content: bytes) -> Document:
    builder = _Builder(file)
    text = _decode(content, builder)
    complete = False
    if text is not None:
        _refuse_tabs(text, builder)
        complete = _build(text, builder)
    data = builder.root if isinstance(builder.root, dict) else {}
    problems = sorted(builder.problems, key=lambda problem: problem.line or 0)
    return Document(file, data, builder.lines, tuple(problems), complete)


@dataclass
class _Level:
    """Keep one open mapping or list while its content is read."""

    path: str
    value: dict[str, Any] | list[Any]
    key: str | None = None
    line: int = 0


@dataclass
class _Builder:
    """Gather data, lines and problems while the events of a file pass."""

    file: Path
    root: Any = None
    lines: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    levels: list[_Level] = field(default_factory=list)
    documents: int = 0

    def report(self, key: str, line: int | None, reason: str, hint: str = "") -> None:
        """Add a problem of this file."""
        self.problems.append(Problem(self.file, key, reason, hint, line))

    def path(self) -> str:
        """Return the dotted key of the value that comes next."""
        if not self.levels:
            return ""
        level = self.levels[-1]
        if isinstance(level.value, list):
            return f"{level.path}[{len(level.value)}]"
        return f"{level.path}.{level.key}" if level.path else str(level.key)

    def waits_for_key(self) -> bool:
        """Tell whether the next scalar is a key of a mapping."""
        return bool(self.levels) and isinstance(self.levels[-1].value, dict) and self.levels[-1].key is None

    def add(self, value: Any, line: int) -> None:
        """Put a finished value, or a container still to be filled, where it belongs."""
        path = self.path()
        if not self.levels:
            self.root = value
            return
        level = self.levels[-1]
        if isinstance(level.value, list):
            self.lines.setdefault(path, line)
            level.value.append(value)
            return
        key, level.key = str(level.key), None
        if key in level.value:
            hint = f"it stands on line {self.lines[path]} too; keep one"
            self.report(path, level.line, "the key is given twice", hint)
            return
        self.lines.setdefault(path, level.line)
        level.value[key] = value


def _decode(content: bytes, builder: _Builder) -> str | None:
    """Return a file's text, or None with a problem when it is none."""
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        builder.report("", line, "the file is not UTF-8 text", "save it again with the encoding UTF-8")
        return None


def _refuse_tabs(text: str, builder: _Builder) -> None:
    """Report every line indented with a tab; the parser itself would stop at the first."""
    for number, line in enumerate(text.split("\n"), start=1):
        if "\t" in line[: len(line) - len(line.lstrip())] and line.strip():
            builder.report("", number, "the line is indented with a tab", "use spaces")


def _build(text: str, builder: _Builder) -> bool:
    """Turn the parser's events into data; return whether the whole file could be read."""
    tab_lines = {problem.line for problem in builder.problems}
    try:
        for event in yaml.parse(text, Loader=LOADER):
            if not _take(event, builder):
                return False
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        if line not in tab_lines:
            said = " ".join(filter(None, (error.context, error.problem)))
            hint = "compare the indentation, colons, quotes and brackets with the lines above"
            builder.report("", line, f"the file is not valid YAML: {said}", hint)
        return False
    except yaml.YAMLError as error:
        reason = f"the file is not valid YAML: {str(error).splitlines()[0]}"
        builder.report("", None, reason, "remove control characters; save it again as plain text")
        return False
    if builder.root is None:
        builder.report("", None, "the file is empty", "write its keys as in the other files")
    elif not isinstance(builder.root, dict):
        builder.report("", 1, "the file must consist of keys and values", 'begin with a line as "key: value"')
    return isinstance(builder.root, dict)


def _take(event: Any, builder: _Builder) -> bool:
    """Take one event; return False when nothing after it can be read."""
    line = event.start_mark.line + 1
    if isinstance(event, yaml.DocumentStartEvent):
        return _begin_document(event, builder, line)
    if isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
        builder.levels.pop()
        return True
    if not isinstance(event, yaml.NodeEvent):
        return True
    if builder.waits_for_key():
        return _take_key(event, builder, line)
    _refuse_references(event, builder, line)
    if isinstance(event, yaml.AliasEvent):
        builder.add(None, line)
    elif isinstance(event, yaml.ScalarEvent):
        builder.add(_scalar(event, builder, line), line)
    else:
        path = builder.path()
        container: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        builder.add(container, line)
        builder.levels.append(_Level(path, container))
        if len(builder.levels) > DEEPEST:
            builder.report(path, line, f"nested deeper than {DEEPEST} levels", "close brackets, indent less")
            return False
    return True


def _begin_document(event: Any, builder: _Builder, line: int) -> bool:
    """Accept the first document of a file and refuse directives and a second one."""
    builder.documents += 1
    if event.version or event.tags:
        builder.report("", line, "directives (%YAML, %TAG) are not used here", "remove the line")
    if builder.documents > 1:
        builder.report("", line, "a second document begins here", 'remove the line "---" and what follows it')
        return False
    return True


def _take_key(event: Any, builder: _Builder, line: int) -> bool:
    """Take a mapping's key, which must be plain text."""
    level = builder.levels[-1]
    if not isinstance(event, yaml.ScalarEvent):
        if isinstance(event, yaml.AliasEvent):
            builder.report(level.path, line, "an alias (*) stands where a key should", "write the key out")
        else:
            builder.report(level.path, line, "a key cannot be a list or a group of keys", "use one word")
        return False
    text = str(event.value)
    # What no reader sees would stand in every message about the key, too.
    level.key, level.line = visible(text)[:LONGEST_KEY], line
    path = builder.path()
    _refuse_unseen(text, builder, line, longest=LONGEST_KEY)
    _refuse_references(event, builder, line)
    if text == "<<" and _is_plain(event):
        builder.report(path, line, "merge keys (<<) are not used here", "write the values out")
    elif _is_plain(event) and not isinstance(typed(text), str):
        hint = f'write it in quotes: "{text}"' if text else "write a word before the colon"
        builder.report(path, line, "a key must be text", hint)
    return True


def _refuse_references(event: Any, builder: _Builder, line: int) -> None:
    """Report anchors, aliases and tags: a file says everything itself, so it can never form a circle."""
    path = builder.path()
    if isinstance(event, yaml.AliasEvent):
        reason = f"an alias (*{event.anchor}) refers to another place"
        builder.report(path, line, reason, "write the value out; aliases could form a circle")
        return
    if event.anchor:
        builder.report(path, line, f"anchors (&{event.anchor}) are not used here", "write values out")
    if event.tag:
        tag = event.tag.replace("tag:yaml.org,2002:", "!!")
        builder.report(path, line, f"tags ({tag}) are not used here", "remove it; quotes make text")


def _scalar(event: Any, builder: _Builder, line: int) -> Any:
    """Return a scalar's value typed as in the core schema; report numbers that would be misread."""
    text = visible(str(event.value))[:LONGEST_TEXT]
    _refuse_unseen(str(event.value), builder, line, longest=LONGEST_TEXT)
    if not _is_plain(event):
        return text
    if LEADING_ZERO.fullmatch(text):
        reason = f"{text} begins with zero, which YAML readers take for another number"
        builder.report(builder.path(), line, reason, f'write it in quotes: "{text}"')
        return text
    if OTHER_NUMBER.fullmatch(text):
        reason = f"{text[:60]} is not an ordinary decimal number"
        builder.report(builder.path(), line, reason, f'write a decimal number, or text in quotes: "{text}"')
        return text
    return typed(text)


def _refuse_unseen(text: str, builder: _Builder, line: int, *, longest: int) -> None:
    """Report a text that holds characters no reader sees, or is far too long."""
    fault = fault_in(text, longest=longest)
    if fault:
        builder.report(builder.path(), line, *fault)


def _is_plain(event: Any) -> bool:
    """Tell whether a scalar is written without quotes, | or >."""
    return not event.style

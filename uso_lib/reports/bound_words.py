"""Put the current figures where a consultant's own Markdown names them, and check what it claims of them.

Does not change the notebook that is kept on the desk: its sources stay as they were typed.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from uso_lib.bound.claims import Checked, advice, check
from uso_lib.bound.grammar import MEASURES
from uso_lib.bound.rendering import Claim, Marked, escaped, live_claims, marked, near_claims
from uso_lib.bound.typed_figures import typed_figures
from uso_lib.bound.vocabulary import NO_PLACE, PLACES, Figure, Vocabulary, vocabulary_of
from uso_lib.errors import ClaimsBroken
from uso_lib.plain_text import one_line
from uso_lib.reports.bound_figures import BOUND, BoundText, bound_figure
from uso_lib.reports.outline import pieces
from uso_lib.reports.running_text import begins_sentence, running_texts
from uso_lib.reports.traces import HIDDEN_TAGS

NO_MORE, NOT_CHECKED = "ei pidä enää paikkaansa", "ei voi tarkistaa"
NO_COMPARISON = "it is no comparison: one of < > <= >= = != between words, groups or numbers"
CLAIM_FORM = "a claim is written [[sentence :: left OP right]]"
BAR, NAME = re.compile(r"(?<!\\)\|"), re.compile(r"[^\W\d]\w*")
#: What parts the head of a table from its rows.
TABLE = re.compile(r"^(?=[^\n]*-)(?=[^\n]*\|)[ \t>|:-]+$", re.MULTILINE)
NO_FIGURES = "the notebook shows no situation.words()"
_LONGEST_QUOTE, _BESIDE = 60, 30

Told = Mapping[str, Any]


@dataclass(frozen=True)
class Bound:
    """Hold what binding made of an executed notebook.

    Parameters
    ----------
    notebook
        A copy for export, slides, proof: own Markdown with figures; a broken claim's sentence is marked
        "(ei pidä enää paikkaansa)" there.
    words
        Own Markdown cell id → its text as rendered (Markdown), for the record of published words.
    claims
        Every claim as plain data: ``cell``, ``sentence`` (rendered), ``text`` (the comparison as typed),
        ``holds`` (True, False, None when it cannot be checked), ``left``, ``right`` (values as text),
        ``reason`` (why it cannot be checked).
    messages
        Unknown words and hints on typed figures, one line each.
    broken
        Those of the claims that do not hold or cannot be checked.
    """

    notebook: Any
    words: Mapping[str, str]
    claims: tuple[Told, ...]
    messages: tuple[str, ...]
    broken: tuple[Told, ...]


def bind(notebook: Any, own_ids: Collection[str]) -> Bound:
    """Render the bound words and claims of a notebook's own Markdown cells.

    Parameters
    ----------
    notebook
        The executed notebook with the output of its `words` cell; it is not changed.
    own_ids
        Ids of the consultant's own cells; only Markdown cells among them are read, hidden ones left out.
    """
    vocabulary = vocabulary_of(notebook)
    bound = copy.copy(notebook)
    bound["cells"] = [copy.deepcopy(one) if one.get("id") in own_ids else one for one in notebook["cells"]]
    words: dict[str, str] = {}
    claims: list[Told] = []
    messages: list[str] = []
    for cell in bound["cells"]:
        if cell["cell_type"] != "markdown" or cell.get("id") not in own_ids or _is_hidden(cell):
            continue
        text = _Text(cell["id"], cell["source"], vocabulary)
        if text.marked.typed:
            cell["source"] = text.rendered
            cell["metadata"][BOUND] = text.record
        words[cell["id"]] = cell["source"]
        claims += text.claims
        messages += text.messages
    broken = tuple(one for one in claims if one["holds"] is not True)
    return Bound(bound, words, tuple(claims), tuple(dict.fromkeys(messages)), broken)


def refuse_broken(
    bound: Bound, *, earlier: Sequence[Told] = (), publish_anyway: bool = False
) -> tuple[str, ...]:
    """Raise unless every claim holds; with `publish_anyway` return one line for each that does not.

    Parameters
    ----------
    earlier
        The claims of the last published record (as `Bound.claims`), for the old values; none by default.

    Raises
    ------
    ClaimsBroken
        Names each sentence with its old and new values.
    """
    lines = broken_lines(bound.broken, earlier=earlier)
    if lines and not publish_anyway:
        count = f"{len(bound.broken)} claim{'s' if len(bound.broken) > 1 else ''}"
        head = (
            f"{count} of own text cannot be told any more; the report was not published and the previous one "
            "stays. Correct the sentences in the member's notebook, or publish with --publish-anyway."
        )
        raise ClaimsBroken("\n".join([head, *lines]))
    return tuple(lines)


def broken_lines(broken: Sequence[Told], *, earlier: Sequence[Told] = ()) -> list[str]:
    """Tell broken claims one line each: the sentence, its old and new values, what is wrong with it."""
    return [f"“{one['sentence']}” [{one['text']}]: {_verdict(one, _before(one, earlier))}" for one in broken]


def _verdict(claim: Told, before: Told | None) -> str:
    old = f"oli {before['left']} ja {before['right']}, " if before and before["left"] else ""
    now = f"nyt {claim['left']} ja {claim['right']}: " if claim["left"] or claim["right"] else ""
    if claim["holds"] is None:
        return f"{old}{now}{NOT_CHECKED} ({claim['reason']})"
    return f"{old}{now}{NO_MORE}"


def _before(claim: Told, earlier: Sequence[Told]) -> Told | None:
    """Return the same claim in the last published record: in the same cell, or of the same comparison."""
    same = [one for one in earlier if one.get("text") == claim["text"]]
    here = [one for one in same if one.get("cell") == claim["cell"]]
    return next(iter(here or same), None)


def _is_hidden(cell: Mapping[str, Any]) -> bool:
    return bool(HIDDEN_TAGS & set(cell["metadata"].get("tags", ())))


@dataclass
class _Text:
    """Bind one cell's text.

    Parameters
    ----------
    vocabulary
        None when the notebook brings no figures: words stay as typed, claims cannot be checked.
    """

    cell: str
    source: str
    vocabulary: Vocabulary | None
    marked: Marked = field(init=False)
    rendered: str = field(init=False, default="")
    record: BoundText = field(init=False)
    claims: list[Told] = field(init=False, default_factory=list)
    messages: list[str] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.marked = marked(self.source)
        cut = pieces(self.marked.text)
        self._headings = [heading for _, heading, _ in cut if heading]
        self._texts = [text for _, _, piece in cut for text in running_texts(piece)]
        self._live = set().union(*self._headings, *self._texts)
        self._figures = self._found()
        self._plain = {mark: figure.text for mark, figure in self._figures.items()}
        self._bind()
        self._hint()

    def _found(self) -> dict[str, Figure]:
        """Return mark → figure of the words in running text; tell of those that stand for nothing."""
        figures: dict[str, Figure] = {}
        for mark, word in self.marked.words.items():
            if mark not in self._live:
                continue
            if self.vocabulary is None:
                self._tell(mark, NO_FIGURES)
                continue
            found = self.vocabulary.find(word)
            if isinstance(found, Figure):
                figures[mark] = self._in_place(mark, found)
            elif found.meant:
                self._tell(mark, found.reason)
        for mark, typed in self.marked.odd.items():
            hint = self.vocabulary.odd(typed) if self.vocabulary and mark in self._live else None
            if hint:
                self._tell(mark, hint)
        return figures

    def _in_place(self, mark: str, figure: Figure) -> Figure:
        """Return a figure as it is told where it stands; tell when there is none."""
        missing = self.vocabulary is not None and figure.text == self.vocabulary.data["missing"]
        if missing or (figure.value is None and MEASURES[figure.word.measure].scale != "time"):
            why = NO_PLACE if figure.word.measure in PLACES else "there is no figure"
            self._tell(mark, why, f"shows “{figure.text}”")
        unseen = {one.opening for one in self.marked.claims}
        texts = [*self._texts, *self._headings]
        if figure.text[:1].islower() and any(begins_sentence(one, mark, unseen=unseen) for one in texts):
            return replace(figure, text=figure.text[:1].upper() + figure.text[1:])
        return figure

    def _bind(self) -> None:
        raw = set().union(*self._headings)  # the page shows headings as they stand
        fillings = {mark: text if mark in raw else escaped(text) for mark, text in self._plain.items()}
        fillings |= self._unbound(raw)
        ends: dict[str, str] = {}
        for claim in live_claims(self.marked, self._live):
            ends |= {claim.opening: "", claim.closing: ""}
        self._plain |= ends
        for claim in live_claims(self.marked, self._live):
            told = self._claim(claim)
            self.claims.append(told)
            if told["holds"] is not True:
                note = f" ({NO_MORE if told['holds'] is False else NOT_CHECKED})"
                ends[claim.closing] = note
        self.rendered = self.marked.filled(self.marked.text, fillings | ends)
        self.record = self._as_record(self._unbound(raw) | ends)

    def _unbound(self, raw: Collection[str]) -> dict[str, str]:
        """Return what stays as typed although its bar would end a cell of a table."""
        if not TABLE.search(self.marked.text):
            return {}
        marks = (*self.marked.words, *self.marked.odd)
        beside = {mark for line in self.marked.text.split("\n") if "|" in line for mark in line}
        return {
            mark: BAR.sub(r"\\|", self.marked.typed[mark])
            for mark in marks
            if mark in self._live and mark in beside and mark not in self._plain and mark not in raw
        }

    def _claim(self, claim: Claim) -> dict[str, Any]:
        """Check one claim and return it as plain data."""
        text = self.marked.text
        inside = text[text.index(claim.opening) + 1 : text.index(claim.closing)]
        if self.vocabulary is None:
            checked = Checked(None, reason=NO_FIGURES)
        elif claim.compared is None:
            checked = Checked(None, reason=NO_COMPARISON)
        else:
            checked = check(claim.compared, self.vocabulary)
        sentence = one_line(self.marked.filled(inside, self._plain))
        if self.vocabulary is not None and claim.compared is not None:
            self.messages += [f"“{sentence}”: {one}" for one in advice(claim.compared, self.vocabulary)]
        return {
            "cell": self.cell, "sentence": sentence, "text": claim.text, "holds": checked.holds,
            "left": checked.left, "right": checked.right, "reason": checked.reason,
        }  # fmt: skip

    def _as_record(self, ends: Mapping[str, str]) -> BoundText:
        """Return what page and proof need: the text with marks where figures stand, and what they are."""
        marks = {mark: mark for mark in self._figures}
        figures = {mark: bound_figure(figure, self.vocabulary) for mark, figure in self._figures.items()}
        return BoundText(self.marked.filled(self.marked.text, {**marks, **ends}), figures)

    def _hint(self) -> None:
        """Tell of claims without an end, and of typed figures that are not the present ones."""
        self.messages += [f"“{_quote(one)}”: the claim is not closed with ]]" for one in self.marked.unclosed]
        if self.vocabulary is not None:
            self.messages += self._near_claims(self.vocabulary)
            for text in [*self._headings, *self._texts]:
                self.messages += typed_figures(text, self.vocabulary)

    def _near_claims(self, vocabulary: Vocabulary) -> list[str]:
        """Tell of brackets in running text that compare a figure but are no claim: nothing checks them."""
        shown = " ".join(" ".join([*self._headings, *self._texts]).split())
        near = [" ".join(one.split()) for one in near_claims(self.marked)]
        near = [self.marked.restored(one) for one in near if one in shown]
        near = [one for one in near if not any(_alike(one, unclosed) for unclosed in self.marked.unclosed)]
        named = [one for one in near if any(name in vocabulary.words for name in NAME.findall(one))]
        return [f"“{_quote(one)}” is not checked: {CLAIM_FORM}" for one in named]

    def _tell(self, mark: str, reason: str, what: str = "stays as typed") -> None:
        around = next((text for text in [*self._texts, *self._headings] if mark in text), mark)
        before, _, after = around.partition(mark)
        sides = self.marked.restored(before)[-_BESIDE:], self.marked.restored(after)[:_BESIDE]
        quote = one_line(self.marked.typed[mark].join(sides))
        self.messages.append(f"{self.marked.typed[mark]} {what} in “{quote}”: {reason}")


def _alike(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _quote(text: str) -> str:
    return one_line(text, longest=_LONGEST_QUOTE)

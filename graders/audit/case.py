"""A case to try tricks on: one row of the data with an answer that is certainly wrong; and the mutants made of it."""

from __future__ import annotations

from dataclasses import dataclass

from graders.completion.parse import Layout, parse


@dataclass(frozen=True, slots=True)
class Mutant:
    """A completion that tries to be paid for what it doesn't say.

    What it deserves follows from four facts. A grader of answers may pay it what the plain wrong answer of its case
    earns, nothing where it says nothing, and owes it what the reference earns where it is right; a format score may pay
    it where it keeps the layout.

    Attributes:
        trick: What it does, in a few words; unique within its family.
        text: The completion.
        keeps_layout: Whether it is a thought and an answer block, so that the format share is earned.
        says_nothing: Whether it has no answer at all, or one that commits to no value.
        is_right: Whether its answer says what the reference says, in another form: to be paid like it.
    """

    trick: str
    text: str
    keeps_layout: bool = True
    says_nothing: bool = False
    is_right: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """One row of the data, and wrong answers to it.

    Attributes:
        reference: The reference answer, the first of several acceptable ones.
        acceptable: All of them.
        kind: What the reference is: ``number``, ``choice``, ``formula`` or ``text``.
        wrong: Three answers of the same kind that are wrong, none of which holds a reference or is held by one.
        number: A whole number that is wrong likewise.
        thought: What stands in the thought: the row's own text, without tags.
        prompt: The question; empty where the row has none.
        layout: How completions are laid out.
    """

    reference: str
    acceptable: tuple[str, ...]
    kind: str
    wrong: tuple[str, str, str]
    number: str
    thought: str
    prompt: str
    layout: Layout

    @property
    def is_whole(self) -> bool:
        """Whether the reference is a whole number, written with digits alone or a minus before them."""
        return self.reference.removeprefix("-").isdecimal() and self.reference.isascii()

    @property
    def honest(self) -> str:
        """The completion that gives the reference as its answer."""
        return self.laid_out(self.reference)

    @property
    def plain(self) -> str:
        """The completion that gives the first wrong answer, without any trick."""
        return self.laid_out(self.wrong[0])

    def laid_out(self, answer: str, thought: str | None = None) -> str:
        """A completion in good layout; with ``answer_source="boxed"`` the answer stands in a box inside its block."""
        return f"{self.thought_block(thought)}\n{self.block(self.in_box(answer))}"

    def is_honest(self, text: str) -> bool:
        """Whether the layout reads the reference alone in a completion: the last box, wherever it stands."""
        return parse(text, self.layout).answer == self.reference

    def in_box(self, answer: str) -> str:
        r"""The answer as the layout wants it: in ``\boxed{}`` where the answer is read from there."""
        return rf"\boxed{{{answer}}}" if self.layout.answer_source == "boxed" else answer

    def block(self, body: str) -> str:
        """An answer block."""
        return f"{self.layout.answer_open}{body}{self.layout.answer_close}"

    def thought_block(self, thought: str | None = None) -> str:
        """A thought with its tags; without the opening one where the chat template has written it."""
        opened = "" if self.layout.think_prefilled else self.layout.think_open
        return f"{opened}{self.thought if thought is None else thought}{self.layout.think_close}"

    def answers(self, trick: str, body: str) -> Mutant:
        """A mutant in good layout whose answer gives no honest statement of the reference."""
        return Mutant(trick, self.laid_out(body))

    def empty(self, trick: str, body: str) -> Mutant:
        """A mutant in good layout whose answer says nothing."""
        return Mutant(trick, self.laid_out(body), says_nothing=True)

    def right(self, trick: str, body: str) -> Mutant:
        """A mutant in good layout whose answer says what the reference says, in another form."""
        return Mutant(trick, self.laid_out(body), is_right=True)

    def broken(self, trick: str, text: str, *, says_nothing: bool = False) -> Mutant:
        """A mutant that is not in good layout."""
        return Mutant(trick, text, keeps_layout=False, says_nothing=says_nothing)

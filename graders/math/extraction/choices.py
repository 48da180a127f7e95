"""Texts that name a choice: its letter alone, or with what the choice says: `(b) 12`, `Option C`, `I choose B`."""

from __future__ import annotations

import re
from typing import NamedTuple

from graders.math.lexis.cleaned import Unreadable
from graders.math.lexis.names import CHOICES
from graders.math.lexis.tokens import WORD_KINDS, Token, tokenize
from graders.math.lexis.words import FILLERS, HEDGES, NEGATIONS, is_foreign, words_of
from graders.math.limits import OverLimit
from graders.math.prose.spoken import is_refuted
from graders.math.prose.statement import is_governed
from graders.math.tree import Tree

_OPERATORS = frozenset(("+", "-", "*", "/", "^", "=", "<", ">", "<=", ">=", ",", "_", "!"))
_CHOOSING = frozenset(words_of("is be choose chose pick picked select selected answer option choice letter say with"))
"""Words right before the letter of a choice, whatever stands before them."""
_SWITCHING = frozenset(words_of("actually rather instead no wait sorry correction then now"))
_ROMAN = frozenset(("II", "III", "IV", "V", "VI"))
_MARKS = frozenset((")", ".", ":"))
"""Signs right behind a letter that part it from what follows."""
_CORRECT = frozenset(("right", "correct", "answer"))
_GLUING = frozenset("+-/^_|<>*=!")
"""Signs that work on a letter which they touch: `(C)/A`, `(C)-7`."""
_LEADING = frozenset(("+", "-", "="))
_WRAPPER = r"(?:\\(?:text(?:bf|it|rm|sf|tt|normal)?|math(?:bf|it|rm|sf)|mbox|boldsymbol)\s*+\{\s*+)"
_NAMED = (
    r"(?:(?:(?:the|my|our)\s++)?(?:(?:final|correct|best|right)\s++)?(?:answer|option|choice)\s*+(?:is\b)?\s*+:?\s*+)?+"
)
_PARTED = re.compile(
    rf"(?i:{_NAMED})(?P<dollar>\${{0,2}})(?P<bold>(?:\*\*)?)(?P<wrappers>{_WRAPPER}*+)"
    r"(?:\(\s*+(?P<bracketed>[A-Ja-j])\s*+(?P<round>\))|(?P<marked>[A-J])\s*+(?P<mark>[).:]))"
)
"""A letter in brackets, or before a mark, at the start of a text, with what may wrap it."""
_NONE_OF_THEM = (
    *("none of the above", "none of these", "none of the others", "not enough information", "insufficient information"),
    *("it cannot be determined", "cannot be determined", "it is impossible to tell", "it is impossible to determine"),
)
"""How the text of a last choice begins."""
_OTHER_PART = re.compile(r"\(\s*+[A-Ja-j]\s*+\)(?!\s*+[=,])|(?<![A-Za-z\\])[A-J][.)]\s")
"""Another letter that has a content of its own."""
_GAP = re.compile(r"(?:\s|~|\\[ ,;:]|\\q?quad(?![A-Za-z]))++")


class Choice(NamedTuple):
    """The letter of a choice, in upper case, and the text of what it says; empty where the letter stands alone."""

    letter: str
    content: str


NO_CHOICE = Choice("", "")


def choice_and_content(text: str) -> Choice:
    r"""The parts of a text that begins with a choice's letter in brackets or before a mark; empty ones for any other.

    >>> choice_and_content(r"\textbf{(B)}\ 5"), choice_and_content("(a)(b)"), choice_and_content("C: x")
    (Choice(letter='B', content='5'), Choice(letter='', content=''), Choice(letter='C', content='x'))
    """
    head = text[:60]
    if ")" not in head and ":" not in head and "." not in head:
        return NO_CHOICE
    found = _PARTED.match(text := text.strip())
    if found is None:
        return NO_CHOICE
    rest, apart = _unwrapped_rest(text[found.end() :], found)
    letter = found["bracketed"] or found["marked"]
    content = rest.strip().lstrip(":").strip()
    content = content if any(char.isalnum() for char in content) or "\\" in content else ""
    apart = apart or not content or (bool(found["mark"]) and found["mark"] == ")")
    if not apart or (not letter.isupper() and content[:1] in _LEADING and not found["wrappers"]):
        return NO_CHOICE
    if (
        letter == "i"
        or _PARTED.match(content)
        or _OTHER_PART.search(content)
        or (found["mark"] in (":", ".") and content in CHOICES)
    ):
        return NO_CHOICE  # a numeral, parts of a question, a ratio of letters
    return Choice(letter.upper(), content)


def _unwrapped_rest(rest: str, found: re.Match[str]) -> tuple[str, bool]:
    """What stands behind the letter, without what closes its wrappers, and whether that parts it from the letter."""
    wrappers = found["wrappers"].count("{")
    apart = bool(wrappers or found["bold"])
    gap = re.match(r"[\s.:]*+(\}*+)", rest)
    closed = min(len(gap[1]), wrappers) if gap else 0
    if gap and closed:
        rest = rest[gap.start(1) + closed :]
    opened = found["wrappers"] if closed < wrappers else ""
    for sign in (found["bold"], found["dollar"]):
        if sign and rest.lstrip(" .:").startswith(sign):
            rest, apart = rest.lstrip(" .:")[len(sign) :], True
        elif sign:
            opened = sign + opened
    if (space := _GAP.match(rest)) is not None:
        rest, apart = rest[space.end() :], True
    return (opened + rest if rest.strip(" .}$*") else "", apart)


def choice_of(reference: Tree) -> str:
    """The letter of a reference that is one capital letter A to J, else nothing."""
    return str(reference.leaf) if reference.head == "sym" and str(reference.leaf) in CHOICES else ""


def names_choice(text: str, tree: Tree | None, letter: str) -> bool:
    """Whether an answer, read as this tree or not at all, chooses the letter."""
    try:
        return read_choice(text) == letter
    except (Unreadable, OverLimit):
        return tree is not None and choice_of(tree) == letter


def read_choice(text: str) -> str:
    """The one letter that an answer to a multiple-choice question names, in upper case; else nothing.

    >>> read_choice("(b) 12"), read_choice("Option C"), read_choice("A or B")
    ('B', 'C', '')
    """
    letter, content = choice_and_content(text)
    tokens = [token for token in tokenize(content or text) if token[0] not in ("$", r"\boxed", "{", "}")]
    if "~~" in text or (tokens and tokens[-1][0] == "?"):
        return ""
    if content:
        glued = content[0] in _GLUING and text[: text.rindex(content)].rstrip("}$*").endswith(")")
        return "" if glued or _takes_back(tokens, letter) else letter
    while tokens and (tokens[0][1].lower() in FILLERS - {"a", "i"} or tokens[0][0] == ":"):
        tokens.pop(0)
    return _chosen_at_the_end(tokens) or _chosen_at_the_start(tokens)


def _chosen_at_the_start(tokens: list[Token]) -> str:
    """The letter that an answer begins with, alone or before an explanation: `(b) 12`."""
    letters = [at for at in range(len(tokens)) if _is_choice(tokens, at)]
    if not letters or letters[0] > 1 or len({tokens[at][1].upper() for at in letters}) != 1:
        return ""
    at = letters[0]
    if (at and tokens[0][0] != "(") or not _ends_choice(tokens[at + 1 :]):
        return ""
    letter = tokens[at][1].upper()
    return "" if _takes_back(tokens[at + 1 :], letter) else letter


def _chosen_at_the_end(tokens: list[Token]) -> str:
    """The letter that ends a sentence which chooses it: `I choose B`."""
    while tokens and tokens[-1][0] in (".", ")"):
        tokens = tokens[:-1]
    bracketed = len(tokens) > 1 and tokens[-2][0] == "("
    words = [token[1] for token in (tokens[:-2] if bracketed else tokens[:-1])]
    last = tokens[-1][1] if tokens else ""
    if not words or last not in CHOICES or words[-1].lower() not in _CHOOSING or is_governed(tokens):
        return ""
    alone = all(token[0] in WORD_KINDS for token in tokens[: len(words)]) and not any(
        len(word) == 1 and word not in ("I", "a") for word in words
    )
    return last if alone and not NEGATIONS & {word.lower() for word in words} else ""


def _ends_choice(rest: list[Token]) -> bool:
    """Whether a letter followed by these tokens stands alone: `)`, a full stop, or those and an explanation."""
    marks = 0
    while marks < len(rest) and rest[marks][0] in _MARKS:
        marks += 1
    if [token[1] for token in rest[:2]] == [",", "the"]:  # `A, the graph that rises`
        return True
    return marks == len(rest) or (marks > 0 and rest[marks][2] and rest[marks][0] not in _OPERATORS)


def _is_choice(tokens: list[Token], at: int) -> bool:
    kind, text, _ = tokens[at]
    if kind not in WORD_KINDS or len(text) != 1 or text.upper() not in CHOICES:
        return False
    bracketed = 0 < at < len(tokens) - 1 and tokens[at - 1][0] == "(" and tokens[at + 1][0] == ")"
    return at == 0 or bracketed or (text.isupper() and tokens[at - 1][0] not in WORD_KINDS | {"num"})


# -- what stands behind a letter -----------------------------------------------------------------------------


def _answers_again(words: str, letter: str) -> bool:
    """Whether words say again what the answer is, and it is no such letter: `The answer is ice`."""
    before, again, said = words.rpartition("answer is ")
    return bool(again) and said.split()[:1] != [letter.lower()] and not before.endswith("correct ")


def _takes_back(rest: list[Token], letter: str) -> bool:
    """Whether what stands behind a letter denies it, offers another, or is in no language that is known here."""
    first = next((token for token in rest if token[0] not in _MARKS), None)
    words = " ".join(token[1].lower() for token in rest if token[0] in WORD_KINDS)
    if first is None or words.startswith(_NONE_OF_THEM):
        return False
    if _is_letter_alone(rest) and first[1].upper() != letter:
        return True
    if _answers_again(words, letter) or first[1] in (r"\to", "=") or first[1].lower() in HEDGES:
        return True
    if is_foreign(first[1]) and not _is_ideographic(first[1]):
        return True
    if any(token[0] in WORD_KINDS and token[1].lower() in NEGATIONS for token in rest):
        return True
    roman = any(token[1] in _ROMAN for token in rest)
    others = [at for at, token in enumerate(rest) if token[1].upper() in CHOICES - {letter}]
    others = [at for at in others if rest[at][0] in WORD_KINDS and not (roman and rest[at][1] == "I")]
    return any(_is_named(rest, at) for at in others) or is_refuted(rest[rest.index(first) :])


def _is_letter_alone(tokens: list[Token]) -> bool:
    """Whether nothing but the letter of a choice, and marks, is left: the `c` of `B. c`."""
    words = [text for kind, text, _ in tokens if kind not in _MARKS]
    return len(words) == 1 and words[0].upper() in CHOICES


def _is_ideographic(word: str) -> bool:
    """Whether a word begins with a Chinese character, and not with one that denies."""
    return "\u4e00" <= word[0] <= "\u9fff" and word[0] not in "不非没错否无"


def _is_named(tokens: list[Token], at: int) -> bool:
    """Whether a letter is named as a choice: `the answer is A`, `or b`, `(A)`, alone in its clause, `A is correct`."""
    before = tokens[at - 1] if at else ("(", "", False)
    after = tokens[at + 1] if at + 1 < len(tokens) else (".", ".", False)
    letter = tokens[at][1]
    if letter.isupper() and after[1] in ("is", "was") and {token[1].lower() for token in tokens[at:]} & _CORRECT:
        return True
    if after[0] not in (".", ",", ";", ")"):
        return False
    if before[1].lower() in _CHOOSING | HEDGES | _SWITCHING:
        return True
    if letter.islower() or (before[1].lower() == "and" and at > 1 and tokens[at - 2][1] in CHOICES):
        return False  # `Both A and C`
    return before[0] in (*WORD_KINDS, ".", ",", ";", ":", "(")

"""What a text states: the spans of its values, or a refusal that names the operator and where it stands."""

from __future__ import annotations

from typing import NamedTuple

from graders.math.lexis.cleaned import Unreadable
from graders.math.lexis.latex import RELATIONS
from graders.math.lexis.tokens import Token
from graders.math.prose.blurred import BLURS
from graders.math.prose.elsewhere import speaks_elsewhere
from graders.math.prose.further import says_more
from graders.math.prose.labelling import MARK, NUMBER, VALUE, WORD
from graders.math.prose.lexicon.language import ENGLISH, Language
from graders.math.prose.lexicon.spelling import script_of
from graders.math.prose.lexicon.spoken_numbers import is_english
from graders.math.prose.operators import Operator, governs
from graders.math.prose.parted import Sentence, Span, parted
from graders.math.prose.pieces import Piece
from graders.math.prose.stated import stated_values
from graders.math.prose.taken_back import is_taken_back
from graders.math.prose.value_rules import RULES
from graders.math.verdict import Refused

_OF_WORDS = frozenset(("(", ")", "-"))
_OPENINGS = frozenset(
    (*words.split(), mark)
    for words in ("the answer", "the final answer", "so the answer", "answer", "final answer")
    for mark in ("is", ":")
)
"""What may introduce a value and says nothing about it."""
_LONGEST_OPENING = 4
_HEARD = BLURS | frozenset(("word", *"?!.:;%$"))
"""Kinds of tokens of which the rules about the words around a value ask."""
_OPEN = RELATIONS | frozenset(("+", "-"))
"""Signs of which they ask where one ends the value."""


class Statement(NamedTuple):
    """What a text with words says."""

    values: list[Span]
    """The values it states, in their order; a reader has to find them equal."""
    language: str
    """The code of its language; empty where nobody can tell."""
    whole: Span
    """The text as one formula with its units and nouns, where it begins with its only value; else nothing."""


def is_governed(tokens: list[Token]) -> bool:
    """Whether an operator stands in a text that speaks of the whole of it, or the text asks."""
    sentence, _ = parted(tokens)
    asks = any(piece.text == "?" for piece in sentence.pieces)
    named = [at for at, piece in enumerate(sentence.pieces) if piece.kind == VALUE]
    return asks or any(one.is_of_all for one in sentence.operators) or any(is_taken_back(sentence, at) for at in named)


def introduced(tokens: list[Token]) -> Statement | None:
    """`The answer is $x+1$.`, in short: a known opening and one formula without words, in dollars; None of any other.

    It says what `state` says, and is kept for speed: no rule has anything to find in such a text.
    """
    opening = next((at for at, token in enumerate(tokens[: _LONGEST_OPENING + 1]) if token[0] == "$"), 0)
    last = len(tokens) - (2 if tokens[-1][0] == "." else 1)
    span = tokens[opening + 1 : last]
    if not (opening and span) or tokens[last][0] != "$" or span[0][0] in RELATIONS or span[-1][0] in _OPEN:
        return None
    if any(kind in _HEARD or (kind == "letters" and len(text) > 1) for kind, text, _ in span):
        return None
    known = tuple(token[1].casefold() for token in tokens[:opening]) in _OPENINGS
    return Statement([span], ENGLISH, []) if known else None


def state(tokens: list[Token], told: Language | None = None, pieces: list[Piece] | None = None) -> Statement:
    """What a text with words states, in a language that is told or found out; its pieces as English, if it was cut.

    Raises `Unreadable`, or `Refused` for a negation, where an operator governs its value.
    """
    sentence, code = parted(tokens, told, pieces)
    stated = stated_values(sentence)
    if stated and all(sentence.pieces[at].ordinal for at in stated):
        raise Unreadable(f"ordinal: a place, not a number at {sentence.place(stated[0])}")
    if share := _share(sentence):
        return Statement([share], code, [])
    for at in stated:
        _check(sentence, at, stated)
    if why := says_more(sentence, stated):
        raise Unreadable(why)
    if not stated:
        _check_words(sentence)
    elif not code:
        _check_bare(sentence, stated)
    return Statement([sentence.span(at) for at in stated], code, _whole(sentence, stated))


def ordinals_of(tokens: list[Token]) -> list[Span]:
    """The figures of the places that a text states and no number beside them: `17` in `the 17th gallery`."""
    sentence, code = parted(tokens)
    stated = stated_values(sentence)
    for at in stated:
        _check(sentence, at, stated)
    told = bool(code) and all(sentence.pieces[at].ordinal and sentence.kind(at) == VALUE for at in stated)
    return [sentence.span(at) for at in stated] if told else []


def _share(sentence: Sentence) -> Span:
    """`7 out of 10` and `7 in 10` as a fraction, where that is the whole text; else nothing."""
    told = [piece for piece in sentence.pieces if piece.kind != MARK]
    words = [piece.low for piece in told[1:-1]]
    whole = told and told[0].kind == told[-1].kind == VALUE and words in (["out", "of"], ["in"])
    if not whole or any(piece.end - piece.start > 1 for piece in (told[0], told[-1])):
        return []
    return [sentence.tokens[told[0].start], ("/", "/", False), sentence.tokens[told[-1].start]]


def _whole(sentence: Sentence, stated: list[int]) -> Span:
    """The tokens from the first piece that is no mark to the last, if those begin with the only value of the text."""
    if not stated:
        return [token for token in sentence.tokens if token[0] != "$"]
    told = [at for at, piece in enumerate(sentence.pieces) if piece.kind != MARK]
    abroad = not is_english(sentence.language) and _is_of_its_own(sentence, told[0])
    if len(stated) > 1 or stated[0] != told[0] or abroad:
        return []
    if any(sentence.kind(at) in (VALUE, NUMBER) and at not in stated for at in told):
        return []
    if any(sentence.kind(at) == MARK and sentence.pieces[at].text not in _OF_WORDS for at in range(told[0], told[-1])):
        return []
    start, end = sentence.pieces[told[0]].start, sentence.pieces[told[-1]].end
    return [token for token in sentence.tokens[start:end] if token[0] != "$"]


def _is_of_its_own(sentence: Sentence, at: int) -> bool:
    """Whether a value makes no formula with the words behind it: a number in words, a fraction."""
    return sentence.kind(at) == NUMBER or "/" in [token[0] for token in sentence.span(at)]


def _check(sentence: Sentence, at: int, stated: list[int]) -> None:
    """Refuse a value that an operator governs, or of which something is said that asks for more."""
    for found in sentence.operators:
        governing = governs(found, sentence.pieces, at, sentence.where, sentence.language) and found.kind != "labels"
        if governing and not speaks_elsewhere(sentence, found, at, stated):
            raise _refusal(sentence, found)
    for rule in RULES:
        if why := rule(sentence, at):
            if why.startswith("tautology"):
                raise Refused("tautology", why)
            raise Unreadable(f"{why} at {sentence.place(at)}")


def _check_words(sentence: Sentence) -> None:
    """A text of words alone is refused where an operator stands in it that speaks of the whole."""
    for found in sentence.operators:
        if found.is_of_all or found.kind == "denial":
            raise _refusal(sentence, found)


def _check_bare(sentence: Sentence, stated: list[int]) -> None:
    """In a language that nobody knows a value is read with the noun behind it, or in a statement of several words."""
    first = stated[0]
    words = [at for at, piece in enumerate(sentence.pieces) if piece.kind == WORD]
    before = [at for at in words if at < first]
    foreign = [text for at in words if not (text := sentence.pieces[at].text).isascii()]
    if any(not text[0].isupper() or script_of(text[0]) != "LATIN" for text in foreign):
        raise Unreadable("words of a language that is not known")
    apart = sentence.kind(first - 1) != WORD and sentence.pieces[max(first - 1, 0)].text != ";"
    if before and not apart and len(before) < 2 and not any(at > first for at in words):
        code = sentence.pieces[before[-1]].text
        named = sentence.low(before[-1]) in sentence.language.words("answer nouns") or sentence.span(first)[0][0] == "="
        if not code.isupper() and not named:
            raise Unreadable(f"an unknown word before the value: {code!r}")


def _refusal(sentence: Sentence, found: Operator) -> ValueError:
    text = " ".join(sentence.pieces[at].text for at in range(found.first, found.last + 1))
    rule = f"{found.kind}: {text!r} at {sentence.place(found.first)}"
    return Refused("mismatch", rule) if found.kind == "negation" else Unreadable(rule)

"""What a text states: the spans of its values, or a refusal that names the operator and where it stands."""

from __future__ import annotations

from typing import NamedTuple

from graders.math.lexis.names import role
from graders.math.lexis.tokens import WORD_KINDS, Token, Unreadable
from graders.math.lexis.words import NUMBER_WORDS, SCALES, multiplies
from graders.math.prose.language import ENGLISH, Language, any_latin, spaced_out, strangers
from graders.math.prose.operators import Clauses, Operator, clauses, governs, operators
from graders.math.prose.pieces import MARK, NUMBER, VALUE, WORD, Piece, cut
from graders.math.prose.recognition import language_of
from graders.math.prose.spelling import elisions_apart, points_for_commas, script_of, scripts_apart
from graders.math.prose.spoken_numbers import as_figure, is_english

Span = list[Token]
_SUMS = frozenset(("num", "+", "-", "*", "/", "=", "(", ")", r"\cdot", r"\times", r"\frac", "{", "}", ".", "^"))
"""Tokens of a sum of figures."""
_OF_WORDS = frozenset(("(", ")", "-"))
_BLURS = frozenset((r"\approx", r"\sim", r"\lesssim", r"\gtrsim", "~"))
_BOUNDS = frozenset(("<", ">", "<=", ">=", r"\ll", r"\gg", r"\leq", r"\geq"))
_TAKEN = frozenset(("of", "more", "less", "fewer", "off", "higher", "lower"))
_MAX_WORDS_OF_A_NAME = 3


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
    if any(found.entry.scope in ("text", "clause", "opening") for found in sentence.operators):
        return True
    return any(piece.text == "?" for piece in sentence.pieces)


class Sentence(NamedTuple):
    """A text cut into pieces, with what its language makes of them."""

    pieces: list[Piece]
    tokens: list[Token]
    language: Language
    operators: list[Operator]
    where: Clauses

    def low(self, at: int) -> str:
        """The word at a place as the closed classes spell it; empty where none stands."""
        return self.pieces[at].low if 0 <= at < len(self.pieces) else ""

    def kind(self, at: int) -> str:
        """The kind of the piece at a place; a mark beyond the text."""
        return self.pieces[at].kind if 0 <= at < len(self.pieces) else MARK

    def span(self, at: int) -> Span:
        """The tokens of a piece, without dollars and the braces of a box."""
        piece = self.pieces[at]
        tokens = [token for token in self.tokens[piece.start : piece.end] if token[0] != "$"]
        return as_figure(tokens, self.language) if piece.kind == NUMBER and not is_english(self.language) else tokens


def state(tokens: list[Token], told: Language | None = None) -> Statement:
    """What a text with words states, in a language that is told or found out.

    Raises `Unreadable` where an operator governs its value.
    """
    sentence, code = parted(tokens, told)
    stated = _stated(sentence)
    for at in stated:
        _check(sentence, at)
    if not stated:
        _check_words(sentence)
    elif not code:
        _check_bare(sentence, stated)
    return Statement([sentence.span(at) for at in stated], code, _whole(sentence, stated))


def _whole(sentence: Sentence, stated: list[int]) -> Span:
    """The tokens from the first piece that is no mark to the last, if those begin with the only value of the text."""
    if not stated:
        return [token for token in sentence.tokens if token[0] != "$"]
    told = [at for at, piece in enumerate(sentence.pieces) if piece.kind != MARK]
    if len(stated) > 1 or stated[0] != told[0]:
        return []
    if any(sentence.kind(at) in (VALUE, NUMBER) and at not in stated for at in told):
        return []
    if any(sentence.kind(at) == MARK and sentence.pieces[at].text not in _OF_WORDS for at in range(told[0], told[-1])):
        return []
    start, end = sentence.pieces[told[0]].start, sentence.pieces[told[-1]].end
    return [token for token in sentence.tokens[start:end] if token[0] != "$"]


def parted(tokens: list[Token], told: Language | None = None) -> tuple[Sentence, str]:
    """The pieces of a text with its operators, and the code of its language."""
    tokens = scripts_apart(tokens)
    told = told or language_of(_telling(cut(tokens), tokens))
    own = told or any_latin()
    tokens = tokens if told is None else _as_spelt(tokens, told)
    pieces = cut(tokens, told)
    return Sentence(pieces, tokens, own, operators(pieces, own), clauses(pieces, own)), told.code if told else ""


def _as_spelt(tokens: list[Token], own: Language) -> list[Token]:
    """The tokens as a language spells: its elided words parted, its decimal commas points, its runs of signs cut."""
    spelling = own.words("spelling")
    if elisions := own.words("elisions"):
        tokens = elisions_apart(tokens, elisions)
    if "decimal-comma" in spelling:
        tokens = points_for_commas(tokens)
    return spaced_out(tokens, own) if "unspaced" in spelling else tokens


def _telling(pieces: list[Piece], tokens: list[Token]) -> list[str]:
    """The words that tell a language: those that are no names, with the letters that may be articles."""
    words = []
    opens = True
    for piece in pieces:
        letter = piece.kind == VALUE and _is_lone_letter(piece, tokens)
        if (piece.kind in (WORD, NUMBER) or letter) and (opens or not piece.text[0].isupper()):
            words.append(piece.text)
        opens = piece.kind == MARK
    return words


def _is_lone_letter(piece: Piece, tokens: list[Token]) -> bool:
    """Whether a piece is one letter with a word behind it."""
    if len(piece.text) > 1 or piece.end - piece.start > 1 or piece.end >= len(tokens):
        return False
    return piece.text.isalpha() and tokens[piece.end][2] and tokens[piece.end][0] in (*WORD_KINDS, "num")


# -- which values are stated ---------------------------------------------------------------------------------


def _stated(sentence: Sentence) -> list[int]:
    """The places of the values that a text states."""
    values = [at for at, piece in enumerate(sentence.pieces) if piece.kind in (VALUE, NUMBER)]
    kept = [at for at in values if not _is_labelled(sentence, at)]
    if values and not kept:
        raise Unreadable(f"label: the number names a thing at {_place(sentence, values[0])}")
    kept = _without_factors(sentence, _without_steps(sentence, _without_arguments(sentence, kept)))
    figures = [at for at in kept if sentence.kind(at) == VALUE and not _is_name(sentence, at)]
    if figures:
        kept = [at for at in kept if at in figures or (sentence.kind(at) == NUMBER and not _counts_noun(sentence, at))]
    counted = [at for at in kept if not sentence.pieces[at].ordinal]
    if kept and not counted:
        raise Unreadable(f"ordinal: a place, not a number at {_place(sentence, kept[0])}")
    return counted


def _is_labelled(sentence: Sentence, at: int) -> bool:
    """Whether a noun right before a number makes it a name: `Step 28`."""
    labels = [one for one in sentence.operators if one.kind == "labels"]
    if any(one.entry.scope == "behind" and one.first == at + 1 for one in labels):
        return True
    found = next((one for one in labels if one.last == at - 1), None)
    if found is None or (_is_name(sentence, at) and sentence.low(at - 1) in sentence.language.words("answer nouns")):
        return False
    return _opens_or_follows(sentence, found)


def _opens_or_follows(sentence: Sentence, found: Operator) -> bool:
    """Whether a label that needs it (`number`) opens its clause."""
    return found.entry.scope != "opening" or sentence.kind(found.first - 1) == MARK


def _is_name(sentence: Sentence, at: int) -> bool:
    """Whether a value is a letter alone."""
    span = sentence.span(at)
    return (
        len(span) == 1
        and span[0][0] != "num"
        and role(span[0][1].lstrip("\\")) in ("letter", "greek", "constant", "points")
    )


def _counts_noun(sentence: Sentence, at: int) -> bool:
    """Whether a number in words belongs to the setting of a text with figures: `the two brothers own 28 goats`."""
    if sentence.low(at) == "one" or sentence.low(at + 1) == "of":
        return sentence.low(at + 1) != "of" or sentence.kind(at + 2) not in (VALUE, NUMBER)
    behind = sentence.kind(at + 1) == WORD and sentence.low(at + 1) not in sentence.language.words("copulas")
    return behind and sentence.low(at - 1) not in sentence.language.words("copulas")


def _without_arguments(sentence: Sentence, values: list[int]) -> list[int]:
    """The values without those in the subject of a sentence that ends in its value: `The value of $x+y$ is $7$`."""
    copulas = sentence.language.words("copulas")
    dropped: set[int] = set()
    for number in {sentence.where.sentence[at] for at in values}:
        own = [at for at in values if sentence.where.sentence[at] == number]
        last = own[-1]
        first = sentence.where.sentence.index(number)
        ends = all(sentence.kind(at) != WORD or at > last + _MAX_WORDS_OF_A_NAME for at in range(last + 1, last + 2))
        said = [at for at in own if sentence.low(at - 1) in copulas]
        if ends and said == [last] and _opens_definite(sentence, first) and _is_one_clause(sentence, first, last):
            dropped.update(own[:-1])
    return [at for at in values if at not in dropped]


def _without_steps(sentence: Sentence, values: list[int]) -> list[int]:
    """The values without those of a participle that opens a sentence: `Dividing both sides by 2, we get 83`."""
    dropped: set[int] = set()
    for number in {sentence.where.sentence[at] for at in values}:
        first = sentence.where.sentence.index(number)
        comma = next((at for at in range(first, len(sentence.pieces)) if sentence.pieces[at].text == ","), first)
        if sentence.low(first).endswith("ing") and any(
            at > comma for at in values if sentence.where.sentence[at] == number
        ):
            dropped.update(range(first, comma))
    return [at for at in values if at not in dropped]


def _without_factors(sentence: Sentence, values: list[int]) -> list[int]:
    """The values without the figures that a sum of the text works out: `8 crates hold 7 each, and 8 * 7 = 56`."""
    used: set[str] = set()
    for at in values:
        span = sentence.span(at)
        signs = [place for place, token in enumerate(span) if token[0] == "="]
        if signs and all(token[0] in _SUMS for token in span):
            used.update(token[1] for token in span[: signs[-1]] if token[0] == "num")
    return [at for at in values if not (len(sentence.span(at)) == 1 and sentence.span(at)[0][1].rstrip(".") in used)]


def _opens_definite(sentence: Sentence, first: int) -> bool:
    """Whether a sentence opens with a definite noun phrase that takes arguments: `The value of`, `The remainder when`."""
    words = [sentence.low(at) for at in range(first, first + 6) if sentence.kind(at) == WORD]
    return words[:1] in (["the"], ["so"], ["thus"], ["therefore"], ["hence"]) and "the" in words[:2]


def _is_one_clause(sentence: Sentence, first: int, last: int) -> bool:
    return all(sentence.pieces[at].text not in (",", ":") for at in range(first, last))


# -- may they be read ----------------------------------------------------------------------------------------


def _check(sentence: Sentence, at: int) -> None:
    """Refuse a value that an operator governs, or of which something is said that asks for more."""
    for found in sentence.operators:
        if governs(found, sentence.pieces, at, sentence.where, sentence.language) and found.kind != "labels":
            raise _refusal(sentence, found)
    for rule in _RULES:
        if why := rule(sentence, at):
            raise Unreadable(f"{why} at {_place(sentence, at)}")


def _check_words(sentence: Sentence) -> None:
    """A text of words alone is refused where an operator stands in it that speaks of the whole."""
    for found in sentence.operators:
        if found.entry.scope in ("text", "clause", "opening"):
            raise _refusal(sentence, found)


def _check_bare(sentence: Sentence, stated: list[int]) -> None:
    """In a language that nobody knows a value is read with the noun behind it, or in a statement of several words."""
    first = stated[0]
    words = [at for at, piece in enumerate(sentence.pieces) if piece.kind == WORD]
    before = [at for at in words if at < first]
    if any(not sentence.pieces[at].text.isascii() and not sentence.pieces[at].text[0].isupper() for at in words):
        raise Unreadable("words of a language that is not known")
    if before and sentence.kind(first - 1) == WORD and len(before) < 2 and not any(at > first for at in words):
        code = sentence.pieces[before[-1]].text
        named = sentence.low(before[-1]) in sentence.language.words("answer nouns") or sentence.span(first)[0][0] == "="
        if not code.isupper() and not named:
            raise Unreadable(f"an unknown word before the value: {code!r}")


def _refusal(sentence: Sentence, found: Operator) -> Unreadable:
    text = " ".join(sentence.pieces[at].text for at in range(found.first, found.last + 1))
    return Unreadable(f"{found.kind}: {text!r} at {_place(sentence, found.first)}")


def _place(sentence: Sentence, at: int) -> str:
    return f"word {1 + sum(piece.kind != MARK for piece in sentence.pieces[:at])}"


def _is_beside_a_stranger(sentence: Sentence, at: int) -> str:
    """An operator of another language right beside the value: `The answer is mindestens 28`."""
    for place in (at - 1, at + 1):
        if sentence.kind(place) != WORD or (place > at and sentence.kind(at + 2) == WORD):
            continue
        if kind := strangers(sentence.language).get(sentence.low(place), ""):
            return f"{kind}: {sentence.pieces[place].text!r}"
        if not sentence.language.code.isalpha() or sentence.pieces[place].text.isascii():
            continue
        if sentence.language.code == ENGLISH and script_of(sentence.pieces[place].text[0]) != "LATIN":
            return "a word in another script"
    return ""


def _is_left_open(sentence: Sentence, _at: int) -> str:
    """A text that ends in a colon: what it names is not said."""
    return "nothing said behind a colon" if sentence.pieces[-1].text == ":" else ""


def _asks(sentence: Sentence, at: int) -> str:
    """A question mark ends the value's sentence, or the text."""
    marks = [place for place, piece in enumerate(sentence.pieces) if piece.text == "?" and piece.kind == MARK]
    own = sentence.where.sentence[at]
    if any(sentence.where.sentence[place] >= own for place in marks):
        return "question: a question mark"
    return ""


def _is_function_of(sentence: Sentence, at: int) -> str:
    """`The reverse of 28`: a definite function of a bare value, where no answer noun or unit says it is a measure."""
    if sentence.low(at - 1) != "of" or sentence.low(at - 3) != "the" or sentence.kind(at - 2) != WORD:
        return ""
    measured = sentence.kind(at + 1) == WORD or sentence.low(at - 2) in sentence.language.words("answer nouns")
    bare = all(token[0] in ("num", "-") for token in sentence.span(at)) or sentence.kind(at) == NUMBER
    return "" if measured or not bare else f"other quantity: 'the {sentence.pieces[at - 2].text} of'"


def _is_taken_of(sentence: Sentence, at: int) -> str:
    """`1/2 of 5`, `7 in 10`: a value of another value."""
    return (
        "arithmetic: a value of a value"
        if sentence.low(at + 1) in ("of", "point") and sentence.kind(at + 2) in (VALUE, NUMBER)
        else ""
    )


def _says_nothing(sentence: Sentence, at: int) -> str:
    """`28 is 28`."""
    same = sentence.low(at + 1) == "is" and sentence.kind(at + 2) == VALUE and sentence.low(at) == sentence.low(at + 2)
    return "tautology: both sides of 'is' are identical" if same and _opens_clause(sentence, at) else ""


def _is_told_more(sentence: Sentence, at: int) -> str:
    """A bare value as the subject: `28 must be doubled`, `28 is a common mistake`; `28 is the answer` is read."""
    if not _opens_clause(sentence, at) or sentence.kind(at + 1) != WORD:
        return ""
    verb = sentence.low(at + 1)
    if verb in sentence.language.words("modals"):
        return f"predicate: {verb!r} behind the value"
    if verb not in ("is", "was", "remains", "becomes", "became"):
        return ""
    said = sentence.low(at + 2)
    said = sentence.low(at + 3) if said.endswith("ly") else said
    if sentence.kind(at + 2) in (VALUE, NUMBER) or said in _GIVING or said.endswith(("'s", "'")):
        return ""
    if (
        said in sentence.language.words("answer nouns")
        or sentence.pieces[min(at + 2, len(sentence.pieces) - 1)].text[:1].isupper()
    ):
        return ""
    return f"predicate: '{verb} {said}' behind the value"


_GIVING = frozenset(
    ("the", "our", "my", "your", "his", "her", "their", "its", "how", "what", "where", "therefore", "thus")
)


def _opens_clause(sentence: Sentence, at: int) -> bool:
    if at == 0 or sentence.kind(at - 1) == MARK:
        return True
    return sentence.where.clause[at - 1] != sentence.where.clause[at] or sentence.low(at - 1) in ("so", "but", "and")


def _is_blurred(sentence: Sentence, at: int) -> str:
    """A sign before the value blurs or bounds it: `≈ 28`, `> 28`."""
    span = sentence.span(at)
    first = span[0][0] if span else ""
    if first in _BLURS:
        return "approximation: a sign"
    if first in _BOUNDS:
        return "bound: a sign"
    if span[-1][0] in ("%", r"\%") and sentence.low(at + 1) in _TAKEN | _taken_abroad(sentence):
        return "arithmetic: a percentage of something"
    if len(span) > 1 and span[-1][0] in ("+", "-"):
        return "bound: a sign behind the value"
    return ""


def _taken_abroad(sentence: Sentence) -> set[str]:
    """The words that follow a percent sign where a percentage is taken of something: `28 % von`."""
    return {entry.words[1] for entry in sentence.language.by_word.get("%", ()) if len(entry.words) > 1}


def _is_conditioned(sentence: Sentence, at: int) -> str:
    """`28 when x > 0`: a condition with a formula behind the value."""
    if sentence.low(at + 1) in ("when", "where", "for", "whenever", "with") and sentence.kind(at + 2) == VALUE:
        return f"condition: {sentence.low(at + 1)!r}"
    return ""


def _is_scaled(sentence: Sentence, at: int) -> str:
    """`28 crore`, `28 mega`, `3 billionths`, `28 per mille`: a word behind the value multiplies or divides it."""
    behind = at + 2 if sentence.low(at + 1) == "per" else at + 1
    scaled = sentence.kind(behind) == WORD and multiplies(sentence.low(behind))
    if behind == at + 1 and sentence.low(behind).rstrip("s").endswith("th"):  # three hundredths, a formula by itself
        return ""
    scaled = scaled or (behind > at + 1 and sentence.low(behind) in SCALES | NUMBER_WORDS)
    return f"scale: {sentence.low(behind)!r} behind the value" if scaled else ""


_RULES = (
    _is_scaled,
    _asks,
    _is_left_open,
    _is_beside_a_stranger,
    _is_blurred,
    _is_taken_of,
    _says_nothing,
    _is_function_of,
    _is_told_more,
    _is_conditioned,
)

"""A text's tokens as pieces: words (a hyphenated compound is one), values, number words, and marks."""

from __future__ import annotations

from typing import NamedTuple

from graders.math.lexis.tokens import WORD_KINDS, Token
from graders.math.lexis.units import LETTERS, PERIODS, UNITS, is_unit
from graders.math.lexis.words import NUMBER_WORDS, ORDINAL_ENDINGS, PARTS_OF_DAY, SCALES
from graders.math.prose.labelling import BINDING, MARK, NUMBER, VALUE, WORD, abbreviation_length, labels_of, particles
from graders.math.prose.lexicon.language import Language
from graders.math.prose.lexicon.spelling import folded
from graders.math.prose.lexicon.spoken_numbers import SHARES, counts, is_english, is_numeral, length_of_number, ordinals

_PARTS = frozenset(("half", "third", "quarter", "fourth", "fifth", "sixth", "eighth", "tenth"))

_SIGNS = frozenset(("minus", "negative"))

_TAKEN = frozenset(("of", "more", "less", "fewer", "off"))
"""Words behind a percentage that take it of something else."""

_TWENTY = 20

_MAX_TOKENS_OF_A_NUMBER = 16

_NO_UNITS = frozenset(("in", "at", "to", "a", "as"))
"""Words that are units elsewhere."""


class Piece(NamedTuple):
    """A word, a value or a mark, and the tokens it is made of."""

    kind: str
    text: str
    """The word, or the mark; a value's first token."""
    start: int
    end: int
    ordinal: bool = False
    """Whether a number counts a place: `28th`."""

    @property
    def low(self) -> str:
        """The text as the closed classes spell it."""
        return folded(self.text)


def cut(tokens: list[Token], language: Language | None = None, *, join: bool = True) -> list[Piece]:
    """The pieces of a text in their order; its language says which letters are words and which words are numbers.

    With `join=False` values stay apart that a connective makes one list.
    """
    labels = labels_of(tokens, particles(language))
    pieces: list[Piece] = []
    at = 0
    while at < len(tokens):
        end = _end_of(tokens, labels, at, language)
        piece = _piece(tokens, labels[at], at, end, language)
        if piece is not None:
            pieces.append(piece)
        if labels[at] == VALUE and tokens[end - 1][0] == "num" and tokens[end - 1][1].endswith("."):
            pieces.append(Piece(MARK, ".", end, end))  # the full stop that a number took
        at = end
    return _joined(pieces, tokens) if join else pieces


def _joined(pieces: list[Piece], tokens: list[Token]) -> list[Piece]:
    """The pieces with one value where a sign or a connective joins two: `$a+b$ $= 7$`, `$2$ and $3$`, `minus 5`."""
    joined: list[Piece] = []
    for piece in pieces:
        before = joined[-1] if joined else None
        if piece.kind in (VALUE, NUMBER) and before is not None:
            if before.kind == VALUE and _binds(tokens, before, piece):
                joined[-1] = before._replace(end=piece.end)
                continue
            if before.kind == VALUE and piece.low.removesuffix("s") in SCALES:
                joined[-1] = before._replace(end=piece.end)
                continue
            if before.kind == piece.kind == VALUE and _goes_on(tokens, before, piece):
                joined[-1] = before._replace(end=piece.end)
                continue
            if _is_sign(joined):
                joined[-1] = piece._replace(start=before.start)
                continue
            if piece.kind == VALUE and (behind := _joining(joined)):
                del joined[-behind:]
                joined[-1] = joined[-1]._replace(end=piece.end)
                continue
        joined.append(piece)
    return joined


def _binds(tokens: list[Token], before: Piece, piece: Piece) -> bool:
    """Whether a sign joins two values; `$a+b$ $= 7$` are a subject and what it equals."""
    apart = tokens[before.end : piece.start]
    if tokens[piece.start][0] == "=" and len(apart) > 1 and all(token[0] == "$" for token in apart):
        return False
    return tokens[piece.start][0] in BINDING or tokens[before.end - 1][0] in BINDING


def _is_sign(pieces: list[Piece]) -> bool:
    """Whether the last piece is the sign of what follows: `minus 5`, `negative 3`."""
    signed = pieces[-1].low in _SIGNS
    return signed and (len(pieces) == 1 or pieces[-2].kind in (WORD, MARK))


def _goes_on(tokens: list[Token], before: Piece, piece: Piece) -> bool:
    """Whether a smaller unit follows a measure: `2 hours 30 minutes`."""
    last = tokens[before.end - 1]
    follows = before.end == piece.start and last[0] in WORD_KINDS and tokens[piece.start][0] == "num"
    return follows and is_unit(last[1]) and is_unit(tokens[piece.end - 1][1])


def _joining(pieces: list[Piece]) -> int:
    """How many of the last pieces only join a value before them to one behind: `,`, `and`, `, and`."""
    words = [piece.low for piece in pieces[-2:]]
    if len(pieces) > 1 and pieces[-2].kind == VALUE and words[-1] in ("and", "or", "to", "over", ",", ";"):
        return 1
    return 2 if len(pieces) > 2 and pieces[-3].kind == VALUE and words in ([",", "and"], [",", "or"]) else 0


def _end_of(tokens: list[Token], labels: list[str], at: int, language: Language | None) -> int:
    """The place behind the piece that begins here."""
    if labels[at] == WORD:
        return _end_of_word(tokens, labels, at, language)
    if labels[at] == "abbreviation":
        return at + abbreviation_length(tokens, at)
    if labels[at] != VALUE:
        return at + 1
    end = at
    while end < len(labels) and labels[end] == VALUE and not (end > at and _is_end(tokens, end)):
        end += 1
    if _ends_sentence(tokens, end - 1) and tokens[end][1][:1].isupper():  # 100. Mi rimangio tutto
        return end
    return _end_of_units(tokens, labels, end)


def _is_end(tokens: list[Token], at: int) -> bool:
    return _ends_sentence(tokens, at - 1) or (tokens[at][1] in ("p", "a") and _half_of_day(tokens, at) > 0)


def _ends_sentence(tokens: list[Token], at: int) -> bool:
    """Whether the point behind a number is a full stop: `It is 7. Then`."""
    return tokens[at][0] == "num" and tokens[at][1].endswith(".") and at + 1 < len(tokens) and tokens[at + 1][2]


def _end_of_word(tokens: list[Token], labels: list[str], at: int, language: Language | None) -> int:
    """The place behind a word with its hyphens, or behind a number in words with its units."""
    end = _end_of_number(tokens, labels, at, language)
    if end > at and not is_english(language) and labels[end : end + 2] != ["hyphen", WORD]:  # satu-satunya
        return end
    if end > at and labels[end : end + 1] != ["hyphen"]:
        return end if tokens[end - 1][1].casefold() in SHARES else _end_of_units(tokens, labels, end)
    end = max(end, at + 1)
    while end < len(labels) and labels[end] == "glued":
        end += 1
    while end + 1 < len(labels) and labels[end] == "hyphen" and labels[end + 1] == WORD:  # `half-timbered`
        end += 2
    return end


def _end_of_number(tokens: list[Token], labels: list[str], at: int, language: Language | None) -> int:
    """The place behind the number in words that begins at a place; the place itself where none does."""
    places, words = [], []
    for place in range(at, min(len(labels), at + _MAX_TOKENS_OF_A_NUMBER)):
        if labels[place] == WORD:
            places.append(place)
            words.append(folded(tokens[place][1]))
        elif labels[place] != "hyphen":
            break
    length = length_of_number(words, language)
    return places[length - 1] + 1 if length else at


def _end_of_units(tokens: list[Token], labels: list[str], end: int) -> int:
    """The place behind the units that follow a number."""
    if half := _half_of_day(tokens, end):
        return end + half
    end += _part(tokens, end)
    while end < len(labels) and labels[end] == WORD and _is_unit_here(tokens, end):
        end += 1
    return end + 2 if _is_rate(tokens, end) else end


def _is_rate(tokens: list[Token], at: int) -> bool:
    """Whether `a day` or `an hour` follows a unit."""
    words = [token[1].casefold() for token in tokens[at : at + 2]]
    rated = len(words) == 2 and words[0] in ("a", "an") and UNITS.get(words[1]) in PERIODS and words[1] in PERIODS
    return rated and at > 1 and tokens[at - 1][0] in WORD_KINDS and is_unit(tokens[at - 1][1])


def _part(tokens: list[Token], at: int) -> int:
    """How many tokens `and a half` is behind a number; 0 for any other."""
    words = [token[1].casefold() for token in tokens[at : at + 3]]
    return 3 if words[:2] == ["and", "a"] and words[2:] and words[2] in _PARTS else 0


def _half_of_day(tokens: list[Token], at: int) -> int:
    """How many tokens `p.m.`, `a.m.` or `pm` are behind a number; 0 for any other."""
    words = [token[1].casefold() for token in tokens[at : at + 4]]
    if tokens[at - 1][0] != "num" or not words:
        return 0
    if words[0] in ("am", "pm"):
        return 1
    if words[0] in ("in", "at") and at > 1 and tokens[at - 2][0] == ":":
        length = 2 if words[0] == "at" else 3
        return length if " ".join(words[:length]) in PARTS_OF_DAY else 0
    dotted = len(words) > 2 and words[0] in ("a", "p") and words[1:3] == [".", "m"]
    return (4 if words[3:] == ["."] and at + 4 == len(tokens) else 3) if dotted else 0


def _is_unit_here(tokens: list[Token], at: int) -> bool:
    text = tokens[at][1]
    before = tokens[at - 1]
    measured = before[0] in ("num", "}", r"\frac", "vulgar", "%") or counts(before[1].casefold(), None)
    if not measured and not is_unit(before[1]) and before[1] != "per":
        return False
    after = tokens[at + 1][1].casefold() if at + 1 < len(tokens) else ""
    if text == "per":
        return after.isalpha() and (after == "second" or not counts(after, None))
    if (
        text.lower() == "in"
        and after in ("", ".", ",", ";", ")")
        and tokens[at - 2][1].lower() in ("ft", "feet", "foot")
    ):
        return True
    if text in ("squared", "cubed") and not is_unit(before[1]):
        return False
    if UNITS.get(text) == "percent" and after in _TAKEN:
        return False
    return is_unit(text) and text.lower() not in _NO_UNITS and (len(text) > 1 or text in LETTERS)


def _piece(tokens: list[Token], label: str, at: int, end: int, language: Language | None) -> Piece | None:
    if label == WORD:
        return _word(tokens, at, end, language)
    if label == VALUE:
        ordinal = end < len(tokens) and tokens[end][1] in ORDINAL_ENDINGS and not tokens[end][2]
        return Piece(VALUE, tokens[at][1], at, end, ordinal=ordinal)
    if label == "abbreviation":
        return Piece(WORD, "".join(token[1] for token in tokens[at:end]).rstrip(".") + ".", at, end)
    text = tokens[at][0]
    return Piece(MARK, text, at, end) if label == MARK else None


def _word(tokens: list[Token], at: int, end: int, language: Language | None) -> Piece:
    text = "".join(token[1] for token in tokens[at:end])
    words = [folded(token[1]) for token in tokens[at:end] if token[0] != "-"]
    places = ordinals(language)
    if is_english(language):
        words = _without_units(words)
    if words[0] in places or length_of_number(words, language) < len(words):
        return Piece(WORD, text, at, end, ordinal=len(words) == 1 and words[0] in places)
    tens = NUMBER_WORDS.get(words[0], 0) >= _TWENTY or words[0] in SCALES
    return Piece(NUMBER, text, at, end, ordinal=tens and words[-1] in places and words[-1] != "second")


def _without_units(words: list[str]) -> list[str]:
    """The words without the units and `and a half` behind them."""
    while len(words) > 1 and (is_unit(words[-1]) or words[-1] == "per") and not is_numeral(words[-1]):
        words = words[:-1]
    return words[:-3] if words[-1] in _PARTS and words[-3:-1] == ["and", "a"] else words

"""A text's tokens as pieces: words (a hyphenated compound is one), values, number words, and marks."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from graders.math.lexis.names import role
from graders.math.lexis.positions import multiplies
from graders.math.lexis.tokens import WORD_KINDS, Token
from graders.math.lexis.units import LETTERS, UNITS, is_unit
from graders.math.lexis.words import NUMBER_WORDS, ORDINAL_ENDINGS, SCALES
from graders.math.prose.language import Language
from graders.math.prose.spelling import folded
from graders.math.prose.spoken_numbers import counts, is_english, length_of_number, ordinals

WORD, VALUE, NUMBER, MARK = "word", "value", "number", "mark"
"""What a piece is; a number is a value in words."""
_BINDING = frozenset("=+*/^_<>|") | {"<=", ">=", "!=", r"\cdot", r"\times", r"\approx", r"\in", r"\pm", r"\to"}
"""Signs that make a name of the letters beside them."""
_MARKS = frozenset((".", ",", ";", ":", "?", "!", '"', "'", r"\ldots", r"\therefore", r"\\", "...", r"\dots", "&"))
_OPENING = {"(": ")", "[": "]", "{": "}"}
_MAY_MULTIPLY = frozenset(("word", "product", "points"))
_NAMES = frozenset(("function", "greek", "constant", "glued", "product", "points"))
_ARTICLES = frozenset(("a", "A", "I"))
_AFTER_A_CHOICE = frozenset(("is", "and", "or", "because", "since", "but", "was", "as", "for", "it", "the", "not"))
"""Words before which a capital A is the name of a choice."""
_PARTS = frozenset(("half", "third", "quarter", "fourth", "fifth", "sixth", "eighth", "tenth"))
_ABBREVIATIONS = frozenset(("i.e.", "e.g.", "i.e", "e.g"))
_SHARES = frozenset(("half", "halves", "quarter", "quarters"))
"""What numbers in words divide by, beside ordinals."""
_SIGNS = frozenset(("minus", "negative"))
_TAKEN = frozenset(("of", "more", "less", "fewer", "off"))
"""Words behind a percentage that take it of something else."""
_TWENTY = 20
_LONGEST_NAME = 7
"""Capitals that name a polygon, at most six."""
_MAX_TOKENS_OF_A_NUMBER = 16
_JOINERS = frozenset(("and", "point"))
"""Little words within an English number."""
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
    labels = _labels(tokens, particles(language))
    pieces: list[Piece] = []
    at = 0
    while at < len(tokens):
        end = _end_of(tokens, labels, at, language)
        piece = _piece(tokens, labels[at], at, end, language)
        if piece is not None:
            _add(pieces, piece, tokens)
        at = end
    return _joined(pieces, tokens) if join else pieces


def _add(pieces: list[Piece], piece: Piece, tokens: list[Token]) -> None:
    """Put a piece behind the others; the full stop that a number took is a mark of its own."""
    pieces.append(piece)
    if piece.kind == VALUE and tokens[piece.end - 1][0] == "num" and tokens[piece.end - 1][1].endswith("."):
        pieces.append(Piece(MARK, ".", piece.end, piece.end))


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
    return tokens[piece.start][0] in _BINDING or tokens[before.end - 1][0] in _BINDING


def _is_sign(pieces: list[Piece]) -> bool:
    """Whether the last piece is the sign of what follows: `minus 5`, `negative 3`."""
    signed = pieces[-1].low in _SIGNS
    return signed and (len(pieces) == 1 or pieces[-2].kind == WORD)


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


def particles(language: Language | None) -> frozenset[str]:
    """What is a word and no name: the English articles, or the words of another language's closed classes."""
    if language is None or language.code == "en":
        return _ARTICLES
    return _little_words(language)


@lru_cache(maxsize=256)
def _little_words(language: Language) -> frozenset[str]:
    own = language.words("function words")
    return frozenset((*own, *language.by_word, *language.words("copulas"), "I"))


def _labels(tokens: list[Token], letters: frozenset[str]) -> list[str]:
    """What each token is a part of: a word, a value, a mark, or nothing that counts."""
    labels = [""] * len(tokens)
    _mark_formulas(tokens, labels)
    _mark_braces(tokens, labels)
    for at in range(len(tokens)):
        if not labels[at] and (length := _abbreviation(tokens, at)):
            labels[at : at + length] = ["abbreviation"] * length
        if not labels[at]:
            labels[at] = _label(tokens, at, letters)
    _mark_brackets(tokens, labels)
    for at in range(len(tokens)):
        if labels[at] in ("?", "-"):
            labels[at] = _between(tokens, labels, at)
    return labels


def _abbreviation(tokens: list[Token], at: int) -> int:
    """How many tokens `i.e.` and `e.g.` are; 0 for any other."""
    spelt = "".join(token[1] for token in tokens[at : at + 4]).casefold()
    return 4 if spelt in _ABBREVIATIONS else 3 if spelt[:3] in _ABBREVIATIONS else 0


def _mark_formulas(tokens: list[Token], labels: list[str]) -> None:
    """Label what stands between dollars, and in boxes, as values."""
    dollars = [at for at, token in enumerate(tokens) if token[0] == "$"]
    for place in dollars:
        labels[place] = "$"
    if len(dollars) % 2 == 0:
        for opening, closing in zip(dollars[::2], dollars[1::2], strict=True):
            if not _is_text(tokens[opening + 1 : closing]):
                labels[opening + 1 : closing] = [VALUE] * (closing - opening - 1)
    for at, token in enumerate(tokens):
        if token[0] == r"\boxed" and not labels[at]:
            end = _closing(tokens, at + 1)
            labels[at] = "$"
            if end > at and not _is_text(tokens[at + 2 : end]):
                labels[at + 1] = labels[end] = "$"
                labels[at + 2 : end] = [VALUE] * (end - at - 2)


def _mark_braces(tokens: list[Token], labels: list[str]) -> None:
    """Label what stands in braces as values: those of `\\text` make no tokens."""
    depth = 0
    for at, token in enumerate(tokens):
        depth += token[0] == "{"
        if depth and not labels[at]:
            labels[at] = VALUE
        depth -= token[0] == "}" and depth > 0


def _is_text(tokens: list[Token]) -> bool:
    """Whether nothing but words stands there."""
    return all(token[0] == "word" for token in tokens)


def _closing(tokens: list[Token], at: int) -> int:
    """The place of the bracket that closes the one at a place; -1 where none does."""
    depth = 0
    opening = tokens[at][0] if at < len(tokens) else ""
    for place in range(at, len(tokens)):
        depth += (tokens[place][0] == opening) - (tokens[place][0] == _OPENING.get(opening))
        if not depth:
            return place if place > at else -1
    return -1


def _label(tokens: list[Token], at: int, letters: frozenset[str]) -> str:
    kind, text, _ = tokens[at]
    if kind in WORD_KINDS:
        if text in ORDINAL_ENDINGS and at and tokens[at - 1][0] == "num" and not tokens[at][2]:
            return "ending"
        return WORD if _is_word(tokens, at, letters) else VALUE
    if _is_of_a_name(tokens, at):
        return "glued"
    if kind in _MARKS or (at == 0 and kind == r"\cdot"):
        return "?"
    if kind in ("-", "(", ")", "[", "]", "{", "}"):
        return "-" if kind == "-" else "bracket"
    return VALUE


def _is_word(tokens: list[Token], at: int, letters: frozenset[str]) -> bool:
    """Whether letters are a word of the sentence, and no name in a formula."""
    text = tokens[at][1]
    before = tokens[at - 1][0] if at else ""
    after = tokens[at + 1][0] if at + 1 < len(tokens) else ""
    if len(text) == 1:
        return _is_particle(tokens, at, letters)
    if letters is not _ARTICLES and folded(text) in letters:
        return after not in ("(", "^", "_") or tokens[at + 1][2]
    part = role(text)
    if (part in _MAY_MULTIPLY or (part == "unit" and before != "num")) and multiplies(tokens, at):
        return False
    if text.lower() == "base" and after == "num":
        return False
    if text.lower() == "choose":
        return before not in ("num", ")")
    if part == "unit" and after[:1] == "\\" and after not in _MARKS and not tokens[at + 1][2] and before != "num":
        return False
    if part not in _NAMES or (text.lower() in ("min", "max") and after == "num"):
        return True
    if len(text) == 2 and text[0] == "d" and (before in ("num", ")", "}") or (at and len(tokens[at - 1][1]) == 1)):
        return False  # dx
    if tokens[at][0] == "word" and part == "points" and after in ("", ".", "$") and len(text) < _LONGEST_NAME:
        return False
    if part == "points" and after == ")" and at + 2 < len(tokens) and tokens[at + 2][0] == "^":
        return False  # (AB)^{-1}
    if before in _BINDING or after in _BINDING or (before[:1] == "\\" and before not in _MARKS):
        return False
    if part in ("function", "glued", "greek") and (after in ("num", "(") or _is_variable(tokens, at + 1)):
        return False
    if part == "constant" or (after == "(" and not tokens[at + 1][2]) or (after[:1] == "\\" and after not in _MARKS):
        return part in ("product", "points") and len(text) > 3
    if part in ("product", "glued") and len(text) < 4 and (before == "(" or after == ")"):
        return False
    return not (before == "num" and not tokens[at][2] and part == "product" and not is_unit(text))


def _is_of_a_name(tokens: list[Token], at: int) -> bool:
    """Whether figures stand in a name: `CO2`, `MP3`."""
    before = tokens[at - 1] if at else ("", "", False)
    glued = tokens[at][0] == "num" and not tokens[at][2] and before[0] in WORD_KINDS
    return glued and len(before[1]) > 1 and before[1][0].isupper() and not is_unit(before[1])


def _is_particle(tokens: list[Token], at: int, letters: frozenset[str]) -> bool:
    """Whether a letter alone is a word: one of another script, an article or a pronoun before a word."""
    text = tokens[at][1]
    if not text.isascii() and not 0x370 <= ord(text) < 0x400:
        return True
    if text not in letters and text.casefold() not in letters:
        return False
    kind, following, spaced = tokens[at + 1] if at + 1 < len(tokens) else ("", "", False)
    elided = at > 0 and tokens[at - 1][1].endswith("'")  # `n'a`
    glued = at > 0 and not tokens[at][2] and tokens[at - 1][0] in ("num", *WORD_KINDS)
    if (glued and not elided) or (at and tokens[at - 1][0] in _BINDING):
        return False
    if text == "A" and following.lower() in _AFTER_A_CHOICE:
        return False
    if spaced and kind in WORD_KINDS and len(following) == 1 and text in letters and letters is not _ARTICLES:
        return text.islower() and following.isupper()  # `é a D`
    return spaced and (kind in ("num", "$", '"', "'") or (kind in WORD_KINDS and len(following) > 1))


def _is_variable(tokens: list[Token], at: int) -> bool:
    if at >= len(tokens) or tokens[at][0] not in WORD_KINDS:
        return False
    return len(tokens[at][1]) == 1 and tokens[at][1] not in _ARTICLES


def _mark_brackets(tokens: list[Token], labels: list[str]) -> None:
    """A bracket with words in it, or with a figure behind a word or a value, is an aside; any other is a formula's."""
    open_at: list[int] = []
    for at, token in enumerate(tokens):
        if labels[at] != "bracket":
            continue
        if token[0] in _OPENING:
            open_at.append(at)
            continue
        start = open_at.pop() if open_at else -1
        inside = labels[start + 1 : at]
        based = start >= 0 and tokens[start + 1][1].lower() == "base"
        worded = start < 0 or WORD in inside or _is_restated(tokens, labels, start, at)
        labels[at] = MARK if worded and not based else VALUE
        if start >= 0:
            labels[start] = labels[at]
    for at in open_at:
        labels[at] = VALUE if tokens[at][0] in ("[", "(") and VALUE in labels[at + 1 :] else MARK


def _is_restated(tokens: list[Token], labels: list[str], start: int, end: int) -> bool:
    """Whether a round bracket apart from what stands before it repeats that: `seven (7)`, `1/2 (0.5)`."""
    if tokens[start][0] != "(" or not start or not tokens[start][2]:
        return False
    inside = [token[0] for token in tokens[start + 1 : end] if token[0] != "$"]
    if labels[start - 1] in (WORD, "$"):
        return "," not in inside
    return tokens[start - 1][0] == "num" and all(kind in ("num", r"\frac", "/", "=", r"\approx") for kind in inside)


def _between(tokens: list[Token], labels: list[str], at: int) -> str:
    """Whether punctuation belongs to a formula, by what stands beside it."""
    kind, _, spaced = tokens[at]
    left = _neighbour(labels, at, -1)
    right = _neighbour(labels, at, 1)
    apart = at + 1 < len(tokens) and tokens[at + 1][2]
    if kind == "-":
        return _hyphen(left, right, spaced, apart, at)
    if kind == "!":
        return VALUE if left == VALUE and not spaced else MARK
    if kind in (",", ";"):
        return VALUE if left == right == VALUE else MARK
    if kind == ":":
        return VALUE if left == right == VALUE and not apart else MARK
    if kind == "'":
        return VALUE if left == VALUE and not spaced and right == VALUE and not apart else "'"
    return MARK


def _hyphen(left: str, right: str, spaced: bool, apart: bool, at: int) -> str:
    if left == right == WORD:
        return MARK if spaced or apart else "hyphen"
    if right == VALUE:
        dash = (spaced and apart and left not in (VALUE, "")) or (at == 0 and apart)
        return MARK if dash else VALUE if left == VALUE or spaced or not left or left in (MARK, "$") else "hyphen"
    return MARK if spaced or left != VALUE else "hyphen"


def _neighbour(labels: list[str], at: int, step: int) -> str:
    at += step
    while 0 <= at < len(labels) and labels[at] == "$":
        at += step
    return labels[at] if 0 <= at < len(labels) else ""


# -- pieces --------------------------------------------------------------------------------------------------


def _end_of(tokens: list[Token], labels: list[str], at: int, language: Language | None) -> int:
    """The place behind the piece that begins here."""
    if labels[at] == WORD:
        return _end_of_word(tokens, labels, at, language)
    if labels[at] == "abbreviation":
        return at + _abbreviation(tokens, at)
    if labels[at] != VALUE:
        return at + 1
    end = at
    while end < len(labels) and labels[end] == VALUE and not (end > at and _is_end(tokens, at, end)):
        end += 1
    return _end_of_units(tokens, labels, end, language)


def _is_end(tokens: list[Token], start: int, at: int) -> bool:
    return _ends_sentence(tokens, at - 1) or (tokens[at][1] in ("p", "a") and _half_of_day(tokens, at) > 0)


def _ends_sentence(tokens: list[Token], at: int) -> bool:
    """Whether the point behind a number is a full stop: `It is 7. Then`."""
    return tokens[at][0] == "num" and tokens[at][1].endswith(".") and at + 1 < len(tokens) and tokens[at + 1][2]


def _end_of_word(tokens: list[Token], labels: list[str], at: int, language: Language | None) -> int:
    end = at + 1
    if not is_english(language):
        if number := _length_abroad(tokens, labels, at, language):
            return at + number
    elif counts(tokens[at][1].casefold(), language):
        return _end_of_number(tokens, labels, at)
    while end < len(labels) and labels[end] == "glued":
        end += 1
    while end + 1 < len(labels) and labels[end] == "hyphen" and labels[end + 1] == WORD:
        end += 2
    return end


def _length_abroad(tokens: list[Token], labels: list[str], at: int, language: Language | None) -> int:
    """How many tokens from a place on are a number in the words of a language other than English."""
    places, words = [], []
    for place in range(at, min(len(labels), at + _MAX_TOKENS_OF_A_NUMBER)):
        if labels[place] == WORD:
            places.append(place)
            words.append(folded(tokens[place][1]))
        elif labels[place] != "hyphen":
            break
    length = length_of_number(words, language) if language is not None else 0
    return places[length - 1] + 1 - at if length else 0


def _end_of_number(tokens: list[Token], labels: list[str], at: int) -> int:
    """The place behind an English number in words, or behind the compound that it opens: `half-timbered`."""
    end = at + 1
    while end < len(labels):
        skip = end + 1 if labels[end] == "hyphen" and end + 1 < len(labels) else end
        word = tokens[skip][1].casefold()
        following = tokens[skip + 1][1].casefold() if skip + 1 < len(labels) else ""
        joined = word in _JOINERS and counts(following, None)
        if labels[skip] == WORD and word in _SHARES:
            return skip + 1
        if labels[skip] != WORD or not (_is_numeral(word) or joined):
            return _end_of_units(tokens, labels, end) if skip == end else _end_of_compound(labels, end)
        end = skip + 1
    return end


def _end_of_compound(labels: list[str], end: int) -> int:
    while end + 1 < len(labels) and labels[end] == "hyphen" and labels[end + 1] == WORD:
        end += 2
    return end


def _is_numeral(word: str) -> bool:
    return counts(word, None) or (counts(word.removesuffix("s"), None) and word != "seconds")


def _end_of_units(tokens: list[Token], labels: list[str], end: int, language: Language | None = None) -> int:
    """The place behind the units that follow a number."""
    if half := _half_of_day(tokens, end):
        return end + half
    end += _part(tokens, end)
    own = _operators_abroad(language)
    while end < len(labels) and labels[end] == WORD and _is_unit_here(tokens, end):
        if folded(tokens[end][1]) in own:  # `28 mi` asks in Turkish
            break
        end += 1
    return end


@lru_cache(maxsize=256)
def _operators_abroad(language: Language | None) -> frozenset[str]:
    """The operators of one word of a language other than English."""
    if language is None or language.code == "en":
        return frozenset()
    return frozenset(entry.words[0] for entry in language.entries if len(entry.words) == 1 and entry.kind != "labels")


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
        return _value(tokens, at, end)
    if label == "abbreviation":
        return Piece(WORD, "".join(token[1] for token in tokens[at:end]).rstrip(".") + ".", at, end)
    text = tokens[at][0]
    return Piece(MARK, text, at, end) if label == MARK else None


def _word(tokens: list[Token], at: int, end: int, language: Language | None) -> Piece:
    text = "".join(token[1] for token in tokens[at:end])
    words = [folded(token[1]) for token in tokens[at:end] if token[0] != "-"]
    places = ordinals(language)
    if not is_english(language):
        number = language is not None and length_of_number(words, language) == len(words)
        return Piece(NUMBER if number else WORD, text, at, end, ordinal=len(words) == 1 and words[0] in places)
    while len(words) > 1 and (is_unit(words[-1]) or words[-1] == "per") and not _is_numeral(words[-1]):
        words.pop()
    if words[-1] in _PARTS and words[-3:-1] == ["and", "a"]:
        words = words[:-3]
    if len(words) > 1 and words[-1] in _SHARES:
        words.pop()
    if (
        words[0] not in places
        and _is_numeral(words[0])
        and all(_is_numeral(word) or word in _JOINERS for word in words)
    ):
        tens = NUMBER_WORDS.get(words[0], 0) >= _TWENTY or words[0] in SCALES
        return Piece(NUMBER, text, at, end, ordinal=tens and words[-1] in places and words[-1] != "second")
    return Piece(WORD, text, at, end, ordinal=len(words) == 1 and words[0] in places)


def _value(tokens: list[Token], at: int, end: int) -> Piece:
    ordinal = end < len(tokens) and tokens[end][1] in ORDINAL_ENDINGS and not tokens[end][2]
    return Piece(VALUE, tokens[at][1], at, end, ordinal=ordinal)

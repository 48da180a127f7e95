"""A text parted into pieces, in the language that it is found to be in, with its operators and clauses."""

from __future__ import annotations

from typing import NamedTuple

from graders.math.lexis.tokens import WORD_KINDS, Token
from graders.math.lexis.units import is_unit
from graders.math.prose.labelling import MARK, NUMBER, VALUE, WORD
from graders.math.prose.lexicon.figures import compounded, placed, related, shared, signed
from graders.math.prose.lexicon.language import ENGLISH, Language, any_latin, spaced_out
from graders.math.prose.lexicon.measured import in_any_units, in_known_units, percents_behind, units_apart
from graders.math.prose.lexicon.recognition import language_of
from graders.math.prose.lexicon.spelling import elisions_apart, points_for_commas, scripts_apart, suffixes_apart
from graders.math.prose.lexicon.spoken_numbers import as_figure, is_english, scaled
from graders.math.prose.operators import Clauses, Operator, clauses, operators
from graders.math.prose.pieces import Piece, cut

Span = list[Token]
_LONG = 5
"""Letters of a word that is a unit of another language in a text that looks English."""


class Sentence(NamedTuple):
    """A text cut into pieces, with what its language makes of them."""

    pieces: list[Piece]
    tokens: list[Token]
    language: Language
    operators: list[Operator]
    where: Clauses
    lows: list[str]
    """The pieces as the closed classes spell them."""

    def low(self, at: int) -> str:
        """The word at a place as the closed classes spell it; empty where none stands."""
        return self.lows[at] if 0 <= at < len(self.lows) else ""

    def kind(self, at: int) -> str:
        """The kind of the piece at a place; a mark beyond the text."""
        return self.pieces[at].kind if 0 <= at < len(self.pieces) else MARK

    def span(self, at: int) -> Span:
        """The tokens of a piece, without dollars and the braces of a box."""
        piece = self.pieces[at]
        tokens = [token for token in self.tokens[piece.start : piece.end] if token[0] != "$"]
        if piece.kind != NUMBER or is_english(self.language):
            return tokens
        return [*as_figure(tokens, self.language), *_units_behind(self.tokens, piece.end)]

    def place(self, at: int) -> str:
        """Where a piece stands, as a rule names it."""
        return f"word {1 + sum(piece.kind != MARK for piece in self.pieces[:at])}"


def _units_behind(tokens: Span, at: int) -> Span:
    """The units behind a number in words, which stand in English there."""
    end = at
    while (
        end < len(tokens) and tokens[end][0] in ("word", "%") and (is_unit(tokens[end][1]) or tokens[end][1] in "%per")
    ):
        end += 1
    return tokens[at:end]


def parted(
    tokens: list[Token], told: Language | None = None, pieces: list[Piece] | None = None
) -> tuple[Sentence, str]:
    """The pieces of a text with its operators, and the code of its language.

    It is cut as English first, for the words that tell its language, and again only in another one.
    """
    apart = scripts_apart(tokens)
    if pieces is None or apart != tokens:
        tokens, pieces = apart, cut(apart)
    told = told or language_of(_telling(pieces, tokens))
    own = told or any_latin()
    if told is not None and told.code != ENGLISH:
        tokens = _as_spelt(tokens, told)
        pieces = cut(tokens, told)
    elif (known := in_any_units(tokens, _LONG if told else 1)) != tokens:  # A viagem durou 6 minutos
        tokens, pieces = known, cut(known)
    functions = own.words("function words") | own.words("result verbs")
    is_anchored = not is_english(own) or any(piece.kind == WORD and piece.low in functions for piece in pieces)
    found = operators(pieces, own if is_anchored else any_latin())
    lows = [piece.low for piece in pieces]
    return Sentence(pieces, tokens, own, found, clauses(pieces, lows, own, found), lows), told.code if told else ""


def _as_spelt(tokens: list[Token], own: Language) -> list[Token]:
    """The tokens as a language spells: its elided words parted, its decimal commas points, its runs of signs cut."""
    spelling = own.words("spelling")
    if elisions := own.words("elisions"):
        tokens = elisions_apart(tokens, elisions)
    if "decimal-comma" in spelling:
        tokens = points_for_commas(tokens)
    if "percent-first" in spelling:
        tokens = percents_behind(suffixes_apart(tokens))
    if "other-script" in spelling:
        tokens = shared(tokens, own)
    if "unspaced" in spelling:
        tokens = spaced_out(units_apart(tokens, own), own)
    for setting in (compounded, placed, shared, signed, related, scaled):
        tokens = setting(tokens, own)
    return in_known_units(tokens, own)


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

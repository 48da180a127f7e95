"""The operators of a text: which words they are, and which values each governs."""

from __future__ import annotations

from typing import NamedTuple

from graders.math.lexis.names import CHOICES
from graders.math.prose.labelling import MARK, NUMBER, VALUE, WORD
from graders.math.prose.lexicon.language import ACCOMPANIED, ENGLISH, Language, ListedPhrase
from graders.math.prose.pieces import Piece

_HIDDEN_AT_THE_START = frozenset(("arithmetic", "bound", "approximation", "denial", "labels", "other quantity"))
"""Classes whose word may open a name at the start of a sentence: `Half Moon Bay`."""
_WEAK = frozenset(('"', "'", "(", "["))
_ENCLOSING = _WEAK | {")", "]"}
"""Marks that part no operator from a value behind it: `(half of) 16`."""
_ENDS = frozenset((".", "?", "!", ";", r"\therefore"))
_MAX_BETWEEN = 3
"""Words between an operator and the value that it governs."""
_SET_OFF = frozenset(("arithmetic", "bound", "approximation", "alternative", "denial", "negation"))
"""Classes that govern every value of the sentence from an aside of their own: `28, doubled,`, `(half) 28`."""


class Operator(NamedTuple):
    """An operator in a text: its entry and the pieces that it consists of."""

    entry: ListedPhrase
    first: int
    last: int

    @property
    def kind(self) -> str:
        """The class of the operator."""
        return self.entry.kind

    @property
    def is_of_all(self) -> bool:
        """Whether it speaks of all that its clause or the text says."""
        return self.kind not in ACCOMPANIED and self.entry.scope in ("text", "clause", "opening")


class Clauses(NamedTuple):
    """For each piece the numbers of its sentence and of its clause."""

    sentence: list[int]
    clause: list[int]


def operators(pieces: list[Piece], language: Language) -> list[Operator]:
    """The operators of a text, the longest entry at each place, those in names and compounds left out."""
    words = [piece.low if piece.kind in (WORD, NUMBER) else "" for piece in pieces]
    found: list[Operator] = []
    for at, piece in enumerate(pieces):
        if not words[at]:
            continue
        covered = {kept.entry.kind for kept in found if kept.first <= at <= kept.last}
        fixed_to = max((kept.last for kept in found if kept.kind == "set phrases"), default=-1)
        starting = [entry for entry in language.at(words, at) if at + len(entry.words) - 1 > fixed_to or at > fixed_to]
        fixed = [entry for entry in starting if entry.kind == "set phrases"]
        for entry in fixed[:1] or starting:
            last = at + len(entry.words) - 1
            if piece.kind == NUMBER and len(entry.words) == 1:
                continue
            if entry.kind not in covered and not _is_hidden(pieces, at, last, entry, language):
                found.append(Operator(entry, at, last))
    named = titles(pieces)
    return [kept for kept in found if kept.kind != "set phrases" and kept.first not in named]


def titles(pieces: list[Piece]) -> frozenset[int]:
    """The places within quoted names that words stand around: `The "More or Less" show`; a quoted value is none."""
    quotes = [at for at, piece in enumerate(pieces) if piece.text == '"' and piece.kind == MARK]
    found: set[int] = set()
    for first, last in zip(quotes[::2], quotes[1::2], strict=False):
        inside = pieces[first + 1 : last]
        beside = [pieces[at].kind for at in (first - 1, last + 1) if 0 <= at < len(pieces)]
        spelt = len(inside) > 1 and all(piece.kind == WORD for piece in inside)
        if spelt and WORD in beside and VALUE not in beside and NUMBER not in beside and _is_title(inside):
            found.update(range(first, last))
    return frozenset(found)


def _is_title(words: list[Piece]) -> bool:
    """Whether the first and the last of some words have capitals."""
    return words[0].text[:1].isupper() and words[-1].text[:1].isupper()


def _is_hidden(pieces: list[Piece], at: int, last: int, entry: ListedPhrase, language: Language) -> bool:
    if entry.kind == "labels" or "capital-nouns" in language.words("spelling"):
        return False
    opens = at == 0 or pieces[at - 1].text in _ENDS
    may_be_a_name = _is_capitalised(pieces[at].text) and (not opens or entry.kind in _HIDDEN_AT_THE_START)
    if may_be_a_name and (_is_name(pieces, last + 1) or (not opens and _is_name(pieces, at - 1))):
        return True
    if entry.kind != "denial" or entry.scope != "text" or (last > at and language.code != ENGLISH):
        return False  # of several words it is a verb: 28 वापस लेता हूँ
    return _is_attributive(pieces, at, last, language)


def _is_capitalised(word: str) -> bool:
    return word[:1].isupper() and (len(word) == 1 or not word.isupper())


def _is_name(pieces: list[Piece], at: int) -> bool:
    return (
        0 <= at < len(pieces)
        and pieces[at].kind == WORD
        and _is_capitalised(pieces[at].text)
        and len(pieces[at].text) > 1
    )


def _is_attributive(pieces: list[Piece], at: int, last: int, language: Language) -> bool:
    """Whether the word qualifies a noun that is no name of the answer: `false killer whales`, `wrong turns`."""
    if last + 1 >= len(pieces) or (pieces[last + 1].kind != WORD and pieces[last + 1].low != "ones"):
        return False
    noun = pieces[last + 1].low
    closed = language.words("function words") | language.words("copulas") | language.words("answer nouns")
    listed = (entry for entry in language.by_word.get(noun, ()) if entry.kind not in ACCOMPANIED)
    if noun in closed or any(len(entry.words) == 1 for entry in listed):
        return False
    before = pieces[at - 1] if at else None
    if before is None or before.low in language.words("articles"):
        start = at - 2
        return start < 0 or pieces[start].low not in language.words("copulas")
    if before.low in language.words("subjects") or _is_name(pieces, last + 1):
        return False
    return before.low not in language.words("copulas") and (before.low in closed or before.kind in (VALUE, NUMBER))


# -- clauses -------------------------------------------------------------------------------------------------


def clauses(pieces: list[Piece], words: list[str], language: Language, found: list[Operator]) -> Clauses:
    """Which sentence and which clause each piece is in: a conjunction opens one, and ends one that opens a sentence.

    The `but` of `anything but` opens none.
    """
    within = {at for one in found for at in range(one.first + 1, one.last + 1)}
    sentence, clause = [0] * len(pieces), [0] * len(pieces)
    opening = language.phrases["conjunctions"]
    first_words = {phrase[0] for phrase in opening}
    subordinate = False
    fresh = True
    for at in range(len(pieces)):
        if at:
            sentence[at], clause[at] = sentence[at - 1], clause[at - 1]
            if pieces[at - 1].kind == MARK and pieces[at - 1].text in _ENDS:
                sentence[at] += 1
                clause[at] += 1
                fresh, subordinate = True, False
        opens = words[at] in first_words and at not in within
        starts = opens and any(tuple(words[at : at + len(phrase)]) == phrase for phrase in opening)
        if starts and fresh:
            subordinate = True
        elif starts or (subordinate and at and pieces[at - 1].text == ","):
            clause[at] += 1
            subordinate = False
        fresh = False
    return Clauses(sentence, clause)


# -- what is governed ----------------------------------------------------------------------------------------


def governs(operator: Operator, pieces: list[Piece], at: int, where: Clauses, language: Language) -> bool:
    """Whether an operator governs the value at a place."""
    if operator.first <= at <= operator.last or _changes_its_name(operator, pieces, language):
        return True
    same = where.sentence[operator.first] == where.sentence[at]
    if same and operator.kind in _SET_OFF and _fills_an_aside(operator, pieces, language):
        return True
    return _SCOPES[operator.entry.scope](operator, pieces, at, where, language)


def _changes_its_name(operator: Operator, pieces: list[Piece], language: Language) -> bool:
    """Whether the operator changes what the value is said to be: `half the answer is 28`, `the answer squared`."""
    if operator.kind not in ("arithmetic", "other quantity"):
        return False
    nouns = language.words("answer nouns")
    behind = [piece.low for piece in pieces[operator.last + 1 : operator.last + 3] if piece.kind == WORD]
    if operator.entry.scope != "behind" and (behind[:1] == ["the"] or operator.entry.words[-1] == "of"):
        return any(word in nouns for word in behind)
    before = pieces[operator.first - 1] if operator.first else None
    return operator.entry.scope != "before" and before is not None and before.kind == WORD and before.low in nouns


def _fills_an_aside(operator: Operator, pieces: list[Piece], language: Language) -> bool:
    """Whether nothing but an operator and little words stands between two marks, or between `or` and one."""
    first, last = operator.first, operator.last + 1
    while first and pieces[first - 1].kind != MARK:
        first -= 1
    while last < len(pieces) and pieces[last].kind != MARK:
        last += 1
    before = pieces[first : operator.first]
    offers = operator.kind == "alternative" and operator.entry.scope in ("behind", "beside", "clause") and not before
    if offers and not first:  # or its inverse 28
        return True
    if any(piece.kind == VALUE for piece in pieces[first:last]) or (not first and last == len(pieces)):
        return False
    if offers:
        return True
    if last > operator.last + 1 or (before and operator.entry.scope in ("before", "opening")):
        return False
    return all(piece.low in language.words("function words") for piece in before)


def _subject(operator: Operator, pieces: list[Piece], at: int, where: Clauses, language: Language) -> bool:
    """Whether the operator opens the clause that says what the value is: `one of the roots is 28`."""
    first = operator.first
    if _before(operator, pieces, at, where, language):
        return True
    opens = not first or pieces[first - 1].kind == MARK or where.clause[first - 1] != where.clause[first]
    opens = opens or pieces[first - 1].low in language.words("function words")
    if not opens or operator.last >= at or where.clause[first] != where.clause[at]:
        return False
    between = pieces[operator.last + 1 : at]
    copulas = language.words("copulas")
    return any(piece.low in copulas for piece in between) or sum(piece.kind == WORD for piece in between) < 2


def _before(operator: Operator, pieces: list[Piece], at: int, _where: Clauses, language: Language) -> bool:
    between = [piece for piece in pieces[operator.last + 1 : at] if piece.text not in _ENCLOSING]
    if between and between[-1].text in CHOICES and pieces[at - 1].text == ")":  # different from B) 5
        del between[-1]
    if operator.last > at or len(between) > _MAX_BETWEEN:
        return False
    little = (language.words("function words") | language.words("answer nouns")) - language.words("copulas")
    return all(piece.kind == WORD and piece.low in little for piece in between)


def _behind(operator: Operator, pieces: list[Piece], at: int, where: Clauses, language: Language) -> bool:
    between = [piece for piece in pieces[at + 1 : operator.first] if piece.text not in _ENCLOSING]
    if operator.first < at or where.sentence[operator.first] != where.sentence[at]:
        return False
    if between and between[-1].text in (",", "(", "[", "-", ":"):
        return all(piece.kind != VALUE for piece in between) and len(between) <= _MAX_BETWEEN + 1
    if any(piece.kind != WORD for piece in between) or len(between) > _MAX_BETWEEN:
        return False
    after = operator.last + 1
    ends = after >= len(pieces) or pieces[after].kind == MARK or pieces[after].low == "than"
    counted = len(between) == 1 and "unspaced" in language.words("spelling")  # a word that counts: 26 小節以上
    return not between or counted or len(operator.entry.words) > 1 or ends


def _clause(operator: Operator, pieces: list[Piece], at: int, where: Clauses, language: Language) -> bool:
    if where.clause[operator.first] == where.clause[at]:
        return True
    return _is_about_the_value(operator, pieces, where, language) and not _is_a_step(
        operator, pieces, at, where, language
    )


def _is_a_step(operator: Operator, pieces: list[Piece], at: int, where: Clauses, language: Language) -> bool:
    """Whether an operator tells how another clause comes to its value: `vermenigvuldigen we; de kans is 5/16`."""
    if operator.kind != "arithmetic" or operator.first > at or language.code == ENGLISH:
        return False
    other = where.sentence[operator.first] != where.sentence[at]
    parts = where.sentence if other else where.clause
    own = (piece for place, piece in enumerate(pieces[:at]) if parts[place] == parts[at])
    return any(piece.low in language.words("copulas") for piece in own)


def _is_about_the_value(operator: Operator, pieces: list[Piece], where: Clauses, language: Language) -> bool:
    """Whether the operator's clause has no matter of its own, and so speaks of the value: `That isn't right`."""
    own = [at for at, clause in enumerate(where.clause) if clause == where.clause[operator.first]]
    if any(pieces[at].kind in (VALUE, NUMBER) for at in own):
        return False
    closed = language.words("function words") | language.words("copulas") | language.words("answer nouns")
    content = [at for at in own if pieces[at].kind == WORD and pieces[at].low not in closed]
    return all(operator.first <= at <= operator.last or language.governs(pieces[at].low) for at in content)


def _opening(operator: Operator, pieces: list[Piece], at: int, where: Clauses, _language: Language) -> bool:
    first = operator.first
    opens = not first or pieces[first - 1].kind == MARK
    if operator.kind in ("question", "instruction"):
        opens = not first or where.sentence[first - 1] != where.sentence[first] or pieces[first - 1].text == ":"
    return opens and where.sentence[first] == where.sentence[at]


_SCOPES = {
    "before": _before,
    "behind": _behind,
    "beside": lambda *where: _before(*where) or _behind(*where),
    "clause": _clause,
    "text": lambda *_where: True,
    "opening": _opening,
    "subject": _subject,
    "order": _before,
}

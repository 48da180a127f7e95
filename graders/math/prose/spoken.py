"""What a sentence of words says: what stands behind its copula or ends it, when its subject is what was asked."""

from __future__ import annotations

from graders.math.lexis.tokens import WORD_KINDS, Token
from graders.math.lexis.words import is_scale_word
from graders.math.prose.elsewhere import has_own_subject
from graders.math.prose.labelling import MARK, NUMBER, VALUE, WORD
from graders.math.prose.lexicon.language import (
    ENGLISH,
    Language,
    alternatives_abroad,
    english,
    language,
    operator_words,
    verdicts,
)
from graders.math.prose.lexicon.spoken_numbers import is_english
from graders.math.prose.operators import Operator
from graders.math.prose.parted import Sentence, parted

_QUIET = frozenset((".", "!", '"', "'", "(", ")", ":", ","))
_GIVING = frozenset(("because", "since", "as", "for"))
"""Words that open a reason."""
_WORKING = frozenset(("arithmetic", "bound", "approximation"))
"""Classes that take an answer back where nothing else is said: `Yes, halved`."""
_REFUTING = frozenset(("negation", "condition", "doubt", "question", "denial", "alternative"))


def complements(tokens: list[Token], wanted: frozenset[str]) -> list[str]:
    """Which of the wanted phrases a sentence says, as `The orbit is an ellipse` says `ellipse`.

    Nothing where an operator stands in it, or its subject is something else (`5 is no solution`).
    """
    sentence, code = parted(tokens)
    return [phrase for phrase in sorted(wanted) if _ends_in(sentence, phrase.split(), code)]


def _ends_in(sentence: Sentence, phrase: list[str], code: str) -> bool:
    pieces = sentence.pieces
    end = len(pieces)
    while end and pieces[end - 1].kind == MARK and pieces[end - 1].text in (".", "!", '"', "'", ")"):
        end -= 1
    words = [word for at in range(end) for word in _words_at(sentence, at)]
    counts = [len(_words_at(sentence, at)) for at in range(end)]
    start, length = end, 0
    while start and length < len(phrase):
        start -= 1
        length += counts[start]
    if length != len(phrase) or words[len(words) - length :] != phrase:
        return False
    articles = sentence.language.words("articles") | {"the"}
    if all(sentence.pieces[at].text in _QUIET - {"!"} or sentence.low(at) in articles for at in range(start)):
        return sentence.pieces[-1].text != "!"
    return bool(code) and _is_free(sentence, start) and _is_asked_for(sentence, start)


def _words_at(sentence: Sentence, at: int) -> list[str]:
    """The words of a piece as a text spells them; nothing for a mark."""
    piece = sentence.pieces[at]
    if piece.kind == MARK:
        return [] if piece.text in _QUIET else [piece.text]
    tokens = [token for token in sentence.tokens[piece.start : piece.end] if token[0] != "$"]
    if piece.kind == VALUE and [token[0] for token in tokens] == ["-", "num"]:
        return ["-" + tokens[1][1]]
    return [
        token[1].casefold().rstrip(".") or "."
        for at, token in enumerate(tokens)
        if token[0] != "-" or (piece.kind == VALUE and not at)
    ]


def _is_free(sentence: Sentence, start: int) -> bool:
    """Whether no operator and no question stands before what is said, and it is one sentence."""
    marks = {sentence.pieces[at].text for at in range(len(sentence.pieces)) if sentence.kind(at) == MARK}
    inner = {sentence.pieces[at].text for at in range(start) if sentence.kind(at) == MARK}
    if "?" in marks or inner & {".", ";", "("}:
        return False
    if _offers_abroad(sentence, start):
        return False
    return not any(_bears_on_words(found, start) for found in sentence.operators)


def _offers_abroad(sentence: Sentence, start: int) -> bool:
    """Whether a word for `or` of some language stands before the words, where languages tie: `Venus o Mercury`."""
    if len(sentence.language.code) == len(ENGLISH) and not is_english(sentence.language):
        return False
    known = language(ENGLISH).words("function words")
    return any(sentence.low(at) in alternatives_abroad() - known for at in range(start))


def _bears_on_words(found: Operator, start: int) -> bool:
    """Whether an operator stands before the words, not within them; one of a number counts only right before them."""
    if found.first >= start or found.kind == "labels":
        return False
    if found.last >= start:
        return False
    return (
        found.entry.scope not in ("before", "beside", "behind") or found.last == start - 1 or found.kind == "arithmetic"
    )


def _is_asked_for(sentence: Sentence, start: int) -> bool:
    """Whether the subject is one thing that is not something else than what was asked."""
    language = sentence.language
    others = language.words("other subjects")
    if any(sentence.kind(at) in (VALUE, NUMBER) or sentence.low(at) in others for at in range(start)):
        return False
    if sentence.low(0) in language.words("aside denials"):  # `odd is even`
        return False
    known = language.words("function words") | language.words("answer nouns") | language.words("candidates")
    if sentence.low(1) in language.words("copulas") and not known & {sentence.low(0)}:  # `composite is prime`
        return sentence.pieces[start].text[:1].isupper() and sentence.pieces[0].text[:1].isupper()
    articles = language.words("articles") | {"the", "on", "in", "at", "by"}
    verb = start - 1
    while verb > 0 and sentence.low(verb) in articles:
        verb -= 1
    copulas = [at for at in range(start) if sentence.low(at) in language.words("copulas")]
    if copulas and sentence.pieces[copulas[0] - 1].text in _PARTING_SUBJECTS:  # `ice，即yes`
        return False
    if copulas:
        return (copulas == [verb] and verb > 0) or _is_passive(sentence, copulas, verb, start)
    return _is_told(sentence, start)


_PARTING_SUBJECTS = frozenset((",", ";", ":"))


def _is_passive(sentence: Sentence, copulas: list[int], verb: int, start: int) -> bool:
    """Whether a name ends what was done to a subject that is no answer: `The treaty was signed in Oslo`."""
    cased = any(piece.text[:1].isupper() for piece in sentence.pieces)
    named = start < len(sentence.pieces) and sentence.pieces[start].text[:1].isupper() >= cased
    formed = sentence.low(verb).endswith(("ed", "en", "wn"))
    formed = formed or sentence.low(verb) in sentence.language.words("irregular participles")
    if sentence.low(start - 1) == "by" and sentence.low(start) in sentence.language.words("days and months"):
        return False
    participle = copulas == [verb - 1] and verb < start - 1 and formed
    subject = {sentence.low(at) for at in range(verb - 1)}
    return named and participle and not subject & sentence.language.words("answer nouns")


def _is_told(sentence: Sentence, start: int) -> bool:
    """Whether a sentence without a copula tells the words of a definite subject: `The needle points north`."""
    content = [at for at in range(start) if sentence.kind(at) == WORD]
    if not content:
        return False
    if sentence.low(content[-1]) == "of":  # the negation of Rome
        return False
    if _has_a_rival(sentence, start):
        return False
    if sentence.low(content[0]) in english("orders"):  # cross out gray
        return False
    if sentence.low(content[0]) == "it" and sentence.low(content[1:2][0] if content[1:] else -1) not in _telling_verbs(
        sentence
    ):
        return False
    definite = sentence.low(content[0]) in ("the", "it", "our", "its", "this") or sentence.pieces[0].text[:1].isupper()
    return definite and len(content) > 1 and all(sentence.pieces[at].text not in (",", ":") for at in range(start))


def _telling_verbs(sentence: Sentence) -> frozenset[str]:
    """Verbs behind `it` that say what it is: `It stays even`, not `It hates gray`."""
    return sentence.language.words("result verbs") | sentence.language.words("copulas") | _STAYING


_STAYING = frozenset(
    ("stays", "points", "means", "lands", "falls", "happens", "occurs", "takes", "must", "will", "has")
)


def _has_a_rival(sentence: Sentence, start: int) -> bool:
    """Whether another name stands in a sentence that ends in one: `It moved from Porto to Lisbon`."""
    if not sentence.pieces[start].text[:1].isupper() or sentence.kind(start + 1) == VALUE:  # of a date there are none
        return False
    known = sentence.language.words("function words")
    opens = is_english(sentence.language) and sentence.pieces[0].text[:1].isupper() and sentence.low(0) not in known
    return opens or any(sentence.pieces[at].text[:1].isupper() for at in range(1, start) if sentence.kind(at) == WORD)


def gives_verdict(tokens: list[Token], wanted: frozenset[str]) -> bool | None:
    """Whether a text answers by one of the wanted verdicts (`yes`), and takes back nothing; None where by none at all.

    `The answer is: no, such a triangle cannot exist`, `The statement is false because zero is even`.
    """
    sentence, _ = parted(tokens)
    said, own = verdicts(sentence.language), sentence.language
    at = _first_verdict(sentence, said)
    if at < 0:
        return None
    opens = all(sentence.kind(place) == MARK for place in range(at))
    behind = sentence.pieces[at + 1] if at + 1 < len(sentence.pieces) else None
    reasons = own.words("reasons")
    apart = behind is None or behind.kind == MARK or behind.low in reasons - {"for"}  # `false for negative k`
    apart = apart or (behind is not None and behind.low == "that" and sentence.low(at - 1) in own.words("copulas"))
    if not apart and not (opens and is_english(own) and said[sentence.low(at)] in ("yes", "no")):
        return None if opens else False
    if not apart and not _may_go_on(sentence, at):
        return None
    if said[sentence.low(at)] not in wanted:
        return False
    rest = sentence.tokens[sentence.pieces[at].end :]
    while rest and rest[0][0] in _PARTING:
        rest = rest[1:]
    if not rest:
        return True
    return _is_plain_reason(parted(rest, own)[0], said, sentence.low(at)) and not _is_borrowed(rest, own)


def _may_go_on(sentence: Sentence, at: int) -> bool:
    """Whether what follows a verdict without a mark is a sentence: `No it does not`; `No idea` is none."""
    words = [sentence.low(place) for place in range(at + 1, len(sentence.pieces)) if sentence.kind(place) == WORD]
    return len(words) > 2 or not sentence.language.words("function words").isdisjoint(words)


_PARTING = frozenset((".", ",", ":", ";", "!", "-", "*", "$", "}"))
_LONGEST_OPENING = 8
"""Words before a verdict."""


def _first_verdict(sentence: Sentence, said: dict[str, str]) -> int:
    """The place of the verdict that a text opens with, little words and a name of the answer before it; else -1."""
    own = sentence.language
    openings = own.words("verdict openings") | own.words("copulas") | own.words("answer nouns") | own.words("articles")
    openings |= own.words("answer openings") | own.words("labels")
    openings |= frozenset() if is_english(own) else own.words("function words") - operator_words(own)
    for at, piece in enumerate(sentence.pieces[: 2 * _LONGEST_OPENING]):
        if at and piece.low in own.words("copulas"):  # 答案是：否
            continue
        if piece.kind == WORD and piece.low in said and not _names_the_answer_too(sentence, at, said):
            return at
        if (piece.kind == WORD and piece.low not in openings) or piece.kind in (VALUE, NUMBER):
            return -1
    return -1


def _names_the_answer_too(sentence: Sentence, at: int, said: dict[str, str]) -> bool:
    """Whether a verdict word only qualifies the answer's name before the verdict: `die richtige Antwort ist nein`."""
    behind = {sentence.low(place) for place in range(at + 1, at + 2)}
    return at > 0 and bool(behind & sentence.language.words("answer nouns")) and sentence.low(at) in said


def _is_plain_reason(sentence: Sentence, said: dict[str, str], word: str) -> bool:
    """Whether what follows `Yes,` only gives a reason or repeats it: no condition, denial, doubt, or other answer."""
    lows = [piece.low for piece in sentence.pieces if piece.kind == WORD]
    language = sentence.language
    if not lows or not _may_be_a_clause(sentence) or "?" in [piece.text for piece in sentence.pieces]:
        return not sentence.pieces
    gives_reason = lows[0] in language.words("reasons")
    if gives_reason and lows[1:2] and lows[1] in _NO_REASONS | language.words("generic"):
        return False
    if lows[0] == "for" and not language.words("copulas") & set(lows):
        return False
    others = {low for low, verdict in said.items() if verdict == _OPPOSITES[said[word]]}
    others -= {"no"} if gives_reason and lows[-1] != "no" else set()
    if others & set(lows) or (said.keys() - {word}) & set(lows[:1]):
        return False
    kept_back = language.words("reservations")
    anywhere = _ANYWHERE if is_english(language) else kept_back
    if lows[0] in kept_back or (not gives_reason and anywhere & kept_back & set(lows)):
        return False
    is_said = (
        sentence.kind(0) == WORD
        and lows[0] in language.words("copulas")
        and not set(lows) & language.words("answer nouns")
    )  # no es no
    plain = not gives_reason and not (set(lows) - {word}) & (
        language.words("function words") | language.words("copulas")
    )
    listed = plain and (
        any(piece.text == ";" or piece.kind == VALUE for piece in sentence.pieces)
        or any(piece.text[:1].isupper() for piece in sentence.pieces[-1:])
    )
    return not (
        is_said or listed or _answers_again(sentence, said, word) or _is_reserved(sentence, said[word], gives_reason)
    )


def _is_borrowed(rest: list[Token], own: Language) -> bool:
    """Whether the one word behind a verdict is an operator of English: `nee "approximately"`."""
    if is_english(own) or sum(token[0] in WORD_KINDS for token in rest) > 1:
        return False
    return bool(parted(rest, language(ENGLISH))[0].operators)


def _answers_again(sentence: Sentence, said: dict[str, str], word: str) -> bool:
    """Whether a further sentence says what the answer is, and says no verdict: `The answer is ice`."""
    nouns, copulas = sentence.language.words("answer nouns"), sentence.language.words("copulas")
    told = [
        at
        for at in range(1, len(sentence.pieces) - 1)
        if sentence.low(at) in copulas and sentence.low(at - 1) in nouns - said.keys()
    ]
    return any("answer" in sentence.low(at - 1) and sentence.low(at + 1) != word for at in told)


def _may_be_a_clause(sentence: Sentence) -> bool:
    """Whether a reason that opens with a number goes on as a clause: `zero is even`; not `50% of the time`."""
    if sentence.pieces[0].kind != NUMBER:
        return sentence.pieces[0].kind != VALUE
    verbs = any(sentence.low(at) in sentence.language.words("copulas") for at in range(len(sentence.pieces)))
    return verbs or any(found.kind == "negation" for found in sentence.operators)


_OPPOSITES = {"yes": "no", "no": "yes", "true": "false", "false": "true"}
_NO_REASONS = frozenset(("far", "long", "if", "soon", "you"))
"""Words behind `as` or `since` with which no reason begins: `as far as I know`."""
_TOO_FEW = 2
"""Words that make no reason."""
_ANYWHERE = frozenset(("except", "unless", "only"))


def _is_reserved(sentence: Sentence, verdict: str, gives_reason: bool) -> bool:
    """Whether an operator takes something back of a verdict; a negation is part of `no`, and of a reason."""
    refuting = _REFUTING if verdict in ("yes", "true") else _REFUTING - {"negation"}
    if gives_reason:
        refuting -= {"negation", "denial"}
    else:
        refuting |= {"attribution"}
    words = [at for at, piece in enumerate(sentence.pieces) if piece.kind != MARK]
    if len(words) <= _TOO_FEW and any(one.kind in (_WORKING | _REFUTING) - {"question"} for one in sentence.operators):
        return True  # `False, not`, `no, not really`
    own = [found for found in sentence.operators if found.entry.scope != "opening" or found.first == words[0]]
    return any(found.kind in refuting for found in own)


def is_refuted(tokens: list[Token]) -> bool:
    """Whether what stands behind a letter takes it back (`Nope`, `else`), a reason after `because` left out.

    So does what only works on it: `(B) squared`, `(B) mod 5`, `(B) tenths`, `(B) at most`.
    """
    if any(token[0] == r"\to" for token in tokens):
        return True
    sentence, _ = parted(tokens)
    reasons = [at for at in range(len(sentence.pieces)) if sentence.low(at) in _GIVING]
    end = reasons[0] if reasons else len(sentence.pieces)
    takes_back = any(
        found.kind in ("denial", "alternative", "doubt")
        and found.entry.scope in ("text", "clause")
        and found.first < end
        and not has_own_subject(sentence, found)
        for found in sentence.operators
    )
    return takes_back or _is_worked_on(sentence)


def _is_worked_on(sentence: Sentence) -> bool:
    """Whether nothing but operators, what they work with and little words stands there."""
    told = [at for at, piece in enumerate(sentence.pieces) if piece.kind != MARK]
    if not told or sentence.pieces[told[0]].text[:1].isupper():  # `None of the above` is what a choice says
        return False
    first = sentence.low(told[0])
    if is_scale_word(first) or (first in ("%", r"\%") and len(told) > 1):
        return True
    working = [one for one in sentence.operators if one.kind in (_WORKING | _REFUTING) - {"question", "negation"}]
    known = {at for one in working for at in range(one.first, one.last + 1)}
    if told[0] in known:
        known.update(at for at in told if sentence.kind(at) in (VALUE, NUMBER))
    little = sentence.language.words("function words")
    return bool(working) and all(at in known or sentence.low(at) in little for at in told)

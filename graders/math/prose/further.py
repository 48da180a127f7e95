"""What stands behind the value that a text states: a reason, a check, a note; or a statement that changes it.

`28. Never mind.`, `28. Jetzt verdoppeln.` and `28, so one more` go on where `58 acres. I walked the boundary myself.`
only says how it was found. A sentence behind the value is read where it gives a reason, checks, or says it again.
"""

from __future__ import annotations

from graders.math.prose.behind import opens
from graders.math.prose.elsewhere import is_choice, reads_english, rest_of_sentence
from graders.math.prose.labelling import MARK, NUMBER, VALUE, WORD
from graders.math.prose.lexicon.language import ENGLISH, LATIN, english, fits
from graders.math.prose.lexicon.spoken_numbers import is_english
from graders.math.prose.parted import Sentence
from graders.math.prose.stated import is_name

_WEAK_REASONS = frozenset(("for", "as", "by", "so", "так", "тому", "do", "da", "como", "comme", "då", "för"))
"""Words of a reason that have so many other uses that they open none behind a full stop."""
_ANAPHORS = frozenset(("this", "that", "it", "both", "everything", "all"))
_FIRST_PERSON = frozenset(("i", "we"))
_ABBREVIATED = frozenset(("sq", "cu", "fl", "approx", "m", "i", "e", "n", "d", "no"))
"""Words whose full stop ends no sentence."""
_IGNORED = frozenset(("labels", "bound"))
"""Classes that change nothing in a sentence without a value."""


def says_more(sentence: Sentence, stated: list[int]) -> str:
    """Why a sentence behind the values of a text goes on with something else than a reason or a check, or nothing."""
    own = [at for at in stated if not is_name(sentence, at) or is_choice(sentence, at)] or stated
    if not own:
        return ""
    last = own[-1]
    chosen = any(is_choice(sentence, at) for at in own)
    for part in _parts_behind(sentence, last):
        words = [sentence.low(place) for place in part if sentence.kind(place) != MARK]
        if (
            not words
            or words[0] in english("closing remarks")
            or words[:2] == ["i", "hope"]
            or words in (["that", "is", "all"], ["that's", "it"])
        ):
            continue
        if chosen:
            if _takes_back(words) or _answers_again(sentence, part):
                return f"denial: {' '.join(words[:3])!r} behind the value"
            continue
        if _is_reason(sentence, words) or _is_check(sentence, part, words) or _is_told_on(sentence, last, part, words):
            continue
        return f"another statement: {' '.join(words[:3])!r} behind the value"
    return ""


def _parts_behind(sentence: Sentence, last: int) -> list[list[int]]:
    """The places of each sentence behind a value's own."""
    where = sentence.where.sentence
    parts: list[list[int]] = []
    own, number = True, where[last]
    for place in range(last + 1, len(where)):
        if where[place] != number:
            number = where[place]
            if own and not _ends_here(sentence, place - 1):
                continue
            own = False
            parts.append([])
        if not own:
            parts[-1].append(place)
    return parts


def _ends_here(sentence: Sentence, mark: int) -> bool:
    """Whether a mark ends a sentence: no point of an abbreviation (`a.m.`, `sq.`), none within a number."""
    piece = sentence.pieces[mark]
    if piece.text != ".":
        return True
    spaced = piece.end < len(sentence.tokens) and sentence.tokens[piece.end][2]
    unspaced = "unspaced" in sentence.language.words("spelling")
    if not spaced and not unspaced:
        return False
    before = sentence.pieces[mark - 1] if mark else piece
    ended = sentence.tokens[before.end - 1]
    if before.kind != MARK and (ended[0] == "." or ended[1].casefold() in _ABBREVIATED):
        return False
    return not (before.kind == VALUE and any(token[0] == ":" for token in sentence.span(mark - 1)))


def _takes_back(words: list[str]) -> bool:
    """Whether a sentence of somebody takes back what they said: `I lied`, `Never mind`, `Forget it`."""
    if words[:2] == ["never", "mind"]:
        return True
    if words[0] in _FIRST_PERSON and not english("withdrawing verbs").isdisjoint(words[1:4]):
        return True
    return words[0] in english("withdrawing verbs") and words[1:] in ([], ["it"], ["that"], ["this"])


def _holds_letter(sentence: Sentence, part: list[int]) -> bool:
    return any(sentence.kind(place) == VALUE for place in part)


def _answers_again(sentence: Sentence, part: list[int]) -> bool:
    """Whether a sentence says again what the answer is: `The answer is ice`."""
    nouns, copulas = sentence.language.words("answer nouns"), sentence.language.words("copulas")
    pairs = ((sentence.low(place), sentence.low(place + 1)) for place in part)
    return not _holds_letter(sentence, part) and any(noun in nouns and verb in copulas for noun, verb in pairs)


def _is_reason(sentence: Sentence, words: list[str]) -> bool:
    """Whether a sentence opens with a word of a reason; where the verb ends a sentence, whether it ends in one."""
    reasons = sentence.language.words("reasons") - _WEAK_REASONS
    if any(one.kind in _CHANGING and one.first > _first(sentence, words) for one in sentence.operators):
        return False
    if words[0] in reasons and words[1:2] != ["i"]:
        return True
    endings = sentence.language.words("reason endings")
    return any(fits(ending, word) for ending in endings for word in words[-3:])


_CHANGING = frozenset(("arithmetic", "instruction", "denial"))


def _first(sentence: Sentence, words: list[str]) -> int:
    """The place from which the words of a sentence stand at the end of a text."""
    return max(len(sentence.pieces) - 2 * len(words), 0)


def _is_check(sentence: Sentence, part: list[int], words: list[str]) -> bool:
    """Whether a sentence checks the value, or says how it was found, and no operator stands in it."""
    places = set(part)
    if any(one.first in places and one.kind not in _IGNORED for one in sentence.operators):
        return False
    checks = sentence.language.sections.get("checks", ())
    if any(fits(pattern, word) for pattern in checks for word in words):
        return True
    if not reads_english(sentence):
        return False
    if words[0] in _ANAPHORS:
        return not english("agreeing verbs").isdisjoint(words[1:3])
    if words[0] not in _FIRST_PERSON or not english("withdrawing verbs").isdisjoint(words):
        return False
    return not (english("checking participles") | english("thoroughly")).isdisjoint(words[1:])


def _is_told_on(sentence: Sentence, last: int, part: list[int], words: list[str]) -> bool:
    """Whether a story goes on behind a semicolon with a subject of its own: `keeps 18 hives; each one is painted`."""
    first = part[0]
    if sentence.pieces[first - 1].text != ";" or words[0] not in ("the", "each", "a", "an", "every", "its", "their"):
        return False
    language, places = sentence.language, set(part)
    before = {sentence.low(place) for place in range(last)}
    nouns = language.words("answer nouns") | english("signs of a value")
    if last < 2 or before & language.words("answer nouns") or nouns & set(words):
        return False
    return not any(one.first in places and one.kind not in _IGNORED for one in sentence.operators)


# -- behind the value in its own sentence ---------------------------------------------------------------------


def has_a_tail(sentence: Sentence, at: int) -> str:
    """`28, so one more`, `28 — then add one`, `28, my foot`: words behind a bare value that are no note on it."""
    mark = sentence.pieces[at + 1].text if at + 1 < len(sentence.pieces) else ""
    if sentence.kind(at + 1) != MARK or mark not in _SETTING_OFF or is_choice(sentence, at):
        return ""
    if not (is_english(sentence.language) or ENGLISH in sentence.language.code or sentence.language.code == LATIN):
        return ""
    if not _is_bare(sentence, at):
        return ""
    tail = rest_of_sentence(sentence, at + 1)
    if not tail or sentence.kind(tail[0]) not in (WORD, NUMBER) or _says_again(sentence, tail):
        return ""
    words = [sentence.low(place) for place in tail if sentence.kind(place) != MARK]
    return "" if _is_note(sentence, words) else f"another statement: {' '.join(words[:3])!r} behind the value"


_SETTING_OFF = frozenset((",", "-", ":", ";"))


def _is_bare(sentence: Sentence, at: int) -> bool:
    """Whether a value opens its text, or stands behind the copula of the answer."""
    if opens(sentence, at):
        return True
    before = {sentence.low(place) for place in range(at)}
    language = sentence.language
    return sentence.low(at - 1) in language.words("copulas") and bool(before & language.words("answer nouns"))


def _says_again(sentence: Sentence, tail: range) -> bool:
    """Whether figures stand in the tail, which are compared with the value, or a number in words alone."""
    figures = [place for place in tail if sentence.kind(place) == VALUE and not is_name(sentence, place)]
    if figures:
        return True
    told = [place for place in tail if sentence.kind(place) != MARK]
    return len(told) == 1 and sentence.kind(told[0]) == NUMBER


def _is_note(sentence: Sentence, words: list[str]) -> bool:
    """Whether the words of a tail give a reason, name what the value is, or say that it is right."""
    first, second, last = words[0], words[1] if words[1:] else "", words[-1]
    if first == "of":  # 0.5, of the cake
        return second not in ("which", "them")
    if first in ("which", "that"):
        plain = second in ("is", "was", "are") and english("quantified").isdisjoint(words[2:3] or ["to"])
        return plain or second in english("agreeing verbs")
    opens = first in sentence.language.words("reasons") or first in ("a", "an", "the", "namely", "ie", "i.e.")
    names = (first == "where" and len(second) == 1) or (first == "with" and "confidence" in words)
    return opens or names or (first == "in" and last in _IN) or (len(words) == 1 and first in english("plain notes"))


_IN = frozenset(("total", "all", "sum", "full", "short", "form", "terms", "words", "fact", "units"))


def is_led_on(sentence: Sentence, at: int) -> str:
    """`28 then halve`, `28 before the shift`, `28 in the old edition`: a bare value of another time, place or step."""
    if not opens(sentence, at) or not is_english(sentence.language):
        return ""
    word, behind = sentence.low(at + 1), rest_of_sentence(sentence, at)
    if sentence.kind(at + 1) != WORD or any(sentence.kind(place) == VALUE for place in behind):
        return ""
    rest = [sentence.low(place) for place in behind]
    unreal = word in ("in", "on") and not english("unreal places").isdisjoint(rest)
    if word in english("leading on") or unreal:
        return f"another statement: {' '.join(rest[:3])!r} behind the value"
    return ""

"""Values that another part of the text takes back: a condition, a contrast, a task, somebody else's saying it."""

from __future__ import annotations

from functools import lru_cache

from graders.math.prose.elsewhere import is_alone, is_choice, part_of, reads_english, rest_of_sentence
from graders.math.prose.labelling import MARK, NUMBER, VALUE, WORD
from graders.math.prose.lexicon.language import Language, english
from graders.math.prose.parted import Sentence

_NEAR = 4
"""Words within which what belongs together stands."""


def is_taken_back(sentence: Sentence, at: int) -> str:
    """Why a value is not what the text says at last; empty where nothing takes it back."""
    told, told_by = _telling(sentence.language), sentence.lows
    if told.isdisjoint(told_by):
        return ""
    return next((why for rule in _RULES if (why := rule(sentence, at))), "")


@lru_cache(maxsize=128)
def _telling(language: Language) -> frozenset[str]:
    """The words of which one stands in each text that takes a value back."""
    sections = ("inverted", "hypothetical", "generic", "frequency", "tasks", "versions", "task nouns")
    return frozenset().union(*map(language.words, sections), _RELATIVE, _CONTRASTS, _SAID_BEFORE, ("but", "so"))


def _is_inverted(sentence: Sentence, at: int) -> str:
    """`The hall would hold 84 chairs were the stage removed`: a condition without `if`."""
    own, language = part_of(sentence, at), sentence.language
    if not language.words("inverted") or language.words("hypothetical").isdisjoint(map(sentence.low, own)):
        return ""
    place = next((place for place in own if place > at and sentence.low(place) in language.words("inverted")), -1)
    said = any(place > at and sentence.low(place) in language.words("hypothetical") for place in own)
    return f"condition: {sentence.low(place)!r}" if place > 0 and not said else ""


def _is_thought_away(sentence: Sentence, at: int) -> str:
    """`Without the discount it would come to 20`: what would be so if something were not."""
    language, own = sentence.language, sentence.where.sentence
    without = language.words("depriving")
    place = next((place for place in range(at) if own[place] == own[at] and sentence.low(place) in without), -1)
    would = {sentence.low(place) for place in part_of(sentence, at) if place < at} & language.words("hypothetical")
    return f"condition: {sentence.low(place)!r}" if place >= 0 and would else ""


def _is_of_many(sentence: Sentence, at: int) -> str:
    """`Many would answer 87`, `Beginners often choose G`: what people say, not what is so."""
    own, language = part_of(sentence, at), sentence.language
    before = [sentence.low(place) for place in own if place < at]
    if before[:1] and before[0] in language.words("generic") and before[1:2] != ["of"]:
        would = language.words("hypothetical") & set(before)
        if would or (is_choice(sentence, at) and before[0] != "one"):
            return f"attribution: {before[0]!r}"
    often = language.words("frequency") & set(before)
    return f"attribution: {next(iter(often))!r}" if often and is_choice(sentence, at) else ""


def _is_all_but(sentence: Sentence, at: int) -> str:
    """`All of the 58 pots but one`: fewer than the value."""
    before = {sentence.low(place) for place in range(max(at - _NEAR, 0), at)}
    but = next((place for place in range(at + 1, at + _NEAR) if sentence.low(place) == "but"), -1)
    fewer = but > 0 and (sentence.kind(but + 1) in (VALUE, NUMBER) or sentence.low(but + 1) in ("a", "the"))
    joined = fewer and all(sentence.kind(place) == WORD for place in range(at + 1, but))
    return "negation: all but some" if joined and before & {"all", "every", "each"} else ""


def _is_contrasted(sentence: Sentence, at: int) -> str:
    """`One gets 32, but this forgets the empty set`; `37, which nobody has checked`; `(D), although (B) is as good`."""
    rest = rest_of_sentence(sentence, at)
    for place in rest:
        word, following = sentence.low(place), sentence.low(place + 1)
        if word in _RELATIVE and _is_unproved(sentence, place + 1, at):
            return f"doubt: '{word} {following}'"
        if word not in _CONTRASTS:
            continue
        ends = not any(sentence.kind(later) in (VALUE, NUMBER) for later in range(place, rest.stop))
        if word in _OPPOSING and following in _MEANT and ends:
            return f"denial: '{word} {following}'"
        other = next((later for later in range(place + 1, place + _NEAR) if sentence.kind(later) == VALUE), at)
        if other > at and is_choice(sentence, at) and is_choice(sentence, other):
            return f"alternative: another choice behind {word!r}"
    return ""


def _is_unproved(sentence: Sentence, first: int, at: int) -> bool:
    """Whether a negated subject opens a relative clause that says that nobody has done it: `nobody has checked`."""
    first += sentence.low(first) in ("has", "have")  # which has never been proved
    found = next((one for one in sentence.operators if one.kind == "negation" and one.first == first), None)
    if found is not None and sentence.low(first - 1) in _HAVING:
        return True
    return found is not None and (
        is_choice(sentence, at) or bool(_HAVING & {sentence.low(found.last + 1), sentence.low(found.last + 2)})
    )


_HAVING = frozenset(("has", "have", "had", "can", "could"))
_RELATIVE = frozenset(("which", "who", "that"))
_OPPOSING = frozenset(("but", "yet", "however"))
_CONTRASTS = _OPPOSING | {"although", "though", "while", "whereas"}
_SAID_BEFORE = frozenset(("it", "that", "this"))
_MEANT = frozenset(("that", "this"))
"""Pronouns for what was just said."""


def _has_a_task_behind(sentence: Sentence, at: int) -> str:
    """`After 37 minutes she overtook the van; find her speed`: what is asked follows, and no value behind it."""
    where, tasks = sentence.where.sentence, sentence.language.words("tasks")
    for place in range(at + 1, len(sentence.pieces) - 1):
        opens = where[place] > where[place - 1] and where[place] > where[at]
        if opens and sentence.low(place) in tasks and sentence.kind(place + 1) == WORD:
            later = [after for after, number in enumerate(where) if number > where[place]]
            return "" if any(sentence.kind(after) in (VALUE, NUMBER) for after in later) else "instruction: a task"
    return ""


def _is_of_another_version(sentence: Sentence, at: int) -> str:
    """`An earlier version of this solution gave 72`, `My first draft had 72`: no longer what is said."""
    language, own = sentence.language, part_of(sentence, at)
    words = [sentence.low(place) for place in own if place < at]
    for place, word in enumerate(words):
        if word in language.words("versions") and language.words("earlier") & set(words[max(place - 2, 0) : place]):
            mine = {"my", "our"} & set(words[:place])
            of_answer = words[place + 1 : place + 2] == ["of"] and language.words("answer nouns") & set(words[place:])
            if mine or of_answer or words[-1] in language.words("result verbs"):
                return f"denial: an earlier {word}"
    return ""


def _is_quoted_data(sentence: Sentence, at: int) -> str:
    """`"84 chairs", the exercise reads`: a quoted value with its noun, and the name of a task outside."""
    tasks = sentence.language.words("task nouns")
    quotes = [place for place, piece in enumerate(sentence.pieces) if piece.kind == MARK and piece.text == '"']
    pair = next((pair for pair in zip(quotes[::2], quotes[1::2], strict=False) if pair[0] < at < pair[1]), None)
    if pair is None or not tasks:
        return ""
    outside = [sentence.low(place) for place in range(len(sentence.pieces)) if not pair[0] < place < pair[1]]
    counted = pair[1] - pair[0] > 2 or len(sentence.span(at)) > 1
    named = any(word in tasks for word in outside) and not sentence.language.words("answer nouns") & set(outside)
    return "attribution: quoted from the task" if counted and named else ""


def _is_worked_with(sentence: Sentence, at: int) -> str:
    """`Dividing 7 by two gives the answer`: which is not said."""
    language, own = sentence.language, part_of(sentence, at)
    words = [sentence.low(place) for place in own]
    verbs = [place for place, word in enumerate(words) if word in language.words("result verbs")]
    behind = words[verbs[-1] + 1 :] if verbs else []
    ends = behind and len(behind) < _NEAR and behind[-1] in language.words("answer nouns")
    return "arithmetic: the answer is not worked out" if ends and words[0].endswith("ing") else ""


def _is_changed_behind(sentence: Sentence, at: int) -> str:
    """`The answer is 10; double it`, `the other is wrong, and so is 12`: what is said before goes for the value too."""
    if [sentence.low(at - 3), sentence.low(at - 2)] == ["and", "so"] and _is_copula(sentence, at - 1):
        return "denial: 'and so is' the value"
    for one in sentence.operators:
        meant = sentence.low(one.last + 1) in _SAID_BEFORE
        if one.kind == "arithmetic" and one.first > at and meant and one.entry.scope in ("before", "beside"):
            return f"arithmetic: '{sentence.low(one.first)} {sentence.low(one.last + 1)}'"
    return ""


def _is_copula(sentence: Sentence, at: int) -> bool:
    return sentence.low(at) in sentence.language.words("copulas")


_RULES = (
    _is_inverted,
    _is_thought_away,
    _is_of_many,
    _is_all_but,
    _is_contrasted,
    _has_a_task_behind,
    _is_of_another_version,
    _is_quoted_data,
    _is_worked_with,
    _is_changed_behind,
)


# -- what is done with a value, or said of it, by a verb --------------------------------------------------------

_MEANT_VALUE = frozenset(("this", "that", "it", "these", "the"))
_OPENERS = frozenset(("now", "then", "please", "just", "so", "next"))


def is_ordered(sentence: Sentence, at: int) -> str:
    """`Cross out 28`, `Add one to this: 28`, `Take 28 and reverse it`: an imperative opens the value's sentence."""
    first = sentence.where.sentence.index(sentence.where.sentence[at])
    while first < at and (sentence.kind(first) == MARK or sentence.low(first) in _OPENERS):
        first += 1
    verb, between = sentence.low(first), [sentence.low(place) for place in range(first + 1, at)]
    if first >= at or not reads_english(sentence):
        return ""
    if any(_is_copula(sentence, place) for place in range(first, at)):
        return ""
    rest = {sentence.low(place) for place in rest_of_sentence(sentence, at)}
    goes_on = "and" in rest and verb in ("take", "work", "write", "use", "start", "begin")
    if goes_on and sentence.low(at - 1) in (verb, "out", "with"):
        return f"instruction: {verb!r} before the value"
    led = ":" not in between or len(between) == 1 or not _MEANT_VALUE.isdisjoint(between) or "one" in between
    return (
        f"instruction: {verb!r} before the value"
        if verb in english("orders") and led and _may_be_verb(sentence, first)
        else ""
    )


def _may_be_verb(sentence: Sentence, first: int) -> bool:
    """Whether the word that opens a sentence is no adjective of a name: `Double Bay has 28 boats`."""
    return not sentence.pieces[first + 1].text[:1].isupper() or sentence.kind(first + 1) != WORD


_SPEAKERS = frozenset(("i", "we", "you", "he", "she"))
_UNSURE_OF_ONESELF = frozenset(("i'd", "we'd"))


def is_an_object(sentence: Sentence, at: int) -> str:
    """`I dread 28`, `The value nears 28`: the bare value is the object of a verb that states nothing."""
    if not reads_english(sentence) or not is_alone(sentence, at):
        return ""
    words = _words_before(sentence, at)
    copulas = sentence.language.words("copulas") | sentence.language.words("result verbs")
    if len(words) < 2 or words[-1] in copulas:
        return ""
    if words[0] in _UNSURE_OF_ONESELF:
        return f"attribution: {words[0]!r} before the value"
    subject, known = _verbs_of(sentence, words, copulas)
    verb = next((word for word in words[subject + 1 :] if not word.endswith("ly")), "")
    taken = words[0] in _SPEAKERS and not _AWAY.isdisjoint((*words, sentence.low(at + 1)))
    return f"predicate: {verb!r} before the value" if subject >= 0 and verb and (taken or verb not in known) else ""


_AWAY = frozenset(("back", "against", "up"))
"""Particles by which a verb takes away: `I take 28 back`."""


def _words_before(sentence: Sentence, at: int) -> list[str]:
    """The words before a value behind the last mark, without connectives; none where another value is among them."""
    first, own = at, sentence.where.sentence[at]
    while first and sentence.kind(first - 1) != MARK and sentence.where.sentence[first - 1] == own:
        first -= 1
    while first < at and sentence.low(first) in ("so", "thus", "hence", "therefore", "then", "and", "but"):
        first += 1
    values = any(sentence.kind(place) in (VALUE, NUMBER) for place in range(first, at))
    return [] if values else [sentence.low(place) for place in range(first, at)]


def _verbs_of(sentence: Sentence, words: list[str], copulas: frozenset[str]) -> tuple[int, frozenset[str]]:
    """The place of a subject that needs a verb of stating, and those verbs; -1 for any other subject."""
    known, subject = english("stating verbs") | copulas, words[0]
    if subject in _SPEAKERS:
        return 0, english("finding verbs") | known
    if subject in _SAID_BEFORE and words[1] not in sentence.language.words("answer nouns"):
        return 0, known
    if subject == "the" and len(words) in (3, 4) and words[1] in _measured_subjects(sentence):
        return 1, known | sentence.language.words("function words")
    return -1, known


def _measured_subjects(sentence: Sentence) -> frozenset[str]:
    """Names of an answer, and of what has an equation."""
    return sentence.language.words("answer nouns") | {"line", "curve", "graph", "display"}


def is_beside_the_answer(sentence: Sentence, at: int) -> str:
    """`28 exceeds it`, `28 breaks the rule`, `28 is one short`: the value fails, or is another."""
    opens = all(sentence.kind(place) == MARK or sentence.low(place) == "both" for place in range(at))
    if not opens or not reads_english(sentence) or sentence.kind(at + 1) != WORD:
        return ""
    verb, object_ = sentence.low(at + 1), sentence.low(at + 2)
    rest = {sentence.low(place) for place in rest_of_sentence(sentence, at)}
    if verb in english("failing verbs") or (
        verb in english("placed verbs") and object_ in ("before", "after", "next", "beside", "near", "above")
    ):
        return f"predicate: {verb!r} behind the value"
    if verb in sentence.language.words("copulas") and (
        not english("demeaning words").isdisjoint(rest) or object_ == "out"
    ):
        return f"predicate: '{verb} {object_}' behind the value"
    pronoun = (
        object_ in ("it", "them", "the")
        and verb.endswith("s")
        and verb not in english("stating verbs") | english("verbs of holding good")
    )
    ends = sentence.low(at + 3) in sentence.language.words("answer nouns") or sentence.kind(at + 3) == MARK
    return f"predicate: '{verb} {object_}' behind the value" if pronoun and ends else ""


def is_of_the_past(sentence: Sentence, at: int) -> str:
    """`It was 36 before the fix`: what was so until something changed."""
    was = {"was", "were"} & {sentence.low(at - 1), sentence.low(at - 2)}
    until = sentence.low(at + 1) in ("before", "until", "till", "originally", "initially")
    return f"denial: {sentence.low(at + 1)!r} behind the value" if was and until else ""


VERBS = (
    is_ordered,
    is_an_object,
    is_beside_the_answer,
    is_of_the_past,
)
"""The rules on verbs and names around a value."""

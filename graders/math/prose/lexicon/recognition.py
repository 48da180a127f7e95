"""Which language a text is in: by the script of its words, then by the words and letters that its file lists."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

from graders.math.lexis.words import NUMBER_WORDS
from graders.math.prose.lexicon.language import ACCOMPANIED, ENGLISH, Language, codes, joined_languages, language
from graders.math.prose.lexicon.spelling import folded, is_of_its_script, script_of

_SCRIPTS = {
    "HANGUL": ("ko",),
    "HIRAGANA": ("ja",),
    "KATAKANA": ("ja",),
    "CJK": ("zh", "ja"),
    "CYRILLIC": ("ru", "uk"),
    "ARABIC": ("ar",),
    "DEVANAGARI": ("hi",),
}
"""The languages of a script; Japanese is written in Chinese signs too, and its kana tell."""
_OTHERS = frozenset(code for found in _SCRIPTS.values() for code in found)
_LITTLE, _SEVERAL, _UNKNOWN = 3, 4, 1
"""Letters of a word, languages that have it, and unknown words beside it, from which on it tells nothing."""
_OWN_WORD, _LISTED, _OWN_LETTER = 2, 1, 2
"""What a function word, another word of a closed class, and a letter of one language alone weigh."""


def language_of(words: list[str]) -> Language | None:
    """The language of a text, with those that tie with it; None where nobody can tell.

    English wins its ties where all words are spelt in ASCII; its operators count in every text with English words.
    """
    scripts = {script_of(letter) for word in words if not word.isascii() for letter in word if letter.isalpha()}
    told = next((found for script, found in _SCRIPTS.items() if script in scripts), ())
    if (not told and not scripts <= {"LATIN", ""}) or not all(map(is_of_its_script, words)):
        return None
    scores = scored(words)
    english = scores.pop(ENGLISH, 0)
    if told:
        best = max(scores.get(code, 0) for code in told)
        tied = [code for code in told if scores.get(code, 0) == best]
    else:
        if _is_weak(words):
            return None
        tied = _best([code for code in scores if code not in _OTHERS], scores)
        handicap = not all(word.isascii() for word in words)
        if not tied or english >= scores[tied[0]] + handicap:
            return language(ENGLISH) if english else None
    joins = english and (len(tied) > 1 or _tells_more(words, language(tied[0])))
    return joined_languages((*tied, *((ENGLISH,) if joins else ())))


def _is_weak(words: list[str]) -> bool:
    """Whether all that tells a language is one little word that several have, beside words that none of them knows.

    A text that begins with a capital is a sentence for sure, and most are in a language that is known.
    """
    listed = _evidence()[0]
    telling = {word for word in map(folded, words) if _told_by(word, listed)}
    others = sum(word.islower() for word in words) - len(telling)
    if len(telling) != 1 or others < _UNKNOWN or words[0][:1].isupper():
        return False
    (word,) = telling
    return len(word) <= _LITTLE and len(_told_by(word, listed)) >= _SEVERAL


def _tells_more(words: list[str], own: Language) -> bool:
    """Whether a word tells English that is no function word of the language itself: not the `no` of `no cais`."""
    listed, functions = _evidence()[0], own.words("function words")
    return any(ENGLISH in _told_by(part, listed) for word in map(folded, words) for part in {word} - functions)


def _best(found: list[str], scores: dict[str, int]) -> list[str]:
    best = max((scores[code] for code in found), default=0)
    return sorted(code for code in found if scores[code] == best)


def scored(words: list[str]) -> dict[str, int]:
    """The languages that some of the words tell, with the weight of what tells them."""
    scores: dict[str, int] = defaultdict(int)
    listed, letters = _evidence()
    for word in words:
        for part in {folded(word), *folded(word).split("-")}:
            for code, weight in _told_by(part, listed).items():
                scores[code] += weight
        if not word.isascii():
            for code in {letters[letter] for letter in word.lower() if letter in letters}:
                scores[code] += _OWN_LETTER
    return dict(scores)


def _told_by(word: str, listed: dict[str, dict[str, int]]) -> dict[str, int]:
    if (found := listed.get(word)) is not None:
        return found
    before, sign, _ = word.partition("'")
    return listed.get(before + sign, {}) if sign else {}


@lru_cache(maxsize=1)
def _evidence() -> tuple[dict[str, dict[str, int]], dict[str, str]]:
    """The languages that each listed word tells, and the language of each letter that one alone has."""
    listed: dict[str, dict[str, int]] = defaultdict(dict)
    letters: dict[str, str] = {}
    for code in codes():
        own = language(code)
        for word in _listed(own):
            listed[word][code] = _LISTED
        told = NUMBER_WORDS.keys() if code == ENGLISH else ()
        for word in own.words("function words") | own.words("elisions") | set(told):
            listed[word][code] = _OWN_WORD
        letters.update(dict.fromkeys("".join(own.sections.get("letters", ())).replace(" ", ""), code))
    return listed, letters


def _listed(own: Language) -> set[str]:
    """The words of the closed classes, those within phrases too."""
    found = {word for entry in own.entries if entry.kind not in ACCOMPANIED for word in entry.words if "*" not in word}
    for section in ("copulas", "answer nouns", "answer openings", "conjunctions"):
        found |= own.words(section)
    lines = (*own.sections.get("numbers", ()), *own.sections.get("scales", ()))
    numbers = (line.partition("=")[0].strip() for line in lines)
    return {word for word in (*found, *(number for number in numbers if "-" not in number)) if len(word) > 1}

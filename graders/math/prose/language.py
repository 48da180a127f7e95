"""The closed classes of a language, read from `languages/*.txt`, and which language a text is in."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from graders.math.lexis.data_files import entries
from graders.math.lexis.tokens import WORD_KINDS, Token

_FOLDER = Path(__file__).with_name("languages")
_SCOPES = {
    "negation": "clause",
    "bound": "before",
    "approximation": "beside",
    "alternative": "beside",
    "condition": "text",
    "doubt": "text",
    "question": "opening",
    "attribution": "text",
    "arithmetic": "beside",
    "other quantity": "before",
    "instruction": "opening",
    "denial": "text",
    "labels": "before",
    "set phrases": "clause",
}
"""The classes of operators, and where each governs unless its entry says otherwise."""
_SCRIPTS = {
    "HANGUL": "ko",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "CJK": "zh",
    "CYRILLIC": "ru",
    "ARABIC": "ar",
    "DEVANAGARI": "hi",
}
"""The language of a script; Japanese is written in Chinese signs too, and its kana tell."""
UNSPACED = frozenset(("ja", "zh"))
"""Languages that put no space between words."""
ENGLISH = "en"


class Entry(NamedTuple):
    """A word or phrase of a closed class; `*` stands for any letters at a word's end or start."""

    words: tuple[str, ...]
    kind: str
    scope: str
    """Where it governs a value: `before`, `behind`, `beside`, `clause`, `text`, or `opening` its clause."""

    def fits(self, words: list[str], at: int) -> bool:
        """Whether the entry's words stand at a place."""
        found = words[at : at + len(self.words)]
        return len(found) == len(self.words) and all(map(fits, self.words, found))


def fits(pattern: str, word: str) -> bool:
    """Whether a word is of a pattern: `approximat*`, `*mente`, `at`."""
    if pattern[-1] == "*":
        return word.startswith(pattern[:-1]) if pattern[0] != "*" else pattern[1:-1] in word
    return word.endswith(pattern[1:]) if pattern[0] == "*" and len(pattern) > 1 else word == pattern


class Language(NamedTuple):
    """The closed classes of one language."""

    code: str
    sections: dict[str, tuple[str, ...]]
    entries: tuple[Entry, ...]
    """The operators and labels, long phrases first."""
    by_word: dict[str, tuple[Entry, ...]]
    """Those whose first word has no `*`, by that word."""
    open_ended: tuple[Entry, ...]
    """The others."""

    def words(self, section: str) -> frozenset[str]:
        """The entries of a section that are one word."""
        return _one_word(self, section)

    def phrases(self, section: str) -> tuple[tuple[str, ...], ...]:
        """The entries of a section as tuples of words, long ones first."""
        return _phrases(self.sections.get(section, ()))

    def at(self, words: list[str], at: int) -> list[Entry]:
        """The entries that begin at a place of the text, long ones first."""
        word = words[at]
        near = self.by_word.get(word, ())
        far = [entry for entry in self.open_ended if fits(entry.words[0], word)]
        found = [entry for entry in (*near, *far) if len(entry.words) == 1 or entry.fits(words, at)]
        return sorted(found, key=lambda entry: -len(entry.words))

    def __hash__(self) -> int:
        return hash(self.code)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Language) and self.code == other.code

    def __ne__(self, other: object) -> bool:
        return not self == other


@lru_cache(maxsize=512)
def _one_word(language: Language, section: str) -> frozenset[str]:
    return frozenset(entry for entry in language.sections.get(section, ()) if " " not in entry)


@lru_cache(maxsize=512)
def _phrases(lines: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple(sorted((tuple(line.split()) for line in lines), key=lambda phrase: -len(phrase)))


def codes() -> list[str]:
    """The languages that have a file, English first."""
    found = sorted(path.stem for path in _FOLDER.glob("*.txt"))
    return sorted(found, key=lambda code: code != ENGLISH)


@lru_cache(maxsize=64)
def language(code: str) -> Language:
    """A language by its code. Raises `FileNotFoundError` where it has no file."""
    sections: dict[str, list[str]] = {}
    for line in entries(code, _FOLDER):
        if line[0] == "#":
            continue
        if line[0] == "[" and line[-1] == "]":
            members = sections.setdefault(line[1:-1], [])
        else:
            members.append(unicodedata.normalize("NFC", line.casefold()))
    return _built(code, {name: tuple(lines) for name, lines in sections.items()})


def _built(code: str, sections: dict[str, tuple[str, ...]]) -> Language:
    found = [_entry(line, kind, scope) for kind, scope in _SCOPES.items() for line in sections.get(kind, ())]
    return _indexed(code, sections, found)


def _indexed(code: str, sections: dict[str, tuple[str, ...]], found: Iterable[Entry]) -> Language:
    ordered = tuple(sorted(found, key=lambda entry: -len(entry.words)))
    by_word: dict[str, tuple[Entry, ...]] = {}
    for entry in ordered:
        if "*" not in entry.words[0]:
            by_word[entry.words[0]] = (*by_word.get(entry.words[0], ()), entry)
    return Language(code, sections, ordered, by_word, tuple(entry for entry in ordered if "*" in entry.words[0]))


def _entry(line: str, kind: str, scope: str) -> Entry:
    words, _, own = line.partition("\t")
    return Entry(tuple(words.split()), kind, own.strip() or scope)


# -- no spaces between words ---------------------------------------------------------------------------------


def spaced_out(tokens: list[Token], own: Language) -> list[Token]:
    """The tokens of a text without spaces, its runs of letters cut where an entry of the language stands."""
    known = _known(own)
    longest = max(map(len, known), default=0)
    out: list[Token] = []
    for token in tokens:
        if token[0] in WORD_KINDS and not token[1].isascii():
            out.extend((token[0], part, token[2]) for part in _parts(token[1], known, longest))
        else:
            out.append(token)
    return out


def _parts(run: str, known: frozenset[str], longest: int) -> list[str]:
    parts: list[str] = []
    rest, at = "", 0
    while at < len(run):
        size = next((size for size in range(longest, 0, -1) if run[at : at + size].casefold() in known), 0)
        if size:
            parts.extend(part for part in (rest, run[at : at + size]) if part)
            rest = ""
        else:
            rest += run[at]
        at += size or 1
    return [*parts, rest] if rest else parts


@lru_cache(maxsize=8)
def _known(own: Language) -> frozenset[str]:
    """All that the language's file lists, the operators without a `*`."""
    listed = [line.partition("=")[0].strip() for lines in own.sections.values() for line in lines]
    return frozenset(line.partition("\t")[0].strip("*") for line in listed if line)


# -- which language ------------------------------------------------------------------------------------------


def script_of(letter: str) -> str:
    """The first word of a letter's Unicode name: LATIN, CYRILLIC, CJK, ..."""
    return unicodedata.name(letter, "").partition(" ")[0]


def language_of(words: list[str]) -> Language | None:
    """The language of a text by the script of its words, else by the function words; None where nobody can tell.

    English where it ties with another, or where no word tells and all are spelt in ASCII.
    """
    scripts = {script_of(word[0]) for word in words if not word[0].isascii()}
    told = next((code for script, code in _SCRIPTS.items() if script in scripts), "")
    if told:
        return language(told) if told in codes() else None
    if not scripts <= {"LATIN"}:
        return None
    scores = {code: _score(words, code) for code in latin()}
    best = max(scores, key=lambda code: scores[code])
    if not scores[best]:
        return None
    return language(best) if best == ENGLISH or not scores[ENGLISH] else _with_english(best)


def _score(words: list[str], code: str) -> int:
    own = language(code).words("function words")
    return sum(word in own for word in words)


@lru_cache(maxsize=1)
def latin() -> tuple[str, ...]:
    """The languages in Latin letters, English first."""
    others = set(_SCRIPTS.values())
    return tuple(code for code in codes() if code not in others)


@lru_cache(maxsize=64)
def _with_english(code: str) -> Language:
    """A language with the operators of English, where words of both stand in a text."""
    own, english = language(code), language(ENGLISH)
    mine = own.words("function words")
    borrowed = [entry for entry in english.entries if not (set(entry.words) <= mine)]
    return _indexed(f"{code}+{ENGLISH}", own.sections, (*own.entries, *borrowed))


@lru_cache(maxsize=1)
def any_latin() -> Language:
    """English with the operators of every other language in Latin letters: for a text that shows no language.

    Function words and the words of English sections are no operators there.
    """
    english = language(ENGLISH)
    foreign = [
        entry
        for code in latin()
        for entry in language(code).entries
        if code != ENGLISH and entry.kind not in ("labels", "instruction", "question")
    ]
    return _indexed("latin", english.sections, (*english.entries, *foreign))

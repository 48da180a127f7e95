"""The closed classes of a language, read from `languages/*.txt`, and which language a text is in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from graders.math.lexis.data_files import entries
from graders.math.lexis.tokens import WORD_KINDS, Token
from graders.math.prose.lexicon.spelling import elided, folded

_FOLDER = Path(__file__).parent.with_name("languages")
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
    "former": "clause",
    "witnesses": "clause",
    "functions": "clause",
}
"""The classes of operators, and where each governs unless its entry says otherwise."""
ACCOMPANIED = frozenset(("former", "witnesses", "functions"))
"""Classes whose words govern in company alone, and are nouns and adverbs like others by themselves."""
ENGLISH, LATIN = "en", "latin"
_NONE: frozenset[str] = frozenset()


class ListedPhrase(NamedTuple):
    """A word or phrase of a closed class; `*` stands for any letters at a word's end or start."""

    words: tuple[str, ...]
    kind: str
    scope: str
    """Where it governs a value: `before`, `behind`, `beside`, `clause`, `text`, `opening`, as `subject`, or as
    `order`: before a bare number; `after 28 days` is a time."""
    is_open: bool
    """Whether one of its words has a `*`."""

    def fits(self, words: list[str], at: int) -> bool:
        """Whether the entry's words stand at a place."""
        found = tuple(words[at : at + len(self.words)])
        if not self.is_open:
            return found == self.words
        return len(found) == len(self.words) and all(map(fits, self.words, found))


def fits(pattern: str, word: str) -> bool:
    """Whether a word is of a pattern: `approximat*`, `*mente`, `at`."""
    if pattern[-1] == "*":
        return word.startswith(pattern[:-1]) if pattern[0] != "*" else pattern[1:-1] in word
    before, star, behind = pattern.partition("*")
    return (
        word.startswith(before) and word.endswith(behind) and len(word) >= len(pattern) - 1 if star else word == pattern
    )


@dataclass(frozen=True, eq=False, slots=True)
class Language:
    """The closed classes of one language; there is one object of each."""

    code: str
    sections: dict[str, tuple[str, ...]]
    entries: tuple[ListedPhrase, ...]
    """The operators and labels, long phrases first."""
    by_word: dict[str, tuple[ListedPhrase, ...]]
    """Those whose first word has no `*`, by that word."""
    open_ended: tuple[ListedPhrase, ...]
    """The others."""
    single: dict[str, frozenset[str]]
    """The entries of each section that are one word."""
    phrases: dict[str, tuple[tuple[str, ...], ...]]
    """The entries of conjunctions and modal phrases as tuples of words, long ones first."""

    def words(self, section: str) -> frozenset[str]:
        """The entries of a section that are one word."""
        return self.single.get(section, _NONE)

    def governs(self, word: str) -> bool:
        """Whether a word begins an operator that needs no company."""
        return any(entry.kind not in ACCOMPANIED for entry in self.by_word.get(word, ()))

    def at(self, words: list[str], at: int) -> list[ListedPhrase]:
        """The entries that begin at a place of the text, long ones first."""
        found = _beginning(self, words[at])
        return [entry for entry in found if len(entry.words) == 1 or entry.fits(words, at)]


@lru_cache(maxsize=8192)
def _beginning(own: Language, word: str) -> tuple[ListedPhrase, ...]:
    """The entries whose first word a word is, long ones first; a past tense of English is no inflection of another."""
    edges = _by_edge(language(ENGLISH) if own.code == LATIN and word.endswith("ed") else own)
    open_ended = (entry for edge in ("*", word[:1], "*" + word[-1:]) for entry in edges.get(edge, ()))
    found = (*own.by_word.get(word, ()), *(entry for entry in open_ended if fits(entry.words[0], word)))
    return tuple(sorted(found, key=lambda entry: -len(entry.words)))


@lru_cache(maxsize=256)
def _by_edge(own: Language) -> dict[str, tuple[ListedPhrase, ...]]:
    """The entries with a `*` in their first word by its first letter, by `*` and its last letter, or by `*` alone."""
    found: dict[str, list[ListedPhrase]] = {}
    for entry in own.open_ended:
        first = entry.words[0]
        edge = first[0] if first[0] != "*" else "*" if first[-1] == "*" else "*" + first[-1]
        found.setdefault(edge, []).append(entry)
    return {edge: tuple(entries) for edge, entries in found.items()}


@lru_cache(maxsize=64)
def operator_words(own: Language) -> frozenset[str]:
    """The words that are an operator or a label by themselves."""
    return frozenset(entry.words[0] for entry in own.entries if len(entry.words) == 1)


@lru_cache(maxsize=1)
def codes() -> list[str]:
    """The languages that have a file, English first."""
    found = sorted(path.stem for path in _FOLDER.glob("*.txt"))
    return sorted(found, key=lambda code: code != ENGLISH)


@lru_cache(maxsize=64)
def language(code: str) -> Language:
    """A language by its code. Raises `FileNotFoundError` where it has no file."""
    sections: dict[str, list[str]] = {}
    name = ""
    for line in entries(code, _FOLDER):
        if line[0] == "#":
            continue
        if line[0] == "[" and line[-1] == "]":
            name = line[1:-1]
            sections.setdefault(name, [])
        else:
            sections[name].append(line if name == "letters" else folded(line))
    elisions = frozenset(sections.get("elisions", ()))
    found = [_entry(line, kind, scope, elisions) for kind, scope in _SCOPES.items() for line in sections.get(kind, ())]
    return _indexed(code, {name: tuple(lines) for name, lines in sections.items()}, found)


def english(section: str) -> frozenset[str]:
    """The entries of an English section that are one word; the rules of structure that are English read theirs here."""
    return language(ENGLISH).words(section)


def _indexed(code: str, sections: dict[str, tuple[str, ...]], found: Iterable[ListedPhrase]) -> Language:
    ordered = tuple(sorted(found, key=lambda entry: -len(entry.words)))
    by_word: dict[str, tuple[ListedPhrase, ...]] = {}
    for entry in ordered:
        if "*" not in entry.words[0]:
            by_word[entry.words[0]] = (*by_word.get(entry.words[0], ()), entry)
    open_ended = tuple(entry for entry in ordered if "*" in entry.words[0])
    single = {name: frozenset(line for line in lines if " " not in line) for name, lines in sections.items()}
    phrases = {name: _phrases(sections.get(name, ())) for name in ("conjunctions", "modals")}
    return Language(code, sections, ordered, by_word, open_ended, single, phrases)


def _phrases(lines: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple(sorted((tuple(line.split()) for line in lines), key=len, reverse=True))


def _entry(line: str, kind: str, scope: str, elisions: frozenset[str]) -> ListedPhrase:
    words, _, own = line.partition("\t")
    parts = tuple(part for word in words.split() for part in elided(word, elisions))
    return ListedPhrase(parts, kind, own.strip() or scope, "*" in words)


# -- several languages ---------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def latin() -> tuple[str, ...]:
    """The languages in Latin letters, English first."""
    return tuple(code for code in codes() if "other-script" not in language(code).words("spelling"))


@lru_cache(maxsize=128)
def joined_languages(codes_of: tuple[str, ...]) -> Language:
    """The first of some languages, with the operators of the others that are no function words of one of them."""
    own, *others = map(language, codes_of)
    if not others:
        return own
    all_of = (own, *others)
    found = [entry for one in all_of for entry in one.entries if not _is_little(entry, one, all_of)]
    sections = {**own.sections}
    for name in _JOINED:
        lines = (
            line
            for one in all_of
            for line in one.sections.get(name, ())
            if name == "function words" or one.code != ENGLISH
        )
        sections[name] = tuple(dict.fromkeys(lines))
    return _indexed("+".join(codes_of), sections, found)


_JOINED = (
    *("function words", "numbers", "scales", "ordinals", "number rules", "copulas", "answer nouns"),
    *("reporting verbs", "the answer", "genitive", "speakers"),
    *("verdicts", "reasons", "signs", "signs behind", "shares", "one of a share", "ratio nouns", "ratio words"),
)
"""The sections that languages share where they tie."""


def _is_little(entry: ListedPhrase, own: Language, all_of: tuple[Language, ...]) -> bool:
    """Whether an operator is no more than function words of another language, where it is no such operator."""
    if len(entry.words) > 1 or entry.kind == "negation":
        return False
    others = [one for one in all_of if one.code != own.code and set(entry.words) <= one.words("function words")]
    return any(all(entry.words != same.words for same in one.entries) for one in others)


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
    return _indexed(LATIN, english.sections, (*english.entries, *foreign))


@lru_cache(maxsize=64)
def strangers(own: Language) -> dict[str, str]:
    """The operators that other languages in Latin letters have, with the class of each; phrases with spaces.

    Left out are words of the language itself, those that are short, and those that English spells alike.
    """
    familiar = {word for entry in own.entries for word in entry.words} | own.words("function words")
    familiar |= language(ENGLISH).words("false friends") | language(ENGLISH).words("function words")
    found = ((" ".join(entry.words), entry) for code in latin() for entry in language(code).entries)
    return {
        said: entry.kind
        for said, entry in found
        if entry.kind in _STRANGE and len(said) >= _SHORTEST and not familiar.issuperset(entry.words)
    }


@lru_cache(maxsize=1)
def alternatives_abroad() -> frozenset[str]:
    """The words for `or` of all languages."""
    found = (entry for code in codes() for entry in language(code).entries if entry.kind == "alternative")
    return frozenset(entry.words[0] for entry in found if len(entry.words) == 1)


_STRANGE = frozenset(("negation", "bound", "approximation", "alternative", "doubt", "denial"))
_SHORTEST = 4


@lru_cache(maxsize=128)
def verdicts(own: Language) -> dict[str, str]:
    """The words of a language that answer a claim or a question, and what each says: yes, no, true or false."""
    pairs = (line.partition("=") for line in own.sections.get("verdicts", ()))
    return {word.strip(): said.strip() for word, _, said in pairs}


@lru_cache(maxsize=256)
def verdicts_of(word: str) -> frozenset[str]:
    """What a word says as an answer in some language; nothing where it is none."""
    found = (verdicts(language(code)).get(folded(word)) for code in codes())
    return frozenset(said for said in found if said)


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
        size = next((size for size in range(longest, 0, -1) if folded(run[at : at + size]) in known), 0)
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

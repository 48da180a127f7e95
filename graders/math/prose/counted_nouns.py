"""Whether a word that no file lists has the shape of a noun behind a number: `apples`, `people`, `яблок`, `تفاحة`."""

from __future__ import annotations

from collections.abc import Sequence

from graders.math.lexis.units import is_unit
from graders.math.lexis.words import words_of
from graders.math.prose.spelling import folded, script_of

_IRREGULAR = frozenset(
    words_of("""
        people men women children feet teeth geese mice oxen dice lice sheep fish deer aircraft series species cattle
        police poultry offspring spacecraft salmon trout swine bison shrimp squid moose criteria phenomena data media
        bacteria alumni cacti fungi radii foci nuclei loci stimuli vertices formulae antennae larvae algae genera
        sq square total tbsp tsp each stone
    """)
)
"""English nouns whose plural has no -s: a closed class."""
_NO_PLURALS = ("ss", "us", "is")
"""How other languages end words on -s that are no plurals of English."""
_FEW = frozenset("234")
_ROUND = "000"
_TEENS = frozenset(("11", "12", "13", "14"))
_CYRILLIC = frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ'’-")
_ARABIC = frozenset("ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأؤإئةى")


_ELSEWHERE = frozenset("ðþøőűșțėųįūēīļņķģŗāōĉĝŝŭħġċŵŷəǝɛ")
"""Letters of no language in Latin letters that is known here."""


def is_plural(word: str) -> bool:
    """Whether a word has the shape of an English plural, or of a unit."""
    word = word.rpartition("-")[2] or word
    if word in _IRREGULAR or is_unit(word) or word.endswith(("men", "children", "people", "fish", "feet")):
        return True
    return word.isascii() and word.endswith("s") and not word.endswith(_NO_PLURALS) and len(word) > 2


def is_told_by_script(words: Sequence[str]) -> bool:
    """Whether the first word is in a script that several languages share: its letters alone tell none of them."""
    return script_of(words[0][0]) in ("CYRILLIC", "ARABIC", "DEVANAGARI")


def is_counted_noun(word: str, figure: str) -> bool:
    """Whether a word has the case that a number asks for.

    Russian and Ukrainian: after 2, 3 and 4 a noun ends in a vowel of its genitive or plural, after 1 in any letter but
    -о, and after any other number in a consonant, -ь or -й. Arabic: the singular in the accusative from 11 on.
    """
    low, digits = folded(word), figure[-2:]
    script = script_of(low[0])
    if figure.endswith(_ROUND):  # of a scale in the language's own words
        return True
    if script == "CYRILLIC":
        if not _CYRILLIC.issuperset(low) or low[-1] in "оеую":
            return False
        few = digits[-1:] in _FEW and digits not in _TEENS
        return few or (digits[-1:] == "1" and digits != "11") or low[-1] not in "аяиыії"
    if script == "ARABIC":
        return _ARABIC.issuperset(low) and low[-1] in "ةا"
    return False


def is_of_its_script(word: str) -> bool:
    """Whether all letters of a word belong to a language that is known in its script: no Kazakh, no Persian."""
    low = folded(word)
    if script_of(low[0]) == "LATIN":
        return word.isascii() or word[:1].isupper() or _ELSEWHERE.isdisjoint(low)
    known = {"CYRILLIC": _CYRILLIC, "ARABIC": _ARABIC}.get(script_of(low[0]))
    return known is None or all(letter in known or not letter.isalpha() for letter in low)

"""The data files of lexis: no entry stands twice, and each is what the readers of its table take."""

from pathlib import Path

import pytest

from graders.math import lexis
from graders.math.lexis import data_files
from graders.math.lexis.latex import SAME_AS, UNICODE
from graders.math.lexis.words import SPECIAL_TEXTS

NAMES = sorted(path.stem for path in (Path(lexis.__file__).parent / "data").iterdir())
COLUMNS = [name for name in NAMES if name not in ("words", "units_abroad")]


@pytest.mark.parametrize("name", COLUMNS)
def test_nothing_is_spelt_twice(name):
    rows = [line.partition("  ")[0] for line in data_files.entries(name)]
    assert len(rows) == len(set(rows)) == len(data_files.columns(name))


def test_no_unit_has_the_spelling_of_another():
    spellings = [spelling for line in data_files.columns("units").values() for spelling in line.split()]
    assert len(spellings) == len(set(spellings))


def test_each_class_is_sorted_and_has_a_word_once():
    lines = data_files.entries("words")
    starts = [at for at, line in enumerate(lines) if line[0] == "["]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        assert lines[start + 1 : end] == sorted(set(lines[start + 1 : end])), lines[start]


def test_every_file_says_what_it_is():
    for name in NAMES:
        assert (Path(lexis.__file__).parent / "data" / f"{name}.txt").read_text(encoding="utf-8").startswith("# "), name


def test_no_spelling_leads_to_another():
    """One look-up is enough: what a command is read as, is no spelling of something else."""
    assert not [name for name, meaning in SAME_AS.items() if meaning in SAME_AS and SAME_AS[meaning] != meaning]


def test_signs_become_ascii_and_phrases_are_folded():
    assert all(spelling.isascii() for sign, spelling in UNICODE.items() if len(sign) == 1)
    assert all(phrase == " ".join(phrase.casefold().split()) for phrase in SPECIAL_TEXTS)

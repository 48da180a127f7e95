"""Numbers in the words of each language: 0 to 100 one by one, larger ones, and words that are none."""

from pathlib import Path

import pytest

from graders.math import equivalent
from graders.math.lexis.data_files import entries
from graders.math.prose.lexicon.language import language
from graders.math.prose.lexicon.spelling import folded
from graders.math.prose.lexicon.spoken_numbers import length_of_number, spoken

ALONE = {"un", "uno", "um", "ett", "bir", "một", "năm", "không", "एक", *"영일이삼사오육칠팔구십백"}
"""Articles, particles and syllables that are a number only beside another part."""


def tables():
    """For each language its numbers from 0 to 100."""
    found = {}
    for line in entries("spoken_numbers", Path(__file__).parent):
        if line[0] == "[":
            found[line.strip("[]")] = []
        else:
            list(found.values())[-1].append(line)
    return found


def words(number, code):
    """The words of a number as the engine cuts them."""
    if "unspaced" in language(code).words("spelling"):
        return list(number)
    return [folded(word) for word in number.replace("-", " ").split()]


@pytest.mark.parametrize("name", tables())
def test_zero_to_a_hundred(name):
    code = name[:2]
    own = language(code)
    spelt = [(value, number) for value, number in enumerate(tables()[name]) if number not in {"-", *ALONE}]
    read = [(spoken(words(number, code), own), number) for _, number in spelt]
    assert read == spelt
    assert all(length_of_number([*words(number, code), "?"], own) == len(words(number, code)) for _, number in spelt)


@pytest.mark.parametrize("name", tables())
def test_no_two_numbers_are_spelt_alike(name):
    own = [number for number in tables()[name] if number != "-"]
    assert len(own) == len(set(own))


LARGE = [
    ("de", "zweitausenddreihundertfünfundvierzig", 2345),
    ("de", "einhunderteins", 101),
    ("fr", "deux mille trois cent quarante-cinq", 2345),
    ("fr", "quatre-vingt-dix-neuf mille", 99_000),
    ("es", "dos mil trescientos cuarenta y cinco", 2345),
    ("pt", "dois mil trezentos e quarenta e cinco", 2345),
    ("it", "duemilatrecentoquarantacinque", 2345),
    ("nl", "tweeduizend driehonderdvijfenveertig", 2345),
    ("pl", "dwa tysiące trzysta czterdzieści pięć", 2345),
    ("cs", "dva tisíce tři sta čtyřicet pět", 2345),
    ("sv", "tvåtusentrehundrafyrtiofem", 2345),
    ("tr", "iki bin üç yüz kırk beş", 2345),
    ("vi", "hai nghìn ba trăm bốn mươi lăm", 2345),
    ("vi", "một trăm lẻ năm", 105),
    ("id", "dua ribu tiga ratus empat puluh lima", 2345),
    ("ru", "две тысячи триста сорок пять", 2345),
    ("uk", "дві тисячі триста сорок п'ять", 2345),
    ("zh", "二千三百四十五", 2345),
    ("zh", "三亿二千万", 320_000_000),
    ("zh", "一百零五", 105),
    ("zh", "二〇二四", 2024),
    ("ja", "千二百", 1200),
    ("ja", "五万三千", 53_000),
    ("ko", "이천삼백사십오", 2345),
    ("ko", "오만", 50_000),
    ("ar", "ألف", 1000),
    ("hi", "दो लाख", 200_000),
]


@pytest.mark.parametrize(("code", "number", "value"), LARGE)
def test_larger_numbers(code, number, value):
    assert spoken(words(number, code), language(code)) == value


NONE = [
    ("de", "ein"),
    ("de", "zwanzigzwanzig"),
    ("de", "dreiundvierzigundzwei"),
    ("de", "sechseck"),
    ("fr", "un"),
    ("fr", "vingt trente"),
    ("fr", "et deux"),
    ("fr", "trente-douze"),
    ("es", "veinte y treinta"),
    ("es", "una"),
    ("pt", "um"),
    ("it", "trentatreesimo"),
    ("nl", "een"),
    ("tr", "bir"),
    ("vi", "một"),
    ("vi", "năm"),
    ("zh", "十百千万亿零"),
    ("ko", "만일"),
    ("ko", "이사"),
    ("ko", "오이"),
    ("hi", "एक"),
    ("ru", "сорок двадцать"),
    ("pl", "pięć dziesięć"),
]


@pytest.mark.parametrize(("code", "number"), NONE)
def test_words_that_are_no_number(code, number):
    assert spoken(words(number, code), language(code)) is None


SENTENCES = [
    ("28", "Die Turbine hat achtundzwanzig Schaufeln.", True),
    ("28", "La turbine a vingt-huit pales.", True),
    ("28", "答案是二十八。", True),
    ("28", "答案是二十九。", False),
    ("12", "Có mười hai bồi thẩm viên.", True),
    ("2500000", "La ciudad tiene 2,5 millones de habitantes.", True),
    ("2.5", "La ciudad tiene 2,5 millones de habitantes.", False),
    ("28", "Die Turbine hat 28 (neunundzwanzig) Schaufeln.", False),
    ("28", "人口は28万人です。", False),
    ("280000", "人口は28万人です。", True),
]


@pytest.mark.parametrize(("reference", "answer", "expected"), SENTENCES)
def test_sentences(reference, answer, expected):
    assert equivalent(answer, reference).equal is expected

"""The English words that answers use: tables only."""

from __future__ import annotations


def words_of(text: str) -> list[str]:
    """The words of a table written as running text."""
    return text.split()


UNITS_AND_TEENS = words_of("""
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen
""")
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
NUMBER_WORDS = {word: value for value, word in enumerate(UNITS_AND_TEENS)} | {
    word: 10 * value for value, word in enumerate(TENS, 2)
}
SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
ORDINALS = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
    "eleventh": 11,
    "twelfth": 12,
    "thirteenth": 13,
    "fourteenth": 14,
    "fifteenth": 15,
    "sixteenth": 16,
    "seventeenth": 17,
    "eighteenth": 18,
    "nineteenth": 19,
    "twentieth": 20,
    "thirtieth": 30,
}
ORDINAL_ENDINGS = frozenset(("st", "nd", "rd", "th"))

SHORT_WORDS = frozenset(
    words_of("""
    a the and or is it no yes odd not one two six ten red all any are see day men may box so we get of
    to in on at by as an be he she his her our you your per sum has had was for but if then than that
    this with from only ans both nor can our its use let now per top two out up us do my me i'm sun mon
    tue wed thu fri sat jan feb mar apr jun jul aug sep oct nov dec set pi end far big cat dog pen car
    hat cup egg new old nan none null way ways son due low even six true inf dne win tie tied mod blue
    tan got cost age tax gcd lcm max min use log hcf
""")
)
"""Short letter runs that are words, not products of variables."""

FILLERS = frozenset(
    words_of("""
    the answer is option choice final correct so therefore thus hence it its it's value of solution
    result we get have a an that equals equal be our will to are answers solutions and must which would
    as following i letter statement selected chosen select choose right answer
""")
)
"""Words around a value that change nothing."""

NEGATIONS = frozenset(
    words_of("""
    not isn't isnt no never neither nor except wrong incorrect cannot can't aren't doesn't unlike
    without false other than rather instead don't won't wasn't n't excluding
    nicht kein keine niet geen inte ikke nunca jamais nie nao bukan tidak degil
    falsch faux falso errado incorrecto salah verkeerd forkert yanlis
""")
)
"""Words that may turn a statement round: prose around a value must have none of them."""

HEDGES = frozenset(
    words_of("""
    or either maybe perhaps possibly probably likely might could alternatively versus vs guess unsure
    oder eller oppure atau veya
""")
)
"""Words of somebody who offers more than one value."""

DENIALS = frozenset(
    words_of("""
    impossible fails fail failed excluded unless hardly barely scarcely bound bounds hex hexadecimal binary octal
    nearly almost roughly approximately approx circa ish rejected eliminated doubt doubts doubtful deny denies refute
""")
)
"""Words that deny, bound or blur a value wherever they stand in the prose around it."""

DENIALS_ABROAD = frozenset(
    words_of("""
    environ presque quasi casi etwa kaum knapp gegen unter menos moins apenas ongeveer minder meer bijna omkring cirka
    nesten mindre oltre meno senza contre hormis sauf excepto menor mayor ohne kurang lebih sekitar hampir fazla
    yaklasik prawie okolo ponad skoro ungleich mindestens hoechstens vielleicht zirka aproximadamente cerca quizas
    acaso forse talvez ausser nein hayir khong kanske ingen onjuist fout
""")
)
"""The same in other languages, where they stand behind a number, as its unit would."""

NEARBY = frozenset(
    words_of("""
    near around about before after but past below above under over until within beyond exceeds exceed exceeding
    step question problem exercise page line chapter section figure theorem lemma
    divides divide differs differ ignore ignoring forget disregard discard reject exclude excludes eliminate
""")
)
"""Words that do so right before a number."""

TOTALITIES = frozenset(words_of("anything everything all everyone anyone anybody everybody any none"))
"""Words that `but` turns into an exception: `anything but 28`."""

PARTS_OF = frozenset(
    words_of("""
    half third quarter fourth fifth sixth seventh eighth ninth tenth cube square root inverse reciprocal opposite
    negative double triple multiple divisor factor factorial digit power log logarithm complement supplement
    negation fraction multiplicative fractional tens units sine cosine tangent percent
""")
)
"""What one may take of a number and get another one: `a third of 42`."""

VERBS_OF_CODE = frozenset(
    words_of("import return yield def print echo raise assert exec eval lambda del exit await async -- ! >>> //")
)
"""How a line of program code starts."""

ARITHMETIC = frozenset(
    words_of("""plus minus times over divided multiplied squared cubed point half halves quarter quarters
    third thirds dozen dozens double twice triple
    short
    less more fewer greater least most below above under beyond modulo mod factorial negative root log power nd rd
    tens hundreds thousands millions billions trillions""")
)
"""Words that change the number before them, and so are no units."""
SPECIAL_TEXTS = {
    "no solution": "no solution",
    "no solutions": "no solution",
    "no real solution": "no solution",
    "no real solutions": "no solution",
    "no solution exists": "no solution",
    "no solutions exist": "no solution",
    "there is no solution": "no solution",
    "there are no solutions": "no solution",
    "has no solution": "no solution",
    "there are no real solutions": "no solution",
    "the equation has no solution": "no solution",
    "no such solution": "no solution",
    "empty set": "empty",
    "the empty set": "empty",
    "null set": "empty",
    "does not exist": "dne",
    "dne": "dne",
    "d n e": "dne",
    "the limit does not exist": "dne",
    "doesn't exist": "dne",
    "limit does not exist": "dne",
    "undefined": "undefined",
    "not defined": "undefined",
    "is undefined": "undefined",
    "infinitely many": "infinitely many",
    "infinitely many solutions": "infinitely many",
    "infinite solutions": "infinitely many",
    "infinite number of solutions": "infinitely many",
    "there are infinitely many solutions": "infinitely many",
    "an infinite number of solutions": "infinitely many",
    "all real numbers": "reals",
    "all reals": "reals",
    "the real numbers": "reals",
    "real numbers": "reals",
    "the set of all real numbers": "reals",
    "any real number": "reals",
    "every real number": "reals",
    "all real x": "reals",
    "all integers": "integers",
    "the integers": "integers",
    "true": "true",
    "false": "false",
    "yes": "yes",
    "no": "no",
    "infinity": "oo",
    "positive infinity": "oo",
    "inf": "oo",
    "infinite": "infinite",
}
"""Phrases with a meaning of their own, and the one name of each meaning."""

PLACEHOLDERS = frozenset(
    words_of("""
    nan none null n/a na ? ?? ??? ... .. . - -- tbd todo unknown undefined_ [answer] answer nil # x?
    n.a. void missing
""")
) - {"."}
"""References that stand for a value nobody entered."""

OPENINGS = frozenset(
    words_of("""
    yes in by overall altogether thus so hence therefore then now ok okay well using from here indeed after
    total together ultimately sure
""")
)
"""How a sentence opens before a comma; words in -ly and -ing are not listed."""

ASKING = frozenset(
    words_of("""
    find compute calculate evaluate simplify expand factor factorise factorize rationalize rationalise determine express
    write convert solve give what how which reduce round estimate add subtract multiply divide prove show
""")
)
"""How a question or a task begins."""

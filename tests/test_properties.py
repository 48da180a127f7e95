"""Properties of rewards over generated batches; each test names the one it shows."""

import functools
import operator
import unicodedata
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import graders
from graders.completion.parse import parse
from graders.settings.settings import Settings
from graders.testing import completions, well_formed

TAGS = ("<think>", "</think>", "<answer>", "</answer>")
OPERATIONS = ("equals", "not_equals", "contains", "case_insensitive_contains")


def load(kinds, **settings):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return graders.load_reward({"graders": kinds}, Settings(**settings))


STRINGS = {operation: load([{"type": "string_check", "operation": operation}]) for operation in OPERATIONS}
ROUGE = load([{"type": "text_similarity", "operation": "rouge"}])
BLEU = load([{"type": "text_similarity", "operation": "bleu"}])
MIXED = load(
    [{"type": "string_check", "operation": operation} for operation in OPERATIONS]
    + [{"type": "text_similarity", "operation": "rouge"}]
)
EVERY_ANSWER_GRADER = {**STRINGS, "rouge": ROUGE, "bleu": BLEU}


def evaluate(reward, *arguments):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", graders.BatchWarning)
        return reward.evaluate(*arguments)


def grade(reward, text, reference):
    """The score of the first grader behind the format."""
    return list(evaluate(reward, [text], [reference]).components.values())[1][0]


def fmt(text):
    return parse(text).well_formed


def wrapped(answer, thought="x"):
    return f"<think>{thought}</think><answer>{answer}</answer>"


def same_bits(one, other):
    return np.asarray(one).tobytes() == np.asarray(other).tobytes()


TAG_FREE = st.text(st.characters(codec="utf-8"), max_size=30).filter(lambda text: not any(tag in text for tag in TAGS))
VISIBLE = st.builds("{}{}".format, st.sampled_from("aZ0.é中"), TAG_FREE).filter(
    lambda text: not any(tag in text for tag in TAGS)
)
BLANK = st.text(" \t\n\r\x0b\x0c\u00a0\u2028\u3000", max_size=4)
REFERENCES = st.sampled_from(
    ["28", "Paris", "x", "São Paulo", "[1]", ".*", "a b c", "北京", "İ", "", "nan", ["28", "Paris"], []]
)
BATCHES = st.lists(st.tuples(completions(), REFERENCES), min_size=1, max_size=8)


@given(BATCHES)
def test_p1_p2_shape_and_range(rows):
    """P1, P2: a float64 a row, in [0, 1], NaN only with an outcome that says why."""
    batch = evaluate(MIXED, *zip(*rows, strict=True))
    assert (batch.rewards.shape, batch.rewards.dtype) == ((len(rows),), np.float64)
    for name, values in batch.components.items():
        assert np.all((values >= 0) & (values <= 1) | np.isnan(values))
        assert np.isnan(values).tolist() == [outcome.unscored for outcome in batch.outcomes[name]]


@given(BATCHES, st.randoms(use_true_random=False), st.integers(0, 8))
def test_p3_p4_permutation_and_split(rows, random, at):
    """P3, P4: any order, any split: the same bits in every component and the reward."""
    texts, references = zip(*rows, strict=True)
    whole = evaluate(MIXED, texts, references)
    order = list(range(len(rows)))
    random.shuffle(order)
    moved = evaluate(MIXED, [texts[i] for i in order], [references[i] for i in order])
    assert same_bits(moved.rewards, whole.rewards[order])
    parts = [evaluate(MIXED, texts[part], references[part]) for part in (slice(None, at), slice(at, None))]
    assert same_bits(np.concatenate([part.rewards for part in parts]), whole.rewards)
    for name in whole.components:
        assert functools.reduce(operator.iadd, (part.outcomes[name] for part in parts), []) == whole.outcomes[name]


@given(BATCHES)
def test_p5_p63_equal_rows_have_equal_rewards(rows):
    """P5, P63: repeated rows are bit-equal wherever they stand."""
    got = evaluate(MIXED, *zip(*(rows * 3), strict=True)).rewards
    assert same_bits(got, np.tile(got[: len(rows)], 3))


@given(BATCHES)
def test_p8_inputs_of_any_kind(rows):
    """P8: list, tuple, generator, object array."""
    texts, references = map(list, zip(*rows, strict=True))
    expected = evaluate(MIXED, texts, references).rewards
    column = np.empty(len(references), dtype=object)
    column[:] = references
    for make in (tuple, iter):
        assert same_bits(evaluate(MIXED, make(texts), make(references)).rewards, expected)
    assert same_bits(evaluate(MIXED, np.array(texts, dtype=object), column).rewards, expected)


@given(st.lists(BATCHES, min_size=2, max_size=4))
def test_p7_threads(batches):
    """P7: one reward in several threads at once."""
    expected = [evaluate(MIXED, *zip(*rows, strict=True)).rewards for rows in batches]
    with warnings.catch_warnings(), ThreadPoolExecutor(4) as pool:
        warnings.simplefilter("ignore")
        got = list(pool.map(lambda rows: MIXED.evaluate(*zip(*rows, strict=True)).rewards, batches))
    assert all(map(same_bits, got, expected))


@given(completions())
def test_p20_format_is_zero_or_one(text):
    """P20: strictly."""
    assert evaluate(STRINGS["equals"], [text], ["x"]).components["format"][0] in (0.0, 1.0)


@given(well_formed(), BLANK, BLANK, BLANK)
def test_p21_white_space_outside_changes_nothing(text, before, between, after):
    """P21: around and between the blocks."""
    moved = before + text.replace("</think>", "</think>" + between, 1) + after
    assert fmt(moved)
    assert parse(moved).answer == parse(text).answer


@given(well_formed(), st.sampled_from("x.é中\u200b\x00\ufeff"), st.sampled_from(["before", "between", "after"]))
def test_p22_anything_else_outside_costs_the_format(text, character, place):
    """P22: visible or not, what is no white space must not stand outside the blocks."""
    spoilt = {
        "before": character + text,
        "after": text + character,
        "between": text.replace("</think>", "</think>" + character, 1),
    }[place]
    assert not fmt(spoilt)


@given(well_formed(), st.sampled_from(TAGS), st.data())
def test_p23_any_tag_anywhere_costs_the_format(text, tag, data):
    """P23: each of the four stands exactly once in the whole text."""
    place = data.draw(st.integers(0, len(text)))
    assert not fmt(text[:place] + tag + text[place:])


@given(well_formed(), st.sampled_from(TAGS), st.data())
def test_p24_deleting_a_tag_character_costs_the_format(text, tag, data):
    """P24: any character of any tag."""
    place = text.index(tag) + data.draw(st.integers(0, len(tag) - 1))
    assert not fmt(text[:place] + text[place + 1 :])


@given(well_formed(), VISIBLE, VISIBLE)
def test_p25_the_bodies_don_t_matter(text, thought, answer):
    """P25: any other visible tag-free text does as well."""
    head, _, tail = text.partition("<think>")
    between = tail.partition("</think>")[2].partition("<answer>")[0]
    after = tail.rpartition("</answer>")[2]
    assert fmt(f"{head}<think>{thought}</think>{between}<answer>{answer}</answer>{after}")


@given(well_formed(), st.data())
def test_p26_a_cut_text_is_not_well_formed(text, data):
    """P26: any prefix that cuts the last tag."""
    assert not fmt(text[: data.draw(st.integers(0, text.index("</answer>") + len("</answer>") - 1))])


@given(well_formed(), well_formed())
def test_p27_two_well_formed_texts_are_not_one(first, second):
    """P27: concatenated, they have no answer and no layout."""
    assert not fmt(first + second)
    assert parse(first + second).answer is None


@pytest.mark.parametrize("name", EVERY_ANSWER_GRADER)
@given(VISIBLE, VISIBLE, st.sampled_from(["28", "Paris", "a b"]))
def test_p30_the_thought_never_changes_the_score(name, first, second, reference):
    """P30: nothing that is thought is read."""
    reward = EVERY_ANSWER_GRADER[name]
    for answer in (reference, "other"):
        assert grade(reward, wrapped(answer, first), reference) == grade(reward, wrapped(answer, second), reference)


@pytest.mark.parametrize("name", EVERY_ANSWER_GRADER)
@given(well_formed(st.sampled_from(["28", "Paris", "no", "27"])), TAG_FREE, st.sampled_from(["28", "Paris"]))
def test_p31_text_outside_the_blocks_never_raises_the_score(name, text, more, reference):
    """P31: in front, between, behind: it is not read, the reference itself included."""
    reward = EVERY_ANSWER_GRADER[name]
    before = grade(reward, text, reference)
    for added in (more, reference):
        for spoilt in (added + text, text + added, text.replace("</think>", "</think>" + added, 1)):
            assume(all(spoilt.count(tag) == 1 for tag in TAGS))
            assert grade(reward, spoilt, reference) == before


@pytest.mark.parametrize("name", EVERY_ANSWER_GRADER)
@given(
    well_formed(st.sampled_from(["28", "Paris", "27"])),
    st.sampled_from(["28", "Paris", "", "27"]),
    st.sampled_from(["28", "Paris"]),
)
def test_p32_a_second_block_never_raises_the_score(name, text, second, reference):
    """P32: two blocks outside the thought are no answer."""
    reward = EVERY_ANSWER_GRADER[name]
    for chained in (
        text + f"<answer>{second}</answer>",
        text.replace("</think>", f"</think><answer>{second}</answer>", 1),
    ):
        assert grade(reward, chained, reference) == 0


@pytest.mark.parametrize("name", EVERY_ANSWER_GRADER)
@given(st.sampled_from(["28", "Paris", "no", "a b c"]), BLANK, BLANK, st.sampled_from(["28", "Paris"]))
def test_p33_white_space_at_the_ends_of_the_answer(name, answer, before, after, reference):
    """P33: changes nothing."""
    reward = EVERY_ANSWER_GRADER[name]
    assert grade(reward, wrapped(before + answer + after), reference) == grade(reward, wrapped(answer), reference)


@pytest.mark.parametrize("name", EVERY_ANSWER_GRADER)
@given(completions(), st.sampled_from(["28", "Paris", "x"]))
def test_p34_no_answer_is_never_paid(name, text, reference):
    """P34: 0 for every grader, not_equals included."""
    assume(parse(text).answer is None)
    assert grade(EVERY_ANSWER_GRADER[name], text, reference) == 0


@pytest.mark.parametrize("name", ["equals", "contains", "case_insensitive_contains", "rouge", "bleu"])
@given(st.sampled_from(["28", "Paris", "São Paulo", "a b c d e", "北京", "x^2 + 1", "İstanbul"]))
def test_p35_the_reference_itself_scores_one(name, reference):
    """P35: self match."""
    assert grade(EVERY_ANSWER_GRADER[name], wrapped(reference), reference) == pytest.approx(1.0, abs=1e-12)


@given(VISIBLE, VISIBLE | st.just("Paris"))
def test_p36_equals_and_not_equals_are_opposites(answer, reference):
    """P36: with a visible answer, and a reference that is none of the placeholders."""
    got = [evaluate(STRINGS[name], [wrapped(answer)], [reference]) for name in ("equals", "not_equals")]
    scores = [list(batch.components.values())[1][0] for batch in got]
    assume(not any(outcome == "over_limit" for batch in got for outcome in list(batch.outcomes.values())[1]))
    assert sum(scores) == 1 or np.isnan(scores).all()


@given(VISIBLE, st.sampled_from(["a", "28", "Paris", "é", "ß"]) | VISIBLE)
def test_p37_the_operations_are_ordered(answer, reference):
    """P37: equals <= contains <= case_insensitive_contains."""
    for text in (answer, reference, answer + reference, (answer + reference).swapcase()):
        scores = np.nan_to_num(
            [
                grade(STRINGS[name], wrapped(text), reference)
                for name in ("equals", "contains", "case_insensitive_contains")
            ]
        )
        assert scores[0] <= scores[1]
        assume(is_settled(text) and is_settled(reference))
        assert scores[1] <= scores[2]


def is_settled(text):
    """Whether case folding is the letters' own: a fold that joins with its neighbours may hide what contains found."""
    return text.isascii() or (
        unicodedata.normalize("NFC", text).casefold()
        == unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
        and text.casefold() == text.lower()
    )


@given(st.text(st.characters(max_codepoint=127), max_size=20), st.sampled_from(["Paris", "a", "x1", "Q"]))
def test_p38_case_of_ascii_doesn_t_matter(answer, reference):
    """P38: swapped on either side."""
    assume(not any(tag in answer.lower() for tag in TAGS))
    for text in (answer, answer + reference):
        expected = grade(STRINGS["case_insensitive_contains"], wrapped(text), reference)
        assert grade(STRINGS["case_insensitive_contains"], wrapped(text.swapcase()), reference) == expected
        assert grade(STRINGS["case_insensitive_contains"], wrapped(text), reference.swapcase()) == expected


@given(st.text(".*+?[](){}|^$\\ab", min_size=1, max_size=6), st.text(".*+?[](){}|^$\\ab", max_size=8))
def test_p39_patterns_are_literal(reference, answer):
    """P39: no metacharacter means anything."""
    assume(reference.strip() not in {"", "?", "..."} and answer.strip())
    assert grade(STRINGS["contains"], wrapped(answer), reference) == float(reference in answer)
    assert grade(STRINGS["equals"], wrapped(answer), reference) == float(reference == answer)


@given(VISIBLE, st.builds("{}{}".format, st.sampled_from("aZ0."), TAG_FREE), st.sampled_from(["a", "Paris", "28"]))
def test_p40_contains_only_grows(answer, more, reference):
    """P40: text added behind that begins with a base character never takes a found reference away."""
    assume(not any(tag in answer + more for tag in TAGS))
    assert grade(STRINGS["contains"], wrapped(answer + more), reference) >= grade(
        STRINGS["contains"], wrapped(answer), reference
    )


@pytest.mark.parametrize("name", OPERATIONS)
@given(
    st.text("aeé\u0301\u0323ñ한\u1112\u1161\u212b ", min_size=1, max_size=12),
    st.sampled_from(["é", "e", "ñ", "한", "a\u0323\u0301"]),
)
def test_p41_composed_and_decomposed_are_one(name, answer, reference):
    """P41: NFC and NFD on either side."""
    forms = {grade(STRINGS[name], wrapped(unicodedata.normalize(a, answer)), unicodedata.normalize(r, reference))
             for a in ("NFC", "NFD") for r in ("NFC", "NFD")}  # fmt: skip
    assert len(forms) == 1

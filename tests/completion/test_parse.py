"""The parser: golden cases, a slow obvious oracle written from the layout's description, bounds on time and memory."""

import json
import time
import tracemalloc
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graders.completion.parse import _SHORT, NOTHING, Completion, Layout, _cut, _search, parse, thought_of
from graders.testing import completions
from graders.vocabulary.outcome import Outcome

CASES = Path(__file__).parents[1] / "cases"
OPEN_THINK, CLOSE_THINK, OPEN_ANSWER, CLOSE_ANSWER = TAGS = ("<think>", "</think>", "<answer>", "</answer>")


def rows(name):
    return [json.loads(line) for line in (CASES / name).read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("row", rows("format_cases.jsonl"), ids=lambda row: row["id"])
def test_format_cases(row):
    """Every shared case of format_check, by the parser that decides it."""
    assert parse(row["completion"], Layout.of(**row.get("options", {}))).well_formed == row["expected"], row["note"]


@pytest.mark.parametrize("row", rows("answers.jsonl"), ids=lambda row: row["reason"])
def test_answer_cases(row):
    """What the answer is, why there is none, and whether the layout is kept, under every option."""
    found = parse(row["completion"], Layout.of(**row["options"]))
    assert (found.answer, found.fault, found.well_formed) == (row["answer"], row["fault"], row["format"] == 1)


PADDABLE = [
    row
    for row in rows("answers.jsonl")  # where the padding would not itself become the text
    if row["completion"].strip() and row["options"].get("answer_source") != "lenient"
]


@pytest.mark.parametrize("row", PADDABLE, ids=lambda row: row["reason"])
def test_answer_cases_as_long_texts(row):
    """A text too long to be cut is read the same: white space in front only costs a scan."""
    found = parse(" " * (_SHORT + 1) + row["completion"], Layout.of(**row["options"]))
    assert (found.answer, found.fault, found.well_formed) == (row["answer"], row["fault"], row["format"] == 1)


# The oracle: one token at a time, no search, no slicing tricks.

DEFAULT_IGNORABLE = {
    *(0xAD, 0x34F, 0x61C, 0x3164, 0xFEFF, 0xFFA0),
    *range(0x115F, 0x1161),
    *range(0x17B4, 0x17B6),
    *range(0x180B, 0x1810),
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xFE00, 0xFE10),
    *range(0xFFF0, 0xFFF9),
    *range(0x1BCA0, 0x1BCA4),
    *range(0x1D173, 0x1D17B),
    *range(0xE0000, 0xE1000),
}


def is_visible(character):
    return not (
        character.isspace()
        or unicodedata.category(character) in {"Cc", "Cf"}
        or ord(character) in DEFAULT_IGNORABLE
        or character == "\u2800"
    )


def tokens(text):
    """Tags and single characters."""
    found, i = [], 0
    while i < len(text):
        token = next((tag for tag in TAGS if text[i : i + len(tag)] == tag), text[i])
        found.append(token)
        i += len(token)
    return found


def oracle(text, prefilled=False, empty_think=False):
    """The answer and whether the layout is kept, as the description says it."""
    found = tokens(OPEN_THINK * prefilled + text)
    behind = found[found.index(CLOSE_THINK) + 1 :] if CLOSE_THINK in found else [] if OPEN_THINK in found else found
    answer = None
    if [token for token in behind if token in TAGS] == [OPEN_ANSWER, CLOSE_ANSWER]:
        body = behind[behind.index(OPEN_ANSWER) + 1 : behind.index(CLOSE_ANSWER)]
        answer = "".join(body) if any(map(is_visible, body)) else None
    return answer, keeps_layout(found, empty_think)


def keeps_layout(found, empty_think):
    while found and found[0].isspace():
        found = found[1:]
    while found and found[-1].isspace():
        found = found[:-1]
    if [token for token in found if token in TAGS] != list(TAGS) or found[0] != OPEN_THINK or found[-1] != CLOSE_ANSWER:
        return False
    thought = found[1 : found.index(CLOSE_THINK)]
    between = found[found.index(CLOSE_THINK) + 1 : found.index(OPEN_ANSWER)]
    answer = found[found.index(OPEN_ANSWER) + 1 : -1]
    if not all(token.isspace() for token in between):
        return False
    return any(map(is_visible, answer)) and (empty_think or any(map(is_visible, thought)))


PIECES = st.sampled_from(
    [
        *TAGS,
        *TAGS,
        "<",
        ">",
        "/",
        "think",
        "answer>",
        "<think",
        "</",
        "<answer",
        "</answer",
        " ",
        "\n",
        "\u3000",
        "x",
        "\u200b",
        "\x00",
    ]
)
SOUP = st.lists(PIECES, max_size=14).map("".join)
NEAR = st.tuples(SOUP, SOUP, SOUP, SOUP, SOUP).map(
    lambda p: f"{p[0][:3]}<think>{p[1]}</think>{p[2][:3]}<answer>{p[3]}</answer>{p[4][:3]}"
)


@pytest.mark.parametrize("prefilled", [False, True])
@pytest.mark.parametrize("empty_think", [False, True])
@settings(max_examples=400)
@given(st.one_of(SOUP, NEAR, completions()))
def test_p29_agrees_with_the_oracle(prefilled, empty_think, text):
    """P29: the parser is the slow reference parser."""
    found = parse(text, Layout.of(think_prefilled=prefilled, allow_empty_think=empty_think))
    assert (found.answer, found.well_formed) == oracle(text, prefilled, empty_think)
    assert (found.answer is None) == (found.fault is not None)


@settings(max_examples=400)
@given(st.one_of(SOUP, NEAR), st.integers(0, 60), st.sampled_from(" x\u200b"))
def test_p29_agrees_with_the_oracle_on_long_texts(text, place, filler):
    """P29 beyond the length up to which texts are cut: a run of one character stands for any run of it."""
    place = min(place, len(text))
    short = text[:place] + filler + text[place:]
    long = text[:place] + filler * (_SHORT + 1) + text[place:]
    expected, layout = oracle(short)
    found = parse(long)
    assert found.well_formed == layout
    assert (
        found.answer is None if expected is None else found.answer.replace(filler, "") == expected.replace(filler, "")
    )


@settings(max_examples=400)
@given(st.one_of(SOUP, NEAR, completions()))
def test_the_fast_way_gives_what_the_search_gives(text):
    """Cutting a short text and searching in a long one are one parser."""
    for layout in (Layout(), Layout(allow_empty_think=True)):
        assert _cut(text, layout) in (None, _search(text, layout))


def test_both_sides_of_the_length_up_to_which_texts_are_cut():
    """The cutoff itself changes nothing."""
    for length in (_SHORT - 1, _SHORT, _SHORT + 1):
        frame = len("<think></think><answer>42</answer>")
        found = parse(f"<think>{'x' * (length - frame)}</think><answer>42</answer>")
        assert (len(found.text), found.answer, found.well_formed) == (length, "42", True)


@given(completions())
def test_lenient_gives_more_answers_and_boxed_reads_no_block(text):
    """An answer in the block is the lenient one too; the layout is judged alike whatever the answer source."""
    strict, lenient, boxed = (parse(text, Layout(answer_source=source)) for source in ("answer", "lenient", "boxed"))
    assert strict.answer is None or lenient.answer == strict.answer
    assert strict.well_formed == lenient.well_formed == boxed.well_formed


@given(completions())
def test_p28_prefilled_is_the_text_with_the_tag_in_front(text):
    """P28: fmt(x, prefilled) = fmt("<think>" + x), and the same answer."""
    assert parse(text, Layout(think_prefilled=True))._replace(text="") == parse("<think>" + text)._replace(text="")


def test_an_empty_text_is_nothing():
    """There is one value for a completion without text."""
    assert parse("") == NOTHING
    assert NOTHING.fault is Outcome.NO_COMPLETION


@pytest.mark.parametrize(
    ("text", "thought"),
    [
        ("<think>a</think><answer>b</answer>", "a"),
        (" \n<think>a", "a"),
        ("a</think>b", "a"),
        ("<answer>b</answer>", None),
        ("", None),
    ],
)
def test_the_thought_for_people(text, thought):
    """The thought is shown without its tags, also where it was never opened or closed."""
    assert thought_of(parse(text)) == thought


def test_a_completion_is_a_plain_value():
    """It compares and holds exactly what scorers read."""
    assert parse("<think>a</think><answer>b</answer>") == Completion(
        "<think>a</think><answer>b</answer>", "b", None, True, len("<think>a</think>"), "the answer block"
    )


HOSTILE = {
    "plain": ("<think>", "x", 10_000_000, "</think><answer>1</answer>"),
    "answer openings": ("<think>x</think>", "<answer>", 1_000_000, ""),
    "answer closings": ("<think>x</think><answer>1", "</answer>", 1_000_000, ""),
    "thought openings": ("", "<think>", 1_000_000, "</think><answer>1</answer>"),
    "thought closings": ("<think>x", "</think>", 1_000_000, "<answer>1</answer>"),
    "angle brackets": ("", "<", 10_000_000, ""),
    "almost tags": ("", "</answer", 1_000_000, ""),
    "white space": ("<think>x</think>", " ", 10_000_000, "<answer>1</answer>"),
    "invisible": ("<think>x</think><answer>", "\u200b", 5_000_000, "</answer>"),
    "boxes": ("", "\\boxed{", 1_000_000, ""),
    "boxed spaces": ("", "\\boxed ", 1_000_000, ""),
    "backslashes": ("", "\\", 5_000_000, ""),
}


@pytest.mark.parametrize("source", ["answer", "boxed", "lenient"])
@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_is_slow_or_large(name, source):
    """Linear time (generous bound) and at most twice the text in memory beside it."""
    prefix, unit, count, suffix = HOSTILE[name]
    text = prefix + unit * count + suffix
    start = time.process_time()
    parse(text, Layout(answer_source=source))
    assert time.process_time() - start < 2.0


@pytest.mark.parametrize("name", [name for name in HOSTILE if not name.startswith("box")])
def test_memory_stays_within_twice_the_text(name):
    """Nothing but the answer is copied."""
    prefix, unit, count, suffix = HOSTILE[name]
    text = prefix + unit * (count // 10) + suffix
    size = len(text) * (2 if "\u200b" in text else 1)
    tracemalloc.start()
    try:
        parse(text)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak <= 2 * size + 100_000

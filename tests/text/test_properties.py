"""What must hold for any two texts: P52 to P57, and that only the pair itself decides its score."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.text import bleu, rouge

WORDS = st.lists(
    st.sampled_from(["a", "b", "river", "Town.", "été", "水", "3.5", "it's", "&"]), min_size=1, max_size=12
)
ANY = st.one_of(st.text(st.characters(), max_size=40), WORDS.map(" ".join))
PAIRS = st.lists(st.tuples(ANY, ANY), min_size=1, max_size=8)
METRICS = {
    "bleu": bleu,
    **{
        f"{kind}-{name}": (lambda c, r, kind=kind, name=name: rouge(c, r, rouge_type=kind, tokenizer=name))
        for kind in ("rouge1", "rouge2", "rougeL")
        for name in ("auto", "rouge_score")
    },
}
every_metric = pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)


@every_metric
@given(pairs=PAIRS)
def test_p52_scores_are_float64_within_0_and_1(metric, pairs):
    completions, references = zip(*pairs, strict=True)
    scores = metric(completions, references)
    assert scores.dtype == np.float64
    assert scores.shape == (len(pairs),)
    assert ((scores >= 0) & (scores <= 1)).all()


@given(left=ANY, right=ANY)
def test_p53_rouge_l_f_is_symmetric_under_one_tokenizer(left, right):
    assert rouge([left], [right], tokenizer="unicode")[0] == rouge([right], [left], tokenizer="unicode")[0]


@every_metric
@given(words=WORDS)
def test_p54_repeating_the_reference_pays_less_each_time(metric, words):
    reference = " ".join([*words, "end"])
    scores = metric([f"{reference} " * times for times in (1, 2, 3, 4)], [reference] * 4)
    if scores[0] > 0:  # rouge2 of a single token is 0 throughout
        assert (np.diff(scores) < 0).all()


@given(completion=ANY, reference=ANY, filler=st.integers(1, 9))
def test_p55_foreign_words_never_raise_rouge_l(completion, reference, filler):
    padded = completion + " zzqx" * filler
    assert rouge([padded], [reference])[0] <= rouge([completion], [reference])[0]


@every_metric
@pytest.mark.parametrize(
    ("completion", "reference"), [("", "a b"), ("a b", ""), ("", ""), (" \n", "a"), ("a", "\u3000")]
)
def test_p57_an_empty_side_scores_0(metric, completion, reference):
    assert metric([completion], [reference]).tolist() == [0.0]


@every_metric
@given(text=WORDS.map(" ".join))
def test_equal_texts_score_exactly_1(metric, text):
    score = metric([text], [text])[0]
    assert score in (0.0, 1.0)
    assert score == 1.0 or metric is not bleu


@every_metric
@given(pairs=PAIRS, data=st.data())
def test_neither_order_nor_company_nor_memory_changes_a_bit(metric, pairs, data):
    cold = metric(*zip(*pairs, strict=True))
    assert metric(*zip(*pairs, strict=True)).tolist() == cold.tolist()
    assert [metric([c], [r])[0] for c, r in pairs] == cold.tolist()
    order = data.draw(st.permutations(range(len(pairs))))
    assert metric(*zip(*(pairs[row] for row in order), strict=True)).tolist() == cold[list(order)].tolist()


@every_metric
def test_a_large_batch_in_any_order_is_bit_identical(metric):
    rng = np.random.default_rng(0)
    texts = [" ".join(map(str, rng.integers(0, 30, size=rng.integers(0, 40)))) for _ in range(4000)]
    references = [texts[row] for row in rng.integers(0, 60, size=4000)]
    whole, order = metric(texts, references), rng.permutation(4000)
    shuffled = metric([texts[row] for row in order], [references[row] for row in order])
    assert shuffled.tolist() == whole[order].tolist()
    halves = np.concatenate([metric(texts[:1777], references[:1777]), metric(texts[1777:], references[1777:])])
    assert halves.tolist() == whole.tolist()


@every_metric
def test_threads_agree(metric):
    jobs = [([f"w{n % 7} x{i} {'z' if n % 5 == 0 else 'y'}" for i in range(40)], ["w1 x1 y"] * 40) for n in range(60)]
    alone = [metric(*job).tolist() for job in jobs]
    with ThreadPoolExecutor(8) as pool:
        assert [scores.tolist() for scores in pool.map(lambda job: metric(*job), jobs)] == alone


def test_the_hash_seed_changes_nothing():
    program = (
        "import json; from graders.text import bleu, rouge;"
        "c = [f'river {i} runs to {i % 7} towns été' for i in range(50)]; r = ['river 3 runs to', 'été 水'] * 25;"
        "print(json.dumps([bleu(c, r).tolist(), rouge(c, r).tolist()]))"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("0", "1", "random")
    ]
    assert runs[0] == runs[1] == runs[2]
    assert json.loads(runs[0])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform has no fork")
def test_a_forked_child_scores_alike():
    expected = bleu(["the cat sat on"], ["the cat sat"])[0]
    child = os.fork()
    if child == 0:
        os._exit(0 if bleu(["the cat sat on"], ["the cat sat"])[0] == expected else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

"""A multi that is a weighted sum is a reward of ours: to the last bit, served or in process."""

import random
import warnings

import pytest

import graders

pytestmark = pytest.mark.filterwarnings("ignore::graders.BatchWarning")  # single rows without an answer block

COMPLETIONS = [
    "<think>half of one</think><answer>0.5</answer>",
    "<think>half</think> <answer>the cat sat on the mat</answer>",
    "<answer>1/2</answer>",
    "<think>no end <answer>0.5</answer>",
    "nothing at all",
    "<think>a</think><answer>\\frac{1}{2}</answer>",
]
REFERENCE = "0.5"
OURS = {
    "form": {"type": "format_check"},
    "math": {"type": "math_accuracy"},
    "same": {"type": "string_check", "operation": "equals"},
    "words": {"type": "text_similarity", "operation": "rouge"},
    "blue": {"type": "text_similarity", "operation": "bleu"},
}


def in_process(definition, completions, references):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reward = graders.load_reward(definition)
    return reward.evaluate(completions, references).rewards.tolist()


def served(client, multi, completions, references):
    run = client.fine_tuning.alpha.graders.run
    item = [{"reference_answer": reference} for reference in references]
    return [run(grader=multi, model_sample=one, item=row).reward for one, row in zip(completions, item, strict=True)]


def weights(seed):
    """Five weights that sum to 1, in thousandths and in sevenths."""
    drawn = random.Random(seed)
    if seed % 2:
        shares = [drawn.randint(1, 9) for _ in OURS]
        return [f"{share}/{sum(shares)}" for share in shares], [share / sum(shares) for share in shares]
    cuts = sorted(drawn.sample(range(1, 1000), 4))
    parts = [b - a for a, b in zip([0, *cuts], [*cuts, 1000], strict=True)]
    return [f"{part / 1000!r}" for part in parts], [part / 1000 for part in parts]


@pytest.mark.parametrize("seed", range(4))
def test_a_multi_equal_to_reward_components_is_bit_equal(client, seed):
    """All five graders, weights of every kind: equal floats, not close ones, from the service and from a definition."""
    written, numbers = weights(seed)
    formula = " + ".join(f"{weight} * {key}" for weight, key in zip(written, OURS, strict=True))
    multi = {"type": "multi", "name": "all", "graders": OURS, "calculate_output": formula}
    format_weight, *others = numbers
    listed = [{**grader, "weight": weight} for grader, weight in zip(list(OURS.values())[1:], others, strict=True)]
    definition = {"format_reward_weight": format_weight, "graders": listed}
    references = [REFERENCE] * len(COMPLETIONS)
    expected = in_process(definition, COMPLETIONS, references)
    assert in_process(multi, COMPLETIONS, references) == expected
    assert served(client, multi, COMPLETIONS, references) == expected
    assert len(set(expected)) > 3


def test_their_graders_are_bit_equal_served_and_loaded(client):
    """Of OpenAI's own types: the whole text is compared, and there is no share of the format."""
    sides = {"input": "{{sample.output_text}}", "reference": "{{ item.reference_answer }}"}
    parts = {
        "same": {"type": "string_check", "operation": "eq", **sides},
        "within": {"type": "string_check", "operation": "ilike", **sides},
        "blue": {"type": "text_similarity", "evaluation_metric": "bleu", **sides},
        "one": {"type": "text_similarity", "evaluation_metric": "rouge_1", **sides},
        "three": {"type": "text_similarity", "evaluation_metric": "rouge_3", **sides},
    }
    multi = {"type": "multi", "graders": parts, "calculate_output": "(same + within + blue + one + three) / 5"}
    texts = ["The cat sat on the mat", "the cat sat on the mat.", "a cat", "It is said: the cat sat on the mat", "x"]
    references = ["the cat sat on the mat"] * len(texts)
    loaded = in_process(multi, texts, references)
    assert served(client, multi, texts, references) == loaded
    assert loaded[-1] == 0
    assert len(set(loaded)) == len(texts)

"""Without sacreBLEU, rouge-score and nltk: the default metrics work, and what needs them names the line that helps."""

import json
import subprocess
import sys

import pytest

PROGRAM = """
import importlib.metadata as metadata, importlib.util as util, json, sys
GONE = ("sacrebleu", "rouge_score", "rouge-score", "nltk", "regex", "lxml", "absl")

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in GONE:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent())
version, find = metadata.version, util.find_spec

def lookup(name):
    if name in GONE:
        raise metadata.PackageNotFoundError(name)
    return version(name)

metadata.version = lookup
util.find_spec = lambda name, package=None: None if name in GONE else find(name, package)
import graders
from graders.offline.ledger.manifest import versions_of

KINDS = [{"type": "format_check"}, {"type": "math_accuracy"}]
KINDS += [{"type": "string_check", "operation": one} for one in
          ("equals", "not_equals", "contains", "case_insensitive_contains")]
KINDS += [{"type": "text_similarity", "operation": one} for one in ("bleu", "rouge")]
told = {}
for grader in KINDS:
    reward = graders.load_reward({"graders": [grader]})
    batch = reward.evaluate(["<think>x</think><answer>the cat sat</answer>"], ["the cat sat"])
    explained = reward.explain("<think>x</think><answer>the cat sat</answer>", "the cat sat")
    told["/".join(map(str, grader.values()))] = [float(batch.rewards[0]), explained["reward"], reward.signature()]
    versions_of(reward)
    reward.check_references(["the cat sat"])
for name, values in {"bleu": {"bleu_tokenizer": "zh"}, "rouge": {"stemmer": True}}.items():
    definition = {"graders": [{"type": "text_similarity", "operation": name}]}
    try:
        graders.load_reward(definition, graders.Settings(text=values))
    except graders.MissingExtraError as error:
        told[name] = str(error)
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def told():
    """What a process says that has none of them."""
    return json.loads(subprocess.check_output([sys.executable, "-W", "ignore", "-c", PROGRAM], text=True))


def test_every_grader_works_with_its_default_settings(told):
    """Scores, explanations, signatures, the manifest's versions, references that are checked."""
    scored = {name: one for name, one in told.items() if isinstance(one, list)}
    assert len(scored) == 8
    for name, (reward, explained, signature) in scored.items():
        assert reward == explained == (0.1 if name.endswith("not_equals") else 1.0)
        assert signature


@pytest.mark.parametrize(
    ("metric", "what"), [("bleu", "the tokenizer 'zh' of bleu"), ("rouge", "the stemmer of rouge")]
)
def test_what_is_missing_names_the_line(told, metric, what):
    """When the reward is loaded, not at some row."""
    assert told[metric] == f'{what} needs an extra: pip install "reward-graders[text]"'

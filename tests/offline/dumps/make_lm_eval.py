"""Dumps of lm-eval-harness (``--log_samples``), by its own evaluator. Run: python make_lm_eval.py (lm_eval 0.4.13).

The model is one of its kind that has its replies by heart; everything else is the package's.
"""

import json
import shutil
from pathlib import Path
from tempfile import mkdtemp

from lm_eval.api.model import LM
from lm_eval.evaluator import simple_evaluate
from lm_eval.loggers import EvaluationTracker
from lm_eval.models.api_models import JsonChatStr
from questions import QUESTIONS, SYSTEM, said

HERE = Path(__file__).parent


class ByHeart(LM):
    """A model that knows what to say to each question; the second time, it says less."""

    def __init__(self) -> None:
        """It has been asked nothing."""
        super().__init__()
        self.asked: dict[int, int] = {}

    def generate_until(self, requests, disable_tqdm=False):
        """The completion of each question."""
        return [self._said(request.args[0]) for request in requests]

    def _said(self, context) -> str:
        number = next(k for k, (question, _) in enumerate(QUESTIONS) if question in str(context))
        self.asked[number] = self.asked.get(number, 0) + 1
        return said(number) if self.asked[number] % 2 else "No idea."

    def loglikelihood(self, requests, disable_tqdm=False):
        """The first choice is always likeliest."""
        return [(-1.0 - place, False) for place, _ in enumerate(requests)]

    def loglikelihood_rolling(self, requests, disable_tqdm=False):
        """Nothing."""
        return [0.0 for _ in requests]

    def apply_chat_template(self, chat_history, add_generation_prompt=True):
        """As the package's models behind an API do."""
        return JsonChatStr(json.dumps(chat_history))

    @property
    def tokenizer_name(self) -> str:
        """What the package's cache calls it."""
        return "by-heart"


FILTERS = {
    "strict": {"regex_pattern": r"<answer>(.*?)</answer>"},
    "last-number": {"regex_pattern": r"(-?[\d.]+)", "group_select": -1},
}


def task(name: str, data: Path, **more) -> dict:
    """A task over the questions."""
    return {
        "task": name,
        "dataset_path": "json",
        "dataset_kwargs": {"data_files": {"test": str(data)}},
        "test_split": "test",
        "output_type": "generate_until",
        "doc_to_text": "{{question}}",
        "doc_to_target": "{{solution}}",
        "generation_kwargs": {"until": ["\n\n\n"]},
        "metric_list": [{"metric": "exact_match", "regexes_to_ignore": [r"(?s).*#### ", ","]}],
        "filter_list": [
            {"name": name, "filter": [{"function": "regex", **found}, {"function": "take_first"}]}
            for name, found in FILTERS.items()
        ],
        **more,
    }


CHOICES = {
    "output_type": "multiple_choice",
    "doc_to_choice": ["0", "1"],
    "doc_to_target": 0,
    "metric_list": [{"metric": "acc"}],
    "filter_list": [{"name": "none", "filter": [{"function": "take_first"}]}],
}


def main() -> None:
    """Evaluate, and take what the package wrote."""
    folder = Path(mkdtemp())
    data = folder / "questions.jsonl"
    rows = [
        {
            "question": question,
            "solution": f"So it is {reference}.\n#### {int(reference):,}",
            "answers": [reference, f"{reference}.0"],
        }
        for question, reference in QUESTIONS
    ]
    data.write_text("\n".join(map(json.dumps, rows)))
    kinds = {
        "plain": (task("plain", data), {}),
        "chat": (task("chat", data), {"apply_chat_template": True, "system_instruction": SYSTEM}),
        "repeated": (task("repeated", data, repeats=2), {}),
        "several": (task("several", data, doc_to_target="answers"), {}),
        "choices": (task("choices", data, **CHOICES), {}),
    }
    for name, (config, options) in kinds.items():
        tracker = EvaluationTracker(output_path=str(folder / name))
        found = simple_evaluate(
            ByHeart(), tasks=[config], log_samples=True, bootstrap_iters=0, evaluation_tracker=tracker, **options
        )
        samples_by_task = found.pop("samples")
        tracker.save_results_aggregated(results=found, samples=samples_by_task)
        for kind, samples in samples_by_task.items():
            tracker.save_results_samples(task_name=kind, samples=samples)
        [written] = (folder / name).rglob("samples_*.jsonl")
        shutil.copy(written, HERE / f"lm_eval_{name}.jsonl")


if __name__ == "__main__":
    main()

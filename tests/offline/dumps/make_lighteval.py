"""Details of lighteval, by its own pipeline (``save_details``). Run: python make_lighteval.py (lighteval 0.13.0).

The model is its dummy model with the replies by heart.
"""

import json
import os
import shutil
from pathlib import Path
from tempfile import mkdtemp

from lighteval.logging.evaluation_tracker import EvaluationTracker
from lighteval.metrics.metrics import Metrics
from lighteval.models.dummy.dummy_model import DummyModel, DummyModelConfig
from lighteval.models.model_output import ModelResponse
from lighteval.pipeline import ParallelismManager, Pipeline, PipelineParameters
from lighteval.tasks.lighteval_task import LightevalTaskConfig
from lighteval.tasks.registry import Registry
from lighteval.tasks.requests import Doc
from questions import ANSWERS, QUESTIONS, said

HERE = Path(__file__).parent
FOLDER = Path(os.environ.setdefault("QUESTIONS_FOLDER", mkdtemp()))  # this file is imported once more, as tasks


class ByHeart(DummyModel):
    """A model that knows what to say to each question; of the last ones its server keeps the thought apart."""

    def greedy_until(self, docs):
        """The completion of each question, and as many more as are wanted."""
        return [self._said(doc) for doc in docs]

    def _said(self, doc):
        number = next(k for k, (question, _) in enumerate(QUESTIONS) if question in doc.query)
        several = doc.num_samples
        if number < 4:
            return ModelResponse(input=doc.query, text=[as_formula(said(number)), *["No idea."] * (several - 1)])
        texts = [as_formula(f"<answer>{ANSWERS[number]}</answer>"), *["No idea."] * (several - 1)]
        return ModelResponse(input=doc.query, text=texts, reasonings=["Let me see."] * several)


def as_formula(text):
    """With the answer between dollars, where its metrics find it."""
    return text.replace("<answer>", "<answer>$").replace("</answer>", "$</answer>")


def asked(line, task_name=None):
    """A question, as a task of its own kind makes it."""
    choices = line["choices"]
    return Doc(task_name=task_name, query=line["question"], choices=choices, gold_index=line["gold"])


def task(name, metrics, **more):
    """A task over the questions."""
    return LightevalTaskConfig(
        name=name,
        prompt_function=asked,
        hf_repo=str(FOLDER / "data"),
        hf_subset="default",
        hf_avail_splits=["test"],
        evaluation_splits=["test"],
        metrics=metrics,
        generation_size=100,
        stop_sequence=[],
        **more,
    )


TASKS_TABLE = [
    task("questions", [Metrics.expr_gold_metric]),
    task("sampled", [Metrics.pass_at_k_math(sample_params={"k": 1, "n": 2})]),
]


def main():
    """Evaluate, and take what the package wrote."""
    (FOLDER / "data").mkdir(exist_ok=True)
    Registry._load_from_files = Registry._load_from_subdirs = staticmethod(lambda *_: {})  # its own tasks download
    rows = [{"question": question, "choices": [reference, "0"], "gold": [0]} for question, reference in QUESTIONS]
    (FOLDER / "data" / "test.jsonl").write_text("\n".join(map(json.dumps, rows)))
    for name in ("questions", "sampled"):
        tracker = EvaluationTracker(output_dir=str(FOLDER / "out" / name), save_details=True)
        parameters = PipelineParameters(
            launcher_type=ParallelismManager.NONE, custom_tasks_directory=str(HERE / "make_lighteval.py")
        )
        pipeline = Pipeline(
            tasks=f"{name}|0",
            pipeline_parameters=parameters,
            evaluation_tracker=tracker,
            model=ByHeart(DummyModelConfig(cache_dir=str(FOLDER / "cache"))),
        )
        pipeline.evaluate()
        pipeline.save_and_push_results()
        [written] = (FOLDER / "out" / name).rglob("details_*.parquet")
        shutil.copy(written, HERE / f"lighteval_{name}.parquet")


if __name__ == "__main__":
    main()

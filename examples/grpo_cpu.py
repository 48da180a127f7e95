"""A real GRPO run on one CPU core, from nothing to a curve in under three minutes: no GPU, no hub, no key.

    python examples/grpo_cpu.py                 # full fine-tuning, seed 0
    python examples/grpo_cpu.py --lora          # low-rank adaptation
    python examples/grpo_cpu.py --split         # one reward function a component
    python examples/grpo_cpu.py --aggregation normalize_then_sum --split

Writes metrics.jsonl, curve.svg and summary.json into the output folder.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
import warnings
from pathlib import Path
from typing import Any

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
sys.path.insert(0, str(Path(__file__).parent))

REWARD = {"format_reward_weight": 0.1, "graders": [{"type": "math_accuracy", "weight": 0.9}]}


def options(argv: list[str] | None = None) -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description="GRPO on a CPU with a reward from JSON.")
    parser.add_argument("--steps", type=int, default=120, help="GRPO steps")
    parser.add_argument("--warm-up", type=int, default=450, help="supervised steps before")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--lora", action="store_true", help="train low-rank matrices only")
    parser.add_argument("--split", action="store_true", help="one reward function a component")
    parser.add_argument("--asynchronous", action="store_true", help="the reward as a coroutine function")
    parser.add_argument(
        "--aggregation", default="sum_then_normalize", choices=["sum_then_normalize", "normalize_then_sum"]
    )
    parser.add_argument("--out", type=Path, default=Path("demo/grpo"))
    return parser.parse_args(argv)


class Timed:
    """A reward function that adds up the time it takes; what it wraps does the work."""

    def __init__(self, function: Any) -> None:
        self.function, self.__name__ = function, function.__name__
        self.seconds = self.cpu = 0.0

    def __call__(self, *args: Any, **columns: Any) -> Any:
        """The rewards."""
        started, busy = time.perf_counter(), time.thread_time()
        rewards = self.function(*args, **columns)
        self.seconds += time.perf_counter() - started
        self.cpu += time.thread_time() - busy
        return rewards


def reward_functions(a: argparse.Namespace, path: Path) -> tuple[Any, list[Any], list[float] | None]:
    """The reward, the functions for the trainer, and their weights where there are several."""
    import graders
    from graders.integrations.trl import asynchronous, split

    reward = graders.load_reward(path)
    if a.split:
        parts = split(reward, a.aggregation)
        return reward, [Timed(part) for part in parts.functions], parts.weights
    return reward, [asynchronous(reward) if a.asynchronous else Timed(reward)], None


def trainer_config(folder: Path, seed: int, **more: Any) -> Any:
    """TRL's configuration for one CPU core: 64 rows a step, 8 a prompt."""
    from trl import GRPOConfig

    return GRPOConfig(
        output_dir=str(folder),
        use_cpu=True,
        bf16=False,
        gradient_checkpointing=False,
        per_device_train_batch_size=64,
        num_generations=8,
        lr_scheduler_type="constant",
        beta=0.0,
        temperature=1.0,
        logging_steps=1,
        save_strategy="no",
        report_to="none",
        seed=seed,
        disable_tqdm=True,
        **more,
    )


def train(a: argparse.Namespace) -> dict[str, Any]:
    """Run it and write the files; the summary."""
    import tiny_policy
    import torch
    from peft import LoraConfig
    from transformers import AutoTokenizer, PrinterCallback
    from trl import GRPOTrainer

    from graders.integrations.trl import dataset, preflight
    from graders.training.callbacks import MetricsFile, Progress

    started = time.perf_counter()
    torch.set_num_threads(1)
    print(f"a tiny policy learns the layout, {a.warm_up} supervised steps", file=sys.stderr)  # noqa: T201
    folder = tiny_policy.make(a.out, a.warm_up, a.seed)
    print(f"GRPO begins, {a.steps} steps", file=sys.stderr)  # noqa: T201
    warm = time.perf_counter() - started
    (a.out / "reward.json").write_text(json.dumps(REWARD, indent=2) + "\n")
    reward, functions, weights = reward_functions(a, a.out / "reward.json")
    config = trainer_config(
        a.out / "checkpoints",
        a.seed,
        max_steps=a.steps,
        learning_rate=1e-3,
        max_completion_length=20,
        reward_weights=weights,
        multi_objective_aggregation=a.aggregation,
    )
    tokenizer = AutoTokenizer.from_pretrained(folder / "policy")
    rows = dataset(reward, str(folder / "train.jsonl"))
    for finding in preflight(reward, rows, tokenizer=tokenizer, args=config, reward_funcs=functions):
        print(finding)  # noqa: T201
    lora = LoraConfig(r=16, lora_alpha=32, lora_dropout=0.0, target_modules="all-linear", task_type="CAUSAL_LM")
    trainer = GRPOTrainer(
        model=str(folder / "policy"),
        reward_funcs=functions,
        args=config,
        train_dataset=rows,
        processing_class=tokenizer,
        callbacks=[MetricsFile(a.out / "metrics.jsonl"), Progress()],
        peft_config=lora if a.lora else None,
    )
    trainer.remove_callback(PrinterCallback)
    began, busy = time.perf_counter(), time.process_time()
    trainer.train()
    busy = time.process_time() - busy
    return summary(
        a,
        {
            "warm_up_seconds": warm,
            "grpo_seconds": time.perf_counter() - began,
            "grpo_cpu_seconds": busy,
            "reward_seconds": sum(getattr(one, "seconds", float("nan")) for one in functions),
            "reward_cpu_seconds": sum(getattr(one, "cpu", float("nan")) for one in functions),
            "total_seconds": time.perf_counter() - started,
        },
    )


def summary(a: argparse.Namespace, seconds: dict[str, float]) -> dict[str, Any]:
    """What the run came to; also drawn and written down."""
    from graders.training.curve import read_metrics, svg

    logs = [row for row in read_metrics(a.out / "metrics.jsonl") if "reward" in row]
    edge = max(1, len(logs) // 10)
    first, last = (sum(row["reward"] for row in part) / edge for part in (logs[:edge], logs[-edge:]))
    (a.out / "curve.svg").write_text(svg(logs, ["reward", "graders/format/mean", "graders/math_accuracy/mean"]))
    found = {
        "seed": a.seed,
        "lora": a.lora,
        "split": a.split,
        "steps": len(logs),
        "first": round(first, 3),
        "last": round(last, 3),
        "rise": round(last - first, 3),
        "reward_share_of_step": round(seconds["reward_seconds"] / seconds["grpo_seconds"], 5),
        "reward_share_of_cpu": round(seconds["reward_cpu_seconds"] / seconds["grpo_cpu_seconds"], 5),
        **{name: round(value, 2) for name, value in seconds.items()},
    }
    (a.out / "summary.json").write_text(json.dumps(found, indent=2) + "\n")
    return found


def main() -> None:
    """Run, and print the summary."""
    warnings.simplefilter("ignore", FutureWarning)
    a = options()
    print(json.dumps(train(a)))  # noqa: T201
    print(f"the curve is in {a.out / 'curve.svg'}, the metrics in {a.out / 'metrics.jsonl'}", file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    main()

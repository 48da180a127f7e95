"""Rollouts as verl dumps them, by the functions of its trainers. Run: python make_verl.py SITE (verl 0.9.1, unpacked).

Its trainers can't be imported without Ray and a GPU's libraries, so their functions are taken out of their files.
"""

import ast
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import copy
from tempfile import mkdtemp

import numpy as np
from questions import QUESTIONS, RIGHT, said

HERE = Path(__file__).parent
WANTED = {"_write_generations", "_dump_generations", "_init_dump_executor", "_shutdown_dump_executor"}
FILES = {"verl.jsonl": "verl/trainer/ppo/ray_trainer.py", "verl_v1.jsonl": "verl/trainer/ppo/v1/trainer_base.py"}


def trainer_of(path: Path) -> object:
    """A trainer that can dump, and nothing else."""
    tree = ast.parse(path.read_text())
    [owner] = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and {getattr(one, "name", "") for one in node.body} >= WANTED
    ]
    owner.body = [one for one in owner.body if getattr(one, "name", "") in WANTED]
    owner.bases, owner.decorator_list = [], []
    names = {"os": os, "json": json, "np": np, "ThreadPoolExecutor": ThreadPoolExecutor}
    exec(compile(ast.Module([owner], []), str(path), "exec", dont_inherit=True), names)
    return names[owner.name]()


def rollouts(number: int) -> dict:
    """What a step hands to it: two rollouts of each question, prompts and completions as decoded texts."""
    prompts = [f"user\n{question}\nassistant\n" for question, _ in QUESTIONS for _ in range(2)]
    outputs = [text for k in range(len(QUESTIONS)) for text in (said(k), "No idea.")]
    right = [one for k in RIGHT for one in (k, False)]
    references = [reference if k % 2 else [reference] for k, (_, reference) in enumerate(QUESTIONS) for _ in range(2)]
    extra = {"acc": np.array(right) if number else [*right], "pred": outputs, "uid": [f"u{k // 2}" for k in range(12)]}
    return {
        "inputs": prompts,
        "outputs": outputs,
        "gts": references,
        "scores": [2.0 * one - 1.0 for one in right],
        "reward_extra_infos_dict": extra,
    }


def main() -> None:
    """Dump a step with each trainer."""
    for number, (name, file) in enumerate(FILES.items()):
        folder, trainer = mkdtemp(), trainer_of(Path(sys.argv[1]) / file)
        trainer.global_steps = 10 + number
        trainer._init_dump_executor()
        trainer._dump_generations(**rollouts(number), dump_path=folder)
        trainer._shutdown_dump_executor()
        copy(Path(folder) / f"{10 + number}.jsonl", HERE / name)


if __name__ == "__main__":
    main()

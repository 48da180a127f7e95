"""A policy of two layers in a folder, made once, for real runs on a CPU."""

import importlib.util
import os
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


@pytest.fixture(scope="session")
def policy(tmp_path_factory):
    """A folder with ``policy`` and ``train.jsonl``, after a short warm-up."""
    for name in ("torch", "trl", "peft", "datasets"):
        pytest.importorskip(name, reason=f"{name} isn't installed (the extra trl)")
    spec = importlib.util.spec_from_file_location("tiny_policy", EXAMPLES / "tiny_policy.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["tiny_policy"] = module
    spec.loader.exec_module(module)
    return module.make(tmp_path_factory.mktemp("tiny"), steps=40)

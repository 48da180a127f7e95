"""Stands in for `graders train`: the same files, in milliseconds. Its pace and its faults stand in its options.

    python fake_trainer.py REQUEST --json --set output_dir=... --set model=... [--options FILE] [--settings FILE]

The last part of the model's "path" says what it does: ``steps=12,seconds=0.05,every=3``; ``fail=5`` ends with an error
at a step, ``die=5`` kills itself there, every time, ``orphan=5`` once, and leaves a process behind. A file ``gate``
beside it holds the step that it waits behind.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path


def options(words):
    pairs = [words[k + 1] for k, word in enumerate(words) if word == "--set"]
    return {name: json.loads(value) for name, _, value in (pair.partition("=") for pair in pairs)}


def allowed(model):
    """How far it may go."""
    try:
        return int((Path(model).parent / "gate").read_text() or 0)
    except FileNotFoundError:
        return sys.maxsize


def main():
    given = options(sys.argv[2:])
    request = json.loads(Path(sys.argv[1]).read_text())
    ways = dict(pair.split("=") for pair in given["model"].rpartition("/")[2].split(","))
    steps, seconds, every = int(ways["steps"]), float(ways.get("seconds", 0.01)), int(ways.get("every", 3))
    for one in request["training_config"]["training_files"]:
        assert Path(given[f"files.{one}"]).exists()
    out = Path(given["output_dir"])
    out.mkdir(parents=True, exist_ok=True)
    done = max(
        (int(path.name[11:]) for path in out.glob("checkpoint-*") if (path / "scheduler.pt").exists()), default=0
    )
    metrics = out / "metrics.jsonl"
    known = metrics.read_text().splitlines() if metrics.exists() and done else []
    kept = [line for line in known if json.loads(line)["step"] <= done]
    metrics.write_text("".join(line + "\n" for line in kept))
    for step in range(done + 1, steps + 1):
        time.sleep(seconds)
        while step > allowed(given["model"]):
            time.sleep(0.01)
        if step == int(ways.get("fail", -1)):
            sys.stderr.write(f"Traceback of no interest\nerror: there is no memory left for step {step}\n")
            sys.exit(2)
        if step == int(ways.get("die", -1)):
            os.kill(os.getpid(), signal.SIGKILL)
        if step == int(ways.get("orphan", -1)) and not (out / "orphan").exists():
            if os.fork() == 0:  # as a worker that loads data; it has all that its parent has open
                time.sleep(600)
            (out / "orphan").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        row = {"step": step, "seconds": seconds, "loss": 1 / step, "reward": step / steps, "epoch": step / steps}
        with metrics.open("a") as stream:
            stream.write(json.dumps(row) + "\n")
        if step % every == 0:
            folder = out / f"checkpoint-{step}"
            folder.mkdir(exist_ok=True)
            for name in ("trainer_state.json", "optimizer.pt", "scheduler.pt"):
                (folder / name).write_text("x")
    with metrics.open("a") as stream:
        stream.write(json.dumps({"step": steps, "train_runtime": 1.0, "epoch": 1.0}) + "\n")
    (out / "final").mkdir(exist_ok=True)
    (out / "final" / "adapter_model.safetensors").write_bytes(b"weights" * steps)
    (out / "final" / "training_args.bin").write_bytes(b"a pickle")
    sys.stdout.write(json.dumps({"steps": steps}) + "\n")


main()

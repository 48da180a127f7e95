"""Stands in for a cluster's commands, by the name that it is called by: sbatch, squeue, scancel, ray.

FAKE_CLUSTER is its folder: jobs run as processes of this machine; ``hold`` there keeps them waiting, ``down`` makes
every command fail; ``calls`` lists the command lines.
"""

import json
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

PLACE = Path(os.environ["FAKE_CLUSTER"])


def say(text):
    sys.stdout.write(f"{text}\n")


def fail(text):
    sys.stderr.write(f"{text}\n")
    sys.exit(1)


def alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def record(name):
    return PLACE / f"{name}.json"


def submit(name, command):
    if record(name).exists():
        fail(f"Job with submission_id {name} already exists")
    pid = None
    if not (PLACE / "hold").exists():
        pid = started(command)
    record(name).write_text(json.dumps({"pid": pid, "command": command}))


def started(command):
    return subprocess.Popen(
        command, start_new_session=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ).pid


def state(name):
    """None for no such job."""
    if not record(name).exists():
        return None
    known = json.loads(record(name).read_text())
    if known["pid"] is None:
        if (PLACE / "hold").exists():
            return "PENDING"
        known["pid"] = started(known["command"])
        record(name).write_text(json.dumps(known))
    return "RUNNING" if known["pid"] and alive(known["pid"]) else "ENDED"


def stop(name, number):
    pid = json.loads(record(name).read_text())["pid"]
    if pid and alive(pid):
        os.killpg(pid, number)
    elif pid is None:
        record(name).write_text(json.dumps({"pid": 0, "command": []}))


def option(words, name):
    return next((word.partition("=")[2] for word in words if word.startswith(f"{name}=")), None)


def slurm(tool, words):
    if tool == "sbatch":
        script = Path(words[-1]).read_text().splitlines()
        directives = [line.removeprefix("#SBATCH ") for line in script if line.startswith("#SBATCH ")]
        command = next(shlex.split(line.removeprefix("exec ")) for line in script if line.startswith("exec "))
        submit(option(directives, "--job-name"), command)
        say("4711")
    elif tool == "squeue":
        found = state(option(words, "--name"))
        say("" if found in {None, "ENDED"} else found)
    else:
        stop(option(words, "--name"), signal.SIGKILL if "--signal=KILL" in words else signal.SIGTERM)


def ray(words):
    verb = words[1]
    if verb == "submit":
        submit(option(words, "--submission-id"), words[words.index("--") + 1 :])
        say("submitted")
    elif verb == "status":
        found = state(words[-1])
        if found is None:
            fail(f"RuntimeError: Job {words[-1]} does not exist")
        if found == "ENDED":
            say(
                f"Job '{words[-1]}' failed\nStatus message: the end of its log:\nRunning entrypoint for job {words[-1]}"
            )
        else:
            say(f"Status for job '{words[-1]}': {found}\nStatus message: Job is currently running.")
    else:
        stop(words[-1], signal.SIGTERM)


def main():
    tool, words = Path(sys.argv[0]).name, sys.argv[1:]
    with (PLACE / "calls").open("a") as calls:
        calls.write(shlex.join([tool, *words]) + "\n")
    if (PLACE / "down").exists():
        fail("slurm_load_jobs error: Unable to contact slurm controller (connect failure)")
    if tool == "ray":
        ray(words)
    else:
        slurm(tool, words)


main()

"""A server as a process of its own, for tests that kill it: settings as JSON in, its port out as a line."""

import json
import sys
from pathlib import Path

from graders.service.jobs.job_settings import JobSettings
from graders.service.server import serve
from graders.service.service_settings import ServiceSettings


def main():
    given = json.loads(sys.argv[1])
    jobs = given.pop("jobs")
    jobs = {**jobs, "folder": Path(jobs["folder"]), "trainer": tuple(jobs["trainer"])}
    paths = {name: Path(jobs[name]) for name in ("training_options", "reward_settings") if jobs.get(name)}
    settings = ServiceSettings(**given, jobs=JobSettings(**{**jobs, **paths}))
    serve(settings, lambda port: sys.stdout.write(f"{port}\n") and sys.stdout.flush())


if __name__ == "__main__":
    main()

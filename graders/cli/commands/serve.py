"""graders serve: rewards over HTTP."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graders.cli.common_options import make_settings, settings_options
from graders.cli.job_options import job_options, make_job_settings
from graders.vocabulary.errors import DataError, MissingExtraError

if TYPE_CHECKING:
    from graders.service.service_settings import ServiceSettings

_DEMO = """\
Three requests to try, in another terminal:

  curl {url}/v1/rewards -H 'Authorization: Bearer {key}'

  curl {url}/v1/score -H 'Authorization: Bearer {key}' -d '{{"reward": "reward", "completions": \
["<think>Half of one.</think><answer>0.5</answer>", "<think>?</think><answer>2</answer>"], \
"reference_answer": ["1/2", "1/2"]}}'

  curl {url}/v1/rewards/validate -H 'Authorization: Bearer {key}' -d '{{"graders": \
[{{"type": "string_check", "operation": "contain"}}]}}'

Or open {url} in a browser, with the key {key}
"""


@click.command()
@click.argument("rewards", metavar="[NAME=]REWARD ...", nargs=-1)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8321, show_default=True, help="The port; 0: a free one.")
@click.option("--keys", "keys_file", metavar="FILE", help="A file with one API key per line.  [GRADERS_API_KEYS]")
@click.option("--no-auth", is_flag=True, help="Require no API key; on the loopback interface only.")
@click.option("--workers", type=click.IntRange(min=1), help="Scoring processes.  [cores - 1]")
@click.option("--references", metavar="FILE", help="JSONL with references by prompt, for clients that send none.")
@click.option("--watch", "watched", metavar="NAME=DIR", multiple=True, help="Show this watched run's page; repeatable.")
@click.option("--queue", type=click.IntRange(min=1), help="Requests in progress; beyond that, 429.  [4096]")
@click.option("--max-body", type=click.IntRange(min=1), metavar="MB", help="The largest request body.  [32]")
@click.option("--max-rows", type=click.IntRange(min=1), help="The most rows per request.  [16384]")
@click.option("--deadline", type=click.FloatRange(min=0.001), help="Seconds until a request times out.  [170]")
@click.option("--drain", type=click.FloatRange(min=0), help="Seconds to keep accepting requests after SIGTERM.  [5]")
@click.option("--grace", type=click.FloatRange(min=0), help="Seconds from SIGTERM to exit, drain included.  [30]")
@click.option("--demo", is_flag=True, help="Serve the example reward with a new key, and print requests to try.")
@job_options
@settings_options
def serve(rewards: tuple[str, ...], demo: bool, **options: Any) -> None:
    """Serve rewards over HTTP, to trainers, evaluators, probes and people, and with --model fine-tuning jobs.

    Each REWARD is a JSON file, known by its NAME or by the file's. Keys are read from a file or the environment, never
    from the command line, where other users of the machine see them.
    """
    try:
        from graders.service.server import serve as serve_until_signalled
    except ModuleNotFoundError as error:
        raise MissingExtraError(f"graders serve ({error.name} is missing)", "serve") from None
    key = secrets.token_urlsafe(24) if demo else None
    settings = _settings(_rewards(rewards, demo), key, options)
    serve_until_signalled(settings, lambda port: _announce(settings, port, key))


def _announce(settings: ServiceSettings, port: int, key: str | None) -> None:
    """Say where it is served, and in a demo what to try."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    names = ", ".join(settings.rewards) or "no reward by name"
    click.echo(f"graders serves {names} on http://{host}:{port}")
    if key is not None:
        click.echo(_DEMO.format(url=f"http://{host}:{port}", key=key))


def _rewards(rewards: tuple[str, ...], demo: bool) -> dict[str, str]:
    """The rewards by name."""
    from graders.cli.examples import example

    return _named(rewards, "reward", {"reward": str(example("reward.json"))} if demo else {})


def _named(paths: tuple[str, ...], what: str, known: dict[str, str]) -> dict[str, str]:
    """Paths by their names: those that are given with one, and the files' own."""
    named = dict(known)
    for given in paths:
        head, equals, path = given.partition("=")
        name, path = (head, path) if equals else (Path(given).stem, given)
        if not name or "/" in name or name in named:
            needed = f"a {what} needs a name of its own without '/': give NAME={path or 'PATH'}"
            raise click.UsageError(f"{given!r}: {needed}")
        named[name] = path
    return named


_LIMITS = {
    "workers": "workers",
    "references": "references",
    "queue": "queue",
    "max_rows": "rows",
    "deadline": "deadline",
    "drain": "drain_seconds",
    "grace": "grace_seconds",
}
"""Options by the settings that they are."""


def _settings(named: dict[str, str], key: str | None, options: dict[str, Any]) -> ServiceSettings:
    """The settings of the service from the options."""
    from graders.service.service_settings import MEBIBYTE, ServiceSettings

    no_auth, keys_file = options.pop("no_auth"), options.pop("keys_file")
    given = {setting: value for option, setting in _LIMITS.items() if (value := options.pop(option)) is not None}
    if (megabytes := options.pop("max_body")) is not None:
        given["body_bytes"] = megabytes * MEBIBYTE
    if "grace_seconds" in given:
        given.setdefault("drain_seconds", min(5.0, given["grace_seconds"]))
    keys = () if no_auth else (key,) if key else _keys(keys_file)
    if (megabytes := options.pop("max_upload")) is not None:
        given["upload_bytes"] = megabytes * MEBIBYTE
    watched = _named(options.pop("watched"), "watched run", {})
    host, port, jobs = options.pop("host"), options.pop("port"), make_job_settings(options)
    settings = make_settings(options)
    return ServiceSettings(
        host=host,
        port=port,
        keys=keys,
        no_auth=no_auth,
        rewards=named,
        watched=watched,
        reward_settings=settings,
        jobs=jobs,
        **given,
    )


def _keys(path: str | None) -> tuple[str, ...]:
    """The keys in a file, or in the environment.

    Raises:
        DataError: the file can't be read.
    """
    from graders.settings.settings import SERVICE_KEYS

    if path is None:
        return tuple(filter(None, map(str.strip, os.environ.get(SERVICE_KEYS, "").split(","))))
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(
            f"{path} can't be read: {getattr(error, 'strerror', None) or 'it is not a text file'}"
        ) from None
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))

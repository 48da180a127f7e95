"""What a service is started with: address, keys, limits, and how long it takes to leave."""

from __future__ import annotations

import os
from typing import Annotated, Any, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from graders.service.jobs.job_settings import JobSettings
from graders.settings.sections import SettingsSection
from graders.settings.settings import Settings

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
"""Hosts that nobody else reaches: only there may keys be off."""

MEBIBYTE = 1 << 20


class ServiceSettings(SettingsSection):
    """Settings of `graders serve`; none of them can be set by a request.

    Attributes:
        host: The address that is listened on.
        port: The port, 0 for any that is free.
        keys: The keys that are let in, at least 16 characters each.
        no_auth: Nobody needs a key; on loopback alone.
        rewards: Names, and what defines each: a path, JSON text or a document.
        references: A JSONL file with the columns ``prompt`` and the reference's, for callers that send no reference.
        reward_settings: The `graders.Settings` of every reward: judge, endpoint, answer source.
        workers: Processes that compute, at least 1.
        judge_threads: So many requests that wait for a judge at once.
        queue: So many requests may be in hand; the next one is a 429.
        queue_bytes: So many bytes of bodies may be in hand.
        body_bytes: The largest JSON body.
        upload_bytes: The largest file.
        rows: The most rows of one request.
        deadline: Seconds from the first byte to the answer.
        body_seconds: Seconds for a JSON body to arrive.
        drain_seconds: Seconds after SIGTERM in which requests are still taken, for balancers to notice.
        grace_seconds: Seconds after SIGTERM after which the process ends whatever is open; contains the drain.
        watched: Names, and the folders of watched runs whose pages are shown.
        jobs: What the fine-tuning endpoint is started with; there is none where None.
    """

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8321
    keys: tuple[SecretStr, ...] = ()
    no_auth: bool = False
    rewards: dict[str, Any] = Field(default_factory=dict)
    references: str | None = None
    watched: dict[str, str] = Field(default_factory=dict)
    reward_settings: Settings = Settings()
    workers: Annotated[int, Field(ge=1, le=256)] = Field(default_factory=lambda: max(1, (os.cpu_count() or 2) - 1))
    judge_threads: Annotated[int, Field(ge=1, le=1024)] = 64
    queue: Annotated[int, Field(ge=1)] = 4096
    queue_bytes: Annotated[int, Field(ge=1)] = 512 * MEBIBYTE
    body_bytes: Annotated[int, Field(ge=1)] = 32 * MEBIBYTE
    upload_bytes: Annotated[int, Field(ge=1)] = 2048 * MEBIBYTE
    rows: Annotated[int, Field(ge=1)] = 16384
    deadline: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 170.0
    body_seconds: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 30.0
    drain_seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 5.0
    grace_seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 30.0
    jobs: JobSettings | None = None

    @field_validator("keys")
    @classmethod
    def _long_enough(cls, keys: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for key in keys:
            text = key.get_secret_value()
            if len(text) < 16 or not text.isascii() or not text.isprintable() or " " in text:
                raise ValueError("a key has 16 or more printable ASCII characters without spaces")
        return keys

    @model_validator(mode="after")
    def _guarded(self) -> Self:
        if self.no_auth and self.keys:
            raise ValueError("no_auth and keys exclude each other")
        if self.no_auth and self.host not in LOOPBACK:
            raise ValueError(f"no_auth is for loopback alone, and the host is {self.host!r}: give keys")
        if not self.no_auth and not self.keys:
            raise ValueError("need at least one key: GRADERS_API_KEYS, or --no-auth (no_auth=True) on loopback")
        if self.grace_seconds < self.drain_seconds:
            raise ValueError("grace_seconds contains drain_seconds, and is shorter")
        return self

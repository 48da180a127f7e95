"""Worker processes that score."""

from __future__ import annotations

from graders.service.service_settings import ServiceSettings


class ScoringPool:
    """Worker processes."""

    def __init__(self, settings: ServiceSettings) -> None:
        self.settings = settings

"""What `/metrics` says."""

from __future__ import annotations

from graders.service.admission import Admission
from graders.service.scoring.scoring_pool import ScoringPool


class ServiceFigures:
    """Counters of a service, in the text format of Prometheus."""

    def __init__(self, admission: Admission, pool: ScoringPool) -> None:
        self._admission = admission
        self._pool = pool

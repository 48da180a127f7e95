"""What can go wrong between the pool and those who wait for it."""

from __future__ import annotations

from graders.vocabulary.errors import GradersError


class PoolError(GradersError):
    """A call to the pool has no result, and that is not the function's doing."""


class CallOverdueError(PoolError):
    """The deadline of a call has passed; a worker that was still at it has been ended."""


class CallEndsWorkersError(PoolError):
    """A call has ended every worker that took it up."""


class PoolClosedError(PoolError):
    """The pool has been stopped, or its workers end before they are ready."""

"""What is wrong with a request, in words that its caller can act on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graders.vocabulary.errors import GradersError, Mistake


class Problem(GradersError):  # noqa: N818 - HTTP's own word for it (RFC 9457)
    """A request that is not answered as asked; each dialect renders it in its own envelope.

    Attributes:
        status: The HTTP status, 400 to 599.
        message: Where, what was found, what is allowed, what to do; one or more sentences.
        param: The field that is to blame, as ``rows[3].completion``; None for the whole request.
        code: A short machine-readable name, as ``json_invalid``.
        headers: More headers of the reply, as ``Retry-After``.
        mistakes: Every mistake of a document, where there are several.
    """

    def __init__(  # noqa: PLR0913 - each is a field of some envelope
        self,
        status: int,
        message: str,
        *,
        param: str | None = None,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
        mistakes: Sequence[Mistake] = (),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.param = param
        self.code = code or _CODE_OF.get(status, "invalid_request")
        self.headers = dict(headers or {})
        self.mistakes = tuple(mistakes)

    def __reduce__(self) -> tuple[Any, ...]:
        return _made_again, (self.status, self.message, vars(self))


def _made_again(status: int, message: str, fields: dict[str, Any]) -> Problem:
    problem = Problem(status, message)
    vars(problem).update(fields)
    return problem


_CODE_OF = {
    401: "invalid_api_key",
    404: "not_found",
    405: "method_not_allowed",
    408: "request_timeout",
    413: "too_large",
    429: "too_many_requests",
    500: "internal_error",
    503: "unavailable",
    504: "deadline",
}

UNEXPECTED = "something went wrong on the server; its log has the details under this request's number"
"""What a caller is told of an exception that nobody foresaw: nothing of it."""

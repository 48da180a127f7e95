"""Who may come in: `Authorization: <key>` or `Authorization: Bearer <key>`."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from hashlib import sha256

from graders.service.service_settings import ServiceSettings


class ApiKeys:
    """The keys of a service. Of a key its digest is kept, and digests are compared in constant time."""

    def __init__(self, keys: Iterable[str], *, needed: bool = True) -> None:
        self._digests = [_digest(key.encode()) for key in keys]
        self._needed = needed

    @classmethod
    def of(cls, settings: ServiceSettings) -> ApiKeys:
        """The keys that settings name."""
        return cls([key.get_secret_value() for key in settings.keys], needed=not settings.no_auth)

    def let_in(self, authorization: bytes | None) -> bool:
        """Whether the value of an Authorization header holds one of the keys; always where none is needed."""
        if not self._needed:
            return True
        if authorization is None:
            return False
        digest = _digest(bare_key(authorization))
        return any([hmac.compare_digest(digest, known) for known in self._digests])  # all of them, whatever is found

    @staticmethod
    def caller(authorization: bytes | None) -> str:
        """A name for whoever sent this header, which tells nothing of the key: to tell one caller from another."""
        return _digest(bare_key(authorization or b"")).hex()[:16]


def bare_key(authorization: bytes) -> bytes:
    """The key of an Authorization header, with or without a scheme."""
    scheme, space, rest = authorization.strip().partition(b" ")
    return rest.strip() if space and scheme.lower() == b"bearer" else authorization.strip()


def _digest(key: bytes) -> bytes:
    return sha256(key).digest()

"""Who may come in: `Authorization: <key>` or `Authorization: Bearer <key>`."""

from __future__ import annotations

import hmac
from base64 import b64decode
from collections.abc import Iterable
from hashlib import blake2b, sha256

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
        matches = [hmac.compare_digest(digest, known) for known in self._digests]  # with each, whatever is found
        return any(matches)

    @staticmethod
    def caller(authorization: bytes | None) -> str:
        """A name for whoever sent this header, which tells nothing of the key: to tell one caller from another."""
        return sha256(bare_key(authorization or b"")).hexdigest()[:16]  # which jobs are kept with


def bare_key(authorization: bytes) -> bytes:
    """The key of an Authorization header: with ``Bearer``, with no scheme, or with ``Basic`` as the password.

    Callers that can't send a header of their own put the key into their address, ``http://any:KEY@host``, and their
    HTTP client makes ``Basic`` of it.

    >>> bare_key(b"Bearer one"), bare_key(b"one"), bare_key(b"Basic YW55Om9uZQ==")
    (b'one', b'one', b'one')
    """
    scheme, space, rest = authorization.strip().partition(b" ")
    if space and scheme.lower() == b"bearer":
        return rest.strip()
    if space and scheme.lower() == b"basic":
        return _password(rest.strip())
    return authorization.strip()


def _password(pair: bytes) -> bytes:
    """The password of Basic credentials; the name where there is no password."""
    try:
        name, _, password = b64decode(pair, validate=True).partition(b":")
    except ValueError:
        return b""
    return password or name


def _digest(key: bytes) -> bytes:
    return blake2b(key).digest()  # a third of the time of OpenSSL's functions on so short a text

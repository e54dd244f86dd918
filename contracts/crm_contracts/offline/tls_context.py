"""TLS contexts of the clients of `httpx` that tests create: equal ones are created once."""

from __future__ import annotations

import os
import ssl
from functools import lru_cache
from typing import Any, Final

import httpx

_VARIABLES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")
"""Environment variables that a context depends on."""


def default_context(*, trust_env: bool, http2: bool) -> ssl.SSLContext:
    """Return the context of a client that has not been given one.

    It is complete, for requests that the test allows to reach a real server. But reading the certificates of all
    authorities takes 20 ms, twenty times as long as a request that is mocked, and `httpx.post` creates a client.

    Args:
        trust_env: the environment may name the certificates.
        http2: the client speaks HTTP/2; httpcore writes the protocols into the context when it connects.
    """
    variables = tuple(map(os.environ.get, _VARIABLES))
    return _context(trust_env, http2, variables, ssl.SSLContext, ssl.create_default_context)


@lru_cache(maxsize=8)
def _context(trust_env: bool, _http2: bool, *_made_from: Any) -> ssl.SSLContext:  # noqa: FBT001  # positions of a key
    return httpx.create_ssl_context(trust_env=trust_env)

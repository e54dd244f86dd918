"""Certificate authorities that requests to providers and receivers trust; the same in `verify`, `push` and `proxy`."""

from __future__ import annotations

import os
import ssl
from functools import cache
from pathlib import Path
from typing import Final

from crm_mocks.errors import UsageError

_VARIABLES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Environment variables that name authorities, in order of precedence."""


def authorities(ca_file: Path | None) -> Path | None:
    """Return the file or folder with the authorities to trust, or `None` for the default ones.

    Args:
        ca_file: of the option `--ca-file`, which overrides the environment.
    """
    if ca_file is not None:
        return ca_file
    named = (value for name in _VARIABLES if (value := os.environ.get(name)))
    return next(map(Path, named), None)


def tls_context(url: str, ca_file: Path | None) -> ssl.SSLContext:
    """Return a TLS context for a client.

    Args:
        url: that requests are sent to; without TLS, no authorities are loaded by default, since that is slow.
        ca_file: as in `authorities`.

    Raises:
        UsageError: the authorities cannot be read, or there are none in the file.
    """
    if ca_file is None and not url.lower().startswith("https:"):
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusted = authorities(ca_file)
    if trusted is None:
        return _default_context()
    try:
        if trusted.is_dir():
            return ssl.create_default_context(capath=str(trusted))
        return ssl.create_default_context(cafile=str(trusted))
    except OSError as error:  # SSLError is one too
        source = "--ca-file " if ca_file is not None else ""
        raise UsageError(f"cannot read certificates from {source}{trusted}: {error.strerror or error}") from None


@cache
def _default_context() -> ssl.SSLContext:
    """Return a context that trusts the default authorities; cached, since loading them is slow."""
    import httpx

    return httpx.create_ssl_context(trust_env=False)

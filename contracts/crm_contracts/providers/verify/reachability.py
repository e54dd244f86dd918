"""Check that a provider can be reached, before its contract is verified."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

import requests
import urllib3

from crm_contracts.providers.verify.address import new_session
from crm_contracts.providers.verify.failure_messages import root_cause
from crm_contracts.providers.verify.response_deadline import limit_responses
from crm_mocks.errors import UsageError

_UNREACHED = (
    urllib3.exceptions.NewConnectionError,
    urllib3.exceptions.ConnectTimeoutError,
    urllib3.exceptions.ProxyError,
    urllib3.exceptions.LocationParseError,
)


_INTERVAL: Final = 0.2
"""Seconds between two attempts to connect."""


def check(url: str, seconds: float, ca_file: Path | None, wait: float = 0.0) -> None:
    """Connect to a provider; any response is accepted.

    Args:
        url: of the provider.
        seconds: time limit.
        ca_file: certificate authorities to trust instead of the default ones, in PEM.
        wait: seconds in which the provider may start.

    Raises:
        UsageError: the connection fails, TLS fails, or the file cannot be read.
    """
    if ca_file is not None and not ca_file.exists():
        raise UsageError(f"cannot read certificates from {ca_file}: there is no such file")
    limit_responses()
    deadline = time.monotonic() + wait
    while True:
        try:
            return _connect(url, seconds, ca_file)
        except UsageError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(_INTERVAL)


def _connect(url: str, seconds: float, ca_file: Path | None) -> None:
    try:
        with new_session(url, ca_file) as session:
            session.head(url, timeout=seconds, allow_redirects=False)
    except requests.exceptions.SSLError as error:
        why = f"TLS with {url} fails: {root_cause(error)}"
        raise UsageError(f"{why} (--ca-file names the authorities to trust)") from None
    except OSError as error:
        if isinstance(error, requests.RequestException) and not _is_unreached(error):
            return  # connected, but no valid response
        raise UsageError(f"{url} cannot be reached: {root_cause(error)}") from None


def _is_unreached(error: requests.RequestException) -> bool:
    if isinstance(error, requests.exceptions.ConnectTimeout | requests.exceptions.ProxyError):
        return True
    inner = error.args[0] if error.args else None
    return isinstance(getattr(inner, "reason", inner), _UNREACHED) or isinstance(error, requests.exceptions.InvalidURL)

"""Messages for requests that got no response."""

from __future__ import annotations

import re
import ssl
from typing import Final

import httpx

from crm_contracts.recordings.compression import Undecodable

_FAILURES: Final = {
    httpx.ConnectError: "no connection",
    httpx.RemoteProtocolError: "invalid HTTP response",
    httpx.HTTPError: "no response",
}
"""Messages by exception; the first that matches is used."""


_QUOTED: Final = re.compile(r"(?:bytearray\()?\bb(?:'((?:[^'\\]|\\.)*+)'|\"((?:[^\"\\]|\\.)*+)\")\)?")
"""Bytes as an exception quotes them."""

_ESCAPED: Final = re.compile(r"\\(?:x[0-9a-f]{2}|.)")


def failure_message(error: Exception, seconds: float) -> str:
    """Return why there was no response; an empty string if the error does not come from sending or receiving.

    Args:
        error: the exception raised.
        seconds: the time limit of the request.
    """
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        missing = "connection" if isinstance(error, httpx.ConnectTimeout) else "complete response"
        return f"no {missing} within {seconds:g} s"
    tls_error = _tls_message(error)
    if tls_error:
        return f"TLS failed: {tls_error}"
    matches = (f"{text}: {error_message(error)}" for kind, text in _FAILURES.items() if isinstance(error, kind))
    return next(matches, "")


def undecodable_message(error: Undecodable) -> str:
    """Return why a response whose body cannot be decompressed counts as none."""
    return f"the body cannot be decoded: it {error}"


def error_message(error: BaseException) -> str:
    """Return the message of an error, or the name of its class if it has none."""
    text = " ".join(str(_system_error(error)).split())
    return _QUOTED.sub(_length, text) or type(error).__name__


def _length(quoted: re.Match[str]) -> str:
    """Return what stands in place of bytes of a response: they may be secret, and no contract says what they are."""
    return f"{len(_ESCAPED.sub('?', quoted[1] or quoted[2] or ''))} bytes"


def _system_error(error: BaseException) -> BaseException:
    """Return the operating system's error that caused an error; it says more than what libraries wrap around it."""
    inner: BaseException | None = error
    innermost = error
    while inner is not None:
        innermost = inner if isinstance(inner, OSError) and inner.errno else innermost
        inner = inner.__cause__ or inner.__context__
    return innermost


def _tls_message(error: BaseException | None) -> str:
    """Return the message of the TLS error that caused an error; an empty string if there is none."""
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return error.verify_message if isinstance(error, ssl.SSLCertVerificationError) else error_message(error)
        error = error.__cause__ or error.__context__
    return ""

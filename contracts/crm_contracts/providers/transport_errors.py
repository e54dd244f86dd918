"""Saying why no answer came, in words for people."""

from __future__ import annotations

import ssl
from typing import Final

import httpx

_FAILURES: Final = {
    httpx.ConnectError: "no connection",
    httpx.DecodingError: "the body cannot be read",
    httpx.RemoteProtocolError: "no answer in HTTP",
    httpx.HTTPError: "no answer",
}
"""What went wrong, by the exception; the first that fits."""


def words(error: Exception, seconds: float) -> str:
    """Say why no answer came; of an error that is none of sending and receiving, nothing.

    Args:
        error: that was raised in its place.
        seconds: that it was waited for.
    """
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        what = "connection" if isinstance(error, httpx.ConnectTimeout) else "whole answer"
        return f"no {what} within {seconds:g} s"
    failed = _tls(error)
    if failed:
        return f"TLS failed: {failed}"
    return next((f"{what}: {said(error)}" for kind, what in _FAILURES.items() if isinstance(error, kind)), "")


def said(error: BaseException) -> str:
    """Return what an error says, or what it is."""
    return " ".join(str(_innermost(error)).split()) or type(error).__name__


def _innermost(error: BaseException) -> BaseException:
    """Return the error of the system below an error, which tells more than what libraries wrap around it."""
    inner: BaseException | None = error
    found = error
    while inner is not None:
        found = inner if isinstance(inner, OSError) and inner.errno else found
        inner = inner.__cause__ or inner.__context__
    return found


def _tls(error: BaseException | None) -> str:
    """Return what TLS says below an error, or an empty text."""
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return error.verify_message if isinstance(error, ssl.SSLCertVerificationError) else said(error)
        error = error.__cause__ or error.__context__
    return ""

"""Messages for requests of `requests` that got no response."""

from __future__ import annotations

import http.client
import re
from typing import Final

import requests
import urllib3

_URLLIB3_PREFIX: Final = re.compile(r"^<?\w+\(host=[^)]*\)>?: ")
"""Prefix of urllib3's messages."""


class BeyondLimits(requests.RequestException):
    """A response exceeds a limit of this command; the message says which."""


def failure_message(error: requests.RequestException, seconds: float) -> str:
    """Return why there was no response.

    Args:
        error: the exception raised.
        seconds: the time limit of the request.
    """
    if isinstance(error, BeyondLimits):
        return f"{error}, the limit of verify"
    if isinstance(error, requests.exceptions.SSLError):
        return f"TLS failed: {root_cause(error)}"
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return f"no connection within {seconds:g} s"
    if isinstance(error, requests.exceptions.Timeout) or "timed out" in str(error):
        return f"no complete response within {seconds:g} s"
    if isinstance(error, requests.exceptions.ContentDecodingError):
        return f"the body cannot be decoded: {root_cause(error)}"
    return f"no response: {root_cause(error)}"


def root_cause(error: BaseException) -> str:
    """Return the message of the innermost cause; those of `requests` and urllib3 describe their own objects."""
    while True:
        inner = next((arg for arg in error.args if isinstance(arg, BaseException)), None) or getattr(
            error, "reason", None
        )
        if not isinstance(inner, BaseException):
            return _without_content(error) or _plain_message(error)
        error = inner


def _without_content(error: BaseException) -> str:
    """Return the message of an error that quotes what came, which may be secret, or is a bare number."""
    match error:
        case urllib3.exceptions.InvalidChunkLength() | http.client.IncompleteRead(expected=None):
            return "a chunk of the body is invalid or cut off"
        case http.client.IncompleteRead():
            return f"the body ends {error.expected} bytes early"
        case http.client.RemoteDisconnected():
            return ""
        case http.client.BadStatusLine():
            return f"invalid status line of {len(str(error).strip())} characters"
    return ""


def _plain_message(error: BaseException) -> str:
    message = " ".join(str(error.args[-1] if error.args else error).split())
    return _URLLIB3_PREFIX.sub("", message) or type(error).__name__

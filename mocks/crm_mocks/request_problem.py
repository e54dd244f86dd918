"""The ways in which the host itself finds a request at fault, before a vendor's own rules see it."""

from __future__ import annotations

from enum import Enum


class RequestProblem(Enum):
    """A fault of a request; the value is the HTTP status that fits it where the vendor has no other custom."""

    UNREADABLE_BODY = 400
    VIOLATIONS = 422
    UNAUTHENTICATED = 401
    NO_SUCH_PATH = 404
    METHOD_NOT_ALLOWED = 405
    TIMEOUT = 408
    BODY_TOO_LARGE = 413
    UNSUPPORTED_MEDIA_TYPE = 415
    HEADERS_TOO_LARGE = 431
    CRASH = 500

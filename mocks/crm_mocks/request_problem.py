"""Problems of requests that the host detects before vendor rules apply."""

from __future__ import annotations

from enum import Enum


class RequestProblem(Enum):
    """A problem of a request; the value is the HTTP status unless the vendor uses another."""

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

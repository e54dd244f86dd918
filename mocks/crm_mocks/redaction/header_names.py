"""Headers whose values are hardly secrets: those of HTTP, and those that the mocks define."""

from __future__ import annotations

from typing import Final

STANDARD: Final = frozenset(
    {
        *("accept", "accept-charset", "accept-encoding", "accept-language", "accept-patch", "accept-post"),
        *("accept-ranges", "access-control-allow-headers", "access-control-allow-methods"),
        *("access-control-allow-origin", "access-control-expose-headers", "access-control-max-age"),
        *("access-control-request-headers", "access-control-request-method", "age", "allow", "cache-control"),
        *("connection", "content-disposition", "content-encoding", "content-language", "content-length"),
        *("content-range", "content-type", "date", "dnt", "expect", "expires", "host", "if-modified-since"),
        *("if-unmodified-since", "keep-alive", "last-modified", "origin", "pragma", "prefer", "preference-applied"),
        *("range", "retry-after", "sec-fetch-dest", "sec-fetch-mode", "sec-fetch-site", "sec-fetch-user", "server"),
        *("te", "trailer", "transfer-encoding", "upgrade", "upgrade-insecure-requests", "user-agent", "vary", "via"),
        *("warning", "x-content-type-options", "x-frame-options", "x-powered-by", "x-requested-with"),
        *("deprecation", "sunset", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"),
        *("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "www-authenticate"),
    }
)
"""Lower-case names of headers of HTTP: shown but for words that are values, such as a token."""

OWN: Final = frozenset({"x-mock-session"})
"""Lower-case names of headers of requests that are for the mocks."""

RESULT: Final = frozenset({"sl-violations"})
"""Lower-case name of the header in which the mocks quote a request; in a request it is any header."""

TRACING: Final = frozenset(
    {
        *("etag", "idempotency-key", "if-match", "if-none-match", "if-range", "traceparent", "tracestate"),
        *("x-correlation-id", "x-request-id"),
    }
)
"""Lower-case names of headers that identify a request or a state: shown unless the value is certainly a credential."""

ADDRESSES: Final = frozenset({"content-location", "location"})
"""Lower-case names of headers whose value is a URL."""

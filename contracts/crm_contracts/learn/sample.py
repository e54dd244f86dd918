"""A recorded request and its response, taken apart for learning."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from crm_contracts.judge.exchange import Exchange, Part
from crm_contracts.learn.bodies import Body, read_body
from crm_contracts.recordings.postman.collection import CollectionRequest
from crm_contracts.recordings.values import header

_INVALID: Final = frozenset({400, 406, 413, 415, 422})
"""Statuses that refuse the content of a request."""


@dataclass(frozen=True)
class Sample:
    """A request and its response.

    Attributes:
        exchange: as recorded, with credentials.
        origin: scheme and host; empty if they were not recorded.
        segments: segments of the path, unquoted.
        names: names of path parameters by segment; empty where the recording names none.
        redacted: the exchange without credentials.
        collection: the request of a Postman collection; `None` if the sample is from recorded traffic.
    """

    exchange: Exchange
    origin: str
    segments: tuple[str, ...]
    names: tuple[str, ...]
    redacted: Exchange
    collection: CollectionRequest | None = field(default=None, repr=False)

    @property
    def title(self) -> str:
        """Name of the Postman collection; empty if the sample is from recorded traffic."""
        return self.collection.title if self.collection else ""

    @property
    def method(self) -> str:
        """HTTP method, lower-case."""
        return self.exchange.method.lower()

    @property
    def status(self) -> int:
        """HTTP status; 0 if no response was recorded."""
        return 0 if Part.RESPONSE in self.exchange.missing_parts else self.exchange.status

    @property
    def is_accepted(self) -> bool:
        """Whether nothing says that the provider refused the request."""
        return self.status < 400

    @property
    def is_invalid(self) -> bool:
        """Whether the provider refused the content of the request."""
        return self.status in _INVALID

    @cached_property
    def query(self) -> tuple[tuple[str, str], ...]:
        """Names and values of the query."""
        return tuple(parse_qsl(urlsplit(self.exchange.url).query, keep_blank_values=True))

    @cached_property
    def request_body(self) -> Body | None:
        """The request's body; `None` if it has none, or none was recorded."""
        return _body(self.exchange, is_request=True)

    @cached_property
    def response_body(self) -> Body | None:
        """The response's body; `None` if it has none, or none was recorded."""
        return _body(self.exchange, is_request=False)

    @cached_property
    def request_example(self) -> Body | None:
        """The request's body without credentials."""
        return _body(self.redacted, is_request=True)

    @cached_property
    def response_example(self) -> Body | None:
        """The response's body without credentials."""
        return _body(self.redacted, is_request=False)


def segments_of(url: str) -> tuple[str, ...]:
    """Return the unquoted segments of the path of a URL."""
    return tuple(unquote(each) for each in urlsplit(url).path.split("/")[1:]) if urlsplit(url).path != "/" else ()


def _body(exchange: Exchange, *, is_request: bool) -> Body | None:
    part = Part.REQUEST_BODY if is_request else Part.RESPONSE_BODY
    raw = exchange.request_body if is_request else exchange.response_body
    headers = exchange.request_headers if is_request else exchange.response_headers
    if part in exchange.missing_parts or not raw:
        return None
    return read_body(raw, header(headers, "content-type"))

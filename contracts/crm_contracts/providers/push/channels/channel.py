"""Base of the channels to a receiver."""

from __future__ import annotations

from abc import ABC, abstractmethod
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import perf_counter
from typing import Final

import httpx

from crm_contracts.judge.exchange import Exchange, Headers
from crm_contracts.providers import transport_errors
from crm_contracts.providers.transport_errors import error_message, undecodable_message
from crm_contracts.recordings.compression import Undecodable, UnsupportedCoding, content_codings, decompress

MAX_BODY_BYTES: Final = 16 * 1024 * 1024
"""Size limit of a response body; documented responses are far smaller."""


@dataclass(frozen=True)
class PushRequest:
    """A request to a receiver.

    Attributes:
        method: HTTP method.
        url: full URL.
        headers: all but Host and Content-Length.
        body: exact bytes.
    """

    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""


class ResponseTooLarge(Exception):
    """A response body exceeds `MAX_BODY_BYTES`."""


class Channel(ABC):
    """A channel to a receiver.

    Attributes:
        seconds: time limit for a complete response.
        reached: whether a connection was ever made.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.reached = False

    @abstractmethod
    def submit(self, request: PushRequest) -> Future[Exchange]:
        """Start sending a request; the result is the exchange, with `failure` set if there was no response.

        The future never holds an exception.
        """

    def send(self, request: PushRequest) -> Exchange:
        """Send a request; return the exchange, with `failure` set if there was no response."""
        return self.submit(request).result()

    @abstractmethod
    def close(self) -> None:
        """Close the channel."""


class ExchangeTimer:
    """Measures an exchange, from its creation, and builds it."""

    def __init__(self, request: PushRequest) -> None:
        self._at = datetime.now(UTC)
        self._start = perf_counter()
        self._request = request

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return perf_counter() - self._start

    def completed(self, response: httpx.Response, raw: bytes) -> Exchange:
        """Return the exchange with its response, decompressed; without it if the body is not what its coding says."""
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw)
        try:
            body = decompress(raw, content_codings(headers), MAX_BODY_BYTES)
        except UnsupportedCoding:
            body = raw  # judged as it is
        except Undecodable as error:
            return self.failed(undecodable_message(error))
        exchange = self.failed("")
        return replace(exchange, status=response.status_code, response_headers=headers, response_body=body)

    def failed(self, why: str) -> Exchange:
        """Return the exchange without a response.

        Args:
            why: why there was none; a sentence.
        """
        return Exchange(
            self._request.method,
            self._request.url,
            self._request.headers,
            self._request.body,
            at=self._at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            milliseconds=round(self.seconds * 1000, 1),
            failure=why,
        )


def failure_message(error: Exception, seconds: float) -> str:
    """Return why there was no response; unlike `transport_errors`, this covers errors of an application.

    Args:
        error: the exception raised.
        seconds: the time limit of the request.
    """
    if isinstance(error, ResponseTooLarge):
        return f"the response exceeds {MAX_BODY_BYTES} bytes"
    message = transport_errors.failure_message(error, seconds)
    return message or f"the application raised {type(error).__name__}: {error_message(error)}"

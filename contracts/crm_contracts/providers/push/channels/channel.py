"""What all ways to a receiver have in common."""

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
from crm_contracts.providers.transport_errors import said

MOST_BYTES: Final = 16 * 1024 * 1024
"""Of an answer's body; an answer that a contract documents is far smaller."""


@dataclass(frozen=True)
class PushRequest:
    """What is to be sent.

    Attributes:
        url: whole.
        headers: all but Host and Content-Length.
        body: exact bytes.
    """

    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""


class TooLong(Exception):
    """An answer has more than `MOST_BYTES`."""


class Channel(ABC):
    """A way to a receiver.

    Attributes:
        seconds: that an answer may take, whole.
        reached: whether anybody was there yet.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.reached = False

    @abstractmethod
    def submit(self, request: PushRequest) -> Future[Exchange]:
        """Begin to send a request; the result has what was answered, or why nothing was. It is never an exception."""

    def send(self, request: PushRequest) -> Exchange:
        """Send a request and return it with what was answered, or why nothing was."""
        return self.submit(request).result()

    @abstractmethod
    def close(self) -> None:
        """Give up what is held open."""


class Timing:
    """Begins an exchange, and ends it with what came of it."""

    def __init__(self, request: PushRequest) -> None:
        self._at = datetime.now(UTC)
        self._begin = perf_counter()
        self._request = request

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return perf_counter() - self._begin

    def answered(self, response: httpx.Response, body: bytes) -> Exchange:
        """Return the exchange with its answer."""
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw)
        exchange = self.failed("")
        return replace(exchange, status=response.status_code, response_headers=headers, response_body=body)

    def failed(self, why: str) -> Exchange:
        """Return the exchange without answer.

        Args:
            why: none came, in words.
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


def words(error: Exception, seconds: float) -> str:
    """Say why no answer came: as `transport_errors.words`, also of what an application raised.

    Args:
        error: that was raised in its place.
        seconds: that it was waited for.
    """
    if isinstance(error, TooLong):
        return f"the answer has more than {MOST_BYTES} bytes"
    return transport_errors.words(error, seconds) or f"the application raised {type(error).__name__}: {said(error)}"

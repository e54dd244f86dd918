"""What all ways to a receiver have in common."""

from __future__ import annotations

import ssl
from abc import ABC, abstractmethod
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import perf_counter
from typing import Final

import httpx

from crm_contracts.examination.exchange import Exchange, Headers

MOST_BYTES: Final = 16 * 1024 * 1024
"""Of an answer's body; an answer that a contract documents is far smaller."""

_FAILURES: Final = {
    httpx.ConnectError: "no connection",
    httpx.DecodingError: "the body cannot be read",
    httpx.RemoteProtocolError: "no answer in HTTP",
    httpx.HTTPError: "no answer",
}
"""What went wrong, by the exception; the first that fits."""


@dataclass(frozen=True)
class Request:
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
    def submit(self, request: Request) -> Future[Exchange]:
        """Begin to send a request; the result has what was answered, or why nothing was. It is never an exception."""

    def send(self, request: Request) -> Exchange:
        """Send a request and return it with what was answered, or why nothing was."""
        return self.submit(request).result()

    @abstractmethod
    def close(self) -> None:
        """Give up what is held open."""


class Timing:
    """Begins an exchange, and ends it with what came of it."""

    def __init__(self, request: Request) -> None:
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
        return replace(exchange, status=response.status_code, answer_headers=headers, answer_body=body)

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
    """Say why no answer came.

    Args:
        error: that was raised in its place.
        seconds: that it was waited for.
    """
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        what = "connection" if isinstance(error, httpx.ConnectTimeout) else "whole answer"
        return f"no {what} within {seconds:g} s"
    if isinstance(error, TooLong):
        return f"the answer has more than {MOST_BYTES} bytes"
    failed = _tls(error)
    if failed:
        return f"TLS failed: {failed}"
    for kind, said in _FAILURES.items():
        if isinstance(error, kind):
            return f"{said}: {_said(error)}"
    return f"the application raised {type(error).__name__}: {_said(error)}"


def _said(error: BaseException) -> str:
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
            return error.verify_message if isinstance(error, ssl.SSLCertVerificationError) else _said(error)
        error = error.__cause__ or error.__context__
    return ""

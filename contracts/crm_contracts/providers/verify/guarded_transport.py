"""The way to a provider: everything that is sent to it goes through here, and is noted with its answer."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import orjson
import requests
import urllib3
from requests.adapters import HTTPAdapter

from crm_contracts.judge.exchange import Exchange
from crm_contracts.providers.verify.address import session
from crm_contracts.providers.verify.observations import ObservationLog
from crm_contracts.providers.verify.rate_limit import RateLimit
from crm_mocks.errors import CrmMocksError

_PATIENCE: Final = 5
"""Requests in a row without an answer, after which no more are sent."""

_MOST_BYTES: Final = 16 * 1024 * 1024
"""Of an answer's body; an answer of any operation is far smaller."""

_CASE: Final = "X-Schemathesis-TestCaseId"
"""A header of schemathesis' own, which tells readers nothing."""

_OBJECT: Final = re.compile(r"^<?\w+\(host=[^)]*\)>?: ")
"""How urllib3 begins its messages."""

_PIECE: Final = 64 * 1024
_WAIT: Final = frozenset({429, 503})
"""Statuses whose Retry-After is heeded."""


class GuardedTransport:
    """Sends to one provider only, at a pace, for as long as it answers."""

    def __init__(
        self,
        url: str,
        notes: ObservationLog,
        *,
        seconds: float,
        pace: RateLimit | None = None,
        only: Iterable[tuple[str, str]] | None = None,
        ca_file: Path | None = None,
    ) -> None:
        """Take what holds for all requests.

        Args:
            url: of the provider; requests to another origin are not sent.
            notes: take down each exchange.
            seconds: that an answer may take, whole.
            pace: how fast requests may follow one another.
            only: methods and path templates (below the URL) that may be used; without it, all may.
            ca_file: authorities to trust in place of the usual ones, for requests of our own.
        """
        self._ca_file = ca_file
        self._url = url.rstrip("/")
        self._origin = _origin(url)
        self._notes = notes
        self._seconds = seconds
        self._pace = pace or RateLimit()
        self._only = None if only is None else [(method, _pattern(path)) for method, path in only]
        self._unanswered = 0
        self._installed = False

    def install(self) -> None:
        """Have all requests of this process that the library `requests` sends go this way."""
        plain = HTTPAdapter.send

        def send(adapter: HTTPAdapter, request: Any, **options: Any) -> requests.Response:
            return self.carry(request, lambda more: plain(adapter, request, **{**options, **more}))

        self._installed = True
        setattr(HTTPAdapter, "send", send)  # noqa: B010  # type checkers take a plain assignment for a mistake

    def deliver(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Exchange:
        """Send a request of our own, also where the wire is not installed; return it with its answer.

        Args:
            method: HTTP method.
            path: path of the contract.
            body: sent as it is; none if empty.
            headers: header lines.

        Raises:
            requests.RequestException: no answer came.
        """
        with session(self._url, self._ca_file) as sending:
            if not self._installed:
                sending.mount(self._url, _Adapter(self))
            response = sending.request(method, self._url + path, data=body, headers=headers, allow_redirects=False)
        return exchange_of(response.request, response)

    def send(self, method: str, path: str, *, json: Any = None, headers: Mapping[str, str] | None = None) -> Any:
        """Send a request of our own; see `plausible.Send`.

        Raises:
            CrmMocksError: no answer came.
        """
        sent = dict(headers or {})
        body = b""
        if json is not None:
            body = orjson.dumps(json)
            sent["Content-Type"] = "application/json"
        try:
            return orjson.loads(self.deliver(method, path, body, sent).response_body)
        except orjson.JSONDecodeError:
            return None
        except requests.RequestException:
            raise CrmMocksError(f"{method} {path} was not answered, so what it gives is lacking") from None

    def carry(self, request: Any, send: Callable[[dict[str, Any]], requests.Response]) -> requests.Response:
        """Send a prepared request by a function that takes further options; return its answer, read to the end.

        Raises:
            requests.RequestException: no answer came, or the request must not be sent.
        """
        self._admit(request)
        self._pace.wait()
        at, start = datetime.now(UTC), time.monotonic()
        try:
            response = send({"timeout": self._seconds, "stream": True})
            with ExitStack() as failing:
                failing.callback(response.close)
                _read(response, start + self._seconds)
                failing.pop_all()  # what was read to the end can serve the next request
        except requests.RequestException as error:
            self._unanswered += 1
            self._note(request, None, at, start, _reason(error, self._seconds))
            if self._unanswered == _PATIENCE:
                self._notes.complaint(f"the provider left {_PATIENCE} requests in a row unanswered; no more were sent")
            raise
        self._unanswered = 0
        if response.status_code in _WAIT:
            self._pace.hold(response.headers.get("Retry-After", "").strip())
        self._note(request, response, at, start, "")
        return response

    def _admit(self, request: Any) -> None:
        if _origin(request.url) != self._origin:
            raise requests.exceptions.InvalidURL(f"{request.url} is no address of the provider", request=request)
        method, path = request.method, urlsplit(request.url).path.removeprefix(urlsplit(self._url).path)
        known = method == "HEAD" or any(method == each and path_.fullmatch(path) for each, path_ in self._only or ())
        if self._only is not None and not known:
            raise requests.exceptions.InvalidURL(f"{method} {path} may create something", request=request)
        if self._unanswered >= _PATIENCE:
            raise requests.exceptions.ConnectionError("the provider does not answer", request=request)

    def _note(self, request: Any, response: Any, at: datetime, start: float, failure: str) -> None:
        milliseconds = round((time.monotonic() - start) * 1000, 1)
        taken = exchange_of(request, response)
        self._notes.exchange(replace(taken, at=_iso(at), milliseconds=milliseconds, failure=failure))


class _Adapter(HTTPAdapter):
    """Has one session's requests go by a wire."""

    def __init__(self, wire: GuardedTransport) -> None:
        super().__init__()
        self._wire = wire

    def send(self, request: Any, **options: Any) -> requests.Response:  # type: ignore[override]  # options by name
        """Send a prepared request."""
        return self._wire.carry(request, lambda more: super(_Adapter, self).send(request, **{**options, **more}))


def exchange_of(request: Any, response: Any) -> Exchange:
    """Return a request and its answer, `None` where none came, as an exchange.

    Args:
        request: prepared, of the library `requests`.
        response: of requests or of schemathesis.
    """
    body = request.body or b""
    exchange = Exchange(
        request.method,
        request.url,
        tuple((_text(name), _text(value)) for name, value in request.headers.items() if name != _CASE),
        body.encode() if isinstance(body, str) else body,
    )
    if response is None:
        return exchange
    return replace(
        exchange,
        status=response.status_code,
        response_headers=tuple(_header_lines(response.headers)),
        response_body=response.content or b"",
        at=_iso(datetime.now(UTC)),
    )


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _header_lines(headers: Any) -> Iterable[tuple[str, str]]:
    for name, value in headers.items():
        for each in value if isinstance(value, list) else [value]:  # schemathesis keeps lists
            yield name, each


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _read(response: requests.Response, until: float) -> None:
    """Read an answer's body, decompressed, in the time that there is; `requests` by itself waits without end.

    Raises:
        requests.RequestException: it is too long, takes too long, or is broken off.
    """
    pieces: list[bytes] = []
    size = 0
    try:
        while piece := response.raw.read1(_PIECE, decode_content=True):
            pieces.append(piece)
            size += len(piece)
            if size > _MOST_BYTES:
                raise requests.exceptions.ContentDecodingError("the body is too long", request=response.request)
            if time.monotonic() > until:
                raise requests.exceptions.ReadTimeout("the body does not end", request=response.request)
    except urllib3.exceptions.DecodeError as error:
        raise requests.exceptions.ContentDecodingError(error, request=response.request) from error
    except urllib3.exceptions.ReadTimeoutError as error:
        raise requests.exceptions.ReadTimeout(error, request=response.request) from error
    except urllib3.exceptions.HTTPError as error:
        raise requests.exceptions.ChunkedEncodingError(error, request=response.request) from error
    response._content = b"".join(pieces)  # noqa: SLF001  # where `requests` keeps a body that was read
    response.raw.release_conn()


def _reason(error: requests.RequestException, seconds: float) -> str:
    """Return in words why no answer came."""
    if isinstance(error, requests.exceptions.SSLError):
        return f"TLS failed: {cause(error)}"
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return f"no connection within {seconds:g} s"
    if isinstance(error, requests.exceptions.Timeout) or "timed out" in str(error):
        return f"no whole answer within {seconds:g} s"
    if isinstance(error, requests.exceptions.ContentDecodingError):
        return f"the body cannot be read: {cause(error)}"
    return f"no answer: {cause(error)}"


def cause(error: BaseException) -> str:
    """Return the innermost cause that says something; what `requests` wraps around it tells of its own objects."""
    cause: BaseException = error
    while True:
        inner = next((each for each in cause.args if isinstance(each, BaseException)), None) or getattr(
            cause, "reason", None
        )
        if not isinstance(inner, BaseException):
            said = " ".join(str(cause.args[-1] if cause.args else cause).split())
            return _OBJECT.sub("", said) or type(cause).__name__
        cause = inner


def _origin(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def _pattern(template: str) -> re.Pattern[str]:
    """Return a pattern that the paths of a template match."""
    parts = re.split(r"\{[^{}]*\}", template)
    return re.compile("[^/]+".join(map(re.escape, parts)))

"""The transport to a provider: sends and logs all requests."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import orjson
import requests
import urllib3
from requests.adapters import HTTPAdapter

from crm_contracts.judge.exchange import Exchange
from crm_contracts.providers.no_cookies import ignore_unreadable_cookies
from crm_contracts.providers.verify.address import new_session
from crm_contracts.providers.verify.encoding import encode_body
from crm_contracts.providers.verify.failure_messages import BeyondLimits, failure_message
from crm_contracts.providers.verify.fresh_connections import never_resend, send_alone, share_tls_contexts
from crm_contracts.providers.verify.observations import ObservationLog
from crm_contracts.providers.verify.rate_limit import RateLimit
from crm_contracts.providers.verify.redirect_targets import ignore_targets
from crm_contracts.providers.verify.response_deadline import limit_responses
from crm_contracts.providers.verify.sent_exchange import exchange_of, iso
from crm_contracts.recordings.compression import Undecodable, UnsupportedCoding, content_codings, decompress
from crm_mocks.contract.outcome import is_json
from crm_mocks.errors import CrmMocksError
from crm_mocks.parsing.json_limits import exceeded_limit
from crm_mocks.parsing.media_types import content_type, without_byte_order_mark

_MAX_UNANSWERED: Final = 5
"""Consecutive requests without a response after which no more are sent."""

MAX_BODY_BYTES: Final = 16 * 1024 * 1024
"""Size limit of a response body; documented responses are far smaller."""

MAX_VALUES: Final = 100_000
"""Limit on the values of a JSON body, each of which takes all checks a few microseconds."""

MAX_NESTING: Final = 200
"""Limit on the levels of a JSON body; parsers and validators call themselves for each."""

_CHUNK_BYTES: Final = 64 * 1024
_TOO_MANY_REQUESTS: Final = 429
_RETRY_STATUSES: Final = frozenset({_TOO_MANY_REQUESTS, 503})
"""Statuses whose Retry-After is honoured; the request is then sent again."""

_PAUSES: Final = (1.0, 4.0, 15.0)
"""Seconds before a request that was refused with 429 is sent again, if there is no Retry-After."""


class GuardedTransport:
    """A transport to one provider only, with a rate limit, that stops sending if the provider stops responding."""

    def __init__(
        self,
        url: str,
        log: ObservationLog,
        *,
        seconds: float,
        rate_limit: RateLimit | None = None,
        only: Iterable[tuple[str, str]] | None = None,
        ca_file: Path | None = None,
    ) -> None:
        """Set up the transport.

        Args:
            url: of the provider; requests to another origin are not sent.
            log: of all exchanges.
            seconds: time limit for a complete response.
            rate_limit: delays requests.
            only: methods and path templates (below the URL) that may be used; `None` for all.
            ca_file: certificate authorities that `deliver` trusts instead of the default ones.
        """
        ignore_unreadable_cookies()
        limit_responses()
        share_tls_contexts()
        self._ca_file = ca_file
        self._url = url.rstrip("/")
        self._origin = _origin(url)
        self._log = log
        self._seconds = seconds
        self._rate_limit = rate_limit or RateLimit()
        self._only = None if only is None else [(method, _pattern(path)) for method, path in only]
        self._unanswered = 0
        self._waits = True
        self._installed = False

    def install(self, around: Callable[[], AbstractContextManager[None]] = nullcontext) -> None:
        """Route all requests that this process sends with `requests` or schemathesis through this transport.

        Args:
            around: entered for each request.
        """
        original = HTTPAdapter.send

        def send(adapter: HTTPAdapter, request: Any, **options: Any) -> requests.Response:
            alone = partial(send_alone, adapter, partial(original, adapter), request)
            with around():
                return self.carry(request, lambda more: alone({**options, **more}))

        self._installed = True
        never_resend()
        ignore_targets()
        setattr(HTTPAdapter, "send", send)  # noqa: B010  # type checkers reject a plain assignment

    def deliver(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Exchange:
        """Send a request, whether or not the transport is installed; return the exchange.

        Args:
            method: HTTP method.
            path: path in the contract.
            body: sent unchanged; empty for none.
            headers: header lines.

        Raises:
            requests.RequestException: there was no response.
        """
        with new_session(self._url, self._ca_file) as session:
            if not self._installed:
                session.mount(self._url, _GuardedAdapter(self))
            response = session.request(method, self._url + path, data=body, headers=headers, allow_redirects=False)
        return exchange_of(response.request, response)

    def send(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        media_type: str = "application/json",
        succeed: bool = False,
    ) -> Any:
        """Send a request; see `crm_mocks.vendor.sample_requests.Send`.

        Raises:
            CrmMocksError: there was no response, or no success although `succeed` is set.
        """
        sent = dict(headers or {})
        body = b""
        if json is not None:
            body = encode_body(media_type, json)
            sent["Content-Type"] = media_type
        try:
            exchange = self.deliver(method, path, body, sent)
        except requests.exceptions.InvalidURL:
            raise CrmMocksError(f"{method} {path} may not be sent") from None
        except requests.RequestException:
            raise CrmMocksError(f"{method} {path} got no response, which later requests need") from None
        if succeed and not 200 <= exchange.status < 300:
            raise CrmMocksError(f"{method} {path.partition('?')[0]} got {exchange.status}")
        try:
            return orjson.loads(exchange.response_body)
        except orjson.JSONDecodeError:
            return None

    def carry(self, request: Any, send: Callable[[dict[str, Any]], requests.Response]) -> requests.Response:
        """Send a prepared request with a function that takes further options; return the response, fully read.

        A request that was refused only for now (429, or 503 with Retry-After) is sent again, up to three times.

        Raises:
            requests.RequestException: there was no response, or the request must not be sent.
        """
        for pause in _PAUSES if self._waits else ():
            response = self._carry_once(request, send)
            if not self._pauses(response, f"{pause:.0f}"):
                return response
        response = self._carry_once(request, send)
        self._waits = not self._pauses(response, "")  # otherwise it is not the rate
        return response

    def _pauses(self, response: requests.Response, seconds: str) -> bool:
        """Return whether a request was refused only for now; let none start until it may be sent again.

        Args:
            response: to the request.
            seconds: pause after 429 without Retry-After; empty for none.
        """
        if response.status_code not in _RETRY_STATUSES:
            return False
        retry_after = response.headers.get("Retry-After", "").strip()
        if response.status_code == _TOO_MANY_REQUESTS:
            retry_after = retry_after or seconds
        return self._rate_limit.pause(retry_after)

    def _carry_once(self, request: Any, send: Callable[[dict[str, Any]], requests.Response]) -> requests.Response:
        self._check(request)
        self._rate_limit.wait()
        at, start = datetime.now(UTC), time.monotonic()
        try:
            response = send({"timeout": self._seconds, "stream": True})
            with closing(response):
                _read(response)
        except requests.RequestException as error:
            self._unanswered += 1
            self._log_exchange(request, None, at, start, failure_message(error, self._seconds))
            if self._unanswered == _MAX_UNANSWERED:
                self._log.complaint(
                    f"the provider did not respond to {_MAX_UNANSWERED} consecutive requests; no more were sent"
                )
            raise
        self._unanswered = 0
        self._log_exchange(request, response, at, start, "")
        return response

    def _check(self, request: Any) -> None:
        if _origin(request.url) != self._origin:
            raise requests.exceptions.InvalidURL(f"{request.url} is not a URL of the provider", request=request)
        method, path = request.method, urlsplit(request.url).path.removeprefix(urlsplit(self._url).path)
        is_allowed = method == "HEAD" or any(
            method == allowed_method and pattern.fullmatch(path) for allowed_method, pattern in self._only or ()
        )
        if self._only is not None and not is_allowed:
            raise requests.exceptions.InvalidURL(f"{method} {path} may create something", request=request)
        if self._unanswered >= _MAX_UNANSWERED:
            raise requests.exceptions.ConnectionError("the provider does not respond", request=request)

    def _log_exchange(self, request: Any, response: Any, at: datetime, start: float, failure: str) -> None:
        milliseconds = round((time.monotonic() - start) * 1000, 1)
        exchange = exchange_of(request, response)
        self._log.exchange(replace(exchange, at=iso(at), milliseconds=milliseconds, failure=failure))


class _GuardedAdapter(HTTPAdapter):
    """An adapter that routes the requests of one session through a transport."""

    def __init__(self, transport: GuardedTransport) -> None:
        super().__init__()
        self._transport = transport

    def send(self, request: Any, **options: Any) -> requests.Response:  # type: ignore[override]  # options by name
        """Send a prepared request."""
        alone = partial(send_alone, self, super().send, request)
        return self._transport.carry(request, lambda more: alone({**options, **more}))


def _read(response: requests.Response) -> None:
    """Read and decompress a body.

    Raises:
        BeyondLimits: the body exceeds a limit.
        requests.RequestException: it is late, cut off, or not what its coding says.
    """
    chunks: list[bytes] = []
    size = 0
    try:
        while chunk := response.raw.read1(_CHUNK_BYTES, decode_content=False):
            chunks.append(chunk)
            size += len(chunk)
            if size > MAX_BODY_BYTES:
                raise BeyondLimits(f"the body has more than {MAX_BODY_BYTES} bytes", request=response.request)
    except urllib3.exceptions.ReadTimeoutError as error:
        raise requests.exceptions.ReadTimeout(error, request=response.request) from error
    except urllib3.exceptions.HTTPError as error:
        raise requests.exceptions.ChunkedEncodingError(error, request=response.request) from error
    body = b"".join(chunks)
    try:
        body = decompress(body, content_codings(tuple(response.headers.items())), MAX_BODY_BYTES)
    except UnsupportedCoding:
        pass  # judged as it is
    except Undecodable as error:
        raise requests.exceptions.ContentDecodingError(f"it {error}", request=response.request) from error
    media_type = content_type(response.headers.get("Content-Type", "")).media_type
    exceeded = exceeded_limit(body, MAX_VALUES, MAX_NESTING) if not media_type or is_json(media_type) else ""
    if exceeded:
        raise BeyondLimits(exceeded, request=response.request)
    response._content = without_byte_order_mark(body)  # noqa: SLF001  # where `requests` keeps a body that was read


def _origin(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def _pattern(template: str) -> re.Pattern[str]:
    """Return a pattern that matches the paths of a template."""
    parts = re.split(r"\{[^{}]*\}", template)
    return re.compile("[^/]+".join(map(re.escape, parts)))

"""The mocks' end of a connection in memory: HTTP/1.1 as over a socket, so that a client runs all its own code."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from crm_contracts.offline.asgi_response import AsgiResponse
from crm_contracts.offline.bridge import AsgiBridge
from crm_contracts.offline.byte_pipe import BytePipe
from crm_contracts.offline.fault_injection import WireFaultInjector
from crm_mocks.asgi.request_limits import PROBLEM
from crm_mocks.asgi.transport import FAULT_INJECTOR
from crm_mocks.request_problem import RequestProblem
from crm_mocks.server.http1 import RequestParser
from crm_mocks.server.malformed_request import MalformedRequest

Resolve = Callable[[str, str], tuple[str, str]]
"""Returns the session of a request, and its URL at the CRM, from its method and URL."""

ENDLESS: Final = "without a timeout, this client would wait forever"

_SESSION_HEADER: Final = b"x-mock-session"


class Wire:
    """A connection to the mocks, as the client sees it, for one request after the other.

    Attributes:
        origin: scheme, host and port that the client has connected to.
        pipe: the bytes of the responses.
    """

    def __init__(self, bridge: AsgiBridge, resolve: Resolve, origin: str) -> None:
        self.origin = origin
        self.pipe = BytePipe()
        self._bridge = bridge
        self._resolve = resolve
        self._parser = RequestParser(self, bridge.limits)
        self._target = b""
        self._body = bytearray()
        self.headers: list[tuple[bytes, bytes]] = []
        self.expect_100_continue = False

    # --- the client's side ---

    def write(self, data: bytes) -> None:
        """Send bytes; the response to a complete request is readable now, or later if it is delayed."""
        try:
            self._parser.feed_data(data)
        except MalformedRequest as error:
            self._reject(error)

    def _reject(self, error: MalformedRequest) -> None:
        """Journal bytes that are not HTTP, and respond to them."""
        from crm_mocks.server.rejection import plain_response, rejected

        self._parser.stop()
        request = rejected(0, error, error.raw)
        session, _ = self._resolve(request.method, self.origin + request.path)
        self._bridge.record_rejected(session, request)
        self.pipe.write(plain_response(error))
        self.pipe.end()

    def readable(self) -> Future[None]:
        """Return a future that is done when a response can be read."""
        return self.pipe.readable()

    def limit(self, timeout: float | None) -> float | None:
        """Return how long to wait for bytes, for a client with this timeout; all in seconds, `None` for no limit."""
        patience = self.pipe.patience
        if patience is None:
            return timeout
        return patience if timeout is None else min(patience, timeout)

    def read(self, size: int, timeout: float | None) -> bytes:
        """Return up to `size` bytes; no bytes at the end of the connection.

        Raises:
            TimeoutError: the timeout elapsed.
            OSError: the connection broke.
        """
        if not self.pipe.is_readable:
            self.readable().result(self.limit(timeout))
        return self.pipe.take(size)

    def close(self) -> None:
        """Close the connection."""
        self._parser.stop()
        self.pipe.close()

    # --- called by the parser ---

    def on_message_begin(self) -> None:
        """Forget the previous request."""
        self.headers = []
        self._body = bytearray()

    def on_url(self, target: bytes) -> None:
        """Take the request target."""
        self._target = target

    def on_headers_complete(self) -> None:
        """Do nothing: a request is processed when it is complete."""

    def on_body(self, data: bytes) -> None:
        """Take a part of the body."""
        self._body += data

    def on_problem(self, problem: RequestProblem) -> None:
        """Process a request that exceeds a limit without the rest of it."""
        self._process(problem)

    def on_message_complete(self) -> None:
        """Process the request."""
        self._process(self._parser.problem)

    def _process(self, problem: RequestProblem | None) -> None:
        parser = self._parser
        method = parser.get_method().decode("latin-1")
        session, url = self._resolve(method, self.origin + self._target.decode("latin-1"))
        scope = self._scope(method, url)
        response = AsgiResponse(self.pipe, method, keep_alive=parser.should_keep_alive())
        scope["extensions"] = {FAULT_INJECTOR: WireFaultInjector(self.pipe, response)}
        if problem is not None:
            scope["extensions"][PROBLEM] = problem
        self._bridge.start(session, scope, bytes(self._body), response)

    def _scope(self, method: str, url: str) -> dict[str, Any]:
        parts = urlsplit(url)
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": self._parser.get_http_version(),
            "method": method,
            "scheme": parts.scheme,
            "path": unquote(parts.path) or "/",
            "raw_path": parts.path.encode("latin-1"),
            "query_string": parts.query.encode("latin-1"),
            "root_path": "",
            "headers": [header for header in self.headers if header[0] != _SESSION_HEADER],
            "server": parts.hostname or "localhost",
            "client": ("127.0.0.1", 0),
        }

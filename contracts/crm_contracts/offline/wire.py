"""The mocks' end of a connection in memory: HTTP/1.1 as over a socket, so that a client runs all its own code."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Final

from crm_contracts.offline.asgi_response import AsgiResponse
from crm_contracts.offline.byte_pipe import BytePipe
from crm_contracts.offline.mocked_origin import MockedOrigin
from crm_mocks.request_problem import RequestProblem
from crm_mocks.server.http1 import RequestParser
from crm_mocks.server.malformed_request import MalformedRequest
from crm_mocks.server.request_head import RequestHead

ENDLESS: Final = "without a timeout, this client would wait forever"


class AnsweredWire:
    """A connection as the client sees it, whose one request has been sent already.

    Attributes:
        pipe: the bytes of the responses.
    """

    def __init__(self, pipe: BytePipe) -> None:
        self.pipe = pipe

    def write(self, data: bytes) -> None:
        """Ignore the request."""

    def readable(self) -> Future[None]:
        """Return a future that is done when a response can be read."""
        return self.pipe.readable()

    def time_limit(self, timeout: float | None) -> float | None:
        """Return how long a client with this timeout waits for bytes; both in seconds, `None` for no limit."""
        limits = [seconds for seconds in (self.pipe.max_wait, timeout) if seconds is not None]
        return min(limits, default=None)

    def read(self, size: int, timeout: float | None) -> bytes:
        """Return up to `size` bytes; no bytes at the end of the connection.

        Raises:
            TimeoutError: the timeout elapsed.
            OSError: the connection broke.
        """
        if not self.pipe.is_readable:
            self.readable().result(self.time_limit(timeout))
        return self.pipe.take(size)

    def close(self) -> None:
        """Close the connection."""
        self.pipe.close()


class Wire(AnsweredWire):
    """A connection to the mocks, as the client sees it, for one request after the other."""

    def __init__(self, mocked: MockedOrigin) -> None:
        super().__init__(BytePipe())
        self._mocked = mocked
        self._parser = RequestParser(self, mocked.bridge.limits)
        self._head: RequestHead | None = None
        self._body = bytearray()

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
        session, _ = self._mocked.resolve(request.method, self._mocked.origin + request.path)
        self._mocked.bridge.record_rejected(session, request)
        self.pipe.write(plain_response(error))
        self.pipe.end()

    def close(self) -> None:
        """Close the connection."""
        self._parser.stop()
        super().close()

    # --- called by the parser ---

    def on_head(self, head: RequestHead) -> None:
        """Take the head of a request, which is processed when it is complete."""
        self._head = head
        self._body = bytearray()

    def on_body(self, data: bytes) -> None:
        """Take a part of the body."""
        self._body += data

    def on_problem(self, problem: RequestProblem) -> None:
        """Process a request that exceeds a limit without the rest of it."""
        self._process(problem)

    def on_message_complete(self) -> None:
        """Process the request."""
        self._process(None)

    def _process(self, problem: RequestProblem | None) -> None:
        head = self._head
        assert head is not None  # the parser has read it
        method = head.method.decode("latin-1")
        response = AsgiResponse(self.pipe, method, keep_alive=head.keep_alive)
        problem = problem or head.problem
        self._mocked.start(method, head.target, head.version, head.headers, bytes(self._body), response, problem)

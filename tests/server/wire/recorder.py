"""Records the calls of the parser in a form that can be compared."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from crm_mocks.request_problem import RequestProblem
from crm_mocks.server.http1 import RequestParser
from crm_mocks.server.malformed_request import MalformedRequest
from crm_mocks.server.request_head import RequestHead
from crm_mocks.settings.host import HostSettings


class Recorder:
    """A fake protocol that records the calls of the parser."""

    def __init__(self, limits: HostSettings | None = None) -> None:
        self.parser = RequestParser(self, limits or HostSettings())
        self.found: list[Any] = []
        self._keep_alive = True
        self._body = b""

    def on_head(self, head: RequestHead) -> None:
        self._keep_alive, self._body = head.keep_alive, b""
        self.found.append((head.method, head.target, head.version, list(head.headers), head.problem))

    def on_body(self, body: bytes) -> None:
        assert body
        assert type(body) is bytes
        self._body += body

    def on_message_complete(self) -> None:
        self.found.append((self._body, self._keep_alive))

    def on_problem(self, problem: RequestProblem) -> None:
        self.found.append(problem)


def parsed(pieces: Iterable[bytes], limits: HostSettings | None = None) -> list[Any]:
    """Return the parsed heads and bodies, followed by a status such as `400` if something is rejected."""
    recorder = Recorder(limits)
    try:
        for piece in pieces:
            recorder.parser.feed_data(piece)
    except MalformedRequest as error:
        return [*recorder.found, error.status]
    return recorder.found

"""A strict parser of HTTP/1.1 requests, with the interface of httptools' that uvicorn's protocol uses.

httptools is quick and lenient: it refuses methods that it does not know, and takes two Host headers, odd versions and
line ends that other readers understand otherwise. This one takes what RFC 9112 says and nothing else. After a message
that it refused, nothing more of the connection is interpreted.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from crm_mocks.request_problem import RequestProblem
from crm_mocks.server.request_head import (
    FIELDS,
    FORBIDDEN,
    MalformedRequest,
    RequestHead,
    check_request_line,
    parse_beginning,
    parse_head,
)
from crm_mocks.settings.host import HostSettings

_BLANK_LINES: Final = re.compile(rb"(?:\r\n)++")
_TOKEN: Final = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]++"
_QUOTED: Final = rb'"(?:[\t\x20\x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t\x20-\x7e\x80-\xff])*+"'
_EXTENSION: Final = rb"[ \t]*+;[ \t]*+" + _TOKEN + rb"(?:[ \t]*+=[ \t]*+(?:" + _TOKEN + rb"|" + _QUOTED + rb"))?+"
_CHUNK: Final = re.compile(rb"([0-9A-Fa-f]{1,15})(?:" + _EXTENSION + rb")*+")
_LONGEST_CHUNK_LINE: Final = 1024
_END: Final = b"\r\n"

Data = bytes | bytearray
Step = Callable[[Data, int], int]
"""Takes what it can of some bytes from a position on; returns the position behind that, or -1 if it needs more."""


class RequestParser:
    """Parses the requests of one connection, however the bytes are cut up.

    Attributes:
        stage: changes with each head and each body that begins or ends; for whoever measures how long one takes.
        problem: a limit that the message breaks whose headers were complete last.
        in_body: the end of that message's body has not come yet.
    """

    __slots__ = (
        "_extensions",
        "_head",
        "_kept",
        "_left",
        "_limits",
        "_protocol",
        "_scanned",
        "_step",
        "in_body",
        "problem",
        "stage",
    )

    def __init__(self, protocol: Any, limits: HostSettings) -> None:
        """Begin a connection.

        Args:
            protocol: uvicorn's; its `on_…` methods are called with what is found.
            limits: what a head may be at most.
        """
        self._protocol = protocol
        self._limits = limits
        self._step: Step | None = self._read_head
        self._kept = bytearray()  # begins where the step is that needs more
        self._scanned = 0  # bytes of it that need not be looked at again
        self._left = 0
        self._extensions = 0
        self._head: Any = None
        self.stage = 0
        self.problem: RequestProblem | None = None
        self.in_body = False

    # --- httptools' interface ---

    def feed_data(self, data: bytes) -> None:
        """Take bytes from the connection.

        Raises:
            Malformed: they are no HTTP; `stop` is to be called then.
        """
        rest: Data = data
        if self._kept:
            self._kept += data
            rest = self._kept
        at, size = 0, len(rest)
        while at < size and self._step is not None:
            after = self._step(rest, at)
            if after < 0:
                break
            at = after
            self._scanned = 0
        if self._step is None or at == size:
            self._kept = bytearray()
        elif rest is self._kept:
            del self._kept[:at]
        else:
            self._kept = bytearray(rest[at:])

    def get_method(self) -> bytes:
        """Return the method as it was sent."""
        method: bytes = self._head.method
        return method

    def get_http_version(self) -> str:
        """Return `1.0` or `1.1`."""
        version: str = self._head.version
        return version

    def should_keep_alive(self) -> bool:
        """Tell whether the connection is to be kept after the answer."""
        keep: bool = self._head.keep_alive
        return keep

    def should_upgrade(self) -> bool:
        """Return `False`: the mocks speak nothing else, and Upgrade may be ignored."""
        return False

    # --- beyond it ---

    @property
    def in_head(self) -> bool:
        """Whether the beginning of a head has come, and not its end."""
        return bool(self._kept) and not self.in_body

    @property
    def is_over(self) -> bool:
        """Whether nothing more of the connection is interpreted."""
        return self._step is None

    def stop(self) -> None:
        """Interpret nothing more of the connection."""
        self._step = None
        self._kept = bytearray()
        self.in_body = False

    # --- steps ---

    def _read_head(self, data: Data, at: int) -> int:
        if data.startswith(_END, at):  # RFC 9112, 2.2: empty lines before a request
            blank = _BLANK_LINES.match(data, at)
            assert blank is not None  # it starts with one
            return blank.end()
        end = data.find(b"\r\n\r\n", at + max(0, self._scanned - 3))
        most = self._limits.header_bytes
        if (len(data) if end < 0 else end) - at > most:
            self._announce(parse_beginning(bytes(data[at : at + most])))
            return len(data)
        if end < 0:
            self._look_over(data, at)
            return -1
        self._announce(parse_head(bytes(data[at:end]), self._limits.header_count))
        return end + 4

    def _look_over(self, data: Data, at: int) -> None:
        """Refuse the beginning of a head that cannot become one, so that nobody waits for the rest."""
        if FORBIDDEN.search(data, at + max(0, self._scanned - 1)):
            raise MalformedRequest("there is a control character, or a line end that is not CR LF")
        line_end = data.find(_END, at)
        if line_end >= 0 and line_end - at >= self._scanned - 2:  # once, when it is complete
            check_request_line(bytes(data[at:line_end]))
        self._scanned = len(data) - at

    def _announce(self, head: RequestHead) -> None:
        """Tell the protocol of a message's head, and prepare for its body."""
        protocol = self._protocol
        self.stage += 1
        self._head = head
        if head.length > self._limits.body_bytes:
            head.problem, head.keep_alive = RequestProblem.BODY_TOO_LARGE, False
        self.problem = head.problem
        protocol.on_message_begin()
        protocol.on_url(head.target)
        protocol.headers.extend(head.headers)
        protocol.expect_100_continue = head.expects
        self.in_body = head.problem is None and (head.chunked or head.length > 0)
        protocol.on_headers_complete()
        if not self.in_body:
            self._complete()
        elif head.chunked:
            self._step = self._read_chunk_line
            self._extensions = 0
        else:
            self._step = self._read_body
            self._left = head.length

    def _complete(self) -> None:
        self.stage += 1
        self.in_body = False
        self._step = self._read_head if self._head.keep_alive else None
        self._protocol.on_message_complete()

    def _read_body(self, data: Data, at: int) -> int:
        piece = bytes(data[at : at + self._left])
        self._left -= len(piece)
        self._protocol.on_body(piece)
        if not self._left:
            self._complete()
        return at + len(piece)

    def _read_chunk_line(self, data: Data, at: int) -> int:
        end = data.find(_END, at, at + _LONGEST_CHUNK_LINE)
        if end < 0:
            if len(data) - at >= _LONGEST_CHUNK_LINE or FORBIDDEN.search(data, at):
                raise MalformedRequest("the line before a chunk is malformed, or too long")
            return -1
        match = _CHUNK.fullmatch(data, at, end)
        if match is None:
            raise MalformedRequest("the line before a chunk is malformed")
        self._extensions += end - match.end(1)
        if self._extensions > self._limits.header_bytes:
            raise MalformedRequest("the chunks have too many extensions")
        self._left = int(match[1], 16)
        self._step = self._read_chunk if self._left else self._read_trailers
        return end + 2

    def _read_chunk(self, data: Data, at: int) -> int:
        piece = bytes(data[at : at + self._left])
        self._left -= len(piece)
        self._protocol.on_body(piece)
        if not self._left:
            self._step = self._read_chunk_end
        return at + len(piece)

    def _read_chunk_end(self, data: Data, at: int) -> int:
        if data.startswith(_END, at):
            self._step = self._read_chunk_line
            return at + 2
        if data[at] == _END[0] and len(data) - at == 1:
            return -1
        raise MalformedRequest("a chunk is longer or shorter than it says")

    def _read_trailers(self, data: Data, at: int) -> int:
        """Read trailers, and drop them, as RFC 9110, 6.5.1 allows."""
        if data.startswith(_END, at):
            self._complete()
            return at + 2
        end = data.find(b"\r\n\r\n", at + max(0, self._scanned - 3))
        limits = self._limits
        size = (len(data) if end < 0 else end) - at
        if size > limits.header_bytes or (end >= 0 and data.count(_END, at, end) >= limits.header_count):
            self.stop()
            self._protocol.on_problem(RequestProblem.HEADERS_TOO_LARGE)
            return len(data)
        if end < 0:
            if FORBIDDEN.search(data, at + max(0, self._scanned - 1)):
                raise MalformedRequest("there is a control character in the trailers, or a line end that is not CR LF")
            self._scanned = size
            return -1
        if FIELDS.fullmatch(_END + bytes(data[at:end])) is None:
            raise MalformedRequest("the trailers are malformed")
        self._complete()
        return end + 4

"""A strict HTTP/1.1 request parser.

httptools is faster but lenient: it rejects unknown methods, yet accepts two Host headers, odd versions and line endings
that other parsers interpret differently. This parser accepts exactly what RFC 9112 allows. After a rejected message it
ignores the rest of the connection.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from crm_mocks.request_problem import RequestProblem
from crm_mocks.server.head_grammar import FIELDS, INVALID_BYTES
from crm_mocks.server.malformed_head import check_request_line, explain
from crm_mocks.server.malformed_request import FRAMING, MalformedRequest
from crm_mocks.server.request_head import RequestHead, parse_beginning, parse_head
from crm_mocks.settings.host import HostSettings

_BLANK_LINES: Final = re.compile(rb"(?:\r\n)++")
_TOKEN: Final = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]++"
_QUOTED: Final = rb'"(?:[\t\x20\x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t\x20-\x7e\x80-\xff])*+"'
_EXTENSION: Final = rb"[ \t]*+;[ \t]*+" + _TOKEN + rb"(?:[ \t]*+=[ \t]*+(?:" + _TOKEN + rb"|" + _QUOTED + rb"))?+"
_CHUNK: Final = re.compile(rb"([0-9A-Fa-f]{1,15})(?:" + _EXTENSION + rb")*+")
_MAX_CHUNK_LINE: Final = 1024
_CRLF: Final = b"\r\n"
_CR, _ = _CRLF

Data = bytes | bytearray
Step = Callable[[Data, int], int]
"""Parses bytes from a position; returns the position after the parsed part, or -1 if more bytes are needed."""


class RequestParser:
    """Parses the requests of one connection, however the bytes are split.

    Attributes:
        stage: increases whenever a head or body begins or ends, so that timeouts can be measured per part.
        in_body: whether the body of the latest message is incomplete.
    """

    __slots__ = (
        "_buffer",
        "_extensions",
        "_keep_alive",
        "_limits",
        "_protocol",
        "_remaining",
        "_scanned",
        "_step",
        "in_body",
        "stage",
    )

    def __init__(self, protocol: Any, limits: HostSettings) -> None:
        """Create a parser for a connection.

        Args:
            protocol: its `on_…` methods are called.
            limits: size limits.
        """
        self._protocol = protocol
        self._limits = limits
        self._step: Step | None = self._read_head
        self._buffer = bytearray()  # unparsed bytes
        self._scanned = 0  # how many of them were searched already
        self._remaining = 0
        self._extensions = 0
        self._keep_alive = True
        self.stage = 0
        self.in_body = False

    def feed_data(self, data: bytes) -> None:
        """Parse bytes from the connection.

        Raises:
            MalformedRequest: the bytes are not valid HTTP; call `stop` then.
        """
        if self._step is None:
            return
        rest: Data = data
        if self._buffer:
            self._buffer += data
            rest = self._buffer
        position, size = 0, len(rest)
        while position < size and self._step is not None:
            try:
                after = self._step(rest, position)
            except MalformedRequest as error:
                if not self.in_body:
                    error.raw = bytes(rest[position : position + self._limits.header_bytes])
                raise
            if after < 0:
                break
            position = after
            self._scanned = 0
        if self._step is None or position == size:
            if self._buffer:
                self._buffer = bytearray()
        elif rest is self._buffer:
            del self._buffer[:position]
        else:
            self._buffer = bytearray(rest[position:])

    def has_many_parts(self, data: bytes) -> bool:
        """Return whether bytes from the connection may be more than the rest of one body."""
        return self._step != self._read_body or len(data) > self._remaining

    def is_waiting(self) -> bool:
        """Return whether a head or body has begun but is incomplete."""
        return self.in_body or bool(self._buffer)

    @property
    def in_head(self) -> bool:
        """Whether a head has begun but is incomplete."""
        return bool(self._buffer) and not self.in_body

    @property
    def beginning(self) -> bytes:
        """The bytes of an incomplete head."""
        return b"" if self.in_body else bytes(self._buffer)

    def stop(self) -> None:
        """Ignore the rest of the connection."""
        self._step = None
        self._buffer = bytearray()
        self.in_body = False

    def release(self) -> None:
        """Ignore the rest of the connection, and forget its protocol, so that both are freed without a collection."""
        self.stop()
        self._protocol = None

    # --- steps ---

    def _read_head(self, data: Data, position: int) -> int:
        if data[position] == _CR and data.startswith(_CRLF, position):  # RFC 9112, 2.2: empty lines before a request
            blank = _BLANK_LINES.match(data, position)
            assert blank is not None  # data starts with an empty line
            return blank.end()
        scanned = self._scanned
        end = data.find(b"\r\n\r\n", position + scanned - 3 if scanned > 3 else position)
        max_bytes = self._limits.header_bytes
        if (len(data) if end < 0 else end) - position > max_bytes:
            self._begin_message(parse_beginning(bytes(data[position : position + max_bytes])))
            return len(data)
        if end < 0:
            self._check_incomplete_head(data, position)
            return -1
        self._begin_message(parse_head(bytes(data[position:end]), self._limits.header_count))
        return end + 4

    def _check_incomplete_head(self, data: Data, position: int) -> None:
        """Reject an incomplete head that is already invalid, instead of waiting for the rest."""
        if INVALID_BYTES.search(data, position + max(0, self._scanned - 1)):
            raise explain(bytes(data[position:]))
        line_end = data.find(_CRLF, position)
        if line_end >= 0 and line_end - position >= self._scanned - 2:  # checked once, when complete
            check_request_line(bytes(data[position:line_end]))
        self._scanned = len(data) - position

    def _begin_message(self, head: RequestHead) -> None:
        """Report the head of a message to the protocol, and prepare for its body."""
        self.stage += 1
        if head.length > self._limits.body_bytes:
            head.problem, head.keep_alive = RequestProblem.BODY_TOO_LARGE, False
        self._keep_alive = head.keep_alive
        self.in_body = head.problem is None and (head.chunked or head.length > 0)
        self._protocol.on_head(head)
        if not self.in_body:
            self._end_message()
        elif head.chunked:
            self._step = self._read_chunk_line
            self._extensions = 0
        else:
            self._step = self._read_body
            self._remaining = head.length

    def _end_message(self) -> None:
        self.stage += 1
        self.in_body = False
        self._step = self._read_head if self._keep_alive else None
        self._protocol.on_message_complete()

    def _read_body(self, data: Data, position: int) -> int:
        piece = data[position : position + self._remaining]
        if type(piece) is not bytes:
            piece = bytes(piece)
        size = len(piece)
        self._remaining -= size
        self._protocol.on_body(piece)
        if not self._remaining:
            self._end_message()
        return position + size

    def _read_chunk_line(self, data: Data, position: int) -> int:
        end = data.find(_CRLF, position, position + _MAX_CHUNK_LINE)
        if end < 0:
            if len(data) - position >= _MAX_CHUNK_LINE or INVALID_BYTES.search(data, position):
                raise MalformedRequest("a chunk size line is malformed or too long", location=FRAMING)
            return -1
        match = _CHUNK.fullmatch(data, position, end)
        if match is None:
            raise MalformedRequest("a chunk size line is malformed", location=FRAMING)
        self._extensions += end - match.end(1)
        if self._extensions > self._limits.header_bytes:
            raise MalformedRequest("the chunk extensions are too long", location=FRAMING)
        self._remaining = int(match[1], 16)
        self._step = self._read_chunk if self._remaining else self._read_trailers
        return end + 2

    def _read_chunk(self, data: Data, position: int) -> int:
        piece = bytes(data[position : position + self._remaining])
        self._remaining -= len(piece)
        self._protocol.on_body(piece)
        if not self._remaining:
            self._step = self._read_chunk_end
        return position + len(piece)

    def _read_chunk_end(self, data: Data, position: int) -> int:
        if data.startswith(_CRLF, position):
            self._step = self._read_chunk_line
            return position + 2
        if data[position] == _CRLF[0] and len(data) - position == 1:
            return -1
        raise MalformedRequest("a chunk does not have its announced size", location=FRAMING)

    def _read_trailers(self, data: Data, position: int) -> int:
        """Read and discard trailers, as RFC 9110, 6.5.1 allows."""
        if data.startswith(_CRLF, position):
            self._end_message()
            return position + 2
        end = data.find(b"\r\n\r\n", position + max(0, self._scanned - 3))
        limits = self._limits
        size = (len(data) if end < 0 else end) - position
        if size > limits.header_bytes or (end >= 0 and data.count(_CRLF, position, end) >= limits.header_count):
            self.stop()
            self._protocol.on_problem(RequestProblem.HEADERS_TOO_LARGE)
            return len(data)
        if end < 0:
            if INVALID_BYTES.search(data, position + max(0, self._scanned - 1)):
                raise MalformedRequest(
                    "the trailers have a control character, or a line ending that is not CR LF", location=FRAMING
                )
            self._scanned = size
            return -1
        if FIELDS.fullmatch(_CRLF + bytes(data[position:end])) is None:
            raise MalformedRequest("the trailers are malformed", location=FRAMING)
        self._end_message()
        return end + 4

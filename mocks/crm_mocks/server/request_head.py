"""The head of an HTTP/1.1 request: request line and headers, held to RFC 9110 and 9112 without leniency.

What two readers of the same bytes could understand in two ways is refused, since that is what requests are smuggled
with: doubtful framing, doubtful line ends, doubtful names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import httptools

from crm_mocks.request_problem import RequestProblem

Headers = list[tuple[bytes, bytes]]

_TOKEN: Final = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]++"
_VALUE: Final = rb"[\t\x20-\x7e\x80-\xff]*+"
_FIELDS: Final = rb"(?:\r\n" + _TOKEN + rb":" + _VALUE + rb")*+"
_LINE: Final = rb"(" + _TOKEN + rb") ([!-~]++) HTTP/1\.([01])"
_HEAD: Final = re.compile(_LINE + rb"(" + _FIELDS + rb")")
_REQUEST_LINE: Final = re.compile(_LINE)
_ANY_VERSION: Final = re.compile(rb".* HTTP/[0-9]++(?:\.[0-9]++)?+", re.DOTALL)
FIELDS: Final = re.compile(_FIELDS)
"""Headers or trailers, each with its line end before it."""

FORBIDDEN: Final = re.compile(rb"[^\t\r\n\x20-\x7e\x80-\xff]|\r(?!\n|\Z)|(?<!\r)\n")
"""What stands nowhere in lines: control characters, and CR and LF that are no line end together."""

_AUTHORITY: Final = rb"(?:\[[0-9A-Fa-f:.]++\]|[A-Za-z0-9\-._~!$&'()*+;=%]*+)(?::[0-9]*+)?+"
"""A host with a port, or nothing. A comma, which names may have, is more likely to stand between two of them."""

_HOST: Final = re.compile(_AUTHORITY)
_ABSOLUTE: Final = re.compile(rb"[Hh][Tt][Tt][Pp][Ss]?://(" + _AUTHORITY + rb")(/[^?#]*+)?+(\?[^#]*+)?+")
_DIGITS: Final = re.compile(rb"[0-9]++")
_LARGE: Final = 10**18
"""Stands for any larger Content-Length."""

_MEANT_FOR_US: Final = frozenset((b"host", b"content-length", b"transfer-encoding", b"connection", b"expect"))
_ONCE: Final = frozenset((b"host", b"content-length", b"transfer-encoding"))


class MalformedRequest(httptools.HttpParserError):
    """Bytes that are no HTTP request; uvicorn knows its base class.

    Attributes:
        status: what to answer, before the connection is closed.
        reason: what is wrong, in a sentence without a dot.
    """

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(slots=True)
class RequestHead:
    """A request line with its headers.

    Attributes:
        target: path and query, whatever form they came in.
        version: `1.0` or `1.1`.
        headers: names in lower case, values without blanks around them.
        length: bytes of the body; of one in chunks 0.
        chunked: the body comes in chunks.
        keep_alive: the connection is to be kept after the answer.
        expects: the client waits for a 100 before it sends the body.
        problem: a limit that it breaks; of its headers, only some are known then.
    """

    method: bytes
    target: bytes
    version: str
    headers: Headers
    length: int = 0
    chunked: bool = False
    keep_alive: bool = True
    expects: bool = False
    problem: RequestProblem | None = None


def parse_head(raw: bytes, most_headers: int) -> RequestHead:
    """Parse a head.

    Args:
        raw: from the request line to the last header, without the line ends behind that.
        most_headers: more are a problem.

    Raises:
        Malformed: it is none.
    """
    match = _HEAD.fullmatch(raw)
    if match is None:
        raise MalformedRequest(_what_is_wrong(raw))
    method, target, minor, fields = match.groups()
    headers, known = _read_fields(fields)
    head = RequestHead(method, target, "1.1" if minor == b"1" else "1.0", headers)
    if not target.startswith(b"/") or b"#" in target:
        _normalise(head, known)
    host = known.get(b"host")
    if host is None:
        if minor == b"1":
            raise MalformedRequest("there is no header host")
    elif _HOST.fullmatch(host) is None:
        raise MalformedRequest("the header host is malformed")
    _frame(head, known)
    _connect(head, known)
    if len(headers) > most_headers:
        _cut(head, headers[:most_headers])
    return head


def _read_fields(fields: bytes) -> tuple[Headers, dict[bytes, bytes]]:
    """Return all headers, and by name those that say how the message is to be read.

    Raises:
        Malformed: there are two of one that may only come once.
    """
    headers: Headers = []
    known: dict[bytes, bytes] = {}
    for line in fields.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        name = name.lower()
        value = value.strip(b" \t")
        headers.append((name, value))
        if name in _MEANT_FOR_US:
            if name not in known:
                known[name] = value
            elif name in _ONCE:
                raise MalformedRequest(f"there are two headers {name.decode()}")
            else:
                known[name] += b"," + value
    return headers, known


def parse_beginning(raw: bytes) -> RequestHead:
    """Parse the beginning of a head that is too large: its request line, and those headers that are complete.

    Raises:
        Malformed: the request line is none, or too long itself.
    """
    line, *fields = raw.split(b"\r\n")
    if not fields:
        raise MalformedRequest("the request line is too long", 414)
    check_request_line(line)
    match = _REQUEST_LINE.fullmatch(line)
    assert match is not None  # just checked
    method, target, minor = match.groups()
    head = RequestHead(method, target, f"1.{minor.decode()}", list(_sound(fields[:-1])))
    if not target.startswith(b"/") or b"#" in target:
        _normalise(head, dict(head.headers))
    _cut(head, head.headers)
    return head


def check_request_line(line: bytes) -> None:
    """Refuse a request line that is none.

    Raises:
        Malformed: it is none, or of another version of HTTP.
    """
    if _REQUEST_LINE.fullmatch(line) is None:
        raise MalformedRequest(_what_is_wrong(line))


def _sound(lines: list[bytes]) -> Iterator[tuple[bytes, bytes]]:
    for line in lines:
        if FIELDS.fullmatch(b"\r\n" + line):
            name, _, value = line.partition(b":")
            yield name.lower(), value.strip(b" \t")


def _cut(head: RequestHead, headers: Headers) -> None:
    """Let a head be the last on its connection, and its request one without a body."""
    head.headers = headers
    head.length, head.chunked, head.expects, head.keep_alive = 0, False, False, False
    head.problem = RequestProblem.HEADERS_TOO_LARGE


def _connect(head: RequestHead, known: dict[bytes, bytes]) -> None:
    """Find out what becomes of the connection after the head, and after the answer."""
    if head.version != "1.1":
        head.keep_alive = False
        return
    if b"connection" in known:
        head.keep_alive = b"close" not in _tokens(known[b"connection"])
    if b"expect" in known:
        head.expects = b"100-continue" in _tokens(known[b"expect"])


@lru_cache(maxsize=64)
def _tokens(value: bytes) -> frozenset[bytes]:
    return frozenset(token.strip(b" \t") for token in value.lower().split(b","))


def _normalise(head: RequestHead, known: dict[bytes, bytes]) -> None:
    """Bring the other forms of a target into that of a path (RFC 9112, 3.2).

    Raises:
        Malformed: it is none of them.
    """
    absolute = _ABSOLUTE.fullmatch(head.target)
    if absolute is not None:
        authority, path, query = absolute.groups()
        if known.get(b"host") is not None:  # the target's goes before it
            head.headers[:] = [(name, authority if name == b"host" else value) for name, value in head.headers]
        head.target = (path or b"/") + (query or b"")
    elif head.method == b"CONNECT" and _HOST.fullmatch(head.target):
        head.target = b"/" + head.target  # a path of nobody
    elif not (head.method == b"OPTIONS" and head.target == b"*"):
        raise MalformedRequest("the request's target is neither a path nor a URL")


def _frame(head: RequestHead, known: dict[bytes, bytes]) -> None:
    """Find out where the body ends.

    Raises:
        Malformed: that cannot be told without doubt.
    """
    length, coding = known.get(b"content-length"), known.get(b"transfer-encoding")
    if coding is not None:
        if length is not None:
            raise MalformedRequest("there are both content-length and transfer-encoding")
        if head.version != "1.1" or coding.lower() != b"chunked":
            raise MalformedRequest("the only transfer-encoding is chunked, in HTTP/1.1")
        head.chunked = True
    elif length is not None:
        if _DIGITS.fullmatch(length) is None:
            raise MalformedRequest("the header content-length is not a number")
        head.length = int(length) if len(length) <= 18 else _LARGE if length.strip(b"0") else 0


def _what_is_wrong(raw: bytes) -> str:
    """Say why something is no head; there may be more reasons, then it is one of them."""
    if FORBIDDEN.search(raw):
        return "there is a control character, or a line end that is not CR LF"
    line, *fields = raw.split(b"\r\n")
    if _REQUEST_LINE.fullmatch(line) is None:
        if _ANY_VERSION.fullmatch(line):
            return "the request line is malformed, or of another version of HTTP than 1.0 and 1.1"
        return "the request line is malformed, or of HTTP/0.9"
    wrong = next(field for field in fields if FIELDS.fullmatch(b"\r\n" + field) is None)
    if wrong.startswith((b" ", b"\t")):
        return "a header goes on in the next line"
    name, colon, _ = wrong.partition(b":")
    if not colon:
        return "there is a header without a colon"
    return "there is a header without a name" if not name else "the name of a header is malformed"

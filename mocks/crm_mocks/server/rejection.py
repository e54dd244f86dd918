"""Describing rejected bytes and failed TLS handshakes for the journal."""

from __future__ import annotations

import re
import ssl
from http import HTTPStatus
from typing import Final

from crm_mocks.asgi.rejected_request import RejectedRequest
from crm_mocks.server.malformed_request import TLS, MalformedRequest

_LINE: Final = re.compile(rb"([!-~]{1,40}+) (/[^?#]*+)(?:\?(.*))?", re.DOTALL)
_VERSION: Final = re.compile(rb" HTTP/[0-9.]*\Z")
_FIELD: Final = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]++)[ \t]*+:(.*)", re.DOTALL)

_PLAIN_HTTP: Final = frozenset({"HTTP_REQUEST", "HTTPS_PROXY_REQUEST", "WRONG_VERSION_NUMBER"})
_TRUST: Final = re.compile(r"ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_\w+|UNSUPPORTED_CERTIFICATE|CLOSE_NOTIFY)$")


def rejected(port: int, error: MalformedRequest, raw: bytes) -> RejectedRequest:
    """Describe a malformed or incomplete request, with as much of it as can be read.

    Args:
        port: port of the server.
        error: what is wrong.
        raw: first bytes of the request.
    """
    head = raw.partition(b"\r\n\r\n")[0]
    line, *fields = head.split(b"\r\n")
    method, path, query = _request_line(line)
    return RejectedRequest(
        port,
        error.location,
        error.message,
        error.status,
        error.is_incomplete,
        method,
        path,
        query,
        tuple((name.lower(), value.strip()) for name, value in _fields(fields)),
    )


def _request_line(line: bytes) -> tuple[str, str, str]:
    found = _LINE.fullmatch(_VERSION.sub(b"", line))
    if found is None:
        return "", "", ""
    method, path, query = (part or b"" for part in found.groups())
    target = path.rstrip(b" ")
    try:
        text = target.decode()
    except UnicodeDecodeError:
        text = target.decode("latin-1")
    return method.decode(), text, query.decode("latin-1")


def _fields(lines: list[bytes]) -> list[tuple[bytes, bytes]]:
    found = map(_FIELD.fullmatch, lines)
    return [(field[1], field[2]) for field in found if field is not None]


def failed_handshake(port: int, error: ssl.SSLError) -> RejectedRequest:
    """Describe a failed TLS handshake.

    Args:
        port: port of the server.
        error: the server's error.
    """
    reason = error.reason or "unknown reason"
    if reason in _PLAIN_HTTP:
        message = "the client sent plain HTTP to a port that serves TLS: use a URL with https://"
    elif _TRUST.search(reason):
        message = (
            f"the client ended the TLS handshake ({_words(reason)}): have it trust the certificate authority of the "
            "mocks, CRM_MOCKS_CA_FILE or ca_file of the ready file"
        )
    else:
        message = f"the TLS handshake failed: {_words(reason)}"
    return RejectedRequest(port, TLS, message)


def _words(reason: str) -> str:
    return reason.lower().replace("_", " ")


def plain_response(error: MalformedRequest) -> bytes:
    """Return the bytes of a response to a malformed request."""
    text = f"{error.message}\n".encode()
    head = (
        f"HTTP/1.1 {error.status} {HTTPStatus(error.status).phrase}\r\n"
        f"content-type: text/plain; charset=utf-8\r\ncontent-length: {len(text)}\r\nconnection: close\r\n\r\n"
    )
    return head.encode("ascii") + text

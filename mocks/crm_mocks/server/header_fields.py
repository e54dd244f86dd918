"""The headers of a request: lines that clients repeat are parsed once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from crm_mocks.asgi.request_headers import HeaderList
from crm_mocks.server.head_grammar import FIELD
from crm_mocks.server.malformed_request import FRAMING, HOST, MalformedRequest

_MAX_CACHED: Final = 2_000
"""Bytes of headers of which each is cached."""

_SINGLETONS: Final = frozenset(("host", "content-length", "transfer-encoding"))


class MalformedField(Exception):
    """A line is no header."""


def read_fields(fields: bytes) -> tuple[HeaderList, dict[str, str]]:
    """Return all headers, and their values by name.

    Args:
        fields: lines, separated by line endings.

    Raises:
        MalformedField: a line is no header.
        MalformedRequest: a header that may occur once is repeated.
    """
    read = _read_field if len(fields) <= _MAX_CACHED else _read_field.__wrapped__
    headers = list(map(read, fields.decode("latin-1").split("\r\n")))
    known = {name: value for name, value in headers}  # noqa: C416  # in half the time of dict(headers)
    if len(known) < len(headers):  # some are repeated
        known.clear()
        for name, value in headers:
            if name not in known:
                known[name] = value
            elif name in _SINGLETONS:
                raise _repeated(name)
            else:
                known[name] += f", {value}"
    return headers, known


def well_formed(lines: Iterable[bytes]) -> Iterator[tuple[str, str]]:
    """Yield the names and values of those lines that are headers."""
    for line in lines:
        try:
            yield _read_field.__wrapped__(line.decode("latin-1"))
        except MalformedField:
            continue


@lru_cache(maxsize=1024)
def _read_field(line: str) -> tuple[str, str]:
    if FIELD.fullmatch(line) is None:
        raise MalformedField
    name, _, value = line.partition(":")
    return name.lower(), value.strip(" \t")


@lru_cache(maxsize=64)
def tokens(value: str) -> frozenset[str]:
    """Return the lower-case elements of a header that is a list."""
    return frozenset(token.strip(" \t") for token in value.lower().split(","))


def _repeated(name: str) -> MalformedRequest:
    location = HOST if name == "host" else FRAMING
    return MalformedRequest(f"the {name} header is repeated", location=location, remedy="send it once")

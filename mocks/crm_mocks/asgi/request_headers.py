"""The headers of a request: as bytes, which ASGI has, and as strings, which the mocks read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

RawHeaders = Iterable[tuple[bytes, bytes]]
HeaderList = list[tuple[str, str]]


class RequestHeaders(msgspec.Struct, eq=False):
    """Headers for an ASGI scope that are strings already; they are encoded where somebody iterates over them.

    Attributes:
        decoded: lower-case names, and values of Latin-1 characters.
        by_name: the same by name; values of repeated headers are joined with commas.
    """

    decoded: HeaderList
    by_name: dict[str, str]

    @classmethod
    def of(cls, decoded: HeaderList) -> RequestHeaders:
        """Return headers whose values by name are not known yet."""
        return cls(decoded, by_lower_case_name(decoded))

    def __iter__(self) -> Iterator[tuple[bytes, bytes]]:
        return iter([(name.encode("latin-1"), value.encode("latin-1")) for name, value in self.decoded])


def strings_of(headers: RequestHeaders | RawHeaders) -> RequestHeaders:
    """Return the headers of an ASGI scope with their strings."""
    return headers if type(headers) is RequestHeaders else RequestHeaders.of(decoded_headers(headers))


def decoded_headers(headers: RawHeaders) -> HeaderList:
    """Return headers as strings."""
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]


def header_values(headers: RawHeaders, wanted: bytes) -> list[str]:
    """Return the values of the headers with a name.

    Args:
        headers: headers of an ASGI scope; names with capital letters count too.
        wanted: the name in lower case.
    """
    return [value.decode("latin-1") for name, value in headers if name.lower() == wanted]


def headers_by_name(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return headers by lower-case name; values of repeated headers are joined with commas."""
    return by_lower_case_name([(name.lower(), value) for name, value in headers])


def by_lower_case_name(headers: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return headers by name, which is in lower case, as ASGI has it; values of repeated headers are joined."""
    by_name = {name: value for name, value in headers}  # noqa: C416  # in half the time of dict(headers)
    if len(by_name) < len(headers):  # some are repeated
        by_name.clear()
        for name, value in headers:
            by_name[name] = f"{by_name[name]}, {value}" if name in by_name else value
    return by_name

"""The headers of a request: as bytes, which ASGI has, and as strings, which the mocks read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from crm_mocks.request_context import by_lower_case_name, decoded_headers

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


def strings_of(headers: RequestHeaders | Iterable[tuple[bytes, bytes]]) -> RequestHeaders:
    """Return the headers of an ASGI scope with their strings."""
    return headers if type(headers) is RequestHeaders else RequestHeaders.of(decoded_headers(headers))

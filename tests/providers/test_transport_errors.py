"""Messages for requests that got no response."""

from __future__ import annotations

import httpx
import pytest

from crm_contracts.providers.transport_errors import failure_message


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("illegal header line: bytearray(b'X y: mine')", "illegal header line: 9 bytes"),
        (r"illegal chunk header: bytearray(b'z\r\n')", "illegal chunk header: 3 bytes"),
        ('illegal status line: bytearray(b"it\'s mine")', "illegal status line: 9 bytes"),
        ("a status line of their own: b'\\xzz \u00e4'", "a status line of their own: 5 bytes"),
        ("Server disconnected without sending a response.", "Server disconnected without sending a response."),
    ],
)
def test_bytes_of_a_response_are_not_quoted(text: str, shown: str) -> None:
    assert failure_message(httpx.RemoteProtocolError(text), 1) == f"invalid HTTP response: {shown}"

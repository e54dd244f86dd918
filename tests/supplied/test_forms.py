from __future__ import annotations

import pytest

from crm_mocks.parsing.media_types import ContentType, Unreadable, decode, multipart_pairs

HEADER = 'multipart/form-data; boundary="b"'


def test_parts_of_a_multipart_form_are_read_by_name() -> None:
    raw = (
        b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\nAda\r\n'
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n'
        b"Content-Type: image/png\r\n\r\n\x89P\r\n"
        b"--b--\r\n"
    )
    assert multipart_pairs(raw, HEADER) == [("name", "Ada"), ("file", "\x89P")]


@pytest.mark.parametrize("raw", [b"", b"name=Ada", b"--b\r\n\r\nAda\r\n--b--"])
def test_what_is_no_multipart_form_is_unreadable(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        multipart_pairs(raw, HEADER)


def test_bytes_of_a_binary_media_type_are_characters() -> None:
    assert decode(b"\x89\xff", ContentType("image/png")) == "\x89\xff"

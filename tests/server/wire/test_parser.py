"""The parser: results do not depend on how bytes are split, and no input causes unexpected errors."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_mocks.request_problem import RequestProblem
from crm_mocks.settings.host import HostSettings
from tests.server.wire.cases import ANSWERED, CHUNKS, IN_CHUNKS, LINE, MALFORMED_CHUNKS, MALFORMED_HEADS, PLAIN, REFUSED
from tests.server.wire.recorder import parsed

ALL = [case.sent for case in (*REFUSED, *ANSWERED)]
SHORT = 700
SMALL = HostSettings(header_bytes=1024, header_count=5)
quick = settings(max_examples=300, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))


def cuts(sent: bytes) -> Iterator[list[bytes]]:
    """Yield ways to split bytes: into single bytes, and in two at each position."""
    yield [bytes([byte]) for byte in sent]
    step = 1 if len(sent) <= 200 else 7
    for at in range(1, len(sent), step):
        yield [sent[:at], sent[at:]]


def test_parsing_does_not_depend_on_how_bytes_are_split(figures: Callable[[str], None]) -> None:
    tried = 0
    for sent in (each for each in ALL if len(each) <= SHORT):
        whole = parsed([sent])
        for pieces in cuts(sent):
            assert parsed(pieces) == whole, pieces
            tried += 1
    figures(f"promises 1 and 4: {tried} ways of cutting up messages")


def test_each_malformed_head_is_rejected_before_any_callback() -> None:
    assert [case.name for case in MALFORMED_HEADS if parsed([case.sent]) != [400]] == []


def test_each_malformed_chunk_is_rejected_before_its_message_is_complete() -> None:
    found = {case.name: parsed([case.sent]) for case in MALFORMED_CHUNKS}
    assert {name: each for name, each in found.items() if len(each) != 2 or each[-1] != 400} == {}


def test_an_incomplete_invalid_head_is_rejected_immediately() -> None:
    hopeless = [
        b"\n",
        b"\0",
        b"GET / HTTP/1.1\n",
        b"GET /\r\n",
        b"GET / HTTP/9.9\r\n",
        LINE + b"Host: a\rb",
        b"\x16\x03\x01",
    ]
    assert [each for each in hopeless if parsed([each]) != [400]] == []


@pytest.mark.parametrize(
    ("size", "expected"),
    [(900, None), (1100, RequestProblem.HEADERS_TOO_LARGE), (100_000, RequestProblem.HEADERS_TOO_LARGE)],
)
@pytest.mark.parametrize("piece", [1, 100, 1_000_000])
def test_the_header_limit_does_not_depend_on_how_bytes_are_split(size: int, expected: object, piece: int) -> None:
    sent = LINE + b"Host: a\r\nX-Mock-Session: mine\r\n" + b"X: %s\r\n\r\n" % (b"y" * size)
    found = parsed((sent[at : at + piece] for at in range(0, len(sent), piece)), SMALL)
    assert found[0][:2] == (b"POST", b"/toy/contacts")
    assert found[0][4] is expected
    assert (b"x-mock-session", b"mine") in found[0][3]
    assert found[1:] == [(b"", expected is None)]


@pytest.mark.parametrize("piece", [1, 100, 1_000_000])
def test_a_request_line_over_the_limit_is_rejected(piece: int) -> None:
    sent = b"GET /%s HTTP/1.1\r\nHost: a\r\n\r\n" % (b"a" * 1100)
    assert parsed((sent[at : at + piece] for at in range(0, len(sent), piece)), SMALL) == [414]


def test_the_number_of_headers_is_limited() -> None:
    few, many = (LINE + b"Host: a\r\n" + b"X: y\r\n" * count + b"\r\n" for count in (4, 5))
    assert parsed([few], SMALL)[0][4] is None
    assert parsed([many], SMALL)[0][4] is RequestProblem.HEADERS_TOO_LARGE


def test_trailers_are_limited_like_headers() -> None:
    start = IN_CHUNKS + CHUNKS[:-2]
    assert parsed([start + b"X: y\r\n" * 5 + b"\r\n"], SMALL)[-1] == (b'{"email": "ada@example.com"}', True)
    for trailers in (b"X: y\r\n" * 6 + b"\r\n", b"X: %s\r\n\r\n" % (b"y" * 2000), b"X: %s" % (b"y" * 2000)):
        assert parsed([start + trailers], SMALL)[-1] is RequestProblem.HEADERS_TOO_LARGE


def test_a_body_over_the_limit_is_detected_from_its_length() -> None:
    found = parsed([LINE + b"Host: a\r\nContent-Length: 11\r\n\r\n" + PLAIN], HostSettings(body_bytes=10))
    assert found[0][4] is RequestProblem.BODY_TOO_LARGE
    assert found[1:] == [(b"", False)]


@pytest.mark.parametrize(
    "sent",
    [
        b"A" * 32_000,
        b"A" * 32_000 + b" / HTTP/1.1\r\n\r\n",
        LINE + b"Host: a\r\n" + b"X:" + b" " * 32_000 + b"\x00\r\n\r\n",
        LINE + b"Host: a\r\n" + b"X: y\r\n" * 5_000 + b"\x00\r\n\r\n",
        LINE + b"Host: a\r\n" + b"X" * 32_000 + b"\x00\r\n\r\n",
        LINE + b"Host: " + b"a" * 32_000 + b"\x00\r\n\r\n",
        LINE + b"Host: " + b"a:" * 16_000 + b"\r\n\r\n",
        LINE + b"Host: a\r\nConnection: " + b"," * 32_000 + b"\r\n\r\n",
        b"GET http://" + b"a:" * 16_000 + b"# HTTP/1.1\r\nHost: a\r\n\r\n",
        b"\r\n" * 500_000,
        IN_CHUNKS + b"1;" + b" " * 1000 + b"\r\n",
        IN_CHUNKS + (b"1;" + b'a="\\\\"' * 100 + b"\r\nx\r\n") * 50,
        IN_CHUNKS + CHUNKS[:-2] + b"X" * 32_000 + b"\r\n\r\n",
        IN_CHUNKS + b"1\r\nx\r\n" * 20_000,
    ],
    ids=lambda sent: f"{sent[-30:]!r}",
)
def test_no_input_takes_long(sent: bytes) -> None:
    began = time.thread_time()
    parsed([sent])
    parsed(sent[at : at + 16] for at in range(0, len(sent), 16))
    assert time.thread_time() - began < 1


@quick
@given(st.binary(max_size=200))
def test_any_input_is_parsed_or_rejected(sent: bytes) -> None:
    parsed([sent])


@quick
@given(st.data())
def test_parsing_a_mutated_message_does_not_depend_on_how_it_is_split(data: st.DataObject) -> None:
    sent = bytearray(data.draw(st.sampled_from([PLAIN, IN_CHUNKS + CHUNKS, PLAIN + PLAIN])))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(sent)))
        sent[at : at + data.draw(st.integers(0, 2))] = data.draw(
            st.sampled_from([b"", b"\r", b"\n", b"\r\n", b" ", b":", b"\0", b"0", b"X"]) | st.binary(max_size=3)
        )
    places = sorted(data.draw(st.lists(st.integers(0, len(sent)), max_size=5)))
    pieces = [bytes(sent[start:end]) for start, end in zip([0, *places], [*places, len(sent)], strict=True)]
    assert parsed(pieces) == parsed([bytes(sent)])


@quick
@given(
    st.lists(st.binary(min_size=1, max_size=50), max_size=8),
    st.lists(st.tuples(st.from_regex(r"\A[a-z-]{1,10}\Z"), st.from_regex(r"\A[!-~]{0,10}\Z")), max_size=4),
)
def test_any_chunks_and_trailers_yield_the_body(chunks: list[bytes], trailers: list[tuple[str, str]]) -> None:
    sent = IN_CHUNKS + b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n"
    sent += "".join(f"{name}: {value}\r\n" for name, value in trailers).encode() + b"\r\n"
    assert parsed([sent, PLAIN])[1] == (b"".join(chunks), True)

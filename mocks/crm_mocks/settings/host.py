"""Settings of the host itself: the limits that keep one client from spoiling it for all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from crm_mocks.settings import Section, number, setting, switch, whole_number

HOST: Final = "host"
"""The section in which they stand, beside those of the vendors."""

_GIB: Final = 1024**3


@dataclass(frozen=True)
class HostSettings(Section):
    """What a user may change about the host; everything holds for the whole process."""

    body_bytes: int = setting(
        8 * 1024**2, "Most bytes of a request's body; more is answered with 413.", whole_number(0, _GIB), process=True
    )
    header_bytes: int = setting(
        32 * 1024,
        "Most bytes of request line and headers together; more is answered with 431.",
        whole_number(1024, 65_535),  # httptools takes a URL apart with numbers of two bytes
        process=True,
    )
    header_count: int = setting(
        100, "Most headers of a request; more are answered with 431.", whole_number(1, 10_000), process=True
    )
    values: int = setting(
        20_000,  # a body whose every value breaks a rule holds up the others for a few tenths of a second
        "Most values in a JSON body, told by its commas and opening brackets; one with more counts as unreadable.",
        whole_number(1, _GIB),
        process=True,
    )
    nesting: int = setting(
        200,
        "How deep the arrays and objects of a JSON body may be nested; deeper ones count as unreadable.",
        whole_number(1, 240),  # orjson writes up to 254 levels, and what came in goes out again inside of records
        process=True,
    )
    head_seconds: float = setting(
        10,
        "Seconds in which request line and headers must have come; then 408, and the connection is closed.",
        number(0.1, 86_400),
        process=True,
    )
    body_seconds: float = setting(
        30,
        "Seconds in which the body must have come; then 408, and the connection is closed.",
        number(0.1, 86_400),
        process=True,
    )
    idle_seconds: float = setting(
        75,  # longer than test suites pause between two requests of one pooled connection
        "Seconds after which a connection on which nothing happens is closed.",
        number(0.1, 86_400),
        process=True,
    )
    connections: int = setting(
        1000, "Most connections at a time; further ones are closed at once.", whole_number(1, 60_000), process=True
    )
    journal_bytes: int = setting(
        8 * 1024**2,
        "Most bytes of memory for the exchanges in the journals of all sessions together.",
        whole_number(1024**2, 64 * _GIB),
        process=True,
    )
    spill_bytes: int = setting(
        _GIB,
        "Most bytes on disk for the exchanges that are too many for memory; 0: none are kept there.",
        whole_number(0, 1024 * _GIB),
        process=True,
    )
    records: int = setting(
        100_000, "Most records of one kind that clients may add to a session.", whole_number(1, 10**9), process=True
    )
    sessions: int = setting(10_000, "Most sessions.", whole_number(1, 10**6), process=True)
    redact: bool = setting(
        default=True, help="Hide credentials in the log, the journal and reports.", parse=switch, process=True
    )

"""Settings of the host: limits that protect the mocks from a single client."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from crm_mocks.settings import Section, names, number, setting, switch, whole_number

HOST: Final = "host"
"""Name of the section, next to those of the vendors."""

_GIB: Final = 1024**3


@dataclass(frozen=True)
class HostSettings(Section):
    """Settings of the host; all of them apply to the whole process."""

    body_bytes: int = setting(
        8 * 1024**2,
        "Maximum size of a request body in bytes; larger ones get a 413.",
        whole_number(0, _GIB),
        process=True,
    )
    bodies_bytes: int = setting(
        64 * 1024**2,
        "Memory in bytes for request bodies of more than 64 kB that are received or processed; more are read later.",
        whole_number(0, 64 * _GIB),
        process=True,
    )
    header_bytes: int = setting(
        32 * 1024,
        "Maximum size of request line and headers in bytes; larger ones get a 431.",
        whole_number(1024, 65_535),  # httptools parses URLs with 16-bit offsets
        process=True,
    )
    header_count: int = setting(
        100, "Maximum number of headers of a request; more get a 431.", whole_number(1, 10_000), process=True
    )
    values: int = setting(
        20_000,  # a body in which every value breaks a rule blocks other requests for a few tenths of a second
        "Maximum number of values in a JSON body, estimated from commas and opening brackets; more make it unreadable.",
        whole_number(1, _GIB),
        process=True,
    )
    nesting: int = setting(
        200,
        "Maximum nesting of arrays and objects in a JSON body; deeper nesting makes it unreadable.",
        whole_number(1, 240),  # orjson serializes up to 254 levels, and bodies are nested in records
        process=True,
    )
    head_seconds: float = setting(
        10,
        "Seconds to receive request line and headers; after that a 408, and the connection is closed.",
        number(0.1, 86_400),
        process=True,
    )
    body_seconds: float = setting(
        30,
        "Seconds to receive the body; after that a 408, and the connection is closed.",
        number(0.1, 86_400),
        process=True,
    )
    idle_seconds: float = setting(
        75,  # longer than pauses of test suites between requests on a pooled connection
        "Seconds after which an idle connection is closed.",
        number(0.1, 86_400),
        process=True,
    )
    connections: int = setting(
        1000,
        "Maximum number of concurrent connections; more are closed immediately.",
        whole_number(1, 60_000),
        process=True,
    )
    journal_bytes: int = setting(
        4 * 1024**2,
        "Memory in bytes for the journals of all sessions together.",
        whole_number(1024**2, 64 * _GIB),
        process=True,
    )
    spill_bytes: int = setting(
        _GIB,
        "Disk space in bytes for journal entries that exceed the memory; 0 discards them instead.",
        whole_number(0, 1024 * _GIB),
        process=True,
    )
    records: int = setting(
        100_000,
        "Maximum number of records of one kind that clients may add to a session.",
        whole_number(1, 10**9),
        process=True,
    )
    sessions: int = setting(10_000, "Maximum number of open sessions.", whole_number(1, 10**6), process=True)
    redact: bool = setting(
        default=True,
        help="Hide credentials, and what the contract does not document, in the log, the journal and reports.",
        parse=switch,
        process=True,
    )
    show: tuple[str, ...] = setting(
        (),
        "Names of headers, parameters and members that redaction shows, such as x-trace,nickname.",
        names,
        process=True,
    )
    hide: tuple[str, ...] = setting(
        (), "Names of headers, parameters and members that redaction hides, documented or not.", names, process=True
    )

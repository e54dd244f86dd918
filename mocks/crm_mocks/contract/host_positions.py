"""Positions of the host: what standards leave open, and what it does for every vendor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from crm_mocks.basis import Position

_DESCRIBED: Final[Mapping[str, Mapping[str, str]]] = {
    "host-charset": {
        "source": "RFC 8259, section 8.1; RFC 9110, section 8.3.2",
        "silent": "JSON is UTF-8 and has no charset parameter; what one means all the same is not said.",
        "choice": "A charset that Python knows as an encoding of text is heeded, any other makes the body unreadable.",
        "setting": "none",
    },
    "host-content-encoding": {
        "source": "RFC 9110, section 8.4",
        "silent": "A client may compress a body; whether a CRM reads that is rarely documented.",
        "choice": "A body with a Content-Encoding other than identity is unreadable.",
        "setting": "none",
    },
    "host-duplicate-members": {
        "source": "RFC 8259, section 4",
        "silent": "Names in an object should be unique; what a receiver does with two of the same name is left to it.",
        "choice": "The last one counts, and the others are not looked at, as most parsers have it.",
        "setting": "none",
    },
    "host-half-close": {
        "source": "RFC 9112, section 9.6; RFC 9293, section 3.6",
        "silent": "Whether a client that ends its side of the connection still wants the answer.",
        "choice": "It gets the answer, but nothing waits for it any longer: a delay ends, and so do the faults that "
        "take time, since a client that has gone looks the same. Over TLS the connection ends.",
        "setting": "none",
    },
    "host-limits": {
        "source": "RFC 8259, section 9; RFC 9110, sections 2.3 and 15.5.14; RFC 6585, section 5",
        "silent": "Receivers may limit sizes and depths; which limits a CRM has is rarely documented.",
        "choice": "A body that is too large is refused with 413, headers with 431 and a body that takes too long with "
        "408, in the vendor's shape. JSON of too many values or levels counts as unreadable.",
        "setting": "host.body_bytes, host.body_seconds, host.header_bytes, host.header_count, host.values, "
        "host.nesting",
    },
}
"""In the form of a contract's `x-positions`."""

HOST_POSITIONS: Final[Mapping[str, Position]] = {
    name: Position.read(name, described) for name, described in _DESCRIBED.items()
}
"""By id."""

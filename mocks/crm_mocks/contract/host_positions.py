"""Positions of the host, for every vendor: its choices where standards leave behaviour open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from crm_mocks.basis import Position

_ENTRIES: Final[Mapping[str, Mapping[str, str]]] = {
    "host-charset": {
        "source": "RFC 8259, section 8.1; RFC 9110, section 8.3.2",
        "silent": "JSON is UTF-8 and has no charset parameter; the effect of sending one is not defined.",
        "choice": "A charset that Python supports as a text encoding is applied; any other makes the body unreadable.",
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
        "silent": "Names in an object should be unique; the behaviour of receivers is not defined if they are not.",
        "choice": "The last one counts and the others are ignored, as in most parsers.",
        "setting": "none",
    },
    "host-half-close": {
        "source": "RFC 9112, section 9.6; RFC 9293, section 3.6",
        "silent": "Whether a client that closes its side of the connection still expects the response.",
        "choice": "It gets the response, but delays and timed faults end early, since a client that has disconnected "
        "looks the same. Over TLS the connection ends.",
        "setting": "none",
    },
    "host-limits": {
        "source": "RFC 8259, section 9; RFC 9110, sections 2.3 and 15.5.14; RFC 6585, section 5",
        "silent": "Receivers may limit sizes and nesting; the limits of a CRM are rarely documented.",
        "choice": "A body that is too large is refused with 413, headers with 431 and a body that takes too long with "
        "408, in the vendor's format. JSON with too many values or levels is unreadable.",
        "setting": "host.body_bytes, host.body_seconds, host.header_bytes, host.header_count, host.values, "
        "host.nesting",
    },
    "host-paths": {
        "source": "RFC 3986, sections 6.2.2 and 6.2.3",
        "silent": "Whether paths that differ in letter case, percent-encoding, or empty segments such as a slash at "
        "the end, are the same.",
        "choice": "Those that differ in percent-encoding are, even of a slash; all others are not, and get a 404, "
        "unless the vendor's documents say otherwise.",
        "setting": "none",
    },
    "host-status-ranges": {
        "source": "OpenAPI 3.0.3 and 3.1, Responses Object",
        "silent": "Which statuses a response for a range (`4XX`) or `default` stands for.",
        "choice": "For those that the mock itself gives: 400, 401 and 403 with security, 404, 409 and 415 with a body, "
        "429, 500; 200 for `2XX` and where `default` is the only response. Clients and providers may use every status "
        "of the range. An operation without a documented success answers 200 without body.",
        "setting": "none",
    },
    "host-undocumented-parameters": {
        "source": "OpenAPI 3.0.3 and 3.1, Parameter Object",
        "silent": "What a CRM does with query parameters, headers and cookies that its documents do not name.",
        "choice": "They are ignored; query parameters are reported as a notice.",
        "setting": "none",
    },
    "host-undocumented-responses": {
        "source": "RFC 9110, section 15; RFC 9457",
        "silent": "What a CRM answers where its contract documents no response for a mistake that every server meets, "
        "such as an unknown path.",
        "choice": "problem+json with the status of HTTP. It is not counted by coverage.",
        "setting": "none",
    },
}
"""Entries in the format of `x-positions`."""

HOST_POSITIONS: Final[Mapping[str, Position]] = {name: Position.parse(name, entry) for name, entry in _ENTRIES.items()}
"""Positions by id."""

"""Classes of weakness, each with the assumption that clients make wrongly."""

from __future__ import annotations

from typing import Final

from crm_contracts.clients.model import Symptom
from crm_contracts.fuzz.mutation_kinds import MutationKind as Kind

ABOUT: Final[dict[str, str]] = {
    Kind.MEMBER_ORDER: "JSON members are unordered. Cutting a text, or taking the first member, relies on an order.",
    Kind.WHITE_SPACE: "White space may surround a body and its parts, depending on the server's library.",
    Kind.ESCAPES: "A character may be written as itself or escaped, as `\\u00e9`: the text is the same.",
    Kind.HEADER_NAMES: "Header names are case-insensitive: proxies and HTTP/2 write them in lower case.",
    Kind.HEADERS: "There may be additional headers, and known ones in another form, such as with a charset.",
    Kind.CHUNKED: "A body may be chunked, without Content-Length, for instance behind a proxy.",
    Kind.ABSENT: "An optional member may be absent, even if every example has it.",
    Kind.UNKNOWN_MEMBER: "A CRM may add members at any time. A client that refuses unknown members breaks then.",
    Kind.NULL: "A nullable member is null one day, and an empty one may be sent as null by mistake.",
    Kind.ENUM: "Enums grow. Unknown values need a branch of their own.",
    Kind.NUMBER: "A number may exceed 32 bits, or the 53 bits of a floating-point number.",
    Kind.DATE: "Dates and times have many forms: fractional seconds or none, UTC, an offset, or no zone.",
    Kind.TEXT: "A string may be empty, long, in any script, or have several lines.",
    Kind.ARRAY: "An array may be empty, or have a thousand entries.",
    Kind.DUPLICATE_MEMBER: "A name may occur twice in an object; which value counts depends on the parser.",
    Kind.TYPE: "Servers in weakly typed languages send numbers as strings, and empty objects as arrays.",
    Kind.SCHEMA: "The schema allows more than its examples show.",
    Kind.MEDIA_TYPE: "Content-Type may be missing or wrong, mostly if the response is not from the CRM itself.",
    Kind.CHARSET: "The named charset may not be that of the bytes, or may not exist.",
    Kind.DUPLICATE_HEADER: "A header may occur twice. Some libraries join the values with a comma, others keep one.",
    Kind.EMPTY_BODY: "A body may be empty where one is expected.",
    Kind.TRUNCATED_BODY: "A body may be cut off, and still have everything the client looks for.",
    Kind.PROXY_PAGE: "A proxy may respond with a page of its own: HTML, sometimes with status 200.",
    Kind.SLOW_BODY: "A body may arrive slowly, with each piece in time.",
    Kind.BROKEN_CONNECTION: "Connections are closed, reset, or deliver something that is not HTTP.",
    Kind.LOST_ANSWER: "The response is lost after the CRM has done its work: the client cannot know.",
    Kind.HANG: "No response arrives at all.",
    Symptom.HANG: "A client without a timeout, or a limit of attempts, never ends.",
    Symptom.DUPLICATE: "A request whose response was lost is sent again, and the CRM stores it twice.",
}
"""Every class, in the order of the page."""

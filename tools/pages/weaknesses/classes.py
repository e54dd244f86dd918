"""The classes of weakness, each with what it is that clients take for granted."""

from __future__ import annotations

from typing import Final

from crm_contracts.clients.model import Symptom
from crm_contracts.fuzz.mutation_kinds import MutationKind as Kind

ABOUT: Final[dict[str, str]] = {
    Kind.MEMBER_ORDER: "JSON knows no order of members. Who cuts a text, or takes the first member, relies on one.",
    Kind.WHITE_SPACE: "White space may stand around a body and between its parts, as the server's library likes.",
    Kind.ESCAPES: "A letter may be written as itself or as `\\u00e9`: it is the same text.",
    Kind.HEADER_NAMES: "Names of headers have no case: proxies and HTTP/2 write them in small letters.",
    Kind.HEADERS: "Further headers may come, and known ones written otherwise, such as with a charset.",
    Kind.CHUNKED: "A body may come in chunks, without Content-Length, as soon as a proxy is in between.",
    Kind.ABSENT: "A member that is not required may be absent, however many examples have it.",
    Kind.UNKNOWN_MEMBER: "A CRM adds members on any day. Who refuses what he does not know breaks then.",
    Kind.NULL: "What may be null is null on some day; what is empty may be sent as null by mistake.",
    Kind.ENUM: "Enums grow. A value that is not known needs a branch of its own.",
    Kind.NUMBER: "A number may be larger than what holds it: 32 bits, or the 53 of a floating-point number.",
    Kind.DATE: "A moment has many forms: fractions of a second or none, UTC, an offset, or no zone.",
    Kind.TEXT: "A text may be empty, long, of any letters, of several lines.",
    Kind.ARRAY: "An array may be empty, and it may have a thousand entries.",
    Kind.DUPLICATE_MEMBER: "A name may come twice in an object; which value counts, each parser decides.",
    Kind.TYPE: "Servers in weakly typed languages send numbers as texts, and empty objects as arrays.",
    Kind.SCHEMA: "What the schema allows is more than what its examples show.",
    Kind.MEDIA_TYPE: "Content-Type may be missing or wrong, mostly where it is not the CRM that answers.",
    Kind.CHARSET: "The charset that is named may not be that of the bytes, or may not exist.",
    Kind.DUPLICATE_HEADER: "A header may come twice. Some libraries join the values by a comma, others keep one.",
    Kind.EMPTY_BODY: "Nothing may come where something is expected.",
    Kind.TRUNCATED_BODY: "Half a body may come, and still have all that is looked for.",
    Kind.PROXY_PAGE: "A proxy answers with a page of its own: HTML, and sometimes with status 200.",
    Kind.SLOW_BODY: "A body may come slowly, each piece of it in time.",
    Kind.BROKEN_CONNECTION: "Connections end, are reset, or bring something that is no HTTP.",
    Kind.LOST_ANSWER: "The answer is lost after the CRM has done its work: the client cannot know.",
    Kind.HANG: "No answer comes at all.",
    Symptom.HANG: "A client that has no limit of time, or of attempts, does not end.",
    Symptom.DUPLICATE: "A request whose answer was lost is sent again, and the CRM stores it twice.",
}
"""Every class, the order that of the page."""

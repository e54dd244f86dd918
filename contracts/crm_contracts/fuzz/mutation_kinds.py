"""Kinds of mutations; each reveals a class of weaknesses of clients."""

from __future__ import annotations

from enum import StrEnum


class MutationKind(StrEnum):
    """Kind of mutation, from mild to severe: failures shrink toward the first ones."""

    DOCUMENTED = "as documented"
    MEMBER_ORDER = "member order"
    WHITE_SPACE = "white space"
    ESCAPES = "escapes"
    HEADER_NAMES = "header names"
    HEADERS = "headers"
    CHUNKED = "chunked body"
    ABSENT = "absent member"
    UNKNOWN_MEMBER = "unknown member"
    NULL = "null handling"
    ENUM = "unknown enum value"
    NUMBER = "number width"
    DATE = "date parsing"
    TEXT = "strange text"
    ARRAY = "array size"
    DUPLICATE_MEMBER = "duplicate member"
    TYPE = "wrong type"
    SCHEMA = "built from the schema"
    MEDIA_TYPE = "wrong media type"
    CHARSET = "wrong charset"
    DUPLICATE_HEADER = "duplicate header"
    EMPTY_BODY = "empty body"
    TRUNCATED_BODY = "truncated body"
    PROXY_PAGE = "page of a proxy"
    SLOW_BODY = "slow body"
    BROKEN_CONNECTION = "broken connection"
    LOST_ANSWER = "answer lost after the effect"
    HANG = "no answer"

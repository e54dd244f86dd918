"""Hostile bodies, some derived from a valid one."""

# fmt: off  (lists of inputs are best read as such)

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from typing import Any


def bodies(valid: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield hostile bodies, some derived from a valid one."""
    yield from {
        "nothing": b"",
        "a blank": b" ",
        "BOM": b"\xef\xbb\xbf" + valid,
        "two BOMs": b"\xef\xbb\xbf" * 2 + valid,
        "only a BOM": b"\xef\xbb\xbf",
        "UTF-16": valid.decode().encode("utf-16"),
        "UTF-32": valid.decode().encode("utf-32"),
        "gzip": gzip.compress(valid),
        "deflate": zlib.compress(valid),
        "a zip bomb": gzip.compress(b"[" * 1_000_000),
        "trailing text": valid + b"x",
        "trailing JSON": valid + valid,
        "trailing NUL": valid + b"\0",
        "leading NUL": b"\0" + valid,
        "invalid UTF-8": b'{"a": "\xff\xfe"}',
        "overlong UTF-8": b'{"a": "\xc0\xaf"}',
        "invalid UTF-8 in a name": b'{"\xff": 1}',
        "raw surrogate": b'{"a": "\xed\xa0\x80"}',
        "escaped surrogate": b'{"a": "\\ud800"}',
        "swapped surrogates": b'"\\udc00\\ud800"',
        "escaped NUL": b'{"a\\u0000": "\\u0000"}',
        "raw control character": b'{"a": "\x01"}',
        "NaN": b'{"a": NaN}',
        "Infinity": b"[Infinity, -Infinity]",
        "digits": b'{"a": %s}' % (b"9" * 5000),
        "negative digits": b"-" + b"9" * 5000,
        "fraction digits": b"0." + b"1" * 5000,
        "exponent": b"[1e999, -1e999, 1e-999]",
        "exponent digits": b"1e" + b"9" * 5000,
        "2 ** 64": b"[18446744073709551616, -9223372036854775809]",
        "leading zeros": b"[007]",
        "arrays": b"[" * 100_000,
        "balanced arrays": b"[" * 100_000 + b"]" * 100_000,
        "objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        "150 levels": b"[" * 150 + b"]" * 150,
        "250 levels": b"[" * 250 + b"]" * 250,
        "many members": json.dumps({str(number): None for number in range(20_000)}).encode(),
        "many entries": json.dumps([{}] * 20_000).encode(),
        "a long text": json.dumps("x" * 500_000).encode(),
        "a long name": json.dumps({"x" * 500_000: 1}).encode(),
        "comments": b"/* a */ {} // b",
        "single quotes": b"{'a': 1}",
        "XML": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        "a form": b"a=b&a=c&=d&%ff=%00&e",
        "many fields": b"a=b&" * 5000,
        "a field of many digits": b"=" + b"0" * 5000 + b"7",
        "fields of many digits": b"[0]=%s&[%s]=1&a[%s]=2" % (b"7" * 5000, b"1" * 5000, b"2" * 5000),
        "__proto__": b'{"__proto__": {"a": 1}, "constructor": null, "__class__": "x"}',
        "templates": b'{"a": "{{7*7}} ${7*7} <%= 7*7 %> %s %(a)s {0.__class__}"}',
    }.items()
    yield from (
        (f"JSON {text}", text.encode())
        for text in (
            "null",
            "true",
            "0",
            "-0",
            "1.5",
            '""',
            '"a"',
            "[]",
            "{}",
            "[null]",
            "[[]]",
            "[{}]",
            '[""]',
            "[0]",
            "[1.5]",
            "[true]",
            '{"": null}',
        )
    )
    for share in (1, 3, 10, 50, 90, 99):
        yield f"{share} % of a good one", valid[: len(valid) * share // 100]
    yield "half a character", valid + "é".encode()[:1]
    yield from _altered(json.loads(valid))


def _altered(value: Any) -> Iterator[tuple[str, bytes]]:
    """Yield copies of a valid body, each with one member replaced by an odd value."""
    if isinstance(value, dict):
        text = json.dumps(value)
        yield "duplicate keys", (text[:-1] + ", " + text[1:]).encode() if value else b'{"a":1,"a":2}'
    for path in _places(value):
        for name, odd in ODD.items():
            yield f"{name} at {path}", _with(value, path, odd)


ODD = {
    "null": None,
    "an object": {},
    "an array": [],
    "an array in an array": [[[None]]],
    "a text": "",
    "NUL": "\0",
    "line ends": "a\r\nSet-Cookie: b=c",
    "a large number": 10**30,
    "a small number": 1e-320,
    "a negative number": -1,
    "a boolean": True,
    "a long text": "é" * 10_000,
    "a date": "0000-00-00",
    "a far date": "9999-12-31T23:59:59.9999999Z",
    "a date before years": "0001-01-01T00:00:00+14:00",
    "right to left": "\u202e\u2028\ufeff\U0010ffff",
    "2 ** 63": 2**63,
    "minus 2 ** 63": -(2**63),
    "a half": 0.5,
    "Arabic digits": "٤٤",
    "5,000 digits": "1" * 5000,
    "5,000 zeros": "0" * 5000 + "1",
    "a superscript digit": "²",
    "a zone of 400 digits": "2026-01-31T12:00:00+" + "9" * 400,
    "an object with itself": {"": {"": {}}},
}


def _places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    for key, inner in items:
        yield from _places(inner, (*path, key))


def _with(value: Any, path: tuple[str | int, ...], odd: Any) -> bytes:
    if not path:
        return json.dumps(odd).encode()
    copy = json.loads(json.dumps(value))
    place = copy
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = odd
    return json.dumps(copy).encode()

"""Hostile bodies, headers and paths get a response that conforms to the contract, never a crash."""

# fmt: off  (lists of inputs are best read as such)

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from crm_mocks.contract import Operation
from crm_mocks.contract.outcome import is_json
from tests.conftest import Api
from tests.vendors.discovery import VENDORS, Variant, causes

MakeApi = Callable[..., Api]
JSON = "application/json"
_REQUESTS_PER_SESSION = 10
"""Number of refused requests that share a session, since seeding one takes some vendors longer than a request."""
METHODS = ("HEAD", "OPTIONS", "TRACE", "PUT", "PATCH", "DELETE", "GET", "POST", "get", "BREW", "X" * 100)
TRICKS = (
    "%0a",
    "%0d%0aSet-Cookie:a=b",
    "%00",
    "%ff",
    "%c0%ae",
    "%2e%2e%2f",
    "/../..",
    "//",
    "/.",
    ";a=b",
    "%u0041",
    "%",
    "%zz",
    "%25",
    "%E2%80%AE",
    "?",
    "?a=%00&a=%ff",
    "?" + "a=b&" * 300,
    "/" + "a" * 4000,
    "{x}",
    "%F0%9F%98%80",
)


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


CONTENT_TYPES = (
    None,
    "",
    JSON,
    "APPLICATION/JSON",
    "Application/Json; Charset=UTF-8",
    "application/json;charset=utf-16",
    "application/json; charset=latin-1",
    "application/json; charset=klingon",
    "application/json; charset=hex",
    "application/json; charset=rot13",
    "application/json; charset=idna",
    'application/json; charset="utf-8"',
    "application/json; charset=\xff",
    "application/json; charset=" + "x" * 1000,
    "application/json;;;",
    "application/json; a",
    "application/problem+json",
    "application/vnd.x+json",
    "text/json",
    "text/plain",
    "text/xml",
    "application/xml",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "*/*",
    "json",
    "/",
    ";",
    "application/json, text/plain",
    "application/octet-stream",
    "image/png",
    "application/json\t",
)


def fault_of(response: Any, operation: Operation | None) -> str:
    """Return a message if a response is wrong, or an empty string."""
    if response.status_code >= 500:
        return f"{response.status_code}"
    if operation is None or response.request.method == "HEAD" or response.status_code in (204, 304):
        return ""
    documented = operation.responses.get(response.status_code)
    if documented is None:
        return f"{response.status_code} is not documented"
    media_type = response.headers.get("content-type", "").partition(";")[0]
    validator = documented.validators.get(media_type)
    if validator is None:
        return "" if not documented.validators and not response.content else f"{media_type} is not documented"
    value = response.json() if is_json(media_type) else response.text
    return "; ".join(error.message for error in validator.iter_errors(value))[:200]


class Trial:
    """Requests to one vendor, and the wrong responses."""

    def __init__(self, api: Api, vendor: str) -> None:
        self.api = api
        self.vendor = vendor
        self.tried = 0
        self.wrong: list[str] = []

    def valid(self, operation: Operation) -> tuple[dict[str, Any], bytes, dict[str, str]]:
        """Return the arguments of a valid request without body, its body, and its headers."""
        request = causes(self.vendor).VALID[operation.id](self.api)
        headers = {name: value for name, value in request.pop("headers", {}).items() if name.lower() != "content-type"}
        content = request.pop("content", None)
        if "json" in request:
            content = json.dumps(request.pop("json")).encode()
        data = request.pop("data", None)
        if content is None and data:
            content = json.dumps(dict(data)).encode()
        return request, content if content is not None else b"{}", headers

    def send(self, what: str, operation: Operation | None, **request: Any) -> None:
        """Send a request and record what is wrong with its response."""
        self.tried += 1
        try:
            response = self.api.request(**request)
        except Exception as error:  # noqa: BLE001  # each crash is listed
            self.wrong.append(f"{what}: {error!r:.300}")
            return
        entries = self.api.entries()
        faults = entries[-1].response_defects if entries else []  # the host's pages are not journalled
        fault = str(faults) if faults else fault_of(response, operation)
        if fault:
            self.wrong.append(f"{what}: {fault}")
        if response.is_success or self.tried % _REQUESTS_PER_SESSION == 0:
            self.api.app.mock_app.sessions.reset("default")


def operations(vendor: str) -> list[Operation]:
    return list(Variant(vendor).operations())


@pytest.mark.parametrize("vendor", VENDORS)
def test_no_body_breaks_a_vendor(vendor: str, api: MakeApi, figures: Callable[[str], None]) -> None:
    trial = Trial(api(vendor), vendor)
    for operation in operations(vendor):
        request, good, headers = trial.valid(operation)
        kinds = (JSON, *operation.body.media_types) if operation.body else (JSON,)
        for name, body in bodies(good):
            for kind in dict.fromkeys(kinds[:1] if " at " in name else kinds):
                sent = {**request, "content": body, "headers": {**headers, "Content-Type": kind}}
                trial.send(f"{operation.id} {kind} {name}", operation, **sent)
    figures(f"promise 1: {trial.tried} hostile bodies for {vendor}")
    assert trial.wrong == []


@pytest.mark.parametrize("vendor", VENDORS)
def test_no_media_type_and_no_encoding_breaks_a_vendor(
    vendor: str, api: MakeApi, figures: Callable[[str], None]
) -> None:
    trial = Trial(api(vendor), vendor)
    for operation in operations(vendor):
        request, good, headers = trial.valid(operation)
        for kind in CONTENT_TYPES:
            for body in (good, b"\xff\xfe", b"a=b", good.decode().encode("utf-16")):
                more = {} if kind is None else {"Content-Type": kind.encode("latin-1")}
                sent = {**request, "content": body, "headers": {**headers, **more}}
                trial.send(f"{operation.id} {kind!r} {body[:10]!r}", operation, **sent)
        several = [*headers.items(), ("Content-Type", JSON), ("Content-Type", "text/plain")]
        trial.send(f"{operation.id} two types", operation, **{**request, "content": good, "headers": several})
        for coding in ("gzip", "br", "identity", "GZIP", "x", "", "gzip, gzip", "\xff"):
            more = {"Content-Type": JSON, "Content-Encoding": coding.encode("latin-1")}
            for body in (good, gzip.compress(good)):
                sent = {**request, "content": body, "headers": {**headers, **more}}
                trial.send(f"{operation.id} coding {coding!r}", operation, **sent)
    figures(f"promise 1: {trial.tried} media types and encodings for {vendor}")
    assert trial.wrong == []


@pytest.mark.parametrize("vendor", VENDORS)
def test_no_method_and_no_path_breaks_a_vendor(vendor: str, api: MakeApi, figures: Callable[[str], None]) -> None:
    trial = Trial(api(vendor), vendor)
    for operation in operations(vendor):
        request, good, headers = trial.valid(operation)
        headers["Content-Type"] = JSON
        url = request["url"].partition("?")[0]
        for method in METHODS:
            for body in (b"", good):
                sent = {**request, "method": method, "content": body, "headers": headers}
                trial.send(f"{operation.id} {method}", operation, **sent)
        for trick in TRICKS:
            sent = {"method": request["method"], "url": url + trick, "content": good, "headers": headers}
            trial.send(f"{operation.id} {trick[:20]}", None, **sent)
            middle = url[:4] + trick.partition("?")[0] + url[4:]
            trial.send(f"{operation.id} {trick[:20]} within", None, **{**sent, "url": middle})
    figures(f"promise 1: {trial.tried} methods and paths for {vendor}")
    assert trial.wrong == []


ODD_HEADERS = (
    "",
    "\x01",
    "\xff",
    "a" * 5000,
    "Basic",
    "Basic \xff",
    "Basic ====",
    "Basic Og==",
    "Bearer",
    "Bearer \xff",
    "=",
    ",",
    ";q=1",
    "code=",
    "code=99999999999999999999",
    "example=\xff",
    "seed=1e9",
    "0",
    "-1",
    "9" * 5000,
    "null",
)


@pytest.mark.parametrize("vendor", VENDORS)
def test_no_header_breaks_a_vendor(vendor: str, api: MakeApi, figures: Callable[[str], None]) -> None:
    trial = Trial(api(vendor), vendor)
    for operation in operations(vendor):
        request, good, headers = trial.valid(operation)
        headers["Content-Type"] = JSON
        own = {each.name for each in operation.parameters if each.place == "header"} | {*headers} - {"Content-Type"}
        names = own | {"Authorization", "Accept", "Accept-Language", "Origin", "Cookie", "X-Forwarded-Host", "Host"}
        for name in sorted(names):
            for odd in ODD_HEADERS:
                sent = {**request, "content": good, "headers": {**headers, name: odd.encode("latin-1")}}
                trial.send(f"{operation.id} {name}: {odd[:20]!r}", operation, **sent)
    figures(f"promise 1: {trial.tried} odd headers for {vendor}")
    assert trial.wrong == []


def test_of_duplicate_keys_the_last_counts(toy: Api) -> None:
    body = b'{"email": "first@example.com", "email": "last@example.com"}'
    response = toy.post("/toy/contacts", content=body, headers={"Content-Type": JSON})
    assert response.json()["email"] == "last@example.com"

"""Hostile bodies, headers and paths get a response that conforms to the contract, never a crash."""

# fmt: off  (lists of inputs are best read as such)

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest

from tests.conftest import Api
from tests.hostile.odd_bodies import bodies
from tests.hostile.trial import CONTENT_TYPES, JSON, Trial, operations
from tests.vendors.discovery import VENDORS

MakeApi = Callable[..., Api]
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

"""Authorization of a collection, its folders and requests."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.recordings.postman.collections import BASE, collection, folder, item, pairs, read_all, read_one, request

KEY = {"type": "apikey", "apikey": pairs(key="X-Key", value="k")}
BEARER = {"type": "bearer", "bearer": pairs(token="t")}
BASIC = {"type": "basic", "basic": pairs(username="ada", password="secret")}


def sent_with(auth: Any, **members: Any) -> tuple[tuple[str, str], ...]:
    return read_one(request(auth=auth, **members)).exchange.request_headers


def authorization(name: str, password: str) -> tuple[tuple[str, str], ...]:
    return (("Authorization", f"Basic {base64.b64encode(f'{name}:{password}'.encode()).decode()}"),)


def test_the_nearest_authorization_holds() -> None:
    document = collection(
        folder("a", item(request()), item(request(auth=BASIC)), item(request(), auth=KEY), auth=BEARER),
        folder("b", item(request()), item(request(auth={"type": "noauth"}))),
        auth=KEY,
    )
    key, bearer = (("X-Key", "k"),), (("Authorization", "Bearer t"),)
    expected = [bearer, authorization("ada", "secret"), key, key, ()]
    assert [each.exchange.request_headers for each in read_all(document)] == expected


def test_a_folder_may_need_no_credentials() -> None:
    document = collection(folder("a", item(request()), auth={"type": "noauth"}), auth=KEY)
    assert read_all(document)[0].exchange.request_headers == ()


@pytest.mark.parametrize(
    ("auth", "headers"),
    [
        ({"type": "basic", "basic": {"username": "ada", "password": "secret"}}, authorization("ada", "secret")),
        ({"type": "bearer", "bearer": {"token": "t"}}, (("Authorization", "Bearer t"),)),
        ({"type": "apikey", "apikey": {"key": "X-Key", "value": "k"}}, (("X-Key", "k"),)),
        ({"type": "noauth", "noauth": None}, ()),
    ],
)
def test_attributes_of_version_2_0_are_an_object(auth: Any, headers: Any) -> None:
    assert sent_with(auth) == headers


@pytest.mark.parametrize("place", ["query", "header"])
def test_an_api_key_stands_where_it_is_said(place: str) -> None:
    auth = {"type": "apikey", "apikey": [*pairs(key="api_key", value="k"), {"key": "in", "value": place}]}
    found = read_one(request(f"{BASE}/contacts?limit=2", auth=auth)).exchange
    in_query = place == "query"
    assert found.url == f"{BASE}/contacts?limit=2" + ("&api_key=k" if in_query else "")
    assert found.request_headers == (() if in_query else (("api_key", "k"),))


@pytest.mark.parametrize(
    ("attributes", "header", "query"),
    [
        (pairs(accessToken="t"), "Bearer t", ""),
        (pairs(accessToken="t", headerPrefix="Token"), "Token t", ""),
        (pairs(accessToken="t", addTokenTo="queryParams"), "", "?access_token=t"),
        ([], "Bearer ***", ""),
    ],
)
def test_a_token_of_oauth_2_is_sent(attributes: Any, header: str, query: str) -> None:
    found = read_one(request(auth={"type": "oauth2", "oauth2": attributes})).exchange
    assert [value for _, value in found.request_headers] == ([header] if header else [])
    assert found.url == f"{BASE}/contacts{query}"


def test_variables_hold_credentials() -> None:
    auth = {"type": "bearer", "bearer": pairs(token="{{token}}")}
    found = read_one(request(auth=auth), variable=pairs(token="t"))
    assert found.exchange.request_headers == (("Authorization", "Bearer t"),)


def test_a_header_of_the_request_comes_first() -> None:
    assert sent_with(KEY, header=[{"key": "x-key", "value": "mine"}]) == (("x-key", "mine"),)


@pytest.mark.parametrize("auth", ["basic", 5, [], {"type": 5}, {"type": "hawk", "hawk": []}, {"type": "apikey"}])
def test_other_authorization_adds_nothing(auth: Any) -> None:
    assert sent_with(auth) == ()

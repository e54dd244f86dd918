"""Oversized JSON is detected before it is parsed, in every encoding."""

from __future__ import annotations

import encodings
import json
import random
import zlib
from collections.abc import Iterator
from typing import Any

import pytest

from crm_mocks.parsing.json_limits import exceeded_limit
from crm_mocks.parsing.media_types import ContentType, Unreadable, decode
from tests.conftest import Api

MANY = 1_000_000
FLOODS = {
    "arrays": b"[" + b"[]," * MANY + b"[]]",
    "objects": b"[" + b"{}," * MANY + b"{}]",
    "numbers": b"[" + b"1," * MANY + b"1]",
    "texts": b"[" + b'"",' * MANY + b'""]',
    "nests": b"[" + b"[[[[[]]]]]," * 100_000 + b"[]]",
    "members": b"{" + b'"a":1,' * MANY + b'"a":1}',
    "opening brackets": b"[" * MANY,
    "texts side by side": b"," * 30_000 + b'""' * MANY,
    "commas": b"," * MANY,
}


def members(value: Any) -> Iterator[Any]:
    """Yield a JSON value and all values inside it."""
    yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from members(inner)


def depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(depth, inner), default=0)


def random_value(random: random.Random, deep: int = 6) -> Any:
    kind = random.randrange(6 if deep else 4)
    if kind == 4:
        return [random_value(random, deep - 1) for _ in range(random.randrange(5))]
    if kind == 5:
        return {f'"[{n},\\': random_value(random, deep - 1) for n in range(random.randrange(5))}
    return random.choice([1, None, "", '[,{"', "\\", '\\"', "a,b", "]}"])


def test_values_and_levels_are_counted_correctly() -> None:
    dice = random.Random(1)
    wrong = []
    for _ in range(500):
        value = random_value(dice)
        raw = json.dumps(value).encode()
        marks = sum(
            isinstance(each, list | dict) + max(0, len(each) - 1)
            for each in members(value)
            if each and not isinstance(each, str | int)
        )
        marks += sum(each in ([], {}) for each in members(value) if isinstance(each, list | dict))
        if exceeded_limit(raw, marks, depth(value)) or not exceeded_limit(raw, marks - 1, 99):
            wrong.append(raw)
        if depth(value) and "deep" not in exceeded_limit(raw, 10**6, depth(value) - 1):
            wrong.append(raw)
    assert wrong == []


@pytest.mark.parametrize("name", FLOODS)
def test_counting_stops_at_the_limit(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = 0

    class Counting(bytes):
        def count(self, *arguments: Any) -> int:
            nonlocal calls
            calls += 1
            return super().count(*arguments)

    assert exceeded_limit(Counting(FLOODS[name]), 1000, 200) == "the body has more than 1000 values"
    assert calls < 3 * (2 * 1000 + 10)


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_of_values_is_unreadable(name: str, toy: Api) -> None:
    response = toy.post("/toy/contacts", content=FLOODS[name], headers={"Content-Type": "application/json"})
    assert response.status_code == 400
    (violation,) = json.loads(response.headers["sl-violations"])
    assert (violation["code"], violation["message"]) == ("syntax", "the body has more than 20000 values")


def test_a_body_at_the_limit_is_read(toy: Api) -> None:
    body = {"email": 1, **{str(number): 1 for number in range(19_998)}}
    response = toy.post("/toy/contacts", json=body)
    assert response.json() == {"error": "invalid contact"}
    assert [each["location"][-1] for each in json.loads(response.headers["sl-violations"])] == ["email"]


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "utf-32-be", "utf-7", "cp500", "cp1140"])
def test_limits_hold_in_every_charset(charset: str, toy: Api) -> None:
    deep = f'{{"email": "a@b.example", "\u2222\u5b5b": {"[" * 250}{"]" * 250}}}'
    if charset.startswith("cp"):
        deep = deep.replace("\u2222\u5b5b", "x")
    kind = f"application/json; charset={charset}"
    response = toy.post("/toy/contacts", content=deep.encode(charset), headers={"Content-Type": kind})
    assert response.status_code == 400
    assert "nested" in response.headers["sl-violations"]


@pytest.mark.parametrize(
    "codec", ["zlib", "zip", "bz2", "hex", "base64", "rot13", "uu", "punycode", "idna", "undefined"]
)
def test_a_non_text_codec_is_not_a_charset(codec: str) -> None:
    with pytest.raises(Unreadable, match="charset is unknown"):
        decode(zlib.compress(b" " * 1000), ContentType("application/json", codec))


def test_unknown_charsets_are_not_cached() -> None:
    before = len(encodings._cache)  # type: ignore[attr-defined]  # Python's codec cache
    for number in range(50):
        with pytest.raises(Unreadable, match="charset is unknown"):
            decode(b"{}", ContentType("application/json", f"x-unknown-{number}"))
    assert len(encodings._cache) == before  # type: ignore[attr-defined]  # as above


@pytest.mark.parametrize(
    "charset",
    ["utf-8", "UTF_8".lower(), "latin1", "iso-8859-15", "windows-1252", "cp1251", "utf-16le", "gb18030", "shift_jis"],
)
def test_charsets_of_documents_are_read(charset: str) -> None:
    assert decode('{"a": "b"}'.encode(charset), ContentType("application/json", charset)) == {"a": "b"}


def test_a_huge_form_is_not_parsed() -> None:
    with pytest.raises(Unreadable, match="the form has more than"):
        decode(b"a=" + b"%41" * MANY, ContentType("application/x-www-form-urlencoded"))


def test_of_members_of_the_same_name_the_last_counts() -> None:  # position host-duplicate-members
    assert decode(b'{"a": 1, "b": 2, "a": 3}', ContentType("application/json")) == {"a": 3, "b": 2}

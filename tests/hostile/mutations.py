"""Mutations of JSON documents and of bytes."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from crm_mocks.location import Location
from tests.hostile.odd_bodies import ODD

PIECES = (
    b"",
    b"\0",
    b"\r\n",
    b"\n",
    b" ",
    b":",
    b'"',
    b"\\",
    b"{",
    b"[",
    b"}",
    b"]",
    b"%",
    b"&",
    b"\xff",
    b"\xed\xa0\x80",
)
VALUES = (*ODD.values(), "\ud800", "a\udcffb", 1e308, [{}] * 3, "1:59:59.5")
TEXTS = (
    *(odd for odd in ODD.values() if isinstance(odd, str)),
    "*",
    "default",
    "-1",
    "1e9",
    "%00",
    "\ud7ff",
    "../x",
    "\xff",
)


def places(value: Any, path: Location = ()) -> Iterator[Location]:
    """Yield the places of a document, the document itself among them."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*path, key))


def mutated(rng: Random, value: Any, odd: Sequence[Any] | None = None) -> Any:
    """Return a copy of a document with one to three places replaced, removed, doubled or renamed.

    Args:
        rng: source of randomness.
        value: the document.
        odd: values that replace others; by default `VALUES`.
    """
    document = copy.deepcopy(value)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        document = _mutated_once(rng, document, odd or VALUES)
    return document


def replaced(value: Any, place: Location, odd: Any) -> Any:
    """Return a copy of a document with another value in one place."""
    if not place:
        return odd
    document = copy.deepcopy(value)
    parent = document
    for step in place[:-1]:
        parent = parent[step]
    parent[place[-1]] = odd
    return document


def _mutated_once(rng: Random, document: Any, odd: Sequence[Any]) -> Any:
    path = rng.choice(list(places(document)))
    if not path:
        return document if rng.random() < 0.9 else copy.deepcopy(rng.choice(odd))
    parent = document
    for step in path[:-1]:
        parent = parent[step]
    last = path[-1]
    action = rng.random()
    if action < 0.7:
        parent[last] = copy.deepcopy(rng.choice(odd))
    elif action < 0.8:
        del parent[last]
    elif action < 0.9:
        other = rng.choice(list(places(document)))
        inner = document
        for step in other:
            inner = inner[step]
        parent[last] = copy.deepcopy(inner)
    elif isinstance(parent, dict):
        parent[rng.choice(TEXTS)] = parent.pop(last)
    else:
        parent.insert(last, copy.deepcopy(parent[last]))
    return document


def mutated_bytes(rng: Random, data: bytes) -> bytes:
    """Return bytes with one to four pieces replaced, cut out, repeated or cut off."""
    changed = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        start = rng.randint(0, len(changed))
        end = min(len(changed), start + rng.choice((0, 1, 2, 8)))
        action = rng.random()
        if action < 0.6:
            changed[start:end] = rng.choice(PIECES)
        elif action < 0.8:
            changed[start:end] = rng.randbytes(rng.randint(0, 3))
        elif action < 0.95:
            changed[end:end] = changed[start : start + rng.randint(1, 40)]
        else:
            del changed[start:]
    return bytes(changed)


def as_text(document: Any) -> str:
    """Return JSON, as bytes in Latin-1, so that inputs of any bytes can be kept as text."""
    return json.dumps(document).encode().decode("latin-1")

"""Alterations of how a body is carried: its writing, its headers, its connection."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from typing import Any, Final

from crm_contracts.fuzz.draft import Alteration, Draft, Inapplicable
from crm_contracts.fuzz.kinds import Kind
from crm_contracts.judge.exchange import Headers
from crm_mocks.contract.outcome import is_json
from crm_mocks.faults import Fault

Change = Callable[[Draft], Draft]

_PAGE: Final = (
    "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n</body>\r\n</html>\r\n"
)
_PAGES: Final = ((502, "502 Bad Gateway"), (503, "503 Service Temporarily Unavailable"), (504, "504 Gateway Time-out"))
_FAULTS: Final = {
    Fault.SLOW_BODY: (Kind.SLOW_BODY, "the body comes slowly"),
    Fault.TRUNCATED_BODY: (Kind.TRUNCATED_BODY, "the connection ends after half of the body"),
    Fault.EMPTY_RESPONSE: (Kind.BROKEN_CONNECTION, "the connection ends without an answer"),
    Fault.CONNECTION_RESET_BY_PEER: (Kind.BROKEN_CONNECTION, "the connection is reset"),
    Fault.MALFORMED_RESPONSE_CHUNK: (Kind.BROKEN_CONNECTION, "a chunk is malformed"),
    Fault.RANDOM_DATA_THEN_CLOSE: (Kind.BROKEN_CONNECTION, "what comes is no HTTP"),
    Fault.TIMEOUT: (Kind.HANG, "no answer comes"),
}
_DELAY_MS: Final = {Fault.TIMEOUT: 150, Fault.SLOW_BODY: 50}
"""Milliseconds that faults take which are made of time: few, for a client is to be given many answers."""


def writing(draft: Draft) -> Iterator[Alteration]:
    """Yield other ways of writing the same answer."""
    if is_json(draft.media_type):
        yield _alteration(Kind.MEMBER_ORDER, "order", "members come in reverse order", _reversed)
        yield _alteration(Kind.MEMBER_ORDER, "order", "members come in the order of the alphabet", _sorted)
        for padding, words in (("\n", "an empty line"), (" \t\r\n", "white space of all kinds")):
            yield _alteration(Kind.WHITE_SPACE, "padding", f"{words} around the body", _writing(padding=padding))
        yield _alteration(Kind.WHITE_SPACE, "indent", "the body is indented", _writing(indent=2))
        yield _alteration(Kind.ESCAPES, "escapes", "letters beyond ASCII are escaped", _writing(ascii_only=True))
    for words, spelt in (("lower", str.lower), ("upper", str.upper), ("mixed", str.swapcase)):
        yield _alteration(Kind.HEADER_NAMES, "names", f"header names are in {words} case", _spelling(spelt))
    for name, value, words in (
        ("X-Request-Trace", "a1b2", "a header that is not documented comes"),
        ("Set-Cookie", "route=7; Path=/", "a cookie is set"),
        ("X-Long", "x" * 7_000, "a header of 7000 characters comes"),
    ):
        yield _alteration(Kind.HEADERS, name.lower(), words, _adding((name, value)))
    via = _adding(("Via", "1.1 one"), ("Via", "1.1 two"))
    yield _alteration(Kind.DUPLICATE_HEADER, "via", "the header Via comes twice", via)
    if draft.media_type:
        yield _alteration(Kind.CHUNKED, "framing", "the body comes in chunks", _with(chunked=True))
        for content_type in (draft.media_type, draft.media_type.upper(), f'{draft.media_type};charset="UTF-8"'):
            yield _typed(Kind.HEADERS, content_type)


def spoiling(draft: Draft) -> Iterator[Alteration]:
    """Yield what networks, proxies and careless servers do to an answer."""
    if draft.media_type:
        yield from _mislabelled(draft)
        yield from _miscoded(draft)
        yield _alteration(Kind.EMPTY_BODY, "body", "the body is empty", _with(raw=b""))
        for part, words in ((-1, "lacks its last byte"), (2, "ends in the middle"), (0, "ends after its first byte")):
            yield _alteration(Kind.TRUNCATED_BODY, "body", f"the body {words}", _cut(part))
    else:
        added = _with(raw=b"{}")
        yield _alteration(Kind.TYPE, "body", "a body comes where none is documented", added)
    for name, value in draft.headers:
        words = f"the header {name} comes twice"
        yield _alteration(Kind.DUPLICATE_HEADER, name.lower(), words, _adding((name, value)))
    for status, title in _PAGES:
        page = _PAGE.format(title).encode()
        html = _with(status=status, headers=(("Content-Type", "text/html"),), raw=page, media_type="text/html")
        yield _alteration(Kind.PROXY_PAGE, "body", f"a proxy answers {title} with an HTML page", html)
    html = _with(headers=(("Content-Type", "text/html"),), raw=_PAGE.format("Login").encode(), media_type="text/html")
    yield _alteration(Kind.PROXY_PAGE, "body", f"a proxy answers {draft.status} with an HTML page", html)


def faults() -> Iterator[Alteration]:
    """Yield what happens to connections, before and after the request has taken its effect."""
    for fault, (kind, words) in _FAULTS.items():
        for phase in ("before",) if fault is Fault.SLOW_BODY else ("before", "after"):
            after = phase == "after"
            wildest = Kind.LOST_ANSWER if after and kind is not Kind.HANG else kind
            told = f"{words}, {phase} the request has taken its effect" if fault is not Fault.SLOW_BODY else words
            change = _with(fault=fault, delay_ms=_DELAY_MS.get(fault, 0), phase=phase)
            yield _alteration(wildest, "connection", told, change)


def _mislabelled(draft: Draft) -> Iterator[Alteration]:
    for content_type in ("text/html", "text/plain", "application/octet-stream", "application/json"):
        if content_type != draft.media_type:
            yield _typed(Kind.MEDIA_TYPE, content_type)
    yield _alteration(Kind.MEDIA_TYPE, "content-type", "there is no Content-Type", _without_type)
    twice = _adding(("Content-Type", "text/html"))
    yield _alteration(Kind.DUPLICATE_HEADER, "content-type", "Content-Type comes twice, the second is text/html", twice)


def _miscoded(draft: Draft) -> Iterator[Alteration]:
    for charset in ("utf-16", "x-unknown"):
        yield _typed(Kind.CHARSET, f"{draft.media_type}; charset={charset}")
    yield _alteration(Kind.CHARSET, "body", "the body is UTF-16, and does not say so", _with(charset="utf-16"))
    stray = _cut(2, b"\xff")
    yield _alteration(Kind.CHARSET, "body", "a byte in the middle of the body is no UTF-8", stray)


def _alteration(kind: Kind, what: str, words: str, change: Change) -> Alteration:
    place = ("body",) if what == "body" else ("carriage", what)
    return Alteration(kind, place, words, change)


def _typed(kind: Kind, content_type: str) -> Alteration:
    def change(draft: Draft) -> Draft:
        headers = tuple((name, content_type if _is_type(name) else value) for name, value in draft.headers)
        return replace(draft, headers=headers)

    return _alteration(kind, "content-type", f"Content-Type is {content_type}", change)


def _without_type(draft: Draft) -> Draft:
    return replace(draft, headers=tuple(header for header in draft.headers if not _is_type(header[0])))


def _is_type(name: str) -> bool:
    return name.lower() == "content-type"


def _with(**changes: Any) -> Change:
    return lambda draft: replace(draft, **changes)


def _adding(*headers: tuple[str, str]) -> Change:
    return lambda draft: replace(draft, headers=(*draft.headers, *headers))


def _spelling(spelt: Callable[[str], str]) -> Change:
    def change(draft: Draft) -> Draft:
        headers: Headers = tuple((spelt(name), value) for name, value in draft.headers)
        if headers == draft.headers:
            raise Inapplicable
        return replace(draft, headers=headers)

    return change


def _cut(part: int, then: bytes = b"") -> Change:
    """Return what cuts a body off: before its last byte (-1), after its first (0) or in its middle (2)."""

    def change(draft: Draft) -> Draft:
        body = draft.body
        middle = body[: {-1: len(body) - 1, 0: 1}.get(part, len(body) // 2)]
        return replace(draft, raw=middle + then + (body[len(middle) :] if then else b""))

    return change


def _writing(**changes: Any) -> Change:
    def change(draft: Draft) -> Draft:
        if draft.raw is not None:
            raise Inapplicable
        return replace(draft, **changes)

    return change


def shuffled(seed: int) -> Alteration:
    """Return the alteration that puts members in some order.

    Args:
        seed: says which.
    """

    def change(draft: Draft) -> Draft:
        random = Random(seed)  # noqa: S311  # nothing secret depends on it
        altered = _ordered(draft, lambda names: random.sample(names, len(names)))
        if altered.body == draft.body:
            raise Inapplicable
        return altered

    return _alteration(Kind.MEMBER_ORDER, "order", f"members come in the order number {seed}", change)


def _reversed(draft: Draft) -> Draft:
    return _ordered(draft, lambda names: names[::-1])


def _sorted(draft: Draft) -> Draft:
    return _ordered(draft, sorted)


def _ordered(draft: Draft, order: Callable[[list[str]], list[str]]) -> Draft:
    def of(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: of(value[name]) for name in order(list(value))}
        return [of(inner) for inner in value] if isinstance(value, list) else value

    value = of(draft.value)
    if draft.raw is not None:
        raise Inapplicable
    return replace(draft, value=value)

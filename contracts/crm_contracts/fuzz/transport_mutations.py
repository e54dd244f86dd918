"""Mutations of how a response is transported: its serialization, its headers, its connection."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from typing import Any, Final

from crm_contracts.fuzz.mutation_kinds import MutationKind
from crm_contracts.fuzz.response_builder import Mutation, MutationNotApplicable, ResponseBuilder
from crm_contracts.judge.exchange import Headers
from crm_mocks.contract.outcome import is_json
from crm_mocks.faults import Fault

Change = Callable[[ResponseBuilder], ResponseBuilder]

_PAGE: Final = (
    "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n</body>\r\n</html>\r\n"
)
_PAGES: Final = ((502, "502 Bad Gateway"), (503, "503 Service Temporarily Unavailable"), (504, "504 Gateway Time-out"))
_FAULTS: Final = {
    Fault.SLOW_BODY: (MutationKind.SLOW_BODY, "the body comes slowly"),
    Fault.TRUNCATED_BODY: (MutationKind.TRUNCATED_BODY, "the connection ends after half of the body"),
    Fault.EMPTY_RESPONSE: (MutationKind.BROKEN_CONNECTION, "the connection ends without an answer"),
    Fault.CONNECTION_RESET_BY_PEER: (MutationKind.BROKEN_CONNECTION, "the connection is reset"),
    Fault.MALFORMED_RESPONSE_CHUNK: (MutationKind.BROKEN_CONNECTION, "a chunk is malformed"),
    Fault.RANDOM_DATA_THEN_CLOSE: (MutationKind.BROKEN_CONNECTION, "what comes is no HTTP"),
    Fault.TIMEOUT: (MutationKind.HANG, "no answer comes"),
}
_DELAY_MS: Final = {Fault.TIMEOUT: 150, Fault.SLOW_BODY: 50}
"""Milliseconds of faults that take time: few, so that a client gets many responses."""


def rewritings(builder: ResponseBuilder) -> Iterator[Mutation]:
    """Yield other ways to write the same response."""
    if is_json(builder.media_type):
        yield _mutation(MutationKind.MEMBER_ORDER, "order", "members come in reverse order", _reversed)
        yield _mutation(MutationKind.MEMBER_ORDER, "order", "members come in the order of the alphabet", _sorted)
        for padding, words in (("\n", "an empty line"), (" \t\r\n", "white space of all kinds")):
            yield _mutation(MutationKind.WHITE_SPACE, "padding", f"{words} around the body", _writing(padding=padding))
        yield _mutation(MutationKind.WHITE_SPACE, "indent", "the body is indented", _writing(indent=2))
        yield _mutation(MutationKind.ESCAPES, "escapes", "letters beyond ASCII are escaped", _writing(ascii_only=True))
    for words, spelt in (("lower", str.lower), ("upper", str.upper), ("mixed", str.swapcase)):
        yield _mutation(MutationKind.HEADER_NAMES, "names", f"header names are in {words} case", _spelling(spelt))
    for name, value, words in (
        ("X-Request-Trace", "a1b2", "a header that is not documented comes"),
        ("Set-Cookie", "route=7; Path=/", "a cookie is set"),
        ("X-Long", "x" * 7_000, "a header of 7000 characters comes"),
    ):
        yield _mutation(MutationKind.HEADERS, name.lower(), words, _adding((name, value)))
    via = _adding(("Via", "1.1 one"), ("Via", "1.1 two"))
    yield _mutation(MutationKind.DUPLICATE_HEADER, "via", "the header Via comes twice", via)
    if builder.media_type:
        yield _mutation(MutationKind.CHUNKED, "framing", "the body comes in chunks", _with(chunked=True))
        for content_type in (builder.media_type, builder.media_type.upper(), f'{builder.media_type};charset="UTF-8"'):
            yield _typed(MutationKind.HEADERS, content_type)


def corruptions(builder: ResponseBuilder) -> Iterator[Mutation]:
    """Yield what networks, proxies and careless servers do to a response."""
    if builder.media_type:
        yield from _mislabelled(builder)
        yield from _miscoded(builder)
        yield _mutation(MutationKind.EMPTY_BODY, "body", "the body is empty", _with(raw=b""))
        for part, words in ((-1, "lacks its last byte"), (2, "ends in the middle"), (0, "ends after its first byte")):
            yield _mutation(MutationKind.TRUNCATED_BODY, "body", f"the body {words}", _cut(part))
    else:
        added = _with(raw=b"{}")
        yield _mutation(MutationKind.TYPE, "body", "a body comes where none is documented", added)
    for name, value in builder.headers:
        words = f"the header {name} comes twice"
        yield _mutation(MutationKind.DUPLICATE_HEADER, name.lower(), words, _adding((name, value)))
    for status, title in _PAGES:
        page = _PAGE.format(title).encode()
        html = _with(status=status, headers=(("Content-Type", "text/html"),), raw=page, media_type="text/html")
        yield _mutation(MutationKind.PROXY_PAGE, "body", f"a proxy answers {title} with an HTML page", html)
    html = _with(headers=(("Content-Type", "text/html"),), raw=_PAGE.format("Login").encode(), media_type="text/html")
    yield _mutation(MutationKind.PROXY_PAGE, "body", f"a proxy answers {builder.status} with an HTML page", html)


def faults() -> Iterator[Mutation]:
    """Yield faults of the connection, before and after the request takes effect."""
    for fault, (kind, words) in _FAULTS.items():
        for phase in ("before",) if fault is Fault.SLOW_BODY else ("before", "after"):
            after = phase == "after"
            kind_of_case = MutationKind.LOST_ANSWER if after and kind is not MutationKind.HANG else kind
            described = f"{words}, {phase} the request has taken its effect" if fault is not Fault.SLOW_BODY else words
            change = _with(fault=fault, delay_ms=_DELAY_MS.get(fault, 0), phase=phase)
            yield _mutation(kind_of_case, "connection", described, change)


def _mislabelled(builder: ResponseBuilder) -> Iterator[Mutation]:
    for content_type in ("text/html", "text/plain", "application/octet-stream", "application/json"):
        if content_type != builder.media_type:
            yield _typed(MutationKind.MEDIA_TYPE, content_type)
    yield _mutation(MutationKind.MEDIA_TYPE, "content-type", "there is no Content-Type", _without_type)
    twice = _adding(("Content-Type", "text/html"))
    yield _mutation(
        MutationKind.DUPLICATE_HEADER, "content-type", "Content-Type comes twice, the second is text/html", twice
    )


def _miscoded(builder: ResponseBuilder) -> Iterator[Mutation]:
    for charset in ("utf-16", "x-unknown"):
        yield _typed(MutationKind.CHARSET, f"{builder.media_type}; charset={charset}")
    yield _mutation(MutationKind.CHARSET, "body", "the body is UTF-16, and does not say so", _with(charset="utf-16"))
    stray = _cut(2, b"\xff")
    yield _mutation(MutationKind.CHARSET, "body", "a byte in the middle of the body is no UTF-8", stray)


def _mutation(kind: MutationKind, what: str, words: str, change: Change) -> Mutation:
    place = ("body",) if what == "body" else ("transport", what)
    return Mutation(kind, place, words, change)


def _typed(kind: MutationKind, content_type: str) -> Mutation:
    def change(builder: ResponseBuilder) -> ResponseBuilder:
        headers = tuple((name, content_type if _is_type(name) else value) for name, value in builder.headers)
        return replace(builder, headers=headers)

    return _mutation(kind, "content-type", f"Content-Type is {content_type}", change)


def _without_type(builder: ResponseBuilder) -> ResponseBuilder:
    return replace(builder, headers=tuple(header for header in builder.headers if not _is_type(header[0])))


def _is_type(name: str) -> bool:
    return name.lower() == "content-type"


def _with(**changes: Any) -> Change:
    return lambda builder: replace(builder, **changes)


def _adding(*headers: tuple[str, str]) -> Change:
    return lambda builder: replace(builder, headers=(*builder.headers, *headers))


def _spelling(spelt: Callable[[str], str]) -> Change:
    def change(builder: ResponseBuilder) -> ResponseBuilder:
        headers: Headers = tuple((spelt(name), value) for name, value in builder.headers)
        if headers == builder.headers:
            raise MutationNotApplicable
        return replace(builder, headers=headers)

    return change


def _cut(part: int, then: bytes = b"") -> Change:
    """Return what cuts a body: before its last byte (-1), after its first (0) or in the middle (2)."""

    def change(builder: ResponseBuilder) -> ResponseBuilder:
        body = builder.body
        middle = body[: {-1: len(body) - 1, 0: 1}.get(part, len(body) // 2)]
        return replace(builder, raw=middle + then + (body[len(middle) :] if then else b""))

    return change


def _writing(**changes: Any) -> Change:
    def change(builder: ResponseBuilder) -> ResponseBuilder:
        if builder.raw is not None:
            raise MutationNotApplicable
        return replace(builder, **changes)

    return change


def shuffled(seed: int) -> Mutation:
    """Return the mutation that puts members in a random order.

    Args:
        seed: seed of the order.
    """

    def change(builder: ResponseBuilder) -> ResponseBuilder:
        random = Random(seed)  # noqa: S311  # nothing secret depends on it
        shuffled_body = _ordered(builder, lambda names: random.sample(names, len(names)))
        if shuffled_body.body == builder.body:
            raise MutationNotApplicable
        return shuffled_body

    return _mutation(MutationKind.MEMBER_ORDER, "order", f"members come in the order number {seed}", change)


def _reversed(builder: ResponseBuilder) -> ResponseBuilder:
    return _ordered(builder, lambda names: names[::-1])


def _sorted(builder: ResponseBuilder) -> ResponseBuilder:
    return _ordered(builder, sorted)


def _ordered(builder: ResponseBuilder, order: Callable[[list[str]], list[str]]) -> ResponseBuilder:
    def of(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: of(value[name]) for name in order(list(value))}
        return [of(inner) for inner in value] if isinstance(value, list) else value

    value = of(builder.value)
    if builder.raw is not None:
        raise MutationNotApplicable
    return replace(builder, value=value)

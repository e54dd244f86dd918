"""Mutations of the transport of a response: serialization, headers and connection."""

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
    Fault.SLOW_BODY: (MutationKind.SLOW_BODY, "the body arrives slowly"),
    Fault.TRUNCATED_BODY: (MutationKind.TRUNCATED_BODY, "the connection closes after half of the body"),
    Fault.EMPTY_RESPONSE: (MutationKind.BROKEN_CONNECTION, "the connection closes without a response"),
    Fault.CONNECTION_RESET_BY_PEER: (MutationKind.BROKEN_CONNECTION, "the connection is reset"),
    Fault.MALFORMED_RESPONSE_CHUNK: (MutationKind.BROKEN_CONNECTION, "a chunk is malformed"),
    Fault.RANDOM_DATA_THEN_CLOSE: (MutationKind.BROKEN_CONNECTION, "the response is not HTTP"),
    Fault.TIMEOUT: (MutationKind.HANG, "no response arrives"),
}
_DELAY_MS: Final = {Fault.TIMEOUT: 150, Fault.SLOW_BODY: 50}
"""Duration of timed faults in milliseconds; short, to allow many responses."""


def equivalent_forms(builder: ResponseBuilder) -> Iterator[Mutation]:
    """Yield mutations to other forms of the same response."""
    if is_json(builder.media_type):
        yield _mutation(MutationKind.MEMBER_ORDER, "order", "members are in reverse order", _reversed)
        yield _mutation(MutationKind.MEMBER_ORDER, "order", "members are in alphabetical order", _sorted)
        for padding, name in (("\n", "an empty line"), (" \t\r\n", "white space of all kinds")):
            yield _mutation(MutationKind.WHITE_SPACE, "padding", f"{name} around the body", _written(padding=padding))
        yield _mutation(MutationKind.WHITE_SPACE, "indent", "the body is indented", _written(indent=2))
        yield _mutation(MutationKind.ESCAPES, "escapes", "non-ASCII characters are escaped", _written(ascii_only=True))
    for case, rename in (("lower", str.lower), ("upper", str.upper), ("mixed", str.swapcase)):
        yield _mutation(MutationKind.HEADER_NAMES, "names", f"header names are in {case} case", _renamed(rename))
    for name, value, description in (
        ("X-Request-Trace", "a1b2", "there is an undocumented header"),
        ("Set-Cookie", "route=7; Path=/", "a cookie is set"),
        ("X-Long", "x" * 7_000, "a header has 7000 characters"),
    ):
        yield _mutation(MutationKind.HEADERS, name.lower(), description, _with_headers((name, value)))
    via = _with_headers(("Via", "1.1 one"), ("Via", "1.1 two"))
    yield _mutation(MutationKind.DUPLICATE_HEADER, "via", "the header Via is repeated", via)
    if builder.media_type:
        yield _mutation(MutationKind.CHUNKED, "framing", "the body is chunked", _with(chunked=True))
        for content_type in (builder.media_type, builder.media_type.upper(), f'{builder.media_type};charset="UTF-8"'):
            yield _with_content_type(MutationKind.HEADERS, content_type)


def corruptions(builder: ResponseBuilder) -> Iterator[Mutation]:
    """Yield mutations that networks, proxies and faulty servers produce."""
    if builder.media_type:
        yield from _wrong_content_types(builder)
        yield from _wrong_charsets(builder)
        yield _mutation(MutationKind.EMPTY_BODY, "body", "the body is empty", _with(raw=b""))
        for part, end in (
            (-1, "lacks its last byte"),
            (2, "ends in the middle"),
            (0, "ends after its first byte"),
        ):
            yield _mutation(MutationKind.TRUNCATED_BODY, "body", f"the body {end}", _cut(part))
    else:
        added = _with(raw=b"{}")
        yield _mutation(MutationKind.TYPE, "body", "there is a body where none is documented", added)
    for name, value in builder.headers:
        description = f"the header {name} is repeated"
        yield _mutation(MutationKind.DUPLICATE_HEADER, name.lower(), description, _with_headers((name, value)))
    for status, title in _PAGES:
        page = _PAGE.format(title).encode()
        html = _with(status=status, headers=(("Content-Type", "text/html"),), raw=page, media_type="text/html")
        yield _mutation(MutationKind.PROXY_PAGE, "body", f"a proxy responds with {title} and an HTML page", html)
    html = _with(headers=(("Content-Type", "text/html"),), raw=_PAGE.format("Login").encode(), media_type="text/html")
    yield _mutation(MutationKind.PROXY_PAGE, "body", f"a proxy responds with {builder.status} and an HTML page", html)


def faults() -> Iterator[Mutation]:
    """Yield faults of the connection, before and after the request takes effect."""
    for fault, (kind, description) in _FAULTS.items():
        for phase in ("before",) if fault is Fault.SLOW_BODY else ("before", "after"):
            after = phase == "after"
            kind_of_case = MutationKind.LOST_ANSWER if after and kind is not MutationKind.HANG else kind
            described = (
                f"{description}, {phase} the request takes effect" if fault is not Fault.SLOW_BODY else description
            )
            change = _with(fault=fault, delay_ms=_DELAY_MS.get(fault, 0), phase=phase)
            yield _mutation(kind_of_case, "connection", described, change)


def _wrong_content_types(builder: ResponseBuilder) -> Iterator[Mutation]:
    for content_type in ("text/html", "text/plain", "application/octet-stream", "application/json"):
        if content_type != builder.media_type:
            yield _with_content_type(MutationKind.MEDIA_TYPE, content_type)
    yield _mutation(MutationKind.MEDIA_TYPE, "content-type", "there is no Content-Type", _without_type)
    twice = _with_headers(("Content-Type", "text/html"))
    yield _mutation(
        MutationKind.DUPLICATE_HEADER, "content-type", "Content-Type is repeated, the second value is text/html", twice
    )


def _wrong_charsets(builder: ResponseBuilder) -> Iterator[Mutation]:
    for charset in ("utf-16", "x-unknown"):
        yield _with_content_type(MutationKind.CHARSET, f"{builder.media_type}; charset={charset}")
    yield _mutation(
        MutationKind.CHARSET, "body", "the body is UTF-16 but not declared as such", _with(charset="utf-16")
    )
    stray = _cut(2, b"\xff")
    yield _mutation(MutationKind.CHARSET, "body", "a byte in the middle of the body is not valid UTF-8", stray)


def _mutation(kind: MutationKind, target: str, description: str, change: Change) -> Mutation:
    location = ("body",) if target == "body" else ("transport", target)
    return Mutation(kind, location, description, change)


def _with_content_type(kind: MutationKind, content_type: str) -> Mutation:
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


def _with_headers(*headers: tuple[str, str]) -> Change:
    return lambda builder: replace(builder, headers=(*builder.headers, *headers))


def _renamed(rename: Callable[[str], str]) -> Change:
    def change(builder: ResponseBuilder) -> ResponseBuilder:
        headers: Headers = tuple((rename(name), value) for name, value in builder.headers)
        if headers == builder.headers:
            raise MutationNotApplicable
        return replace(builder, headers=headers)

    return change


def _cut(part: int, then: bytes = b"") -> Change:
    """Return a change that cuts the body before its last byte (-1), after its first byte (0) or in the middle (2)."""

    def change(builder: ResponseBuilder) -> ResponseBuilder:
        body = builder.body
        middle = body[: {-1: len(body) - 1, 0: 1}.get(part, len(body) // 2)]
        return replace(builder, raw=middle + then + (body[len(middle) :] if then else b""))

    return change


def _written(**changes: Any) -> Change:
    def change(builder: ResponseBuilder) -> ResponseBuilder:
        if builder.raw is not None:
            raise MutationNotApplicable
        return replace(builder, **changes)

    return change


def shuffled(seed: int) -> Mutation:
    """Return the mutation that shuffles the members of objects.

    Args:
        seed: seed of the order.
    """

    def change(builder: ResponseBuilder) -> ResponseBuilder:
        random = Random(seed)  # noqa: S311  # not used for security
        shuffled_body = _ordered(builder, lambda names: random.sample(names, len(names)))
        if shuffled_body.body == builder.body:
            raise MutationNotApplicable
        return shuffled_body

    return _mutation(MutationKind.MEMBER_ORDER, "order", f"members are in random order {seed}", change)


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

"""Redact secrets: known ones, values of credential names, and their echoes."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import parse_qsl, quote, quote_plus, urlsplit, urlunsplit

import orjson

from crm_contracts.judge.exchange import Exchange, Headers
from crm_mocks.asgi.redaction import REDACTED, Redaction
from crm_mocks.contract import Contract
from crm_mocks.parsing.media_types import FORM, content_type

_MIN_LENGTH: Final = 4
"""Minimum length of secrets to redact everywhere, since shorter ones occur in ordinary words."""

_MAX_SEARCHED: Final = 200_000_000
"""Maximum length of a text times the number of secrets to find in it; beyond, all of it is redacted."""


class Secrets:
    """Redacts secrets in exchanges."""

    def __init__(self, contracts: Iterable[Contract], known: Iterable[str] = (), published: Iterable[str] = ()) -> None:
        """Prepare redaction.

        Args:
            contracts: contracts, which declare headers and parameters with credentials.
            known: secrets known to the user.
            published: credentials that are no secrets, such as the demo credentials of mocks.
        """
        self._redaction = Redaction(contracts, published)
        self._encodings: frozenset[str] = frozenset()
        for secret in known:
            self.add(secret)

    def add(self, secret: str) -> None:
        """Add a known secret."""
        self._encodings |= frozenset(_encodings(secret))

    def redactor(self, exchange: Exchange) -> Redactor:
        """Return a redactor for the known secrets and the credentials in the request."""
        encodings = self._encodings.union(*map(_encodings, self._credentials(exchange)))
        return Redactor(sorted(encodings, key=len, reverse=True))

    def redacted(self, exchange: Exchange) -> Exchange:
        """Redact the known secrets and the credentials in the request, in all parts of the exchange.

        Values of credential names in the response stay; they are redacted when the exchange is described.
        """
        redactor = self.redactor(exchange)
        return replace(
            exchange,
            url=redactor.text(exchange.url),
            request_headers=redactor.headers(exchange.request_headers),
            request_body=redactor.bytes(exchange.request_body),
            response_headers=redactor.headers(exchange.response_headers),
            response_body=redactor.bytes(exchange.response_body),
            failure=redactor.text(exchange.failure),
        )

    def fully_redacted(self, exchange: Exchange) -> Exchange:
        """Redact an exchange for storage: like `redacted`, and also values of credential names in the response."""
        redacted = self.redacted(exchange)
        parts = urlsplit(redacted.url)
        return replace(
            redacted,
            url=urlunsplit(parts._replace(query=self._redaction.form(parts.query))),
            request_headers=self._headers(redacted.request_headers),
            request_body=self._redaction.body(redacted.request_body, is_form=_is_form(redacted)),
            response_headers=self._headers(redacted.response_headers),
            response_body=self._redaction.body(redacted.response_body),
        )

    def _headers(self, headers: Headers) -> Headers:
        return tuple((name, self._redaction.header(name, value)) for name, value in headers)

    def _credentials(self, exchange: Exchange) -> Iterator[str]:
        """Yield the values of credential names in the request."""
        for name, value in exchange.request_headers:
            if self._redaction.header(name, value) != value:
                yield from _of_header(value)
        query = urlsplit(exchange.url).query
        yield from _differences(parse_qsl(query), parse_qsl(self._redaction.form(query)))
        yield from self._of_body(exchange.request_body, is_form=_is_form(exchange))

    def _of_body(self, body: bytes, *, is_form: bool) -> Iterator[str]:
        redacted = self._redaction.body(body, is_form=is_form)
        if redacted in (body, REDACTED.encode()):
            return
        if is_form:
            yield from _differences(parse_qsl(body.decode("latin-1")), parse_qsl(redacted.decode("latin-1")))
            return
        try:
            yield from _differences(orjson.loads(body), orjson.loads(redacted))
        except orjson.JSONDecodeError:
            return


def _of_header(value: str) -> Iterator[str]:
    """Yield the credential in a header, without its scheme; for Basic, also the password."""
    scheme, space, rest = value.partition(" ")
    secret = rest.strip() if space else value
    yield secret
    if scheme.lower() == "basic":
        try:
            yield base64.b64decode(secret).decode("utf-8", "replace").partition(":")[2]
        except (binascii.Error, ValueError):
            return


def _differences(value: Any, redacted: Any) -> Iterator[str]:
    """Yield the strings in a value that are redacted in its redacted copy."""
    if isinstance(value, dict) and isinstance(redacted, dict):
        for name, inner in value.items():
            yield from _differences(inner, redacted.get(name))
    elif isinstance(value, list | tuple) and isinstance(redacted, list | tuple):
        for inner, redacted_inner in zip(value, redacted, strict=False):
            yield from _differences(inner, redacted_inner)
    elif redacted == REDACTED != value and isinstance(
        value, str
    ):  # the same number may occur elsewhere for other reasons
        yield value


def _is_form(exchange: Exchange) -> bool:
    kinds = (value for name, value in exchange.request_headers if name.lower() == "content-type")
    return any(content_type(kind).media_type == FORM for kind in kinds)


def _encodings(secret: str) -> Iterator[str]:
    """Yield the encodings of a secret."""
    if len(secret) >= _MIN_LENGTH:
        raw = secret.encode("utf-8", "surrogatepass")
        yield from (secret, quote(raw, safe=""), quote_plus(raw), base64.b64encode(raw).decode())
        yield from (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])


def _json(raw: bytes) -> Any:
    """Return the JSON value of a body, or `None` if it is not JSON."""
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None


@dataclass(frozen=True)
class Redactor:
    """Redacts secrets in text.

    Attributes:
        encodings: encodings of the secrets, longest first.
    """

    encodings: Sequence[str]

    def text(self, text: str) -> str:
        """Redact the secrets in a string."""
        if self._is_too_much(text):
            return REDACTED
        for encoding in self.encodings:
            text = text.replace(encoding, REDACTED)
        return text

    def _is_too_much(self, text: str | bytes) -> bool:
        """Return whether a search for all secrets would take long: a client may send thousands of them in a body."""
        return len(text) * len(self.encodings) > _MAX_SEARCHED

    def headers(self, headers: Headers) -> Headers:
        """Redact the secrets in the values of headers."""
        return tuple((name, self.text(value)) for name, value in headers)

    def bytes(self, raw: bytes) -> bytes:
        """Redact the secrets in a body; JSON stays JSON."""
        if self._is_too_much(raw):
            return REDACTED.encode()
        redacted = raw
        for encoding in self.encodings:
            redacted = redacted.replace(encoding.encode("utf-8", "surrogatepass"), REDACTED.encode())
        if redacted == raw or _json(raw) is None or _json(redacted) is not None:
            return redacted
        return orjson.dumps(self._value(_json(raw)))  # a number contained the digits of a secret

    def _value(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {self.text(name): self._value(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._value(inner) for inner in value]
        if value is None or isinstance(value, bool):
            return value
        redacted = self.text(str(value))
        return value if redacted == str(value) else redacted

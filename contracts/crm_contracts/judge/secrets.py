"""Redacting secrets in what is shown and kept: known ones, those that names reveal, and their echoes."""

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

_SHORTEST: Final = 4
"""Characters: shorter secrets occur in ordinary words, and are only redacted where headers and members reveal them."""


class Secrets:
    """Redacts secrets in exchanges."""

    def __init__(self, contracts: Iterable[Contract], known: Iterable[str] = ()) -> None:
        """Learn secrets.

        Args:
            contracts: name headers and parameters that hold credentials, beside those whose names reveal it.
            known: secrets of the user's.
        """
        self._redaction = Redaction(contracts)
        self._spellings: frozenset[str] = frozenset()
        for secret in known:
            self.add(secret)

    def add(self, secret: str) -> None:
        """Learn a secret."""
        self._spellings |= frozenset(_spellings(secret))

    def redactor(self, exchange: Exchange) -> Redactor:
        """Return what redacts the known secrets and the credentials of an exchange's request in any text."""
        spellings = self._spellings.union(*map(_spellings, self._credentials(exchange)))
        return Redactor(sorted(spellings, key=len, reverse=True))

    def redacted(self, exchange: Exchange) -> Exchange:
        """Return an exchange without the known secrets and the credentials of its request, wherever they stand.

        What only names reveal in the response stays: whoever shows an exchange redacts that.
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
        """Return an exchange to be kept: as `redacted`, and without what names reveal in the response."""
        quiet = self.redacted(exchange)
        parts = urlsplit(quiet.url)
        return replace(
            quiet,
            url=urlunsplit(parts._replace(query=self._redaction.form(parts.query))),
            request_headers=self._headers(quiet.request_headers),
            request_body=self._redaction.body(quiet.request_body, is_form=_is_form(quiet)),
            response_headers=self._headers(quiet.response_headers),
            response_body=self._redaction.body(quiet.response_body),
        )

    def _headers(self, headers: Headers) -> Headers:
        return tuple((name, self._redaction.header(name, value)) for name, value in headers)

    def _credentials(self, exchange: Exchange) -> Iterator[str]:
        """Yield the credentials in a request that names reveal."""
        for name, value in exchange.request_headers:
            if self._redaction.header(name, value) != value:
                yield from _of_header(value)
        query = urlsplit(exchange.url).query
        yield from _differences(parse_qsl(query), parse_qsl(self._redaction.form(query)))
        yield from self._of_body(exchange.request_body, is_form=_is_form(exchange))

    def _of_body(self, body: bytes, *, is_form: bool) -> Iterator[str]:
        struck = self._redaction.body(body, is_form=is_form)
        if struck in (body, REDACTED.encode()):
            return
        if is_form:
            yield from _differences(parse_qsl(body.decode("latin-1")), parse_qsl(struck.decode("latin-1")))
            return
        try:
            yield from _differences(orjson.loads(body), orjson.loads(struck))
        except orjson.JSONDecodeError:
            return


def _of_header(value: str) -> Iterator[str]:
    """Yield the credential in a header, without its scheme, which is no secret; of Basic, the password too."""
    scheme, space, rest = value.partition(" ")
    secret = rest.strip() if space else value
    yield secret
    if scheme.lower() == "basic":
        try:
            yield base64.b64decode(secret).decode("utf-8", "replace").partition(":")[2]
        except (binascii.Error, ValueError):
            return


def _differences(value: Any, struck: Any) -> Iterator[str]:
    """Yield the texts in a value that are redacted in another one."""
    if isinstance(value, dict) and isinstance(struck, dict):
        for name, inner in value.items():
            yield from _differences(inner, struck.get(name))
    elif isinstance(value, list | tuple) and isinstance(struck, list | tuple):
        for inner, beside in zip(value, struck, strict=False):
            yield from _differences(inner, beside)
    elif struck == REDACTED != value and isinstance(value, str):  # a number means too many things elsewhere
        yield value


def _is_form(exchange: Exchange) -> bool:
    kinds = (value for name, value in exchange.request_headers if name.lower() == "content-type")
    return any(content_type(kind).media_type == FORM for kind in kinds)


def _spellings(secret: str) -> Iterator[str]:
    """Yield the ways to write a secret."""
    if len(secret) >= _SHORTEST:
        yield from (secret, quote(secret, safe=""), quote_plus(secret), base64.b64encode(secret.encode()).decode())
        yield from (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])


def _json(raw: bytes) -> Any:
    """Return the JSON value of a body; `None` where it is none."""
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None


@dataclass(frozen=True)
class Redactor:
    """Redacts texts.

    Attributes:
        spellings: of the secrets, the longest first.
    """

    spellings: Sequence[str]

    def text(self, text: str) -> str:
        """Return a text without the secrets."""
        for spelling in self.spellings:
            text = text.replace(spelling, REDACTED)
        return text

    def headers(self, headers: Headers) -> Headers:
        """Return headers without the secrets in their values."""
        return tuple((name, self.text(value)) for name, value in headers)

    def bytes(self, raw: bytes) -> bytes:
        """Return a body without the secrets; what was JSON still is."""
        redacted = raw
        for spelling in self.spellings:
            redacted = redacted.replace(spelling.encode("utf-8", "surrogatepass"), REDACTED.encode())
        if redacted == raw or _json(raw) is None or _json(redacted) is not None:
            return redacted
        return orjson.dumps(self._value(_json(raw)))  # a number had the digits of a secret

    def _value(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {self.text(name): self._value(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._value(inner) for inner in value]
        if value is None or isinstance(value, bool):
            return value
        redacted = self.text(str(value))
        return value if redacted == str(value) else redacted

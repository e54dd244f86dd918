"""Keeping secrets out of what is shown and kept: those that are known, those that names tell of, and their echoes."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import parse_qsl, quote, quote_plus, urlsplit, urlunsplit

import orjson

from crm_contracts.examination.exchange import Exchange, Headers
from crm_mocks.asgi.redaction import REDACTED, Redaction
from crm_mocks.contract import Contract
from crm_mocks.parsing.media_types import FORM, content_type

_SHORTEST: Final = 4
"""Characters: shorter ones stand in many words, and are only struck out where headers and members tell of them."""


class Secrets:
    """Strikes secrets out of exchanges."""

    def __init__(self, contracts: Iterable[Contract], known: Iterable[str] = ()) -> None:
        """Learn secrets.

        Args:
            contracts: name headers and parameters that hold credentials, beside those whose names tell of it.
            known: secrets of the user's.
        """
        self._redaction = Redaction(contracts)
        self._forms: frozenset[str] = frozenset()
        for secret in known:
            self.add(secret)

    def add(self, secret: str) -> None:
        """Learn a secret."""
        self._forms |= frozenset(_forms(secret))

    def struck(self, exchange: Exchange) -> Exchange:
        """Return an exchange without the secrets known, and without the credentials of its request.

        They are struck out wherever they stand, be it under names that tell nothing. What only names tell of in the
        answer stays: whoever shows an exchange strikes that out.
        """
        forms = self._forms.union(*map(_forms, self._credentials(exchange)))
        strike = _Strike(sorted(forms, key=len, reverse=True))
        return replace(
            exchange,
            url=strike.text(exchange.url),
            request_headers=strike.headers(exchange.request_headers),
            request_body=strike.bytes(exchange.request_body),
            answer_headers=strike.headers(exchange.answer_headers),
            answer_body=strike.bytes(exchange.answer_body),
            failure=strike.text(exchange.failure),
        )

    def without_any(self, exchange: Exchange) -> Exchange:
        """Return an exchange without secrets, to be kept: as `struck`, and without what names tell of in the answer."""
        quiet = self.struck(exchange)
        parts = urlsplit(quiet.url)
        return replace(
            quiet,
            url=urlunsplit(parts._replace(query=self._redaction.form(parts.query))),
            request_headers=self._headers(quiet.request_headers),
            request_body=self._redaction.body(quiet.request_body, is_form=_is_form(quiet)),
            answer_headers=self._headers(quiet.answer_headers),
            answer_body=self._redaction.body(quiet.answer_body),
        )

    def _headers(self, headers: Headers) -> Headers:
        return tuple((name, self._redaction.header(name, value)) for name, value in headers)

    def _credentials(self, exchange: Exchange) -> Iterator[str]:
        """Yield the credentials in a request that names tell of."""
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
    """Yield the texts in a value that have been struck out in another one."""
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


def _forms(secret: str) -> Iterator[str]:
    """Yield a secret as it may be written."""
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
class _Strike:
    """Strikes out texts, the longest first."""

    forms: Sequence[str]

    def bytes(self, raw: bytes) -> bytes:
        struck = raw
        for form in self.forms:
            struck = struck.replace(form.encode("utf-8", "surrogatepass"), REDACTED.encode())
        if struck == raw or _json(raw) is None or _json(struck) is not None:
            return struck
        return orjson.dumps(self._value(_json(raw)))  # a number had the digits of a secret

    def _value(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {self.text(name): self._value(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._value(inner) for inner in value]
        if value is None or isinstance(value, bool):
            return value
        struck = self.text(str(value))
        return value if struck == str(value) else struck

    def text(self, text: str) -> str:
        for form in self.forms:
            text = text.replace(form, REDACTED)
        return text

    def headers(self, headers: Headers) -> Headers:
        return tuple((name, self.text(value)) for name, value in headers)

"""Redaction: credentials are struck out of an exchange before anybody sees it, so that no file or report has them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import unquote_plus

import orjson

from crm_mocks.contract import Contract
from crm_mocks.parsing.bounded_cache import bounded_cache
from crm_mocks.parsing.media_types import FORM
from crm_mocks.state.journal_entry import JournalEntry

STRUCK_OUT: Final = "***"

_STEMS: Final = (
    *("passw", "passphrase", "passcode", "pwd", "token", "secret", "credential", "api_key", "apikey", "api-key"),
    *("access_key", "accesskey", "private_key", "privatekey", "authorization", "authorisation", "client_assertion"),
)
"""Parts of member and parameter names that tell of a credential."""

_HINTS: Final = (b"pass", b"pwd", b"token", b"secret", b"credential", b"key", b"authori", b"client_assertion")
"""Parts of the stems, fewer than these: a body without any of them has no credential."""

_HEADER_STEMS: Final = (*_STEMS, "authentication", "cookie", "signature", "-key-")
_HARMLESS: Final = re.compile(
    r"(?:[_-](?:type|in|ttl|ur[il]|endpoint|expir\w*)|token(?:type|ur[il]|endpoint|expir\w*))$"
)
"""Ends of names that tell about a credential without being one: `token_type`, `tokenUrl`."""

_SCHEMES: Final = frozenset({"apikey", "basic", "bearer", "digest", "negotiate", "token"})
_MOST_BYTES: Final = 256 * 1024
"""A larger body that may hold a credential is struck out as a whole: a closer look would hold up other clients."""

_PAIR: Final = (
    r"(?P<name>(?:{names})[\w-]{{0,40}}+)(?P<middle>\\?[\"']?\s{{0,20}}+[:=]\s{{0,20}}+)"
    r"(?:\\?\"(?:[^\"\\]|\\.)*+\"?|'[^']*+'?|[^\s&,;}}\]\"']++)"
)
"""A name, what stands between it and its value, and the value, in JSON, forms or headers that are none."""


class Redaction:
    """Strikes credentials out of exchanges, by the names of headers, parameters and members.

    Which names tell of a credential is known in general; a contract adds those of its API keys.
    """

    def __init__(self, contracts: Iterable[Contract]) -> None:
        """Collect the names.

        Args:
            contracts: of all vendors served.
        """
        keys = {
            str(scheme["name"]).lower()
            for contract in contracts
            for scheme in contract.security_schemes.values()
            if scheme.get("type") == "apiKey"
        }
        self._keys = frozenset(keys)
        stems = sorted({*_STEMS, *keys}, key=len, reverse=True)
        self._stems = tuple(stem.encode() for stem in stems)
        self._hints = (*_HINTS, *(stem for stem in self._stems if not any(hint in stem for hint in _HINTS)))
        self._pair = re.compile(_PAIR.format(names="|".join(map(re.escape, stems))), re.IGNORECASE)
        self._tells = bounded_cache(4096)(self._tells_of_secret)
        self._header_tells = bounded_cache(4096)(self._header_tells_of_secret)

    def apply(self, entry: JournalEntry) -> None:
        """Strike the credentials out of an exchange, in place; what was sent or received is not touched."""
        entry.raw_headers = [
            (name, _struck(value.decode("latin-1")).encode("latin-1") if self._header_tells(_text(name)) else value)
            for name, value in entry.raw_headers
        ]
        entry.response_headers = [(name, self.header(name, value)) for name, value in entry.response_headers]
        if entry.query:
            entry.query = self.form(entry.query)
        entry.request_body = self.body(entry.request_body, is_form=_is_form(entry))
        entry.response_body = self.body(entry.response_body)

    def header(self, name: str, value: str) -> str:
        """Return a header's value without the credential that its name tells of."""
        return _struck(value) if self._header_tells(name) else value

    def body(self, raw: bytes, *, is_form: bool = False) -> bytes:
        """Return a body without credentials; one that has none is returned as it is.

        Args:
            raw: as sent.
            is_form: its names may be percent-encoded.
        """
        if is_form:
            is_short = len(raw) <= _MOST_BYTES
            return self.form(raw.decode("latin-1")).encode("latin-1") if is_short else STRUCK_OUT.encode()
        lowered = raw.lower()
        if b"\0" in lowered:
            return self._wide(raw, lowered)
        if b"\\u00" not in lowered and not self._may_tell(lowered):
            return raw
        return self._searched(raw) if len(raw) <= _MOST_BYTES else STRUCK_OUT.encode()

    def _searched(self, raw: bytes) -> bytes:
        """Return a body that may have credentials without them."""
        try:
            value = orjson.loads(raw)
            redacted = self._value(value)
            if redacted != value:
                return orjson.dumps(redacted)
        except orjson.JSONDecodeError:
            pass
        except (RecursionError, TypeError):  # nested too deeply to be looked at, or written again
            return STRUCK_OUT.encode()
        # No JSON, or a member that another of the same name hides.
        return self._text(raw.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")

    def _may_tell(self, lowered: bytes) -> bool:
        for hint in self._hints:
            if hint in lowered:
                return any(stem in lowered for stem in self._stems)
        return False  # nearly all bodies: this is all the time that they take

    def form(self, text: str) -> str:
        """Return a query or form without credentials."""
        return "&".join(self._parameter(pair) for pair in text.split("&"))

    def _parameter(self, pair: str) -> str:
        name, equals, _ = pair.partition("=")
        return f"{name}={STRUCK_OUT}" if equals and self._tells(unquote_plus(name).strip()) else pair

    def _value(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: _strike(inner) if self._tells(name) else self._value(inner) for name, inner in value.items()}
        return [self._value(inner) for inner in value] if isinstance(value, list) else value

    def _text(self, text: str) -> str:
        """Return a text that is no JSON without what looks like a credential in it."""
        return self._pair.sub(self._strike_pair, text)

    def _strike_pair(self, found: re.Match[str]) -> str:
        name, middle = found.group("name", "middle")
        is_struck = found[0].removeprefix(name + middle).strip("\\\"'") == STRUCK_OUT  # its quotes make it JSON
        return found[0] if is_struck or not self._tells(name) else f"{name}{middle}{STRUCK_OUT}"

    def _wide(self, raw: bytes, lowered: bytes) -> bytes:
        """Return a body that may be in a charset of two or four bytes a character: all of it, or nothing."""
        narrow = lowered.replace(b"\0", b"")
        return STRUCK_OUT.encode() if any(stem in narrow for stem in self._stems) else raw

    def _tells_of_secret(self, name: str) -> bool:
        lowered = name.lower()
        return lowered in self._keys or (any(stem in lowered for stem in _STEMS) and not _HARMLESS.search(lowered))

    def _header_tells_of_secret(self, name: str) -> bool:
        lowered = name.lower()
        told = any(stem in f"-{lowered}-" for stem in _HEADER_STEMS) and lowered != "idempotency-key"
        return lowered in self._keys or (told and not _HARMLESS.search(lowered))


def _strike(value: Any) -> Any:
    """Return the value of a member that is a credential: texts and numbers struck out, at any depth."""
    if isinstance(value, dict):
        return {name: _strike(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_strike(inner) for inner in value]
    return value if value is None or isinstance(value, bool) or value == "" else STRUCK_OUT


def _struck(value: str) -> str:
    """Return the value of a header that is a credential; its scheme stays."""
    scheme, space, _ = value.partition(" ")
    return f"{scheme} {STRUCK_OUT}" if space and scheme.lower() in _SCHEMES else STRUCK_OUT


@bounded_cache(4096)
def _text(name: bytes) -> str:
    return name.decode("latin-1")


def _is_form(entry: JournalEntry) -> bool:
    return any(name == b"content-type" and FORM in _text(value).lower() for name, value in entry.raw_headers)

"""Redaction: removes credentials from exchanges before they are shown or written to files and reports."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from typing import Any, Final
from urllib.parse import unquote_plus

import jsonschema_rs
import orjson

from crm_mocks.contract import Contract
from crm_mocks.credential_names import REDACTED, STEMS, is_credential_header, is_credential_name
from crm_mocks.parsing.bounded_cache import MAX_LENGTH, bounded_cache
from crm_mocks.parsing.media_types import FORM
from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.violations import Violation

__all__ = ["REDACTED", "Redaction"]

_SCHEMES: Final = frozenset({"apikey", "basic", "bearer", "digest", "negotiate", "token"})
_SYNTAX: Final = re.compile(r"[][.^$*+?(){}|\\]")
_MAX_NAMES: Final = 4096
_MAX_BYTES: Final = 256 * 1024
"""A larger body that may contain a credential is redacted as a whole: searching it would block other clients."""

_PAIR: Final = (
    r"(?P<name>(?:{names})[\w-]{{0,40}}+)(?P<middle>\\?[\"']?\s{{0,20}}+[:=]\s{{0,20}}+)"
    r"(?:\\?\"(?:[^\"\\]|\\.)*+\"?|'[^']*+'?|[^\s&,;}}\]\"']++)"
)
"""A name, a separator and a value, in malformed JSON, forms or headers."""


class Redaction:
    """Redacts credentials, identified by the names of headers, parameters and members.

    Common names are built in; contracts add those of their API keys.
    """

    def __init__(self, contracts: Iterable[Contract], published: Iterable[str] = ()) -> None:
        """Collect the names.

        Args:
            contracts: contracts of all vendors served.
            published: credentials that are no secrets, such as the demo credentials of mocks; they are kept, so that
                a request can be repeated.
        """
        self._published = frozenset(published)
        keys = {
            str(scheme["name"]).lower()
            for contract in contracts
            for scheme in contract.security_schemes.values()
            if scheme.get("type") == "apiKey"
        }
        self._keys = frozenset(keys)
        stems = sorted({*STEMS, *keys}, key=len, reverse=True)
        self._stems = tuple(stem.encode() for stem in stems)
        self._has_stem = _search(self._stems)
        self._pair = re.compile(_PAIR.format(names="|".join(map(re.escape, stems))), re.IGNORECASE)
        self._is_secret = bounded_cache(_MAX_NAMES)(self._names_secret)
        self._is_secret_header = _SecretHeaders(self._keys)

    def apply(self, entry: JournalEntry) -> None:
        """Redact an entry in place; the bytes sent and received are not affected."""
        is_secret = self._is_secret_header
        is_form = False
        for number, (name, value) in enumerate(entry.request_headers):
            if is_secret[name]:
                kept = self._header_value(value)
                if kept != value:
                    entry.request_headers = [*entry.request_headers]  # the request keeps its own
                    entry.request_headers[number] = name, kept
            elif name == "content-type" and FORM in value.lower():
                is_form = True
        for response_name, _ in entry.response_headers:
            if is_secret[response_name]:
                entry.response_headers = [(name, self.header(name, value)) for name, value in entry.response_headers]
                break
        if entry.query:
            entry.query = self.form(entry.query)
        if is_form or self._may_be_secret(entry.request_body + entry.response_body):
            entry.request_body = self.body(entry.request_body, is_form=is_form)
            entry.response_body = self.body(entry.response_body)
        if entry.violations:
            entry.violations = [self.violation(each) if each.sent else each for each in entry.violations]

    def violation(self, violation: Violation) -> Violation:
        """Return a violation whose `sent` contains no credential."""
        place, *names = map(str, violation.location)
        is_secret = self._is_secret_header.__getitem__ if place == "header" else self._is_secret
        sent = REDACTED if any(map(is_secret, names)) else self._text(violation.sent)
        return violation if sent == violation.sent else replace(violation, sent=sent)

    def header(self, name: str, value: str) -> str:
        """Return the value of a header, redacted if its name indicates a credential."""
        return self._header_value(value) if self._is_secret_header[name] else value

    def body(self, raw: bytes, *, is_form: bool = False) -> bytes:
        """Return a body without credentials; a body without any is returned unchanged.

        Args:
            raw: body as sent.
            is_form: the body is a form, in which names may be percent-encoded.
        """
        if is_form:
            is_short = len(raw) <= _MAX_BYTES
            return self.form(raw.decode("latin-1")).encode("latin-1") if is_short else REDACTED.encode()
        if not self._may_be_secret(raw):
            return raw
        if b"\0" in raw:
            return self._wide_body(raw)
        return self._redacted_body(raw) if len(raw) <= _MAX_BYTES else REDACTED.encode()

    def _may_be_secret(self, raw: bytes) -> bool:
        """Return whether a body has to be looked at closely; almost none has."""
        return b"\0" in raw or self._has_stem(raw.lower().decode("latin-1"))

    def _redacted_body(self, raw: bytes) -> bytes:
        """Return a body that may contain credentials without them."""
        try:
            value = orjson.loads(raw)
            redacted = self._value(value)
            if redacted != value:
                return orjson.dumps(redacted)
        except orjson.JSONDecodeError:
            pass
        except (RecursionError, TypeError):  # nested too deeply to be searched or serialized
            return REDACTED.encode()
        # Not JSON, or a credential hidden by a duplicate member name.
        return self._text(raw.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")

    def form(self, text: str) -> str:
        """Return a query or form without credentials."""
        return "&".join(self._parameter(pair) for pair in text.split("&"))

    def _parameter(self, pair: str) -> str:
        name, equals, value = pair.partition("=")
        is_secret = equals and self._is_secret(unquote_plus(name).strip())
        return f"{name}={REDACTED}" if is_secret and unquote_plus(value) not in self._published else pair

    def _value(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {
                name: self._secret_value(inner) if self._is_secret(name) else self._value(inner)
                for name, inner in value.items()
            }
        return [self._value(inner) for inner in value] if isinstance(value, list) else value

    def _secret_value(self, value: Any) -> Any:
        """Return the value of a credential member with strings and numbers redacted at any depth."""
        if isinstance(value, dict):
            return {name: self._secret_value(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._secret_value(inner) for inner in value]
        is_kept = value is None or isinstance(value, bool) or value == "" or value in self._published
        return value if is_kept else REDACTED

    def _header_value(self, value: str) -> str:
        """Return the value of a credential header; a known scheme is kept."""
        scheme, space, credential = value.partition(" ")
        if not space or scheme.lower() not in _SCHEMES:
            return value if value in self._published else REDACTED
        return value if self._is_published(scheme, credential.strip()) else f"{scheme} {REDACTED}"

    def _is_published(self, scheme: str, credential: str) -> bool:
        if scheme.lower() != "basic":
            return credential in self._published
        try:
            user, _, password = base64.b64decode(credential, validate=True).decode().partition(":")
        except ValueError:
            return False
        return user in self._published and (not password or password in self._published)

    def _text(self, text: str) -> str:
        """Return a text that is not JSON without anything that looks like a credential."""
        return self._pair.sub(self._redact_pair, text)

    def _redact_pair(self, found: re.Match[str]) -> str:
        name, middle = found.group("name", "middle")
        value = found[0].removeprefix(name + middle).strip("\\\"'")  # quotes are part of JSON
        is_kept = value == REDACTED or value in self._published or not self._is_secret(name)
        return found[0] if is_kept else f"{name}{middle}{REDACTED}"

    def _wide_body(self, raw: bytes) -> bytes:
        """Return a body that may be UTF-16 or UTF-32, redacted as a whole if it may contain a credential."""
        narrow = raw.lower().replace(b"\0", b"")
        return REDACTED.encode() if any(stem in narrow for stem in self._stems) else raw

    def _names_secret(self, name: str) -> bool:
        return name.lower() in self._keys or is_credential_name(name)


class _SecretHeaders(dict[str, bool]):
    """Whether the name of a header indicates a credential; a bounded number of names is remembered."""

    def __init__(self, keys: frozenset[str]) -> None:
        """Create it.

        Args:
            keys: lower-case names of the contracts' API keys.
        """
        super().__init__()
        self._keys = keys

    def __missing__(self, name: str) -> bool:
        is_secret = name.lower() in self._keys or is_credential_header(name)
        if len(self) < _MAX_NAMES and len(name) <= MAX_LENGTH:
            self[name] = is_secret
        return is_secret


@cache
def _search(stems: tuple[bytes, ...]) -> Callable[[str], bool]:
    """Return a function that finds any of the stems, or an escaped letter, in lower-case text.

    The engine of the schema validator finds all of them at once, thirty times faster than one `in` for each.
    """
    texts = (_SYNTAX.sub(r"\\\g<0>", stem.decode("latin-1")) for stem in stems)
    pattern = {"pattern": "|".join((r"\\u00", *texts))}
    find: Callable[[str], bool] = jsonschema_rs.Draft4Validator(
        pattern, pattern_options=jsonschema_rs.RegexOptions()
    ).is_valid
    return find

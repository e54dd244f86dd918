"""Credentials that are known by their values, and are struck out wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final
from urllib.parse import unquote, unquote_plus

import orjson

from crm_mocks.credential_names import REDACTED, hidden
from crm_mocks.redaction.credential_encodings import encodings
from crm_mocks.redaction.json_texts import replaced, texts_of
from crm_mocks.redaction.linear_search import searcher

MIN_LENGTH: Final = 4
"""Minimum length in characters, since shorter values occur in ordinary words."""

MAX_KNOWN: Final = 1_000
"""Number of credentials that are remembered. The oldest is dropped first, and issued ones before any that was given."""

_MAX_LENGTH: Final = 8_192
"""Length in characters of a credential that is remembered."""

_FEW: Final = 128
"""Number of patterns up to which a text is searched for each."""

MAX_WORDS: Final = 65_536
"""Characters of long words that are searched for many credentials; a text with more of them is hidden."""

MAX_ENCODED: Final = 65_536
"""Characters of the pieces of a text with percent-encoding that are searched; a text with more of them is hidden."""

_PIECE: Final = 1_024
"""Characters of such a piece, and of the rest of a word."""

_MAX_TRIED: Final = 500_000
"""Number of words with percent-encoding times number of patterns that each is searched for."""

MAX_SEARCHED: Final = 50_000_000
"""Length of a text times number of patterns that it is searched for; beyond, it is hidden."""

_END: Final = 16
_WORD: Final = re.compile(r"[A-Za-z0-9+/_=%.~-]{16,}+")
"""Where a credential of common characters may stand."""

_has_long_word: Final = searcher(r"[A-Za-z0-9+/_=%.~-]{16}|\\[u/]|%[0-9A-Fa-f]{2}|\x00")
"""Finds long words, and what may hide others: escapes of JSON, percent-encoding, the bytes of UTF-16 and UTF-32."""

_ENCODED: Final = re.compile("%[0-9A-Fa-f]{2}")
_BETWEEN_WORDS: Final = re.compile(r"[\s\"'<>&?#;,\\]")
_WORD_OF_URL: Final = re.compile(r"[^\s\"'<>&=?#;,\\]++=*+")

SEPARATOR: Final = "\x1e"
"""Stands between texts that are searched at once: white space, which no credential and no other text has."""

_PLAIN: Final = re.compile(r"[A-Za-z0-9+/_=%.~-]{16,}+")


class TooMuchToSearch(Exception):
    """A text has so much in it that may be a credential that a search would hold up other clients."""


class KnownCredentials:
    """Values of credentials, in the encodings in which they may stand in a text."""

    def __init__(self, published: Iterable[str] = (), values: Iterable[str] = ()) -> None:
        """Start with some.

        Args:
            published: credentials that are no secrets.
            values: credentials.
        """
        self._published = frozenset(published)
        self._values: dict[str, tuple[str, ...]] = {}
        self._issued: dict[str, None] = {}
        self._patterns: dict[str, None] = {}
        self._by_end: dict[str, list[str]] = {}
        self._odd: list[str] = []
        self.version = 0
        """Number of changes."""
        self.add_all(values)

    def __bool__(self) -> bool:
        """Return whether any is known."""
        return bool(self._values)

    def add(self, value: str) -> None:
        """Add a credential that was given, unless it is short, published or not one value but the place of one."""
        self._issued.pop(value, None)
        if value in self._values or not MIN_LENGTH <= len(value) <= _MAX_LENGTH:
            return
        if value in self._published or value.startswith(REDACTED):
            return
        if len(self._values) >= MAX_KNOWN:
            self._drop(next(iter(self._issued or self._values)))
        patterns = self._values[value] = encodings(value)
        self.version += 1
        for pattern in patterns:
            self._patterns[pattern] = None
            if _PLAIN.fullmatch(pattern):
                self._by_end.setdefault(pattern[-_END:], []).append(pattern)
            else:
                self._odd.append(pattern)

    def may_stand_in(self, text: str) -> bool:
        """Return whether a text may have one of the credentials; most have no word that is long enough."""
        is_too_much = len(self._odd) * len(text) > MAX_SEARCHED
        return _has_long_word(text) or is_too_much or any(each in text for each in self._odd)

    def __contains__(self, value: str) -> bool:
        """Return whether a credential is known."""
        return value in self._values

    def add_all(self, values: Iterable[str]) -> None:
        """Add credentials."""
        for value in values:
            self.add(value)

    def add_issued(self, values: Iterable[str]) -> None:
        """Add credentials that a response has issued: there may be any number of them."""
        for value in values:
            if value not in self._values:
                self.add(value)
                if value in self._values:
                    self._issued[value] = None

    def add_known(self, other: KnownCredentials) -> None:
        """Add the credentials that are known elsewhere."""
        self.add_all(each for each in other._values if each not in other._issued)
        self.add_issued(other._issued)

    def _drop(self, value: str) -> None:
        self._issued.pop(value, None)
        for pattern in self._values.pop(value):
            self._patterns.pop(pattern, None)
            if _PLAIN.fullmatch(pattern):
                same = self._by_end.get(pattern[-_END:], [])
                if pattern in same:
                    same.remove(pattern)
                if not same:
                    self._by_end.pop(pattern[-_END:], None)
            elif pattern in self._odd:
                self._odd.remove(pattern)

    def is_absent(self, texts: Iterable[str]) -> bool:
        """Return whether none of the credentials stands in texts, as far as one search for all can tell."""
        text = SEPARATOR.join(texts)
        if not self.may_stand_in(text):
            return True
        try:
            return not (_may_hide(text) or self._found(text))
        except TooMuchToSearch:
            return False

    def text(self, text: str) -> str:
        """Return a text without the credentials."""
        if not self.may_stand_in(text):
            return text
        try:
            return self._struck(text)
        except TooMuchToSearch:
            return REDACTED

    def _struck(self, text: str) -> str:
        for pattern in self._found(text):
            text = text.replace(pattern, REDACTED)
        return self._without_encoded(text)

    def body(self, raw: bytes) -> bytes:
        """Return a body without the credentials; JSON stays JSON."""
        text = raw.decode("latin-1")
        if not self.may_stand_in(text):
            return raw
        try:
            found = self._found(text)
            if not (found or _may_hide(text)):
                return raw
            text = self._without_encoded(text)
            if "\0" in text and self._found(text.replace("\0", "")):
                return hidden(len(raw)).encode()
        except TooMuchToSearch:
            return hidden(len(raw)).encode()
        if not found and "\\" not in text:
            return text.encode("latin-1")
        for pattern in found:
            text = text.replace(pattern, REDACTED)
        struck = text.encode("latin-1")
        value = _json(raw)
        if value is None or ("\\" not in text and _json(struck) is not None):
            return struck
        return self._json_body(raw, value, found)

    def _json_body(self, raw: bytes, value: Any, found: Iterable[str]) -> bytes:
        """Return a body in JSON where a number has the digits of a credential, or an escape may hide one."""
        try:
            struck = self.value(value)
            if struck != value:
                return orjson.dumps(struck)
            is_hidden = any(not each.isalpha() for each in found)  # in a number that loses digits when it is read
        except TooMuchToSearch:
            is_hidden = True
        except (RecursionError, TypeError):
            is_hidden = any(found)
        return hidden(len(raw)).encode() if is_hidden else raw

    def value(self, value: Any) -> Any:
        """Return a JSON value without the credentials; all of its texts are searched at once.

        Raises:
            TooMuchToSearch: the search would take long.
        """
        texts = list(dict.fromkeys(texts_of(value)))
        struck = self._struck(SEPARATOR.join(texts)).split(SEPARATOR)
        if texts and len(struck) != len(texts):
            raise TooMuchToSearch
        return replaced(value, dict(zip(texts, struck, strict=False)))

    def _without_encoded(self, text: str) -> str:
        """Return a text without words in which percent-encoding hides a credential, whichever characters it encodes.

        Raises:
            TooMuchToSearch: the search would take long.
        """
        if _ENCODED.search(text) is None:
            return text
        pieces = list(_pieces(text))
        encoded = "".join(filter(_ENCODED.search, pieces))
        if len(encoded) > MAX_ENCODED:
            raise TooMuchToSearch
        if not self._stands_encoded_in(encoded):
            return text
        words = {word for word in _WORD_OF_URL.findall(encoded) if "%" in word}
        if len(words) * len(self._patterns) > _MAX_TRIED:
            raise TooMuchToSearch
        secret = {word for word in words if self._stands_encoded_in(word)}
        return "".join(
            _WORD_OF_URL.sub(lambda found: REDACTED if found[0] in secret else found[0], piece)
            if _ENCODED.search(piece)
            else piece
            for piece in pieces
        )

    def _stands_encoded_in(self, text: str) -> bool:
        return any(self._found(decoded) for decoded in {unquote(text), unquote_plus(text)} - {text})

    def _found(self, text: str) -> list[str]:
        """Return the patterns that stand in a text, longest first.

        Raises:
            TooMuchToSearch: the search would take long.
        """
        is_many = len(self._patterns) > _FEW
        searched = list(self._odd if is_many else self._patterns)
        if len(searched) * len(text) > MAX_SEARCHED:
            raise TooMuchToSearch
        found = {each for each in searched if each in text}
        if is_many:
            found.update(self._found_in_words(text))
        return sorted(found, key=len, reverse=True)

    def _found_in_words(self, text: str) -> Iterator[str]:
        words = _WORD.findall(text)
        if sum(map(len, words)) > MAX_WORDS:
            raise TooMuchToSearch
        by_end = self._by_end
        ends = {word[end - _END : end] for word in words for end in range(_END, len(word) + 1)}
        for end in by_end.keys() & ends:
            yield from (pattern for pattern in by_end[end] if pattern in text)


def _may_hide(text: str) -> bool:
    """Return whether percent-encoding, escapes or the zeros of UTF-16 may hide a credential in a text."""
    return "\\" in text or "\0" in text or ("%" in text and _ENCODED.search(text) is not None)


def _pieces(text: str) -> Iterator[str]:
    """Yield the pieces of a text, cut between words."""
    start = 0
    while start < len(text):
        found = _BETWEEN_WORDS.search(text, start + _PIECE)
        end = found.end() if found else len(text)
        yield text[start:end]
        start = end


def _json(raw: bytes) -> Any:
    """Return the JSON value of a body, or `None` if it is not JSON."""
    try:
        return orjson.loads(raw)
    except (orjson.JSONDecodeError, RecursionError):
        return None

"""Values that look like credentials, whatever their names."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Final
from urllib.parse import unquote

from crm_mocks.credential_names import hidden, is_credential_name

WELL_KNOWN: Final = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{30,}"
    r"|\bsk_live_|\bxox[abprs]-|\bAIza[\w-]{35}"
)
"""Beginnings of private keys, and of the keys of well-known services."""

_CREDENTIAL: Final = re.compile(
    rf"{WELL_KNOWN.pattern}"
    r"|\beyJ[A-Za-z0-9_-]{8,}+(?:\.[A-Za-z0-9_-]*+)*+"  # a JWT begins like this, as all JSON objects in base64 do
    r"|\b(?i:bearer|basic)\s++(?=[A-Za-z+/=._~-]*+[0-9])[A-Za-z0-9+/=._~-]{6,}+"
    r"|\bsk_test_\w++|\bglpat-[\w-]++|(?<=://)[^/\s:@]{1,200}+:[^/\s@]{1,200}+(?=@)"
)
_RUN: Final = re.compile(r"\w{6,}+")
_ENCODED_RUN: Final = re.compile(r"(?:\w|%[0-9A-Fa-f]{2}){6,}+")
"""A word, in which any characters may be percent-encoded."""

_DIVIDED: Final = re.compile(r"\d(?:[ -]?\d){8,}+")
"""A number of nine digits or more, in groups or not."""

_MOMENT: Final = re.compile(r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?")
_NO_NAME: Final = re.compile(r"[\"'{}<>:;=,&@?|\s]")
"""Characters of texts that stand where a name should."""

_MAX_QUOTED: Final = 3
"""Times that a text may be percent-encoded."""

_MAX_LENGTH: Final = 500
"""Characters of a text that is searched; a longer one may be anything."""

_MAX_NAME, _MAX_CHANGES = 100, 3
"""Characters of a name, and changes between letters and digits in a word of it."""

_LEAST_PART: Final = 5
"""Letters of a word, on average, in the name of a product that consists of several, such as `PostmanRuntime`."""

_MAX_DIGITS, _MAX_LETTERS, _MAX_TURNS = 8, 24, 3
"""Digits, letters, and changes from lower to upper case that a word has at most."""


def is_credential(text: str) -> bool:
    """Return whether a text contains what is certainly a credential, such as a JWT."""
    return _CREDENTIAL.search(text) is not None


def without_credentials(text: str, replacement: str) -> str:
    """Return a text with a replacement for each part that is certainly a credential."""
    return _CREDENTIAL.sub(replacement, text)


def looks_secret(text: str) -> bool:
    """Return whether a text might contain a credential.

    It is harmless if it consists of words, short numbers, dates or addresses. Letters and digits in one word are
    taken for a password or token.

    Example:
        >>> [looks_secret(text) for text in ("Ada Lovelace", "2026-11-29", "hunter2", "eyJhbGciOiJub25lIn0.e30.")]
        [False, False, True, True]
    """
    return looks_random(text) or is_credential_name(text)


def looks_random(text: str) -> bool:
    """Return whether a text is long, or has a word that looks like a password or token."""
    if len(text) > _MAX_LENGTH or is_credential(text):
        return True
    for _ in range(_MAX_QUOTED):
        if any(map(_is_random, _RUN.findall(text))) or _DIVIDED.search(_MOMENT.sub("", text)):
            return True
        plain = unquote(text)
        if plain == text:
            return False
        text = plain
    return True


def is_random_name(name: str) -> bool:
    """Return whether a name is no word but a value, such as a token or an identifier.

    Example:
        >>> [is_random_name(name) for name in ("address2", "x-iso3166-1", "9f86d081884c7d659a2feaa0c55ad015")]
        [False, False, True]
    """
    if len(name) > _MAX_NAME or is_credential(name):
        return True
    is_value = _is_identifier if _NO_NAME.search(name) is None else _is_random
    return any(map(is_value, _RUN.findall(name)))


def shown_name(name: str) -> str:
    """Return a name as it is shown: by its length if it is no word but a value."""
    return hidden(len(name)) if is_random_name(name) else name


def without_random_words(text: str, replacement: str) -> str:
    """Return a text with a replacement for each word that looks like a password or token."""
    return _RUN.sub(lambda found: replacement if _is_random(found[0]) else found[0], text)


def without_identifiers(text: str, replacement: Callable[[str], str]) -> str:
    """Return a text with a replacement for each credential, and for each word that is a value, such as a token."""
    struck = _CREDENTIAL.sub(lambda found: replacement(found[0]), text)
    return _ENCODED_RUN.sub(lambda found: replacement(found[0]) if _is_value(found[0]) else found[0], struck)


def _is_value(word: str) -> bool:
    """Return whether a word, in which characters may be percent-encoded, is an identifier or like base64."""
    if "%" in word:
        return any(map(_is_value, _RUN.findall(_decoded(word))))
    turns = _turns(word)
    return _is_identifier(word) or (turns > _MAX_TURNS and turns * _LEAST_PART > len(word))


def _is_identifier(word: str) -> bool:
    changes = sum(before.isdigit() != after.isdigit() for before, after in pairwise(word))
    return changes > _MAX_CHANGES or sum(map(str.isdigit, word)) > _MAX_DIGITS or len(word) > 2 * _MAX_LETTERS


def _is_random(word: str) -> bool:
    digits = sum(map(str.isdigit, word))
    if digits:
        return digits > _MAX_DIGITS or any(map(str.isalpha, word))
    return len(word) > _MAX_LETTERS or _turns(word) > _MAX_TURNS


def _turns(word: str) -> int:
    return sum(before.islower() and after.isupper() for before, after in pairwise(word))


def _decoded(text: str) -> str:
    """Return a text without percent-encoding, however often it was encoded."""
    for _ in range(_MAX_QUOTED):
        text = unquote(text)
    return text

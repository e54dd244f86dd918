"""Names of headers, parameters and members whose values are credentials, and what is shown in place of a value."""

from __future__ import annotations

import re
from typing import Any, Final

REDACTED: Final = "***"
"""Replaces a credential."""

STEMS: Final = (
    *("passw", "passphrase", "passcode", "pwd", "token", "secret", "credential", "api_key", "apikey", "api-key"),
    *("access_key", "accesskey", "private_key", "privatekey", "authorization", "authorisation", "client_assertion"),
    *("sessionid", "session_id", "session-id", "sessid"),
)
"""Substrings of names of members and parameters that hold credentials."""

_STEM: Final = re.compile("|".join(STEMS))

_WORDS: Final = frozenset({"cvc", "cvv", "jwt", "otp", "pin", "sid", "signature", "tan"})
"""Words of such names that are too common to be substrings."""

_HEADER_STEM: Final = re.compile("|".join((*STEMS, "authentication", "cookie", "signature", "-key-")))
_METADATA_SUFFIX: Final = re.compile(
    r"(?:[_-](?:type|in|ttl|ur[il]|endpoint|expir\w*)|token(?:type|ur[il]|endpoint|expir\w*))$"
)
"""Suffixes of names that describe a credential without holding one: `token_type`, `tokenUrl`."""

_BLANK: Final = re.compile(r"[\s.]+")
_WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_REPLACED: Final = re.compile(r"\*\*\*(?:\(\d+\))?")


def is_credential_name(name: str) -> bool:
    """Return whether a member or parameter of this name holds a credential."""
    lowered = _BLANK.sub("_", name.strip().lower())
    return (_STEM.search(lowered) is not None or _has_word(name)) and not _METADATA_SUFFIX.search(lowered)


def is_credential_header(name: str) -> bool:
    """Return whether a header of this name holds a credential."""
    lowered = name.lower()
    has_stem = _HEADER_STEM.search(f"-{lowered}-") is not None and lowered != "idempotency-key"
    return (has_stem or _has_word(name)) and not _METADATA_SUFFIX.search(lowered)


def _has_word(name: str) -> bool:
    return not _WORDS.isdisjoint(word.lower() for word in _WORD.findall(name))


def hidden(length: int) -> str:
    """Return what is shown in place of a value that the contract does not document.

    Args:
        length: of the value, in characters; of a body, in bytes.
    """
    return f"{REDACTED}({length})"


def is_redacted(value: Any) -> bool:
    """Return whether a value stands in place of another: of a credential, or of one that is hidden by its length."""
    return isinstance(value, str) and value.startswith(REDACTED) and _REPLACED.fullmatch(value) is not None

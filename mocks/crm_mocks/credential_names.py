"""Names of headers, parameters and members whose values are credentials."""

from __future__ import annotations

import re
from typing import Final

REDACTED: Final = "***"
"""Replaces a credential."""

STEMS: Final = (
    *("passw", "passphrase", "passcode", "pwd", "token", "secret", "credential", "api_key", "apikey", "api-key"),
    *("access_key", "accesskey", "private_key", "privatekey", "authorization", "authorisation", "client_assertion"),
)
"""Substrings of names of members and parameters that hold credentials."""

_HEADER_STEMS: Final = (*STEMS, "authentication", "cookie", "signature", "-key-")
_METADATA_SUFFIX: Final = re.compile(
    r"(?:[_-](?:type|in|ttl|ur[il]|endpoint|expir\w*)|token(?:type|ur[il]|endpoint|expir\w*))$"
)
"""Suffixes of names that describe a credential without holding one: `token_type`, `tokenUrl`."""


def is_credential_name(name: str) -> bool:
    """Return whether a member or parameter of this name holds a credential."""
    lowered = name.lower()
    return any(stem in lowered for stem in STEMS) and not _METADATA_SUFFIX.search(lowered)


def is_credential_header(name: str) -> bool:
    """Return whether a header of this name holds a credential."""
    lowered = name.lower()
    has_stem = any(stem in f"-{lowered}-" for stem in _HEADER_STEMS) and lowered != "idempotency-key"
    return has_stem and not _METADATA_SUFFIX.search(lowered)

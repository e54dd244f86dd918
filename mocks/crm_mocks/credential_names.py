"""Names of headers, parameters and members whose values are credentials."""

from __future__ import annotations

import re
from typing import Final

REDACTED: Final = "***"
"""Stands in place of a credential."""

STEMS: Final = (
    *("passw", "passphrase", "passcode", "pwd", "token", "secret", "credential", "api_key", "apikey", "api-key"),
    *("access_key", "accesskey", "private_key", "privatekey", "authorization", "authorisation", "client_assertion"),
)
"""Parts of member and parameter names that tell of a credential."""

_HEADER_STEMS: Final = (*STEMS, "authentication", "cookie", "signature", "-key-")
_HARMLESS: Final = re.compile(
    r"(?:[_-](?:type|in|ttl|ur[il]|endpoint|expir\w*)|token(?:type|ur[il]|endpoint|expir\w*))$"
)
"""Ends of names that tell about a credential without being one: `token_type`, `tokenUrl`."""


def names_credential(name: str) -> bool:
    """Return whether the value of a member or parameter of this name is a credential."""
    lowered = name.lower()
    return any(stem in lowered for stem in STEMS) and not _HARMLESS.search(lowered)


def header_names_credential(name: str) -> bool:
    """Return whether the value of a header of this name is a credential."""
    lowered = name.lower()
    named = any(stem in f"-{lowered}-" for stem in _HEADER_STEMS) and lowered != "idempotency-key"
    return named and not _HARMLESS.search(lowered)

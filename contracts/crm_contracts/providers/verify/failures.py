"""Rules and messages for the failures of schemathesis' checks."""

from __future__ import annotations

import re
from typing import Any, Final

_REFUSED_VALID: Final = "a request that satisfies the contract must be accepted, but was refused"

_RULES: Final = {
    "AcceptedNegativeData": (
        "accepted-invalid",
        "a request that violates the contract must be refused, but was accepted",
    ),
    "AllowHeaderMismatch": ("allow-header", "Allow must list the methods of the path, but lists others"),
    "CustomFailure": ("refused-valid", _REFUSED_VALID),
    "IgnoredAuth": ("credentials-ignored", "a request without valid credentials must be refused, but was accepted"),
    "MissingHeaderNotRejected": ("accepted-invalid", "a request without a required header must be refused"),
    "ObjectLevelAuthorizationViolation": (
        "authorization",
        "what one client has created must not be shown to another",
    ),
    "EnsureResourceAvailability": ("lost", "a created resource must exist afterwards"),
    "RejectedPositiveData": ("refused-valid", _REFUSED_VALID),
    "ServerError": ("server-error", "the provider must not fail, whatever the request"),
    "UnsupportedMethodResponse": ("undocumented-method", "the response to an undocumented method must be 405"),
    "UseAfterFree": ("use-after-free", "a deleted resource must not exist any more"),
}
"""Rule and message by class of failure; schemathesis' own messages may quote the request."""

CONFORMANCE: Final = {
    "ContentDeserializationError": "syntax",
    "DiscriminatorMismatch": "discriminator",
    "JsonSchemaError": "schema",
    "MalformedJson": "syntax",
    "MalformedMediaType": "mediaType",
    "MissingContentType": "mediaType",
    "MissingHeaders": "required",
    "UndefinedContentType": "mediaType",
    "UndefinedStatusCode": "undocumented-status",
}
"""Rules on the form of responses by class of failure; `ExchangeJudge` reports these more precisely."""


def rule_and_message(failure: Any) -> tuple[str, str]:
    """Return the rule that a failed check is about, and a message on what was expected.

    Args:
        failure: of one of schemathesis' checks.
    """
    for kind in type(failure).__mro__:
        if kind.__name__ in _RULES:
            return _RULES[kind.__name__]
        if kind.__name__ in CONFORMANCE:
            return CONFORMANCE[kind.__name__], f"the response must conform: {failure.title}"
    name = type(failure).__name__
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower(), str(failure.title)

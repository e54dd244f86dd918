"""The failures of schemathesis' checks by the names that our reports have for them."""

from __future__ import annotations

import re
from typing import Any, Final

_TOLD: Final = {
    "AcceptedNegativeData": (
        "accepted-invalid",
        "a request that breaks the contract must be refused, and was accepted",
    ),
    "AllowHeaderMismatch": ("allow-header", "Allow must name the methods of the path, and names others"),
    "CustomFailure": ("refused-valid", "a request that keeps to the contract must be accepted, and was refused"),
    "IgnoredAuth": ("credentials-ignored", "a request without good credentials must be refused, and was not"),
    "MissingHeaderNotRejected": ("accepted-invalid", "a request without a required header must be refused"),
    "ObjectLevelAuthorizationViolation": ("authorization", "what one client has made must not be shown to another"),
    "EnsureResourceAvailability": ("lost", "what was created must be there afterwards"),
    "RejectedPositiveData": ("refused-valid", "a request that keeps to the contract must be accepted, and was refused"),
    "ServerError": ("server-error", "the provider must not fail, whatever comes"),
    "UnsupportedMethodResponse": ("undocumented-method", "a method that is not documented must be answered 405"),
    "UseAfterFree": ("use-after-free", "what was deleted must be gone"),
}
"""Rule and what it wants, by the class of failure. What schemathesis says itself may quote what was sent."""

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
"""Rules of answers by the class of failure; our own judge tells these more closely."""

CONFORMING: Final = "answer must conform: "


def told(failure: Any) -> tuple[str, str]:
    """Return the rule that a failure is about, and what it wants.

    Args:
        failure: of one of schemathesis' checks.
    """
    for kind in type(failure).__mro__:
        if kind.__name__ in _TOLD:
            return _TOLD[kind.__name__]
        if kind.__name__ in CONFORMANCE:
            return CONFORMANCE[kind.__name__], CONFORMING + failure.title
    name = type(failure).__name__
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower(), str(failure.title)

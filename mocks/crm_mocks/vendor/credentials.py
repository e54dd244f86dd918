"""Credentials: Basic, and comparing secrets."""

from __future__ import annotations

import base64
import binascii
import hmac


def parse_basic(value: str, *, colon_optional: bool = False) -> tuple[str, str] | None:
    """Return user and password of Basic credentials (RFC 7617), or `None` if they are malformed.

    Args:
        value: what follows the word `Basic` in the header.
        colon_optional: take credentials without a colon for a user name with an empty password.

    Example:
        >>> parse_basic("YWRhOnNlY3JldA==")
        ('ada', 'secret')
    """
    try:
        user, colon, password = base64.b64decode(value.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    return (user, password) if colon or colon_optional else None


def basic_header(user: str, password: str) -> str:
    """Return the value of an Authorization header with Basic credentials in UTF-8 (RFC 7617).

    Args:
        user: user name, without a colon.
        password: password.

    Example:
        >>> basic_header("ada", "secret")
        'Basic YWRhOnNlY3JldA=='
    """
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


def same_secret(sent: object, expected: str) -> bool:
    """Return whether a secret is the expected one, in a time that does not depend on where they differ.

    Args:
        sent: what the client has sent; its `str` is compared.
        expected: the secret.
    """
    return hmac.compare_digest(str(sent).encode(), expected.encode())

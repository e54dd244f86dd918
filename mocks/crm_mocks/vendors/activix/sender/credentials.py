"""Credentials of the CRM: Basic, a bearer token, OAuth 2 client credentials, or the signature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from crm_mocks.errors import UsageError
from crm_mocks.vendor import basic_header
from crm_mocks.vendor.sender import Headers
from crm_mocks.vendors.activix.credentials import DEMO, signature

KNOWN: Final[Mapping[str, str]] = {
    "username": "name for Basic",
    "password": "password for Basic",
    "token": "bearer token",
    "token_url": "URL that issues bearer tokens for OAuth 2 client credentials",
    "client_id": "client id for OAuth 2",
    "client_secret": "client secret for OAuth 2",
    "signature_key": "key of X-Activix-Signature",
    "url_token": "token in the receiver's URL, in place of {url_token}",
    "header": "header for Basic and bearer tokens: Authorization or Authentication",
}
"""Names of credentials."""

SECRETS: Final = frozenset({"password", "token", "client_secret", "signature_key", "url_token"})
SIGNATURE: Final = "X-Activix-Signature"
NAMES: Final = ("Authorization", "Authentication")
"""Documented names of the header; the CRM sends the first one (position `activix-authentication-header`)."""

_SCHEMES: Final = {
    "basic": ("username", "password"),
    "bearer": ("token",),
    "oauth2": ("token_url", "client_id", "client_secret"),
    "signature": ("signature_key",),
    "url": ("url_token",),
}


@dataclass(frozen=True)
class SenderCredentials:
    """The right credentials.

    Attributes:
        scheme: `basic`, `bearer`, `oauth2`, `signature` or `url`.
        values: those of the scheme, by name.
        header: name of their header, except for a signature or a token in the URL.
    """

    scheme: str
    values: Mapping[str, str]
    header: str = NAMES[0]

    def with_other_header(self) -> SenderCredentials:
        """Return the same credentials for the header of the other name."""
        return replace(self, header=next(name for name in NAMES if name != self.header))


def parse_credentials(given: Mapping[str, str], signature_key: str) -> SenderCredentials:
    """Return the user's credentials; without any, the demo credentials for Basic.

    Args:
        given: by name.
        signature_key: the setting, used if there is no credential of that name.

    Raises:
        UsageError: they are incomplete, invalid, or of more than one scheme.
    """
    header = given.get("header", NAMES[0])
    if header not in NAMES:
        raise UsageError(f"the credential header must be {' or '.join(NAMES)}")
    if signature_key and "signature_key" not in given:
        given = {**given, "signature_key": signature_key}
    schemes = [scheme for scheme, names in _SCHEMES.items() if any(name in given for name in names)]
    if len(schemes) > 1:
        several = " or ".join(", ".join(_SCHEMES[scheme]) for scheme in schemes)
        raise UsageError(f"the credentials are of more than one kind: give {several}")
    if not schemes:
        return SenderCredentials("basic", {name: DEMO[name] for name in _SCHEMES["basic"]}, header)
    missing = [name for name in _SCHEMES[schemes[0]] if not given.get(name)]
    if missing:
        raise UsageError(f"the credentials are not complete: {', '.join(missing)} missing")
    values = {name: given[name] for name in _SCHEMES[schemes[0]]}
    _check(values)
    return SenderCredentials(schemes[0], values, header)


def _check(values: Mapping[str, str]) -> None:
    """Refuse characters that a header cannot have, and a token_url that is no URL."""
    for name, value in values.items():
        if name in ("username", "token") and ((":" in value and name == "username") or not value.isprintable()):
            raise UsageError(f"the credential {name} has a character that it cannot have")
        if name == "token" and not value.isascii():
            raise UsageError("the credential token can have ASCII characters only")
    url = values.get("token_url")
    if url is not None and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
        raise UsageError("the credential token_url must be an http:// or https:// URL")


def credential_headers(credentials: SenderCredentials, body: bytes, token: str) -> Headers:
    """Return the headers with the right credentials; arguments as of `Sender.authentication`."""
    if credentials.scheme == "url":
        return ()
    if credentials.scheme == "signature":
        return ((SIGNATURE, signature(credentials.values["signature_key"], body)),)
    if credentials.scheme == "basic":
        return ((credentials.header, basic_header(credentials.values["username"], credentials.values["password"])),)
    return ((credentials.header, f"Bearer {credentials.values.get('token', token)}"),)

"""How the CRM proves who it is: Basic, a bearer token, OAuth 2 client credentials, or the signature."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from crm_mocks.errors import UsageError
from crm_mocks.sender import Headers
from crm_mocks.vendors.activix.credentials import DEMO, signature

KNOWN: Final[Mapping[str, str]] = {
    "username": "name for Basic",
    "password": "password for Basic",
    "token": "bearer token",
    "token_url": "where bearer tokens are issued for OAuth 2 client credentials",
    "client_id": "client's id for that",
    "client_secret": "client's secret for that",
    "signature_key": "key of X-Activix-Signature",
    "header": "header for Basic and bearer tokens: Authorization or Authentication",
}
"""Names of credentials."""

SECRETS: Final = frozenset({"password", "token", "client_secret", "signature_key"})
SIGNATURE: Final = "X-Activix-Signature"
NAMES: Final = ("Authorization", "Authentication")
"""What the documents call the header; the first is what the CRM sends (position `activix-authentication-header`)."""

_SCHEMES: Final = {
    "basic": ("username", "password"),
    "bearer": ("token",),
    "oauth2": ("token_url", "client_id", "client_secret"),
    "signature": ("signature_key",),
}


@dataclass(frozen=True)
class Access:
    """The right credentials.

    Attributes:
        scheme: `basic`, `bearer`, `oauth2` or `signature`.
        values: those of the scheme, by name.
        header: that holds them, but for a signature.
    """

    scheme: str
    values: Mapping[str, str]
    header: str = NAMES[0]

    def renamed(self) -> Access:
        """Return the same in the header of the other name."""
        return replace(self, header=next(name for name in NAMES if name != self.header))


def read(given: Mapping[str, str], signature_key: str) -> Access:
    """Return the credentials that are meant; without any, those for Basic of the demo.

    Args:
        given: by name.
        signature_key: the setting, which stands for the credential of that name.

    Raises:
        UsageError: they are not complete, or of more than one scheme.
    """
    header = given.get("header", NAMES[0])
    if header not in NAMES:
        raise UsageError(f"the credential header must be {' or '.join(NAMES)}")
    if signature_key and "signature_key" not in given:
        given = {**given, "signature_key": signature_key}
    meant = [scheme for scheme, names in _SCHEMES.items() if any(name in given for name in names)]
    if len(meant) > 1:
        several = " or ".join(", ".join(_SCHEMES[scheme]) for scheme in meant)
        raise UsageError(f"the credentials are of more than one kind: give {several}")
    if not meant:
        return Access("basic", {name: DEMO[name] for name in _SCHEMES["basic"]}, header)
    missing = [name for name in _SCHEMES[meant[0]] if not given.get(name)]
    if missing:
        raise UsageError(f"the credentials are not complete: {', '.join(missing)} missing")
    values = {name: given[name] for name in _SCHEMES[meant[0]]}
    _hold(values)
    return Access(meant[0], values, header)


def _hold(values: Mapping[str, str]) -> None:
    """Refuse what cannot stand in a header, or is no URL."""
    for name, value in values.items():
        if name in ("username", "token") and ((":" in value and name == "username") or not value.isprintable()):
            raise UsageError(f"the credential {name} has a character that it cannot have")
        if name == "token" and not value.isascii():
            raise UsageError("the credential token can have ASCII characters only")
    url = values.get("token_url")
    if url is not None and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
        raise UsageError("the credential token_url must be an http:// or https:// URL")


def headers(access: Access, body: bytes, token: str) -> Headers:
    """Return the headers with the right credentials; arguments as of `crm_mocks.sender.Sender.authentication`."""
    if access.scheme == "signature":
        return ((SIGNATURE, signature(access.values["signature_key"], body)),)
    if access.scheme == "basic":
        return ((access.header, basic(access.values["username"], access.values["password"])),)
    return ((access.header, f"Bearer {access.values.get('token', token)}"),)


def basic(user: str, password: str) -> str:
    """Return the value of a header with Basic credentials (RFC 7617)."""
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"

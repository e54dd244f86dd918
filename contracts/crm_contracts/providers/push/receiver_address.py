"""Where requests to a receiver go: its URLs, a token in them, and additional headers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from crm_contracts.providers.url import provider_url
from crm_mocks.credential_names import is_credential_header
from crm_mocks.errors import UsageError
from crm_mocks.vendor.sender import Headers, Push

PLACEHOLDER: Final = "{url_token}"
_SCHEMES: Final = frozenset({"apikey", "basic", "bearer", "digest", "token"})


@dataclass(frozen=True)
class ReceiverAddress:
    """The URLs of a receiver, and the headers that it wants beyond those of the CRM.

    Attributes:
        url: that records are pushed to; may contain `{url_token}`.
        update_url: that changes of known records are pushed to; empty for the same URL.
        headers: additional headers, by name.
    """

    url: str
    update_url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def with_placeholder(self, token: str) -> ReceiverAddress:
        """Return the address with a placeholder for a token in its URLs; unchanged without a token.

        Raises:
            UsageError: a URL contains neither the placeholder nor the token, or a placeholder has no token.
        """
        urls = [self.url, *([self.update_url] if self.update_url else [])]
        if not token:
            if any(PLACEHOLDER in url for url in urls):
                raise UsageError(f"the URL contains {PLACEHOLDER}, but there is no credential url_token")
            return self
        placed = [url if PLACEHOLDER in url else _with_placeholder(url, quote(token, safe="")) for url in urls]
        if not all(PLACEHOLDER in url for url in placed):
            raise UsageError(f"the credential url_token is not in the receiver's URL: put {PLACEHOLDER} in its place")
        return ReceiverAddress(placed[0], placed[1] if self.update_url else "", self.headers)

    def url_of(self, push: Push, token: str, *, known: bool) -> str:
        """Return the URL of a request.

        Args:
            push: the request.
            token: the right token in the URL; empty if there is none.
            known: the receiver has accepted a record with this id before.
        """
        url = self.update_url if self.update_url and (push.update or known) else self.url
        sent = token if push.url_token is None else push.url_token
        return url.replace(PLACEHOLDER, quote(sent, safe="")) if token else url

    def with_headers(self, headers: Headers, *, authentic: bool) -> Headers:
        """Return the headers of a request with the additional ones.

        An additional header replaces the CRM's own of the same name. Without the right credentials, those among the
        additional headers are left out too.
        """
        added = {
            name.lower(): (name, value)
            for name, value in self.headers.items()
            if authentic or not is_credential_header(name)
        }
        return (*(each for each in headers if each[0].lower() not in added), *added.values())

    def secrets(self) -> Iterator[str]:
        """Yield the credentials among the additional headers."""
        for name, value in self.headers.items():
            if is_credential_header(name):
                scheme, _, rest = value.partition(" ")
                yield rest.strip() if scheme.lower() in _SCHEMES and rest else value


def _with_placeholder(url: str, token: str) -> str:
    """Return a URL with a placeholder for the last occurrence of a token in its path or query."""
    origin = "/".join(url.split("/", 3)[:3])
    before, found, after = url.removeprefix(origin).rpartition(token)
    return f"{origin}{before}{PLACEHOLDER}{after}" if found else url


def check_url(url: str, option: str = "the receiver's URL") -> None:
    """Raise `UsageError` if a URL cannot be pushed to.

    Args:
        url: of a receiver.
        option: what the URL is, for the message.
    """
    provider_url(url, option, "pass them as credentials")


def check_headers(headers: Mapping[str, str]) -> None:
    """Raise `UsageError` for a header that cannot be sent. The message contains no values."""
    for name, value in headers.items():
        is_name = bool(name) and name.isascii() and name.replace("-", "").replace("_", "").isalnum()
        if not is_name or not value.isprintable() or not value.isascii():
            raise UsageError(f"the header '{name}' cannot be sent: a header is ASCII text, as in X-Tenant: 7")
        if name.lower() in ("host", "content-length", "transfer-encoding", "connection"):
            raise UsageError(f"the header '{name}' is set by HTTP itself")

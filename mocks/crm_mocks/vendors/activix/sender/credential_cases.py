"""Cases that differ by their credentials; a receiver must refuse wrong and missing ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from crm_mocks.vendor import basic_header
from crm_mocks.vendor.sender import Headers, Push, PushCase
from crm_mocks.vendors.activix.credentials import signature
from crm_mocks.vendors.activix.sender.credentials import SIGNATURE, SenderCredentials, credential_headers
from crm_mocks.vendors.activix.sender.leads import JSON_HEADERS
from crm_mocks.vendors.activix.sender.serialization import indented_json, php_json


class CredentialCases:
    """Makes the cases that differ by their credentials."""

    def __init__(self, right: SenderCredentials, lead: Callable[[], Any]) -> None:
        """Keep what requests are made from.

        Args:
            right: the right credentials.
            lead: makes an acceptable lead.
        """
        self._credentials = right
        self._lead = lead

    def cases(self) -> Iterator[PushCase]:
        """Yield requests with no credentials, with wrong ones, and with right ones under their other name."""
        if self._credentials.scheme == "signature":
            yield from self._signed(self._credentials.values["signature_key"])
            return
        if self._credentials.scheme == "url":
            yield from self._in_url(self._credentials.values["url_token"])
            return
        yield self._case("credentials-missing", "no credentials", (), "credentials_missing")
        about = "credentials of a kind that is not documented"
        yield self._case("credentials-of-other-kind", about, self._header('Digest username="x"'), "credentials_missing")
        if self._credentials.scheme == "basic":
            yield from self._users(self._credentials.values["username"], self._credentials.values["password"])
        else:
            unknown = self._header("Bearer 0000-never-issued")
            yield self._case("token-unknown", "a token that was never issued", unknown, "token_unknown")
        if self._credentials.scheme != "oauth2":  # its token is unknown until the case is sent
            renamed = self._credentials.with_other_header()
            about = f"the credentials in the header {renamed.header}"
            name = f"{renamed.header.lower()}-header"
            case = self._case(name, about, credential_headers(renamed, b"", ""), "created")
            yield replace(case, position="activix-authentication-header")

    def _users(self, user: str, password: str) -> Iterator[PushCase]:
        wrong = {
            "wrong-password": ("a wrong password", basic_header(user, f"{password}-wrong")),
            "empty-password": ("an empty password", basic_header(user, "")),
            "wrong-username": ("a wrong user name with the right password", basic_header(f"{user}-wrong", password)),
            "malformed-credentials": ("Basic credentials that are no base64", "Basic ***"),
        }
        for name, (about, value) in wrong.items():
            yield self._case(name, about, self._header(value), "credentials_wrong")

    def _signed(self, key: str) -> Iterator[PushCase]:
        yield self._case("signature-missing", "no signature", (), "signature_missing")
        wrong: dict[str, tuple[str, Callable[[Any], str]]] = {
            "signature-empty": ("an empty signature", lambda _: ""),
            "signature-of-other-key": (
                "a signature with another key",
                lambda lead: signature(f"{key}-wrong", php_json(lead)),
            ),
            "signature-of-other-bytes": (
                "the signature of the same JSON in other bytes",
                lambda lead: signature(key, indented_json(lead)),
            ),
            "signature-cut-off": ("the first half of the signature", lambda lead: signature(key, php_json(lead))[:32]),
        }
        for name, (about, sign) in wrong.items():
            lead = self._lead()
            yield _case(name, about, lead, ((SIGNATURE, sign(lead)),), "signature_wrong")

    def _in_url(self, token: str) -> Iterator[PushCase]:
        forms = {
            "url-token-missing": ("no token in the URL", "", "credentials_missing"),
            "url-token-wrong": ("a wrong token in the URL", f"{token}-wrong", "credentials_wrong"),
        }
        for name, (about, sent, outcome) in forms.items():
            case = self._case(name, about, (), outcome)
            yield replace(case, pushes=(replace(case.pushes[0], url_token=sent),))

    def _header(self, value: str) -> Headers:
        return ((self._credentials.header, value),)

    def _case(self, name: str, about: str, credentials: Headers, outcome: str) -> PushCase:
        return _case(name, about, self._lead(), credentials, outcome)


def _case(name: str, about: str, lead: Any, credentials: Headers, outcome: str) -> PushCase:
    push = Push(php_json(lead), (*JSON_HEADERS, *credentials), (outcome,), str(lead["id"]), authentic=False)
    return PushCase(name, about, (push,))

"""Requests of others, or with credentials that are not right: none of them may be accepted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from crm_mocks.sender import Headers, Push, PushCase
from crm_mocks.vendors.activix.credentials import signature
from crm_mocks.vendors.activix.sender.access import SIGNATURE, Access, basic, headers
from crm_mocks.vendors.activix.sender.leads import JSON_HEADERS
from crm_mocks.vendors.activix.sender.written import plainly, written


class Intruders:
    """Makes the cases that differ by their credentials."""

    def __init__(self, access: Access, lead: Callable[[], Any]) -> None:
        """Take what requests are made from.

        Args:
            access: the right credentials.
            lead: makes a lead that would be accepted.
        """
        self._access = access
        self._lead = lead

    def cases(self) -> Iterator[PushCase]:
        """Yield requests with no credentials, with wrong ones, and with right ones under their other name."""
        if self._access.scheme == "signature":
            yield from self._signed(self._access.values["signature_key"])
            return
        yield self._case("credentials-missing", "no credentials", (), "credentials_missing")
        about = "credentials of a kind that is not documented"
        yield self._case("credentials-of-other-kind", about, self._header('Digest username="x"'), "credentials_missing")
        if self._access.scheme == "basic":
            yield from self._users(self._access.values["username"], self._access.values["password"])
        else:
            unknown = self._header("Bearer 0000-never-issued")
            yield self._case("token-unknown", "a token that was never issued", unknown, "token_unknown")
        if self._access.scheme != "oauth2":  # its token is not known before it is sent
            renamed = self._access.renamed()
            about = f"the credentials in the header {renamed.header}"
            yield self._case(f"{renamed.header.lower()}-header", about, headers(renamed, b"", ""), "created")

    def _users(self, user: str, password: str) -> Iterator[PushCase]:
        wrong = {
            "wrong-password": ("a wrong password", basic(user, f"{password}-wrong")),
            "empty-password": ("an empty password", basic(user, "")),
            "wrong-username": ("a wrong user name with the right password", basic(f"{user}-wrong", password)),
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
                lambda lead: signature(f"{key}-wrong", written(lead)),
            ),
            "signature-of-other-bytes": (
                "the signature of the same JSON in other bytes",
                lambda lead: signature(key, plainly(lead)),
            ),
            "signature-cut-off": ("the first half of the signature", lambda lead: signature(key, written(lead))[:32]),
        }
        for name, (about, sign) in wrong.items():
            lead = self._lead()
            yield _case(name, about, lead, ((SIGNATURE, sign(lead)),), "signature_wrong")

    def _header(self, value: str) -> Headers:
        return ((self._access.header, value),)

    def _case(self, name: str, about: str, credentials: Headers, outcome: str) -> PushCase:
        return _case(name, about, self._lead(), credentials, outcome)


def _case(name: str, about: str, lead: Any, credentials: Headers, outcome: str) -> PushCase:
    push = Push(written(lead), (*JSON_HEADERS, *credentials), (outcome,), str(lead["id"]), authentic=False)
    return PushCase(name, about, (push,))

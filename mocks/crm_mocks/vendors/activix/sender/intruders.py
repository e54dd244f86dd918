"""Requests of others, or with credentials that are not right: none of them may be accepted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from crm_mocks.sending import Case, Headers, Push
from crm_mocks.vendors.activix.credentials import signature
from crm_mocks.vendors.activix.sender.access import SIGNATURE, Access, basic, headers
from crm_mocks.vendors.activix.sender.leads import JSON_HEADERS
from crm_mocks.vendors.activix.sender.written import plainly, written


def cases(access: Access, lead: Callable[[], Any]) -> Iterator[Case]:
    """Yield requests with no credentials, with wrong ones, and with right ones under their other name.

    Args:
        access: the right ones.
        lead: makes a lead that would be accepted.
    """
    if access.scheme == "signature":
        yield from _signed(access.values["signature_key"], lead)
        return
    yield _case("credentials-missing", "no credentials", lead(), (), "credentials_missing")
    digest = (("Authorization", 'Digest username="activix"'),)
    yield _case(
        "credentials-of-other-kind",
        "credentials of a kind that is not documented",
        lead(),
        digest,
        "credentials_missing",
    )
    if access.scheme == "basic":
        user, password = access.values["username"], access.values["password"]
        yield _with("wrong-password", "a wrong password", lead(), basic(user, f"{password}-wrong"))
        yield _with("empty-password", "an empty password", lead(), basic(user, ""))
        yield _with(
            "wrong-username", "a wrong user name with the right password", lead(), basic(f"{user}-wrong", password)
        )
        yield _with("malformed-credentials", "Basic credentials that are no base64", lead(), "Basic ***")
        yield _renamed(access, lead())
    else:
        unknown = (("Authorization", "Bearer 0000-never-issued"),)
        yield _case("token-unknown", "a token that was never issued", lead(), unknown, "token_unknown")


def _renamed(access: Access, lead: Any) -> Case:
    """The push document calls the header so (position `activix-authentication-header`)."""
    renamed = (("Authentication", value) for _, value in headers(access, b"", ""))
    name, about = "authentication-header", "the credentials in the header Authentication"
    return _case(name, about, lead, tuple(renamed), "created")


def _signed(key: str, lead: Callable[[], Any]) -> Iterator[Case]:
    yield _case("signature-missing", "no signature", lead(), (), "signature_missing")
    yield _unsigned("signature-empty", "an empty signature", lead(), "")
    made = lead()
    yield _unsigned(
        "signature-of-other-key", "a signature with another key", made, signature(f"{key}-wrong", written(made))
    )
    made = lead()
    yield _unsigned(
        "signature-of-other-bytes", "the signature of the same JSON in other bytes", made, signature(key, plainly(made))
    )
    made = lead()
    yield _unsigned("signature-cut-off", "the first half of the signature", made, signature(key, written(made))[:32])


def _unsigned(name: str, about: str, lead: Any, came: str) -> Case:
    return _case(name, about, lead, ((SIGNATURE, came),), "signature_wrong")


def _with(name: str, about: str, lead: Any, authorization: str) -> Case:
    return _case(name, about, lead, (("Authorization", authorization),), "credentials_wrong")


def _case(name: str, about: str, lead: Any, credentials: Headers, outcome: str) -> Case:
    push = Push(written(lead), (*JSON_HEADERS, *credentials), (outcome,), str(lead["id"]), authentic=False)
    return Case(name, about, (push,))

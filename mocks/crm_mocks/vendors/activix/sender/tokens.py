"""Access tokens for the CRM (RFC 6749, section 4.4), and what a token endpoint is examined with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final
from urllib.parse import urlencode

from crm_mocks.sender import Headers, Push, PushCase
from crm_mocks.vendors.activix.sender.access import Access, basic

_OPERATION: Final = "issueToken"
_HEADERS: Final[Headers] = (("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json"))


def request(access: Access) -> Push:
    """Return the request for a token, with the client's credentials in the header."""
    return _request(access, {"grant_type": "client_credentials"}, _client(access), "token_issued")


def cases(access: Access) -> Iterator[PushCase]:
    """Yield what the token endpoint is examined with; nothing if the user has named none."""
    if access.scheme != "oauth2":
        return
    grant = {"grant_type": "client_credentials"}
    id_, secret = access.values["client_id"], access.values["client_secret"]
    in_body = grant | {"client_id": id_, "client_secret": secret}
    yield _case("token-issued", "a token request, the client in the header", request(access))
    yield _case(
        "token-client-in-body", "a token request, the client in the body", _request(access, in_body, (), "token_issued")
    )
    wrong = _request(access, grant, (("Authorization", basic(id_, f"{secret}-wrong")),), "client_wrong")
    yield _case("token-client-wrong", "a token request with a wrong client secret", wrong)
    yield _case("token-client-missing", "a token request without client", _request(access, grant, (), "client_missing"))
    other = _request(access, {"grant_type": "password"}, _client(access), "unsupported_grant_type")
    yield _case("token-other-grant", "a token request with another grant type", other)
    both = _request(access, in_body, _client(access), "two_authentications")
    yield _case("token-client-twice", "a token request with the client in the header and in the body", both)
    twice = replace(request(access), body=urlencode([*grant.items(), *grant.items()]).encode())
    yield _case("token-grant-twice", "a token request with two grant types", _refused(twice, "parameter_repeated"))
    empty = replace(request(access), body=b"")
    yield _case("token-no-body", "a token request without body", _refused(empty, "unreadable_form"))
    none = _request(access, {"scope": ""}, _client(access), "grant_type_missing")
    yield _case("token-grant-missing", "a token request without grant type", none)


def _case(name: str, about: str, push: Push) -> PushCase:
    return PushCase(name, about, (push,))


def _refused(push: Push, outcome: str) -> Push:
    return replace(push, outcomes=(outcome,))


def _client(access: Access) -> Headers:
    return (("Authorization", basic(access.values["client_id"], access.values["client_secret"])),)


def _request(access: Access, form: dict[str, str], credentials: Headers, outcome: str) -> Push:
    return Push(
        urlencode(form).encode(),
        (*_HEADERS, *credentials),
        (outcome,),
        authentic=False,
        operation=_OPERATION,
        url=access.values["token_url"],
    )

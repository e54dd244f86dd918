"""Token requests (RFC 6749, section 4.4), and the cases that examine a token endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final
from urllib.parse import urlencode

from crm_mocks.vendor import basic_header
from crm_mocks.vendor.sender import Headers, Push, PushCase
from crm_mocks.vendors.activix.sender.credentials import SenderCredentials

_OPERATION: Final = "issueToken"
_HEADERS: Final[Headers] = (("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json"))


def request(credentials: SenderCredentials) -> Push:
    """Return the request for a token, with the client's credentials in the header."""
    return _request(credentials, {"grant_type": "client_credentials"}, _client(credentials), "token_issued")


def cases(credentials: SenderCredentials) -> Iterator[PushCase]:
    """Yield the cases; none if the user gave no token endpoint."""
    if credentials.scheme != "oauth2":
        return
    grant = {"grant_type": "client_credentials"}
    id_, secret = credentials.values["client_id"], credentials.values["client_secret"]
    in_body = grant | {"client_id": id_, "client_secret": secret}
    yield _case("token-issued", "a token request, the client in the header", request(credentials))
    client_in_body = _request(credentials, in_body, (), "token_issued")
    yield _case("token-client-in-body", "a token request, the client in the body", client_in_body)
    wrong = _request(credentials, grant, (("Authorization", basic_header(id_, f"{secret}-wrong")),), "client_wrong")
    yield _case("token-client-wrong", "a token request with a wrong client secret", wrong)
    yield _case(
        "token-client-missing", "a token request without client", _request(credentials, grant, (), "client_missing")
    )
    other = _request(credentials, {"grant_type": "password"}, _client(credentials), "unsupported_grant_type")
    yield _case("token-other-grant", "a token request with another grant type", other)
    both = _request(credentials, in_body, _client(credentials), "two_authentications")
    yield _case("token-client-twice", "a token request with the client in the header and in the body", both)
    twice = replace(request(credentials), body=urlencode([*grant.items(), *grant.items()]).encode())
    yield _case("token-grant-twice", "a token request with two grant types", _refused(twice, "parameter_repeated"))
    empty = replace(request(credentials), body=b"")
    yield _case("token-no-body", "a token request without body", _refused(empty, "unreadable_form"))
    none = _request(credentials, {"scope": ""}, _client(credentials), "grant_type_missing")
    yield _case("token-grant-missing", "a token request without grant type", none)


def _case(name: str, about: str, push: Push) -> PushCase:
    return PushCase(name, about, (push,))


def _refused(push: Push, outcome: str) -> Push:
    return replace(push, outcomes=(outcome,))


def _client(credentials: SenderCredentials) -> Headers:
    return (("Authorization", basic_header(credentials.values["client_id"], credentials.values["client_secret"])),)


def _request(credentials: SenderCredentials, form: dict[str, str], client: Headers, outcome: str) -> Push:
    return Push(
        urlencode(form).encode(),
        (*_HEADERS, *client),
        (outcome,),
        authentic=False,
        operation=_OPERATION,
        url=credentials.values["token_url"],
    )

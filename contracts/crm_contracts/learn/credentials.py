"""Recognise security schemes in recorded requests. The values of credentials never enter a contract."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from crm_contracts.learn.bodies import Kind
from crm_contracts.learn.names import camel, words
from crm_contracts.learn.sample import Sample
from crm_contracts.recordings.values import header
from crm_mocks.credential_names import is_credential_header, is_credential_name

_NO_CREDENTIAL: Final = re.compile(r"page|next|prev|continu|sync|cursor|csrf|xsrf", re.IGNORECASE)
"""Names of tokens that are no credentials."""

_SESSION_COOKIE: Final = re.compile(r"sess|sid$|auth|jwt|token", re.IGNORECASE)
_FLOWS: Final = {"client_credentials": "clientCredentials", "password": "password"}
_BEARER: Final = "bearerAuth"
_OAUTH2: Final = "oauth2"

Security = list[dict[str, list[str]]]
"""Alternatives, each of schemes that are needed together."""


def is_key(name: str, place: str) -> bool:
    """Return whether a header or query parameter of a request holds a credential."""
    is_credential = is_credential_header(name) if place == "header" else is_credential_name(name)
    return is_credential and not _NO_CREDENTIAL.search(name)


class SecuritySchemes:
    """The security schemes that requests use."""

    def __init__(self, samples: Sequence[Sample]) -> None:
        self.by_name: dict[str, dict[str, Any]] = {}
        """Security schemes by name."""
        self.flows = _flows(samples)
        self._bearer = _OAUTH2 if self.flows else _BEARER
        for sample in samples:
            self._of(sample)

    def security(self, samples: Iterable[Sample]) -> Security:
        """Return the alternatives of an operation; empty if it needs no credentials.

        Requests that the provider refused with 401 do not count, unless there are no others.
        """
        of_all = list(samples)
        accepted = [each for each in of_all if each.status not in (401, 403)] or of_all
        sets = list(map(self._of, accepted))
        named = set(filter(None, sets))
        smallest = [names for names in named if not any(other < names for other in named)]
        alternatives: Security = [{name: [] for name in sorted(names)} for names in sorted(smallest, key=sorted)]
        is_optional = not all(sets)
        return [*alternatives, {}] if alternatives and is_optional else alternatives

    def _of(self, sample: Sample) -> frozenset[str]:
        """Return the names of the schemes that a request uses."""
        names = set()
        for scheme_name, scheme in self._schemes(sample):
            self.by_name.setdefault(scheme_name, scheme)
            names.add(scheme_name)
        return frozenset(names)

    def _schemes(self, sample: Sample) -> Iterator[tuple[str, dict[str, Any]]]:
        headers = sample.exchange.request_headers
        for name, value in headers:
            if name.lower() == "authorization":
                yield self._authorization(value)
            elif name.lower() not in ("cookie", "proxy-authorization") and is_key(name, "header"):
                yield camel(words(name)), {"type": "apiKey", "in": "header", "name": name}
        for name, _ in sample.query:
            if is_key(name, "query"):
                yield f"{camel(words(name))}Parameter", {"type": "apiKey", "in": "query", "name": name}
        if not header(headers, "authorization"):
            for cookie in header(headers, "cookie").split(";"):
                name = cookie.partition("=")[0].strip()
                if _SESSION_COOKIE.search(name) and not _NO_CREDENTIAL.search(name):
                    yield f"{camel(words(name))}Cookie", {"type": "apiKey", "in": "cookie", "name": name}

    def _authorization(self, value: str) -> tuple[str, dict[str, Any]]:
        kind = value.partition(" ")[0].lower() if " " in value else ""
        if kind == "basic":
            return "basicAuth", {"type": "http", "scheme": "basic"}
        if kind == "bearer":
            scheme = {"type": "oauth2", "flows": self.flows} if self.flows else {"type": "http", "scheme": "bearer"}
            return self._bearer, scheme
        return "authorizationHeader", {"type": "apiKey", "in": "header", "name": "Authorization"}


def common_security(alternatives: Iterable[Security]) -> Security:
    """Return the security that most operations have."""
    found = list(alternatives)
    counts = Counter(map(repr, found))
    return max(found, key=lambda each: counts[repr(each)], default=[])


def secrets_of(samples: Iterable[Sample]) -> frozenset[str]:
    """Return the values of credentials in headers and queries."""
    found = set[str]()
    for sample in samples:
        for name, value in sample.exchange.request_headers:
            if is_credential_header(name):
                found.update((value, value.rpartition(" ")[2]))
        found.update(value for name, value in sample.query if is_credential_name(name))
    return frozenset(found)


def _flows(samples: Iterable[Sample]) -> dict[str, Any]:
    """Return the flows of OAuth 2 whose token requests were recorded."""
    flows: dict[str, Any] = {}
    for sample in samples:
        request, response = sample.request_body, sample.response_body
        if request is None or response is None or not isinstance(response.value, dict):
            continue
        members = dict(request.value) if request.kind is Kind.FORM else request.value
        grant = members.get("grant_type") if isinstance(members, dict) else None
        if isinstance(grant, str) and grant in _FLOWS and "access_token" in response.value:
            url = sample.exchange.url.partition("?")[0]
            flows.setdefault(_FLOWS[grant], {"tokenUrl": url, "scopes": {}})
    return flows

"""Checks of the credentials that requests bring; vendors override them where their CRM differs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Coroutine, Mapping
from typing import Any

from crm_mocks.request_context import RequestContext
from crm_mocks.request_problem import RequestProblem
from crm_mocks.vendor.credentials import parse_basic, same_secret
from crm_mocks.vendor.responses import DocumentedRefusal
from crm_mocks.violations import Violation


class CredentialChecks(ABC):
    """The part of a vendor that checks credentials.

    Attributes:
        credentials: demo credentials by name, shown in the banner, on the home page and in the ready file; the checks
            accept them.
        wrong_credentials: the outcome for wrong credentials; empty if it is that for missing ones.
    """

    credentials: Mapping[str, str] = {}
    wrong_credentials: str = ""

    @abstractmethod
    def problem_outcome(self, context: RequestContext, problem: RequestProblem) -> str:
        """Return the name of the outcome for a problem; empty if the contract documents none."""

    def authenticate(
        self, context: RequestContext, scheme: Mapping[str, Any], scopes: list[str]
    ) -> Coroutine[Any, Any, Any]:
        """Check the credentials that a request brings for one security scheme of the contract.

        Args:
            context: the request.
            scheme: the security scheme object, its name as `x-name`.
            scopes: scopes that the contract requires.

        Returns:
            The client's identity, or `None` if the request brings no credentials of this scheme.

        Raises:
            Refusal: the credentials are wrong, or do not permit the operation.
        """
        if scheme["type"] == "apiKey":
            name = scheme["name"]
            key = context.query.get(name) if scheme["in"] == "query" else context.headers.get(name.lower())
            return _no_identity() if key is None else self.check_key(context, key)
        kind, _, value = (self.authorization(context) or "").partition(" ")
        if scheme["type"] == "http" and scheme["scheme"].lower() == "basic":
            if kind.lower() != "basic":
                return _no_identity()
            user, password = self.parse_basic(value) or ("", "")
            return self.check_basic(context, user, password)
        if kind.lower() != "bearer":
            return _no_identity()
        return self.check_bearer(context, value.strip())

    def authorization(self, context: RequestContext) -> str | None:
        """Return the header with Basic or bearer credentials."""
        return context.headers.get("authorization")

    def parse_basic(self, value: str) -> tuple[str, str] | None:
        """Return user and password of Basic credentials; vendors override it to be as lenient as the real CRM."""
        return parse_basic(value)

    async def check_key(self, context: RequestContext, key: str) -> Any:
        """Return the identity that an API key belongs to; by default, any of the demo credentials is a good key.

        Raises:
            Refusal: the key is wrong.
        """
        if not any(same_secret(key, known) for known in self.credentials.values()):
            raise self.refusal_of_credentials(context, "the API key is unknown")
        return key

    async def check_basic(self, context: RequestContext, user: str, password: str) -> Any:
        """Return the identity that Basic credentials belong to; by default, `username` and `password` are good.

        Raises:
            Refusal: they are wrong.
        """
        known = self.credentials.get("username", ""), self.credentials.get("password", "")
        if "" in known or not (same_secret(user, known[0]) and same_secret(password, known[1])):
            raise self.refusal_of_credentials(context, "the user name or the password is wrong")
        return user

    async def check_bearer(self, context: RequestContext, token: str) -> Any:
        """Return the identity that a bearer token belongs to; by default, the demo credential `token` is good.

        Raises:
            Refusal: the token is wrong.
        """
        known = self.credentials.get("token", "")
        if not known or not same_secret(token, known):
            raise self.refusal_of_credentials(context, "the access token is unknown")
        return token

    def refusal_of_credentials(self, context: RequestContext, message: str) -> DocumentedRefusal:
        """Return the refusal of wrong credentials.

        Args:
            context: the request.
            message: what is wrong, for the violation; without the credentials themselves.
        """
        outcome = self.wrong_credentials or self.problem_outcome(context, RequestProblem.UNAUTHENTICATED)
        return DocumentedRefusal(context, outcome, Violation(("security",), "credentials", message))


async def _no_identity() -> None:
    """Stand for a request without credentials of a scheme."""

"""Playing a vendor's scenarios against a provider; see `crm_mocks.vendor.scenario`."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NoReturn
from urllib.parse import quote, urlencode

import requests

from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.exchanges.refusals import Refusals
from crm_contracts.providers.verify.encoding import encode_body
from crm_contracts.providers.verify.observations import SCENARIO, CheckFailure, CoverageGap
from crm_mocks.basis import DOCUMENT
from crm_mocks.contract import Contract
from crm_mocks.contract.operation import RequestBody
from crm_mocks.errors import CrmMocksError
from crm_mocks.vendor.sample_requests import SampleRequests
from crm_mocks.vendor.scenario import Scenario, ScenarioResponse, UnusableResponse

Deliver = Callable[[str, str, bytes, Mapping[str, str]], Exchange]
"""Sends method, path in the contract, body and headers; raises `requests.RequestException` if there is no response."""

HEAD: Final = "HEAD"
_POSITION: Final = re.compile(r"position ([\w-]+)")
_SOURCES: Final = re.compile(r"\(([^()]*\b(?:document|position)\b[^()]*)\)")
_UNAUTHORIZED: Final = frozenset({401, 403})


class _ScenarioFailed(Exception):
    """A condition of the scenario does not hold."""


class _ScenarioSkipped(Exception):
    """The scenario cannot be played."""


class ScenarioSession:
    """A provider during one scenario; see `crm_mocks.vendor.scenario.ScenarioProvider`.

    Attributes:
        settings: the vendor's settings.
        data: the provider's reference data.
        latest: operationId and exchange of the latest request; `None` before the first.
    """

    def __init__(
        self,
        contract: Contract,
        settings: Any,
        samples: SampleRequests,
        deliver: Deliver,
        *,
        only: frozenset[str] | None,
    ) -> None:
        """Start without requests.

        Args:
            contract: in force.
            settings: the vendor's settings, which describe the provider.
            samples: provide credentials and acceptable bodies.
            deliver: sends a request.
            only: operationIds that may be called; `None` for all.
        """
        self.settings = settings
        self.data = samples.data
        self.latest: tuple[str, Exchange] | None = None
        self._contract = contract
        self._samples = samples
        self._deliver = deliver
        self._refusals = Refusals({contract.vendor: settings})
        self._only = only

    def example(self, operation: str) -> Any:
        """Return the body of the contract's first valid example request; `None` if it has none."""
        contract = self._contract.operations[operation]
        for name, (media_type, value) in contract.body.examples.items() if contract.body else ():
            outcome = contract.outcomes[name]
            if outcome.is_success and media_type.validator.is_valid(value):
                return value
        return None

    def good(self, operation: str) -> Any:
        """Return the example as the provider accepts it."""
        example = self.example(operation)
        return None if example is None else self._samples.body(operation, example, "")

    def headers(self, operation: str) -> Mapping[str, str]:
        """Return headers with the right credentials for an operation."""
        return self._samples.headers(operation)

    def path_parameters(self, operation: str) -> Mapping[str, Any]:
        """Return path parameters that name existing records; skip the scenario if there are none."""
        if self._only is not None and operation not in self._only:
            self.skip(f"{operation} may not be called with --safe")
        try:
            return self._samples.path_parameters(operation, {})
        except CrmMocksError as error:
            self.skip(str(error))

    def call(
        self,
        operation: str,
        body: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
        path_parameters: Mapping[str, Any] | None = None,
    ) -> ScenarioResponse:
        """Call an operation."""
        if self._only is not None and operation not in self._only:
            self.skip(f"{operation} may not be called with --safe")
        contract = self._contract.operations[operation]
        sent_headers = dict(self.headers(operation) if headers is None else headers)
        sent_credentials = bool(sent_headers)
        encoded = b""
        if body is not None and contract.body is not None:
            media_type = _media_type(contract.body, body)
            sent_headers["Content-Type"] = media_type
            encoded = encode_body(media_type, body)
        path = contract.path
        for name, value in (path_parameters or {}).items():
            path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
        if headers is None and (query := self._samples.query(operation)):
            path += f"?{urlencode(query)}"
        response = self._send(operation, contract.method, path, encoded, sent_headers)
        if headers is None and sent_credentials and response.status in _UNAUTHORIZED:
            raise CrmMocksError(f"the provider refuses the credentials for {operation} with {response.status}")
        return response

    def ask(self, method: str, path: str, *, headers: Mapping[str, str] | None = None) -> ScenarioResponse:
        """Send a request that belongs to no operation."""
        if self._only is not None and method != HEAD:
            self.skip(f"{method} {path} may not be called with --safe")
        operations = self._contract.operations.values()
        operation_id = next((operation.id for operation in operations if operation.path == path), "")
        return self._send(operation_id, method, path, b"", headers or {})

    def must(self, holds: bool, what: str) -> None:  # noqa: FBT001  # reads as a sentence
        """Fail the scenario unless a condition holds."""
        if not holds:
            raise _ScenarioFailed(what)

    def need(self, holds: bool, what: str) -> None:  # noqa: FBT001  # reads as a sentence
        """Raise `UnusableResponse` unless a condition holds."""
        if not holds:
            raise UnusableResponse(what)

    def skip(self, why: str) -> NoReturn:
        """Stop the scenario without a failure."""
        raise _ScenarioSkipped(why)

    def _send(
        self, operation: str, method: str, path: str, body: bytes, headers: Mapping[str, str]
    ) -> ScenarioResponse:
        exchange = self._deliver(method, path, body, headers)
        self.latest = operation, exchange
        try:
            body_json = json.loads(exchange.response_body)
        except (ValueError, RecursionError):
            body_json = None
        documented = self._contract.operations.get(operation)  # `ask` may send what belongs to no operation
        refused = exchange.status >= 400
        if documented is not None:
            refused = self._refusals.is_refusal(documented, exchange.status, body_json)
        return ScenarioResponse(exchange.status, body_json, refused)


def _media_type(documented: RequestBody, body: Any) -> str:
    """Return the first media type whose schema a body satisfies, else the first."""
    media_types = documented.media_types
    return next((name for name, each in media_types.items() if each.validator.is_valid(body)), next(iter(media_types)))


def play(name: str, scenario: Scenario, session: ScenarioSession) -> CheckFailure | CoverageGap | None:
    """Play one scenario.

    Args:
        name: of its rule.
        scenario: to play.
        session: a new one.

    Returns:
        What did not hold, or why the scenario could not be played; `None` if it passed, or if there was no response,
        which the logged exchange shows.
    """
    try:
        scenario(session)
    except _ScenarioFailed as failed:
        return _failure(name, scenario, session, str(failed))
    except UnusableResponse as error:
        return _gap(session, str(error))
    except (LookupError, TypeError, AttributeError, ValueError):  # an undocumented response
        return _gap(session, "the response does not have the documented shape")
    except _ScenarioSkipped as reason:
        return CoverageGap(f"{name} was not played: {reason}", fails=False)
    except CrmMocksError as reason:
        return CoverageGap(f"scenarios were not played: {reason}")
    except requests.RequestException:
        return None
    return None


def _gap(session: ScenarioSession, why: str) -> CoverageGap:
    """Return the gap left by an unusable response, whose defects are reported as findings."""
    scenarios = f"scenarios that need the response to {session.latest[0]}" if session.latest else "scenarios"
    return CoverageGap(f"{scenarios} were not played: {why}")


def _failure(name: str, scenario: Scenario, session: ScenarioSession, what: str) -> CheckFailure | CoverageGap:
    if session.latest is None:
        return CoverageGap(f"{name} was not played: {what}")
    rule = " ".join((inspect.getdoc(scenario) or name).split())
    operation, exchange = session.latest
    return CheckFailure(operation, name, f"{what}, but: {rule}", exchange, SCENARIO, basis(rule))


def basis(rule: str) -> str:
    """Return the basis of a scenario, by the end of its docstring: `(document)` or `(position leadbank-batch)`.

    A rule that rests on both is documented.
    """
    sources = _SOURCES.findall(rule)
    if any("document" in source for source in sources):
        return DOCUMENT
    return next((name for source in sources for name in _POSITION.findall(source)), DOCUMENT)

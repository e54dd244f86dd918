"""Playing a vendor's scenarios against a provider; see `crm_mocks.vendor.scenario`."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NoReturn
from urllib.parse import urlencode

import requests

from crm_contracts.judge.exchange import Exchange
from crm_contracts.providers.verify.observations import CheckFailure, Incompleteness
from crm_mocks.basis import DOCUMENT
from crm_mocks.contract import Contract
from crm_mocks.contract.outcome import is_json
from crm_mocks.errors import CrmMocksError
from crm_mocks.parsing.media_types import FORM
from crm_mocks.vendor.sample_requests import SampleRequests
from crm_mocks.vendor.scenario import Scenario, ScenarioResponse, UnusableResponse

Deliver = Callable[[str, str, bytes, Mapping[str, str]], Exchange]
"""Sends method, path of the contract, body and headers; raises a `requests.RequestException` where no answer comes."""

HEAD: Final = "HEAD"
_POSITION: Final = re.compile(r"position ([\w-]+)")
_SOURCES: Final = re.compile(r"\(([^()]*\b(?:document|position)\b[^()]*)\)")
_UNWELCOME: Final = frozenset({401, 403})


class _Broken(Exception):
    """What must hold does not."""


class _Skipped(Exception):
    """A scenario cannot be played."""


class Dialogue:
    """Talks to one provider for one scenario; see `crm_mocks.vendor.scenario.ScenarioProvider`.

    Attributes:
        settings: the vendor's settings.
    """

    def __init__(
        self,
        contract: Contract,
        settings: Any,
        plausible: SampleRequests,
        deliver: Deliver,
        *,
        only: frozenset[str] | None,
    ) -> None:
        """Take what scenarios need.

        Args:
            contract: in force.
            settings: the vendor's.
            plausible: knows credentials and good bodies.
            deliver: sends.
            only: operations that may be called; without it, all may.
        """
        self.settings = settings
        self.latest: tuple[str, Exchange] | None = None
        self._contract = contract
        self._plausible = plausible
        self._deliver = deliver
        self._only = only

    def example(self, operation: str) -> Any:
        """Return the body of the contract's first good example."""
        known = self._contract.operations[operation]
        for name, (media_type, value) in known.body.examples.items() if known.body else ():
            outcome = known.outcomes[name]
            fits = outcome.status < 300 and media_type.validator.is_valid(value)
            if fits and not any(self._plausible.is_refusal(outcome.status, body) for body in outcome.value.values()):
                return value
        return None

    def good(self, operation: str) -> Any:
        """Return the example as the provider accepts it."""
        example = self.example(operation)
        return None if example is None else self._plausible.body(operation, example, "")

    def headers(self, operation: str) -> Mapping[str, str]:
        """Return the headers with the good credentials that an operation asks for."""
        return self._plausible.headers(operation)

    def call(self, operation: str, body: Any = None, *, headers: Mapping[str, str] | None = None) -> ScenarioResponse:
        """Call an operation."""
        if self._only is not None and operation not in self._only:
            self.skip(f"{operation} may not be called with --safe")
        known = self._contract.operations[operation]
        sent = dict(self.headers(operation) if headers is None else headers)
        sent_credentials = bool(sent)
        raw = b""
        if body is not None and known.body is not None:
            media_type = next(iter(known.body.media_types))
            sent["Content-Type"] = media_type
            raw = written(media_type, body)
        reply = self._send(operation, known.method, known.path, raw, sent)
        if headers is None and sent_credentials and reply.status in _UNWELCOME:
            raise CrmMocksError(f"the provider refuses the credentials for {operation} with {reply.status}")
        return reply

    def ask(self, method: str, path: str, *, headers: Mapping[str, str] | None = None) -> ScenarioResponse:
        """Send a request that is none of an operation."""
        if self._only is not None and method != HEAD:
            self.skip(f"{method} {path} may not be called with --safe")
        about = next((each.id for each in self._contract.operations.values() if each.path == path), "")
        return self._send(about, method, path, b"", headers or {})

    def must(self, holds: bool, what: str) -> None:  # noqa: FBT001  # reads as a sentence
        """Fail the scenario unless something holds."""
        if not holds:
            raise _Broken(what)

    def skip(self, why: str) -> NoReturn:
        """End the scenario."""
        raise _Skipped(why)

    def _send(
        self, operation: str, method: str, path: str, body: bytes, headers: Mapping[str, str]
    ) -> ScenarioResponse:
        exchange = self._deliver(method, path, body, headers)
        self.latest = operation, exchange
        try:
            answer = json.loads(exchange.response_body)
        except (ValueError, RecursionError):
            answer = None
        return ScenarioResponse(exchange.status, answer, self._plausible.is_refusal(exchange.status, answer))


def play(name: str, scenario: Scenario, dialogue: Dialogue) -> CheckFailure | Incompleteness | None:
    """Play one scenario.

    Args:
        name: of its rule.
        scenario: what to play.
        dialogue: a new one.

    Returns:
        What did not hold, or why it could not be played; `None` if all is well, or no answer came, which the exchange
        itself tells.
    """
    try:
        scenario(dialogue)
    except _Broken as broken:
        return _failure(name, scenario, dialogue, str(broken))
    except UnusableResponse as lack:
        return _unplayed(dialogue, str(lack))
    except (LookupError, TypeError, AttributeError, ValueError):  # of values that the contract has otherwise
        return _unplayed(dialogue, "the response does not have the documented shape")
    except _Skipped as reason:
        return Incompleteness(f"{name} was not played: {reason}", fails=False)
    except CrmMocksError as reason:
        return Incompleteness(f"scenarios were not played: {reason}")
    except requests.RequestException:
        return None
    return None


def _unplayed(dialogue: Dialogue, why: str) -> Incompleteness:
    """Return that scenarios could not be played, for an answer of whose form the examination tells what is wrong."""
    needed = f"what needs the answer of {dialogue.latest[0]}" if dialogue.latest else "a scenario"
    return Incompleteness(f"{needed} was not played: {why}")


def _failure(name: str, scenario: Scenario, dialogue: Dialogue, what: str) -> CheckFailure | Incompleteness:
    if dialogue.latest is None:
        return Incompleteness(f"{name} was not played: {what}")
    rule = " ".join((inspect.getdoc(scenario) or name).split())
    return CheckFailure(
        dialogue.latest[0], name, f"{what}, but: {rule}", dialogue.latest[1], ("scenario",), basis(rule)
    )


def basis(rule: str) -> str:
    """Return the basis of a scenario from its docstring, which ends like `(document)` or `(position leadbank-batch)`.

    What rests on a document and on a position is documented.
    """
    found = _SOURCES.findall(rule)
    if any("document" in each for each in found):
        return DOCUMENT
    return next((name for each in found for name in _POSITION.findall(each)), DOCUMENT)


def written(media_type: str, body: Any) -> bytes:
    """Return a body as bytes.

    Args:
        media_type: of the contract.
        body: JSON value, or fields of a form.
    """
    if media_type == FORM and isinstance(body, Mapping):
        return urlencode(body).encode()
    return json.dumps(body).encode() if is_json(media_type) else str(body).encode()

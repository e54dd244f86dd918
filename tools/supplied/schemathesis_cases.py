"""Cases of schemathesis sent to the mock of a supplied contract."""

from __future__ import annotations

import base64
import time
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import HypothesisException
from hypothesis.strategies import SearchStrategy
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.core.result import Ok

from crm_mocks.generic.credentials import DEMO_KEY, DEMO_PASSWORD, DEMO_TOKEN, DEMO_USER
from tools.supplied.case_document import case_document

AnyOperation = APIOperation[Any, Any, Any, Any]

_MODES: Final = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
_OPERATIONS: Final = 40
_TIMEOUT_SECONDS: Final = 20.0
_SERVER_ERROR: Final = 500
_FEWEST: Final = 3
"""Cases of one generator in a round: the first one of a round is the simplest possible."""

_FIRST: Final = 4
"""Most cases of one generator in the first round, after which the quicker ones go on."""

_SHARE_OF_TIME: Final = 8
"""Part of the remaining time, as a divisor, that one generator may take in a round."""


@dataclass
class CaseResult:
    """The result of the cases of one contract.

    Attributes:
        sent: how many cases were sent.
        successes: how many were answered with a success.
        failures: server errors and requests without response, described in one line each.
        not_made: operations that no case could be made of, with the reason.
        seconds: that it took.
    """

    sent: int = 0
    successes: int = 0
    failures: list[str] = field(default_factory=list)
    not_made: list[str] = field(default_factory=list)
    seconds: float = 0.0


class _OutOfTimeError(Exception):
    """A generator of cases has used up its time."""


@dataclass
class _Generator:
    """Makes the cases of one operation in one mode.

    Attributes:
        operation: that the cases call.
        mode: whether the requests are valid.
        cases: strategy that makes them.
        base: URL that the operation's path is appended to.
        seconds_per_case: processor time of the last round.
    """

    operation: AnyOperation
    mode: GenerationMode
    cases: SearchStrategy[Case[Any]]
    base: str
    seconds_per_case: float = 0.0


class _Sender:
    """Sends cases until there are enough of them, or the time is up."""

    def __init__(self, count: int, seconds: float, options: Mapping[str, Any], result: CaseResult) -> None:
        """Prepare to send.

        Args:
            count: number of cases.
            seconds: time after which no further case is sent.
            options: of each call.
            result: that is added to.
        """
        self._count = count
        self._end = time.monotonic() + seconds
        self._options = options
        self._result = result

    def send(self, generators: list[_Generator]) -> None:
        """Send cases in rounds. Each round goes on with the quicker half of the generators that still make cases."""
        number = 0
        while generators and not self._is_done():
            each = max(_FEWEST, -(-self._missing() // len(generators)))
            each = each if number else min(each, _FIRST)
            productive = [generator for generator in generators if self._send_round(generator, each, number)]
            productive.sort(key=lambda generator: generator.seconds_per_case)
            generators = productive[: max(len(productive) // 2, 1)]
            number += 1

    def _send_round(self, generator: _Generator, count: int, number: int) -> bool:
        """Send some cases of a generator; return whether it made any."""
        count = min(count, self._missing())
        if not count or self._is_done():
            return True
        sent, used = self._result.sent, time.process_time()
        end = time.monotonic() + (self._end - time.monotonic()) / _SHARE_OF_TIME
        try:
            with warnings.catch_warnings(action="ignore"):
                self._cases(generator, count, number, end)
        except _OutOfTimeError:
            pass
        except (HypothesisException, schemathesis.errors.SchemathesisError) as error:
            if generator.mode is GenerationMode.POSITIVE and not number:
                self._result.not_made.append(f"{generator.operation.label}: {error!s:.200}")
        made = self._result.sent - sent
        generator.seconds_per_case = (time.process_time() - used) / max(made, 1)
        return bool(made)

    def _cases(self, generator: _Generator, count: int, number: int, end: float) -> None:
        @seed(7 + number)
        @settings(
            max_examples=count,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=generator.cases)
        def send(case: Case[Any]) -> None:
            if time.monotonic() > end:
                raise _OutOfTimeError
            self._call(generator, case)

        send()

    def _call(self, generator: _Generator, case: Case[Any]) -> None:
        result, operation = self._result, generator.operation
        result.sent += 1
        try:
            response = case.call(base_url=generator.base, timeout=_TIMEOUT_SECONDS, **self._options)
        except requests.RequestException as error:
            result.failures.append(f"{operation.label}: no response: {error!r:.200}; {case.as_curl_command():.600}")
            return
        result.successes += response.status_code < 300  # the end of the successes
        if response.status_code >= _SERVER_ERROR:
            answer = f"{response.status_code} {response.text:.200}"
            result.failures.append(f"{operation.label}: {answer}; {case.as_curl_command():.600}")

    def _missing(self) -> int:
        return self._count - self._result.sent

    def _is_done(self) -> bool:
        return self._missing() <= 0 or time.monotonic() > self._end


def send_cases(url: str, adapted: Mapping[str, Any], count: int, seconds: float) -> CaseResult:
    """Send cases of valid and invalid requests, spread over the operations of a contract.

    Args:
        url: of the mock, which serves the contract by the name `supplied`.
        adapted: the contract as the mock reads it, in case schemathesis cannot read what it serves.
        count: number of cases.
        seconds: time after which no further case is sent.
    """
    result = CaseResult()
    before = time.monotonic()
    document = requests.get(f"{url}/openapi/supplied.json", timeout=_TIMEOUT_SECONDS).json()
    login = _login(document.get("components", {}).get("securitySchemes", {}))
    operations = list(_operations(document, result))
    if not operations:
        document = {**adapted, "servers": [{"url": url}]}
        operations = list(_operations(document, result))
    generators = [
        _Generator(operation, mode, operation.as_strategy(generation_mode=mode), _base(document, operation))
        for mode in _MODES
        for operation in operations
    ]
    with requests.Session() as session:
        _Sender(count, seconds, {"session": session, **login}, result).send(generators)
    result.seconds = time.monotonic() - before
    return result


def _operations(document: Mapping[str, Any], result: CaseResult) -> Iterator[AnyOperation]:
    for found in schemathesis.openapi.from_dict(case_document(document, _OPERATIONS)).get_all_operations():
        if isinstance(found, Ok):
            yield found.ok()
        else:
            result.not_made.append(str(found.err()))


def _base(document: Mapping[str, Any], operation: AnyOperation) -> str:
    """Return the URL of the first server of an operation: its own, its path's or the document's."""
    item = document["paths"].get(operation.path, {})
    places = (item.get(operation.method, {}), item, document)
    return str(next(place["servers"][0]["url"] for place in places if place.get("servers")))


def _login(schemes: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return headers, query and cookies with a credential of each security scheme."""
    login: dict[str, dict[str, str]] = {"headers": {}, "params": {}, "cookies": {}}
    for scheme in schemes.values():
        place = {"query": "params", "cookie": "cookies"}.get(str(scheme.get("in")), "headers")
        if scheme.get("type") == "apiKey":
            login[place][str(scheme["name"])] = DEMO_KEY
        elif str(scheme.get("scheme", "")).lower() == "basic":
            user = base64.b64encode(f"{DEMO_USER}:{DEMO_PASSWORD}".encode()).decode()
            login["headers"].setdefault("Authorization", f"Basic {user}")
        else:
            login["headers"].setdefault("Authorization", f"Bearer {DEMO_TOKEN}")
    return {name: values for name, values in login.items() if values}

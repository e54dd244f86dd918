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
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.core.result import Ok

from crm_mocks.generic.credentials import DEMO_KEY, DEMO_PASSWORD, DEMO_TOKEN, DEMO_USER

AnyOperation = APIOperation[Any, Any, Any, Any]

_MODES: Final = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
_TIMEOUT_SECONDS: Final = 20.0
_SERVER_ERROR: Final = 500


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
    schema = schemathesis.openapi.from_dict(document)
    base = document["servers"][0]["url"]
    login = _login(document.get("components", {}).get("securitySchemes", {}))
    operations = list(_operations(schema, result))
    if not operations:  # references to the network, for example
        base = url
        operations = list(_operations(schemathesis.openapi.from_dict({**adapted, "servers": [{"url": url}]}), result))
    with requests.Session() as session:
        for operation, mode, examples in _shares(operations, count):
            if time.monotonic() - before > seconds:
                break
            _send(operation, mode, examples, result, {"base_url": base, "session": session, **login})
    result.seconds = time.monotonic() - before
    return result


def _operations(schema: schemathesis.BaseSchema, result: CaseResult) -> Iterator[AnyOperation]:
    for found in schema.get_all_operations():
        if isinstance(found, Ok):
            yield found.ok()
        else:
            result.not_made.append(str(found.err()))


def _shares(operations: list[AnyOperation], count: int) -> Iterator[tuple[AnyOperation, GenerationMode, int]]:
    """Yield operation, mode and number of cases: of at most `count` operations, evenly spaced."""
    step = max(1, len(operations) / count)
    chosen = [operations[int(index * step)] for index in range(int(len(operations) / step))]
    pairs = [(operation, mode) for mode in _MODES for operation in chosen][:count]
    for index, (operation, mode) in enumerate(pairs):
        yield operation, mode, count // len(pairs) + (index < count % len(pairs))


def _send(
    operation: AnyOperation, mode: GenerationMode, examples: int, result: CaseResult, options: Mapping[str, Any]
) -> None:
    @seed(7)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Case[Any]) -> None:
        result.sent += 1
        try:
            response = case.call(timeout=_TIMEOUT_SECONDS, **options)
        except requests.RequestException as error:
            result.failures.append(f"{operation.label}: no response: {error!r:.200}")
            return
        result.successes += response.status_code < 300  # the end of the successes
        if response.status_code >= _SERVER_ERROR:
            answer = f"{response.status_code} {response.text:.200}"
            result.failures.append(f"{operation.label}: {answer}; {case.as_curl_command():.600}")

    try:
        with warnings.catch_warnings(action="ignore"):
            send()
    except (HypothesisException, schemathesis.errors.SchemathesisError) as error:
        if mode is GenerationMode.POSITIVE:
            result.not_made.append(f"{operation.label}: {error!s:.200}")


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

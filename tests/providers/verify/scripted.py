"""Scenarios played against a mock in this process, with modified responses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import orjson

from crm_contracts.judge.exchange import Exchange
from crm_contracts.providers.verify.observations import CheckFailure, CoverageGap
from crm_contracts.providers.verify.provider import settings_from
from crm_contracts.providers.verify.sample_requests import load
from crm_contracts.providers.verify.scenarios import ScenarioSession, play
from crm_mocks.vendor import load_vendor
from crm_mocks.vendor.scenario import scenarios_of
from tests.conftest import Api

Modify = Callable[[str, int, Any], Any]
"""Returns a modified body, given the operation's path, the number of the call (from 1), and the body, decoded."""


def unchanged(path: str, number: int, body: Any) -> Any:
    """Return the body unchanged."""
    return body


class ScriptedScenarios:
    """Plays a vendor's scenarios against its mock."""

    def __init__(self, make: Callable[..., Api], vendor: str, settings: Mapping[str, Any] | None = None) -> None:
        self.vendor = vendor
        self.api = make(vendor, settings={f"{vendor}.{name}": value for name, value in (settings or {}).items()})
        self.settings = settings_from(vendor, settings or {})
        loaded = load_vendor(vendor)
        self.contract = loaded.contract_file.in_force(self.settings)
        self.samples = load(vendor, self._send, loaded.credentials, self.settings)
        self.exchanges: list[Exchange] = []

    def play(
        self, name: str, modify: Modify = unchanged, *, status: int = 0, only: frozenset[str] | None = None
    ) -> CheckFailure | CoverageGap | None:
        """Play a scenario with modified responses.

        Args:
            name: of the rule.
            modify: changes bodies.
            status: replaces that of all responses, unless it is 0.
            only: operationIds that may be called.
        """
        calls: dict[str, int] = {}

        def deliver(method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Exchange:
            exchange = self._exchange(method, path, body, headers)
            calls[path] = calls.get(path, 0) + 1
            if exchange.response_body:
                body_bytes = orjson.dumps(modify(path, calls[path], orjson.loads(exchange.response_body)))
                exchange = replace(exchange, response_body=body_bytes)
            self.exchanges.append(exchange)
            return replace(exchange, status=status or exchange.status)

        session = ScenarioSession(self.contract, self.settings, self.samples, deliver, only=only)
        return play(name, scenarios_of(self.vendor)[name], session)

    def _exchange(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Exchange:
        response = self.api.request(method, path, content=body, headers=dict(headers))
        return Exchange(
            method,
            str(response.request.url),
            tuple(response.request.headers.items()),
            body,
            response.status_code,
            tuple(response.headers.items()),
            response.content,
        )

    def _send(self, method: str, path: str, *, json: Any = None, headers: Mapping[str, str] | None = None) -> Any:
        return self.api.request(method, path, json=json, headers=dict(headers or {})).json()

"""Scenarios played against a mock in process, whose answers are spoilt on their way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import orjson

from crm_contracts.judge.exchange import Exchange
from crm_contracts.providers.verify.observations import CheckFailure, Incompleteness
from crm_contracts.providers.verify.provider import settings_from
from crm_contracts.providers.verify.sample_requests import load
from crm_contracts.providers.verify.scenarios import Dialogue, play
from crm_mocks.vendor import load_vendor
from crm_mocks.vendor.scenario import scenarios_of
from tests.conftest import Api

Spoil = Callable[[str, int, Any], Any]
"""From the operation's path, which call of it this is (from 1), and the answer's JSON, to what is answered instead."""


def as_it_is(path: str, number: int, body: Any) -> Any:
    """Spoil nothing."""
    return body


class Scripted:
    """Plays a vendor's scenarios with its mock."""

    def __init__(self, make: Callable[..., Api], vendor: str, settings: Mapping[str, Any] | None = None) -> None:
        self.vendor = vendor
        self.api = make(vendor, settings={f"{vendor}.{name}": value for name, value in (settings or {}).items()})
        self.settings = settings_from(vendor, settings or {})
        known = load_vendor(vendor)
        self.contract = known.contract_file.in_force(self.settings)
        self.plausible = load(vendor, self._send, known.credentials, self.settings)
        self.exchanges: list[Exchange] = []

    def play(
        self, name: str, spoil: Spoil = as_it_is, *, status: int = 0, only: frozenset[str] | None = None
    ) -> CheckFailure | Incompleteness | None:
        """Play a scenario with spoilt answers.

        Args:
            name: of the rule.
            spoil: changes bodies.
            status: of all answers, in place of their own; 0 for their own.
            only: operations that may be called.
        """
        calls: dict[str, int] = {}

        def deliver(method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Exchange:
            exchange = self._delivered(method, path, body, headers)
            calls[path] = calls.get(path, 0) + 1
            if exchange.response_body:
                answer = orjson.dumps(spoil(path, calls[path], orjson.loads(exchange.response_body)))
                exchange = replace(exchange, response_body=answer)
            self.exchanges.append(exchange)
            return replace(exchange, status=status or exchange.status)

        dialogue = Dialogue(self.contract, self.settings, self.plausible, deliver, only=only)
        return play(name, scenarios_of(self.vendor)[name], dialogue)

    def _delivered(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Exchange:
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

"""An exchange as findings show it."""

from __future__ import annotations

from functools import cached_property

from crm_contracts.judge.evidence import body_text
from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.exchanges.description import body_of, occurrence_of
from crm_contracts.judge.exchanges.secrets import NO_CONTEXT, Redacted, RedactionContext, Secrets
from crm_contracts.judge.finding import Occurrence, Side
from crm_mocks.contract import Notice
from crm_mocks.violations import Violation


class RedactedExchange:
    """An exchange without secrets. Redaction and description are lazy, as they are slow."""

    def __init__(self, exchange: Exchange, secrets: Secrets, context: RedactionContext = NO_CONTEXT) -> None:
        self.exchange = exchange
        self._secrets = secrets
        self._context = context

    @property
    def redacted(self) -> Exchange:
        """The exchange without secrets."""
        return self._result.exchange

    @cached_property
    def _result(self) -> Redacted:
        return self._secrets.redacted(self.exchange, self._context)

    @cached_property
    def occurrence(self) -> Occurrence:
        """The exchange as an occurrence of a finding."""
        return occurrence_of(self.redacted)

    def body(self, side: Side, location: tuple[str, ...]) -> str:
        """Return the body of a side that holds a location, as text; empty if it is long."""
        return body_text(location, body_of(self.redacted, side))

    @property
    def notices(self) -> tuple[Notice, ...]:
        """The notices of the request as they are shown."""
        return self._result.notices

    def has_violations(self, side: Side) -> bool:
        """Return whether a side has broken a rule."""
        return bool(self._context.request if side is Side.CLIENT else self._context.response)

    def violations(self, side: Side) -> tuple[Violation, ...]:
        """Return the violations of a side as they are shown."""
        return self._result.request if side is Side.CLIENT else self._result.response

"""An exchange as findings show it."""

from __future__ import annotations

from functools import cached_property

from crm_contracts.judge.description import ExchangeDescriber
from crm_contracts.judge.evidence import body_text
from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.finding import Occurrence, Side
from crm_contracts.judge.secrets import Redactor, Secrets


class RedactedExchange:
    """An exchange without secrets. Redaction and description are lazy, as they are slow."""

    def __init__(self, exchange: Exchange, describer: ExchangeDescriber, secrets: Secrets | None) -> None:
        self.exchange = exchange
        self._describer = describer
        self._secrets = secrets

    @cached_property
    def redacted(self) -> Exchange:
        """The exchange without secrets."""
        return self._secrets.redacted(self.exchange) if self._secrets is not None else self.exchange

    @cached_property
    def occurrence(self) -> Occurrence:
        """The exchange as an occurrence of a finding."""
        return self._describer.occurrence(self.redacted)

    def body(self, side: Side, location: tuple[str, ...]) -> str:
        """Return the body of a side that holds a location, as text; empty if it is long."""
        return body_text(location, self._describer.body(self.redacted, side))

    @cached_property
    def _redactor(self) -> Redactor | None:
        return self._secrets.redactor(self.exchange) if self._secrets is not None else None

    def text(self, text: str) -> str:
        """Redact text that may quote the exchange."""
        return text if self._redactor is None or not text else self._redactor.text(text)

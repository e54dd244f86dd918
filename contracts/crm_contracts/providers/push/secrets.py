"""Redaction of secrets in exchanges with a receiver."""

from __future__ import annotations

from dataclasses import replace

from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.exchanges.secrets import NO_CONTEXT, Redacted, RedactionContext, Secrets
from crm_mocks.credential_names import REDACTED


class ReceiverSecrets(Secrets):
    """Secrets of a receiver, including those in its URL."""

    def redacted(self, exchange: Exchange, context: RedactionContext = NO_CONTEXT) -> Redacted:
        """Return an exchange without secrets; see `Secrets.redacted`."""
        redacted = super().redacted(exchange, context)
        return replace(redacted, exchange=replace(redacted.exchange, url=_without_values(redacted.exchange.url)))


def _without_values(url: str) -> str:
    """Return a URL without the values of its query, which often identify or authorize the caller of a receiver."""
    path, mark, query = url.partition("?")
    return path + mark + "&".join(f"{pair.partition('=')[0]}={REDACTED}" for pair in query.split("&") if pair)

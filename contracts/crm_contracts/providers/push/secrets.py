"""Keeping secrets out of what is shown of a receiver, its URL's among them."""

from __future__ import annotations

from dataclasses import replace

from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.secrets import Secrets
from crm_mocks.asgi.redaction import REDACTED


class ReceiverSecrets(Secrets):
    """Redacts secrets in exchanges with a receiver."""

    def redacted(self, exchange: Exchange) -> Exchange:
        """Return an exchange without secrets; see `Secrets.redacted`."""
        quiet = super().redacted(exchange)
        return replace(quiet, url=_without_values(quiet.url))


def _without_values(url: str) -> str:
    """Return a receiver's URL without the values of its query: receivers are often told apart, or opened, by them."""
    path, mark, query = url.partition("?")
    return path + mark + "&".join(f"{pair.partition('=')[0]}={REDACTED}" for pair in query.split("&") if pair)

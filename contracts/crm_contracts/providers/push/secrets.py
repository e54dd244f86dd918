"""Keeping secrets out of what is shown of a receiver, its URL's among them."""

from __future__ import annotations

from dataclasses import replace

from crm_contracts.examination.exchange import Exchange
from crm_contracts.examination.secrets import Secrets
from crm_mocks.asgi.redaction import REDACTED


class ReceiverSecrets(Secrets):
    """Strikes secrets out of exchanges with a receiver."""

    def struck(self, exchange: Exchange) -> Exchange:
        """Return an exchange without secrets; see `Secrets.struck`."""
        quiet = super().struck(exchange)
        return replace(quiet, url=_without_values(quiet.url))


def _without_values(url: str) -> str:
    """Return a receiver's URL without the values of its query: receivers are often told apart, or opened, by them."""
    path, mark, query = url.partition("?")
    return path + mark + "&".join(f"{pair.partition('=')[0]}={REDACTED}" for pair in query.split("&") if pair)

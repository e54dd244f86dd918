"""What a verdict says about recorded exchanges that could not be read."""

from __future__ import annotations

from typing import Final

from crm_contracts.judge.exchange import Exchange, Part
from crm_mocks.redaction import Redaction

_MAX_SHOWN: Final = 20


class UnreadNotes:
    """Sentences about exchanges that were skipped or of which parts are missing; many are counted together."""

    def __init__(self) -> None:
        self._shown: list[str] = []
        self._count = 0

    def add(self, note: str) -> None:
        """Add a sentence."""
        self._count += 1
        if len(self._shown) < _MAX_SHOWN:
            self._shown.append(note)

    def add_missing(self, exchange: Exchange, redaction: Redaction) -> None:
        """Add a sentence about the parts of an exchange that were not recorded, if any."""
        response = Part.RESPONSE if Part.RESPONSE in exchange.missing_parts else Part.RESPONSE_BODY
        parts = [part for part in (Part.REQUEST_BODY, response) if part in exchange.missing_parts]
        if parts:
            request = f"{redaction.rules.shown_name(exchange.method)} {redaction.url(exchange.url.partition('?')[0])}"
            self.add(f"{exchange.source or request}: {' and '.join(parts)} not recorded, not checked")

    def shown(self) -> tuple[str, ...]:
        """Return the sentences."""
        more = self._count - len(self._shown)
        return (*self._shown, *([f"and {more} more"] if more else []))

"""Detect refusals: a CRM may refuse a request in the body of a success."""

from __future__ import annotations

from typing import Any

from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.vendor.sample_requests import samples_type


class Refusals:
    """Detects refusals by each CRM."""

    def __init__(self, mock_app: MockApp) -> None:
        """Load the detection of each vendor.

        Args:
            mock_app: mocks with vendors and settings.
        """
        self._by_vendor = {
            name: samples_type(name)(_send_nothing, vendor.credentials, mock_app.settings[name])
            for name, vendor in mock_app.vendors.items()
        }

    def is_refusal(self, vendor: str, status: int, body: Any) -> bool:
        """Return whether a response refuses the request.

        Args:
            vendor: name of the vendor.
            status: HTTP status.
            body: decoded JSON.
        """
        refused: bool = self._by_vendor[vendor].is_refusal(status, body)
        return refused


def _send_nothing(*_: Any, **__: Any) -> None:
    """Do nothing: detecting refusals sends no requests."""

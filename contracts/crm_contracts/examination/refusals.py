"""Telling refusals: a CRM may refuse a request in the body of a success."""

from __future__ import annotations

from typing import Any

from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.vendor.sample_requests import samples_type


class Refusals:
    """Asks each CRM's folder what refuses a request there."""

    def __init__(self, mock_app: MockApp) -> None:
        """Take note of the CRMs.

        Args:
            mock_app: whose settings count.
        """
        self._by_vendor = {
            name: samples_type(name)(_ask_nobody, vendor.credentials, mock_app.settings[name])
            for name, vendor in mock_app.vendors.items()
        }

    def is_refusal(self, vendor: str, status: int, body: Any) -> bool:
        """Tell whether an answer refuses the request.

        Args:
            vendor: whose answer it is.
            status: HTTP status.
            body: decoded JSON.
        """
        refused: bool = self._by_vendor[vendor].is_refusal(status, body)
        return refused


def _ask_nobody(*_: Any, **__: Any) -> None:
    """Stand in for what asks the provider: telling refusals asks nothing."""

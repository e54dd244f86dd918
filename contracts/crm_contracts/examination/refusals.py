"""Telling refusals: a CRM may refuse a request in the body of a success."""

from __future__ import annotations

from typing import Any

from crm_contracts.verify.plausible import plausible_type
from crm_mocks.host.suite import Suite


class Refusals:
    """Asks each CRM's folder what refuses a request there."""

    def __init__(self, suite: Suite) -> None:
        """Take note of the CRMs.

        Args:
            suite: whose settings count.
        """
        self._by_vendor = {
            name: plausible_type(name)(_ask_nobody, vendor.credentials, suite.settings[name])
            for name, vendor in suite.vendors.items()
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

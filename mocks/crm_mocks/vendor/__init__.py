"""The toolkit that vendors are written with: everything that a vendor's folder imports from crm-mocks.

A vendor subclasses `Vendor`; its operations are async functions that take a `RequestContext` and return
`documented(context, outcome)` or raise `DocumentedRefusal(context, outcome)`:

    class ToyVendor(Vendor):
        operations = operations
        kinds = (RecordKind("contacts", "id", indexed={"email": str.lower}),)
        credentials = {"X-Key": "demo-key"}

Further parts of a vendor, each in its own module of the vendor's folder, have a base of their own:
`crm_mocks.vendor.sample_requests.SampleRequests`, `crm_mocks.vendor.sender.Sender`, `crm_mocks.vendor.scenario`.
`crm_mocks.settings` declares settings, `crm_mocks.fixtures` makes people, companies, vehicles and dates.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from crm_mocks.contract import Contract, Outcome
from crm_mocks.errors import Refusal
from crm_mocks.location import Location
from crm_mocks.mock_response import JSON, MockResponse
from crm_mocks.parsing.media_types import ContentType, Unreadable
from crm_mocks.request_context import RequestContext
from crm_mocks.request_problem import RequestProblem
from crm_mocks.state.records import Indexed, RecordKind, Records, as_written
from crm_mocks.state.seeded_values import SeededValues
from crm_mocks.state.session import Session
from crm_mocks.vendor.base import Handler, Vendor
from crm_mocks.vendor.credentials import basic_header, parse_basic, same_secret
from crm_mocks.vendor.data import load_data
from crm_mocks.vendor.expired_tokens import expired_token_violations
from crm_mocks.vendor.loading import create_generic_vendor, load_vendor, reload_vendor, served_names, vendor_names
from crm_mocks.vendor.magic import member_values
from crm_mocks.vendor.responses import DocumentedRefusal, documented, find_outcome
from crm_mocks.violations import Violation

if TYPE_CHECKING:
    from crm_mocks.generic import GenericVendor as GenericVendor
    from crm_mocks.generic.webhook_sender import WebhookSender as WebhookSender

_WRITTEN_WITH_IT = {
    "GenericVendor": "crm_mocks.generic",
    "WebhookSender": "crm_mocks.generic.webhook_sender",
}

__all__ = [
    "JSON",
    "ContentType",
    "Contract",
    "DocumentedRefusal",
    "GenericVendor",
    "Handler",
    "Indexed",
    "Location",
    "MockResponse",
    "Outcome",
    "RecordKind",
    "Records",
    "Refusal",
    "RequestContext",
    "RequestProblem",
    "SeededValues",
    "Session",
    "Unreadable",
    "Vendor",
    "Violation",
    "WebhookSender",
    "as_written",
    "basic_header",
    "create_generic_vendor",
    "documented",
    "expired_token_violations",
    "find_outcome",
    "load_data",
    "load_vendor",
    "member_values",
    "parse_basic",
    "reload_vendor",
    "same_secret",
    "served_names",
    "vendor_names",
]


def __getattr__(name: str) -> Any:
    """Import what is written with this module on first use."""
    if name not in _WRITTEN_WITH_IT:
        raise AttributeError(f"module 'crm_mocks.vendor' has no attribute '{name}'")
    return getattr(import_module(_WRITTEN_WITH_IT[name]), name)

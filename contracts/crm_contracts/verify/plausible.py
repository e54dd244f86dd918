"""What makes a generated request plausible to one CRM: credentials, records that exist, rules beyond the schema.

Schemathesis knows the contract only, so what it generates keeps to every schema and names no account that exists. What
is particular to a CRM stands in its folder, in `crm_mocks/vendors/<vendor>/plausible.py`, as a class `Plausible` which
has the form of the protocol here; a CRM without such a module is sent what schemathesis generates.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping
from typing import Any, Final, Protocol

from crm_mocks.vendor import vendor_names

Credentials = Mapping[str, str]


class Send(Protocol):
    """Sends one request to the provider, for what must be known or done before others can succeed."""

    def __call__(self, method: str, path: str, *, json: Any = None, headers: Mapping[str, str] | None = None) -> Any:
        """Return the decoded JSON of the answer, `None` if it is not JSON.

        Args:
            method: HTTP method.
            path: path of the contract.
            json: body; none is sent for `None`.
            headers: header lines, credentials among them.
        """


class Plausible(Protocol):
    """What is to be known about one CRM.

    Attributes:
        settings: settings of our mock of it, without the vendor's name, under which the mock is certified.
    """

    settings: Mapping[str, Any]

    def headers(self, operation: str) -> Mapping[str, str]:
        """Return the headers with the credentials that an operation asks for; empty if it asks for none.

        Args:
            operation: operationId.
        """

    def body(self, operation: str, body: Any, media_type: str) -> Any:
        """Return a body like the one given that the CRM can accept; it must keep to the contract's schema.

        It changes what has to be changed and leaves the rest as generated. It is never given a body that breaks the
        contract.

        Args:
            operation: operationId.
            body: generated, in JSON types; `None` also where none is sent. It must not be changed in place: what
                needs no change is returned as it came.
            media_type: under which it is sent.
        """

    def is_refusal(self, status: int, body: Any) -> bool:
        """Tell whether an answer refuses the request, for CRMs that refuse in the body of a success.

        Args:
            status: HTTP status.
            body: the answer's decoded JSON, `None` if it is not JSON.
        """


class Unaided:
    """Sends what was generated, as it is."""

    settings: Final[Mapping[str, Any]] = {}

    def __init__(self, send: Send, credentials: Credentials) -> None:
        """Take what every such class takes: a way to ask the provider, and the user's credentials by name."""

    def headers(self, operation: str) -> Mapping[str, str]:  # noqa: ARG002  # as the protocol has it
        """Return no credentials."""
        return {}

    def body(self, operation: str, body: Any, media_type: str) -> Any:  # noqa: ARG002  # as the protocol has it
        """Return the body as it is."""
        return body

    def is_refusal(self, status: int, body: Any) -> bool:  # noqa: ARG002  # as the protocol has it
        """Go by the status."""
        return status >= 400


def plausible_type(vendor: str) -> Any:
    """Return the class of a vendor; call it with a `Send` and credentials."""
    name = f"crm_mocks.vendors.{vendor}.plausible"
    if vendor not in vendor_names() or importlib.util.find_spec(name) is None:
        return Unaided
    return importlib.import_module(name).Plausible


def load(vendor: str, send: Send, credentials: Credentials) -> Plausible:
    """Return what is to be known about a vendor.

    Args:
        vendor: the vendor's name.
        send: sends requests to the provider.
        credentials: by the names that the vendor's `Mock.credentials` has.
    """
    plausible: Plausible = plausible_type(vendor)(send, credentials)
    return plausible

"""Sample requests: generated requests made acceptable to one CRM by credentials, existing records, further rules.

A generator knows the contract only: what it generates fits every schema but names no account that exists. A vendor's
`sample_requests.py` defines a subclass of `SampleRequests` that adds the rest. Vendors without that module are sent
requests as generated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Protocol

from crm_mocks.vendor.credentials import basic_header
from crm_mocks.vendor.loading import load_vendor, vendor_module, vendor_names
from crm_mocks.vendor.package_code import subclass_in


class Send(Protocol):
    """Sends a request to the provider, to learn or prepare what further requests need."""

    def __call__(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        media_type: str = "application/json",
        succeed: bool = False,
    ) -> Any:
        """Return the decoded JSON of the response, `None` if it is not JSON.

        Args:
            method: HTTP method.
            path: path in the contract.
            json: body, a JSON value or the fields of a form; `None` sends none.
            headers: header lines, credentials included.
            media_type: of the body, JSON or a form.
            succeed: the response must have the status of a success.

        Raises:
            CrmMocksError: there is no response, or `succeed` is set and the status is not that of a success.
        """


class SampleRequests:
    """Requests that one CRM accepts. This base sends bodies as generated, without credentials.

    Attributes:
        mock_settings: settings of the vendor's mock, by name without the vendor's, under which it is certified.
        reference_data: what a user can say about the records of a provider, by name: each is a list, which the text
            describes.
        data: what the user said, lists by name; the mock's records apply to names that are missing.
        send: sends a request to the provider.
        credentials: by the names in `Vendor.credentials`.
        settings: the vendor's settings, which describe the provider.
    """

    mock_settings: ClassVar[Mapping[str, Any]] = {}
    reference_data: ClassVar[Mapping[str, str]] = {}
    data: Mapping[str, Any] = {}

    def __init__(self, send: Send, credentials: Mapping[str, str], settings: Any) -> None:
        self.send = send
        self.credentials = credentials
        self.settings = settings

    def use(self, data: Mapping[str, Any]) -> None:
        """Use the records of a provider in place of those of the mock.

        Args:
            data: lists by the names in `reference_data`.

        Raises:
            UsageError: an entry is not what `reference_data` describes.
        """
        self.data = data

    def headers(self, operation: str) -> Mapping[str, str]:
        """Return headers with the credentials that an operation requires.

        Args:
            operation: operationId.
        """
        return {}

    def query(self, operation: str) -> Mapping[str, str]:
        """Return query parameters with the credentials that an operation requires.

        Args:
            operation: operationId.
        """
        return {}

    def wrong_headers(self, operation: str) -> Iterable[Mapping[str, str]]:
        """Yield headers with which the provider must refuse a request, in place of those of `headers`.

        By default, these are missing credentials and credentials with a wrong value. Leave out what a provider may
        accept, and say so in `unchecked`.

        Args:
            operation: operationId.
        """
        yield {}
        yield dict.fromkeys(self.headers(operation), "wrong")

    def unchecked(self) -> Iterable[str]:
        """Yield checks that do not apply to the provider, each with its reason, in sentences."""
        return ()

    def path_parameters(self, operation: str, generated: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return path parameters that name existing records, created where needed.

        A record that an operation deletes must not be named again.

        Example:
            def path_parameters(self, operation, generated):
                contact = self.send("POST", "/contacts", json={"email": "ada@example.com"}, succeed=True)
                return {**generated, "contactId": contact["id"]}

        Args:
            operation: operationId.
            generated: values by name, which fit the contract; empty if there are none.

        Raises:
            CrmMocksError: the provider has no such record and creates none.
        """
        return generated

    def basic(self, user: str = "username", password: str = "password") -> dict[str, str]:  # noqa: S107  # names
        """Return the Authorization header with Basic credentials.

        Args:
            user: name of the credential that is the user name.
            password: name of the credential that is the password.
        """
        return {"Authorization": basic_header(self.credentials[user], self.credentials[password])}

    def body(self, operation: str, body: Any, media_type: str) -> Any:
        """Return a body like the given one that the CRM accepts; it must still fit the contract's schema.

        Args:
            operation: operationId.
            body: generated, fits the contract, in JSON types; `None` also where none is sent. Return a changed copy,
                or the body itself if nothing has to change.
            media_type: under which it is sent.
        """
        return body

    def tagged(self, operation: str, body: Any, tag: str) -> Any:
        """Return a copy of a body with a text by which the created record can be found; the body if it creates none.

        Args:
            operation: operationId.
            body: a JSON object.
            tag: the text.
        """
        return body

    def is_refusal(self, status: int, body: Any) -> bool:
        """Return whether a response refuses the request; some CRMs refuse in the body of a success.

        Args:
            status: HTTP status.
            body: decoded JSON, `None` if it is not JSON.
        """
        return status >= 400


def samples_type(vendor: str) -> type[SampleRequests]:
    """Return a vendor's class of sample requests: of its module, else of the vendor, else the base."""
    module = vendor_module(vendor, "sample_requests")
    if module is not None:
        found: type[SampleRequests] = subclass_in(module, SampleRequests)
        return found
    if vendor not in vendor_names():  # a vendor object that was passed to the mocks, in tests
        return SampleRequests
    of_vendor: type[SampleRequests] = getattr(load_vendor(vendor), "samples_type", SampleRequests)
    return of_vendor

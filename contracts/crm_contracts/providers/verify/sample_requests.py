"""Sample requests for providers that may refuse to help, or send unusable responses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any, Final, TypeVar

from crm_mocks.errors import CrmMocksError, UsageError
from crm_mocks.vendor import load_vendor, vendor_names
from crm_mocks.vendor.sample_requests import SampleRequests, Send, samples_type

_T = TypeVar("_T")

_UNUSABLE: Final = (LookupError, TypeError, AttributeError, ValueError, ArithmeticError)
"""Errors of sample requests that meet an undocumented response."""


class GuardedSamples(SampleRequests):
    """Sample requests of a vendor that report errors and fall back to requests as generated."""

    def __init__(
        self,
        vendor: str,
        send: Send,
        credentials: Mapping[str, str],
        settings: Any,
        complain: Callable[[str], None],
        tag: str = "",
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """Load the vendor's sample requests.

        Args:
            vendor: the vendor's name.
            send: sends requests to the provider.
            credentials: by name.
            settings: the vendor's settings, which describe the provider.
            complain: called with a sentence about each error.
            tag: for all bodies; see `tagged`.
            data: the provider's reference data; see `SampleRequests.reference_data`.
        """
        super().__init__(send, credentials, settings)
        self._samples = load(vendor, send, UserCredentials(credentials), settings, data)
        self.data = self._samples.data
        self._complain = complain
        self._tag = tag
        self._failed: set[str] = set()

    def headers(self, operation: str) -> Mapping[str, str]:
        """Return headers with credentials; none if a credential is missing."""
        return self._attempt(operation, lambda: self._samples.headers(operation), {})

    def query(self, operation: str) -> Mapping[str, str]:
        """Return query parameters with credentials; none if a credential is missing."""
        return self._attempt(operation, lambda: self._samples.query(operation), {})

    def wrong_headers(self, operation: str) -> Iterable[Mapping[str, str]]:
        """Return headers with credentials that the provider must refuse; none if a credential is missing."""
        return self._attempt(operation, lambda: list(self._samples.wrong_headers(operation)), [])

    def unchecked(self) -> Iterable[str]:
        """Return checks that do not apply to the provider."""
        return self._samples.unchecked()

    def path_parameters(self, operation: str, generated: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return path parameters that name existing records.

        Raises:
            CrmMocksError: the provider has no such record and creates none.
        """
        try:
            return self._samples.path_parameters(operation, generated)
        except _UNUSABLE as error:
            raise CrmMocksError("the provider's response cannot be used for further requests") from error

    def body(self, operation: str, body: Any, media_type: str) -> Any:
        """Return a body that the provider accepts, or the generated one if that fails, with the tag."""
        accepted = self._attempt(operation, lambda: self._samples.body(operation, body, media_type), body)
        return self.tagged(operation, accepted, self._tag)

    def accepted(self, operation: str, body: Any, media_type: str) -> Any:
        """Return a body that the provider accepts, with the tag.

        Raises:
            Exception: one of `negative_bodies.UNUSABLE`.
        """
        return self.tagged(operation, self._samples.body(operation, body, media_type), self._tag)

    def tagged(self, operation: str, body: Any, tag: str) -> Any:
        """Return a body with a tag if it is an object and the tag is not empty."""
        return self._samples.tagged(operation, body, tag) if tag and isinstance(body, dict) else body

    def failed_for(self, operation: str) -> bool:
        """Return whether making a request of an operation acceptable failed."""
        return operation in self._failed

    def _attempt(self, operation: str, action: Callable[[], _T], fallback: _T) -> _T:
        try:
            return action()
        except CrmMocksError as error:
            self._failed.add(operation)
            self._complain(f"{operation}: {error}")
        except _UNUSABLE:
            self._failed.add(operation)
            self._complain(f"{operation}: the provider's response cannot be used for further requests")
        return fallback


class UserCredentials(dict[str, str]):
    """Credentials by name; a missing one raises `CrmMocksError`."""

    def __missing__(self, name: str) -> str:
        raise CrmMocksError(f"the credential '{name}' is missing: use --credential {name}=…")


def load(
    vendor: str,
    send: Send,
    credentials: Mapping[str, str],
    settings: Any = None,
    data: Mapping[str, Any] | None = None,
) -> SampleRequests:
    """Return the sample requests of a vendor.

    Args:
        vendor: the vendor's name.
        send: sends requests to the provider.
        credentials: by the names in `Vendor.credentials`.
        settings: the vendor's settings, which describe the provider; by default those of its mock.
        data: the provider's reference data; see `SampleRequests.reference_data`.

    Raises:
        CrmMocksError: the provider refuses what the requests need.
        UsageError: the reference data are not what the vendor has.
    """
    if settings is None and vendor in vendor_names():
        settings = load_vendor(vendor).settings_type()
    samples = samples_type(vendor)(send, credentials, settings)
    if data:
        samples.use(check_data(vendor, data))
    return samples


def check_data(vendor: str, data: Any) -> Mapping[str, Any]:
    """Return reference data if they have lists by the names that the vendor has.

    Raises:
        UsageError: they do not.
    """
    known = samples_type(vendor).reference_data
    if not isinstance(data, Mapping):
        raise UsageError(f"--data must contain lists by name: {vendor} has {', '.join(known) or 'none'}")
    for name, entries in data.items():
        if name not in known:
            similar = get_close_matches(str(name), known, 1)
            meant = f"did you mean '{similar[0]}'?" if similar else f"it has {', '.join(known) or 'none'}"
            raise UsageError(f"--data: {vendor} has no '{name}': {meant}")
        if not isinstance(entries, list):
            raise UsageError(f"--data: '{name}' must be a list: {known[name]}")
    return data

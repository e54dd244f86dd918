"""Sample requests for providers that may refuse to help, or send unusable responses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from crm_mocks.errors import CrmMocksError
from crm_mocks.vendor import load_vendor, vendor_names
from crm_mocks.vendor.sample_requests import SampleRequests, Send, samples_type

_T = TypeVar("_T")


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
    ) -> None:
        """Load the vendor's sample requests.

        Args:
            vendor: the vendor's name.
            send: sends requests to the provider.
            credentials: by name.
            settings: the vendor's settings, which describe the provider.
            complain: called with a sentence about each error.
            tag: for all bodies; see `tagged`.
        """
        super().__init__(send, credentials, settings)
        self._samples = load(vendor, send, UserCredentials(credentials), settings)
        self._complain = complain
        self._tag = tag
        self._failed: set[str] = set()

    def headers(self, operation: str) -> Mapping[str, str]:
        """Return headers with credentials; none if a credential is missing."""
        return self._attempt(operation, lambda: self._samples.headers(operation), {})

    def body(self, operation: str, body: Any, media_type: str) -> Any:
        """Return a body that the provider accepts, or the generated one if that fails, with the tag."""
        accepted = self._attempt(operation, lambda: self._samples.body(operation, body, media_type), body)
        return self.tagged(operation, accepted, self._tag)

    def tagged(self, operation: str, body: Any, tag: str) -> Any:
        """Return a body with a tag if it is an object and the tag is not empty."""
        return self._samples.tagged(operation, body, tag) if tag and isinstance(body, dict) else body

    def is_refusal(self, status: int, body: Any) -> bool:
        """Return whether a response refuses the request."""
        return self._samples.is_refusal(status, body)

    def failed_for(self, operation: str) -> bool:
        """Return whether making a request of an operation acceptable failed."""
        return operation in self._failed

    def _attempt(self, operation: str, action: Callable[[], _T], fallback: _T) -> _T:
        try:
            return action()
        except CrmMocksError as error:
            self._failed.add(operation)
            self._complain(f"{operation}: {error}")
        except (
            LookupError,
            TypeError,
            AttributeError,
            ValueError,
            ArithmeticError,
        ):  # from undocumented responses
            self._failed.add(operation)
            self._complain(f"{operation}: the provider's response cannot be used for further requests")
        return fallback


class UserCredentials(dict[str, str]):
    """Credentials by name; a missing one raises `CrmMocksError`."""

    def __missing__(self, name: str) -> str:
        raise CrmMocksError(f"the credential '{name}' is missing: use --credential {name}=…")


def load(vendor: str, send: Send, credentials: Mapping[str, str], settings: Any = None) -> SampleRequests:
    """Return the sample requests of a vendor.

    Args:
        vendor: the vendor's name.
        send: sends requests to the provider.
        credentials: by the names in `Vendor.credentials`.
        settings: the vendor's settings, which describe the provider; by default those of its mock.

    Raises:
        CrmMocksError: the provider refuses what the requests need.
    """
    if settings is None and vendor in vendor_names():
        settings = load_vendor(vendor).settings_type()
    return samples_type(vendor)(send, credentials, settings)

"""Sample requests of a vendor, made safe against providers that withhold what they need or return nonsense.

What is particular to a CRM is in its folder; see `crm_mocks.vendor.sample_requests`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from crm_mocks.errors import CrmMocksError
from crm_mocks.vendor import load_vendor, vendor_names
from crm_mocks.vendor.sample_requests import SampleRequests, Send, samples_type

Credentials = Mapping[str, str]
_T = TypeVar("_T")


class GuardedSamples(SampleRequests):
    """What is to be known about a vendor, from a provider that may not tell it, or tell nonsense.

    Whatever cannot be known is complained of; requests then stay as they were generated.
    """

    def __init__(
        self,
        vendor: str,
        send: Send,
        credentials: Credentials,
        settings: Any,
        complain: Callable[[str], None],
        tag: str = "",
    ) -> None:
        """Take what `load` takes, whom to complain to, in a sentence, and a tag for all bodies."""
        super().__init__(send, credentials, settings)
        self._known = load(vendor, send, SampleContext(credentials), settings)
        self._complain = complain
        self._tag = tag
        self._failed: set[str] = set()

    def headers(self, operation: str) -> Mapping[str, str]:
        """Return the headers with the credentials, none where they are not known."""
        return self._tried(operation, lambda: self._known.headers(operation), {})

    def body(self, operation: str, body: Any, media_type: str) -> Any:
        """Return a plausible body, or the one given, with the tag."""
        plausible = self._tried(operation, lambda: self._known.body(operation, body, media_type), body)
        return self.tagged(operation, plausible, self._tag)

    def tagged(self, operation: str, body: Any, tag: str) -> Any:
        """Return a body with a tag, if there is one, and the body is an object."""
        return self._known.tagged(operation, body, tag) if tag and isinstance(body, dict) else body

    def is_refusal(self, status: int, body: Any) -> bool:
        """Tell whether an answer refuses the request."""
        return self._known.is_refusal(status, body)

    def failed_for(self, operation: str) -> bool:
        """Tell whether a request of an operation could not be made plausible."""
        return operation in self._failed

    def _tried(self, operation: str, attempt: Callable[[], _T], otherwise: _T) -> _T:
        try:
            return attempt()
        except CrmMocksError as error:
            self._failed.add(operation)
            self._complain(f"{operation}: {error}")
        except (
            LookupError,
            TypeError,
            AttributeError,
            ValueError,
            ArithmeticError,
        ):  # of answers that are not as documented
            self._failed.add(operation)
            self._complain(f"{operation}: what the provider answered is of no use for further requests")
        return otherwise


class SampleContext(dict[str, str]):
    """Credentials by name, as the user gave them."""

    def __missing__(self, name: str) -> str:
        raise CrmMocksError(f"there is no credential '{name}': give it with --credential {name}=…")


def load(vendor: str, send: Send, credentials: Credentials, settings: Any = None) -> SampleRequests:
    """Return what is to be known about a vendor.

    Args:
        vendor: the vendor's name.
        send: sends requests to the provider.
        credentials: by the names that the vendor's `credentials` has.
        settings: the vendor's, which say what the provider is like; by default those of its mock.

    Raises:
        CrmMocksError: the provider does not tell what is needed.
    """
    if settings is None and vendor in vendor_names():
        settings = load_vendor(vendor).settings_type()
    return samples_type(vendor)(send, credentials, settings)

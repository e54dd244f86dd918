"""What makes a generated request plausible to one CRM: credentials, records that exist, rules beyond the schema.

Schemathesis knows the contract only, so what it generates keeps to every schema and names no account that exists. What
is particular to a CRM stands in its folder, in `crm_mocks/vendors/<vendor>/sample_requests.py`, as the class `SAMPLES`,
which has the form of the protocol here; a CRM without such a module is sent what schemathesis generates.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol, TypeVar

from crm_mocks.errors import CrmMocksError
from crm_mocks.vendor import load_vendor, vendor_names

Credentials = Mapping[str, str]
_T = TypeVar("_T")


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


class SampleRequests(Protocol):
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

    def tagged(self, operation: str, body: Any, tag: str) -> Any:
        """Return a body with a text by which what it creates can be found; one that creates nothing is returned as is.

        Args:
            operation: operationId.
            body: in JSON types, an object. It must not be changed in place.
            tag: the text.
        """

    def is_refusal(self, status: int, body: Any) -> bool:
        """Tell whether an answer refuses the request, for CRMs that refuse in the body of a success.

        Args:
            status: HTTP status.
            body: the answer's decoded JSON, `None` if it is not JSON.
        """


class GeneratedAsIs:
    """Sends what was generated, as it is."""

    settings: Final[Mapping[str, Any]] = {}

    def __init__(self, send: Send, credentials: Credentials, settings: Any) -> None:
        """Take what every such class takes: a way to ask the provider, credentials by name, the vendor's settings."""

    def headers(self, operation: str) -> Mapping[str, str]:  # noqa: ARG002  # as the protocol has it
        """Return no credentials."""
        return {}

    def body(self, operation: str, body: Any, media_type: str) -> Any:  # noqa: ARG002  # as the protocol has it
        """Return the body as it is."""
        return body

    def tagged(self, operation: str, body: Any, tag: str) -> Any:  # noqa: ARG002  # as the protocol has it
        """Return the body as it is."""
        return body

    def is_refusal(self, status: int, body: Any) -> bool:  # noqa: ARG002  # as the protocol has it
        """Go by the status."""
        return status >= 400


def samples_type(vendor: str) -> Any:
    """Return the class of a vendor; call it with a `Send`, credentials and the vendor's settings."""
    name = f"crm_mocks.vendors.{vendor}.sample_requests"
    if vendor not in vendor_names() or importlib.util.find_spec(name) is None:
        return GeneratedAsIs
    return importlib.import_module(name).SAMPLES


class GuardedSamples:
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
        self._known = load(vendor, send, SampleContext(credentials), settings)
        self.settings = self._known.settings
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
    plausible: SampleRequests = samples_type(vendor)(send, credentials, settings)
    return plausible

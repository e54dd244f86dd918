"""Redaction of exchanges before they are shown, stored or sent to another process."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

import jsonschema_rs

from crm_mocks.contract import Contract, Operation
from crm_mocks.redaction.addresses import AddressRedaction
from crm_mocks.redaction.bodies import MAX_BYTES, repeats_members
from crm_mocks.redaction.exchanges import ExchangeRedaction, Recorded
from crm_mocks.redaction.known_credentials import KnownCredentials
from crm_mocks.redaction.name_rules import NameRules, Treatment, api_keys
from crm_mocks.redaction.operation_parts import OperationParts
from crm_mocks.secret_values import is_credential

_MAX_OPERATIONS: Final = 20_000

_MAY_BE_CREDENTIAL: Final[Callable[[str], bool]] = jsonschema_rs.Draft4Validator(
    {"pattern": r"eyJ|-----BEGIN|AKIA|gh[pousr]_|sk_|xox|AIza|glpat-|(?i:bearer|basic)\s|://[^/\s]*@"},
    pattern_options=jsonschema_rs.RegexOptions(),
).is_valid
"""Finds what may be a credential, thirty times faster than the expressions of Python."""


@dataclass(frozen=True, slots=True)
class DecodedBody:
    """A body that has been decoded.

    Attributes:
        media_type: lower-case, without parameters.
        value: JSON value.
        is_own: the mocks have written the body, so that no member is repeated in it.
    """

    media_type: str
    value: Any
    is_own: bool = False


class Redaction:
    """Redacts what may be secret in exchanges.

    Shown is what the contract documents, unless its name or format says that it is a credential; what HTTP defines; and
    what a finding is about, unless it looks secret. Everything else is shown by name and length. Known credentials are
    struck out wherever they stand.
    """

    def __init__(
        self,
        contracts: Iterable[Contract] = (),
        published: Iterable[str] = (),
        *,
        show: Iterable[str] = (),
        hide: Iterable[str] = (),
        is_open: bool = False,
    ) -> None:
        """Prepare redaction.

        Args:
            contracts: contracts of all vendors.
            published: credentials that are no secrets, such as the demo credentials of mocks; they are shown, so that
                a request can be repeated.
            show: names of headers, parameters and members that are shown.
            hide: names of headers, parameters and members that are hidden.
            is_open: there is no contract: names and values alone tell what is secret.
        """
        known = list(contracts)
        self.rules = NameRules(
            api_keys(known),
            frozenset(published),
            frozenset(name.lower() for name in show),
            frozenset(name.lower() for name in hide),
        )
        self.known = KnownCredentials(self.rules.published)
        """Credentials that were issued, or that the user has given."""
        self.addresses = AddressRedaction(known, self.rules)
        self._unmatched = OperationParts(self.rules, is_open=is_open)
        self._is_open = is_open
        self._parts: dict[int, tuple[Operation, OperationParts]] = {}

    def parts(self, operation: Operation | None) -> OperationParts:
        """Return what is documented of an operation."""
        if operation is None or self._is_open:
            return self._unmatched
        known = self._parts.get(id(operation))
        if known is None:
            if len(self._parts) >= _MAX_OPERATIONS:
                self._parts.clear()
            known = self._parts[id(operation)] = operation, OperationParts(self.rules, operation)
        return known[1]

    def path(self, path: str, operation: Operation | None = None) -> str:
        """Return a path as it is shown."""
        return self.known.text(self.addresses.path(path, self.parts(operation)))

    def url(self, url: str, operation: Operation | None = None) -> str:
        """Return a URL or path as it is shown, without user and fragment."""
        return self.known.text(self.addresses.url(url, self.parts(operation)))

    def redact(
        self,
        entry: Recorded,
        operation: Operation | None = None,
        request: DecodedBody | None = None,
        response: DecodedBody | None = None,
    ) -> None:
        """Redact an exchange in place; the bytes sent and received are not affected.

        Args:
            entry: the exchange, with its violations and notices.
            operation: operation that it matches, if any.
            request: its body, if it has been decoded.
            response: the same for the response.
        """
        parts = self.parts(operation)
        is_clean = self._is_clean(entry, parts, request, response)
        if is_clean and not entry.query and not entry.violations and not entry.notices and not self.known:
            headers = parts.headers  # almost all exchanges end here
            for name, value in entry.request_headers:
                if headers[name] is not Treatment.HARMLESS and value not in self.rules.published:
                    break
            else:
                for name, _ in entry.response_headers:
                    if headers[name] is not Treatment.HARMLESS:
                        break
                else:
                    if parts.is_plain_path(entry.path):
                        return
        ExchangeRedaction(self, entry, parts).run(has_clean_bodies=is_clean)

    @staticmethod
    def _is_clean(
        entry: Recorded, parts: OperationParts, request: DecodedBody | None, response: DecodedBody | None
    ) -> bool:
        """Return whether there is nothing to redact in the bodies, as far as their members and beginnings tell."""
        sent, returned = entry.request_body, entry.response_body
        if sent and (request is None or not _is_clean(parts.request(request.media_type)[1], request, sent)):
            return False
        if returned and (
            response is None or not _is_clean(parts.response(entry.status, response.media_type)[1], response, returned)
        ):
            return False
        text = (sent[:MAX_BYTES] + returned[:MAX_BYTES]).decode("latin-1")
        return not _MAY_BE_CREDENTIAL(text) or not is_credential(text)


def _is_clean(validator: jsonschema_rs.Draft4Validator, body: DecodedBody, raw: bytes) -> bool:
    if not validator.is_valid(body.value):
        return False
    return body.is_own or not repeats_members(raw, body.value)

"""Redaction of exchanges before they are shown, stored or sent to another process."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Final, Protocol

import orjson

from crm_mocks.contract import Contract, Operation
from crm_mocks.contract.outcome import is_json
from crm_mocks.redaction.addresses import AddressRedaction
from crm_mocks.redaction.bodies import MAX_BYTES, repeats_members
from crm_mocks.redaction.credential_headers import PublishedHeaders
from crm_mocks.redaction.exchanges import BOTH, NEITHER, CleanSides, ExchangeRedaction, Recorded
from crm_mocks.redaction.http_headers import PlainHeaders
from crm_mocks.redaction.known_credentials import KnownCredentials
from crm_mocks.redaction.name_rules import NameRules, Treatment, api_keys
from crm_mocks.redaction.operation_parts import BodyParts, DocumentedBodies, OperationParts
from crm_mocks.redaction.quoted_credentials import has_query, has_quoted_json, may_be_credential
from crm_mocks.secret_values import is_credential

_MAX_OPERATIONS: Final = 20_000
_MAX_VALUES: Final = 4_096
_MAX_VALUE: Final = 500


class Decoded(Protocol):
    """A request or response with its body: a JSON value, or `None`, and its media type without parameters."""

    media_type: str
    body: Any


class OwnResponse(Decoded, Protocol):
    """A response of the mocks.

    Attributes:
        is_quiet: the body is known to match its schema, and to have no other members than it documents.
    """

    is_quiet: bool


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
        steering: Iterable[str] = (),
        is_open: bool = False,
    ) -> None:
        """Prepare redaction.

        Args:
            contracts: contracts of all vendors.
            published: credentials that are no secrets, such as the demo credentials of mocks; they are shown, so that
                a request can be repeated.
            show: names of headers, parameters and members that are shown.
            hide: names of headers, parameters and members that are hidden.
            steering: names of parameters that steer the mocks, whose values are shown unless they look secret.
            is_open: there is no contract: names and values alone decide what is secret.
        """
        known = list(contracts)
        self.rules = NameRules(
            api_keys(known),
            frozenset(published),
            frozenset(name.lower() for name in show),
            frozenset(name.lower() for name in hide),
            frozenset(steering),
        )
        self.known = KnownCredentials(self.rules.published)
        """Credentials that were issued, or that the user has given."""
        self.addresses = AddressRedaction(known, self.rules)
        self._bodies = DocumentedBodies(self.rules)
        self._unmatched = OperationParts(self.rules, self._bodies, is_open=is_open)
        self._is_open = is_open
        self._parts: dict[int, tuple[Operation, OperationParts]] = {}
        self.published_headers = PublishedHeaders(self.rules.published)
        """Values of headers whose credentials are published."""
        self.plain_headers = PlainHeaders()
        """Headers that are shown as they are, but for known credentials."""
        self._harmless_values: set[str] = set()
        self._version = 0

    def parts(self, operation: Operation | None) -> OperationParts:
        """Return what is documented of an operation."""
        if operation is None or self._is_open:
            return self._unmatched
        known = self._parts.get(id(operation))
        if known is None:
            if len(self._parts) >= _MAX_OPERATIONS:
                self._parts.clear()
            known = self._parts[id(operation)] = operation, OperationParts(self.rules, self._bodies, operation)
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
        request: Decoded | None = None,
        response: OwnResponse | None = None,
        *,
        is_valid: bool = False,
    ) -> None:
        """Redact an exchange of the mocks in place; the bytes sent and received are not affected.

        Args:
            entry: the exchange, with its violations and notices.
            operation: operation that it matches, if any.
            request: the request, if its body has been decoded.
            response: the mock's own response, as it was before it was serialized.
            is_valid: the request has been validated, and breaks no rule of the contract.
        """
        parts = self.parts(operation)
        has_findings = bool(entry.violations or entry.notices)
        clean = self._clean_sides(entry, parts, request, response, is_valid=is_valid and not has_findings)
        if (
            clean is BOTH
            and not has_findings
            and not entry.query
            and parts.is_plain_path(entry.path)
            and self._is_shown(entry.request_headers, parts)
            and self._is_shown(entry.response_headers, parts)
            and not (self.known and self._may_be_known(entry))
        ):
            return
        ExchangeRedaction(self, entry, parts).run(clean)

    def _clean_sides(
        self,
        entry: Recorded,
        parts: OperationParts,
        request: Decoded | None,
        response: OwnResponse | None,
        *,
        is_valid: bool,
    ) -> CleanSides:
        """Return the sides in whose bodies there is nothing to redact but known credentials."""
        sent, returned = entry.request_body, entry.response_body
        has_clean_response = not returned
        if returned and response is not None:
            about = parts.response(entry.status, response.media_type)
            is_harmless = response.is_quiet and about.has_only_harmless and is_json(response.media_type)
            has_clean_response = is_harmless or _is_clean(about, response, returned)
        has_clean_request = not sent
        if sent and request is not None:
            body = parts.request(request.media_type)
            if is_valid and body.has_only_harmless and is_json(request.media_type):
                is_flat = sent.find(b"{", 1) < 0 and b"[" not in sent  # then all names are in the value
                has_clean_request = is_flat or not repeats_members(sent, request.body)
            else:  # what is repeated is in the bytes, but not in the value
                has_clean_request = _is_clean(body, request, sent) and not repeats_members(sent, request.body)
        text = ((sent if has_clean_request else b"") + (returned if has_clean_response else b"")).decode("latin-1")
        is_suspect = may_be_credential(text) and (len(text) > MAX_BYTES or "\\" in text or is_credential(text))
        is_suspect = is_suspect or has_query(text) or has_quoted_json(text)
        if is_suspect or "\0" in text:  # UTF-16 may hide one, too
            return NEITHER
        if has_clean_request and has_clean_response:
            return BOTH
        return CleanSides(request=has_clean_request, response=has_clean_response)

    def _is_shown(self, headers: Collection[tuple[str, str]], parts: OperationParts) -> bool:
        """Return whether nothing in headers has to be redacted, known credentials excepted."""
        plain = self.plain_headers
        if plain.known.issuperset(headers):
            return True
        for header in headers:
            name, value = header
            treatment = parts.headers[name]
            if treatment is Treatment.STANDARD:
                is_shown = header in plain
            elif treatment is Treatment.SECRET:
                is_shown = value in self.published_headers and self.rules.shown_name(name) == name
                if is_shown:
                    plain.remember(header)
            else:
                is_checked = treatment is Treatment.CHECKED
                is_shown = treatment is Treatment.SHOWN or (is_checked and not is_credential(value))
            if not is_shown:
                return False
        return True

    def _may_be_known(self, entry: Recorded) -> bool:
        """Return whether a known credential may stand in an exchange."""
        text = (entry.request_body + entry.response_body).decode("latin-1")
        if self.known.may_stand_in(text):
            return True
        if self._version != self.known.version:
            self._harmless_values.clear()
            self._version = self.known.version
        for _, value in (*entry.request_headers, *entry.response_headers):
            if value not in self._harmless_values:
                if self.known.may_stand_in(value):
                    return True
                if len(value) <= _MAX_VALUE and len(self._harmless_values) < _MAX_VALUES:
                    self._harmless_values.add(value)
        return False


def _is_clean(parts: BodyParts, message: Decoded, raw: bytes) -> bool:
    """Return whether a body has nothing to redact but what is certainly a credential."""
    if not is_json(message.media_type):
        return False
    try:
        return parts.validator.is_valid(message.body)
    except ValueError:  # parts of it have been serialized before
        return parts.validator.is_valid(orjson.loads(raw))

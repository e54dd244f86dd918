"""Redaction of one exchange: its parts, what findings quote of them, and the credentials that stand in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from msgspec import structs

from crm_mocks.contract import Notice
from crm_mocks.credential_names import REDACTED, hidden, is_redacted
from crm_mocks.location import Location
from crm_mocks.parsing.media_types import content_type
from crm_mocks.redaction.bodies import BodyRedaction
from crm_mocks.redaction.credential_headers import scheme_and_credential, user_and_password
from crm_mocks.redaction.http_headers import shown_value
from crm_mocks.redaction.json_values import Findings, ValueRedaction
from crm_mocks.redaction.known_credentials import SEPARATOR, KnownCredentials
from crm_mocks.redaction.name_rules import Treatment
from crm_mocks.redaction.operation_parts import OperationParts
from crm_mocks.redaction.quoted_values import QuotedValues
from crm_mocks.redaction.texts import TextRedaction
from crm_mocks.secret_values import is_credential, looks_random, without_credentials
from crm_mocks.sent_value import ELLIPSIS
from crm_mocks.violations import VIOLATIONS_HEADER, Violation, header_value

if TYPE_CHECKING:
    from crm_mocks.redaction.redaction import Redaction

_MIN_ECHO: Final = 8
"""Minimum length of a hidden value that is struck out elsewhere in its exchange."""

_MAGIC: Final = "mock-"
"""Beginning of values that choose a response of the mocks, and are no secrets."""

_MAX_FOUND: Final = 200
"""Credentials of one exchange that are struck out elsewhere in it; the bodies of one with more are hidden."""

_WHOLE_RESPONSE: Final = frozenset({"status", "header", "answer"})
"""Places of findings whose evidence is the text of the response."""

Headers = list[tuple[str, str]]


class Recorded(Protocol):
    """A recorded exchange; see `JournalEntry`."""

    id: str
    method: str
    path: str
    query: str
    request_headers: Headers
    request_body: bytes
    status: int
    response_headers: Headers
    response_body: bytes
    violations: list[Violation]
    notices: list[Notice]


class CleanSides(NamedTuple):
    """Whether there is nothing to redact in the bodies of an exchange but known credentials."""

    request: bool
    response: bool


BOTH: Final = CleanSides(request=True, response=True)
NEITHER: Final = CleanSides(request=False, response=False)


class ExchangeRedaction:
    """Redacts one exchange in place.

    Attributes:
        response_violations: violations in the response, redacted by `run`.
    """

    def __init__(
        self,
        redaction: Redaction,
        entry: Recorded,
        parts: OperationParts,
        response_violations: Iterable[Violation] = (),
    ) -> None:
        """Prepare the redaction.

        Args:
            redaction: rules and known credentials.
            entry: the exchange, with the violations and notices of its request.
            parts: what is documented of its operation.
            response_violations: violations in the response.
        """
        self._redaction = redaction
        self._rules = redaction.rules
        self._entry = entry
        self._parts = parts
        self.response_violations = list(response_violations)
        self._found: list[str] = []
        self._known: list[KnownCredentials] = []

    def run(self, clean: CleanSides | None = None) -> None:
        """Redact all parts.

        Args:
            clean: sides in whose bodies there is nothing to redact but known credentials; by default none.
        """
        clean = clean or NEITHER
        entry = self._entry
        request, response = entry.request_body, entry.response_body
        request_type, response_type = _content_type(entry.request_headers), _content_type(entry.response_headers)
        findings = Findings.of(entry.violations, entry.notices)
        response_findings = Findings.of(self.response_violations)
        entry.method = self._method(entry.method)
        entry.path = self._redaction.addresses.path(entry.path, self._parts, self._note_hidden)
        entry.query = self._query(entry.query, findings)
        issued: list[str] = []
        if request and not clean.request:
            entry.request_body = self._request_body(request, request_type, findings)
        if response and not clean.response:
            entry.response_body = self._response_body(response, response_type, response_findings, issued)
        entry.request_headers = self._headers(entry.request_headers, findings)
        entry.response_headers = self._headers(entry.response_headers, response_findings)
        self._redaction.known.add_issued(issued)
        if len(self._found) > _MAX_FOUND:
            entry.request_body = hidden(len(request)).encode() if request else b""
            entry.response_body = hidden(len(response)).encode() if response else b""
        new = KnownCredentials(self._rules.published, self._found[:_MAX_FOUND]) if self._found else None
        self._known = [known for known in (self._redaction.known, new) if known]
        self._show_findings(
            QuotedValues(request, entry.request_body, content_type(request_type)),
            QuotedValues(response, entry.response_body, content_type(response_type)),
        )
        for known in self._known:
            self._strike_out(known)

    def text(self, text: str) -> str:
        """Return a text that may quote the exchange without the credentials in it."""
        for known in self._known:
            text = known.text(text)
        return without_credentials(text, REDACTED)

    def _is_harmless(self, texts: Sequence[str]) -> bool:
        """Return whether `text` is known to leave texts as they are."""
        return not is_credential(SEPARATOR.join(texts)) and all(known.is_absent(texts) for known in self._known)

    def _note_secret(self, value: str) -> None:
        """Note a credential, so that it is not shown elsewhere in the exchange; an ordinary word may be."""
        is_word = len(value) < _MIN_ECHO and (not value or value.isalpha())
        is_magic = value.startswith(_MAGIC) and not looks_random(value)
        if not (is_word or is_magic) and value not in self._redaction.known:
            self._found.append(value)

    def _note_hidden(self, text: str) -> None:
        """Note a value that is hidden, so that it is not shown elsewhere in the exchange."""
        if len(text) >= _MIN_ECHO and len(self._found) <= _MAX_FOUND and looks_random(text):
            self._found += dict.fromkeys((text, text.lower()))  # names and media types are quoted in lower case

    def _values(self, findings: Findings, issued: list[str] | None = None) -> ValueRedaction:
        noted = self._note_secret if issued is None else issued.append
        return ValueRedaction(self._rules, findings, noted, self._note_hidden)

    def _method(self, method: str) -> str:
        shown = self._rules.shown_name(method)
        if shown != method:
            self._note_hidden(method)
        return shown

    def _query(self, query: str, findings: Findings) -> str:
        if not query:
            return query
        of_query = Findings(frozenset(("body", *place[1:]) for place in findings.places if place[:1] == ("query",)))
        return TextRedaction(self._values(of_query)).form(query, self._parts.query)

    def _request_body(self, raw: bytes, header: str, findings: Findings) -> bytes:
        media_type = content_type(header).media_type
        documented = self._parts.request(media_type).documented
        is_documented = self._parts.documents(media_type)
        return BodyRedaction(self._values(findings), documented, is_documented).body(raw, header)

    def _response_body(self, raw: bytes, header: str, findings: Findings, issued: list[str]) -> bytes:
        media_type, status = content_type(header).media_type, self._entry.status
        documented = self._parts.response(status, media_type).documented
        is_documented = self._parts.documents_response(status, media_type)
        is_evidence = any(place[0] in _WHOLE_RESPONSE or place == ("body",) for place in findings.places if place)
        values = self._values(findings, issued)
        return BodyRedaction(values, documented, is_documented, is_evidence).body(raw, header)

    def _headers(self, headers: Headers, findings: Findings) -> Headers:
        plain, treatments = self._redaction.plain_headers.known, self._parts.headers
        return [
            header
            if header in plain
            else (self._rules.shown_name(header[0]), self._header(*header, treatments[header[0]], findings))
            for header in headers
        ]

    def _header(self, name: str, value: str, treatment: Treatment, findings: Findings) -> str:
        is_result = treatment is Treatment.RESULT and value == header_value(self._entry.violations, self._entry.id)
        if treatment is Treatment.SHOWN or is_result or is_redacted(value):
            return value  # what a result quotes is redacted with the violations
        if treatment is Treatment.STANDARD:
            if (name, value) in self._redaction.plain_headers:
                return value
            return shown_value(name, self._redaction.known.text(value), self._note_hidden)
        if treatment is Treatment.SECRET:
            return self._credential(value)
        if treatment is Treatment.CHECKED:
            return without_credentials(value, REDACTED)
        if treatment is Treatment.ADDRESS:
            redaction = self._redaction
            return redaction.known.text(redaction.addresses.url(value, redaction.parts(None), self._note_hidden))
        values = self._values(findings)
        return str(values.suspect(value) if ("header", name.lower()) in findings.places else values.unseen(value))

    def _credential(self, value: str) -> str:
        """Return the value of a credential header; a known scheme is kept."""
        if value in self._redaction.published_headers:
            return value
        scheme, credential = scheme_and_credential(value)
        self._note_secret(credential)
        if scheme.lower() == "basic":
            self._note_secret(user_and_password(credential)[1])
        return f"{scheme} {REDACTED}" if scheme else REDACTED

    def _show_findings(self, request: QuotedValues, response: QuotedValues) -> None:
        """Redact what violations and notices quote."""
        entry, violations = self._entry, self._entry.violations
        entry.violations = [self._violation(each, request) for each in violations]
        self.response_violations = [self._violation(each, response) for each in self.response_violations]
        entry.notices = [self._notice(each) for each in entry.notices]
        if entry.violations != violations:
            shown = header_value(entry.violations, entry.id)
            entry.response_headers = [
                (name, shown if name == VIOLATIONS_HEADER else value) for name, value in entry.response_headers
            ]

    def _violation(self, violation: Violation, quoted: QuotedValues) -> Violation:
        sent = self._sent(violation, quoted) if violation.sent else ""
        if not self._is_harmless((sent,)):
            sent = self.text(sent)
        location, message = self._without_values(violation.location, violation.message)
        unchanged = (sent, location, message) == (violation.sent, violation.location, violation.message)
        return violation if unchanged else replace(violation, sent=sent, location=location, message=message)

    def _notice(self, notice: Notice) -> Notice:
        location, message = self._without_values(notice.location, notice.message)
        unchanged = (location, message) == (notice.location, notice.message)
        return notice if unchanged else structs.replace(notice, location=location, message=message)

    def _sent(self, violation: Violation, quoted: QuotedValues) -> str:
        place, *names = map(str, violation.location or ("",))
        treatment = self._rules.header_treatment if place == "header" else self._rules.treatment
        if any(treatment(name) in (Treatment.SECRET, Treatment.HIDDEN) for name in names):
            return REDACTED
        shown = quoted.sent(violation) if place == "body" else ""
        is_strict = place == "body" or violation.sent.endswith(ELLIPSIS)  # a value that is cut off was not noted
        return shown or TextRedaction(self._values(Findings())).plain(violation.sent, strict=is_strict)

    def _without_values(self, location: Location, message: str) -> tuple[Location, str]:
        """Return a location and the message about it, without names that are values."""
        names = [part for part in location if isinstance(part, str)]
        if names == list(map(self._rules.shown_name, names)) and self._is_harmless((*names, message)):
            return location, message
        shown: list[str | int] = []
        for part in location:
            replacement = self.text(self._rules.shown_name(part)) if isinstance(part, str) else part
            if replacement != part:
                message = message.replace(str(part), str(replacement)).replace(str(part)[:80], str(replacement))
            shown.append(replacement)
        return tuple(shown), self.text(message)

    def _strike_out(self, known: KnownCredentials) -> None:
        entry, text = self._entry, known.text
        headers = chain.from_iterable(chain(entry.request_headers, entry.response_headers))
        head = (entry.method, entry.path, entry.query, *headers)
        bodies = (entry.request_body + entry.response_body).decode("latin-1")
        if known.is_absent((*head, bodies)):
            return
        if not known.is_absent(head):
            entry.method, entry.path, entry.query = text(entry.method), text(entry.path), text(entry.query)
            entry.request_headers = [(text(name), text(value)) for name, value in entry.request_headers]
            entry.response_headers = [(text(name), text(value)) for name, value in entry.response_headers]
        entry.request_body, entry.response_body = known.body(entry.request_body), known.body(entry.response_body)


def _content_type(headers: Headers) -> str:
    return next((value for name, value in headers if name.lower() == "content-type"), "")

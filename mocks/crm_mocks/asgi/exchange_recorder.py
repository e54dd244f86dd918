"""Recording of exchanges in the journal of their session."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Final

from crm_mocks.asgi.loopback import foreign_notices
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.asgi.overrides import ResponseOverride
from crm_mocks.asgi.rejected_request import INCOMPLETE, LATE, REJECTION, RejectedRequest
from crm_mocks.asgi.request_headers import decoded_headers, strings_of
from crm_mocks.asgi.transport import Headers, Scope
from crm_mocks.asgi.validation import is_quiet_response, response_defects
from crm_mocks.contract import Notice, Operation
from crm_mocks.mock_response import MockResponse
from crm_mocks.redaction import Redaction
from crm_mocks.request_context import RequestContext
from crm_mocks.settings import Settings, secret_settings
from crm_mocks.state.journal_entry import SERVER, JournalEntry
from crm_mocks.state.session import Session
from crm_mocks.violations import Violation

_MAX_SETTINGS: Final = 1_000
"""Maximum number of settings that are remembered because their secrets have been noted."""

log = logging.getLogger("crm_mocks")


class ExchangeRecorder:
    """Makes journal entries, redacts them and appends them."""

    def __init__(self, mock_app: MockApp) -> None:
        self._mock_app = mock_app
        self._redaction = mock_app.redaction if mock_app.limits.redact else None
        self._noted = {id(mock_app.settings): mock_app.settings}

    def record(
        self,
        session: Session,
        entry: JournalEntry,
        context: RequestContext | None = None,
        response: MockResponse | None = None,
    ) -> None:
        """Redact an entry and append it to the journal of a session.

        Args:
            session: session of the request.
            entry: the exchange.
            context: the request, if its path belongs to a vendor.
            response: the response to it, if the mock has made it.
        """
        for observer in self._mock_app.observers:
            observer(entry)
        if self._redaction is not None:
            if self._noted.get(id(session.settings)) is not session.settings:
                self._note_secrets(self._redaction, session.settings)
            if context is None:
                self._redaction.redact(entry)
            else:
                own = response if entry.chosen_by == "mock" and response is not None and response.raw is None else None
                request = context if context.body is not None and not context.is_translated else None
                is_valid = context.problem is None
                self._redaction.redact(entry, context.operation, request, own, is_valid=is_valid)
        for listener in self._mock_app.recording_listeners:
            listener(entry)
        session.journal.append(entry)
        if self._mock_app.journal_file is not None:
            self._mock_app.journal_file.add(entry, session.settings)

    def _note_secrets(self, redaction: Redaction, settings: Settings) -> None:
        """Note the secrets among the settings of a session; sessions with other settings may take turns."""
        if len(self._noted) >= _MAX_SETTINGS:
            self._noted.clear()
        self._noted[id(settings)] = settings
        redaction.known.add_all(secret_settings(settings.values()))

    def entry(
        self, context: RequestContext, override: ResponseOverride, response: MockResponse, headers: Headers, body: bytes
    ) -> JournalEntry:
        """Return the entry of a request to a vendor.

        Args:
            context: the request.
            override: how the response was chosen.
            response: the response.
            headers: its headers as sent.
            body: its body as sent.
        """
        defects: list[str] = []
        if override.chosen_by == "mock" and context.operation is not None and response.outcome:
            is_valid = response.validated is not None and response.validated == body
            response.is_quiet = not is_valid and is_quiet_response(context.operation, response)
            if not response.is_quiet:
                defects = self._defects(context.operation, response, is_valid=is_valid)
        operation = context.operation
        return JournalEntry(
            context.request_id,
            context.number,
            context.session.name,
            context.at,
            context.vendor.name,
            operation.key if operation else "",
            context.method,
            context.path,
            context.query_string,
            context.header_list,
            context.raw_body,
            response.status,
            "" if override.fault else response.outcome,
            headers,
            body,
            override.chosen_by,
            context.violations,
            context.notices,
            context.contract.digest,
            0.0,
            defects,
            override.fault or "",
            _is_refused(context, override, response),
        )

    @staticmethod
    def _defects(operation: Operation, response: MockResponse, *, is_valid: bool) -> list[str]:
        defects = response_defects(
            operation, response.status, response.outcome, response.media_type, response.body, is_valid=is_valid
        )
        for defect in defects:
            log.error("%s: the mock's response breaks the contract: %s", operation.key, defect)
        return defects

    def record_unmatched(
        self,
        session: Session,
        scope: Scope,
        path: str,
        raw_body: bytes,
        response: tuple[int, Headers, bytes],
        *,
        vendor: str = "",
        chosen_by: str = "mock",
        fault: str = "",
    ) -> None:
        """Record a request that matches no operation, so that a wrong base URL of a client can be found.

        Args:
            session: session of the request.
            scope: ASGI scope of the request.
            path: without session prefix.
            raw_body: body of the request.
            response: status, headers and body.
            vendor: vendor with this base path, if any.
            chosen_by: `queue` for a stub.
            fault: connection fault of the response, if any.
        """
        status, headers, body = response
        notices = foreign_notices(scope, strings_of(scope["headers"]).by_name, self._own_host)
        entry = self._plain_entry(session, scope, path, status, chosen_by, [], notices)
        entry.vendor = vendor
        entry.request_body = raw_body
        entry.response_headers = headers
        entry.response_body = body
        entry.fault = fault
        entry.refused = status >= 400
        self.record(session, entry)

    def record_aborted(self, session: Session, scope: Scope, path: str) -> None:
        """Record a request whose body is malformed or was not received completely, and which gets no response.

        Args:
            session: session of the request.
            scope: ASGI scope of the request.
            path: without session prefix.
        """
        violation: Violation | None = scope.get("extensions", {}).get(REJECTION)
        message = "the connection ended before the request was complete"
        notices = [Notice(INCOMPLETE, ("body",), message)] if violation is None else []
        violations = [] if violation is None else [violation]
        status = 0 if violation is None else 400
        self.record(session, self._plain_entry(session, scope, path, status, SERVER, violations, notices))

    def record_late(self, session: Session, scope: Scope, path: str) -> None:
        """Record a request that came after its session had been closed, and which gets no response.

        Args:
            session: the closed session.
            scope: ASGI scope of the request.
            path: path of the request.
        """
        notices = [Notice(LATE, ("path",), "the request came after its session had been closed: it got no response")]
        self.record(session, self._plain_entry(session, scope, path, 0, SERVER, [], notices))

    def record_rejected(self, session: Session, request: RejectedRequest, path: str) -> None:
        """Record a request that never reached the application.

        Args:
            session: session of the request.
            request: the request.
            path: without session prefix.
        """
        scope = {"method": request.method, "query_string": request.query.encode("latin-1"), "headers": request.headers}
        violations, notices = request.violations, request.notices
        self.record(session, self._plain_entry(session, scope, path, request.status, SERVER, violations, notices))

    @property
    def _own_host(self) -> str:
        return self._mock_app.server_url.public_host

    @staticmethod
    def _plain_entry(
        session: Session,
        scope: Scope,
        path: str,
        status: int,
        chosen_by: str,
        violations: list[Violation],
        notices: Iterable[Notice],
    ) -> JournalEntry:
        number = session.journal.next_number()
        return JournalEntry(
            id=f"{session.name}-{number}",
            number=number,
            session=session.name,
            at=session.clock.iso(),
            vendor="",
            operation="",
            method=scope["method"],
            path=path,
            query=scope["query_string"].decode("latin-1"),
            request_headers=decoded_headers(scope["headers"]),
            request_body=b"",
            status=status,
            outcome="",
            response_headers=[],
            response_body=b"",
            chosen_by=chosen_by,
            violations=violations,
            notices=list(notices),
            digest="",
        )


def _is_refused(context: RequestContext, override: ResponseOverride, response: MockResponse) -> bool:
    """Return whether a response refuses the request, possibly in the body of a success."""
    if response.status >= 400 or (override.response is None and context.refused):
        return True
    outcome = context.operation.outcomes.get(response.outcome) if context.operation is not None else None
    return outcome is not None and outcome.is_refusal
